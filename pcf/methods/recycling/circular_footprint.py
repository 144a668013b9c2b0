"""The PEF Circular Footprint Formula, whole: material, energy and disposal.

A shares the benefit of recycling between who supplies the recycled material and who uses it (A = 1:
to the user, A = 0: to the supplier), B that of energy recovery. R1 is the recycled content, R2 the
share that comes out of recycling at the end of life, R3 the share burnt with energy recovery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.declaration import Method, Need, require
from pcf.methods.lookups import Parameter, find
from pcf.methods.recycling.terms import Recycling, Term, share
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pcf.methods.declaration import Checked
    from pcf.model.amounts import Amount

EDITION = "PEF 2021"
SYMBOLS = {
    "allocation": "A",
    "energy_allocation": "B",
    "quality_in": "Qsin/Qp",
    "quality_out": "Qsout/Qp",
    "lower_heating_value": "LHV",
}

METHOD = Method(
    "circular footprint formula",
    Name("Circular Footprint Formula", "循环足迹公式（CFF）"),
    (
        share("allocation", "allocation factor A", "分配系数 A"),
        share("energy_allocation", "allocation factor of energy recovery B", "能量回收分配系数 B"),
        share("recycled_content", "recycled content R1", "再生料比例 R1"),
        share(
            "recycled_at_end",
            "share recycled at end of life R2, out of recycling",
            "寿命末期回收比例 R2",
        ),
        share("energy_at_end", "share burnt with energy recovery R3", "能量回收比例 R3"),
        Need("quality_in", Name("quality ratio Qsin/Qp", "质量比 Qsin/Qp"), "1", high=1.0),
        Need("quality_out", Name("quality ratio Qsout/Qp", "质量比 Qsout/Qp"), "1", high=1.0),
        Need(
            "lower_heating_value",
            Name("lower heating value of the material", "材料低位热值"),
            "MJ/kg",
            usual=(0.0, 50.0),
        ),
        share("heat_efficiency", "efficiency of heat recovery XER,heat", "热回收效率"),
        share("electricity_efficiency", "efficiency of power recovery XER,elec", "电回收效率"),
    ),
    Name("terms per kilogram of material", "每千克材料的各项"),
    "(1-R1) Ev + R1 (A Erec + (1-A) Ev Qsin/Qp) + (1-A) R2 (ErecEoL - Ev* Qsout/Qp)"
    " + (1-B) R3 (EER - LHV XER,heat ESE,heat - LHV XER,elec ESE,elec) + (1-R2-R3) ED",
    "Recommendation (EU) 2021/2279, Annex I, 4.4.8",
    (EDITION,),
)


def circular_footprint(  # noqa: PLR0913 - the letters of the formula
    *,
    allocation: Amount,
    energy_allocation: Amount,
    recycled_content: Amount,
    recycled_at_end: Amount,
    energy_at_end: Amount,
    quality_in: Amount,
    quality_out: Amount,
    lower_heating_value: Amount,
    heat_efficiency: Amount,
    electricity_efficiency: Amount,
) -> Recycling:
    """Return what a kilogram of material stands for under the Circular Footprint Formula.

    Raises ModelError with all problems: a number missing or outside its range, R2 and R3 that sum
    to more than one, efficiencies that do.

    >>> from pcf.model.amounts import Amount
    >>> steel = {name: row.amount for name, row in default_parameters("steel").items()}
    >>> zero = Amount(0.0, "1")
    >>> formula = circular_footprint(
    ...     **steel, recycled_content=zero, recycled_at_end=Amount(0.7, "1"),
    ...     energy_at_end=Amount(0.081, "1"), heat_efficiency=zero, electricity_efficiency=zero)
    >>> burdens = {"virgin": 2.0949, "recycling at end of life": 0.539, "virgin avoided": 1.8519,
    ...            "energy recovery": 0.0, "disposal": 0.0086}
    >>> per_kg = {role: Amount(value, "kg CO2e/kg") for role, value in burdens.items()}
    >>> round(formula.impact(per_kg).net.value, 4)
    1.3616
    """
    given = require(
        METHOD,
        allocation=allocation,
        energy_allocation=energy_allocation,
        recycled_content=recycled_content,
        recycled_at_end=recycled_at_end,
        energy_at_end=energy_at_end,
        quality_in=quality_in,
        quality_out=quality_out,
        lower_heating_value=lower_heating_value,
        heat_efficiency=heat_efficiency,
        electricity_efficiency=electricity_efficiency,
    )
    _require_sums(given)
    return Recycling(METHOD, (*_material(given), *_end(given)), findings=given.findings)


def default_parameters(
    material: str, *, unverified: Collection[str] = ()
) -> Mapping[str, Parameter]:
    """Return the default parameters of a material, by the names of the arguments.

    R1 and R2 depend on the application and have no defaults here.
    Raises ModelError with all parameters that no source gives for this material.

    >>> default_parameters("aluminium")["allocation"].value
    0.2
    """
    problems: list[Problem] = []
    found = {
        name: find(
            "recycling", symbol, problems, edition=EDITION, unverified=unverified, material=material
        )
        for name, symbol in SYMBOLS.items()
    }
    if problems:
        raise ModelError(*problems)
    return {name: row for name, row in found.items() if row is not None}


def _require_sums(given: Checked) -> None:
    sums = (
        ("recycled_at_end + energy_at_end", given["recycled_at_end"] + given["energy_at_end"]),
        (
            "heat_efficiency + electricity_efficiency",
            given["heat_efficiency"] + given["electricity_efficiency"],
        ),
    )
    problems = [
        problem("recycling-shares", METHOD.id, shares=names, sum=f"{total:.10g}")
        for names, total in sums
        if total > 1 + 1e-12
    ]
    if problems:
        raise ModelError(*problems)


def _material(given: Checked) -> tuple[Term, ...]:
    a, content, recycled = (
        given[name] for name in ("allocation", "recycled_content", "recycled_at_end")
    )
    return (
        Term("virgin", 1 - content + content * (1 - a) * given["quality_in"], "material"),
        Term("recycled", content * a, "material"),
        Term("recycling at end of life", (1 - a) * recycled, "material"),
        Term("virgin avoided", -(1 - a) * recycled * given["quality_out"], "material"),
    )


def _end(given: Checked) -> tuple[Term, ...]:
    burnt = (1 - given["energy_allocation"]) * given["energy_at_end"]
    energy = burnt * given["lower_heating_value"]
    buried = max(0.0, 1 - given["recycled_at_end"] - given["energy_at_end"])
    return (
        Term("energy recovery", burnt, "energy"),
        Term("heat avoided", -energy * given["heat_efficiency"], "energy", "MJ/kg"),
        Term("electricity avoided", -energy * given["electricity_efficiency"], "energy", "MJ/kg"),
        Term("disposal", buried, "disposal"),
    )
