"""Batteries: which charge comes back, exactly; certificates through them, losses covered."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.electricity.columns import demand_columns, supply_columns
from pcf.electricity.facts import ConsumptionRecord, Device, Lot
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.matching import Circumstances, Plan, Store, draw, match
from pcf.electricity.profiles import read_profile
from pcf.errors import ModelError

FIRM = "示例铝业有限公司"
PV = Device("pv", "PV", place="CN-GS")
START = Interval.read("2025-06-01T04:00Z/2025-06-01T05:00Z").start
HOURLY = read_profile("ENERGYTAG", {"zone": {"level": "province"}})


def hour(number: int) -> Interval:
    """Return an hour of the day."""
    return Interval(START + number * HOUR, START + (number + 1) * HOUR)


efficiencies = st.sampled_from([Fraction(1), Fraction(9, 10), Fraction(2, 3), Fraction(17, 23)])


@settings(max_examples=80)
@given(
    st.lists(st.integers(0, 1_000), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 300)), max_size=5),
    efficiencies,
    st.sampled_from(["fifo", "lifo", "weighted"]),
)
def test_the_stock_is_conserved_and_losses_are_the_efficiency(
    charged: list[int], given_: list[tuple[int, int]], efficiency: Fraction, policy: str
) -> None:
    layers = np.arange(len(charged)), np.array(charged)
    moments = sorted(given_)
    back = (
        np.array([each[0] for each in moments], dtype=np.int64),
        np.array([each[1] for each in moments], dtype=np.int64),
    )
    try:
        draws = draw(layers, back, efficiency=efficiency, policy=policy)  # type: ignore[arg-type]
    except ModelError:
        assert _overdrawn(charged, moments, efficiency)
        return
    taken = np.zeros(len(charged), dtype=np.int64)
    np.add.at(taken, draws.layer, draws.charged)
    assert (taken <= layers[1]).all()
    returned = np.zeros(len(moments), dtype=np.int64)
    np.add.at(returned, draws.discharge, draws.given)
    assert (returned == back[1]).all()
    assert (draws.given <= draws.charged).all()
    # What was taken in all is what was given over the efficiency, rounded up once.
    total = Fraction(int(back[1].sum())) / efficiency
    assert int(draws.charged.sum()) == -(-total.numerator // total.denominator)
    assert all(
        layers[0][i] <= back[0][j] for i, j in zip(draws.layer, draws.discharge, strict=True)
    )


def _overdrawn(charged: list[int], moments: list[tuple[int, int]], efficiency: Fraction) -> bool:
    """Say whether at some moment more was given than what was charged until then allows."""
    total = 0
    for moment, energy in moments:
        total += energy
        if Fraction(total) / efficiency > sum(charged[: moment + 1]):
            return True
    return False


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("fifo", [(0, 100), (1, 50)]), ("lifo", [(1, 50), (2, 100)]), ("weighted", [(0, 50)] * 0)],
)
def test_first_or_last_in_first_out(policy: str, expected: list[tuple[int, int]]) -> None:
    layers = np.array([0, 1, 2]), np.array([100, 100, 100])
    draws = draw(
        layers,
        (np.array([5]), np.array([150])),
        efficiency=Fraction(1),
        policy=policy,  # type: ignore[arg-type]
    )
    found = list(zip(draws.layer.tolist(), draws.charged.tolist(), strict=True))
    assert found == (expected or [(0, 50), (1, 50), (2, 50)])


def planned(store: Store, *, lots: list[Lot], readings: list[ConsumptionRecord]) -> Plan:
    """Return the plan of a site with a battery."""
    return match(
        supply_columns(lots, [PV]),
        demand_columns(readings),
        profile=HOURLY,
        circumstances=Circumstances(stores=(store,)),
    )


def reading(meter: str, number: int, energy: int) -> ConsumptionRecord:
    """Return an hour of a meter of the plant."""
    return ConsumptionRecord(
        meter, hour(number), energy, consumer=FIRM, site="plant", place="CN-GS"
    )


NOON = Lot("S", 1, 3_000, "pv", hour(0), FIRM, scheme="GC")
READINGS = [reading("line", 0, 1_000), reading("line", 3, 2_000), reading("battery", 3, 200)]


def battery(**more: object) -> Store:
    """Return a battery that takes 1,500 Wh at noon and gives 900 in the evening."""
    facts: dict[str, object] = {
        "charged": ((hour(0), 1_500),),
        "discharged": ((hour(3), 900),),
        "efficiency": Fraction(9, 10),
    }
    return Store("battery", "plant", **(facts | more))  # type: ignore[arg-type]


def test_noon_serves_the_evening_through_the_battery_with_its_losses() -> None:
    plan = planned(battery(), lots=[NOON], readings=READINGS)
    served = {
        (leg.consumption.meter, leg.consumption.interval): leg.energy for leg in plan.legs.rows()
    }
    assert served == {
        ("line", hour(0)): 1_000,
        ("line", hour(3)): 900,
        ("battery", hour(3)): 100,
    }
    assert plan.tiers == {"cell": 1_000, "storage": 1_000}
    # What stays in the store, and what was never charged, is left over.
    assert plan.left_over.energy == 1_000
    ranges = [leg.range for leg in plan.legs.rows()]
    assert not any(a.overlaps(b) for a in ranges for b in ranges if a is not b)
    assert {(s.technology, round(s.share, 9)) for s in plan.supply("line").shares} == {
        ("PV", round(1_900 / 3_000, 9)),
        ("average", round(1_100 / 3_000, 9)),
    }


def test_only_what_was_charged_green_comes_back_green() -> None:
    """Two thirds of the charge had certificates: by weights, two thirds of what comes back has."""
    store = battery(policy="weighted")
    lots = [Lot("S", 1, 2_000, "pv", hour(0), FIRM, scheme="GC")]
    plan = planned(store, lots=lots, readings=READINGS)
    served = {leg.consumption.meter: leg.energy for leg in plan.legs.rows()}
    assert served["battery"] == 67
    assert sum(leg.energy for leg in plan.legs.rows() if leg.consumption.interval == hour(3)) == 667


def test_losses_that_no_reading_measures_are_told() -> None:
    plan = planned(battery(), lots=[NOON], readings=READINGS[:2])
    assert "store-losses" in {each.code for each in plan.findings}
    assert plan.tiers["storage"] == 900


def test_a_battery_of_another_site_serves_nobody() -> None:
    store = Store("battery", "elsewhere", *_series(), Fraction(9, 10))
    plan = planned(store, lots=[NOON], readings=READINGS)
    assert "store-serves-nobody" in {each.code for each in plan.findings}
    assert plan.tiers == {"cell": 1_000}


def _series() -> tuple[tuple[tuple[Interval, int], ...], tuple[tuple[Interval, int], ...]]:
    return ((hour(0), 1_500),), ((hour(3), 900),)


def test_two_batteries_never_share_a_certificate() -> None:
    one = battery(charged=((hour(0), 1_500),))
    two = Store("other", "plant", *_series(), Fraction(1))
    readings = [*READINGS, reading("other", 3, 10)]
    plan = match(
        supply_columns([NOON], [PV]),
        demand_columns(readings),
        profile=HOURLY,
        circumstances=Circumstances(stores=(one, two)),
    )
    ranges = sorted((leg.range.low, leg.range.high) for leg in plan.legs.rows())
    assert all(a[1] <= b[0] for a, b in pairwise(ranges))
    total = sum(leg.energy for leg in plan.legs.rows())
    assert total + plan.left_over.energy == 3_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"efficiency": Fraction(6, 5)}, "store-efficiency"),
        ({"policy": "best"}, "store-policy"),
        ({"charged": ((hour(0), -1),)}, "energy-not-wh"),
    ],
)
def test_a_battery_that_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(ModelError, match=code):
        battery(**change)


def test_more_back_than_in_is_refused() -> None:
    with pytest.raises(ModelError, match="store-overdrawn"):
        planned(battery(discharged=((hour(3), 1_400),)), lots=[NOON], readings=READINGS)


def test_losses_never_cover_a_reading_that_certificates_cover_already() -> None:
    """I5: the battery's own reading has certificates of its hour; its losses add none to it."""
    evening = Lot("T", 1, 5_000, "pv", hour(3), FIRM, scheme="GC")
    readings = [reading("line", 0, 1_000), reading("line", 3, 7_000), reading("battery", 3, 60)]
    plan = planned(battery(), lots=[NOON, evening], readings=readings)
    served = sum(leg.energy for leg in plan.legs.rows() if leg.consumption.meter == "battery")
    assert 0 < served <= 60
    short = sum(each.energy for each in plan.unmet)
    assert plan.covered + short == plan.consumed
    # Of 100 Wh lost the meter has 60: the rest is told, whatever covers the 60.
    (told,) = [each for each in plan.findings if each.code == "store-losses"]
    assert told.facts["missing"] == "0.04"
