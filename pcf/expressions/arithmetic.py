"""How are numbers with units computed with? Sums, products, powers, functions, comparisons.

A quantity is a value (None is unknown) and a unit's canonical name. Unknown spreads through every
operation, its unit does not get lost, and units are checked whether values are known or not.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import UnitError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Quantity = tuple[float | None, str]

ANY_UNIT = ""
"""The unit of a literal zero: it may stand beside an amount of any unit, as in `max(0, x)`."""

GREATEST_EXPONENT = 100
_CLOSE = 1e-9


class FaultError(Exception):
    """What is wrong with an operation, before its place in the formula is known."""

    def __init__(self, code: str) -> None:
        """Hold the code of the message."""
        super().__init__(code)
        self.code = code


def combine(operator: str, one: Quantity, other: Quantity) -> Quantity:
    """Return `one` + - * / ** `other`; raises FaultError or UnitError.

    >>> combine("*", (2.0, "万kWh"), (0.5777, "kg CO2e/kWh"))
    (1.1554, '万kg CO2e')
    >>> combine("+", (1.0, "t"), (None, "kg"))
    (None, 't')
    """
    return finite(_OPERATORS[operator](one, other))


def apply(function: str, given: Sequence[Quantity]) -> Quantity:
    """Return a function of the language applied; raises FaultError or UnitError.

    >>> apply("max", [(0.0, ANY_UNIT), (-3.0, "kg")])
    (0.0, 'kg')
    """
    if function in {"min", "max"}:
        return _extreme(min if function == "min" else max, given)
    if function == "abs":
        value, unit = given[0]
        return None if value is None else abs(value), unit
    if function == "sqrt":
        return _root(given[0])
    number = pure(given[0])
    if function == "round":
        places = pure(given[1]) if len(given) > 1 else 0.0
        return _rounded(number, places)
    curve = {"exp": math.exp, "log": math.log}[function]
    return finite((None if number is None else _computed(curve, number), "1"))


def compare(operator: str, one: Quantity, other: Quantity) -> bool | None:
    """Return the truth of a comparison, None while a value is unknown.

    Values within 1e-9 of each other, relative to the greater, are equal, so that the spelling of a
    unit decides nothing; exactly one of <, ==, > holds.

    >>> compare("<", (1.0, "%"), (0.01, "1")), compare("==", (1.0, "kWh"), (3.6, "MJ"))
    (False, True)
    """
    first, second, _ = _in_one_unit(one, other)
    if first is None or second is None:
        return None
    equal = abs(first - second) <= _CLOSE * max(abs(first), abs(second))
    return {
        "==": equal,
        "!=": not equal,
        "<": first < second and not equal,
        "<=": first < second or equal,
        ">": first > second and not equal,
        ">=": first > second or equal,
    }[operator]


def negated(one: Quantity) -> Quantity:
    """Return the amount with the other sign."""
    value, unit = one
    return None if value is None else -value, unit


def agreed(one: Quantity, other: Quantity) -> Quantity:
    """Return what two branches agree on: their value when it is the same, else unknown."""
    first, second, unit = _in_one_unit(one, other)
    return (first if first is not None and first == second else None), unit


def pure(one: Quantity) -> float | None:
    """Return a ratio as a plain number; raises FaultError for anything with a dimension."""
    value, unit = one
    if unit == ANY_UNIT:
        return value
    try:
        factor = units.factor(unit, "1")
    except UnitError:
        raise FaultError("expression-needs-number") from None
    return None if value is None else value * factor


def finite(one: Quantity) -> Quantity:
    """Return the amount; raises FaultError when its value overflowed or is not a number."""
    if one[0] is not None and not math.isfinite(one[0]):
        raise FaultError("expression-not-finite")
    return one


def _in_one_unit(one: Quantity, other: Quantity) -> tuple[float | None, float | None, str]:
    (first, unit), (second, its_unit) = one, other
    if ANY_UNIT in {unit, its_unit}:
        return first, second, unit or its_unit
    factor = units.factor(its_unit, unit)
    converted, _ = finite((None if second is None else second * factor, unit))
    return first, converted, unit


def _add(one: Quantity, other: Quantity) -> Quantity:
    first, second, unit = _in_one_unit(one, other)
    return (None if first is None or second is None else first + second), unit


def _subtract(one: Quantity, other: Quantity) -> Quantity:
    return _add(one, negated(other))


def _multiply(one: Quantity, other: Quantity) -> Quantity:
    (first, unit), (second, its_unit) = _ratio_as_number(one), _ratio_as_number(other)
    factor, aligned = units.aligned(unit, its_unit)
    product = None if first is None or second is None else first * second * factor
    return product, units.multiply(unit, aligned)


def _divide(one: Quantity, other: Quantity) -> Quantity:
    (first, unit), (second, its_unit) = _ratio_as_number(one), _ratio_as_number(other)
    if second == 0:
        raise FaultError("expression-division-by-zero")
    quotient = None if first is None or second is None else first / second
    return quotient, units.divide(unit, its_unit)


def _raise(one: Quantity, other: Quantity) -> Quantity:
    base, unit = _ratio_as_number(one)
    exponent = pure(other)
    if exponent is not None and abs(exponent) > GREATEST_EXPONENT:
        raise FaultError("expression-exponent")
    if unit != "1":
        if exponent is None or exponent != int(exponent):
            raise FaultError("expression-exponent")
        unit = units.power(unit, int(exponent))
    if base is None or exponent is None:
        return None, unit
    return _computed(math.pow, base, exponent), unit


def _root(one: Quantity) -> Quantity:
    value, unit = _ratio_as_number(one)
    return None if value is None else _computed(math.sqrt, value), units.square_root(unit)


def _rounded(number: float | None, places: float | None) -> Quantity:
    if places is None or not 0 <= places <= 15 or places != int(places):
        raise FaultError("expression-places")
    return None if number is None else float(round(number, int(places))), "1"


def _extreme(choose: Callable[[list[float]], float], given: Sequence[Quantity]) -> Quantity:
    unit = next((each for _, each in given if each != ANY_UNIT), ANY_UNIT)
    values = [_in_one_unit((None, unit), quantity)[1] for quantity in given]
    known = [value for value in values if value is not None]
    return (choose(known) if len(known) == len(values) else None), unit


def _ratio_as_number(one: Quantity) -> Quantity:
    """Turn %, ppm and a literal zero into plain numbers; 'kg/t' stays, it says of what."""
    return (pure(one), "1") if one[1] in {"%", "ppm", ANY_UNIT} else one


def _computed(function: Callable[..., float], *values: float) -> float:
    try:
        return function(*values)
    except OverflowError:
        raise FaultError("expression-not-finite") from None
    except ValueError:
        raise FaultError("expression-domain") from None


_OPERATORS = {"+": _add, "-": _subtract, "*": _multiply, "/": _divide, "**": _raise}
