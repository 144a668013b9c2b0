"""Who carries the burdens of recycling, and who has the credit? One formula a file.

Each formula says how much of which process a kilogram of material in a product stands for
(`Recycling`): its impact with gross, credit and net apart, or its exchanges. Scrap has a kind
(`scrap`), and the kind decides what it carries.
"""

from pcf.methods.recycling.casthouse import Charge, casthouse
from pcf.methods.recycling.circular_footprint import circular_footprint, default_parameters
from pcf.methods.recycling.closed_loop import closed_loop
from pcf.methods.recycling.cut_off import cut_off
from pcf.methods.recycling.fifty_fifty import fifty_fifty
from pcf.methods.recycling.hundred_zero import hundred_zero
from pcf.methods.recycling.net_scrap import net_scrap
from pcf.methods.recycling.scrap import ScrapInput, scrap_input
from pcf.methods.recycling.terms import Impact, Recycling, Term
from pcf.methods.recycling.zero_hundred import zero_hundred

__all__ = [
    "Charge",
    "Impact",
    "Recycling",
    "ScrapInput",
    "Term",
    "casthouse",
    "circular_footprint",
    "closed_loop",
    "cut_off",
    "default_parameters",
    "fifty_fifty",
    "hundred_zero",
    "net_scrap",
    "scrap_input",
    "zero_hundred",
]
