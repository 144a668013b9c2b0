"""What can a fuel be? How much carbon its heat comes with, and whether that carbon is biogenic."""

from __future__ import annotations

import re

from pcf.text import fold

CARBON_PER_HEAT = (0.008, 0.072)
"""T C per GJ between which every fuel lies: coke-oven gas has 0.0121, blast-furnace gas 0.0708.

CO2 in the place of carbon (of coal 0.0946 t/GJ), kg in the place of t, MJ and kcal in the place of
GJ lie outside. Sources: IPCC 2006 volume 2 table 1.3; defaults of the Chinese industry guidelines.
"""
_BIOMASS = re.compile(
    "生物质|秸秆|稻壳|蔗渣|木屑|木材|木片|薪柴|沼气|biomass|biogas|bagasse|straw|husk|wood"
)


def is_biomass(name: str) -> bool:
    """Tell whether a fuel is called by something that grew lately; refuse holds plastics too.

    >>> is_biomass("玉米秸秆"), is_biomass("Wood chips"), is_biomass("烟煤")
    (True, True, False)
    """
    return bool(_BIOMASS.search(fold(name)))
