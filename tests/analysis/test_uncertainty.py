"""The value of a footprint, and beside it its draws: their laws, their statistics, their limits."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from pcf.analysis import footprint
from pcf.analysis.statistics import Precision
from pcf.analysis.uncertainty import uncertainty
from pcf.errors import ModelError, SolveError
from pcf.inventory.sampling import montecarlo
from pcf.methods import allocate
from pcf.model.amounts import Amount, Spread
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.declared import DeclaredUnit
from pcf.model.groups import Distributions
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess, unit_process

SET = CharacterisationSet.of("AR6", {"CO2": 1, "CH4": 29.8, "CF4": 7380})
METERS = {"hall": (("grid", 1.0),)}


def spreading(process, spread: Spread | None):
    """Return a process with a spread relative to each of its amounts."""

    def spread_of(value: float) -> Spread | None:
        if spread is None or spread.kind == "lognormal":
            return spread
        high = None if spread.high is None else spread.high * value
        return Spread(spread.kind, spread.low * value, high)

    rows = (
        replace(row, amount=replace(row.amount, spread=spread_of(row.amount.value)))
        for row in process.exchanges
    )
    return replace(process, exchanges=tuple(rows))


def aluminium(spread: Spread | None = None, unit=("1 t", "ingot"), factor: float = 0.6):
    """A loop through scrap, metered electricity, a waste, two gases."""
    rows = [
        unit_process(
            "smelter",
            ("ingot", "1 t"),
            takes={"alumina": "1.9 t", "remelt": "0.1 t"},
            sends={"dross": "20 kg"},
            emits={"CO2": "1.5 t", "CF4": "18 g"},
            meters={"hall": "13500 kWh"},
        ),
        unit_process("remelt", "1 t", takes={"ingot": "0.3 t"}, emits={"CO2": "0.2 t"}),
        unit_process("alumina", "1 t", emits={"CO2": "0.8 t", "CH4": "1 kg"}),
        unit_process("landfill", ("dross", "1 kg"), treats=True, emits={"CH4": "1 g"}),
        unit_process("grid", "1 kWh", emits={"CO2": f"{factor} kg"}),
    ]
    system = product_system([spreading(row, spread) for row in rows])
    return footprint(system, unit, SET, electricity={"location": METERS})


def test_the_value_stays_the_value_and_the_draws_stand_beside_it():
    ingot = aluminium(Spread("lognormal", 1.3))
    found = uncertainty(ingot, SET, draws=500)
    assert found.value == ingot.total
    assert found.mean != found.value
    assert found.p2_5 < found.median < found.p97_5
    assert found.sd == pytest.approx(np.std(found.draws, ddof=1))
    lines = found.says("en").splitlines()
    rows = [line for line in lines if line.startswith(("value", "95 %", "mean"))]
    assert [row.split()[0] for row in rows] == ["value", "95", "mean"]
    assert f"{ingot.total:,.1f}"[:6] in rows[0]


def test_analytic_variance_agrees_with_draws_for_small_spreads():
    for spread in (
        Spread("lognormal", 1.02),
        Spread("normal", 0.02),
        Spread("uniform", 0.97, 1.03),
    ):
        ingot = aluminium(spread)
        reach = (ingot.interval.high - ingot.interval.low) / 2 / 1.959963984540054
        found = uncertainty(ingot, SET, draws=2500)
        assert found.sd == pytest.approx(reach, rel=0.05)
        assert found.mean == pytest.approx(ingot.total, rel=0.002)
        assert found.with_spread == ingot.interval.with_spread


def smelting(spread: Spread | None):
    """One measured coke consumption, divided between copper and slag, of both of which wire is."""
    coke = Exchange("coke", Amount(8.0, "GJ", spread), id="coke")
    products = (CoProduct("copper", Amount(3.0, "t")), CoProduct("slag", Amount(1.0, "t")))
    whole = MultiOutputProcess("smelter", products, (coke,))
    parts = allocate(whole, by="mass", reason="a test").processes
    rows = [
        unit_process("wire", "1 t", takes={"copper": "1 t", "slag": "1 t"}),
        *parts,
        unit_process("coke", "1 GJ", emits={"CO2": "0.1 t"}),
    ]
    return footprint(product_system(rows), ("1 t", "wire"), SET)


@pytest.mark.parametrize("spread", [Spread("lognormal", 1.03), Spread("normal", 0.24)])
def test_parts_of_one_measured_number_vary_together(spread):
    """Apart, their sum would vary by a factor of the root of two less."""
    wire = smelting(spread)
    found = uncertainty(wire, SET, draws=2000)
    assert wire.total == pytest.approx(400)
    assert found.sd == pytest.approx(0.03 * 400, rel=0.05)
    reach = (wire.interval.high - wire.interval.low) / 2 / 1.959963984540054
    assert reach == pytest.approx(found.sd, rel=0.05)


@pytest.mark.parametrize("g", [1.1, 1.7, 3.0])
def test_lognormal_identities_hold_for_wide_spreads(g):
    """A product of lognormals is lognormal: its median is the value, the variances of ln add."""
    kiln = unit_process("kiln", ("lime", "1 t"), takes={"fuel": "2 t"})
    fuel = unit_process("fuel", "1 t", emits={"CO2": "3 t"})
    spread = Spread("lognormal", g)
    system = product_system([spreading(kiln, spread), spreading(fuel, spread)])
    found = uncertainty(footprint(system, ("1 t", "lime"), SET), SET, draws=4000)
    sigma = math.sqrt(2) * math.log(g)
    logarithms = np.log(found.draws / 6000)
    assert logarithms.std() == pytest.approx(sigma, rel=0.03)
    assert logarithms.mean() == pytest.approx(0.0, abs=4 * sigma / math.sqrt(4000))
    assert found.p97_5 / 6000 == pytest.approx(math.exp(1.96 * sigma), rel=0.25 * sigma)
    if g < 2:
        assert found.mean / 6000 == pytest.approx(math.exp(sigma**2 / 2), rel=0.03)


def test_draw_k_is_the_same_whatever_the_count_the_unit_and_the_executor():
    spread = Spread("lognormal", 1.2)
    few, many = (uncertainty(aluminium(spread), SET, draws=n, seed=9).draws for n in (40, 600))
    assert np.array_equal(few, many[:40])
    with ThreadPoolExecutor(2) as pool:
        pooled = uncertainty(aluminium(spread), SET, draws=600, seed=9, executor=pool)
    assert np.array_equal(pooled.draws, many)
    kilos = uncertainty(aluminium(spread, ("1 kg", "ingot")), SET, draws=40, seed=9).draws
    assert kilos == pytest.approx(few / 1000, rel=1e-12)
    other = uncertainty(aluminium(spread), SET, draws=40, seed=10).draws
    assert not np.array_equal(other, few)


def test_two_footprints_share_the_draws_of_what_they_share():
    """So their difference varies only with what differs: here the grid's factor alone is moved."""
    spread = Spread("lognormal", 1.2)
    a, b = (uncertainty(aluminium(spread, factor=f), SET, draws=300) for f in (0.6, 0.5))
    assert np.std(a.draws - b.draws) < 0.2 * a.sd


