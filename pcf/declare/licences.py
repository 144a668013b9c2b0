"""May this row be passed on? What the licence of its source says of redistribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.background import Background, BackgroundProcess

# Words of a licence that forbid passing a number on, and databases whose terms do.
_FORBIDDING = re.compile(
    r"no (?:re)?distribution|not (?:for |be |to be )?(?:re)?distribut|not be passed on"
    r"|(?:re)?distribution (?:is )?(?:forbidden|prohibited|not)|confidential|proprietary"
    r"|internal use only|licen[cs]ed users only|all rights reserved|ecoinvent|gabi|sphera"
    r"|(?:不得|禁止|不可|严禁|不允许)(?:再|转|向第三方|对外)?(?:分发|发布|转载|转让|传播|提供|披露)"
    r"|再分发.{0,4}(?:禁止|不允许)|保密|仅限(?:内部|授权)|专有数据"
)


def forbids(licence: str) -> bool:
    """Return whether a licence forbids passing the data on; an empty one says nothing.

    >>> forbids("ecoinvent EULA"), forbids("不得转载"), forbids("CC BY 4.0")
    (True, True, False)
    """
    return bool(_FORBIDDING.search(fold(licence)))


def restricted_rows(background: Background, among: Iterable[str]) -> dict[str, str]:
    """Return the rows that may not be passed on, each with the licence that forbids it.

    A row is restricted by its own source, by one of its amounts, or by its whole set.

    >>> from pcf.background import factor_set
    >>> from pcf.model.amounts import Source
    >>> bought = Source("db", "a database", licence="no redistribution")
    >>> own = factor_set("own", {"cement": "0.15 kg CO2e/kg"}, source=bought)
    >>> restricted_rows(own, ["own: cement"])
    {'own: cement': 'no redistribution'}
    """
    licences = {source.id: source.licence for source in background.sources}
    found = {}
    for row in map(background.row, sorted(set(among))):
        said = next(filter(forbids, _licences(row, background, licences)), "") if row else ""
        if row is not None and said:
            found[row.id] = said
    return found


def _licences(
    row: BackgroundProcess, background: Background, licences: dict[str, str]
) -> list[str]:
    ids = [row.process.source, *(each.amount.source for each in row.process.exchanges)]
    home = background.editions[background.homes.get(row.id, 0)]
    return [*(licences.get(id_, "") for id_ in ids), home.licence]
