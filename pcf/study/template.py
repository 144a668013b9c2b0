"""What does an exporter fill in? An empty bilingual workbook, which `read_study` reads back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pcf import files, resources
from pcf.errors import FileError, Where, problem
from pcf.study.columns import table_columns, words
from pcf.study.outgoing import table_rows
from pcf.study.written_settings import settings_of
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pcf.files import Scalar
    from pcf.study.values import Study

    Rows = list[Mapping[str, Scalar]]

_EXPLANATION = files.Column("#", Name(en="# explanation", zh="# 说明"))


def write_template(path: Path | str) -> None:
    """Write an empty workbook with every column explained, drop-down lists and examples.

    Raises FileError when it cannot be written, is there already (it may be filled in), or is not
    called .xlsx.

    >>> import tempfile
    >>> from pcf.study.reading import read_study
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_template(Path(place, "空表.xlsx"))
    ...     len(read_study(Path(place, "空表.xlsx")).activity)
    0
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise FileError(problem("workbook-ending", Where(file=path.name)))
    if path.exists():
        raise FileError(problem("workbook-exists", Where(file=path.name)))
    files.write(path, files.workbook(study_sheets()))


def study_workbook(study: Study) -> bytes:
    """Return a study as a workbook, which reads back equal in the folder of its evidence.

    What only study.toml can say (causal allocation, a study's own background) is not in it.
    No example: `write_template` shows the empty one.
    """
    return files.workbook(study_sheets(study))


def study_sheets(study: Study | None = None) -> list[files.Sheet]:
    """Return the sheets of a study's workbook, empty ones without a study.

    No example: `write_template` writes them.
    """
    if study is None:
        return _sheets({})
    return _sheets(_settings_rows(study) | table_rows(study))


def _sheets(rows: Mapping[str, Sequence[Mapping[str, Scalar]]]) -> list[files.Sheet]:
    return [
        files.Sheet(title, _columns(name, rows.get(name, ())), _rows(name, rows.get(name, ())))
        for name, title in words("sheets").items()
    ]


def _columns(name: str, rows: Sequence[Mapping[str, Scalar]]) -> tuple[files.Column, ...]:
    """Return the columns of a sheet; those of a study that are not listed stand as they are."""
    columns = table_columns(name)
    if name == "study":
        return (*columns, _EXPLANATION)
    known = {column.key for column in columns}
    more = dict.fromkeys(key for row in rows for key in row if key not in known)
    return (*columns, *(files.Column(key, Name(en=key), kind="number") for key in more))


def _rows(name: str, rows: Sequence[Mapping[str, Scalar]]) -> tuple[Mapping[str, Scalar], ...]:
    if name != "study":
        return tuple(rows)
    values = {row["key"]: row["value"] for row in rows}
    return tuple(
        {"key": key, "value": values.get(key), "#": explanation}
        for key, explanation in _explanations()
    )


def _explanations() -> Iterator[tuple[str, str]]:
    for row in csv.DictReader(resources.text_of("study", "words.csv").splitlines()):
        if row["list"] == "settings":
            texts = (row["zh_explanation"], row["en_explanation"])
            yield row["key"], "；".join(text for text in texts if text)


def _settings_rows(study: Study) -> dict[str, Rows]:
    document = settings_of(study)
    plain = {path: value for path, value in _flat(document) if path in words("settings")}
    electricity = document.get("electricity", {}).get("supply", [])
    rows: dict[str, Rows] = {
        "study": [{"key": key, "value": value} for key, value in plain.items()],
        "exclusions": document.get("exclusion", []),
        "links": document.get("link", []),
        "mixes": [
            {"product": mix["product"], **share}
            for mix in document.get("mix", [])
            for share in mix["shares"]
        ],
        "allocations": [
            row for each in document.get("allocation", []) for row in _allocation(each)
        ],
        "parameters": _parameters(document.get("parameters", {})),
        "electricity": [
            {"meter": each["meter"], "evidence": each.get("evidence"), **share}
            for each in electricity
            for share in each["shares"]
        ],
        "alternatives": [],
    }
    for process, table in document.get("process_parameters", {}).items():
        rows["parameters"] += _parameters(table, process=process)
    for name, table in document.get("alternatives", {}).items():
        _add_alternative(name, table, rows)
    return rows


def _flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        here = f"{path}.{key}".lstrip(".")
        if isinstance(value, dict):
            yield from _flat(value, here)
        elif isinstance(value, list):
            if value and isinstance(value[0], str):
                yield here, "|".join(value)
        else:
            yield here, value


def _allocation(table: Mapping[str, Any], **more: str) -> Rows:
    head = {key: value for key, value in table.items() if key not in ("shares", "causes")} | more
    shares = table.get("shares", {})
    return [head | {"product": key, "share": share} for key, share in shares.items()] or [head]


def _parameters(table: Mapping[str, Any], **more: str) -> Rows:
    return [{"name": name, **each, **more} for name, each in table.items()]


def _add_alternative(name: str, table: Mapping[str, Any], rows: dict[str, Rows]) -> None:
    says = table.get("says", {})
    rows["alternatives"].append(
        {
            "name": name,
            "says_zh": says.get("zh"),
            "says_en": says.get("en"),
            "replaces": "|".join(table.get("replaces", [])),
            "by": "|".join(table.get("by", [])),
        }
    )
    rows["links"] += [{**link, "alternative": name} for link in table.get("links", [])]
    rows["parameters"] += _parameters(table.get("parameters", {}), alternative=name)
    for each in table.get("allocations", []):
        rows["allocations"] += _allocation(each, alternative=name)
