"""What is judged? A study beside its footprint, with what is known of its data and certificates.

A `Case` is what every fact is a function of. It holds nothing that the study, the footprint, the
background and the ledger do not say; what is asked of it often is computed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pcf import charts, text
from pcf.errors import PcfError, Where
from pcf.model.systems import ELEMENTARY, INTERNAL, NONE
from pcf.study.amounts import used_amounts
from pcf.study.balances import balanced
from pcf.study.calling import standing
from pcf.study.values import Leg
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.background.values import BackgroundProcess
    from pcf.electricity.ledger.audit import Audit
    from pcf.methods.balances import Balance
    from pcf.model.amounts import Amount
    from pcf.rules.values import FactValue, Pack
    from pcf.study import Study
    from pcf.study.values import ActivityRow, ElementBalance

    Flags = NDArray[np.bool_]

MOST_PLACES = 5
"""How many places in the study a fact names: those that bring most."""

WORDS = {
    name.en: name
    for name in (
        Name("assumption", "假设"),
        Name("background", "背景数据"),
        Name("basis", "基准"),
        Name("biogenic carbon", "生物源碳"),
        Name("boundary", "边界"),
        Name("data year known", "数据年份已知"),
        Name("evidence", "有证据"),
        Name("gate to gate", "大门到大门"),
        Name("not stated", "未写明"),
        Name("period", "时期"),
        Name("place", "地点"),
        Name("primary", "初级"),
        Name("received", "外来碳足迹"),
        Name("scores", "有得分"),
        Name("source", "有来源"),
        Name("spread", "有分布"),
        Name("unverified", "未核实"),
    )
}
"""Words of the arithmetic that are ours, in both languages."""


@dataclass(frozen=True, slots=True)
class LedgerEvidence:
    """What a ledger says of the certificates behind a study's electricity.

    `statements` are those of `Ledger.statement`, one a claim; `audit` is that of the ledgers they
    come from. Without them nothing about cancelled certificates is known.
    """

    statements: tuple[Mapping[str, object], ...] = ()
    audit: Audit | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The value of a fact in one case, where it stands, and the arithmetic in words.

    `slopes` is the derivative of a number by each contribution, for `pcf.rules.drivers`.
    """

    value: FactValue
    how: Name
    evidence: tuple[Where, ...] = ()
    slopes: NDArray[np.float64] | float | None = None


