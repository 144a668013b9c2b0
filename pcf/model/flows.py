"""What crosses the boundary of a process: elementary flows on their lines, and products.

The lines of a footprint are never merged (ISO 14067:2018, 7.2 and DESIGN 'What the number is' 1);
the line of each elementary flow is data, in `pcf/flows.csv` and in background sets.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from pcf import resources, text
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

Line = Literal[
    "fossil",
    "aircraft",
    "biogenic CO2 emitted",
    "biogenic CO2 taken up",
    "biogenic CH4 and N2O",
    "direct land-use change",
    "land management",
    "technical removals",
    "indirect land-use change",
    "outside",
]
LINES: tuple[Line, ...] = get_args(Line)
"""`aircraft` is the 'of which' of fossil; `outside` is in no line of a climate footprint."""

IN_TOTAL: frozenset[Line] = frozenset(
    {
        "fossil",
        "aircraft",
        "biogenic CO2 emitted",
        "biogenic CO2 taken up",
        "biogenic CH4 and N2O",
        "direct land-use change",
    }
)

Role = Literal["emission", "resource", "meter", "bound"]
Cbam = Literal["", "no", "direct", "direct and indirect"]
CBAM: tuple[Cbam, ...] = get_args(Cbam)
"""Whether CBAM covers a good, and which emissions count; empty is not known."""
UNSPLIT = "CO2e, not split"


@dataclass(frozen=True, slots=True)
class ElementaryFlow:
    """Something that passes between the product system and the environment.

    `gas` is what a characterisation set knows it by, `origin` (fossil, biogenic, land use) tells
    methane from methane, `line` is where the footprint shows it. `direction` is a word: an amount
    that enters is never a negative amount that leaves. Two roles are not of nature: `meter` is a
    terminal row 'kWh at <meter>', `bound` the upper bound of a gap.
    """

    id: str
    name: text.Name = text.Name()
    unit: str = "kg"
    gas: str = ""
    origin: str = ""
    line: Line = "outside"
    direction: Literal["output", "input"] = "output"
    role: Role = "emission"
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a line that a footprint does not have."""
        if self.line not in LINES:
            raise ModelError(problem("line-unknown", self.id, LINES, line=self.line))


@dataclass(frozen=True, slots=True)
class ProductFlow:
    """A product or a service: what it is called, its unit, and the basis its amounts speak of.

    `basis` is one of `units.basis`: dry or wet mass, metal contained or gross, lower or higher
    heating value ... ; empty when the product needs none. Amounts on different bases never link.
    `cpc`, `hs` and `cn` are its codes where known (CN: the Combined Nomenclature of the EU); `cbam`
    says whether Annex I of Regulation (EU) 2023/956 lists it, and Annex II (direct emissions only).
    """

    id: str
    name: text.Name = text.Name()
    unit: str = ""
    basis: str = ""
    synonyms: tuple[str, ...] = ()
    waste: bool = False
    cpc: str = ""
    hs: str = ""
    cn: str = ""
    cbam: Cbam = ""


@cache
def greenhouse_gases() -> Mapping[str, ElementaryFlow]:
    """Return the elementary flows of the library by id, from `pcf/flows.csv`.

    >>> greenhouse_gases()["CH4, biogenic"].line
    'biogenic CH4 and N2O'
    """
    rows = csv.DictReader(resources.text_of("flows.csv").splitlines())
    return {row["id"]: _read(row) for row in rows}


def _read(row: Mapping[str, str]) -> ElementaryFlow:
    line = next(line for line in LINES if line == row["line"])
    return ElementaryFlow(
        id=row["id"],
        name=text.Name(en=row["en"], zh=row["zh"]),
        unit=row["unit"],
        gas=row["gas"],
        origin=row["origin"],
        line=line,
        direction="input" if row["direction"] == "input" else "output",
        role="resource" if row["direction"] == "input" else "emission",
        source=row["source"],
    )


@cache
def _by_folded_name() -> Mapping[str, ElementaryFlow]:
    named: dict[str, ElementaryFlow] = {}
    for row in csv.DictReader(resources.text_of("flows.csv").splitlines()):
        names = [row["id"], row["en"], row["zh"], *row["synonyms"].split("|")]
        named |= {text.fold(name): greenhouse_gases()[row["id"]] for name in names if name}
    return named


def find_gas(name: str) -> ElementaryFlow | None:
    """Return the greenhouse gas flow written as `name` in either language, or None.

    >>> find_gas("二氧化碳").id, find_gas("CF4").gas, find_gas("CO2e").id
    ('CO2, fossil', 'CF4', 'CO2e, not split')
    """
    return _by_folded_name().get(text.fold(name))


def meter_flow(meter: str) -> ElementaryFlow:
    """Return the terminal row 'kWh at <meter>'; a treatment gives it its factor."""
    return ElementaryFlow(
        id=f"kWh at {meter}", unit="kWh", direction="input", role="meter", line="fossil"
    )


def bound_flow(gap: str) -> ElementaryFlow:
    """Return the row 'upper bound of <gap>', in kg CO2e; None of its kind is in any total."""
    return ElementaryFlow(id=f"upper bound of {gap}", unit="kg CO2e", role="bound", line="outside")
