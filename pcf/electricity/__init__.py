"""Which kilowatt-hour came from where? Supplies of meters, and what each treatment counts them by.

`supply` says where a meter's electricity came from; `treatments` turns supplies into weights on
processes: location-based, market-based under a profile, or physical.
"""

from pcf.electricity.supply import Share, Supply
from pcf.electricity.treatments import Treatment, treatment

__all__ = ["Share", "Supply", "Treatment", "treatment"]
