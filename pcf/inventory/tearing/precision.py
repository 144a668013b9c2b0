"""How many digits of an intensity are sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.findings import finding
from pcf.inventory.tearing.structure import pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pcf.findings import Finding
    from pcf.inventory.tearing.changed import Changed
    from pcf.inventory.tearing.solver import Factorised

    Vector = NDArray[np.float64]

SURE = 1e-10
"""The relative error up to which an intensity is reported without remark."""
_LINKS = 12
"""Links over which no rounding is trusted to cancel; with two, one system in 700 goes beyond 4x."""


def relative_errors(factorised: Factorised | Changed, q: Vector, values: Vector) -> Vector:
    """Return (n) an estimate of how much of each intensity is rounding; `values` (n) answer q (n).

    What rounding the balance of each process alone may hold, eps (|q| + |A'| |l|), is passed on to
    the products that use it. Where credits give back most of what a product takes, its intensity is
    the small difference of large numbers, and the result is large. To first order, and a bound
    without credits (Skeel 1979). With credits what is passed on may cancel too, so what passes over
    a dozen links at most counts as it is. Zero where the intensity is zero and certain.

    >>> from scipy.sparse import csc_array
    >>> from pcf.inventory.tearing.solver import Factorised
    >>> factorised = Factorised(csc_array([[1.0, 1.0], [0.0, 1.0]]))
    >>> q = np.array([1.0, 1.0 + 1e-9])
    >>> relative_errors(factorised, q, factorised.adjoint(q).values) > SURE
    array([False,  True])
    """
    technosphere = factorised.technosphere
    size = abs(technosphere)
    held = np.finfo(np.float64).eps * (size.T @ np.abs(values) + np.abs(q))
    paired = pair(technosphere)
    own = np.arange(len(q)) if paired is None else paired
    pivots = np.abs(technosphere[np.arange(len(q)), own])
    near = held[own] / pivots
    for _ in range(_LINKS):
        near = (held + size.T @ near)[own] / pivots - near
    errors = np.maximum(np.abs(factorised.adjoint(held).values), near)
    found = np.zeros_like(errors)
    with np.errstate(divide="ignore", over="ignore"):
        np.divide(errors, np.abs(values), out=found, where=errors > 0)
    return found


def unsure(products: Sequence[str], errors: Vector) -> tuple[Finding, ...]:
    """Return a finding for each of `products` whose relative error is beyond 1e-10.

    >>> [each.facts for each in unsure(["steel", "scrap"], np.array([1e-15, 3e-5]))]
    [{'product': 'scrap', 'digits': '4'}]
    """
    beyond = np.flatnonzero(~(errors <= SURE)).tolist()
    return tuple(
        finding("credits-cancel", product=products[i], digits=_digits(errors[i])) for i in beyond
    )


def _digits(error: np.float64) -> int:
    return max(0, int(-np.log10(error))) if 0 < error < 1 else 0
