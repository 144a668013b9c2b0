"""What do the rules say of each certificate and each reading? Fates, before any matching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.matching.available import excluded_rows, open_energy
from pcf.electricity.matching.criteria import against_certificate, against_use
from pcf.electricity.matching.delivered import lessened_by_lines
from pcf.electricity.matching.kinds import certificates, uses
from pcf.electricity.matching.pairs import pairs
from pcf.electricity.matching.periods import within_one
from pcf.electricity.matching.windows import Made, refused_by_time, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.columns import DemandColumns, SupplyColumns
    from pcf.electricity.facts import AttributeExclusion
    from pcf.electricity.matching.arrays import Whole, Wide
    from pcf.electricity.matching.circumstances import Circumstances
    from pcf.electricity.matching.criteria import Reason
    from pcf.electricity.matching.kinds import Certificate, Use
    from pcf.electricity.matching.pairs import Pairs
    from pcf.electricity.profiles import Profile

    Fates = NDArray[np.int16]

EVERY = slice(None)
FREE, BY_KIND, BY_TIME = 0, 1, 2
"""The fate of a row: nothing stands against it, its kind is refused, or (from here on) its time."""


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """Certificates with what is said of each row.

    `fate` is `FREE`, `BY_KIND` (then `reasons` of its `kind` says why) or `BY_TIME` + the place of
    its reason in `tests`: the test, and the exclusion where it is one. `first` and `last` are the
    window of each row; `left` what exclusions and own lines leave of each row, None where that is
    all; `lost` the watt-hours that own lines lose.
    """

    columns: SupplyColumns
    made: Made
    reasons: tuple[Reason | None, ...]
    fate: Fates
    tests: tuple[tuple[str, AttributeExclusion | None], ...]
    first: Whole
    last: Whole
    left: Whole | None
    lost: int = 0

    def energy(self, rows: slice | Whole = EVERY) -> Wide:
        """Return what of some rows can be used."""
        columns = self.columns
        found = columns.high[rows] - columns.low[rows] if self.left is None else self.left[rows]
        usable: Wide = np.where(self.fate[rows] == FREE, found, 0)
        return usable

    @property
    def kind(self) -> Whole:
        """The kind of each row."""
        return self.made.kind

    @property
    def kinds(self) -> tuple[Certificate, ...]:
        """The kinds."""
        return self.made.kinds


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """Readings with what is said of each row; see `Offers`.

    `period` is where each one lies, `measured` what wholes measure beyond their parts, None where
    there are no parts.
    """

    columns: DemandColumns
    kind: Whole
    kinds: tuple[Use, ...]
    reasons: tuple[Reason | None, ...]
    fate: Fates
    period: Whole
    measured: Wide | None

    def energy(self, rows: slice | Whole = EVERY) -> Whole:
        """Return what of some readings can be covered."""
        return np.where(self.fate[rows] == FREE, self.uncovered(rows), 0)

    def uncovered(self, rows: slice | Whole = EVERY) -> Wide:
        """Return what of some readings no claim covers yet, whatever the rules say."""
        if self.measured is not None:
            return self.measured[rows]
        columns = self.columns
        found: Wide = np.maximum(columns.energy[rows] - columns.claimed[rows], 0)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Certificates and readings under a profile, and which kinds go together."""

    profile: Profile
    circumstances: Circumstances
    offers: Offers
    needs: Needs
    pairs: Pairs


def judge_rows(
    supply: SupplyColumns,
    demand: DemandColumns,
    profile: Profile,
    circumstances: Circumstances,
) -> Judged:
    """Return what the rules of a profile say of each certificate and reading.

    No example: `match` shows it.
    """
    offers = _offers(supply, profile, circumstances)
    needs = _needs(demand, profile)
    found = pairs(
        [None if why else kind for kind, why in zip(offers.kinds, offers.reasons, strict=True)],
        [None if why else kind for kind, why in zip(needs.kinds, needs.reasons, strict=True)],
        profile,
        circumstances,
    )
    return Judged(profile, circumstances, offers, needs, found)


def _offers(supply: SupplyColumns, profile: Profile, circumstances: Circumstances) -> Offers:
    kind, kinds = certificates(supply, circumstances)
    made = Made.of(supply, kind, kinds)
    reasons = tuple(against_certificate(each, profile) for each in kinds)
    fate = _by_kind(kind, reasons)
    tests: list[tuple[str, AttributeExclusion | None]] = []
    for test, failed in refused_by_time(made, profile, circumstances):
        fate[failed & (fate == FREE)] = BY_TIME + len(tests)
        tests.append((test, None))
    left = None
    known = _counted(profile, circumstances)
    if known:
        left = supply.energy
        for each, rows in excluded_rows(supply, known, circumstances.productions, left):
            fate[rows[fate[rows] == FREE]] = BY_TIME + len(tests)
            tests.append(("exclusion", each))
    left, lost = lessened_by_lines(supply, kind, kinds, left)
    *_, (_, first, last) = windows(made, profile)
    return Offers(supply, made, reasons, fate, tuple(tests), first, last, left, lost)


def _counted(profile: Profile, circumstances: Circumstances) -> list[AttributeExclusion]:
    """Return the exclusions that a profile counts."""
    rule = profile.rules.get("exclusion")
    if rule is None:
        return []
    return [each for each in circumstances.exclusions if each.kind in rule.words("kinds")]


def _needs(demand: DemandColumns, profile: Profile) -> Needs:
    kind, kinds = uses(demand)
    reasons = tuple(against_use(each, profile) for each in kinds)
    fate = _by_kind(kind, reasons)
    period, inside = within_one(demand.start, demand.end, profile.unit)
    fate[~inside & (fate == FREE)] = BY_TIME
    measured = open_energy(demand) if any(demand.within.names) else None
    return Needs(demand, kind, kinds, reasons, fate, period, measured)


def _by_kind(kind: Whole, reasons: tuple[Reason | None, ...]) -> Fates:
    refused = np.array([why is not None for why in reasons], dtype=np.bool_)
    if not refused.any():
        return np.zeros(len(kind), dtype=np.int16)
    return np.where(refused[kind], BY_KIND, FREE).astype(np.int16)
