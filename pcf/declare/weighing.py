"""What must a reader of a case weigh? What is marked, withheld, apart, or without a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.declare.following import not_held
from pcf.findings import finding
from pcf.study.marks import FICTIONAL, TWICE
from pcf.text import fold, listed

if TYPE_CHECKING:
    from pcf.declare.bundle import Case
    from pcf.findings import Finding


_MARKED = {FICTIONAL: "case-fictional", TWICE: "case-may-allocate-twice"}


def findings_on(case: Case) -> tuple[Finding, ...]:
    """Return what must be weighed about a full bundle, beside the findings of its footprint.

    No example: `Case.findings` shows it.
    """
    found = [finding(_MARKED[mark]) for mark in case.marks]
    apart = [str(each["file"]) for each in case.evidence if not each["included"]]
    if apart:
        found.append(finding("case-evidence-apart", "", count=len(apart), files=listed(apart, 3)))
    for each in (row for row in case.withheld if row["handling"] != "unused"):
        facts = {"licence": each["licence"], "document": each["document"]}
        code = "case-row-left-out" if each["handling"] == "left out" else "case-row-aggregated"
        found.append(finding(code, str(each["id"]), **facts))
    return (*found, *not_held(case), *_without_claim(case))


def _without_claim(case: Case) -> list[Finding]:
    """Return the meters whose registry record no claim in the bundle speaks of."""
    numbers = {
        fold(str(record.get("number", "")))
        for claim in case.claims
        for record in claim.get("cancellations", ())
    }
    return [
        finding("case-claim-missing", each.meter, record=each.supply.evidence)
        for each in case.study.electricity.supplies
        if each.supply.evidence and fold(each.supply.evidence) not in numbers
    ]
