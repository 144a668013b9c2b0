"""Studies that break one rule on crude steel each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.analysis.accounting import Group
from tests.rules.derived import derive_plants as plants

if TYPE_CHECKING:
    from tests.rules.derived.derive import Given, Variation


def sound() -> Given:
    """Return the fictional steelworks."""
    return plants.plant("steel")


def carbon_dioxide_not_told(given: Given) -> Given:
    table = given.footprint.contributions
    groups = tuple(Group(g.line, "CO2e" if g.gas == "CO2" else g.gas) for g in table.groups)
    return given.resulting(contributions=replace(table, groups=groups))


def furnace_that_decides(given: Given) -> Given:
    """Return the study of a furnace that gives off twice as much; its carbon is not balanced."""
    kept = tuple(
        each
        for each in given.study.balances
        if (each.process, each.element) != ("blast furnace", "C")
    )
    study = replace(given.study, balances=kept)
    return plants.hardly_varied(replace(given, study=study), "b-co2", 2.1)


DEAR = dict.fromkeys(("o-alloys", "o-refractory", "b-oxygen", "o-oxygen", "i-ore"), 12.0)

VARIATIONS: dict[str, Variation] = {
    "STE001": plants.half_a_tonne,
    "STE002": lambda g: plants.other_basis(g, "casting"),
    "STE003": plants.gate_to_gate,
    "STE004": lambda g: plants.without_flows(g, "lime"),
    "STE005": lambda g: plants.wide_exclusions(g, 0.006),
    "STE006": plants.a_day_short,
    "STE007": lambda g: plants.secondary(g, "blast furnace"),
    "STE008": lambda g: plants.aged(g, "supplier manganese alloys, average"),
    "STE009": lambda g: plants.unbalanced(g, "C"),
    "STE010": lambda g: plants.unbalanced(g, "Fe"),
    "STE011": lambda g: plants.powered(g, 0.1),
    "STE012": lambda g: plants.multiplied(g, DEAR),
    "STE013": lambda g: plants.with_co_product(g, "casting", "crop ends, sold", tonnes=2_000_000.0),
    "STE014": lambda g: plants.credited(g, "blast furnace", "lime", tonnes=750_000.0),
    "STE015": lambda g: g.stating(scrap__method="avoided burden"),
    "STE016": lambda g: g.stating(scrap__kinds="post-consumer"),
    "STE017": carbon_dioxide_not_told,
    "STE018": plants.unsplit,
    "STE019": furnace_that_decides,
}
