"""The eight mistakes of a plant's accountant, each through files and ledger, told in two languages.

Wrong serial, month mixed up, kWh entered as MWh, a certificate older than 24 months, a beneficiary
of another name, CCER overlap, volume over metered use, a cancellation record of another period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import pcf
from pcf.electricity.columns import Claim, Legs
from pcf.electricity.facts import Leg, WhRange
from pcf.electricity.lists import read_list
from pcf.errors import PcfError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pcf.electricity.ledger import Ledger

FIRM, OTHER = "示例铝业有限公司", "示例铝加工有限公司"
PROJECT = "90000000000000021"


def serial(number: int, month: str = "202503") -> str:
    return f"{PROJECT}{month}{number:07}11"


def certificates(month: str = "202503", **columns: object) -> dict[str, object]:
    return {
        "起始编号": serial(1, month),
        "截止编号": serial(100, month),
        "数量": 100,
        "能源类型": "风电",
        "省份": "甘肃",
        "持有方名称": FIRM,
    } | columns


def meter(month: str = "2025-03", energy: float = 100) -> dict[str, object]:
    return {
        "电表": "1#",
        "产线": "电解一车间",
        "月份": month,
        "用电量(MWh)": energy,
        "用电单位": FIRM,
        "省份": "甘肃",
    }


def record(**columns: object) -> dict[str, object]:
    return {
        "核销编号": "HX-9",
        "核销日期": "2025-06-01",
        "受益主体": FIRM,
        "核销场景": "产品碳足迹",
        "起始编号": serial(1),
        "截止编号": serial(100),
    } | columns


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with pcf.open_ledger(tmp_path / "台账.db") as opened:
        yield opened


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of a list of one or more rows."""

    def write(name: str, *rows: dict[str, object]) -> Path:
        path = tmp_path / f"{name}.csv"
        lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


@pytest.fixture
def work(ledger: Ledger, written: Callable[..., Path]) -> Callable[..., None]:
    """Return the year's work: record certificates, match meters, commit with the record."""

    def do(
        certificate: dict[str, object] | None = None,
        meters: tuple[dict[str, object], ...] = (meter(),),
        cancelled: dict[str, object] | None = None,
    ) -> None:
        ledger.record(pcf.read_certificates(written("绿证", certificate or certificates())))
        plan = ledger.match(pcf.read_meters(written("电表", *meters)), profile="CN-GEC-2026")
        records = pcf.read_cancellation(written("核销", cancelled or record()))
        ledger.commit(plan, cancellation=records)

    return do


def require(refused: pytest.ExceptionInfo[PcfError], code: str, *, en: str, zh: str) -> None:
    """Require that the first problem has a code, and words in both languages, parted by spaces."""
    found = refused.value.problems[0]
    assert found.code == code
    english, chinese = found.says("en"), found.says("zh")
    assert [each for each in en.split() if each not in english] == []
    assert [each for each in zh.split() if each not in chinese] == []


def test_without_a_mistake_the_work_ends_in_a_claim(ledger, work) -> None:
    work()
    assert ledger.totals() == {"claimed": 100_000_000}
    assert ledger.audit().ok


def test_wrong_serial(work) -> None:
    with pytest.raises(PcfError) as refused:
        work(certificates(起始编号=serial(1)[:-1]))
    require(refused, "serial-digits", en="绿证.csv 31 32", zh="绿证.csv 31 32")


def test_month_mixed_up(work) -> None:
    with pytest.raises(PcfError) as refused:
        work(certificates(月份="2025-04"))
    require(refused, "serial-month-differs", en="2025-04 2025-03", zh="2025-04 2025-03 月份")


def test_kwh_entered_as_mwh(work) -> None:
    with pytest.raises(PcfError) as refused:
        work(meters=(meter("2025-01"), meter("2025-02"), meter("2025-03", 100_000)))
    require(refused, "energy-thousandfold", en="1# kWh MWh", zh="1# 千瓦时 兆瓦时")


def test_kwh_of_certificates_entered_as_mwh(work) -> None:
    with pytest.raises(PcfError) as refused:
        work(certificates(**{"电量(MWh)": 100_000}))
    require(refused, "energy-thousandfold-certificates", en="100,000 100", zh="100,000 100")


def test_certificate_older_than_24_months(work) -> None:
    old = {"起始编号": serial(1, "202401"), "截止编号": serial(100, "202401")}
    with pytest.raises(PcfError) as refused:
        work(certificates("202401"), (meter("2024-03"),), record(**old, 核销日期="2026-03-01"))
    require(refused, "ledger-expired", en="2025-12-31", zh="2025-12-31")


def test_beneficiary_of_another_name(work) -> None:
    with pytest.raises(PcfError) as refused:
        work(cancelled=record(受益主体=OTHER))
    require(refused, "beneficiary-differs", en=f"{OTHER} {FIRM} HX-9", zh=f"{OTHER} {FIRM} HX-9")


def test_ccer_overlap_is_refused_by_name(ledger, written) -> None:
    ledger.record(pcf.read_certificates(written("绿证", certificates())))
    ccer = {"机制": "CCER", "项目": PROJECT, "月份": "2025-03"}
    ledger.record(*read_list(written("排除", ccer)))
    plan = ledger.match(pcf.read_meters(written("电表", meter())), profile="CN-GEC-2026")
    (refusal,) = plan.refused
    assert plan.covered == 0
    assert "taken by CCER" in refusal.says("en")
    assert "已被 CCER 占用" in refusal.says("zh")


def test_ccer_after_the_claim_is_refused(ledger, work, written) -> None:
    work()
    ccer = {"机制": "CCER", "项目": PROJECT, "月份": "2025-03"}
    with pytest.raises(PcfError) as refused:
        ledger.record(*read_list(written("排除", ccer)))
    require(refused, "exclusion-claimed", en="CCER 2025-03", zh="CCER 2025-03")


def test_volume_over_metered_use(ledger, work, written) -> None:
    work(meters=(meter(energy=60),))
    (reading,) = pcf.read_meters(written("电表", meter(energy=60))).consumptions
    rest = WhRange(f"{PROJECT}-202503-11", 61_000_000, 101_000_000)
    by_hand = Claim("K2", FIRM, reading.interval, Legs.of([Leg(rest, reading)]))
    with pytest.raises(PcfError) as refused:
        ledger.commit(by_hand)
    require(refused, "over-consumption", en="1# 60,000 100,000", zh="1# 60,000 100,000")


def test_cancellation_record_of_another_period(work) -> None:
    with pytest.raises(PcfError) as refused:
        work(cancelled=record(月份="2025-04"))
    require(refused, "cancellation-period", en="2025-04 2025-03", zh="2025-04 2025-03")
