"""What do the Chinese rules say of a certificate? Issue, class, and how long it may be used.

国能发新能规〔2024〕67号 and the implementation rules reported on 2026-01-07, both read through
press copies (see docs/electricity-ledger.md).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from pcf.electricity.facts import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcf.electricity.facts import Device, Made, TradeClass
    from pcf.electricity.intervals import Interval

FIRST_MONTH_OF_24 = date(2024, 1, 1)
LAST_DAY_OF_OLDER = date(2025, 12, 31)
_ALWAYS_TRADABLE = {"wind", "PV", "CSP", "biomass", "geothermal", "ocean"}


def issue(months: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield month, certificates and carry from months and watt-hours, in order.

    A certificate is 1,000,000 Wh; the remainder is carried to the next month.

    >>> list(issue([("2025-11", 1_234_567_000), ("2025-12", 987_400_000)]))
    [('2025-11', 1234, 567000), ('2025-12', 987, 967000)]
    """
    carry = 0
    for month, energy in months:
        count, carry = divmod(carry + energy, SCHEMES["GEC"].face)
        yield month, count, carry


def last_usable_day(production: Interval, scheme: str = "GEC") -> date | None:
    """Return the last day on which certificates of a production may be used; None: no end.

    GEC: 24 calendar months, the month of production included; production before 2024 until the end
    of 2025. The Chinese month in which the production began counts.

    >>> from pcf.electricity.intervals import Interval
    >>> print(last_usable_day(Interval.read("2024-06")), last_usable_day(Interval.read("2023-07")))
    2026-05-31 2025-12-31
    """
    months = SCHEMES[scheme].months
    if months is None:
        return None
    made = production.first_day
    if scheme == "GEC" and made < FIRST_MONTH_OF_24:
        return LAST_DAY_OF_OLDER
    count = made.year * 12 + made.month - 1 + months - 1
    year, month = divmod(count, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def trade_class(device: Device, made: Made) -> TradeClass | None:
    """Return whether the certificates of a device's output may be traded; None: cannot be told.

    Wind, solar, biomass, geothermal and ocean power fed in: tradable. Hydropower: tradable when it
    was commissioned from 2023 on and is wholly sold in the market, else not. Self-consumed and
    off-grid power: not tradable. What a store gives back has no certificate.

    >>> from pcf.electricity.facts import Device
    >>> trade_class(Device("w", "wind"), "exported"), trade_class(Device("h", "hydro"), "exported")
    ('tradable', None)
    """
    if made == "storage discharge" or device.storage:
        return "none"
    if made == "self-consumed" or device.connection == "off-grid":
        return "non-tradable"
    if device.technology == "hydro":
        return _hydro_class(device)
    return "tradable" if device.technology in _ALWAYS_TRADABLE else "none"


def _hydro_class(device: Device) -> TradeClass | None:
    old = None if device.commissioned is None else device.commissioned < date(2023, 1, 1)
    if old or device.market is False:
        return "non-tradable"
    return None if old is None or device.market is None else "tradable"
