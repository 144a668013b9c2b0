"""How does a declaration become a PACT 3.0 footprint? Strictly: what a reader weighs is refused.

Amounts are per what is sold: one kilogram, one piece of stated mass, or one unit of another kind.
A study on metal contained or dry mass is converted with the stated content, and the comment shows
how. Parts are rounded once, to twelve digits of the largest, and the totals are their exact sums.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from pcf import units
from pcf.declare.rounding import plain, quantum, rounded
from pcf.declare.sold import kilograms_as_sold
from pcf.errors import DeclareError, problem
from pcf.formats.pact import faults as told
from pcf.formats.pact.fields import EXCLUDING
from pcf.formats.pact.reading import as_json, check_pact
from pcf.formats.pact.scope import dates, identity, texts
from pcf.model.flows import IN_TOTAL
from pcf.rules.facts.case import Case
from pcf.rules.facts.quality import indicator_means

if TYPE_CHECKING:
    from pcf import text
    from pcf.analysis import Footprint
    from pcf.declare.values import Declaration
    from pcf.errors import Problem

_UNITS = {
    "kg": "kilogram", "l": "liter", "m3": "cubic meter", "kWh": "kilowatt hour",
    "MJ": "megajoule", "tkm": "ton kilometer", "m2": "square meter", "piece": "piece", "h": "hour",
}  # fmt: skip
_CARBON = 44.0 / 12.0
_RATINGS = {
    "technologicalDQR": "technology",
    "geographicalDQR": "geography",
    "temporalDQR": "time",
}
_OUR_LINES = {
    "landUseChangeGhgEmissions": "direct land-use change",
    "biogenicNonCO2Emissions": "biogenic CH4 and N2O",
    "aircraftGhgEmissions": "aircraft",
}
"""Written where the system has such a flow; a line that nothing is on is not stated as zero."""


def write_pact(declaration: Declaration, language: text.Language = "en") -> bytes:
    """Return a declaration as a PACT 3.0 ProductFootprint in JSON, every number exact text.

    `primaryDataShare` is the share of primary data in the sum of the absolute contributions to the
    total: a contribution is primary when both its activity data and its factor are. Fossil
    emissions stand before capture: net plus what is stored. Raises DeclareError with everything
    that PACT demands and the declaration lacks: unknown is never written as zero.

    No example: `docs/declarations.md` shows it whole.
    """
    problems: list[Problem] = []
    scale, unit = _as_sold(declaration, problems)
    amounts = _amounts(declaration, scale, problems)
    if problems:
        raise DeclareError(*problems)
    pcf = {**unit, **dates(declaration), **amounts, **texts(declaration)}
    pcf |= _shares(declaration.footprint) | _ratings(declaration)
    document = {**identity(declaration, language), "pcf": pcf}
    found = [each for each in check_pact(document) if each.code != "pact-deprecated"]
    if found:
        raise DeclareError(*told.problems(found, "PACT 3.0"))
    return as_json(document)


def _as_sold(declaration: Declaration, problems: list[Problem]) -> tuple[float, dict[str, Any]]:
    """Return by what an amount per declared unit is multiplied, and the unit that is declared."""
    asked, product = declaration.footprint.declared_unit, declaration.product
    if not units.same_dimension(asked.amount.unit, "kg"):
        return _not_mass(declaration, problems)
    try:
        sold = kilograms_as_sold(declaration)
    except DeclareError as error:
        problems += error.problems
        return 1.0, {}
    piece = product.amount("mass_per_piece")
    word, mass = ("kilogram", 1.0) if piece is None else ("piece", piece)
    return mass / sold, {
        "declaredUnitOfMeasurement": word,
        "declaredUnitAmount": "1",
        "productMassPerDeclaredUnit": plain(Decimal(repr(mass))),
    }


def _not_mass(declaration: Declaration, problems: list[Problem]) -> tuple[float, dict[str, Any]]:
    asked = declaration.footprint.declared_unit
    fitting = [unit for unit in _UNITS if units.same_dimension(asked.amount.unit, unit)]
    mass = declaration.product.amount("mass_per_piece")
    if not fitting:
        unit = asked.amount.unit
        problems.append(problem("pact-unit", declaration.product.name, list(_UNITS), unit=unit))
        return 1.0, {}
    massless = fitting[0] in {"kWh", "MJ", "tkm", "h"}
    if mass is None and not massless:
        problems.append(problem("pact-mass-unknown", declaration.product.name))
        return 1.0, {}
    quantity = units.convert(asked.quantity, asked.amount.unit, fitting[0])
    return 1 / quantity, {
        "declaredUnitOfMeasurement": _UNITS[fitting[0]],
        "declaredUnitAmount": "1",
        "productMassPerDeclaredUnit": "0" if mass is None else plain(Decimal(repr(mass))),
    }


def _amounts(declaration: Declaration, scale: float, problems: list[Problem]) -> dict[str, Any]:
    """Return the amounts per declared unit as sold, their sums exact in the written digits."""
    footprint = declaration.footprint
    lines = footprint.lines
    shown = {group.line for group in footprint.contributions.groups}
    values = {name: lines[line] for name, line in _OUR_LINES.items() if line in shown}
    stored = 0.0 if declaration.capture is None else declaration.capture.kg
    fossil = lines.get("fossil", 0.0) + lines.get("aircraft", 0.0)
    emitted, removed = _signed(footprint, "land management")
    _, withdrawn = _signed(footprint, "technical removals")
    values["fossilGhgEmissions"] = fossil + stored
    if "land management" in shown:
        values["landManagementBiogenicCO2Emissions"] = emitted
        values["landManagementBiogenicCO2Removals"] = removed
    has_capture = declaration.capture is not None or withdrawn < 0
    if has_capture:
        values |= {"ccsTechnologicalCO2Capture": -stored, "technologicalCO2Removals": withdrawn}
    carbon = footprint.biogenic.stored
    uptake = None if carbon is None else -carbon * _CARBON
    _check_biogenic(footprint, uptake, problems)
    if uptake is not None:
        values["biogenicCO2Uptake"] = uptake
    packaging = _packaging(footprint)
    if packaging is not None:
        values["packagingGhgEmissions"] = packaging
    scaled = {name: value * scale for name, value in values.items()}
    place = quantum(list(scaled.values()))
    exact = {name: rounded(value, place) for name, value in scaled.items()}
    excluding = sum((exact[name] for name in EXCLUDING if name in exact), Decimal(0))
    exact["pcfExcludingBiogenicUptake"] = excluding
    exact["pcfIncludingBiogenicUptake"] = excluding + exact.get("biogenicCO2Uptake", Decimal(0))
    made: dict[str, Any] = {name: plain(value) for name, value in exact.items()}
    made["packagingEmissionsIncluded"] = packaging is not None
    made["ccsTechnologicalCO2CaptureIncluded"] = has_capture
    if declaration.capture is not None:
        made["technologicalCO2CaptureOrigin"] = declaration.capture.origin
    return made | _carbon(declaration, scale, problems)


def _check_biogenic(footprint: Footprint, uptake: float | None, problems: list[Problem]) -> None:
    """Refuse what PACT has no field for: biogenic CO2 that neither cancels nor is stored."""
    lines = footprint.lines
    biogenic = lines.get("biogenic CO2 emitted", 0.0) + lines.get("biogenic CO2 taken up", 0.0)
    left = biogenic + footprint.stored_added
    size = sum(abs(value) for line, value in lines.items() if line in IN_TOTAL)
    if abs(left) > 1e-9 * size:
        problems.append(problem("pact-biogenic-left", "", value=f"{left:.6g}"))
    if uptake is None and footprint.biogenic.taken_up:
        problems.append(problem("pact-stored-unknown"))


def _carbon(declaration: Declaration, scale: float, problems: list[Problem]) -> dict[str, str]:
    """Return the carbon that the product holds, in kg C per declared unit as sold."""
    asked = declaration.footprint.declared_unit
    share = declaration.product.amount("fossil_carbon")
    if share is None:
        problems.append(problem("pact-carbon-unknown", declaration.product.name))
        return {}
    is_mass = units.same_dimension(asked.amount.unit, "kg")
    piece = declaration.product.amount("mass_per_piece")
    mass = piece if piece is not None else (1.0 if is_mass else 0.0)
    made = {"fossilCarbonContent": plain(Decimal(repr(share * mass)))}
    held = declaration.footprint.biogenic.stored
    if held is not None:
        value = held * scale
        made["biogenicCarbonContent"] = plain(rounded(value, quantum([value])))
    return made


def _signed(footprint: Footprint, line: str) -> tuple[float, float]:
    """Return what a line emits and what it removes, apart, in kg CO2e per declared unit."""
    found = footprint.contributions
    on_line = np.array([group.line == line for group in found.groups], dtype=np.bool_)
    values = found.value[on_line[found.group]] if len(found) else np.zeros(0)
    return float(values[values > 0].sum()), float(values[values < 0].sum())


def _packaging(footprint: Footprint) -> float | None:
    """Return what the stage of packaging brings; None where the footprint has no such stage."""
    parts = {part.name.casefold(): part.value for part in footprint.by_stage().parts}
    return next((parts[name] for name in ("packaging", "packing", "包装") if name in parts), None)


def _ratings(declaration: Declaration) -> dict[str, Any]:
    """Return PACT's three ratings, 1 the best: mean scores of the factors by size of contribution.

    Left out where no study and background stand beside the footprint, or nothing is scored.
    """
    if declaration.study is None or declaration.background is None:
        return {}
    case = Case(declaration.study, declaration.footprint, declaration.background)
    means = indicator_means(case)
    found = {rating: means[indicator] for rating, indicator in _RATINGS.items()}
    if any(value is None for value in found.values()):
        return {}
    place = Decimal("0.01")
    return {"dqi": {k: plain(rounded(v, place)) for k, v in found.items() if v is not None}}


def _shares(footprint: Footprint) -> dict[str, str]:
    found = footprint.contributions
    size = np.abs(found.value) * found.in_total
    primary = np.array([word == "primary" for word in footprint.confidences()], dtype=np.bool_)
    whole = float(size.sum())
    share = float(size[primary].sum()) / whole * 100 if whole else 0.0
    made = {"primaryDataShare": plain(rounded(share, Decimal("0.0001")))}
    excluded = footprint.share_excluded
    if excluded is not None:
        made["exemptedEmissionsPercent"] = plain(rounded(100 * excluded, Decimal("0.000001")))
    return made
