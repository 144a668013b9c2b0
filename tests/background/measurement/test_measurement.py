"""From measurement to factor: published examples, laws, and nothing dropped in silence."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.background import link
from pcf.background.measurement import (
    RULES,
    Calibration,
    Combined,
    FuelAnalysis,
    Quantity,
    Series,
    agreement,
    emission_factor,
    fuel_factor,
    outliers,
    paired_agreement,
    propagate,
    substituted,
    type_a,
    type_a_together,
    type_b,
)
from pcf.errors import BackgroundError
from pcf.model.amounts import Source
from pcf.model.coverage import Period

if TYPE_CHECKING:
    from collections.abc import Mapping

Y2025 = Period.read("2025")


def code_of(call: object) -> str:
    """Return the code of what a call raises."""
    with pytest.raises(BackgroundError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.says("zh")
    return caught.value.problems[0].code


# JCGM 100:2008, H.2: voltage, current (A) and phase angle, read together five times.
H2 = {
    "V": [5.007, 4.994, 5.005, 4.990, 4.999],
    "I": [0.019663, 0.019639, 0.019640, 0.019685, 0.019678],
    "phi": [1.0456, 1.0438, 1.0468, 1.0428, 1.0433],
}


@pytest.mark.parametrize(
    ("formula", "value", "uncertainty"),
    [
        (lambda x: x["V"] / x["I"] * math.cos(x["phi"]), 127.732, 0.071),
        (lambda x: x["V"] / x["I"] * math.sin(x["phi"]), 219.847, 0.295),
        (lambda x: x["V"] / x["I"], 254.260, 0.236),
    ],
)
def test_correlated_inputs_are_those_of_the_gum(
    formula: object, value: float, uncertainty: float
) -> None:
    quantities, correlations = type_a_together(H2)
    assert [round(r, 2) for r in correlations.values()] == [-0.36, 0.86, -0.65]
    found = propagate(formula, quantities, correlations=correlations)  # type: ignore[arg-type]
    assert found.value == pytest.approx(value, abs=5e-4)
    assert found.uncertainty == pytest.approx(uncertainty, abs=1e-3)  # it prints three places


def test_effective_degrees_of_freedom_are_those_of_the_gum() -> None:
    """JCGM 100:2008, H.1.6: 32 nm from 25, 9.7, 2.9 and 16.6 nm with 18, 25.6, 50 and 2."""
    parts = [(25.0, 18.0), (9.7, 25.6), (2.9, 50.0), (16.6, 2.0)]
    inputs = [Quantity(f"q{n}", 0.0, u, d) for n, (u, d) in enumerate(parts)]
    found = propagate(lambda x: sum(x.values()), inputs, level=0.99)
    assert found.uncertainty == pytest.approx(31.6, abs=0.2)
    assert int(found.freedom) == 16
    assert found.factor == pytest.approx(2.92, abs=0.01)


@given(st.floats(0.1, 100), st.floats(0.1, 100), st.floats(0.001, 0.05), st.floats(-1, 1))
def test_a_product_adds_relative_variances(a: float, b: float, u: float, r: float) -> None:
    inputs = [Quantity("a", a, a * u), Quantity("b", b, b * u)]
    found = propagate(lambda x: x["a"] * x["b"], inputs, correlations={("a", "b"): r})
    assert found.uncertainty == pytest.approx(a * b * u * math.sqrt(2 + 2 * r), abs=1e-9 * a * b)


def test_errors_shared_whole_cancel_in_a_ratio() -> None:
    inputs = [Quantity("a", 8.0, 0.8), Quantity("b", 2.0, 0.2)]
    found = propagate(lambda x: x["a"] / x["b"], inputs, correlations={("a", "b"): 1.0})
    assert found.uncertainty == pytest.approx(0.0, abs=1e-6)
    assert found.amount("kg").value == 4.0


@pytest.mark.parametrize(
    ("shape", "divisor"),
    [("rectangular", 3**0.5), ("triangular", 6**0.5), ("arcsine", 2**0.5), ("normal", 2.0)],
)
def test_type_b_divides_by_its_shape(shape: str, divisor: float) -> None:
    found = type_b("x", 1.0, 0.6, shape=shape)  # type: ignore[arg-type]
    assert found.uncertainty == pytest.approx(0.6 / divisor)
    assert found.type == "B"


def test_what_cannot_be_propagated_is_refused() -> None:
    a, b, c = (Quantity(name, 1.0, 0.1) for name in "abc")
    first = lambda x: x["a"]  # noqa: E731 - one formula for all
    codes = [
        code_of(lambda: propagate(first, [a, a])),
        code_of(lambda: propagate(first, [b])),
        code_of(lambda: propagate(lambda x: x["a"] / 0, [a])),
        code_of(lambda: propagate(first, [a, b], correlations={("a", "b"): 1.2})),
        code_of(lambda: propagate(first, [a], correlations={("a", "z"): 0.2})),
        code_of(lambda: propagate(
            first, [a, b, c],
            correlations={("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9},
        )),
        code_of(lambda: type_a("x", [1.0])),
        code_of(lambda: type_a_together({"a": [1.0, 2.0], "b": [1.0]})),
        code_of(lambda: Quantity("x", math.inf, 0.1)),
        code_of(lambda: Quantity("x", 1.0, -0.1)),
    ]  # fmt: skip
    assert codes == [
        "quantity-twice", "quantity-unknown", "quantity-no-result", "correlation-unfit",
        "correlation-unfit", "correlations-contradict", "readings-few", "readings-unpaired",
        "quantity-unfit", "quantity-unfit",
    ]  # fmt: skip


def test_an_outlier_is_shown_and_counts_until_there_is_a_reason() -> None:
    values = (10.0, 10.2, 9.9, 10.1, None, 10.0, 99.0)
    series = Series("CO2", values, "t/h")
    assert outliers(values) == (6,)
    assert [each.code for each in series.findings] == ["series-gaps", "series-outlier"]
    assert series.total().known == pytest.approx(149.2)
    left = Series("CO2", values, "t/h", {6: "zero check"})
    assert [each.code for each in left.findings] == ["series-gaps", "series-excluded"]
    assert left.findings[1].facts["reason"] == "zero check"
    assert left.gaps == ((4, 5), (6, 7))
    assert code_of(lambda: Series("CO2", values, "t/h", {6: " "})) == "series-exclusion"
    assert code_of(lambda: Series("CO2", (math.inf,), "t/h")) == "series-not-finite"


def test_readings_that_are_equal_do_not_stand_out() -> None:
    assert outliers([5.0] * 10) == ()
    assert outliers([5.0] * 9 + [50.0]) == (9,)
    assert outliers([1.0, 1.0, 9.0]) == ()


def test_a_gap_is_never_zero() -> None:
    series = Series("meter", (40.0, None, None, 60.0), "kWh")
    total = series.total()
    assert (total.value, total.known, total.missing, total.gaps) == (None, 100.0, 2, ((1, 3),))
    assert code_of(lambda: series.quantity(relative=0.01, basis="class 1")) == "series-incomplete"


def test_the_error_of_an_instrument_does_not_shrink_with_its_readings() -> None:
    one = Series("meter", (8760.0,), "kWh").quantity(relative=0.01, basis="class 1")
    hours = Series("meter", (1.0,) * 8760, "kWh").quantity(relative=0.01, basis="class 1")
    assert hours.uncertainty == pytest.approx(one.uncertainty)


@pytest.mark.parametrize(
    ("rule", "filled"),
    [
        ("mean of neighbours", (9.0, 9.0, 11.0, 11.0)),
        ("mean plus two deviations", None),
        ("highest", (13.0, 9.0, 13.0, 13.0)),
    ],
)
def test_rules_of_substitution(rule: str, filled: tuple[float, ...] | None) -> None:
    series = Series("CO2", (None, 9.0, None, None, 13.0), "t/h")
    found = substituted(series, rule)
    high = 11.0 + 2 * float(np.std([9.0, 13.0], ddof=1))
    expected = (high, 9.0, high, high) if filled is None else filled
    assert found.series.values == pytest.approx((*expected, 13.0))
    assert found.positions == (0, 2, 3)
    assert found.findings[-1].facts["rule"] == rule
    assert found.series.gaps == ()


@given(
    st.lists(st.none() | st.floats(0, 1e6), min_size=2, max_size=30).filter(
        lambda values: sum(each is not None for each in values) >= 2
    ),
    st.sampled_from(sorted(RULES)),
)
def test_substitution_keeps_what_was_read(values: list[float | None], rule: str) -> None:
    found = substituted(Series("x", tuple(values), "t"), rule)
    pairs = zip(values, found.series.values, strict=True)
    assert all(new is not None and old in (None, new) for old, new in pairs)


def test_substitution_needs_a_rule_and_readings() -> None:
    series = Series("x", (None, 1.0), "t")
    assert code_of(lambda: substituted(series, "guess")) == "substitution-unknown"
    assert code_of(lambda: substituted(series, "highest")) == "readings-few"


def result(value: float, expanded: float) -> Combined:
    """Return a result with k = 2."""
    return Combined(value, expanded / 2, 50.0, 2.0, 0.95, {})


def test_two_results_differ_when_their_uncertainties_do_not_explain_it() -> None:
    assert not agreement(result(104.9, 3.0), result(100.0, 4.0)).differ
    far = agreement(result(105.1, 3.0), result(100.0, 4.0))
    assert (far.differ, far.score, far.relative) == (
        True,
        pytest.approx(1.02),
        pytest.approx(0.051),
    )
    shared = agreement(result(104.9, 3.0), result(100.0, 4.0), correlation=0.9)
    assert shared.differ
    same = result(1.0, 0.0)
    assert code_of(lambda: agreement(same, same)) == "agreement-no-uncertainty"
    assert code_of(lambda: agreement(same, same, correlation=2)) == "correlation-unfit"


def test_paired_months_are_tested_as_scipy_does() -> None:
    stats = pytest.importorskip("scipy.stats")
    chance = np.random.default_rng(4)
    calculated = chance.normal(100, 10, 24)
    measured = calculated * 1.03 + chance.normal(0, 1, 24)
    found = paired_agreement([*measured, None], [*calculated, 5.0])
    assert found.chance == pytest.approx(stats.ttest_rel(measured, calculated).pvalue)
    assert (found.differ, found.pairs, found.missing) == (True, 24, 1)
    low, high = found.interval
    assert low < found.bias < high
    assert not low <= 0 <= high
    assert found.relative == pytest.approx(0.03, abs=0.01)


def test_pairs_without_scatter_are_judged_by_their_bias() -> None:
    assert paired_agreement([2.0, 3.0, 4.0], [1.0, 2.0, 3.0]).differ
    assert not paired_agreement([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).differ
    assert code_of(lambda: paired_agreement([1.0, None, 2.0], [1.0] * 3)) == "readings-few"
    assert code_of(lambda: paired_agreement([1.0], [1.0] * 3)) == "readings-unpaired"


LOTS = [
    FuelAnalysis(1000, 0.560, 21.0, "lot 1"),
    FuelAnalysis(3000, 0.580, 21.8, "lot 2"),
    FuelAnalysis(2000, 0.570, 21.3, "lot 3"),
]
OXIDATION = Quantity("oxidation", 0.98, 0.005)


def test_a_fuel_factor_is_the_arithmetic_of_its_analyses() -> None:
    found = fuel_factor("coal", LOTS, oxidation=OXIDATION, period=Y2025)
    carbon = (560 + 3 * 580 + 2 * 570) / 6000
    heat = (21.0 + 3 * 21.8 + 2 * 21.3) / 6
    assert found.result.value == pytest.approx(carbon / heat * 1000 * 0.98 * 44 / 12)
    assert [each.code for each in found.findings] == ["calibration-missing"]


def test_lots_whose_carbon_follows_their_heat_are_surer_than_if_it_did_not() -> None:
    found = fuel_factor("coal", LOTS, oxidation=OXIDATION, period=Y2025)
    parts = found.result.contributions
    alone = math.sqrt(sum(part**2 for part in parts.values()))
    assert found.result.uncertainty < alone
    wider = fuel_factor(
        "coal", LOTS, oxidation=OXIDATION, period=Y2025, method={"carbon": 0.01, "heat": 0.005}
    )
    more = wider.result.uncertainty**2 - found.result.uncertainty**2
    assert more == pytest.approx((found.result.value**2) * (0.01**2 + 0.005**2), rel=1e-5)


def test_equal_lots_have_the_scatter_of_the_plain_mean() -> None:
    lots = [FuelAnalysis(1, c, 20.0) for c in (0.5, 0.6, 0.55)]
    found = fuel_factor("coal", lots, oxidation=Quantity("oxidation", 1.0, 0.0), period=Y2025)
    carbon = next(each for each in found.inputs if each.name == "carbon")
    assert carbon.uncertainty == pytest.approx(type_a("c", [0.5, 0.6, 0.55]).uncertainty)


def test_an_outlying_lot_counts_and_is_a_finding() -> None:
    lots = [FuelAnalysis(1, 0.56 + n / 1000, 21.0 + n / 30) for n in range(6)]
    lots.append(FuelAnalysis(1, 0.90, 21.1, "odd"))
    found = fuel_factor("coal", lots, oxidation=OXIDATION, period=Y2025)
    told = [each for each in found.findings if each.code == "series-outlier"]
    assert [each.facts["position"] for each in told] == ["odd"]
    carbon = next(each for each in found.inputs if each.name == "carbon")
    assert carbon.value == pytest.approx(np.mean([each.carbon for each in lots]))


@pytest.mark.parametrize(
    "lot", [FuelAnalysis(1, 56.0, 21.0), FuelAnalysis(0, 0.5, 21.0), FuelAnalysis(1, 0.5, 0.0)]
)
def test_an_analysis_that_cannot_be_is_refused(lot: FuelAnalysis) -> None:
    call = lambda: fuel_factor("coal", [*LOTS, lot], oxidation=OXIDATION, period=Y2025)  # noqa: E731 - called once
    assert code_of(call) == "fuel-analysis"


def calibration(first: str, last: str) -> Calibration:
    """Return a calibration valid between two days."""
    days = date.fromisoformat(first), date.fromisoformat(last)
    return Calibration("scale", "JL-1", "Lanzhou institute", *days)


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        ("2024-12-01", "2025-12-31", []),
        ("2024-12-01", "2025-12-30", ["calibration-outside"]),
        ("2025-01-02", "2026-12-30", ["calibration-outside"]),
    ],
)
def test_a_calibration_covers_the_whole_period(first: str, last: str, codes: list[str]) -> None:
    records = [calibration(first, last)]
    found = fuel_factor("coal", LOTS, oxidation=OXIDATION, period=Y2025, calibrations=records)
    assert [each.code for each in found.findings] == codes
    assert found.calibrations == tuple(records)


def test_a_measured_factor_becomes_a_row_that_links() -> None:
    stack = Series("stack", (100.0, None, 110.0), "t")
    filled = substituted(stack, "mean of neighbours")
    found = emission_factor(
        "lime, own kiln", "CO2",
        emitted=filled.series.quantity(relative=0.03, basis="CEMS"),
        made=Quantity("scale", 400.0, 2.0),
        unit="t", per="t", period=Y2025, findings=filled.findings,
        calibrations=[calibration("2024-12-01", "2026-01-31")],
    )  # fmt: skip
    assert [each.code for each in found.findings] == ["series-gaps", "series-substituted"]
    source = Source("M1", "Measurement report", "p. 3", confidence="primary")
    own = found.background("own kiln", place="甘肃", source=source, boundary="gate to gate")
    (row,) = own.processes
    (exchange,) = row.process.exchanges
    assert exchange.amount.value == pytest.approx(315 / 400)
    assert exchange.amount.spread is not None
    assert exchange.amount.spread.low == pytest.approx(found.result.uncertainty)
    linked = link("lime, own kiln", unit="kg", background=own, place="CN-GS", period=Y2025)
    assert linked.findings == ()


def test_a_gas_or_unit_that_does_not_fit_makes_no_row() -> None:
    source = Source("M1", "Measurement report")
    for gas, unit in (("CO3", "t"), ("CO2", "kWh")):
        found = emission_factor(
            "x", gas, emitted=Quantity("a", 1.0, 0.1), made=Quantity("b", 1.0, 0.1),
            unit=unit, per="t", period=Y2025,
        )  # fmt: skip
        call = lambda f=found: f.background("x", place="CN", source=source, boundary="gate to gate")  # noqa: E731 - called at once
        assert code_of(call) == "measured-gas"
    zero = Quantity("b", 0.0, 0.1)
    none = lambda: emission_factor(  # noqa: E731 - called once
        "x", "CO2", emitted=zero, made=zero, unit="t", per="t", period=Y2025
    )
    assert code_of(none) == "quantity-unfit"


def test_the_end_gauge_is_that_of_the_gum() -> None:
    """JCGM 100:2008, H.1, table H.1: an end gauge of 50 mm beside a standard, lengths in nm."""
    inputs = [
        Quantity("standard", 50_000_623.0, 25.0, 18),
        Quantity("difference", 215.0, 9.7, 25.6),
        Quantity("expansion", 11.5e-6, 1.2e-6),
        Quantity("temperature", -0.1, 0.41),
        Quantity("expansions apart", 0.0, 0.58e-6, 50),
        Quantity("temperatures apart", 0.0, 0.029, 2),
    ]

    def length(x: Mapping[str, float]) -> float:
        warmth = x["expansions apart"] * x["temperature"] + x["expansion"] * x["temperatures apart"]
        return x["standard"] + x["difference"] - x["standard"] * warmth

    found = propagate(length, inputs, level=0.99)
    parts = found.contributions
    assert found.value == pytest.approx(50_000_838.0)
    assert [round(parts[each.name], 1) for each in inputs] == [25.0, 9.7, 0.0, 0.0, 2.9, 16.7]
    assert found.uncertainty == pytest.approx(32, abs=0.5)
    assert int(found.freedom) == 16
    assert found.expanded == pytest.approx(93, abs=1)


@pytest.mark.parametrize("formula", ["resistance", "reactance"])
def test_inputs_read_together_are_as_sure_as_their_single_results(formula: str) -> None:
    """JCGM 100:2008, H.2.4: each reading's own result, and four degrees of freedom."""
    turn = math.cos if formula == "resistance" else math.sin
    single = [v / i * turn(p) for v, i, p in zip(*H2.values(), strict=True)]
    alone = type_a(formula, single)
    quantities, correlations = type_a_together(H2)
    found = propagate(
        lambda x: x["V"] / x["I"] * turn(x["phi"]), quantities, correlations=correlations
    )
    assert found.freedom == pytest.approx(4.0)
    assert found.uncertainty == pytest.approx(alone.uncertainty, rel=5e-3)
    assert found.factor == pytest.approx(2.776, abs=1e-3)
    assert dict(found.correlations) == correlations


