"""Whose is the power of a plant's own roof? Self-consumption, export, and attributes that are sold.

A kWh whose attributes are sold is null power: it counts by the residual, wherever it is used
(ISO 14067:2018, 6.4.9.4.2: own data of on-site generation only if no instrument is sold). What is
sold is taken first from what was exported, then from what was consumed on site.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class OnSite:
    """Where the electricity of a site with plants of its own comes from, in one unit of energy.

    `claimable` is self-consumed with its attributes, `null` self-consumed without them, `grid` what
    was drawn.
    """

    self_consumed: float
    exported: float
    claimable: float
    null: float
    grid: float

    def emissions(self, own: float, residual: float) -> float:
        """Return what the site's consumption counts: own factor, residual for the rest.

        Both factors are of one boundary: two life-cycle factors for a product, two combustion
        factors for accounts.
        """
        return self.claimable * own + (self.null + self.grid) * residual


def on_site(
    generated: ArrayLike, load: ArrayLike, *, sold: float, self_consumed_sellable: bool
) -> OnSite:
    """Return self-consumption, export and null power of a site over its intervals.

    `generated` and `load` are one number an interval; what coincides within one is self-consumed.
    `sold` are the attributes sold over all of them. `self_consumed_sellable` says whether the
    scheme issues tradable certificates for self-consumption: Chinese green certificates do not
    (rules of 2024 and 2026), I-REC-like schemes do.

    Raises ModelError for series that do not fit, and for more sold than there is to sell.

    >>> on_site([0, 50, 80, 20], [40, 40, 40, 40], sold=90, self_consumed_sellable=True)
    OnSite(self_consumed=100.0, exported=50.0, claimable=60.0, null=40.0, grid=60.0)
    """
    made, used = (np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (generated, load))
    if made.shape != used.shape or made.ndim != 1:
        facts = {"what": "load", "found": str(used.shape), "hours": str(made.shape)}
        raise ModelError(problem("series-length", "", (), **facts))
    if not (np.isfinite([made, used]).all() and min(made.min(), used.min(), sold) >= 0):
        raise ModelError(problem("onsite-amounts"))
    own = float(np.minimum(made, used).sum())
    exported = float(np.maximum(made - used, 0.0).sum())
    sellable = exported + own if self_consumed_sellable else exported
    if sold > sellable:
        code = "sold-too-much" if self_consumed_sellable else "sold-beyond-export"
        facts = {"sold": f"{sold:.9g}", "sellable": f"{sellable:.9g}"}
        raise ModelError(problem(code, "", (), **facts))
    null = max(sold - exported, 0.0)
    return OnSite(own, exported, own - null, null, float(np.maximum(used - made, 0.0).sum()))
