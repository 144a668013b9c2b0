"""Published editions never change, and what is not locked is a draft."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from pcf import resources
from pcf.background import editions, locking, open_background
from pcf.background.locking import check_editions, edition_fingerprint, lock_edition, read_lock
from pcf.errors import BackgroundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pcf.background import Background
    from pcf.errors import Problem
    from tests.background.conftest import Folder


@pytest.fixture
def root(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of sets with one edition that says it is no draft."""
    folder.path = tmp_path / "data" / "small" / "1"
    folder.toml = folder.toml.replace("draft = true", "draft = false")
    folder.write()
    monkeypatch.setattr(resources, "folder", lambda _: tmp_path / "data")
    return tmp_path / "data"


def codes(root: Path) -> list[str]:
    """Return the codes of what is wrong."""
    return [each.code for each in check_editions(root)]


def test_no_shipped_edition_was_edited_after_it_was_published() -> None:
    assert check_editions(resources.folder("background_data")) == ()


def test_an_edition_is_a_draft_until_it_is_locked(root: Path) -> None:
    assert codes(root) == ["edition-unlocked"]
    assert editions("small")[0].draft
    (told,) = open_background("small", edition="1").findings
    assert told.code == "edition-draft"
    fingerprint = lock_edition(root / "small" / "1")
    assert (root / "editions.lock").read_bytes() == f"{fingerprint}  small/1\n".encode()
    assert codes(root) == []
    assert not open_background("small", edition="1").draft
    assert lock_edition(root / "small" / "1") == fingerprint


@pytest.mark.parametrize("name", ["exchanges.csv", "set.toml", "a new file.csv"])
def test_an_edit_of_a_locked_edition_is_refused(root: Path, name: str) -> None:
    edition = root / "small" / "1"
    lock_edition(edition)
    with (edition / name).open("ab") as stream:
        stream.write(b"\n# 1\n")
    assert codes(root) == ["edition-changed"]
    for call in (lambda: open_background("small", edition="1"), lambda: lock_edition(edition)):
        with pytest.raises(BackgroundError, match="edition-changed"):
            call()


def test_line_ends_of_a_checkout_are_no_edit(root: Path) -> None:
    edition = root / "small" / "1"
    lock_edition(edition)
    path = edition / "set.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert codes(root) == []


def test_a_locked_edition_that_is_gone_is_told(root: Path) -> None:
    lock_edition(root / "small" / "1")
    (root / "small" / "1").rename(root / "small" / "2")
    assert codes(root) == ["edition-gone", "edition-unlocked"]


def test_a_draft_or_a_set_with_problems_is_not_locked(folder: Folder, root: Path) -> None:
    folder.toml = folder.toml.replace("draft = false", "draft = true").replace('"1"', '"2"')
    folder.row("exchanges", "l1")["amount"] = "many"
    with pytest.raises(BackgroundError) as caught:
        lock_edition(folder.write())
    told = [each.code for each in caught.value.problems]
    assert {"lock-draft", "lock-name"} < set(told)
    assert len(told) == 3
    assert not (root / "editions.lock").exists()


@pytest.mark.parametrize("line", ["x", "0" * 64 + " a/1", "0" * 64 + "  a", "G" * 64 + "  a/1"])
def test_a_line_that_is_none_of_the_lock_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "editions.lock").write_text(f"{'0' * 64}  b/1\n{line}\n", encoding="utf-8")
    with pytest.raises(BackgroundError) as caught:
        read_lock(tmp_path)
    assert caught.value.problems[0].where.line == 2


def test_the_fingerprint_knows_names_and_contents(tmp_path: Path) -> None:
    def of(**contents: bytes) -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        return edition_fingerprint(folder)

    different = {of(a=b"1", b=b"2"), of(a=b"2", b=b"1"), of(a=b"12"), of(a=b"1"), of()}
    assert len(different) == 5
    assert locking.LOCK == "editions.lock"


def test_an_edition_is_read_once_while_its_files_stay_what_they_are(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    room = sys.modules[open_background.__module__]
    read: Callable[[Path, list[Problem]], Background] = room.read_set

    def counted(path: Path, problems: list[Problem]) -> Background:
        reads.append(path)
        return read(path, problems)

    monkeypatch.setattr(room, "read_set", counted)
    lock_edition(root / "small" / "1")
    first = open_background("small", edition="1")
    assert open_background("small", edition="1") is first
    assert reads == [root / "small" / "1"]


def test_a_file_that_changed_is_never_answered_from_memory(root: Path, folder: Folder) -> None:
    """Of the same length and with the same times, which is what a cache by times would miss."""
    table = root / "small" / "1" / "exchanges.csv"
    before = open_background("small", edition="1").row("grid-2024")
    times = table.stat()
    table.write_bytes(table.read_bytes().replace(b"CO2e,0.5,kg", b"CO2e,0.7,kg"))
    os.utime(table, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert table.stat().st_size == times.st_size
    after = open_background("small", edition="1").row("grid-2024")
    assert before is not None
    assert after is not None
    assert [row.process.exchanges[0].amount.value for row in (before, after)] == [0.5, 0.7]
    lock_edition(root / "small" / "1")
    assert not open_background("small", edition="1").draft
    (root / "editions.lock").unlink()
    assert open_background("small", edition="1").draft
    folder.row("exchanges", "g24")["amount"] = "none"
    folder.write()
    with pytest.raises(BackgroundError, match="number"):
        open_background("small", edition="1")


def test_an_edition_that_is_written_while_it_is_read_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = sys.modules[open_background.__module__]
    read: Callable[[Path, list[Problem]], Background] = room.read_set
    table = root / "small" / "1" / "exchanges.csv"

    def disturbed(path: Path, problems: list[Problem]) -> Background:
        found = read(path, problems)
        table.write_bytes(table.read_bytes().replace(b"0.5,kg", b"0.9,kg"))
        return found

    monkeypatch.setattr(room, "read_set", disturbed)
    with pytest.raises(BackgroundError, match="edition-being-written"):
        open_background("small", edition="1")
    monkeypatch.setattr(room, "read_set", read)
    row = open_background("small", edition="1").row("grid-2024")
    assert row is not None
    assert row.process.exchanges[0].amount.value == 0.9
