"""The fictional smelter as a folder to change, and the background data it stands on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pcf.background import Background, open_background
from pcf.study import Study, read_study

if TYPE_CHECKING:
    from collections.abc import Callable

SMELTER = Path(__file__).resolve().parents[2] / "examples" / "fictional_smelter"


@pytest.fixture(scope="session")
def background() -> Background:
    """Return the draft edition that the package ships."""
    return open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="session")
def smelter() -> Study:
    """Return the fictional smelter."""
    return read_study(SMELTER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the fictional smelter in a folder with a Chinese name and a blank."""
    copy = tmp_path / "碳足迹 测试"
    shutil.copytree(SMELTER, copy)
    return copy


@pytest.fixture
def change() -> Callable[..., None]:
    """Return a function that replaces text in a file of a folder, once, and fails if it cannot."""

    def replace(folder: Path, file: str, old: str, new: str) -> None:
        path = folder / file
        content = path.read_text(encoding="utf-8")
        assert content.count(old) == 1, f"{file} holds {old!r} {content.count(old)} times"
        path.write_text(content.replace(old, new), encoding="utf-8")

    return replace
