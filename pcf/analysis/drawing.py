"""What do draws of one footprint and of many products share? What counts, what is watched."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from pcf.inventory import exchange_factors
from pcf.inventory.sampling.terms import Counting
from pcf.model.flows import IN_TOTAL
from pcf.model.systems import ELEMENTARY, OUTPUT

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from pcf.inventory.sampling.montecarlo import Block
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.systems import ProductSystem

Stopped = Literal["count", "precision", "interrupted"]


class Tally(NamedTuple):
    """The largest estimated error of a draw, and how many draws were of each kind."""

    error: float
    direct: int
    flipped: int
    negative: int


def tally(blocks: Sequence[Block]) -> Tally:
    """Return the tally of all draws of `blocks`; there is at least one."""
    flags = [(b.direct.sum(), b.flipped.sum(), b.negative.sum()) for b in blocks]
    direct, flipped, negative = (int(sum(each)) for each in zip(*flags, strict=True))
    return Tally(max(float(b.error.max()) for b in blocks), direct, flipped, negative)


def counting(
    system: ProductSystem,
    characterisation: CharacterisationSet,
    meters: Mapping[str, tuple[tuple[str, float], ...]] | None = None,
    *,
    credits: bool = False,  # noqa: A002 - the word users write
) -> Counting:
    """Return how the exchanges of `system` count in the total of a footprint.

    Only flows on lines of the total count; upper bounds of gaps do not. `meters`: what a kWh at
    each meter counts by. The total is gross; with `credits`, it is net.

    Raises SolveError for a flow without a factor. No example: `uncertainty` uses it.
    """
    columns = system.exchanges
    signed = np.where(columns.direction == OUTPUT, 1.0, -1.0)
    counts = signed * exchange_factors(system, characterisation)
    rows = np.array(
        [f.line in IN_TOTAL and f.role in ("emission", "resource") for f in system.elementary],
        dtype=np.bool_,
    )
    elementary = columns.kind == ELEMENTARY
    counts[~elementary] = 0.0
    counts[elementary] *= rows[columns.target[elementary]]
    table = (characterisation.id, characterisation.edition)
    return Counting(counts, {} if meters is None else dict(meters), credits=credits, table=table)


def shown(blocks: Generator[Block], draws: int, progress: bool | None) -> Generator[Block]:
    """Yield the blocks under a progress bar on stderr; `progress` None: where that is a terminal.

    No example: it shows itself to people.
    """
    if progress is False:
        yield from blocks
        return
    from tqdm import tqdm  # noqa: PLC0415 - an edge: only who watches needs it

    disable = None if progress is None else False
    with closing(blocks), tqdm(total=draws, unit="draw", delay=1.0, disable=disable) as bar:
        for block in blocks:
            yield block
            bar.update(len(block.error))
