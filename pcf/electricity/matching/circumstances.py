"""What else is known of certificates and meters? Trades, records, lines of their own, limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.model.coverage import find_place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pcf.electricity.facts import AttributeExclusion, Cancellation, ProductionRecord, Settlement
    from pcf.electricity.matching.own import OwnPower
    from pcf.electricity.matching.storage import Store


@dataclass(frozen=True, slots=True)
class Tie:
    """That a device serves one site or one meter: behind the meter, or by a line of its own.

    `line_loss` is the measured loss of the line, as a fraction of what enters it; None for a plant
    on site.

    >>> Tie("wind-1", site="潜江厂区", line_loss=0.02).line_loss
    0.02
    """

    device: str
    site: str = ""
    meter: str = ""
    line_loss: float | None = None

    def __post_init__(self) -> None:
        """Refuse a tie to nothing, to both a site and a meter, and a loss that is no fraction."""
        if bool(self.site) == bool(self.meter):
            raise ModelError(problem("tie-target", self.device))
        if self.line_loss is not None and not 0 <= self.line_loss < 1:
            raise ModelError(problem("tie-loss", self.device, (), loss=self.line_loss))


@dataclass(frozen=True, slots=True)
class Corridor:
    """That what is made in one place can be delivered to another, at most `limit` Wh a period.

    The period is the hour, month or year by which the profile compares; a limit of None is none.
    Places are those of `pcf/places.csv`, by code or name.

    >>> Corridor("甘肃", "浙江", 10_000_000).target
    'CN-ZJ'
    """

    source: str
    target: str
    limit: int | None = None

    def __post_init__(self) -> None:
        """Write places as codes; refuse an unknown one and a limit below zero."""
        object.__setattr__(self, "source", find_place(self.source))
        object.__setattr__(self, "target", find_place(self.target))
        if self.limit is not None and self.limit < 0:
            raise ModelError(problem("energy-not-wh", str(self.source), (), energy=self.limit))


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What matching knows beside certificates and meter readings.

    `settlements` and `cancellations` are the registry's records by number; `exclusions` what other
    systems have taken, `productions` what devices were metered to make; `ties` which device serves
    which site or meter; `corridors` where power of one place can be delivered to another; `own`
    what own plants gave without certificates; `stores` the batteries of sites; `cancelled_on` the
    day on which certificates are to be cancelled.
    """

    settlements: Mapping[str, Settlement] = field(default_factory=dict, hash=False)
    cancellations: Mapping[str, Cancellation] = field(default_factory=dict, hash=False)
    exclusions: tuple[AttributeExclusion, ...] = ()
    productions: tuple[ProductionRecord, ...] = ()
    ties: tuple[Tie, ...] = ()
    corridors: tuple[Corridor, ...] = ()
    own: OwnPower | None = None
    stores: tuple[Store, ...] = ()
    cancelled_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse two ties of one device: which of them counted would be chance."""
        names = [tie.device for tie in self.ties]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ModelError(*(problem("tie-twice", name, (), device=name) for name in twice))
