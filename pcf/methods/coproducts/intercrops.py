"""Crops that grow on one field at one time share it by the ground and the time each holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf.errors import AllocationError, problem
from pcf.methods.crops.rotation import METHOD as ROTATION
from pcf.methods.crops.rotation import FieldCrop, rotation
from pcf.methods.declaration import Method
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.methods.allocation import Allocation
    from pcf.model.amounts import Amount
    from pcf.model.processes import Exchange

METHOD = Method(
    "intercrops",
    Name("intercrops by area and time", "间套作（按面积与时间）"),
    ROTATION.needs,
    Name("one unit process for each crop", "每种作物一个单元过程"),
    ROTATION.equation,
    ROTATION.source,
    ROTATION.editions,
)


def intercrops(
    name: str,
    crops: Sequence[FieldCrop],
    *,
    field: Amount,
    shared: Sequence[Exchange],
    reason: str = "",
) -> Allocation:
    """Return one unit process for each crop of a field, with its own and its part of the shared.

    The area of a crop is the ground of its strips or rows; together they are not more than the
    `field`. Raises AllocationError with all problems, those of `rotation` among them.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, Exchange
    >>> half = Amount(0.5, "year")
    >>> found = intercrops("field 3", [
    ...     FieldCrop(CoProduct("potato", Amount(18.0, "t")), Amount(0.6, "ha"), half),
    ...     FieldCrop(CoProduct("maize", Amount(4.0, "t")), Amount(0.4, "ha"), half),
    ... ], field=Amount(1.0, "ha"), shared=[Exchange("water", Amount(3000.0, "m3"))])
    >>> [round(each.exchanges[0].amount.value, 6) for each in found.processes]
    [1800.0, 1200.0]
    """
    ground = field.to("ha").value
    areas = [crop.area.to("ha").value for crop in crops]
    known = math.fsum(area for area in areas if area is not None)
    if ground is None or known > ground * (1 + 1e-9):
        raise AllocationError(
            problem("intercrops-ground", name, crops=f"{known:.6g} ha", field=field)
        )
    return rotation(name, crops, shared=shared, reason=reason)
