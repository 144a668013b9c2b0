"""How much fuel do field operations burn? Operation by operation, with passes and area worked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.crops.n2o_direct import HECTARE
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.findings import Finding

METHOD = Method(
    "field operations",
    Name("fuel of field operations", "田间作业燃油"),
    (
        Need("fuel", Name("fuel per area and pass", "单位面积每遍油耗"), "L/ha", usual=(0.3, 60.0)),
        Need("passes", Name("passes", "作业遍数"), "1", usual=(0.0, 15.0)),
        Need("worked", Name("share of the area worked", "作业面积比例"), "1", high=1.0),
        Need("area", Name("area of the field", "田块面积"), "ha"),
    ),
    Name("fuel burnt in farm machinery", "农机燃油"),
    "fuel = sum (fuel per area x passes x share worked) x area",
    "accounting identity; fuel per operation is the study's own measurement",
    ("none",),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its fuel per area and pass, how often, and on what share of the area."""

    name: str
    fuel: Amount
    passes: Amount = Amount(1.0, "1")
    worked: Amount = Amount(1.0, "1")


def machinery(
    operations: Sequence[Operation],
    *,
    area: Amount = HECTARE,
    fuel: str = "diesel, burnt in farm machinery",
) -> Estimate:
    """Return the fuel of field operations: one exchange an operation, of the product `fuel`.

    Values: litres by operation. Raises ModelError with the problems of all operations, and where
    the list is empty (by hand: an operation with zero fuel).

    >>> found = machinery([Operation("ploughing", Amount(21.0, "L/ha")),
    ...                    Operation("spraying", Amount(1.5, "L/ha"), Amount(3.0, "1"))])
    >>> [row.amount.value for row in found.exchanges], found["spraying"]
    ([21.0, 4.5], 4.5)
    """
    problems: list[Problem] = []
    if not operations:
        problems.append(problem("operations-empty", METHOD.id))
    rows: list[Exchange] = []
    values: dict[str, Amount] = {}
    findings: list[Finding] = []
    for each in operations:
        words = {"fuel": each.fuel, "passes": each.passes, "worked": each.worked, "area": area}
        given = check(METHOD, problems, words, where=each.name)
        if problems:
            continue
        litres = given["fuel"] * given["passes"] * given["worked"] * given["area"]
        values[each.name] = Amount(litres, "L")
        rows.append(Exchange(fuel, values[each.name], note=each.name))
        findings += given.findings
    if problems:
        raise ModelError(*problems)
    return Estimate(METHOD, "none", tuple(rows), values, findings=tuple(findings))
