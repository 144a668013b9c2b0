"""How does a study come in? A folder with study.toml and CSV tables, or one Excel workbook.

What can be read is kept; everything that is wrong stands in `Study.problems` with its file and line
or cell. Only a path that is no study at all raises at once.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pcf import digest, files, resources, text
from pcf.background import Background, open_background, read_set
from pcf.background.editions import edition_folders
from pcf.errors import BackgroundError, FileError, Where, problem
from pcf.study import tables
from pcf.study.document import read_settings
from pcf.study.proofs import with_proofs
from pcf.study.settings import toml_places
from pcf.study.sheets import SHEETS, TABLES, read_sheets
from pcf.study.values import ActivityRow, Evidence, Study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.errors import Problem
    from pcf.study.call_rows import CallRow

SETTINGS = "study.toml"
OWN_BACKGROUND = "background"


def read_study(path: Path | str, *, background: Background | None = None) -> Study:
    """Return the study in a folder or in a workbook (.xlsx), as far as it can be read.

    `background` is what the study's own `background/` folder may lean on; without it, the shipped
    edition that the study names. A workbook may have that folder and its evidence beside it.
    Raises FileError when the path holds no study.

    >>> read_study("nowhere")
    Traceback (most recent call last):
    pcf.errors.FileError: [study-missing] nowhere: There is no study here. ...
    """
    path = Path(path)
    problems: list[Problem] = []
    if path.is_dir() and (path / SETTINGS).is_file():
        study = _read_folder(path, problems)
    elif path.is_file() and path.suffix.casefold() == ".xlsx":
        study = _read_workbook(path, problems)
    else:
        raise FileError(problem("study-missing", Where(file=path.name)))
    own = _own_background(study, background, problems)
    _check_evidence(study, problems)
    return replace(study, own_background=own, problems=tuple(problems))


def reference_study(category: str, *, variant: str = "") -> Study:
    """Return the reference study that ships with a product category, or a variant of it.

    The variants of a category are its folders `reference_study_<variant>`. Raises FileError with
    the categories that have one, or with the variants that this one has.

    >>> reference_study("aluminum")
    Traceback (most recent call last):
    pcf.errors.FileError: [category-unknown] ... Candidates: aluminium...
    """
    rules = resources.folder("product_rules")
    known = sorted(each.parent.parent.name for each in rules.glob(f"*/reference_study/{SETTINGS}"))
    if category not in known:
        raise FileError(problem("category-unknown", "", known, category=category))
    folders = {each.parent.name: each.parent for each in rules.glob(f"{category}/*/{SETTINGS}")}
    prefix = "reference_study_"
    name = f"{prefix}{variant}" if variant else "reference_study"
    if name not in folders:
        variants = sorted(each.removeprefix(prefix) for each in folders if each.startswith(prefix))
        unknown = problem("variant-unknown", "", variants, category=category, variant=variant)
        raise FileError(unknown)
    return read_study(folders[name])


def _read_folder(folder: Path, problems: list[Problem]) -> Study:
    document = files.read_toml(folder / SETTINGS, problems, name=SETTINGS)
    data = files.read_bytes(folder / SETTINGS, [])
    source = None if data is None else files.decode(data, SETTINGS, [])
    places = toml_places("" if source is None else source, SETTINGS)
    found = {
        name: files.read_csv(folder / f"{name}.csv", problems, name=f"{name}.csv")
        for name in TABLES
        if name in ("processes", "activity") or (folder / f"{name}.csv").exists()
    }
    study = read_settings(document, places, problems) if document else Study("", unread=True)
    study = replace(_with_tables(study, found, problems), folder=folder)
    study = with_proofs(study, document or {}, folder, problems)
    problems += _unknown_tables(study, folder)
    return study


def evidence_files(study: Study) -> set[str]:
    """Return the files that rows, calls and statements name as their evidence.

    No example: it collects names.
    """
    named = {row.evidence.file for row in study.activity}
    named |= {row.evidence.file for row in study.methods}
    named |= {row.evidence.file for row in study.statements}
    return named - {""}


def _unknown_tables(study: Study, folder: Path) -> list[Problem]:
    """Return CSV files that are no table and no evidence: a misspelt legs.csv is no transport."""
    known = {f"{name}.csv" for name in TABLES} | evidence_files(study)
    names = sorted(each.name for each in folder.iterdir() if each.suffix.casefold() == ".csv")
    return [
        problem("table-unknown", Where(file=name), text.nearest(name, known) or TABLES, file=name)
        for name in names
        if name not in known and not name.startswith("#")
    ]


def _read_workbook(path: Path, problems: list[Problem]) -> Study:
    found = files.read_workbook(path, problems, sheets=SHEETS)
    needed = ("study", "processes", "activity") if found else ()
    problems += [
        problem("sheet-missing", Where(file=path.name), sheet=name)
        for name in needed
        if name not in found
    ]
    document, places = read_sheets(found, path.name, problems)
    known = "study" in found
    study = read_settings(document, places, problems) if known else Study("", unread=True)
    return replace(_with_tables(study, found, problems), folder=path.parent)


def _with_tables(study: Study, found: Mapping[str, files.Table], problems: list[Problem]) -> Study:
    readers: dict[str, Callable[[files.Table, list[Problem]], object]] = {
        "processes": tables.read_processes,
        "coproducts": tables.read_coproducts,
        "activity": tables.read_activity,
        "legs": tables.read_legs,
        "methods": tables.read_calls,
        "site_totals": tables.read_site_totals,
        "statements": tables.read_statements,
        "sources": tables.read_sources,
    }
    rows = {name: readers[name](found[name], problems) for name in TABLES if name in found}
    return replace(study, **rows)  # type: ignore[arg-type] # each reader returns its table's rows


def _own_background(
    study: Study, beside: Background | None, problems: list[Problem]
) -> Background | None:
    """Return the set in the study's folder, which may lean on the set that the study names."""
    if study.folder is None or not (study.folder / OWN_BACKGROUND).is_dir():
        return None
    found: list[Problem] = []
    try:
        own = read_set(study.folder / OWN_BACKGROUND, found, beside=beside or _named(study))
    except BackgroundError as error:  # the edition it leans on cannot be opened
        problems += error.problems
        return None
    problems += [replace(each, where=_inside(each.where)) for each in found]
    return own


