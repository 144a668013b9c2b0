"""What does the electricity of each zone carry? Flow tracing, the electricity-carbon model.

In Chinese: 电碳模型. `network` takes what zones generate, exchange and store; `trace` follows
gases and technologies through it; `refine` puts prefectures in the place of a province, and
`user_factor` is a user's own.
"""

from pcf.electricity.tracing.building import (
    network,
    network_from_matrix,
    signed_flows,
    with_unmetered,
)
from pcf.electricity.tracing.coupling import COUPLINGS, Coupling
from pcf.electricity.tracing.following import source_shares, trace
from pcf.electricity.tracing.hierarchy import refine, user_factor
from pcf.electricity.tracing.network import Network, Store
from pcf.electricity.tracing.stores import discharge_factors
from pcf.electricity.tracing.traced import Traced

__all__ = [
    "COUPLINGS",
    "Coupling",
    "Network",
    "Store",
    "Traced",
    "discharge_factors",
    "network",
    "network_from_matrix",
    "refine",
    "signed_flows",
    "source_shares",
    "trace",
    "user_factor",
    "with_unmetered",
]
