"""The erasure journal: what was acknowledged stands in it, whatever died meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooms.core.chat import MessageDeleted
from rooms.core.names import Kind, Ref
from rooms.core.people import WordsErased
from server.storage.journal import (
    AccountClosed,
    ErasureJournal,
    FileGone,
    JournalError,
    TakenBack,
    WordsGone,
)

MESSAGE = Ref(Kind.MESSAGE, "m-1")


@pytest.fixture
def journal(tmp_path: Path) -> ErasureJournal:
    return ErasureJournal(tmp_path / "away" / "erasures.journal", lambda: 7)


async def test_erasures_are_read_in_their_order(journal: ErasureJournal, tmp_path: Path) -> None:
    assert journal.read() == ()
    await journal.account("hof")
    await journal.words([("plenum", WordsErased(at=5, objects=(MESSAGE,), persons=("ulm",)))])
    await journal.words([("plenum", MessageDeleted(at=6, message="m-2"))])
    await journal.files(["file-1", "file-2"])
    assert journal.read() == (
        AccountClosed("hof", 7),
        WordsGone("plenum", (MESSAGE,), (), 5),
        TakenBack("plenum", Ref(Kind.MESSAGE, "m-2"), 6),
        FileGone("file-1", 7),
        FileGone("file-2", 7),
    )
    path = tmp_path / "away" / "erasures.journal"
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_person_is_named_only_where_no_words_stand_beside(journal: ErasureJournal) -> None:
    """Beside the objects the name would tell who asked unnamed questions."""
    await journal.words([("plenum", WordsErased(at=5, objects=(), persons=("ulm",)))])
    assert journal.read() == (WordsGone("plenum", (), ("ulm",), 5),)


async def test_a_line_that_a_crash_cut_off_is_dropped_by_the_next(
    journal: ErasureJournal, tmp_path: Path
) -> None:
    await journal.account("hof")
    with (tmp_path / "away" / "erasures.journal").open("ab") as file:
        file.write(b'{"erased":"acc')
    assert journal.read() == (AccountClosed("hof", 7),)
    await journal.account("ulm")
    assert journal.read() == (AccountClosed("hof", 7), AccountClosed("ulm", 7))


async def test_a_line_nobody_understands_is_told_with_its_number(
    journal: ErasureJournal, tmp_path: Path
) -> None:
    await journal.account("hof")
    with (tmp_path / "away" / "erasures.journal").open("ab") as file:
        file.write(b"something else\n")
    with pytest.raises(JournalError, match=r"erasures\.journal: line 2"):
        journal.read()
