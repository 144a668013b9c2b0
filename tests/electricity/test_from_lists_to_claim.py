"""From a plant's lists to a proven claim, through the public names: the chain in one place."""

from __future__ import annotations

import pytest

import pcf
from pcf.electricity.columns import Claim, Legs
from pcf.electricity.facts import Facts, Leg, Reliance
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import Move
from pcf.electricity.readers import read_settlements
from pcf.electricity.serials import serial_text

FIRM, FARM = "示例铝业有限公司", "示例风电有限公司"
PROJECT = "12345678901234567"


def serial(number):
    return f"{PROJECT}202503{number:07d}11"


@pytest.fixture
def lists(tmp_path):
    """Write the four lists of a month: certificates, trade, meters, cancellation."""
    rows = {
        "绿证.csv": [
            "起始编号,截止编号,数量,能源类型,省份,持有方名称",
            f"{serial(1)},{serial(500)},500,风电,甘肃,{FARM}",
        ],
        "结算.csv": [
            "结算单号,结算日期,售方,购方,交易类型,电表,月份,起始编号,截止编号",
            f"S-7,2025-04-15,{FARM},{FIRM},绿电交易,1#,2025-03,{serial(1)},{serial(400)}",
        ],
        "电表.csv": [
            "电表,产线,产品,月份,用电量（万千瓦时）",
            "1#,电解一车间,铝锭,2025-03,30",
            "2#,电解二车间,铝锭,2025-03,20",
        ],
        "核销.csv": [
            "核销编号,核销日期,受益主体,核销场景,月份,起始编号,截止编号",
            f"HX-9,2025-06-01,{FIRM},产品碳足迹,2025-03,{serial(1)},{serial(350)}",
        ],
    }
    for name, lines in rows.items():
        (tmp_path / name).write_text("\n".join(lines), encoding="gb18030")
    return tmp_path


def test_from_lists_to_a_claim_and_back_to_the_serials(lists):
    with pcf.open_ledger(lists / "台账.db") as ledger:
        ledger.record(pcf.read_certificates(lists / "绿证.csv"), key="绿证 2025-03")
        ledger.record(*read_settlements(lists / "结算.csv"))
        meters = pcf.read_meters(lists / "电表.csv", consumer=FIRM, site="兰州厂", place="甘肃")
        ledger.record(meters)

        supply = ledger.supply()
        mine = [row for row in range(len(supply)) if supply.owner[row] == FIRM]
        assert [supply.range(row).energy for row in mine] == [400_000_000]
        assert supply.devices[PROJECT].technology == "wind"
        assert supply.bound[mine[0]] == "S-7"
        assert ledger.demand().energy.tolist() == [300_000_000, 200_000_000]

        whole, part = meters.consumptions
        span = supply.range(mine[0])
        cut = span.low + 300_000_000
        legs = [
            Leg(type(span)(span.series, span.low, cut), whole),
            Leg(type(span)(span.series, cut, cut + 50_000_000), part),
        ]
        claim = Claim("2025-03", FIRM, Interval.read("2025-03"), Legs.of(legs), "CN-GEC-2024")
        records = pcf.read_cancellation(lists / "核销.csv")
        ledger.commit(claim, cancellation=records, key="claims 2025-03")
        ledger.record(Facts(reliances=(Reliance("铝锭 2025", "2025-03", "铝锭"),)))

        assert ledger.totals() == {"active": 150_000_000, "claimed": 350_000_000}
        (made,) = ledger.claims()
        assert (made.energy, made.cancellations, made.alive) == (350_000_000, ("HX-9",), True)
        statement = ledger.statement("2025-03")
        ((scheme, series, low, high),) = statement["ranges"]
        assert serial_text(series, int(low) // 1_000_000) == serial(1)
        assert serial_text(series, int(high) // 1_000_000 - 1) == serial(350)
        assert scheme == "GEC"
        assert ledger.audit(statement).ok

        gone = Move("withdraw", (type(span).of_serials(series, 7, 7),), records[0].day)
        (fallen,) = ledger.record(gone).restatements
        assert (fallen.footprints, fallen.lines) == (("铝锭 2025",), ("电解一车间", "电解二车间"))
        assert ledger.audit().ok