def test_errors_that_cancel_leave_their_freedom_with_what_remains() -> None:
    """Carbon that follows heat: what is left is the method, and nobody's three degrees."""
    heats = [20.0, 21.0, 22.0, 21.5]
    lots = [FuelAnalysis(1, heat * 0.0265, heat) for heat in heats]
    found = fuel_factor("coal", lots, oxidation=OXIDATION, period=Y2025)
    assert found.result.uncertainty == pytest.approx(found.result.value * 0.005 / 0.98, rel=1e-6)
    assert found.result.factor == pytest.approx(1.96, abs=1e-3)


def test_free_inputs_have_the_degrees_of_welch_and_satterthwaite() -> None:
    inputs = [Quantity("a", 3.0, 0.3, 4), Quantity("b", 4.0, 0.4, 9)]
    found = propagate(lambda x: x["a"] + x["b"], inputs)
    assert found.freedom == pytest.approx(0.5**4 / (0.3**4 / 4 + 0.4**4 / 9))


def hours(seed: int, like: float, count: int = 240) -> list[float]:
    """Return differences of hours, each like the one before, around zero."""
    chance = np.random.default_rng(seed)
    found = [float(chance.normal())]
    for _ in range(count - 1):
        found.append(like * found[-1] + math.sqrt(1 - like**2) * float(chance.normal()))
    return found


