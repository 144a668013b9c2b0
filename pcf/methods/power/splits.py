"""How much of a CHP plant's fuel goes to heat, and how much to power? By a stated method.

Four published ways, which differ by tens of percent; the fuel is divided whole by each of them. The
choice is an allocation (ISO 14044:2006, 4.3.4.2): it is stated with its reason, and the others
stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.findings import Finding, finding
from pcf.methods.declaration import Method, Need, check, require
from pcf.methods.lookups import look_up
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAT = Need("heat", Name("heat supplied", "供热量"), "GJ")
_POWER = Need("power", Name("net power supplied", "供电量"), "GJ")
_RETURNS = Name("shares of the fuel for heat and for power", "燃料在供热与供电间的份额")

ENERGY = Method(
    id="CHP by energy",
    name=Name("CHP by energy", "热电分摊：热量法"),
    needs=(_HEAT, _POWER),
    returns=_RETURNS,
    equation="heat share = Q / (Q + P)",
    source="GHG Protocol, Allocation of emissions from a CHP plant, 2006: energy content method",
    editions=(),
)
EXERGY = Method(
    id="CHP by exergy",
    name=Name("CHP by exergy", "热电分摊：㶲法"),
    needs=(
        _HEAT,
        _POWER,
        Need("carnot", Name("Carnot factor of the heat", "热量的卡诺系数"), "1", high=1.0),
    ),
    returns=_RETURNS,
    equation="heat share = C Q / (C Q + P), C = 1 - T0 / T",
    source="GHG Protocol, Allocation of emissions from a CHP plant, 2006: work potential method; "
    "Directive (EU) 2018/2001, Annex V, part C, 1 (d)",
    editions=(),
)
EFFICIENCY = Method(
    id="CHP by efficiency",
    name=Name("CHP by efficiency", "热电分摊：效率法"),
    needs=(
        _HEAT,
        _POWER,
        Need(
            "heat_efficiency",
            Name("reference efficiency of separate heat", "分产供热参考效率"),
            "1",
            low=0.05,
            high=1.1,
            usual=(0.6, 0.95),
        ),
        Need(
            "power_efficiency",
            Name("reference efficiency of separate power", "分产供电参考效率"),
            "1",
            low=0.05,
            high=1.0,
            usual=(0.25, 0.65),
        ),
    ),
    returns=_RETURNS,
    equation="heat share = (Q / eta_h) / (Q / eta_h + P / eta_e)",
    source="GHG Protocol, Allocation of emissions from a CHP plant, 2006: efficiency method; "
    "(EU) 2019/331, Annex VII, 8",
    editions=(),
)
HEAT_SUPPLY = Method(
    id="CHP by heat-supply ratio",
    name=Name("CHP by heat-supply ratio", "热电分摊：供热比"),
    needs=(
        _HEAT,
        Need("boiler_heat", Name("heat produced by the boilers", "锅炉总产热量"), "GJ"),
    ),
    returns=_RETURNS,
    equation="heat share = heat supplied / heat produced by the boilers",
    source="MEE guideline for power generation, and DL/T 904: 供热比 (recalled; texts not opened)",
    editions=(),
)


@dataclass(frozen=True, slots=True)
class Split:
    """How the fuel of a CHP plant is divided: shares that sum to one, and what they rest on."""

    method: Method
    heat: float
    power: float
    references: tuple[Amount, ...] = ()
    findings: tuple[Finding, ...] = ()


def split_by_energy(*, heat: Amount, power: Amount) -> Split:
    """Return shares in proportion to energy delivered: a joule of heat counts as one of power.

    >>> split_by_energy(heat=Amount(60.0, "GJ"), power=Amount(40.0, "GJ")).heat
    0.6
    """
    given = require(ENERGY, heat=heat, power=power)
    return _split(ENERGY, given["heat"], given["power"], (), given.findings)


def split_by_exergy(*, heat: Amount, power: Amount, carnot: Amount) -> Split:
    """Return shares in proportion to exergy: heat counts by what work it could do.

    `carnot` is the Carnot factor of the heat (`carnot_factor`).

    >>> found = split_by_exergy(heat=Amount(60.0, "GJ"), power=Amount(40.0, "GJ"),
    ...                         carnot=Amount(0.25, "1"))
    >>> round(found.heat, 4)
    0.2727
    """
    given = require(EXERGY, heat=heat, power=power, carnot=carnot)
    work = given["heat"] * given["carnot"]
    return _split(EXERGY, work, given["power"], (carnot,), given.findings)


def split_by_efficiency(
    *, heat: Amount, power: Amount, heat_efficiency: Amount, power_efficiency: Amount
) -> Split:
    """Return shares in proportion to the fuel that separate plants would burn.

    Both reference efficiencies are given, each with the `source` that names it; without one they
    are a finding. `reference_efficiencies` has those of the GHG Protocol.

    >>> heat_reference, power_reference = reference_efficiencies("US EPA Climate Leaders")
    >>> found = split_by_efficiency(heat=Amount(60.0, "GJ"), power=Amount(40.0, "GJ"),
    ...     heat_efficiency=heat_reference, power_efficiency=power_reference)
    >>> round(found.heat, 4), found.findings
    (0.3962, ())
    """
    given = require(
        EFFICIENCY,
        heat=heat,
        power=power,
        heat_efficiency=heat_efficiency,
        power_efficiency=power_efficiency,
    )
    references = (heat_efficiency, power_efficiency)
    findings = list(given.findings)
    if not all(each.source for each in references):
        pair = " / ".join(map(str, references))
        findings.append(finding("chp-references-unnamed", references=pair))
    fuel = (
        given["heat"] / given["heat_efficiency"],
        given["power"] / given["power_efficiency"],
    )
    return _split(EFFICIENCY, *fuel, references, tuple(findings))


def split_by_heat_supply(*, heat: Amount, boiler_heat: Amount) -> Split:
    """Return the shares by 供热比: heat supplied over heat that the boilers produced.

    Raises ModelError where more heat is supplied than was produced.

    >>> split_by_heat_supply(heat=Amount(300.0, "GJ"), boiler_heat=Amount(1000.0, "GJ")).heat
    0.3
    """
    given = require(HEAT_SUPPLY, heat=heat, boiler_heat=boiler_heat)
    rest = given["boiler_heat"] - given["heat"]
    if rest < 0:
        raise ModelError(problem("chp-heat-supply", heat=heat, boiler=boiler_heat))
    return _split(HEAT_SUPPLY, given["heat"], rest, (), given.findings)


def splits(
    *,
    heat: Amount,
    power: Amount,
    carnot: Amount,
    efficiencies: tuple[Amount, Amount],
    boiler_heat: Amount,
) -> Mapping[str, Split]:
    """Return all four splits side by side, by the id of each method.

    `efficiencies` are those of heat and of power. Raises ModelError with the problems of all.

    >>> found = splits(heat=Amount(60.0, "GJ"), power=Amount(40.0, "GJ"),
    ...     carnot=Amount(0.25, "1"), boiler_heat=Amount(170.0, "GJ"),
    ...     efficiencies=reference_efficiencies("UK ETS, DEFRA"))
    >>> {name: round(each.heat, 2) for name, each in found.items()}
    {'CHP by energy': 0.6, 'CHP by exergy': 0.27, 'CHP by efficiency': 0.43, 'CHP by heat-supply ratio': 0.35}
    """  # noqa: E501 - one line of output
    problems: list[Problem] = []
    check(EXERGY, problems, {"heat": heat, "power": power, "carnot": carnot})
    check(HEAT_SUPPLY, problems, {"heat": heat, "boiler_heat": boiler_heat})
    if problems:
        raise ModelError(*dict.fromkeys(problems))
    found = (
        split_by_energy(heat=heat, power=power),
        split_by_exergy(heat=heat, power=power, carnot=carnot),
        split_by_efficiency(
            heat=heat,
            power=power,
            heat_efficiency=efficiencies[0],
            power_efficiency=efficiencies[1],
        ),
        split_by_heat_supply(heat=heat, boiler_heat=boiler_heat),
    )
    return {each.method.id: each for each in found}


def carnot_factor(*, heat_celsius: float, ambient_celsius: float) -> Amount:
    """Return 1 - T0/T of heat at a mean temperature, both in degrees Celsius.

    `heat_celsius` is the mean temperature at which the heat is given off, not that of the boiler.
    Directive (EU) 2018/2001 takes 0 °C for the ambient.

    >>> round(carnot_factor(heat_celsius=150.0, ambient_celsius=0.0).value, 4)
    0.3545
    """
    if not -273.15 < ambient_celsius < heat_celsius:
        raise ModelError(
            problem("chp-temperatures", heat=f"{heat_celsius:g}", ambient=f"{ambient_celsius:g}")
        )
    return Amount(1 - (ambient_celsius + 273.15) / (heat_celsius + 273.15), "1")


def reference_efficiencies(programme: str) -> tuple[Amount, Amount]:
    """Return the reference efficiencies of heat and of power that a programme publishes.

    >>> [each.value for each in reference_efficiencies("UK ETS, DEFRA")]
    [0.66, 0.33]
    """
    ids = ("reference efficiency of heat", "reference efficiency of power")
    rows = [look_up("power", id_, edition="GHG Protocol 1.0", programme=programme) for id_ in ids]
    return rows[0].amount, rows[1].amount


def _split(
    method: Method,
    heat: float,
    power: float,
    references: tuple[Amount, ...],
    findings: tuple[Finding, ...],
) -> Split:
    if heat + power == 0:
        raise ModelError(problem("chp-nothing", method.id))
    share = heat / (heat + power)
    return Split(method, share, 1 - share, references, findings)
