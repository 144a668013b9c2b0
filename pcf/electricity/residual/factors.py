"""Which factor of electricity may stand where? Two families, two types, neither for the other.

A life-cycle factor (kg CO2e/kWh) counts fuels from the mine, plants and all gases: products take
it. A combustion factor (kg CO2/kWh) counts CO2 at power plants alone: accounts of organisations
take it. In China the first is a sixth above the second (2023: 0.6205 and 0.5306), so one in the
other's place is no rounding. They are different types, and each place refuses the other's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import text
from pcf.background.values import Background, BackgroundProcess, Edition
from pcf.errors import ModelError, problem
from pcf.model.amounts import Amount, Source
from pcf.model.coverage import Coverage
from pcf.model.flows import UNSPLIT, ProductFlow, find_gas
from pcf.model.processes import Exchange, UnitProcess

if TYPE_CHECKING:
    from typing import Literal

    from pcf.background.values import Family
    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.model.coverage import Period


@dataclass(frozen=True, slots=True)
class LifeCycleFactor:
    """What a kWh counts over its life cycle, kg CO2e/kWh: for products.

    `kind` says what it is ('residual mix', 'national average', 'provincial proxy'); `at` whether it
    stands at the generator or includes the way to the meter; `official` whether an authority
    published it as what it is used for. `rows` are the background rows it rests on.

    >>> from pcf.model.coverage import Period
    >>> average = LifeCycleFactor(0.5777, "CN", Period.read("2024"), "national average")
    >>> str(average.amount)
    '0.5777 kg CO2e/kWh'
    """

    value: float
    place: str
    period: Period
    kind: str
    at: Literal["generator", "delivered"] = "delivered"
    official: bool = False
    source: str = ""
    rows: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def amount(self) -> Amount:
        """The factor with its unit."""
        return Amount(self.value, "kg CO2e/kWh", source=self.source)

    @property
    def name(self) -> text.Name:
        """What it is called in every output; what is not official says so."""
        return _called(self, text.Name("life cycle", "生命周期"))


@dataclass(frozen=True, slots=True)
class CombustionFactor:
    """How much CO2 power plants emit for a kWh, kg/kWh: for the accounts of organisations.

    The fields are those of `LifeCycleFactor`; what counts is CO2 alone.

    >>> from pcf.model.coverage import Period
    >>> str(CombustionFactor(0.6096, "CN", Period.read("2023"), "residual mix").amount)
    '0.6096 kg/kWh'
    """

    value: float
    place: str
    period: Period
    kind: str
    official: bool = False
    source: str = ""
    rows: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def amount(self) -> Amount:
        """The factor with its unit: kg of fossil CO2 per kWh."""
        return Amount(self.value, "kg/kWh", source=self.source)

    @property
    def name(self) -> text.Name:
        """What it is called in every output; what is not official says so."""
        return _called(self, text.Name("CO2 of combustion", "燃烧排放 CO2"))


def require_life_cycle(factor: LifeCycleFactor | CombustionFactor) -> LifeCycleFactor:
    """Return a life-cycle factor as it is; refuse a combustion factor where a product needs one.

    Raises ModelError that says why, and what to take.

    >>> from pcf.model.coverage import Period
    >>> require_life_cycle(CombustionFactor(0.6096, "CN", Period.read("2023"), "residual mix"))
    Traceback (most recent call last):
    pcf.errors.ModelError: [combustion-in-product] ...
    """
    if isinstance(factor, LifeCycleFactor):
        return factor
    raise ModelError(_misplaced("combustion-in-product", factor))


def require_combustion(factor: LifeCycleFactor | CombustionFactor) -> CombustionFactor:
    """Return a combustion factor as it is; refuse a life-cycle factor where accounts need one.

    Raises ModelError that says why, and what to take.
    """
    if isinstance(factor, CombustionFactor):
        return factor
    raise ModelError(_misplaced("life-cycle-in-accounts", factor))


def as_background(factor: LifeCycleFactor | CombustionFactor) -> Background:
    """Return the factor as a set of background data of one row, to be joined to another.

    The row is an alternative: it is taken only where a study names it. A combustion factor stays in
    its family, so linking refuses it in a product. `name` tells what is not official.

    >>> from pcf.model.coverage import Period
    >>> own = as_background(LifeCycleFactor(0.61, "CN", Period.read("2024"), "residual mix"))
    >>> own.processes[0].id, own.processes[0].alternative
    ('electricity residual mix CN 2024, not official', True)
    """
    life_cycle = isinstance(factor, LifeCycleFactor)
    family: Family = "life cycle" if life_cycle else "combustion"
    id_ = f"electricity {factor.kind} {factor.place} {factor.period}"
    if not life_cycle:
        id_ += " combustion"
    elif not factor.official:
        id_ += ", not official"
    gas = find_gas(UNSPLIT if life_cycle else "CO2, fossil")
    if gas is None:
        raise ModelError(problem("gas-unknown", UNSPLIT, (), flow=UNSPLIT))
    document = factor.source or factor.kind
    source = Source(id_, document, data_year=factor.period.last_year, confidence="derived")
    amount = Amount(factor.value, gas.unit, source=source.id)
    emitted = Exchange(
        gas.id,
        amount,
        gas.direction,
        "elementary",
        elementary=gas,
        id=f"{id_}: {gas.id}",
        confidence="derived",
    )
    process = UnitProcess(
        id_,
        "electricity",
        Amount(1.0, "kWh"),
        (emitted,),
        factor.name,
        coverage=Coverage(factor.place, factor.period),
        foreground=False,
        source=source.id,
    )
    row = BackgroundProcess(
        process,
        "cradle to gate" if life_cycle else "combustion only",
        family,
        factor.at if isinstance(factor, LifeCycleFactor) else "",
        factor.kind,
        alternative=True,
        note="" if factor.official else factor.name.en,
    )
    product = ProductFlow("electricity", text.Name("electricity", "电力"), "kWh")
    edition = Edition(id_, draft=False, title=factor.name)
    return Background((edition,), (row,), (product,), (source,))


_KINDS = {
    "residual mix": "剩余电力",
    "national average": "全国平均",
    "provincial average": "省级平均",
    "provincial proxy": "省级替代值",
    "without market-traded non-fossil": "不含市场化交易非化石电量",
    "fossil power": "化石能源电力",
}


def _called(factor: LifeCycleFactor | CombustionFactor, family: text.Name) -> text.Name:
    unofficial = text.Name("", "") if factor.official else text.Name(", not official", "，非官方")
    kind = _KINDS.get(factor.kind, factor.kind)
    return text.Name(
        f"electricity, {factor.kind}, {family.en}, {factor.place} {factor.period}{unofficial.en}",
        f"电力，{kind}，{family.zh}，{factor.place} {factor.period}{unofficial.zh}",
    )


def _misplaced(code: str, factor: LifeCycleFactor | CombustionFactor) -> Problem:
    facts = {"value": f"{factor.value:.6g}", "kind": factor.kind, "period": str(factor.period)}
    return problem(code, factor.place, (), **facts)
