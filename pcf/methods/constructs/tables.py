"""What do industries make and use? Supply and use tables, checked once.

Rows are products, columns industries, all numbers at least zero. A use table with a third axis says
from which industry each product came (traceable).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf import text
from pcf.errors import AllocationError, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SupplyUse:
    """What industries make (`supply`), use (`use`) and exchange with nature (`extensions`).

    `supply` is products x industries; `use` the same, or origin industries x products x
    industries; `extensions` flows x industries. `primary` is 1 at the product for whose sake an
    industry runs, 0 elsewhere; an industry without one has several and none was named.
    """

    products: tuple[str, ...]
    industries: tuple[str, ...]
    flows: tuple[str, ...]
    supply: Array
    use: Array
    extensions: Array
    primary: Array
    product_units: tuple[str, ...]
    flow_units: tuple[str, ...]

    @property
    def traceable(self) -> bool:
        """Whether the use table says from which industry each product came."""
        return self.use.ndim == 3

    @property
    def secondary(self) -> Array:
        """What industries make besides their primary products."""
        return np.where(self.primary > 0, 0.0, self.supply)

    def untraced_use(self) -> Array:
        """Return the use table, products x industries, wherever the products came from."""
        return self.use.sum(axis=0) if self.traceable else self.use

    def require_primary(self, method: str) -> None:
        """Raise AllocationError where an industry makes several products and none is primary.

        No example: the constructs that need it say so.
        """
        several = [
            name
            for name, one in zip(self.industries, self.primary.sum(axis=0), strict=True)
            if not one
        ]
        if several:
            raise AllocationError(
                problem("construct-primary", method=method, industries=text.listed(several))
            )

    def require_one_unit(self, method: str) -> None:
        """Raise AllocationError where products in several units would be added up."""
        found = sorted(set(self.product_units))
        if len(found) > 1:
            raise AllocationError(
                problem("construct-units", method=method, units=text.listed(found))
            )


def supply_use(  # noqa: PLR0913 - three tables and the labels of their sides
    supply: ArrayLike,
    use: ArrayLike,
    *,
    products: Sequence[str],
    industries: Sequence[str],
    extensions: Mapping[str, Sequence[float]] | None = None,
    primary: Mapping[str, str] | None = None,
    product_units: Sequence[str] | None = None,
    flow_units: Sequence[str] | None = None,
) -> SupplyUse:
    """Return supply and use tables that hold together.

    `extensions` gives the amounts of each flow by industry, `primary` the product for whose sake an
    industry runs; an industry with one product needs none. Units are in the order of the labels,
    empty when left out.

    Raises AllocationError with all problems: shapes, negative or unknown numbers, products that no
    industry makes, an industry that makes nothing or whose primary product it does not make.

    >>> table = supply_use(
    ...     [[2, 0], [1, 3]], [[0, 0], [0, 0]], products=["i", "j"], industries=["I", "J"],
    ...     primary={"I": "i"})
    >>> table.secondary.tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    given = extensions if extensions is not None else {}
    made, used = np.asarray(supply, np.float64), np.asarray(use, np.float64)
    shape = (len(products), len(industries))
    rows = list(given.values())
    taken = np.asarray(rows, np.float64) if rows else np.zeros((0, shape[1]))
    wanted: dict[str, tuple[Array, set[tuple[int, ...]]]] = {
        "supply": (made, {shape}),
        "use": (used, {shape, (shape[1], *shape)}),
        "extensions": (taken, {(len(given), shape[1])}),
    }
    problems = [each for name, pair in wanted.items() for each in _faults(name, *pair)]
    if not problems:
        problems = _unmade(made, products, industries)
    if problems:
        raise AllocationError(*problems)
    labels = (tuple(products), tuple(industries), tuple(given))
    units = (
        tuple(product_units) if product_units is not None else ("",) * shape[0],
        tuple(flow_units) if flow_units is not None else ("",) * len(given),
    )
    chosen = _primary(made, labels[0], labels[1], primary if primary is not None else {})
    return SupplyUse(*labels, made, used, taken, chosen, *units)


def _faults(name: str, array: Array, shapes: set[tuple[int, ...]]) -> list[Problem]:
    if array.shape not in shapes:
        wanted = " / ".join(" x ".join(map(str, shape)) for shape in sorted(shapes))
        found = " x ".join(map(str, array.shape))
        return [problem("construct-shape", name, table=name, found=found, wanted=wanted)]
    if name != "extensions" and not (np.isfinite(array) & (array >= 0)).all():
        return [problem("construct-number", name, table=name)]
    if not np.isfinite(array).all():
        return [problem("construct-number", name, table=name)]
    return []


def _unmade(supply: Array, products: Sequence[str], industries: Sequence[str]) -> list[Problem]:
    found = []
    unmade = [name for name, total in zip(products, supply.sum(axis=1), strict=True) if total == 0]
    if unmade:
        found.append(problem("construct-unmade", products=text.listed(unmade)))
    idle = [name for name, total in zip(industries, supply.sum(axis=0), strict=True) if total == 0]
    if idle:
        found.append(problem("construct-idle", industries=text.listed(idle)))
    return found


def _primary(
    supply: Array, products: tuple[str, ...], industries: tuple[str, ...], named: Mapping[str, str]
) -> Array:
    problems: list[Problem] = []
    chosen = np.zeros_like(supply)
    for column, industry in enumerate(industries):
        made = [name for row, name in enumerate(products) if supply[row, column] > 0]
        name = named.get(industry, made[0] if len(made) == 1 else "")
        if name in made:
            chosen[products.index(name), column] = 1.0
        elif name:
            problems.append(
                problem("construct-primary-unmade", industry, made, industry=industry, product=name)
            )
    problems += [
        problem("construct-industry-unknown", near, text.nearest(near, industries), industry=near)
        for near in named
        if near not in industries
    ]
    if problems:
        raise AllocationError(*problems)
    return chosen
