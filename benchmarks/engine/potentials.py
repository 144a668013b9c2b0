"""What the elementary flows of the benchmarks count, without loading a peer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.model.flows import greenhouse_gases

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


def factors(system: ProductSystem) -> NDArray[np.float64]:
    """Return (k) what one unit of each elementary flow counts; only greenhouse gases do."""
    gases = greenhouse_gases()
    return np.array(
        [POTENTIALS[flow.gas] if flow.id in gases else 0.0 for flow in system.elementary]
    )
