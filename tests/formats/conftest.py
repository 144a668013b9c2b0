"""What the tests of formats share: a sound footprint, and the reference study declared."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

import pcf
from pcf.declare import Company, Declaration, Product, declare_footprint
from tests.formats.samples import SOUND

if TYPE_CHECKING:
    from pcf.analysis import Footprint


@pytest.fixture
def sound() -> dict[str, Any]:
    """A footprint in which nothing is wrong, to be spoilt."""
    copy: dict[str, Any] = json.loads(json.dumps(SOUND))
    return copy


@pytest.fixture(scope="session")
def footprint() -> Footprint:
    """The reference study of aluminium, as if its background were no draft."""
    background = pcf.open_background("cn-public", edition="2026.1")
    found = pcf.reference_study("aluminium").footprint(background)
    kept = tuple(each for each in found.findings if each.code != "edition-draft")
    return replace(found, findings=kept)


@pytest.fixture
def declaration(footprint: Footprint) -> Declaration:
    """The reference study declared per kilogram."""
    return declare_footprint(
        footprint,
        product=Product("aluminium ingot", cn_code="7601 10 00", fossil_carbon="0 %"),
        company=Company("示例铝业有限公司", registration="91620000EXAMPLE"),
        valid="2025-01-01/2027-12-31",
        id="3b1f6c0e-5a0d-4c39-9f7e-0a6f2f6f1c11",
        created=datetime(2026, 11, 20, tzinfo=UTC),
    )
