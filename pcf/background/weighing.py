"""What must be weighed about a row, however a study came to stand on it? Its own findings.

The findings of linking are about a row and the input it serves. These are about the row itself:
what a supplier declared, what a measurement left open, and that no better number was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.background.behind import Declared
    from pcf.background.values import BackgroundProcess
    from pcf.findings import Finding
    from pcf.model.coverage import Period


def weighed(
    row: BackgroundProcess, *, period: Period, characterisation: str = ""
) -> tuple[Finding, ...]:
    """Return what a study of `period` under `characterisation`, 'AR6 (0/0)', must weigh.

    Of a received footprint: expired before the period's end, nobody's verification, computed under
    another gas table or convention, a share of primary data or a validity that is not stated, a
    boundary other than cradle to gate. Of a measured one: gaps, outliers, calibrations. Of any:
    that it rests on an assumption or a proxy.

    >>> from pcf.background.editions import open_background
    >>> from pcf.model.coverage import Period
    >>> xanthate = open_background(edition="2026.1").row("xanthate")
    >>> [each.code for each in weighed(xanthate, period=Period.read("2025"))]
    ['data-weak']
    """
    found = [*row.told]
    if row.declared is not None:
        found += _of_declared(row, row.declared, period, characterisation)
    if any(each.confidence == "assumption" for each in row.process.exchanges):
        found.append(finding("data-weak", row.id))
    return tuple(found)


def _of_declared(
    row: BackgroundProcess, declared: Declared, period: Period, characterisation: str
) -> Iterator[Finding]:
    if declared.valid_until is None:
        yield finding("received-no-validity", row.id)
    elif period.end.toordinal() - 1 > declared.valid_until.toordinal():
        yield finding("received-expired", row.id, until=declared.valid_until, period=period)
    if declared.verification == "none":
        yield finding("received-unverified", row.id, supplier=declared.supplier)
    elif declared.verification == "second party":
        yield finding("received-second-party", row.id, supplier=declared.supplier)
    if characterisation not in ("", declared.gas_table):
        facts = {"declared": declared.gas_table, "wanted": characterisation}
        yield finding("received-characterisation", row.id, **facts)
    if declared.primary_share is None:
        yield finding("received-primary-unknown", row.id)
    if row.boundary != "cradle to gate":
        yield finding("received-boundary", row.id, boundary=row.boundary)
