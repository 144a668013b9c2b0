"""What does the result mean? The footprint and the questions one asks of it.

`accounting` solves and sums, `contributions` tells who brings what, `computing` puts the value
together and checks it, `interval` says how sure it is, `explain` prints the arithmetic,
`difference` and `comparison` compare, `tree` follows the chain, `render` shows.
"""

from pcf.analysis.breakdown import Breakdown, Part
from pcf.analysis.comparison import Comparison, compare
from pcf.analysis.computing import footprint
from pcf.analysis.difference import Difference
from pcf.analysis.explain import Explanation
from pcf.analysis.interval import Interval
from pcf.analysis.values import Footprint

__all__ = [
    "Breakdown",
    "Comparison",
    "Difference",
    "Explanation",
    "Footprint",
    "Interval",
    "Part",
    "compare",
    "footprint",
]
