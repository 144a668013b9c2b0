"""Is what a study states of itself well stated? Each fact once, and its evidence as it says.

Which facts there are is known to the rules, which stand below; what is asked here is only form.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import digest, files
from pcf.errors import FileError, problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pcf.errors import Problem
    from pcf.study.values import Evidence, Statement, Study


def statement_problems(study: Study) -> list[Problem]:
    """Return facts that a study states twice, and evidence files that lie outside its folder.

    >>> from pcf.study.values import Statement, Study
    >>> twice = (Statement("review.done", "yes"), Statement("review.done", "no"))
    >>> [each.code for each in statement_problems(Study("a", statements=twice))]
    ['statement-twice']
    """
    return [*_repeated(study), *_outside(study)]


def _repeated(study: Study) -> Iterator[Problem]:
    seen: dict[str, Statement] = {}
    for row in study.statements:
        if row.fact and row.fact in seen:
            where = replace(row.where, column="fact", item=row.fact)
            yield problem("statement-twice", where, fact=row.fact, value=seen[row.fact].value)
        seen.setdefault(row.fact, row)


def _outside(study: Study) -> Iterator[Problem]:
    for row in study.statements:
        if study.folder is None or not row.evidence.file:
            continue
        where = replace(row.where, column="evidence_file", item=row.fact)
        try:
            files.safe_path(study.folder, row.evidence.file)
        except FileError as error:
            yield replace(error.problems[0], where=where)


def evidence_fault(statement: Statement, folder: Path | None) -> str:
    """Return why the evidence of a statement does not hold, or nothing where it does.

    Evidence is a file beside the study whose bytes have the fingerprint stated, or the name of a
    document. A file that is named must be there and be that file, whatever else is named. The words
    are 'none', 'no folder', 'missing', 'no fingerprint', 'differs', 'empty'. A file that is gone is
    no problem of the study, whose numbers do not rest on it: the fact is unknown.

    >>> from pcf.study.values import Evidence, Statement
    >>> evidence_fault(Statement("review.done", "yes"), None)
    'none'
    >>> evidence_fault(Statement("review.done", "yes", evidence=Evidence(text="no. 12")), None)
    ''
    """
    evidence = statement.evidence
    if not evidence.file:
        return "" if evidence.shows or statement.source else "none"
    if folder is None:
        return "no folder"
    try:
        path = files.safe_path(folder, evidence.file)
    except FileError:
        return "missing"
    return _file_fault(evidence, path)


def _file_fault(evidence: Evidence, path: Path) -> str:
    if not path.is_file():
        return "missing"
    if not evidence.sha256:
        return "no fingerprint"
    if digest.fingerprint_file(path) != evidence.sha256.casefold():
        return "differs"
    return "" if evidence.shows else "empty"
