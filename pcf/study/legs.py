"""How does a leg of transport become an exchange? Load x distance, in tonne-kilometres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import problem
from pcf.model.amounts import Amount
from pcf.study.cells import attempt
from pcf.study.months import at

if TYPE_CHECKING:
    from pcf.errors import Problem
    from pcf.study.values import Leg, Study


def work_of(leg: Leg) -> Amount:
    """Return load x distance of a leg in tkm; None where one of them is unknown.

    Raises UnitError for a load that is no mass or a distance that is no length.

    >>> from pcf.study.values import Leg
    >>> work_of(Leg("1", "cell", "alumina", Amount(1930.0, "kg"), "rail", Amount(850.0, "km")))
    Amount(value=1640.5, unit='tkm', spread=None, source='')
    """
    load, distance = leg.load.to("t").value, leg.distance.to("km").value
    return Amount(None if load is None or distance is None else load * distance, "tkm")


def leg_problems(study: Study) -> list[Problem]:
    """Return what is wrong with the legs: units, amounts, sources.

    No example: `pcf.study.checks` shows it.
    """
    found: list[Problem] = []
    for leg in study.legs:
        for column, amount, unit in (
            ("load_unit", leg.load, "t"),
            ("distance_unit", leg.distance, "km"),
        ):
            if column not in leg.unread and amount.unit:
                attempt(lambda: amount.to(unit), at(leg, column), found)  # noqa: B023 - called at once
        for column, amount in (("load", leg.load), ("distance", leg.distance)):
            if amount.value is None and column not in leg.unread:
                found.append(problem("amount-unknown", at(leg, column), flow=leg.mode))
            elif amount.value is not None and amount.value < 0:
                found.append(problem("amount-negative", at(leg, column), amount=amount))
        if not leg.source and "source" not in leg.unread:
            found.append(problem("row-no-source", at(leg, "source")))
        found += _unverified(leg, study)
    return found


def _unverified(leg: Leg, study: Study) -> list[Problem]:
    confidences = {source.id: source.confidence for source in study.sources}
    if (leg.confidence or confidences.get(leg.source)) != "unverified":
        return []
    if leg.id in study.unverified or study.is_unread("unverified"):
        return []
    return [problem("row-unverified", at(leg, "confidence"))]
