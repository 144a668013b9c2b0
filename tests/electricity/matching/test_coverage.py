"""Into the footprint: supplies, coverage by period, null power, serials, division of a meter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.background import open_background
from pcf.electricity import treatment
from pcf.electricity.behind import legs_of, line_supply, serials
from pcf.electricity.columns import Legs, Texts, demand_columns, supply_columns
from pcf.electricity.coverage import (
    Claimed,
    certificates_needed,
    consumption,
    coverage,
    scores,
)
from pcf.electricity.dividing import divided
from pcf.electricity.facts import (
    Cancellation,
    ConsumptionRecord,
    Device,
    Lot,
    ProductionRecord,
    WhRange,
)
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.matching import (
    Circumstances,
    OwnPower,
    Plan,
    Tie,
    by_hour,
    match,
    own_power,
    with_records,
)
from pcf.electricity.matching.canonical import taken_rows
from pcf.electricity.supply import Share
from pcf.errors import ModelError
from pcf.model.coverage import Coverage as Place
from pcf.model.coverage import Period

FIRM = "示例铝业有限公司"
MARCH, APRIL = Interval.read("2024-03"), Interval.read("2024-04")
WIND = Device("wind", "风电", place="CN-GS")
HYDRO = Device("hydro", "hydro", place="CN-YN")
ROOF = Device("roof", "PV", place="CN-GS", connection="on-site")
LINE = Device("line", "wind", place="CN-GS", connection="direct line")
MWH = 1_000_000


def reading(meter: str, energy: int, interval: Interval = MARCH, **more: str) -> ConsumptionRecord:
    """Return a reading of the smelter."""
    facts = {"consumer": FIRM, "site": "Lanzhou", "place": "CN-GS", "line": f"line of {meter}"}
    return ConsumptionRecord(meter, interval, energy, **(facts | more))  # type: ignore[arg-type]


def lot(series: str, count: int, device: str = "wind", interval: Interval = MARCH) -> Lot:
    """Return a lot of the smelter."""
    made = "self-consumed" if device in ("roof", "line") else "exported"
    return Lot(series, 1, count, device, interval, owner=FIRM, made=made)


def planned(lots: list[Lot], readings: list[ConsumptionRecord], **known: object) -> Plan:
    """Return a plan under the rules of 2024."""
    return match(
        supply_columns(lots, [WIND, HYDRO, ROOF, LINE]),
        demand_columns(readings),
        profile="CN-GEC-2024",
        circumstances=Circumstances(**known),  # type: ignore[arg-type]
    )


def shares(plan: Plan, line: str) -> dict[tuple[str, str], float]:
    """Return the shares of a line's supply by technology and connection."""
    return {(each.technology, each.connection): each.share for each in plan.supply(line).shares}


def test_a_supply_has_every_technology_and_the_rest_as_average() -> None:
    plan = planned([lot("P1", 3), lot("P2", 1, "hydro")], [reading("M", 8 * MWH)])
    assert shares(plan, "M") == {
        ("wind", "grid"): 0.375,
        ("hydro", "grid"): 0.125,
        ("average", "grid"): 0.5,
    }
    for name in ("line of M", "Lanzhou", FIRM):
        assert plan.supply(name) == plan.supply("M")
    assert plan.supply("M").evidence is None
    assert plan.supply("M", losses="gross_up").losses == "gross_up"


def test_an_unknown_line_names_the_nearest() -> None:
    plan = planned([], [reading("potline 1", 1)])
    with pytest.raises(ModelError) as caught:
        plan.supply("potlin 1")
    assert caught.value.problems[0].candidates[0] == "potline 1"


def test_a_line_without_consumption_has_no_supply() -> None:
    with pytest.raises(ModelError, match="coverage-nothing"):
        planned([], [reading("M", 0)]).supply("M")


