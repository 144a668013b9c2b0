"""Which number is it? An identity from ids, so that its draws are its own in every system.

Identity is the first 64 bits, lowest byte first, of the SHA-256 of nine texts joined by U+001F:
set, edition, process, direction, flow, provider, field, number, and the version of the draws. Never
a name, a position, or Python's `hash`.

The process of a part that an allocation made is the undivided one: what was measured once is one
number, and its parts vary together.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.sampling.draws import DRAWS
from pcf.model.systems import CREDIT, ELEMENTARY, NONE, OUTPUT, PRODUCT, WASTE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem

    Positions = NDArray[np.int64]

_AT_ONCE = 512
"""Processes whose texts stand in memory together."""


def identity(  # noqa: PLR0913 - the texts that identify a number, by name
    process: str,
    direction: str,
    flow: str,
    provider: str,
    *,
    field: str = "amount",
    number: int = 1,
    origin: tuple[str, str] = ("", ""),
) -> int:
    """Return the identity of a number; `origin` is the set and edition that its process is from.

    >>> hex(identity("smelter", "output", "CF4", ""))
    '0xc7a61d4ba2102f12'
    """
    texts = (*origin, process, direction, flow, provider, field, str(number), str(DRAWS))
    return int.from_bytes(hashlib.sha256("\x1f".join(texts).encode()).digest()[:8], "little")


def exchange_identities(system: ProductSystem, exchanges: Positions) -> NDArray[np.uint64]:
    """Return the identities of the amounts of some `exchanges` (positions in the columns).

    The flow of a link is the product of its provider. Exchanges of a process that have all texts in
    common are numbered in the order of their ids and contents.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("smelter", "1 t", emits={"CF4": "9 g"})])
    >>> found = exchange_identities(system, np.array([0])).tolist()
    >>> found == [identity("smelter", "output", "CF4", "")]
    True
    """
    found = np.empty(len(exchanges), dtype=np.uint64)
    order = np.argsort(exchanges, kind="stable")
    places = exchanges[order]
    owners = system.exchanges.process[places]
    for first in range(0, len(system.processes), _AT_ONCE):
        some = slice(*np.searchsorted(owners, [first, first + _AT_ONCE]))
        if some.start == some.stop:
            continue
        numbers = _numbered(system, places[some], first)
        found[order[some]] = _identities(system, places[some], numbers)
    return found


def _identities(system: ProductSystem, exchanges: Positions, numbers: Positions) -> list[int]:
    columns, heads = system.exchanges, system.processes
    consumers, targets = columns.process[exchanges], columns.target[exchanges]
    elementary = columns.kind[exchanges] == ELEMENTARY
    providers = np.where(elementary, 0, targets)
    wholes, ids = heads.wholes[consumers], heads.ids[consumers]
    rows = zip(
        heads.origins[consumers].tolist(),
        np.where(wholes == "", ids, wholes).tolist(),
        columns.direction[exchanges].tolist(),
        np.where(elementary, targets, NONE).tolist(),
        heads.products[providers].tolist(),
        heads.ids[providers].tolist(),
        numbers.tolist(),
        strict=True,
    )
    return [
        identity(
            process,
            "output" if direction == OUTPUT else "input",
            product if flow == NONE else system.elementary[flow].id,
            provider if flow == NONE else "",
            number=number,
            origin=("", "") if origin == NONE else system.origins[origin],
        )
        for origin, process, direction, flow, product, provider, number in rows
    ]


def _numbered(system: ProductSystem, exchanges: Positions, first: int) -> Positions:
    """Return 1, or for exchanges alike in all texts, 1, 2, ... in a canonical order.

    `exchanges`, ascending, are of the processes from `first` on that stand in memory together.
    """
    columns = system.exchanges
    begin, end = np.searchsorted(columns.process, [first, first + _AT_ONCE])
    kind = columns.kind[begin:end]
    linked = np.isin(kind, (PRODUCT, WASTE, CREDIT))
    near = np.flatnonzero(linked | (kind == ELEMENTARY))
    here = begin + near
    numbers = np.ones(end - begin, dtype=np.int64)
    keys = (columns.target[here], columns.direction[here], linked[near], columns.process[here])
    order = np.lexsort(keys)
    same = np.ones(max(len(here) - 1, 0), dtype=np.bool_)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    if same.any():
        starts = np.flatnonzero(np.append(True, ~same))
        for group in np.split(here[order], starts[1:]):
            if len(group) > 1:
                ordered = sorted(group.tolist(), key=lambda e: _content(system, e))
                numbers[np.array(ordered) - begin] = np.arange(1, len(group) + 1)
    found: Positions = numbers[exchanges - begin]
    return found


def _content(system: ProductSystem, exchange: int) -> tuple[str | float, ...]:
    column = system.exchanges
    source = int(column.source[exchange])
    numbers = (column.kind, column.amount, column.spread, column.low, column.high)
    return (
        str(column.ids[exchange]),
        *(float(each[exchange]) for each in numbers),
        system.stage_of(exchange),
        "" if source == NONE else system.sources[source].id,
        str(column.notes[exchange]),
    )
