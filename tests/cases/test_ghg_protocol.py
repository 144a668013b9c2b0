"""Cases of activity data times factors, through a user's own factors, system and footprint.

gp-*: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions v1.0 (2013); the example is
named at each test (gp-009 and gp-012 are cases of allocation and stand there).
me-006: SESAME (MIT), bayer_hall_heroult.csv (2022, commit 7d1ee5d), after European Aluminium's
Environmental Profile Report 2018 and IAI world data: an arithmetic check, which counts anode butts
twice and leaves out casting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pcf.analysis import footprint
from pcf.background import factor_set
from pcf.expressions import evaluate
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.flows import ElementaryFlow
from pcf.model.processes import UnitProcess, unit_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.analysis import Footprint
    from pcf.background import Background

UNSPLIT = CharacterisationSet.of("none needed", {})


def _footprint(process: UnitProcess, factors: Background) -> Footprint:
    """Return the footprint of one run of a process on a user's own factors."""
    background = (row.process for row in factors.processes)
    system = product_system([process, *background], sources=factors.sources)
    return footprint(system, (str(process.amount), process.product), UNSPLIT)


def _total(takes: Mapping[str, str], factors: Mapping[str, str]) -> float:
    own = factor_set("own", factors, source="the example")
    return _footprint(unit_process("year", "1 item", takes=takes), own).total


