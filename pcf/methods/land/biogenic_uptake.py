"""CO2 taken up by what is harvested: the carbon in its dry matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.declaration import Estimate, Method, Need, check, emitted
from pcf.methods.land.soil_carbon import C_TO_CO2
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.declaration import Checked

METHOD = Method(
    "biogenic uptake",
    Name("CO2 taken up by a crop", "作物吸收 CO2"),
    (
        Need("mass", Name("mass harvested", "收获量"), "kg"),
        Need("basis", Name("basis of the mass", "质量基准"), words=("wet", "dry")),
        Need(
            "dry_matter",
            Name("dry matter per mass", "干物质含量"),
            "kg/kg",
            high=1.0,
            optional=True,
        ),
        Need(
            "carbon",
            Name("carbon per dry matter", "干物质含碳量"),
            "kg/kg",
            high=0.9,
            usual=(0.35, 0.55),
        ),
    ),
    Name("CO2 taken up, and the carbon in the product", "吸收的 CO2 与产品含碳量"),
    "CO2 = mass x dry matter x carbon x 44/12",
    "ISO 14067:2018, 6.4.9.3 and 7.2; carbon balance",
    ("2018",),
)


def biogenic_uptake(
    *, mass: Amount, basis: str | None, carbon: Amount, dry_matter: Amount | None = None
) -> Estimate:
    """Return the CO2 taken up by what is harvested, as an input on its own line.

    Value: 'carbon', in kg, which the product holds at the gate. Raises ModelError with all
    problems: a wet mass without its dry matter, a dry one with it.

    >>> found = biogenic_uptake(mass=Amount(1.0, "t"), basis="wet", carbon=Amount(0.42, "kg/kg"),
    ...                         dry_matter=Amount(0.22, "kg/kg"))
    >>> round(found["carbon"], 3), round(found.exchanges[0].amount.value, 3)
    (92.4, 338.8)
    """
    problems: list[Problem] = []
    words = {"mass": mass, "basis": basis, "carbon": carbon, "dry_matter": dry_matter}
    given = check(METHOD, problems, words)
    problems += _contradictions(given)
    if problems:
        raise ModelError(*problems)
    share = given.get("dry_matter")
    held = given["mass"] * (1.0 if share is None else share) * given["carbon"]
    row = emitted("CO2, taken up", held * C_TO_CO2, source=METHOD.source, note=METHOD.id)
    return Estimate(METHOD, "2018", (row,), {"carbon": Amount(held, "kg")}, (), given.findings)


def _contradictions(given: Checked) -> list[Problem]:
    share, basis = given.get("dry_matter"), given.words.get("basis")
    if basis == "wet" and share is None:
        return [problem("residues-dry-matter", METHOD.id)]
    if basis == "dry" and share is not None:
        return [problem("residues-dry-twice", METHOD.id)]
    return []
