"""What does power that nobody claims count by? Residual mixes and the two ladders of factors.

`residual_mixes` takes out what is tracked, for areas with a pool; `provincial_residuals` traces
what is left, for provinces. `unclaimed_life_cycle` is the ladder of products,
`unclaimed_combustion` that of accounts; their factors are different types that never mix.
"""

from pcf.electricity.residual.accounts import DualReport, dual_report
from pcf.electricity.residual.factors import (
    CombustionFactor,
    LifeCycleFactor,
    as_background,
    require_combustion,
    require_life_cycle,
)
from pcf.electricity.residual.ladders import (
    delivered,
    life_cycle_residual,
    provincial_proxy,
    unclaimed_combustion,
    unclaimed_life_cycle,
)
from pcf.electricity.residual.mixes import (
    METHODS,
    Area,
    Method,
    Mix,
    Residuals,
    by_cancellation,
    by_issuance,
    by_market,
    residual_mixes,
)
from pcf.electricity.residual.onsite import OnSite, on_site
from pcf.electricity.residual.provinces import (
    Claims,
    ProvincialResiduals,
    provincial_residuals,
)
from pcf.electricity.residual.remaining import (
    implied_removed_share,
    remaining_factor,
    supplier_share,
)

__all__ = [
    "METHODS",
    "Area",
    "Claims",
    "CombustionFactor",
    "DualReport",
    "LifeCycleFactor",
    "Method",
    "Mix",
    "OnSite",
    "ProvincialResiduals",
    "Residuals",
    "as_background",
    "by_cancellation",
    "by_issuance",
    "by_market",
    "delivered",
    "dual_report",
    "implied_removed_share",
    "life_cycle_residual",
    "on_site",
    "provincial_proxy",
    "provincial_residuals",
    "remaining_factor",
    "require_combustion",
    "require_life_cycle",
    "residual_mixes",
    "supplier_share",
    "unclaimed_combustion",
    "unclaimed_life_cycle",
]
