"""The footprint as a value: lines, totals, breakdowns, checks and findings, per declared unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf.analysis.breakdown import Breakdown, Part
from pcf.analysis.contributions import exchange_confidence, factor_confidences
from pcf.model.amounts import CONFIDENCES
from pcf.model.flows import IN_TOTAL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from pcf import text
    from pcf.analysis.contributions import Contributions
    from pcf.analysis.difference import Difference
    from pcf.analysis.explain import Explanation
    from pcf.analysis.interval import Interval
    from pcf.analysis.tree import ContributionTree
    from pcf.analysis.uncertain import UncertainNumbers
    from pcf.analysis.uncertainty import Uncertainty
    from pcf.findings import Finding
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.declared import DeclaredUnit
    from pcf.model.systems import ProductSystem


_UNSURE = (*CONFIDENCES, "")
"""From the surest word to none at all."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What a result says of itself, all relative: none may exceed 1e-9.

    `residual`: the worst normwise backward error of the solves. `parts`: sum of contributions
    against the total. `adjoint`: forward inventory against adjoint intensities.
    """

    residual: float
    parts: float
    adjoint: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Something left out: its bound in kg CO2e per declared unit (None: unknown) and its share."""

    name: str
    bound: float | None
    share: float | None
    reason: str = ""

    def __str__(self) -> str:
        """Return the name with its bound and share, where they are known.

        >>> print(Gap("cell: cryolite", 6.0, 0.004))
        cell: cryolite: at most 6 kg CO2e (0.40%)
        """
        known = self.bound is not None and self.share is not None
        most = f"at most {self.bound:,.6g} kg CO2e ({self.share:.2%})" if known else "no bound"
        return f"{self.name}: {most}"


@dataclass(frozen=True, slots=True)
class BiogenicCarbon:
    """The physical side of biogenic carbon, per declared unit, whatever the convention counts.

    kg CO2 emitted and taken up, and kg C stored in the product at the gate (None: not stated).
    """

    emitted: float
    taken_up: float
    stored: float | None


