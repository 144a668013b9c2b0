"""How old are the data? The years behind each contribution, against the end of the period.

The age of a contribution is that of the oldest number behind it: the data year of its factor, and
of the source of its amount where one is named. Data of the period's own year has the age 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.model.systems import NONE
from pcf.rules.facts.case import Case, Found, part, told, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MATERIAL = 0.01
"""A contribution of at least this share of the footprint is material."""


def years(case: Case) -> list[int | None]:
    """Return the oldest data year behind each contribution, None where one is unknown.

    The period of a background process is that of its data; an amount is of its source's data year,
    and where the row names evidence instead, of the period itself. No example: `mean_age` uses it.
    """
    last = None if case.study.period is None else case.study.period.last_year
    system = case.footprint.system
    columns, found = system.exchanges, []
    for position, e in enumerate(case.footprint.contributions.exchange):
        behind: list[int | None] = [_year_of(case, each) for each in case.behind[position]]
        source = NONE if e < 0 else int(columns.source[e])
        if source != NONE:
            behind.append(system.sources[source].data_year)
        elif e >= 0:
            behind.append(last)
        known = [year for year in behind if year is not None]
        found.append(min(known) if known and len(known) == len(behind) else None)
    return found


def _year_of(case: Case, position: int) -> int | None:
    end = case.footprint.system.processes.ends[position]
    return None if np.isnat(end) else int((end - np.timedelta64(1, "D")).astype(object).year)


def _ages(case: Case) -> list[float | None]:
    if case.study.period is None:
        return [None] * len(case.weights)
    last = case.study.period.last_year
    return [None if year is None else float(last - year) for year in years(case)]


def _counted(case: Case, least: float = 0.0) -> list[tuple[float, int]]:
    """Return the ages that are known of contributions of at least some share, with positions."""
    bound = least * case.whole
    weights = case.weights
    return [
        (age, i)
        for i, age in enumerate(_ages(case))
        if age is not None and weights[i] > 0 and weights[i] >= bound
    ]


def mean_age(case: Case) -> Found:
    """Return the mean age of the data in years, weighted by the size of contributions."""
    value = case.mean(_ages(case))
    return Found(value, told("how-mean", value=value, share=known_share(case).value))


def oldest(case: Case) -> Found:
    """Return the greatest age of data behind a contribution that is not nothing."""
    return _greatest(case, 0.0)


def material(case: Case) -> Found:
    """Return the greatest age of data behind a contribution of 1 % of the footprint or more."""
    return _greatest(case, MATERIAL)


def _greatest(case: Case, least: float) -> Found:
    ages = _counted(case, least)
    if not ages:
        return unknown("how-no-year")
    age, position = max(ages, key=lambda pair: pair[0])
    which = case.flags(lambda i: i == position)
    return Found(age, told("how-largest", name=case.exchanges[position] or "-", value=age),
                 case.places(which))  # fmt: skip


def newest(case: Case) -> Found:
    """Return the least age of data behind a contribution; below zero is later than the period."""
    ages = _counted(case)
    if not ages:
        return unknown("how-no-year")
    age, position = min(ages, key=lambda pair: pair[0])
    which = case.flags(lambda i: i == position)
    return Found(age, told("how-largest", name=case.exchanges[position] or "-", value=age),
                 case.places(which))  # fmt: skip


def known_share(case: Case) -> Found:
    """Return the share of the footprint whose data years are all known."""
    ages = _ages(case)
    return part(case, case.flags(lambda i: ages[i] is not None), "data year known")


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "data.age_mean": mean_age,
    "data.age_oldest": oldest,
    "data.age_material": material,
    "data.age_newest": newest,
    "data.year_known_share": known_share,
}
