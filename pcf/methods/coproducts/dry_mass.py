"""Co-products by dry mass: what is not water decides, whatever each holds of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import AllocationError, Problem, problem
from pcf.methods.allocation import Allocation, allocate
from pcf.methods.declaration import Method, Need
from pcf.methods.shares import find_property
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.processes import CoProduct, MultiOutputProcess

METHOD = Method(
    "shares by dry mass",
    Name("allocation by dry mass", "按干物质分配"),
    (
        Need("process", Name("products with basis wet or dry", "注明湿基或干基的产品")),
        Need("dry_matter", Name("dry matter per wet mass", "干物质含量"), "kg/kg", high=1.0),
    ),
    Name("shares in proportion to dry mass", "按干物质比例的份额"),
    "share_i = m_i d_i / sum (m d), d = 1 for a dry mass",
    "ISO 14044:2006, 4.3.4.2, step 2",
    ("2006",),
)
_DRY_MATTER = frozenset({"dry_matter", "dry matter", "干物质"})


def by_dry_mass(process: MultiOutputProcess, *, reason: str = "") -> Allocation:
    """Return one unit process for each product, by dry mass.

    A product on wet basis states the property 'dry_matter'; one on dry basis does not.
    Raises AllocationError with all problems: a product without basis, a wet one without its dry
    matter, an amount that is no mass.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, MultiOutputProcess
    >>> mill = MultiOutputProcess("mill", (
    ...     CoProduct("starch", Amount(800.0, "kg"), basis="dry"),
    ...     CoProduct("pulp", Amount(1.0, "t"), {"dry_matter": Amount(20.0, "%")}, basis="wet")))
    >>> by_dry_mass(mill).shares
    {'starch': 0.8, 'pulp': 0.2}
    """
    problems: list[Problem] = []
    weights = {row.product: _dry(process, row, problems) for row in process.products}
    if problems:
        raise AllocationError(*problems)
    return allocate(process, by="weights", level="physical", reason=reason, shares=weights)


def _dry(process: MultiOutputProcess, row: CoProduct, problems: list[Problem]) -> float:
    item = f"{process.id}: {row.product}"
    basis = units.basis(row.basis) if row.basis else ""
    share = find_property(row, _DRY_MATTER)
    if row.amount.value is None or units.dimension(row.amount.unit) != "mass":
        problems.append(problem("dry-mass-amount", item, amount=row.amount))
        return 0.0
    if basis not in ("wet", "dry"):
        problems.append(problem("dry-mass-basis", item))
        return 0.0
    if (basis == "wet") == (share is None):
        problems.append(problem("dry-mass-share", item, basis=basis))
        return 0.0
    mass = units.convert(row.amount.value, row.amount.unit, "kg")
    fraction = 1.0 if share is None else share.to("kg/kg").value
    if fraction is None or not 0 <= fraction <= 1:
        problems.append(problem("dry-mass-share", item, basis=basis))
        return 0.0
    return mass * fraction
