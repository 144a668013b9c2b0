"""How do the settings say where electricity comes from? One supply a meter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pcf.electricity import Share, Supply
from pcf.electricity.supply import LOSSES
from pcf.errors import problem
from pcf.study import settings as shapes
from pcf.study.cells import attempt
from pcf.study.columns import spellings
from pcf.study.values import MeterSupply
from pcf.text import fold

if TYPE_CHECKING:
    from pcf.electricity.supply import Connection, Losses
    from pcf.study.document import Settings


def read_supplies(reading: Settings, electricity: shapes.Electricity) -> tuple[MeterSupply, ...]:
    """Return the supply of each meter that `[[electricity.supply]]` names.

    No example: see `pcf.study.reading.read_study`.
    """
    general = _losses(reading, electricity.losses, "electricity.losses")
    found: dict[str, MeterSupply] = {}
    for position, table in enumerate(electricity.supply):
        path = f"electricity.supply[{position}]"
        where = reading.where(path)
        shaped = reading.shaped(shapes.SupplyOf, table, path)
        if shaped is None:
            continue
        if shaped.meter in found:
            told = problem("supply-twice", where, meter=shaped.meter)
            reading.problems.append(told)
            continue
        own = shaped.losses
        losses = _losses(reading, own, f"{path}.losses") if own else general
        supply = attempt(lambda: _supply(shaped, losses), where, reading.problems)  # noqa: B023 - called at once
        if supply is not None:
            found[shaped.meter] = MeterSupply(shaped.meter, supply, where)
    return tuple(found.values())


def _losses(reading: Settings, written: str, path: str) -> Losses:
    found = next((each for each in LOSSES if each == written), None)
    if found is None:
        told = problem("losses-unknown", reading.where(path), LOSSES, losses=written)
        reading.problems.append(told)
    return found or "published"


def _supply(shaped: shapes.SupplyOf, losses: Losses) -> Supply:
    shares = tuple(
        Share(each.technology, each.share, _connection(each.connection), each.line_loss)
        for each in shaped.shares
    )
    return Supply(shares, shaped.evidence or None, losses)


def _connection(written: str) -> Connection:
    """Return the key of a connection; a word that is none is refused by `Share`."""
    known: dict[str, Any] = {fold(form): key for form, key in spellings("connections").items()}
    return cast("Connection", known.get(fold(written), written))