def test_a_cancelled_plan_has_the_records_as_evidence() -> None:
    plan = planned([lot("P1", 2)], [reading("M", 2 * MWH)])
    record = Cancellation("HX-1", date(2024, 5, 1), FIRM, plan.ranges())
    assert with_records(plan, [record]).supply("M").evidence == "HX-1"
    halves = planned([lot("P1", 1), lot("P2", 1)], [reading("M", 2 * MWH)])
    parts = [
        replace(record, number=f"HX-{n}", ranges=(WhRange.of_serials(f"P{n}", 1, 1),))
        for n in (1, 2)
    ]
    assert with_records(halves, parts).supply("M").evidence == "HX-1, HX-2"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ranges": (WhRange.of_serials("P1", 2, 9),)}, "match-record-missing"),
        ({"beneficiary": "示例铝业股份有限公司"}, "match-record-beneficiary"),
        ({"period": Interval.read("2025")}, "match-record-period"),
    ],
)
def test_a_record_that_does_not_fit_gives_no_evidence(change: dict[str, object], code: str) -> None:
    plan = planned([lot("P1", 2)], [reading("M", 2 * MWH)])
    record = Cancellation("HX-1", date(2024, 5, 1), FIRM, plan.ranges())
    with pytest.raises(ModelError) as caught:
        with_records(plan, [replace(record, **change)])  # type: ignore[arg-type]
    assert [each.code for each in caught.value.problems] == [code]


def test_wind_through_the_grid_counts_as_published() -> None:
    """The golden numbers: wind 2024 through the grid 0.0651, PV on site 0.0520, average 0.5777."""
    background = open_background(edition="2026.1")
    rates = {
        row.process.id: sum(e.amount.value for e in row.process.exchanges)
        / row.process.amount.value  # type: ignore[misc,operator] # known numbers
        for row in background.processes
        if row.unit == "kWh"
    }
    march = reading("M", 4 * MWH)
    made = [ProductionRecord("roof", MARCH, 1 * MWH, "self-consumed")]
    ties = [Tie("roof", "Lanzhou")]
    own = own_power(demand_columns([march]), made, devices=[ROOF], ties=ties, unit="month")
    plan = planned([lot("P1", 2)], [march], own=own)
    for supply, factor in (
        (planned([lot("P1", 4)], [march]).supply("M"), 0.0651),
        (plan.supply("M"), (2 * 0.0651 + 0.0520 + 0.5777) / 4),
    ):
        found = treatment(
            f"market:{plan.profile.name}",
            {"M": supply},
            meters=["M"],
            background=background,
            coverage=Place("CN-GS", Period.read("2024")),
        )
        assert found.factor("M", rates) == pytest.approx(factor, rel=1e-12)


def test_a_direct_line_has_its_own_loss() -> None:
    """Of a certificate 980 kWh come out of the line: they count as 1,000 kWh at the plant."""
    plan = planned(
        [lot("L", 1, "line")],
        [reading("M", 2 * MWH)],
        ties=(Tie("line", "Lanzhou", line_loss=0.02),),
    )
    assert plan.supply("M").shares[0] == Share("wind", 0.49, "direct line", 0.02)
    assert (plan.covered, plan.left_over.energy, plan.stranded.energy) == (980_000, 0, 0)
    (told,) = [each for each in plan.findings if each.code == "match-line-loss"]
    assert told.facts == {"energy": "20"}


