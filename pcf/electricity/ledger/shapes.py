"""Is this an entry at all? The fields of each kind of step, asked of every log that is read.

A log may come from anybody. What has this shape is then judged by the rules; what has not would
meet them as nonsense.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from pcf.electricity.columns import Texts
from pcf.electricity.facts import EXCLUSION_KINDS
from pcf.electricity.ledger.states import VERBS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.electricity.ledger.entries import Columns, Entry

    Check: TypeAlias = Callable[[Any], bool]


def has_shape(entry: Entry) -> bool:
    """Tell whether an entry has the fields of its kind, and columns of one length for each table.

    >>> from pcf.electricity.ledger.entries import Entry
    >>> has_shape(Entry({"do": "record"})), has_shape(Entry({"do": "record", "devices": 1}))
    (True, False)
    """
    body = entry.body
    shape = _STEPS.get(body["do"]) if _is_text(body.get("do")) else None
    return shape is not None and shape(body) and _is_even(entry.columns)


def _is_even(columns: Columns) -> bool:
    lengths: dict[str, set[int]] = {}
    for name, column in columns.items():
        size = len(column.codes) if isinstance(column, Texts) else len(column)
        lengths.setdefault(name.partition(".")[0], set()).add(size)
    return all(len(sizes) == 1 and sizes != {0} for sizes in lengths.values())


def _is_text(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    return type(value) is int and value >= 0


def _is_flag(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    return isinstance(value, bool)


def _is_span(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    whole = isinstance(value, list) and [type(each) for each in value] == [int, int]
    return whole and -(2**40) < value[0] < value[1] < 2**40


def _is_amount(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    return isinstance(value, list) and [type(each) for each in value] == [str, int, str]


def _every(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(each) for each in value)


def _one_of(words: tuple[str, ...]) -> Check:
    return lambda value: value in words


def _fields(needed: Mapping[str, Check], others: Mapping[str, Check] | None = None) -> Check:
    known = {**needed, **(others or {})}

    def check(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
        return (
            isinstance(value, dict)
            and needed.keys() <= value.keys() <= known.keys()
            and all(known[name](each) for name, each in value.items())
        )

    return check


def _texts(*names: str) -> dict[str, Check]:
    return dict.fromkeys(names, _is_text)


_DEVICE = _fields(
    {**_texts("id", "technology", "connection"), "storage": _is_flag, "trial": _is_flag},
    {
        **_texts("place", "commissioned", "owner", "registry_id", "name"),
        "capacity": _is_whole,
        "subsidised": _is_flag,
        "market": _is_flag,
    },
)
_EXCLUSION = _fields(
    {"kind": _one_of(EXCLUSION_KINDS), "device": _is_text, "interval": _is_span},
    {"energy": _is_whole, **_texts("number", "evidence")},
)
_SETTLEMENT = _fields(
    {**_texts("number", "day"), "kind": _one_of(("green-power trade", "sale", "assignment"))},
    {**_texts("seller", "buyer", "meter"), "interval": _is_span},
)
_CANCELLATION = _fields(
    _texts("number", "day", "beneficiary"),
    {**_texts("scenario", "holder", "site"), "period": _is_span},
)
_CLAIM = _fields(
    {**_texts("id", "beneficiary"), "period": _is_span}, _texts("profile", "purpose", "evidence")
)
_MOVE = _fields(_texts("do", "day", "by", "reason"), {"amounts": _every(_is_amount)})
_STEPS: dict[str, Check] = {
    "open": _fields({**_texts("do", "ledger"), "format": _is_whole}),
    "record": _fields(
        _texts("do"),
        {
            "devices": _every(_DEVICE),
            "exclusions": _every(_EXCLUSION),
            "reliances": _every(_fields(_texts("footprint", "claim"), _texts("product"))),
            "sources": _every(_is_text),
        },
    ),
    "transfer": _fields({**_texts("do"), "settlement": _SETTLEMENT}),
    "cancel": _fields({**_texts("do"), "cancellation": _CANCELLATION}),
    "claim": _fields({**_texts("do"), "claim": _CLAIM}),
    **dict.fromkeys(VERBS, _MOVE),
}
