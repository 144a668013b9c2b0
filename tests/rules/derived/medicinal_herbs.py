"""Studies that break one rule on dried medicinal roots each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.study.values import AllocationChoice
from tests.rules.derived import derive_farms as farms
from tests.rules.derived import derive_plants as plants

if TYPE_CHECKING:
    from tests.rules.derived.derive import Given, Variation

DIESEL = "diesel, burnt in off-road machinery, by volume"


def sound() -> Given:
    """Return the fictional cooperative of herb farmers."""
    return plants.plant("herb_farm")


def many_cuttings(given: Given) -> Given:
    """Return the study of a third of cuttings, divided by mass; no balance stands at the table."""
    rows = tuple(
        replace(row, amount=replace(row.amount, value=70.0)) if row.amount else row
        for row in given.study.coproducts
    )
    balances = tuple(each for each in given.study.balances if each.process != "sorting")
    choice = AllocationChoice("sorting", "mass", reason="by weight")
    return given.computed(coproducts=rows, allocations=(choice,), balances=balances)


VARIATIONS: dict[str, Variation] = {
    "HER001": lambda g: plants.declaring(g, 900.0),
    "HER002": lambda g: plants.other_basis(g, "packing"),
    "HER003": plants.gate_to_gate,
    "HER004": lambda g: plants.without_flows(g, DIESEL),
    "HER005": lambda g: farms.left_out(g, "planting", 0.008),
    "HER006": lambda g: g.stating(period__seasons="1"),
    "HER007": plants.a_day_short,
    "HER008": lambda g: farms.bought_from(g, "drying"),
    "HER009": lambda g: plants.aged(g, "supplier diammonium phosphate"),
    "HER010": farms.nitrous_oxide_not_told,
    "HER011": lambda g: farms.emitting(g, "drying", n2o=2700.0),
    "HER012": lambda g: farms.carbon_of(g, 300.0),
    "HER013": lambda g: plants.powered(farms.emitting(g, "drying", fire=300.0), 3.85),
    "HER014": lambda g: farms.emitting(g, "drying", n2o=5000.0, stove=15000.0, fire=15000.0),
    "HER015": many_cuttings,
    "HER016": plants.without_co_products,
    "HER017": lambda g: g.stating(data__technology_fits="no"),
    "HER018": plants.unsplit,
    "HER019": lambda g: farms.varied_by(
        g, "phosphate by the public record", "trimmings by dry mass"
    ),
}