def test_a_sample_of_a_draw_gives_its_total_to_another_solver():
    ingot = aluminium(Spread("lognormal", 1.2), ("500 kg", "ingot"))
    found = uncertainty(ingot, SET, draws=20)
    technosphere, per_run = found.sample(13)
    own = np.linalg.solve(technosphere.toarray().T, per_run)[ingot.system.maker("ingot")]
    assert found.draws[13] == pytest.approx(0.5 * own, rel=1e-6)


def test_stored_carbon_is_counted_once_in_every_draw():
    gases = CharacterisationSet.of("AR6", {"CO2": 1}, convention="-1/+1")
    field = unit_process(
        "field", ("potato", "1 kg"), emits={"CO2 taken up": "0.33 kg", "CO2": "40 g"}
    )
    system = product_system([spreading(field, Spread("lognormal", 1.001))])
    unit = DeclaredUnit(Amount(1.0, "kg"), "potato", "", Amount(0.09, "kg"))
    found = uncertainty(footprint(system, unit, gases), gases, draws=200)
    assert found.value == pytest.approx(0.04, abs=1e-12)
    assert found.median == pytest.approx(0.04, abs=1e-3)


def test_another_characterisation_set_than_the_footprints_is_refused():
    other = CharacterisationSet.of("AR5", {"CO2": 1, "CH4": 28, "CF4": 6630})
    with pytest.raises(SolveError) as caught:
        uncertainty(aluminium(), other)
    assert caught.value.problems[0].code == "static-differs"


