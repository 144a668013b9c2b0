"""Facts on certificates from a real ledger: covered, audited, of the year, for the right entity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import pcf
from pcf.electricity import Share, Supply
from pcf.electricity.columns import Claim, Legs
from pcf.electricity.facts import Leg
from pcf.electricity.intervals import Interval
from pcf.rules.facts import LedgerEvidence, facts_of
from pcf.study.values import MeterSupply

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.background import Background
    from pcf.rules import Facts
    from pcf.study import Study

FIRM, OTHER = "示例铝业有限公司", "示例铜业有限公司"
PROJECT = "12345678901234567"
USED = 13_599_000
NAMES = (
    "certificates.claims",
    "certificates.audit_ok",
    "certificates.records_audited",
    "certificates.cancelled_share",
    "certificates.own_beneficiary",
    "certificates.same_year",
)


def serial(month: str, number: int) -> str:
    """Return a serial of 32 digits."""
    return f"{PROJECT}{month}{number:07d}11"


def ledger_of(folder: Path, month: str = "202403", used: int = USED) -> LedgerEvidence:
    """Return what a ledger says of fourteen certificates, cancelled for the potline's year."""
    first, last = serial(month, 1), serial(month, 14)
    lists = {
        "绿证.csv": "起始编号,截止编号,数量,能源类型,省份,持有方名称\n"
        f"{first},{last},14,风电,甘肃,{FIRM}",
        "电表.csv": "电表,产线,产品,月份,用电量（千瓦时）\n"
        "potline,电解,铝锭,2024-01-01/2024-12-31,13599",
        "核销.csv": "核销编号,核销日期,受益主体,核销场景,月份,起始编号,截止编号\n"
        f"HX-1,2025-01-15,{FIRM},产品碳足迹,2024-01-01/2024-12-31,{first},{last}",
    }
    for name, content in lists.items():
        (folder / name).write_text(content, encoding="utf-8")
    with pcf.open_ledger(folder / "台账.db") as ledger:
        ledger.record(pcf.read_certificates(folder / "绿证.csv"), key="certificates")
        meters = pcf.read_meters(folder / "电表.csv", consumer=FIRM, site="works", place="甘肃")
        ledger.record(meters)
        held = ledger.supply().range(0)
        part = type(held)(held.series, held.low, held.low + used)
        legs = Legs.of([Leg(part, meters.consumptions[0])])
        claim = Claim("2024", FIRM, Interval.read("2024-01-01/2024-12-31"), legs, "CN-GEC-2024")
        ledger.commit(claim, cancellation=pcf.read_cancellation(folder / "核销.csv"), key="claim")
        return LedgerEvidence((ledger.statement("2024"),), ledger.audit())


@pytest.fixture
def claimed(reference: Study) -> Study:
    """Return the reference study with its potline on wind power."""
    supply = MeterSupply("potline", Supply((Share("wind"),), evidence="HX-1"))
    electricity = replace(reference.electricity, treatment="market:CN-GEC-2024", supplies=(supply,))
    return replace(reference, electricity=electricity)


def found(study: Study, background: Background, evidence: LedgerEvidence | None) -> Facts:
    """Return the facts of a study with what a ledger says."""
    footprint = study.footprint(background)
    return facts_of(study, footprint, background=background, evidence=evidence)


def test_a_covered_year_is_told_from_the_ledger(
    claimed: Study, background: Background, tmp_path: Path
) -> None:
    facts = found(claimed, background, ledger_of(tmp_path))
    assert [facts[name].value for name in NAMES] == [1.0, True, True, 1.0, True, True]


def test_without_a_ledger_nothing_is_told(claimed: Study, background: Background) -> None:
    facts = found(claimed, background, None)
    assert {facts[name].value for name in NAMES} == {None}


def test_a_part_that_is_not_covered_shows(
    claimed: Study, background: Background, tmp_path: Path
) -> None:
    facts = found(claimed, background, ledger_of(tmp_path, used=10_000_000))
    share = facts["certificates.cancelled_share"].value
    assert share == pytest.approx(10_000_000 / USED, rel=1e-12)


def test_certificates_of_another_year_show(
    claimed: Study, background: Background, tmp_path: Path
) -> None:
    facts = found(claimed, background, ledger_of(tmp_path, month="202311"))
    assert facts["certificates.same_year"].value is False
    assert facts["certificates.audit_ok"].value is True


def test_a_claim_at_another_meter_or_in_another_year_covers_nothing(
    claimed: Study, background: Background, tmp_path: Path
) -> None:
    said = ledger_of(tmp_path)
    statement = dict(said.statements[0])
    rows = statement["consumption"]
    assert isinstance(rows, list)
    for change in ({0: "potline 2", 1: "line 2"}, {5: rows[0][5] - 86400}):
        row = [change.get(at, cell) for at, cell in enumerate(rows[0])]
        other = replace(said, statements=({**statement, "consumption": [row]},))
        facts = found(claimed, background, other)
        assert facts["certificates.cancelled_share"].value == 0.0


def test_a_line_of_the_ledger_is_known_by_the_name_of_the_studys_meter(
    claimed: Study, background: Background, tmp_path: Path
) -> None:
    said = ledger_of(tmp_path)
    statement = dict(said.statements[0])
    rows = statement["consumption"]
    assert isinstance(rows, list)
    row = ["M1", "potline", *rows[0][2:]]
    other = replace(said, statements=({**statement, "consumption": [row]},))
    facts = found(claimed, background, other)
    assert facts["certificates.cancelled_share"].value == 1.0


def test_a_record_for_another_entity_shows(
    claimed: Study, background: Background, tmp_path: Path
) -> None:
    said = ledger_of(tmp_path)
    statement = dict(said.statements[0])
    records = statement["cancellations"]
    assert isinstance(records, list)
    strange = [{**record, "beneficiary": OTHER} for record in records]
    unmet = [{**record, "number": "HX-2"} for record in records]
    one = found(
        claimed, background, LedgerEvidence(({**statement, "cancellations": strange},), said.audit)
    )
    two = found(
        claimed, background, LedgerEvidence(({**statement, "cancellations": unmet},), said.audit)
    )
    assert one["certificates.own_beneficiary"].value is False
    assert two["certificates.records_audited"].value is False
