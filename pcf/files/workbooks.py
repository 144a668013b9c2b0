"""Tables from Excel workbooks, whose parts are judged before openpyxl sees them."""

from __future__ import annotations

import io
import math
import re
import warnings
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast
from xml.parsers import expat

from pcf.errors import FileError, Where, problem
from pcf.files.archives import unpack
from pcf.files.assembly import Record, assemble, cleaned
from pcf.files.raw import LIMITS, Limits, read_bytes
from pcf.files.tables import Heading, Table
from pcf.files.values import exact_text, shown
from pcf.text import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    from pcf.errors import Problem

    _Cell: TypeAlias = ReadOnlyCell | EmptyCell
    _Sheet: TypeAlias = ReadOnlyWorksheet
    _Pair: TypeAlias = tuple[_Sheet, _Sheet | None]

_OLE = b"\xd0\xcf\x11\xe0"  # .xls, and workbooks with a password
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ROW_NUMBER = re.compile(rb"<(?:\w+:)?row\s(?:[^>]*?\s)?r=[\"'](\d+)[\"']")
_LITERAL = re.compile(r'"[^"]*"|\\.')
# A short part can claim cells at the end of a sheet, and openpyxl fills up everything before them.
_SHEETS = 64
_ROWS = 2**20
_CELLS = 20_000_000


def read_workbook(
    path: Path,
    problems: list[Problem],
    *,
    sheets: Mapping[str, str] | None = None,
    name: str = "",
    limits: Limits = LIMITS,
) -> dict[str, Table]:
    """Return the tables of a workbook (.xlsx) by sheet: what could be read, the rest as problems.

    `sheets` says what titles, folded, stand for which keys (see `aliases_of`); other sheets that
    hold something are problems. Without it every sheet is read under its title. Sheets whose title
    begins with '#' are comments; so are rows whose first cell is '# ...'. Cells are text: numbers
    and dates exact, percentages as '12%', the last computed value of formulas.
    """
    data = read_bytes(path, problems, name=name, limits=limits)
    if data is None:
        return {}
    return parse_workbook(data, name or path.name, problems, sheets=sheets, limits=limits)


