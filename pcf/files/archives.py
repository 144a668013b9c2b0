"""Zip archives: opened within bounds, written the same on every machine."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

from pcf.errors import Where, problem
from pcf.files.paths import is_safe_name
from pcf.files.raw import LIMITS, MEGABYTE, Limits, read_bytes
from pcf.files.values import shown
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pcf.errors import Problem

_ENTRY_SIGNATURE = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The first moment that zip can spell.
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)


def open_archive(
    path: Path, problems: list[Problem], *, name: str = "", limits: Limits = LIMITS
) -> dict[str, bytes]:
    """Return the files in a zip archive by name; nothing when any of it is hostile or damaged.

    Names stay inside a folder on every system (see `is_safe_name`), none stands twice, none is a
    link or encrypted; the number of entries, their size and their ratio to what is packed are
    bounded before anything is unpacked. Names are UTF-8, or GB18030 where they do not say so.
    """
    data = read_bytes(path, problems, name=name, limits=limits)
    return {} if data is None else unpack(data, name or path.name, problems, limits=limits)


def unpack(
    data: bytes, name: str, problems: list[Problem], *, limits: Limits = LIMITS
) -> dict[str, bytes]:
    """Return the files in the zip archive `data`, as `open_archive` does.

    >>> unpack(pack({"证据/电费.txt": b"1"}), "a.zip", [])
    {'证据/电费.txt': b'1'}
    """
    where = Where(file=name)
    if data.count(_ENTRY_SIGNATURE) > limits.entries:
        problems.append(problem("archive-entries", where, limit=limits.entries))
        return {}
    try:
        with _opened(data) as archive:
            entries = [each for each in archive.infolist() if each.orig_filename[-1:] != "/"]
            faults = list(_faults(entries, name, limits))
            faults += [] if entries else [problem("file-empty", where)]
            problems.extend(faults)
            return {} if faults else {each.filename: archive.read(each) for each in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError):
        problems.append(problem("archive-damaged", where))
        return {}


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of `files` in their order: stored, with fixed dates and rights.

    Stored, because the bytes of deflate differ between builds of its library.

    >>> pack({"a": b"1"}) == pack({"a": b"1"})
    True
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _FIXED_DATE)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return stream.getvalue()


def _opened(data: bytes) -> zipfile.ZipFile:
    """Open an archive; where a name does not say that it is UTF-8, it is that or GB18030."""
    try:
        return zipfile.ZipFile(io.BytesIO(data), metadata_encoding="utf-8")
    except UnicodeDecodeError:
        return zipfile.ZipFile(io.BytesIO(data), metadata_encoding="gb18030")


def _faults(entries: list[zipfile.ZipInfo], name: str, limits: Limits) -> Iterator[Problem]:
    where = Where(file=name)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked:
        limit = f"{limits.unpacked / MEGABYTE:g}"
        yield problem("archive-size", where, limit=limit)
    seen: set[str] = set()
    for entry in entries:
        code = _fault(entry, limits)
        folded = fold(entry.filename)
        if code is None and folded in seen:
            code = "archive-name-twice"
        seen.add(folded)
        if code is not None:
            yield problem(code, Where(file=name, item=shown(entry.orig_filename)))


def _fault(entry: zipfile.ZipInfo, limits: Limits) -> str | None:
    # zipfile cuts a name at NUL and turns the system's separator into '/': judge what was written.
    if not is_safe_name(entry.orig_filename):
        return "name-unsafe"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "archive-link"
    if entry.flag_bits & 0x1:
        return "archive-encrypted"
    if entry.compress_type not in _METHODS:
        return "archive-method"
    packed = max(entry.compress_size, 1)
    if entry.file_size > MEGABYTE and entry.file_size / packed > limits.ratio:
        return "archive-ratio"
    return None
