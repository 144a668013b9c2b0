"""Worked examples of matching, through the public interface.

The project's own examples (electricity: allocation, granularity, on-site power, carbon-free share,
factors, two scripts of the ledger that matching decides) and el-008 of the collection of cases.
Numbers stand here; sources at each test.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pcf.electricity.columns import Texts, demand_columns, supply_columns
from pcf.electricity.coverage import (
    carbon_free_share,
    certificates_needed,
    coincident,
    scores,
)
from pcf.electricity.facts import (
    ConsumptionRecord,
    Device,
    Lot,
    ProductionRecord,
    Settlement,
    WhRange,
)
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.matching import (
    Circumstances,
    Corridor,
    Plan,
    Policy,
    Tie,
    match,
    own_power,
)
from pcf.electricity.profiles import read_profile
from pcf.errors import ModelError

FIRM = "示例铝业有限公司"
WIND = Device("wind", "wind", place="CN-GS")
START = Interval.read("2025-03-31T12:00Z/2025-03-31T13:00Z").start
HOURS = [Interval(START + n * HOUR, START + (n + 1) * HOUR) for n in range(8)]
PROVINCE = read_profile("ENERGYTAG", {"zone": {"level": "province"}})


def granular(series: str, energy: int, when: Interval, device: str = "wind") -> Lot:
    """Return a granular certificate."""
    return Lot(series, 1, energy, device, when, owner=FIRM, scheme="GC")


def used(meter: str, energy: int, when: Interval, place: str = "CN-GS") -> ConsumptionRecord:
    """Return a reading."""
    return ConsumptionRecord(meter, when, energy, consumer=FIRM, site="plant", place=place)


def legs(plan: Plan) -> list[tuple[str, str, int]]:
    """Return series, meter and watt-hours of each leg."""
    return sorted((leg.range.series, leg.consumption.meter, leg.energy) for leg in plan.legs.rows())


@pytest.mark.parametrize(
    ("policy", "matched", "gap"), [("fifo", 10, 10), ("earliest_expiry", 20, 0)]
)
def test_earliest_expiry_reaches_the_optimum_and_fifo_says_what_it_loses(
    policy: str, matched: int, gap: int
) -> None:
    """An old lot that lasts and a new one that does not; readings of March and April.

    `allocation_edf_vs_fifo`: FIFO by production reaches 10 of 20.
    """
    readings = [used(month, 10, Interval.read(f"2025-{month}")) for month in ("03", "04")]
    lots = [
        replace(granular("old", 10, Interval.read("2025-01")), expires=date(2025, 12, 31)),
        replace(granular("new", 10, Interval.read("2025-02")), expires=date(2025, 3, 31)),
    ]
    profile = read_profile(
        "ISO14067",
        {"period": {"unit": "month", "from": "year", "until": "validity"}},
    )
    plan = match(
        supply_columns(lots, [WIND]), demand_columns(readings), profile=profile, policy=policy
    )
    assert (plan.covered, plan.gap) == (matched, gap)
    assert plan.tiers == {"interval": matched}
    if policy == "earliest_expiry":
        assert legs(plan) == [("new", "03", 10), ("old", "04", 10)]
    else:
        assert legs(plan) == [("old", "03", 10)]
        assert "match-gap" in {each.code for each in plan.findings}


CELL = {
    "c1": (500, "2025-03-01", 3.0, "wind", 0.0336),
    "c2": (300, "2025-03-02", 1.0, "hydro", 0.0143),
    "c3": (400, "2025-03-03", 2.0, "PV", 0.0545),
}
LINES = {"lineA": 600, "lineB": 450}
POLICIES: dict[str, tuple[Policy, list[tuple[str, str, int]]]] = {
    "fifo": (
        Policy("fifo"),
        [("c1", "lineA", 500), ("c2", "lineA", 100), ("c2", "lineB", 200), ("c3", "lineB", 250)],
    ),
    "lifo": (
        Policy("lifo"),
        [("c3", "lineA", 400), ("c2", "lineA", 200), ("c2", "lineB", 100), ("c1", "lineB", 350)],
    ),
    "lowest price": (
        Policy("lowest_price", {name: row[2] for name, row in CELL.items()}),
        [("c2", "lineA", 300), ("c3", "lineA", 300), ("c3", "lineB", 100), ("c1", "lineB", 350)],
    ),
    "lowest factor": (
        Policy("lowest_factor", {row[3]: row[4] for row in CELL.values()}),
        [("c2", "lineA", 300), ("c1", "lineA", 300), ("c1", "lineB", 200), ("c3", "lineB", 250)],
    ),
    "pro rata": (
        Policy("pro_rata"),
        [
            ("c1", "lineA", 250),
            ("c2", "lineA", 150),
            ("c3", "lineA", 200),
            ("c1", "lineB", 188),
            ("c2", "lineB", 112),
            ("c3", "lineB", 150),
        ],
    ),
}


def in_one_cell(policy: Policy) -> Plan:
    """Return the plan of three certificates and two lines of one month."""
    march = Interval.read("2025-03")
    devices = [Device(name, row[3], place="CN-GS") for name, row in CELL.items()]
    lots = [
        granular(name, row[0], Interval.read(row[1]), device=name) for name, row in CELL.items()
    ]
    readings = [used(line, energy, march) for line, energy in LINES.items()]
    supply, demand = supply_columns(lots, devices), demand_columns(readings)
    return match(supply, demand, profile="ISO14067", unit="month", policy=policy)


@pytest.mark.parametrize("name", POLICIES)
def test_policies_in_one_cell(name: str) -> None:
    """`allocation_one_cell_policies`: 1,050 of 1,200 Wh are matched whatever the policy."""
    policy, expected = POLICIES[name]
    plan = in_one_cell(policy)
    assert legs(plan) == sorted(expected)
    assert (plan.covered, plan.left_over.energy) == (1_050, 150)


def test_what_there_is_too_little_of_is_shared_or_given_by_weight() -> None:
    """Not enough for both lines: the same share for each, the same level, or one line first."""

    def got(policy: Policy | str) -> dict[str, int]:
        lots, day = [granular("S", 700, Interval.read("2025-03-01"))], Interval.read("2025-03")
        readings = [used(line, energy, day) for line, energy in LINES.items()]
        plan = match(
            supply_columns(lots, [WIND]),
            demand_columns(readings),
            profile="ISO14067",
            policy=policy,
        )
        return {leg.consumption.meter: leg.energy for leg in plan.legs.rows()}

    assert got("fifo") == {"lineA": 400, "lineB": 300}
    assert got("equal_level") == {"lineA": 350, "lineB": 350}
    assert got(Policy("priority", {"lineB": 2.0})) == {"lineB": 450, "lineA": 250}


CERTIFICATES = [0, 900, 900, 0, 300, 0]
LOAD = [300, 400, 300, 300, 400, 400]


@pytest.mark.parametrize(("unit", "covered"), [("hour", 1_000), ("month", 1_300), ("year", 2_100)])
def test_a_finer_period_covers_less(unit: str, covered: int) -> None:
    """`allocation_granularity`: 2,100, 1,300 and 1,000 of 2,100 Wh.

    The first three hours are the last of March in China, the others the first of April.
    """
    hours = [Interval(START + (n + 1) * HOUR, START + (n + 2) * HOUR) for n in range(6)]
    lots = [
        granular(f"S{n}", energy, hour)
        for n, (energy, hour) in enumerate(zip(CERTIFICATES, hours, strict=True))
        if energy
    ]
    readings = [used("M", energy, hour) for energy, hour in zip(LOAD, hours, strict=True)]
    supply, demand = supply_columns(lots, [WIND]), demand_columns(readings)
    plan = match(supply, demand, profile="ISO14067", unit=unit)  # type: ignore[arg-type] # one of three
    assert (plan.covered, plan.gap) == (covered, 0)
    assert coincident(CERTIFICATES, LOAD, range(6)) == 1_000
    if unit == "hour":
        cover = plan.coverage("hour")
        assert cover.uncovered.tolist() == [300, 0, 0, 300, 100, 400]
        assert plan.left_over.lengths.tolist() == [500, 600]
    if unit == "year":
        found = scores(plan)
        assert found.hour == pytest.approx(0.47619047619047616, rel=1e-12)
        assert (found.month, found.year) == (pytest.approx(0.6190476190476191, rel=1e-12), 1.0)


def test_rounds_lose_what_a_largest_flow_finds() -> None:
    """`allocation_rounds_vs_optimal`: C1 may use G1 and G2, C2 only G1; rounds reach 16.67."""
    devices = [Device("G1", "wind", place="CN-GS"), Device("G2", "wind", place="CN-ZJ")]
    lots = [granular(name, 10, HOURS[0], device=name) for name in ("G1", "G2")]
    readings = [used("C1", 10, HOURS[0], place="CN-ZJ"), used("C2", 10, HOURS[0], place="CN-GS")]
    plan = match(
        supply_columns(lots, devices),
        demand_columns(readings),
        profile=PROVINCE,
        circumstances=Circumstances(corridors=(Corridor("CN-GS", "CN-ZJ"),)),
    )
    assert plan.covered == 20
    assert legs(plan) == [("G1", "C2", 10), ("G2", "C1", 10)]
    # Of the two, G2 has the narrower users: filling its cell first is already the optimum.
    assert plan.tiers == {"cell": 20}


def test_carbon_free_share_of_four_hours() -> None:
    """`cfe_score`: contracted power up to the load, and the grid's own share of the rest."""
    load, clean = [10, 10, 10, 10], [4, 16, 12, 0]
    assert carbon_free_share(load, clean, [0.3, 0.2, 0.4, 0.5]) == pytest.approx(0.77, rel=1e-12)
    assert coincident(clean, load, range(4)) == 24


