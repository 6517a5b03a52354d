"""Running late, people of the event, and what open pages are told."""

from __future__ import annotations

import httpx
from msgspec.structs import replace

from access.audiences import Group, always
from agenda.core.draft import Kind, Planned
from agenda.core.model import Text
from tests.pages.desk import EVENT, HOST, ORGANISER, PARTICIPANT, PUBLIC, Desk, sent_by
from tests.pages.markup import Page


async def late(office: Desk, minutes: str = "15") -> dict[str, str]:
    return {
        "minutes": minutes,
        "since": (await office.slot()).guid,
        "late_room": "",
        "pauses": "move",
    }


async def starts(office: Desk) -> list[str]:
    return [f"{slot.start.clock:%H:%M}" for slot in (await office.event()).slots]


async def test_a_delay_is_looked_at_then_made_and_taken_back(office: Desk) -> None:
    before = await starts(office)
    asked = await late(office)
    async with office.signed_in(HOST) as browser, office.site.browser() as guest:
        looked = Page((await browser.get(f"{EVENT}/late", params=asked)).text)
        assert len(looked.all("//section[@aria-labelledby='moves-title']//li")) > 3
        assert await starts(office) == before

        done = await browser.post(f"{EVENT}/late", data=asked | {"release": "1"})
        assert done.status_code == 303
        assert await starts(office) != before
        news = (await guest.get(f"{PUBLIC}/now.json?since=1")).json()
        assert news["release"] == 2
        assert "beginnen 15 Minuten später" in news["said"]
        assert "Verschoben, vorher" in (await guest.get(f"{PUBLIC}/agenda")).text

        undone = await browser.post(f"{EVENT}/late/undo", data={"release": "2"})
        assert undone.headers["location"] == f"{EVENT}?undone=1"
        again = (await guest.get(f"{PUBLIC}/now.json?since=2")).json()
        assert "beginnen 15 Minuten früher" in again["said"]
        late_again = await browser.post(f"{EVENT}/late/undo", data={"release": "3"})
        assert late_again.status_code == 409
    assert (await starts(office), office.told) == (before, [2, 3])


async def test_two_who_run_late_at_once_move_everything_once(office: Desk) -> None:
    asked = await late(office)
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        looked = [await preview(each, asked) for each in (host, kts)]
        done = [
            await host.post(f"{EVENT}/late", data=looked[0]),
            await kts.post(f"{EVENT}/late", data=looked[1]),
            await host.post(f"{EVENT}/late", data=looked[0]),
            await host.post(f"{EVENT}/late", data=asked),
        ]
        assert [each.status_code for each in done] == [303, 409, 409, 409]
        assert "vielleicht durch einen zweiten Klick" in done[1].text
        fresh = sent_by(Page(done[1].text), "regionalkonferenz_2_2022/late")
        assert fresh["release"] == "2"
        once = await starts(office)

        overview = Page((await kts.get(EVENT)).text)
        assert sent_by(overview, "regionalkonferenz_2_2022/late/undo") == {"release": "2"}
        again = await kts.post(f"{EVENT}/late", data=fresh | asked)
        assert (again.status_code, await starts(office) == once) == (303, False)
        for release, status in (("2", 409), ("", 409), ("3", 303), ("3", 409)):
            undone = await kts.post(f"{EVENT}/late/undo", data={"release": release})
            assert undone.status_code == status
    assert (await starts(office), office.told) == (once, [2, 3, 4])


async def preview(browser: httpx.AsyncClient, asked: dict[str, str]) -> dict[str, str]:
    """What the form of the look before would send."""
    page = Page((await browser.get(f"{EVENT}/late", params=asked)).text)
    names = page.values("//section[@aria-labelledby='moves-title']//input/@name")
    values = page.values("//section[@aria-labelledby='moves-title']//input/@value")
    return dict(zip(names, values, strict=True))


