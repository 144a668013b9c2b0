"""The aluminium reference study and the fictional smelter, with their footprints."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcf.background import Background, open_background
from pcf.study import Study, read_study, reference_study

SMELTER = Path(__file__).resolve().parents[3] / "examples" / "fictional_smelter"


@pytest.fixture(scope="session")
def background() -> Background:
    """Return the edition that the package ships."""
    return open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="session")
def reference() -> Study:
    """Return the aluminium reference study."""
    return reference_study("aluminium")


@pytest.fixture(scope="session")
def smelter() -> Study:
    """Return the fictional smelter: monthly meters, stocks, co-products, site totals."""
    return read_study(SMELTER)
