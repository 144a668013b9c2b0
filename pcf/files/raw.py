"""How many bytes a file may bring, and what text they spell."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from pcf.errors import Where, problem
from pcf.text import nearest

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.errors import Problem

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that an outside file may bring before it is refused.

    `bytes` of a file on disk; `unpacked` bytes, `entries` and `ratio` (unpacked over packed) of an
    archive; `rows`, `columns` and characters of a `cell` of a table; `depth` and `values` of a
    document. After so many `problems` a table or a document is not read further.
    """

    bytes: int = 64 * MEGABYTE
    unpacked: int = 256 * MEGABYTE
    entries: int = 20_000
    ratio: int = 200
    rows: int = 1_000_000
    columns: int = 1_000
    cell: int = 32_767
    depth: int = 64
    values: int = 2_000_000
    problems: int = 1_000


LIMITS = Limits()


def read_bytes(
    path: Path, problems: list[Problem], *, name: str = "", limits: Limits = LIMITS
) -> bytes | None:
    """Return the bytes of a file, or None when a problem says why not.

    `name` is what messages call the file: its own name unless said.

    >>> from pathlib import Path
    >>> read_bytes(Path("nowhere.csv"), problems := [])
    >>> problems[0].code
    'file-missing'
    """
    where = Where(file=name or path.name)
    try:
        if path.exists() and not path.is_file():
            problems.append(problem("file-not-a-file", where))
            return None
        with path.open("rb") as stream:
            data = _at_most(stream, limits.bytes + 1)
    except FileNotFoundError:
        problems.append(problem("file-missing", where, _siblings(path)))
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problems.append(problem("file-unreadable", where, reason=reason))
        return None
    if len(data) > limits.bytes:
        size = limits.bytes / MEGABYTE
        problems.append(problem("file-too-large", where, limit=f"{size:g}"))
        return None
    return data


def _at_most(stream: BinaryIO, count: int) -> bytes:
    """Read piece by piece: one read of all that is allowed would set so much memory aside."""
    pieces: list[bytes] = []
    while count and (piece := stream.read(min(count, MEGABYTE))):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def decode(data: bytes, name: str, problems: list[Problem]) -> str | None:
    """Return the text of UTF-8 (with or without BOM), GB18030 or UTF-16 with BOM.

    None, and a problem, when the bytes are none of these, or are UTF-8 that was damaged: such a
    file can often be read as GB18030, as other characters.

    >>> decode("度,吨".encode("gb18030"), "a.csv", [])
    '度,吨'
    """
    where = Where(file=name)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _strictly(data, "utf-16")
    else:
        text = _strictly(data, "utf-8-sig")
        if text is None and (line := _damaged_line(data)):
            problems.append(problem("file-damaged-utf8", Where(file=name, line=line)))
            return None
        if text is None:
            text = _strictly(data, "gb18030")
        text = text and text.removeprefix("\ufeff")
    if text is None:
        problems.append(problem("file-encoding", where))
    elif "\0" in text:
        problems.append(problem("file-binary", where))
        return None
    elif not text.strip():
        problems.append(problem("file-empty", where))
        return None
    return text


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _damaged_line(data: bytes) -> int:
    """Return the line of the first bad byte of a file that is UTF-8 elsewhere, else 0.

    Chinese text in GB18030 hardly ever forms UTF-8 sequences of three bytes; Chinese text in
    UTF-8 consists of them.
    """
    replaced = data.decode("utf-8", "replace")
    lost = replaced.count("\ufffd")
    kept = sum(char >= "\u0800" for char in replaced) - lost
    if not data.startswith(b"\xef\xbb\xbf") and kept <= lost:
        return 0
    return replaced[: replaced.index("\ufffd")].count("\n") + 1


def _siblings(path: Path) -> tuple[str, ...]:
    """Return names in the same folder that are near to the one asked for."""
    try:
        with os.scandir(path.parent) as entries:
            return nearest(path.name, [entry.name for entry in islice(entries, 1000)])
    except OSError:
        return ()
