"""Studies that break one rule on primary aluminium each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.analysis.accounting import Group
from pcf.model.amounts import Amount
from pcf.model.coverage import Coverage, Period
from pcf.study.values import ActivityRow, ElementBalance
from tests.rules.derived import derive_plants as plants
from tests.rules.derived import iso_14067
from tests.rules.derived.iso_14067 import READING, with_dross

if TYPE_CHECKING:
    from pcf.background.values import BackgroundProcess
    from tests.rules.derived.derive import Given, Variation


def sound() -> Given:
    """Return the aluminium reference study, made sound."""
    return iso_14067.sound()


def no_fluorides(given: Given) -> Given:
    gone = {row.id for row in given.study.activity if row.flow == "aluminium fluoride"}
    others = tuple(
        replace(
            each,
            replaces=tuple(row for row in each.replaces if row not in gone),
            by=tuple(row for row in each.by if row not in gone),
        )
        for each in given.study.alternatives
    )
    kept = tuple(row for row in given.study.activity if row.id not in gone)
    return given.computed(activity=kept, alternatives=others)


def secondary_smelter(given: Given) -> Given:
    wanted = {row.id for row in given.study.activity if row.process == "electrolysis"}
    rows = tuple(replace(row, controlled=row.id == "casting") for row in given.study.processes)
    study = replace(given.study, processes=rows)
    return replace(given, study=study).rows(wanted, confidence="secondary")


def old_soda(given: Given) -> Given:
    def aged(row: BackgroundProcess) -> BackgroundProcess:
        if row.id != "bauxite-record":
            return row
        coverage = Coverage(row.process.coverage.place, Period.read("2010"))
        return replace(row, process=replace(row.process, coverage=coverage))

    return given.standing_on(aged)


def without_perfluorocarbons(given: Given) -> Given:
    gases = given.footprint.contributions.groups
    renamed = tuple(Group(g.line, "CF4" if g.gas == "C2F6" else g.gas) for g in gases)
    table = replace(given.footprint.contributions, groups=renamed)
    return given.resulting(contributions=table)


def scrap(given: Given) -> Given:
    row = ActivityRow("c-scrap", "casting", "aluminium scrap", Amount(30.0, "kg"), kind="internal",
                      confidence="primary", evidence=READING, note="bought")  # fmt: skip
    return given.computed(activity=(*given.study.activity, row))


def never_varied(given: Given) -> Given:
    headline = given.footprint.electricity
    return given.resulting(treatments={headline: given.footprint.total})


def much_power(given: Given) -> Given:
    totals = tuple(
        replace(each, amount=Amount(17_500.0 + 89.0, "kWh"))
        for each in given.study.site_totals
        if each.flow == "electricity"
    )
    study = replace(given.study, site_totals=totals)
    return replace(given, study=study).rows({"e-electricity"}, amount=Amount(17_500.0, "kWh"))


def few_perfluorocarbons(given: Given) -> Given:
    return given.rows({"e-cf4", "e-c2f6"}, amount=Amount(0.0002, "kg"))


def much_baking(given: Given) -> Given:
    return given.rows({"n-baking"}, amount=Amount(16_500.0, "kg"), spread=None)


def balance_of_aluminium(given: Given) -> Given:
    metal = (("alumina", "0.5292"),), (("liquid aluminium", "1"),)
    return given.telling(balances=(ElementBalance("electrolysis", "Al", *metal),))


VARIATIONS: dict[str, Variation] = {
    "ALU001": plants.half_a_tonne,
    "ALU002": lambda g: plants.other_basis(g, "casting"),
    "ALU003": plants.gate_to_gate,
    "ALU004": no_fluorides,
    "ALU005": plants.a_day_short,
    "ALU006": secondary_smelter,
    "ALU007": old_soda,
    "ALU008": without_perfluorocarbons,
    "ALU009": few_perfluorocarbons,
    "ALU010": much_power,
    "ALU011": much_baking,
    "ALU012": balance_of_aluminium,
    "ALU013": lambda g: with_dross(g, tonnes=0.1),
    "ALU014": scrap,
    "ALU015": never_varied,
    "ALU016": lambda g: with_dross(g, by="price"),
}
