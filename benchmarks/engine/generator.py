"""Product systems of the size and shape of ecoinvent, from a seed.

No large process database may be committed, so systems are made whose structure costs solvers what
ecoinvent's costs them. How it is made: processes stand in tiers; 1.5 % of them are services
(power, heat, transport, waste treatment), each of one of n / 300 places, 2.5 % are basic materials;
nearly half of all links go to a service, mostly of the own place, nearly half to a basic material,
few of which are bought by nearly everybody; the rest to a process shortly before in the tiers, and
3 in 10,000 to one anywhere, which closes loops through everything. One process in twenty treats
waste. What a process buys is worth a random share (two thirds on average) of what it makes, so that
loops are strong but produce.

How it is calibrated: on what bw2calc 3.1.0 and scikit-umfpack users publish about ecoinvent 3.9 and
3.10 in bw2calc's own docstrings, printed side by side by `python benchmarks/engine/generator.py`.
Unknown of ecoinvent, and so of no target: how many processes must be torn. `loops` times more links
against the tiers, and `depth`, make variants to stress that.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.model.amounts import SPREAD_KINDS
from pcf.model.flows import ElementaryFlow, greenhouse_gases
from pcf.model.systems import (
    ELEMENTARY,
    INPUT,
    NONE,
    OUTPUT,
    PRODUCT,
    WASTE,
    ExchangeColumns,
    ProcessColumns,
    ProductSystem,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Positions = NDArray[np.int64]

SERVICES, BASICS = 0.015, 0.025
TO_SERVICES, TO_BASICS, ANYWHERE = 0.46, 0.44, 0.0003
GASES = ("CO2, fossil", "CH4, fossil", "N2O, fossil", "SF6", "CF4", "C2F6")
OTHER_FLOWS = 2_000


@dataclass(frozen=True, slots=True)
class _Links:
    suppliers: Positions
    consumers: Positions

    def __len__(self) -> int:
        return len(self.suppliers)


def generate(
    n: int, seed: int, *, loops: float = 1.0, depth: float = 0.5, exchanges: float = 20.0
) -> ProductSystem:
    """Return n processes; `exchanges` elementary ones each on average, a tenth of greenhouse gases.

    `loops` multiplies the links against the tiers; `depth` (0 ... 1) is how far up the tiers
    services and basic materials reach.
    """
    random = np.random.default_rng(seed)
    kinds = random.choice(3, n, p=[SERVICES, BASICS, 1 - SERVICES - BASICS])
    tiers = random.random(n)
    tiers[kinds < 2] *= depth
    kinds = kinds[np.argsort(tiers)]
    kinds[:2] = 0, 1
    treats = (random.random(n) < 0.05) & (kinds == 2)
    links = _links(random, kinds, loops)
    runs, scales = 10.0 ** random.uniform(-1, 1, n), 10.0 ** random.uniform(-3, 3, n)
    needs = _needs(random, n, links) * scales[links.suppliers] / scales[links.consumers]
    columns = _technical(links, treats, needs * runs[links.consumers])
    emitted = _elementary(random, n, exchanges, scales, runs)
    return ProductSystem(
        _processes(runs, treats),
        _exchanges(random, [columns, emitted]),
        tuple(_flows()),
        (),
        (),
    )


def _links(random: np.random.Generator, kinds: Positions, loops: float) -> _Links:
    n = len(kinds)
    count = np.minimum(1 + random.lognormal(np.log(10.9), 0.7, n).astype(np.int64), 60)
    consumers = np.repeat(np.arange(n), np.minimum(count, n - 1))
    m = len(consumers)
    anywhere = ANYWHERE * loops
    shares = [TO_SERVICES, TO_BASICS, 1 - TO_SERVICES - TO_BASICS - anywhere, anywhere]
    chosen = random.choice(4, m, p=shares)
    before = consumers - 1 - random.exponential(max(1.0, 0.002 * n), m).astype(np.int64)
    suppliers = np.choose(
        chosen,
        [
            _services(random, np.flatnonzero(kinds == 0), consumers),
            _basics(random, np.flatnonzero(kinds == 1), m),
            before,
            random.integers(0, n, m),
        ],
    )
    fits = (suppliers >= 0) & (suppliers != consumers)
    places = np.unique(consumers[fits] * n + suppliers[fits])
    return _Links(places % n, places // n)


def _services(random: np.random.Generator, services: Positions, consumers: Positions) -> Positions:
    """Return a service for each link, in four of five of the consumer's own place."""
    n, m = int(consumers.max()) + 1, len(consumers)
    places = max(3, n // 300)
    place = random.integers(0, places, n)
    by_place = services[np.argsort(place[services], kind="stable")]
    ends = np.cumsum(np.bincount(place[services], minlength=places))
    here = np.where(random.random(m) < 0.8, place[consumers], 0)
    count = np.diff(ends, prepend=0)[here]
    rank = random.random(m) ** 2.5
    own = by_place[np.minimum((ends[here] - count + rank * count).astype(int), len(services) - 1)]
    return np.where(count > 0, own, services[(rank * len(services)).astype(int)])


def _basics(random: np.random.Generator, basics: Positions, m: int) -> Positions:
    """Return a basic material for each link; a few are bought by nearly everybody."""
    ranked = random.permutation(basics)
    return ranked[(random.random(m) ** 3 * len(basics)).astype(int)]


def _needs(random: np.random.Generator, n: int, links: _Links) -> Floats:
    """Return what each link is worth; what a process buys is worth less than what it makes."""
    weights = random.lognormal(0.0, 1.5, len(links))
    bought = np.bincount(links.consumers, weights, n)
    return weights / bought[links.consumers] * random.beta(6, 2.5, n)[links.consumers]


def _technical(links: _Links, treats: NDArray[np.bool_], amounts: Floats) -> dict[str, NDArray]:
    """Return the columns of the links: wastes go out to treatments, products come in."""
    sent = treats[links.suppliers]
    return {
        "process": links.consumers,
        "kind": np.where(sent, WASTE, PRODUCT),
        "target": links.suppliers,
        "direction": np.where(sent, OUTPUT, INPUT),
        "amount": amounts,
    }


def _elementary(
    random: np.random.Generator, n: int, exchanges: float, scales: Floats, runs: Floats
) -> dict[str, NDArray]:
    """Return the columns of what processes emit, worth about a tenth of what they make."""
    wanted = random.poisson(exchanges, n)
    process = np.repeat(np.arange(n), wanted)
    gas = random.random(len(process)) < 0.1
    other = random.integers(len(GASES), len(GASES) + OTHER_FLOWS, len(process))
    of_gases = np.minimum(random.geometric(0.6, len(process)) - 1, len(GASES) - 1)
    target = np.where(gas, of_gases, other)
    places = np.unique(process * np.int64(len(GASES) + OTHER_FLOWS) + target)
    process, target = np.divmod(places, len(GASES) + OTHER_FLOWS)
    potential = np.array([1.0, 30.0, 273.0, 25_200.0, 7_380.0, 12_400.0])
    size = np.where(target < len(GASES), potential[np.minimum(target, len(GASES) - 1)], 1.0)
    worth = random.lognormal(np.log(0.05), 1.5, len(process)) / scales[process] * runs[process]
    return {
        "process": process,
        "kind": np.full(len(process), ELEMENTARY),
        "target": target,
        "direction": np.full(len(process), OUTPUT),
        "amount": worth / size,
    }


def _exchanges(random: np.random.Generator, parts: list[dict[str, NDArray]]) -> ExchangeColumns:
    """Return both kinds in the order of their processes; 45 in 100 amounts are lognormal."""
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(joined["process"], kind="stable")
    m = len(order)
    uncertain = random.random(m) < 0.45
    deviation = np.exp(random.choice([0.05, 0.1, 0.15, 0.2, 0.3], m))
    kinds = {"process": np.int32, "kind": np.int8, "target": np.int32, "direction": np.int8}
    columns = {name: joined[name][order].astype(kind) for name, kind in kinds.items()}
    product = columns["kind"] != ELEMENTARY
    flows = np.where(product, np.char.mod("product %d", columns["target"]), "")
    ids = np.array([flow.id for flow in _flows()])
    flows = np.where(product, flows, ids[np.where(product, 0, columns["target"])])
    return ExchangeColumns(
        ids=np.char.mod("x%d", np.arange(m)),
        flows=flows,
        amount=joined["amount"][order],
        spread=np.where(uncertain, SPREAD_KINDS.index("lognormal"), NONE).astype(np.int8),
        low=np.where(uncertain, deviation, 0.0),
        high=np.zeros(m),
        source=np.full(m, NONE, dtype=np.int32),
        stage=np.full(m, NONE, dtype=np.int32),
        confidence=np.full(m, NONE, dtype=np.int8),
        notes=np.zeros(m, dtype="U1"),
        **columns,
    )


def _processes(runs: Floats, treats: NDArray[np.bool_]) -> ProcessColumns:
    n = len(runs)
    ids = np.char.mod("process %d", np.arange(n))
    empty, none = np.zeros(n, dtype="U1"), np.full(n, NONE, dtype=np.int32)
    never = np.full(n, "NaT", dtype="datetime64[D]")
    return ProcessColumns(
        ids=ids,
        products=np.char.mod("product %d", np.arange(n)),
        names_en=ids,
        names_zh=empty,
        units=np.full(n, "kg"),
        bases=empty,
        places=np.full(n, "GLO"),
        amounts=runs,
        treats=treats,
        foreground=np.zeros(n, dtype=np.bool_),
        stages=none,
        sources=none,
        starts=never,
        ends=never,
        origins=none,
        wholes=empty,
    )


def _flows() -> list[ElementaryFlow]:
    gases = [greenhouse_gases()[name] for name in GASES]
    return gases + [ElementaryFlow(f"flow {k}") for k in range(OTHER_FLOWS)]


def main() -> None:
    """Print what a generated system costs solvers, beside what is published about ecoinvent."""
    from scipy.sparse import csc_array  # noqa: PLC0415 - only this command needs them
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415
    from scipy.sparse.linalg import splu  # noqa: PLC0415

    from pcf.inventory import assemble  # noqa: PLC0415
    from pcf.inventory.tearing.structure import analyse  # noqa: PLC0415

    for seed in map(int, sys.argv[1:] or ["1"]):
        system = generate(20_000, seed)
        matrices = assemble(system)
        a = matrices.technosphere
        _, labels = connected_components(a, directed=True, connection="strong")
        print(f"seed {seed}: entries of A {a.nnz:,}, of B {matrices.elementary.nnz:,}")
        print(f"largest component {np.bincount(labels).max() / a.shape[0]:.0%}")
        print(f"torn processes {analyse(a, None).h}")
        for name, matrix in (("transpose of A", csc_array(a.T)), ("A", a)):
            start = time.perf_counter()
            factors = splu(matrix)
            took = time.perf_counter() - start
            print(f"SuperLU of {name}: {took:.1f} s, {factors.L.nnz + factors.U.nnz:,} entries")
    print("published of ecoinvent: 21,000-23,500 processes, 293,000 entries of A;")
    print("SuperLU of the transpose 1.7 s, of A 52 s with 8.6 times the entries")


if __name__ == "__main__":
    main()
