"""What stands where nothing was measured? A published default, by name, and the finding it makes.

A method that knows defaults takes its measured values as optional needs; `completed` fills the rest
from the method's table. Each default is a finding with its source, so that nobody mistakes it for
plant data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import ModelError, PcfError, Problem, problem
from pcf.findings import finding
from pcf.methods.lookups import find

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pcf.findings import Finding
    from pcf.methods.declaration import Checked
    from pcf.methods.lookups import Parameter


@dataclass(frozen=True, slots=True)
class Completed:
    """The values of a method's optional needs, in the units it declares: measured or published."""

    values: Mapping[str, float]
    parameters: tuple[Parameter, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    def __getitem__(self, need: str) -> float:
        """Return the number for `need` in the unit that the method declares."""
        return self.values[need]


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
    parameters: list[Parameter] = []
    problems: list[Problem] = []
    for need, id_ in needs.items():
        measured = given.get(need)
        if measured is not None:
            values[need] = measured
            continue
        row = find(table, id_, problems, edition=edition, unverified=unverified, **criteria)
        if row is None:
            continue
        try:
            values[need] = units.convert(row.value, row.unit, given.method.need(need).unit)
        except PcfError:
            wanted = given.method.need(need).unit
            problems.append(problem("method-default-unit", need, default=row.amount, unit=wanted))
        parameters.append(row)
    if problems:
        raise ModelError(*problems)
    findings = [_finding(given, row) for row in parameters]
    findings += [each for row in parameters for each in row.findings]
    return Completed(values, tuple(parameters), tuple(findings))


def _finding(given: Checked, row: Parameter) -> Finding:
    value = f"{row.value:g} {row.unit}"
    return finding("method-default", given.method.id, need=row.id, value=value, source=row.said_by)
