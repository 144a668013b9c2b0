"""How far may a few sampled farms be from all of them? The sampling error of a ratio.

The footprint per kilogram is a ratio of totals, r = sum y / sum x, with y a farm's emissions and x
its product; its standard error is that of the ratio estimator with the finite population
correction.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import ModelError, PcfError, Problem, problem
from pcf.methods.declaration import Method, Need
from pcf.model.amounts import Amount, Spread
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

METHOD = Method(
    "sampled farms",
    Name("ratio over sampled farms with its sampling error", "抽样农户的比率及抽样误差"),
    (
        Need("farms", Name("product and quantity of each sampled farm", "各样本户的产品量与数量")),
        Need("population", Name("farms of which they were drawn", "总体户数")),
    ),
    Name("the ratio with a normal spread", "带正态离散的比率"),
    "r = sum y / sum x; s = sqrt((1 - n/N) / n x sum (y - r x)^2 / (n - 1)) / mean x",
    "Cochran, Sampling Techniques (3rd ed. 1977), 2.11 and ch. 6 (ratio estimator)",
    ("1977",),
)


def sampled_ratio(farms: Sequence[tuple[Amount, Amount]], *, population: int | None) -> Amount:
    """Return the quantity per product over all farms, with its standard error as normal spread.

    Each farm is (product, quantity), such as (harvest, diesel). `population` is how many farms the
    sample stands for; None is not known, then no correction for a finite population is made.

    Raises ModelError with all problems: fewer than two farms, an unknown amount, units that do not
    convert, a population smaller than the sample.

    >>> pairs = ((10.0, 52.0), (20.0, 96.0), (30.0, 152.0))
    >>> farms = [(Amount(x, "t"), Amount(y, "kg")) for x, y in pairs]
    >>> found = sampled_ratio(farms, population=100)
    >>> str(found), round(found.spread.low, 4)
    ('5 kg/t', 0.0985)
    """
    problems: list[Problem] = []
    if len(farms) < 2:
        problems.append(problem("sample-few", METHOD.id, farms=len(farms)))
    if population is not None and population < len(farms):
        problems.append(
            problem("sample-population", METHOD.id, farms=len(farms), population=population)
        )
    if problems:
        raise ModelError(*problems)
    products, quantities = (
        _column([farm[position] for farm in farms], problems) for position in (0, 1)
    )
    if problems or math.fsum(products) <= 0:
        raise ModelError(*(problems or [problem("average-nothing", METHOD.id)]))
    ratio = math.fsum(quantities) / math.fsum(products)
    rest = [(y - ratio * x) ** 2 for x, y in zip(products, quantities, strict=True)]
    count = len(farms)
    left = 1.0 if population is None else 1 - count / population
    mean = math.fsum(products) / count
    error = math.sqrt(left / count * math.fsum(rest) / (count - 1)) / mean
    unit = units.divide(farms[0][1].unit, farms[0][0].unit)
    return Amount(ratio, unit, Spread("normal", error) if error > 0 else None, METHOD.source)


def _column(amounts: Sequence[Amount], problems: list[Problem]) -> list[float]:
    values = []
    for number, each in enumerate(amounts, 1):
        try:
            value = each.to(amounts[0].unit).value
        except PcfError as error:
            problems += error.problems
            continue
        if value is None:
            problems.append(problem("average-unknown", f"farm {number}"))
            continue
        values.append(value)
    return values