@pytest.mark.parametrize(
    ("sold", "claimable", "null", "kg"),
    [(0, 100, 0, 42.026), (50, 100, 0, 42.026), (90, 60, 40, 64.23), (150, 0, 100, 97.536)],
)
def test_sold_attributes_leave_null_power(sold: int, claimable: int, null: int, kg: float) -> None:
    """`onsite_sold_attributes`: exports are sold first, then self-consumption.

    The example's residual, 0.6096, is of the combustion boundary and its PV factor of the life
    cycle: both are read here as plain numbers of one boundary, which only weigh the amounts.
    """
    pv, load = [0, 50, 80, 20], [40, 40, 40, 40]
    readings = [used("M", 1_000 * energy, hour) for energy, hour in zip(load, HOURS, strict=False)]
    records = [
        ProductionRecord("roof", hour, 1_000 * energy, made)  # type: ignore[arg-type]
        for made_, need, hour in zip(pv, load, HOURS, strict=False)
        for energy, made in (
            (min(made_, need), "self-consumed"),
            (max(made_ - need, 0), "exported"),
        )
    ]
    roof = Device("roof", "PV", connection="on-site")
    asked = {"devices": [roof], "ties": [Tie("roof", "plant")], "sold": {"roof": 1_000 * sold}}
    demand = demand_columns(readings)
    own = own_power(demand, records, self_consumed_sellable=True, **asked)  # type: ignore[arg-type]
    found = int(own.claimable.sum()), int(own.null.sum())
    assert found == (1_000 * claimable, 1_000 * null)
    grid = sum(load) - claimable - null
    assert grid == 60
    plan = match(
        supply_columns([]), demand, profile="ISO14067", circumstances=Circumstances(own=own)
    )
    hourly = plan.coverage("hour")
    kwh = int(hourly.own.sum()) / 1_000, int(hourly.uncovered.sum()) / 1_000
    assert kwh[0] * 0.0545 + kwh[1] * 0.6096 == pytest.approx(kg, rel=1e-12)
    if sold > 50:
        # Chinese certificates of self-consumption cannot be sold.
        with pytest.raises(ModelError, match="own-sold-beyond-export"):
            own_power(demand, records, **asked)  # type: ignore[arg-type]


