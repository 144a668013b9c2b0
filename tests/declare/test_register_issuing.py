"""A declaration's file and its entry: both or neither, also when the process is killed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pcf.declare.register import events, issue, open_register
from pcf.errors import DeclareError, FileError
from tests.declare.test_register import declared

if TYPE_CHECKING:
    from pathlib import Path

_KILLED = """
import os, sys
from pathlib import Path
from pcf import files
from pcf.declare.register import issue, open_register
from tests.declare.test_register import declared
real = files.write
def die(path, content):
    if sys.argv[3] == "after":
        real(path, content)
    os._exit(9)
files.write = die
with open_register(Path(sys.argv[1])) as book:
    issue(declared(), b"new", Path(sys.argv[2]), book)
"""


def test_what_is_refused_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "客户 1.json"
    with open_register(tmp_path / "登记簿.db") as book:
        issue(declared(), b"one", path, book)
        with pytest.raises(DeclareError, match="register-twice"):
            issue(declared(), b"two", tmp_path / "other.json", book)
        with pytest.raises(DeclareError, match="register-twice"):
            issue(declared(), b"two", path, book)
        assert [each.id for each in book.entries()] == ["a"]
    assert path.read_bytes() == b"one"
    assert not (tmp_path / "other.json").exists()


def test_what_cannot_be_written_is_not_entered(tmp_path: Path) -> None:
    with open_register(tmp_path / "r.db") as book:
        with pytest.raises(FileError):
            issue(declared(), b"one", tmp_path / "no folder" / "x.json", book)
        assert book.entries() == ()
        issue(declared(), b"one", tmp_path / "x.json", book)


@pytest.mark.parametrize("before", [None, b"old"])
def test_what_cannot_be_entered_in_the_end_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes | None
) -> None:
    monkeypatch.setattr(events, "_WAIT", 0.05)
    path = tmp_path / "x.json"
    if before is not None:
        path.write_bytes(before)
    with open_register(tmp_path / "r.db") as book:
        reader = sqlite3.connect(tmp_path / "r.db", isolation_level=None)
        reader.execute("begin")
        reader.execute("select * from event").fetchall()
        with pytest.raises(DeclareError, match="register-unwritten"):
            issue(declared(), b"new", path, book)
        reader.close()
        assert book.entries() == ()
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_in_between_enters_nothing_and_a_repeat_heals_it(
    tmp_path: Path, when: str, request: pytest.FixtureRequest
) -> None:
    register, path = tmp_path / "登记 簿.db", tmp_path / "x.json"
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, str(register), str(path), when],
        cwd=request.config.rootpath,
        env={**os.environ, "PYTHONPATH": str(request.config.rootpath)},
        check=False,
    )
    assert ended.returncode == 9
    assert path.exists() is (when == "after")
    with open_register(register) as book:
        assert book.entries() == ()
        issue(declared(), b"new", path, book)
        assert [each.id for each in book.entries()] == ["a"]
    assert path.read_bytes() == b"new"
