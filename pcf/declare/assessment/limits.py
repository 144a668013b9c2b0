"""Is a declared value within the limit of a low-carbon label? And how it is said."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pcf.declare.rounding import declared_value
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.declare.assessment.values import Record


def within_limit(total: float, limit: float) -> bool:
    """Tell whether the value that a label would show is not above its limit.

    The value is compared as it is written: three digits, never below the computed one.

    >>> within_limit(13580.78, 13600), within_limit(13580.78, 13590), within_limit(0.0651, 0.0651)
    (True, False, True)
    """
    return Decimal(declared_value(total)) <= Decimal(repr(float(limit)))


def limit_said(total: float, record: Record) -> Name:
    """Return the declared value against the limit in words; nothing where no limit is given.

    No example: a statement shows it.
    """
    if record.limit is None:
        return Name()
    shown, limit = declared_value(total), f"{record.limit:.12g}"
    is_within = within_limit(total, record.limit)
    source = f" ({record.limit_source})" if record.limit_source else ""
    return Name(
        f"declared value {shown} kg CO2e, limit {limit}{source}: "
        f"{'within' if is_within else 'above'}",
        f"声明值 {shown} kg CO2e，限值 {limit}{source}：{'未超过' if is_within else '超过'}",
    )
