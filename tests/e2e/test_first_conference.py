"""The first conference, end to end: five browsers at once, one real server, real mails."""

from __future__ import annotations

import json
import time

import httpx
import pytest
from playwright.sync_api import expect
from websockets.sync.client import connect

from server.seed.guids import guid
from tests.e2e.conftest import Come
from tests.e2e.people import CONGRESS, HOF, MAYEN_KOBLENZ, MODERATION, ULM, BigScreen, Person
from tests.fixtures.server import RunningServer

COST = "Was kostet der Betrieb nach der Förderung?"
LICENCE = "Unter welcher Lizenz steht die Software?"
AT_ONCE = 5.0
"""Seconds a busy machine may take to paint it. That nothing reaches whoever was removed is a
matter of order, not of time: ``tests/ws/test_removal.py``."""

NOT_FUNDED = "Ihre Kommune gehört nach unseren Unterlagen nicht dazu"
INSTEAD = "Die Regionalkonferenzen sind für alle Kommunen offen"


@pytest.mark.timeout(600)
def test_the_first_conference_from_the_mailed_link_to_the_congress(
    come: Come, big_screen: BigScreen, server: RunningServer
) -> None:
    """With D1 at the congress, and D9 at a workshop for the funded in the open rehearsal."""
    hof, mayen, ulm, moderation = come(HOF), come(MAYEN_KOBLENZ), come(ULM), come(MODERATION)
    everybody = (hof, mayen, ulm, moderation)
    for each in everybody:
        each.sign_in()
    big_screen.switch_on()

    find_the_running_session_from_the_start_page(hof)
    mayen.enter()
    ulm.enter()
    moderation.take_the_desk()

    hof.say("Guten Morgen aus Hof")
    for each in everybody:
        each.reads("Guten Morgen aus Hof")

    a_question_is_asked_approved_and_voted_for(hof, mayen, ulm, moderation)
    it_is_on_air_in_the_room_and_on_the_big_screen(hof, mayen, ulm, moderation, big_screen)
    the_next_one_follows_and_is_answered(hof, mayen, moderation, big_screen)

    a_muted_person_cannot_write_and_loses_nothing(hof, mayen, moderation)
    a_removed_person_is_out_at_once_and_stays_out(hof, mayen, moderation)

    mayen.enter(CONGRESS)
    mayen.say("Hallo aus dem Kongress")
    mayen.reads("Hallo aus dem Kongress")
    the_congress_says_why_not_and_what_to_do(hof)
    token = server.command("token", HOF).strip()
    for event, room in (("kongress_probe", "plenum"), ("generalprobe", "werkstatt-3")):
        a_closed_room_says_so_everywhere(hof, server, token, event, room)


def find_the_running_session_from_the_start_page(person: Person) -> None:
    person.open("/")
    running = person.page.get_by_role("region").filter(has_text="läuft jetzt")
    person.follow("Zum Raum", within=running)
    expect(person.message_field).to_be_visible()


def a_question_is_asked_approved_and_voted_for(
    hof: Person, mayen: Person, ulm: Person, moderation: Person
) -> None:
    hof.ask(COST)
    expect(moderation.on_desk("Zu prüfen", COST)).to_be_visible()
    expect(mayen.question(COST)).to_have_count(0)
    moderation.do("Freigeben", "Zu prüfen", COST)
    for each in (hof, mayen, ulm):
        expect(each.question(COST)).to_be_visible()
    mayen.vote_for(COST)
    ulm.vote_for(COST)
    for each in (hof, mayen, ulm):
        expect(each.question(COST).get_by_role("heading", name="2 Stimmen")).to_be_visible()
    expect(moderation.on_desk("Nächste Frage", COST)).to_contain_text("2 Stimmen")


def it_is_on_air_in_the_room_and_on_the_big_screen(
    hof: Person, mayen: Person, ulm: Person, moderation: Person, screen: BigScreen
) -> None:
    expect(screen.on_air).to_have_count(0)
    moderation.do("Jetzt dran", "Nächste Frage", COST)
    for each in (hof, mayen, ulm, screen):
        expect(each.on_air).to_contain_text(COST)
    expect(hof.question(COST).get_by_role("heading", name="wird jetzt beantwortet")).to_be_visible()


