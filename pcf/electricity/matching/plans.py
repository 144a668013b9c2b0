"""What is a plan? Legs and what stands beside them: refusals, what is left, tiers, gap."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from pcf import text
from pcf.electricity.columns import Claim, Legs
from pcf.electricity.facts import SCHEMES, WhRange
from pcf.electricity.intervals import Interval
from pcf.electricity.matching.periods import periods_of
from pcf.electricity.matching.refusals import kwh
from pcf.electricity.matching.sorting import ranked
from pcf.electricity.ranges import merged
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.electricity.columns import DemandColumns, SupplyColumns, Texts
    from pcf.electricity.coverage import Coverage
    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.circumstances import Circumstances
    from pcf.electricity.matching.own import OwnPower
    from pcf.electricity.matching.policies import Policy
    from pcf.electricity.matching.refusals import Refusal
    from pcf.electricity.profiles import Profile, Unit
    from pcf.electricity.supply import Losses, Supply
    from pcf.findings import Finding


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """Parts of certificates that no leg uses: row of supply, first position, watt-hours."""

    columns: SupplyColumns
    row: Whole
    low: Whole
    lengths: Whole

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.row)

    @property
    def energy(self) -> int:
        """Watt-hours in all."""
        return int(self.lengths.sum())

    @property
    def ranges(self) -> tuple[WhRange, ...]:
        """The parts as ranges."""
        columns = self.columns
        return tuple(
            WhRange(columns.series[row], low, low + length, columns.scheme[row])
            for row, low, length in zip(
                self.row.tolist(), self.low.tolist(), self.lengths.tolist(), strict=True
            )
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plan:
    """Which certificates serve which readings under a profile, and what was not matched.

    `legs` are certificates to readings; the first `of_own` of them prove own power, which `own`
    holds. `refused` are certificates that the rules do not let serve, `unmet` consumption that
    nothing covers; `tiers` are the watt-hours that each tier matched, `gap` how many fewer they are
    than the rules would let be matched, `gap_of_trades` of these because green-power trades serve
    the meters that they name first. `refused_rows` says of each row of certificates whether it
    is refused, `lessened` what exclusions leave of each, None where that is all. `evidence` are the
    cancellation records that `with_records` found to be right.

    A plan gives no claim: the registry's cancellation record does (see `pcf.electricity.ledger`).
    """

    profile: Profile
    policy: Policy
    circumstances: Circumstances
    legs: Legs
    refused: tuple[Refusal, ...]
    unmet: tuple[Refusal, ...]
    tiers: Mapping[str, int]
    gap: int
    refused_rows: Flags
    lessened: Whole | None = None
    own: OwnPower | None = None
    of_own: int = 0
    notes: tuple[Finding, ...] = ()
    gap_of_trades: int = 0
    evidence: tuple[str, ...] = ()

    @property
    def covered(self) -> int:
        """Watt-hours of consumption that certificates or own power cover."""
        own = 0 if self.own is None else int(self.own.claimable.sum())
        return int(self.legs.energy[self.of_own :].sum()) + own

    @property
    def consumed(self) -> int:
        """Watt-hours of all readings, parts of others counted once."""
        from pcf.electricity.coverage import consumption  # noqa: PLC0415 - it reads plans

        return int(consumption(self.legs.demand_columns).sum())

    @property
    def certifiable(self) -> bool:
        """Whether the registry has cancelled every certificate of the plan."""
        if self.evidence or not len(self.legs):
            return bool(self.evidence)
        column = self.legs.supply_columns.cancellation
        return all(column.names[code] for code in np.unique(column.codes[self.legs.supply]))

    @property
    def left_over(self) -> Rest:
        """Whole certificates, or parts that can be used alone, that no leg uses."""
        return self._rest()[0]

    @property
    def stranded(self) -> Rest:
        """Watt-hours of certificates of which another part is used: they are cancelled with it."""
        return self._rest()[1]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What must be weighed about the plan and its profile."""
        found = [*self.profile.findings, *self.notes]
        left, stranded = self._rest()
        if left.energy:
            found.append(finding("match-left-over", "", energy=kwh(left.energy)))
        if stranded.energy:
            found.append(finding("match-stranded", "", energy=kwh(stranded.energy)))
        if self.gap_of_trades:
            found.append(finding("match-trades-first", "", energy=kwh(self.gap_of_trades)))
        if self.gap > self.gap_of_trades:
            facts = {"policy": self.policy.name, "energy": kwh(self.gap - self.gap_of_trades)}
            found.append(finding("match-gap", "", **facts))
        if len(self.legs) and not self.certifiable:
            found.append(finding("match-planned"))
        return tuple(found)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The plan as claims: one for each consumer and calendar year of consumption."""
        demand, legs = self.legs.demand_columns, self.legs
        if not len(legs):
            return ()
        years = periods_of(demand.start, "year")[legs.demand]
        consumers = demand.consumer.codes[legs.demand].astype(np.int64)
        low = int(years.min())
        width = int(years.max()) - low + 1
        code = consumers * width + (years - low)
        found = [self._claim(np.flatnonzero(code == each)) for each in np.unique(code).tolist()]
        return tuple(sorted(found, key=lambda claim: (claim.beneficiary, claim.period)))

    def says(self, language: text.Language = "en") -> str:
        """Return the plan as text: what it covers, what is refused and why, what must be weighed.

        No example: it is a page of text; the tests of profiles show it.
        """
        facts = {
            "profile": f"{self.profile.name}: {self.profile.title.says(language)}",
            "covered": kwh(self.covered),
            "consumed": kwh(self.consumed),
        }
        rows = [each.says(language) for each in (*self.refused, *self.unmet)]
        rows += [each.says(language) for each in self.findings]
        return "\n  - ".join([text.says("plan-covers", facts, language), *rows])

    def __repr__(self) -> str:
        """Return what it covers in a line."""
        tiers = ", ".join(self.tiers)
        covered, consumed = kwh(self.covered), kwh(self.consumed)
        return f"Plan({self.profile.name}: {covered} of {consumed} kWh, {tiers or 'nothing'})"

    def supply(self, line: str, *, losses: Losses = "published") -> Supply:
        """Return where the electricity of a line, meter, product or site came from.

        See `pcf.electricity.behind.line_supply`.
        """
        from pcf.electricity.behind import line_supply  # noqa: PLC0415 - it reads plans

        return line_supply(self, line, losses=losses)

    def coverage(self, unit: Unit = "month", *, of: str = "") -> Coverage:
        """Return consumption and what covers it by hour, month or year, of all or of one line.

        See `pcf.electricity.coverage.coverage`.
        """
        from pcf.electricity.coverage import coverage  # noqa: PLC0415 - it reads plans

        return coverage(self, unit, of=of)

    def ranges(self, line: str = "") -> tuple[WhRange, ...]:
        """Return the serials behind a line, meter, product or site, neighbours merged."""
        from pcf.electricity.behind import serials  # noqa: PLC0415 - it reads plans

        return serials(self, line)

    def to_cancel(self) -> tuple[WhRange, ...]:
        """Return the whole certificates that the registry must cancel for the plan.

        A certificate of which a part is used is cancelled whole; what is cancelled is left out.
        """
        legs, columns = self.legs, self.legs.supply_columns
        state = np.array([name != "cancelled" for name in columns.state.names], dtype=np.bool_)
        rows = np.flatnonzero(state[columns.state.codes[legs.supply]])
        supply = legs.supply[rows]
        faces = np.array([SCHEMES[name].face for name in columns.scheme.names], dtype=np.int64)
        face = faces[columns.scheme.codes[supply]]
        low, high = legs.low[rows] // face, -(-(legs.low + legs.energy)[rows] // face)
        return merged(columns, supply, low * face, high * face)

    def _claim(self, rows: Whole) -> Claim:
        legs = self.legs
        demand = legs.demand_columns
        part = Legs(
            legs.supply_columns,
            demand,
            *(getattr(legs, each)[rows] for each in ("supply", "demand", "low", "energy")),
        )
        period = Interval(int(demand.start[part.demand].min()), int(demand.end[part.demand].max()))
        beneficiary = demand.consumer[int(part.demand[0])]
        name = f"{self.profile.id} {period} {_digest(part)}"
        return Claim(name, beneficiary, period, part, profile=self.profile.name)

    def _usable(self) -> Whole:
        """Return what of each row of certificates the rules let be used."""
        columns = self.legs.supply_columns
        energy = columns.energy if self.lessened is None else self.lessened
        return np.where(self.refused_rows, 0, energy)

    def _rest(self) -> tuple[Rest, Rest]:
        columns = self.legs.supply_columns
        row, low, high = _gaps(columns, self.legs, self._usable())
        faces = np.array([SCHEMES[name].face for name in columns.scheme.names], dtype=np.int64)
        face = faces[columns.scheme.codes[row]]
        # The certificates at both ends of a gap are used in part where a leg ends within them.
        first = np.where(low > columns.low[row], -(-low // face) * face, low)
        last = np.where(high < columns.high[row], high // face * face, high)
        first, last = np.minimum(first, high), np.maximum(last, low)
        whole = first < last
        left = Rest(columns, row[whole], first[whole], (last - first)[whole])
        head = np.where(whole, first, high) - low
        tail = np.where(whole, high - last, 0)
        parts = [(row, low, head), (row, high - tail, tail)]
        joined = [np.concatenate(each) for each in zip(*parts, strict=True)]
        keep = joined[2] > 0
        return left, Rest(columns, *(each[keep] for each in joined))


def _gaps(columns: SupplyColumns, legs: Legs, usable: Whole) -> tuple[Whole, Whole, Whole]:
    """Return the parts of usable rows between and after legs: row, low, high."""
    rows = np.flatnonzero(usable > 0)
    order = np.lexsort((legs.low, legs.supply))
    row = np.concatenate((rows, legs.supply[order]))
    begin = np.concatenate((columns.low[rows], (legs.low + legs.energy)[order]))
    sequence = np.lexsort((begin, row))
    row, begin = row[sequence], begin[sequence]
    # Every usable row has one start more than it has legs: each start ends at the next leg.
    end = np.empty_like(begin)
    starts = np.concatenate(([True], row[1:] != row[:-1])) if len(row) else np.zeros(0, bool)
    last = np.append(starts[1:], True) if len(row) else starts
    end[last] = columns.low[row[last]] + usable[row[last]]
    end[~last] = legs.low[order]
    keep = end > begin
    return row[keep], begin[keep], end[keep]


def _digest(legs: Legs) -> str:
    """Return a short digest of what the legs say, whatever the order of rows."""
    supply, demand = legs.supply_columns, legs.demand_columns
    texts = [(supply.series, legs.supply), *((each, legs.demand) for each in _slices(demand))]
    ranks = [ranked(column)[rows] for column, rows in texts]
    columns = [*ranks, legs.low, legs.energy, demand.start[legs.demand]]
    order = np.lexsort(tuple(reversed(columns)))
    found = sha256()
    for column, _ in texts:
        found.update("\n".join(sorted(column.names)).encode())
    for values in columns:
        found.update(values[order].astype("<i8").tobytes())
    return found.hexdigest()[:12]


def _slices(demand: DemandColumns) -> tuple[Texts, ...]:
    return demand.meter, demand.line, demand.product
