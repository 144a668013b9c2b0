"""Does a statement hold together, and does its ledger say the same? Asked before any trust.

A statement's own digest shows that it was not changed by accident; whoever changes it on purpose
makes a new digest. What it cannot get right is what the ledger says, and what must go together:
serials and consumption, beneficiary, meters and the registry's records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcf.electricity.ledger.moving import same_entity
from pcf.errors import Problem, problem
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_ITS_TIME = ("head", "digest")


def same_claim(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two statements say the same, whenever each was made.

    >>> same_claim({"claim": 1, "head": 5}, {"claim": 1, "head": 6, "digest": "0"})
    True
    """
    bare = [
        {name: value for name, value in each.items() if name not in _OF_ITS_TIME}
        for each in (one, other)
    ]
    return bare[0] == bare[1]


def against_terms(content: Mapping[str, Any]) -> list[Problem]:
    """Return a problem where a statement contradicts itself; no statement is without a record.

    No example: `pcf.electricity.ledger.Ledger.audit` shows it.
    """
    held = _energy_agrees(content) and _records_agree(content) and _meters_agree(content)
    name = str(content["claim"]["id"])
    return [] if held else [problem("audit-statement-terms", name, (), claim=name)]


def _energy_agrees(content: Mapping[str, Any]) -> bool:
    parts = [int(high) - int(low) for _, _, low, high in content["ranges"]]
    uses = [(int(row[7]), int(row[8])) for row in content["consumption"]]
    whole = all(each > 0 for each in parts) and all(0 < used <= made for made, used in uses)
    return bool(parts) and whole and sum(parts) == sum(used for _, used in uses)


def _records_agree(content: Mapping[str, Any]) -> bool:
    firm, records = str(content["claim"]["beneficiary"]), content["cancellations"]
    return bool(records) and all(same_entity(str(each["beneficiary"]), firm) for each in records)


def _meters_agree(content: Mapping[str, Any]) -> bool:
    claim, records = content["claim"], content["cancellations"]
    start, end = claim["period"]
    for row in content["consumption"]:
        inside = start <= int(row[5]) and int(row[6]) <= end
        if not inside or not same_entity(str(row[3]), str(claim["beneficiary"])):
            return False
        if not any(_made_for(each, row) for each in records):
            return False
    return True


def _made_for(record: Mapping[str, Any], row: list[Any]) -> bool:
    """Return whether a record names no other period and no other site than a consumption's."""
    low, high = record.get("period", (int(row[5]), int(row[6])))
    site = fold(str(record.get("site", "")))
    return bool(low <= int(row[5]) and int(row[6]) <= high) and site in ("", fold(str(row[4])))
