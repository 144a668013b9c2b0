"""What a plan shows of itself: coverage by hour and month, flows, figures, in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from pcf.electricity.facts import ConsumptionRecord, Device, Facts, Lot, ProductionRecord
from pcf.electricity.intervals import HOUR, Interval
from pcf.electricity.ledger import open_ledger
from pcf.electricity.matching import Circumstances, Tie
from pcf.electricity.showing import as_html
from pcf.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pcf.electricity.ledger import Ledger

FIRM = "示例铝业有限公司"
SVG = "{http://www.w3.org/2000/svg}"
JANUARY, FEBRUARY = Interval.read("2026-01"), Interval.read("2026-02")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "a.db") as opened:
        yield opened


def told(svg: str) -> list[str]:
    root = ET.fromstring(svg)  # noqa: S314 - our own output
    return [each.findtext(f"{SVG}title") or "" for each in root.iter(f"{SVG}g")]


def used(name: str, when: Interval, wh: int, line: str = "") -> ConsumptionRecord:
    return ConsumptionRecord(name, when, wh, consumer=FIRM, site="厂区", place="CN-GS", line=line)


def test_monthly_readings_show_lines_by_months(ledger: Ledger) -> None:
    wind = Device("w", "wind", place="CN-GS", name="示例风电场")
    lots = (Lot("P", 1, 3, "w", JANUARY, owner=FIRM),)
    readings = (used("M1", JANUARY, 4_000_000, "电解"), used("M1", FEBRUARY, 2_000_000, "电解"))
    ledger.record(Facts(devices=(wind,), lots=lots, consumptions=readings))
    plan = ledger.match(profile="ENERGYTAG", unit="month", policy="fifo")
    assert plan.covered == 0  # no granular certificates: nothing is claimed, and it is shown
    plan = ledger.match(profile="ISO14067", unit="month")
    assert told(plan.heat_map(language="zh").svg) == ["电解, 2026-01: 75.0%", "电解, 2026-02: 0.0%"]
    assert {"示例风电场 → 单独绿证: 3,000 kWh", "单独绿证 → 电解: 3,000 kWh"} <= set(
        told(plan.flows(language="zh").svg)
    )
    assert "未主张 → 电解: 3,000 kWh" in told(plan.flows(language="zh").svg)


def test_hourly_readings_show_hours_of_the_chinese_day_by_months(ledger: Ledger) -> None:
    noon = [Interval(each, each + HOUR) for each in (JANUARY.start + 12 * HOUR, FEBRUARY.start)]
    farm = Device("s", "PV", place="CN-GS")
    ledger.record(
        Facts(
            devices=(farm,),
            lots=(Lot("S", 0, 299, "s", noon[0], owner=FIRM, scheme="GC"),),
            consumptions=tuple(used("M1", each, 400) for each in noon),
        )
    )
    cells = told(ledger.match(profile="ENERGYTAG").heat_map().svg)
    assert len(cells) == 48
    assert "12:00, 2026-01: 75.0%" in cells
    assert "00:00, 2026-02: 0.0%" in cells
    assert "12:00, 2026-02: unknown" in cells  # nothing was used: not zero


def test_own_power_has_a_band_of_its_own(ledger: Ledger) -> None:
    roof = Device("r", "PV", place="CN-GS", connection="on-site", name="屋顶")
    made = (ProductionRecord("r", JANUARY, 1_000_000, "self-consumed"),)
    readings = (used("M1", JANUARY, 4_000_000),)
    ledger.record(Facts(devices=(roof,), productions=made, consumptions=readings))
    given = Circumstances(ties=(Tie("r", site="厂区"),))
    plan = ledger.match(profile="ISO14067", circumstances=given)
    assert "屋顶 → own power without certificate: 1,000 kWh" in told(plan.flows().svg)


@pytest.mark.parametrize(("language", "words"), [("en", "not certifiable"), ("zh", "不可认证")])
def test_a_plan_shows_itself(ledger: Ledger, language: str, words: str) -> None:
    wind = Device("<w>", "wind", place="CN-GS")
    lots = (Lot("P", 1, 3, "<w>", JANUARY, owner=FIRM),)
    readings = (used("M1", JANUARY, 4_500_000),)
    ledger.record(Facts(devices=(wind,), lots=lots, consumptions=readings))
    page = as_html(ledger.match(profile="CN-GEC-2026"), language)
    assert words in page
    assert page.count("<svg") == 2
    assert "<w>" not in page
    assert re.search(r"3,000</td>", page)


def test_a_ledger_without_readings_has_nothing_to_show(ledger: Ledger) -> None:
    with pytest.raises(LedgerError) as caught:
        ledger.match(profile="CN-GEC-2026")
    assert [each.code for each in caught.value.problems] == ["match-no-readings"]
