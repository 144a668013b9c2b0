"""A small campaign of mutated bundles in every run; the large one is a command."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


def _campaign() -> Any:
    path = Path(__file__).with_name("campaign.py")
    named = importlib.util.spec_from_file_location("bundle_campaign", path)
    assert named is not None
    assert named.loader is not None
    module = importlib.util.module_from_spec(named)
    sys.modules[named.name] = module  # its dataclass looks itself up
    named.loader.exec_module(module)
    return module


def test_mutated_bundles_neither_crash_nor_write_nor_fill_the_memory(sealed: Path) -> None:
    outcome = _campaign().run(sealed, 40, seed=20261120)
    assert outcome.crashes == []
    assert outcome.unnoticed == []
    assert outcome.outside == []
    assert outcome.peak < 16 * 2**20, outcome.heaviest
    assert outcome.ends["not intact"] >= 10
    assert len(outcome.ends) >= 3


def test_the_campaign_notices_a_crash_and_a_file_outside(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = _campaign()
    outside = tmp_path / "outside"

    def careless(_: Path) -> object:
        outside.write_text("x", encoding="utf-8")
        raise KeyError(outside.name)

    monkeypatch.setattr(campaign, "open_bundle", careless)
    outcome = campaign.run(sealed, 2, seed=1)
    assert len(outcome.crashes) == 2
    assert str(outside) in outcome.outside
