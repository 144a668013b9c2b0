"""How does what a method found become rows of activity data? With its arithmetic beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.crops.nitrogen import Nitrogen
from pcf.methods.declaration import Estimate
from pcf.model.amounts import CONFIDENCES, Amount
from pcf.study.values import ActivityRow, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pcf.model.amounts import Confidence, Spread
    from pcf.model.processes import Exchange
    from pcf.study.call_rows import CallRow

    Found = Estimate | Nitrogen | Amount


def made_rows(
    rows: Sequence[CallRow],
    found: Mapping[str, Found],
    calls: Mapping[str, Sequence[CallRow]],
    given: Mapping[str, object],
) -> tuple[ActivityRow, ...]:
    """Return the rows that a call makes: one for each exchange of its estimate.

    A product or a waste of which there is nothing makes no row. Source and evidence are the first
    of the calls that it takes from, else its own; the confidence is the least sure of all of them,
    and an emission is never surer than `derived`. No example: `pcf.study.calling` shows it.
    """
    estimate = found[rows[0].id]
    if not isinstance(estimate, Estimate):
        return ()
    kept = [each for each in estimate.exchanges if each.kind == "elementary" or _is_some(each)]
    base = list(behind(rows, calls))
    told = _arithmetic(estimate, rows, found, given)
    names = (
        [rows[0].id] if len(kept) == 1 else [f"{rows[0].id} {n}" for n in range(1, 1 + len(kept))]
    )
    return tuple(_row(name, each, base, told) for name, each in zip(names, kept, strict=True))


def _is_some(exchange: Exchange) -> bool:
    return exchange.amount.value != 0


def behind(rows: Sequence[CallRow], calls: Mapping[str, Sequence[CallRow]]) -> Iterator[CallRow]:
    """Yield the rows of a call, then those of all that it takes from.

    No example: `made_rows` uses it.
    """
    yield from rows
    for row in rows:
        if row.taken:
            yield from behind(calls[row.taken], calls)


def _row(id_: str, exchange: Exchange, base: Sequence[CallRow], told: str) -> ActivityRow:
    first, flow = base[0], exchange.elementary
    meter = flow.id.removeprefix("kWh at ") if flow is not None and flow.role == "meter" else ""
    weighed = [*(each for each in base if each.id != first.id), *base]  # what it takes comes first
    reasons = (exchange.note if exchange.kind == "internal" else "", *(each.note for each in base))
    note = exchange.note if exchange.note and not told.startswith(exchange.note) else ""
    return ActivityRow(
        id=id_,
        process=first.process,
        flow="electricity" if meter else exchange.flow,
        amount=Amount(exchange.amount.value, exchange.amount.unit),
        direction=exchange.direction,
        kind="product" if meter else exchange.kind,
        basis=exchange.basis,
        meter=meter,
        stage=first.stage,
        confidence=_confidence(base, emission=flow is not None and not meter),
        spread=_spread(exchange),
        evidence=next((each.evidence for each in weighed if str(each.evidence)), Evidence()),
        source=next((each.source for each in weighed if each.source), ""),
        locator=f"{note}; {told}" if note else told,
        alternative=first.alternative,
        note="; ".join(dict.fromkeys(each for each in reasons if each)),
        where=first.where,
    )


def _spread(exchange: Exchange) -> Spread | None:
    """Return the spread of an exchange; nothing of a flow does not spread."""
    return exchange.amount.spread if _is_some(exchange) else None


def _confidence(base: Sequence[CallRow], *, emission: bool) -> Confidence | None:
    least = least_given(base)
    if not emission:
        return least
    return "derived" if least is None else max("derived", least, key=CONFIDENCES.index)


def least_given(rows: Sequence[CallRow]) -> Confidence | None:
    """Return the least sure of what calls were given, None where they state no kind of data.

    >>> from pcf.study.call_rows import CallRow
    >>> given = ("primary", None, "secondary")
    >>> least_given([CallRow("a", "field", "m", "n", confidence=each) for each in given])
    'secondary'
    """
    words = [each.confidence for each in rows if each.confidence is not None]
    return max(words, key=CONFIDENCES.index) if words else None


def _arithmetic(
    estimate: Estimate,
    rows: Sequence[CallRow],
    found: Mapping[str, Found],
    given: Mapping[str, object],
) -> str:
    """Return method, equation, what was given and the published values, as one line."""
    numbers = [f"{row.need} = {_shown(row, found, given)}" for row in rows]
    published = [f"{each.id} {each.value:.9g} {each.unit}" for each in estimate.parameters]
    parts = (
        f"{estimate.method.id}: {estimate.method.equation}",
        ", ".join(numbers),
        ", ".join(dict.fromkeys(published)),
        estimate.source,
        *dict.fromkeys(row.locator for row in rows if row.locator),
    )
    return "; ".join(each for each in parts if each)


def _shown(row: CallRow, found: Mapping[str, Found], given: Mapping[str, object]) -> str:
    other, value = found.get(row.taken), given.get(row.need)
    if isinstance(other, Nitrogen):
        return f"{row.taken} ({other.kind}, {other.rate:.9g} kg N/ha)"
    name = f"{row.taken} {row.value}".strip() if row.taken else row.formula
    if not isinstance(value, Amount) or value.value is None:
        return " ".join(each for each in (name or row.value, row.unit) if each)
    number = f"{value.value:.9g}" if value.unit == "1" else f"{value.value:.9g} {value.unit}"
    return f"{name} = {number}" if name else number
