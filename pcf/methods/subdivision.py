"""Can the process be taken apart? Sub-processes with exchanges of their own need no allocation.

ISO 14044:2006, 4.3.4.2, step 1, first way (ISO 14067:2018, 6.4.6): divide the unit process into
sub-processes and collect their inputs and outputs apart. Here each exchange is assigned to one of
them; what one makes for another (steam, paste, concentrate) is named with its amount. A part that
still makes several products is smaller than the whole, and is allocated afterwards.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import AllocationError, PcfError, Problem, problem
from pcf.methods.shares import process_problems
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess, UnitProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.methods.hierarchy import Level


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-process: what it makes, which exchanges of the whole are its own, what it takes inside.

    `makes` holds names of co-products of the whole, or a `CoProduct` that other parts take.
    `exchanges` are ids, or flows where they have none. `takes` are exchanges from other parts.
    """

    id: str
    makes: tuple[str | CoProduct, ...]
    exchanges: tuple[str, ...] = ()
    takes: tuple[Exchange, ...] = ()
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Subdivision:
    """A process taken apart, and why; parts with several products remain to be allocated."""

    process: str
    reason: str
    processes: tuple[UnitProcess | MultiOutputProcess, ...]
    level: Level = "subdivision"


def subdivide(process: MultiOutputProcess, *parts: Part, reason: str = "") -> Subdivision:
    """Return the sub-processes of `process`; every exchange and product belongs to exactly one.

    Raises AllocationError with all problems: an exchange or a product in no part or in several,
    one that the process does not have, something made inside that the other parts do not take in
    the same amount.

    >>> from pcf.model.amounts import Amount
    >>> plant = MultiOutputProcess(
    ...     "plant",
    ...     (CoProduct("ingot", Amount(1.0, "t")), CoProduct("foil", Amount(1.0, "t"))),
    ...     (Exchange("gas", Amount(2.0, "GJ")), Exchange("rolling power", Amount(500.0, "kWh"))),
    ... )
    >>> casting = Part("casting", makes=("ingot",), exchanges=("gas",))
    >>> rolling = Part("rolling", makes=("foil",), exchanges=("rolling power",))
    >>> divided = subdivide(plant, casting, rolling, reason="metered apart")
    >>> [(each.id, each.exchanges[0].flow) for each in divided.processes]
    [('plant: casting', 'gas'), ('plant: rolling', 'rolling power')]
    """
    problems = [
        *process_problems(process),
        *_assigned(process, parts),
        *_made(process, parts),
        *_inside(parts),
    ]
    if problems:
        raise AllocationError(*problems)
    return Subdivision(process.id, reason, tuple(_taken_apart(process, part) for part in parts))


def _assigned(process: MultiOutputProcess, parts: tuple[Part, ...]) -> Iterator[Problem]:
    names = [exchange.id or exchange.flow for exchange in process.exchanges]
    times = Counter(name for part in parts for name in part.exchanges)
    yield from _once("subdivision-exchange", process.id, names, times)
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        yield problem("subdivision-ambiguous", process.id, exchanges=text.listed(repeated))


def _made(process: MultiOutputProcess, parts: tuple[Part, ...]) -> Iterator[Problem]:
    names = [row.product for row in process.products]
    times = Counter(row for part in parts for row in part.makes if isinstance(row, str))
    yield from _once("subdivision-product", process.id, names, times)
    ids = Counter(part.id for part in parts)
    yield from (problem("process-twice", f"{process.id}: {id_}") for id_ in ids if ids[id_] > 1)
    yield from (
        problem("subdivision-empty", f"{process.id}: {part.id}") for part in parts if not part.makes
    )


def _once(code: str, item: str, names: list[str], times: Counter[str]) -> Iterator[Problem]:
    """Yield what is not named exactly once, and what is named and is not there."""
    for name in (*dict.fromkeys(names), *(each for each in times if each not in names)):
        count = times[name]
        if name not in names or count != 1:
            near = () if name in names else text.nearest(name, names)
            yield problem(code, item, near, name=name, parts=count)


def _inside(parts: tuple[Part, ...]) -> Iterator[Problem]:
    """Yield what parts make for each other and do not take, or take and do not make."""
    made = {row.product: row for part in parts for row in part.makes if isinstance(row, CoProduct)}
    for flow in dict.fromkeys([*made, *(row.flow for part in parts for row in part.takes)]):
        taken = [row.amount for part in parts for row in part.takes if row.flow == flow]
        if flow not in made:
            yield problem("subdivision-inside", flow, tuple(made), flow=flow, made=0, taken="?")
            continue
        whole = made[flow].amount
        try:
            values = [amount.to(whole.unit).value for amount in taken]
        except PcfError as error:
            yield from error.problems
            continue
        known = [value for value in values if value is not None]
        total = math.fsum(known)
        if len(known) < len(values) or whole.value is None or not _equal(total, whole.value):
            amount = f"{total:.6g} {whole.unit}"
            yield problem("subdivision-inside", flow, flow=flow, made=whole, taken=amount)


def _equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)


def _taken_apart(process: MultiOutputProcess, part: Part) -> UnitProcess | MultiOutputProcess:
    by_name = {row.product: row for row in process.products}
    products = tuple(by_name[row] if isinstance(row, str) else row for row in part.makes)
    own = [row for row in process.exchanges if (row.id or row.flow) in part.exchanges]
    whole = MultiOutputProcess(
        id=f"{process.id}: {part.id}",
        products=products,
        exchanges=(*own, *part.takes),
        stage=part.stage or process.stage,
        coverage=process.coverage,
        source=process.source,
        causes={key: row for key, row in process.causes.items() if key in part.exchanges},
    )
    if len(products) > 1:
        return whole
    row = products[0]
    return UnitProcess(
        id=whole.id,
        product=row.product,
        amount=row.amount,
        exchanges=whole.exchanges,
        stage=whole.stage,
        basis=row.basis,
        coverage=whole.coverage,
        treats=row.treats,
        source=whole.source,
    )
