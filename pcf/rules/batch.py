"""What does a pack say of many studies? One after the other, or on any executor.

A study that cannot be read, linked or solved has its problems told and does not stop the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from pcf.background import open_background
from pcf.errors import PcfError, StudyProblems, problem
from pcf.rules.grading import grade
from pcf.rules.ledgers import about
from pcf.rules.log import findings_log
from pcf.rules.sampling import sampling_plan
from pcf.study import read_study

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from concurrent.futures import Executor
    from pathlib import Path

    from pcf.background import Background
    from pcf.errors import Problem
    from pcf.rules.facts import LedgerEvidence
    from pcf.rules.grading import GradeTable
    from pcf.rules.log import FindingsLog
    from pcf.rules.opinion import Opinion
    from pcf.rules.sampling import SamplingPlan
    from pcf.rules.values import Pack, Rule
    from pcf.text import Language

UNREADABLE = 1
"""The exit code of a study without an opinion: its input has problems."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One study of many: its opinion, or the problems that stood in the way.

    `papers` are a verifier's, where they were asked for: the log of findings, the sampling plan.
    """

    path: Path
    opinion: Opinion | None
    problems: tuple[Problem, ...] = ()
    papers: tuple[FindingsLog, SamplingPlan] | None = None

    @property
    def exit_code(self) -> int:
        """The opinion's, or 1 where there is none."""
        return UNREADABLE if self.opinion is None else self.opinion.exit_code

    def says(self, language: Language = "en") -> str:
        """Return the opinion, or the problems, as text."""
        if self.opinion is not None:
            return self.opinion.says(language)
        return f"{self.path.name}: {StudyProblems(*self.problems).says(language)}"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Under what studies are judged: background as 'set@edition', electricity, grades, ledgers.

    `evidence` is what ledgers say of all claims (`pcf.rules.ledgers`); each study gets its own.
    With `papers` each comes with the log of findings and the sampling plan of a verifier.
    """

    background: str = ""
    electricity: str = ""
    grades: GradeTable | None = None
    evidence: LedgerEvidence | None = None
    papers: bool = False


def judge_studies(
    paths: Iterable[Path],
    pack: Pack,
    under: Circumstances = Circumstances(),
    *,
    executor: Executor | None = None,
) -> Iterator[Judged]:
    """Yield what a pack says of each study folder or workbook, in the order of the paths.

    `executor` is any of `concurrent.futures`, or one that has its `map`.
    No example: it depends on files.
    """
    judged = partial(judge_path, pack=pack, under=under)
    if executor is None:
        yield from map(judged, paths)
    else:
        rules = {rule.id: rule for rule in pack.rules}
        for each in executor.map(judged, paths):
            yield _with_pack(each, pack, rules)


def _with_pack(judged: Judged, pack: Pack, rules: Mapping[str, Rule]) -> Judged:
    """Return what came from another process with the caller's own pack: hundreds share one."""
    if judged.opinion is None:
        return judged
    found = tuple(replace(each, rule=rules[each.rule.id]) for each in judged.opinion.judgements)
    return replace(judged, opinion=replace(judged.opinion, pack=pack, judgements=found))


def judge_path(path: Path, pack: Pack, under: Circumstances) -> Judged:
    """Return what a pack says of the study at a path, or what stood in the way.

    No example: `judge_studies` uses it.
    """
    try:
        return _judged(path, pack, under)
    except PcfError as error:
        return Judged(path, None, error.problems)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not hide the other opinions
        reason = f"{type(error).__name__}: {error}"
        return Judged(path, None, (problem("judge-fault", path.name, reason=reason),))


def _judged(path: Path, pack: Pack, under: Circumstances) -> Judged:
    study = read_study(path)
    if under.electricity:
        study = study.varying(electricity=under.electricity)
    named = under.background or study.background.replace(" ", "@", 1)
    if not named:
        return Judged(path, None, (*study.check(), problem("background-unnamed", study.id)))
    background = _opened(named)
    footprint = study.footprint(background)
    evidence = None if under.evidence is None else about(under.evidence, study)
    opinion = pack.judge(study, footprint, background=background, evidence=evidence)
    if under.grades is not None:
        opinion = opinion.graded(grade(footprint, under.grades))
    if not under.papers:
        return Judged(path, opinion)
    log = findings_log(opinion, footprint)
    plan = sampling_plan(study, footprint, materiality=log.materiality)
    return Judged(path, opinion, papers=(log, plan))


def exit_code_of(found: Iterable[Judged]) -> int:
    """Return 1 if any study is violated or unreadable, else 2 if any cannot be told, else 0.

    >>> exit_code_of([])
    0
    """
    codes = {each.exit_code for each in found}
    return 1 if 1 in codes else max(codes, default=0)


@lru_cache(maxsize=4)
def _opened(named: str) -> Background:
    name, _, edition = named.partition("@")
    return open_background(name, edition=edition or None)
