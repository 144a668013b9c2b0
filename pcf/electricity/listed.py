"""How does a cell become energy, a time, or a range of serials? With its place, or as a problem.

None is returned for what cannot be read, which is told, and for an empty cell.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pcf import files
from pcf.electricity.facts import SCHEMES, WhRange
from pcf.electricity.intervals import Interval, read_moment
from pcf.electricity.serials import LAYOUT, SerialLayout, read_serial
from pcf.errors import ModelError, PcfError, Where, problem
from pcf.model.coverage import find_place
from pcf.text import fold

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping

    from pcf.errors import Problem

T = TypeVar("T")

_MONTH = re.compile(r"(\d{4})[-/年.]?((?<=[-/年])[1-9]|0[1-9]|1[0-2])月?")
_CUT = re.compile(r"\d{4}\.[1-9]")  # as a number, 2025.10 has become 2025.1
_DAY = re.compile(
    r"(\d{4})[-/.年](0?[1-9]|1[0-2])[-/.月](0?[1-9]|[12]\d|3[01])日?(?: 00:00(?::00)?)?"
)
_PROVINCE = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
_NOISE = Decimal("1e-9")  # of a spreadsheet's arithmetic, relative
UNITS: dict[str, int] = {
    **dict.fromkeys(("Wh", "瓦时"), 1),
    **dict.fromkeys(("kWh", "千瓦时", "度"), 1_000),
    **dict.fromkeys(("MWh", "兆瓦时"), 1_000_000),
    **dict.fromkeys(("万kWh", "万千瓦时", "万度"), 10_000_000),
    **dict.fromkeys(("GWh", "吉瓦时"), 1_000_000_000),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a kind of list: key -> its headings, and which keys must be there.

    `one_of` are groups of keys of which one must be there, by what a reader is told to add.
    """

    names: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    one_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def aliases(self) -> dict[str, str]:
        """Return heading -> key."""
        return {alias: key for key, aliases in self.names.items() for alias in aliases}


def read_rows(
    place: str | os.PathLike[str], columns: Columns, problems: list[Problem]
) -> list[files.Row]:
    """Return the rows of a CSV file, or of all sheets of a workbook, under their keys.

    No example: the readers of `pcf.electricity.readers` show it.
    """
    path = Path(place)
    if path.suffix.lower() == ".xlsx":
        tables = list(files.read_workbook(path, problems).values())
    else:
        tables = [files.read_csv(path, problems)]
    rows: list[files.Row] = []
    optional = [key for key in columns.names if key not in columns.required]
    for table in tables:
        placed = files.columns(
            table,
            problems,
            required=columns.required,
            optional=optional,
            aliases=columns.aliases(),
        )
        heading = placed.heading
        there = {key for key, position in heading.keys.items() if position is not None}
        lacking = [name for name, keys in columns.one_of.items() if not there & set(keys)]
        if heading.captions:
            where = heading.where(heading.line)
            problems += [problem("column-missing", where, (), column=name) for name in lacking]
        if there >= set(columns.required) and not lacking:
            rows += placed.rows
    return rows


def source_of(place: str | os.PathLike[str]) -> str:
    """Return a file's name and fingerprint, by which the ledger remembers it."""
    path = Path(place)
    return f"{path.name} sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def attempt(read: Callable[[], T], where: Where, problems: list[Problem]) -> T | None:
    """Return what `read` returns; its problems are added with the place `where`, then None.

    >>> attempt(lambda: read_serial("1.2E+31"), Where(file="a.csv", line=2), found := [])
    >>> str(found[0].where), found[0].code
    ('a.csv, line 2', 'serial-digits-lost')
    """
    try:
        return read()
    except PcfError as error:
        problems += [replace(each, where=where) for each in error.problems]
        return None


def energy_in(row: files.Row, problems: list[Problem], *, required: bool = True) -> int | None:
    """Return the watt-hours of a row: a column with its unit in the heading, or one beside it.

    No example: the readers of `pcf.electricity.readers` show it.
    """
    given = [key for key in ENERGY if row[key] is not None or row.is_broken(key)]
    if not given:
        if required:
            problems.append(problem("energy-missing", row.where()))
        return None
    if len(given) > 1:
        problems.append(problem("energy-twice", row.where(given[1])))
        return None
    key = given[0]
    factor: int | None = _FACTORS.get(key)
    if factor is None:
        unit = row["unit"]
        sizes = {fold(name): size for name, size in UNITS.items()}
        factor = sizes.get(fold(unit or ""))
        if factor is None:
            problems.append(problem("energy-unit", row.where(key), tuple(UNITS), unit=unit or "-"))
            return None
    return _watt_hours(row, key, factor, problems)


