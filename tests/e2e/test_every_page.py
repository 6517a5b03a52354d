"""Every page in every state: accessible, at home, within its policy, at 320 pixels too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Complaints
from tests.e2e.looking import look
from tests.e2e.people import (
    CONGRESS,
    HOF,
    MAYEN_KOBLENZ,
    MODERATION,
    NAMES,
    ORGANISATION,
    REHEARSAL,
    ULM,
    link_in,
)
from tests.e2e.seats import Seat, seat, sign_in, upload
from tests.e2e.soon import EVENT as SOON
from tests.e2e.soon import release_beside
from tests.e2e.walk import Walk, saving
from tests.fixtures.browser import Requests
from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer
from tests.server.media import samples

ROOM = f"{REHEARSAL}/rooms/plenum"
pytestmark = [pytest.mark.timeout(900)]

OPEN_PAGES = (
    "/",
    "/events",
    REHEARSAL,
    f"{REHEARSAL}/agenda",
    f"{REHEARSAL}/agenda?q=strategie&room=plenum",
    f"{REHEARSAL}/agenda?q=findet-nichts",
    f"{REHEARSAL}/sessions/podium",
    f"{REHEARSAL}/sessions/werkstatt-der-modellprojekte",
    CONGRESS,
    "/events/kongress_2022",
    "/imprint",
    "/privacy",
    "/accessibility",
    "/help",
    "/easy-language",
    "/sign-language",
    "/sign-in",
    "/sign-in/confirm",
    "/sign-in/confirm#kaputt",
    "/dev/mail",
    "/profile",
    "/my",
    ROOM,
    "/nirgends",
)
SIGNED_IN_PAGES = (
    "/",
    REHEARSAL,
    f"{REHEARSAL}/sessions/werkstatt-der-modellprojekte",
    CONGRESS,
    f"{CONGRESS}/rooms/plenum",
    f"{ROOM}/desk",
    "/my",
    "/profile",
    "/profile?organisation=hof",
)


ORGANISED = "/organise/regionalkonferenz_2_2022"
ACTS = ("edit", "clone", "release", "releases", "releases/1", "late", "people", "live", "here")
PARTS = ("rooms", "tracks", "sessions", "breaks")
DESK_PAGES = (
    *("/organise", "/organise/new", "/organise/examples/import", "/organise/operations", ORGANISED),
    *(f"{ORGANISED}/{act}" for act in ACTS),
    *(f"{ORGANISED}/{part}/new" for part in PARTS),
)


@pytest.fixture(params=["de", "en"])
def walk(
    request: pytest.FixtureRequest,
    server: RunningServer,
    new_context: Callable[..., BrowserContext],
    complaints: Complaints,
) -> Walk:
    requests = Requests(server.url.partition("//")[2])
    made = Walk(request.param, server, new_context, complaints, requests)
    request.addfinalizer(lambda: _only_own(requests))
    return made


def _only_own(requests: Requests) -> None:
    assert requests.foreign == {}


def test_pages_for_guests(walk: Walk, mails: MailSink) -> None:
    walk.pages(*OPEN_PAGES)
    walk.open("/sign-in")
    walk.page.get_by_role("textbox").fill("jemand@stadt")
    walk.page.get_by_role("main").get_by_role("button").click()
    expect(walk.page.get_by_role("textbox")).to_have_value("jemand@stadt")
    walk.look("sign-in with a wrong address")
    walk.page.get_by_role("textbox").fill(HOF)
    walk.page.get_by_role("main").get_by_role("button").click()
    link = link_in(mails.wait_for(HOF))
    walk.look("link sent")
    walk.page.goto(link)
    walk.look("confirm")
    walk.page.get_by_role("main").get_by_role("button").click()
    expect(walk.page.get_by_role("link", name=NAMES[HOF])).to_be_visible()


def test_pages_for_a_signed_in_person(walk: Walk, mails: MailSink) -> None:
    walk.become(sign_in(walk.server, mails, HOF))
    walk.pages(*SIGNED_IN_PAGES)


def test_pages_of_a_participant_whose_next_session_begins(walk: Walk, mails: MailSink) -> None:
    release_beside(walk.server)
    walk.become(sign_in(walk.server, mails, HOF))
    page, agenda = walk.page, f"{SOON}/agenda"
    walk.open(agenda)
    for number in (2, 3):
        page.locator(f"#star-slot-{number}").click()
        expect(page.locator(f"#star-slot-{number}")).to_have_attribute("aria-pressed", "true")
    for path in (agenda, "/my", f"{SOON}/sessions/rueckblick"):
        walk.open(path)
        expect(page.locator("[data-next-session]")).to_be_visible()
        walk.look(f"{path} with what begins next")
    send = page.locator("#feedback button[value=send]")
    send.click()
    expect(page.locator("#feedback [role=alert]")).to_be_visible()
    walk.complaints.remove(f"422 {walk.server.url}{SOON}/sessions/rueckblick/feedback")
    walk.look("feedback without a score")
    walk.enter(f"{SOON}/rooms/plenum", "questions")
    page.locator(".room-feedback:visible summary").click()
    walk.look("room that asks for feedback")
    page.locator(".room-feedback:visible input").last.check()
    page.locator(".room-feedback:visible button[value=send]").click()
    expect(page.locator(".room-feedback [data-focus]")).to_be_focused()
    walk.look("room after feedback")


def test_pages_of_the_organisers_desk(walk: Walk, mails: MailSink) -> None:
    walk.become(sign_in(walk.server, mails, ORGANISATION))
    event = ORGANISED
    release_beside(walk.server, "feedback")
    walk.pages(*DESK_PAGES)
    walk.pages("/organise/generalprobe/live", "/organise/heute_probe/feedback", f"{event}/feedback")
    walk.open(event)
    form = walk.page.locator("ul.rows a").first
    session = form.get_attribute("href")
    assert session is not None
    path = session.removeprefix(walk.server.url)
    walk.pages(path)
    walk.page.get_by_role("textbox").first.fill("")
    saving(walk.page).click()
    expect(walk.page.get_by_role("alert")).to_be_visible()
    walk.look("a form with a wrong field")
    look_at_a_planned_session(walk, event)
    look_at_a_new_event(walk, f"probe_{walk.language}")
    edit_meanwhile(walk, path)
    expect(walk.page.get_by_role("alert")).to_be_visible()
    walk.look("a form somebody else was faster with")
    walk.open(f"{event}/late")
    options = walk.page.locator("select[name=since] option").nth(1)
    walk.pages(f"{event}/late?minutes=15&since={options.get_attribute('value')}&pauses=move")


def test_the_desk_with_findings_differences_and_people(walk: Walk, mails: MailSink) -> None:
    people = (HOF, MODERATION)
    signed = {each: sign_in(walk.server, mails, each) for each in (ORGANISATION, *people)}
    walk.become(signed[ORGANISATION])
    event, main = ORGANISED, walk.page.get_by_role("main")
    walk.open(f"{event}/edit")
    walk.page.locator("[name=buffer_minutes]").fill("10")
    walk.page.locator("[name=motto_de]").fill("Ein neues Motto")
    saving(walk.page).click()
    expect(walk.page.locator(".finding").first).to_be_visible()
    walk.look("a draft with differences and findings")
    walk.pages(f"{event}/release")
    with ExitStack() as seats:
        for each in people:
            seats.enter_context(seat(signed[each]))
        walk.pages("/organise/generalprobe/here", "/organise/generalprobe/here?q=niemand")
        walk.open("/organise/generalprobe/live")
        expect(main.locator(".room-card").first).to_be_visible()
        main.get_by_role("button").last.click()
        expect(walk.page.get_by_role("alert")).to_be_visible()
        walk.look("an announcement without words")
        walk.page.get_by_role("textbox").fill("Die Pause dauert bis halb elf.")
        main.get_by_role("button").last.click()
        expect(walk.page.get_by_role("status")).to_be_visible()
        walk.look("an announcement in every room")
    look_at_an_import(walk)


def look_at_an_import(walk: Walk) -> None:
    head, new = "project_id,title,topic,summary", "ulm,Münsterluft,Klima,Mit Sensoren."
    table = "\n".join((head, new, "mond,Krater,Raum,Weit.", "")).encode()
    changed = "project_id,slug,title,topic\n"
    walk.open("/organise/examples/import")
    for name, content in (("report", table), ("nothing to do", changed.encode())):
        walk.page.get_by_role("main").locator("input[type=file]").set_input_files(
            {"name": "beispiele.csv", "mimeType": "text/csv", "buffer": content}
        )
        walk.page.get_by_role("main").get_by_role("button").last.click()
        expect(walk.page.locator("#report-title")).to_be_visible()
        walk.look(f"an import: {name}")


def test_pages_of_a_deck(walk: Walk, mails: MailSink) -> None:
    speaker = sign_in(walk.server, mails, ULM)
    content = samples.pdf(12, text="Unsere Strategie, Teil")
    deck = upload(speaker, "strategie-der-gastgeberin", content, "Strategie.pdf")
    walk.become(speaker)
    for path in ("edit", "edit?from=11", "check", "check?from=11", "view"):
        walk.pages(f"/materials/{deck}/{path}")
    walk.open(f"/materials/{deck}/edit")
    walk.page.locator("#cue_1").fill("An das Beispiel aus Jena denken")
    walk.page.locator(".material-form button:not([formaction])").click()
    expect(walk.page.locator(".notice--success")).to_be_visible()
    walk.page.locator("button[name=released][value=yes]").click()
    expect(walk.page.locator("button[name=released][value=no]")).to_have_count(1)
    walk.pages(f"{REHEARSAL}/sessions/strategie-der-gastgeberin")
    walk.enter(f"{ROOM}/present", "present.stage")
    walk.button("present.show").click()
    expect(walk.page.get_by_role("region", name=walk.say["present.cue"])).to_contain_text("Jena")
    with seat(sign_in(walk.server, mails, MODERATION)) as moderator:
        moderator.do("backstage.send", text="Noch fünf Minuten")
    expect(walk.page.locator(".room-waiting")).to_contain_text("Noch fünf Minuten")
    walk.look("presenting")


def look_at_a_planned_session(walk: Walk, event: str) -> None:
    """The page on which its speaker prepares: made new, it is in no release."""
    walk.open(f"{event}/sessions/new")
    walk.page.get_by_role("textbox").first.fill("Noch nicht bekannt")
    saving(walk.page).click()
    expect(walk.page).not_to_have_url(f"{walk.server.url}{event}/sessions/new")
    walk.open(event)
    way = walk.page.get_by_role("link", name="Noch nicht bekannt").last.get_attribute("href")
    assert way is not None
    walk.pages(f"/materials/of/session/{way.rpartition('/')[2]}")


def look_at_a_new_event(walk: Walk, slug: str) -> None:
    """Before it was ever released it may be deleted, which is asked first."""
    walk.open("/organise/new")
    days = {"first_day": "2022-11-08", "last_day": "2022-11-08"}
    for name, value in {"title_de": "Probe", "slug": slug, **days}.items():
        walk.page.locator(f"[name={name}]").fill(value)
    saving(walk.page).click()
    expect(walk.page).not_to_have_url(f"{walk.server.url}/organise/new")
    walk.pages(f"/organise/{slug}/discard")
    walk.page.get_by_role("main").get_by_role("button").first.click()
    expect(walk.page.get_by_role("status")).to_be_visible()
    walk.look("the list after an event was deleted")


def edit_meanwhile(walk: Walk, path: str) -> None:
    """Two tabs of one form; the first one is saved last."""
    walk.open(path)
    other = walk.context.new_page()
    other.goto(f"{walk.server.url}{path}")
    for page, title in ((other, "Von der anderen"), (walk.page, "Von mir")):
        page.get_by_role("textbox").first.fill(title)
        saving(page).click()
        page.wait_for_load_state()
    other.close()


def test_room_desk_and_screen_in_every_state(walk: Walk, mails: MailSink) -> None:
    people = (HOF, MAYEN_KOBLENZ, ULM, ORGANISATION, MODERATION)
    signed = {each: sign_in(walk.server, mails, each) for each in people}
    walk.become(signed[HOF])
    walk.enter(ROOM, "on_air.none")
    walk.look("empty room")
    look_at_the_big_screen(walk, "blank")
    with ExitStack() as seats:
        seated = {each: seats.enter_context(seat(signed[each])) for each in people}
        fill(seated)
        look_at_the_room(walk)
        walk.become(signed[MODERATION])
        look_at_the_desk(walk)
        look_at_the_big_screen(walk, "with a question")
        walk.become(signed[HOF])
        look_at_sanctions(walk, seated[HOF], seated[MODERATION])


def fill(seated: Mapping[str, Seat]) -> None:
    """A message and a question in every state there is."""
    guest, other, moderator = seated[HOF], seated[MAYEN_KOBLENZ], seated[MODERATION]
    first = guest.say("Guten Morgen aus Hof. Mehr unter https://example.org/strategie")
    other.say("Willkommen!", reply_to=first)
    moderator.do("chat.remove", message=other.say("Werbung"), reason="Gehört nicht zum Thema")
    guest.do("chat.delete", message=guest.say("Vertippt"))
    other.say("Ein langes Wort: " + "Donaudampfschifffahrt" * 8)
    moderator.ask("Wer pflegt die Sensoren im Winter?")
    answered = seated[ULM].ask("Was kostet der Betrieb nach der Förderung?")
    on_air = other.ask("Unter welcher Lizenz steht die Software?", unnamed=True)
    waiting = seated[ORGANISATION].ask("Wie viele Stellen braucht eine kleine Gemeinde dafür?")
    refused = guest.ask("Wann ist Mittagspause, und was gibt es?")
    for each in (answered, on_air, waiting):
        moderator.do("question.approve", question=each, revision=1)
    guest.do("question.vote", question=waiting, value=True)
    moderator.do("question.on_air", question=answered, revision=2)
    moderator.do("question.next", question=on_air, revision=2, leaving=answered)
    reason = "Gehört nicht zum Thema dieses Programmpunkts"
    moderator.do("question.dismiss", question=refused, revision=1, reason=reason, notify=True)


def look_at_the_room(walk: Walk) -> None:
    page = walk.page
    walk.enter(ROOM, "on_air")
    walk.look("room")
    for fold in page.get_by_role("group").get_by_text(walk.say["questions.answered.one"]).all():
        fold.click()
    page.get_by_label(walk.say["ask.unnamed"], exact=True).check()
    page.get_by_role("textbox", name=walk.say["ask.field"]).fill("Wie viele Stellen braucht das?")
    own = page.get_by_role("listitem").filter(has_text="Guten Morgen")
    own.last.get_by_role("button").first.click()
    expect(walk.button("message.reply")).to_be_visible()
    walk.look("room with everything open")
    walk.button("message.reply").click()
    page.get_by_role("textbox", name=walk.say["chat.field"]).press("Shift+Tab")
    walk.look("replying")
    page.get_by_role("tab", name=walk.say["here"]).click()
    walk.look("in the room")


def look_at_the_desk(walk: Walk) -> None:
    page = walk.page
    walk.enter(ROOM, "on_air")
    walk.look("room of a moderator")
    walk.enter(f"{ROOM}/desk", "desk.stage")
    for fold in (walk.say["desk.fold.answered"], walk.say["desk.fold.dismissed"]):
        page.get_by_text(f"{fold} (1)").click()
    walk.look("desk")
    walk.button("desk.dismiss").first.click()
    walk.look("dismissing")
    page.keyboard.press("Escape")
    message = page.get_by_role("listitem").filter(has_text="Willkommen")
    for act in ("person.mute", "person.remove", "message.remove"):
        message.last.get_by_role("button").first.click()
        walk.button(act).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        walk.look(act)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    walk.button("desk.shortcuts").click()
    walk.look("shortcuts")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name=walk.say["desk.people"]).click()
    walk.look("people at the desk")


def look_at_the_big_screen(walk: Walk, state: str) -> None:
    screen = next(line for line in walk.server.output.split() if "/screen#" in line)
    walk.page.goto("about:blank")
    walk.page.goto(screen)
    expect(walk.page.get_by_text(walk.say["connecting"])).to_have_count(0)
    walk.look(f"big screen, {state}")


def look_at_sanctions(walk: Walk, guest: Seat, moderator: Seat) -> None:
    page = walk.page
    reason = "Verletzt den höflichen Umgang"
    walk.enter(ROOM, "on_air")
    moderator.do("person.mute", account=guest.account, reason=reason, minutes=10)
    expect(page.get_by_text(reason).first).to_be_visible()
    walk.look("muted")
    moderator.do("person.remove", account=guest.account, reason=reason)
    expect(page.get_by_role("alert")).to_contain_text(walk.say["out.banned"])
    walk.look("removed")
    walk.open(ROOM)
    walk.look("removed, coming back")


def test_looking_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<p>Ein Bild ohne Text: <img src='data:,'></p><pre>" + "breit" * 200)
    found: list[str] = []
    look(page, "bad page", "de", found)
    assert {line.split(":")[1].strip() for line in found if line.startswith("bad page:")} >= {
        "html-has-lang",
        "image-alt",
        "landmark-one-main",
    }
    assert any(line.startswith("bad page at 320 px") for line in found)
