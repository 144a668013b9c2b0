"""How much is it on another basis? Wet, dry, gross, contained: only where the way is known.

Two tonnes of the same alloy are not comparable when one is a tonne of nickel and the other a tonne
of ferronickel. Nothing here is guessed: the moisture and the grade are given, or the conversion is
refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import ModelError, Problem, UnitError, problem
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASES = ("wet", "dry", "gross mass", "metal contained")

METHOD = Method(
    id="mass on another basis",
    name=Name("mass on another basis", "质量基准换算"),
    needs=(
        Need("mass", Name("mass", "质量"), "kg"),
        Need(
            "moisture",
            Name("moisture of the wet mass", "湿重含水率"),
            "1",
            high=0.95,
            optional=True,
        ),
        Need(
            "grade",
            Name("grade, metal per dry or gross mass", "品位"),
            "1",
            high=1.0,
            optional=True,
        ),
    ),
    returns=Name("mass on the basis wanted (kg)", "目标基准的质量（kg）"),
    equation="dry = wet x (1 - moisture); contained = dry x grade",
    source="conservation of mass",
    editions=(),
)


def on_mass_basis(
    *,
    mass: Amount,
    from_basis: str,
    to_basis: str,
    moisture: Amount | None = None,
    grade: Amount | None = None,
) -> Estimate:
    """Return `mass` on another basis: 'wet', 'dry', 'gross mass' or 'metal contained'.

    A gross mass of metal is taken as dry; the grade is per dry mass. Raises ModelError with every
    problem: a basis that is not said, the moisture or the grade that the way needs and nobody gave.

    >>> found = on_mass_basis(mass=Amount(100.0, "t"), from_basis="wet",
    ...     to_basis="metal contained", moisture=Amount(8.0, "%"), grade=Amount(10.0, "%"))
    >>> found["mass"]
    9200.0
    >>> on_mass_basis(mass=Amount(1.0, "t"), from_basis="gross mass", to_basis="金属量")
    Traceback (most recent call last):
    pcf.errors.ModelError: [mass-basis-needs] ...
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"mass": mass, "moisture": moisture, "grade": grade})
    bases = [_basis(each, problems) for each in (from_basis, to_basis)]
    ratios = [_per_dry(each, given.get("moisture"), given.get("grade")) for each in bases]
    if bases[0] == bases[1]:
        ratios = [1.0, 1.0]
    known = [ratio for ratio in ratios if ratio]
    if len(known) < len(ratios):
        problems += _lacking(bases, ratios)
    if problems:
        raise ModelError(*problems)
    value = given["mass"] * known[1] / known[0]
    return Estimate(METHOD, "", values={"mass": Amount(value, "kg")}, findings=given.findings)


def _basis(text: str, problems: list[Problem]) -> str:
    try:
        found = units.basis(text)
    except UnitError as error:
        problems += error.problems
        return text
    if found not in _BASES:
        problems.append(problem("mass-basis-not-of-mass", "", _BASES, basis=found))
    return found


def _per_dry(basis: str, moisture: float | None, grade: float | None) -> float | None:
    """Return kilograms on this basis per kilogram of dry mass, None where that is unknown."""
    if basis == "wet":
        return None if moisture is None else 1 / (1 - moisture)
    return grade if basis == "metal contained" else 1.0


def _lacking(bases: list[str], ratios: list[float | None]) -> Iterator[Problem]:
    for basis, ratio in zip(bases, ratios, strict=True):
        if not ratio:
            need = "moisture" if basis == "wet" else "grade"
            yield problem("mass-basis-needs", from_basis=bases[0], to_basis=bases[1], need=need)
