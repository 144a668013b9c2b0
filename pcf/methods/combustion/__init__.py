"""What does burning a fuel emit? By its heat, by its carbon, fossil or biogenic.

`burn` takes heating value, carbon content and oxidation, measured or published; `burn_carbon` a
fuel's measured carbon; `other_gases` adds methane and nitrous oxide; `lower_from_higher` and
`lower_by_analysis` lead from a higher heating value to the lower one.
"""

from pcf.methods.combustion.carbon import burn_carbon
from pcf.methods.combustion.fuels import burn
from pcf.methods.combustion.gases import other_gases
from pcf.methods.combustion.heating_values import lower_by_analysis, lower_from_higher

__all__ = ["burn", "burn_carbon", "lower_by_analysis", "lower_from_higher", "other_gases"]
