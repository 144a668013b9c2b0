"""What one harvest gives: grades of potatoes, starch and what comes with it, root, leaf and seed.

Each kind has its own first choice and the other ways beside it, so that a reader sees how much the
choice matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.allocation import Allocation, allocate
from pcf.methods.coproducts.dry_mass import by_dry_mass
from pcf.methods.declaration import Method, Need
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.model.processes import MultiOutputProcess

GRADES = Method(
    "potato grades",
    Name("potatoes of several grades", "马铃薯分级"),
    (
        Need("process", Name("the harvest by grade, fresh mass", "各等级鲜重")),
        Need(
            "price",
            Name("price of each grade, for the other way", "各等级价格（备选）"),
            optional=True,
        ),
    ),
    Name("'mass' first; 'price' beside", "首选质量；备选价格"),
    "share_i = m_i / sum m (first); m_i p_i / sum (m p) (beside)",
    "ISO 14044:2006, 4.3.4.2: grades are the same plant, grown together",
    ("2006",),
)
STARCH = Method(
    "starch products",
    Name("starch, protein, pulp and juice", "淀粉、蛋白、薯渣与汁水"),
    (
        Need("process", Name("products with basis and dry matter", "注明基准与干物质的产品")),
        Need(
            "price", Name("price of each, for the other way", "各产品价格（备选）"), optional=True
        ),
    ),
    Name("'dry mass' first; 'price' beside", "首选干物质；备选价格"),
    "share_i = dry mass_i / sum (first); m_i p_i / sum (m p) (beside)",
    "ISO 14044:2006, 4.3.4.2, steps 2 and 3",
    ("2006",),
)
PARTS = Method(
    "plant parts",
    Name("root, leaf and seed of one plant", "根、叶与种子"),
    (
        Need(
            "process",
            Name("products with basis, dry matter and price", "注明基准、干物质与价格的产品"),
        ),
    ),
    Name("'price' first; 'dry mass' beside", "首选价格；备选干物质"),
    "share_i = m_i p_i / sum (m p) (first); dry mass_i / sum (beside)",
    "ISO 14044:2006, 4.3.4.2, steps 3 and 2: the plant is grown for its root",
    ("2006",),
)
Ways = dict[str, Allocation]


def potato_grades(process: MultiOutputProcess, *, reason: str = "") -> Ways:
    """Return the harvest by fresh mass, the same burden for a kilogram of any grade, and by price.

    'price' is there where every grade states one; feed and starch grades cost less. The first way
    is the one to take. Raises AllocationError with all problems of the first way.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, MultiOutputProcess
    >>> field = MultiOutputProcess("field", (
    ...     CoProduct("table", Amount(30.0, "t"), {"price": Amount(1200.0, "CNY/t")}, basis="wet"),
    ...     CoProduct("starch", Amount(10.0, "t"), {"price": Amount(600.0, "CNY/t")}, basis="wet")))
    >>> {way: round(found.shares["table"], 4) for way, found in potato_grades(field).items()}
    {'mass': 0.75, 'price': 0.8571}
    """
    first = allocate(process, by="mass", reason=reason)
    return {"mass": first, **_priced(process)}


def starch_products(process: MultiOutputProcess, *, reason: str = "") -> Ways:
    """Return the products of a starch mill by dry mass, and by price where all state one.

    Raises AllocationError with all problems of the first way (`by_dry_mass`).

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, MultiOutputProcess
    >>> mill = MultiOutputProcess("mill", (
    ...     CoProduct("starch", Amount(800.0, "kg"), basis="dry"),
    ...     CoProduct("pulp", Amount(1.0, "t"), {"dry_matter": Amount(20.0, "%")}, basis="wet")))
    >>> list(starch_products(mill))
    ['dry mass']
    """
    return {"dry mass": by_dry_mass(process, reason=reason), **_priced(process)}


def plant_parts(process: MultiOutputProcess, *, reason: str = "") -> Ways:
    """Return root, leaf and seed by price, and by dry mass.

    Raises AllocationError with all problems of both ways: every part states a price, and its basis.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, MultiOutputProcess
    >>> field = MultiOutputProcess("field", (
    ...     CoProduct("root", Amount(2.0, "t"), {"price": Amount(50.0, "CNY/kg")}, basis="dry"),
    ...     CoProduct("leaf", Amount(3.0, "t"), {"price": Amount(1.0, "CNY/kg")}, basis="dry")))
    >>> {way: round(found.shares["root"], 4) for way, found in plant_parts(field).items()}
    {'price': 0.9709, 'dry mass': 0.4}
    """
    first = allocate(process, by="price", reason=reason)
    return {"price": first, "dry mass": by_dry_mass(process)}


def _priced(process: MultiOutputProcess) -> Ways:
    stated = all("price" in row.properties for row in process.products)
    return {"price": allocate(process, by="price")} if stated else {}
