"""Every tier finds the linear program's optimum, in whole watt-hours, whatever the order.

Rules are written here a second time, pair by pair, so that a rule that is wrong in the library
disagrees; each test says which profile and tier it is about.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.electricity.columns import Texts, demand_columns, supply_columns
from pcf.electricity.facts import Cancellation, ConsumptionRecord, Device, Lot, Settlement, WhRange
from pcf.electricity.gec import last_usable_day
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.matching import Circumstances, Corridor, Plan, Tie, match
from pcf.electricity.profiles import Profile, read_profile

if TYPE_CHECKING:
    from tests.electricity.matching.conftest import Case, Oracle

FIRM, OTHER = "示例铝业有限公司", "另一家有限公司"
DEVICES = (
    Device("wind", "wind", place="CN-GS"),
    Device("pv", "PV", place="CN-ZJ"),
    Device("hydro", "hydro", place="CN-YN"),
    Device("roof", "PV", place="CN-GS", connection="on-site"),
)
SITES = {"A": "plant 1", "B": "plant 2", "C": "plant 3"}
PLACES = {"A": "CN-GS", "B": "CN-ZJ", "C": "CN-YN"}
few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
policies = st.sampled_from(["earliest_expiry", "fifo", "lifo", "pro_rata", "equal_level"])
seeds = st.integers(0, 2**16)
months = st.tuples(st.sampled_from([2024, 2025, 2026]), st.integers(1, 12))
start = Interval.read("2025-06-01T00:00Z/2025-06-01T01:00Z").start
hours = st.integers(0, 3).map(lambda h: Interval(start + h * HOUR, start + (h + 1) * HOUR))


@st.composite
def monthly(
    draw: st.DrawFn, *, most: int = 9
) -> tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...]]:
    """Draw lots of months and readings of months, each meter once a month."""
    lots = []
    for number in range(draw(st.integers(1, 7))):
        device = draw(st.sampled_from(DEVICES)).id
        lots.append(
            Lot(
                f"S{number}",
                1,
                draw(st.integers(1, most)),
                device,
                Interval.of_month(*draw(months)),
                owner=draw(st.sampled_from([FIRM, FIRM, OTHER])),
                made="self-consumed" if device == "roof" else "exported",
            )
        )
    keys = draw(st.sets(st.tuples(st.sampled_from("ABC"), months), min_size=1, max_size=7))
    readings = [
        ConsumptionRecord(
            meter,
            Interval.of_month(*month),
            draw(st.integers(0, most * 1_000_000)),
            consumer=OTHER if meter == "C" else FIRM,
            site=SITES[meter],
            place="CN-GS",
        )
        for meter, month in sorted(keys)
    ]
    return tuple(lots), tuple(readings)


def in_validity(case: Case, lot: Lot, reading: ConsumptionRecord) -> bool:
    """Say whether the rules of 2024 let a lot serve a reading."""
    until = last_usable_day(lot.interval)
    made, used = lot.interval.first_day.year, reading.interval.first_day.year
    mine = lot.owner == reading.consumer
    there = reading.site == SITES["A"] and reading.interval == lot.interval
    tied = case.device(lot).id != "roof" or there
    return (
        mine and tied and made <= used and until is not None and reading.interval.last_day <= until
    )


def of_one_year(case: Case, lot: Lot, reading: ConsumptionRecord) -> bool:
    """Say whether the rules of 2026 do: from 2026 on in the same year."""
    made, used = lot.interval.first_day.year, reading.interval.first_day.year
    return in_validity(case, lot, reading) and (used < 2026 or made == used)


@few
@given(monthly(), policies, seeds)
def test_same_year_of_2026(
    oracle: Oracle,
    facts: tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...]],
    policy: str,
    seed: int,
) -> None:
    """Windows within a year, own use of one site in its month: tiers 'bound' and 'interval'."""
    case = oracle.Case(facts[0], DEVICES, facts[1], Circumstances(ties=(Tie("roof", SITES["A"]),)))
    plan = case.plan(profile="CN-GEC-2026", policy=policy)
    oracle.check(plan, case, of_one_year)
    assert plan.covered + plan.gap == oracle.most(case, of_one_year)
    assert plan.gap == 0 or policy in ("fifo", "lifo")
    again = case.plan(seed, profile="CN-GEC-2026", policy=policy)
    assert oracle.legs(again) == oracle.legs(plan)


@few
@given(monthly(), policies, seeds)
def test_24_months_of_2024(
    oracle: Oracle,
    facts: tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...]],
    policy: str,
    seed: int,
) -> None:
    """Windows that end at different times: an order may lose coverage, and then says how much."""
    lots = tuple(each for each in facts[0] if each.device != "roof")
    case = oracle.Case(lots, DEVICES, facts[1])
    plan = case.plan(profile="CN-GEC-2024", policy=policy)
    oracle.check(plan, case, in_validity)
    assert plan.covered + plan.gap == oracle.most(case, in_validity)
    assert plan.gap == 0 or policy in ("fifo", "lifo")
    again = case.plan(seed, profile="CN-GEC-2024", policy=policy)
    assert (oracle.legs(again), again.gap) == (oracle.legs(plan), plan.gap)


@settings(max_examples=15)
@given(monthly(most=900_000))
def test_large_amounts_stay_exact(
    oracle: Oracle, facts: tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...]]
) -> None:
    """Amounts far beyond 32 bits: the flow between classes is found in steps, to the watt-hour."""
    ties = Circumstances(ties=(Tie("roof", SITES["A"]),))
    case = oracle.Case(facts[0], DEVICES, facts[1], ties)
    plan = case.plan(profile="CN-GEC-2026")
    oracle.check(plan, case, of_one_year)
    # The linear program itself is only exact to about 1e-9 of the sums.
    assert abs(plan.covered - oracle.most(case, of_one_year)) <= 1e-8 * max(plan.covered, 1)


@st.composite
def hourly(draw: st.DrawFn) -> tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...]]:
    """Draw granular certificates and hourly readings in three provinces."""
    keys = draw(st.sets(st.tuples(st.sampled_from("ABC"), hours), min_size=1, max_size=8))
    readings = tuple(
        ConsumptionRecord(
            meter, hour, draw(st.integers(0, 900)), consumer=FIRM, place=PLACES[meter]
        )
        for meter, hour in sorted(keys)
    )
    lots = tuple(
        Lot(
            f"S{number}",
            1,
            draw(st.integers(1, 900)),
            draw(st.sampled_from(["wind", "pv", "hydro"])),
            draw(hours),
            owner=FIRM,
            scheme="GC",
        )
        for number in range(draw(st.integers(1, 8)))
    )
    return lots, readings


PROVINCE = read_profile("ENERGYTAG", {"zone": {"level": "province"}})


def same_hour(case: Case, lot: Lot, reading: ConsumptionRecord) -> bool:
    """Say whether production and consumption are of one hour and province."""
    return lot.interval == reading.interval and case.device(lot).place == reading.place


@few
@given(hourly(), policies, seeds)
def test_hour_and_province(
    oracle: Oracle,
    facts: tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...]],
    policy: str,
    seed: int,
) -> None:
    """Cells: any order reaches the optimum."""
    case = oracle.Case(facts[0], DEVICES, facts[1])
    plan = case.plan(profile=PROVINCE, policy=policy)
    oracle.check(plan, case, same_hour)
    assert plan.covered == oracle.most(case, same_hour)
    assert plan.gap == 0
    assert set(plan.tiers) <= {"cell"}
    again = case.plan(seed, profile=PROVINCE, policy=policy)
    assert oracle.legs(again) == oracle.legs(plan)


DELIVERED = {("CN-GS", "CN-ZJ"), ("CN-YN", "CN-ZJ"), ("CN-YN", "CN-GS")}


def delivered(case: Case, lot: Lot, reading: ConsumptionRecord) -> bool:
    """Say whether power of the lot's province reaches the reading in its hour."""
    place = case.device(lot).place
    reached = place == reading.place or (place, reading.place) in DELIVERED
    return lot.interval == reading.interval and reached


