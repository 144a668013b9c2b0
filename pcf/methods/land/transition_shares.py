"""From which land did a crop grow? Default transitions from statistics, where history is unknown.

Where the history of a field is not known, the crop's area of 20 years ago and the land that shrank
since say how much of today's area came from which land.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

METHOD = Method(
    "transition shares",
    Name("default transitions from land statistics", "按统计的默认土地转化"),
    (
        Need("now", Name("area of the crop now", "作物现面积"), "ha", low=1e-9),
        Need("before", Name("area of the crop 20 years ago", "20 年前作物面积"), "ha"),
    ),
    Name("share of today's area by former land", "现面积按原地类的份额"),
    "expanded = max(0, now - before) / now; share of land k = expanded x shrunk_k / sum (shrunk)",
    "PAS 2050-1:2012, Annex B (unknown previous land use), with national land statistics",
    ("2012",),
)


@dataclass(frozen=True, slots=True)
class Transition:
    """A former land and the share of the crop's area that came from it in 20 years."""

    land: str
    share: float


def transition_shares(
    *, now: Amount, before: Amount, shrunk: Mapping[str, Amount]
) -> tuple[Estimate, tuple[Transition, ...]]:
    """Return the share of a crop's area that came from each land that shrank in the 20 years.

    `shrunk` gives the area each other land lost; multiply the CO2 of each transition with its
    share. A crop that did not grow has none. Value: 'expanded'.

    Raises ModelError with all problems: a crop that grew while no land shrank.

    >>> estimate, found = transition_shares(
    ...     now=Amount(120.0, "ha"), before=Amount(90.0, "ha"),
    ...     shrunk={"grassland": Amount(300.0, "ha"), "forest": Amount(100.0, "ha")})
    >>> [(each.land, each.share) for each in found], estimate["expanded"]
    ([('grassland', 0.1875), ('forest', 0.0625)], 0.25)
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"now": now, "before": before})
    lost = {
        land: check(METHOD, problems, {"now": now, "before": area}, where=land).get("before")
        for land, area in shrunk.items()
    }
    if problems:
        raise ModelError(*problems)
    known = {land: area for land, area in lost.items() if area is not None}
    total = math.fsum(known.values())
    expanded = max(0.0, given["now"] - given["before"]) / given["now"]
    if expanded > 0 and total <= 0:
        raise ModelError(problem("transition-from-nothing", METHOD.id))
    shares = tuple(
        Transition(land, expanded * area / total) for land, area in known.items() if expanded
    )
    return Estimate(METHOD, "2012", values={"expanded": Amount(expanded, "1")}), shares
