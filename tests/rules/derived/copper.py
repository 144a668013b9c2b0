"""Studies that break one rule on copper cathode each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.study.values import ElementBalance
from tests.rules.derived import derive_plants as plants

if TYPE_CHECKING:
    from tests.rules.derived.derive import Given, Variation

MILL = ElementBalance(
    "concentrating", "mass", (("copper ore", ""),), (("copper concentrate", ""), ("tailings", ""))
)


def sound() -> Given:
    """Return the fictional copper works."""
    return plants.plant("copper")


def slag_on_a_heap(given: Given) -> Given:
    """Return the study that forgets what becomes of the slag."""
    study = given.study
    power = sum(row.amount.value or 0.0 for row in study.activity if row.process == "slag cleaning")
    balances = tuple(
        replace(each, outputs=tuple(one for one in each.outputs if one[0] != "smelter slag"))
        for each in study.balances
    )
    return given.computed(
        processes=tuple(row for row in study.processes if row.id != "slag cleaning"),
        activity=tuple(
            row
            for row in study.activity
            if row.process != "slag cleaning" and row.flow != "smelter slag"
        ),
        balances=balances,
        site_totals=plants.metered(study, -power),
    )


DEAR = dict.fromkeys(("c-lime", "c-balls", "c-xanthate", "m-diesel", "s-oxygen"), 6.5)

VARIATIONS: dict[str, Variation] = {
    "COP001": plants.half_a_tonne,
    "COP002": lambda g: plants.other_basis(g, "electrorefining"),
    "COP003": plants.gate_to_gate,
    "COP004": slag_on_a_heap,
    "COP005": lambda g: plants.wide_exclusions(g, 0.006),
    "COP006": plants.a_day_short,
    "COP007": lambda g: plants.secondary(g, "smelting"),
    "COP008": lambda g: plants.aged(g, "supplier lime"),
    "COP009": lambda g: plants.unbalanced(g, "Cu", MILL),
    "COP010": lambda g: plants.unbalanced(g, "S"),
    "COP011": lambda g: plants.powered(g, 2.0),
    "COP012": lambda g: plants.multiplied(g, DEAR),
    "COP013": lambda g: plants.with_co_product(
        g, "concentrating", "pyrite concentrate", tonnes=300_000.0
    ),
    "COP014": lambda g: plants.credited(g, "smelting", "lime", tonnes=80_000.0),
    "COP015": plants.without_co_products,
    "COP016": plants.unsplit,
    "COP017": lambda g: plants.hardly_varied(g, "c-electricity", 2.2),
}
