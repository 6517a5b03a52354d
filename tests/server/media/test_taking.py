"""What is taken, what is refused and why: type by type, with files as attackers make them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from agenda.core.materials import FileProblem, MediaType
from server.media import taking
from server.media.facts import CONTENT, Facts, RefusedError, image
from server.media.limits import MOST_PAGE_PIXELS
from tests.server.media import samples

PDF, PNG, JPEG, WEBP = MediaType.PDF, MediaType.PNG, MediaType.JPEG, MediaType.WEBP
ODP, PPTX = MediaType.ODP, MediaType.PPTX
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def take(folder: Path, content: bytes, declared: MediaType) -> Facts:
    source, out = folder / "original", folder / "out"
    source.write_bytes(content)
    out.mkdir()
    return taking.take(source, out, declared)


def problem(folder: Path, content: bytes, declared: MediaType) -> FileProblem:
    with pytest.raises(RefusedError) as refused:
        take(folder, content, declared)
    assert [path.name for path in (folder / "out").iterdir() if path.suffix == ".webp"] == []
    return refused.value.problem


def test_pdf_becomes_pages_with_images_and_texts(tmp_path: Path) -> None:
    facts = take(tmp_path, samples.pdf(2, tagged=True), PDF)
    assert facts.pages is not None
    assert facts.pages.texts == ("Guten Tag, Seite 1", "Guten Tag, Seite 2")
    assert (facts.pages.tagged, facts.pages.language) == (True, "de-DE")
    assert (facts.pages.title, round(facts.pages.ratio, 3)) == ("Ein guter Titel", 1.778)
    assert (facts.images, facts.cleaned) == (2, False)
    sizes = []
    for small in (False, True):
        with Image.open(tmp_path / "out" / image(2, small=small), formats=["WEBP"]) as page:
            sizes.append(page.size)
    assert sizes == [(1600, 900), (320, 180)]


def words(*lines: tuple[str, int], turned: bool = False) -> bytes:
    """A page of 960 × 540 points with these lines, each with its operators and its length."""
    shown = " ".join(
        f"BT {how} 100 {100 + 40 * n} Tm ({'a' * length}) Tj ET"
        for n, (how, length) in enumerate(lines)
    )
    return samples.drawn_pdf(shown, turned=turned)


@pytest.mark.parametrize(
    ("lines", "points"),
    [
        ([("/F1 24 Tf 1 0 0 1", 30)], 24),
        ([("/F1 1 Tf 24 0 0 24", 30)], 24),
        ([("/F1 1 Tf 0 24 -24 0", 30)], 24),
        ([("/F1 36 Tf 1 0 0 1", 30), ("/F1 9 Tf 1 0 0 1", 3)], 36),
        ([("/F1 36 Tf 1 0 0 1", 30), ("/F1 9 Tf 1 0 0 1", 10)], 9),
    ],
)
def test_small_letters_are_measured_as_they_are_drawn(
    tmp_path: Path, lines: list[tuple[str, int]], points: float
) -> None:
    """However the size is made up; a page number does not make a page unreadable."""
    facts = take(tmp_path, words(*lines), PDF)
    assert facts.pages is not None
    assert [round(share * 960, 1) for share in facts.pages.letters if share] == [points]


def test_page_that_lies_on_its_side_is_measured_as_it_is_shown(tmp_path: Path) -> None:
    facts = take(tmp_path, words(("/F1 24 Tf 1 0 0 1", 30), turned=True), PDF)
    assert facts.pages is not None
    assert [round(share * 540, 1) for share in facts.pages.letters if share] == [24]


def test_page_without_letters_has_no_height(tmp_path: Path) -> None:
    facts = take(tmp_path, samples.pdf(2, text=""), PDF)
    assert facts.pages is not None
    assert facts.pages.letters == (None, None)


def test_pdf_without_structure_says_so(tmp_path: Path) -> None:
    facts = take(tmp_path, samples.pdf(1), PDF)
    assert facts.pages is not None
    assert (facts.pages.tagged, facts.pages.language, facts.pages.title) == (False, None, None)


def test_what_acts_in_a_pdf_is_taken_out_and_links_stay(tmp_path: Path) -> None:
    facts = take(tmp_path, samples.acting_pdf(), PDF)
    assert facts.cleaned
    with pikepdf.open(tmp_path / "out" / CONTENT) as clean:
        everything = b"".join(each.unparse(resolved=True) for each in clean.objects)
        marks = [
            str(mark.A.URI) for mark in clean.pages[0].obj.Annots if "/URI" in mark.get("/A", {})
        ]
        assert list(clean.attachments) == []
    gone = (b"CANARY", b"JavaScript", b"Launch", b"/AA", b"/XFA", b"EmbeddedFile", b"OpenAction")
    assert [word for word in gone if word in everything] == []
    assert marks == ["https://ulm.example/kept"]


def test_page_of_any_size_is_drawn_within_the_limit(tmp_path: Path) -> None:
    take(tmp_path, samples.huge_page_pdf(), PDF)
    with Image.open(tmp_path / "out" / image(1, small=False)) as page:
        assert page.width * page.height <= MOST_PAGE_PIXELS


@pytest.mark.parametrize("kind", [PNG, JPEG, WEBP])
def test_picture_is_drawn_anew_without_metadata(tmp_path: Path, kind: MediaType) -> None:
    assert b"CANARY" in samples.picture(kind)
    facts = take(tmp_path, samples.picture(kind), kind)
    assert (facts.images, facts.pages) == (1, None)
    assert b"CANARY" not in (tmp_path / "out" / CONTENT).read_bytes()
    with Image.open(tmp_path / "out" / CONTENT) as drawn:
        assert (drawn.size, dict(drawn.getexif())) == ((40, 30), {})


def test_picture_is_never_blown_up(tmp_path: Path) -> None:
    take(tmp_path, samples.picture(), PNG)
    with Image.open(tmp_path / "out" / image(1, small=False)) as page:
        assert page.size == (40, 30)


@pytest.mark.parametrize(
    ("content", "kind"), [(samples.odp(), ODP), (samples.pptx(), PPTX)], ids=["odp", "pptx"]
)
def test_presentation_is_given_out_as_it_came(
    tmp_path: Path, content: bytes, kind: MediaType
) -> None:
    assert take(tmp_path, content, kind) == Facts()
    assert (tmp_path / "out" / CONTENT).read_bytes() == content


WHOLE = samples.pdf(2)
REFUSED: dict[str, Callable[[], tuple[bytes, MediaType, FileProblem]]] = {
    "empty file": lambda: (b"", PDF, FileProblem.EMPTY),
    "SVG named PNG": lambda: (SVG, PNG, FileProblem.WRONG_TYPE),
    "HTML named PDF": lambda: (HTML, PDF, FileProblem.WRONG_TYPE),
    "PNG named PDF": lambda: (samples.picture(PNG), PDF, FileProblem.WRONG_TYPE),
    "PDF named PPTX": lambda: (WHOLE, PPTX, FileProblem.WRONG_TYPE),
    "any ZIP named PPTX": lambda: (samples.archive({"a.txt": b"a"}), PPTX, FileProblem.WRONG_TYPE),
    "ODT named ODP": lambda: (
        samples.archive(
            {"content.xml": b"", "META-INF/manifest.xml": b""},
            first=b"application/vnd.oasis.opendocument.text",
        ),
        ODP,
        FileProblem.WRONG_TYPE,
    ),
    "program": lambda: (b"MZ" + bytes(500), PDF, FileProblem.WRONG_TYPE),
    "PDF with something before it": lambda: (b"GIF89a" + WHOLE, PDF, FileProblem.WRONG_TYPE),
    "PDF and ZIP at once": lambda: (WHOLE + samples.pptx(), PDF, FileProblem.WRONG_TYPE),
    "PDF and HTML at once": lambda: (
        WHOLE.replace(b"\n", b"\n%<script>alert(1)</script>\n", 1),
        PDF,
        FileProblem.WRONG_TYPE,
    ),
    "PNG and ZIP at once": lambda: (
        samples.picture(PNG) + samples.pptx(),
        PNG,
        FileProblem.WRONG_TYPE,
    ),
    "JPEG and PDF at once": lambda: (
        samples.picture(JPEG)[:2] + b"\xff\xfe\x00\x0a%PDF-1.7" + samples.picture(JPEG)[2:],
        JPEG,
        FileProblem.WRONG_TYPE,
    ),
    "PPTX behind a page": lambda: (HTML + samples.pptx(), PPTX, FileProblem.WRONG_TYPE),
    "PPTX with something behind it": lambda: (samples.pptx() + HTML, PPTX, FileProblem.WRONG_TYPE),
    "PPTX with a way out": lambda: (
        samples.pptx({"../../etc/passwd": b"a"}),
        PPTX,
        FileProblem.WRONG_TYPE,
    ),
    "PDF cut in half": lambda: (WHOLE[: len(WHOLE) // 2], PDF, FileProblem.DAMAGED),
    "PDF without its end": lambda: (WHOLE[:-8], PDF, FileProblem.DAMAGED),
    "PDF with a hole": lambda: (WHOLE[:200] + WHOLE[300:], PDF, FileProblem.DAMAGED),
    "PNG cut": lambda: (samples.picture(PNG)[:-20], PNG, FileProblem.DAMAGED),
    "JPEG cut": lambda: (samples.picture(JPEG, (400, 300))[:-300], JPEG, FileProblem.DAMAGED),
    "WebP cut": lambda: (samples.picture(WEBP)[:-9], WEBP, FileProblem.DAMAGED),
    "PPTX cut": lambda: (samples.pptx()[:-30], PPTX, FileProblem.DAMAGED),
    "PDF behind a password": lambda: (samples.encrypted_pdf(), PDF, FileProblem.ENCRYPTED),
    "restricted PDF": lambda: (samples.encrypted_pdf(""), PDF, FileProblem.ENCRYPTED),
    "PPTX behind a password": lambda: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        PPTX,
        FileProblem.ENCRYPTED,
    ),
    "ODP behind a password": lambda: (
        samples.odp({"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
        ODP,
        FileProblem.ENCRYPTED,
    ),
    "PDF of 5,000 pages": lambda: (samples.many_pages_pdf(5_000), PDF, FileProblem.TOO_MANY_PAGES),
    "PDF of a page like a ribbon": lambda: (
        samples.ribbon_pdf(),
        PDF,
        FileProblem.TOO_LONG_PAGE,
    ),
    "picture of 900 megapixels": lambda: (samples.pixel_bomb(), PNG, FileProblem.TOO_BIG_PICTURE),
    "zip bomb": lambda: (samples.boasting_zip_bomb(), PPTX, FileProblem.UNPACKS_TOO_LARGE),
    "zip bomb by ratio": lambda: (samples.zip_bomb(), PPTX, FileProblem.UNPACKS_TOO_LARGE),
    "zip bomb that lies": lambda: (samples.lying_zip_bomb(), PPTX, FileProblem.DAMAGED),
    "too many entries": lambda: (
        samples.pptx({f"ppt/{number}": b"" for number in range(5_001)}),
        PPTX,
        FileProblem.UNPACKS_TOO_LARGE,
    ),
    "PPTX with macros": lambda: (
        samples.pptx({"ppt/vbaProject.bin": b"a"}),
        PPTX,
        FileProblem.ACTIVE_CONTENT,
    ),
    "ODP with macros": lambda: (
        samples.odp({"Basic/Standard/Module1.xml": b"a"}),
        ODP,
        FileProblem.ACTIVE_CONTENT,
    ),
}


@pytest.mark.parametrize("made", REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_a_code_and_nothing_drawn(
    tmp_path: Path, made: Callable[[], tuple[bytes, MediaType, FileProblem]]
) -> None:
    content, declared, why = made()
    assert problem(tmp_path, content, declared) is why


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """One packed megabyte that several entries claim: small on the disk, huge when unpacked."""
    whole = samples.pptx({f"ppt/media/{n}.bin": bytes([n]) * 900_000 for n in range(60)})
    source = tmp_path / "plain.zip"
    source.write_bytes(whole)
    with zipfile.ZipFile(source) as plain:
        offsets = {entry.filename: entry.header_offset for entry in plain.infolist()}
    first = offsets["ppt/media/0.bin"].to_bytes(4, "little")
    overlapping = whole
    for number in range(1, 60):
        place = overlapping.rindex(f"ppt/media/{number}.bin".encode()) - 4
        overlapping = overlapping[:place] + first + overlapping[place + 4 :]
    assert problem(tmp_path, overlapping, PPTX) in {
        FileProblem.DAMAGED,
        FileProblem.UNPACKS_TOO_LARGE,
    }
