"""A whole rotation: what belongs to one crop goes to it, what serves all is divided among them.

Lime, manure with after-effect, green manure and fallow serve all crops of a rotation; they are
divided by area and time, each crop's share of the ground over the time it holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import AllocationError, Problem, problem
from pcf.methods.allocation import Allocation, allocate
from pcf.methods.declaration import Method, Need, check
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.model.amounts import Amount

METHOD = Method(
    "rotation",
    Name("crops of one rotation by area and time", "轮作（按面积与时间）"),
    (
        Need("area", Name("area the crop holds", "作物占地面积"), "ha", low=0.0),
        Need("time", Name("time the crop holds it", "占地时间"), "year", usual=(0.05, 30.0)),
    ),
    Name("one unit process for each crop", "每种作物一个单元过程"),
    "share of crop i in what serves all = area_i x time_i / sum (area x time)",
    "ISO 14044:2006, 4.3.4.2, step 2 (physical relationship: occupation of land)",
    ("2006",),
)


@dataclass(frozen=True, slots=True)
class FieldCrop:
    """A crop on a shared field: its product, the ground and time it holds, and its own exchanges.

    A green manure or fallow has no product: what it takes serves the other crops.
    """

    product: CoProduct
    area: Amount
    time: Amount
    exchanges: tuple[Exchange, ...] = ()


def rotation(
    name: str, crops: Sequence[FieldCrop], *, shared: Sequence[Exchange], reason: str = ""
) -> Allocation:
    """Return one unit process for each crop of a rotation, with its own and its part of the shared.

    Raises AllocationError with all problems: no crop, an area or a time that is missing or zero.

    >>> from pcf.model.amounts import Amount
    >>> lime = Exchange("lime", Amount(3.0, "t"))
    >>> ground, year = Amount(1.0, "ha"), Amount(1.0, "year")
    >>> found = rotation("field 7", [
    ...     FieldCrop(CoProduct("potato", Amount(30.0, "t")), ground, year,
    ...               (Exchange("seed", Amount(2.0, "t")),)),
    ...     FieldCrop(CoProduct("wheat", Amount(9.0, "t")), ground, Amount(2.0, "year")),
    ... ], shared=[lime], reason="lime lasts the rotation")
    >>> [[(row.flow, row.amount.value) for row in each.exchanges if row.amount.value]
    ...  for each in found.processes]
    [[('lime', 1.0), ('seed', 2.0)], [('lime', 2.0)]]
    """
    problems: list[Problem] = []
    weights: dict[str, float] = {}
    for crop in crops:
        product = crop.product.product
        given = check(METHOD, problems, {"area": crop.area, "time": crop.time}, where=product)
        if "area" in given.amounts and "time" in given.amounts:
            weights[product] = given["area"] * given["time"]
            if weights[product] == 0:
                problems.append(problem("rotation-nothing", product))
    if len({crop.product.product for crop in crops}) < len(crops) or not crops:
        names = text.listed(crop.product.product for crop in crops)
        problems.append(problem("rotation-crops", name, crops=names))
    if problems:
        raise AllocationError(*problems)
    return _allocated(name, crops, shared, weights, reason)


def _allocated(
    name: str,
    crops: Sequence[FieldCrop],
    shared: Sequence[Exchange],
    weights: dict[str, float],
    reason: str,
) -> Allocation:
    own = {
        f"{crop.product.product}: {number}": (crop.product.product, row)
        for crop in crops
        for number, row in enumerate(crop.exchanges, 1)
    }
    process = MultiOutputProcess(
        name,
        tuple(crop.product for crop in crops),
        (
            *(replace(row, id=f"shared: {number}") for number, row in enumerate(shared, 1)),
            *(replace(row, id=key) for key, (_, row) in own.items()),
        ),
    )
    causes = {key: {product: 1.0} for key, (product, _) in own.items()}
    return allocate(
        process, by="weights", level="physical", reason=reason, shares=weights, causes=causes
    )
