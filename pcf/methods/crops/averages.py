"""The average of seasons and farms: weighted by what each produced, or by given shares."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcf.errors import ModelError, PcfError, Problem, problem
from pcf.methods.declaration import Method, Need
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange, UnitProcess
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

METHOD = Method(
    "weighted average",
    Name("weighted average over seasons and farms", "多季多户加权平均"),
    (
        Need(
            "samples", Name("seasons or farms with product and exchanges", "各季或各户的产品与交换")
        ),
        Need("weights", Name("share of each in the product", "各样本份额"), optional=True),
    ),
    Name("one unit process", "一个单元过程"),
    "x = sum (w_i x_i / p_i) / sum w_i; without weights w_i = p_i: sum x_i / sum p_i",
    "ISO 14044:2006, 4.2.3.5 (averages of data); accounting identity",
    ("2006",),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One season or farm: what it produced and its exchanges, for the same product."""

    name: str
    product: Amount
    exchanges: tuple[Exchange, ...] = ()


def weighted_average(
    product: str, samples: Sequence[Sample], *, weights: Mapping[str, float] | None = None
) -> UnitProcess:
    """Return the unit process of the average product of several seasons or farms.

    Without `weights` each counts by what it produced, so that a bad season counts little and its
    inputs all; with them by its given share (of a region's product, say), whatever it produced.
    A flow that one sample does not have counts as none of it there.

    Raises ModelError with all problems: no samples, a product or an amount that is unknown, units
    that do not convert, shares that are missing or do not sum to one.

    >>> wet = Sample("2024", Amount(30.0, "t"), (Exchange("diesel", Amount(60.0, "L")),))
    >>> dry = Sample("2025", Amount(10.0, "t"), (Exchange("diesel", Amount(60.0, "L")),))
    >>> [str(row.amount) for row in weighted_average("potato", [wet, dry]).exchanges]
    ['120 L']
    >>> found = weighted_average("potato", [wet, dry], weights={"2024": 0.5, "2025": 0.5})
    >>> str(found.amount), str(found.exchanges[0].amount)
    ('1 t', '4 L')
    """
    problems: list[Problem] = []
    if not samples:
        problems.append(problem("average-empty", product))
    if weights is not None:
        problems += _weight_problems(product, samples, weights)
    unit = samples[0].product.unit if samples else ""
    amounts = [_known(each.product, unit, each.name, problems) for each in samples]
    if problems:
        raise ModelError(*problems)
    if any(amount <= 0 for amount in amounts):
        raise ModelError(problem("average-nothing", product))
    factors = (
        [1.0] * len(samples)
        if weights is None
        else [weights[each.name] / amount for each, amount in zip(samples, amounts, strict=True)]
    )
    rows = _summed(samples, factors, problems)
    if problems:
        raise ModelError(*problems)
    total = math.fsum(amounts) if weights is None else 1.0
    return UnitProcess(product, product, Amount(total, unit), rows)


def _weight_problems(
    product: str, samples: Sequence[Sample], weights: Mapping[str, float]
) -> list[Problem]:
    names = {each.name for each in samples}
    total = math.fsum(weights.values())
    if names != set(weights) or abs(total - 1) > 1e-9 or min(weights.values()) < 0:
        return [problem("average-weights", product, sum=f"{total:.6g}")]
    return []


def _known(amount: Amount, unit: str, name: str, problems: list[Problem]) -> float:
    try:
        value = amount.to(unit).value
    except PcfError as error:
        problems += error.problems
        return 0.0
    if value is None:
        problems.append(problem("average-unknown", name))
        return 0.0
    return value


def _summed(
    samples: Sequence[Sample], factors: Sequence[float], problems: list[Problem]
) -> tuple[Exchange, ...]:
    """Return one exchange for each flow: same direction, kind, basis and stage."""
    found: dict[tuple[str, ...], Exchange] = {}
    for sample, factor in zip(samples, factors, strict=True):
        for row in sample.exchanges:
            key = (row.flow, row.direction, row.kind, row.basis, row.stage)
            first = found.get(
                key, replace(row, amount=Amount(0.0, row.amount.unit), id="", note="")
            )
            value = _known(row.amount, first.amount.unit, f"{sample.name}: {row.flow}", problems)
            before = first.amount.value
            total = value * factor + (0.0 if before is None else before)
            found[key] = replace(first, amount=Amount(total, first.amount.unit))
    return tuple(found.values())
