"""A smelter's year, from its lists to three footprints of a tonne, checked on paper.

The lists of `examples/green_electricity`, the study of `examples/fictional_smelter`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pcf
from pcf.electricity.matching import Circumstances, Tie
from pcf.electricity.readers import read_settlements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.electricity.ledger import Matched

EXAMPLES = Path(__file__).parents[2] / "examples"
LISTS = EXAMPLES / "green_electricity"
MWH = 10**6
AVERAGE, WIND, PV, WAY = 0.5777, 0.0324, 0.0520, 0.0327  # kg CO2e/kWh, 2024
MADE_ON_LINE, LOSS = 2_400, 0.02  # MWh of the direct line's certificates
TRADED, BOUGHT = 6_720, 3_850  # MWh of green-power trade, of photovoltaic certificates
POTLINE, CAST_HOUSE = 13_600, 96  # MWh metered


@pytest.fixture(scope="module")
def claim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matched]:
    with pcf.open_ledger(tmp_path_factory.mktemp("a") / "certificates.db") as ledger:
        for name in ("gec-2024", "green-power-2024"):
            ledger.record(pcf.read_certificates(LISTS / f"{name}.csv"))
        ledger.record(*read_settlements(LISTS / "settlements-2024.csv"))
        line = Circumstances(ties=(Tie("90000000000000011", meter="potline 1", line_loss=LOSS),))
        meters = pcf.read_meters(LISTS / "workshops-2024.csv")
        plan = ledger.match(meters, profile="CN-GEC-2026", circumstances=line)
        records = [
            each
            for name in ("registry-record.csv", "registry-record-power.csv")
            for each in pcf.read_cancellation(LISTS / name)
        ]
        ledger.commit(plan, cancellation=records)
        yield plan


def test_every_kilowatt_hour_of_the_year_is_accounted_for(claim: Matched) -> None:
    assert claim.covered == (TRADED + BOUGHT) * MWH + round(MADE_ON_LINE * (1 - LOSS) * MWH)
    parts = [claim.evidence(line) for line in ("potline 1", "cast house")]
    assert [each.consumed for each in parts] == [POTLINE * MWH, CAST_HOUSE * MWH]
    assert sum(each.certified for each in parts) == claim.covered
    assert all(each.audited for each in parts)
    ranges = [each for part in parts for each in part.ranges]
    assert sum(each.energy for each in ranges) == claim.covered
    for part in parts:
        for table in (part.months, part.years):
            assert sum(each.consumed for each in table) == part.consumed
            assert sum(each.certified for each in table) == part.certified


def test_what_is_bound_to_a_meter_serves_it(claim: Matched) -> None:
    shares = {(s.technology, s.connection): s.share for s in claim.supply("potline 1").shares}
    assert shares["wind", "direct line"] == pytest.approx(MADE_ON_LINE * (1 - LOSS) / POTLINE)
    assert shares["wind", "grid"] == pytest.approx(TRADED / POTLINE)
    other = {(s.technology, s.connection): s.share for s in claim.supply("cast house").shares}
    assert set(other) == {("PV", "grid"), ("average", "grid")}
    bought = shares["PV", "grid"] * POTLINE + other["PV", "grid"] * CAST_HOUSE
    assert bought == pytest.approx(BOUGHT)


def test_three_footprints_of_a_tonne_on_paper(claim: Matched) -> None:
    """They differ in electricity alone: kWh x difference of factors."""
    background = pcf.open_background("cn-public", edition="2026.1")
    study = pcf.read_study(EXAMPLES / "fictional_smelter")
    supplies = {line: claim.supply(line) for line in ("potline 1", "cast house")}
    footprint = study.varying(electricity=supplies).footprint(background)
    assert footprint.electricity == "market:CN-GEC-2026"
    assert not footprint.planned

    per_mwh = {}  # kg CO2e more by location than by market, for a metered MWh
    for line in ("potline 1", "cast house"):
        factor = 0.0
        for share in supplies[line].shares:
            own = {"wind": WIND, "PV": PV, "average": AVERAGE}[share.technology]
            if share.connection == "direct line":
                own /= 1 - LOSS
            elif share.technology != "average":
                own += WAY
            factor += share.share * own
        per_mwh[line] = 1000 * (AVERAGE - factor)
    treatments = footprint.treatments
    kwh = metered(footprint)
    expected = sum(kwh[line] * per_mwh[line] / 1000 for line in kwh)
    assert treatments["location"] - footprint.total == pytest.approx(expected, rel=1e-9)

    direct = MADE_ON_LINE * (1 - LOSS) / POTLINE
    saved = kwh["potline 1"] * direct * (AVERAGE - WIND / (1 - LOSS))
    assert treatments["location"] - treatments["physical"] == pytest.approx(saved, rel=1e-9)
    assert footprint.total < treatments["physical"] < treatments["location"]


def metered(footprint: pcf.Footprint) -> dict[str, float]:
    """Return the kWh of each meter for the declared unit, from the table of contributions."""
    table = footprint.table()
    rows = table[table["flow"].str.startswith("kWh at ")]
    return rows.groupby(rows["flow"].str.removeprefix("kWh at "))["amount"].sum().to_dict()
