"""How does a PACT footprint become a process of a study? With what must be weighed of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pcf.background.behind import Declared
from pcf.background.received import Received
from pcf.background.values import BackgroundProcess
from pcf.errors import DeclareError, problem
from pcf.formats.pact import spelling
from pcf.formats.pact.fields import EXCLUDING
from pcf.model.amounts import Amount, Source
from pcf.model.coverage import WORLD, Coverage, Period, places
from pcf.model.flows import UNSPLIT, ProductFlow, find_gas
from pcf.model.processes import Exchange, UnitProcess
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.formats.pact.reading import PactFootprint
    from pcf.model.amounts import Confidence

_UNITS = {
    "liter": "l", "kilogram": "kg", "cubic meter": "m3", "kilowatt hour": "kWh", "megajoule": "MJ",
    "ton kilometer": "tkm", "square meter": "m2", "piece": "piece", "hour": "h",
}  # fmt: skip
_FLOWS = (
    ("landUseChangeGhgEmissions", "CO2, land-use change", 1.0),
    ("landManagementBiogenicCO2Emissions", "CO2, land management", 1.0),
    ("landManagementBiogenicCO2Removals", "CO2, land management, removed", -1.0),
    ("technologicalCO2Removals", "CO2, technical removal", -1.0),
)
_UNSPLIT = ("fossilGhgEmissions", "ccsTechnologicalCO2Capture", "biogenicNonCO2Emissions")


def received(footprint: PactFootprint, product: str, *, fingerprint: str = "") -> Received:
    """Return a footprint that came in as the process that makes `product`, as its supplier says.

    Fossil emissions after capture and biogenic methane and nitrous oxide enter as 'CO2e, not
    split', since PACT gives no gases; land-use change, land management and technical removals keep
    their lines. What the stated total has above its parts (version 2 has parts that version 3
    lacks) enters there too: never less than the supplier states. Uptake is not carried: it is the
    carbon that the product holds. Without a verification the confidence is 'unverified', so that a
    study must name it. Raises DeclareError where an amount is missing or negative, or the declared
    unit has no counterpart.

    No example: `docs/declarations.md` shows it whole.
    """
    fields, pcf = footprint.fields, footprint.fields["pcf"]
    amount = footprint.number("declaredUnitAmount")
    unit = _UNITS.get(pcf["declaredUnitOfMeasurement"])
    parts = [footprint.number(name) for name in _UNSPLIT]
    unsplit = float(sum(value for value in parts if value is not None) + _left_over(footprint))
    period = _period(footprint)
    if amount is None or unit is None or unsplit < 0 or period is None:
        facts = {"unit": pcf["declaredUnitOfMeasurement"], "value": f"{unsplit:g}"}
        raise DeclareError(problem("pact-not-a-process", footprint.id, sorted(_UNITS), **facts))
    source = _source(footprint, fingerprint)
    exchanges = _exchanges(footprint, unsplit, source)
    name = Name(fields["productNameCompany"], fields["productNameCompany"])
    process = UnitProcess(
        footprint.id,
        product,
        Amount(float(amount), unit),
        exchanges,
        name,
        coverage=Coverage(_place(footprint), period),
        foreground=False,
        source=source.id,
    )
    declared = _declared(footprint)
    unsure = tuple(each.id for each in exchanges) if declared.verification == "none" else ()
    row = BackgroundProcess(process, "cradle to gate", unverified=unsure, declared=declared)
    return Received(row, ProductFlow(product, name, unit), source)


def _left_over(footprint: PactFootprint) -> Decimal:
    """Return by how much the stated total exceeds the sum of its parts, else 0."""
    stated = footprint.number("pcfExcludingBiogenicUptake")
    parts = [footprint.number(name) for name in EXCLUDING]
    added = sum((part for part in parts if part is not None), Decimal(0))
    return max(stated - added, Decimal(0)) if stated is not None else Decimal(0)


def _declared(footprint: PactFootprint) -> Declared:
    verifier = footprint.fields["pcf"].get("verification", {}).get("providerName", "")
    until = spelling.time(footprint.fields.get("validityPeriodEnd"))
    share = footprint.number("primaryDataShare")
    return Declared(
        supplier=footprint.fields["companyName"],
        characterisation=", ".join(footprint.fields["pcf"]["ipccCharacterizationFactors"]),
        convention="0/0",
        verification="third party" if verifier else "none",
        verifier=verifier,
        valid_until=None if until is None else until.date() - timedelta(days=1),
        primary_share=None if share is None else float(share) / 100,
    )


def _source(footprint: PactFootprint, fingerprint: str) -> Source:
    declared, fields = _declared(footprint), footprint.fields
    primary = declared.primary_share is not None and declared.primary_share > 0.5
    sure: Confidence = "primary" if primary else "secondary"
    return Source(
        id=f"{declared.supplier}: {footprint.id}",
        document=f"PACT {footprint.version} {footprint.id}",
        published=str(fields["created"])[:10],
        valid_until="" if declared.valid_until is None else declared.valid_until.isoformat(),
        confidence="unverified" if declared.verification == "none" else sure,
        fingerprint=fingerprint,
        note=str(fields.get("comment", ""))[:400],
    )


def _exchanges(footprint: PactFootprint, unsplit: float, source: Source) -> tuple[Exchange, ...]:
    amounts = {UNSPLIT: unsplit}
    for field, flow_id, sign in _FLOWS:
        stated = footprint.number(field)
        if stated is not None:
            amounts[flow_id] = sign * float(stated)
    made = []
    for name, value in amounts.items():
        flow = find_gas(name)
        if flow is not None:
            amount = Amount(value, flow.unit, source=source.id)
            id_ = f"{footprint.id}: {flow.id}"
            exchange = Exchange(flow.id, amount, flow.direction, "elementary", elementary=flow)
            made.append(replace(exchange, id=id_, confidence=source.confidence))
    return tuple(made)


def _place(footprint: PactFootprint) -> str:
    pcf = footprint.fields["pcf"]
    stated = pcf.get("geographyCountrySubdivision") or pcf.get("geographyCountry") or WORLD
    return stated if stated in places() else WORLD


def _period(footprint: PactFootprint) -> Period | None:
    """Return the days of the data; None where they are less than one."""
    pcf = footprint.fields["pcf"]
    start = spelling.time(pcf["referencePeriodStart"])
    end = spelling.time(pcf["referencePeriodEnd"])
    if start is None or end is None or start.date() >= end.date():
        return None
    return Period(start.date(), end.date())
