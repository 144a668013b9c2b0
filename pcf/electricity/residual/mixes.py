"""What is left when what is tracked is taken out? Residual mixes of areas, with a common pool.

For each area p and technology k, in one unit of energy:

    left       DR_pk = G_pk - removed_pk
    untracked  UC_p  = D_p - C_p
    surplus_p  = max(sum_k DR_pk - UC_p, 0), to the pool in the shares of DR_p
    deficit_p  = max(UC_p - sum_k DR_pk, 0), from the pool in its shares
    residual   RM_pk = DR_pk min(1, UC_p / sum_k DR_pk) + deficit_p pool_k

What is removed is what the method tracks: `issued` certificates less expired ones, and other
tracking (AIB, 'Residual Mix and European Attribute Mix Calculation, Issuance Based Methodology',
V1.0, 2020); `cancelled` certificates (what was claimed); or power that was `market traded` (the
national factor that the Chinese ministry publishes 'without market-traded non-fossil power').
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from pcf import text, units
from pcf.errors import ModelError, problem
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.errors import Problem
    from pcf.findings import Finding

Method = Literal["issued", "cancelled", "market traded"]
METHODS: tuple[Method, ...] = get_args(Method)
ROUNDING = 1e-12
"""What sums of volumes may miss, as a part of them."""


@dataclass(frozen=True, slots=True)
class Area:
    """The volumes of an area in a year: generated and removed by technology, consumed, claimed.

    `claimed` is the consumption that holds the tracked attributes, in this area. An area is made by
    `by_issuance`, `by_cancellation` or `by_market`.
    """

    name: str
    method: Method
    generated: Mapping[str, float] = field(hash=False)
    removed: Mapping[str, float] = field(hash=False)
    consumed: float
    claimed: float


@dataclass(frozen=True, slots=True)
class Mix:
    """Volumes by technology, in one unit.

    >>> Mix({"coal": 3.0, "wind": 1.0}).shares
    {'coal': 0.75, 'wind': 0.25}
    """

    volumes: Mapping[str, float] = field(hash=False)
    unit: str = "MWh"

    @property
    def total(self) -> float:
        """The sum over technologies."""
        return sum(self.volumes.values())

    @property
    def shares(self) -> dict[str, float]:
        """Each technology's part of the sum; empty where the sum is zero."""
        total = self.total
        return {name: volume / total for name, volume in self.volumes.items()} if total else {}


@dataclass(frozen=True, slots=True)
class Residuals:
    """The residual mix of each area, and the pool that balances them.

    An area whose consumption is claimed in full has an empty mix. `gap` is what the areas give to
    the pool less what they take from it: not zero where the areas together are open, through
    certificates or exchange with others, losses, or other periods of certificates.
    """

    method: Method
    mixes: Mapping[str, Mix] = field(hash=False)
    pool: Mix
    surplus: Mapping[str, float] = field(hash=False)
    deficit: Mapping[str, float] = field(hash=False)
    gap: float
    findings: tuple[Finding, ...] = ()


def by_issuance(  # noqa: PLR0913 - each is a volume of its own statistics
    name: str,
    generated: Mapping[str, float],
    *,
    issued: Mapping[str, float],
    expired: Mapping[str, float] | None = None,
    tracked: Mapping[str, float] | None = None,
    consumed: float,
    claimed: float,
) -> Area:
    """Return an area from which issued certificates are removed, and expired ones returned.

    `tracked` is other reliable tracking, such as contracts that the law allows for disclosure.
    Certificates are counted by when they were issued and expired (AIB: 1 April to 31 March), the
    rest by calendar year. Raises ModelError for a volume that is unknown or negative.

    >>> by_issuance("CN", {"wind": 10.0}, issued={"wind": 4.0}, expired={"wind": 1.0},
    ...             consumed=9.0, claimed=3.0).removed
    {'wind': 3.0}
    """
    require_volumes(name, generated, issued, expired or {}, tracked or {})
    removed = _sums({}, issued, 1.0)
    removed = _sums(removed, expired or {}, -1.0)
    return Area(name, "issued", generated, _sums(removed, tracked or {}, 1.0), consumed, claimed)


def by_cancellation(
    name: str,
    generated: Mapping[str, float],
    *,
    cancelled: Mapping[str, float],
    consumed: float,
    claimed: float,
) -> Area:
    """Return an area from which cancelled certificates of its own generation are removed.

    Raises ModelError for a volume that is unknown or negative.
    """
    require_volumes(name, generated, cancelled)
    return Area(name, "cancelled", generated, dict(cancelled), consumed, claimed)


def by_market(
    name: str,
    generated: Mapping[str, float],
    *,
    traded: Mapping[str, float],
    consumed: float,
    claimed: float,
) -> Area:
    """Return an area from which power traded on the market under its technology is removed.

    Raises ModelError for a volume that is unknown or negative.
    """
    require_volumes(name, generated, traded)
    return Area(name, "market traded", generated, dict(traded), consumed, claimed)


def require_volumes(name: str, *volumes: Mapping[str, float]) -> None:
    """Refuse volumes by technology that are unknown, negative or without end.

    >>> require_volumes("CN", {"coal": -1.0})
    Traceback (most recent call last):
    pcf.errors.ModelError: [volume-unknown] CN: ...
    """
    wrong = [key for each in volumes for key, value in each.items() if not _is_volume(value)]
    if wrong:
        told = (problem("volume-unknown", name, (), what=key) for key in dict.fromkeys(wrong))
        raise ModelError(*told)


