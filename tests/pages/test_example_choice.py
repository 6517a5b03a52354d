"""Practice examples are chosen in the form of a session, and both pages link to each other."""

from __future__ import annotations

import re

from msgspec.structs import replace

from access.audiences import Group, always
from agenda.core.draft import Kind, Planned
from agenda.examples import Draft
from tests.pages.desk import EVENT, HOST, ORGANISER, PUBLIC, Desk, sent_by
from tests.pages.laws import check
from tests.pages.markup import Page

BOXES = "//*[@data-filtered]//input"


async def example(office: Desk, number: int) -> Draft:
    return (await office.site.pages.answers.site.examples.store.drafts())[number]


def box(chosen: Draft) -> str:
    return f"example_{chosen.example.guid}"


async def test_what_was_chosen_is_linked_both_ways_after_the_release(office: Desk) -> None:
    path, chosen = await office.session(), await example(office, 3)
    page = f"/examples/{chosen.example.slug}"
    async with office.signed_in(HOST) as browser, office.site.browser() as guest:
        typed = await office.form(browser, path) | {box(chosen): "1"}
        assert (await browser.post(path, data=typed)).status_code == 303
        assert f"{PUBLIC}/sessions/podium" not in (await guest.get(page)).text
        assert "Praxisbeispiele geändert" in (await browser.get(EVENT)).text
        assert (await office.release(browser)).status_code == 303
        assert f"{PUBLIC}/sessions/podium" in Page((await guest.get(page)).text).links()
        shown = Page((await guest.get(f"{PUBLIC}/sessions/podium")).text)
    assert page in shown.links()


async def test_the_chosen_stand_first_with_their_projects_and_are_sent_as_they_stand(
    office: Desk,
) -> None:
    path, chosen = await office.session("ausblick"), await example(office, 20)
    async with office.signed_in(HOST) as browser:
        before = Page((await browser.get(path)).text).values(f"{BOXES}/@name")
        await browser.post(path, data=await office.form(browser, path) | {box(chosen): "1"})
        answer = await browser.get(path)
        check(answer, "de")
        page = Page(answer.text)
        assert page.values(f"{BOXES}/@name")[0] == box(chosen)
        assert sorted(before) == sorted(page.values(f"{BOXES}/@name"))
        assert len(before) == len(set(before)) == 36
        assert page.all("//*[@data-filtered]//label")[0].startswith(f"{chosen.example.title.de} (")
        event = await office.event()
        again = await browser.post(path, data=sent_by(page))
        assert again.status_code == 303
    desk = await office.editing.desk(event.guid)
    (outlook,) = [each for each in desk.draft.sessions if each.slug == "ausblick"]
    assert outlook.practice_examples == (chosen.example.guid,)


async def test_what_is_no_example_is_not_chosen(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path) | {"example_nirgends": "1"}
        assert (await browser.post(path, data=typed)).status_code == 303
    assert (await office.editing.desk((await office.event()).guid)).changes == ()


async def test_a_choice_of_somebody_who_may_read_more_is_kept_and_not_told(office: Desk) -> None:
    chosen = await example(office, 5)
    store = office.site.pages.answers.site.examples
    narrow = replace(chosen.example, audience=always(Group.FUNDED))
    await store.store.save(
        replace(chosen, example=narrow, row_version=chosen.row_version + 1), chosen.row_version
    )
    await store.release(narrow.slug, chosen.row_version + 1, "kts")
    path = await office.session("ausblick")
    async with office.signed_in(ORGANISER) as kts, office.signed_in(HOST) as host:
        await kts.post(path, data=await office.form(kts, path) | {box(chosen): "1"})
        page = Page((await host.get(path)).text)
        assert chosen.example.guid not in (await host.get(path)).text
        await host.post(path, data=sent_by(page) | {"title_de": "Neuer Titel"})
    row = (await office.editing.desk((await office.event()).guid)).row(
        Kind.SESSION, path.rpartition("/")[2]
    )
    assert isinstance(row.body, Planned)
    assert row.body.session.title.de == "Neuer Titel"
    assert row.body.session.practice_examples == (chosen.example.guid,)


async def test_a_box_that_somebody_else_ticked_is_ticked_in_mine(office: Desk) -> None:
    path, chosen = await office.session(), await example(office, 3)
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        mine, theirs = await office.form(host, path), await office.form(kts, path)
        await kts.post(path, data=theirs | {box(chosen): "1"})
        answer = await host.post(path, data=mine | {"title_de": "Mein Titel"})
    check(answer, "de")
    assert answer.status_code == 409
    sent = sent_by(Page(answer.text))
    assert (sent[box(chosen)], sent["title_de"]) == ("1", "Mein Titel")


async def test_every_row_that_somebody_else_added_stands_in_mine_and_what_they_emptied_is_said(
    office: Desk,
) -> None:
    path = await office.session("podium")
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        mine, theirs = await office.form(host, path), await office.form(kts, path)
        people = {
            f"person{n}_{name}": text
            for n in range(6, 13)
            for name, text in (("kind", "panelist"), ("de", f"Amt {n}"))
        }
        await kts.post(path, data=theirs | people | {"person1_kind": "", "person1_de": ""})
        typed = mine | {"person1_de": "Mein Amt", "person6_kind": "panelist", "person6_de": "Amt 5"}
        answer = await host.post(path, data=typed)
    check(answer, "de")
    page = Page(answer.text)
    assert answer.status_code == 409
    names = [text for name, text in sent_by(page).items() if re.fullmatch(r"person\d+_de", name)]
    assert set(names) >= {"Mein Amt", *(f"Amt {number}" for number in range(5, 13))}
    own = next(name for name, text in sent_by(page).items() if text == "Mein Amt")
    assert page.all(f"//*[@id='{own}-theirs']") == ["Inzwischen gespeichert: (leer)"]
