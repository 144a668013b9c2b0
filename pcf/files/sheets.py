"""Excel workbooks written from a plain description of their sheets, as templates and as results."""

from __future__ import annotations

import io
import math
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pcf.errors import FileError, Where, problem
from pcf.files.archives import pack
from pcf.files.raw import LIMITS
from pcf.files.tables import aliases_of, letters
from pcf.files.values import clean, exact_text, guarded, is_comment, unguarded
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from pcf.files.values import Scalar

Kind = Literal["text", "number", "date"]

_FORMATS: dict[Kind, str] = {"text": "@", "number": "General", "date": "yyyy-mm-dd"}
_LISTS = "# lists"
_ROWS_TO_FILL = 2000
_ROWS_SHOWN = 200
"""So many rows decide how wide a column is."""
_LONG = 36
"""Texts that are wider are broken into lines; a wide character counts two."""
_FIXED_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel's times have no zone
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its key, what it is called, what it means, what may stand in it.

    `choices` (key -> name) become a drop-down list; `example` stands in a comment row;
    `required` is shown by the colour of the heading.
    """

    key: str
    caption: Name
    kind: Kind = "text"
    explanation: Name = Name()
    choices: Mapping[str, Name] = field(default_factory=dict, hash=False)
    example: Scalar = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its title, which must suit Excel, its columns, and rows by column key.

    `offers` are drop-down lists of single cells, by position of the row and key of the column,
    where each row has words of its own.
    """

    title: Name
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Scalar], ...] = field(default=(), hash=False)
    offers: Mapping[tuple[int, str], Mapping[str, Name]] = field(default_factory=dict, hash=False)


def captions(columns: Sequence[Column]) -> dict[str, str]:
    """Return what headings may stand for each column's key: `aliases` for `files.columns`.

    >>> captions([Column("amount", Name(zh="数量", en="amount"))])["数量"]
    'amount'
    """
    return aliases_of({column.key: column.caption for column in columns})


def workbook(sheets: Sequence[Sheet]) -> bytes:
    r"""Return an Excel workbook (.xlsx) in both languages, which `read_workbook` reads back.

    Each sheet has headings, a comment row that explains them, a comment row of examples, and its
    rows as values: no text becomes a formula. The same sheets give the same bytes. Raises
    FileError for a value that Excel cannot hold.

    >>> amount = Column("amount", Name(zh="数量", en="amount"), "number", example=3.9)
    >>> sheet = Sheet(Name(zh="活动数据", en="activity"), (amount,), ({"amount": 0.1},))
    >>> workbook([sheet])[:4]
    b'PK\x03\x04'
    """
    from openpyxl import Workbook  # noqa: PLC0415 - slow, and only workbooks need it

    book = Workbook()
    del book["Sheet"]
    book.properties.creator = "pcf"
    book.properties.created = _FIXED_TIME
    lists: list[tuple[str, ...]] = []
    for sheet in sheets:
        _write_sheet(book.create_sheet(_both(sheet.title, " ")), sheet, lists)
    if lists:
        _write_lists(book, lists)
    stream = io.BytesIO()
    book.save(stream)
    return _settled(stream.getvalue())


def _write_sheet(page: Worksheet, sheet: Sheet, lists: list[tuple[str, ...]]) -> None:
    from openpyxl.worksheet.properties import (  # noqa: PLC0415 - as in `workbook`
        PageSetupProperties,
    )

    columns = sheet.columns
    _write_headings(page, sheet)
    if any(column.explanation != Name() for column in columns):
        texts = [_both(column.explanation, "\n") for column in columns]
        _write_comment(page, f"# {texts[0]}".strip(), texts[1:])
    if any(column.example is not None for column in columns):
        texts = [_displayed(column, column.example) for column in columns]
        _write_comment(page, f"# 例 e.g. {texts[0]}".strip(), texts[1:])
    first = page.max_row + 1
    for line, row in enumerate(sheet.rows, first):
        for position, column in enumerate(columns, 1):
            _write_value(page.cell(line, position), column, row.get(column.key))
    _write_offers(page, sheet, first, lists)
    page.freeze_panes = "A2"
    long = [at for at, row in enumerate(sheet.rows, first) if any(map(_is_long, row.values()))]
    for line in (*range(1, first), *long):
        page.row_dimensions[line].height = _height(page, line)
    for line in long:
        _wrap(page, line)
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_offers(page: Worksheet, sheet: Sheet, first: int, lists: list[tuple[str, ...]]) -> None:
    """Offer the choices of each column below line `first`, and those of single cells."""
    places = {column.key: position for position, column in enumerate(sheet.columns)}
    for column in sheet.columns:
        if column.choices:
            letter = letters(places[column.key])
            end = first + max(len(sheet.rows), _ROWS_TO_FILL)
            area = f"{letter}{first}:{letter}{end}"
            _offer(page, area, column, _listed(column.choices, lists))
    for (at, key), choices in sheet.offers.items():
        area = f"{letters(places[key])}{first + at}"
        _offer(page, area, sheet.columns[places[key]], _listed(choices, lists))