def test_hours_that_are_like_the_ones_before_do_not_prove_a_bias() -> None:
    """Without a bias about one test in twenty may say so; the plain test would say it of half."""
    stats = pytest.importorskip("scipy.stats")
    runs = [hours(seed, 0.85) for seed in range(200)]
    calculated = [100.0] * 240
    found = [paired_agreement([100 + x for x in run], calculated) for run in runs]
    plain = [stats.ttest_1samp(run, 0).pvalue < 0.05 for run in runs]
    assert sum(plain) > 60
    assert sum(each.differ for each in found) < 26
    assert all(each.independent < 60 for each in found)


def test_hours_of_their_own_count_all_and_a_bias_is_still_seen() -> None:
    run = hours(1, 0.0)
    found = paired_agreement([100 + x for x in run], [100.0] * 240)
    assert found.independent == 240
    like = paired_agreement([103 + x for x in hours(2, 0.85)], [100.0] * 240)
    assert like.differ
    assert like.relative == pytest.approx(0.03, abs=0.01)


def test_steps_are_those_of_the_clock_and_none_goes_over_a_gap() -> None:
    run = [1.0, 1.1, None, -1.0, -1.1, None, 1.0, 1.05, None, -1.0, -1.05, None] * 5
    measured = [None if each is None else 10 + each for each in run]
    found = paired_agreement(measured, [10.0] * len(run))
    assert found.missing == 20
    assert found.independent < found.pairs / 4
