"""Which number is it? An identity from ids, so that its draws are its own in every system.

Identity is the first 64 bits, lowest byte first, of the SHA-256 of nine texts joined by U+001F:
set, edition, process, direction, flow, provider, field, number, and the version of the draws. Never
a name, a position, or Python's `hash`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from pcf.inventory.sampling.draws import DRAWS
from pcf.model.systems import CREDIT, ELEMENTARY, NONE, OUTPUT, PRODUCT, WASTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem

    Positions = NDArray[np.int64]


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


def exchange_identities(
    system: ProductSystem,
    exchanges: Positions,
    origins: Mapping[str, tuple[str, str]],
) -> NDArray[np.uint64]:
    """Return the identities of the amounts of some `exchanges` (positions in the columns).

    `origins` leads from the id of a process to its set and edition. The flow of a link is the
    product of its provider. Exchanges of a process that have all texts in common are numbered in
    the order of their ids and contents.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("smelter", "1 t", emits={"CF4": "9 g"})])
    >>> found = exchange_identities(system, np.array([0]), {}).tolist()
    >>> found == [identity("smelter", "output", "CF4", "")]
    True
    """
    columns, heads = system.exchanges, system.processes
    ids, products = heads.ids.tolist(), heads.products.tolist()
    flows = [flow.id for flow in system.elementary]
    numbers = _numbered(system, exchanges)
    found = np.empty(len(exchanges), dtype=np.uint64)
    rows = zip(
        columns.process[exchanges].tolist(),
        columns.direction[exchanges].tolist(),
        columns.kind[exchanges].tolist(),
        columns.target[exchanges].tolist(),
        numbers.tolist(),
        strict=True,
    )
    nowhere = ("", "")
    for at, (process, direction, kind, target, number) in enumerate(rows):
        elementary = kind == ELEMENTARY
        found[at] = identity(
            ids[process],
            "output" if direction == OUTPUT else "input",
            flows[target] if elementary else products[target],
            "" if elementary else ids[target],
            number=number,
            origin=origins.get(ids[process], nowhere),
        )
    return found


def _numbered(system: ProductSystem, exchanges: Positions) -> Positions:
    """Return 1, or for exchanges alike in all texts, 1, 2, ... in a canonical order."""
    columns = system.exchanges
    numbers = np.ones(len(columns), dtype=np.int64)
    linked = np.isin(columns.kind, (PRODUCT, WASTE, CREDIT))
    asked = np.zeros(len(system.processes), dtype=np.bool_)
    asked[columns.process[exchanges]] = True
    here = np.flatnonzero((linked | (columns.kind == ELEMENTARY)) & asked[columns.process])
    keys = (columns.target[here], columns.direction[here], linked[here], columns.process[here])
    order = np.lexsort(keys)
    same = np.ones(max(len(here) - 1, 0), dtype=np.bool_)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    if same.any():
        starts = np.flatnonzero(np.append(True, ~same))
        for group in np.split(here[order], starts[1:]):
            if len(group) > 1:
                ordered = sorted(group.tolist(), key=lambda e: _content(system, e))
                numbers[ordered] = np.arange(1, len(group) + 1)
    return numbers[exchanges]


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
