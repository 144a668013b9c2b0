"""What the commands on the register share: the file, entries as rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts
from pcf.declare.register import open_register
from pcf.errors import DeclareError, Where, problem
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.declare.register import Entry, Register
    from pcf.text import Language

RegisterPath = Annotated[Path, typer.Argument(help="The register's file. 登记簿文件。")]
DayOption = Annotated[str, typer.Option("--on", help="As of this day; else today. 截止日期。")]

_HEADS = (
    Name("id", "标识符"),
    Name("product", "产品"),
    Name("kg CO2e", "kg CO2e"),
    Name("per", "声明单位"),
    Name("valid from", "有效期起"),
    Name("until", "有效期至"),
    Name("status", "状态"),
    Name("replaced by", "替代者"),
)
_STATUS = {
    "active": Name("active", "有效"),
    "superseded": Name("superseded", "已被替代"),
    "withdrawn": Name("withdrawn", "已撤回"),
    "expired": Name("expired", "已过期"),
    "not yet valid": Name("not yet valid", "尚未生效"),
}


def open_known(path: Path) -> Register:
    """Open a register that is there: a slip in its name would show an empty one."""
    if not path.is_file():
        raise DeclareError(problem("file-missing", Where(file=path.name)))
    return open_register(path)


def day_of(written: str) -> date | None:
    """Return the day of `--on`, None where none is given; another text is a wrong call."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        message = f"{written}: YYYY-MM-DD"
        raise typer.BadParameter(message) from None


def table_of(entries: Iterable[Entry], language: Language) -> str:
    """Return entries as a table of text."""
    rows = [
        (
            each.id,
            each.product,
            each.value,
            each.unit,
            each.valid_from.isoformat(),
            each.valid_until.isoformat(),
            _STATUS[each.status].says(language),
            each.successor,
        )
        for each in entries
    ]
    return charts.text_table([head.says(language) for head in _HEADS], rows, align="llrlllll")


def plain(entry: Entry) -> dict[str, object]:
    """Return an entry as JSON values, its status and successor with it."""
    return entry.as_dict() | {
        "status": entry.status,
        "successor": entry.successor,
        "withdrawn_because": entry.withdrawn_because,
    }
