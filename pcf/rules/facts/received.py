"""Which numbers came from suppliers as finished footprints, and how much rests on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.rules.facts.case import Case, Found, part, told, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.background.values import BackgroundProcess


def count(case: Case) -> Found:
    """Return how many received footprints the study stands on; needs the background data."""
    return _counted(case, lambda _: True)


def expired(case: Case) -> Found:
    """Return how many received footprints expired before the end of the period.

    One whose validity is not stated is counted too: it cannot be told that it holds.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    period = case.study.period
    if period is None:
        return unknown("how-not-stated", what="period")

    def is_expired(row: BackgroundProcess) -> bool:
        until = None if row.declared is None else row.declared.valid_until
        return until is None or period.end.toordinal() - 1 > until.toordinal()

    return _counted(case, is_expired)


def unverified(case: Case) -> Found:
    """Return how many received footprints nobody has verified."""
    return _counted(
        case, lambda row: row.declared is not None and row.declared.verification == "none"
    )


def share(case: Case) -> Found:
    """Return the share of the footprint that rests on received footprints."""
    if case.background is None:
        return unknown("how-needs-background")

    def is_received(position: int) -> bool:
        rows = [case.provider(each) for each in case.behind[position]]
        return any(row is not None and row.declared is not None for row in rows)

    return part(case, case.flags(is_received), "received")


def _counted(case: Case, test: Callable[[BackgroundProcess], bool]) -> Found:
    if case.background is None:
        return unknown("how-needs-background")
    found = [
        case.provider(int(i)) for i in np.flatnonzero(~case.footprint.system.processes.foreground)
    ]
    rows = [row for row in found if row is not None and row.declared is not None]
    names = [row.id for row in rows if test(row)]
    return Found(float(len(names)), told("how-count", count=len(names), all=len(rows), names=names))


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "received.count": count,
    "received.expired": expired,
    "received.unverified": unverified,
    "received.share": share,
}
