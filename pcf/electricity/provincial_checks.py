"""Can the statistics of a year be true together? What counts twice, is left out, or cannot be."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf.electricity.provincial import known_amount
from pcf.errors import problem
from pcf.model.coverage import places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.electricity.tracing.network import Line
    from pcf.errors import Problem
    from pcf.files import Row
    from pcf.model.amounts import Amount

PLAUSIBLE: Mapping[str, tuple[float, float]] = {
    "coal": (0.5, 1.5),
    "gas": (0.2, 2.7),
    "oil": (0.4, 1.5),
    "other fossil": (0.0, 3.0),
    "thermal": (0.25, 2.0),
    "biomass": (0.0, 1.5),
    "other": (0.0, 1.5),
}
"""Kg CO2 per kWh between which the power of a province lies; of others it is 0.

From the carbon of IPCC 2006 and efficiencies: coal from 94.6 kg/GJ at 60 % (with heat set apart) to
lignite at 25 %; gas from 56.1 kg/GJ at 60 % (likewise) to blast-furnace gas, 260 kg/GJ, at 35 %.
Waste heat emits nothing of its own; refuse counts as biomass and holds plastics.
"""
MOST_SENT = 1.5
"""Kg CO2 per kWh above which no published factor of a province lies: most of 2021-23 is 0.7901."""
_PARTS: Mapping[str, tuple[str, ...]] = {
    "thermal": ("coal", "gas", "oil", "other fossil", "biomass"),
    "solar": ("pv", "csp"),
}
"""What statistics count under a name: named beside it, the part would count twice."""


@dataclass(slots=True)
class Told:
    """What the rows of one year say, and the first row that says each thing."""

    generation: dict[str, dict[str, Amount]] = field(default_factory=dict)
    emissions: dict[str, float] = field(default_factory=dict)
    published: dict[str, Amount] = field(default_factory=dict)
    transfers: dict[Line, Amount] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    rows: dict[tuple[str, ...], Row] = field(default_factory=dict)

    def says(self, row: Row, *what: str) -> list[Problem]:
        """Keep the row as what says this; return the problem that another one said it before.

        No example: it reads a row of a file.
        """
        first = self.rows.setdefault(what, row)
        if first is row:
            return []
        return [problem("id-twice", row.where("kind"), id=", ".join(what), line=first.line)]


def counted_twice(told: Told) -> Iterator[Problem]:
    """Yield generation beside its own parts, emissions beside fuels, a factor beside plants.

    No example: it reads rows of a file; `read_statistics` raises what is found here.
    """
    for (kind, place, *named), row in told.rows.items():
        beside = None
        if kind == "generation" and named:
            parts = (told.rows.get((kind, place, each)) for each in _PARTS.get(named[0], ()))
            for part in filter(None, parts):
                facts = {"whole": row["name"], "part": part["name"], "line": part.line}
                yield problem("statistics-overlap", row.where("name"), (), **facts)
        elif kind == "emissions" and not named:
            beside = told.rows.get(("fuel", place))
        if beside is not None:
            yield problem("statistics-both", row.where("kind"), place=place, line=beside.line)
        if kind == "factor" and ("generation", place) in told.rows:
            yield problem("statistics-published", row.where("kind"))


def left_out(told: Told) -> Iterator[Problem]:
    """Yield provinces with one half of what a factor needs, and places that are no province.

    No example: it reads rows of a file; `read_statistics` raises what is found here.
    """
    for (kind, place, *named), row in told.rows.items():
        if named or kind not in ("generation", "emissions", "fuel"):
            continue
        if not places()[place].within.startswith("CN-GRID-"):
            yield problem("statistics-province", row.where("place"), place=row["place"])
        emits = ("emissions", place) in told.rows or ("fuel", place) in told.rows
        if kind == "generation" and not emits:
            yield problem("statistics-emissions", row.where("place"))
        if kind != "generation" and ("generation", place) not in told.rows:
            yield problem("statistics-generation", row.where("place"))


def implausible(told: Told) -> Iterator[Problem]:
    """Yield the provinces whose plants emit what no such plants do: a unit has slipped.

    No example: it reads rows of a file; `read_statistics` raises what is found here.
    """
    for place, generation in told.generation.items():
        power = {name: known_amount(each, "MWh") for name, each in generation.items()}
        limits = (PLAUSIBLE.get(name, (0.0, 0.0)) for name in power)
        least, most = (
            math.fsum(map(math.prod, zip(power.values(), ends, strict=True)))
            for ends in zip(*limits, strict=True)
        )
        emitted, whole = told.emissions.get(place), math.fsum(power.values())
        if emitted is not None and whole > 0 and not least <= emitted <= most:
            row = told.rows["generation", place]
            facts = {"factor": emitted / whole, "least": least / whole, "most": most / whole}
            written = {key: f"{value:.3g}" for key, value in facts.items()}
            yield problem("statistics-implausible", row.where("place"), (), **written)
    for place, factor in told.published.items():
        value = known_amount(factor, "t/MWh")
        if value > MOST_SENT:
            row = told.rows["factor", place]
            told_as = {"factor": f"{value:.3g}", "most": f"{MOST_SENT:g}"}
            yield problem("statistics-factor", row.where("amount"), (), **told_as)
