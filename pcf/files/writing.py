"""A file is written so that a reader finds the old one or the new one, never half of one."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pcf.errors import FileError, Where, problem
from pcf.files.paths import safe_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def write(path: Path, content: bytes | str) -> None:
    """Write a file beside its place, then rename it; text as UTF-8, line ends as they are.

    Raises FileError when that fails, and then the old file is as it was. The permissions of an
    existing file are kept; a link is written through.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder, "结果.csv"), "铝锭,1")
    ...     [each.name for each in Path(folder).iterdir()]
    ['结果.csv']
    """
    with _refusing(path):
        target = Path(os.path.realpath(path))
        data = content.encode() if isinstance(content, str) else content
        beside = target.parent / _passing_name()
        try:
            _write_through(beside, data)
            with suppress(FileNotFoundError):
                beside.chmod(target.stat().st_mode)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        _settle(target.parent)


def write_folder(folder: Path, files: Mapping[str, bytes | str]) -> None:
    """Write a whole folder beside its place, then rename it: all its files or none.

    `files` are names, with '/' for folders inside, and contents. Raises FileError when the folder
    exists and is not empty, when a name would leave it, or when writing fails.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     write_folder(Path(parent, "研究"), {"证据/电费.txt": "1"})
    ...     (Path(parent) / "研究" / "证据" / "电费.txt").read_text(encoding="utf-8")
    '1'
    """
    with _refusing(folder):
        target = Path(os.path.realpath(folder))
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise FileError(problem("folder-not-empty", Where(file=folder.name)))
        beside = target.parent / _passing_name()
        try:
            _fill(beside, files)
            with suppress(FileNotFoundError):
                target.rmdir()
            beside.rename(target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        _settle(target.parent)


def _fill(folder: Path, files: Mapping[str, bytes | str]) -> None:
    folder.mkdir()
    for name, content in files.items():
        path = safe_path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_through(path, content.encode() if isinstance(content, str) else content)
    for inner, _, _ in os.walk(folder):
        _settle(Path(inner))


def _write_through(path: Path, data: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _settle(folder: Path) -> None:
    """Ask the system to keep the names in a folder; some file systems and Windows cannot."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _passing_name() -> str:
    return f".pcf-{secrets.token_hex(8)}.tmp"


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        where = Where(file=path.name)
        raise FileError(problem("file-not-written", where, reason=reason)) from error
