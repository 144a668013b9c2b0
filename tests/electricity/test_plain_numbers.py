"""From certificates and meters to kg CO2e of a plant, once more with nothing but dictionaries.

Random small plants: power of the grid bought with certificates, a line of their own with its loss,
a roof on site, months of two years with a leap day between. Shares, coverage by month and year, and
the plant's emissions are added up leg by leg with the published factors of 2024 written here.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pcf
from pcf.electricity import treatment
from pcf.electricity.columns import demand_columns, supply_columns
from pcf.electricity.coverage import coverage
from pcf.electricity.facts import ConsumptionRecord, Device, Lot
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.matching import Circumstances, Tie, match
from pcf.errors import ModelError
from pcf.model.coverage import Coverage, Period

if TYPE_CHECKING:
    from pcf.background import Background
    from pcf.electricity.matching import Plan

FIRM, SITE = "示例铝业有限公司", "示例厂区"
GRID, AVERAGE = 0.0327, 0.5777  # the way through the grid with its losses; the national average
AT_PLANT = {"wind": 0.0324, "PV": 0.0520, "hydro": 0.0141}
CONNECTION = {
    "wind": "grid",
    "sun": "grid",
    "river": "grid",
    "line": "direct line",
    "roof": "on-site",
}
TECHNOLOGY = {"wind": "wind", "sun": "PV", "river": "hydro", "line": "wind", "roof": "PV"}
DEVICES = tuple(
    Device(name, TECHNOLOGY[name], place="CN-GS", connection=CONNECTION[name], market=True)
    for name in CONNECTION
)
MONTHS = ((2023, 12), (2024, 1), (2024, 2), (2024, 3))
METERS = ("potline", "cast house")


@pytest.fixture(scope="module")
def background() -> Background:
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="module")
def intensities(background: Background) -> dict[str, float]:
    rows = {"electricity-td-2024": GRID, "electricity-average-2024": AVERAGE}
    rows |= {f"electricity-{name.lower()}-2024": each for name, each in AT_PLANT.items()}
    known = {each.id for each in background.processes}
    assert rows.keys() <= known
    return rows


@st.composite
def plants(draw: st.DrawFn) -> tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...], float]:
    lots = tuple(
        Lot(
            f"{name}-{number}",
            1,
            draw(st.integers(1, 9)),
            name,
            Interval.of_month(*draw(st.sampled_from(MONTHS))),
            owner=FIRM,
            made="self-consumed" if name in ("line", "roof") else "exported",
        )
        for number, name in enumerate(
            draw(st.lists(st.sampled_from(sorted(CONNECTION)), max_size=8))
        )
    )
    readings = tuple(
        ConsumptionRecord(
            meter,
            Interval.of_month(*month),
            draw(st.integers(1, 12_000_000)),
            consumer=FIRM,
            site=SITE,
            place="CN-GS",
        )
        for meter in METERS
        for month in MONTHS[1:]
    )
    return lots, readings, draw(st.sampled_from([0.0, 0.02, 0.25]))


def planned(drawn: tuple[tuple[Lot, ...], tuple[ConsumptionRecord, ...], float]) -> Plan:
    lots, readings, loss = drawn
    ties = (Tie("line", meter="potline", line_loss=loss), Tie("roof", site=SITE))
    return match(
        supply_columns(lots, DEVICES),
        demand_columns(readings),
        profile="CN-GEC-2026",
        circumstances=Circumstances(ties=ties),
    )


def factor(name: str, loss: float) -> float:
    """Return kg CO2e for a kWh at the meter of a device's power."""
    at_plant = AT_PLANT[TECHNOLOGY[name]]
    if CONNECTION[name] == "grid":
        return at_plant + GRID
    return at_plant / (1 - loss) if CONNECTION[name] == "direct line" else at_plant


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(drawn=plants())
def test_kilograms_of_a_plant_are_what_its_legs_add_up_to(drawn, background, intensities):
    plan, (lots, readings, loss) = planned(drawn), drawn
    device = {lot.series: lot.device for lot in lots}
    month = {lot.series: lot.interval for lot in lots}
    served: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    by_month: dict[Interval, int] = defaultdict(int)
    out: dict[Interval, int] = defaultdict(int)
    for leg in plan.legs.rows():
        name = device[leg.range.series]
        assert name != "line" or leg.consumption.meter == "potline"
        served[leg.consumption.meter][name] += leg.energy
        by_month[leg.consumption.interval] += leg.energy
        if name == "line":
            out[month[leg.range.series]] += leg.energy
    for when, energy in out.items():  # never more than comes out of the line
        made = sum(each.energy for each in lots if (each.device, each.interval) == ("line", when))
        assert energy <= made * (1 - loss) + 1e-6
    used = {m: sum(r.energy for r in readings if r.meter == m) for m in METERS}
    kg = sum(
        sum(energy * factor(name, loss) for name, energy in served[meter].items())
        + (used[meter] - sum(served[meter].values())) * AVERAGE
        for meter in METERS
    )
    found = treatment(
        "market:CN-GEC-2026",
        {meter: plan.supply(meter) for meter in METERS},
        meters=METERS,
        background=background,
        coverage=Coverage("CN-GS", Period.read("2024")),
    )
    total = sum(found.factor(meter, intensities) * used[meter] for meter in METERS)
    assert total == pytest.approx(kg, rel=1e-12)
    months = coverage(plan, "month")
    assert dict(zip(months.intervals, (months.certified + months.own).tolist(), strict=True)) == {
        Interval.of_month(*month): by_month[Interval.of_month(*month)] for month in MONTHS[1:]
    }
    years = coverage(plan, "year")
    assert [str(each) for each in years.intervals] == ["2024"]
    assert int(years.certified[0] + years.own[0]) == plan.covered == sum(by_month.values())