def _is_volume(value: float | None) -> bool:
    return value is not None and 0 <= value < float("inf")


def residual_mixes(areas: Iterable[Area], *, unit: str = "MWh") -> Residuals:
    """Return the residual mix of every area, balanced by the pool of all.

    Raises ModelError with every problem: areas of different methods, a name that stands twice, a
    number that is not known, more removed of a technology than was generated (named), more claimed
    than consumed, and deficits that no surplus covers.

    >>> north = by_issuance("north", {"coal": 70.0, "wind": 30.0}, issued={"wind": 20.0},
    ...                     consumed=60.0, claimed=0.0)
    >>> south = by_issuance("south", {"coal": 40.0, "hydro": 30.0}, issued={"hydro": 25.0},
    ...                     consumed=110.0, claimed=45.0)
    >>> result = residual_mixes([north, south])
    >>> result.surplus, result.deficit, result.gap
    ({'north': 20.0, 'south': 0.0}, {'north': 0.0, 'south': 20.0}, 0.0)
    >>> result.mixes["south"].volumes
    {'coal': 57.5, 'hydro': 5.0, 'wind': 2.5}
    """
    listed = list(areas)
    problems = _refused(listed)
    if problems:
        raise ModelError(*problems)
    left = {area.name: _left(area) for area in listed}
    untracked = {area.name: area.consumed - area.claimed for area in listed}
    over = {name: _over(sum(left[name].values()), untracked[name]) for name in left}
    surplus = {name: max(volume, 0.0) for name, volume in over.items()}
    deficit = {name: max(-volume, 0.0) for name, volume in over.items()}
    pool: dict[str, float] = {}
    for name, volumes in left.items():
        total = sum(volumes.values())
        if surplus[name] > 0:
            pool = _sums(pool, volumes, surplus[name] / total)
    pooled = Mix(_in_order(pool), units.unit(unit))
    if pooled.total <= 0 and any(deficit.values()):
        short = text.listed(name for name, volume in deficit.items() if volume > 0)
        raise ModelError(problem("pool-empty", "", (), areas=short))
    mixes = {}
    for name, volumes in left.items():
        total = sum(volumes.values())
        own = min(1.0, untracked[name] / total) if total > 0 else 0.0
        mix = _sums({}, volumes, own)
        if deficit[name] > 0:
            mix = _sums(mix, pooled.shares, deficit[name])
        mixes[name] = Mix(_in_order(mix), pooled.unit)
    gap = sum(surplus.values()) - sum(deficit.values())
    told = [finding("residual-own", "", method=listed[0].method)]
    if abs(gap) > 1e-9 * sum(map(abs, untracked.values())):
        told.append(finding("residual-gap", "", gap=f"{gap:.6g}", unit=unit))
    return Residuals(listed[0].method, mixes, pooled, surplus, deficit, gap, tuple(told))


def _left(area: Area) -> dict[str, float]:
    """Return what is left of each technology, rounding below zero as zero."""
    left = _sums(_sums({}, area.generated, 1.0), area.removed, -1.0)
    return {name: max(volume, 0.0) for name, volume in left.items()}


def _over(left: float, untracked: float) -> float:
    """Return what is left beyond untracked consumption; rounding is nothing."""
    over = left - untracked
    return over if abs(over) > ROUNDING * max(left, untracked) else 0.0


def _refused(areas: list[Area]) -> list[Problem]:
    problems = [] if areas else [problem("areas-missing")]
    methods = dict.fromkeys(area.method for area in areas)
    if len(methods) > 1:
        problems.append(problem("methods-mixed", "", (), methods=text.listed(methods)))
    names = [area.name for area in areas]
    problems += [
        problem("area-twice", name) for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    for area in areas:
        numbers = {"consumed": area.consumed, "claimed": area.claimed, **area.generated}
        # More certificates may expire than are issued: then what is removed is negative.
        numbers |= {f"removed {name}": abs(value) for name, value in area.removed.items()}
        wrong = [name for name, value in numbers.items() if not _is_volume(value)]
        problems += [problem("volume-unknown", area.name, (), what=name) for name in wrong]
        if not wrong:
            problems += _overdrawn(area)
    return problems


def _overdrawn(area: Area) -> list[Problem]:
    """Return each technology of which more is removed than was generated, and too much claimed."""
    problems = []
    for name, volume in area.removed.items():
        made = area.generated.get(name, 0.0)
        if volume > made + ROUNDING * made:
            facts = {"technology": name, "generated": f"{made:.9g}", "removed": f"{volume:.9g}"}
            problems.append(problem("removed-too-much", area.name, (), **facts))
    if area.claimed > area.consumed:
        facts = {"consumed": f"{area.consumed:.9g}", "claimed": f"{area.claimed:.9g}"}
        problems.append(problem("claimed-too-much", area.name, (), **facts))
    return problems


def _sums(
    first: Mapping[str, float], second: Mapping[str, float], times: float
) -> dict[str, float]:
    """Return first + times x second, technology by technology."""
    joined = dict(first)
    for name, volume in second.items():
        joined[name] = joined.get(name, 0.0) + times * volume
    return joined


def _in_order(volumes: Mapping[str, float]) -> dict[str, float]:
    return {name: volumes[name] for name in sorted(volumes)}
