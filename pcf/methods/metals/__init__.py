"""What does a smelter or a steel works emit by its chemistry? Carbon, PFC and sulphur balances.

Aluminium: `anode_consumption`, `paste_consumption`, `anode_baking`, `coke_calcination`, and PFC by
technology, slope, overvoltage or measurement. Iron, steel and sulphide smelting: `carbon_balance`
around a process, `tier1` by tonnage, `sulphur_to_acid`.
"""

from pcf.methods.metals.anodes import anode_consumption
from pcf.methods.metals.baking import anode_baking
from pcf.methods.metals.calcination import coke_calcination
from pcf.methods.metals.carbon_balance import PROCESSES, CarbonStream, carbon_balance
from pcf.methods.metals.paste import paste_consumption
from pcf.methods.metals.pfc_measured import pfc_measured
from pcf.methods.metals.pfc_overvoltage import pfc_by_overvoltage
from pcf.methods.metals.pfc_slope import anode_effect_minutes, pfc_by_slope
from pcf.methods.metals.pfc_tier1 import pfc_by_technology
from pcf.methods.metals.sulphur import sulphur_to_acid
from pcf.methods.metals.tier1 import route_average, tier1

__all__ = [
    "PROCESSES",
    "CarbonStream",
    "anode_baking",
    "anode_consumption",
    "anode_effect_minutes",
    "carbon_balance",
    "coke_calcination",
    "paste_consumption",
    "pfc_by_overvoltage",
    "pfc_by_slope",
    "pfc_by_technology",
    "pfc_measured",
    "route_average",
    "sulphur_to_acid",
    "tier1",
]