def parse_workbook(
    data: bytes,
    name: str,
    problems: list[Problem],
    *,
    sheets: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> dict[str, Table]:
    """Return the tables of a workbook's bytes, as `read_workbook` does.

    >>> from pcf.files.sheets import Column, Sheet, workbook
    >>> from pcf.text import Name
    >>> sheet = Sheet(Name(zh="活动数据"), (Column("amount", Name(zh="数量")),), ({"amount": 0.1},))
    >>> row = parse_workbook(workbook([sheet]), "study.xlsx", [])["活动数据"].rows[0]
    >>> row["数量"], str(row.where("数量"))
    ('0.1', 'study.xlsx, 活动数据!A2, 数量')
    """
    before = len(problems)
    parts = _safe_parts(data, name, problems, limits)
    if not parts:
        return {}
    formulas = any(_FORMULA.search(part) for part in parts.values())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which no table needs
            pairs = _sheet_pairs(data, name, formulas=formulas)
            tables = _tables(pairs, Heading(name), problems, sheets, limits)
    except FileError as error:
        problems.extend(error.problems)
        return {}
    if not tables and len(problems) == before:
        problems.append(problem("file-empty", Where(file=name)))
    return tables


def _safe_parts(
    data: bytes, name: str, problems: list[Problem], limits: Limits
) -> dict[str, bytes]:
    """Return the parts of a workbook, none when openpyxl must not open it."""
    if data.startswith(_OLE):
        problems.append(problem("workbook-old", Where(file=name)))
        return {}
    parts = unpack(data, name, problems, limits=limits)
    faults: dict[str, Problem] = {}
    for part, content in parts.items():
        code = _part_fault(part.casefold(), content)
        if code is not None:
            faults.setdefault(code, problem(code, Where(file=name, item=shown(part))))
    problems.extend(faults.values())
    return {} if faults else parts


def _part_fault(part: str, content: bytes) -> str | None:
    if "vbaproject" in part or part.startswith("xl/macrosheets/"):
        return "workbook-macro"
    if part.startswith("xl/externallinks/"):
        return "workbook-external-link"
    try:
        plain = _is_plain_xml(content)
    except FileError as error:
        return error.problems[0].code
    if not plain:
        return "workbook-damaged" if part.endswith((".xml", ".rels")) else None
    if part == "[content_types].xml" and b"macroEnabled" in content:
        return "workbook-macro"
    rows = [int(digits[:9]) for digits in _ROW_NUMBER.findall(content)]
    # openpyxl skips, silently, a row that comes too late.
    in_order = all(above < below for above, below in pairwise(rows))
    return None if in_order else "workbook-damaged"


def _is_plain_xml(content: bytes) -> bool:
    """Tell whether a part is XML in UTF-8; raise FileError where it declares a document type.

    Entities, and with them every expansion, can only be declared there.
    """
    parser = expat.ParserCreate()
    encodings: list[str | None] = []

    def refuse(*_: object) -> NoReturn:
        raise FileError(problem("workbook-doctype"))

    def note(_: str, encoding: str | None, __: int) -> None:
        encodings.append(encoding)

    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = note
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return False
    known = all(each is None or each.lower() in {"utf-8", "us-ascii"} for each in encodings)
    return known and b"\0" not in content


def _sheet_pairs(data: bytes, name: str, *, formulas: bool) -> list[_Pair]:
    """Return each worksheet with computed values and, where there are any, with formulas."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow, and only workbooks need it

    def loaded(*, data_only: bool) -> list[_Sheet]:
        stream = io.BytesIO(data)
        try:
            book = load_workbook(stream, read_only=True, data_only=data_only, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # a wrong one would cut rows off or invent millions
            return list(book.worksheets)
        except Exception as error:  # openpyxl raises whatever its parsing meets
            raise FileError(problem("workbook-damaged", Where(file=name))) from error

    values = loaded(data_only=True)
    if len(values) > _SHEETS:
        raise FileError(problem("workbook-sheets", Where(file=name), limit=_SHEETS))
    beside = loaded(data_only=False) if formulas else [None] * len(values)
    return list(zip(values, beside, strict=True))


def _tables(
    pairs: list[_Pair],
    file: Heading,
    problems: list[Problem],
    sheets: Mapping[str, str] | None,
    limits: Limits,
) -> dict[str, Table]:
    keys = None if sheets is None else {fold(title): key for title, key in sheets.items()}
    tables: dict[str, Table] = {}
    for values, formulas in pairs:
        title = values.title
        if title.startswith("#"):
            continue
        heading = replace(file, sheet=title)
        key = title if keys is None else keys.get(fold(title))
        found: list[Problem] = []
        table = assemble(heading, _records(values, formulas, heading, found), found, limits)
        if not (table.heading.captions or found):
            continue
        if key is None or key in tables:
            code = "sheet-unknown" if key is None else "sheet-twice"
            where = Where(file=file.file, item=shown(title))
            problems.append(problem(code, where, nearest(title, sheets or ()), sheet=shown(title)))
            continue
        tables[key] = table
        problems.extend(found)
    return tables


def _records(
    values: _Sheet, formulas: _Sheet | None, heading: Heading, problems: list[Problem]
) -> Iterator[Record]:
    """Yield the rows of a sheet as text; a formula that was never computed is a problem."""
    beside = repeat(()) if formulas is None else _rows(formulas, heading)
    pairs = zip(_rows(values, heading), beside, strict=False)
    seen = 0
    for line, (cells, written) in enumerate(pairs, 1):
        seen += len(cells)
        if line > _ROWS or seen > _CELLS:
            problems.append(problem("sheet-too-large", heading.where(line)))
            return
        texts = [_text(cell) for cell in cells]
        # A formula whose last value was an empty text has the type 'str'.
        broken = frozenset(
            at
            for at, cell in enumerate(written)
            if cell.data_type == "f" and cells[at].value is None and cells[at].data_type != "str"
        )
        record = cleaned(line, texts, broken)
        if record is not None:
            places = [heading.where(line, at) for at in sorted(broken)]
            problems += [problem("cell-not-computed", where) for where in places]
            yield record


def _rows(sheet: _Sheet, heading: Heading) -> Iterator[tuple[_Cell, ...]]:
    try:
        yield from cast("Any", sheet).iter_rows()  # the stubs type it for other sheets only
    except Exception as error:  # openpyxl raises whatever its parsing meets
        where = Where(file=heading.file, item=shown(heading.sheet))
        raise FileError(problem("workbook-damaged", where)) from error


def _text(cell: _Cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        text = exact_text(value)
        is_share = "%" in _LITERAL.sub("", cell.number_format)
        return f"{Decimal(text).scaleb(2).normalize():f}%" if is_share else text
    return exact_text(value) if isinstance(value, bool | date) else str(value)
