"""What does land take up, lose and keep? Soil carbon, land-use change, uptake, storage.

Each on its own line of the footprint: a loss is a positive emission, a gain a removal; nothing of
them is netted against another line.
"""

from pcf.methods.land.biogenic_uptake import biogenic_uptake
from pcf.methods.land.land_use_change import Stocks, land_use_change
from pcf.methods.land.product_storage import product_storage
from pcf.methods.land.soil_carbon import mineralised, soil_change, soil_stock
from pcf.methods.land.transition_shares import Transition, transition_shares

__all__ = [
    "Stocks",
    "Transition",
    "biogenic_uptake",
    "land_use_change",
    "mineralised",
    "product_storage",
    "soil_change",
    "soil_stock",
    "transition_shares",
]