def test_matching_again_never_recovers_what_a_line_has_lost() -> None:
    ties = (Tie("line", "Lanzhou", line_loss=0.02),)
    supply = supply_columns([lot("L", 10, "line"), lot("N", 5, "line")], [LINE])
    # Of 15 MWh made in the month 14.7 come out; 9.8 of them are claimed already.
    cut = replace(
        taken_rows(supply, np.array([0, 0, 1])),
        low=np.array([1 * MWH, 1 * MWH + 9_800_000, 1 * MWH]),
        high=np.array([1 * MWH + 9_800_000, 11 * MWH, 6 * MWH]),
        state=Texts.of(["claimed", "cancelled", "active"]),
    )
    plan = match(
        cut,
        demand_columns([reading("M", 20 * MWH)]),
        profile="CN-GEC-2024",
        circumstances=Circumstances(ties=ties),
    )
    assert plan.covered == 4_900_000


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    st.sampled_from([0.0, 0.005, 0.02, 0.1, 0.333]),
    st.integers(1, 90),
)
def test_a_line_never_gives_more_than_comes_out_of_it(
    counts: list[int], loss: float, used: int
) -> None:
    lots = [lot(f"L{n}", count, "line") for n, count in enumerate(counts)]
    ties = (Tie("line", "Lanzhou", line_loss=loss),)
    plan = planned(lots, [reading("M", used * MWH)], ties=ties)
    made = sum(counts) * MWH
    out = made - -(-made * round(loss * 1000) // 1000)
    assert plan.covered == min(out, used * MWH)


def test_certificates_of_own_power_prove_it_and_add_nothing() -> None:
    """I5: a kWh of own power with a certificate is one kWh."""
    march = [reading("A", 3 * MWH), reading("B", 1 * MWH)]
    made = [ProductionRecord("roof", MARCH, 2 * MWH + 400_000, "self-consumed")]
    ties = (Tie("roof", "Lanzhou"),)
    own = own_power(demand_columns(march), made, devices=[ROOF], ties=ties, unit="month")
    plan = planned([lot("R", 2, "roof"), lot("P1", 9)], march, own=own, ties=ties)
    assert plan.tiers == {"own": 2 * MWH, "interval": 1_600_000}
    assert plan.covered == 4 * MWH
    assert shares(plan, "Lanzhou") == {("PV", "on-site"): 0.6, ("wind", "grid"): 0.4}
    assert sum(each.energy for each in plan.ranges("Lanzhou")) == 3_600_000
    assert shares(plan, "A") == shares(plan, "B") == shares(plan, "Lanzhou")


def test_null_power_counts_as_average_and_is_shown() -> None:
    """I8: what was sold beyond exports leaves own power without attributes."""
    march = [reading("A", 3 * MWH), reading("B", 1 * MWH)]
    made = [
        ProductionRecord("roof", MARCH, 2 * MWH, "self-consumed"),
        ProductionRecord("roof", MARCH, 500_000),
    ]
    sold = {"sold": {"roof": 900_000}, "self_consumed_sellable": True}
    own = own_power(
        demand_columns(march),
        made,
        devices=[ROOF],
        ties=[Tie("roof", "Lanzhou")],
        unit="month",
        **sold,  # type: ignore[arg-type]
    )
    plan = planned([], march, own=own)
    month = plan.coverage("month")
    assert (month.own.tolist(), month.null.tolist()) == ([1_600_000], [400_000])
    assert month.uncovered.tolist() == [2_400_000]
    assert shares(plan, "Lanzhou") == {("PV", "on-site"): 0.4, ("average", "grid"): 0.6}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sold": {"roof": 600_000}}, "own-sold-beyond-export"),
        ({"sold": {"roof": 2_600_000}, "self_consumed_sellable": True}, "own-sold-too-much"),
        ({"unit": "hour"}, "own-reading"),
        ({"made": 5 * MWH}, "own-too-much"),
    ],
)
def test_own_power_that_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    self_consumed = change.pop("made", 2 * MWH)
    made = [
        ProductionRecord("roof", MARCH, self_consumed, "self-consumed"),  # type: ignore[arg-type]
        ProductionRecord("roof", MARCH, 500_000),
    ]
    asked = {"devices": [ROOF], "ties": [Tie("roof", "Lanzhou")], "unit": "month"} | change
    with pytest.raises(ModelError) as caught:
        own_power(demand_columns([reading("A", 4 * MWH)]), made, **asked)  # type: ignore[arg-type]
    assert caught.value.problems[0].code == code
    assert caught.value.problems[0].says("zh") != caught.value.problems[0].says("en")


def test_coverage_by_month_and_year_and_not_by_hour() -> None:
    plan = planned(
        [lot("P1", 2), lot("P2", 3, interval=APRIL)],
        [reading("A", 4 * MWH), reading("A", 4 * MWH, APRIL), reading("B", 2 * MWH, APRIL)],
    )
    month = plan.coverage("month")
    assert [str(each) for each in month.intervals] == ["2024-03", "2024-04"]
    assert month.consumed.tolist() == [4 * MWH, 6 * MWH]
    assert int(month.certified.sum()) == 5 * MWH
    assert month.share == 0.5
    assert plan.coverage("year").share == 0.5
    hour = plan.coverage("hour")
    assert (hour.share, hour.unplaced) == (None, 10 * MWH)
    of_b = coverage(plan, "month", of="B")
    assert of_b.consumed.tolist() == [2 * MWH]
    assert scores(plan).hour is None


