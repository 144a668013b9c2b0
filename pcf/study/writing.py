"""How does a study go out? As a folder that reads back equal: study.toml, tables, evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pcf import files
from pcf.errors import FileError, StudyProblems, Where, problem
from pcf.study.columns import table_columns
from pcf.study.outgoing import table_rows
from pcf.study.proofs import proof_files
from pcf.study.reading import OWN_BACKGROUND, SETTINGS, evidence_files
from pcf.study.written_settings import settings_of, toml_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.errors import Problem
    from pcf.files import Scalar
    from pcf.study.values import Study


def write_study(study: Study, folder: Path | str) -> None:
    """Write a study as a new folder; `read_study` of it gives an equal study.

    Evidence files and the study's own `background/` are copied along; the evidence of a ledger
    behind a supply is written into `electricity/`. Raises StudyProblems for a
    study that could not be read whole, FileError when the folder exists and is not empty.

    >>> import tempfile
    >>> from pcf.study.reading import read_study, reference_study
    >>> study = reference_study("aluminium")
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_study(study, Path(place, "碳足迹 测试"))
    ...     read_study(Path(place, "碳足迹 测试")) == study
    True
    """
    if study.problems:
        raise StudyProblems(*study.problems)
    contents: dict[str, bytes | str] = {SETTINGS: toml_text(settings_of(study))}
    for table, rows in table_rows(study).items():
        if rows or table in ("processes", "activity"):
            contents[f"{table}.csv"] = _csv(table, rows)
    contents |= _copied(study) | proof_files(study)
    files.write_folder(Path(folder), contents)


def _csv(table: str, rows: Sequence[Mapping[str, Scalar]]) -> str:
    """Return a table as CSV with the columns that are required or say something."""
    known = {column.key: column.required for column in table_columns(table)}
    keys = dict.fromkeys((*known, *(key for row in rows for key in row)))
    used = [
        key for key in keys if known.get(key) or any(row.get(key) not in (None, "") for row in rows)
    ]
    return files.csv_text(used, [[row.get(key) for key in used] for row in rows])


def _copied(study: Study) -> dict[str, bytes]:
    """Return the files that belong to a study beside its tables."""
    names = evidence_files(study)
    own = study.own_background is not None
    if study.folder is None:
        if own or names:
            raise FileError(problem("study-no-folder", Where(item=study.id)))
        return {}
    if own:
        folder = study.folder / OWN_BACKGROUND
        names |= {f"{OWN_BACKGROUND}/{each.name}" for each in folder.iterdir() if each.is_file()}
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name in sorted(names):
        data = files.read_bytes(files.safe_path(study.folder, name), problems, name=name)
        if data is not None:
            found[name] = data
    if problems:
        raise FileError(*problems)
    return found
