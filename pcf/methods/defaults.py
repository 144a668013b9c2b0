"""What stands where nothing was measured? A published default, by name, and the finding it makes.

A method that knows defaults takes its measured values as optional needs; `completed` fills the rest
from the method's table. Each default is a finding with its source, so that nobody mistakes it for
plant data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import ModelError, PcfError, Problem, problem
from pcf.findings import finding
from pcf.methods.declaration import check
from pcf.methods.lookups import find
from pcf.model.amounts import Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from pcf.findings import Finding
    from pcf.methods.declaration import Checked, Given, Method
    from pcf.methods.lookups import Parameter


@dataclass(frozen=True, slots=True)
class Completed:
    """The values of a method's optional needs, in the units it declares: measured or published.

    `ranges` holds, for a default that has one, its published range in the same unit.
    """

    values: Mapping[str, float] = field(hash=False)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict, hash=False)
    parameters: tuple[Parameter, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __getitem__(self, need: str) -> float:
        """Return the number for `need` in the unit that the method declares."""
        return self.values[need]

    @property
    def said_by(self) -> str:
        """The sources of the defaults as one line, empty where everything was measured."""
        return "; ".join(dict.fromkeys(row.said_by for row in self.parameters))


def required(method: Method, given: Mapping[str, Given]) -> Checked:
    """Return what is given, by need, in the method's own units; as `require`, from a mapping.

    >>> from pcf.methods.combustion.fuels import MASS
    >>> from pcf.model.amounts import Amount
    >>> required(MASS, {"quantity": Amount(500.0, "kg")})["quantity"]
    0.5
    """
    problems: list[Problem] = []
    checked = check(method, problems, given)
    if problems:
        raise ModelError(*problems)
    return checked


def completed(
    given: Checked,
    table: str,
    needs: Mapping[str, str],
    *,
    edition: str,
    unverified: Collection[str] = (),
    **criteria: str,
) -> Completed:
    """Return a value for each of `needs`: as measured, or from the table's row of that id.

    `needs` names, for an optional need of the method, the id of its default. Raises ModelError
    with every problem: a default that is not published for the case, or whose source was not seen.

    >>> from pcf.methods.combustion.fuels import MASS
    >>> from pcf.methods.declaration import require
    >>> from pcf.model.amounts import Amount
    >>> given = require(MASS, quantity=Amount(1.0, "t"), oxidation=Amount(0.99, "1"))
    >>> found = completed(given, "combustion", {"oxidation": "oxidation",
    ...     "carbon_content": "carbon content"}, edition="2006", fuel="diesel")
    >>> found["oxidation"], round(found["carbon_content"], 3), found.findings[0].code
    (0.99, 20.2, 'method-default')
    """
    values: dict[str, float] = {}
    ranges: dict[str, tuple[float, float]] = {}
    rows: list[Parameter] = []
    problems: list[Problem] = []
    for need, id_ in needs.items():
        measured = given.get(need)
        if measured is not None:
            values[need] = measured
            continue
        row = find(table, id_, problems, edition=edition, unverified=unverified, **criteria)
        scale = None if row is None else _scale(row, given.method.need(need).unit, problems)
        if row is None or scale is None:
            continue
        rows.append(row)
        values[need] = row.value * scale
        if row.low is not None and row.high is not None:
            ranges[need] = (row.low * scale, row.high * scale)
    if problems:
        raise ModelError(*problems)
    findings = [_finding(given, row) for row in rows]
    findings += [each for row in rows for each in row.findings]
    return Completed(values, ranges, tuple(rows), tuple(findings))


def joined(*parts: Completed) -> Completed:
    """Return several as one: defaults that were looked up under different criteria.

    >>> joined(Completed({"a": 1.0}), Completed({"b": 2.0}))["b"]
    2.0
    """
    values: dict[str, float] = {}
    ranges: dict[str, tuple[float, float]] = {}
    for part in parts:
        values |= part.values
        ranges |= part.ranges
    parameters = tuple(row for part in parts for row in part.parameters)
    findings = tuple(each for part in parts for each in part.findings)
    return Completed(values, ranges, parameters, findings)


def spread_of(compute: Callable[[Mapping[str, float]], float], found: Completed) -> Spread | None:
    """Return the range of `compute(values)` that the ranges of its defaults give, None if none has.

    One default at a time is moved to its ends; the shifts add in squares, below and above apart
    (IPCC 2006, Vol. 1, Ch. 3, eq. 3.1 and 3.2, without the assumption of a product). The lower end
    stops at zero.

    >>> found = Completed({"a": 2.0, "b": 0.1}, {"b": (0.0, 0.2)})
    >>> spread_of(lambda values: values["a"] * (1 - values["b"]), found)
    Spread(kind='triangular', low=1.6, high=2.0)
    """
    if not found.ranges:
        return None
    base = compute(found.values)
    shifts = [
        [compute({**found.values, need: end}) - base for end in ends]
        for need, ends in found.ranges.items()
    ]
    below = math.hypot(*(min(0.0, *each) for each in shifts))
    above = math.hypot(*(max(0.0, *each) for each in shifts))
    if below == above == 0:
        return None
    return Spread("triangular", max(0.0, base - below), base + above)


def _scale(row: Parameter, unit: str, problems: list[Problem]) -> float | None:
    try:
        return units.factor(row.unit, unit)
    except PcfError:
        problems.append(problem("method-default-unit", row.id, default=row.amount, unit=unit))
        return None


def _finding(given: Checked, row: Parameter) -> Finding:
    value = f"{row.value:g} {row.unit}"
    return finding("method-default", given.method.id, need=row.id, value=value, source=row.said_by)