def test_scores_tell_a_monthly_claim_from_an_hourly_one() -> None:
    """An annual claim covers all; of each hour's use only half was made in that hour."""
    start = Interval.read("2024-03-01T00:00Z/2024-03-01T01:00Z").start
    hours = [Interval(start + n * HOUR, start + (n + 1) * HOUR) for n in range(2)]
    lots = [Lot("S", 1, 200, "wind", hours[0], FIRM, scheme="GC")]
    used = demand_columns([reading("A", 100, each) for each in hours])
    plan = match(supply_columns(lots, [WIND]), used, profile="ISO14067")
    found = scores(plan)
    assert (found.hour, found.month, found.year) == (0.5, 1.0, 1.0)


def test_monthly_certificates_become_hourly_with_metered_hours() -> None:
    start = MARCH.start
    hours = [Interval(start + n * HOUR, start + (n + 1) * HOUR) for n in range(3)]
    made = [
        ProductionRecord("wind", each, energy)
        for each, energy in zip(hours, (MWH, 2 * MWH, 999_999), strict=True)
    ]
    finer = by_hour(supply_columns([lot("P1", 4)], [WIND]), made)
    # One watt-hour was carried over from the month before.
    assert finer.energy.tolist() == [MWH + 1, 2 * MWH, 999_999]
    assert (finer.low[1:] == finer.high[:-1]).all()
    with pytest.raises(ModelError, match="finer-short"):
        by_hour(supply_columns([lot("P1", 5)], [WIND]), made)


def test_serials_are_merged_and_sum_to_what_is_covered() -> None:
    plan = planned([lot("P1", 5), lot("P2", 5)], [reading("A", 3 * MWH), reading("B", 4 * MWH + 1)])
    assert sum(each.energy for each in plan.ranges()) == plan.covered
    assert [str(each) for each in plan.ranges()] == ["P1 1-5", "P2 1-3 (2000001 Wh from 0)"]
    for name in "AB":
        behind = serials(plan, name)
        assert sum(each.energy for each in behind) == sum(leg.energy for leg in legs_of(plan, name))


def test_lines_that_are_not_metered_share_what_their_site_has() -> None:
    """Sum of products = site: the metered line has its own, the others share what is left."""
    march = [
        reading("M1", 2 * MWH),
        reading("M2", 2 * MWH, line="a", measured="profile"),
        reading("M2", 4 * MWH, line="b", measured="profile"),
    ]
    supply = supply_columns([lot("P1", 4), lot("P2", 2, "hydro")], [WIND, HYDRO])
    plan = match(supply, demand_columns(march), profile="CN-GEC-2024", policy="fifo")
    assert shares(plan, "a") == shares(plan, "b")
    total: dict[str, Fraction] = {}
    for name, energy in (("M1", 2), ("a", 2), ("b", 4)):
        for each in plan.supply(name).shares:
            part = Fraction(each.share).limit_denominator(10**9) * energy
            total[each.technology] = total.get(each.technology, Fraction(0)) + part
    site = {each.technology: each.share for each in plan.supply("Lanzhou").shares}
    assert {name: float(each / 8) for name, each in total.items()} == pytest.approx(site)


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 5_000), min_size=1, max_size=4),
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.integers(0, 3),
    st.integers(0, 2_000),
)
def test_a_divided_meter_sums_to_the_meter_serial_by_serial(
    used: list[int], weights: list[int], lots: int, roof: int
) -> None:
    hours = [
        Interval(MARCH.start + n * HOUR, MARCH.start + (n + 1) * HOUR) for n in range(len(used))
    ]
    readings = [reading("M", energy, each) for energy, each in zip(used, hours, strict=True)]
    readings.append(reading("other", 700, hours[0]))
    certificates = [
        Lot(f"S{n}", 1, 1_500, "wind", hours[n % len(hours)], FIRM, scheme="GC")
        for n in range(lots)
    ]
    own = _roof(readings, hours[0], min(roof, used[0] + 700))
    plan = match(
        supply_columns(certificates, [WIND]),
        demand_columns(readings),
        profile="ISO14067",
        circumstances=Circumstances(own=own),
    )
    parts = {f"line {n}": Fraction(weight, sum(weights)) for n, weight in enumerate(weights)}
    finer = divided(plan, "M", parts)  # type: ignore[arg-type] # exact shares
    assert (finer.covered, finer.consumed) == (plan.covered, plan.consumed)
    assert finer.ranges() == plan.ranges()
    demand = finer.legs.demand_columns
    served = np.zeros(len(demand), dtype=np.int64)
    np.add.at(served, finer.legs.demand, finer.legs.energy)
    if finer.own is not None:
        np.add.at(served, finer.own.demand, finer.own.claimable)
    assert (served <= demand.energy).all()
    for unit in ("hour", "month"):
        whole, lines = plan.coverage(unit, of="M"), finer.coverage(unit, of="M")
        for name in ("consumed", "certified", "own", "null"):
            assert (getattr(whole, name) == getattr(lines, name)).all()
    if sum(used):
        supplies = {line: finer.supply(line) for line in parts if _used(finer, line)}
        assert len({each.shares for each in supplies.values()}) <= 1


