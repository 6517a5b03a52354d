"""Materials as values: what a link may be, what is told to uploaders, what an edit changes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from access.audiences import Group, always
from agenda.core.materials import (
    Deck,
    Difference,
    Edit,
    FileState,
    Hint,
    Material,
    MaterialKind,
    MediaType,
    OwnerKind,
    StoredFile,
    address,
    differences,
    edit_of,
    edited,
    first_kind,
    first_title,
    hints,
    in_order,
    letters_px,
    silent_pages,
    text_of,
    tiny_pages,
    too_long,
    usable,
)
from agenda.core.model import Text

GOOD = Deck(2, True, "de", "Titel", ("Eins", "Zwei"), 1.5, (0.04, 0.025))
FILE = StoredFile("f", "a.pdf", MediaType.PDF, 10, "s", FileState.READY, deck=GOOD)
SLIDES = Material(
    "m", OwnerKind.SESSION, "s", MaterialKind.SLIDES, Text("Folien"), file="f", version=3
)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("https://ulm.example", "https://ulm.example/"),
        ("  HTTP://ULM.example:80/A?b=C#d ", "http://ulm.example/A?b=C#d"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/ä"),
        ("https://ulm.example:8443/", "https://ulm.example:8443/"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,a", None),
        ("//ulm.example", None),
        ("ulm.example", None),
        ("https://", None),
        ("https://user:pass@ulm.example", None),
        ("https://ulm.example\\@evil.example", None),
        ("https://ulm.example/\n", "https://ulm.example/"),
        ("https://ulm.example/a\tb", None),
        ("https://ulm.example/a b", None),
        ("https://ulm.example:99999/", None),
        ("https://" + "a" * 2_000, None),
        ("", None),
    ],
)
def test_link_is_http_and_normal(given: str, stored: str | None) -> None:
    assert address(given) == stored


def test_material_is_either_a_file_or_a_link() -> None:
    for file, url in ((None, None), ("f", "https://ulm.example/")):
        with pytest.raises(ValueError, match="either"):
            replace(SLIDES, file=file, url=url)


def test_good_deck_needs_no_hint() -> None:
    assert hints(SLIDES, FILE) == ()


def test_hints_name_what_is_missing_in_a_stable_order() -> None:
    poor = replace(FILE, deck=Deck(3, False, None, None, ("Eins", " ", ""), 1.5, ()))
    everything = (Hint.NOT_TAGGED, Hint.NO_LANGUAGE, Hint.NO_TITLE, Hint.PAGES_WITHOUT_TEXT)
    assert hints(SLIDES, poor) == everything
    described = replace(SLIDES, alternatives=("", "Ein Bild", "Eine Karte"))
    assert hints(described, poor) == everything[:3]
    assert poor.deck is not None
    assert silent_pages(SLIDES, poor.deck) == (2, 3)


def test_letters_are_told_as_high_as_a_phone_shows_them() -> None:
    assert [letters_px(GOOD, page) for page in (1, 2, 3)] == [12.8, 8.0, None]
    small = replace(GOOD, pages=3, letters=(0.024, None, 0.01))
    assert tiny_pages(small) == (1, 3)
    assert hints(SLIDES, replace(FILE, deck=replace(GOOD, letters=(0.02, 0.04)))) == (
        Hint.SMALL_LETTERS,
    )


def test_deck_from_before_is_not_called_readable() -> None:
    old = replace(FILE, deck=replace(GOOD, letters=None))
    assert (old.unmeasured, FILE.unmeasured) == (True, False)
    assert hints(SLIDES, old) == (Hint.NOT_MEASURED,)
    assert tiny_pages(replace(GOOD, letters=None)) == ()


def test_picture_and_presentation_have_hints_of_their_own() -> None:
    picture = replace(FILE, media_type=MediaType.PNG, deck=None)
    assert hints(SLIDES, picture) == (Hint.PICTURE_WITHOUT_TEXT,)
    assert hints(replace(SLIDES, alternatives=("Ein Plan",)), picture) == ()
    assert hints(SLIDES, replace(FILE, media_type=MediaType.ODP, deck=None)) == (Hint.ASK_FOR_PDF,)


@pytest.mark.parametrize("state", [each for each in FileState if each is not FileState.READY])
def test_file_that_is_not_ready_has_no_pages_hints_or_use(state: FileState) -> None:
    waiting = replace(FILE, state=state)
    assert (waiting.pages, hints(SLIDES, waiting), usable(SLIDES, waiting)) == (0, (), False)


def test_pages_of_a_file() -> None:
    counts = {MediaType.PDF: 2, MediaType.WEBP: 1, MediaType.PPTX: 0}
    files = [
        replace(FILE, media_type=each, deck=GOOD if each is MediaType.PDF else None)
        for each in counts
    ]
    assert [file.pages for file in files] == list(counts.values())


def test_written_text_goes_before_the_one_found() -> None:
    written = replace(SLIDES, alternatives=("", "Geschrieben"))
    assert [text_of(written, GOOD, page) for page in (1, 2, 3)] == ["Eins", "Geschrieben", ""]


def test_edit_cleans_and_counts_on() -> None:
    edit = replace(edit_of(SLIDES), title=Text(" Neue\n Folien "), alternatives=("a\r\nb ",))
    after = edited(SLIDES, edit)
    assert (after.title, after.alternatives, after.version) == (Text("Neue Folien"), ("a\nb",), 4)
    assert (after.file, after.released, after.owner) == (SLIDES.file, False, SLIDES.owner)


def test_differences_name_each_field_with_both_values() -> None:
    mine = Edit(Text("Meine"), MaterialKind.SLIDES, audience=always(Group.FUNDED))
    assert differences(SLIDES, mine) == (
        Difference("title", Text("Folien"), Text("Meine")),
        Difference("audience", None, always(Group.FUNDED)),
    )


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (Edit(Text("a" * 200), MaterialKind.SLIDES), ""),
        (Edit(Text("a" * 201), MaterialKind.SLIDES), "title"),
        (Edit(Text("a", "b" * 201), MaterialKind.SLIDES), "title"),
        (Edit(Text("a"), MaterialKind.SLIDES, licence="c" * 201), "licence"),
        (Edit(Text("a"), MaterialKind.SLIDES, alternatives=("d" * 4_001,)), "alternatives"),
    ],
)
def test_too_long_is_named_and_nothing_is_cut(edit: Edit, field: str) -> None:
    assert too_long(edit) == field


def test_first_guess_from_the_file() -> None:
    assert first_title("Digitale_Strategie Ulm.final.pdf") == "Digitale Strategie Ulm.final"
    assert first_title(".pdf") == ".pdf"
    assert first_kind(MediaType.JPEG) is MaterialKind.PICTURE
    assert first_kind(MediaType.PDF) is MaterialKind.SLIDES


def test_order_is_by_position_then_guid() -> None:
    made = [replace(SLIDES, guid=guid, position=at) for guid, at in (("c", 1), ("b", 2), ("a", 2))]
    assert [each.guid for each in in_order(made)] == ["c", "a", "b"]
