"""What does one unit of each product take? Coefficients, by industry and product or by product.

Z are flows divided among the products of each industry, V what these flows make: A = Z / V.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf import text
from pcf.errors import AllocationError, problem
from pcf.findings import Finding, finding
from pcf.model.labelled import from_matrices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.methods.constructs.tables import SupplyUse
    from pcf.methods.declaration import Method
    from pcf.model.systems import ProductSystem

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients:
    """What one unit of each column takes: `technical` rows x columns, `extensions` flows x columns.

    Where rows and columns are the same, the coefficients are a system that can be solved. `made` is
    what each column makes in total, so that `technical * made` are the flows of the table again.
    """

    method: Method
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    flows: tuple[str, ...]
    technical: Array
    extensions: Array
    made: Array
    units: tuple[str, ...]
    flow_units: tuple[str, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Columns that take less than nothing: a reader must weigh what they mean."""
        least = np.vstack([self.technical, self.extensions]).min(axis=0)
        names = [name for name, each in zip(self.columns, least, strict=True) if each < 0]
        if not names:
            return ()
        return (finding("construct-negative", method=self.method.id, columns=text.listed(names)),)

    def system(self) -> ProductSystem:
        """Return the product system I - A with one process a column.

        Raises AllocationError where the rows do not say which column makes them.
        No example: `pcf.methods.constructs.partition` shows it.
        """
        if self.rows != self.columns:
            raise AllocationError(problem("construct-untraced", method=self.method.id))
        return from_matrices(
            np.eye(len(self.columns)) - self.technical,
            self.extensions,
            products=self.rows,
            processes=self.columns,
            flows=self.flows,
            reference=dict(zip(self.columns, self.rows, strict=True)),
            product_units=self.units if any(self.units) else None,
            flow_units=self.flow_units if any(self.flow_units) else None,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Allocated:
    """Every industry divided among its products.

    `flows` is products (or origins x products) x industries x products, `extensions` flows x
    industries x products; `made` is what these make, products x industries.
    """

    method: Method
    table: SupplyUse
    flows: Array
    extensions: Array
    made: Array

    def coefficients(self) -> Coefficients:
        """Return coefficients of each product of each industry, as 'industry: product'.

        Rows are products, since an untraceable table does not say which industry made what is used;
        with a traceable one rows and columns are the same. No example: `aggregated` is the usual.
        """
        table = self.table
        pairs = [(column, row) for column, row in np.argwhere(self.made.T > 0)]
        columns = tuple(f"{table.industries[j]}: {table.products[i]}" for j, i in pairs)
        made = np.array([self.made[i, j] for j, i in pairs])
        places = tuple(np.array(pairs, np.int64).T)
        extensions = self.extensions[:, *places]
        if table.traceable:
            rows, flows = columns, self.flows[*places][:, *places]
            kept = np.abs(flows).sum()
            if np.abs(self.flows).sum() - kept > 1e-9 * kept:
                raise AllocationError(problem("construct-origin", method=self.method.id))
        else:
            rows, flows = table.products, self.flows[:, *places]
        return _divided(self, rows, columns, flows, extensions, made)

    def aggregated(self) -> Coefficients:
        """Return coefficients of each product, summed over the industries that make it.

        Raises AllocationError where the method leaves a product without an industry that makes it.
        No example: each construct shows it.
        """
        table = self.table
        made = self.made.sum(axis=1)
        unmade = [name for name, total in zip(table.products, made, strict=True) if total <= 0]
        if unmade:
            raise AllocationError(
                problem("construct-unmade-by", method=self.method.id, products=text.listed(unmade))
            )
        flows = self.flows.sum(axis=0) if table.traceable else self.flows
        totals = flows.sum(axis=1), self.extensions.sum(axis=1)
        return _divided(self, table.products, table.products, *totals, made)


def divided(flows: Array, shares: Array) -> Array:
    """Return flows (... x industries) given to products by `shares` (industries x products).

    >>> import numpy as np
    >>> divided(np.array([[4.0]]), np.array([[0.25, 0.75]])).tolist()
    [[[1.0, 3.0]]]
    """
    return np.asarray(np.einsum("...j,jp->...jp", flows, shares), np.float64)


def _divided(  # noqa: PLR0913, PLR0917 - one column of a table each
    allocated: Allocated,
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    flows: Array,
    extensions: Array,
    made: Array,
) -> Coefficients:
    table = allocated.table
    return Coefficients(
        allocated.method,
        rows,
        columns,
        table.flows,
        flows / made,
        extensions / made,
        made,
        table.product_units,
        table.flow_units,
    )
