"""What holds of every plan: finer never covers more, more never covers less, leftovers add none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.electricity.columns import demand_columns, supply_columns
from pcf.electricity.coverage import scores
from pcf.electricity.facts import ConsumptionRecord, Device, Lot
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.matching import cells, match
from pcf.electricity.profiles import read_profile
from pcf.errors import ModelError

if TYPE_CHECKING:
    from tests.electricity.matching.conftest import Oracle

FIRM = "示例铝业有限公司"
WIND = Device("wind", "wind", place="CN-GS")
YEAR = read_profile("ISO14067")
# 20 days, so that hours fall into two Chinese months.
start = Interval.read("2025-03-20T00:00Z/2025-03-20T01:00Z").start
hours = st.integers(0, 480).map(lambda h: Interval(start + h * HOUR, start + (h + 1) * HOUR))
rows = st.lists(st.tuples(hours, st.integers(1, 900)), min_size=1, max_size=12)
few = settings(max_examples=40)


def lots_of(made: list[tuple[Interval, int]]) -> list[Lot]:
    """Return one granular lot for each hour drawn."""
    return [
        Lot(f"S{n:02}", 1, energy, "wind", hour, owner=FIRM, scheme="GC")
        for n, (hour, energy) in enumerate(made)
    ]


def readings_of(used: list[tuple[Interval, int]]) -> list[ConsumptionRecord]:
    """Return readings of two lines in turn, each hour once."""
    return [
        ConsumptionRecord("AB"[n % 2], hour, energy, consumer=FIRM, place="CN-GS")
        for n, (hour, energy) in enumerate(dict(used).items())
    ]


@few
@given(rows, rows)
def test_hour_month_and_year_cover_more_and_more(
    made: list[tuple[Interval, int]], used: list[tuple[Interval, int]]
) -> None:
    supply = supply_columns(lots_of(made), [WIND])
    demand = demand_columns(readings_of(used))
    found = [
        match(supply, demand, profile=YEAR, unit=unit).covered for unit in ("hour", "month", "year")
    ]
    assert found == sorted(found)
    assert found[-1] == min(int(supply.energy.sum()), int(demand.energy.sum()))


@few
@given(rows, rows)
def test_scores_of_a_plan_rise_from_hour_to_year(
    made: list[tuple[Interval, int]], used: list[tuple[Interval, int]]
) -> None:
    plan = match(
        supply_columns(lots_of(made), [WIND]), demand_columns(readings_of(used)), profile=YEAR
    )
    found = scores(plan)
    assert found.hour is not None
    assert found.month is not None
    assert found.hour <= found.month <= found.year  # type: ignore[operator] # known with the month
    assert found.year == pytest.approx(plan.covered / plan.consumed, abs=1e-12)


@few
@given(rows, rows, st.data())
def test_a_further_certificate_never_lowers_coverage(
    made: list[tuple[Interval, int]], used: list[tuple[Interval, int]], data: st.DataObject
) -> None:
    lots = lots_of(made)
    demand = demand_columns(readings_of(used))
    less = data.draw(st.integers(0, len(lots) - 1))
    unit = data.draw(st.sampled_from(["hour", "month", "year"]))
    whole = match(supply_columns(lots, [WIND]), demand, profile=YEAR, unit=unit).covered
    rest = lots[:less] + lots[less + 1 :]
    assert match(supply_columns(rest, [WIND]), demand, profile=YEAR, unit=unit).covered <= whole


@few
@given(rows, rows, st.sampled_from(["earliest_expiry", "pro_rata", "equal_level"]))
def test_what_is_left_of_both_sides_matches_nothing(
    made: list[tuple[Interval, int]], used: list[tuple[Interval, int]], policy: str
) -> None:
    supply, demand = supply_columns(lots_of(made), [WIND]), demand_columns(readings_of(used))
    plan = match(supply, demand, profile=YEAR, unit="hour", policy=policy)
    legs = plan.legs
    claimed = np.zeros(len(legs.demand_columns), dtype=np.int64)
    np.add.at(claimed, legs.demand, legs.energy)
    left = plan.left_over
    lots = [
        Lot(
            span.series,
            span.low,
            span.high - 1,
            "wind",
            _made(made, span.series),
            FIRM,
            scheme="GC",
        )
        for span in left.ranges
    ]
    rest = replace(legs.demand_columns, claimed=claimed)
    again = match(supply_columns(lots, [WIND]), rest, profile=YEAR, unit="hour", policy=policy)
    assert again.covered == 0


def _made(made: list[tuple[Interval, int]], series: str) -> Interval:
    return made[int(series[1:])][0]


@few
@given(rows, rows)
def test_blocks_of_cells_change_nothing(
    oracle: Oracle, made: list[tuple[Interval, int]], used: list[tuple[Interval, int]]
) -> None:
    """Cells are matched a block at a time: one block or many, the legs are the same."""
    supply, demand = supply_columns(lots_of(made), [WIND]), demand_columns(readings_of(used))
    whole = match(supply, demand, profile=YEAR, unit="hour")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "AT_ONCE", 2)
        assert oracle.legs(match(supply, demand, profile=YEAR, unit="hour")) == oracle.legs(whole)


def test_the_same_certificate_twice_is_refused() -> None:
    hour = Interval(start, start + HOUR)
    lots = [Lot("S", 1, 9, "wind", hour, FIRM), Lot("S", 9, 12, "wind", hour, FIRM)]
    with pytest.raises(ModelError) as caught:
        match(supply_columns(lots, [WIND]), demand_columns([]), profile=YEAR)
    assert [each.code for each in caught.value.problems] == ["match-range-twice"]
    assert "S 9-12" in caught.value.says("zh")


def test_the_same_reading_twice_is_refused() -> None:
    day = [Interval(start, start + HOUR * count) for count in (2, 3)]
    readings = [ConsumptionRecord("M", each, 5, consumer=FIRM) for each in day]
    with pytest.raises(ModelError) as caught:
        match(supply_columns([]), demand_columns(readings), profile=YEAR)
    assert [each.code for each in caught.value.problems] == ["match-reading-twice"]


def test_too_much_to_be_exact_is_refused() -> None:
    """Two to the 56 watt-hours: more than the world uses in a year, so a unit was mixed up."""
    reading = ConsumptionRecord("M", Interval(start, start + HOUR), 2**57, consumer=FIRM)
    with pytest.raises(ModelError, match="match-too-much"):
        match(supply_columns([]), demand_columns([reading]), profile=YEAR)


def test_nothing_gives_an_empty_plan() -> None:
    plan = match(supply_columns([]), demand_columns([]), profile="CN-GEC-2026")
    assert (len(plan.legs), plan.covered, plan.refused, plan.unmet, plan.claims) == (
        0,
        0,
        (),
        (),
        (),
    )
    assert not plan.certifiable


def test_what_is_claimed_already_is_not_matched_again() -> None:
    """I5: claims of the ledger leave the rest; parts of a meter count on their whole."""
    march = Interval.read("2026-03")
    main = ConsumptionRecord("main", march, 9_000_000, consumer=FIRM, place="CN-GS")
    line = replace(main, meter="line", energy=6_000_000, within="main")
    demand = replace(demand_columns([main, line]), claimed=np.array([1_000_000, 1_000_000]))
    lots = [Lot("P", 1, 20, "wind", march, FIRM)]
    plan = match(supply_columns(lots, [WIND]), demand, profile="CN-GEC-2026")
    served = {leg.consumption.meter: leg.energy for leg in plan.legs.rows()}
    # The main meter: 9 - 1 claimed, of which 5 are the line's to claim.
    assert served == {"main": 3_000_000, "line": 5_000_000}


def test_claims_are_one_for_each_consumer_and_year() -> None:
    """I7, and names that do not depend on the order of rows."""
    spans = [Interval.read("2025-12"), Interval.read("2026-01")]
    readings = [
        ConsumptionRecord(meter, span, 1_000_000, consumer=owner, place="CN-GS")
        for meter, owner in (("A", FIRM), ("B", "另一家"))
        for span in spans
    ]
    lots = [
        Lot(f"P{n}", 1, 1, "wind", each.interval, each.consumer) for n, each in enumerate(readings)
    ]
    plan = match(
        supply_columns(lots, [WIND]), demand_columns(readings), profile="CN-GEC-2024", unit="year"
    )
    found = [(claim.beneficiary, str(claim.period), claim.energy) for claim in plan.claims]
    assert found == [
        (owner, month, 1_000_000)
        for owner in sorted(["另一家", FIRM])
        for month in ("2025-12", "2026-01")
    ]
    assert {claim.profile for claim in plan.claims} == {plan.profile.name}
    other = match(
        supply_columns(lots[::-1], [WIND]),
        demand_columns(readings[::-1]),
        profile="CN-GEC-2024",
        unit="year",
    )
    assert [each.id for each in other.claims] == [each.id for each in plan.claims]
    assert len({each.id for each in plan.claims}) == 4
