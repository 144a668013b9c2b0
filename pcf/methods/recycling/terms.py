"""What does a recycling formula say? How much of which process one kilogram of material stands for.

All formulas are sums over the same processes, so they can be set side by side, evaluated with the
processes' burdens or written as exchanges. A coefficient below zero is a credit and stays apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from pcf import text, units
from pcf.errors import ModelError, PcfError, Problem, problem
from pcf.methods.declaration import Need
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.findings import Finding
    from pcf.methods.declaration import Method
    from pcf.methods.lookups import Parameter

Role = Literal[
    "as made",
    "virgin",
    "recycled",
    "recycling at end of life",
    "virgin avoided",
    "energy recovery",
    "heat avoided",
    "electricity avoided",
    "disposal",
]
ROLES: tuple[Role, ...] = get_args(Role)
Part = Literal["material", "energy", "disposal"]

TREATMENTS: frozenset[Role] = frozenset({"recycling at end of life", "energy recovery", "disposal"})
"""Processes that take the material in as a waste; the others make something."""


@dataclass(frozen=True, slots=True)
class Term:
    """How much of a process a kilogram of material stands for: kg/kg, or MJ/kg of energy."""

    role: Role
    coefficient: float
    part: Part
    unit: str = "kg/kg"


@dataclass(frozen=True, slots=True)
class Impact:
    """What came of a formula with given burdens: what is carried, what is credited, and the net."""

    gross: Amount
    credit: Amount
    net: Amount


@dataclass(frozen=True, slots=True)
class Recycling:
    """A formula with its numbers: terms per kilogram of material, sources, findings."""

    method: Method
    terms: tuple[Term, ...]
    parameters: tuple[Parameter, ...] = ()
    findings: tuple[Finding, ...] = ()

    def coefficient(self, role: Role) -> float:
        """Return how much of a process a kilogram stands for; below zero it is credited.

        >>> from pcf.methods.recycling import closed_loop
        >>> from pcf.model.amounts import Amount
        >>> closed_loop(recycled=Amount(90.0, "%"), recycling_yield=Amount(1.0, "1")).coefficient(
        ...     "recycled")
        0.9
        """
        return sum(term.coefficient for term in self.terms if term.role == role)

    def impact(self, burdens: Mapping[str, Amount], *, part: Part | None = None) -> Impact:
        """Return the impact per kilogram of material, of one part of the formula or of the whole.

        `burdens` gives each process's own, per kg (per MJ for energy), in one kind of unit; also
        those of processes that the formula leaves out may stand there.

        Raises ModelError with all problems: an unknown process, one whose burden is missing or in
        another unit.

        >>> from pcf.methods.recycling import hundred_zero
        >>> formula = hundred_zero(
        ...     recycled_content=Amount(0.4, "1"), recycled_at_end=Amount(1.0, "1"))
        >>> per_kg = {"virgin": Amount(10.0, "kg CO2e/kg"), "recycled": Amount(1.0, "kg CO2e/kg")}
        >>> formula.impact(per_kg).net
        Amount(value=6.4, unit='kg CO2e/kg', spread=None, source='')
        """
        terms = [term for term in self.terms if part in (None, term.part) and term.coefficient]
        problems = [
            problem("recycling-role", self.method.id, text.nearest(name, ROLES) or ROLES, role=name)
            for name in burdens
            if name not in ROLES
        ]
        unit = next((each.unit for name, each in burdens.items() if name in _per_kilogram()), "")
        values = [_worth(term, burdens, unit, self.method, problems) for term in terms]
        if problems:
            raise ModelError(*problems)
        worth = [
            (term, value) for term, value in zip(terms, values, strict=True) if value is not None
        ]
        gross = math.fsum(value for term, value in worth if term.coefficient > 0)
        credit = -math.fsum(value for term, value in worth if term.coefficient < 0)
        return Impact(Amount(gross, unit), Amount(credit, unit), Amount(gross - credit, unit))

    def exchanges(self, mass: Amount, flows: Mapping[str, str]) -> tuple[Exchange, ...]:
        """Return the exchanges of a process whose product holds `mass` of the material.

        `flows` names the product (or, for a treatment, the waste) of each process of the formula.
        What is credited is a credit exchange: an avoided product, or an avoided treatment.

        Raises ModelError where a process of the formula is not named.

        >>> from pcf.methods.recycling import zero_hundred
        >>> formula = zero_hundred(recycled_at_end=Amount(0.9, "1"), quality=Amount(1.0, "1"))
        >>> rows = formula.exchanges(Amount(2.0, "t"), {
        ...     "virgin": "slab", "recycling at end of life": "scrap", "virgin avoided": "slab",
        ...     "disposal": "lost steel"})
        >>> [(row.kind, row.direction, row.flow, str(row.amount)) for row in rows][:2]
        [('product', 'input', 'slab', '2 t'), ('waste', 'output', 'scrap', '1.8 t')]
        >>> [(row.kind, row.direction, str(row.amount)) for row in rows][2]
        ('credit', 'output', '1.8 t')
        """
        terms = [term for term in self.terms if term.coefficient]
        missing = [term.role for term in terms if term.role not in flows]
        if missing:
            raise ModelError(
                problem("recycling-flow", self.method.id, roles=text.listed(dict.fromkeys(missing)))
            )
        if mass.value is None:
            raise ModelError(problem("amount-unknown", flow=self.method.id))
        return tuple(_exchange(term, mass, flows[term.role], self.method) for term in terms)


def share(id: str, en: str, zh: str, *, optional: bool = False) -> Need:  # noqa: A002 - as Need
    """Return the declaration of a share from zero to one.

    >>> share("recycled", "share recycled", "回收比例").high
    1.0
    """
    return Need(id, Name(en, zh), "1", high=1.0, optional=optional)


def _per_kilogram() -> tuple[Role, ...]:
    return tuple(role for role in ROLES if role not in ("heat avoided", "electricity avoided"))


def _worth(
    term: Term,
    burdens: Mapping[str, Amount],
    unit: str,
    method: Method,
    problems: list[Problem],
) -> float | None:
    burden = burdens.get(term.role)
    if burden is None or burden.value is None:
        problems.append(problem("recycling-burden", method.id, role=term.role))
        return None
    cost, aligned = units.aligned(term.unit, burden.unit)
    try:
        factor = units.factor(units.multiply(term.unit, aligned), unit)
    except PcfError as error:
        problems += error.problems
        return None
    return term.coefficient * burden.value * cost * factor


def _exchange(term: Term, mass: Amount, flow: str, method: Method) -> Exchange:
    avoided = term.coefficient < 0
    treatment = term.role in TREATMENTS
    per = "MJ" if term.unit == "MJ/kg" else mass.unit
    whole = mass.to("kg") if term.unit == "MJ/kg" else mass
    value = None if whole.value is None else abs(term.coefficient) * whole.value
    return Exchange(
        flow,
        Amount(value, per),
        direction="output" if treatment != avoided else "input",
        kind="credit" if avoided else "waste" if treatment else "product",
        note=f"{method.id}: {term.role}",
    )
