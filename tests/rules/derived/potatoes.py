"""Studies that break one rule on fresh potatoes each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.model.amounts import Amount
from pcf.study.values import ActivityRow
from tests.rules.derived import derive_farms as farms
from tests.rules.derived import derive_plants as plants
from tests.rules.derived.iso_14067 import READING

if TYPE_CHECKING:
    from pcf.model.processes import Direction, Kind
    from tests.rules.derived.derive import Given, Variation

DIESEL = "diesel, burnt in off-road machinery, by volume"


def sound() -> Given:
    """Return the fictional cooperative of potato farmers."""
    return plants.plant("potato_farm")


def many_small_ones(given: Given) -> Given:
    """Return the study of a harvest of which a third is small."""
    rows = tuple(
        replace(row, amount=replace(row.amount, value=1500.0)) if row.amount else row
        for row in given.study.coproducts
    )
    return given.computed(coproducts=rows)


def film(flow: str, kilograms: float, direction: Direction) -> ActivityRow:
    kind: Kind = "waste" if direction == "output" else "product"
    return ActivityRow(f"x-{flow}", "cultivation", flow, Amount(kilograms, "kg"), direction, kind,
                       confidence="primary", evidence=READING)  # fmt: skip


def nothing_else_comes_out(given: Given) -> Given:
    """Return the study that books no small potatoes, and what rots or is left as never gone."""
    study = plants.without_co_products(given).study
    wastes = {row.flow for row in study.activity if row.kind == "waste"}
    typed = (film("polyethylene film", 9000.0, "input"), film("used mulch film", 7920.0, "output"))
    activity = tuple(
        replace(row, kind="internal", note="stays on the farm") if row.kind == "waste" else row
        for row in (*study.activity, *typed)
        if row.process != "compost heap"
    )
    gone = ("compost heap", "plastic film")
    return replace(given, study=study).computed(
        activity=activity,
        methods=tuple(
            row for row in study.methods if row.process not in gone and row.method not in gone
        ),
        processes=tuple(row for row in study.processes if row.id != "compost heap"),
        exclusions=tuple(each for each in study.exclusions if each.flow not in wastes),
    )


def store_that_decides(given: Given) -> Given:
    less = farms.varied_by(given, "urea by the public record", "grades by price")
    return plants.multiplied(less, {"v-01": 24.0})


VARIATIONS: dict[str, Variation] = {
    "POT001": lambda g: plants.declaring(g, 900.0),
    "POT002": lambda g: plants.other_basis(g, "storage"),
    "POT003": plants.gate_to_gate,
    "POT004": lambda g: plants.without_flows(g, DIESEL),
    "POT005": lambda g: farms.left_out(g, "cultivation", 0.008),
    "POT006": lambda g: g.stating(period__seasons="2"),
    "POT007": plants.a_day_short,
    "POT008": lambda g: farms.bought_from(g, "cultivation"),
    "POT009": lambda g: plants.aged(g, "supplier urea"),
    "POT010": farms.nitrous_oxide_not_told,
    "POT011": lambda g: farms.emitting(g, "cultivation", n2o=300.0),
    "POT012": lambda g: farms.carbon_of(g, 50.0),
    "POT013": lambda g: plants.multiplied(g, {"v-01": 34.0}),
    "POT014": lambda g: farms.emitting(g, "cultivation", n2o=60.0, lime=220.0, fire=220.0),
    "POT015": many_small_ones,
    "POT016": nothing_else_comes_out,
    "POT017": plants.unsplit,
    "POT018": store_that_decides,
}