def test_a_gross_up_takes_a_twentieth_more() -> None:
    """`pcf_electricity_factor`: at 5 % losses, 1.0526 MWh of certificates for each MWh."""
    assert certificates_needed(1_000_000_000, "0.05") / 1e9 == pytest.approx(1.0526315789473684)


@pytest.mark.parametrize(("strict", "covered"), [(True, 0), (False, 10)])
def test_power_that_is_bound_to_a_meter(strict: bool, covered: int) -> None:
    """`ledger_event_scripts`, unity_bound_to_meter: refused elsewhere where rules are strict.

    Where they are not, the meter of the trade comes first, and others get what is left.
    """
    march = Interval.read("2026-03")
    trade = Settlement(
        "JY-1",
        date(2026, 4, 1),
        "seller",
        FIRM,
        (WhRange.of_serials("B", 1, 10, "GC"),),
        "green-power trade",
        "M1",
        march,
    )
    supply = replace(supply_columns([granular("B", 10, march)], [WIND]), bound=Texts.of(["JY-1"]))
    profile = read_profile("ISO14067", {"binding": {"strict": strict}})
    known = Circumstances(settlements={"JY-1": trade})
    alone = match(
        supply, demand_columns([used("M2", 10, march)]), profile=profile, circumstances=known
    )
    assert alone.covered == covered
    assert [each.code for each in alone.refused] == (["refused-binding"] if strict else [])
    both = demand_columns([used("M0", 10, march), used("M1", 6, march)])
    shared = match(supply, both, profile=profile, circumstances=known)
    first = [("B", "M1", 6)]
    assert legs(shared) == (first if strict else [("B", "M0", 4), *first])


