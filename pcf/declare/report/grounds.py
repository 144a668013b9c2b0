"""On what does the result stand? Derivations, sensitivity, quality, exclusions, findings, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import __version__, charts
from pcf.analysis.labels import label
from pcf.charts.waterfall import Step, waterfall
from pcf.declare.naming import in_language
from pcf.declare.report.blocks import Block, Cell, Figure, Heading, Paragraph, Table, facts
from pcf.declare.report.words import word
from pcf.rules.rendering import colon
from pcf.rules.showing import FORCES, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.declare.report.blocks import Scope
    from pcf.declare.report.material import Material
    from pcf.text import Language

_MOST_STEPS = 8


class Sources:
    """The sources that a report has named, each with a number, in the order of first use."""

    def __init__(self) -> None:
        """Begin with none."""
        self._numbers: dict[str, int] = {}

    def cell(self, *named: str) -> Cell:
        """Return a cell that names sources by number and leads to the first."""
        known = [each for each in named if each]
        numbers = [self._numbers.setdefault(each, len(self._numbers) + 1) for each in known]
        text = " ".join(f"[{number}]" for number in dict.fromkeys(numbers))
        return Cell(text, to=f"source-{numbers[0]}" if numbers else "")

    def table(self, language: Language) -> Iterator[Block]:
        """Yield the list of them."""
        if not self._numbers:
            return
        yield Heading(word("sources", language), anchor="sources")
        rows = tuple(
            (Cell(f"[{number}]", anchor=f"source-{number}"), Cell(named))
            for named, number in self._numbers.items()
        )
        yield Table(("", word("document", language)), rows, "ll", word("sources", language))


def derivations(material: Material, sources: Sources, language: Language) -> Iterator[Block]:
    """Yield, stage by stage, amount x factor = contribution with the source of both.

    No example: `report` shows it.
    """
    footprint = material.footprint
    yield Heading(word("derivation", language), anchor="derivation")
    yield Paragraph(word("derivation says", language))
    heads = (
        word("what", language), word("amount", language), word("factor", language), "kg CO2e",
        word("sources of", language),
    )  # fmt: skip
    for part in footprint.by_stage():
        if not part.name:
            continue
        lines = [e for e in footprint.because_of(part.name).lines if e.stage == part.name]
        if not lines:
            continue
        named = label(part.name, language)
        yield Heading(named, 3, f"derivation-{part.name}")
        rows = tuple(
            (
                Cell(line.name.says(language)),
                Cell(f"{line.amount:.12g} {line.unit}", value=line.amount),
                Cell(f"{line.factor:.12g}", value=line.factor),
                Cell(f"{line.value:.12g}", value=line.value),
                sources.cell(line.amount_source, line.factor_source),
            )
            for line in lines
        )
        total = sum(line.value for line in lines)
        last = (
            Cell(word("total word", language)), Cell(""), Cell(""),
            Cell(f"{total:.12g}", value=total), Cell(""),
        )  # fmt: skip
        title = f"{named}: {word('derivation', language)}"  # a sheet shows its beginning
        yield Table(heads, (*rows, last), "lrrrl", title, "derivation")


def sensitivity_of(material: Material, language: Language) -> Iterator[Block]:
    """Yield what other choices would have given.

    No example: `report` shows it.
    """
    yield Heading(word("sensitivity", language), anchor="sensitivity")
    yield Paragraph(word("sensitivity says", language))
    base = material.footprint.total
    rows = []
    for each in material.varied:
        topic, choice = Cell(each.topic.says(language)), each.choice.says(language)
        if each.total is None:
            why = each.why.says(language)
            told = why if choice == "–" else f"{choice}{colon(language)}{why}"
            rows.append((topic, Cell(told), Cell(""), Cell(""), Cell("")))
            continue
        share = f"{100 * (each.total / base - 1):+.1f} %" if base else ""
        shown = Cell(charts.number(each.total, digits=7), value=each.total)
        change = Cell(f"{each.total - base:+,.6g}", value=each.total - base)
        rows.append((topic, Cell(choice), shown, change, Cell(share)))
    heads = (
        word("topic", language), word("choice", language), "kg CO2e", word("change", language), "%",
    )  # fmt: skip
    name = word("sensitivity", language)
    yield Table(heads, tuple(rows), "llrrr", name, key="sensitivity")


def quality(material: Material, language: Language) -> Iterator[Block]:
    """Yield how sure the data say they are, and what is not split by gas.

    No example: `report` shows it.
    """
    footprint = material.footprint
    yield Heading(word("quality", language), anchor="quality")
    rows = tuple(
        (
            Cell(label(part.name, language)),
            Cell(charts.number(part.value, digits=7), value=part.value),
            Cell(f"{100 * part.value / footprint.total:.1f} %" if footprint.total else ""),
        )
        for part in footprint.by_data()
    )
    heads = (word("data", language), "kg CO2e", word("share", language))
    yield Table(heads, rows, "lrr", word("quality", language), key="by_data")
    unsplit = footprint.unsplit_share
    said = word("unknown", language) if unsplit is None else f"{unsplit:.1%}"
    yield facts([(word("unsplit", language), said)])


def exclusions(material: Material, language: Language, scope: Scope) -> Iterator[Block]:
    """Yield what was left out, at most how much it is, and why; to the public only how much.

    No example: `report` shows it.
    """
    footprint = material.footprint
    if not footprint.gaps:
        return
    yield Heading(word("exclusions", language), anchor="exclusions")
    unknown = word("unknown", language)
    share = footprint.share_excluded
    together = unknown if share is None else f"{share:.2%}"
    if scope == "public":
        yield facts([(word("all", language), together)])
        return
    rows = [
        (
            Cell(material.gaps[gap.name].says(language) if gap.name in material.gaps else gap.name),
            Cell(unknown if gap.bound is None else charts.number(gap.bound), value=gap.bound),
            Cell(unknown if gap.share is None else f"{gap.share:.2%}", value=gap.share),
            Cell(in_language(gap.reason, language)),
        )
        for gap in footprint.gaps
    ]
    rows.append((Cell(word("all", language)), Cell(""), Cell(together, value=share), Cell("")))
    heads = (
        word("gap", language), word("bound", language), word("share", language),
        word("reason", language),
    )  # fmt: skip
    yield Table(heads, tuple(rows), "lrrl", word("exclusions", language), key="exclusions")


def allocation(material: Material, language: Language) -> Iterator[Block]:
    """Yield which process was divided by what, and why.

    No example: `report` shows it.
    """
    study = material.study
    if study is None or not study.allocations:
        return
    yield Heading(word("allocation", language), anchor="allocation")
    rows = tuple(
        (Cell(each.process), Cell(each.by), Cell(each.level), Cell(each.reason))
        for each in study.allocations
    )
    heads = tuple(word(key, language) for key in ("process", "by", "level", "reason"))
    yield Table(heads, rows, "llll", word("allocation", language))


def findings(material: Material, language: Language) -> Iterator[Block]:
    """Yield what a reader must weigh, each kind once with its places, and the limits.

    No example: `report` shows it.
    """
    found = material.footprint.findings
    if found:
        yield Heading(word("findings", language), anchor="findings")
        says: dict[str, list[str]] = {}
        for each in found:
            says.setdefault(each.code, []).append(each.says(language))
        remedies = {each.code: each.remedy(language) for each in found}
        blank = {"en": " ", "zh": ""}[language]
        rows = tuple(
            (Cell(blank.join(dict.fromkeys(said))), Cell(remedies[code]))
            for code, said in says.items()
        )
        heads = (word("finding", language), word("remedy", language))
        yield Table(heads, rows, "ll", word("findings", language))
    yield Heading(word("limits", language), anchor="limits")
    yield Paragraph(word("limits say", language))


def compared(material: Material, language: Language) -> Iterator[Block]:
    """Yield the way from the version before to this one, the largest steps apart.

    No example: `report` shows it.
    """
    before, now = material.previous, material.footprint
    if before is None:
        return
    yield Heading(word("compared", language), anchor="compared")
    difference = now - before
    parts = difference.parts[:_MOST_STEPS]
    steps = [Step(each.name, each.change) for each in parts]
    rest = difference.total - sum(step.change for step in steps)
    if abs(rest) > 1e-9 * abs(now.total):
        steps.append(Step(word("rest", language), rest))
    first, last = (word("before", language), before.total), (word("now", language), now.total)
    chart = waterfall(first, steps, last, language=language)
    yield Figure(chart, word("compared", language))
    rows = tuple(
        (Cell(step.label), Cell(f"{step.change:+,.6g}", value=step.change)) for step in steps
    )
    yield Table((word("what", language), "kg CO2e"), rows, "lr", word("compared", language))


def judged(material: Material, language: Language, scope: Scope) -> Iterator[Block]:
    """Yield what the rules say: pack, counts; unless to the public, all unmet with its remedy.

    No example: `report` shows it.
    """
    opinion = material.opinion
    if opinion is None:
        return
    yield Heading(word("rules", language), anchor="rules")
    counts = " · ".join(f"{VERDICTS[v].says(language)} {n}" for v, n in opinion.counts.items())
    yield facts([(opinion.pack.name, VERDICTS[opinion.verdict].says(language)), ("", counts)])
    if scope == "public":
        return
    rows = tuple(
        (
            Cell(each.rule.id),
            Cell(VERDICTS[each.verdict].says(language)),
            Cell(FORCES[each.rule.force].says(language)),
            Cell(str(each.clause)),
            Cell(each.says(language)),
            Cell(each.remedy(language)),
        )
        for each in opinion.unmet
    )
    if not rows:
        yield Paragraph(word("nothing unmet", language))
        return
    keys = ("rule", "verdict", "force", "clause", "finding", "remedy")
    heads = tuple(word(key, language) for key in keys)
    yield Table(heads, rows, "llllll", word("rules", language))


def computed_by(material: Material, language: Language) -> Iterator[Block]:
    """Yield by what it was computed, and what it says of its own arithmetic.

    No example: `report` shows it.
    """
    checks = material.footprint.checks
    yield Heading(word("computed by", language), anchor="computed")
    said = f"{checks.residual:.0e}, {checks.parts:.0e}, {checks.adjoint:.0e}"
    rows = [(word("version", language), f"pcf {__version__}"), (word("checks", language), said)]
    yield facts(rows)
