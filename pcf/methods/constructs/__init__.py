"""How do supply and use tables become coefficients per product? The constructs, one a file.

Majeau-Bettez, Wood and Stromman, Unified Theory of Allocations and Constructs in Life Cycle
Assessment and Input-Output Analysis, J. Ind. Ecol. 18(5):747-770 (2014): an allocation divides each
industry among its products; aggregated over industries it is a construct.
"""

from pcf.methods.constructs.alternate_activity import alternate_activity
from pcf.methods.constructs.byproduct_technology import byproduct_technology
from pcf.methods.constructs.commodity_technology import commodity_technology
from pcf.methods.constructs.european_system import european_system
from pcf.methods.constructs.industry_technology import industry_technology
from pcf.methods.constructs.lump_sum import lump_sum
from pcf.methods.constructs.partition import partition
from pcf.methods.constructs.product_substitution import product_substitution
from pcf.methods.constructs.results import Allocated, Coefficients
from pcf.methods.constructs.tables import SupplyUse, supply_use

__all__ = [
    "Allocated",
    "Coefficients",
    "SupplyUse",
    "alternate_activity",
    "byproduct_technology",
    "commodity_technology",
    "european_system",
    "industry_technology",
    "lump_sum",
    "partition",
    "product_substitution",
    "supply_use",
]
