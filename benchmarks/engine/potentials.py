"""What the elementary flows of the benchmarks count, without loading a peer."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from pcf.model.characterisation import CharacterisationSet
from pcf.model.flows import greenhouse_gases
from pcf.model.systems import ELEMENTARY, ExchangeColumns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem

POTENTIALS = {
    "CO2": 1.0,
    "CH4": 29.8,
    "N2O": 273.0,
    "SF6": 25_200.0,
    "CF4": 7_380.0,
    "C2F6": 12_400.0,
}
CLIMATE = CharacterisationSet.of("climate", POTENTIALS)


def only_gases(system: ProductSystem) -> ProductSystem:
    """Return `system` without the elementary exchanges that count nothing."""
    each = system.exchanges
    counted = factors(system)
    elementary = each.kind == ELEMENTARY
    keep = ~elementary | (counted[np.where(elementary, each.target, 0)] != 0)
    columns = {field.name: getattr(each, field.name)[keep] for field in fields(each)}
    return replace(system, exchanges=ExchangeColumns(**columns))


def factors(system: ProductSystem) -> NDArray[np.float64]:
    """Return (k) what one unit of each elementary flow counts; only greenhouse gases do."""
    gases = greenhouse_gases()
    return np.array(
        [POTENTIALS[flow.gas] if flow.id in gases else 0.0 for flow in system.elementary]
    )