def test_without_spreads_every_draw_is_the_value_and_that_is_said():
    ingot = aluminium()
    found = uncertainty(ingot, SET, draws=10)
    assert found.draws == pytest.approx(np.full(10, ingot.total), rel=1e-9)
    assert [each.code for each in found.findings] == ["spreads-none"]


def test_precision_stops_the_run_and_is_met():
    ingot = aluminium(Spread("lognormal", 1.1))
    found = uncertainty(ingot, SET, draws=20_000, until=Precision(0.005))
    assert found.stopped == "precision"
    assert len(found.draws) < 20_000
    assert 1.96 * found.sd / math.sqrt(len(found.draws)) <= 0.005 * found.mean
    tail = uncertainty(ingot, SET, draws=20_000, until=Precision(0.02, 0.975))
    exact = math.exp(1.959964 * np.log(tail.draws).std()) * np.median(tail.draws)
    assert tail.p97_5 == pytest.approx(exact, rel=0.03)
    short = uncertainty(ingot, SET, draws=50, until=Precision(1e-6))
    assert (short.stopped, len(short.draws)) == ("count", 50)


def test_an_interruption_returns_what_there_is(monkeypatch):
    ingot = aluminium(Spread("lognormal", 1.1))
    whole = uncertainty(ingot, SET, draws=3 * montecarlo.BLOCK)
    made = montecarlo._block

    def interrupted(prepared, span, **options):
        if span[0] >= 2 * montecarlo.BLOCK:
            raise KeyboardInterrupt
        return made(prepared, span, **options)

    monkeypatch.setattr(montecarlo, "_block", interrupted)
    found = uncertainty(ingot, SET, draws=3 * montecarlo.BLOCK)
    assert found.stopped == "interrupted"
    assert np.array_equal(found.draws, whole.draws[: 2 * montecarlo.BLOCK])
    assert [each.code for each in found.findings] == ["draws-interrupted"]


