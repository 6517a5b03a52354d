"""Practice examples on the site: found by readers, written and released by their project."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import httpx
import pytest

from access.projects import ModelProject
from agenda.core.examples import FIELDS, TEXTS, PracticeExample
from agenda.core.model import Text
from server.http import static
from server.http.pages import examples
from server.http.pages.examples import Chosen
from server.http.pages.texts import load
from tests.pages.desk import sent_by
from tests.pages.markup import Page
from tests.pages.world import World

TEAM = "team@ulm.example"
OTHER = "kollegin@ulm.example"
HOF = "amt@hof.example"
CANARY = "Sensoren im Münster"
TYPED = {
    "title": "Münsterluft",
    "topic": "Klima und Umwelt",
    "summary": CANARY,
    "audience": "public",
}
ADDRESS = "/examples/muensterluft"


async def begun(browser: httpx.AsyncClient, **typed: str) -> None:
    """A draft of the team in Ulm."""
    answer = await browser.post("/examples/new?project=ulm", data=TYPED | typed)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ADDRESS}/edit?saved=1")


async def released(browser: httpx.AsyncClient, row_version: int = 1) -> None:
    answer = await browser.post(f"{ADDRESS}/release", data={"row_version": str(row_version)})
    assert answer.status_code == 303


async def test_a_guest_finds_the_shipped_examples_by_topic(site: World) -> None:
    async with site.browser() as guest:
        whole = (await guest.get("/examples")).text
        assert "36 Praxisbeispiele" in whole
        some = (await guest.get("/examples?topic=Mobilität")).text
        assert "ERZmobil" in some
        assert "Digitalpfad im Stadtwald" not in some
        assert "Digitalpfad im Stadtwald" in (await guest.get("/examples?q=stadtwald+pfad")).text
        assert "ERZmobil" in (await guest.get("/examples?q=erzmobil+mobilitaet")).text
        assert "0 Praxisbeispiele" in (await guest.get("/examples?q=qqq")).text


@pytest.mark.parametrize("state", ["Hamburg", "Sachsen", "Bayern"])
def test_an_example_of_a_project_over_three_states_is_found_in_each(state: str) -> None:
    """D12: one project, three states, three keys."""
    told = PracticeExample("guid", "dipas", "cut", Text("DIPAS"), "Beteiligung", "Am Tisch.")
    cut = ModelProject("cut", "Hamburg, Leipzig und München", 2020, "", "Hamburg;Sachsen;Bayern")
    texts = load(static.ROOT / "i18n")["de"]
    view = examples.examples([told], {"cut": cut}, Chosen(state=state), (), texts, begins=())
    assert [card.title for card in view.cards] == ["DIPAS"]
    assert view.cards[0].project == "Hamburg, Leipzig und München, Hamburg, Sachsen, Bayern"
    assert [option.value for option in view.fields[0].options] == ["Bayern", "Hamburg", "Sachsen"]


async def test_an_example_names_the_sessions_that_show_it_and_they_name_it(site: World) -> None:
    async with site.browser() as guest:
        page = (await guest.get("/examples/digitalpfad-im-stadtwald")).text
        session = "/events/regionalkonferenz_2_2022/sessions/"
        assert f'href="{session}' in page
        start = page.index(f'href="{session}') + len('href="')
        there = (await guest.get(page[start : page.index('"', start)])).text
        assert 'href="/examples/digitalpfad-im-stadtwald"' in there


async def test_what_is_not_released_exists_for_its_project_alone(site: World) -> None:
    await site.funded(TEAM)
    await site.account(HOF, "hof-city")
    async with site.signed_in(TEAM) as team:
        await begun(team)
        assert CANARY in (await team.get(ADDRESS)).text
        assert "Münsterluft" in (await team.get("/examples")).text
        none = await team.get(f"{ADDRESS}/versions")
        assert (none.status_code, "Noch wurde nichts veröffentlicht" in none.text) == (200, True)
    paths = (
        *("/examples", "/examples.csv", "/examples.jsonld", ADDRESS),
        *(f"{ADDRESS}{end}" for end in (".jsonld", "/edit", "/preview", "/versions")),
    )
    async with site.browser() as guest, site.signed_in(HOF) as hof:
        absent = await guest.get("/examples/gibt-es-nicht")
        for reader in (guest, hof):
            for path in paths:
                answer = await reader.get(path)
                assert CANARY not in answer.text
                assert "Münsterluft" not in answer.text
                if path.startswith(ADDRESS):
                    assert answer.status_code == 404
        hidden = (await guest.get(ADDRESS)).text.replace("muensterluft", "gibt-es-nicht")
        assert hidden == absent.text


async def test_released_it_is_for_everybody_and_the_draft_goes_on(site: World) -> None:
    await site.funded(TEAM)
    async with site.signed_in(TEAM) as team, site.browser() as guest:
        await begun(team)
        await released(team)
        assert CANARY in (await guest.get(ADDRESS)).text
        await team.post(f"{ADDRESS}/edit", data=TYPED | {"summary": "Neu", "row_version": "2"})
        assert CANARY in (await guest.get(ADDRESS)).text
        assert "Neu" in (await team.get(f"{ADDRESS}/preview")).text
        await released(team, 3)
        assert CANARY not in (await guest.get(ADDRESS)).text
        assert CANARY in (await team.get(f"{ADDRESS}/versions")).text
        taken = await team.post(f"{ADDRESS}/take-back", data={"row_version": "4"})
        assert taken.status_code == 303
        assert (await guest.get(ADDRESS)).status_code == 404


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("edit", "Gespeichert. Für andere sichtbar wird es erst mit „Veröffentlichen“."),
        ("release", "Gespeichert und veröffentlicht."),
        ("take-back", "Gespeichert und zurückgezogen. Für andere ist es nicht mehr zu sehen."),
    ],
)
async def test_every_button_of_the_form_says_what_it_did(site: World, act: str, said: str) -> None:
    await site.funded(TEAM)
    async with site.signed_in(TEAM) as team:
        await begun(team)
        await released(team)
        done = await team.post(f"{ADDRESS}/{act}", data=await form(team))
        page = Page((await team.get(done.headers["location"])).text)
    assert page.all("//p[@role='status']") == [said]


async def test_an_example_for_the_funded_says_why_not_and_opens_with_its_day(site: World) -> None:
    await site.funded(TEAM)
    await site.account(HOF, "hof-city")
    line = {"audience": "funded", "audience_from": "2022-05-01", "audience_later": "public"}
    async with site.signed_in(TEAM) as team, site.signed_in(HOF) as hof, site.browser() as guest:
        await begun(team, **line)
        await released(team)
        refused = await hof.get(ADDRESS)
        assert refused.status_code == 403
        assert "gehört nach unseren Unterlagen nicht dazu" in refused.text
        assert CANARY not in refused.text
        assert (await guest.get(ADDRESS)).status_code == 401
        for path in ("/examples", "/examples.csv", "/examples.jsonld"):
            assert "Münsterluft" not in (await hof.get(path)).text
        assert (await team.get(ADDRESS)).status_code == 200
        site.clock.at = 1_651_356_000_000
        assert CANARY in (await guest.get(ADDRESS)).text
        assert "Münsterluft" in (await guest.get("/examples.csv")).text


async def test_two_of_a_team_edit_at_once_and_nobody_loses_a_word(site: World) -> None:
    await site.funded(TEAM)
    await site.funded(OTHER)
    async with site.signed_in(TEAM) as team, site.signed_in(OTHER) as other:
        await begun(team)
        first = TYPED | {"problem": "Hitze", "row_version": "1"}
        assert (await team.post(f"{ADDRESS}/edit", data=first)).status_code == 303
        second = TYPED | {"problem": "Staub auf den Blättern", "row_version": "1"}
        conflict = await other.post(f"{ADDRESS}/edit", data=second)
        assert conflict.status_code == 409
        assert "Jemand anderes hat inzwischen gespeichert" in conflict.text
        for words in ("Hitze", "Staub auf den Blättern"):
            assert words in conflict.text
        assert 'name="row_version" value="2"' in conflict.text
        again = await other.post(f"{ADDRESS}/edit", data=second | {"row_version": "2"})
        assert again.status_code == 303


async def test_of_two_in_a_team_old_words_never_come_back(site: World) -> None:
    await site.funded(TEAM)
    await site.funded(OTHER)
    async with site.signed_in(TEAM) as team, site.signed_in(OTHER) as other:
        await begun(team)
        began = await form(other)
        wrong = await other.post(f"{ADDRESS}/edit", data=began | {"repository": "x"})
        assert sent_by(Page(wrong.text))["row_version"] == "1"
        told = (await form(team)) | {"problem": "Hitze", "title": "Stadtluft"}
        assert (await team.post(f"{ADDRESS}/edit", data=told)).status_code == 303
        mine = sent_by(Page(wrong.text)) | {"repository": "", "effort": "Wenig"}
        answer = await other.post(f"{ADDRESS}/edit", data=mine)
        merged = sent_by(Page(answer.text))
        assert answer.status_code == 409
        assert "Ihre Änderungen sind noch nicht gespeichert" in answer.text
        assert "Von Ihnen:" not in answer.text
        assert merged == (await form(team)) | {"effort": "Wenig"}
        assert (await other.post(f"{ADDRESS}/edit", data=merged)).status_code == 303
        last = await form(team)
        assert [last[n] for n in ("title", "problem", "effort")] == ["Stadtluft", "Hitze", "Wenig"]
        late = await other.post(f"{ADDRESS}/release", data={"row_version": "1"})
        assert (late.status_code, "Das Formular zeigt den neuen Stand" in late.text) == (409, True)


async def form(browser: httpx.AsyncClient) -> dict[str, str]:
    return sent_by(Page((await browser.get(f"{ADDRESS}/edit")).text))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"title": ""}, "Titel: Bitte füllen Sie dieses Feld aus."),
        ({"repository": "ftp://x"}, "Quellcode: Bitte nennen Sie Adressen"),
        ({"contact": "Digitalamt"}, "Ein Kontakt darf nur mit Einverständnis hier stehen."),
        ({"summary": "x" * 1_501}, "Dieser Text ist zu lang."),
    ],
)
async def test_a_form_that_cannot_be_saved_keeps_what_was_typed(
    site: World, typed: dict[str, str], says: str
) -> None:
    await site.funded(TEAM)
    async with site.signed_in(TEAM) as team:
        await begun(team)
        answer = await team.post(
            f"{ADDRESS}/edit", data=TYPED | {"steps": "Erst dies", "row_version": "1"} | typed
        )
        assert answer.status_code == 422
        assert says in answer.text
        assert "Erst dies" in answer.text
        assert "Erst dies" not in (await team.get(f"{ADDRESS}/preview")).text


async def test_nobody_begins_or_edits_for_another_project(site: World) -> None:
    await site.funded(TEAM)
    await site.account(HOF, "hof-city")
    async with site.signed_in(TEAM) as team, site.signed_in(HOF) as hof:
        await begun(team)
        await released(team)
        for method in ("GET", "POST"):
            answer = await hof.request(method, "/examples/new?project=ulm", data=TYPED)
            assert answer.status_code == 404
        assert (await team.get("/examples/new?project=nirgends")).status_code == 404
        refused = await hof.post(f"{ADDRESS}/edit", data=TYPED | {"row_version": "2"})
        assert refused.status_code == 403
        assert "dem Team des Modellprojekts vorbehalten" in refused.text
        for act in ("release", "take-back", "bring-back"):
            assert (await hof.post(f"{ADDRESS}/{act}", data={})).status_code == 403


async def test_a_version_of_any_number_is_brought_back_or_not_there(site: World) -> None:
    await site.funded(TEAM)
    async with site.signed_in(TEAM) as team:
        await begun(team)
        for number in ("2", "²", "", "9" * 19, "9" * 5_000):
            typed = {"number": number, "row_version": "1"}
            answer = await team.post(f"{ADDRESS}/bring-back", data=typed)
            assert answer.status_code == 404, len(number)


async def test_every_field_of_the_form_comes_back(site: World) -> None:
    await site.funded(TEAM)
    full = {field.name: f"{field.name} ÄÖÜ <b>&amp;" for field in TEXTS}
    full |= {
        "title": "Münsterluft",
        "repository": "https://example.org/quelle",
        "sources": "https://example.org/eins",
        "contact_consent": "yes",
        "maturity": "pilot",
        "spatial_effect": "region",
        "audience": "municipalities",
        "audience_from": "2030-01-01",
        "audience_later": "public",
    }
    assert full.keys() == set(FIELDS)
    async with site.signed_in(TEAM) as team:
        answer = await team.post("/examples/new?project=ulm", data=full)
        assert answer.status_code == 303
        [row] = csv.DictReader(io.StringIO(await exported(team)))
        assert {name: row[name] for name in FIELDS} == full
        page = (await team.get(ADDRESS)).text
        assert "<b>" not in page


async def exported(team: httpx.AsyncClient) -> str:
    """The row of the draft once it is released, without the shipped ones."""
    await released(team)
    [header, *rows] = (await team.get("/examples.csv")).text.removeprefix("\ufeff").split("\r\n")
    return "\r\n".join([header, *(row for row in rows if "muensterluft" in row)])


async def test_materials_of_an_example_are_for_its_readers_once_released(site: World) -> None:
    await site.funded(TEAM)
    async with site.signed_in(TEAM) as team, site.browser() as guest:
        await begun(team)
        await released(team)
        draft = await site.pages.answers.site.examples.store.draft("muensterluft")
        assert draft is not None
        added = await team.post(
            f"/materials/of/example/{draft.example.guid}/links",
            data={"url": "https://example.org/daten", "title": "Messdaten der Luft"},
        )
        assert added.status_code == 303
        assert "Messdaten der Luft" in (await team.get(ADDRESS)).text
        assert "Messdaten der Luft" not in (await guest.get(ADDRESS)).text
        refused = await guest.post(
            f"/materials/of/example/{draft.example.guid}/links",
            data={"url": "https://example.org/x", "title": "Fremdes"},
        )
        assert refused.status_code == 401
        edit = added.headers["location"]
        done = await team.post(f"{edit.removesuffix('/edit')}/release", data={"released": "yes"})
        assert done.status_code == 303
        assert "Messdaten der Luft" in (await guest.get(ADDRESS)).text


async def test_the_table_is_not_sent_again_to_whoever_has_it(site: World, tmp_path: Path) -> None:
    async with site.browser() as guest:
        answer = await guest.get("/examples.csv")
        assert answer.headers["content-disposition"] == 'attachment; filename="praxisbeispiele.csv"'
        tag = answer.headers["etag"]
        again = await guest.get("/examples.csv", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")


async def test_whoever_releases_an_example_keeps_what_they_typed(site: World) -> None:
    await site.funded(TEAM)
    async with site.signed_in(TEAM) as team, site.browser() as guest:
        await begun(team)
        page = Page((await team.get(f"{ADDRESS}/edit")).text)
        assert page.values("//main//form//@formaction") == [f"{ADDRESS}/release"]
        assert len(page.find("//main//form")) == 1
        typed = sent_by(page) | {"title": "Neu getippt"}
        wrong = await team.post(f"{ADDRESS}/release", data=typed | {"summary": ""})
        assert (wrong.status_code, sent_by(Page(wrong.text))["title"]) == (422, "Neu getippt")
        assert (await guest.get(ADDRESS)).status_code == 404
        done = await team.post(f"{ADDRESS}/release", data=typed)
        assert done.status_code == 303
        assert "Neu getippt" in (await guest.get(ADDRESS)).text

        shown = sent_by(Page((await team.get(f"{ADDRESS}/edit")).text))
        await team.post(f"{ADDRESS}/release", data=shown)
        draft = await site.pages.answers.site.examples.store.draft("muensterluft")
        assert draft is not None
        assert draft.released == 1  # the same again is no new version
        shown = sent_by(Page((await team.get(f"{ADDRESS}/edit")).text))
        back = await team.post(f"{ADDRESS}/take-back", data=shown | {"topic": "Luft"})
        assert back.status_code == 303
        assert sent_by(Page((await team.get(f"{ADDRESS}/edit")).text))["topic"] == "Luft"
        assert (await guest.get(ADDRESS)).status_code == 404
