"""What stands in the log? One entry for each step of a batch: what was asked, and its columns.

A step is a value: facts, a move, a settlement, a cancellation, a claim. An entry is what is left of
it that can be stored, hashed and done again: a few words and numbers as JSON, the rest as columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pcf.electricity.columns import (
    DemandColumns,
    SupplyColumns,
    Texts,
    demand_columns,
    supply_columns,
)
from pcf.electricity.facts import (
    Cancellation,
    Facts,
    Settlement,
    WhAmount,
    WhRange,
)
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger.sets import distinct
from pcf.electricity.ledger.states import VERBS, Verb
from pcf.errors import LedgerError, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pcf.electricity.columns import Claim
    from pcf.electricity.facts import ProductionRecord

    Whole = NDArray[np.int64]
    Columns: TypeAlias = dict[str, Whole | Texts]
    Step: TypeAlias = (
        "Facts | SupplyColumns | DemandColumns | Move | Settlement | Cancellation | Claim"
    )


@dataclass(frozen=True, slots=True)
class Move:
    """A change of state of some ranges or amounts, on a day.

    An amount takes the lowest watt-hours of its series that are in a state from which the change
    may start. `by` is the owner for reserve, release, lock and unlock; freezing, annulment, expiry
    and withdrawal are the registry's, and `reason` says why.
    """

    verb: Verb
    ranges: tuple[WhRange | WhAmount, ...]
    day: date
    by: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown verb and a move of nothing."""
        if self.verb not in VERBS:
            raise LedgerError(problem("ledger-verb", "", VERBS, verb=self.verb))
        if not self.ranges:
            raise LedgerError(problem("ledger-empty", "", (), what=self.verb))


@dataclass(frozen=True, slots=True)
class Entry:
    """A step as it is stored: `body` is JSON, `columns` numbers and interned text."""

    body: dict[str, Any] = field(hash=False)
    columns: Columns = field(default_factory=dict, hash=False)


def entry_of(step: Step) -> Entry:
    """Return the entry of a step other than a claim, whose legs the ledger resolves first.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    if isinstance(step, Move):
        return _with_ranges(
            {"do": step.verb, "day": str(step.day), "by": step.by, "reason": step.reason},
            step.ranges,
        )
    if isinstance(step, Settlement):
        content = plain(step, without="ranges")
        return _with_ranges({"do": "transfer", "settlement": content}, step.ranges)
    if isinstance(step, Cancellation):
        content = plain(step, without="ranges")
        return _with_ranges({"do": "cancel", "cancellation": content}, step.ranges)
    if isinstance(step, SupplyColumns | DemandColumns) and not len(step):
        raise LedgerError(problem("ledger-empty", "", (), what="record"))
    if isinstance(step, SupplyColumns):
        return Entry({"do": "record"}, _lots(step))
    if isinstance(step, DemandColumns):
        return Entry({"do": "record"}, _consumptions(step))
    if isinstance(step, Facts):
        return _facts(step)
    raise LedgerError(problem("ledger-step", "", (), kind=type(step).__name__))


def ranges_in(columns: Columns) -> list[WhRange]:
    """Return the ranges that an entry's columns hold."""
    if "range.low" not in columns:
        return []
    scheme, series = text(columns, "range.scheme"), text(columns, "range.series")
    low, high = whole(columns, "range.low").tolist(), whole(columns, "range.high").tolist()
    return [
        WhRange(series[row], start, end, scheme[row])
        for row, (start, end) in enumerate(zip(low, high, strict=True))
    ]


def amounts_in(body: dict[str, Any]) -> list[WhAmount]:
    """Return the amounts that an entry asks for."""
    return [WhAmount(*each) for each in body.get("amounts", [])]


def whole(columns: Columns, name: str) -> Whole:
    """Return a column of whole numbers."""
    column = columns[name]
    if isinstance(column, Texts):
        raise LedgerError(problem("ledger-block"))
    return column


def text(columns: Columns, name: str) -> Texts:
    """Return a column of text."""
    column = columns[name]
    if not isinstance(column, Texts):
        raise LedgerError(problem("ledger-block"))
    return column


def range_columns(ranges: Sequence[WhRange], prefix: str) -> Columns:
    """Return ranges as columns with names that begin with `prefix`; none where there are none.

    No example: that of `pcf.electricity.ledger.Ledger` runs it.
    """
    if not ranges:
        return {}
    ranges = sorted(ranges, key=lambda each: (each.scheme, each.series, each.low))
    return {
        f"{prefix}.scheme": Texts.of([each.scheme for each in ranges]),
        f"{prefix}.series": Texts.of([each.series for each in ranges]),
        f"{prefix}.low": np.array([each.low for each in ranges], dtype=np.int64),
        f"{prefix}.high": np.array([each.high for each in ranges], dtype=np.int64),
    }


