"""Zip archives from outside are hostile until shown otherwise."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import files

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.errors import Problem


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = 8) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def unpacked(data: bytes, **limits: int) -> tuple[dict[str, bytes], list[Problem]]:
    problems: list[Problem] = []
    return files.unpack(data, "a.zip", problems, limits=files.Limits(**limits)), problems


def refused(data: bytes, **limits: int) -> list[str]:
    found, problems = unpacked(data, **limits)
    assert found == {}
    assert all(each.where.file == "a.zip" for each in problems)
    return [each.code for each in problems]


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


@given(st.dictionaries(st.text(st.sampled_from("ab铝/."), max_size=5), st.binary(max_size=9)))
def test_what_is_packed_is_unpacked(contents: dict[str, bytes]) -> None:
    safe = {name: data for name, data in contents.items() if files.is_safe_name(name)}
    found, problems = unpacked(files.pack(safe))
    assert found == safe
    assert [each.code for each in problems] == ([] if safe else ["file-empty"])


def test_an_archive_is_the_same_at_any_time_and_in_the_order_given() -> None:
    data = files.pack({"b": b"1", "a": b"2"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [
            (each.filename, each.date_time, each.compress_type) for each in archive.filelist
        ] == [
            ("b", (1980, 1, 1, 0, 0, 0), 0),
            ("a", (1980, 1, 1, 0, 0, 0), 0),
        ]


def test_folders_are_no_files(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zipped(("证据/", b""), ("证据/a.txt", b"1")))
    assert files.open_archive(folder / "a.zip", []) == {"证据/a.txt": b"1"}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_of_archives_made_in_china_are_read(encoding: str) -> None:
    plain = "证据.txt".encode(encoding)
    data = zipped(("x" * len(plain), b"1")).replace(b"x" * len(plain), plain)
    assert unpacked(data)[0] == {"证据.txt": b"1"}


@pytest.mark.parametrize(
    "name", ["../a", "/a", "a/../../b", "..\\a", "C:\\a", "C:a", "a/./b", "nul", "a\nb", "a "]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert refused(zipped((name, b"x"), ("good", b"y"))) == ["name-unsafe"]


def test_a_name_cut_at_nul_is_judged_whole() -> None:
    data = zipped(("good.txtx../a", b"1")).replace(b"good.txtx../a", b"good.txt\0../a")
    assert refused(data) == ["name-unsafe"]


@pytest.mark.parametrize("other", ["a.txt", "A.TXT", "ａ.txt"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(other: str) -> None:
    assert refused(zipped(("a.txt", b"1"), (other, b"2"))) == ["archive-name-twice"]


def test_a_link_is_refused() -> None:
    assert refused(zipped((entry("a", stat.S_IFLNK | 0o777), b"/etc/passwd"))) == ["archive-link"]
    assert unpacked(zipped((entry("a", stat.S_IFREG | 0o644), b"1")))[0] == {"a": b"1"}


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(zipped(("a", b"1")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(data)) == ["archive-encrypted"]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_unusual_packing_is_refused(method: int) -> None:
    assert refused(zipped(("a", b"1"), method=method)) == ["archive-method"]


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = zipped(("a", bytes(20 * 2**20)))
    assert len(bomb) < 25_000
    assert refused(bomb) == ["archive-ratio"]
    assert refused(bomb, unpacked=2**20, ratio=10_000) == ["archive-size"]


def test_many_small_entries_cannot_add_up() -> None:
    data = zipped(*((f"{number}", bytes(1000)) for number in range(20)))
    assert refused(data, unpacked=19_999) == ["archive-size"]
    assert len(unpacked(data, unpacked=20_000)[0]) == 20
    assert refused(data, entries=19) == ["archive-entries"]
    assert len(unpacked(data, entries=20)[0]) == 20


def test_a_size_that_lies_is_noticed() -> None:
    data = bytearray(zipped(("a", bytes(5 * 2**20))))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = (10).to_bytes(4, "little")
    assert refused(bytes(data)) == ["archive-damaged"]


@pytest.mark.parametrize("cut", [0, 1, 30, 60, -1])
def test_a_damaged_archive_is_refused(cut: int) -> None:
    assert refused(zipped(("a" * 20, b"content" * 50))[:cut]) == ["archive-damaged"]


def test_every_damaged_byte_gives_a_problem_or_files_and_never_another_error() -> None:
    data = zipped(("a.txt", b"content" * 5), ("b/c.txt", b""))
    for place in range(len(data)):
        for value in (0x00, 0x01, 0x80, 0xFF):
            changed = data[:place] + bytes([value]) + data[place + 1 :]
            found, problems = unpacked(changed)
            assert bool(found) != bool(problems)


def test_every_fault_of_an_archive_is_named() -> None:
    data = zipped(("../a", b"1"), ("b", b"1"), (entry("c", stat.S_IFLNK), b"x"))
    problems = unpacked(data)[1]
    assert [(each.code, each.where.item) for each in problems] == [
        ("name-unsafe", "../a"),
        ("archive-link", "c"),
    ]
