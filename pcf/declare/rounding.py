"""How is a number written that leaves the house? Rounded once, exactly, and never to flatter."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

SIGNIFICANT = 12
"""Digits of the largest part that a plain decimal keeps: more than any input has, fewer than 15."""


def declared_value(total: float) -> str:
    """Return a total as a label shows it: three significant digits, never below the computed one.

    A number that has three digits or fewer stays as it is; a negative one moves towards zero.
    What lies below the twelfth digit is noise of the arithmetic, and no reason to round up.
    DESIGN, 'What the number is' 9.

    >>> declared_value(13580.78), declared_value(0.0324 + 0.0327), declared_value(9990.1)
    ('13600', '0.0651', '10000')
    """
    if total == 0:
        return "0"
    exact = rounded(total, quantum([total]))
    return plain(exact.quantize(Decimal((0, (1,), exact.adjusted() - 2)), ROUND_CEILING))


def quantum(values: list[float]) -> Decimal:
    """Return the last written place for numbers that must add up: 12 digits of the largest.

    >>> quantum([13.58078, -0.002])
    Decimal('1E-10')
    """
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0:
        return Decimal(1)
    return Decimal((0, (1,), Decimal(repr(largest)).adjusted() - SIGNIFICANT + 1))


def rounded(value: float, place: Decimal) -> Decimal:
    """Return `value` at the last written place, half to even."""
    return Decimal(repr(float(value))).quantize(place, ROUND_HALF_EVEN)


def plain(value: Decimal) -> str:
    """Return a decimal in plain notation: no exponent, no zeros at the end, no negative zero.

    >>> plain(Decimal("1E+1")), plain(Decimal("-0.00")), plain(Decimal("1.50"))
    ('10', '0', '1.5')
    """
    written = format(value, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in {"-0", ""} else written
