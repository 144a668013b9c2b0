"""How sure is every product of a system? Draws of thousands of products, kept as their statistics.

Where the draws are made, each piece becomes counts, means and the first digits of its scores
(`sketch`); pieces are put together in the order of the draws, so the result has the same bits
whoever made them.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pcf.analysis.drawing import counting, shown, tally
from pcf.analysis.sketch import ERROR, Sketch, buckets_of
from pcf.inventory.sampling.montecarlo import monte_carlo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor

    import pandas as pd
    from numpy.typing import NDArray

    from pcf.analysis.drawing import Stopped
    from pcf.inventory.sampling.montecarlo import Block
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.groups import Distributions
    from pcf.model.systems import ProductSystem

    Vector = NDArray[np.float64]
    Meters = Mapping[str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, eq=False)
class ProductUncertainty:
    """The intensities of products and their draws, kg CO2e per unit of each product (p each).

    `value`: without uncertainty; `mean` and `sd` of the draws are exact (sd is None for a single
    draw), `p2_5`, `median` and `p97_5` within `sketch_error`, relative. `error`: the largest
    estimated relative error of a draw. `direct`, `flipped`, `negative`: numbers of draws, as
    `Uncertainty` has them.
    """

    processes: tuple[str, ...]
    products: tuple[str, ...]
    value: Vector
    mean: Vector
    sd: Vector | None
    p2_5: Vector
    median: Vector
    p97_5: Vector
    draws: int
    seed: int
    stopped: Stopped
    error: float
    direct: int
    flipped: int
    negative: int
    sketch: Sketch = field(repr=False)
    sketch_error: float = ERROR

    def table(self) -> pd.DataFrame:
        """Return one row a product: process, product, value, mean, sd, p2_5, median, p97_5."""
        import pandas as pd  # noqa: PLC0415 - loaded only when a table is asked for

        names = ("value", "mean", "sd", "p2_5", "median", "p97_5")
        rows = {"process": self.processes, "product": self.products}
        return pd.DataFrame(rows | {name: getattr(self, name) for name in names})


class Fold(NamedTuple):
    """What is left of some draws of all products: how many, mean, sum of squares, buckets."""

    draws: int
    mean: Vector
    squares: Vector
    buckets: NDArray[np.uint16]


def fold(scores: Vector) -> Fold:
    """Return what is left of `scores` (draws, p).

    >>> fold(np.array([[1.0], [3.0]]))[:3]
    (2, array([2.]), array([2.]))
    """
    mean = scores.mean(axis=0)
    return Fold(len(scores), mean, ((scores - mean) ** 2).sum(axis=0), buckets_of(scores))


def joined(one: Fold, other: Fold) -> Fold:
    """Return both without their buckets (Chan, Golub and LeVeque 1979).

    >>> halves = fold(np.array([[1.0], [3.0]])), fold(np.array([[8.0]]))
    >>> joined(*halves)[:3]
    (3, array([4.]), array([26.]))
    """
    draws = one.draws + other.draws
    apart = other.mean - one.mean
    mean = one.mean + apart * (other.draws / draws)
    squares = one.squares + other.squares + apart**2 * (one.draws * other.draws / draws)
    return Fold(draws, mean, squares, other.buckets[:0])


def product_uncertainty(  # noqa: PLR0913 - how many draws, of what, by whom: each may be left out
    system: ProductSystem,
    characterisation: CharacterisationSet,
    *,
    products: Sequence[str] | None = None,
    meters: Meters | None = None,
    draws: int = 1000,
    seed: int = 1,
    distributions: Distributions | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> ProductUncertainty:
    """Return the statistics of the draws of `products` (names or ids of processes; None: all).

    Totals are gross, as a footprint's is, and of the same draws. `meters`: what a kWh at each meter
    of the system counts by, pairs of process and weight. The rest is as `uncertainty` has it.

    Raises as `uncertainty` does; ModelError for a product that no process makes.

    >>> from dataclasses import replace
    >>> from pcf.model.amounts import Spread
    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> kiln = unit_process("kiln", ("lime", "1 t"), emits={"CO2": "900 kg"})
    >>> (row,) = kiln.exchanges
    >>> row = replace(row, amount=replace(row.amount, spread=Spread("lognormal", 1.1)))
    >>> system = product_system([replace(kiln, exchanges=(row,))])
    >>> found = product_uncertainty(system, CharacterisationSet.of("mine", {"CO2": 1}), draws=500)
    >>> found.value, (found.median / 900).round(1)
    (array([900.]), array([1.]))
    """
    places = None
    if products is not None:
        known = set(system.processes.ids.tolist())
        places = np.array([system.index(n) if n in known else system.maker(n) for n in products])
    run = monte_carlo(
        system,
        counting(system, characterisation, meters),
        products=places,
        distributions=distributions,
    )
    made = run.blocks(
        draws, seed=seed, executor=executor, keep=np.zeros(0, dtype=np.int64), summarise=fold
    )
    sketch = Sketch.around(run.static)
    blocks: list[Block] = []
    total = Fold(0, np.zeros(0), np.zeros(0), np.zeros((0, 0), dtype=np.uint16))
    stopped: Stopped = "count"
    try:
        with closing(shown(made, draws, progress)) as watched:
            for block in watched:
                part: Fold = block.summary  # type: ignore[assignment] # what `fold` made of it
                sketch = sketch.counting(part.buckets)
                total = joined(total, part) if blocks else part
                blocks.append(block._replace(summary=None))
    except KeyboardInterrupt:
        if not blocks:
            raise
        stopped = "interrupted"
    low, median, high = sketch.quantiles((0.025, 0.5, 0.975))
    asked = slice(None) if places is None else places
    return ProductUncertainty(
        processes=tuple(system.processes.ids[asked].tolist()),
        products=tuple(system.processes.products[asked].tolist()),
        value=run.static,
        mean=total.mean,
        sd=np.sqrt(total.squares / (total.draws - 1)) if total.draws > 1 else None,
        p2_5=low,
        median=median,
        p97_5=high,
        draws=total.draws,
        seed=seed,
        stopped=stopped,
        **tally(blocks)._asdict(),
        sketch=sketch,
    )
