"""What is there before anything is claimed? Devices, what they made, who used what, certificates.

Energy is a whole number of watt-hours everywhere. A certificate's watt-hours have positions:
position = serial x watt-hours of one certificate + the watt-hour within it, so that a lot with
first and last serial is one half-open range of positions of its series, whatever a certificate
stands for. Ranges of positions are half-open; serials are written first and last, as registries do.

The facts are what the ledger records, what matching reads and what certificates' lists give.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from datetime import date

    from pcf.electricity.intervals import Interval

_EXACT_IN_JSON = 2**53  # what stands in an event's text rather than in its columns

Connected = Literal["grid", "on-site", "direct line", "off-grid"]
CONNECTED: tuple[Connected, ...] = get_args(Connected)
"""How a device is connected: to the public grid, behind the meter of its user, by a line of its
own to its user, or to no grid."""

Made = Literal["exported", "self-consumed", "storage discharge"]
MADE: tuple[Made, ...] = get_args(Made)
"""What became of the electricity: fed into a grid or line, used on site, given back by a store."""

Measured = Literal["metered", "profile", "invoice"]
MEASURED: tuple[Measured, ...] = get_args(Measured)
"""How a consumption is known: read from a meter, spread by a load profile, taken from a bill."""

TradeClass = Literal["tradable", "non-tradable", "none"]
"""What the Chinese rules of 2024 let be issued: see `pcf.electricity.gec.trade_class`."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of certificate: watt-hours of one, and how often one may be sold (None: any number).

    `months` is how many calendar months it is valid, the month of production included.
    """

    id: str
    face: int
    trades: int | None = None
    months: int | None = None


SCHEMES = {
    each.id: each
    for each in (
        # 国能发新能规〔2024〕67号; a certificate is sold once: 发改能源〔2023〕1044号.
        Scheme("GEC", 1_000_000, trades=1, months=24),
        Scheme("I-REC", 1_000_000),
        # EECS: expires 18 months after production; the last month of 18 is the production's own.
        Scheme("GO", 1_000_000, months=18),
        # EnergyTag granular certificate: one serial a watt-hour.
        Scheme("GC", 1),
    )
}


@dataclass(frozen=True, slots=True)
class Device:
    """A generating unit or a store.

    `id` is what production records and lots name; `registry_id` its code in the registry (China:
    the 17-digit filing code); `place` a place of `pcf/places.csv`; `capacity` in watts; `market`
    whether all its output is sold in the market (hydropower); None is unknown. A `trial` device's
    certificates cover trial consumption only.
    """

    id: str
    technology: str
    place: str = ""
    capacity: int | None = None
    commissioned: date | None = None
    connection: Connected = "grid"
    owner: str = ""
    registry_id: str = ""
    name: str = ""
    subsidised: bool | None = None
    market: bool | None = None
    storage: bool = False
    trial: bool = False

    def __post_init__(self) -> None:
        """Refuse an unknown connection and a capacity that is not above zero."""
        problems = []
        if self.connection not in CONNECTED:
            problems.append(
                problem("connected-unknown", self.id, CONNECTED, connection=self.connection)
            )
        if self.capacity is not None and not 0 < self.capacity < _EXACT_IN_JSON:
            problems.append(problem("capacity-range", self.id, capacity=self.capacity))
        if problems:
            raise ModelError(*problems)


@dataclass(frozen=True, slots=True)
class ProductionRecord:
    """What a device made in an interval, in watt-hours, and what became of it."""

    device: str
    interval: Interval
    energy: int
    made: Made = "exported"
    evidence: str = ""

    def __post_init__(self) -> None:
        """Refuse energy below zero and an unknown kind."""
        _require_energy(self.energy, self.device)
        if self.made not in MADE:
            raise ModelError(problem("made-unknown", self.device, MADE, made=self.made))


@dataclass(frozen=True, slots=True)
class ConsumptionRecord:
    """What a meter measured in an interval, in watt-hours, for a production line and a product.

    `meter`, `line` and `product` together name a slice; the intervals of a slice do not overlap.
    `consumer` is the legal entity, `site` the plant, `place` a place of `pcf/places.csv`. `within`
    names the meter of the whole that this record is a part of (a site's main meter): what covers
    the part covers the whole too, and the whole never less than its parts.
    """

    meter: str
    interval: Interval
    energy: int
    consumer: str = ""
    site: str = ""
    place: str = ""
    line: str = ""
    product: str = ""
    measured: Measured = "metered"
    within: str = ""
    trial: bool = False
    evidence: str = ""

    def __post_init__(self) -> None:
        """Refuse energy below zero, an unknown measurement, a meter that is its own whole."""
        _require_energy(self.energy, self.meter)
        if self.measured not in MEASURED:
            raise ModelError(
                problem("measured-unknown", self.meter, MEASURED, measured=self.measured)
            )
        if self.within == self.meter:
            raise ModelError(problem("within-itself", self.meter, meter=self.meter))

    @property
    def slice(self) -> tuple[str, str, str]:
        """Meter, line and product."""
        return (self.meter, self.line, self.product)


@dataclass(frozen=True, slots=True, order=True)
class WhRange:
    """Positions `low` up to but without `high` of a series of a scheme, one position a watt-hour.

    >>> WhRange.of_serials("P1", 3, 4).energy
    2000000
    >>> str(WhRange.of_serials("P1", 3, 4)), str(WhRange("P1", 3_000_000, 3_500_000))
    ('P1 3-4', 'P1 3 (500000 Wh from 0)')
    """

    series: str
    low: int
    high: int
    scheme: str = "GEC"

    def __post_init__(self) -> None:
        """Refuse an empty range and an unknown scheme."""
        _require_scheme(self.scheme, self.series)
        if not 0 <= self.low < self.high < 2**62:
            raise ModelError(problem("range-empty", self.series, low=self.low, high=self.high))

    @classmethod
    def of_serials(cls, series: str, first: int, last: int, scheme: str = "GEC") -> WhRange:
        """Return the range of whole certificates from the `first` serial to the `last`."""
        face = _require_scheme(scheme, series).face
        if not 0 <= first <= last:
            raise ModelError(problem("serials-reversed", series, first=first, last=last))
        return cls(series, first * face, (last + 1) * face, scheme)

    @property
    def energy(self) -> int:
        """Its watt-hours."""
        return self.high - self.low

    def overlaps(self, other: WhRange) -> bool:
        """Return whether the two share a watt-hour."""
        same = (self.scheme, self.series) == (other.scheme, other.series)
        return same and self.low < other.high and other.low < self.high

    def __str__(self) -> str:
        """Return the series and its serials, with watt-hours where they are not whole."""
        face = SCHEMES[self.scheme].face
        first, last = self.low // face, (self.high - 1) // face
        serials = f"{first}" if first == last else f"{first}-{last}"
        whole = self.low % face == 0 and self.high % face == 0
        inner = "" if whole else f" ({self.energy} Wh from {self.low % face})"
        return f"{self.series} {serials}{inner}"


@dataclass(frozen=True, slots=True, order=True)
class WhAmount:
    """So many watt-hours of a series, whichever are free: the ledger takes the lowest ones."""

    series: str
    energy: int
    scheme: str = "GEC"

    def __post_init__(self) -> None:
        """Refuse an amount that is not above zero and an unknown scheme."""
        _require_scheme(self.scheme, self.series)
        _require_energy(self.energy, self.series, below=_EXACT_IN_JSON)
        if not self.energy:
            raise ModelError(problem("range-empty", self.series, low=0, high=0))


@dataclass(frozen=True, slots=True)
class Lot:
    """Certificates issued for one production: serials `first` to `last` of a series.

    `device` and `interval` name the production, `owner` the holder of the account. A GEC's serial
    stands for 1,000,000 Wh, a GC's for one. `expires` is the last day on which it may be used,
    where the registry states it; else the scheme's rule decides.

    >>> from pcf.electricity.intervals import Interval
    >>> lot = Lot("P1", 1, 1234, "wind-1", Interval.read("2025-11"), owner="示例铝业有限公司")
    >>> lot.energy, lot.range.low
    (1234000000, 1000000)
    """

    series: str
    first: int
    last: int
    device: str
    interval: Interval
    owner: str = ""
    made: Made = "exported"
    tradable: bool | None = None
    expires: date | None = None
    scheme: str = "GEC"

    def __post_init__(self) -> None:
        """Refuse serials out of order, an unknown scheme and an unknown kind."""
        WhRange.of_serials(self.series, self.first, self.last, self.scheme)
        if self.made not in MADE:
            raise ModelError(problem("made-unknown", self.series, MADE, made=self.made))

    @property
    def range(self) -> WhRange:
        """Its positions."""
        return WhRange.of_serials(self.series, self.first, self.last, self.scheme)

    @property
    def quantity(self) -> int:
        """The number of certificates."""
        return self.last - self.first + 1

    @property
    def energy(self) -> int:
        """Its watt-hours."""
        return self.quantity * SCHEMES[self.scheme].face


ExclusionKind = Literal["CCER", "GS", "VCS", "subsidy", "other certificate"]
EXCLUSION_KINDS: tuple[ExclusionKind, ...] = get_args(ExclusionKind)
"""Why production can no longer be claimed: reductions registered (China, Gold Standard, Verra), a
support scheme that takes the attributes, certificates of another registry."""


@dataclass(frozen=True, slots=True)
class AttributeExclusion:
    """Production whose attributes another system has: no claim may rest on it.

    For a `device` over an `interval`. `energy` is the part that is taken, in watt-hours, where the
    registry separates it; None is the whole production of every interval that it overlaps.
    `number` is the registration's number.
    """

    kind: ExclusionKind
    device: str
    interval: Interval
    energy: int | None = None
    number: str = ""
    evidence: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown kind and energy below zero."""
        if self.energy is not None:
            _require_energy(self.energy, self.device, below=_EXACT_IN_JSON)
        if self.kind not in EXCLUSION_KINDS:
            raise ModelError(
                problem("attribute-exclusion-kind", self.device, EXCLUSION_KINDS, kind=self.kind)
            )


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settled trade: certificates that went from a seller to a buyer.

    In a green-power trade (绿电交易) the certificates move with the electricity and are bound to
    the buyer's `meter` and `interval`; a `sale` is of certificates alone; `assignment` is the
    registry's transfer to the actual user of self-consumed power.
    """

    number: str
    day: date
    seller: str
    buyer: str
    ranges: tuple[WhRange, ...]
    kind: Literal["green-power trade", "sale", "assignment"] = "sale"
    meter: str = ""
    interval: Interval | None = None

    @property
    def energy(self) -> int:
        """Its watt-hours."""
        return sum(each.energy for each in self.ranges)


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The registry's record that certificates were cancelled (核销).

    `number` is the record's number, `day` the date, `beneficiary` the legal entity for whom,
    `scenario` the use stated (核销场景), `period` the consumption that it was stated for, `holder`
    the account, `site` the plant where the record names one. None of these is ever guessed.
    """

    number: str
    day: date
    beneficiary: str
    ranges: tuple[WhRange, ...]
    scenario: str = ""
    period: Interval | None = None
    holder: str = ""
    site: str = ""

    def __post_init__(self) -> None:
        """Refuse a record without number, beneficiary or serials."""
        missing = [name for name in ("number", "beneficiary", "ranges") if not getattr(self, name)]
        if missing:
            raise ModelError(
                problem("cancellation-incomplete", self.number, missing=", ".join(missing))
            )

    @property
    def energy(self) -> int:
        """Its watt-hours."""
        return sum(each.energy for each in self.ranges)


@dataclass(frozen=True, slots=True)
class Leg:
    """Watt-hours of a lot used for a consumption: `range` covers part of the `consumption`."""

    range: WhRange
    consumption: ConsumptionRecord

    @property
    def energy(self) -> int:
        """Its watt-hours."""
        return self.range.energy


@dataclass(frozen=True, slots=True)
class Reliance:
    """A footprint that rests on a claim: it must be restated if the claim falls."""

    footprint: str
    claim: str
    product: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts that belong together, such as those of one file; `+` joins two.

    >>> (Facts(devices=(Device("wind-1", "wind"),)) + Facts()).devices[0].id
    'wind-1'
    """

    devices: tuple[Device, ...] = ()
    productions: tuple[ProductionRecord, ...] = ()
    lots: tuple[Lot, ...] = ()
    consumptions: tuple[ConsumptionRecord, ...] = ()
    exclusions: tuple[AttributeExclusion, ...] = ()
    reliances: tuple[Reliance, ...] = ()
    sources: tuple[str, ...] = field(default=(), compare=False)

    def __add__(self, other: Facts) -> Facts:
        """Return the facts of both."""
        return Facts(
            *(
                getattr(self, name) + getattr(other, name)
                for name in (
                    "devices",
                    "productions",
                    "lots",
                    "consumptions",
                    "exclusions",
                    "reliances",
                    "sources",
                )
            )
        )


def _require_energy(energy: int, item: str, *, below: int = 2**62) -> None:
    if type(energy) is not int or not 0 <= energy < below:
        raise ModelError(problem("energy-not-wh", item, energy=energy))


def _require_scheme(scheme: str, item: str) -> Scheme:
    found = SCHEMES.get(scheme)
    if found is None:
        raise ModelError(problem("scheme-unknown", item, tuple(SCHEMES), scheme=scheme))
    return found