def _close(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def test_gp_001_supplier_specific_factors() -> None:
    """Example 1.1."""
    total = _total(
        {
            "cement": "200000 kg",
            "plaster": "600000 kg",
            "paint": "200000 kg",
            "timber": "100000 kg",
            "concrete": "50000 kg",
        },
        {
            "cement": "0.15 kg CO2e/kg",
            "plaster": "0.1 kg CO2e/kg",
            "paint": "0.1 kg CO2e/kg",
            "timber": "0.25 kg CO2e/kg",
            "concrete": "0.2 kg CO2e/kg",
        },
    )
    assert total == _close(145_000)


def test_gp_003_hybrid_of_supplier_data_and_secondary_factors() -> None:
    """Example 1.3; its working prints 50,000 x 5.6, its product is 12,000 x 5.6."""
    supplier = factor_set(
        "supplier",
        {"electricity": "0.5 kg CO2e/kWh", "gas": "0.2 kg CO2e/kWh", "landfill": "0.5 kg CO2e/kg"},
        source="the supplier",
    )
    secondary = factor_set("secondary", {"T-shirt": "5.6 kg CO2e/item"}, source="a database")
    takes = {
        "electricity": "5000 kWh",
        "gas": "2500 kWh",
        "landfill": "100 kg",
        "T-shirt": "12000 item",
    }
    year = unit_process("year", "1 item", takes=takes)
    rows = [row.process for own in (supplier, secondary) for row in own.processes]
    system = product_system([year, *rows], sources=[*supplier.sources, *secondary.sources])
    assert footprint(system, ("1 item", "year"), UNSPLIT).total == _close(70_250)


def test_gp_006_fuel_and_refrigerant() -> None:
    """Example 4.1: R410A by a characterisation table of the user's own."""
    refrigerant = ElementaryFlow("R410A", gas="R410A", line="fossil")
    diesel = factor_set("own", {"diesel": "3 kg CO2e/L"}, source="example 4.1")
    lorries = [
        unit_process(f"lorry {i}", "1 item", takes={"diesel": f"{litres} L"})
        for i, litres in enumerate((50_000, 80_000, 90_000))
    ]
    fleet = unit_process(
        "fleet",
        "1 item",
        takes={lorry.product: "1 item" for lorry in lorries},
        emits={refrigerant: "50 kg"},
    )
    rows = [row.process for row in diesel.processes]
    system = product_system([fleet, *lorries, *rows], sources=diesel.sources)
    own = CharacterisationSet.of("example", {"R410A": 2000})
    result = footprint(system, ("1 item", "fleet"), own)
    assert result.total == _close(760_000)
    assert result.by_gas()["R410A"] == _close(100_000)


def test_gp_007_transport_by_load_and_distance() -> None:
    """Example 4.2."""
    legs = {"road": (2, 2000, 0.2), "air": (1, 3000, 1.0), "sea": (6, 4000, 0.05)}
    factors = {mode: f"{factor} kg CO2e/tkm" for mode, (_, _, factor) in legs.items()}
    amounts = {
        mode: evaluate("load * distance", {"load": (load, "t"), "distance": (km, "km")})
        for mode, (load, km, _) in legs.items()
    }
    takes = {mode: f"{value} {unit}" for mode, (value, unit) in amounts.items()}
    own = factor_set("own", factors, source="example 4.2")
    result = _footprint(unit_process("goods", "1 item", takes=takes), own)
    parts = {part.name.removeprefix("goods: "): part.value for part in result.largest()}
    assert parts == {"road": _close(800), "air": _close(3000), "sea": _close(1200)}
    assert result.total == _close(5000)


def test_gp_010_waste_by_treatment() -> None:
    """Example 5.1: a factor for each treatment."""
    sent = [(2000, 40), (5000, 2), (4000, 10), (5000, 0.5)]
    treatments = [
        unit_process(f"waste {i}", "1 t", emits={"CO2e": f"{factor} kg CO2e"}, treats=True)
        for i, (_, factor) in enumerate(sent)
    ]
    sends = {f"waste {i}": f"{tonnes} t" for i, (tonnes, _) in enumerate(sent)}
    plant = unit_process("plant", "1 item", sends=sends)
    system = product_system([plant, *treatments])
    assert footprint(system, ("1 item", "plant"), UNSPLIT).total == _close(132_500)


def test_gp_010_waste_by_average_data() -> None:
    """Example 5.2: one total divided by shares; what is recycled counts nothing (cut-off)."""
    shares, factors = (0.25, 0.05, 0.3, 0.2, 0.2), (300, 0, 0, 10, 30)
    treatments = [
        unit_process(f"way {i}", "1 t", emits={"CO2e": f"{factor} kg CO2e"}, treats=True)
        for i, factor in enumerate(factors)
    ]
    mix = unit_process(
        "waste",
        "1 t",
        sends={f"way {i}": f"{share} t" for i, share in enumerate(shares)},
        treats=True,
    )
    plant = unit_process("plant", "1 item", sends={"waste": "40 t"})
    system = product_system([plant, mix, *treatments])
    assert footprint(system, ("1 item", "plant"), UNSPLIT).total == _close(3320)


CARBON_TO_CO2 = 3.6666666666666665
ALUMINIUM = [
    unit_process(
        "bauxite",
        "1 t",
        takes={"heavy oil": "21 MJ", "diesel": "78 MJ", "power": "1.5 kWh"},
        stage="bauxite",
    ),
    unit_process(
        "alumina",
        "1 t",
        takes={
            "bauxite": "2.156 t",
            "coal": "0 MJ",
            "heavy oil": "32 MJ",
            "diesel": "3 MJ",
            "natural gas": "8942 MJ",
            "power": "141 kWh",
        },
        stage="alumina",
    ),
    unit_process(
        "anode",
        "1 t",
        takes={"heavy oil": "609 MJ", "natural gas": "1791 MJ", "power": "89 kWh"},
        emits={"CO2": f"{1.017 * CARBON_TO_CO2} t"},
        stage="anode, oxidation included",
    ),
    unit_process(
        "aluminium",
        "1 t",
        takes={"alumina": "1.908 t", "anode": "0.435 t", "power": "14790 kWh"},
        emits={"CF4": "0.0000179 t", "C2F6": "0.00000205 t"},
        stage="electrolysis",
    ),
]
FACTORS = {
    "heavy oil": {"CO2": "0.0851 kg/MJ"},
    "natural gas": {"CO2": "0.0632 kg/MJ"},
    "coal": {"CO2": "0.0979 kg/MJ"},
    "diesel": {"CO2": "0.0826 kg/MJ"},
    "power": {"CO2": "0.22593600000000003 kg/kWh"},
}


@pytest.fixture(scope="module")
def aluminium() -> Footprint:
    own = factor_set("SESAME", FACTORS, source="bayer_hall_heroult.csv")
    system = product_system(
        [*ALUMINIUM, *(row.process for row in own.processes)], sources=own.sources
    )
    gases = CharacterisationSet.of("as printed", {"CO2": 1, "CF4": 6630, "C2F6": 11100})
    return footprint(system, ("1 t", "aluminium"), gases)


def test_me_006_gases(aluminium: Footprint) -> None:
    gases = {part.name: part.value for part in aluminium.by_gas()}
    assert gases == {
        "CO2": pytest.approx(6224.215248, rel=1e-7),
        "CF4": pytest.approx(118.677, rel=1e-7),
        "C2F6": pytest.approx(22.755, rel=1e-7),
    }


def test_me_006_stages(aluminium: Footprint) -> None:
    stages = {part.name: part.value for part in aluminium.by_stage()}
    perfluorocarbons = 118.677 + 22.755
    assert stages == {
        "bauxite": pytest.approx(35.249043, rel=1e-7),
        "alumina": pytest.approx(1144.728213, rel=1e-7),
        "anode, oxidation included": pytest.approx(1702.644551, rel=1e-7),
        "electrolysis": pytest.approx(3341.59344 + perfluorocarbons, rel=1e-7),
    }


def test_me_006_bauxite(aluminium: Footprint) -> None:
    assert aluminium.scaling["bauxite"] == pytest.approx(4.113648, rel=1e-7)
