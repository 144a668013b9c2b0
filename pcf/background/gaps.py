"""What stands in for an input without a factor? A provider of its own kind, with an upper bound."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import units
from pcf.model.amounts import Amount
from pcf.model.flows import bound_flow
from pcf.model.processes import Exchange, UnitProcess

if TYPE_CHECKING:
    from pcf.model.declared import Exclusion


def gap(exclusion: Exclusion, unit: str, *, treats: bool = False) -> UnitProcess:
    """Return the provider of an excluded flow: per `unit` of it, the row 'upper bound of <gap>'.

    The bound scales with the flow and so with the declared unit, and meets the adjoint like any
    other row; it is in no total. Without a bound there is no such row: its share is unknown.
    `treats` is for a waste whose treatment is excluded. Raises UnitError when the bound is not in
    CO2e per a unit of the flow.

    >>> from pcf.model.declared import Exclusion
    >>> pitch = Exclusion("anode plant", "pitch", Amount(2.0, "kg CO2e/kg"), "no factor found")
    >>> gap(pitch, "t").exchanges[0].amount
    Amount(value=2000.0, unit='kg CO2e', spread=None, source='')
    """
    name = exclusion.name
    bounds: tuple[Exchange, ...] = ()
    if exclusion.bound is not None:
        flow = bound_flow(name)
        per_unit = exclusion.bound.to(units.divide(flow.unit, unit))
        amount = replace(per_unit, unit=flow.unit, source=exclusion.bound.source)
        row = Exchange(
            flow.id, amount, flow.direction, "elementary", elementary=flow, note=exclusion.reason
        )
        bounds = (row,)
    return UnitProcess(
        f"gap: {name}",
        exclusion.flow,
        Amount(1.0, units.unit(unit)),
        bounds,
        treats=treats,
        foreground=False,
    )
