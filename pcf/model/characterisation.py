"""Gas tables: what a kilogram of each gas counts, by which document and which convention.

A set is a dated table and a biogenic-CO2 convention, named together. Under `0/0` biogenic CO2
counts nothing and biogenic methane the set's non-fossil (or single) value; under `-1/+1` uptake
counts -1, emission +1, and biogenic methane its value + 44/16, the CO2 it becomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.model.flows import ElementaryFlow

Convention = Literal["0/0", "-1/+1"]
OXIDATION = 44 / 16
"""kg CO2 per kg CH4 oxidised (molar masses 44 and 16)."""


@dataclass(frozen=True, slots=True)
class CharacterisationFactor:
    """What one unit of a gas (or of a named elementary flow) counts.

    `origin`, `direction` and `place` narrow it; empty means any. `source` quotes document, table
    and row.
    """

    gas: str
    value: float
    origin: str = ""
    direction: str = ""
    place: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class CharacterisationSet:
    """A dated gas table with its convention; `unit` is what a characterised amount is in.

    >>> own = CharacterisationSet.of("mine", {"CO2": 1, "R410A": 2000})
    >>> own.convention, own.gases
    ('0/0', ('CO2', 'R410A'))
    """

    id: str
    factors: tuple[CharacterisationFactor, ...]
    convention: Convention
    edition: str = ""
    unit: str = "kg CO2e"
    source: str = ""

    @classmethod
    def of(
        cls,
        id: str,  # noqa: A002 - the word users write
        table: Mapping[str, float],
        *,
        convention: Convention = "0/0",
    ) -> CharacterisationSet:
        """Return a user's own set from a table of gases or elementary flow names."""
        rows = tuple(CharacterisationFactor(gas, float(value)) for gas, value in table.items())
        return cls(id, rows, convention)

    @property
    def name(self) -> str:
        """The set with its convention, as every output names it."""
        return f"{self.id} ({self.convention})"

    @property
    def gases(self) -> tuple[str, ...]:
        """The gases and flows that the set knows, sorted."""
        return tuple(sorted({row.gas for row in self.factors}))

    def factor(self, flow: ElementaryFlow, places: Iterable[str] = ()) -> float | None:
        """Return what one unit of `flow` counts, positive for an output, or None if unknown.

        `places` are those of the emitting process, narrowest first. The most narrow matching row
        stands; two equally narrow rows are an error. 'CO2e, not split' is 1 in every set.

        No example: `exchange_factors` shows it at work.
        """
        if flow.gas == "CO2e, not split":
            return 1.0
        if flow.gas == "CO2" and flow.origin == "biogenic":
            return 0.0 if self.convention == "0/0" else 1.0
        rows = [row for row in self.factors if row.gas in (flow.gas or flow.id, flow.id)]
        for place in (*places, ""):
            value = self._narrowest(flow, [row for row in rows if row.place == place])
            if value is not None:
                methane = flow.gas == "CH4" and flow.origin == "biogenic"
                return value + (OXIDATION if methane and self.convention == "-1/+1" else 0.0)
        return None

    def _narrowest(self, flow: ElementaryFlow, rows: list[CharacterisationFactor]) -> float | None:
        origin, direction = flow.origin, flow.direction
        for narrow in ((origin, direction), (origin, ""), ("", direction), ("", "")):
            found = {row.value for row in rows if (row.origin, row.direction) == narrow}
            if len(found) > 1:
                raise ModelError(problem("factor-twice", self.id, gas=flow.gas or flow.id))
            if found:
                return found.pop()
        return None
