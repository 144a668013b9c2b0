"""The sealed archive: the same bytes from the same parts, and no byte that may change unseen."""

from __future__ import annotations

import io
import random
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import files
from pcf.declare.archive import MANIFEST, pack_parts, read_parts
from pcf.declare.bundle import Case, open_bundle
from pcf.digest import canonical, fingerprint_bytes
from pcf.errors import DeclareError, FileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PARTS = {"study/activity.csv": b"row,amount\ncf4,18\n", "证据/电费.txt": b"x" * 20, "empty": b""}
SMALL = pack_parts({"kind": "full"}, PARTS)
NAMES = st.text("abz/证._ -", min_size=1, max_size=12).filter(files.is_safe_name)


@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=6), st.randoms())
def test_parts_come_back_and_any_order_gives_the_same_bytes(
    parts: dict[str, bytes], order: random.Random
) -> None:
    folded = {name.casefold(): (name, content) for name, content in parts.items()}
    parts = dict(folded.values())
    shuffled = list(parts.items())
    order.shuffle(shuffled)
    data = pack_parts({"kind": "full"}, parts)
    assert pack_parts({"kind": "full"}, dict(shuffled)) == data
    found = read_parts(data, "a.pcf")
    assert (found.parts, found.problems) == (parts, ())


def test_every_flipped_bit_of_a_small_bundle_is_found_and_named() -> None:
    for at in range(len(SMALL)):
        for bit in range(8):
            damaged = bytearray(SMALL)
            damaged[at] ^= 1 << bit
            problems = read_parts(bytes(damaged), "a.pcf").problems
            assert problems, f"bit {bit} of byte {at}"
            assert problems[0].where.item in {*PARTS, MANIFEST, "zip"}


def test_a_flipped_bit_is_named_for_the_part_that_holds_it() -> None:
    for name, content in PARTS.items():
        if content:
            at = SMALL.index(content)
            damaged = SMALL[:at] + bytes([SMALL[at] ^ 4]) + SMALL[at + 1 :]
            (problem,) = read_parts(damaged, "a.pcf").problems
            assert (problem.code, problem.where.item) == ("bundle-part-changed", name)


def test_a_flipped_bit_of_a_whole_case_is_found_wherever_it_lies(sealed: Path) -> None:
    data, draw = sealed.read_bytes(), random.Random(20261120)  # noqa: S311 - a sample, no secret
    for at in draw.sample(range(len(data)), 400):
        damaged = bytearray(data)
        damaged[at] ^= 1 << draw.randrange(8)
        found = read_parts(bytes(damaged), "a.pcf")
        assert found.problems, f"byte {at}"
        with pytest.raises(DeclareError):
            Case(found).require_intact()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data + b"\0", "bundle-length"),
        (lambda data: b"\0" + data, "bundle-none"),
        (lambda data: data[:-1], "bundle-length"),
        (lambda data: data[: len(data) // 2], "bundle-part-changed"),
        (lambda _: b"", "bundle-none"),
        (lambda _: b"PK\x03\x04", "bundle-none"),
        (lambda _: b"not a bundle at all" * 10, "bundle-none"),
    ],
)
def test_what_was_cut_or_added_is_told(change: Callable[[bytes], bytes], code: str) -> None:
    assert read_parts(change(SMALL), "a.pcf").problems[0].code == code


def _zip(entries: list[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return stream.getvalue()


def _manifest(names: list[str], sizes: list[int] | None = None) -> bytes:
    listed = [
        {"name": name, "sha256": fingerprint_bytes(b""), "size": 0 if sizes is None else sizes[at]}
        for at, name in enumerate(names)
    ]
    return canonical({"format": "pcf bundle 1", "kind": "full", "parts": listed})


def _hostile(names: list[str], attributes: int = 0o644 << 16, *, deflated: bool = False) -> bytes:
    entries = []
    for name in (MANIFEST, *names):
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.create_system = 3
        entry.external_attr = attributes
        entry.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
        entries.append((entry, _manifest(names) if name == MANIFEST else b""))
    return _zip(entries)


@pytest.mark.parametrize(
    "names",
    [
        ["../outside"],
        ["/etc/passwd"],
        ["C:/windows"],
        ["a/../../b"],
        ["a\\b"],
        ["con.txt"],
        ["manifest.json"],
        ["b", "a"],
        ["A", "a"],
        ["a\0b"],
        ["a" * 300],
    ],
)
def test_a_name_that_leaves_the_folder_or_stands_twice_is_refused(names: list[str]) -> None:
    written = _manifest(names)
    data = files.pack({MANIFEST: written})
    problems = read_parts(data, "a.pcf").problems
    assert [each.code for each in problems] in (["bundle-manifest-key"], ["document-text"])


def test_links_other_dates_and_packed_entries_are_not_ours() -> None:
    link = _hostile(["link"], (stat.S_IFLNK | 0o777) << 16)
    assert read_parts(link, "a.pcf").problems[0].code == "bundle-byte"
    assert read_parts(_hostile(["a"], deflated=True), "a.pcf").problems
    later = zipfile.ZipInfo(MANIFEST, (2026, 11, 20, 0, 0, 0))
    assert read_parts(_zip([(later, _manifest([]))]), "a.pcf").problems[0].code == "bundle-byte"


def test_a_zip_made_by_another_tool_of_the_same_parts_is_not_the_bundle(tmp_path: Path) -> None:
    again = tmp_path / "again.pcf"
    with zipfile.ZipFile(io.BytesIO(SMALL)) as one, zipfile.ZipFile(again, "w") as two:
        for name in one.namelist():
            two.writestr(name, one.read(name))
    assert open_bundle(again).problems


@pytest.mark.parametrize("size", [2**31, -1, 1.5, "0", True, None])
def test_a_size_that_is_none_is_refused_before_anything_is_cut(size: object) -> None:
    part = {"name": "a", "sha256": "0" * 64, "size": size}
    written = canonical({"format": "pcf bundle 1", "parts": [part]})
    codes = [each.code for each in read_parts(files.pack({MANIFEST: written}), "a").problems]
    assert codes == ["bundle-manifest-key"]


@pytest.mark.parametrize(
    "manifest",
    [b"", b"{}", b"[]", b"nonsense", b'{"format":"pcf bundle 1"}', b'{"parts":[]}', b"\xff\xfe",
     b'{"format":"pcf bundle 2","parts":[]}', b'{"format":"pcf bundle 1","parts":{}}',
     b'{"format":"pcf bundle 1","parts":[1]}', b'{"format": "pcf bundle 1","parts":[]}',
     b"[" * 100_000, b'{"format":"pcf bundle 1","parts":[],"parts":[]}'],
)  # fmt: skip
def test_a_manifest_that_is_none_is_refused(manifest: bytes) -> None:
    assert read_parts(files.pack({MANIFEST: manifest}), "a.pcf").problems


def test_a_file_that_is_not_there_or_too_large_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError) as told:
        open_bundle(tmp_path / "nowhere.pcf")
    assert told.value.problems[0].code == "file-missing"
    with (tmp_path / "large.pcf").open("wb") as stream:
        stream.truncate(2**28 + 1)
    with pytest.raises(FileError) as told:
        open_bundle(tmp_path / "large.pcf")
    assert told.value.problems[0].code == "file-too-large"
