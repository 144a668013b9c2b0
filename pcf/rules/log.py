"""What was found, what was done about it, and is what remains material? The log of an opinion.

An entry stays open until a corrective action and its evidence close it. Open misstatements are
summed against the total: above the threshold of materiality (5 % unless the pack or a profile says
otherwise) they are material; while one of them is not yet put into numbers that cannot be told.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from pcf import charts, files, text
from pcf.errors import RuleError, problem
from pcf.rules.opinion import fingerprint_of
from pcf.rules.values import MATERIALITY
from pcf.text import Name

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.errors import Problem
    from pcf.files import Row
    from pcf.rules.judging import Judgement
    from pcf.rules.opinion import Opinion
    from pcf.text import Language

State = Literal["open", "closed"]
_HEAD = ("study", "footprint", "pack", "total", "materiality")
_NUMBERS = ("share", "misstatement")


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding: of a rule (`R-<id>`) or of the footprint itself (`F-<number>`).

    `share`: the share of the total that it speaks of, None where that cannot be told.
    `misstatement`: by how much the total is wrong for it, kg CO2e per declared unit, None while
    nobody has put it into numbers. `action` cured it, `evidence` shows that, `closed` is the day.
    """

    id: str
    subject: str
    clause: str
    force: str
    verdict: str
    says_en: str
    says_zh: str
    remedy_en: str
    remedy_zh: str
    share: float | None = None
    misstatement: float | None = None
    state: State = "open"
    action: str = ""
    evidence: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class FindingsLog:
    """The findings on one footprint; frozen: an action gives a new log."""

    study: str
    footprint: str
    pack: str
    total: float
    materiality: float
    entries: tuple[Entry, ...]

    @property
    def open(self) -> tuple[Entry, ...]:
        """The entries that nothing has closed."""
        return tuple(each for each in self.entries if each.state == "open")

    @property
    def misstated_share(self) -> float | None:
        """Open misstatements, their sizes summed, as a share of the total; None: not all known."""
        sizes = [each.misstatement for each in self.open]
        if any(each is None for each in sizes):
            return None
        return self._share([each for each in sizes if each is not None])

    @property
    def material(self) -> bool | None:
        """Whether open misstatements exceed the threshold; None while that cannot be told.

        Sizes that are known may exceed it whatever the others turn out to be.
        """
        known = self._share([e.misstatement for e in self.open if e.misstatement is not None])
        if known is not None and known > self.materiality * (1 + 1e-9):
            return True
        return False if self.misstated_share is not None else None

    def closed(self, id: str, action: str, *, evidence: str, on: str) -> FindingsLog:  # noqa: A002 - the word users write
        """Return the log with an entry closed by an action; both action and evidence are needed.

        `on` is the day, YYYY-MM-DD. Raises RuleError.
        """
        if not action.strip() or not evidence.strip():
            raise RuleError(problem("log-action", id, (), entry=id))
        return self._with(id, state="closed", action=action, evidence=evidence, closed=on)

    def reopened(self, id: str) -> FindingsLog:  # noqa: A002 - as above
        """Return the log with an entry open again; what was done stays written."""
        return self._with(id, state="open", closed="")

    def misstated(self, id: str, kilograms: float) -> FindingsLog:  # noqa: A002 - as above
        """Return the log with an entry put into numbers: kg CO2e per declared unit, 0 for none."""
        return self._with(id, misstatement=float(kilograms))

    def entry(self, id: str) -> Entry:  # noqa: A002 - as above
        """Return an entry; raise RuleError with the nearest."""
        for each in self.entries:
            if each.id == id:
                return each
        known = [each.id for each in self.entries]
        raise RuleError(problem("log-entry", "", text.nearest(id, known) or known, entry=id[:60]))

    def says(self, language: Language = "en") -> str:
        """Return the log as a table with its judgement of materiality.

        No example: `findings_log` gives the value that says it.
        """
        heads = {
            "en": ("id", "clause", "finding", "share", "kg CO2e", "state", "action"),
            "zh": ("编号", "条款", "发现", "份额", "kg CO2e", "状态", "措施"),
        }
        states = {"open": Name("open", "未关闭"), "closed": Name("closed", "已关闭")}
        rows = [
            (
                each.id,
                each.clause,
                each.says_zh if language == "zh" else each.says_en,
                "" if each.share is None else f"{each.share:.1%}",
                each.misstatement,
                states[each.state].says(language),
                each.action,
            )
            for each in self.entries
        ]
        verdict = {True: "log-material", False: "log-immaterial", None: "log-cannot-tell"}
        facts = {
            "threshold": f"{self.materiality:.1%}",
            "share": "?" if self.misstated_share is None else f"{self.misstated_share:.2%}",
        }
        told = text.says(verdict[self.material], facts, language)
        return f"{charts.text_table(heads[language], rows, language=language)}\n\n{told}"

    def save(self, path: Path) -> None:
        """Write the log as CSV or JSON, by the ending; both read back equal."""
        suffix = path.suffix.casefold()
        if suffix not in (".csv", ".json"):
            raise RuleError(problem("log-suffix", path.name, (".csv", ".json"), suffix=suffix))
        files.write(path, _csv(self) if suffix == ".csv" else _json(self))

    def _with(self, id_: str, **changes: Any) -> FindingsLog:  # noqa: ANN401 - fields of an entry
        changed = replace(self.entry(id_), **changes)
        entries = tuple(changed if each.id == id_ else each for each in self.entries)
        return replace(self, entries=entries)

    def _share(self, sizes: list[float]) -> float | None:
        if not sizes:
            return 0.0
        return None if self.total == 0 else sum(map(abs, sizes)) / abs(self.total)