@dataclass(frozen=True)
class Case:
    """A study, its footprint, and what stands beside them; frozen.

    `study` is the study as it was given, `standing` the one in which its alternatives stand. The
    arrays have one entry a contribution of the footprint.
    """

    study: Study
    footprint: Footprint
    background: Background | None = None
    evidence: LedgerEvidence | None = None
    pack: Pack | None = None

    @cached_property
    def standing(self) -> Study:
        """The study in which its chosen alternatives stand, with what its methods find."""
        return standing(self.study)

    @cached_property
    def used(self) -> Mapping[ActivityRow, Amount | None]:
        """What each row of activity data says was used."""
        return used_amounts(self.standing).used

    @cached_property
    def balances(self) -> tuple[tuple[ElementBalance, Balance], ...]:
        """The balances that the study states and that can be computed, with their figures."""
        return tuple(balanced(self.standing, self.used))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The size of each contribution to the total, kg CO2e per declared unit, without sign."""
        table = self.footprint.contributions
        return np.where(table.in_total, np.abs(table.value), 0.0)

    @cached_property
    def exchanges(self) -> tuple[str, ...]:
        """The id of the exchange behind each contribution; empty for the reference flow."""
        table = self.footprint.contributions
        ids = table.system.exchanges.ids
        return tuple("" if e < 0 else str(ids[e]) for e in table.exchange)

    @cached_property
    def processes(self) -> tuple[str, ...]:
        """The process of each contribution, as the study calls it, undivided."""
        heads = self.footprint.system.processes
        return tuple(
            str(heads.wholes[p]) or str(heads.ids[p]) for p in self.footprint.contributions.process
        )

    @cached_property
    def fed(self) -> frozenset[str]:
        """The processes with an exchange that counts: all but returned streams and zeros.

        No example: facts on the boundary rest on it.
        """
        columns = self.footprint.system.exchanges
        counted = columns.process[(columns.kind != INTERNAL) & (columns.amount != 0)]
        ids = self.footprint.system.processes.ids
        return frozenset(str(ids[position]) for position in np.unique(counted))

    @cached_property
    def behind(self) -> tuple[tuple[int, ...], ...]:
        """The background processes whose numbers are the factor of each contribution.

        No example: every fact rests on it.
        """
        table, footprint = self.footprint.contributions, self.footprint
        system = table.system
        found: list[tuple[int, ...]] = []
        for e, provider in zip(table.exchange, table.providers(), strict=True):
            if provider != NONE:
                found.append((provider,))
                continue
            flow = system.elementary[system.exchanges.target[e]]
            name = flow.id.removeprefix("kWh at ")
            meter = footprint.meters.get(name, ()) if flow.role == "meter" else ()
            found.append(tuple(system.index(process) for process, _ in meter))
        return tuple(found)

    @cached_property
    def rows(self) -> Mapping[str, ActivityRow | Leg]:
        """The rows of the study by id."""
        return {row.id: row for row in self.standing.rows}

    @cached_property
    def series(self) -> Mapping[str, tuple[ActivityRow | Leg, ...]]:
        """The rows behind the id of an exchange: one, or those of a series of months.

        The rows of a series are summed in one exchange, which bears the id of the first.
        """
        own = set(map(str, self.footprint.system.exchanges.ids))
        return {
            name: (row, *(each for each in self.rows.values() if _joins(each, row, own)))
            for name, row in self.rows.items()
        }

    @cached_property
    def kwh(self) -> Mapping[str, float]:
        """The kilowatt-hours at each meter per declared unit.

        No example: every fact rests on it.
        """
        system = self.footprint.system
        columns, heads = system.exchanges, system.processes
        runs = np.array([self.footprint.scaling.get(str(id_), 0.0) for id_ in heads.ids])
        sums = {}
        for k, flow in enumerate(system.elementary):
            if flow.role == "meter":
                here = (columns.kind == ELEMENTARY) & (columns.target == k)
                here &= heads.foreground[columns.process]
                amounts = runs[columns.process[here]] * columns.amount[here]
                sums[flow.id.removeprefix("kWh at ")] = float(amounts.sum())
        return sums

    @cached_property
    def alternatives(self) -> Mapping[str, float | None]:
        """The total by each alternative that does not stand; None where it cannot be computed.

        Empty without the background data. No example: facts on sensitivity rest on it.
        """
        data = self.background
        return {
            each.name: self._total_with(each.name, data)
            for each in self.study.alternatives
            if data is not None and each.name not in self.study.chosen
        }

    def _total_with(self, alternative: str, background: Background) -> float | None:
        names = [*self.study.chosen, alternative]
        try:
            return self.study.varying(alternative=names).footprint(background).total
        except PcfError:
            return None

    @cached_property
    def whole(self) -> float:
        """The sum of all contributions to the total without their signs."""
        return float(self.weights.sum())

    def flags(self, test: Callable[[int], bool]) -> Flags:
        """Return for which contributions a test on their position holds."""
        return np.array([test(i) for i in range(len(self.weights))], dtype=np.bool_)

    def mean(self, values: Sequence[float | None]) -> float | None:
        """Return the mean of values by contribution, weighted by size; None where none is known."""
        known = np.array([value is not None for value in values], dtype=np.bool_)
        weights = np.where(known, self.weights, 0.0)
        total = float(weights.sum())
        if not total:
            return None
        numbers = np.array([value for value in values if value is not None])
        return float((numbers * weights[known]).sum()) / total

    def places(self, which: Flags) -> tuple[Where, ...]:
        """Return where the rows behind the largest of some contributions stand.

        No example: every fact rests on it.
        """
        order = np.argsort(-np.where(which, self.weights, -1.0), kind="stable")
        found: dict[Where, None] = {}
        for position in order:
            if not which[position] or len(found) == MOST_PLACES:
                break
            row = self.rows.get(self.exchanges[position])
            if row is not None:
                found.setdefault(place(row.where, row.id))
        return tuple(found)

    def provider(self, position: int) -> BackgroundProcess | None:
        """Return the row of background data of a process of the system, where it is at hand."""
        name = str(self.footprint.system.processes.ids[position])
        for each in (self.study.own_background, self.background):
            row = None if each is None else each.row(name)
            if row is not None:
                return row
        return None


def _joins(row: ActivityRow | Leg, first: ActivityRow | Leg, own: set[str]) -> bool:
    """Return whether a row is summed into the exchange of another: it has none of its own."""
    if isinstance(row, Leg) or isinstance(first, Leg) or row.period is None or row.id in own:
        return False
    mine, theirs = (
        (each.process, each.flow, each.direction, each.kind, each.meter, each.basis)
        for each in (row, first)
    )
    return mine == theirs and first.period is not None


def place(where: Where, item: str) -> Where:
    """Return a place with the thing that it speaks of.

    >>> str(place(Where(file="activity.csv", line=3), "e-cf4"))
    'activity.csv, line 3, e-cf4'
    """
    return Where(where.file, where.sheet, where.line, where.cell, where.column, item)


def told(code: str, **facts: object) -> Name:
    """Return a sentence of the catalogue in both languages; numbers with up to six digits.

    >>> told("how-count", count=2, all=7, names="a, b").en
    '2 of 7: a, b.'
    """
    both: tuple[text.Language, ...] = ("en", "zh")
    said = {
        language: text.says(code, {k: shown(v, language) for k, v in facts.items()}, language)
        for language in both
    }
    return Name(en=said["en"], zh=said["zh"])


def shown(fact: object, language: text.Language = "en") -> str:
    """Return a fact as a sentence shows it.

    >>> shown(0.25), shown(["b", "a"]), shown([]), shown(None), shown("period", "zh")
    ('0.25', 'b, a', '-', '?', '时期')
    """
    if fact is None:
        return "?"
    if isinstance(fact, float):
        return charts.number(fact, digits=6)
    if isinstance(fact, str | int):
        word = WORDS.get(str(fact))
        return str(fact) if word is None else word.says(language)
    listed: Iterable[object] = fact  # type: ignore[assignment] # what is left is a collection
    return text.listed(list(listed)) or "-"


def part(case: Case, which: Flags, what: str, *, inside: Flags | None = None) -> Found:
    """Return the share that some contributions have, of all or of those `inside`.

    The places are those of the contributions that have it, of a share `inside` those that lack it.
    Unknown where nothing is inside. No example: the facts on primary data show it.
    """
    among = np.ones(len(case.weights), dtype=np.bool_) if inside is None else inside
    having = which & among
    whole, found = float(case.weights[among].sum()), float(case.weights[having].sum())
    places = case.places(having if inside is None else among & ~having)
    how = told("how-part", part=found, whole=whole, what=what)
    if not whole:
        return Found(None, how, places)
    value = found / whole
    signs = np.sign(case.footprint.contributions.value)
    slopes = signs * (np.where(having, 1.0, 0.0) - np.where(among, value, 0.0)) / whole
    return Found(value, how, places, slopes)


def unknown(code: str, evidence: tuple[Where, ...] = (), **facts: object) -> Found:
    """Return that a fact is not known, and why.

    >>> unknown("how-needs-background").value is None
    True
    """
    return Found(None, told(code, **facts), evidence)


def written(value: FactValue, where: Where) -> Found:
    """Return a value as the study writes it, unknown where nothing is written.

    >>> written("location", Where(item="electricity.treatment")).evidence[0].item
    'electricity.treatment'
    """
    if isinstance(value, bool):
        return Found(value, told("how-so" if value else "how-not-so"), (where,))
    shown_value = sorted(value) if isinstance(value, frozenset) else value
    return Found(value, told("how-written", value=shown_value), (where,))
