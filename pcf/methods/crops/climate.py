"""Which climate is meant, and does nitrogen leach there? Words that change emission factors.

Wet: in temperate and boreal zones precipitation above potential evapotranspiration over the year,
in the tropics more than 1000 mm a year; dry: not so (IPCC 2019 Refinement, Vol. 4, Ch. 11,
footnotes of Tables 11.1 and 11.3). 'unknown' is a statement, and brings aggregated values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.findings import Finding, finding
from pcf.methods.declaration import Need
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.methods.declaration import Method

CLIMATES = ("wet", "dry", "unknown")
IRRIGATION = ("none", "drip", "other")

CLIMATE = Need("climate", Name("wet or dry climate", "湿润或干旱气候"), words=CLIMATES)
IRRIGATED = Need("irrigation", Name("irrigation", "灌溉方式"), words=IRRIGATION)
EDITION = Need("edition", Name("edition of the guidelines", "指南版本"), words=("2006", "2019"))
AREA = Need("area", Name("area of the field", "田块面积"), "ha")


def leaches(climate: str, irrigation: str) -> bool:
    """Say whether nitrogen leaches: in a wet climate, or under irrigation other than drip.

    Where the climate is unknown it is taken to.

    >>> leaches("dry", "drip"), leaches("dry", "other"), leaches("wet", "none")
    (False, True, True)
    """
    return climate != "dry" or irrigation == "other"


def aggregated(method: Method, climate: str) -> tuple[Finding, ...]:
    """Return the finding that aggregated values stand in for an unknown climate.

    >>> from pcf.methods.crops.n2o_direct import METHOD
    >>> aggregated(METHOD, "unknown")[0].code
    'climate-unknown'
    """
    if climate != "unknown":
        return ()
    return (finding("climate-unknown", method.id),)
