"""The file of a backup tells by itself whether it is whole."""

from __future__ import annotations

import errno
import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from server.backup.archive import (
    FORMAT,
    LONGEST_MANIFEST,
    ArchiveError,
    ArchiveWriter,
    Manifest,
    TableOf,
    members,
    verified,
    written,
)

CONTENT = {
    "database/room_text.jsonl": b'["m-1","Guten Tag"]\n' * 40,
    "files/ab/file-ab/ready/content": bytes(range(256)) * 3,
    "keys/authors.keys": b"k" * 60,
}


def manifest(archive: ArchiveWriter, form: int = FORMAT) -> Manifest:
    return Manifest(
        format=form,
        release="0.1.0",
        revision="0001",
        reader=1,
        epoch="epoch-1",
        taken_at=1,
        tables={"room_text": TableOf(("object", "text"), frozenset(), 40)},
        members=dict(archive.members),
        missing=(),
        erasures=0,
    )


def make(
    path: Path,
    content: Mapping[str, bytes] = CONTENT,
    form: int = FORMAT,
    longest: int = LONGEST_MANIFEST,
) -> Path:
    with written(path) as file:
        archive = ArchiveWriter(file)
        for name, body in content.items():
            archive.add(name, io.BytesIO(body))
        archive.finish(manifest(archive, form), longest)
    return path


def content_of(path: Path) -> dict[str, bytes]:
    with members(path) as each:
        return {name: body.read() for name, body in each if not name.startswith("manifest")}


def test_what_was_written_is_read_again_and_only_its_owner_may(tmp_path: Path) -> None:
    path = make(tmp_path / "whole.tar")
    assert verified(path).members.keys() == CONTENT.keys()
    assert content_of(path) == CONTENT
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["whole.tar"]


def test_any_tool_that_reads_tar_opens_it(tmp_path: Path) -> None:
    with tarfile.open(make(tmp_path / "whole.tar")) as tar:
        assert {*CONTENT} < {*tar.getnames()}


def test_an_archive_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole = make(tmp_path / "whole.tar").read_bytes()
    path = tmp_path / "cut.tar"
    end = len(whole.rstrip(b"\0"))
    for length in (0, 1, 511, *range(512, end, 256), end - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ArchiveError):
            verified(path)


def test_a_changed_byte_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    whole = make(tmp_path / "whole.tar").read_bytes()
    path, noticed = tmp_path / "changed.tar", 0
    told = verified(tmp_path / "whole.tar")
    for place in range(0, len(whole.rstrip(b"\0")), 17):
        changed = bytearray(whole)
        changed[place] ^= 0x55
        path.write_bytes(changed)
        try:
            assert verified(path) == told
            assert content_of(path) == CONTENT
        except ArchiveError:
            noticed += 1
    assert noticed > 100


@pytest.mark.parametrize(
    "name", ["files/../../x", "/etc/x", "files/.x", "elsewhere/x", "files/..", "files/.restoring/x"]
)
def test_nothing_is_laid_out_elsewhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive of plenum backup"):
        verified(make(tmp_path / "evil.tar", {name: b"x"}))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w") as tar:
        link = tarfile.TarInfo("files/ab/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(link)
    with pytest.raises(ArchiveError, match="files/ab/link"):
        verified(path)


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """Of a member that is said to be so large."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sha256"])
def test_a_manifest_that_would_fill_the_memory_is_not_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "evil.tar"
    path.write_bytes(header(name, LONGEST_MANIFEST + 1))
    with pytest.raises(ArchiveError, match=f"{name} is said to have {LONGEST_MANIFEST + 1} bytes"):
        verified(path)


def test_no_archive_is_made_whose_manifest_could_not_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "large.tar"
    with pytest.raises(ArchiveError, match="3 files are more than one archive can name"):
        make(path, longest=100)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("size", [2**40, 2**62, -512, -1])
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (tarfile.REGTYPE, "files/ab/x"),
        (tarfile.XHDTYPE, "pax"),
        (tarfile.XGLTYPE, "pax"),
        (tarfile.GNUTYPE_LONGNAME, "long"),
        (tarfile.GNUTYPE_SPARSE, "files/ab/x"),
    ],
)
def test_a_size_that_is_not_true_takes_no_memory_and_no_time(
    kind: bytes, name: str, size: int, tmp_path: Path
) -> None:
    path = tmp_path / "evil.tar"
    path.write_bytes(header(name, size, kind) + b"\0" * 1024)
    with pytest.raises(ArchiveError):
        verified(path)


@pytest.mark.parametrize(
    "headers",
    [
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(2**40)},
        {"GNU.sparse.map": f"0,1,{2**40},0", "GNU.sparse.size": str(2**40)},
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "large"},
    ],
)
def test_a_file_with_holes_is_not_laid_out(headers: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("files/ab/x")
        info.pax_headers, info.size = headers, 512
        tar.addfile(info, io.BytesIO(b"1\n0\n1\n".ljust(512, b"\0")))
    with pytest.raises(ArchiveError):
        verified(path)


def test_headers_of_headers_end(tmp_path: Path) -> None:
    path = tmp_path / "evil.tar"
    path.write_bytes(header("pax", 0, tarfile.XHDTYPE) * 5_000)
    with pytest.raises(ArchiveError):
        verified(path)


def no_links(_: Path, __: Path) -> None:
    """As a memory stick says that knows one name per file."""
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("link", [Path.hardlink_to, no_links])
def test_what_has_the_name_meanwhile_keeps_it(
    link: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "b.tar"
    meanwhile = pytest.raises(ArchiveError, match="made by somebody else meanwhile")
    with meanwhile, written(path, link) as file:
        file.write(b"second")
        with written(path, link) as faster:
            faster.write(b"first")
    assert path.read_bytes() == b"first"
    assert [*tmp_path.iterdir()] == [path]


def test_another_format_is_told_and_so_is_another_kind_of_file(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="format 2; this release reads format 1"):
        verified(make(tmp_path / "later.tar", form=2))
    (tmp_path / "letter.txt").write_text("Guten Tag")
    with pytest.raises(ArchiveError, match="no archive of plenum backup"):
        verified(tmp_path / "letter.txt")
    with pytest.raises(ArchiveError, match="no such file"):
        verified(tmp_path / "nothing.tar")
    with pytest.raises(ArchiveError, match="a folder, not an archive"):
        verified(tmp_path)


def test_what_is_broken_off_has_no_name(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), written(tmp_path / "half.tar") as file:
        ArchiveWriter(file).add("keys/authors.keys", io.BytesIO(b"k" * 10_000))
        raise OSError("the disk is full")
    assert [*tmp_path.iterdir()] == []
