"""How are the numbers of a pack, an edition or a profile read? Each upon the one it replaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pcf import text, units
from pcf.errors import UnitError, problem
from pcf.expressions import is_name
from pcf.rules.shapes import NumberOf
from pcf.rules.values import Number
from pcf.rules.vocabulary import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.rules.documents import Document

_VALUE = re.compile(r"value\s*=\s*([-+0-9._eE]+)")
_PLAIN = re.compile(r"=\s*([-+0-9._eE]+)")


def read_numbers(
    document: Document, table: Mapping[str, Any], upon: Mapping[str, Number], *, new: bool
) -> dict[str, Number]:
    """Return the numbers of a document, each in the unit of the one that it replaces.

    `new` allows numbers that replace none: a pack's own. A number is a table, or the value alone.
    No example: `read_pack` shows it at work.
    """
    found = {}
    for name, written in table.items():
        number = _number(document, name, written, upon, new=new)
        if number is not None:
            found[name] = number
    return found


def _number(
    document: Document, name: str, written: object, upon: Mapping[str, Number], *, new: bool
) -> Number | None:
    path = f"numbers.{name}"
    where = document.where(path)
    if not is_name(name) or "." in name:
        document.problems.append(problem("fact-name", where, name=name))
        return None
    if name not in upon and not new:
        near = text.nearest(name, upon) or tuple(upon)
        document.problems.append(problem("rule-number-unknown", where, near, name=name))
        return None
    row = document.shaped(
        NumberOf, written if isinstance(written, dict) else {"value": written}, path
    )
    if row is None:
        return None
    before = upon.get(name)
    unit = row.unit or (before.unit if before else "1")
    try:
        unit = units.unit(unit)
        factor = 1.0 if before is None else units.factor(unit, before.unit)
    except UnitError as error:
        document.tell(
            *(problem(each.code, where, each.candidates, **each.facts) for each in error.problems)
        )
        return None
    says = named(row.says)
    return Number(
        name,
        row.value if factor == 1.0 else float(f"{row.value * factor:.15g}"),
        unit if before is None else before.unit,
        says if says.en or says.zh or before is None else before.says,
        row.source,
        _written(document, path, row.value) if factor == 1.0 else "",
    )


def _written(document: Document, path: str, value: float) -> str:
    """Return the digits of a number as its file spells them, else as Python does."""
    lines = document.source.splitlines()
    for key, pattern in ((f"{path}.value", _PLAIN), (path, _VALUE), (path, _PLAIN)):
        line = document.places.found.get(key)
        match = line and line.line and pattern.search(lines[line.line - 1])
        if match and _is(match[1], value):
            return match[1]
    return f"{value:.12g}"


def _is(digits: str, value: float) -> bool:
    try:
        return float(digits) == value
    except ValueError:
        return False
