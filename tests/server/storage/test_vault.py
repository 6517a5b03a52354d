"""The vault: an author is found again until the key is destroyed, and then never."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.core.names import Author
from rooms.ports import CommandKey, StoreUnavailableError
from server.storage.vault import RECORD, FileVault
from tests.fixtures.disk import files_at_most
from tests.rooms.house import uuid7

ULM = Author("account-1", "Gastgeberin Ulm", "Stadt Ulm", unnamed=True)
HOF = Author("account-2", "Beschäftigter Hof", "Stadt Hof", unnamed=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault" / "keys"


def test_authors_are_found_again_also_after_a_restart(path: Path) -> None:
    sealed = FileVault(path).seal({"question-1": ULM, "question-2": HOF})
    again = FileVault(path)
    assert again.open("question-1", sealed["question-1"]) == ULM
    assert again.open("question-2", sealed["question-2"]) == HOF


def test_a_seal_opens_only_for_its_own_question(path: Path) -> None:
    vault = FileVault(path)
    sealed = vault.seal({"question-1": ULM, "question-2": HOF})
    assert vault.open("question-2", sealed["question-1"]) is None
    assert vault.open("question-3", sealed["question-1"]) is None


def test_a_damaged_seal_opens_for_nobody(path: Path) -> None:
    vault = FileVault(path)
    sealed = bytearray(vault.seal({"question-1": ULM})["question-1"])
    sealed[-1] ^= 1
    assert vault.open("question-1", bytes(sealed)) is None


def test_a_destroyed_key_is_gone_from_the_file(path: Path) -> None:
    vault = FileVault(path)
    sealed = vault.seal({"question-1": ULM, "question-2": HOF})
    before = path.read_bytes()
    vault.destroy(["question-1"])
    assert path.read_bytes() == bytes(RECORD.size) + before[RECORD.size :]
    for each in (vault, FileVault(path)):
        assert each.open("question-1", sealed["question-1"]) is None
        assert each.open("question-2", sealed["question-2"]) == HOF


def test_what_one_process_destroys_another_cannot_open(path: Path) -> None:
    one, other = FileVault(path), FileVault(path)
    sealed = one.seal({"question-1": ULM})["question-1"]
    assert other.open("question-1", sealed) == ULM
    one.destroy(["question-1"])
    assert other.open("question-1", sealed) is None


def test_keys_of_another_process_are_found(path: Path) -> None:
    one, other = FileVault(path), FileVault(path)
    first = one.seal({"question-1": ULM})["question-1"]
    second = other.seal({"question-2": HOF})["question-2"]
    assert one.open("question-2", second) == HOF
    assert other.open("question-1", first) == ULM
    other.destroy(["question-1"])
    assert one.open("question-1", first) is None


def test_a_question_sealed_twice_opens_by_both_seals_until_destroyed(path: Path) -> None:
    vault = FileVault(path)
    seals = [vault.seal({"question-1": ULM})["question-1"] for _ in range(2)]
    assert [vault.open("question-1", sealed) for sealed in seals] == [ULM, ULM]
    vault.destroy(["question-1"])
    assert [vault.open("question-1", sealed) for sealed in seals] == [None, None]


def test_no_key_is_used_twice_and_equal_authors_look_different(path: Path) -> None:
    vault = FileVault(path)
    sealed = vault.seal({f"question-{n}": ULM for n in range(200)})
    data = path.read_bytes()
    keys = {RECORD.unpack_from(data, at)[2] for at in range(0, len(data), RECORD.size)}
    assert len(keys) == 200
    assert len(set(sealed.values())) == 200


def test_only_this_account_reads_the_file(path: Path) -> None:
    FileVault(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_half_written_record_does_not_hurt_the_next_one(path: Path) -> None:
    first = FileVault(path).seal({"question-1": ULM})["question-1"]
    with path.open("ab") as file:
        file.write(b"cut off in the mid")
    vault = FileVault(path)
    second = vault.seal({"question-2": HOF})["question-2"]
    assert vault.open("question-1", first) == ULM
    assert vault.open("question-2", second) == HOF


def test_a_full_disk_seals_nothing_and_damages_nothing(path: Path) -> None:
    vault = FileVault(path)
    first = vault.seal({"question-1": ULM})["question-1"]
    before = path.read_bytes()
    with files_at_most(len(before) + 10), pytest.raises(StoreUnavailableError):
        vault.seal({"question-2": HOF})
    assert path.read_bytes() == before
    second = vault.seal({"question-2": HOF})["question-2"]
    assert vault.open("question-1", first) == ULM
    assert vault.open("question-2", second) == HOF


DAY = 24 * 3_600_000
MONDAY = 1_653_868_800_000
"""30 May 2022, the beginning of the day."""


def command(account: str = "account-1", at: int = MONDAY, number: int = 1) -> CommandKey:
    return CommandKey(account, uuid7(at, number))


def test_the_owner_of_a_command_is_the_same_for_every_process_and_after_a_restart(
    path: Path,
) -> None:
    one, other = FileVault(path), FileVault(path)
    key = command()
    assert other.owners([key]) == {}
    owner = one.owners([key], make=True)
    assert owner == other.owners([key], make=True) == FileVault(path).owners([key])


def test_owners_of_one_account_have_nothing_in_common(path: Path) -> None:
    keys = [command(number=n) for n in range(100)] + [command("account-2")]
    owners = FileVault(path).owners(keys, make=True)
    assert len({owner.id for owner in owners.values()}) == len(keys)
    assert len({owner.mask for owner in owners.values()}) == len(keys)


def test_another_vault_makes_other_owners(path: Path) -> None:
    other = FileVault(path.with_name("other"))
    assert FileVault(path).owners([command()], make=True) != other.owners([command()], make=True)


def test_a_day_has_one_secret_and_every_day_its_own(path: Path) -> None:
    vault = FileVault(path)
    for at in (MONDAY, MONDAY + DAY - 1, MONDAY + DAY):
        vault.owners([command(at=at)], make=True)
    data = path.read_bytes()
    assert len({RECORD.unpack_from(data, at)[2] for at in range(0, len(data), RECORD.size)}) == 2


def test_secrets_of_days_gone_by_are_destroyed_and_nothing_else(path: Path) -> None:
    vault, other = FileVault(path), FileVault(path)
    sealed = vault.seal({"question-1": ULM})["question-1"]
    old, late = command(at=MONDAY), command(at=MONDAY + DAY)
    owners = vault.owners([old, late], make=True)
    before = path.read_bytes()
    vault.forget(MONDAY + DAY - 1)
    assert path.read_bytes() == before
    vault.forget(MONDAY + DAY)
    assert path.read_bytes().count(bytes(RECORD.size)) == 1
    for each in (vault, other, FileVault(path)):
        assert each.owners([old, late]) == {late: owners[late]}
        assert each.open("question-1", sealed) == ULM
    assert vault.owners([old], make=True)[old] != owners[old]


def test_a_full_disk_makes_no_secret(path: Path) -> None:
    vault = FileVault(path)
    with files_at_most(10), pytest.raises(StoreUnavailableError):
        vault.owners([command()], make=True)
    assert path.read_bytes() == b""
    assert vault.owners([command()]) == {}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("sd"), st.integers(0, 5), st.integers(0, 1))))
def test_random_use_by_two_processes_agrees_with_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int, int]]
) -> None:
    path = tmp_path_factory.mktemp("vault") / "keys"
    vaults = [FileVault(path), FileVault(path)]
    alive: dict[bytes, tuple[str, Author]] = {}
    dead: list[tuple[str, bytes]] = []
    for act, number, who in acts:
        question = f"question-{number}"
        if act == "s":
            author = Author(f"account-{len(alive)}", "Moderation", "", unnamed=True)
            alive[vaults[who].seal({question: author})[question]] = (question, author)
        else:
            vaults[who].destroy([question])
            dead += [(q, sealed) for sealed, (q, _) in alive.items() if q == question]
            alive = {s: kept for s, kept in alive.items() if kept[0] != question}
    for vault in [*vaults, FileVault(path)]:
        assert {s: vault.open(q, s) for s, (q, _) in alive.items()} == {
            s: author for s, (_, author) in alive.items()
        }
        assert [vault.open(question, sealed) for question, sealed in dead] == [None] * len(dead)
