"""How far may a footprint lie, when the numbers that it rests on do? Its draws, and what they say.

The deterministic value stays the value; percentiles, mean and median of the draws stand beside it,
never in its place. Characterisation factors are held fixed unless spreads of them are given, and a
treatment of electricity stays as it is: the numbers of the processes behind it vary. Every total
that the footprint shows is drawn with the same numbers: net of credits, under each treatment of
electricity, with the stored carbon.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pcf import text, units
from pcf.analysis.drawing import counting, shown, tally
from pcf.analysis.interval import FAR
from pcf.analysis.statistics import describe
from pcf.errors import SolveError, problem
from pcf.findings import finding
from pcf.inventory.sampling.draws import DRAWS
from pcf.inventory.sampling.montecarlo import monte_carlo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from pcf.analysis.drawing import Stopped
    from pcf.analysis.statistics import Precision, Statistics
    from pcf.analysis.values import Footprint
    from pcf.findings import Finding
    from pcf.inventory.sampling.montecarlo import Block, MonteCarlo, Sample
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.groups import Distributions

    Vector = NDArray[np.float64]

HEADLINE, NET = "", "net"
STATIC = 1e-9
"""How far the undrawn result may be from the footprint, relative."""


@dataclass(frozen=True, eq=False)
class DrawnTotal:
    """Another total of the footprint: its value without uncertainty and its draws, kg CO2e.

    Draw k of it and of every other total rest on the same numbers.
    """

    value: float
    draws: Vector = field(repr=False)

    @property
    def statistics(self) -> Statistics:
        """Mean, median, standard deviation and percentiles of the draws."""
        return describe(self.draws)


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """The total of a footprint and its draws, kg CO2e per declared unit.

    `value`: without uncertainty. `draws`: the totals, draw 0 first. `error`: the largest estimated
    relative error of a draw. `direct`, `flipped`, `negative`: draws that were solved by themselves,
    in which a loop or the product changed its sign, in which an amount fell below zero.
    `with_spread` of `numbers` amounts vary. `seed` and `definition` give every draw again. `asked`
    draws were wanted; `stopped` says what ended the run. `totals`: what else the footprint shows,
    by name: 'net' and 'credits' where there is substitution, each other treatment of electricity,
    'including uptake' where carbon is stored.
    """

    title: text.Name
    unit: text.Name
    value: float
    draws: Vector = field(repr=False)
    seed: int
    asked: int
    stopped: Stopped
    error: float
    direct: int
    flipped: int
    negative: int
    with_spread: int
    numbers: int
    definition: int = DRAWS
    run: MonteCarlo | None = field(default=None, repr=False)
    totals: Mapping[str, DrawnTotal] = field(default_factory=dict)

    @property
    def statistics(self) -> Statistics:
        """Mean, median, standard deviation and percentiles of the draws."""
        return describe(self.draws)

    @property
    def p2_5(self) -> float:
        """The 2.5 % percentile of the draws."""
        return self.statistics.p2_5

    @property
    def p97_5(self) -> float:
        """The 97.5 % percentile of the draws."""
        return self.statistics.p97_5

    @property
    def mean(self) -> float:
        """The mean of the draws; of skewed numbers it is not the value."""
        return self.statistics.mean

    @property
    def median(self) -> float:
        """The median of the draws."""
        return self.statistics.median

    @property
    def sd(self) -> float | None:
        """The sample standard deviation of the draws; None for a single one."""
        return self.statistics.sd

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader of the draws must weigh.

        No example: `uncertainty` gives the value that has them.
        """
        made = len(self.draws)
        counts = {
            "draws-flipped": self.flipped,
            "draws-negative": self.negative,
            "draws-direct": self.direct,
        }
        found = [finding(code, count=count, draws=made) for code, count in counts.items() if count]
        if self.stopped == "interrupted":
            found.append(finding("draws-interrupted", draws=made, asked=self.asked))
        told = self.statistics
        if told.sd and abs(told.mean - self.value) > FAR * told.sd:
            found.append(finding("draws-shifted", by=f"{told.mean - self.value:+,.4g}"))
        if not self.with_spread:
            found.append(finding("spreads-none", numbers=self.numbers))
        return tuple(found)

    def sample(self, draw: int) -> Sample:
        """Return the matrices of one draw, so that anyone can solve it with another solver.

        Metered electricity stands among the purchases of its treatment. The total of the draw is
        the amount of the declared unit times the intensity of its product.
        """
        if self.run is None:
            raise SolveError(problem("draws-loose"))
        return self.run.sample(draw, self.seed)

    def says(self, language: text.Language = "en") -> str:
        """Return the result as plain text for a terminal."""
        from pcf.analysis.draws import as_text  # noqa: PLC0415 - rendering reads this value

        return as_text(self, language)

    def as_dict(self) -> dict[str, object]:
        """Return everything but the draws as plain JSON values; unknown is null."""
        from pcf.analysis.draws import as_dict  # noqa: PLC0415 - rendering reads this value

        return as_dict(self)

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def __repr__(self) -> str:
        """Return the English text, as a notebook without HTML and a prompt show it."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return a table for Jupyter."""
        from pcf.analysis.draws import as_html  # noqa: PLC0415 - rendering reads this value

        return as_html(self, "en")