def _roof(readings: list[ConsumptionRecord], hour: Interval, energy: int) -> OwnPower:
    return own_power(
        demand_columns(readings),
        [ProductionRecord("roof", hour, energy, "self-consumed")],
        devices=[ROOF],
        ties=[Tie("roof", "Lanzhou")],
    )


def _used(plan: Plan, line: str) -> int:
    demand = plan.legs.demand_columns
    code = demand.line.names.index(line)
    return int(consumption(demand)[demand.line.codes == code].sum())


@pytest.mark.parametrize(
    ("meter", "parts", "code"),
    [("X", {"a": 1}, "coverage-line"), ("M", {"a": 0.5, "b": 0.4}, "coverage-shares")],
)
def test_a_division_that_does_not_add_up_is_refused(
    meter: str, parts: dict[str, float], code: str
) -> None:
    with pytest.raises(ModelError, match=code):
        divided(planned([], [reading("M", 5)]), meter, parts)


def test_gross_up_takes_more_certificates_than_use() -> None:
    assert certificates_needed(1_000_000, "0.05") == 1_052_632
    with pytest.raises(ModelError, match="coverage-loss"):
        certificates_needed(1, "1")


def test_a_certificate_of_an_unknown_device_has_no_technology() -> None:
    plan = planned([lot("P1", 1)], [reading("M", MWH)])
    bare = replace(
        plan, legs=replace(plan.legs, supply_columns=replace(plan.legs.supply_columns, devices={}))
    )
    with pytest.raises(ModelError, match="coverage-device"):
        line_supply(bare, "M")


def test_a_supply_that_leaves_out_other_claims_is_refused() -> None:
    """What the ledger holds already of a line belongs to its supply: all claims together."""
    first = planned([lot("P1", 2)], [reading("M", 5 * MWH)])
    legs = first.legs
    served = np.zeros(len(legs.demand_columns), dtype=np.int64)
    np.add.at(served, legs.demand, legs.energy)
    later = replace(legs.demand_columns, claimed=served)
    second = match(supply_columns([lot("P2", 1)], [WIND]), later, profile="CN-GEC-2024")
    assert second.covered == MWH
    with pytest.raises(ModelError, match="coverage-other-claims"):
        second.supply("M")
    both = Claimed(Legs.of([*legs.rows(), *second.legs.rows()]), evidence=("HX-1",))
    columns = replace(
        both.legs.supply_columns, device=Texts.same("wind", 2), devices={"wind": WIND}
    )
    both = replace(both, legs=replace(both.legs, supply_columns=columns))
    supply = line_supply(both, "M")
    assert {each.technology: each.share for each in supply.shares} == {"wind": 0.6, "average": 0.4}
    assert supply.evidence == "HX-1"
