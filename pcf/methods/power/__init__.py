"""What does a plant's own power and heat carry? Splits of CHP, captive plants, exports, imports.

`split_by_energy`, `split_by_exergy`, `split_by_efficiency` and `split_by_heat_supply` divide a
CHP plant's fuel; `splits` puts them side by side. `power_plant` makes unit processes of a captive
plant; `site_power` keeps purchased, self-generated and sold power apart; `heat_of_steam`,
`export_gas` and `import_gas` are for what crosses the fence.
"""

from pcf.methods.power.exports import export_gas, import_gas
from pcf.methods.power.plants import PowerPlant, SitePower, power_plant, site_power
from pcf.methods.power.splits import (
    Split,
    carnot_factor,
    reference_efficiencies,
    split_by_efficiency,
    split_by_energy,
    split_by_exergy,
    split_by_heat_supply,
    splits,
)
from pcf.methods.power.steam import heat_of_steam

__all__ = [
    "PowerPlant",
    "SitePower",
    "Split",
    "carnot_factor",
    "export_gas",
    "heat_of_steam",
    "import_gas",
    "power_plant",
    "reference_efficiencies",
    "site_power",
    "split_by_efficiency",
    "split_by_energy",
    "split_by_exergy",
    "split_by_heat_supply",
    "splits",
]
