"""Files go out whole or not at all, whatever happens half-way."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest

from pcf import files
from pcf.errors import FileError

posix = pytest.mark.skipif(os.name != "posix", reason="this system has no such rights or signals")

# The process stops itself where `step` is called, and the test kills it there.
KILLED = """
import os, signal, sys
from pathlib import Path
from pcf import files

def stop(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

setattr({owner}, {step!r}, stop)
{call}
"""


def full(*_: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_text_is_written_as_utf8_with_its_own_line_ends(folder: Path) -> None:
    files.write(folder / "结果.txt", "铝锭\n1\r\n")
    assert (folder / "结果.txt").read_bytes() == "铝锭\n1\r\n".encode()
    files.write(folder / "结果.txt", b"\x00new")
    assert (folder / "结果.txt").read_bytes() == b"\x00new"
    assert names(folder) == ["结果.txt"]


@pytest.mark.parametrize("step", ["fsync", "open", "replace"])
def test_on_a_full_disk_the_old_file_stays_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = folder / "结果.csv"
    path.write_bytes(b"old")
    owner = os if step == "fsync" else Path
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, full)
        with pytest.raises(FileError) as raised:
            files.write(path, b"new")
    [problem] = raised.value.problems
    assert (problem.code, problem.where.file) == ("file-not-written", "结果.csv")
    assert "space" in problem.facts["reason"]
    assert path.read_bytes() == b"old"
    assert names(folder) == ["结果.csv"]


@posix
def test_when_the_write_itself_fails_half_way_the_old_file_stays(folder: Path) -> None:
    """A limit on the size of files makes the system's own write fail, as a full disk does."""
    path = folder / "a.bin"
    path.write_bytes(b"old")
    code = f"""
import resource, signal
from pathlib import Path
from pcf import files
from pcf.errors import FileError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    files.write(Path({str(path)!r}), b"x" * 100_000)
except FileError as error:
    print(error.problems[0].code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "file-not-written"
    assert path.read_bytes() == b"old"
    assert names(folder) == ["a.bin"]


def killed(owner: str, step: str, call: str) -> None:
    code = KILLED.format(owner=owner, step=step, call=call)
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL


@posix
@pytest.mark.parametrize(("owner", "step"), [("os", "fsync"), ("Path", "replace")])
def test_a_writer_killed_half_way_leaves_the_old_file(folder: Path, owner: str, step: str) -> None:
    path = folder / "a.csv"
    path.write_bytes(b"old")
    killed(owner, step, f"files.write(Path({str(path)!r}), b'new' * 1000)")
    assert path.read_bytes() == b"old"
    files.write(path, b"newer")
    assert path.read_bytes() == b"newer"


@posix
@pytest.mark.parametrize(("owner", "step"), [("os", "fsync"), ("Path", "rename")])
def test_a_folder_killed_half_way_is_not_there(folder: Path, owner: str, step: str) -> None:
    target = folder / "研究"
    killed(owner, step, f"files.write_folder(Path({str(target)!r}), {{'a': b'1', 'b/c': b'2'}})")
    assert not target.exists()
    files.write_folder(target, {"a": b"1"})
    assert names(target) == ["a"]


def test_of_many_writers_at_once_one_wins_whole(folder: Path) -> None:
    path = folder / "a.bin"
    contents = [bytes([number]) * 50_000 for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: files.write(path, content), contents))
    assert path.read_bytes() in contents
    assert names(folder) == ["a.bin"]


def test_of_many_folders_at_once_one_wins_whole(folder: Path) -> None:
    def attempt(number: int) -> bool:
        try:
            files.write_folder(folder / "研究", {f"{number}/{at}": b"x" for at in range(5)})
        except FileError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(8)))
    assert won.count(True) == 1
    assert names(folder) == ["研究"]
    assert names(folder / "研究") == [str(won.index(True))]
    assert len(names(folder / "研究" / str(won.index(True)))) == 5


@posix
def test_rights_and_links_are_kept(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link = folder / "link.csv"
    link.symlink_to("a.csv")
    files.write(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


@posix
def test_a_new_file_has_the_rights_of_any_new_file(folder: Path) -> None:
    (folder / "plain").write_bytes(b"")
    files.write(folder / "ours", b"")
    assert (folder / "ours").stat().st_mode == (folder / "plain").stat().st_mode


def test_the_longest_name_is_written(folder: Path) -> None:
    path = folder / ("铝" * 83 + ".csv")
    files.write(path, "x")
    assert path.read_text() == "x"


@pytest.mark.parametrize("content", ["\ud800", "missing folder"])
def test_what_cannot_be_written_raises_and_leaves_nothing(folder: Path, content: str) -> None:
    path = folder / "no" / "a.csv" if content == "missing folder" else folder / "a.csv"
    with pytest.raises(FileError):
        files.write(path, content)
    assert names(folder) == []


def test_a_folder_is_written_whole_into_nothing_or_an_empty_one(folder: Path) -> None:
    contents = {"study.toml": "a = 1", "证据/电费.txt": b"1"}
    for name in ("新", "空"):
        (folder / "空").mkdir(exist_ok=True)
        files.write_folder(folder / name, contents)
        assert (folder / name / "证据" / "电费.txt").read_bytes() == b"1"
    assert names(folder) == ["新", "空"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_folder_never_replaces_what_is_there(folder: Path, kind: str) -> None:
    target = folder / "研究"
    if kind == "folder":
        files.write_folder(target, {"mine": b"1"})
    else:
        target.write_bytes(b"1")
    with pytest.raises(FileError) as raised:
        files.write_folder(target, {"a": b"2"})
    assert [each.code for each in raised.value.problems] == ["folder-not-empty"]
    assert names(folder) == ["研究"]
    assert (target / "mine" if kind == "folder" else target).read_bytes() == b"1"


@pytest.mark.parametrize("name", ["../a", "/a", "b/../../a", "a/", ""])
def test_a_folder_with_a_name_that_leaves_it_is_not_written_at_all(folder: Path, name: str) -> None:
    with pytest.raises(FileError) as raised:
        files.write_folder(folder / "研究", {"good": b"1", name: b"2"})
    assert [each.code for each in raised.value.problems] == ["name-unsafe"]
    assert names(folder) == []


def test_a_folder_on_a_full_disk_is_not_written_at_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", full)
        with pytest.raises(FileError):
            files.write_folder(folder / "研究", {"a": b"1"})
    assert names(folder) == []
