"""What the tests of the inventory share: a system with every kind of exchange."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.processes import Exchange, unit_process

if TYPE_CHECKING:
    from pcf.model.systems import ProductSystem


@pytest.fixture
def every_kind() -> ProductSystem:
    """Return three processes, two flows and, in the second process, each kind of exchange."""
    plant = unit_process(
        "plant",
        "4 t",
        takes={"power": "7 kWh"},
        sends={"ash": "3 kg"},
        avoids={"power": "2 kWh"},
        emits={"CO2": "5 kg", "CO2 uptake": "6 kg"},
    )
    avoided = Exchange("ash", Amount(1.0, "kg"), "input", "credit")
    returned = Exchange("butts", Amount(9.0, "kg"), "input", "internal")
    return product_system(
        [
            unit_process("power", "10 kWh", takes={"power": "1 kWh"}),
            replace(plant, exchanges=(*plant.exchanges, avoided, returned)),
            unit_process("landfill", ("ash", "8 kg"), treats=True, takes={"power": "0.5 kWh"}),
        ]
    )
