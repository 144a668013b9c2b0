"""What do elementary flows count? Characterisation, normalisation, weighting.

A factor may depend on the place of the emitting process, so it belongs to an exchange; the result
is the elementary matrix with every entry characterised, from which lines, gases, processes and the
total are sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pcf import text
from pcf.errors import Problem, SolveError, problem
from pcf.inventory.mapping import pieces, release
from pcf.model.coverage import WORLD, places, widening
from pcf.model.flow_table import words_of
from pcf.model.systems import ELEMENTARY, OUTPUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.flows import ElementaryFlow
    from pcf.model.systems import ProductSystem

CLIMATE = "kg CO2e"
"""The unit of sets that must know every flow on a line of the footprint."""


def exchange_factors(
    system: ProductSystem, characterisation: CharacterisationSet
) -> NDArray[np.float64]:
    """Return (m) what one unit of each elementary exchange counts, positive for an output.

    Zero for every other exchange, for a flow on the line 'outside' that the set does not name, and
    for meters and upper bounds, which have no factor of their own. A set in another unit than
    kg CO2e (costs, say) counts only what it names.

    Raises SolveError with every flow on a line of the footprint that has no factor.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("kiln", "1 t", emits={"CO2": "9 kg", "CF4": "1 g"})])
    >>> exchange_factors(system, CharacterisationSet.of("mine", {"CO2": 1, "CF4": 7380}))
    array([1.00e+00, 7.38e+03])
    """
    factors = np.zeros(len(system.exchanges))
    for here, _, known in _factors(system, characterisation):
        factors[here] = known
    return factors


def _factors(
    system: ProductSystem, characterisation: CharacterisationSet
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]]:
    """Yield the elementary exchanges in pieces: places, flows, and what one unit of each counts.

    In the order of the exchanges. Factors are asked for once a flow and a chain of places.
    """
    columns, (chains, chain_of) = system.exchanges, _places(system, characterisation)
    here = np.flatnonzero(columns.kind == ELEMENTARY).astype(np.int32)
    targets = columns.target[here]
    used = np.zeros(len(chains) * len(system.elementary), dtype=np.bool_)

    def pairs(piece: slice) -> NDArray[np.intp]:
        found = targets[piece].astype(np.intp)
        if len(chains) > 1:
            found *= len(chains)
            found += chain_of[columns.process[here[piece]]]
        return found

    for piece in pieces(len(here)):
        used[pairs(piece)] = True
    known = _known(system, characterisation, chains, used)
    release(system)
    for piece in pieces(len(here)):
        yield here[piece], targets[piece], known[pairs(piece)]


def _known(
    system: ProductSystem,
    characterisation: CharacterisationSet,
    chains: Sequence[tuple[str, ...]],
    used: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return what one unit of each flow counts in each chain of places, where it is `used`."""
    pairs, named = np.flatnonzero(used), frozenset(characterisation.gases)
    found = [
        _factor(
            system.elementary[pair // len(chains)],
            characterisation,
            chains[pair % len(chains)],
            named,
        )
        for pair in pairs.tolist()
    ]
    missing = {p // len(chains) for p, f in zip(pairs.tolist(), found, strict=True) if f is None}
    if missing:
        flows = (system.elementary[row].id for row in sorted(missing))
        near = characterisation.gases
        raise SolveError(
            *(_no_factor(flow, text.nearest(flow, near), characterisation) for flow in flows)
        )
    known = np.zeros(len(used))
    known[pairs] = found
    return known


def characterise(
    system: ProductSystem,
    characterisation: CharacterisationSet,
    *,
    meters: Mapping[str, float] | None = None,
) -> csr_array[np.float64]:
    """Return (k x n) what each elementary flow of each process counts per run.

    The sum over rows and `characterised @ scaling` are the score; rows are `system.elementary`.
    `meters` gives what one kWh counts at every meter of the system.

    Raises SolveError with every flow and every meter without a factor.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> smelter = unit_process("smelter", "1 t", emits={"CO2": "2 kg"}, meters={"pots": "5 kWh"})
    >>> own = CharacterisationSet.of("mine", {"CO2": 1})
    >>> characterise(product_system([smelter]), own, meters={"pots": 0.6}).toarray().ravel()
    array([2., 3.])
    """
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 - large, to show matrices only

    found = list(_counted(system, characterisation, meters))
    rows, processes = (_joined([each[k] for each in found], np.int32) for k in (0, 1))
    counts = _joined([each[2] for each in found], np.float64)
    shape = (len(system.elementary), len(system.processes))
    return csr_array(coo_array((counts, (rows, processes)), shape=shape))


def counts_per_run(
    system: ProductSystem,
    characterisation: CharacterisationSet,
    *,
    meters: Mapping[str, float] | None = None,
) -> NDArray[np.float64]:
    """Return (n) what one run of each process counts by itself: the column sums of `characterise`.

    Raises SolveError as `characterise` does.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("kiln", "1 t", emits={"CO2": "2 kg"})])
    >>> counts_per_run(system, CharacterisationSet.of("mine", {"CO2": 1}))
    array([2.])
    """
    found = np.zeros(len(system.processes))
    for _, processes, counts in _counted(system, characterisation, meters):
        np.add.at(found, processes, counts)
    return found


def _counted(
    system: ProductSystem,
    characterisation: CharacterisationSet,
    meters: Mapping[str, float] | None,
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]]:
    """Yield rows, processes and counts of the elementary exchanges, in pieces and in order."""
    columns = system.exchanges
    given = {f"kWh at {meter}": factor for meter, factor in (meters or {}).items()}
    rows = np.flatnonzero(words_of(system.elementary, "role") == "meter").tolist()
    missing = [system.elementary[k].id for k in rows if system.elementary[k].id not in given]
    if missing and characterisation.unit == CLIMATE:
        near = tuple(given)
        raise SolveError(*(_no_factor(meter, near, characterisation) for meter in missing))
    for here, targets, factors in _factors(system, characterisation):
        for k in rows:  # a meter's factor is per kWh taken in
            factors[targets == k] = -given.get(system.elementary[k].id, 0.0)
        counts = factors * columns.amount[here]
        np.negative(counts, out=counts, where=columns.direction[here] != OUTPUT)
        yield targets, columns.process[here], counts
    release(system)


def _joined(arrays: Sequence[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=kind), *arrays])


