"""What is a sealed archive, byte for byte? A manifest, then its parts: stored, in a fixed order.

The layout follows from the manifest alone, so nothing of a file from outside is believed: parts are
cut out where the manifest says, their fingerprints compared, the archive written anew, and every
byte of the file must be that byte. No entry of a zip directory is ever followed.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pcf import files
from pcf.digest import canonical, fingerprint_bytes
from pcf.errors import Where, problem
from pcf.files.raw import MEGABYTE
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.errors import Problem

FORMAT = "pcf bundle 1"
MANIFEST = "manifest.json"
LIMITS = files.Limits(bytes=256 * MEGABYTE, entries=10_000)
_MANIFEST_LIMIT = 8 * MEGABYTE
_NAME_LIMIT = 1_000
"""Bytes of a name; a zip has room for 65,535, file systems for fewer."""
_HEADER, _ENTRY, _END = 30, 46, 22
"""Bytes of a local header, of a directory entry (their names besides), of the end of a zip."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A sealed archive as far as it could be read: its parts by name, and what is wrong with it.

    `digest` is the SHA-256 of the manifest's bytes: it stands for the whole archive, since the
    manifest holds the fingerprint of every part.
    """

    name: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    parts: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()


def pack_parts(facts: Mapping[str, object], parts: Mapping[str, bytes]) -> bytes:
    """Return the archive of `parts`, with `facts` in its manifest; the same in any order.

    >>> pack_parts({}, {"a": b"1", "b": b""}) == pack_parts({}, {"b": b"", "a": b"1"})
    True
    """
    listed = [
        {"name": name, "sha256": fingerprint_bytes(parts[name]), "size": len(parts[name])}
        for name in sorted(parts)
    ]
    manifest = canonical({**facts, "format": FORMAT, "parts": listed})
    return files.pack({MANIFEST: manifest, **{name: parts[name] for name in sorted(parts)}})


def read_parts(data: bytes, name: str) -> Archive:
    """Return the sealed archive in `data`; everything wrong with it stands in its `problems`.

    >>> data = pack_parts({"kind": "demo"}, {"a": b"12"})
    >>> read_parts(data, "a.pcf").parts
    {'a': b'12'}
    >>> damaged = data.replace(b"12", b"13")
    >>> [str(each.where) for each in read_parts(damaged, "a.pcf").problems]
    ['a.pcf, a']
    """
    problems: list[Problem] = []
    written = _manifest_bytes(data, name, problems)
    manifest = {} if written is None else _manifest(written, name, problems)
    if written is None or not manifest:
        return Archive(name, problems=tuple(problems))
    sizes = {MANIFEST: len(written), **{part["name"]: part["size"] for part in manifest["parts"]}}
    parts = _cut(data, sizes)
    changed = [
        part["name"]
        for part in manifest["parts"]
        if fingerprint_bytes(parts[part["name"]]) != part["sha256"]
    ]
    problems += [problem("bundle-part-changed", Where(file=name, item=each)) for each in changed]
    problems += _against_layout(data, name, sizes)
    if not problems and files.pack({MANIFEST: written, **parts}) != data:
        problems.append(_differing(data, files.pack({MANIFEST: written, **parts}), name, sizes))
    return Archive(name, manifest, fingerprint_bytes(written), parts, tuple(problems))


def _manifest_bytes(data: bytes, name: str, problems: list[Problem]) -> bytes | None:
    """Return the first entry where it is a manifest whose check sum holds."""
    start = _HEADER + len(MANIFEST)
    foreign = data[:4] != b"PK\x03\x04" and data[_HEADER:start] != MANIFEST.encode()
    if foreign or len(data) < start:
        problems.append(problem("bundle-none", Where(file=name)))
        return None
    size = int.from_bytes(data[22:26], "little")
    found = data[start : start + min(size, _MANIFEST_LIMIT)]
    if len(found) != size or zlib.crc32(found) != int.from_bytes(data[14:18], "little"):
        problems.append(problem("bundle-part-changed", Where(file=name, item=MANIFEST)))
        return None
    return found


def _manifest(written: bytes, name: str, problems: list[Problem]) -> dict[str, Any]:
    """Return the manifest where it is one of ours, in canonical form."""
    before = len(problems)
    found = files.parse_json(written, MANIFEST, problems)
    where = Where(file=name, item=MANIFEST)
    if len(problems) > before:
        return {}
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        said = found.get("format") if isinstance(found, dict) else None
        facts = {"format": str(said)[:40], "known": FORMAT}
        problems.append(problem("bundle-format", where, (), **facts))
        return {}
    problems += [
        problem("bundle-manifest-key", where, (), key=key)
        for key in dict.fromkeys(_faults(found.get("parts")))
    ]
    if len(problems) == before and _canonical(found) != written:
        problems.append(problem("bundle-manifest-key", where, (), key="canonical JSON"))
    return {} if len(problems) > before else found


def _canonical(found: dict[str, Any]) -> bytes | None:
    try:
        return canonical(found)
    except (ValueError, TypeError):
        return None


def _faults(parts: object) -> Iterator[str]:
    """Yield the keys of the list of parts that are not as we write them."""
    if not isinstance(parts, list) or len(parts) > LIMITS.entries:
        yield "parts"
        return
    names = []
    for part in parts:
        if not isinstance(part, dict) or set(part) != {"name", "sha256", "size"}:
            yield "parts"
            return
        name, size, digest = part["name"], part["size"], part["sha256"]
        if not isinstance(name, str) or not _is_name(name):
            yield "name"
            return
        if type(size) is not int or not 0 <= size <= LIMITS.bytes:
            yield "size"
        if not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
            yield "sha256"
        names.append(name)
    if any(one >= two for one, two in pairwise(names)) or len(set(map(fold, names))) < len(names):
        yield "name"


def _is_name(name: str) -> bool:
    """Return whether a part may be called so."""
    fits = files.is_safe_name(name) and len(name.encode()) <= _NAME_LIMIT
    return fits and fold(name) != MANIFEST


def _cut(data: bytes, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """Return each part where the layout puts it; what lies beyond the file is missing."""
    found, at = {}, 0
    for name, size in sizes.items():
        start = at + _HEADER + len(name.encode())
        at = start + size
        found[name] = data[start:at]
    del found[MANIFEST]
    return found


def _against_layout(data: bytes, name: str, sizes: Mapping[str, int]) -> list[Problem]:
    names = sum(len(each.encode()) for each in sizes)
    whole = sum(sizes.values()) + 2 * names + len(sizes) * (_HEADER + _ENTRY) + _END
    if whole == len(data):
        return []
    facts = {"wanted": whole, "found": len(data)}
    return [problem("bundle-length", Where(file=name), (), **facts)]


def _differing(data: bytes, again: bytes, name: str, sizes: Mapping[str, int]) -> Problem:
    """Say where a file differs from what its own parts make: in a header or in the directory."""
    at = next(at for at, (one, two) in enumerate(zip(data, again, strict=True)) if one != two)
    return problem("bundle-byte", Where(file=name, item=_owner(at, sizes)), (), at=at)


def _owner(at: int, sizes: Mapping[str, int]) -> str:
    """Return the part whose header or directory entry holds the byte at `at`."""
    end = 0
    for fixed, with_content in ((_HEADER, True), (_ENTRY, False)):
        for name, size in sizes.items():
            end += fixed + len(name.encode()) + (size if with_content else 0)
            if at < end:
                return name
    return "zip"
