"""The fictional smelter as a folder to change, and the background data it stands on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pcf.background import Background, open_background
from pcf.study import Study, read_study

SMELTER = Path(__file__).resolve().parents[2] / "examples" / "fictional_smelter"


@pytest.fixture(scope="session")
def background() -> Background:
    """Return the edition that the package ships."""
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