def _watt_hours(row: files.Row, key: str, factor: int, problems: list[Problem]) -> int | None:
    if files.number(row, key, problems) is None:
        return None
    exact = Decimal(files.narrow(str(row[key])).replace(",", "")) * factor
    whole = exact.to_integral_value()
    if exact < 0 or abs(exact - whole) > _NOISE * max(exact, Decimal(1)):
        problems.append(problem("energy-not-wh", row.where(key), (), energy=f"{exact} Wh"))
        return None
    return int(whole)


# Headings with a unit, and the one whose unit stands beside it.
ENERGY: dict[str, tuple[str, ...]] = {
    "energy_wh": ("energy [Wh]", "电量(Wh)", "电量（瓦时）"),
    "energy_kwh": (
        *("energy [kWh]", "consumption [kWh]", "电量(kWh)", "用电量(kWh)", "电量（千瓦时）"),
        *("用电量（千瓦时）", "用电量（度）", "结算电量（千瓦时）", "结算电量(kWh)"),
    ),
    "energy_mwh": (
        *("energy [MWh]", "电量(MWh)", "用电量(MWh)", "电量（兆瓦时）", "用电量（兆瓦时）"),
        *("结算电量（兆瓦时）", "结算电量(MWh)"),
    ),
    "energy_wan": ("energy [万kWh]", "电量（万千瓦时）", "用电量（万千瓦时）", "用电量(万kWh)"),
    "energy": ("电量", "用电量", "结算电量", "consumption"),
}
_FACTORS = {"energy_wh": 1, "energy_kwh": 1_000, "energy_mwh": 1_000_000, "energy_wan": 10_000_000}
UNIT = {"unit": ("单位", "电量单位", "计量单位")}


def place_called(written: str) -> str:
    """Return the code of a place as lists write it: 甘肃省 and 新疆维吾尔自治区 are places too.

    Raises ModelError with candidates.

    >>> place_called("甘肃省"), place_called("内蒙古自治区"), place_called("CN-GS")
    ('CN-GS', 'CN-NM', 'CN-GS')
    """
    short = _PROVINCE.sub("", files.narrow(written).strip())
    try:
        return find_place(short or written)
    except PcfError:
        return find_place(written)


def interval_in(row: files.Row, problems: list[Problem]) -> Interval | None:
    """Return the interval of a row: a month, or a start and an end; a problem where there is none.

    A spreadsheet makes the first of a month out of a month that is typed: it is that month. Another
    single day in a column of months is a problem; days are written first/last.

    No example: the readers of `pcf.electricity.readers` show it.
    """
    month, start, end = row["month"], row["start"], row["end"]
    if any(row.is_broken(key) for key in ("month", "start", "end")):
        return None
    if month is not None and start is None and end is None:
        return attempt(lambda: _month(month), row.where("month"), problems)
    if month is None and start is not None and end is not None:
        return attempt(
            lambda: Interval(read_moment(start), read_moment(end)), row.where("start"), problems
        )
    problems.append(problem("interval-missing", row.where()))
    return None


def _month(written: str) -> Interval:
    """Return what a cell of a column of months says: 2025-03, 2025/3, 202503, 2025年3月."""
    text = files.narrow(written).strip()
    if _CUT.fullmatch(text):
        raise ModelError(problem("month-cut", "", (), written=text))
    found = _MONTH.fullmatch(text)
    if found:
        return Interval.of_month(int(found[1]), int(found[2]))
    found = _DAY.fullmatch(text)
    if not found:
        return Interval.read(written)
    if int(found[3]) != 1:
        raise ModelError(problem("month-is-a-day", "", (), written=text))
    return Interval.of_month(int(found[1]), int(found[2]))


WHEN = {
    "month": ("月份", "年月", "电量生产年月", "电量生产月份", "生产年月", "电量所属月", "period"),
    "start": ("开始时间", "起始时间", "时段开始"),
    "end": ("结束时间", "截止时间", "时段结束"),
}


