"""How is a process with several products divided among them? By a stated method, for a reason.

Each product gets a unit process of its own with its part of every exchange; the parts of an
exchange sum to the whole, so burdens are neither lost nor made. Treated wastes are products here:
the service of taking them in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import AllocationError, Problem, problem
from pcf.findings import Finding, finding
from pcf.methods.hierarchy import LEVELS, STEPS, Level, Method, find_method
from pcf.methods.shares import Shares, process_problems, shares_by, shares_of_causes
from pcf.methods.uptake import carbon_of, corrected
from pcf.model.processes import Exchange, UnitProcess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.model.processes import CoProduct, MultiOutputProcess


@dataclass(frozen=True, slots=True)
class Allocation:
    """How one process was divided, at which level of the hierarchy, why, and what came of it.

    `shares` sum to one; with causal factors they are empty and `causes` holds the shares of each
    exchange, by its id or its flow.
    """

    process: str
    method: str
    level: Level
    reason: str
    processes: tuple[UnitProcess, ...]
    shares: Mapping[str, float] = field(default_factory=dict, hash=False)
    causes: Mapping[str, Mapping[str, float]] = field(default_factory=dict, hash=False)

    @property
    def step(self) -> int | None:
        """The step of ISO 14044:2006, 4.3.4.2, or None where the level is not stated."""
        return STEPS[self.level]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader must weigh: a choice without a reason."""
        if self.reason.strip():
            return ()
        return (finding("allocation-no-reason", self.process, method=self.method),)


def allocate(  # noqa: PLR0913 - the words in which ISO 14044 asks for the choice to be stated
    process: MultiOutputProcess,
    *,
    by: str,
    level: Level | None = None,
    reason: str = "",
    shares: Mapping[str, float] | None = None,
    causes: Mapping[str, Mapping[str, float]] | None = None,
) -> Allocation:
    """Return one unit process for each co-product, with its part of every exchange.

    `by` is 'mass', 'energy', 'price', 'equal', 'given' (shares that sum to one), 'weights' (for the
    whole of each co-product), 'causes', or the name of a property per unit; `METHODS` says what
    each needs. `level` is the level of the hierarchy where the method leaves a choice. `shares`
    are for 'given' and 'weights'; `causes` gives exchanges, by id or by flow, shares of their own
    under any method, and 'causes' wants them for every exchange (else those of the process stand).

    Uptake of biogenic carbon dioxide follows the carbon in the products under any method: where a
    process takes it up, every co-product states the property 'biogenic_carbon' (`methods.uptake`).

    Raises AllocationError with all problems: a property that is missing or measured differently,
    shares that do not sum to one, a negative weight, a total of zero, an exchange without a cause.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess
    >>> smelter = MultiOutputProcess(
    ...     "smelter",
    ...     (CoProduct("copper", Amount(3.0, "t")), CoProduct("slag", Amount(1000.0, "kg"))),
    ...     (Exchange("coke", Amount(8.0, "GJ")),),
    ... )
    >>> allocation = allocate(smelter, by="mass", reason="both are sold by weight")
    >>> allocation.shares, allocation.level, allocation.step
    ({'copper': 0.75, 'slag': 0.25}, 'physical', 2)
    >>> allocation.processes[0].id, allocation.processes[0].exchanges[0].amount.value
    ('smelter: copper', 6.0)
    """
    method = find_method(by)
    problems = process_problems(process)
    chosen = _level(process, method, level, problems)
    carbon = carbon_of(process, problems)
    causal = method.id == "causes"
    stated = process.causes if causes is None and causal else causes
    own = shares_of_causes(process, stated if stated is not None else {}, problems)
    if causal:
        problems += _without_cause(process, own)
    if shares is not None and method.id not in ("given", "weights"):
        problems.append(problem("allocation-shares-unused", process.id, method=method.id))
    general = None if causal else shares_by(process, method, shares, problems)
    if problems:
        raise AllocationError(*problems)
    return Allocation(
        process.id,
        method.id,
        chosen,
        reason,
        _divided(process, general, own, carbon),
        {} if general is None else _named(process, general),
        {key: _named(process, each) for key, each in own.items()},
    )