def the_next_one_follows_and_is_answered(
    hof: Person, mayen: Person, moderation: Person, screen: BigScreen
) -> None:
    mayen.ask(LICENCE, unnamed=True)
    moderation.do("Freigeben", "Zu prüfen", LICENCE)
    expect(screen.page.get_by_role("region", name="Als Nächstes")).to_contain_text(LICENCE)
    moderation.do("Weiter mit dieser", "Nächste Frage", LICENCE)
    for each in (hof, mayen, screen):
        expect(each.on_air).to_contain_text(LICENCE)
        expect(each.on_air).to_contain_text("ohne Namen")
    moderation.do("Beantwortet", "Jetzt dran", LICENCE)
    for each in (hof, mayen, screen):
        expect(each.on_air).to_have_count(0)
    answered = hof.page.get_by_role("group").filter(has_text="Beantwortet (2)")
    expect(answered).to_be_visible()


def a_muted_person_cannot_write_and_loses_nothing(
    hof: Person, mayen: Person, moderation: Person
) -> None:
    hof.message_field.fill("Das wollte ich noch sagen")
    moderation.measure("Person stummschalten", hof, "Verletzt den höflichen Umgang")
    reason = hof.page.get_by_text("Grund: Verletzt den höflichen Umgang")
    expect(reason.first).to_be_visible()
    hof.message_field.press("Enter")
    expect(hof.message_field).to_have_value("Das wollte ich noch sagen")
    mayen.say("Hier ist noch jemand")
    hof.reads("Hier ist noch jemand")
    expect(mayen.messages.filter(has_text="Das wollte ich noch sagen")).to_have_count(0)


def a_removed_person_is_out_at_once_and_stays_out(
    hof: Person, mayen: Person, moderation: Person
) -> None:
    told = hof.page.get_by_role("alert").filter(
        has_text="Die Moderation hat Sie aus diesem Raum entfernt"
    )
    moderation.measure("Person entfernen", hof, "Verletzt den höflichen Umgang")
    removed = time.monotonic()
    expect(told).to_be_visible()
    assert time.monotonic() - removed < AT_ONCE
    expect(told).to_contain_text("Fragen Sie den Veranstalter (KTS)")
    expect(hof.message_field).to_have_count(0)
    moderation.say("Weiter im Programm")
    mayen.reads("Weiter im Programm")
    expect(hof.page.get_by_text("Weiter im Programm")).to_have_count(0)
    hof.page.reload()
    expect(hof.page.get_by_text("Die Moderation hat Sie aus diesem Raum entfernt")).to_be_visible()
    expect(hof.message_field).to_have_count(0)


def the_congress_says_why_not_and_what_to_do(hof: Person) -> None:
    hof.open(CONGRESS)
    closed = hof.page.get_by_role("main")
    expect(closed).to_contain_text(NOT_FUNDED)
    expect(closed).to_contain_text(INSTEAD)


def a_closed_room_says_so_everywhere(
    hof: Person, server: RunningServer, token: str, event: str, room: str
) -> None:
    hof.open(f"/events/{event}/rooms/{room}")
    closed = hof.page.get_by_role("main")
    expect(closed).to_contain_text(NOT_FUNDED)
    expect(closed).to_contain_text(INSTEAD)
    refused = {
        "code": "forbidden",
        "rule": "not_funded",
        "next_step": "attend_regional_conference",
    }
    place = guid("room", event, room)
    assert answer_to_joining(server, token, place) == {"t": "out", **refused}
    problem = answer_of_the_api(server, token, f"/api/v1/rooms/{place}/messages?before=1")
    assert {name: problem[name] for name in refused} == refused
    assert NOT_FUNDED in problem["detail"]
    assert INSTEAD in problem["detail"]


def answer_of_the_api(server: RunningServer, token: str, path: str) -> dict[str, str]:
    headers = {"authorization": f"Bearer {token}", "accept-language": "de"}
    answer = httpx.get(f"{server.url}{path}", headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, str] = answer.json()
    return problem


def answer_to_joining(server: RunningServer, token: str, room: str) -> object:
    """What the socket says to somebody who joins a room."""
    url = server.url.replace("http", "ws", 1) + "/ws"
    with connect(url) as socket:
        socket.send(json.dumps({"t": "hello", "protocol": 1, "token": token}))
        assert json.loads(socket.recv(20))["t"] == "welcome"
        socket.send(json.dumps({"t": "join", "room": room}))
        return json.loads(socket.recv(20))