def findings_log(opinion: Opinion, footprint: Footprint) -> FindingsLog:
    """Return the log of everything that an opinion and its footprint leave open.

    What is not met, and what the footprint itself says must be weighed. The threshold is the number
    `materiality` of the pack or its profile, else 5 %. Raises RuleError for another footprint than
    the one judged.
    No example: it takes a footprint.
    """
    if fingerprint_of(footprint) != opinion.footprint:
        raise RuleError(problem("log-footprint", opinion.study))
    entries = [_of_rule(each) for each in opinion.unmet]
    entries += [
        Entry(
            id=f"F-{position}",
            subject=each.code,
            clause="",
            force="",
            verdict="",
            says_en=each.says("en"),
            says_zh=each.says("zh"),
            remedy_en=each.remedy("en"),
            remedy_zh=each.remedy("zh"),
            share=_touched(each.where.item, footprint),
        )
        for position, each in enumerate(footprint.findings, 1)
    ]
    threshold = opinion.pack.numbers.get(MATERIALITY.name, MATERIALITY).value
    return FindingsLog(
        opinion.study,
        opinion.footprint,
        opinion.pack.name,
        footprint.total,
        threshold,
        tuple(entries),
    )


def read_log(path: Path) -> FindingsLog:
    """Return a log written by `save`, a CSV that somebody filled in included; raise RuleError.

    No example: it depends on files.
    """
    with files.collecting(RuleError) as problems:
        if path.suffix.casefold() == ".csv":
            found = _read_csv(path, problems)
        else:
            found = _read_json(path, problems)
        if found is None and not problems:
            problems.append(problem("log-form", path.name))
    if found is None:  # its problem has been raised
        raise RuleError(problem("log-form", path.name))
    return found


def _of_rule(judgement: Judgement) -> Entry:
    return Entry(
        id=f"R-{judgement.rule.id}",
        subject=judgement.rule.name,
        clause=str(judgement.clause),
        force=judgement.rule.force,
        verdict=judgement.verdict,
        says_en=judgement.says("en"),
        says_zh=judgement.says("zh"),
        remedy_en=judgement.remedy("en"),
        remedy_zh=judgement.remedy("zh"),
    )