def alternatives(process: MultiOutputProcess, methods: Sequence[str]) -> dict[str, Allocation]:
    """Return the same process under several methods, by the name of each, to be set side by side.

    Raises AllocationError with the problems of all methods that cannot be applied.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, MultiOutputProcess
    >>> refinery = MultiOutputProcess("refinery", (
    ...     CoProduct("nickel", Amount(1.0, "t"), {"price": Amount(120.0, "CNY/kg")}),
    ...     CoProduct("cobalt", Amount(1.0, "t"), {"price": Amount(240.0, "CNY/kg")}),
    ... ))
    >>> [each.shares["nickel"] for each in alternatives(refinery, ["mass", "price"]).values()]
    [0.5, 0.3333333333333333]
    """
    found: dict[str, Allocation] = {}
    problems: list[Problem] = []
    for by in methods:
        try:
            found[by] = allocate(process, by=by)
        except AllocationError as error:
            problems += (each for each in error.problems if each not in problems)
    if problems:
        raise AllocationError(*problems)
    return found


def part_of(exchange: Exchange, share: float) -> Exchange:
    """Return an exchange with `share` of its amount and of its spread.

    >>> from pcf.model.amounts import Amount
    >>> part_of(Exchange("coke", Amount(8.0, "GJ")), 0.25).amount.value
    2.0
    """
    amount = exchange.amount
    value = None if amount.value is None else amount.value * share
    spread = None if amount.spread is None or share == 0 else amount.spread.scaled(share)
    return replace(exchange, amount=replace(amount, value=value, spread=spread))


def unit_process_of(
    process: MultiOutputProcess, row: CoProduct, exchanges: tuple[Exchange, ...]
) -> UnitProcess:
    """Return the unit process that makes (or treats) one co-product of `process`.

    No example: `allocate` shows it.
    """
    en, zh = (
        f"{name}: {row.product}" if name else "" for name in (process.name.en, process.name.zh)
    )
    return UnitProcess(
        id=f"{process.id}: {row.product}",
        product=row.product,
        amount=row.amount,
        exchanges=exchanges,
        name=text.Name(en, zh),
        stage=process.stage,
        basis=row.basis,
        coverage=process.coverage,
        treats=row.treats,
        source=process.source,
        whole=process.id,
    )


def _level(
    process: MultiOutputProcess, method: Method, level: Level | None, problems: list[Problem]
) -> Level:
    if level is None:
        return method.levels[0]
    if level not in LEVELS:
        near = text.nearest(level, method.levels) or method.levels
        problems.append(problem("allocation-level-unknown", process.id, near, level=level))
    elif level not in method.levels:
        problems.append(
            problem("allocation-level", process.id, method.levels, level=level, method=method.id)
        )
    return level


def _without_cause(process: MultiOutputProcess, own: Mapping[str, Shares]) -> list[Problem]:
    missing = [
        exchange.id or exchange.flow
        for exchange in process.exchanges
        if _own(exchange, own) is None
    ]
    if not missing:
        return []
    return [problem("allocation-cause-missing", process.id, exchanges=text.listed(missing))]


def _own(exchange: Exchange, own: Mapping[str, Shares]) -> Shares | None:
    return own.get(exchange.id, own.get(exchange.flow))


def _divided(
    process: MultiOutputProcess,
    general: Shares | None,
    own: Mapping[str, Shares],
    carbon: Shares | None,
) -> tuple[UnitProcess, ...]:
    rows = [(exchange, _own(exchange, own) or general) for exchange in process.exchanges]
    exchanges = tuple(
        tuple(part_of(row, shares[position]) for row, shares in rows if shares is not None)
        for position in range(len(process.products))
    )
    if carbon is not None:
        exchanges = corrected(exchanges, carbon, general)
    return tuple(
        unit_process_of(process, row, part)
        for row, part in zip(process.products, exchanges, strict=True)
    )


def _named(process: MultiOutputProcess, shares: Shares) -> dict[str, float]:
    return {row.product: share for row, share in zip(process.products, shares, strict=True)}
