"""Which rows of activity data does a verifier look at? By what they bring and what may be wrong.

Each row has a share of the total and a risk: how sure it says it is, whether evidence is there, how
far it may spread. Rows are taken by share times risk until what nobody looks at is, as a whole, no
more than the threshold of materiality; rows that claim to be primary without evidence are taken
too, and a few of the others, drawn by a seed. What is seen is recorded in the plan itself.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Literal

from pcf import charts, files, text
from pcf.analysis.contributions import REFERENCE, exchange_confidence
from pcf.errors import RuleError, problem
from pcf.model.systems import ELEMENTARY
from pcf.rules.drivers import relative_spread
from pcf.rules.values import MATERIALITY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.errors import Problem
    from pcf.files import Row
    from pcf.model.systems import ProductSystem
    from pcf.study import Study
    from pcf.text import Language

Result = Literal["open", "agreed", "misstated"]
RISKS: Mapping[str, float] = {
    "primary": 1.0,
    "secondary": 1.5,
    "derived": 2.0,
    "assumption": 3.0,
    "unverified": 4.0,
    "": 4.0,
}
"""How risky a row is by how sure it says it is; a row that does not say is as one unverified."""
NO_EVIDENCE = 1.5
WIDE = 1.25
WIDE_SPREAD = 0.1
"""A row without a file as evidence, and one whose relative spread is wide or not stated."""
_NUMBERS = ("kilograms", "share", "risk", "amount", "found")


@dataclass(frozen=True, slots=True)
class SampledRow:
    """One row of the plan: what it brings, why it was taken, and what the verifier saw.

    `kilograms`: kg CO2e per declared unit; `reason`: contribution, claim or draw, empty where the
    row is not taken; `found`: the amount that the verifier found, in the row's unit.
    """

    row: str
    process: str
    flow: str
    amount: float
    unit: str
    kilograms: float
    share: float
    risk: float
    confidence: str
    evidence: str
    evidence_sha256: str
    reason: str
    result: Result = "open"
    found: float | None = None
    seen: str = ""
    seen_sha256: str = ""
    note: str = ""

    @property
    def misstatement(self) -> float | None:
        """By how much the row's contribution is wrong, kg CO2e; None while it is open."""
        if self.result == "open":
            return None
        if self.result == "agreed":
            return 0.0
        if self.found is None or self.amount == 0:
            return None
        return self.kilograms * (self.found - self.amount) / self.amount


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Every row of activity data with its share and risk; those with a reason are looked at."""

    study: str
    total: float
    materiality: float
    seed: int
    rows: tuple[SampledRow, ...]

    @property
    def taken(self) -> tuple[SampledRow, ...]:
        """The rows to look at, the most telling first."""
        return tuple(each for each in self.rows if each.reason)

    @property
    def unseen_share(self) -> float:
        """The share of the total that no row of the sample brings."""
        return sum(each.share for each in self.rows if not each.reason)

    @property
    def misstatement(self) -> float | None:
        """The misstatements found, their sizes summed; None while a sampled row is open."""
        found = [each.misstatement for each in self.taken]
        if any(each is None for each in found):
            return None
        return sum(abs(each) for each in found if each is not None)

    def recorded(
        self,
        row: str,
        result: Result,
        *,
        seen: str,
        seen_sha256: str = "",
        found: float | None = None,
    ) -> SamplingPlan:
        """Return the plan with what was seen of a row; `seen` names the evidence.

        A row that is misstated needs the amount `found`. A fingerprint that is not that of the
        study's own evidence is refused: it is another file. Raises RuleError.
        No example: `sampling_plan` gives the value.
        """
        known = [each.row for each in self.rows]
        if row not in known:
            raise RuleError(problem("log-entry", "", text.nearest(row, known), entry=row[:60]))
        old = self.rows[known.index(row)]
        if not seen.strip() or (result == "misstated" and found is None):
            raise RuleError(problem("sample-record", row, (), row=row))
        if seen_sha256 and old.evidence_sha256 and seen_sha256 != old.evidence_sha256:
            raise RuleError(problem("sample-evidence", row, (), row=row))
        new = replace(old, result=result, seen=seen, seen_sha256=seen_sha256, found=found)
        return replace(self, rows=tuple(new if each is old else each for each in self.rows))

    def says(self, language: Language = "en") -> str:
        """Return the rows to look at and what is left out.

        No example: `sampling_plan` gives the value that says it.
        """
        heads = {
            "en": ("row", "process", "flow", "share", "risk", "reason", "evidence", "result"),
            "zh": ("行", "过程", "流", "份额", "风险", "原因", "证据", "结果"),
        }[language]
        rows = [
            (
                each.row,
                each.process,
                each.flow,
                f"{each.share:.1%}",
                each.risk,
                each.reason,
                each.evidence,
                each.result,
            )
            for each in self.taken
        ]
        facts = {
            "taken": str(len(self.taken)),
            "rows": str(len(self.rows)),
            "unseen": f"{self.unseen_share:.1%}",
        }
        return f"{charts.text_table(heads, rows)}\n\n{text.says('sample-plan', facts, language)}"

    def save(self, path: Path) -> None:
        """Write the plan as CSV (to be filled in) or JSON, by the ending; both read back equal.

        No example: it writes a file.
        """
        suffix = path.suffix.casefold()
        if suffix not in (".csv", ".json"):
            raise RuleError(problem("log-suffix", path.name, (".csv", ".json"), suffix=suffix))
        if suffix == ".json":
            content = json.dumps(asdict(self), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        else:
            names = [each.name for each in fields(SampledRow)]
            head = [self.study, self.total, self.materiality, self.seed]
            rows = [[*head, *(getattr(each, name) for name in names)] for each in self.rows]
            content = files.csv_text([*_HEAD, *names], rows)
        files.write(path, content)


_HEAD = ("study", "total", "materiality", "seed")


def sampling_plan(
    study: Study,
    footprint: Footprint,
    *,
    materiality: float = MATERIALITY.value,
    draws: int = 3,
    seed: int = 1,
) -> SamplingPlan:
    """Return the plan of a verifier over a study's rows of activity data.

    `draws` of the rows not taken otherwise are drawn by `seed`. What a process buys from another of
    the study has no contribution of its own: its rows do.
    No example: it takes a footprint.
    """
    rows = sorted(_rows(study, footprint), key=lambda each: (-each.share * each.risk, each.row))
    left = sum(each.share for each in rows)
    found = []
    for each in rows:
        reason = ""
        if left > materiality:
            reason, left = "contribution", left - each.share
        elif each.confidence == "primary" and not each.evidence_sha256:
            reason = "claim"
        found.append(replace(each, reason=reason))
    rest = sorted(each.row for each in found if not each.reason)
    drawn = set(random.Random(seed).sample(rest, min(draws, len(rest))))  # noqa: S311 - no secret
    found = [replace(each, reason="draw") if each.row in drawn else each for each in found]
    return SamplingPlan(study.id, footprint.total, materiality, seed, tuple(found))


def read_plan(path: Path) -> SamplingPlan:
    """Return a plan written as CSV or JSON, what a verifier filled in included; raise RuleError.

    No example: it depends on files.
    """
    with files.collecting(RuleError) as problems:
        csv = path.suffix.casefold() == ".csv"
        found = (_read_csv if csv else _read_json)(path, problems)
        if found is None and not problems:
            problems.append(problem("log-form", path.name))
    if found is None:  # its problem has been raised
        raise RuleError(problem("log-form", path.name))
    return found


def _rows(study: Study, footprint: Footprint) -> list[SampledRow]:
    """Return every exchange of the foreground that brings something, with its evidence."""
    table, system = footprint.contributions, footprint.system
    columns = system.exchanges
    sums: dict[int, float] = {}
    counted = zip(
        table.exchange.tolist(), table.value.tolist(), table.in_total.tolist(), strict=True
    )
    for exchange, value, counts in counted:
        if exchange != REFERENCE and counts:
            sums[exchange] = sums.get(exchange, 0.0) + value
    whole = sum(map(abs, sums.values()))
    evidence = {row.id: row.evidence for row in study.activity}
    found = []
    for exchange, kilograms in sums.items():
        row = str(columns.ids[exchange])
        word = exchange_confidence(system, exchange)
        shows = evidence.get(row)
        proof = "" if shows is None else shows.sha256
        found.append(
            SampledRow(
                row=row,
                process=str(system.processes.ids[columns.process[exchange]]),
                flow=str(columns.flows[exchange]),
                amount=float(columns.amount[exchange]),
                unit=_unit(system, exchange),
                kilograms=kilograms,
                share=abs(kilograms) / whole if whole else 0.0,
                risk=_risk(word, proof, relative_spread(system, exchange)),
                confidence=word,
                evidence="" if shows is None else str(shows),
                evidence_sha256=proof,
                reason="",
            )
        )
    return found


def _unit(system: ProductSystem, exchange: int) -> str:
    """Return the unit in which the system holds an exchange: that of what is exchanged."""
    columns = system.exchanges
    target = int(columns.target[exchange])
    if columns.kind[exchange] == ELEMENTARY:
        return system.elementary[target].unit
    return str(system.processes.units[target])


def _risk(confidence: str, proof: str, spread: float | None) -> float:
    risk = RISKS[confidence] * (1.0 if proof else NO_EVIDENCE)
    return risk * (WIDE if spread is None or spread > WIDE_SPREAD else 1.0)


def _read_csv(path: Path, problems: list[Problem]) -> SamplingPlan | None:
    names = [each.name for each in fields(SampledRow)]
    table = files.columns(files.read_csv(path, problems), problems, required=[*_HEAD, *names])
    if not table.rows or problems:
        return None
    first = table.rows[0]
    total, threshold, seed = (
        files.number(first, name, problems, required=True) for name in _HEAD[1:]
    )
    rows = [_row(row, problems) for row in table.rows]
    if total is None or threshold is None or seed is None or problems:
        return None
    kept = tuple(each for each in rows if each is not None)
    return SamplingPlan(first["study"] or "", total, threshold, int(seed), kept)


def _row(row: Row, problems: list[Problem]) -> SampledRow | None:
    results = {"open": "open", "agreed": "agreed", "misstated": "misstated", "未查": "open",
               "一致": "agreed", "错报": "misstated"}  # fmt: skip
    result = files.choice(row, "result", results, problems, required=True)
    numbers = {
        name: files.number(row, name, problems, required=name != "found") for name in _NUMBERS
    }
    texts = {
        each.name: row[each.name] or ""
        for each in fields(SampledRow)
        if each.name not in (*_NUMBERS, "result")
    }
    if result not in (None, "open") and not texts["seen"]:
        problems.append(problem("sample-record", row.where("seen"), (), row=texts["row"]))
    if result == "misstated" and numbers["found"] is None:
        problems.append(problem("sample-record", row.where("found"), (), row=texts["row"]))
    if result is None or any(numbers[name] is None for name in _NUMBERS if name != "found"):
        return None
    return SampledRow(result=result, **texts, **numbers)  # type: ignore[arg-type]  # texts and numbers by name


def _read_json(path: Path, problems: list[Problem]) -> SamplingPlan | None:
    document = files.read_json(path, problems)
    if not isinstance(document, dict) or document.keys() != {*_HEAD, "rows"}:
        return None
    rows = document["rows"]
    numbers = (document[name] for name in _HEAD[1:])
    if not isinstance(document["study"], str) or not all(map(_is_number, numbers)):
        return None
    if not isinstance(rows, list) or not all(map(_is_row, rows)):
        return None
    head = {name: document[name] for name in _HEAD}
    return SamplingPlan(**head, rows=tuple(SampledRow(**row) for row in rows))


def _is_row(row: object) -> bool:
    """Return whether a JSON value has the fields of a row, each of its kind."""
    if not isinstance(row, dict) or row.keys() != {each.name for each in fields(SampledRow)}:
        return False
    numbers = all(
        _is_number(row[name]) or (name == "found" and row[name] is None) for name in _NUMBERS
    )
    texts = all(isinstance(row[name], str) for name in row if name not in _NUMBERS)
    return numbers and texts and row["result"] in ("open", "agreed", "misstated")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
