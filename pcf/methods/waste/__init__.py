"""What does treating waste emit? Landfill over the years, incineration, waste water.

`landfill` is the first-order decay of a waste over a horizon, `decay` its yearly series;
`incinerate` keeps fossil and biogenic carbon apart; `treat_water` is methane and nitrous oxide of
industrial waste water.
"""

from pcf.methods.waste.decay import decay
from pcf.methods.waste.incineration import incinerate
from pcf.methods.waste.landfill import landfill
from pcf.methods.waste.waste_water import treat_water

__all__ = ["decay", "incinerate", "landfill", "treat_water"]
