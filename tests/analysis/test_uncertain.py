"""Which numbers make a footprint uncertain: shares of the variance, shifts of the mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

import pcf
from pcf.analysis import footprint
from pcf.analysis.interval import NORMAL_95
from pcf.analysis.uncertainty import uncertainty
from pcf.methods import allocate
from pcf.model.amounts import Amount, Spread
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess, unit_process

SET = CharacterisationSet.of("AR6", {"CO2": 1, "CH4": 29.8, "CF4": 7380})
SPREADS = {
    ("smelter", "alumina"): Spread("triangular", 1.8, 2.6),
    ("smelter", "dross"): Spread("uniform", 0.0, 60.0),
    ("smelter", "CF4"): Spread("lognormal", 1.5),
    ("smelter", "kWh at hall"): Spread("pert", 12_000.0, 18_000.0),
    ("remelt", "ingot"): Spread("normal", 0.03),
    ("landfill", "CH4, fossil"): Spread("lognormal", 2.0),
    ("grid", "CO2, fossil"): Spread("lognormal", 1.05),
}


def ingot(factors=None):
    """A loop through scrap, metered electricity, a waste; `factors` multiply single numbers."""
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
        unit_process("grid", "1 kWh", emits={"CO2": "0.6 kg"}),
    ]

    def spread(process, row):
        amount = replace(
            row.amount,
            value=row.amount.value * (factors or {}).get((process.id, row.flow), 1.0),
            spread=None if factors else SPREADS.get((process.id, row.flow)),
        )
        return replace(row, amount=amount)

    rows = [
        replace(row, exchanges=tuple(spread(row, each) for each in row.exchanges)) for row in rows
    ]
    meters = {"hall": (("grid", 1.0),)}
    return footprint(product_system(rows), ("1 t", "ingot"), SET, electricity={"location": meters})


def test_all_numbers_together_are_the_interval():
    whole = ingot()
    found = whole.uncertain()
    assert found.all == len(found) == len(SPREADS)
    low, high = whole.interval.low, whole.interval.high
    assert found.deviation * NORMAL_95 == pytest.approx((high - low) / 2)
    assert found.shift == pytest.approx((high + low) / 2 - whole.total)
    assert found.shift == pytest.approx(whole.interval.shift)
    assert sum(each.share for each in found) == pytest.approx(1)
    assert sum(each.shift for each in found) == pytest.approx(found.shift)
    sizes = [abs(each.deviation) for each in found]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("number", SPREADS)
def test_deviation_and_shift_follow_from_the_derivative(number):
    (found,) = (each for each in ingot().uncertain() if (each.process, each.flow) == number)
    step = 1e-5
    up, down = (ingot({number: 1 + sign * step}).total for sign in (1, -1))
    slope = (up - down) / (2 * step * found.amount.value)
    spread = SPREADS[number]
    assert found.deviation == pytest.approx(slope * spread.deviation(found.amount.value), rel=1e-6)
    expected = slope * (spread.mean(found.amount.value) - found.amount.value)
    assert found.shift == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_the_shift_is_where_the_draws_lie():
    skewed = unit_process("kiln", ("lime", "1 t"), emits={"CO2": "900 kg"})
    (row,) = skewed.exchanges
    wide = replace(row, amount=replace(row.amount, spread=Spread("triangular", 880.0, 1_300.0)))
    lime = footprint(product_system([replace(skewed, exchanges=(wide,))]), ("1 t", "lime"), SET)
    drawn = uncertainty(lime, SET, draws=4000)
    assert lime.uncertain().shift == pytest.approx((880 + 900 + 1300) / 3 - 900)
    assert drawn.mean - lime.total == pytest.approx(lime.uncertain().shift, rel=0.05)
    (told,) = (each for each in drawn.findings if each.code == "draws-shifted")
    (said,) = (each for each in lime.findings if each.code == "interval-lopsided")
    assert all("uncertain()" in each.remedy("zh") for each in (told, said))
    assert drawn.p2_5 > lime.interval.low > 880 - (1_300 - 880) / 4
    assert lime.interval.high == pytest.approx(drawn.p97_5, rel=0.05)


def test_draws_around_the_value_go_unremarked():
    even = unit_process("kiln", ("lime", "1 t"), emits={"CO2": "900 kg"})
    (row,) = even.exchanges
    for spread in (Spread("triangular", 800.0, 1_000.0), Spread("lognormal", 1.3)):
        wide = replace(row, amount=replace(row.amount, spread=spread))
        lime = footprint(product_system([replace(even, exchanges=(wide,))]), ("1 t", "lime"), SET)
        drawn = uncertainty(lime, SET, draws=1000)
        assert "draws-shifted" not in {each.code for each in drawn.findings}
        assert "interval-lopsided" not in {each.code for each in lime.findings}


def test_parts_of_one_measured_number_are_one_number():
    coke = Exchange("coke", Amount(8.0, "GJ", Spread("normal", 0.24)), id="coke")
    products = (CoProduct("copper", Amount(3.0, "t")), CoProduct("slag", Amount(1.0, "t")))
    whole = MultiOutputProcess("smelter", products, (coke,))
    rows = [
        unit_process("wire", "1 t", takes={"copper": "1 t", "slag": "1 t"}),
        *allocate(whole, by="mass", reason="a test").processes,
        unit_process("coke", "1 GJ", emits={"CO2": "0.1 t"}),
    ]
    found = footprint(product_system(rows), ("1 t", "wire"), SET).uncertain()
    assert [(each.process, each.row) for each in found] == [("smelter", "coke")]
    assert found[0].deviation == pytest.approx(0.03 * 400)


def test_the_table_names_rows_values_and_spreads_in_both_languages():
    background = pcf.open_background("cn-public", edition="2026.1")
    found = pcf.reference_study("copper").footprint(background).uncertain(3)
    assert len(found) == 3 < found.all
    english, chinese = found.says("en"), found.says("zh")
    assert "(m-diesel)" in english
    assert "triangular 2.39 – 5.94" in english
    assert "三角 2.39 – 5.94" in chinese
    assert f"all {found.all}" in english
    assert "<table" in found._repr_html_()


def test_a_footprint_without_spreads_has_none():
    plain = unit_process("kiln", ("lime", "1 t"), emits={"CO2": "900 kg"})
    found = footprint(product_system([plain]), ("1 t", "lime"), SET).uncertain()
    assert (len(found), found.all, found.deviation, found.shift) == (0, 0, 0, 0)
    assert "100" not in str(found)
