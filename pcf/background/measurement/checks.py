"""Can what a measurement file says be true? A place, a boundary, shares that are no per cent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pcf.background import layout
from pcf.background.fuels import is_biomass
from pcf.background.tables import placed
from pcf.errors import problem
from pcf.model.amounts import CONFIDENCES
from pcf.model.coverage import Period, find_place
from pcf.text import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.errors import Problem, Where

_MEASURED = ("combustion only", "gate to gate")
"""What a boiler or a stack can tell of: nothing that comes before the gate."""


def check_head(head: Mapping[str, Any], where: Where, problems: list[Problem]) -> None:
    """Report a boundary, a place or a period that does not exist, or holds more than was measured.

    No example: it reads a document.
    """
    if not head:
        return
    if head["boundary"] not in layout.BOUNDARIES:
        near = nearest(str(head["boundary"]), layout.BOUNDARIES)
        form = " / ".join(near) or "gate to gate"
        problems.append(problem("set-field", where, near, key="boundary", kind=form))
    elif layout.BOUNDARIES[head["boundary"]] not in _MEASURED:
        problems.append(problem("measured-boundary", where, _MEASURED, boundary=head["boundary"]))
    for key, read in (("place", find_place), ("period", Period.read)):
        with placed(replace(where, column=key), problems):
            read(head[key])


def check_source(source: Mapping[str, Any], where: Where, problems: list[Problem]) -> None:
    """Report a confidence that is none of the words; left out it is 'primary'.

    No example: it reads a document.
    """
    said = source.get("confidence", "primary")
    if said not in CONFIDENCES:
        near = nearest(str(said), CONFIDENCES)
        form = " / ".join(CONFIDENCES)
        problems.append(problem("set-field", where, near, key="source.confidence", kind=form))


def check_shares(
    tables: Iterable[Mapping[str, Any]], where: Where, problems: list[Problem]
) -> None:
    """Report shares of carbon and relative uncertainties that are none: 98 or 5 for per cent.

    No example: it reads a document.
    """
    for table in tables:
        oxidised, method = _numbers(table.get("oxidised")), _numbers(table.get("method"))
        value, half = oxidised.get("value", 1.0), oxidised.get("half_width", 0.0)
        if not 0 < value <= 1 or not 0 <= half < value:
            told = replace(where, column="oxidised")
            problems.append(problem("oxidised-unfit", told, share=f"{value:g} ± {half:g}"))
        stated = method | _numbers({"class": table.get("class")})
        problems += [
            problem("relative-unfit", where, value=f"{relative:g}", what=what)
            for what, relative in stated.items()
            if not 0 <= relative < 1
        ]


def check_origin(
    fuel: Mapping[str, Any], head: Mapping[str, Any], where: Where, problems: list[Problem]
) -> None:
    """Report a fuel that grew lately by its name, where the file does not say which CO2 it gives.

    No example: it reads a document.
    """
    if "gas" not in fuel and is_biomass(str(head.get("product"))):
        problems.append(problem("fuel-biogenic", where, product=head["product"]))


def _numbers(table: object) -> dict[str, float]:
    """Return the entries of a table that are numbers; others are reported where it is read."""
    found = table if isinstance(table, dict) else {}
    return {key: value for key, value in found.items() if type(value) in (int, float)}
