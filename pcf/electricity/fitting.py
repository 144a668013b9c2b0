"""Does evidence fit the study that rests on it? Its meter, its period, its rules.

What contradicts is refused; what only the reader can weigh is a finding: evidence of a site or of a
line that is called otherwise, one evidence for several meters, a part of the year.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pcf import text
from pcf.electricity.intervals import Interval, day_start
from pcf.electricity.matching.refusals import kwh
from pcf.electricity.supply import AVERAGE, TOLERANCE, technology_called
from pcf.errors import LinkError, Where, problem
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.electricity.evidence import SupplyEvidence
    from pcf.electricity.supply import Supply
    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.model.coverage import Period


def evidence_findings(
    supplies: Mapping[str, Supply],
    meter: str,
    *,
    meters: Sequence[str],
    period: Period,
    profile: str | None,
) -> list[Finding]:
    """Return what must be weighed about the evidence of the supply of `meter`.

    `meters` are those of the study; `profile` None takes supplies of any rules.

    Raises LinkError with every problem: evidence of another of `meters`, another period or profile,
    a ledger whose audit found something wrong, serials that stand behind another meter too.

    >>> from pcf.electricity.supply import Share, Supply
    >>> from pcf.model.coverage import Period
    >>> said = {"potline": Supply((Share("wind"),), evidence="HX-1")}
    >>> told = evidence_findings(said, "potline", meters=["potline"],
    ...                          period=Period.read("2024"), profile=None)
    >>> [each.code for each in told]
    ['evidence-named']
    """
    supply = supplies.get(meter)
    if supply is None:
        return []
    where = Where(item=meter)
    behind = supply.behind
    if behind is None:
        named = supply.evidence
        return [] if named is None else [finding("evidence-named", where, record=named)]
    problems, told = _of_study(behind, where, period, profile)
    for part in (_of_meter(behind, where, meter, meters), _of_others(supplies, meter, where)):
        problems += part[0]
        told += part[1]
    if problems:
        raise LinkError(*problems)
    code, said = behind.told()
    told.append(finding(code, where, **said))
    if behind.null:
        told.append(finding("evidence-null", where, energy=kwh(behind.null)))
    return told


def _of_study(
    behind: SupplyEvidence, where: Where, period: Period, profile: str | None
) -> tuple[list[Problem], list[Finding]]:
    """Compare evidence with the period and the rules that a study names."""
    study = Interval(day_start(period.start), day_start(period.end))
    facts = {"found": behind.period, "wanted": period}
    problems, told = [], []
    if not study.holds(behind.period):
        problems.append(problem("supply-period", where, (), **facts))
    elif behind.period != study:
        told.append(finding("supply-part", where, **facts))
    if profile not in (None, behind.profile):
        names = {"found": behind.profile, "wanted": profile}
        problems.append(problem("supply-profile", where, (), **names))
    if behind.audited is False:
        problems.append(problem("evidence-audit", where))
    return problems, told


def _of_meter(
    behind: SupplyEvidence, where: Where, meter: str, meters: Sequence[str]
) -> tuple[list[Problem], list[Finding]]:
    """Compare the line of evidence with the meter, and its shares with what its serials cover."""
    told = []
    line = text.fold(behind.line)
    names = {"line": behind.line or "-", "meter": meter}
    if line != text.fold(meter):
        if line in map(text.fold, meters):
            return [problem("evidence-elsewhere", where, (), **names)], []
        told.append(finding("evidence-line", where, **names))
    shares = behind.shares
    claimed = sum(e.share for e in shares if technology_called(e.technology) != AVERAGE)
    covered = behind.share
    if covered is not None and abs(claimed - covered) > TOLERANCE:
        told.append(
            finding("evidence-pooled", where, claimed=f"{claimed:.2%}", covered=f"{covered:.2%}")
        )
    return [], told


def _of_others(
    supplies: Mapping[str, Supply], meter: str, where: Where
) -> tuple[list[Problem], list[Finding]]:
    """Tell of other meters with the same evidence, and refuse those that share some serials."""
    mine = supplies[meter].behind
    problems, told = [], []
    for name, supply in supplies.items():
        other = supply.behind
        if name == meter or mine is None or other is None:
            continue
        if other == mine:
            told.append(finding("evidence-shared", where, other=name, consumed=kwh(mine.consumed)))
        elif _share_serials(mine, other):
            problems.append(problem("evidence-twice", where, (), other=name))
    return problems, told


def _share_serials(one: SupplyEvidence, other: SupplyEvidence) -> bool:
    """Return whether a watt-hour of a certificate stands in both; series are compared folded."""
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for each in (*one.ranges, *other.ranges):
        key = (each.scheme, text.fold(each.series))
        spans.setdefault(key, []).append((each.low, each.high))
    return any(
        later[0] < earlier[1]
        for found in map(sorted, spans.values())
        for earlier, later in pairwise(found)
    )
