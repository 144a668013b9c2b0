"""What does a draw change? Every entry of a system as a sum of terms, each certain or a number.

Only what lies upstream of the products that are asked for is kept, in its own order: so a process
that has nothing to do with them changes no bit of a result. Electricity of a meter becomes what it
counts by: purchases from the processes of its treatment, all of them moved by the one metered
amount.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.errors import ModelError, SolveError, problem
from pcf.inventory.mapping import release
from pcf.inventory.sampling.draws import factors
from pcf.inventory.sampling.numbers import gas_numbers, numbers_of
from pcf.inventory.sampling.philox import BATCH
from pcf.inventory.tearing.columns import Columns
from pcf.inventory.tearing.graphs import Links, reached
from pcf.model.groups import Distributions
from pcf.model.systems import CREDIT, ELEMENTARY, NONE, OUTPUT, PRODUCT, WASTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from pcf.inventory.sampling.draws import Numbers
    from pcf.model.systems import ProductSystem

    Positions = NDArray[np.int64] | NDArray[np.int32]
    Vector = NDArray[np.float64]
    Meters = Mapping[str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """Terms of entries: term t belongs to entry `entry[t]`; terms of an entry stand together.

    `starts` (entries): the first term of each entry. `static` (t): the term without uncertainty.
    `number` (t): the number that moves it, -1 for none; a drawn term is scale x factor. `gas` (t):
    the characterisation factor that moves it too, -1 for none.
    """

    entry: Positions
    starts: Positions
    static: Vector
    scale: Vector
    number: Positions
    gas: Positions

    def values(self, drawn: Vector | None = None, gases: Vector | None = None) -> Vector:
        """Return the entries under one draw: factors of numbers, values of gases; or without any.

        No example: `sample` and the runs use it.
        """
        terms = self.static
        if drawn is not None and len(drawn):
            terms = np.where(self.number < 0, terms, self.scale * drawn[self.number])
        if gases is not None and len(gases):
            terms = np.where(self.gas < 0, terms, terms * gases[self.gas])
        return np.add.reduceat(terms, self.starts) if len(terms) else np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """A system as sums of terms, restricted to `processes` (positions in the whole system).

    `technosphere` gives the data of a canonical CSC array of `shape` with `indices` and `indptr`;
    `per_run` what one run of the processes `emitting` counts. `numbers` and `gases` are what is
    uncertain in them, `amounts` how many amounts of exchanges there are.
    """

    processes: Positions
    technosphere: Sum
    indices: NDArray[np.int32]
    indptr: NDArray[np.int32]
    per_run: Sum
    emitting: Positions
    numbers: Numbers
    gases: Numbers
    amounts: int

    def matrix(self, data: Vector) -> Columns:
        """Return the technosphere with `data`."""
        n = len(self.processes)
        return Columns((n, n), self.indptr, self.indices, data)

    def counted(self, values: Vector) -> Vector:
        """Return q (n): `values` of the emitting processes, zero for the others."""
        q = np.zeros(len(self.processes))
        q[self.emitting] = values
        return q

    def drawn(self, draw: int, seed: int) -> tuple[Columns, Vector]:
        """Return technosphere and q (n) of one draw, from the definition of draws alone."""
        batch, lane = divmod(draw, BATCH)
        drawn = factors(self.numbers, seed, batch)[:, lane].astype(np.float64)
        of = drawn, factors(self.gases, seed, batch)[:, lane] * self.gases.scale
        return self.matrix(self.technosphere.values(*of)), self.counted(self.per_run.values(*of))


@dataclass(frozen=True, slots=True, eq=False)
class Counting:
    """How the exchanges of a system count.

    `counts` (m): what one unit of each exchange counts where it is emitted or taken in, signed as
    the inventory is, zero for every other exchange. `meters`: what a kWh at each meter counts by,
    pairs of process and weight. `table`: set and edition of the characterisation factors, which
    identify them where they vary.
    """

    counts: Vector
    meters: Meters = field(default_factory=dict)
    credits: bool = True
    table: tuple[str, str] = ("", "")


class _Loose(NamedTuple):
    """Terms before they are put in order: coefficient x amount of the exchange, -1 being one."""

    row: Positions
    column: Positions
    coefficient: Vector
    exchange: Positions

    def those(self, which: NDArray[np.bool_]) -> _Loose:
        row, column, coefficient, exchange = self
        return _Loose(row[which], column[which], coefficient[which], exchange[which])


def terms_of(
    system: ProductSystem,
    counting: Counting,
    *,
    asked: Positions | None = None,
    distributions: Distributions | None = None,
) -> Terms:
    """Return `system` as terms, upstream of the products of the processes `asked` (None: all).

    Raises SolveError for a meter that counts by nothing, ModelError as `numbers_of` does.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("power", "10 kWh", emits={"CO2": "9 kg"}),
    ...     unit_process("steel", "1 t", takes={"power": "400 kWh"}),
    ... ])
    >>> terms = terms_of(system, Counting(np.array([1.0, 0.0])))
    >>> terms.matrix(terms.technosphere.values()).csc().toarray()
    array([[  10., -400.],
           [   0.,    1.]])
    """
    given = distributions if distributions is not None else Distributions()
    n = len(system.processes)
    links = _links(system, counting)
    kept = _upstream(n, links, asked)
    links = links.those(kept[links.column])
    emissions = _emissions(system, counting.counts, kept)
    used = np.zeros(len(system.exchanges), dtype=np.bool_)
    for each in (links, emissions):
        used[each.exchange[each.exchange != NONE]] = True
    release(system)
    numbers = numbers_of(system, given, used=used)
    gases, gas = _gases(system, given, emissions, counting.table)
    own = np.cumsum(kept, dtype=np.int64) - 1
    size = int(kept.sum())
    amounts = system.exchanges.amount
    entry = own[links.column] * size + own[links.row]
    technosphere, entries = _summed(entry, links, amounts, numbers, None)
    per_run, emitting = _summed(own[emissions.column], emissions, amounts, numbers, gas)
    release(system)
    ends = np.cumsum(np.bincount(entries // size, minlength=size))
    return Terms(
        np.flatnonzero(kept),
        technosphere,
        (entries % size).astype(np.int32),
        np.append(0, ends).astype(np.int32),
        per_run,
        emitting,
        numbers,
        gases,
        int(used.sum()),
    )


def _links(system: ProductSystem, counting: Counting) -> _Loose:
    """Return reference amounts, links, and what metered electricity counts by."""
    columns, heads = system.exchanges, system.processes
    own = np.arange(len(heads), dtype=np.int32)
    references = np.where(heads.treats, -1.0, 1.0) * heads.amounts
    linked = (columns.kind == PRODUCT) | (columns.kind == WASTE)
    if counting.credits:
        linked |= columns.kind == CREDIT
    here = np.flatnonzero(linked).astype(np.int32)
    signs = np.where(columns.direction[here] == OUTPUT, 1.0, -1.0)
    parts = [
        _Loose(own, own, references, np.full(len(own), NONE, dtype=np.int32)),
        _Loose(columns.target[here], columns.process[here], signs, here),
        *_purchases(system, counting.meters),
    ]
    row, column, coefficient, exchange = (np.concatenate(each) for each in zip(*parts, strict=True))
    return _Loose(row, column, coefficient, exchange)


def _purchases(system: ProductSystem, meters: Meters) -> Iterator[_Loose]:
    """Yield the links from each meter to the processes that its treatment counts it by."""
    columns = system.exchanges
    for k, flow in enumerate(system.elementary):
        if flow.role != "meter":
            continue
        meter = flow.id.removeprefix("kWh at ")
        if meter not in meters:
            raise SolveError(problem("factor-missing", flow.id, tuple(meters), set="electricity"))
        metered = (columns.kind == ELEMENTARY) & (columns.target == k)
        here = np.flatnonzero(metered).astype(np.int32)
        sign = -1.0 if flow.direction == "input" else 1.0  # a credit turned the row round
        for process, weight in meters[meter]:
            row = np.full(len(here), system.index(process), dtype=np.int32)
            yield _Loose(row, columns.process[here], np.full(len(here), sign * weight), here)


def _emissions(system: ProductSystem, counts: Vector, kept: NDArray[np.bool_]) -> _Loose:
    """Return what counts of what the processes that are kept emit or take in."""
    columns = system.exchanges
    here = np.flatnonzero((columns.kind == ELEMENTARY) & (counts != 0)).astype(np.int32)
    here = here[kept[columns.process[here]]]
    process = columns.process[here]
    return _Loose(process, process, counts[here], here)


def _upstream(n: int, links: _Loose, asked: Positions | None) -> NDArray[np.bool_]:
    """Return (n): the processes that those asked for stand on, themselves included."""
    if asked is None:
        return np.ones(n, dtype=np.bool_)
    start = np.zeros(n, dtype=np.bool_)
    start[asked] = True
    return reached(n, Links(links.column, links.row), start)


def _gases(
    system: ProductSystem, given: Distributions, emissions: _Loose, table: tuple[str, str]
) -> tuple[Numbers, Positions | None]:
    """Return the uncertain characterisation factors, and which moves each emission (-1: none)."""
    names = list(given.gases)
    if not names:
        return gas_numbers(given.gases, table), None
    gases = [flow.gas or flow.id for flow in system.elementary]
    flows = system.exchanges.target[emissions.exchange]
    present = {gases[k] for k in np.unique(flows)}
    missing = [name for name in names if name not in present]
    if missing:
        near = tuple(sorted(present))
        raise ModelError(*(problem("gas-not-counted", "", near, gas=gas) for gas in missing))
    which = [names.index(gas) if gas in names else NONE for gas in gases]
    return gas_numbers(given.gases, table), np.array(which, dtype=np.int32)[flows]


def _summed(
    entry: Positions, loose: _Loose, amounts: Vector, numbers: Numbers, gas: Positions | None
) -> tuple[Sum, Positions]:
    """Return the terms in the order of their entries, and the entries that there are."""
    order = np.argsort(entry, kind="stable")
    entry = entry[order]
    begins = np.ones(len(entry), dtype=np.bool_)
    np.not_equal(entry[1:], entry[:-1], out=begins[1:])
    starts = np.flatnonzero(begins)
    there = entry[starts].astype(np.int64)
    del entry
    place = np.cumsum(begins, dtype=np.int32)
    place -= 1
    coefficient, exchange = loose.coefficient[order], loose.exchange[order]
    gas = np.broadcast_to(np.int32(NONE), len(order)) if gas is None else gas[order]
    del order
    own = exchange != NONE
    static = coefficient.copy()
    static[own] *= amounts[exchange[own]]
    number = np.full(len(exchange), NONE, dtype=np.int32)
    number[own] = _number_of(numbers, len(amounts))[exchange[own]]
    moved = number != NONE
    scale = static.copy()
    scale[moved] = coefficient[moved] * numbers.scale[number[moved]]
    return Sum(place, starts, static, scale, number, gas), there


def _number_of(numbers: Numbers, exchanges: int) -> Positions:
    """Return (m): which number each exchange is, -1 for none."""
    found = np.full(exchanges, NONE, dtype=np.int32)
    found[numbers.exchange] = np.arange(len(numbers), dtype=np.int32)
    return found