def normalise(
    system: ProductSystem, characterised: csr_array[np.float64], table: Mapping[str, float]
) -> csr_array[np.float64]:
    """Return `characterised` (k x n) with each flow multiplied by its value in `table`, by flow id.

    Normalisation stands before summing, so that each elementary flow may have its own. Raises
    SolveError with every counted flow that the table does not name.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("kiln", "1 t", emits={"CO2": "2 kg"})])
    >>> counted = characterise(system, CharacterisationSet.of("mine", {"CO2": 1}))
    >>> normalise(system, counted, {"CO2, fossil": 10}).toarray()
    array([[20.]])
    """
    counted = abs(characterised).sum(axis=1) > 0
    ids = [flow.id for flow in system.elementary]
    missing = [id_ for id_, counts in zip(ids, counted, strict=True) if counts and id_ not in table]
    if missing:
        near = {id_: text.nearest(id_, table) for id_ in missing}
        raise SolveError(*(problem("normalisation-missing", id_, near[id_]) for id_ in missing))
    values = np.array([table.get(id_, 0.0) for id_ in ids], dtype=np.float64)
    from scipy.sparse import csr_array, diags_array  # noqa: PLC0415 - large, to show matrices only

    return csr_array(diags_array(values) @ characterised)


def weigh(scores: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the weighted sum of `scores` by category; a score without a weight raises SolveError.

    >>> weigh({"climate": 50.0}, {"climate": 8.0, "water": 1.0})
    400.0
    """
    missing = [name for name in scores if name not in weights]
    if missing:
        raise SolveError(*(problem("weight-missing", name, tuple(weights)) for name in missing))
    return float(sum(value * weights[name] for name, value in scores.items()))


def _no_factor(flow: str, near: Sequence[str], characterisation: CharacterisationSet) -> Problem:
    return problem("factor-missing", flow, tuple(near), set=characterisation.name)


def _places(
    system: ProductSystem, characterisation: CharacterisationSet
) -> tuple[list[tuple[str, ...]], NDArray[np.intp]]:
    """Return chains of places, narrowest first, and (n) which one each process has."""
    if not any(row.place for row in characterisation.factors):
        return [()], np.zeros(len(system.processes), dtype=np.intp)
    names, of = np.unique(system.processes.places, return_inverse=True)
    return [_chain(str(name)) for name in names], of


def _chain(place: str) -> tuple[str, ...]:
    return widening(place) if place in places() else (place, WORLD)


def _factor(
    flow: ElementaryFlow,
    characterisation: CharacterisationSet,
    chain: tuple[str, ...],
    named: frozenset[str],
) -> float | None:
    """Return what one unit counts; None only where a climate set should know the flow."""
    climate = characterisation.unit == CLIMATE
    is_named = not {flow.gas, flow.id}.isdisjoint(named)
    if flow.role in ("meter", "bound") or not (climate or is_named):
        return 0.0
    value = characterisation.factor(flow, chain)
    return 0.0 if value is None and flow.line == "outside" else value
