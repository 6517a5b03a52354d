"""The desk without a mouse: where the focus goes after each act, and what never moves it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from rooms.core.questions import ApproveQuestion, DismissQuestion, PutOnAir
from tests.client.conftest import Visit
from tests.client.house import MODERATION, ORGANISER, House
from tests.client.test_announcements import publish
from tests.client.test_desk import asked, queue

GREYED_MS = 3_000


def waiting(house: House, number: int, first: int = 0) -> list[str]:
    """So many questions to check, each by somebody else."""
    return [
        asked(house, f"Wie geht Vorhaben {n} weiter?", f"amt{n}")
        for n in range(first, first + number)
    ]


def rows(page: Page) -> Locator:
    return queue(page).locator("li[data-id]")


def listed(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name=name, exact=True)


def test_thirty_are_approved_by_one_key_while_more_arrive(visit: Visit, open_house: House) -> None:
    """T-Q15: no look for the next one, no second key; five arrive after every sixth."""
    waiting(open_house, 30)
    desk = visit(MODERATION, "/desk")
    expect(rows(desk)).to_have_count(30)
    rows(desk).first.focus()
    for number in range(30):
        expect(desk.locator(":focus")).to_contain_text(f"Vorhaben {number} weiter")
        desk.keyboard.press("a")
        if number % 6 == 5:
            waiting(open_house, 5, first=30 + number // 6 * 5)
    expect(rows(desk)).to_have_count(25)
    expect(rows(desk).first).to_be_focused()
    expect(listed(desk, "Nächste Frage").locator("li[data-id]")).to_have_count(30)


def test_focus_goes_on_after_each_dismissal(visit: Visit, open_house: House) -> None:
    waiting(open_house, 3)
    desk = visit(MODERATION, "/desk")
    rows(desk).first.focus()
    for number in range(3):
        expect(desk.locator(":focus")).to_contain_text(f"Vorhaben {number} weiter")
        desk.keyboard.press("d")
        expect(desk.get_by_role("dialog", name="Frage ablehnen")).to_be_visible()
        desk.keyboard.press("1")
        expect(rows(desk)).to_have_count(2 - number)
    expect(listed(desk, "Zu prüfen")).to_be_focused()
    desk.keyboard.press("z")
    expect(rows(desk)).to_have_count(1)
    desk.keyboard.press("ArrowDown")
    expect(rows(desk).first).to_be_focused()


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_a_dismissal_given_up_leads_back_to_the_question(
    visit: Visit, open_house: House, way: str
) -> None:
    waiting(open_house, 2)
    desk = visit(MODERATION, "/desk")
    rows(desk).first.focus()
    desk.keyboard.press("d")
    if way == "Escape":
        desk.keyboard.press("Escape")
    else:
        desk.get_by_role("button", name="Abbrechen").click()
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(rows(desk).first).to_be_focused()


def test_a_colleagues_act_leaves_the_focus_in_its_place(visit: Visit, open_house: House) -> None:
    """Greyed where it stands, with the name, for three seconds; then the next one."""
    first, *_ = waiting(open_house, 3)
    desk = visit(MODERATION, "/desk")
    expect(rows(desk)).to_have_count(3)
    rows(desk).first.focus()
    open_house.do(ORGANISER, ApproveQuestion(first, 1))
    expect(rows(desk).first).to_contain_text("Organisation")
    expect(rows(desk).first).to_contain_text("Vorhaben 0 weiter")
    expect(rows(desk).first).to_be_focused()
    desk.keyboard.press("a")
    expect(rows(desk)).to_have_count(2, timeout=3 * GREYED_MS)
    expect(rows(desk).first).to_contain_text("Vorhaben 1 weiter")
    expect(rows(desk).first).to_be_focused()


def test_somebody_elsewhere_on_the_page_is_left_there(visit: Visit, open_house: House) -> None:
    first, *_ = waiting(open_house, 2)
    desk = visit(MODERATION, "/desk")
    rows(desk).first.focus()
    field = desk.get_by_role("textbox", name="Nachricht")
    field.focus()
    open_house.do(ORGANISER, ApproveQuestion(first, 1))
    expect(rows(desk)).to_have_count(1, timeout=3 * GREYED_MS)
    expect(field).to_be_focused()


def test_after_the_answered_question_comes_the_next_list(visit: Visit, open_house: House) -> None:
    one, *_ = [publish(open_house, f"Frage {n} an das Podium?", f"amt{n}") for n in range(3)]
    open_house.do(MODERATION, PutOnAir(one, 2))
    desk = visit(MODERATION, "/desk")
    on_air, following = listed(desk, "Jetzt dran"), listed(desk, "Nächste Frage")
    on_air.locator("li").first.focus()
    desk.keyboard.press("w")
    expect(following.locator("li").first).to_be_focused()
    desk.keyboard.press("o")
    expect(on_air.locator("li")).to_have_count(1)
    expect(following.locator("li")).to_have_count(1)
    expect(following.locator("li").first).to_be_focused()
    desk.keyboard.press("n")
    expect(desk.get_by_text("Beantwortet (2)")).to_be_visible()
    expect(on_air.locator("li").first).to_be_focused()
    desk.keyboard.press("o")
    expect(following.locator("li")).to_have_count(1)
    expect(on_air).to_be_focused()


def test_the_last_dismissed_one_restored_leaves_the_focus_in_its_region(
    visit: Visit, open_house: House
) -> None:
    (question,) = waiting(open_house, 1)
    open_house.do(MODERATION, DismissQuestion(question, 1, "Irrtum"))
    desk = visit(MODERATION, "/desk")
    desk.get_by_text("Abgelehnt (1)").click()
    listed(desk, "Abgelehnt").locator("li").first.focus()
    desk.keyboard.press("a")
    expect(rows(desk)).to_have_count(1)
    expect(desk.get_by_role("region", name="Bühne")).to_be_focused()


def test_a_key_held_down_acts_once_and_still_walks(visit: Visit, open_house: House) -> None:
    waiting(open_house, 4)
    desk = visit(MODERATION, "/desk")
    rows(desk).first.focus()
    for _ in range(3):
        desk.keyboard.down("a")
    desk.keyboard.up("a")
    expect(rows(desk)).to_have_count(3)
    for _ in range(2):
        desk.keyboard.down("j")
    desk.keyboard.up("j")
    expect(rows(desk).last).to_be_focused()
    expect(rows(desk)).to_have_count(3)


def test_keys_do_nothing_outside_the_lists(visit: Visit, open_house: House) -> None:
    waiting(open_house, 2)
    desk = visit(MODERATION, "/desk")
    rows(desk).first.focus()
    desk.get_by_role("textbox", name="Nachricht").focus()
    desk.keyboard.type("ad1onwz?")
    desk.get_by_role("region", name="Bühne").focus()
    desk.keyboard.type("ad1onwz?")
    expect(desk.get_by_role("textbox", name="Nachricht")).to_have_value("ad1onwz?")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(rows(desk)).to_have_count(2)


def test_f6_goes_round_in_both_directions(visit: Visit, open_house: House) -> None:
    waiting(open_house, 1)
    desk = visit(MODERATION, "/desk")
    desk.keyboard.press("Shift+F6")
    talk = desk.get_by_role("region", name="Chat")
    expect(talk).to_be_focused()
    desk.keyboard.press("F6")
    expect(rows(desk).first).to_be_focused()
    desk.keyboard.press("Shift+F6")
    expect(talk).to_be_focused()