def test_an_interruption_before_anything_is_made_is_an_interruption(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(montecarlo, "_block", interrupted)
    with pytest.raises(KeyboardInterrupt):
        uncertainty(aluminium(), SET, draws=10)


def test_progress_goes_to_stderr_and_only_when_wanted(capsys):
    uncertainty(aluminium(), SET, draws=10, progress=True)
    shown = capsys.readouterr()
    uncertainty(aluminium(), SET, draws=10, progress=False)
    silent = capsys.readouterr()
    assert (shown.out, silent.out, silent.err) == ("", "", "")


def test_wide_normals_are_counted_and_told_in_both_languages():
    found = uncertainty(aluminium(Spread("normal", 0.6)), SET, draws=200)
    assert found.negative > 0
    codes = {each.code for each in found.findings}
    assert "draws-negative" in codes
    for language in ("en", "zh"):
        assert f"{found.negative}" in found.says(language)
    assert "抽样" in found.says("zh")
    assert "<table" in found._repr_html_()
    told = found.as_dict()
    assert told["negative"] == found.negative
    assert told["value"] == found.value


def test_spreads_of_characterisation_factors_are_added_when_given():
    spread = Spread("lognormal", 1.05)
    ingot = aluminium(spread)
    own = Distributions(gases={"CF4": Spread("lognormal", 3.0)})
    fixed, varied = (uncertainty(ingot, SET, draws=500, distributions=each) for each in (None, own))
    assert varied.sd > 1.05 * fixed.sd
    assert varied.with_spread == fixed.with_spread + 1


@pytest.mark.parametrize(
    ("relative", "quantile"), [(0.0, None), (-1.0, None), (math.inf, 0.5), (0.1, 1.0)]
)
def test_a_precision_that_cannot_be_is_refused(relative, quantile):
    with pytest.raises(ModelError) as caught:
        Precision(relative, quantile)
    assert caught.value.problems[0].code == "precision-range"


MARKET = {"hall": (("wind", 0.8), ("grid", 0.2))}


def metal(spread: Spread | None, set_: CharacterisationSet = SET):
    """Credits in the foreground and behind the electricity, and providers that are metered too."""
    rows = [
        unit_process(
            "smelter",
            ("ingot", "1 t"),
            takes={"remelt": "0.1 t"},
            emits={"CO2": "1.5 t"},
            meters={"hall": "13500 kWh"},
            avoids={"heat": "2 GJ"},
        ),
        unit_process("remelt", "1 t", takes={"ingot": "0.3 t"}, emits={"CO2": "0.2 t"}),
        unit_process("heat", "1 GJ", emits={"CO2": "60 kg"}, meters={"hall": "5 kWh"}),
        unit_process("grid", "1 kWh", emits={"CO2": "0.6 kg"}, avoids={"heat": "0.001 GJ"}),
        unit_process("wind", "1 kWh", emits={"CO2": "10 g"}, meters={"hall": "0.02 kWh"}),
    ]
    system = product_system([spreading(row, spread) for row in rows])
    treatments = {"market": MARKET, "location": METERS}
    return footprint(system, ("1 t", "ingot"), set_, electricity=treatments)


def test_every_total_that_the_footprint_shows_is_drawn_with_the_same_numbers():
    """Each as if it were asked for alone; net - gross is the credits, draw by draw."""
    ingot = metal(Spread("lognormal", 1.2))
    found = uncertainty(ingot, SET, draws=300)
    assert set(found.totals) == {"net", "credits", "location"}
    net, credited, location = (found.totals[name] for name in ("net", "credits", "location"))
    assert (net.value, credited.value) == (ingot.net, ingot.credits)
    assert location.value == ingot.treatments["location"]
    np.testing.assert_allclose(net.draws, found.draws + credited.draws, rtol=1e-12)
    assert (credited.draws < 0).all()
    alone = footprint(ingot.system, ("1 t", "ingot"), SET, electricity={"location": METERS})
    assert np.array_equal(location.draws, uncertainty(alone, SET, draws=300).draws)
    for total in (net, location):
        assert total.statistics.p2_5 < total.value < total.statistics.p97_5
    # Credits move with what they are taken from: the same heat stands on both sides.
    assert np.corrcoef(found.draws, location.draws)[0, 1] > 0.5
    assert "net of credits" in found.says("en")
    assert "抵减" in found.says("zh")
    assert found.as_dict()["totals"]["net"]["value"] == ingot.net


@pytest.mark.parametrize("total", ["net", "location"])
def test_another_total_without_spreads_is_its_value(total):
    """Counting and drawing agree where providers are metered themselves and have credits."""
    found = uncertainty(metal(None), SET, draws=3)
    assert found.draws == pytest.approx(np.full(3, found.value), rel=1e-12)
    each = found.totals[total]
    assert each.draws == pytest.approx(np.full(3, each.value), rel=1e-12)


def test_stored_carbon_gives_a_total_of_its_own():
    gases = CharacterisationSet.of("AR6", {"CO2": 1}, convention="-1/+1")
    field = unit_process(
        "field", ("potato", "1 kg"), emits={"CO2 taken up": "0.33 kg", "CO2": "40 g"}
    )
    system = product_system([spreading(field, Spread("lognormal", 1.01))])
    unit = DeclaredUnit(Amount(1.0, "kg"), "potato", "", Amount(0.09, "kg"))
    potato = footprint(system, unit, gases)
    found = uncertainty(potato, gases, draws=50)
    stored = found.totals["including uptake"]
    assert stored.value == potato.total_including_uptake
    np.testing.assert_allclose(found.draws - stored.draws, 0.33, rtol=1e-12)


def test_a_treatment_counts_as_a_mix_that_is_bought():
    """The same plant with its meter as a process: provider and meter in one loop, net and gross."""
    rows = []
    for row in metal(None).system.rows():
        exchanges = tuple(
            Exchange("hall", each.amount) if each.meter else each for each in row.exchanges
        )
        rows.append(replace(row, exchanges=exchanges))
    bought = unit_process("hall", "1 kWh", takes={"wind": "0.8 kWh", "grid": "0.2 kWh"})
    plain = footprint(product_system([*rows, bought]), ("1 t", "ingot"), SET)
    ingot = metal(None)
    assert ingot.total == pytest.approx(plain.total, rel=1e-12)
    assert ingot.net == pytest.approx(plain.net, rel=1e-12)


def test_analytic_variance_agrees_where_providers_are_metered_themselves():
    ingot = metal(Spread("lognormal", 1.02))
    reach = (ingot.interval.high - ingot.interval.low) / 2 / 1.959963984540054
    assert uncertainty(ingot, SET, draws=2500).sd == pytest.approx(reach, rel=0.05)
