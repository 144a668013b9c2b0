"""What is a study? Frozen values: what is asked, and the rows of activity data that answer it.

A study may be one that could not be read whole: what is wrong is in `problems`, a setting that
could not be read is None, and a row names in `unread` the columns that say nothing. The gates
(`check`, `system`, `footprint`) refuse such a study with everything that is wrong with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf.digest import fingerprint_bytes
from pcf.errors import Where
from pcf.model.nearby import Nearby
from pcf.text import Name, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path
    from typing import Any, Unpack

    from pcf.analysis import Comparison, Footprint
    from pcf.analysis.scenarios import Scenarios
    from pcf.background import Background
    from pcf.electricity.supply import Supply
    from pcf.errors import Problem
    from pcf.model.amounts import Amount, Confidence, Source, Spread
    from pcf.model.characterisation import Convention
    from pcf.model.coverage import Period
    from pcf.model.declared import DeclaredUnit, Exclusion
    from pcf.model.processes import Direction, Kind
    from pcf.study.call_rows import CallRow
    from pcf.study.system import StudySystem
    from pcf.study.varying import Changes


NO_BYTES = fingerprint_bytes(b"")
"""The fingerprint of an empty file: it shows nothing."""
NO_DOCUMENT = frozenset(
    {"n/a", "nil", "none", "no", "pending", "tbc", "tbd", "to do", "todo", "unknown"}
    | {"待补", "待补充", "待定", "没有", "未知", "无", "暂无"}
)
"""What is written where no document can be named."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a number is true: a file beside the study, or the words for a paper.

    `file` is relative to the study's folder, `sha256` the fingerprint of its bytes; `text` names
    a meter reading, an invoice, a laboratory report.
    """

    file: str = ""
    sha256: str = ""
    text: str = ""

    def __str__(self) -> str:
        """Return the words, or the file."""
        return self.text or self.file

    @property
    def shows(self) -> bool:
        """Whether anything is shown: a file by its fingerprint, else a document by its name.

        A file that is named counts by its fingerprint alone, whatever else is named. An empty file
        shows nothing, and so do words such as 'none', '-' or '待补'.

        >>> Evidence(text="invoice 12").shows, Evidence(text="n/a").shows
        (True, False)
        >>> Evidence("empty.csv", fingerprint_bytes(b""), "invoice 12").shows
        False
        """
        if self.file:
            return self.sha256.casefold() not in ("", NO_BYTES)
        return fold(self.text) not in NO_DOCUMENT and sum(map(str.isalnum, self.text)) > 1


@dataclass(frozen=True, slots=True)
class Stock:
    """What a store says of the amount used, in the unit of its row; None is unknown.

    >>> Stock(opening=120.0, received=1000.0, sold=20.0, closing=100.0).used
    1000.0
    """

    opening: float | None
    received: float | None
    sold: float | None
    closing: float | None

    @property
    def used(self) -> float | None:
        """Opening stock + received - sold - closing stock; None where one of them is unknown."""
        parts = (self.opening, self.received, self.sold, self.closing)
        if any(part is None for part in parts):
            return None
        opening, received, sold, closing = (part for part in parts if part is not None)
        return opening + received - sold - closing


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One row of activity data: how much of a flow a process takes or gives.

    The amount is for the reference amount of its process. It is given as a number, or by `stock`,
    or by a `formula` over the study's parameters; with `period`, rows of a series are summed.
    `meter` names the meter of electricity. A row of an `alternative` counts only under it.
    """

    id: str
    process: str
    flow: str
    amount: Amount
    direction: Direction = "input"
    kind: Kind = "product"
    formula: str = ""
    stock: Stock | None = None
    period: Period | None = None
    basis: str = ""
    meter: str = ""
    stage: str = ""
    confidence: Confidence | None = None
    spread: Spread | None = None
    evidence: Evidence = Evidence()
    source: str = ""
    locator: str = ""
    alternative: str = ""
    note: str = ""
    unread: frozenset[str] = frozenset()
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One unit process of the study: what it makes (or, `treats`, the waste it takes in).

    `controlled` says whether whoever declares runs it (financial or operational control, ISO
    14067:2018, 6.3.5), so that its data must be its own; None is not stated.
    """

    id: str
    product: str
    amount: Amount
    name: Name = Name()
    stage: str = ""
    basis: str = ""
    place: str = ""
    period: Period | None = None
    treats: bool = False
    controlled: bool | None = None
    unread: frozenset[str] = frozenset()
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CoProductRow:
    """A further product of a process, or properties of the one that it is named for.

    `amount` is None where the row only adds properties to the reference product.
    """

    process: str
    product: str
    amount: Amount | None = None
    basis: str = ""
    treats: bool = False
    properties: Mapping[str, Amount] = field(default_factory=dict, hash=False)
    unread: frozenset[str] = frozenset()
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of transport: `load` of `goods` over `distance`, by the transport product `mode`."""

    id: str
    process: str
    goods: str
    load: Amount
    mode: str
    distance: Amount
    stage: str = "transport"
    confidence: Confidence | None = None
    source: str = ""
    locator: str = ""
    note: str = ""
    unread: frozenset[str] = frozenset()
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SiteTotal:
    """What the whole site used of a flow, to hold the sum over its processes against."""

    flow: str
    amount: Amount
    period: Period | None = None
    source: str = ""
    unread: frozenset[str] = frozenset()
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a study says of itself that none of its numbers shows: a fact, its value, its evidence.

    `fact` is a name of the vocabulary of rules, such as `review.done`; `value` is kept as it is
    written, empty where it is unknown. A rule believes a statement only with its evidence.
    """

    fact: str
    value: str
    unit: str = ""
    evidence: Evidence = Evidence()
    source: str = ""
    locator: str = ""
    note: str = ""
    unread: frozenset[str] = frozenset()
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """The provider that the study names for a flow of a process (all processes when empty)."""

    process: str
    flow: str
    provider: str
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Mix:
    """A product bought from several providers, with shares that sum to one."""

    product: str
    shares: tuple[tuple[str, float], ...]
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AllocationChoice:
    """By what a multi-output process is allocated, at which level of ISO 14044, and why.

    `by`, `level`, `shares` (by product) and `causes` (by row) are those of `pcf.methods.allocate`.
    """

    process: str
    by: str
    level: str = ""
    reason: str = ""
    shares: Mapping[str, float] = field(default_factory=dict, hash=False)
    causes: Mapping[str, Mapping[str, float]] = field(default_factory=dict, hash=False)
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ElementBalance:
    """An element that must come out of a process as it goes in, within `tolerance`.

    `inputs` and `outputs` are flows of the process with their content of the element per unit, a
    number, an amount or a formula over the study's parameters; empty for mass.
    """

    process: str
    element: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    tolerance: float = 0.05
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number of the study, or a formula over other names; `process` makes it local."""

    name: str
    value: Amount | None = None
    formula: str = ""
    process: str = ""
    source: str = ""
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A named other way to see the study: what it replaces, and by what."""

    name: str
    says: Name = Name()
    replaces: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    links: tuple[ProviderChoice, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    allocations: tuple[AllocationChoice, ...] = ()
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MeterSupply:
    """Where the electricity of one meter comes from."""

    meter: str
    supply: Supply
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StudyElectricity:
    """The treatment of metered electricity that is the headline, and the supplies it rests on.

    `unclaimed` is what power counts by that nothing is claimed for ('' is the national average);
    `residual` the volumes of a residual mix: generated and claimed by technology, and a source.
    """

    treatment: str = ""
    losses: str = "published"
    supplies: tuple[MeterSupply, ...] = ()
    unclaimed: str = ""
    residual: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked, and the activity data that answers it; changed by copy with `varying`.

    `chosen` are the alternatives that stand; `marks` what must be said wherever the study goes;
    `folder` is where evidence files lie; `unread` says that the settings could not be read at all.
    Two studies are equal when they say the same, wherever each row was read.
    """

    id: str
    title: Name = Name()
    goal: Name = Name()
    place: str | None = None
    period: Period | None = None
    boundary: str = ""
    background: str = ""
    characterisation: str = ""
    convention: Convention | None = None
    declared_unit: DeclaredUnit | None = None
    electricity: StudyElectricity = StudyElectricity()
    processes: tuple[ProcessRow, ...] = ()
    coproducts: tuple[CoProductRow, ...] = ()
    activity: tuple[ActivityRow, ...] = ()
    legs: tuple[Leg, ...] = ()
    methods: tuple[CallRow, ...] = ()
    site_totals: tuple[SiteTotal, ...] = ()
    statements: tuple[Statement, ...] = ()
    sources: tuple[Source, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    unverified: tuple[str, ...] = ()
    links: tuple[ProviderChoice, ...] = ()
    mixes: tuple[Mix, ...] = ()
    allocations: tuple[AllocationChoice, ...] = ()
    balances: tuple[ElementBalance, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    chosen: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    own_background: Background | None = None
    problems: tuple[Problem, ...] = ()
    unread: bool = False
    folder: Path | None = field(default=None, compare=False, repr=False)
    places: Mapping[str, Where] = field(default_factory=dict, hash=False, compare=False, repr=False)
    # Shared by all variations: the first system of theirs that was solved, while it lives.
    nearby: Nearby = field(default_factory=Nearby, compare=False, repr=False)

    def __repr__(self) -> str:
        """Return the study and how much it holds; its rows are not for one line."""
        counts = f"{len(self.processes)} processes, {len(self.rows)} rows"
        return f"Study({self.id}: {counts}, {len(self.problems)} problems of reading)"

    @property
    def rows(self) -> tuple[ActivityRow | Leg, ...]:
        """Every row with an id: activity data and legs of transport."""
        return (*self.activity, *self.legs)

    @property
    def products(self) -> tuple[ProcessRow | CoProductRow, ...]:
        """Every row that says what a process makes."""
        return (*self.processes, *self.coproducts)

    def setting(self, path: str) -> Where:
        """Return where a setting such as `declared_unit.product` was written."""
        shorter = path
        while shorter and shorter not in self.places:
            shorter = shorter.rpartition("." if "." in shorter else "[")[0]
        return replace(self.places.get(shorter, Where()), item=path)

    def is_unread(self, path: str) -> bool:
        """Return whether a setting could not be read, which stands in `problems`."""
        return any(each.where.item.startswith(path) for each in self.problems)

    def check(self, background: Background | None = None) -> tuple[Problem, ...]:
        """Return everything that is wrong, of reading and, with `background`, of linking.

        Nothing is raised for what is wrong with the study, and nothing is written.
        """
        from pcf.study.system import problems_of  # noqa: PLC0415 - it reads this value

        return problems_of(self, background)

    def system(self, background: Background) -> StudySystem:
        """Return the product system with every input linked, its treatments and findings.

        Raises StudyProblems with everything that is wrong with the study.
        """
        from pcf.study.system import assemble  # noqa: PLC0415 - it reads this value

        return assemble(self, background)

    def footprint(self, background: Background) -> Footprint:
        """Return the product carbon footprint on `background`; raise StudyProblems."""
        from pcf.study.footprint import footprint_of  # noqa: PLC0415 - it reads this value

        return footprint_of(self, background)

    def side_by_side(self, background: Background) -> Comparison:
        """Return the footprint as it stands beside those under each alternative of the study."""
        from pcf.study.footprint import side_by_side  # noqa: PLC0415 - it reads this value

        return side_by_side(self, background)

    def sweep(
        self,
        background: Background,
        axis: str,
        values: Sequence[Any],
        *,
        executor: Executor | None = None,
    ) -> Scenarios:
        """Return the study with one thing at several values, as a table.

        `axis` is the name of a parameter, a row, a meter, a process with several products (its
        method of allocation), or 'electricity', 'characterisation', 'convention', 'period',
        'declared_unit' or 'alternative'; `values` are what `varying` takes for it. `executor`: any
        of `concurrent.futures`, or Dask's. Raises StudyProblems with those of all scenarios.

        >>> from pcf.background import open_background
        >>> from pcf.study import reference_study
        >>> study, public = reference_study("aluminium"), open_background(edition="2026.1")
        >>> found = study.sweep(public, "electricity", ["location", "physical"])
        >>> [one.name for one in found], found["location"].total == found.base.total
        (['location', 'physical'], True)
        """
        from pcf.study.scenarios import sweep  # noqa: PLC0415 - it reads this value

        return sweep(self, background, axis, values, executor)

    def grid(
        self,
        background: Background,
        axes: Mapping[str, Sequence[Any]],
        *,
        executor: Executor | None = None,
    ) -> Scenarios:
        """Return the study at every combination of values, the last axis fastest; see `sweep`."""
        from pcf.study.scenarios import grid  # noqa: PLC0415 - it reads this value

        return grid(self, background, axes, executor)

    def scenarios(
        self,
        background: Background,
        changes: Mapping[str, Changes],
        *,
        executor: Executor | None = None,
    ) -> Scenarios:
        """Return the study under each of several sets of changes, by name; see `sweep`.

        `{"wind": {"electricity": {"potline": "wind"}}, "less": {"rows": {"anode": "0.4 t"}}}`: each
        is what `varying` takes.
        """
        from pcf.study.scenarios import scenarios  # noqa: PLC0415 - it reads this value

        return scenarios(self, background, changes, executor)

    def varying(self, **changes: Unpack[Changes]) -> Study:
        """Return a copy of the study with other settings; varying nothing gives an equal study.

        `electricity`: a treatment, or the supply of each meter (`{"potline": "wind"}` is all of it
        through the public grid, `{"potline": {"wind": 0.4, "average": 0.6}}` a part), or one
        supply: of the meter called as the line it was matched for, or of every meter.
        `characterisation`, `convention`, `period`, `declared_unit`. `parameters`: new values by
        name. `rows`: new amounts by row. `alternative`: one or several, by name or as the study
        has them. `allocation`: the method by process. `exclusions`, `statements`: all anew.
        Raises StudyProblems for names that the study does not have, with candidates.
        """
        from pcf.study.varying import varied  # noqa: PLC0415 - it reads this value

        return varied(self, **changes)