@dataclass(frozen=True, slots=True)
class Numbered:
    """The serials of a row: their range, and the project and month that a GEC's digits name."""

    range: WhRange
    first: int
    last: int
    project: str = ""
    month: Interval | None = None


SERIALS: dict[str, tuple[str, ...]] = {
    "serial": ("绿证编号", "证书编号", "绿证编码", "证书编码", "编号", "certificate"),
    "first": ("起始编号", "起始证书编号", "证书起始编号", "绿证起始编号", "编号起", "first serial"),
    "last": ("截止编号", "终止编号", "证书终止编号", "绿证终止编号", "编号止", "last serial"),
    "count": ("数量", "绿证数量", "证书数量", "张数", "数量（张）", "quantity"),
    "scheme": ("证书种类", "种类"),
    "series": ("序列", "编号前缀"),
}


def serials_in(
    row: files.Row, problems: list[Problem], layout: SerialLayout = LAYOUT
) -> Numbered | None:
    """Return the serials of a row: `serial`, or `first` and `last`; `count` must agree with them.

    No example: the readers of `pcf.electricity.readers` show it.
    """
    keys = ("serial", "serial") if row["first"] is None else ("first", "last")
    texts = [files.filled(row, key, problems) for key in dict.fromkeys(keys)]
    scheme = row["scheme"] or "GEC"
    if None in texts or any(row.is_broken(key) for key in keys):
        return None
    if scheme not in SCHEMES:
        where = row.where("scheme")
        problems.append(problem("scheme-unknown", where, tuple(SCHEMES), scheme=scheme))
        return None
    found = (_gec if scheme == "GEC" else _plain)(row, keys, problems, layout)
    if found is None:
        return None
    count = files.number(row, "count", problems)
    if count is not None and count != found.last - found.first + 1:
        told = {"count": f"{count:g}", "serials": found.last - found.first + 1}
        problems.append(problem("serial-count", row.where("count"), (), **told))
        return None
    return found


def _gec(
    row: files.Row, keys: tuple[str, str], problems: list[Problem], layout: SerialLayout
) -> Numbered | None:
    read = {
        key: attempt(lambda key=key: read_serial(str(row[key]), layout), row.where(key), problems)  # type: ignore[misc] # mypy infers no type for a lambda's default
        for key in dict.fromkeys(keys)
    }
    first, last = (read[key] for key in keys)
    if first is None or last is None:
        return None
    if first.series != last.series:
        problems.append(problem("serials-apart", row.where(keys[1])))
        return None
    span = attempt(
        lambda: WhRange.of_serials(first.series, first.sequence, last.sequence),
        row.where(keys[1]),
        problems,
    )
    if span is None:
        return None
    return Numbered(span, first.sequence, last.sequence, first.project, first.interval)


def _plain(
    row: files.Row, keys: tuple[str, str], problems: list[Problem], layout: SerialLayout
) -> Numbered | None:
    """Return serials that are counted in a series of their own column."""
    del layout
    series = files.filled(row, "series", problems)
    first, last = (_serial_number(row, key, problems) for key in keys)
    if series is None or first is None or last is None:
        return None
    scheme = str(row["scheme"])
    span = attempt(
        lambda: WhRange.of_serials(series, first, last, scheme), row.where(keys[1]), problems
    )
    return None if span is None else Numbered(span, first, last)


def _serial_number(row: files.Row, key: str, problems: list[Problem]) -> int | None:
    digits = files.narrow(str(row[key])).replace(",", "")
    if digits.isdigit():
        return int(digits)
    problems.append(problem("serial-number", row.where(key), (), written=row[key]))
    return None


def said_or(row: files.Row, key: str, default: str) -> str:
    """Return the text of a cell, or what the reader was told for the whole file."""
    return row[key] or default


def overlaps_told(rows: Iterable[tuple[files.Row, WhRange]], problems: list[Problem]) -> None:
    """Add a problem for each row whose serials stand in an earlier row too.

    No example: the readers of `pcf.electricity.readers` show it.
    """
    ordered = sorted(rows, key=lambda each: (each[1].scheme, each[1].series, each[1].low))
    before: WhRange | None = None
    for row, span in ordered:
        if before is not None and before.overlaps(span):
            key = "serial" if row["first"] is None else "first"
            problems.append(problem("serials-twice", row.where(key), (), range=span))
        before = span if before is None or span.high > before.high else before
