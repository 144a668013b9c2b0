"""What may a test say of numbers and systems? Equality as this library defines it, and strategies.

For our own tests and for those of users who build systems of their own. The strategies need
hypothesis (extra `test`), which is loaded when one is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory import assemble
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.flows import ElementaryFlow, greenhouse_gases
from pcf.model.processes import Exchange, UnitProcess

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy
    from numpy.typing import ArrayLike

    from pcf.model.systems import ProductSystem

RELATIVE, OF_LARGEST = 1e-9, 1e-12
"""Two numbers are equal when |a - b| <= 1e-9 max(|a|, |b|) + 1e-12 max|all|."""
CONDITION = 1e6
"""The largest 2-norm condition of the column-scaled technosphere that a drawn system has."""


def assert_equal_numbers(a: ArrayLike, b: ArrayLike, *, largest: float = 0.0) -> None:
    """Assert that |a - b| <= 1e-9 max(|a|, |b|) + 1e-12 max|all|, entry by entry.

    `largest` is the largest number that took part, where those compared may be what is left of
    sums that cancel. Raises AssertionError naming the worst entry, also where shapes differ or a
    number is NaN.

    >>> assert_equal_numbers([1.0, 1e-13], [1.0 + 1e-10, 0.0])
    >>> assert_equal_numbers([1.0, 2.0], [1.0, 2.1])
    Traceback (most recent call last):
    AssertionError: entry (1,): 2.0 is not 2.1
    """
    one, other = (np.asarray(each, dtype=np.float64) for each in (a, b))
    if one.shape != other.shape:
        raise AssertionError(f"shapes differ: {one.shape} is not {other.shape}")
    if one.size == 0:
        return
    wrong = ~(np.isfinite(one) & np.isfinite(other))
    if not wrong.any():
        larger = np.maximum(np.abs(one), np.abs(other))
        excess = np.abs(one - other) - RELATIVE * larger - OF_LARGEST * max(larger.max(), largest)
        wrong = (excess > 0) & (excess == excess.max())
    if wrong.any():
        place = tuple(int(each) for each in np.argwhere(wrong)[0])
        raise AssertionError(f"entry {place}: {one[place]} is not {other[place]}")


def condition_of(system: ProductSystem) -> float:
    """Return the 2-norm condition of the technosphere, its columns scaled to length one.

    >>> from pcf.model.processes import unit_process
    >>> condition_of(product_system([unit_process("power", "10 kWh")]))
    1.0
    """
    matrix = assemble(system).technosphere.toarray()
    lengths = np.linalg.norm(matrix, axis=0)
    return float(np.linalg.cond(matrix / lengths)) if lengths.all() else np.inf


def product_systems(
    *,
    most: int = 8,
    treatments: bool = True,
    credits: bool = True,  # noqa: A002 - the word users write
) -> SearchStrategy[ProductSystem]:
    """Return a strategy of product systems with loops, odd reference amounts, wastes and credits.

    Up to `most` processes, emissions and a resource. No loop consumes what it makes, and the
    condition stays below 1e6, so every system has an answer. All products are in kg.

    No example: `@given(product_systems())` above a test.
    """
    from hypothesis import strategies  # noqa: PLC0415 - an extra, only tests need it

    heads = strategies.tuples(
        strategies.floats(0.01, 100.0),  # reference amount
        strategies.floats(0.1, 10.0),  # scale of its runs against those of others
        strategies.booleans() if treatments else strategies.just(value=False),
    )
    links = strategies.lists(
        strategies.tuples(
            strategies.integers(0, most - 1),
            strategies.floats(0.001, 1.0),
            strategies.booleans() if credits else strategies.just(value=False),
        ),
        max_size=4,
    )
    amount = strategies.just(0.0) | strategies.floats(1e-6, 10.0)
    amounts = strategies.lists(amount, max_size=len(_ELEMENTARY))
    process = strategies.tuples(heads, links, strategies.floats(0.05, 0.9), amounts)
    drawn = strategies.lists(process, min_size=1, max_size=most)
    return drawn.map(_system).filter(lambda system: condition_of(system) < CONDITION)


_Head = tuple[float, float, bool]
_Drawn = tuple[_Head, list[tuple[int, float, bool]], float, list[float]]

_ELEMENTARY = (
    *(greenhouse_gases()[id_] for id_ in ("CO2, fossil", "CH4, fossil", "CO2, taken up")),
    ElementaryFlow("water", unit="m3", direction="input", role="resource"),
)


def _system(drawn: list[_Drawn]) -> ProductSystem:
    """Scale what each process needs so that it needs less runs than it makes: all gains < 1."""
    heads = [head for head, _, _, _ in drawn]
    processes = []
    for j, ((amount, scale, treats), links, total, elementary) in enumerate(drawn):
        share_of_all = total / sum((share for _, share, _ in links), start=1e-9)
        rows = []
        for place, share, credit in links:
            i = place % len(drawn)
            reference, other, treated = heads[i]
            needed = share * share_of_all * scale / other * reference
            rows.append(_link(i, needed, treated=treated, credit=credit))
        rows += [
            Exchange(flow.id, Amount(value, flow.unit), flow.direction, "elementary", None, flow)
            for flow, value in zip(_ELEMENTARY, elementary, strict=False)
        ]
        processes.append(
            UnitProcess(f"p{j}", f"product {j}", Amount(amount, "kg"), tuple(rows), treats=treats)
        )
    return product_system(processes)


def _link(i: int, amount: float, *, treated: bool, credit: bool) -> Exchange:
    return Exchange(
        f"product {i}",
        Amount(amount, "kg"),
        "output" if treated != credit else "input",
        "credit" if credit else "waste" if treated else "product",
        provider=f"p{i}",
    )
