"""What does moving, packing, cooling, storing and equipping a product take? Exchanges of logistics.

`tonne_kilometres` keeps the boundary of its factor, `vehicle_fuel` computes fuel from load factor
and empty return, `reloaded` adapts a factor per tkm to them; `packaging`, `cold_chain` and
`warehouse` are inputs per product. `capital_goods` is a switch that a rule can demand.
"""

from pcf.methods.transport.capital_goods import capital_goods
from pcf.methods.transport.cooling import cold_chain
from pcf.methods.transport.legs import Leg, boundaries, tonne_kilometres
from pcf.methods.transport.packaging import packaging
from pcf.methods.transport.vehicles import reloaded, vehicle_fuel
from pcf.methods.transport.warehouse import warehouse

__all__ = [
    "Leg",
    "boundaries",
    "capital_goods",
    "cold_chain",
    "packaging",
    "reloaded",
    "tonne_kilometres",
    "vehicle_fuel",
    "warehouse",
]
