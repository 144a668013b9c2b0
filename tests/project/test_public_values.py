"""Public values cross a process pool and arrive equal."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pcf
from pcf.errors import Where, problem
from pcf.findings import finding

COAL = pcf.MultiOutputProcess(
    "plant",
    (pcf.CoProduct("heat", pcf.Amount(3.0, "GJ")), pcf.CoProduct("steam", pcf.Amount(1.0, "GJ"))),
)
HEAT = pcf.unit_process("heat", "1 GJ", emits={"CO2": "94.6 kg"})
SYSTEM = pcf.product_system([HEAT])
GASES = pcf.CharacterisationSet.of("own", {"CO2": 1})
WIND = pcf.Share("wind")

# One value of every public class that holds data; a new public class is added here.
VALUES: dict[str, object] = {
    "Allocation": pcf.allocate(COAL, by="energy", reason="both are heat"),
    "Amount": pcf.Amount(3.9, "万kWh", pcf.Spread("lognormal", 1.1), "S1"),
    "Background": pcf.factor_set("own", {"cement": "0.15 kg CO2e/kg"}, source="a letter"),
    "CharacterisationSet": GASES,
    "CoProduct": COAL.products[0],
    "Company": pcf.Company("示例铝业有限公司", registration="91620000EXAMPLE"),
    "DeclaredUnit": pcf.DeclaredUnit(pcf.Amount(1.0, "t"), "铝锭"),
    "ElementaryFlow": pcf.ElementaryFlow("R410A", gas="R410A", line="fossil"),
    "Exclusion": pcf.Exclusion("heat", "paint", None, "no data"),
    "Finding": finding("total-zero", Where(file="study.toml", line=3)),
    "Footprint": pcf.footprint(SYSTEM, ("1 GJ", "heat"), GASES),
    "MultiOutputProcess": COAL,
    "PcfError": pcf.PcfError(problem("unit-unknown", "电解", ("kWh",), unit="mWh")),
    "Product": pcf.Product("ingot", cn_code="7601 10 00", mass_per_piece="20 kg"),
    "ProductSystem": SYSTEM,
    "Share": WIND,
    "Source": pcf.Source("S1", "公告", "表1"),
    "Spread": pcf.Spread("triangular", 1.0, 3.0),
    "Study": pcf.reference_study("aluminium"),
    "StudyProblems": pcf.StudyProblems(problem("unit-unknown", unit="mWh")),
    "Supply": pcf.Supply((WIND,)),
    "UnitProcess": HEAT,
}


def _content(value: object) -> object:
    """Return what is compared: an exception has no equality of its own."""
    return (type(value), value.args) if isinstance(value, Exception) else value


def test_every_public_class_of_data_has_a_value_here() -> None:
    classes = {name for name in pcf.__all__ if inspect.isclass(getattr(pcf, name))}
    holds_data = {
        name
        for name in classes
        if dataclasses.is_dataclass(getattr(pcf, name)) or issubclass(getattr(pcf, name), Exception)
    }
    assert holds_data - set(VALUES) == set()


def test_every_public_value_crosses_a_process_pool_unchanged() -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        arrived = dict(zip(VALUES, pool.map(copy.deepcopy, VALUES.values()), strict=True))
    for name, value in VALUES.items():
        assert _content(arrived[name]) == _content(value), name
