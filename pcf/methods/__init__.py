"""How does the real world become exchanges? Published methods, one a file.

The folders hold one method a file: `combustion`, `power`, `chemistry`, `metals`, `waste`,
`balances`, `capture`, `transport`, `crops`, `land`, `recycling`, `coproducts`, `constructs`; each
declares what it needs, its equation and its source (`catalogue` lists them all).

Here: allocation. `allocate` divides a process with several products by a stated method,
`subdivide` takes it apart, `substitute` credits what its co-products replace; `alternatives` puts
several methods side by side. `METHODS` says of each what it needs, where it stands in the hierarchy
of ISO 14044 and which clause it rests on.
"""

from pcf.methods.allocation import Allocation, allocate, alternatives
from pcf.methods.hierarchy import METHODS, STEPS, Level, Method
from pcf.methods.subdivision import Part, Subdivision, subdivide
from pcf.methods.substitution import substitute

__all__ = [
    "METHODS",
    "STEPS",
    "Allocation",
    "Level",
    "Method",
    "Part",
    "Subdivision",
    "allocate",
    "alternatives",
    "subdivide",
    "substitute",
]
