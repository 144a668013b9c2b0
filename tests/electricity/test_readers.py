"""Lists as a plant has them, and mistakes in them: told with their cells, in two languages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.electricity.intervals import Interval, day_start
from pcf.electricity.readers import (
    read_cancellation,
    read_certificates,
    read_meters,
    read_settlements,
)
from pcf.electricity.serials import SerialLayout, read_serial, serial_text
from pcf.errors import ModelError, PcfError, StudyProblems

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = "12345678901234567"
FIRM = "示例铝业有限公司"


def serial(number, month="202503", classes="11"):
    return f"{PROJECT}{month}{number:07d}{classes}"


@pytest.fixture
def write(tmp_path):
    """Return a writer of a CSV file, or of a workbook whose cells keep their types."""

    def make(name, *rows):
        path = tmp_path / name
        if name.endswith(".csv"):
            path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
            return path
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        return path

    return make


@pytest.fixture
def told() -> Callable[..., list]:
    """Return a function that reads what must be refused, and returns code, place and texts."""

    def read(reader, path, **kwargs):
        with pytest.raises(PcfError) as caught:
            reader(path, **kwargs)
        return [
            (each.code, str(each.where), each.says("en"), each.says("zh"))
            for each in caught.value.problems
        ]

    return read


def test_a_list_of_certificates(write):
    path = write(
        "绿证.csv",
        ["起始编号", "截止编号", "数量", "能源类型", "省份", "持有方名称", "并网日期", "绿证类型"],
        [serial(1), serial(10), 10, "风电", "甘肃", FIRM, "2022-06-30", "可交易绿证"],
        [serial(11), serial(12), 2, "风电", "甘肃", FIRM, "2022-06-30", "可交易绿证"],
        [serial(1, "202504"), serial(5, "202504"), 5, "风电", "甘肃", FIRM, "2022-06-30", ""],
    )
    facts = read_certificates(path)
    assert [(lot.first, lot.last, lot.energy) for lot in facts.lots] == [
        (1, 10, 10_000_000),
        (11, 12, 2_000_000),
        (1, 5, 5_000_000),
    ]
    assert [str(lot.interval) for lot in facts.lots] == ["2025-03", "2025-03", "2025-04"]
    assert [lot.tradable for lot in facts.lots] == [True, True, None]
    (device,) = facts.devices
    assert (device.id, device.technology, device.place) == (PROJECT, "wind", "CN-GS")
    assert device.commissioned == date(2022, 6, 30)
    assert facts.sources[0].startswith("绿证.csv sha256:")


def test_a_list_in_a_workbook_with_serials_as_text(write):
    path = write("绿证.xlsx", ["绿证编号", "技术类型"], [serial(7), "光伏"])
    (lot,) = read_certificates(path, holder=FIRM).lots
    assert (lot.first, lot.owner) == (7, FIRM)


def test_granular_certificates_are_counted_in_a_series(write):
    path = write(
        "gc.csv",
        ["series", "first", "last", "scheme", "device", "technology", "start", "end"],
        ["D1", 0, 499, "GC", "d1", "wind", "2025-03-01T00:00+08:00", "2025-03-01T01:00+08:00"],
    )
    (lot,) = read_certificates(path, holder=FIRM).lots
    assert (lot.energy, lot.interval.seconds, lot.device) == (500, 3600, "d1")


def test_a_serial_that_a_spreadsheet_kept_as_a_number(write, told):
    path = write("绿证.xlsx", ["绿证编号", "技术类型"], [float(serial(7)), "光伏"])
    ((code, where, english, chinese),) = told(read_certificates, path, holder=FIRM)
    assert code == "serial-digits-lost"
    assert where == "绿证.xlsx, Sheet!A2, 绿证编号"
    assert "format the column as text" in english
    assert "文本格式" in chinese


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1.23456789012346E+31", "serial-digits-lost"),
        ("1.23456789012346e31", "serial-digits-lost"),
        ("12345678901234600000000000000000", "serial-digits-lost"),
        (serial(7)[:-1], "serial-digits"),
        (serial(7) + "1", "serial-digits"),
        (serial(7)[:-1] + "X", "serial-digits"),
        ("", "serial-digits"),
        (serial(7, "202513"), "serial-month"),
        (serial(7, "190001"), "serial-month"),
    ],
)
def test_a_wrong_serial(written, code):
    with pytest.raises(ModelError) as caught:
        read_serial(written)
    assert caught.value.problems[0].code == code


@given(st.integers(0, 9_999_999), st.integers(1, 12), st.sampled_from(["11", "20"]))
def test_serials_are_read_as_they_are_written(number, month, classes):
    written = serial(number, f"2025{month:02d}", classes)
    if written.endswith("0" * 16):
        return
    found = read_serial(written)
    assert (found.sequence, found.month) == (number, f"2025{month:02d}")
    assert serial_text(found.series, number) == written
    assert found.check == "not verified"


def test_serials_with_spaces_and_full_width_digits():
    spaced = " ".join([serial(7)[:17], serial(7)[17:]])
    wide = "".join(chr(ord(each) + 0xFEE0) for each in serial(7))
    assert read_serial(spaced) == read_serial(wide) == read_serial(serial(7))


def test_another_layout_can_be_stated():
    layout = SerialLayout(month=6, sequence=8, electricity=1, trade=0)
    assert read_serial(f"{PROJECT}202503000000421", layout).sequence == 42


def test_the_month_mixed_up(write, told):
    path = write(
        "绿证.csv",
        ["绿证编号", "技术类型", "电量生产年月"],
        [serial(1), "风电", "2025-03"],
        [serial(2), "风电", "2025-04"],
    )
    ((code, where, english, chinese),) = told(read_certificates, path, holder=FIRM)
    assert (code, where) == ("serial-month-differs", "绿证.csv, line 3, 电量生产年月")
    assert "2025-04" in english
    assert "月份填错" in chinese


def test_a_count_that_is_one_off(write, told):
    path = write(
        "绿证.csv",
        ["起始编号", "截止编号", "数量", "技术类型"],
        [serial(1), serial(11), 10, "风电"],
    )
    ((code, where, english, _),) = told(read_certificates, path, holder=FIRM)
    assert (code, where) == ("serial-count", "绿证.csv, line 2, 数量")
    assert "both included" in english


def test_certificates_with_kwh_in_a_column_of_mwh(write, told):
    path = write(
        "绿证.csv",
        ["起始编号", "截止编号", "技术类型", "电量(MWh)"],
        [serial(1), serial(10), "风电", 10_000],
        [serial(11), serial(20), "风电", 9],
        [serial(21), serial(30), "风电", 10],
    )
    found = told(read_certificates, path, holder=FIRM)
    assert [each[0] for each in found] == ["energy-thousandfold-certificates", "energy-differs"]
    assert "混淆了千瓦时与兆瓦时" in found[0][3]


def test_first_and_last_serial_of_two_months(write, told):
    path = write(
        "绿证.csv", ["起始编号", "截止编号", "技术类型"], [serial(1), serial(2, "202504"), "风电"]
    )
    assert told(read_certificates, path, holder=FIRM)[0][0] == "serials-apart"


def test_a_serial_that_stands_in_two_rows(write, told):
    path = write(
        "绿证.csv",
        ["起始编号", "截止编号", "技术类型"],
        [serial(5), serial(9), "风电"],
        [serial(1), serial(5), "风电"],
    )
    ((code, where, *_),) = told(read_certificates, path, holder=FIRM)
    assert (code, where) == ("serials-twice", "绿证.csv, line 2, 起始编号")


def test_a_list_that_does_not_say_whose_it_is(write, told):
    path = write("绿证.csv", ["绿证编号", "技术类型"], [serial(5), "风电"])
    assert told(read_certificates, path)[0][0] == "holder-missing"


def test_a_project_with_two_technologies(write, told):
    path = write("绿证.csv", ["绿证编号", "技术类型"], [serial(5), "风电"], [serial(6), "光伏"])
    assert told(read_certificates, path, holder=FIRM)[0][0] == "list-device-differs"


def test_every_mistake_of_a_list_is_told_at_once(write, told):
    path = write(
        "绿证.csv",
        ["绿证编号", "技术类型", "省份"],
        ["12", "风电", "甘肃"],
        [serial(6), "光伏", "nowhere"],
        ["", "光伏", "甘肃"],
    )
    codes = [each[0] for each in told(read_certificates, path, holder=FIRM)]
    assert codes == ["serial-digits", "place-unknown", "cell-empty"]


def test_readings_of_meters_in_the_units_that_plants_use(write):
    path = write(
        "电表.csv",
        ["电表", "产线", "产品", "月份", "用电量", "单位", "上级电表"],
        ["1#", "电解一车间", "铝锭", "2025-03", "3.9", "万千瓦时", ""],
        ["1#", "电解一车间", "铝锭", "2025-04", '"39,000.5"', "kWh", ""],
        ["2#", "", "", "2025年3月", "39", "MWh", "总表"],
    )
    records = read_meters(path, consumer=FIRM, site="兰州厂", place="甘肃").consumptions
    assert [each.energy for each in records] == [39_000_000, 39_000_500, 39_000_000]
    assert records[0].slice == ("1#", "电解一车间", "铝锭")
    assert (records[2].within, records[2].place, records[2].site) == ("总表", "CN-GS", "兰州厂")
    assert records[0].interval.start == day_start(date(2025, 3, 1))


def test_a_reading_in_the_wrong_unit(write, told):
    rows = [["1#", f"2025-{month:02d}", 1000 + month] for month in range(1, 7)]
    rows[3][2] = 1_004_000
    path = write("电表.csv", ["电表", "月份", "用电量(MWh)"], *rows)
    ((code, where, english, chinese),) = told(read_meters, path, consumer=FIRM)
    assert (code, where) == ("energy-thousandfold", "电表.csv, line 5, 用电量(MWh)")
    assert "kWh were probably entered as MWh" in english
    assert "把千瓦时当作兆瓦时" in chinese


def test_a_shutdown_is_no_mistake(write):
    rows = [["1#", f"2025-{month:02d}", 1_000_000] for month in range(1, 7)]
    rows[2][2], rows[3][2], rows[4][2] = 0, 500, 5_000_000
    path = write("电表.csv", ["电表", "月份", "用电量(kWh)"], *rows)
    assert len(read_meters(path, consumer=FIRM).consumptions) == 6


def test_a_reading_beyond_the_connection(write, told):
    path = write(
        "电表.csv", ["电表", "月份", "用电量(kWh)", "容量(kW)"], ["1#", "2025-03", 900_000, 1000]
    )
    assert told(read_meters, path, consumer=FIRM)[0][0] == "meter-over-capacity"


def test_a_month_that_stands_twice(write, told):
    path = write(
        "电表.csv",
        ["电表", "月份", "用电量(kWh)"],
        ["1#", "2025-03", 5],
        ["1#", "2025-03", 6],
        ["2#", "2025-03", 6],
    )
    ((code, where, *_),) = told(read_meters, path, consumer=FIRM)
    assert (code, where) == ("overlapping-consumption", "电表.csv, line 3, 月份")


@pytest.mark.parametrize(
    ("heading", "row", "code"),
    [
        (["电表", "月份", "用电量"], ["1#", "2025-03", "5"], "energy-unit"),
        (["电表", "月份", "用电量", "单位"], ["1#", "2025-03", "5", "MW"], "energy-unit"),
        (["电表", "月份", "用电量(kWh)"], ["1#", "2025-13", "5"], "period-unreadable"),
        (["电表", "月份", "用电量(kWh)"], ["1#", "", "5"], "interval-missing"),
        (["电表", "月份", "用电量(kWh)"], ["1#", "2025-03", ""], "energy-missing"),
        (["电表", "月份", "用电量(kWh)"], ["1#", "2025-03", "0.0005"], "energy-not-wh"),
        (["电表", "月份", "用电量(kWh)"], ["1#", "2025-03", "-5"], "energy-not-wh"),
        (["电表", "月份", "用电量(kWh)"], ["1#", "2025-03", "five"], "number-not"),
        (["电表", "月份", "用电量(kWh)", "电量(MWh)"], ["1#", "2025-03", "5", "5"], "energy-twice"),
        (["电表", "start", "end", "用电量(kWh)"], ["1#", "2025-03-01T00:00", "x", "5"],
         "moment-unreadable"),
        (["月份", "用电量(kWh)"], ["2025-03", "5"], "column-missing"),
    ],
)  # fmt: skip
def test_readings_that_cannot_be_meant(write, told, heading, row, code):
    assert code in {each[0] for each in told(read_meters, write("电表.csv", heading, row))}


def test_a_computed_cell_may_have_the_noise_of_its_arithmetic(write):
    path = write("电表.xlsx", ["电表", "月份", "用电量(kWh)"], ["1#", "2025-03", 0.1 + 0.2])
    (record,) = read_meters(path, consumer=FIRM).consumptions
    assert record.energy == 300


def test_a_cancellation_record_of_several_rows(write):
    path = write(
        "核销.csv",
        ["核销编号", "核销日期", "受益主体", "核销场景", "起始编号", "截止编号", "月份"],
        ["HX-1", "2025-06-01", FIRM, "产品碳足迹", serial(1), serial(10), "2025-03"],
        ["HX-1", "2025-06-01", FIRM, "产品碳足迹", serial(21), serial(21), "2025-03"],
        ["HX-2", "2025-06-02", FIRM, "", serial(22), serial(22), ""],
    )
    first, second = read_cancellation(path)
    assert (first.number, first.energy, first.scenario) == ("HX-1", 11_000_000, "产品碳足迹")
    assert (first.period, second.period) == (Interval.read("2025-03"), None)
    assert second.day == date(2025, 6, 2)


def test_a_cancellation_record_that_contradicts_itself(write, told):
    path = write(
        "核销.csv",
        ["核销编号", "核销日期", "受益主体", "绿证编号"],
        ["HX-1", "2025-06-01", FIRM, serial(1)],
        ["HX-1", "2025-06-01", "别的公司", serial(2)],
    )
    ((code, where, *_),) = told(read_cancellation, path)
    assert (code, where) == ("record-differs", "核销.csv, line 3, 受益主体")


def test_a_cancellation_record_with_a_number_for_a_serial(write, told):
    path = write(
        "核销.xlsx",
        ["核销编号", "核销日期", "受益主体", "绿证编号"],
        ["HX-1", "2025-06-01", FIRM, float(serial(1))],
    )
    ((code, where, *_),) = told(read_cancellation, path)
    assert (code, where) == ("serial-digits-lost", "核销.xlsx, Sheet!D2, 绿证编号")


def test_settlements_of_green_power_trade(write):
    path = write(
        "结算.csv",
        ["结算单号", "结算日期", "售方", "购方", "交易类型", "电表", "月份", "起始编号", "截止编号",
         "结算电量（兆瓦时）"],
        ["S-1", "2025-04-10", "某风电", FIRM, "绿电交易", "1#", "2025-03", serial(1), serial(10),
         10],
        ["S-2", "2025-04-11", "某风电", FIRM, "绿证交易", "", "", serial(11), serial(11), ""],
    )  # fmt: skip
    first, second = read_settlements(path)
    assert (first.kind, first.meter, str(first.interval)) == ("green-power trade", "1#", "2025-03")
    assert (second.kind, second.energy) == ("sale", 1_000_000)


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2025/3", "2025-03"),
        ("202510", "2025-10"),
        ("2025.03", "2025-03"),
        ("2025年3月", "2025-03"),
        ("2025-03-01", "2025-03"),
        ("2025/3/1", "2025-03"),
        ("2025年3月1日", "2025-03"),
        ("2025", "2025"),
        ("2025-03-05/2025-03-06", "2025-03-05/2025-03-06"),
    ],
)
def test_months_as_spreadsheets_write_them(tmp_path, written, month):
    """A month that is typed becomes the first of that month: it is the month, not a day."""
    file = tmp_path / "电表.csv"
    file.write_text(f"电表,月份,用电量(kWh)\nM1,{written},5\n", encoding="gb18030")
    (record,) = read_meters(file).consumptions
    assert record.interval == Interval.read(month)


@pytest.mark.parametrize(
    ("written", "code"),
    [("2025-03-05", "month-is-a-day"), ("2025.1", "month-cut"), ("20251", "period-unreadable")],
)
def test_months_that_cannot_be_told_are_refused(tmp_path, written, code):
    file = tmp_path / "电表.csv"
    file.write_text(f"电表,月份,用电量(kWh)\nM1,{written},5\n", encoding="utf-8")
    with pytest.raises(StudyProblems) as caught:
        read_meters(file)
    assert [each.code for each in caught.value.problems] == [code]


def test_a_month_in_a_date_cell_of_a_workbook_is_the_month(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["电表", "月份", "用电量(kWh)", "省份"])
    book.active.append(["M1", date(2025, 3, 1), 5, "内蒙古自治区"])
    book.save(tmp_path / "电表.xlsx")
    (record,) = read_meters(tmp_path / "电表.xlsx").consumptions
    assert (str(record.interval), record.place) == ("2025-03", "CN-NM")


@pytest.mark.parametrize("kept", ["'{}", "’{}", '="{}"', "\t{}"])
def test_serials_kept_as_text_by_a_spreadsheet_are_read(kept):
    serial = "2" * 17 + "202503" + "0001234" + "11"
    assert read_serial(kept.format(serial)).sequence == 1234
    with pytest.raises(ModelError):
        read_serial(f'="{serial}')


def test_places_with_their_official_endings(tmp_path):
    serial = "2" * 17 + "202503" + "0000001" + "11"
    file = tmp_path / "绿证.csv"
    for name, code in (
        ("甘肃省", "CN-GS"),
        ("新疆维吾尔自治区", "CN-XJ"),
        ("广西壮族自治区", "CN-GX"),
        ("宁夏回族自治区", "CN-NX"),
        ("西藏自治区", "CN-XZ"),
        ("上海市", "CN-SH"),
    ):
        file.write_text(
            f"绿证编号,技术类型,省份,持有人\n{serial},风电,{name},甲\n", encoding="utf-8"
        )
        assert read_certificates(file).devices[0].place == code