@dataclass(frozen=True, eq=False)
class Footprint:
    """A product carbon footprint in kg CO2e per declared unit; frozen, with its own checks.

    `lines` are never merged; `total` follows ISO 14067:2018, 6.4.9 as the project's decision
    0003 states it: fossil + biogenic CH4 and N2O + direct land-use change + biogenic CO2 emitted
    less taken up, without the carbon stored in the product. `total_including_uptake` adds that
    store; `stored_added` is what the total gives back for it where uptake counts -1 (zero under
    0/0). `credits` is None without substitution; shares use gross. `treatments` holds the total
    under every treatment of electricity, the headline first; `meters` is what each meter's kWh
    counts by in the headline, `counted` in each treatment: processes with weights. `scaling`: runs
    of each process;
    `per_run` (n): the in-total kg CO2e that one run of each process emits, its electricity
    included; `intensity` (n): that of one unit of each product with all that lies behind it;
    `emitted` (m): that of each elementary exchange in one run of its process, meters apart;
    `gases`: the characterisation set whose name is `characterisation`.
    """

    title: text.Name
    declared_unit: DeclaredUnit
    characterisation: str
    electricity: str
    lines: Mapping[str, float]
    total: float
    total_including_uptake: float
    stored_added: float
    unsplit: float
    credits: float | None
    biogenic: BiogenicCarbon
    interval: Interval | None
    treatments: Mapping[str, float]
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    checks: Checks
    contributions: Contributions = field(repr=False)
    scaling: Mapping[str, float] = field(repr=False)
    meters: Mapping[str, tuple[tuple[str, float], ...]] = field(repr=False)
    per_run: NDArray[np.float64] = field(repr=False)
    intensity: NDArray[np.float64] = field(repr=False)
    emitted: NDArray[np.float64] = field(repr=False)
    gases: CharacterisationSet = field(repr=False)
    context: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[str, Mapping[str, tuple[tuple[str, float], ...]]] = field(
        default_factory=dict, repr=False
    )

    @property
    def system(self) -> ProductSystem:
        """The product system that was solved."""
        return self.contributions.system

    @property
    def net(self) -> float | None:
        """Gross total with credits; None where there is no substitution."""
        return None if self.credits is None else self.total + self.credits

    @property
    def unsplit_share(self) -> float | None:
        """The share of the total that no source splits by gas; None for a total of zero."""
        return None if self.total == 0 else self.unsplit / self.total

    @property
    def share_excluded(self) -> float | None:
        """Bounds / (total + bounds), or None where a bound is unknown.

        100 kg of bounds beside 9,900 kg counted is 1 %, which is not below 1 %.
        """
        bounds = [gap.bound for gap in self.gaps]
        if any(bound is None for bound in bounds):
            return None
        known = sum(bound for bound in bounds if bound is not None)
        return known / (self.total + known) if self.total + known else None

    @property
    def planned(self) -> bool:
        """Whether the headline rests on certificates without a cancellation record."""
        return any(each.code == "electricity-planned" for each in self.findings)

    def by_stage(self) -> Breakdown:
        """Return the total by life-cycle stage; sums to the total."""
        order = {stage: position for position, stage in enumerate(self.system.stages)}
        found = self._broken_down("stage", self.contributions.stages())
        parts = sorted(found.parts, key=lambda part: order.get(part.name, len(order)))
        return Breakdown("stage", tuple(parts), self.total)

    def by_line(self) -> Breakdown:
        """Return the lines, those outside the total included."""
        parts = (Part(line, value, line in IN_TOTAL) for line, value in self.lines.items())
        return Breakdown("line", tuple(parts), self.total)

    def by_gas(self) -> Breakdown:
        """Return the total by gas; what no source splits is 'CO2e, not split'."""
        names = [group.gas for group in self.contributions.groups]
        return self._broken_down("gas", [names[g] for g in self.contributions.group])

    def by_process(self) -> Breakdown:
        """Return the total by foreground process, what it buys from the background included."""
        ids = self.system.processes.ids
        return self._broken_down("process", [str(ids[p]) for p in self.contributions.process])

    def by_data(self) -> Breakdown:
        """Return the total by quality of its numbers: primary only if amount and factor both are.

        The word of a contribution is the less sure of its activity data's and its factor's.
        """
        return self._broken_down("data", self.confidences())

    def largest(self, most: int = 10) -> Breakdown:
        """Return the exchanges that bring most, by size, at most `most`."""
        parts = self._broken_down("exchange", self.exchange_labels()).parts
        by_size = sorted(parts, key=lambda part: -abs(part.value))
        return Breakdown("exchange", tuple(by_size[:most]), self.total)

    def uncertain(self, most: int = 10) -> UncertainNumbers:
        """Return the numbers with a spread that make the total uncertain, at most `most`.

        Each with its share of the variance behind `interval`, and how far it shifts the mean of
        the draws away from the total.
        """
        from pcf.analysis.uncertain import uncertain_numbers  # noqa: PLC0415 - it reads this value

        return uncertain_numbers(self, most)

    def because_of(self, topic: str) -> Explanation:
        """Return the arithmetic on paper of everything that `topic` names, with sources.

        `topic` is found in processes, stages, flows, meters and providers, in either language.
        Raises ModelError with candidates when it names nothing.
        """
        from pcf.analysis.explain import explain  # noqa: PLC0415 - explain reads this value

        return explain(self, topic)

    def uncertainty(
        self, draws: int = 1000, *, seed: int = 1, executor: Executor | None = None
    ) -> Uncertainty:
        """Return Monte Carlo draws of the total, beside the value and never in its place.

        Draw k depends on `seed`, on what each number is and on k alone; any executor of
        `concurrent.futures` (or Dask's) gives the same bits. More in `pcf.analysis.uncertainty`.
        """
        from pcf.analysis.uncertainty import uncertainty  # noqa: PLC0415 - it reads this value

        return uncertainty(self, self.gases, draws=draws, seed=seed, executor=executor)

    def tree(self, cutoff: float = 0.01) -> ContributionTree:
        """Return the contribution tree, branches below `cutoff` of the total left out."""
        from pcf.analysis.views import tree_of  # noqa: PLC0415 - views read this value

        return tree_of(self, cutoff)

    def processes(self, most: int = 200) -> Breakdown:
        """Return each process with its loop-corrected direct and upstream values.

        Of a system with more foreground processes, the `most` through which most passes.
        """
        from pcf.analysis.views import direct_and_upstream  # noqa: PLC0415 - views read this value

        return direct_and_upstream(self, most)

    def sankey(self) -> object:
        """Return a plotly figure of the flows of kg CO2e from gases over stages to the total."""
        from pcf.analysis.views import sankey_of  # noqa: PLC0415 - views read this value

        return sankey_of(self)

    def table(self) -> pd.DataFrame:
        """Return one row a contribution: stage, process, flow, provider, line, gas, amounts.

        Columns are stable: stage, process, exchange, flow, provider, line, gas, in_total, amount,
        unit, kg_co2e, data, source.
        """
        from pcf.analysis.views import long_table  # noqa: PLC0415 - pandas only when asked for

        return long_table(self)

    def __sub__(self, other: Footprint) -> Difference:
        """Return what differs between two footprints of the same declared unit."""
        from pcf.analysis.difference import difference  # noqa: PLC0415 - it reads this value

        return difference(self, other)

    def _broken_down(self, kind: str, keys: list[str]) -> Breakdown:
        sums = self.contributions.summed(keys)
        if self.stored_added:
            sums["carbon stored in the product"] = self.stored_added
        parts = (Part(key, value) for key, value in sums.items())
        return Breakdown(kind, tuple(parts), self.total)

    def confidences(self) -> list[str]:
        """Return the word for the data behind each contribution (see `by_data`)."""
        factors, system = factor_confidences(self.system), self.system
        words = []
        rows = zip(self.contributions.exchange, self.contributions.providers(), strict=True)
        for e, provider in rows:
            found = [] if e < 0 else [exchange_confidence(system, int(e))]
            found += [factors.get(each, "") for each in self._counted_by(int(e), provider)]
            words.append(max(found, key=_UNSURE.index) or "not stated")
        return words

    def _counted_by(self, exchange: int, provider: int) -> list[int]:
        """Return the background processes whose numbers are the factor of a contribution."""
        if provider >= 0:
            return [provider]
        flow = self.system.elementary[self.system.exchanges.target[exchange]]
        meter = self.meters.get(flow.id.removeprefix("kWh at "), ()) if flow.role == "meter" else ()
        return [self.system.index(process) for process, _ in meter]

    def exchange_labels(self) -> list[str]:
        """Return "process: flow" of each contribution."""
        system = self.system
        labels = []
        for e, p in zip(self.contributions.exchange, self.contributions.process, strict=True):
            flow = str(system.exchanges.flows[e]) if e >= 0 else "reference flow"
            labels.append(f"{system.processes.ids[p]}: {flow}")
        return labels

    def says(self, language: text.Language = "en") -> str:
        """Return the footprint as plain text for a terminal."""
        from pcf.analysis.render import as_text  # noqa: PLC0415 - rendering reads this value

        return as_text(self, language)

    def as_dict(self) -> dict[str, object]:
        """Return everything a reader needs as plain JSON values, numbers unrounded."""
        from pcf.analysis.render import as_dict  # noqa: PLC0415 - rendering reads this value

        return as_dict(self)

    def __eq__(self, other: object) -> bool:
        """Return whether two footprints say the same of the same system, to the last bit."""
        if not isinstance(other, Footprint):
            return NotImplemented
        return self.as_dict() == other.as_dict() and self.system == other.system

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def __repr__(self) -> str:
        """Return the English text, as the prompt shows it."""
        return self.says("en")

    def _repr_html_(self) -> str:
        """Return a table and a stacked bar for Jupyter."""
        from pcf.analysis.render import as_html  # noqa: PLC0415 - rendering reads this value

        return as_html(self, "en")
