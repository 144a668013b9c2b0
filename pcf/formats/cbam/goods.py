"""Is it a CBAM good, and what counts for it? Annex I and II of Regulation (EU) 2023/956 as data.

The regulation's text could not be read here: `tables/goods.csv` is recalled, and every one of the
569 codes in the Commission's communication template of 2024-12-13 falls on exactly one of its rows.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pcf import resources, text
from pcf.errors import DeclareError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

GOODS_TABLE = "Regulation (EU) 2023/956, Annex I"


@dataclass(frozen=True, slots=True)
class Good:
    """An aggregated good: its codes begin with `code`.

    `direct_only`: it stands in Annex II, so that indirect emissions are information, no more.
    `gases` are those that count; its other gases do not.
    """

    code: str
    name: str
    sector: str
    direct_only: bool
    gases: tuple[str, ...]
    source: str


def find_good(cn_code: str) -> Good:
    """Return the CBAM good of a code of the Combined Nomenclature.

    Raises DeclareError: for a code that no row of Annex I covers, 'not a CBAM good' with code and
    table; for one too short to tell.

    >>> find_good("7601 10 00").name, find_good("7601 10 00").direct_only
    ('Unwrought aluminium', True)
    >>> find_good("7403 11 00")
    Traceback (most recent call last):
    pcf.errors.DeclareError: [cbam-not-a-good] 7403 11 00: ...
    """
    code = re.sub(r"[\s.]", "", cn_code)
    if not re.fullmatch(r"[0-9]{4,10}", code):
        raise DeclareError(problem("cn-code", cn_code, written=cn_code))
    covering = [good for good in goods() if code.startswith(good.code)]
    if covering:
        return covering[0]
    within = sorted({good.code for good in goods() if good.code.startswith(code)})
    if within:
        raise DeclareError(problem("cbam-code-short", cn_code, within, written=cn_code))
    raise DeclareError(problem("cbam-not-a-good", cn_code, good=code, table=GOODS_TABLE))


@cache
def goods() -> tuple[Good, ...]:
    """Return the rows of the table, none of which begins with another.

    >>> len({good.sector for good in goods()})
    6
    """
    return tuple(
        Good(
            row["code"],
            row["good"],
            row["sector"],
            row["direct_only"] == "yes",
            tuple(row["gases"].split("|")),
            row["source"],
        )
        for row in table("goods")
    )


@cache
def potentials() -> Mapping[str, float]:
    """Return CBAM's own global warming potentials, in kg CO2e per kg.

    >>> potentials()["CF4"], potentials()["N2O"]
    (6630.0, 265.0)
    """
    return {row["gas"]: float(row["gwp"]) for row in table("gases")}


@cache
def markups() -> Mapping[tuple[str, int], float]:
    """Return the mark-up on default values by sector and year, as a share; the last one holds on.

    >>> markups()["Iron and steel", 2027]
    0.2
    """
    return {(row["sector"], int(row["year"])): float(row["markup"]) for row in table("markups")}


@cache
def made_by() -> Mapping[str, str]:
    """Return the CBAM good by the folded name of what a process of a study makes.

    >>> made_by()[text.fold("铝锭")]
    'Unwrought aluminium'
    """
    return {
        text.fold(product): row["good"]
        for row in table("boundaries")
        for product in row["products"].split("|")
    }


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table that ships with this format.

    >>> table("gases")[0]["gas"]
    'CO2'
    """
    written = resources.text_of("formats", "cbam", "tables", f"{name}.csv")
    return list(csv.DictReader(written.splitlines()))
