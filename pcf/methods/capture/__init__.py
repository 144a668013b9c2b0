"""What becomes of captured CO2, and what does hydrogen carry with it? Chains and routes.

`capture` is the unit, `follow` the chain to storage or use, `require_one_claim` holds that no tonne
is claimed twice. `hydrogen_from_feed`, `electrolyse` and `chlor_alkali` make hydrogen with its
co-products. Offsets have no place here: nothing subtracts them.
"""

from pcf.methods.capture.chain import Claim, Fate, follow, require_one_claim
from pcf.methods.capture.electrolysis import chlor_alkali, electrolyse
from pcf.methods.capture.hydrogen import hydrogen_from_feed
from pcf.methods.capture.unit import capture

__all__ = [
    "Claim",
    "Fate",
    "capture",
    "chlor_alkali",
    "electrolyse",
    "follow",
    "hydrogen_from_feed",
    "require_one_claim",
]
