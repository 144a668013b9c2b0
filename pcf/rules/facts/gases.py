"""By which gas table, and into which lines? Characterisation, separate lines, what is not split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.model.flows import IN_TOTAL, LINES, UNSPLIT
from pcf.rules.facts.case import Case, Found, told, unknown, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REPORTS = ("AR4", "AR5", "AR6")
GASES = ("CO2", "CH4", "N2O", "CF4", "C2F6", "SF6", "NF3")


def assessment_report(case: Case) -> Found:
    """Return the number of the IPCC assessment report of the gas table; unknown for another."""
    name, where = case.footprint.gases.id, case.study.setting("study.characterisation")
    for report in REPORTS:
        if name.startswith(report):
            return written(float(report.removeprefix("AR")), where)
    return unknown("how-not-stated", (where,), what=name)


def convention(case: Case) -> Found:
    """Return the convention for biogenic carbon dioxide: 0/0 or -1/+1."""
    return written(case.footprint.gases.convention, case.study.setting("study.convention"))


def one_set(case: Case) -> Found:
    """Return whether one gas table characterises the whole footprint.

    Unknown where a part is CO2e that no source splits, whose table nobody states; received
    footprints state theirs, and one computed with another makes it false.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    mixed = [
        each.where.item
        for each in case.footprint.findings
        if each.code == "received-characterisation"
    ]
    if mixed:
        return Found(False, told("how-list", names=mixed))
    if case.footprint.unsplit:
        return unknown("how-unsplit", share=case.footprint.unsplit_share)
    return Found(True, told("how-list", names=[case.footprint.gases.id]))


def lines_shown(case: Case) -> Found:
    """Return the lines that the footprint shows apart, those with the value zero included."""
    found = frozenset(line for line in case.footprint.lines if line in LINES and line != "outside")
    return Found(found, told("how-list", names=sorted(found)))


def lines_gap(case: Case) -> Found:
    """Return how far the lines of the total, with stored carbon given back, are from the total."""
    footprint = case.footprint
    if footprint.total == 0:
        return unknown("how-total-zero")
    lines = sum(value for line, value in footprint.lines.items() if line in IN_TOTAL)
    value = abs(lines + footprint.stored_added - footprint.total) / abs(footprint.total)
    return Found(value, told("how-quotient", part=lines, whole=footprint.total))


def unsplit(case: Case) -> Found:
    """Return the share of the total that no source splits by gas; unknown for a total of zero."""
    how = told("how-quotient", part=case.footprint.unsplit, whole=case.footprint.total)
    return Found(case.footprint.unsplit_share, how)


def gases_counted(case: Case) -> Found:
    """Return the gases of which something is counted: CO2, CH4, N2O, CF4, C2F6, SF6, NF3, other.

    'not split' stands for CO2e that no source splits.
    """
    found = set()
    for gas, value in _by_gas(case).items():
        if value:
            plain = gas.partition(",")[0]
            found.add("not split" if gas == UNSPLIT else plain if plain in GASES else "other")
    return Found(frozenset(found), told("how-list", names=sorted(found)))


def fluorinated_per_kg(case: Case) -> Found:
    """Return the kg CO2e of CF4 and C2F6 per kilogram of a product that is declared by mass."""
    from pcf.rules.facts.declared import mass  # noqa: PLC0415 - one number of another topic

    kilograms = mass(case).value
    if not isinstance(kilograms, float):
        return unknown("how-not-a-mass", unit=case.footprint.declared_unit.amount.unit)
    value = sum(_by_gas(case).get(gas, 0.0) for gas in ("CF4", "C2F6"))
    return Found(value / kilograms, told("how-quotient", part=value, whole=kilograms))


def n2o_share(case: Case) -> Found:
    """Return the share of the total that nitrous oxide brings, of what is split by gas."""
    return _gas_share(case, "N2O")


def ch4_share(case: Case) -> Found:
    """Return the share of the total that methane brings, of what is split by gas."""
    return _gas_share(case, "CH4")


def _gas_share(case: Case, gas: str) -> Found:
    if case.footprint.total == 0:
        return unknown("how-total-zero")
    value = sum(each for name, each in _by_gas(case).items() if name.partition(",")[0] == gas)
    how = told("how-quotient", part=value, whole=case.footprint.total)
    return Found(value / case.footprint.total, how)


def _by_gas(case: Case) -> dict[str, float]:
    return {part.name: part.value for part in case.footprint.by_gas().parts}


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "gwp.report": assessment_report,
    "gwp.convention": convention,
    "gwp.one_set": one_set,
    "lines.shown": lines_shown,
    "lines.gap": lines_gap,
    "lines.unsplit_share": unsplit,
    "gases.counted": gases_counted,
    "gases.pfc_per_kg": fluorinated_per_kg,
    "gases.n2o_share": n2o_share,
    "gases.ch4_share": ch4_share,
}
