"""Studies that break one rule on class 1 nickel each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.study.values import ElementBalance
from tests.rules.derived import derive_plants as plants

if TYPE_CHECKING:
    from tests.rules.derived.derive import Given, Variation


def sound() -> Given:
    """Return the fictional nickel works."""
    return plants.plant("nickel")


IRON = ElementBalance(
    "refining", "Fe", (("nickel matte", "0.05"),), (("residues of refining", "0.374"),)
)
DEAR = dict.fromkeys(("r-ammonia", "r-hydrogen", "r-soda", "s-gas", "s-coal", "s-diesel"), 6.0)

VARIATIONS: dict[str, Variation] = {
    "NIC001": plants.half_a_tonne,
    "NIC002": lambda g: plants.other_basis(g, "refining", "gross mass"),
    "NIC003": plants.gate_to_gate,
    "NIC004": lambda g: plants.free_ore(g, "nickel ore"),
    "NIC005": lambda g: plants.wide_exclusions(g, 0.004),
    "NIC006": plants.a_day_short,
    "NIC007": lambda g: plants.secondary(g, "smelting"),
    "NIC008": lambda g: plants.aged(g, "supplier sodium hydroxide"),
    "NIC009": lambda g: plants.unbalanced(g, "Ni", IRON),
    "NIC010": lambda g: plants.unbalanced(g, "C"),
    "NIC011": lambda g: plants.powered(g, 4.55),
    "NIC012": lambda g: plants.multiplied(g, DEAR),
    "NIC013": lambda g: plants.with_co_product(g, "smelting", "iron slag, sold", tonnes=30_000.0),
    "NIC014": lambda g: plants.credited(g, "smelting", "lime", tonnes=80_000.0),
    "NIC015": plants.without_co_products,
    "NIC016": plants.unsplit,
    "NIC017": lambda g: plants.hardly_varied(g, "c-electricity", 8.0),
}
