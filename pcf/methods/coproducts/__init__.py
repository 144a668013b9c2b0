"""What choices do co-products of metals, works, harvests and fields call for? One a file.

What `pcf.methods.allocate` does, with the choices that these products call for made plain: base
metals by mass, precious ones by price over the same years; no credit by default for acid, slag and
steam; harvests by dry mass or price; crops on one field by area and time.
"""

from pcf.methods.coproducts.by_products import by_products
from pcf.methods.coproducts.dry_mass import by_dry_mass
from pcf.methods.coproducts.harvests import plant_parts, potato_grades, starch_products
from pcf.methods.coproducts.intercrops import intercrops
from pcf.methods.coproducts.metals import metal_allocation
from pcf.methods.coproducts.prices import Price, PriceAllocation, average_prices, price_allocation
from pcf.methods.coproducts.works_gases import works_gas

__all__ = [
    "Price",
    "PriceAllocation",
    "average_prices",
    "by_dry_mass",
    "by_products",
    "intercrops",
    "metal_allocation",
    "plant_parts",
    "potato_grades",
    "price_allocation",
    "starch_products",
    "works_gas",
]
