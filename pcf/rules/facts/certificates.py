"""Were the certificates cancelled, for this use, once? What a ledger says of a study's claims.

Everything here needs `LedgerEvidence`: the statements of claims and the audit of their ledgers.
Nothing of it is taken from the study's own word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcf.electricity.intervals import chinese_day
from pcf.electricity.serials import read_serial, serial_text
from pcf.errors import PcfError
from pcf.rules.facts.case import Case, Found, told, unknown
from pcf.rules.facts.power import claimed_parts
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

ISSUED_FOR = 1_000_000
"""The watt-hours of one GEC, by which positions become serials."""


def statements(case: Case) -> Found:
    """Return how many claims a ledger states for the study."""
    if case.evidence is None:
        return unknown("how-needs-evidence")
    names = [str(each["claim"]["id"]) for each in _statements(case)]
    return Found(
        float(len(names)), told("how-count", count=len(names), all=len(names), names=names)
    )


def audit_ok(case: Case) -> Found:
    """Return whether the audit of the ledgers holds: no watt-hour is claimed twice among them."""
    if case.evidence is None or case.evidence.audit is None:
        return unknown("how-needs-evidence")
    audit = case.evidence.audit
    broken = [check.id for check in audit.checks if not check.ok]
    how = told("how-count", count=len(broken), all=len(audit.checks), names=broken)
    return Found(audit.ok, how)


def records_audited(case: Case) -> Found:
    """Return whether every cancellation record behind the claims is one that the audit met."""
    if case.evidence is None or case.evidence.audit is None:
        return unknown("how-needs-evidence")
    numbers = {str(each["number"]) for each in _cancellations(case)}
    strange = sorted(numbers - set(case.evidence.audit.records))
    how = told("how-count", count=len(strange), all=len(numbers), names=strange)
    return Found(bool(numbers) and not strange, how)


def cancelled_share(case: Case) -> Found:
    """Return the watt-hours that the claims cover over those that the study claims by instruments.

    Of the study's meters, in its period; a meter of the study is one of the ledger's meters, or, by
    its name, one of its production lines. What is claimed is the kWh of the rows times the share of
    the supply that is of the grid. Above one is more than was claimed.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    if case.evidence is None:
        return unknown("how-needs-evidence")
    claimed = claimed_parts(case)
    whole = sum(claimed.values())
    if not whole:
        return unknown("how-nothing-claimed")
    covered = {fold(meter): 0.0 for meter in claimed}
    for names, start, end, energy in _consumption(case):
        inside = case.study.period is not None and (
            case.study.period.start <= start and end <= case.study.period.end
        )
        meter = next((fold(name) for name in names if fold(name) in covered), None)
        if inside and meter is not None:
            covered[meter] += energy / 1000
    least = sum(min(covered[fold(meter)], energy) for meter, energy in claimed.items())
    return Found(least / whole, told("how-part", part=least, whole=whole, what="kWh"))


def one_beneficiary(case: Case) -> Found:
    """Return whether every cancellation was made for the entity that claims.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    if case.evidence is None:
        return unknown("how-needs-evidence")
    pairs = [
        (fold(str(row["beneficiary"])), fold(str(each["claim"]["beneficiary"])))
        for each in _statements(case)
        for row in each["cancellations"]
    ]
    strange = sorted({one for one, other in pairs if one != other})
    how = told("how-count", count=len(strange), all=len(pairs), names=strange)
    return Found(bool(pairs) and not strange, how)


def same_year(case: Case) -> Found:
    """Return whether all certificates are of the calendar year in which the power was used.

    The month of production is read from the serials of GEC; unknown for another scheme.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    if case.evidence is None:
        return unknown("how-needs-evidence")
    used = {start.year for _, start, _, _ in _consumption(case)}
    made: set[int] = set()
    for each in _statements(case):
        for scheme, series, low, _ in each["ranges"]:
            if scheme != "GEC":
                return unknown("how-scheme", scheme=scheme)
            try:
                serial = read_serial(serial_text(series, int(low) // ISSUED_FOR))
            except (PcfError, ValueError):
                return unknown("how-scheme", scheme=series)
            made.add(int(serial.month[:4]))
    how = told("how-list", names=[*sorted(made), "/", *sorted(used)])
    return Found(bool(made) and len(made | used) == 1, how)


def _statements(case: Case) -> Iterator[Mapping[str, Any]]:
    yield from () if case.evidence is None else case.evidence.statements


def _cancellations(case: Case) -> Iterator[Mapping[str, Any]]:
    for each in _statements(case):
        yield from each["cancellations"]


def _consumption(case: Case) -> Iterator[tuple[tuple[str, str], date, date, float]]:
    """Yield meter and line, first day, the day after the last, and the Wh claimed of each use."""
    for each in _statements(case):
        for row in each["consumption"]:
            start, end = chinese_day(int(row[5])), chinese_day(int(row[6]))
            yield (str(row[0]), str(row[1])), start, end, float(row[8])


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "certificates.claims": statements,
    "certificates.audit_ok": audit_ok,
    "certificates.records_audited": records_audited,
    "certificates.cancelled_share": cancelled_share,
    "certificates.own_beneficiary": one_beneficiary,
    "certificates.same_year": same_year,
}
