"""What leaves the house? Declarations, sealed bundles, signatures, reports.

`values` what a declaration is, `declaring` when one may be made, `registry` the formats that it
takes, `rounding` how its numbers are written.
"""

from pcf.declare.declaring import declare_footprint
from pcf.declare.registry import Format, formats
from pcf.declare.rounding import declared_value
from pcf.declare.values import Capture, Company, Declaration, Product, Verification

__all__ = [
    "Capture",
    "Company",
    "Declaration",
    "Format",
    "Product",
    "Verification",
    "declare_footprint",
    "declared_value",
    "formats",
]