def test_hours_belong_to_chinese_months_leap_day_and_new_year():
    """The last hour of 29 February in China is 15:00 UTC; summer time elsewhere shifts nothing."""
    last = Interval.read("2024-02-29T23:00+08:00/2024-03-01T00:00+08:00")
    assert last == Interval.read("2024-02-29T15:00Z/2024-02-29T16:00Z")
    summer = Interval.read("2024-03-31T03:00+02:00/2024-03-31T04:00+02:00")
    winter = Interval.read("2024-03-31T01:00+01:00/2024-03-31T02:00+01:00")
    assert summer.start - winter.start == HOUR
    year = Interval.read("2024")
    hours = [Interval(at, at + HOUR) for at in (year.start, last.start, last.end, year.end - HOUR)]
    readings = [ConsumptionRecord("M1", each, 1000, consumer=FIRM, place="CN-GS") for each in hours]
    made = Lot("W", 1, 1, "wind", Interval.of_month(2024, 2), owner=FIRM)
    plan = match(supply_columns((made,), DEVICES), demand_columns(readings), profile="GHGP-2015")
    found = coverage(plan, "month")
    names = [str(each) for each in found.intervals]
    assert names == ["2024-01", "2024-02", "2024-03", "2024-12"]
    assert found.consumed.tolist() == [1000] * 4
    assert (year.end - year.start) // HOUR == 8784
    assert coverage(plan, "year").consumed.tolist() == [4000]


def test_a_meter_that_was_replaced_is_one_line():
    """The old meter until the 15th, the new one after it; a reading is never negative."""
    halves = ("2024-03-01/2024-03-15", "2024-03-16/2024-03-31")
    readings = [
        ConsumptionRecord(
            meter, Interval.read(half), wh, line="potline", consumer=FIRM, place="CN-GS"
        )
        for meter, half, wh in zip(("old", "new"), halves, (3_000_000, 5_000_000), strict=True)
    ]
    made = Lot("W", 1, 4, "wind", Interval.of_month(2024, 3), owner=FIRM)
    plan = match(supply_columns((made,), DEVICES), demand_columns(readings), profile="CN-GEC-2026")
    (wind, rest) = plan.supply("potline").shares
    assert (wind.technology, wind.share, rest.share) == ("wind", 0.5, 0.5)
    assert coverage(plan, "month", of="potline").consumed.tolist() == [8_000_000]
    with pytest.raises(ModelError):
        ConsumptionRecord("old", Interval.of_month(2024, 3), -1)
