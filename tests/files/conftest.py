"""What the tests of files share: a folder with a name that breaks careless code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "碳足迹 测试"
    place.mkdir()
    return place