def uncertainty(  # noqa: PLR0913 - how many draws, of what, by whom: each may be left out
    footprint: Footprint,
    characterisation: CharacterisationSet,
    *,
    draws: int = 1000,
    seed: int = 1,
    until: Precision | None = None,
    distributions: Distributions | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Uncertainty:
    """Return the draws of the total of `footprint`, computed with `characterisation`.

    Draw k is the same whatever the number of draws. `until` stops before `draws` when it is
    reached. `distributions`: what is known beyond the spreads of the columns. `executor`: any of
    `concurrent.futures`, or Dask's. `progress`: a bar on stderr, None where it is a terminal. An
    interruption (Ctrl-C) returns what there is.

    Raises ModelError for spreads, seeds and numbers of draws that cannot be; SolveError for a
    characterisation set that is not the footprint's and for a draw that has no answer.

    >>> from dataclasses import replace
    >>> from pcf.analysis import footprint
    >>> from pcf.model.amounts import Spread
    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> kiln = unit_process("kiln", ("lime", "1 t"), emits={"CO2": "900 kg"})
    >>> (row,) = kiln.exchanges
    >>> row = replace(row, amount=replace(row.amount, spread=Spread("lognormal", 1.1)))
    >>> own = CharacterisationSet.of("mine", {"CO2": 1})
    >>> lime = footprint(product_system([replace(kiln, exchanges=(row,))]), ("1 t", "lime"), own)
    >>> found = uncertainty(lime, own, draws=2000)
    >>> found.value, round(found.p97_5 / 900, 2), round(found.mean / 900, 2)
    (900.0, 1.21, 1.01)
    """
    runs = _prepared(footprint, characterisation, distributions)
    amount = _declared(footprint)
    blocks: list[tuple[Block, ...]] = []
    stopped: Stopped = "count"
    totals = np.zeros((len(runs), 0))
    try:
        with ExitStack() as stack:
            first, *others = (
                stack.enter_context(closing(each.blocks(draws, seed=seed, executor=executor)))
                for each in runs.values()
            )
            for block in stack.enter_context(closing(shown(first, draws, progress))):
                together = (block, *(next(other) for other in others))
                blocks.append(together)
                scores = np.stack([each.scores[:, 0] for each in together])
                totals = np.hstack([totals, amount * scores + footprint.stored_added])
                if until is not None and until.reached(totals[0]):
                    stopped = "precision"
                    break
    except KeyboardInterrupt:
        if not blocks:
            raise
        stopped = "interrupted"
    run = runs[HEADLINE]
    terms = run.prepared.terms
    told = tally([together[0] for together in blocks])
    worst = max(float(each.error.max()) for together in blocks for each in together)
    return Uncertainty(
        title=footprint.title,
        unit=_unit(footprint),
        value=footprint.total,
        draws=totals[0],
        seed=seed,
        asked=draws,
        stopped=stopped,
        **told._replace(error=worst)._asdict(),
        with_spread=len(terms.numbers) + len(terms.gases),
        numbers=terms.amounts,
        run=run,
        totals=_totals(footprint, dict(zip(runs, totals, strict=True))),
    )


def _prepared(
    footprint: Footprint,
    characterisation: CharacterisationSet,
    distributions: Distributions | None,
) -> dict[str, MonteCarlo]:
    """Return a run for every total of a footprint, the headline first.

    Undrawn, each must give what the footprint shows.
    """
    others = {
        name: each for name, each in footprint.counted.items() if name in footprint.treatments
    }
    others.pop(footprint.electricity, None)
    wanted = {HEADLINE: (footprint.meters, False, footprint.total)}
    if footprint.net is not None:
        wanted[NET] = (footprint.meters, True, footprint.net)
    wanted |= {name: (meters, False, footprint.treatments[name]) for name, meters in others.items()}
    system = footprint.system
    maker = np.array([system.maker(footprint.declared_unit.product)])
    runs = {}
    for name, (meters, net, expected) in wanted.items():
        counted = counting(system, characterisation, meters, credits=net)
        run = monte_carlo(system, counted, products=maker, distributions=distributions)
        own = _declared(footprint) * float(run.static[0]) + footprint.stored_added
        if abs(own - expected) > STATIC * max(abs(own), abs(expected), abs(footprint.total)):
            said = f"{own:.9g}"
            raise SolveError(problem("static-differs", own=said, expected=f"{expected:.9g}"))
        runs[name] = run
    return runs


def _totals(footprint: Footprint, drawn: Mapping[str, Vector]) -> dict[str, DrawnTotal]:
    """Return every total but the headline, of the draws of `drawn`."""
    found = {}
    gross, net, credited = drawn[HEADLINE], footprint.net, footprint.credits
    if net is not None and credited is not None:
        found = {
            NET: DrawnTotal(net, drawn[NET]),
            "credits": DrawnTotal(credited, drawn[NET] - gross),
        }
    found |= {
        name: DrawnTotal(footprint.treatments[name], draws)
        for name, draws in drawn.items()
        if name not in (HEADLINE, NET)
    }
    stored = footprint.total - footprint.total_including_uptake
    if stored:
        including = footprint.total_including_uptake
        found["including uptake"] = DrawnTotal(including, gross - stored)
    return found


def _declared(footprint: Footprint) -> float:
    """Return the declared amount in the unit of the process that makes the product."""
    declared, system = footprint.declared_unit, footprint.system
    own = str(system.processes.units[system.maker(declared.product)])
    same = declared.amount.unit == own
    return declared.quantity * (1.0 if same else units.factor(declared.amount.unit, own))


def _unit(footprint: Footprint) -> text.Name:
    declared = footprint.declared_unit
    return text.Name(declared.says("en"), declared.says("zh"))
