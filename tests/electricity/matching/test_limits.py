"""Problems too large are refused instead of hanging; whole numbers where no corner has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.sparse import csr_array

from pcf.electricity.columns import Texts, demand_columns, supply_columns
from pcf.electricity.facts import Cancellation, ConsumptionRecord, Device, Lot, Settlement, WhRange
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.matching import Circumstances, Corridor, Plan, classes, corridors, match
from pcf.electricity.matching.corridors import _Program, _solved, _whole_solution
from pcf.electricity.profiles import read_profile
from pcf.errors import ModelError

FIRM = "示例铝业有限公司"
DEVICES = [
    Device("wind", "wind", place="CN-GS"),
    Device("pv", "PV", place="CN-ZJ"),
    Device("hydro", "hydro", place="CN-YN"),
]
PLACES = ["CN-GS", "CN-ZJ", "CN-YN"]
RING = [("CN-GS", "CN-ZJ"), ("CN-ZJ", "CN-YN"), ("CN-YN", "CN-GS")]
START = Interval.read("2025-06-01T00:00Z/2025-06-01T01:00Z").start
PROVINCE = read_profile("ENERGYTAG", {"zone": {"level": "province"}})


def ring(limit: int | None, hours: int = 2, energy: int = 500) -> Plan:
    """Return the plan of three provinces in a ring, each with more in turn."""
    spans = [Interval(START + n * HOUR, START + (n + 1) * HOUR) for n in range(hours)]
    lots = [
        Lot(f"{device.id}{n}", 1, energy * (1 + (n + k) % 3), device.id, span, FIRM, scheme="GC")
        for n, span in enumerate(spans)
        for k, device in enumerate(DEVICES)
    ]
    readings = [
        ConsumptionRecord(place, span, 2 * energy, consumer=FIRM, place=place)
        for span in spans
        for place in PLACES
    ]
    return match(
        supply_columns(lots, DEVICES),
        demand_columns(readings),
        profile=PROVINCE,
        circumstances=Circumstances(corridors=tuple(Corridor(*pair, limit) for pair in RING)),
    )


@pytest.mark.parametrize("limit", [None, 100])
def test_periods_are_taken_a_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch, limit: int | None
) -> None:
    """What is single in time can be solved in parts: the result is the same."""
    whole = ring(limit, hours=5)
    monkeypatch.setattr(classes, "_AIM", 1)
    parts = ring(limit, hours=5)
    assert parts.covered == whole.covered
    assert parts.tiers == whole.tiers


def test_too_many_classes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "MOST_PAIRS", 3)
    with pytest.raises(ModelError, match="match-classes"):
        ring(None)


def test_too_large_a_program_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corridors, "MOST_VARIABLES", 3)
    with pytest.raises(ModelError, match="match-program"):
        ring(100)


def test_a_program_whose_sums_are_not_exact_is_refused() -> None:
    with pytest.raises(ModelError, match="match-inexact"):
        ring(100, energy=2**52)


def odd_cycle(most: int) -> _Program:
    """Return three amounts of which any two are limited: its corner is halves."""
    matrix = csr_array(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1]]))
    return _Program(matrix, np.array([most] * 3))


@pytest.mark.parametrize(("most", "total"), [(1, 1), (3, 4), (4, 6)])
def test_where_the_corner_is_no_whole_number_whole_numbers_are_sought(
    most: int, total: int
) -> None:
    """Several companies through one corridor: 1.5 becomes 1, 4.5 becomes 4, 6 stays."""
    energy = _solved(odd_cycle(most), np.array([2, 0, 1]))
    assert int(energy.sum()) == total
    assert (odd_cycle(most).matrix @ energy <= most).all()


def test_a_program_without_an_answer_says_so() -> None:
    with pytest.raises(ModelError, match="match-unsolved"):
        _whole_solution(odd_cycle(1), np.ones(3), total=9)


def test_what_is_kept_for_a_site_is_used_first() -> None:
    """What was cancelled for one site comes before what any site may use, whatever expires first.

    Both may be used all year, so that no nested cells solve it.
    """
    march, april = (Interval.of_month(2026, month) for month in (3, 4))
    lots = [Lot("R", 1, 5, "wind", april, FIRM), Lot("W", 1, 5, "wind", march, FIRM)]
    readings = [
        ConsumptionRecord("A", april, 5_000_000, consumer=FIRM, site="1", place="CN-GS"),
        ConsumptionRecord("B", april, 1_000_000, consumer=FIRM, site="2", place="CN-GS"),
    ]
    record = Cancellation("HX-1", date(2027, 1, 5), FIRM, (lots[0].range,), site="1")
    supply = replace(
        supply_columns(lots, DEVICES),
        state=Texts.of(["cancelled", "active"]),
        cancellation=Texts.of(["HX-1", ""]),
    )
    plan = match(
        supply,
        demand_columns(readings),
        profile="CN-GEC-2026",
        circumstances=Circumstances(cancellations={"HX-1": record}),
    )
    assert plan.tiers == {"class": 6_000_000}
    served = {(leg.range.series, leg.consumption.meter): leg.energy for leg in plan.legs.rows()}
    assert served == {("R", "A"): 5_000_000, ("W", "B"): 1_000_000}


def test_what_trades_cost_in_coverage_is_told() -> None:
    """T serves its meter A first; only T could have served B: the plan says what that costs."""
    march = Interval.read("2026-03")
    lots = [Lot("C", 1, 4, "wind", march, FIRM), Lot("T", 1, 4, "wind", march, FIRM)]
    readings = [
        ConsumptionRecord("A", march, 4_000_000, consumer=FIRM, site="a", place="CN-GS"),
        ConsumptionRecord("B", march, 3_000_000, consumer=FIRM, site="b", place="CN-GS"),
    ]
    ranges = (WhRange.of_serials("T", 1, 4),)
    trade = Settlement("JY", date(2026, 4, 1), "s", FIRM, ranges, "green-power trade", "A", march)
    record = Cancellation("HX", date(2026, 4, 2), FIRM, (WhRange.of_serials("C", 1, 4),), site="a")
    supply = replace(
        supply_columns(lots, DEVICES),
        bound=Texts.of(["", "JY"]),
        state=Texts.of(["cancelled", "active"]),
        cancellation=Texts.of(["HX", ""]),
    )
    plan = match(
        supply,
        demand_columns(readings),
        profile="CN-GEC-2026",
        circumstances=Circumstances(settlements={"JY": trade}, cancellations={"HX": record}),
    )
    assert (plan.covered, plan.gap, plan.gap_of_trades) == (4_000_000, 3_000_000, 3_000_000)
    codes = {each.code for each in plan.findings}
    assert "match-trades-first" in codes
    assert "match-gap" not in codes