def _write_headings(page: Worksheet, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - as in `workbook`

    for position, column in enumerate(sheet.columns):
        caption = _both(column.caption, "\n") or column.key
        cell = page.cell(1, position + 1)
        _write_text(cell, caption)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79" if column.required else "7F7F7F")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        dimension = page.column_dimensions[letters(position)]
        dimension.number_format = _FORMATS[column.kind]
        dimension.width = _width(column, caption, sheet.rows)


def _write_comment(page: Worksheet, first: str, others: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - as in `workbook`

    line = page.max_row + 1
    for position, text in enumerate((first, *others), 1):
        cell = page.cell(line, position)
        _write_text(cell, text)
        cell.font = Font(italic=True, color="7F7F7F")
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _write_value(cell: Cell | MergedCell, column: Column, value: Scalar) -> None:
    if value is None:
        return
    if isinstance(value, str):
        text = _displayed(column, value)
        first = cell.column == 1
        # A text may not read back as a comment, nor lose a quote that is its own.
        comment = first and is_comment(clean(text))
        plain = not comment and unguarded(text, first=first) == text
        _write_text(cell, text if plain else f"'{text}")
        return
    text = exact_text(value)
    cell.value = value
    if cell.data_type == "n":  # openpyxl itself keeps 16 digits
        cell.value = text
        cell.data_type = "n"
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd hh:mm:ss" if isinstance(value, datetime) else "yyyy-mm-dd"


def _is_long(value: Scalar) -> bool:
    """Return whether a text takes several lines of its cell."""
    return isinstance(value, str) and (_columns(value) > _LONG or "\n" in value)


def _wrap(page: Worksheet, line: int) -> None:
    """Let the texts of a row take several lines, all beginning at its top."""
    from openpyxl.styles import Alignment  # noqa: PLC0415 - as in `workbook`

    for cell in page[line]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _write_text(cell: Cell | MergedCell, text: str) -> None:
    """Write text as text, whatever it looks like; openpyxl cuts off what is too long."""
    where = Where(sheet=cell.parent.title, cell=cell.coordinate)
    if len(text) > LIMITS.cell:
        length = len(text)
        raise FileError(problem("cell-too-long", where, length=length, limit=LIMITS.cell))
    cell.value = exact_text(text).replace("\r\n", "\n").replace("\r", "\n")
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = guarded(text) != text


def _write_lists(book: Workbook, lists: Sequence[tuple[str, ...]]) -> None:
    page = book.create_sheet(_LISTS)
    page.sheet_state = "hidden"
    for position, texts in enumerate(lists, 1):
        for line, text in enumerate(texts, 1):
            _write_text(page.cell(line, position), text)


def _listed(choices: Mapping[str, Name], lists: list[tuple[str, ...]]) -> tuple[int, int]:
    """Return where a list of choices stands among `lists`, added if new, and its length."""
    texts = tuple(_both(name, " ") or key for key, name in choices.items())
    if texts not in lists:
        lists.append(texts)
    return lists.index(texts), len(texts)


def _offer(page: Worksheet, area: str, column: Column, place: tuple[int, int]) -> None:
    """Offer the list at a place of the sheet of lists as the drop-down list of an area."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - as above

    letter = letters(place[0])
    source = f"'{_LISTS}'!${letter}$1:${letter}${place[1]}"
    offer = DataValidation(type="list", formula1=source, allow_blank=True)
    offer.showErrorMessage = offer.showInputMessage = True
    offer.promptTitle = _both(column.caption, " ")[:32]
    offer.prompt = _both(column.explanation, "\n")[:255]
    offer.add(area)
    page.add_data_validation(offer)


def _displayed(column: Column, value: Scalar) -> str:
    name = column.choices.get(value) if isinstance(value, str) else None
    return exact_text(value) if name is None else _both(name, " ") or exact_text(value)


def _both(name: Name, between: str) -> str:
    """Return a name in both languages, once where they are the same."""
    return between.join(dict.fromkeys(text for text in (name.zh, name.en) if text))


def _height(page: Worksheet, line: int) -> float:
    """Return the height of a row whose texts wrap: openpyxl leaves the first line only visible."""
    most = 1
    for position, cell in enumerate(page[line]):
        room = page.column_dimensions[letters(position)].width - 1
        parts = str(cell.value or "").split("\n")
        most = max(most, sum(max(1, math.ceil(_columns(part) / room)) for part in parts))
    return 15.0 * most


def _columns(text: str) -> int:
    """Return how wide a text is: a wide character takes two columns."""
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def _width(column: Column, caption: str, rows: Sequence[Mapping[str, Scalar]]) -> float:
    texts = [*caption.split("\n"), exact_text(column.example)]
    written = (row.get(column.key) for row in rows[:_ROWS_SHOWN])
    texts += [line for text in written if isinstance(text, str) for line in text.split("\n")]
    texts += [_both(name, " ") for name in column.choices.values()]
    widest = max(map(_columns, texts))
    return float(min(max(widest + 4, 14), 40))


def _settled(data: bytes) -> bytes:
    """Return a workbook without the moment of writing, which openpyxl sets by itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    stamp = _FIXED_TIME.isoformat().encode() + b"Z"
    core = "docProps/core.xml"
    parts[core] = _MODIFIED.sub(rb"\g<1>" + stamp, parts[core])
    return pack(parts)
