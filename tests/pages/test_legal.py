"""What the law wants on legal pages, and who fills it in."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.http import static
from server.http.pages import rooms
from server.http.pages.operator import SAMPLE, Operator, OperatorFileError, load
from server.http.pages.texts import load as load_texts
from tests.agenda.events import draft
from tests.pages.markup import Page
from tests.pages.test_every_page import EVENT
from tests.pages.world import World, world

OFFICE = Operator(name="Landkreis Beispiel", accessibility_mail="barrieren@beispiel.example")


async def test_statement_has_all_parts_of_the_law(site: World) -> None:
    async with site.browser() as browser:
        page = Page((await browser.get("/accessibility")).text)
    assert [text for level, text in page.headings() if level == 2] == [
        "Stand",
        "Noch nicht barrierefrei",
        "Über diese Erklärung",
        "Barriere melden",
        "Schlichtungsverfahren",
    ]
    assert len(page.all("//h2[.='Noch nicht barrierefrei']/following-sibling::ul[1]/li")) == 2
    mails = page.values("//a[starts-with(@href, 'mailto:')]/@href")
    assert mails == [f"mailto:{SAMPLE.accessibility_mail}?subject=Barriere%20melden"]
    assert page.find("//a[contains(@href, 'schlichtungsstelle-bgg.de')]")
    assert "23. November 2026" in page.text()


async def test_sample_details_say_so_until_somebody_fills_them_in(
    site: World, tmp_path: Path
) -> None:
    async with site.browser() as browser:
        sample = (await browser.get("/imprint")).text
    other = tmp_path / "other"
    other.mkdir()
    async with world(other, operator=OFFICE) as filled, filled.browser() as browser:
        real = (await browser.get("/imprint")).text
    assert ("Muster:" in sample, "Muster:" in real) == (True, False)
    assert "Landkreis Beispiel" in real


async def test_sign_language_video_is_shown_once_there_is_one(tmp_path: Path) -> None:
    operator = Operator(sign_language_video="/static/assets/dgs.mp4")
    async with world(tmp_path, operator=operator) as filled, filled.browser() as browser:
        page = Page((await browser.get("/sign-language")).text)
        statement = (await browser.get("/accessibility")).text
    assert page.values("//video/@src") == ["/static/assets/dgs.mp4"]
    assert "noch nicht aufgenommen" not in statement


async def test_production_has_no_mailbox(tmp_path: Path) -> None:
    async with world(tmp_path, demo=False) as production, production.browser() as browser:
        assert (await browser.get("/dev/mail")).status_code == 404
        assert "/dev/mail" not in (await browser.get("/")).text


def test_operator_is_read_from_the_data_folder(tmp_path: Path) -> None:
    assert load(tmp_path) == SAMPLE
    (tmp_path / "operator.toml").write_text('name = "Landkreis Beispiel"\n', encoding="utf-8")
    assert load(tmp_path) == Operator(name="Landkreis Beispiel")


@pytest.mark.parametrize("content", ['nmae = "x"', "name = 3", "name =", "\xff"])
def test_misspelt_operator_file_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "operator.toml").write_text(content, encoding="latin-1")
    with pytest.raises(OperatorFileError, match=r"^operator\.toml: "):
        load(tmp_path)


async def test_how_long_words_stay_is_told(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        privacy = Page((await browser.get("/privacy")).text).text()
        room = Page((await browser.get(f"{EVENT}/rooms/plenum")).text)
    assert "bis 30 Tage nach dem letzten Tag der Veranstaltung" in privacy
    rest = "gelöscht, nur Beantwortetes bleibt."
    rehearsal = f"Nachrichten und Fragen werden in dieser Probe nach 30 Tagen {rest}"
    assert room.values("//*[@id='plenum-room']/@data-kept") == [rehearsal]
    conference = f"Nachrichten und Fragen werden 30 Tage nach der Veranstaltung {rest}"
    texts = load_texts(static.ROOT / "i18n")["de"]
    assert rooms.kept(draft(), 30, texts) == conference
