"""How is the record of an assessment written? One TOML document, every mistake told at once.

::

    number = "PCF-2026-001"
    body = "示例认证"
    applicant = "示例铝业有限公司"
    signatory = "…"
    decided = "2026-11-20"
    [[done]]
    item = "business-licence"               # each item that is not computed
    date = "2026-10-01"
    by = "…"
    evidence = "scan 12, seen in original"
    [[recomputation]]
    by = "…"
    date = "2026-11-01"
    environment = "Windows 11, Python 3.12, pcf 0.1.0"
    total = 13580.780377942
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, get_args

from pcf import files, text
from pcf.declare.assessment.steps import stated_items
from pcf.declare.assessment.values import Done, Level, Recomputed, Record, Scheme
from pcf.declare.document import built
from pcf.errors import DeclareError, Where, problem

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.errors import Problem


def read_record(path: Path) -> Record:
    """Return the record in a TOML file; raise DeclareError with every problem.

    No example: it reads a file.
    """
    with files.collecting(DeclareError) as problems:
        document = files.read_toml(path, problems)
        where = Where(file=path.name)
        parts: dict[str, Any] = {
            "done": _rows(document.pop("done", []), Done, "done", where, problems),
            "recomputations": _rows(
                document.pop("recomputation", []), Recomputed, "recomputation", where, problems
            ),
        }
        if "decided" in document:
            parts["decided"] = _day(document["decided"], where, problems)
        for key, words in (("level", get_args(Level)), ("scheme", get_args(Scheme))):
            if key in document and document[key] not in words:
                problems.append(_word(str(document[key]), key, where, words))
            elif key in document:
                parts[key] = document[key]
        record = built(Record, document, "", where, problems, **parts) if document else None
        if record is not None:
            problems.extend(_against_items(record, where))
    if record is None:
        raise DeclareError(problem("declare-missing", where, field="number"))
    return record


def _rows(
    rows: object, make: type, path: str, where: Where, problems: list[Problem]
) -> tuple[Any, ...]:
    if not isinstance(rows, list):
        problems.append(problem("declare-kind", where, wanted="list of tables"))
        return ()
    found = (
        built(make, _dated(row), f"{path}[{at}]", where, problems) for at, row in enumerate(rows)
    )
    return tuple(each for each in found if each is not None)


def _dated(row: object) -> object:
    """Return a row with a day of TOML's own spelling as text."""
    if isinstance(row, dict) and isinstance(row.get("date"), date):
        return {**row, "date": row["date"].isoformat()}
    return row


def _day(written: object, where: Where, problems: list[Problem]) -> date | None:
    if isinstance(written, date):
        return written.date() if isinstance(written, datetime) else written
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        at = Where(file=where.file, item="decided")
        problems.append(problem("declare-kind", at, wanted="date"))
        return None


def _against_items(record: Record, where: Where) -> list[Problem]:
    known = [item.id for item in stated_items()]
    found = [
        _word(each.item, "done.item", where, known)
        for each in record.done
        if each.item not in known
    ]
    for path, each_date in _dates(record):
        try:
            late = date.fromisoformat(each_date) > record.decided
        except ValueError:
            late = True
        if late:
            at = Where(file=where.file, item=path)
            found.append(problem("assess-date", at, date=each_date, decided=record.decided))
    seen: set[str] = set()
    for each in record.done:
        if each.item in seen:
            found.append(problem("assess-twice", Where(file=where.file, item=each.item)))
        seen.add(each.item)
    if record.scheme == "low-carbon" and (record.limit is None or not record.limit_source):
        found.append(problem("assess-limit", Where(file=where.file, item="limit")))
    return found


def _dates(record: Record) -> list[tuple[str, str]]:
    """Return every day that a record states, with its place."""
    rows = [(f"done {each.item}", each.date) for each in record.done]
    return rows + [(f"recomputation {each.by}", each.date) for each in record.recomputations]


def _word(written: str, path: str, where: Where, words: object) -> Problem:
    known = tuple(words) if isinstance(words, list | tuple) else ()
    near = text.nearest(written, known) or known
    return problem("declare-word", Where(file=where.file, item=path), near, word=written)
