"""Which unit is meant, and how much of another is it? The closed list of units.

Values hold a number and a unit's canonical name; the functions here read spellings in Chinese and
English, convert, and refuse what is not exactly in the list (`pcf/units.txt`). Nothing is read and
pint is not loaded before the first unit is asked for.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, overload

from pcf.errors import UnitError, problem
from pcf.units import measures, names
from pcf.units.conditions import basis, basis_name, require_gas_volume

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "aligned",
    "basis",
    "basis_name",
    "convert",
    "dimension",
    "divide",
    "factor",
    "multiply",
    "parse",
    "power",
    "require_gas_volume",
    "same_dimension",
    "square_root",
    "unit",
]

_LONGEST = 200
_NUMBER = re.compile(
    r"(?P<digits>[+-]?(?:(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+))"
    r"(?:[eE](?P<exponent>[+-]?\d{1,3}))?(?: ?\* ?10\^(?P<tens>[+-]?\d{1,3}))?",
    re.ASCII,
)
_TWO_READINGS = re.compile(r"[\d,.^]| (?!1(?:/|$))[\d,.]")
_TENS_ALONE = re.compile(r"(?P<sign>[+-]?)10\^(?P<tens>[+-]?\d{1,3})(?!\d)", re.ASCII)


def unit(text: str) -> str:
    """Return the canonical name of a unit as written; the name itself reads as itself.

    Raises UnitError with candidates and the reason when the list does not hold it exactly.

    >>> unit("ＫＷＨ"), unit("千克二氧化碳当量/度"), unit("kg CO2-eq per (t·km)")
    ('kWh', 'kg CO2e/kWh', 'kg CO2e/tkm')
    >>> unit("百万千瓦时"), unit("GJ/10^4 Nm3"), unit("吨标煤")
    ('百万kWh', 'GJ/万Nm3', 'tce')
    """
    return names.write(names.read(text))


def parse(text: str) -> tuple[float, str]:
    """Return the number and the canonical unit of an amount as written.

    Thousands are grouped by threes with commas or not at all; anything else is refused.
    Raises UnitError for a missing or ambiguous number and for a missing or unlisted unit.

    >>> parse("3.9 万千瓦时"), parse("－１，２３４．５ｋｇ"), parse("3.9×10⁴ kWh")
    ((3.9, '万kWh'), (-1234.5, 'kg'), (39000.0, 'kWh'))
    """
    if len(text) > _LONGEST:
        raise UnitError(problem("unit-too-long", unit=text[:40] + "…", length=len(text)))
    written = names.folded(text)
    found = _TENS_ALONE.match(written) or _NUMBER.match(written)
    if found is None:
        raise UnitError(problem("number-missing", text=text[:60]))
    rest = written[found.end() :]
    if _TWO_READINGS.match(rest):
        raise UnitError(problem("number-ambiguous", text=text[:60]))
    value = _number(found, text)
    return value, unit(rest)


def factor(from_unit: str, to_unit: str) -> float:
    """Return how many of `to_unit` one of `from_unit` is, rounded once from an exact fraction.

    Raises UnitError that names both dimensions when they differ.

    >>> factor("kWh", "MJ"), factor("亩", "m2"), factor("%", "1")
    (3.6, 666.6666666666666, 0.01)
    """
    one, other = (measures.measure(names.read(each)) for each in (from_unit, to_unit))
    if one.dimension != other.dimension:
        raise _mismatch(unit(from_unit), unit(to_unit))
    return float(one.size / other.size)


@overload
def convert(value: float, from_unit: str, to_unit: str) -> float: ...
@overload
def convert(value: NDArray[np.float64], from_unit: str, to_unit: str) -> NDArray[np.float64]: ...
def convert(
    value: float | NDArray[np.float64], from_unit: str, to_unit: str
) -> float | NDArray[np.float64]:
    """Return a value, or an array of any shape and length, in another unit.

    The factor is looked up once, however long the array. Raises UnitError as `factor` does.

    >>> convert(2.0, "万kWh", "MWh")
    20.0
    """
    return value * factor(from_unit, to_unit)


def dimension(unit: str) -> str:
    """Return what a unit measures, as text with one form for each dimension.

    >>> dimension("kWh"), dimension("GJ/t"), dimension("tkm"), dimension("%")
    ('energy', 'energy/mass', 'transport', 'ratio')
    >>> dimension("kg") == dimension("kg CO2e")
    False
    """
    return measures.dimension_text(measures.measure(names.read(unit)).dimension).en


def same_dimension(one: str, other: str) -> bool:
    """Say whether two units convert into each other.

    >>> same_dimension("tce", "kWh"), same_dimension("m3", "Nm3")
    (True, False)
    """
    pair = (measures.measure(names.read(each)).dimension for each in (one, other))
    return next(pair) == next(pair)


def multiply(one: str, other: str) -> str:
    """Return the unit of a product; like names cancel, and no number hides in a name.

    >>> multiply("kg CO2e/tkm", "t"), multiply("t", "km"), multiply("kg", "1/t")
    ('kg CO2e/km', 'tkm', 'kg/t')
    """
    return names.write(names.combine(names.read(one), names.read(other), 1))


def aligned(one: str, other: str) -> tuple[float, str]:
    """Return `other` in units that cancel against `one` in a product, and its number in them.

    >>> aligned("kWh", "kg CO2e/MWh"), aligned("t", "kg/item")
    ((0.001, 'kg CO2e/kWh'), (1.0, 'kg/item'))
    """
    cost, unit = measures.aligned(names.read(one), names.read(other))
    return float(cost), names.write(unit)


def divide(one: str, other: str) -> str:
    """Return the unit of a quotient.

    >>> divide("kWh", "t"), divide("kWh", "h"), divide("kg", "kg")
    ('kWh/t', 'kW', '1')
    """
    return names.write(names.combine(names.read(one), names.read(other), -1))


def power(unit: str, exponent: int) -> str:
    """Return a unit to a whole power.

    >>> power("m", 3), power("kWh", -1)
    ('m3', '1/kWh')
    """
    return names.write(names.combine(names.Composition(0, ()), names.read(unit), exponent))


def square_root(unit: str) -> str:
    """Return the unit whose square is `unit`; raises UnitError when the list holds none.

    >>> square_root("m2"), square_root("1")
    ('m', '1')
    """
    found = names.read(unit)
    if any(each % 2 for each in (found.tens, *(power for _, power in found.powers))):
        raise UnitError(problem("unit-root", unit=unit))
    half = tuple((name, power // 2) for name, power in found.powers)
    return names.write(names.Composition(found.tens // 2, half))


def _number(found: re.Match[str], text: str) -> float:
    parts = found.groupdict(default="")
    digits = parts["digits"].replace(",", "") if "digits" in parts else f"{parts['sign']}1"
    exact = Decimal(digits)
    for power in (parts.get("exponent"), parts["tens"]):
        exact = exact.scaleb(int(power)) if power else exact
    value = float(exact)
    if not math.isfinite(value) or (value == 0 and exact != 0):
        raise UnitError(problem("number-out-of-range", text=text[:60]))
    return value


_SPECIAL_MISMATCHES = {
    frozenset({"mass", "climate impact"}): "unit-mass-and-co2e",
    frozenset({"volume", "gas volume"}): "unit-gas-volume",
    frozenset({"CNY", "USD"}): "unit-money",
    frozenset({"CNY", "EUR"}): "unit-money",
    frozenset({"EUR", "USD"}): "unit-money",
}


def _mismatch(one: str, other: str) -> UnitError:
    first, second = (
        measures.dimension_text(measures.measure(names.read(each)).dimension)
        for each in (one, other)
    )
    code = _SPECIAL_MISMATCHES.get(frozenset({first.en, second.en}), "unit-dimension")
    return UnitError(
        problem(
            code,
            from_unit=one,
            to_unit=other,
            from_en=first.en,
            from_zh=first.zh,
            to_en=second.en,
            to_zh=second.zh,
        )
    )
