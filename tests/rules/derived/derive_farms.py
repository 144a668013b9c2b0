"""How is a fictional farm spoilt in one point? What only the packs on crops ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.analysis.accounting import Group
from pcf.analysis.values import BiogenicCarbon
from pcf.model.amounts import Amount
from pcf.model.declared import Exclusion
from pcf.study.values import ActivityRow
from tests.rules.derived import derive_plants as plants
from tests.rules.derived.iso_14067 import READING

if TYPE_CHECKING:
    from tests.rules.derived.derive import Given


def left_out(given: Given, process: str, share: float) -> Given:
    """Return the study that leaves out two things more, each exclusion with this share at most."""
    study, names = given.study, ("labels", "rope")
    rows = (
        ActivityRow(f"x-{name}", process, name, Amount(1.0, "kg"),
                    confidence="primary", evidence=READING)
        for name in names
    )  # fmt: skip
    source = study.exclusions[0].source
    more = (
        Exclusion(process, name, Amount(1.0, "kg CO2e/kg"), "too small to weigh", source)
        for name in names
    )
    wider = given.computed(activity=(*study.activity, *rows), exclusions=(*study.exclusions, *more))
    return plants.wide_exclusions(wider, share)


def bought_from(given: Given, process: str) -> Given:
    """Return the study whose process, with what its methods compute, rests on the literature."""
    methods = tuple(
        replace(row, confidence="secondary") if row.process == process else row
        for row in given.study.methods
    )
    legs = tuple(
        replace(leg, confidence="secondary") if leg.process == process else leg
        for leg in given.study.legs
    )
    study = replace(given.study, methods=methods, legs=legs)
    return plants.secondary(replace(given, study=study), process)


def nitrous_oxide_not_told(given: Given) -> Given:
    table = given.footprint.contributions
    groups = tuple(Group(g.line, "CO2e" if g.gas == "N2O" else g.gas) for g in table.groups)
    return given.resulting(contributions=replace(table, groups=groups))


def emitting(given: Given, process: str, **kilograms: float) -> Given:
    """Return the study whose process gives off so many kg CO2e more per declared tonne.

    As `n2o` or, in rows of their own, under any other name as fossil CO2.
    """
    study = given.study
    runs = given.footprint.scaling[process]
    rows = []
    for name, wanted in kilograms.items():
        gas, factor = ("N2O, fossil", 273.0) if name == "n2o" else ("CO2, fossil", 1.0)
        amount = Amount(wanted / factor / runs, "kg")
        rows.append(ActivityRow(f"x-{name}", process, gas, amount, "output", "elementary",
                                confidence="primary", evidence=READING,
                                source=study.sources[0].id, locator=name))  # fmt: skip
    return given.computed(activity=(*study.activity, *rows))


def carbon_of(given: Given, stored: float) -> Given:
    """Return the study whose product holds so much carbon, taken up and not given off again."""
    return given.resulting(biogenic=BiogenicCarbon(0.0, stored * 44 / 12, stored))


def varied_by(given: Given, *names: str) -> Given:
    """Return the study that names no other alternatives than these."""
    study, kept = given.study, {"", *names}
    return given.computed(
        activity=tuple(row for row in study.activity if row.alternative in kept),
        methods=tuple(row for row in study.methods if row.alternative in kept),
        alternatives=tuple(each for each in study.alternatives if each.name in kept),
    )
