"""What does a CBAM report need that no footprint says? Boundary, precursors, prices, the operator.

Every answer of the operator's report is a value, missing, or not applicable with its reason; false
is an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from pcf import text
from pcf.errors import DeclareError, problem
from pcf.formats.cbam.answers import (
    MOST_FACTOR,
    MOST_HEAT,
    Biomass,
    Captured,
    Fuel,
    PowerOut,
    Stated,
    WasteGas,
    in_range,
)
from pcf.formats.cbam.goods import find_good, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.formats.cbam.defaults import Found

_MOST_EMBEDDED = 100.0
"""t CO2e per t: above every default value; a value in kg per t is caught by it."""
_OURS = frozenset(
    {"process", "good", "cn_code", "product", "unit", "factor_source", "instrument", "currency",
     "rebate_type"}
)  # fmt: skip
"""Columns of the summary that other parts of a declaration fill."""
FactorSource = Literal["D.4(a)", "D.4(b)", "D.4.1", "D.4.2", "D.4.3.1", "D.4.3.2", "Mix"]


@dataclass(frozen=True, slots=True)
class ElectricityFactor:
    """The combustion factor of the electricity consumed, kg CO2e per kWh, and how it was found.

    `code` is that of the Commission's template; `source` says where the number stands. A life-cycle
    factor is not one: CBAM counts what the power plants emit.
    """

    value: float
    code: FactorSource
    source: str

    def __post_init__(self) -> None:
        """Refuse what no grid emits (a factor per MWh, a sign), another code, no source."""
        problems = in_range("electricity.value", self.value, MOST_FACTOR)
        if self.code not in get_args(FactorSource):
            codes = get_args(FactorSource)
            problems.append(problem("declare-word", "electricity.code", codes, word=self.code))
        if not self.source.strip():
            problems.append(problem("declare-missing", "electricity", field="source"))
        if problems:
            raise DeclareError(*problems)


@dataclass(frozen=True, slots=True)
class Precursor:
    """A purchased precursor: the flow of the study, its own code, origin, and what it embeds.

    `direct` and `indirect` are actual values in t CO2e per t, usable only when `verified` by an
    accredited verifier; else `default` is the row of the table of default values.
    """

    flow: str
    cn_code: str
    country: str
    direct: float | None = None
    indirect: float | None = None
    verified: bool = False
    period: str = ""
    default: Found | None = None

    def __post_init__(self) -> None:
        """Refuse a precursor that is no CBAM good, has two values or none, or is unverified."""
        find_good(self.cn_code)
        actual = self.direct is not None
        if actual is (self.default is not None):
            raise DeclareError(problem("cbam-precursor-value", self.flow, flow=self.flow))
        if actual and not self.verified:
            raise DeclareError(problem("cbam-unverified", self.flow, flow=self.flow))
        problems = in_range(f"{self.flow}: direct", self.direct, _MOST_EMBEDDED)
        problems += in_range(f"{self.flow}: indirect", self.indirect, _MOST_EMBEDDED)
        if problems:
            raise DeclareError(*problems)

    @property
    def embedded(self) -> tuple[float | None, float | None]:
        """Specific direct and indirect emissions, t CO2e per t, by the precursor's own code.

        A precursor of Annex II brings no indirect emissions into the basis.
        """
        if self.default is not None:
            direct, indirect = self.default.direct, self.default.indirect
        else:
            direct, indirect = self.direct, self.indirect
        return direct, indirect

    @property
    def direct_only(self) -> bool:
        """Whether its own code stands in Annex II."""
        return find_good(self.cn_code).direct_only


@dataclass(frozen=True, slots=True)
class CarbonPrice:
    """A carbon price due in the country of origin, per tonne of good, and its rebate."""

    instrument: str
    currency: str
    due: float
    share_covered: float
    rebate: float = 0.0
    rebate_type: str = ""

    def __post_init__(self) -> None:
        """Refuse a price or share that is none, and a rebate above the price."""
        problems = in_range("carbon_price.due", self.due, 1e9)
        problems += in_range("carbon_price.share_covered", self.share_covered, 1.0)
        problems += in_range("carbon_price.rebate", self.rebate, self.due)
        if problems:
            raise DeclareError(*problems)

    @property
    def effective(self) -> float:
        """What is due after the rebate, per tonne of good."""
        return self.due - self.rebate


@dataclass(frozen=True, slots=True)
class Answer:
    """One item of the operator's report: a value, missing, or not applicable with the reason.

    `missing` says what is still to be given, where something can be said of it.
    """

    value: str = ""
    not_applicable: str = ""
    missing: str = ""

    @property
    def state(self) -> Literal["value", "missing", "not applicable"]:
        """Which of the three it is."""
        if self.value:
            return "value"
        return "not applicable" if self.not_applicable else "missing"

    @property
    def text(self) -> str:
        """What is said of it, whichever it is."""
        return self.value or self.not_applicable or self.missing


@dataclass(frozen=True, slots=True)
class CbamDetails:
    """What a declaration adds for CBAM; give it in `annexes` of `declare_footprint`.

    `processes` names the good of a process of the study where its product does not tell
    ('casting': 'Unwrought aluminium'); '' leaves a process outside. `heat` is the emission factor
    of heat and steam that cross the boundary, in or out, by the flow of the study, in t CO2 per TJ;
    0 is an answer. `waste_gases`, `electricity_out`, `fuels`, `captured` and `biomass` say what the
    study does not; `inputs` what an input or an exclusion is.
    `answers` are those to the items of the operator's report by number, 1 to 16. `composition`
    holds the columns of the Commission's summary that concern the alloy, such as '% Cr'.
    """

    electricity: ElectricityFactor | None = None
    processes: Mapping[str, str] = field(default_factory=dict, hash=False)
    precursors: tuple[Precursor, ...] = ()
    heat: Mapping[str, float] = field(default_factory=dict, hash=False)
    waste_gases: tuple[WasteGas, ...] = ()
    electricity_out: PowerOut | None = None
    fuels: tuple[Fuel, ...] = ()
    captured: Captured | None = None
    biomass: Biomass | None = None
    inputs: tuple[Stated, ...] = ()
    carbon_price: CarbonPrice | None = None
    route: str = ""
    verified_by: str = ""
    answers: Mapping[int, Answer] = field(default_factory=dict, hash=False)
    composition: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse words of the composition that are no column of the alloy."""
        known = [row["key"] for row in table("summary") if row["kind"] == "text"]
        known = [key for key in known if key not in _OURS]
        problems = [
            problem("declare-word", "composition", text.nearest(key, known) or known, word=key)
            for key in self.composition
            if key not in known
        ]
        for flow, factor in self.heat.items():
            problems += in_range(f"heat.{flow}", factor, MOST_HEAT)
        if problems:
            raise DeclareError(*problems)