@few
@given(hourly(), policies, seeds)
def test_corridors_without_limits(
    oracle: Oracle,
    facts: tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...]],
    policy: str,
    seed: int,
) -> None:
    """Users that overlap without order: the tier 'class'."""
    known = Circumstances(corridors=tuple(Corridor(*pair) for pair in sorted(DELIVERED)))
    case = oracle.Case(facts[0], DEVICES, facts[1], known)
    plan = case.plan(profile=PROVINCE, policy=policy)
    oracle.check(plan, case, delivered)
    assert plan.covered == oracle.most(case, delivered)
    assert oracle.legs(case.plan(seed, profile=PROVINCE, policy=policy)) == oracle.legs(plan)


@few
@given(hourly(), st.integers(0, 500), st.sampled_from(["earliest_expiry", "pro_rata"]), seeds)
def test_corridors_with_limits(
    oracle: Oracle,
    facts: tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...]],
    limit: int,
    policy: str,
    seed: int,
) -> None:
    """The tier 'corridor': a limit for each hour holds, and the optimum is reached within it."""
    known = Circumstances(corridors=tuple(Corridor(*pair, limit) for pair in sorted(DELIVERED)))
    case = oracle.Case(facts[0], DEVICES, facts[1], known)

    def corridor(lot: Lot, reading: ConsumptionRecord) -> object:
        place = case.device(lot).place
        return None if place == reading.place else (place, reading.place, lot.interval.start)

    plan = case.plan(profile=PROVINCE, policy=policy)
    oracle.check(plan, case, delivered)
    through: dict[object, int] = {}
    for leg in plan.legs.rows():
        (lot,) = [each for each in case.lots if each.series == leg.range.series]
        key = corridor(lot, leg.consumption)
        if key is not None:
            through[key] = through.get(key, 0) + leg.energy
    assert all(energy <= limit for energy in through.values())
    assert plan.covered == oracle.most(case, delivered, [(corridor, limit)])
    assert oracle.legs(case.plan(seed, profile=PROVINCE, policy=policy)) == oracle.legs(plan)


