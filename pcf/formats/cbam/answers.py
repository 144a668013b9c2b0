"""What must an operator say that no footprint tells? Fuels, gases, power, captured CO2, inputs.

Each is an answer about one flow of the study. What is not answered and cannot be told is refused:
a number that leaves something out would look as good as one that does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from pcf import units
from pcf.errors import DeclareError, PcfError, Problem, problem

MOST_FACTOR = 2.0
"""kg CO2 per kWh: no power plant emits more; a factor per MWh is caught by it."""
MOST_HEAT = 400.0
"""t CO2 per TJ: above blast-furnace gas; a factor in kg per TJ is caught by it."""
_MOST_FUEL = {"kg": 4.0, "Nm3": 4.0, "m3": 4000.0, "TJ": 1000 * MOST_HEAT}
"""kg CO2 per unit: pure carbon makes 3.67 a kg; a factor in kg per t is caught by it."""
Destination = Literal["storage", "bound product", "elsewhere"]


def in_range(where: str, value: float | None, most: float) -> list[Problem]:
    """Return a problem for a number that is below zero, above the most, or no number.

    >>> [each.code for each in in_range("heat.steam", 70000.0, MOST_HEAT)]
    ['cbam-range']
    """
    if value is None or 0 <= value <= most:
        return []
    return [problem("cbam-range", where, value=f"{value:g}", most=f"{most:g}")]


@dataclass(frozen=True, slots=True)
class Fuel:
    """How a fuel bought as such burns: by its own factor, or held already in the process's CO2.

    `factor` is written as '2.16 kg CO2e/Nm3', its `source` beside it; `counted` says instead why
    the CO2 that the process states holds it ('carbon balance of the furnace'). `process` narrows
    the answer to one process.
    """

    flow: str
    factor: str = ""
    counted: str = ""
    source: str = ""
    process: str = ""

    def __post_init__(self) -> None:
        """Refuse an answer that is none or two, a factor without source, or one that cannot be."""
        if bool(self.factor.strip()) is bool(self.counted.strip()):
            raise DeclareError(problem("cbam-fuel-answer", self.flow, flow=self.flow))
        if self.counted.strip():
            return
        problems = _without_source(f"fuel {self.flow}", self.source)
        try:
            _, unit = units.parse(self.factor)
            below = unit.partition("/")[2]
            kind = next((each for each in _MOST_FUEL if units.same_dimension(below, each)), below)
            problems += in_range(f"fuel {self.flow}", self.per(kind), _MOST_FUEL.get(kind, 0.0))
        except PcfError as error:
            problems += error.problems
        if problems:
            raise DeclareError(*problems)

    def per(self, unit: str) -> float:
        """Return the factor in kg CO2 per `unit`; raise UnitError where that is none of its kind.

        >>> Fuel("gas", "2.16 kg CO2e/Nm3", source="invoice").per("Nm3")
        2.16
        """
        value, written = units.parse(self.factor)
        return units.convert(value, written, f"kg CO2e/{unit}")


@dataclass(frozen=True, slots=True)
class WasteGas:
    """A gas with unburnt carbon that crosses the boundary, such as blast-furnace gas.

    `factor` is what its own carbon makes when burnt, t CO2 per TJ. `counted`: whether the CO2 that
    the process states holds this carbon already (gas burnt here: usually yes; gas that leaves by a
    carbon balance: usually no).
    """

    flow: str
    factor: float
    counted: bool
    source: str

    def __post_init__(self) -> None:
        """Refuse a factor that no gas has, and one without a source."""
        problems = in_range(f"waste_gas.{self.flow}", self.factor, MOST_HEAT)
        problems += _without_source(f"waste_gas {self.flow}", self.source)
        if problems:
            raise DeclareError(*problems)


@dataclass(frozen=True, slots=True)
class PowerOut:
    """The emission factor of electricity that leaves the processes inside, kg CO2 per kWh.

    It is that of the power made (its fuels), never of the grid that takes it; 0 is an answer.
    """

    value: float
    source: str

    def __post_init__(self) -> None:
        """Refuse a factor that no plant has, and one without a source."""
        problems = in_range("electricity_out.value", self.value, MOST_FACTOR)
        problems += _without_source("electricity_out", self.source)
        if problems:
            raise DeclareError(*problems)


@dataclass(frozen=True, slots=True)
class Captured:
    """Where captured CO2 goes: to a store, into a product that binds it for good, or elsewhere.

    Only the first two are deducted; what goes elsewhere counts as emitted. `where` names the store
    or the process, and the proof of the transfer.
    """

    to: Destination
    where: str

    def __post_init__(self) -> None:
        """Refuse another destination, and one that nobody can look for."""
        problems = []
        if self.to not in get_args(Destination):
            problems.append(
                problem("declare-word", "captured.to", get_args(Destination), word=self.to)
            )
        if not self.where.strip():
            problems.append(problem("declare-missing", "captured", field="where"))
        if problems:
            raise DeclareError(*problems)

    @property
    def deducts(self) -> bool:
        """Whether the rules let it be deducted."""
        return self.to != "elsewhere"


@dataclass(frozen=True, slots=True)
class Biomass:
    """Whether biogenic CO2 that arises inside is zero, with the evidence of sustainability.

    Without evidence that meets the criteria it counts like fossil CO2 (`zero_rated = false`); where
    nothing is said it is zero, and item 8 of the operator's report stays open.
    """

    zero_rated: bool
    evidence: str = ""

    def __post_init__(self) -> None:
        """Refuse a zero without evidence."""
        if self.zero_rated and not self.evidence.strip():
            raise DeclareError(problem("declare-missing", "biomass", field="evidence"))


@dataclass(frozen=True, slots=True)
class Stated:
    """What an input or an exclusion of the study is: its CN code, or no CBAM good, and why.

    Of an exclusion it says that what it would emit arises outside the boundary.
    """

    flow: str
    reason: str
    cn_code: str = ""

    def __post_init__(self) -> None:
        """Refuse an answer without a reason, or with a code that is none."""
        problems = []
        if not self.reason.strip():
            problems.append(problem("declare-missing", f"input {self.flow}", field="reason"))
        if self.cn_code and not re.fullmatch(r"[0-9]{4,10}", re.sub(r"[\s.]", "", self.cn_code)):
            problems.append(problem("cn-code", self.flow, written=self.cn_code))
        if problems:
            raise DeclareError(*problems)


def _without_source(where: str, source: str) -> list[Problem]:
    return [] if source.strip() else [problem("declare-missing", where, field="source")]
