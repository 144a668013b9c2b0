"""Which gases is a refrigerant made of? One of the library's gases, or a blend by mass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import Problem, problem
from pcf.methods.declaration import Estimate, emitted
from pcf.methods.lookups import find, read_table
from pcf.model.amounts import Amount
from pcf.model.flows import find_gas

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pcf.findings import Finding
    from pcf.methods.declaration import Method
    from pcf.methods.lookups import Parameter


def parts_of(
    refrigerant: str, problems: list[Problem], unverified: Collection[str] = ()
) -> tuple[dict[str, float], tuple[Parameter, ...]]:
    """Return the mass shares of the gases in a refrigerant, and the parameters they rest on.

    Blends whose composition was recalled want `unverified` to name them.

    >>> parts_of("R-407C", [])[0]
    {'HFC-32': 0.23, 'HFC-125': 0.25, 'HFC-134a': 0.52}
    >>> parts_of("R134a", [])[0]
    {'HFC-134a': 1.0}
    """
    gas = find_gas(refrigerant)
    if gas is not None:
        return {gas.id: 1.0}, ()
    rows = [row for row in read_table("chemistry") if row.criteria["blend"]]
    wanted = _folded(refrigerant)
    of_blend = [row for row in rows if _folded(row.criteria["blend"]) == wanted]
    if not of_blend:
        near = text.nearest(refrigerant, {row.criteria["blend"] for row in rows})
        problems.append(problem("refrigerant-unknown", refrigerant, near, refrigerant=refrigerant))
        return {}, ()
    blend = of_blend[0].criteria["blend"]
    named = {row.id for row in of_blend} if blend in unverified else set(unverified)
    found = [
        find("chemistry", row.id, problems, edition=row.edition, unverified=named, blend=blend)
        for row in of_blend
    ]
    known = tuple(row for row in found if row is not None)
    return {row.id.removeprefix("share of "): row.value / 100 for row in known}, known


def by_gas(
    method: Method,
    lost: float,
    shares: Mapping[str, float],
    *,
    parameters: tuple[Parameter, ...],
    findings: tuple[Finding, ...],
) -> Estimate:
    """Return kg of a refrigerant that was lost as one exchange for each of its gases.

    No example: `leak_by_rate` and `leak_by_balance` show it.
    """
    unseen = tuple(each for row in parameters for each in row.findings)
    return Estimate(
        method,
        parameters[-1].edition if parameters else "",
        tuple(emitted(gas, lost * share) for gas, share in shares.items()),
        {"lost": Amount(lost, "kg")},
        parameters,
        tuple(dict.fromkeys((*findings, *unseen))),
    )


def _folded(name: str) -> str:
    return text.fold(name).replace("-", "")
