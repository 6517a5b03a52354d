"""Describing and releasing: nobody loses a word, and readers see what was released."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from access.audiences import Audience, Group, Step, TimeLine
from agenda.core.model import Text
from tests.http.materials.acts import SPEAKER, begin, speaker, uploaded
from tests.pages.desk import sent_by
from tests.pages.markup import Page
from tests.pages.world import World, world

EVENT = "generalprobe"
PAGE = f"/events/{EVENT}/sessions/keynote"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as running:
        yield running


@pytest.fixture
async def session(site: World) -> str:
    return (await speaker(site, EVENT))[1]


@pytest.fixture
async def editor(site: World, session: str) -> AsyncIterator[httpx.AsyncClient]:
    async with site.signed_in(SPEAKER) as signed_in:
        yield signed_in


async def page(site: World, who: httpx.AsyncClient | None = None) -> str:
    if who is not None:
        return (await who.get(PAGE)).text
    async with site.browser() as guest:
        return (await guest.get(PAGE)).text


async def test_reader_sees_the_section_only_when_something_is_released(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    assert "Unterlagen" not in await page(site)
    done = await editor.post(f"/materials/{guid}/release", data={"released": "yes"})
    assert done.status_code == 303
    shown = await page(site)
    assert "Unterlagen" in shown
    assert f'href="/materials/{guid}"' in shown
    assert "data-upload" not in shown
    await editor.post(f"/materials/{guid}/release", data={"released": "no"})
    assert "Unterlagen" not in await page(site)


async def test_editor_sees_the_form_and_what_waits(
    editor: httpx.AsyncClient, site: World, session: str
) -> None:
    begun = (await begin(editor, session)).json()
    shown = Page(await page(site, editor))
    assert shown.values("//form/@data-upload") == [f"/materials/of/session/{session}"]
    assert shown.values("//@data-unfinished") == ["Meine Folien.pdf"]
    assert shown.values("//data/@value") == [begun["upload"]]
    assert len(shown.find("//noscript")) == 1


async def test_what_was_not_checked_cannot_be_released(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = (await begin(editor, session)).json()["material"]
    await editor.post(f"/materials/{guid}/release", data={"released": "yes"})
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    assert not shelf.material.released


async def test_form_stores_everything_it_shows(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    form = sent_by(Page((await editor.get(f"/materials/{guid}/edit")).text), "edit")
    form |= {
        "title_de": "Die Strategie",
        "title_en": "The strategy",
        "licence": "CC BY 4.0",
        "kind": "handout",
        "audience": "funded",
        "then_at": "2022-05-01T00:00",
        "then": "public",
        "position": "7",
        "text_2": "Eine Karte der Stadt.",
    }
    done = await editor.post(f"/materials/{guid}/edit", data=form)
    assert done.status_code == 303
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    material = shelf.material
    may = dt.datetime(2022, 5, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert material.audience == TimeLine(
        Audience(Group.FUNDED),
        (Step(round(may.timestamp() * 1_000), Audience(Group.PUBLIC)),),
    )
    assert material.title == Text("Die Strategie", "The strategy")
    assert (material.position, material.licence) == (7, "CC BY 4.0")
    assert material.alternatives == ("", "Eine Karte der Stadt.")
    again = Page((await editor.get(f"/materials/{guid}/edit")).text)
    assert again.values("//input[@name='then_at']/@value") == ["2022-05-01T00:00"]
    assert again.values("//select[@name='audience']/option[@selected]/@value") == ["funded"]


async def test_pages_beside_the_form_keep_their_place_until_their_images_come(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    shown = Page((await editor.get(f"/materials/{guid}/edit")).text)
    read = Page((await editor.get(f"/materials/{guid}/view")).text)
    sizes = "//img[@class='slide__image']/@*[name()='width' or name()='height']"
    assert shown.values(sizes) == read.values(sizes)
    assert len(shown.values(sizes)) == 4


async def test_what_somebody_else_changed_stays_when_i_changed_something_else(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    way = f"/materials/{guid}/edit"
    mine = sent_by(Page((await editor.get(way)).text), "edit")
    wrong = await editor.post(way, data=mine | {"title_en": "a" * 201})
    told = {"title_de": "Von der Ersten", "audience": "funded", "text_1": "Ein Bild"}
    assert (await editor.post(way, data=mine | told)).status_code == 303
    typed = sent_by(Page(wrong.text), "edit") | {
        "title_en": "",
        "licence": "CC BY 4.0",
        "text_2": "Eine Karte",
    }
    answer = await editor.post(way, data=typed)
    assert (wrong.status_code, answer.status_code) == (422, 409)
    assert Page(answer.text).find("//dl[@class='differences']") == []
    merged = sent_by(Page(answer.text), way.removeprefix("/"))
    assert (await editor.post(way, data=merged)).status_code == 303
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    stored = shelf.material
    assert (stored.title.de, stored.licence) == ("Von der Ersten", "CC BY 4.0")
    assert stored.alternatives == ("Ein Bild", "Eine Karte")
    assert stored.audience == TimeLine(Audience(Group.FUNDED))


async def test_second_of_two_edits_sees_the_difference_and_loses_no_word(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    first = sent_by(Page((await editor.get(f"/materials/{guid}/edit")).text), "edit")
    second = dict(first)
    await editor.post(f"/materials/{guid}/edit", data=first | {"title_de": "Von der Ersten"})
    stale = await editor.post(f"/materials/{guid}/edit", data=second | {"title_de": "Vom Zweiten"})
    assert stale.status_code == 409
    shown = Page(stale.text)
    assert shown.values("//input[@name='title_de']/@value") == ["Vom Zweiten"]
    told = shown.all("//dl[@class='differences']//dd/span")
    assert told == ["Von der Ersten", "Vom Zweiten"]
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    assert shelf.material.title == Text("Von der Ersten")
    again = await editor.post(f"/materials/{guid}/edit", data=sent_by(Page(stale.text), "edit"))
    assert again.status_code == 303


async def test_of_pages_only_those_that_both_described_are_shown_each_with_its_number(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    site.storage.inspector.texts = tuple(f"Seite {n}" for n in range(1, 5))
    guid = await uploaded(site, editor, session)
    way = f"/materials/{guid}/edit"
    mine = sent_by(Page((await editor.get(way)).text), way.removeprefix("/"))
    theirs = {"text_1": "Nur die Erste", "text_3": "Eine Karte\nder Stadt", "text_4": "Ein Bild"}
    await editor.post(way, data=mine | theirs)
    typed = {"text_2": "Nur der Zweite", "text_3": "Ein Stadtplan", "cue_3": "Pause"}
    answer = await editor.post(way, data=mine | typed)
    shown = Page(answer.text)
    assert answer.status_code == 409
    assert shown.all("//dl[@class='differences']//dt") == ["Seite 3: In Worten"]
    told = shown.values("//dl[@class='differences']//dd/span/text()")
    assert told == ["Eine Karte\nder Stadt", "Ein Stadtplan"]
    texts = [shown.all(f"//textarea[@name='text_{n}']")[0] for n in range(1, 5)]
    assert texts == ["Nur die Erste", "Nur der Zweite", "Ein Stadtplan", "Ein Bild"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"title_de": "a" * 201}, "a" * 201),
        ({"audience": "funded", "then_at": "2022-05-01T00:00", "then": ""}, "Meine Folien"),
        ({"audience": "funded", "then_at": "gestern", "then": "public"}, "Meine Folien"),
    ],
)
async def test_what_cannot_be_stored_comes_back_with_the_reason(
    site: World, editor: httpx.AsyncClient, session: str, given: dict[str, str], kept: str
) -> None:
    guid = await uploaded(site, editor, session)
    form = sent_by(Page((await editor.get(f"/materials/{guid}/edit")).text), "edit")
    answer = await editor.post(f"/materials/{guid}/edit", data=form | given)
    shown = Page(answer.text)
    assert answer.status_code == 422
    assert len(shown.find("//*[@role='alert']")) == 1
    assert shown.values("//input[@name='title_de']/@value") == [kept]
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    assert shelf.material.version == 1


async def test_uploader_is_told_what_could_be_better(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    hints = Page((await editor.get(f"/materials/{guid}/edit")).text).find("//ul[@class='hints']/li")
    assert len(hints) == 4
    assert "(2)" in (hints[3].text or "")


async def test_removed_material_is_gone_with_its_file(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    assert shelf.file is not None
    path = site.storage.files.content(shelf.file)
    assert path.exists()
    gone = await editor.post(f"/materials/{guid}/remove")
    assert (gone.status_code, gone.headers["location"]) == (303, PAGE)
    assert not path.exists()
    assert (await editor.get(f"/materials/{guid}")).status_code == 404


async def test_slides_on_the_stage_are_not_removed_before_they_are_taken_off_it(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    found = await site.pages.answers.site.agenda.event(EVENT)
    assert found is not None
    room = next(room.guid for room in found.rooms if room.slug == "plenum")
    remove = f"//form[@action='/materials/{guid}/remove']"
    assert len(Page((await editor.get(f"/materials/{guid}/edit")).text).find(remove)) == 1
    site.storage.stages.decks[room] = guid
    form = Page((await editor.get(f"/materials/{guid}/edit")).text)
    assert form.find(remove) == []
    assert "Wird gerade gezeigt." in form.all("//main//details")[-1]
    refused = await editor.post(f"/materials/{guid}/remove")
    assert refused.status_code == 409
    assert "Wird gerade gezeigt." in Page(refused.text).all("//*[@role='alert']")[0]
    assert await site.storage.materials.shelf(guid) is not None
    del site.storage.stages.decks[room]
    assert (await editor.post(f"/materials/{guid}/remove")).status_code == 303


async def test_reader_of_a_released_material_cannot_edit_it(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    await editor.post(f"/materials/{guid}/release", data={"released": "yes"})
    async with site.signed_in("amt@hof.example") as other:
        answers = [
            await other.get(f"/materials/{guid}/edit"),
            await other.post(f"/materials/{guid}/edit", data={"version": "2", "title_de": "x"}),
            await other.post(f"/materials/{guid}/release", data={"released": "no"}),
            await other.post(f"/materials/{guid}/remove"),
        ]
    assert [answer.status_code for answer in answers] == [403] * 4


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"audience": "funded", "then_at": "0001-01-01T00:00", "then": "public"}, "2000 bis 2100"),
        ({"audience": "funded", "then_at": "9999-12-31T23:59", "then": "public"}, "2000 bis 2100"),
        ({"audience": "inherit", "then_at": "2022-05-01T00:00", "then": "public"}, "Zielgruppe"),
        ({"audience": "funded", "then_at": "", "then": "public"}, "Zeitpunkt"),
    ],
)
async def test_a_later_change_that_cannot_be_stands_in_the_form_as_typed(
    site: World, editor: httpx.AsyncClient, session: str, given: dict[str, str], said: str
) -> None:
    guid = await uploaded(site, editor, session)
    form = sent_by(Page((await editor.get(f"/materials/{guid}/edit")).text), "edit")
    answer = await editor.post(f"/materials/{guid}/edit", data=form | given)
    shown = Page(answer.text)
    assert answer.status_code == 422
    assert said in shown.all("//*[@role='alert']")[0]
    chosen = {
        name: shown.values(f"//select[@name='{name}']/option[@selected]/@value")[0]
        for name in ("audience", "then")
    }
    at = shown.values("//input[@name='then_at']/@value")[0]
    assert chosen | {"then_at": at} == given
    assert (await editor.get(f"/materials/{guid}/edit")).status_code == 200


def buttons(page: Page) -> list[tuple[str, str]]:
    """What the form can do, the first by Enter: names and addresses."""
    found = page.find("//form[contains(@action, '/edit')]//button")
    return [(each.text_content().strip(), each.get("formaction", "")) for each in found]


async def test_whoever_releases_keeps_what_they_typed(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    shown = (await editor.get(f"/materials/{guid}/edit")).text
    release = f"/materials/{guid}/release?from=1"
    assert buttons(Page(shown)) == [("Speichern", ""), ("Speichern und veröffentlichen", release)]
    typed = sent_by(Page(shown), "edit") | {
        "title_de": "Neu getippt",
        "text_1": "Ein Bild.",
        "released": "yes",
    }
    done = await editor.post(release, data=typed)
    assert (done.status_code, done.headers["location"]) == (
        303,
        f"/materials/{guid}/edit?saved&from=1",
    )
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    assert (shelf.material.released, shelf.material.title) == (True, Text("Neu getippt"))
    assert shelf.material.alternatives == ("Ein Bild.",)
    again = sent_by(Page((await editor.get(f"/materials/{guid}/edit")).text), "edit")
    await editor.post(release, data=again | {"title_de": "Noch neuer", "released": "no"})
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    assert (shelf.material.released, shelf.material.title) == (False, Text("Noch neuer"))


async def test_what_cannot_be_stored_is_not_released_and_comes_back(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    guid = await uploaded(site, editor, session)
    form = sent_by(Page((await editor.get(f"/materials/{guid}/edit")).text), "edit") | {
        "released": "yes"
    }
    long = await editor.post(f"/materials/{guid}/release", data=form | {"title_de": "a" * 201})
    stale = await editor.post(
        f"/materials/{guid}/release", data=form | {"title_de": "Vom Zweiten", "version": "7"}
    )
    assert (long.status_code, stale.status_code) == (422, 409)
    assert Page(long.text).values("//input[@name='title_de']/@value") == ["a" * 201]
    assert Page(stale.text).values("//input[@name='title_de']/@value") == ["Vom Zweiten"]
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    assert (shelf.material.released, shelf.material.version) == (False, 1)
