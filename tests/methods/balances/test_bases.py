"""Formulae, moisture, mass bases, recoveries, and unit processes that balance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ModelError
from pcf.methods.balances import (
    Stream,
    content,
    dry_mass,
    on_basis,
    on_mass_basis,
    process_balance,
    recovery,
)
from pcf.methods.chemistry import calcine
from pcf.methods.combustion import burn
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange, UnitProcess, unit_process

read = Amount.read
shares = st.floats(0.01, 0.9)


def _codes(error: ModelError) -> list[str]:
    return [each.code for each in error.problems]


# The copper reference study: chalcopyrite holds 1.009 t S per t Cu, and gives 3.087 t H2SO4.
def test_formulae_give_the_printed_ratios() -> None:
    sulphur, copper = content("S", "CuFeS2").value, content("Cu", "CuFeS2").value
    assert sulphur / copper == pytest.approx(1.009, abs=5e-4)
    assert sulphur / copper / content("S", "H2SO4").value == pytest.approx(3.087, abs=2e-3)
    assert content("Al", "CO2").value == 0


@given(st.sampled_from(["CuFeS2", "CaMg(CO3)2", "Al2O3", "NiS", "H2SO4", "C6H12O6", "NH4NO3"]))
def test_the_elements_of_a_compound_make_all_of_it(formula: str) -> None:
    elements = ["H", "C", "N", "O", "S", "Mg", "Al", "Ca", "Fe", "Ni", "Cu"]
    assert sum(content(each, formula).value for each in elements) == pytest.approx(1)


def test_what_is_no_element_or_formula_is_refused() -> None:
    for element, formula, code in (
        ("ni", "NiS", "content-element"),
        ("Ni", "nickel sulphide", "content-formula"),
        ("Ni", "NiXx2", "content-element"),
    ):
        with pytest.raises(ModelError) as caught:
            content(element, formula)
        assert _codes(caught.value) == [code]


# A coal's heat air-dried and as received: 6300 x (100 - 18)/(100 - 12) = 5870 kcal/kg.
def test_an_analysis_moves_between_bases_as_laboratories_print_it() -> None:
    found = on_basis(content=read("63 %"), from_moisture=read("12 %"), to_moisture=read("18 %"))
    assert found["content"] == pytest.approx(0.5870, abs=5e-5)


@given(shares, st.floats(0, 0.9), st.floats(0, 0.9))
def test_a_basis_there_and_back_changes_nothing(held: float, one: float, other: float) -> None:
    there = on_basis(
        content=Amount(held * (1 - one), "1"),
        from_moisture=Amount(one, "1"),
        to_moisture=Amount(other, "1"),
    )
    back = on_basis(
        content=there.values["content"],
        from_moisture=Amount(other, "1"),
        to_moisture=Amount(one, "1"),
    )
    assert back["content"] == pytest.approx(held * (1 - one))


def test_the_wrong_moisture_for_a_basis_is_noticed() -> None:
    with pytest.raises(ModelError) as caught:
        on_basis(content=read("90 %"), from_moisture=read("20 %"), to_moisture=read("2 %"))
    assert _codes(caught.value) == ["basis-content-above-one"]


@given(st.floats(0.1, 1e6), st.floats(0, 0.9))
def test_dry_mass_and_water_are_the_wet_mass(wet: float, moisture: float) -> None:
    found = dry_mass(wet_mass=Amount(wet, "kg"), moisture=Amount(moisture, "1"))
    assert found["dry"] + found["water"] == pytest.approx(wet)


@given(
    st.floats(0.1, 1e6),
    shares,
    shares,
    st.tuples(*[st.sampled_from(["wet", "dry", "gross mass", "metal contained"])] * 2),
)
def test_masses_convert_there_and_back(
    mass: float, moisture: float, grade: float, bases: tuple[str, str]
) -> None:
    known = {"moisture": Amount(moisture, "1"), "grade": Amount(grade, "1")}
    there = on_mass_basis(mass=Amount(mass, "kg"), from_basis=bases[0], to_basis=bases[1], **known)
    back = on_mass_basis(mass=there.values["mass"], from_basis=bases[1], to_basis=bases[0], **known)
    assert back["mass"] == pytest.approx(mass)


def test_masses_convert_only_where_the_way_is_known() -> None:
    for bases, needs in (
        (("wet", "dry"), ["moisture"]),
        (("dry", "wet"), ["moisture"]),
        (("gross mass", "metal contained"), ["grade"]),
        (("wet", "metal contained"), ["moisture", "grade"]),
    ):
        with pytest.raises(ModelError) as caught:
            on_mass_basis(mass=read("1 t"), from_basis=bases[0], to_basis=bases[1])
        assert [each.facts["need"] for each in caught.value.problems] == needs
    same = on_mass_basis(mass=read("1 t"), from_basis="湿基", to_basis="wet")
    assert same["mass"] == 1000
    with pytest.raises(ModelError) as caught:
        on_mass_basis(mass=read("1 t"), from_basis="packed", to_basis="air-dried")
    assert _codes(caught.value) == ["mass-basis-not-of-mass"] * 2


def _stream(name: str, mass: str, grade: str) -> Stream:
    return Stream(name, read(mass), read(grade))


def test_a_recovery_above_one_names_its_product() -> None:
    found = recovery(
        "Ni",
        feed=[_stream("concentrate", "10 t", "10 %")],
        products=[_stream("matte", "1.7 t", "63 %")],
        tolerance=0.1,
    )
    assert found.share == pytest.approx(1.071)
    (above,) = found.findings
    assert (above.code, above.where.item) == ("recovery-above-one", "matte")


def test_missing_metal_names_the_largest_stream() -> None:
    found = recovery(
        "Cu",
        feed=[_stream("concentrate", "100 t", "25 %"), _stream("scrap", "1 t", "99 %")],
        products=[_stream("cathode", "20 t", "99.99 %")],
        losses=[_stream("slag", "60 t", "0.7 %")],
        tolerance=0.03,
    )
    (missing,) = found.findings
    assert (missing.code, missing.where.item) == ("metal-missing", "concentrate")
    assert found.missing == pytest.approx(1 - (19.998 + 0.42) / 25.99)


@given(st.lists(shares, min_size=1, max_size=4), st.floats(0, 1))
def test_recoveries_of_all_products_and_losses_make_one(parts: list[float], lost: float) -> None:
    whole = sum(parts) + lost
    found = recovery(
        "Ni",
        feed=[Stream("feed", Amount(whole, "t"), read("1 %"))],
        products=[
            Stream(f"product {i}", Amount(part, "t"), read("1 %")) for i, part in enumerate(parts)
        ],
        losses=[Stream("tailings", Amount(lost, "t"), read("1 %"))],
        tolerance=1e-6,
    )
    assert sum(found.by_product.values()) == pytest.approx(found.share)
    assert found.share == pytest.approx(sum(parts) / whole)
    assert found.missing == pytest.approx(0, abs=1e-9)


def test_a_feed_without_the_metal_has_no_recovery() -> None:
    with pytest.raises(ModelError) as caught:
        recovery(
            "Ni",
            feed=[_stream("ore", "1 t", "0 %")],
            products=[_stream("matte", "1 t", "1 %")],
            tolerance=0.1,
        )
    assert _codes(caught.value) == ["recovery-no-feed"]


def test_exchanges_of_methods_balance_in_a_unit_process() -> None:
    coal = burn(
        fuel="bituminous coal",
        quantity=read("200 kg"),
        edition="2006",
        oxidation=read("100 %"),
    )
    rock = calcine(
        mass=read("1.8 t"), mineral="calcite", purity=read("97 %"), calcined=read("100 %")
    )
    kiln = UnitProcess(
        "kiln",
        "lime",
        read("1 t"),
        (
            Exchange("coal", read("200 kg")),
            Exchange("limestone", read("1.8 t")),
            *coal.exchanges,
            *rock.exchanges,
        ),
    )
    contents = {
        "coal": Amount(coal["carbon"] / 200, "1"),
        "limestone": Amount(0.97 * content("C", "CaCO3").value, "1"),
        "lime": read("0 %"),
    }
    found = process_balance(kiln, "C", contents=contents, tolerance=0.001)
    assert found.closes
    assert process_balance(kiln, "S", contents=contents | _none("coal"), tolerance=0).share is None


def _none(*flows: str) -> dict[str, Amount]:
    return dict.fromkeys(flows, read("0 %"))


def test_a_flow_of_unknown_content_is_named() -> None:
    smelter = unit_process("smelter", ("matte", "1 t"), takes={"ore": "9 t"}, meters={"m": "5 kWh"})
    with pytest.raises(ModelError) as caught:
        process_balance(smelter, "Ni", contents={"matte": read("60 %")}, tolerance=0.1)
    (unknown,) = caught.value.problems
    assert (unknown.code, unknown.where.item) == ("balance-unknown", "smelter: ore")
    found = process_balance(
        smelter, "Ni", contents={"matte": read("60 %"), "ore": read("7 %")}, tolerance=0.06
    )
    assert found.share == pytest.approx(0.05)
