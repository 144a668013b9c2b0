"""Do the fields agree with each other? Sums, dates, switches, identities, as the text asks.

The published schemas check none of this. A sum is compared with the rounding that its own digits
allow: half a unit in the last place of every number in it; a zero is exact.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pcf.formats.pact import spelling
from pcf.formats.pact.faults import fault
from pcf.formats.pact.fields import EXCLUDING, FOOTPRINT, MASSLESS, OF_WHICH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pcf.formats.pact.faults import Fault

YEARS = 3
"""For how long a footprint may be valid after the period of its data (Methodology 3.2.3)."""

_CARBON = Decimal(44) / Decimal(12)


def relations(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong between the fields of a ProductFootprint.

    >>> pcf = {"fossilGhgEmissions": "1.5", "pcfExcludingBiogenicUptake": "1.85"}
    >>> [each.code for each in relations({"pcf": pcf})]
    ['pact-sum']
    """
    found = document.get("pcf")
    footprint = found if isinstance(found, dict) else {}
    yield from _identity(document)
    yield from _sums(footprint)
    yield from _parts(footprint)
    yield from _mass(footprint)
    yield from _geography(footprint)
    yield from _switches(footprint)
    yield from _operators(footprint)
    yield from _dates(document, footprint)


def _identity(document: Mapping[str, Any]) -> Iterator[Fault]:
    preceding = document.get("precedingPfIds")
    if isinstance(preceding, list) and document.get("id") in preceding:
        yield fault("pact-own-predecessor", "precedingPfIds", value=document["id"])
    if document.get("status") == "Deprecated":
        yield fault("pact-deprecated", "status")


def _sums(footprint: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _sum(footprint, "pcfExcludingBiogenicUptake", EXCLUDING)
    whole = ("pcfExcludingBiogenicUptake", "biogenicCO2Uptake")
    yield from _sum(footprint, "pcfIncludingBiogenicUptake", whole)
    content = _number(footprint, "biogenicCarbonContent")
    uptake = _number(footprint, "biogenicCO2Uptake")
    if content is None or uptake is None:
        return
    held = -content * _CARBON
    slack = _slack(footprint, "biogenicCO2Uptake") + _CARBON * _slack(
        footprint, "biogenicCarbonContent"
    )
    if abs(uptake - held) > slack:
        path = "pcf.biogenicCO2Uptake"
        yield fault("pact-uptake-content", path, uptake=uptake, held=round(held, 6))


def _sum(footprint: Mapping[str, Any], total: str, parts: tuple[str, ...]) -> Iterator[Fault]:
    stated = _number(footprint, total)
    terms = {name: _number(footprint, name) for name in parts}
    known = {name: value for name, value in terms.items() if value is not None}
    unreadable = any(name in footprint and value is None for name, value in terms.items())
    if stated is None or unreadable or parts[0] not in known:
        return
    added = sum(known.values(), Decimal(0))
    slack = sum((_slack(footprint, name) for name in (total, *known)), Decimal(0))
    if abs(stated - added) > slack:
        parts_named = " + ".join(known)
        yield fault("pact-sum", f"pcf.{total}", stated=stated, added=added, parts=parts_named)


def _slack(footprint: Mapping[str, Any], name: str) -> Decimal:
    if not _number(footprint, name):  # zero is exact
        return Decimal(0)
    digits = spelling.places(str(footprint[name]))
    return Decimal((0, (5,), -digits - 1))


def _parts(footprint: Mapping[str, Any]) -> Iterator[Fault]:
    for part, whole in OF_WHICH:
        less, more = _number(footprint, part), _number(footprint, whole)
        if less is not None and more is not None and less > max(more, Decimal(0)):
            yield fault("pact-of-which", f"pcf.{part}", part=less, field=whole, whole=more)


def _mass(footprint: Mapping[str, Any]) -> Iterator[Fault]:
    unit = footprint.get("declaredUnitOfMeasurement")
    mass = _number(footprint, "productMassPerDeclaredUnit")
    amount = _number(footprint, "declaredUnitAmount")
    path = "pcf.productMassPerDeclaredUnit"
    if mass is None or not isinstance(unit, str):
        return
    if unit == "kilogram" and amount is not None and mass != amount:
        yield fault("pact-mass", path, mass=mass, amount=amount)
    elif (unit in MASSLESS) != (mass == 0):
        yield fault("pact-mass-unit", path, mass=mass, unit=unit)


def _geography(footprint: Mapping[str, Any]) -> Iterator[Fault]:
    stated = [name for name in FOOTPRINT if name.startswith("geography") and name in footprint]
    if len(stated) > 1:
        yield fault("pact-geography", f"pcf.{stated[0]}", fields=", ".join(stated))


def _switches(footprint: Mapping[str, Any]) -> Iterator[Fault]:
    amounts = {
        "packagingEmissionsIncluded": ("packagingGhgEmissions",),
        "ccsTechnologicalCO2CaptureIncluded": (
            "ccsTechnologicalCO2Capture",
            "technologicalCO2Removals",
        ),
    }
    for switch, names in amounts.items():
        stated = [name for name in names if name in footprint]
        if footprint.get(switch) is False and stated:
            facts = {"field": switch, "stated": ", ".join(stated)}
            yield fault("pact-switch", f"pcf.{switch}", **facts)
        elif footprint.get(switch) is True and not stated:
            facts = {"field": switch, "wanted": ", ".join(names)}
            yield fault("pact-switch-silent", f"pcf.{switch}", **facts)


def _operators(footprint: Mapping[str, Any]) -> Iterator[Fault]:
    rules = footprint.get("productOrSectorSpecificRules")
    for at, each in enumerate(rules if isinstance(rules, list) else ()):
        if not isinstance(each, dict):
            continue
        named = "otherOperatorName" in each
        if named != (each.get("operator") == "Other"):
            path = f"pcf.productOrSectorSpecificRules[{at}].otherOperatorName"
            yield fault("pact-operator", path, operator=each.get("operator", ""))


def _dates(document: Mapping[str, Any], footprint: Mapping[str, Any]) -> Iterator[Fault]:
    start = spelling.time(footprint.get("referencePeriodStart"))
    end = spelling.time(footprint.get("referencePeriodEnd"))
    valid = spelling.time(document.get("validityPeriodStart"))
    until = spelling.time(document.get("validityPeriodEnd"))
    if start and end and start >= end:
        yield fault("pact-period", "pcf.referencePeriodEnd", start=start, end=end)
    if valid and until and valid >= until:
        yield fault("pact-period", "validityPeriodEnd", start=valid, end=until)
    if end and valid and valid < end:
        yield fault("pact-valid-early", "validityPeriodStart", valid=valid, end=end)
    if end and until and until > years_after(end, YEARS):
        latest = years_after(end, YEARS)
        yield fault("pact-valid-long", "validityPeriodEnd", until=until, latest=latest)


def years_after(moment: datetime, years: int) -> datetime:
    """Return the same day and hour some years later; 29 February becomes the 28th.

    The calendar ends with the year 9999.

    >>> from datetime import UTC, datetime
    >>> years_after(datetime(2024, 2, 29, tzinfo=UTC), 3).day
    28
    """
    year = min(moment.year + years, MAXYEAR)
    day = min(moment.day, monthrange(year, moment.month)[1])
    return moment.replace(year=year, day=day)


def _number(footprint: Mapping[str, Any], name: str) -> Decimal | None:
    value = footprint.get(name)
    is_bare = isinstance(value, int | float) and not isinstance(value, bool)
    return spelling.decimal(str(value) if is_bare else value)