def _touched(item: str, footprint: Footprint) -> float | None:
    """Return the share of the total of the contributions that a place names, by their sizes."""
    if not item:
        return None
    table, system = footprint.contributions, footprint.system
    heads, columns = system.processes, system.exchanges
    touched = whole = 0.0
    rows = zip(
        table.exchange.tolist(),
        table.process.tolist(),
        table.providers(),
        table.value.tolist(),
        table.in_total.tolist(),
        strict=True,
    )
    named = False
    for exchange, process, provider, value, counts in rows:
        names = {str(heads.ids[process])}
        names |= (
            {str(columns.ids[exchange]), str(columns.flows[exchange])} if exchange >= 0 else set()
        )
        names |= {str(heads.ids[provider])} if provider >= 0 else set()
        size = abs(value) if counts else 0.0
        whole += size
        if item in names:
            named = True
            touched += size
    return touched / whole if named and whole else None


def _json(log: FindingsLog) -> str:
    return json.dumps(asdict(log), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _csv(log: FindingsLog) -> str:
    names = [each.name for each in fields(Entry)]
    head = [getattr(log, name) for name in _HEAD]
    # A log without entries still says of what: one row whose id is empty.
    rows = [[*head, *(getattr(each, name) for name in names)] for each in log.entries]
    return files.csv_text([*_HEAD, *names], rows or [[*head, *([None] * len(names))]])


def _read_csv(path: Path, problems: list[Problem]) -> FindingsLog | None:
    names = [each.name for each in fields(Entry)]
    table = files.columns(
        files.read_csv(path, problems), problems, required=[*_HEAD, *names], optional=()
    )
    if not table.rows or problems:
        return None
    first = table.rows[0]
    total = files.number(first, "total", problems, required=True)
    threshold = files.number(first, "materiality", problems, required=True)
    entries = [_entry(row, problems) for row in table.rows if row["id"] is not None]
    if total is None or threshold is None or problems:
        return None
    head = {name: _text(first, name) for name in ("study", "footprint", "pack")}
    kept = tuple(each for each in entries if each is not None)
    return FindingsLog(total=total, materiality=threshold, entries=kept, **head)


def _entry(row: Row, problems: list[Problem]) -> Entry | None:
    state = files.choice(row, "state", {"open": "open", "closed": "closed", "未关闭": "open",
                                        "已关闭": "closed"}, problems, required=True)  # fmt: skip
    numbers = {name: files.number(row, name, problems) for name in _NUMBERS}
    texts = {
        each.name: _text(row, each.name)
        for each in fields(Entry)
        if each.name not in (*_NUMBERS, "state")
    }
    if state == "closed" and not (texts["action"] and texts["evidence"]):
        problems.append(problem("log-action", row.where("action"), (), entry=texts["id"]))
    if state is None:
        return None
    return Entry(state="closed" if state == "closed" else "open", **texts, **numbers)  # type: ignore[arg-type]  # texts and numbers by name


def _text(row: Row, column: str) -> str:
    found = row[column]
    return "" if found is None else found


def _read_json(path: Path, problems: list[Problem]) -> FindingsLog | None:
    document = files.read_json(path, problems)
    if not isinstance(document, dict) or document.keys() != {*_HEAD, "entries"}:
        return None
    rows = document["entries"]
    head = [isinstance(document[name], str) for name in ("study", "footprint", "pack")]
    head += [_is_number(document[name]) for name in ("total", "materiality")]
    if not all(head) or not isinstance(rows, list) or not all(map(_is_entry, rows)):
        return None
    return FindingsLog(
        **{name: document[name] for name in _HEAD}, entries=tuple(Entry(**row) for row in rows)
    )


def _is_entry(row: object) -> bool:
    """Return whether a JSON value has the fields of an entry, each of its kind."""
    if not isinstance(row, dict) or row.keys() != {each.name for each in fields(Entry)}:
        return False
    numbers = all(row[name] is None or _is_number(row[name]) for name in _NUMBERS)
    texts = all(isinstance(row[name], str) for name in row if name not in _NUMBERS)
    return numbers and texts and row["state"] in ("open", "closed")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
