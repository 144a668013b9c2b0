"""Studies that break one rule on electricity each: aluminium with wind power over the grid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.electricity import Share, Supply
from pcf.electricity.intervals import day_start
from pcf.electricity.ledger.audit import Audit, Check
from pcf.errors import problem
from pcf.model.coverage import Period
from pcf.rules.facts import LedgerEvidence
from pcf.study.values import MeterSupply
from pcf.text import Name
from tests.rules.derived import iso_14067

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pcf.background.values import BackgroundProcess
    from tests.rules.derived.derive import Given, Variation

FIRM = "示例铝业有限公司"
POTLINE = 13_599_000
"""Watt-hours of the potline for one tonne, as the reference study has them."""
SUPPLY = Supply((Share("wind"),), evidence="HX-1")


def sound() -> Given:
    """Return the sound aluminium study, its potline on wind with cancelled certificates."""
    given = iso_14067.sound()
    electricity = replace(
        given.study.electricity,
        treatment="market:CN-GEC-2026",
        supplies=(MeterSupply("potline", SUPPLY),),
    )
    return replace(given.computed(electricity=electricity), evidence=evidence())


def evidence(
    *,
    energy: int = POTLINE,
    month: str = "202405",
    beneficiary: str = FIRM,
    audit: Audit | None = None,
) -> LedgerEvidence:
    """Return what a ledger says of one claim for the year's power of the potline."""
    period = Period.read("2024")
    span = [day_start(period.start), day_start(period.end)]
    said: Mapping[str, Any] = {
        "claim": {"id": "2024", "beneficiary": FIRM},
        "cancellations": [{"number": "HX-1", "beneficiary": beneficiary, "day": "2025-01-15"}],
        "ranges": [["GEC", f"12345678901234567-{month}-11", "1000000", str(1_000_000 + energy)]],
        "consumption": [
            ["potline", "potline 1", "ingot", FIRM, "works", *span, str(POTLINE), str(energy)]
        ],
    }
    held = Audit((), (("ledger", "0" * 64),), ("HX-1",), {})
    return LedgerEvidence((said,), held if audit is None else audit)


def claimed_twice() -> Audit:
    """Return an audit that met a watt-hour twice."""
    check = Check(
        "I4", Name("claimed once", "一证一用"), 2, (problem("range-empty", low=0, high=0),)
    )
    return Audit((check,), (("ledger", "0" * 64),), ("HX-1",), {})


def supplied(given: Given, supply: Supply) -> Given:
    """Return the study with another supply of the potline."""
    electricity = replace(given.study.electricity, supplies=(MeterSupply("potline", supply),))
    return given.computed(electricity=electricity)


def combustion(given: Given) -> Given:
    def burnt(row: BackgroundProcess) -> BackgroundProcess:
        return replace(row, family="combustion") if row.id == "hard-coal-boiler" else row

    return replace(given, background=replace(
        given.background, processes=tuple(burnt(row) for row in given.background.processes)
    ))  # fmt: skip


def own_power(given: Given) -> Given:
    supply = Supply((Share("wind", 0.9), Share("PV", 0.1, "on-site")), evidence="HX-1")
    return supplied(given, supply).stating(electricity__certificates_sold="yes")


def unmetered(given: Given) -> Given:
    return iso_14067.unmetered(given)


def off_the_site(given: Given) -> Given:
    return given.telling(site_totals=())


def varied_never(given: Given) -> Given:
    headline = given.footprint.electricity
    return given.resulting(treatments={headline: given.footprint.total})


def location_hidden(given: Given) -> Given:
    shown = {k: v for k, v in given.footprint.treatments.items() if k != "location"}
    return given.resulting(treatments=shown)


VARIATIONS: dict[str, Variation] = {
    "ELE001": combustion,
    "ELE002": lambda g: replace(g.telling(period=Period.read("2023/2025")), evidence=evidence()),
    "ELE003": lambda g: replace(g, evidence=evidence(energy=POTLINE - 10_000)),
    "ELE004": lambda g: supplied(g, replace(SUPPLY, evidence=None)),
    "ELE005": lambda g: replace(g, evidence=evidence(audit=claimed_twice())),
    "ELE006": lambda g: replace(g, evidence=evidence(month="202312")),
    "ELE007": lambda g: replace(g, evidence=evidence(beneficiary="another firm")),
    "ELE008": lambda g: g.stating(electricity__same_market="no"),
    "ELE009": location_hidden,
    "ELE010": lambda g: supplied(g, replace(SUPPLY, losses="ignored")),
    "ELE011": own_power,
    "ELE012": lambda g: g.stating(electricity__unbundled="yes"),
    "ELE013": off_the_site,
    "ELE014": varied_never,
    "ELE015": lambda g: g.stating(report__electricity_explained="no"),
    "ELE016": unmetered,
}
