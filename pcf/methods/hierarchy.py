"""Which methods of allocation are there? What each needs, and where it stands.

ISO 14044:2006, 4.3.4.2 (taken up by ISO 14067:2018, 6.4.6) orders them: first avoid allocation, by
dividing the process or by expanding the system; else follow physical relationships; else others,
such as economic value. A declaration states what a method needs before it computes anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from pcf import text
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["subdivision", "expansion", "physical", "economic", "other", "given"]
LEVELS: tuple[Level, ...] = get_args(Level)

STEPS: Mapping[Level, int | None] = {
    "subdivision": 1,
    "expansion": 1,
    "physical": 2,
    "economic": 3,
    "other": 3,
    "given": None,
}
"""The step of ISO 14044:2006, 4.3.4.2; shares that are only given have none until one is stated."""

_CLAUSE = "ISO 14044:2006, 4.3.4.2, step"
CURRENCIES = ("CNY", "EUR", "USD")


@dataclass(frozen=True, slots=True)
class Method:
    """What a method of allocation needs and returns.

    `levels` are those it may claim, its own first. `needs` and `returns` are for people. `measures`
    are the dimensions that a co-product's property times its amount may have, none for any; where
    the amount itself has one of them, no property is needed.
    """

    id: str
    name: Name
    levels: tuple[Level, ...]
    needs: Name
    returns: Name
    source: str
    measures: tuple[str, ...] = ()

    @property
    def spellings(self) -> frozenset[str]:
        """The folded names by which a study may call the method or its property."""
        return frozenset(map(text.fold, (self.id, self.name.en, self.name.zh)))


_ALL: tuple[Method, ...] = (
    Method(
        "mass",
        Name("mass", "质量"),
        ("physical", "other"),
        Name(
            "an amount in a unit of mass, or the property 'mass' per unit",
            "以质量单位表示的数量，或每单位的“mass”属性",
        ),
        Name("shares in proportion to mass", "按质量比例的份额"),
        f"{_CLAUSE} 2",
        ("mass",),
    ),
    Method(
        "energy",
        Name("energy", "能量"),
        ("physical", "other"),
        Name(
            "an amount in a unit of energy, or the property 'energy' per unit",
            "以能量单位表示的数量，或每单位的“energy”属性",
        ),
        Name("shares in proportion to energy", "按能量比例的份额"),
        f"{_CLAUSE} 2",
        ("energy",),
    ),
    Method(
        "price",
        Name("price", "价格"),
        ("economic",),
        Name("the property 'price' per unit, in one currency", "每单位的“price”属性，币种须一致"),
        Name("shares in proportion to revenue", "按收入比例的份额"),
        f"{_CLAUSE} 3",
        CURRENCIES,
    ),
    Method(
        "equal",
        Name("equal", "均分"),
        ("other",),
        Name("nothing", "无需任何属性"),
        Name("the same share for every co-product", "各共生产品份额相同"),
        f"{_CLAUSE} 3",
    ),
    Method(
        "given",
        Name("given", "给定"),
        ("given", "physical", "economic", "other"),
        Name(
            "a share for every co-product, or its property 'share'; they sum to one",
            "每个共生产品的份额，或其“share”属性；合计须为一",
        ),
        Name("the given shares", "所给份额"),
        _CLAUSE.removesuffix(", step"),
    ),
    Method(
        "weights",
        Name("weights", "权重"),
        ("given", "physical", "economic", "other"),
        Name(
            "a weight for the whole of every co-product, or its property 'weights'",
            "每个共生产品整体的权重，或其“weights”属性",
        ),
        Name("shares in proportion to the weights", "按权重比例的份额"),
        _CLAUSE.removesuffix(", step"),
    ),
    Method(
        "causes",
        Name("causes", "因果"),
        ("physical", "other"),
        Name(
            "for every exchange the co-products that cause it, with shares that sum to one",
            "每个交换由哪些共生产品引起及其份额，合计须为一",
        ),
        Name("shares of its own for every exchange", "每个交换各自的份额"),
        f"{_CLAUSE} 2",
    ),
)

METHODS: Mapping[str, Method] = {method.id: method for method in _ALL}


def find_method(by: str) -> Method:
    """Return the method called `by` in either language; any other word names a property.

    >>> find_method("质量").id, find_method("volume").levels[0]
    ('mass', 'physical')
    """
    for method in _ALL:
        if text.fold(by) in method.spellings:
            return method
    return Method(
        by,
        Name(by),
        ("physical", "economic", "other"),
        Name(f"the property '{by}' per unit", f"每单位的“{by}”属性"),
        Name(f"shares in proportion to {by}", f"按“{by}”比例的份额"),
        f"{_CLAUSE} 2",
    )
