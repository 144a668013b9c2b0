"""A ledger's own statement travels in a bundle, and another ledger can be held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pcf
from pcf.electricity import Share, Supply
from pcf.electricity.columns import Claim, Legs
from pcf.electricity.facts import Leg
from pcf.electricity.intervals import Interval
from pcf.electricity.readers import read_settlements
from pcf.rules.ledgers import ledger_evidence

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.background import Background
    from pcf.electricity.ledger import Ledger
    from pcf.study import Study

FIRM, FARM, PROJECT = "虚构铝业有限公司", "虚构风电有限公司", "12345678901234567"


def serial(number: int) -> str:
    return f"{PROJECT}202403{number:07d}11"


def claimed(folder: Path, record: str) -> Ledger:
    """Return a ledger in which 300 certificates were cancelled for and claimed by the plant."""
    folder.mkdir()
    span = f"{serial(1)},{serial(300)}"
    lists = {
        "a.csv": f"起始编号,截止编号,数量,能源类型,省份,持有方名称\n{span},300,风电,甘肃,{FARM}",
        "b.csv": "结算单号,结算日期,售方,购方,交易类型,电表,月份,起始编号,截止编号\n"
        f"S-1,2024-04-15,{FARM},{FIRM},绿电交易,1#,2024-03,{span}",
        "c.csv": "电表,产线,产品,月份,用电量（万千瓦时）\n1#,电解一车间,铝锭,2024-03,30",
        "d.csv": "核销编号,核销日期,受益主体,核销场景,月份,起始编号,截止编号\n"
        f"{record},2024-06-01,{FIRM},产品碳足迹,2024-03,{span}",
    }
    for name, said in lists.items():
        (folder / name).write_text(said, encoding="utf-8")
    ledger = pcf.open_ledger(folder / "台账.db")
    ledger.record(pcf.read_certificates(folder / "a.csv"))
    ledger.record(*read_settlements(folder / "b.csv"))
    meters = pcf.read_meters(folder / "c.csv", consumer=FIRM, site="兰州厂", place="甘肃")
    ledger.record(meters)
    supply = ledger.supply()
    (mine,) = [row for row in range(len(supply)) if supply.owner[row] == FIRM]
    leg = Leg(supply.range(mine), meters.consumptions[0])
    claim = Claim("2024-03", FIRM, Interval.read("2024-03"), Legs.of([leg]), "CN-GEC-2024")
    ledger.commit(claim, cancellation=pcf.read_cancellation(folder / "d.csv"))
    return ledger


def test_a_ledgers_statement_travels_and_another_ledger_is_held_against_it(
    smelter: Study, background: Background, tmp_path: Path
) -> None:
    with claimed(tmp_path / "one", "HX-1") as ledger:
        statement, head = ledger.statement("2024-03"), ledger.head[1]
    supply = Supply((Share("wind", 0.6), Share("average", 0.4)), evidence="HX-1")
    study = smelter.varying(electricity={"potline 1": supply})
    path = tmp_path / "a.pcf"
    pcf.seal_bundle(path, study, study.footprint(background), background, claims=[statement])
    case = pcf.open_bundle(path)
    case.require_intact()
    assert case.claims[0]["head"]["digest"] == head
    assert "case-claim-missing" not in [each.code for each in case.findings]
    with claimed(tmp_path / "two", "HX-2") as other:
        assert other.audit().ok
        assert not other.audit(case.claims[0]).ok  # the same certificates, claimed twice


def test_an_opinion_on_certificates_follows_from_the_claims_and_trusts_the_audit(
    smelter: Study, background: Background, tmp_path: Path
) -> None:
    """With the claims, and without them; by the ledger's audit, and without any ledger."""
    supply = Supply((Share("wind", 0.6), Share("average", 0.4)), evidence="HX-1")
    study = smelter.varying(electricity={"potline 1": supply})
    footprint, pack = study.footprint(background), pcf.rule_pack("electricity")
    with claimed(tmp_path / "one", "HX-1") as ledger:
        evidence, statement = ledger_evidence([ledger]), ledger.statement("2024-03")
    audited = pack.judge(study, footprint, background=background, evidence=evidence)
    alone = pack.judge(study, footprint, background=background)
    assert [e.verdict for e in audited.judgements] != [e.verdict for e in alone.judgements]
    told = []
    for opinion, claims in ((audited, [statement]), (audited, []), (alone, [statement])):
        path = tmp_path / "a.pcf"
        case = pcf.seal_bundle(
            path, study, footprint, background, claims=claims, opinions=[opinion]
        )
        again = case.recompute()
        again.require_equal(case.declared)
        told.append([each.facts["facts"].split(", ") for each in again.unchecked])
    (with_claims,), (without,), none = told
    assert set(with_claims) < set(without)
    assert "certificates.audit_ok" in with_claims
    assert none == []