@few
@given(monthly(), st.data())
def test_trades_and_cancellations(
    oracle: Oracle,
    facts: tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...]],
    data: st.DataObject,
) -> None:
    """What is bound to a meter and month, or cancelled for a site and year, serves only these."""
    lots = tuple(replace(each, device="wind", made="exported") for each in facts[0])
    bound = {lot.series: data.draw(st.sampled_from(["", "A", "B"])) for lot in lots}
    case = oracle.Case(lots, DEVICES, facts[1])
    strict = read_profile("CN-GEC-2026", {"binding": {"strict": True}})
    plan = _with_records(case, bound, strict)

    def fits(case: Case, lot: Lot, reading: ConsumptionRecord) -> bool:
        meter = bound[lot.series]
        there = not meter or (meter == reading.meter and lot.interval == reading.interval)
        return of_one_year(case, lot, reading) and there

    oracle.check(plan, case, fits)
    assert plan.covered == oracle.most(case, fits)


def _with_records(case: Case, bound: dict[str, str], profile: Profile) -> Plan:
    """Return the plan of a case whose lots came with green-power trades."""
    day = date(2026, 1, 1)
    trades = {
        lot.series: Settlement(
            lot.series,
            day,
            "seller",
            lot.owner,
            (lot.range,),
            "green-power trade",
            bound[lot.series],
            lot.interval,
        )
        for lot in case.lots
        if bound[lot.series]
    }
    supply = supply_columns(case.lots, case.devices)
    column = Texts.of([lot.series if bound[lot.series] else "" for lot in case.lots])
    return match(
        replace(supply, bound=column),
        demand_columns(case.readings),
        profile=profile,
        circumstances=Circumstances(settlements=trades),
    )


def test_a_cancelled_certificate_serves_its_site_and_period_only() -> None:
    """I10: certificates of one site cannot serve another, nor another year."""
    march = Interval.read("2026-03")
    lots = (Lot("S", 1, 9, "wind", march, owner="agent"),)
    readings = tuple(
        ConsumptionRecord(meter, march, 4_000_000, consumer=FIRM, site=SITES[meter], place="CN-GS")
        for meter in "AB"
    )
    supply = replace(
        supply_columns(lots, DEVICES),
        state=Texts.of(["cancelled"]),
        cancellation=Texts.of(["HX-1"]),
    )
    ranges = (WhRange.of_serials("S", 1, 9),)
    for site, period, covered in (
        ("", Interval.read("2026"), 8_000_000),
        (SITES["A"], Interval.read("2026"), 4_000_000),
        (SITES["C"], None, 0),
        ("", Interval.read("2025"), 0),
    ):
        record = Cancellation("HX-1", date(2026, 4, 1), FIRM, ranges, period=period, site=site)
        plan = match(
            supply,
            demand_columns(readings),
            profile="CN-GEC-2026",
            circumstances=Circumstances(cancellations={"HX-1": record}),
        )
        assert plan.covered == covered, (site, period)