def _inside(where: Where) -> Where:
    return replace(where, file=f"{OWN_BACKGROUND}/{where.file}") if where.file else where


def _named(study: Study) -> Background | None:
    """Return the shipped edition that the study names; the gates say when there is none."""
    name, _, edition = study.background.partition(" ")
    there = (each.parts[-2:] for each in edition_folders())
    return open_background(name, edition=edition) if (name, edition) in there else None


def _check_evidence(study: Study, problems: list[Problem]) -> None:
    """Report evidence files that are missing or not those whose fingerprint the row states."""
    rows: list[ActivityRow | CallRow] = [*study.activity, *study.methods]
    for row in rows:
        fault = _evidence_fault(study.folder, row)
        if fault is not None:
            problems.append(fault)


def _evidence_fault(folder: Path | None, row: ActivityRow | CallRow) -> Problem | None:
    evidence: Evidence = row.evidence
    if folder is None or not evidence.file:
        return None
    where = replace(row.where, column="evidence_file", item=row.id)
    try:
        path = files.safe_path(folder, evidence.file)
    except FileError as error:
        return replace(error.problems[0], where=where)
    if not path.is_file():
        return problem("evidence-missing", where, file=evidence.file)
    if not evidence.sha256:
        return None
    found = digest.fingerprint_file(path)
    if found != evidence.sha256.casefold():
        facts = {"file": evidence.file, "stated": evidence.sha256, "found": found}
        return problem("evidence-differs", where, (), **facts)
    return None