def plain(value: object, *, without: str = "") -> dict[str, Any]:
    """Return a value's fields as JSON has them, without what is unknown or empty.

    >>> from pcf.electricity.facts import Device
    >>> plain(Device("wind-1", "wind", commissioned=date(2023, 5, 1)))["commissioned"]
    '2023-05-01'
    """
    found: dict[str, Any] = {}
    for each in fields(value):  # type: ignore[arg-type] # every fact is a dataclass
        content = getattr(value, each.name)
        if each.name == without or content is None or content == "":
            continue
        if isinstance(content, date):
            content = content.isoformat()
        elif isinstance(content, Interval):
            content = [content.start, content.end]
        found[each.name] = content
    return found


def interval_in(content: dict[str, Any], name: str) -> Interval | None:
    """Return the interval that content names, or None."""
    pair = content.get(name)
    return None if pair is None else Interval(*pair)


def _with_ranges(body: dict[str, Any], ranges: Sequence[WhRange | WhAmount]) -> Entry:
    spans = [each for each in ranges if isinstance(each, WhRange)]
    amounts = sorted(each for each in ranges if isinstance(each, WhAmount))
    if amounts:
        body["amounts"] = [[each.series, each.energy, each.scheme] for each in amounts]
    return Entry(body, range_columns(spans, "range"))


def _facts(facts: Facts) -> Entry:
    body: dict[str, Any] = {"do": "record"}
    for name in ("devices", "exclusions", "reliances"):
        rows = [plain(each) for each in getattr(facts, name)]
        if rows:
            body[name] = rows
    if facts.sources:
        body["sources"] = list(facts.sources)
    columns: Columns = {}
    if facts.lots:
        columns |= _lots(supply_columns(facts.lots))
    if facts.productions:
        columns |= _productions(facts.productions)
    if facts.consumptions:
        columns |= _consumptions(demand_columns(facts.consumptions))
    if len(body) == 1 and not columns:
        raise LedgerError(problem("ledger-empty", "", (), what="record"))
    return Entry(body, columns)


def _lots(lots: SupplyColumns) -> Columns:
    codes = distinct(lots.state.codes.astype(np.int64)).tolist()
    states = {lots.state.names[code] for code in codes}
    if states - {"active"} or lots.trades.any():
        raise LedgerError(problem("ledger-lot-used", "", (), state=", ".join(sorted(states))))
    return _ordered(
        "lot",
        {name: getattr(lots, name) for name in ("scheme", "series", "device", "owner", "made")}
        | {
            "low": lots.low,
            "high": lots.high,
            "start": lots.start,
            "end": lots.end,
            "usable_until": lots.usable_until,
            "tradable": lots.tradable.astype(np.int64),
        },
        by=("scheme", "series", "low"),
    )


def _productions(records: Sequence[ProductionRecord]) -> Columns:
    return _ordered(
        "production",
        {
            "device": Texts.of([each.device for each in records]),
            "made": Texts.of([each.made for each in records]),
            "evidence": Texts.of([each.evidence for each in records]),
            "start": np.array([each.interval.start for each in records], dtype=np.int64),
            "end": np.array([each.interval.end for each in records], dtype=np.int64),
            "energy": np.array([each.energy for each in records], dtype=np.int64),
        },
        by=("device", "made", "start"),
    )


def _consumptions(demand: DemandColumns) -> Columns:
    words = ("meter", "line", "product", "consumer", "site", "place", "measured", "within")
    return _ordered(
        "consumption",
        {name: getattr(demand, name) for name in (*words, "evidence")}
        | {
            "start": demand.start,
            "end": demand.end,
            "energy": demand.energy,
            "trial": demand.trial.astype(np.int64),
        },
        # A whole is recorded before its parts, which name it.
        by=("within", "meter", "line", "product", "start"),
    )


def _ordered(prefix: str, columns: Columns, *, by: Sequence[str]) -> Columns:
    """Return columns in an order of their own, whatever the order in which they came."""
    columns = {
        name: Texts.of_names(column.names, column.codes) if isinstance(column, Texts) else column
        for name, column in columns.items()
    }
    keys = [_key(columns[name]) for name in reversed(by)]
    order = np.lexsort(keys)
    sorted_already = bool((order[1:] > order[:-1]).all())
    return {
        f"{prefix}.{name}": column if sorted_already else _taken(column, order)
        for name, column in columns.items()
    }


def _key(column: Whole | Texts) -> Whole:
    return column.codes.astype(np.int64) if isinstance(column, Texts) else column


def _taken(column: Whole | Texts, order: Whole) -> Whole | Texts:
    return column.take(order) if isinstance(column, Texts) else column[order]
