"""A published set, the fictional smelter, and its sealed bundle."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pcf.background import open_background
from pcf.declare.sealing import seal_bundle
from pcf.study import read_study

if TYPE_CHECKING:
    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.declare.bundle import Case
    from pcf.study import Study

SMELTER = Path(__file__).resolve().parents[2] / "examples" / "fictional_smelter"
SEALED = datetime(2026, 11, 20, 15, tzinfo=timezone(timedelta(hours=8)))
KEY = bytes(range(32))


@pytest.fixture(scope="session")
def background() -> Background:
    """Return the shipped edition as a published one, whether or not it is locked by now."""
    shipped = open_background("cn-public", edition="2026.1")
    return replace(shipped, editions=tuple(replace(e, draft=False) for e in shipped.editions))


@pytest.fixture(scope="session")
def smelter() -> Study:
    """Return the fictional smelter."""
    return read_study(SMELTER)


@pytest.fixture(scope="session")
def footprint(smelter: Study, background: Background) -> Footprint:
    """Return its footprint."""
    return smelter.footprint(background)


@pytest.fixture(scope="session")
def sealed(
    smelter: Study,
    footprint: Footprint,
    background: Background,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return the path of its bundle, in a folder with a Chinese name and a blank."""
    folder = tmp_path_factory.mktemp("bundle") / "碳足迹 测试"
    folder.mkdir()
    path = folder / "铝锭.pcf"
    seal_bundle(path, smelter, footprint, background, sealed=SEALED, key=KEY)
    return path


@pytest.fixture(scope="session")
def case(sealed: Path) -> Case:
    """Return the bundle, opened once for all who only read it."""
    from pcf.declare.bundle import open_bundle  # noqa: PLC0415 - as a user would

    return open_bundle(sealed)
