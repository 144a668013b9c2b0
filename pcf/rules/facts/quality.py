"""How well do the data speak for what they stand for? Scores and places, weighted by size.

Scores are those of background data: technology, geography, time, completeness, reliability, from 1
(best) to 5. What has no score is unknown and in no mean; the share that has is a fact of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.background.behind import INDICATORS
from pcf.model.coverage import widening
from pcf.rules.facts.case import Case, Found, part, told, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def mean_score(case: Case) -> Found:
    """Return the mean of all scores, weighted by contribution: each data set by its own mean."""
    if case.background is None:
        return unknown("how-needs-background")
    values = [_mean(each) for each in _scores(case)]
    value = case.mean(values)
    share = part(case, case.flags(lambda i: values[i] is not None), "scores").value
    return Found(value, told("how-mean", value=value, share=share))


def worst_indicator(case: Case) -> Found:
    """Return the greatest of the five weighted means, one an indicator.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    if case.background is None:
        return unknown("how-needs-background")
    means = indicator_means(case)
    known = {name: value for name, value in means.items() if value is not None}
    if not known:
        return unknown("how-no-score")
    name = max(known, key=lambda each: known[each])
    return Found(known[name], told("how-largest", name=name, value=known[name]))


def indicator_means(case: Case) -> dict[str, float | None]:
    """Return the mean score of each indicator, weighted by contribution; None: nothing is scored.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    scores = _scores(case)
    return {name: case.mean([each.get(name) for each in scores]) for name in INDICATORS}


def scored_share(case: Case) -> Found:
    """Return the share whose factors all have scores, of what has a factor at all."""
    if case.background is None:
        return unknown("how-needs-background")
    scores = _scores(case)
    return _of_bought(case, lambda i: bool(scores[i]), "scores")


def _scores(case: Case) -> list[dict[str, float]]:
    """Return the worst score behind each contribution by indicator; empty where one has none."""
    found = []
    for position in range(len(case.weights)):
        rows = [case.provider(each) for each in case.behind[position]]
        tables = [
            {name: score for name in INDICATORS if (score := getattr(row.scores, name)) is not None}
            for row in rows
            if row is not None
        ]
        whole = len(tables) == len(case.behind[position]) and all(tables)
        names = {name for table in tables for name in table} if whole else set()
        found.append({n: float(max(t[n] for t in tables if n in t)) for n in names})
    return found


def _mean(scores: Mapping[str, float]) -> float | None:
    return sum(scores.values()) / len(scores) if scores else None


def domestic_share(case: Case) -> Found:
    """Return the share of what is bought whose data are of the country of the study.

    By contributions that have a factor of background data; its place lies in the country.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    if not case.study.place:
        return unknown("how-not-stated", what="place")
    country = _country(case.study.place)
    places = case.footprint.system.processes.places
    return _of_bought(
        case,
        lambda i: all(
            str(places[p]) and country in widening(str(places[p])) for p in case.behind[i]
        ),
        country,
    )


def _of_bought(case: Case, test: Callable[[int], bool], what: str) -> Found:
    """Return, of the contributions that have a factor, the share by size for which a test holds."""
    bought = case.flags(lambda i: bool(case.behind[i]))
    if not case.weights[bought].any():
        return unknown("how-nothing-bought")
    return part(case, case.flags(test), what, inside=bought)


def _country(place: str) -> str:
    return next((code for code in widening(place) if len(code) == 2), place)


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "quality.mean": mean_score,
    "quality.worst_indicator": worst_indicator,
    "quality.scored_share": scored_share,
    "data.domestic_share": domestic_share,
}
