"""What the methods return is a unit process's exchanges: each gas lands on its line, once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from pcf.analysis import footprint
from pcf.methods.capture import Fate, capture, follow
from pcf.methods.combustion import burn, other_gases
from pcf.methods.metals import anode_consumption, pfc_by_slope
from pcf.methods.power import power_plant, site_power, split_by_energy
from pcf.methods.sources import sources_of
from pcf.methods.waste import landfill
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.declared import DeclaredUnit
from pcf.model.processes import Exchange, UnitProcess, unit_process

if TYPE_CHECKING:
    from pcf.analysis import Footprint
    from pcf.methods.declaration import Estimate

read = Amount.read
# AR6 values; one methane is enough to see on which line it lands.
GASES = {"CO2": 1.0, "CH4": 27.0, "N2O": 273.0, "CF4": 7380.0, "C2F6": 12400.0}


def _footprint(
    *processes: UnitProcess, of: list[Estimate], product: str, amount: str = "1 t"
) -> Footprint:
    system = product_system(processes, sources=sources_of(of))
    unit = DeclaredUnit(read(amount), product)
    return footprint(system, unit, CharacterisationSet.of("AR6", GASES))


def test_a_smelter_and_a_wood_boiler() -> None:
    pots = pfc_by_slope(
        aluminium=read("1 t"), technology="CWPB", minutes=read("0.1 min/day"), edition="2006"
    )
    anodes = anode_consumption(gross=read("480 kg"), butts=read("78.72 kg"))
    wood = burn(fuel="wood", quantity=read("100 kg"), edition="2006")
    gases = other_gases(heat=wood.values["heat"], fuel="wood", sector="manufacturing")
    parts = [pots, anodes, wood, gases]
    exchanges = tuple(row for each in parts for row in each.exchanges)
    smelter = UnitProcess("smelter", "aluminium", read("1 t"), exchanges)
    result = _footprint(smelter, of=parts, product="aluminium")
    lines = {line: value for line, value in result.lines.items() if value}
    assert lines["fossil"] == pytest.approx(
        anodes["CO2"] + 7380 * pots["CF4"] + 12400 * pots["C2F6"]
    )
    assert lines["biogenic CH4 and N2O"] == pytest.approx(27 * gases["CH4"] + 273 * gases["N2O"])


def test_a_captive_plant_feeds_its_site_and_sells_the_rest() -> None:
    coal = burn(
        fuel="bituminous coal",
        quantity=read("50 t"),
        edition="GB/T 32150",
        equipment="power boiler",
    )
    split = split_by_energy(heat=read("200 GJ"), power=read("100 MWh"))
    plant = power_plant(
        "captive",
        exchanges=coal.exchanges,
        gross=read("108 MWh"),
        own_use=read("7 MWh"),
        losses=read("1 MWh"),
        heat=read("200 GJ"),
        split=split,
    )
    site = site_power(purchased=read("0 kWh"), generated=plant.net, sold=read("40 MWh"))
    power = plant.processes[0].product
    works = UnitProcess(
        "works", "metal", read("1 t"), site.exchanges(meter="works", plant=power)[1:]
    )
    customer = unit_process("customer", ("sold", "1 kWh"), takes={power: "40 MWh"})
    for process, product, amount, part in (
        (works, "metal", "1 t", 0.6),
        (customer, "sold", "1 kWh", 0.4),
    ):
        result = _footprint(*plant.processes, process, of=[coal], product=product, amount=amount)
        assert result.total == pytest.approx(coal["CO2"] * split.power * part)


def test_what_is_captured_is_deducted_once() -> None:
    stated = {
        "captured": read("90 %"),
        "biogenic_share": read("0 1"),
        "heat": read("0 GJ/t"),
        "power": read("0 kWh/t"),
        "solvent": read("0 kg/t"),
    }
    unit = capture(co2=read("1 t"), **stated)
    fates = [
        Fate(
            "aquifer",
            read("0.6 t"),
            "storage",
            proof="registry 1",
            lost=read("0 %"),
            leak=read("0 %/year"),
            years=read("100 year"),
        ),
        Fate("urea", read("0.3 t"), "use"),
    ]
    chain = follow(captured=unit.values["captured"], origin="fossil", fates=fates)
    rows = tuple(row for row in (*unit.exchanges, *chain.exchanges) if row.elementary)
    kiln = UnitProcess("kiln", "clinker", read("1 t"), rows)
    result = _footprint(kiln, of=[unit, chain], product="clinker")
    assert result.total == pytest.approx(1000 - 600)


def test_a_landfill_is_a_treatment_with_its_own_gases() -> None:
    found = landfill(
        mass=read("1 t"),
        basis="wet",
        waste="food waste",
        site="managed, covered",
        climate="boreal or temperate, wet",
        horizon=read("100 year"),
        recovered=read("50 %"),
        edition="2019",
    )
    site = UnitProcess("landfill", "food waste", read("1 t"), found.exchanges, treats=True)
    plant = UnitProcess(
        "plant",
        "crisps",
        read("1 t"),
        (Exchange("food waste", read("200 kg"), "output", "waste"),),
    )
    result = _footprint(site, plant, of=[found], product="crisps")
    by_line = result.lines
    assert by_line["biogenic CH4 and N2O"] == pytest.approx(0.2 * 27 * found["CH4"])
    assert math.isfinite(result.total)
