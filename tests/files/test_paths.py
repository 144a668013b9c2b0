"""Names from outside stay inside their folder, on every system."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import files
from pcf.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

UNSAFE = ["", ".", "..", "/a", "a/", "a//b", "a/../b", "./a", "../a", "a/..", "~/../..", "\\a"]
UNSAFE += ["a\\..\\b", "C:a", "C:/a", "//server/a", "a:stream", "a\0b", "a\nb", "a\x1b[2J", "a?b"]
UNSAFE += ["nul", "NUL.txt", "con", "b/aux.csv", "com1", "LPT9.x", "a.", "a ", " a", "a*", 'a"b']
UNSAFE += ["铝" * 86, "\ud800"]


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_name_is_refused(folder: Path, name: str) -> None:
    assert not files.is_safe_name(name)
    with pytest.raises(FileError) as raised:
        files.safe_path(folder, name)
    assert raised.value.problems[0].code == "name-unsafe"
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    "name", ["a", "证据/电费 2024.pdf", ".hidden", "a..b", "...a", "console.txt", "null", "铝" * 85]
)
def test_an_ordinary_name_is_allowed(folder: Path, name: str) -> None:
    assert files.safe_path(folder, name) == folder / name


@given(st.text(st.sampled_from("./\\ab:~铝 "), max_size=8))
def test_no_allowed_name_leads_outside(name: str) -> None:
    if files.is_safe_name(name):
        assert os.path.normpath(os.path.join("/x/y", name)).startswith("/x/y/")  # noqa: PTH118 - a plain rule of text


@pytest.mark.skipif(os.name != "posix", reason="links need rights on this system")
def test_a_link_that_leads_outside_is_refused(folder: Path) -> None:
    (folder / "inside").mkdir()
    (folder / "inside" / "out").symlink_to(folder)
    (folder / "inside" / "in").symlink_to(folder / "inside")
    assert files.safe_path(folder / "inside", "in/a")
    with pytest.raises(FileError) as raised:
        files.safe_path(folder / "inside", "out/a")
    assert raised.value.problems[0].code == "path-outside"
