"""How do users' files come in and go out? Bounded, hostile-safe, every problem with its place.

Readers take a list and add to it every `Problem` they find, so that the problems of many files are
raised together; they return what could be read. Nothing read is nothing returned: a table without
captions and an empty document have been reported already.

>>> from pathlib import Path
>>> from pcf import files
>>> from pcf.errors import StudyProblems
>>> def read_activity(folder: Path) -> list[tuple[str | None, float | None]]:
...     with files.collecting(StudyProblems) as problems:
...         document = files.read_toml(folder / "study.toml", problems)
...         table = files.read_csv(folder / "activity.csv", problems)
...         table = files.columns(table, problems, required=["process", "amount"],
...                               optional=["note"], aliases={"过程": "process", "数量": "amount"})
...         rows = [(files.filled(row, "process", problems),
...                  files.number(row, "amount", problems, required=True)) for row in table.rows]
...     return rows
>>> files.read_csv(Path("nowhere.csv"), problems := []).rows, problems[0].code
((), 'file-missing')

Writers raise `FileError` and leave the old file as it was.
"""

from pcf.files.archives import open_archive, pack, unpack
from pcf.files.cells import choice, date, filled, narrow, number
from pcf.files.collect import collecting
from pcf.files.delimited import csv_text, parse_csv, read_csv
from pcf.files.documents import parse_json, parse_toml, read_json, read_toml
from pcf.files.paths import is_safe_name, safe_path
from pcf.files.raw import LIMITS, Limits, decode, read_bytes
from pcf.files.sheets import Column, Sheet, captions, workbook
from pcf.files.tables import Heading, Row, Table, aliases_of, columns
from pcf.files.values import Scalar, exact_text
from pcf.files.workbooks import parse_workbook, read_workbook
from pcf.files.writing import write, write_folder

__all__ = [
    "LIMITS",
    "Column",
    "Heading",
    "Limits",
    "Row",
    "Scalar",
    "Sheet",
    "Table",
    "aliases_of",
    "captions",
    "choice",
    "collecting",
    "columns",
    "csv_text",
    "date",
    "decode",
    "exact_text",
    "filled",
    "is_safe_name",
    "narrow",
    "number",
    "open_archive",
    "pack",
    "parse_csv",
    "parse_json",
    "parse_toml",
    "parse_workbook",
    "read_bytes",
    "read_csv",
    "read_json",
    "read_toml",
    "read_workbook",
    "safe_path",
    "unpack",
    "workbook",
    "write",
    "write_folder",
]