async def test_minutes_that_make_no_sense_are_refused_and_kept(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        for minutes in ("", "0", "zehn", "1000", "-999", "15.5"):
            asked = await late(office, minutes)
            answer = await browser.post(f"{EVENT}/late", data=asked)
            page = Page(answer.text)
            assert answer.status_code == 422
            assert page.values("//*[@aria-invalid='true']/@name") == ["minutes"]
            assert page.values("//input[@id='minutes']/@value") == [minutes]
    assert office.told == []


async def test_a_rehearsal_that_always_runs_is_not_late(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        assert (await browser.get("/organise/generalprobe/late")).status_code == 404


# What open pages are told


async def test_as_long_as_nothing_happened_the_answer_is_short(office: Desk) -> None:
    async with office.site.browser() as guest:
        first = await guest.get(f"{PUBLIC}/now.json?since=1")
        tag = {"if-none-match": first.headers["etag"]}
        again = await guest.get(f"{PUBLIC}/now.json?since=1", headers=tag)
    assert first.json() == {"release": 1, "said": ""}
    assert (again.status_code, again.content) == (304, b"")


async def test_a_page_that_asks_nonsense_is_told_nothing(office: Desk) -> None:
    async with office.site.browser() as guest:
        for since in ("", "x", "0", "99", "-1", "1" * 40):
            answer = await guest.get(f"{PUBLIC}/now.json", params={"since": since})
            assert answer.json() == {"release": 1, "said": ""}


async def test_nobody_is_told_of_what_they_may_not_see(office: Desk) -> None:
    event = await office.event()
    closed = event.rooms[3]
    rooms = tuple(
        replace(each, audience=always(Group.FUNDED)) if each.guid == closed.guid else each
        for each in event.rooms
    )
    secret = next(s.session for s in event.slots if s.room == closed.guid)
    for row in (await office.editing.desk(event.guid)).rows:
        if row.guid == closed.guid:
            await office.editing.change(event.guid, row.kind, row.guid, 1, rooms[3])
    await office.editing.release(event.guid, by="test")
    await retitle(office, event.guid, secret or "", "KANARIENVOGEL")
    await office.editing.release(event.guid, by="test")
    async with office.site.browser() as guest:
        assert (await guest.get(f"{PUBLIC}/now.json?since=2")).json() == {"release": 3, "said": ""}
        assert "KANARIENVOGEL" not in (await guest.get(f"{PUBLIC}/now.json?since=1")).text
    await office.site.funded("team@ulm.example")
    async with office.signed_in("team@ulm.example") as browser:
        assert "KANARIENVOGEL" in (await browser.get(f"{PUBLIC}/now.json?since=2")).text


async def retitle(office: Desk, event: str, session: str, title: str) -> None:
    row = (await office.editing.desk(event)).row(Kind.SESSION, session)
    assert isinstance(row.body, Planned)
    body = replace(row.body, session=replace(row.body.session, title=Text(title)))
    await office.editing.change(event, row.kind, row.guid, row.version, body)


async def test_whoever_may_not_enter_is_not_told_either(office: Desk) -> None:
    async with office.site.browser() as guest:
        assert (await guest.get("/events/kongress_2022/now.json")).status_code == 401
        assert (await guest.get("/events/nirgends/now.json")).status_code == 404


# People


async def test_an_office_is_given_by_mail_address_and_taken_back(office: Desk) -> None:
    event = await office.event()
    room = event.rooms[1]
    async with office.signed_in(HOST) as browser:
        given = await browser.post(
            f"{EVENT}/people",
            data={"address": "Hilfe@Kalletal.example", "office": f"moderator:{room.guid}"},
        )
        assert given.headers["location"] == f"{EVENT}/people?given=1"
        async with office.signed_in("hilfe@kalletal.example") as moderator:
            assert (await moderator.get(f"{PUBLIC}/rooms/{room.slug}/desk")).status_code == 200
            assert (await moderator.get(f"{PUBLIC}/rooms/plenum/desk")).status_code == 403
            assert (await moderator.get(EVENT)).status_code == 403
            page = Page((await browser.get(f"{EVENT}/people")).text)
            act = [a for a in page.values("//form/@action") if a.endswith("/withdraw")]
            for path in act:
                await browser.post(path)
            assert (await moderator.get(f"{PUBLIC}/rooms/{room.slug}/desk")).status_code == 403


async def test_only_the_organiser_names_and_dismisses_hosts(office: Desk) -> None:
    wanted = {"address": "neu@lemgo.example", "office": "host"}
    async with office.signed_in(HOST) as browser:
        assert (await browser.post(f"{EVENT}/people", data=wanted)).status_code == 422
        page = Page((await browser.get(f"{EVENT}/people")).text)
        statuses = {
            (await browser.post(path)).status_code
            for path in page.values("//form/@action")
            if path.endswith("/withdraw")
        }
        assert 404 in statuses
        assert (await browser.get(EVENT)).status_code == 200
    async with office.signed_in(ORGANISER) as browser:
        assert (await browser.post(f"{EVENT}/people", data=wanted)).status_code == 303
    async with office.signed_in("neu@lemgo.example") as browser:
        assert (await browser.get(EVENT)).status_code == 200


async def test_a_wrong_address_is_named_and_kept(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        answer = await browser.post(
            f"{EVENT}/people", data={"address": "kein-at", "office": "moderator"}
        )
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.values("//input[@id='address']/@value") == ["kein-at"]


async def test_a_speaker_is_invited_to_their_session_and_signs_in_there(office: Desk) -> None:
    event = await office.event()
    podium = next(each for each in event.sessions if each.slug == "podium")
    async with office.signed_in(HOST) as browser:
        await browser.post(
            f"{EVENT}/people",
            data={"address": "rede@lemgo.example", "office": f"speaker:{podium.guid}"},
        )
        page = Page((await browser.get(f"{EVENT}/people")).text)
        (invite,) = [a for a in page.values("//form/@action") if a.endswith("/invite")]
        assert (await browser.post(invite)).headers["location"] == f"{EVENT}/people?invited=1"
    letter = office.site.letters.sent[0]
    assert letter.to == "rede@lemgo.example"
    assert f"/sign-in?next={PUBLIC}/sessions/podium" in letter.text
    assert podium.title.de in letter.subject


async def test_the_overview_of_the_rooms_counts_people_and_questions(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        page = Page((await browser.get(f"{EVENT}/live")).text)
    assert len(page.all("//article")) == len((await office.event()).rooms)
    first = page.all("//article")[0]
    assert "7 Personen" in first
    assert "2 Fragen zu prüfen" in first
    assert "1 offene Frage" in first


async def test_a_participant_finds_no_way_in(office: Desk) -> None:
    asked = await late(office)
    async with office.signed_in(PARTICIPANT) as browser:
        for path in ("late", "late/undo", "people", "release"):
            answer = await browser.post(f"{EVENT}/{path}", data=asked)
            assert answer.status_code == 403
    assert office.told == []
