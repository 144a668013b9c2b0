"""A set written as a folder reads back equal: the shipped one, a user's own, what stands behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf import files
from pcf.background import factor_set, open_background, read_set
from pcf.background.behind import Calibration, Declared, Judged, Scores
from pcf.background.writing import row_fingerprint, set_files
from pcf.findings import finding
from pcf.model.amounts import Spread
from pcf.model.coverage import Period
from pcf.text import Name

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.background import Background

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cf"]),
    min_size=1,
    max_size=12,
)


def again(background: Background, folder: Path) -> Background:
    """Return what the files of a set read back as, without a problem."""
    files.write_folder(folder, set_files(background, background.editions[0]))
    problems: list[object] = []
    found = read_set(folder, problems)
    assert problems == []
    return found


def test_the_shipped_edition_reads_back_equal(tmp_path: Path) -> None:
    shipped = open_background("cn-public", edition="2026.1")
    found = again(shipped, tmp_path / "碳足迹 测试")
    for name in ("editions", "processes", "products", "sources", "characterisations"):
        assert getattr(found, name) == getattr(shipped, name), name


@pytest.fixture
def own() -> Background:
    """Return a set of two factors, one gas by gas."""
    factors = {"cement": "0.15 kg CO2e/kg", "diesel": {"CO2": "2.6 kg/L", "CH4": "0.0001 kg/L"}}
    return factor_set("own", factors, source="letter", place="CN", period=Period.read("2024-03"))


def test_a_users_own_factors_read_back_equal(own: Background, tmp_path: Path) -> None:
    assert again(own, tmp_path / "own") == own


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=TEXTS, zh=TEXTS, amount=st.floats(1e-12, 1e12), low=st.floats(1.001, 5))
def test_any_text_and_number_reads_back_equal(
    *,
    note: str,
    zh: str,
    amount: float,
    low: float,
    own: Background,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    row = own.processes[0]
    exchange = row.process.exchanges[0]
    told = replace(exchange.amount, value=amount, spread=Spread("lognormal", low))
    process = replace(
        row.process, exchanges=(replace(exchange, amount=told, note=note),), name=Name("a", zh)
    )
    edition = replace(own.editions[0], licence=note, title=Name(zh, note))
    changed = replace(
        own, processes=(replace(row, process=process, note=note), own.processes[1]),
        editions=(edition,),
    )  # fmt: skip
    assert again(changed, tmp_path_factory.mktemp("set") / "a") == changed


def test_what_stands_behind_a_row_reads_back_equal(own: Background, tmp_path: Path) -> None:
    row = own.processes[0]
    id_ = row.process.exchanges[0].id
    judged = Judged(id_, (2, 3, 1, 1, 3), 0.0006)
    exchange = row.process.exchanges[0]
    spread = replace(exchange, amount=replace(exchange.amount, spread=judged.spread))
    behind = replace(
        row,
        process=replace(row.process, exchanges=(spread,)),
        scores=Scores(1, 2, None, 4, 5),
        judged=(judged,),
        declared=Declared("Mill", "AR6", "0/0", "none", "", date(2027, 1, 31), 0.4),
        calibrations=(
            Calibration("scale 7", "C-1", "lab", date(2024, 1, 2), date(2025, 1, 1), "0" * 64),
        ),
        told=(finding("unverified-used", "row", row='a, "b"\n铝'),),
    )
    changed = replace(own, processes=(behind, own.processes[1]))
    assert again(changed, tmp_path / "own") == changed
    assert row_fingerprint(behind) != row_fingerprint(row)


def test_the_fingerprint_of_a_row_changes_with_every_field_of_its_numbers(own: Background) -> None:
    row = own.processes[0]
    exchange = row.process.exchanges[0]
    other = [
        replace(row, note="x"),
        replace(row, default=True),
        replace(row, process=replace(row.process, source="other")),
        replace(
            row,
            process=replace(
                row.process,
                exchanges=(replace(exchange, amount=replace(exchange.amount, value=0.16)),),
            ),
        ),
        replace(
            row, process=replace(row.process, exchanges=(replace(exchange, confidence="derived"),))
        ),
    ]
    assert len({row_fingerprint(each) for each in (row, *other)}) == len(other) + 1