def test_a_certificate_of_2026_for_electricity_of_2027() -> None:
    """`ledger_event_scripts`, vintage_same_year: refused, known from the press, and an option."""
    lots = supply_columns([Lot("B", 1, 1, "wind", Interval.read("2026-11"), FIRM)], [WIND])
    demand = demand_columns([used("M", 1_000_000, Interval.read("2027-01"))])
    plan = match(lots, demand, profile="CN-GEC-2026")
    (refusal,) = plan.refused
    assert (refusal.code, plan.covered) == ("refused-same-year", 0)
    assert refusal.rule is not None
    assert refusal.rule.known == "press"
    assert "媒体摘要" in refusal.says("zh")
    free = read_profile("CN-GEC-2026", {"same-year": False})
    assert match(lots, demand, profile=free).covered == 1_000_000


@pytest.mark.parametrize(
    ("consumption_is_trial", "production_is_trial"),
    [(True, False), (False, True), (True, None), (None, True)],
)
def test_a_trial_certificate_may_not_cover_a_real_one(
    consumption_is_trial: bool | None,
    production_is_trial: bool | None,
) -> None:
    """el-008, Energinet energy-origin: of four mixed pairs none is claimed."""
    device = replace(WIND, trial=bool(production_is_trial))
    reading = replace(used("M", 10, HOURS[0]), trial=bool(consumption_is_trial))
    supply = supply_columns([granular("S", 10, HOURS[0])], [device])
    plan = match(supply, demand_columns([reading]), profile=PROVINCE)
    assert plan.covered == 0
    assert [each.test for each in plan.refused] == ["trial"]
    same = replace(reading, trial=bool(production_is_trial))
    assert match(supply, demand_columns([same]), profile=PROVINCE).covered == 10
