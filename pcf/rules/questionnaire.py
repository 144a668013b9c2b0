"""What has to be asked to decide a pack, and of whom? A workbook that asks nothing idle.

The questions are the stated facts without which some rule cannot be told; what rules compute comes
from the study's own sheets, which stand in the same workbook. `read_study` reads the workbook back,
statements included, so that one file is filled in and judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pcf import files
from pcf.errors import FileError, RuleError, Where, problem
from pcf.rules.facts import statement_problems
from pcf.rules.judging import judge_facts
from pcf.rules.showing import FORCES
from pcf.rules.values import facts_from
from pcf.study import read_study
from pcf.study.columns import table_columns, words
from pcf.study.template import study_sheets
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.errors import Problem
    from pcf.files import Scalar
    from pcf.rules.values import FactKind, Facts, Pack, Role, Rule
    from pcf.study import Study
    from pcf.study.values import Statement

STATEMENTS = "statements"


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that has to be known, and the rules that cannot be told without it."""

    kind: FactKind
    rules: tuple[Rule, ...]

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses behind it, each once."""
        return tuple(dict.fromkeys(str(rule.clause) for rule in self.rules))


@dataclass(frozen=True, slots=True)
class Answers:
    """What a filled questionnaire says.

    `study` is what its sheets spell, with what is wrong in `study.problems`; `open` are the
    questions without an answer, `needs` the facts that the study's own data have to give.
    """

    study: Study
    statements: tuple[Statement, ...]
    open: tuple[Question, ...]
    needs: tuple[Question, ...]

    def given_to(self, study: Study) -> Study:
        """Return another study with these statements in the place of its own on the same facts."""
        facts = {each.fact for each in self.statements}
        kept = [each for each in study.statements if each.fact not in facts]
        return replace(study, statements=(*kept, *self.statements))


def questions_of(pack: Pack, facts: Facts | None = None) -> tuple[Question, ...]:
    """Return the facts that a study has to state so that every rule can be told.

    With the `facts` of a study only those are asked that it leaves open, and only while they
    matter: a least set for each rule. No example: tests show that none of them is idle.
    """
    return tuple(each for each in _wanted(pack, facts) if each.kind.stated)


def needs_of(pack: Pack, facts: Facts | None = None) -> tuple[Question, ...]:
    """Return the facts that the study's own data have to give so that every rule can be told.

    No example: see `questions_of`.
    """
    return tuple(each for each in _wanted(pack, facts) if not each.kind.stated)


def questionnaire(
    pack: Pack, path: Path | str, *, facts: Facts | None = None, study: Study | None = None
) -> None:
    """Write the workbook that decides a pack; `read_questionnaire` and `read_study` read it back.

    A `study` fills its sheets, its `facts` leave out what is known already. Raises FileError when
    the file is there already, cannot be written or is not called .xlsx.
    No example: it writes a file.
    """
    path = Path(path)
    if path.suffix.casefold() != ".xlsx":
        raise FileError(problem("workbook-ending", Where(file=path.name)))
    if path.exists():
        raise FileError(problem("workbook-exists", Where(file=path.name)))
    asked = questions_of(pack, facts)
    titles = words("sheets")
    sheets = [sheet for sheet in study_sheets(study) if sheet.title != titles[STATEMENTS]]
    own = () if study is None else study.statements
    first = [_guide(pack, len(asked)), _asking(asked, own, pack), _data(pack, facts)]
    files.write(path, files.workbook([*first, *sheets]))


def read_questionnaire(path: Path | str, pack: Pack) -> Answers:
    """Return what a filled questionnaire says; raise RuleError for statements that are none.

    What is wrong with the study's own sheets stands in `study.problems`, as with `read_study`.
    No example: it depends on files.
    """
    study = read_study(Path(path))
    wrong: tuple[Problem, ...] = tuple(statement_problems(study, pack.kinds))
    if wrong:
        raise RuleError(*wrong)
    given = tuple(each for each in study.statements if each.value)
    known = {each.fact for each in given}
    unanswered = tuple(each for each in questions_of(pack) if each.kind.name not in known)
    return Answers(replace(study, statements=given), given, unanswered, needs_of(pack))


def _wanted(pack: Pack, facts: Facts | None) -> list[Question]:
    """Return the facts of the least sets that settle each rule, with their rules, in order."""
    known = facts_from(pack.kinds, {}) if facts is None else facts
    found: dict[str, list[Rule]] = {}
    for judgement in judge_facts(pack, known):
        for kind in judgement.missing:
            found.setdefault(kind.name, []).append(judgement.rule)
    return [Question(pack.kinds[name], tuple(rules)) for name, rules in found.items()]


_GUIDE = Name(en="# guide", zh="# 说明")
_DATA = Name(en="# data", zh="# 所需数据")


_LINES = (
    Name(
        "Sheet '{en}': {count} questions. Answer in the column 'value' and name the evidence.",
        "“{zh}”表：共 {count} 个问题，请在“内容”列作答，并写明证据（文件或凭证名称）。",
    ),
    Name(
        "An answer without evidence is not believed. Empty means unknown; never write 0 for it.",
        "无证据的回答不被采信；空白即未知，不要用 0 代替未知。",
    ),
    Name(
        "The other sheets are the study's own data; '# data' lists what rules compute from them.",
        "其余各表为研究本身的数据；“# 所需数据”表列出规则由此计算的事实。",
    ),
    Name(
        "Sheets and columns that begin with # are there to be read.",
        "以 # 开头的表和列仅供阅读。",
    ),
)


def _guide(pack: Pack, asked: int) -> files.Sheet:
    columns = (
        files.Column("#zh", Name(en="# how to fill in (Chinese)", zh="# 填写说明")),
        files.Column("#en", Name(en="# how to fill in", zh="# 填写说明（英文）")),
    )
    sheet = words("sheets")[STATEMENTS]
    lines = [Name(f"{pack.title.en}: {pack.name}", f"{pack.title.zh}：{pack.name}")]
    lines += [
        Name(f"{each.number} {each.title.says('en')}", f"{each.number} {each.title.says('zh')}")
        for each in pack.standards
    ]
    lines += [
        Name(*(said.format(count=asked, zh=sheet.zh, en=sheet.en) for said in (line.en, line.zh)))
        for line in _LINES
    ]
    return files.Sheet(_GUIDE, columns, tuple({"#zh": each.zh, "#en": each.en} for each in lines))


def _asking(
    questions: tuple[Question, ...], given: tuple[Statement, ...], pack: Pack
) -> files.Sheet:
    """Return the sheet of statements with a row for each question, and those already made."""
    columns = table_columns(STATEMENTS)
    first = [
        files.Column("#zh", Name(en="# question (Chinese)", zh="# 问题")),
        files.Column("#en", Name(en="# question (English)", zh="# 问题（英文）")),
    ]
    last = [
        files.Column("#words", Name(en="# what may be written", zh="# 可填内容")),
        files.Column("#clauses", Name(en="# clauses", zh="# 条款")),
        files.Column("#rules", Name(en="# rules", zh="# 规则")),
    ]
    rows: list[Mapping[str, Scalar]] = [_row(each) for each in questions]
    asked = {each.kind.name for each in questions}
    rows += [_given(each, pack) for each in given if each.fact not in asked]
    offers = {
        (position, "value"): choices
        for position, each in enumerate(questions)
        if (choices := _choices(each.kind))
    }
    plain = tuple(replace(column, example=None) for column in columns)
    ordered = (plain[0], *first, *plain[1:], *last)
    return files.Sheet(words("sheets")[STATEMENTS], ordered, tuple(rows), offers)


def _row(question: Question) -> Mapping[str, Scalar]:
    kind = question.kind
    return {
        "fact": kind.name,
        "#zh": kind.question.says("zh"),
        "#en": kind.question.says("en"),
        "unit": kind.unit if kind.kind == "number" and kind.unit != "1" else None,
        "#words": _writable(kind),
        "#clauses": "\n".join(question.clauses),
        "#rules": _rules(question),
    }


def _given(statement: Statement, pack: Pack) -> Mapping[str, Scalar]:
    kind = pack.kinds.get(statement.fact)
    evidence = statement.evidence
    return {
        "fact": statement.fact,
        "#zh": None if kind is None else kind.question.says("zh"),
        "#en": None if kind is None else kind.question.says("en"),
        "value": statement.value,
        "unit": statement.unit or None,
        "evidence_file": evidence.file or None,
        "evidence_sha256": evidence.sha256 or None,
        "evidence": evidence.text or None,
        "source": statement.source or None,
        "locator": statement.locator or None,
        "note": statement.note or None,
    }


def _choices(kind: FactKind) -> Mapping[str, Name]:
    if kind.kind == "truth":
        return words("yesno")
    return kind.words if kind.kind == "word" else {}


def _writable(kind: FactKind) -> str:
    """Return what may be written as an answer, in both languages."""
    if kind.kind == "truth":
        return "是 yes / 否 no"
    if kind.kind == "date":
        return "2026-01-31"
    if kind.kind == "number":
        return (
            "数字或百分数 number or percentage"
            if kind.unit == "1"
            else f"数字 number [{kind.unit}]"
        )
    said = [f"{name.zh} {name.en}".strip() or word for word, name in kind.words.items()]
    joined = " / ".join(dict.fromkeys(said))
    return joined if kind.kind == "word" else f"可多选，用 | 分隔 several, parted by |: {joined}"


def _rules(question: Question) -> str:
    return "\n".join(
        f"{rule.id} {rule.name} ({FORCES[rule.force].zh} {FORCES[rule.force].en})"
        for rule in question.rules
    )


def _data(pack: Pack, facts: Facts | None) -> files.Sheet:
    """Return what the study's own sheets have to give, and the processes of the category."""
    columns = (
        files.Column("#", Name(en="# fact", zh="# 事实")),
        files.Column("#zh", Name(en="# question (Chinese)", zh="# 问题")),
        files.Column("#en", Name(en="# question (English)", zh="# 问题（英文）")),
        files.Column("#doc_zh", Name(en="# from (Chinese)", zh="# 由何得出")),
        files.Column("#doc_en", Name(en="# from (English)", zh="# 由何得出（英文）")),
        files.Column("#clauses", Name(en="# clauses", zh="# 条款")),
        files.Column("#rules", Name(en="# rules", zh="# 规则")),
    )
    rows: list[Mapping[str, Scalar]] = [
        {
            "#": each.kind.name,
            "#zh": each.kind.question.says("zh"),
            "#en": each.kind.question.says("en"),
            "#doc_zh": each.kind.doc.says("zh"),
            "#doc_en": each.kind.doc.says("en"),
            "#clauses": "\n".join(each.clauses),
            "#rules": _rules(each),
        }
        for each in needs_of(pack, facts)
    ]
    rows += [_role(each) for each in pack.roles]
    return files.Sheet(_DATA, columns, tuple(rows))


def _role(role: Role) -> Mapping[str, Scalar]:
    needed = {"True": ("必有", "always"), "False": ("可选", "optional")}
    zh, en = needed.get(role.mandatory, (f"当 {role.mandatory}", f"if {role.mandatory}"))
    return {
        "#": f"process: {role.id}",
        "#zh": f"过程“{role.name.says('zh') or role.id}”（{zh}）",
        "#en": f"process '{role.name.says('en') or role.id}' ({en})",
        "#doc_zh": f"“过程”表：{'、'.join([*role.processes, *role.made])}",
        "#doc_en": f"sheet of processes: {', '.join([*role.processes, *role.made])}",
    }
