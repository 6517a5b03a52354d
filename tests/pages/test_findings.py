"""What the desk asks to look at: short, after what one came to do, and the odd times named."""

from __future__ import annotations

import pytest

from agenda.core.gate import Fault, check
from agenda.core.timetable import resolve
from tests.agenda.events import PLENUM, WELCOME, draft, slot
from tests.pages.desk import CLONE, EVENT, HOST, ORGANISER, Desk
from tests.pages.laws import check as keeps_the_laws
from tests.pages.markup import Page

SAID = "//*[contains(@class, 'finding')]/span[2]"


@pytest.mark.parametrize(
    ("end", "long"),
    [("22T21:00", False), ("22T21:01", True), ("23T03:00", True), ("23T05:00", True)],
)
def test_more_than_half_a_day_is_a_note(end: str, long: bool) -> None:
    day = slot(1, WELCOME, "2022-03-22T09:00", f"2022-03-{end}", PLENUM)
    faults = [each for each in check(resolve(draft(slots=(day,)))) if each.subject == day.guid]
    assert [(each.fault, each.blocks) for each in faults] == ([(Fault.LONG, False)] if long else [])


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("09:10", "03:00", "geht bis zum nächsten Tag, rund 18 Stunden."),
        ("08:00", "21:00", "dauert rund 13 Stunden."),
        ("22:00", "05:00", "reicht über das Ende des Tages hinaus."),
    ],
)
async def test_an_end_that_became_the_next_day_is_told(
    office: Desk, start: str, end: str, said: str
) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path) | {"time1_start": start, "time1_end": end}
        assert (await browser.post(path, data=typed)).status_code == 303
        page = Page((await browser.get(EVENT)).text)
    assert [line for line in page.all(SAID) if said in line]


async def test_a_clone_asks_for_little_after_what_one_came_to_do(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        await browser.post(f"{EVENT}/clone", data=CLONE)
        answer = await browser.get("/organise/regio_nord_2022")
    keeps_the_laws(answer, "de")
    page = Page(answer.text)
    lines = page.all(SAID)
    draft = await office.editing.find("regio_nord_2022")
    assert draft is not None
    desk = await office.editing.desk(draft.guid)
    open_roles = {each.subject for each in desk.findings if each.fault is Fault.OPEN_ROLE}
    assert len(lines) == len(set(lines)) == len(open_roles)
    assert sum("Rollen noch offen. Sie werden nicht veröffentlicht." in each for each in lines) > 1
    shown = page.all(f"//main//section/ul[@class='findings']{SAID[1:]}")
    assert (len(shown), page.all("//main//details/summary")) == (
        5,
        [f"Noch {len(lines) - 5} Punkte"],
    )
    panel = "//section[@aria-labelledby='state-title']"
    assert len(page.find(f"{panel}/*[contains(@class, 'actions')]/following-sibling::ul")) == 1
