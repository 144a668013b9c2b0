"""Which carbon is biogenic, of land, of the air? The lines that ISO 14067 wants apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.rules.facts.case import Case, Found, told, unknown, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.model.flows import Line

CARBON_TO_CO2 = 44 / 12


def stored_known(case: Case) -> Found:
    """Return whether the biogenic carbon in the product is stated, zero included."""
    unit = case.footprint.declared_unit
    value = unit.biogenic_carbon is not None and unit.biogenic_carbon.value is not None
    return written(value, case.study.setting("declared_unit.biogenic_carbon"))


def stored(case: Case) -> Found:
    """Return the biogenic carbon in the product, kg C per declared unit; unknown if not stated."""
    where = case.study.setting("declared_unit.biogenic_carbon")
    return written(case.footprint.biogenic.stored, where)


def taken_up(case: Case) -> Found:
    """Return the biogenic carbon dioxide taken up, kg per declared unit, whatever it counts."""
    value = abs(case.footprint.biogenic.taken_up)
    return Found(value, told("how-written", value=value))


def gap(case: Case) -> Found:
    """Return how far uptake is from what is emitted and stored again, relative to the uptake.

    Zero where nothing is taken up; unknown where the carbon in the product is.
    """
    biogenic = case.footprint.biogenic
    if not biogenic.taken_up:
        return Found(0.0, told("how-written", value=0.0))
    if biogenic.stored is None:
        return unknown("how-not-stated", what="biogenic carbon")
    out = biogenic.emitted + biogenic.stored * CARBON_TO_CO2
    value = abs(out - biogenic.taken_up) / biogenic.taken_up
    return Found(value, told("how-quotient", part=out, whole=biogenic.taken_up))


def land_use_change(case: Case) -> Found:
    """Return direct land-use change, kg CO2e per declared unit."""
    return _line(case, "direct land-use change")


def aircraft(case: Case) -> Found:
    """Return the emissions of aircraft, kg CO2e per declared unit, the 'of which' of fossil."""
    return _line(case, "aircraft")


def removals(case: Case) -> Found:
    """Return technical removals such as captured carbon dioxide, kg CO2e, without their sign."""
    value = case.footprint.lines.get("technical removals")
    size = None if value is None else abs(value)
    return Found(size, told("how-written", value=size))


def _line(case: Case, line: Line) -> Found:
    value = case.footprint.lines.get(line)
    return Found(value, told("how-written", value=value))


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "biogenic.stored_known": stored_known,
    "biogenic.stored": stored,
    "biogenic.taken_up": taken_up,
    "biogenic.gap": gap,
    "land.dluc": land_use_change,
    "lines.aircraft": aircraft,
    "lines.removals": removals,
}
