"""Methods called from a table find what they find in Python, and no input makes them fall."""

from __future__ import annotations

import random

import pytest

from pcf.methods.declaration import Estimate
from pcf.study.call_rows import CallRow
from pcf.study.callable_methods import FUNCTIONS, called
from pcf.study.calling import computed
from pcf.study.values import Study

# What is given, and one quantity that the method's own example or publication prints.
SAMPLES = {
    "CO2 of combustion": (
        {"fuel": "diesel", "quantity": "1 t", "edition": "CN 2026"},
        ("CO2", 3171.0, 1.0),
    ),
    "CO2 of combustion by elemental carbon": (
        {"quantity": "1000 t", "quantity_basis": "收到基", "carbon": "57 %",
         "carbon_basis": "as received", "oxidation": "99 %", "biogenic_share": "0"},
        ("CO2", 1000e3 * 0.57 * 0.99 * 44 / 12, 1e-6),
    ),
    "PFC overvoltage": (
        {"aluminium": "1 t", "technology": "CWPB", "edition": "2006", "overvoltage": "2 mV",
         "current_efficiency": "94 %"},
        ("CF4", 1.16 * 2 / 0.94, 1e-3),
    ),
    "anode baking": (
        {"green": "1055 kg", "baked": "1000 kg", "furnace": "other furnace"},
        ("packing coke", 53.0, 2.0),
    ),
    "coke calcination": (
        {"green": "1 t", "calcined": "0.68 t", "under_calcined": "0 t", "dust": "0.075 t"},
        ("CO2", 0.324 * 680, 1.0),
    ),
    "direct land-use change": (
        {"before": "grassland", "biomass_before": "3.1 t/ha", "dead_matter_before": "0 t/ha",
         "soil_before": "43 t/ha", "after": "annual crops", "biomass_after": "0 t/ha",
         "dead_matter_after": "0 t/ha", "soil_after": "33.11 t/ha", "stocks": "field survey",
         "since": "5 year", "edition": "2019"},
        ("CO2", (3.1 + 43 - 33.11) * 1000 / 20 * 44 / 12, 1e-6),
    ),
    "drying": (
        {"wet_mass": "3.5 kg", "moisture_before": "75 %", "moisture_after": "12.5 %",
         "technology": "heat pump", "meter": "dryer"},
        ("water removed", 2.5, 1e-9),
    ),
    "incineration": (
        {"mass": "1 t", "waste": "plastics", "technology": "continuous, stoker"},
        ("CO2", 2750.0, 30.0),
    ),
    "irrigation energy": (
        {"water": "2250 m3", "head": "50 m", "meter": "well", "pump_efficiency": "60 %",
         "drive_efficiency": "1"},
        ("energy", 511.0, 1.0),
    ),
    "leak by mass balance": (
        {"refrigerant": "SF6", "opening": "20 kg", "bought": "50 kg", "closing": "15 kg",
         "handed_on": "10 kg", "capacity_added": "40 kg", "capacity_retired": "0 kg"},
        ("lost", 5.0, 1e-9),
    ),
    "manure management": (
        {"system": "composting, static pile", "nitrogen": "100 kg", "leached": "0",
         "nitrogen_gas": "0.03", "volatile_solids": "2 t", "methane_capacity": "0.1 m3/kg",
         "climate": "dry", "zone": "cool temperate"},
        ("N left", 31.0, 1e-9),
    ),
    "metals Tier 1": (
        {"product": "EAF steel", "amount": "1 t", "edition": "2019"},
        ("CO2", 180.0, 1e-6),
    ),
    "seed": (
        {"product": "potato", "harvest": "20 t", "planted": "2.25 t", "source": "own",
         "kept": "90 %"},
        ("net harvest", 17_500.0, 1e-6),
    ),
    "urea CO2": ({"urea": "1 t", "edition": "2006"}, ("C", 200.0, 1e-9)),
}  # fmt: skip


def rows_of(name: str, given: dict[str, str]) -> tuple[CallRow, ...]:
    """Return the rows of one call; a value with a blank in it has its unit behind the blank."""
    kinds = called(name).kinds
    rows = []
    for need, text in given.items():
        value, _, unit = text.partition(" ") if kinds[need] == "amount" else (text, "", "")
        source = "S1" if kinds[need] == "amount" else ""
        rows.append(CallRow("c", "p", name, need, value, unit, source=source))
    return tuple(rows)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_called_method_finds_what_its_publication_prints(name: str) -> None:
    given, (quantity, expected, within) = SAMPLES[name]
    made = computed(Study("a", methods=rows_of(name, given)))
    assert made.problems == ()
    found = made.found["c"]
    assert isinstance(found, Estimate)
    assert found[quantity] == pytest.approx(expected, abs=within)


@pytest.mark.parametrize("seed", range(4))
def test_no_input_makes_a_method_fall(seed: int) -> None:
    """Whatever is given, a call finds something or says what is wrong."""
    chance = random.Random(seed)  # noqa: S311 - numbers to try, no secret
    fed = [
        CallRow("n", "p", "nitrogen applied", "kind", "organic"),
        CallRow("n", "p", "nitrogen applied", "basis", "nutrient"),
        CallRow("n", "p", "nitrogen applied", "amount", "50", "kg/ha", source="s"),
    ]
    for name in FUNCTIONS:
        rows = [row for need in called(name).kinds for row in _tried(name, need, chance)]
        made = computed(Study("a", methods=(*fed, *rows)))
        assert "c" in made.found or made.problems, name


def _tried(name: str, need: str, chance: random.Random) -> list[CallRow]:
    method = called(name)
    if need not in method.required and chance.random() < 0.4:
        return []
    kind = method.kinds[need]
    declared = {each.id: each for each in method.method.needs}.get(need)
    if kind == "nitrogen":
        return [CallRow("c", "p", name, need, taken="n")]
    if kind == "amounts":
        return [CallRow("c", "p", name, f"{need}.R_AG", "0.4", "1", source="s")]
    if kind in ("word", "words", "flag"):
        words = (declared.words if declared else ()) or ("potato", "diesel", "2006", "yes", "x")
        return [CallRow("c", "p", name, need, chance.choice(words))]
    value = chance.choice(["0", "1", "0.5", "12", "-3", "1e9", "1e-9", "one"])
    unit = declared.unit if declared and chance.random() < 0.85 else chance.choice(["", "kg", "%"])
    return [CallRow("c", "p", name, need, value, unit, source="s")]
