"""What does a pack say of a study, all in all? The opinion: judgements, verdict, exit code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf import digest, files
from pcf.errors import RuleError, problem
from pcf.rules.values import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.findings import Finding
    from pcf.rules.grading import Grade
    from pcf.rules.judging import Judgement
    from pcf.rules.values import Facts, Pack, Verdict
    from pcf.study import Study
    from pcf.text import Language, Name

EXIT_CODES: Mapping[str, int] = {"satisfied": 0, "violated": 1, "cannot tell": 2}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the rules of a pack say of one study and its footprint; frozen.

    `footprint` is the fingerprint of the footprint that was judged, `numbers` what a reader needs
    of it; `background` and `draft` say on what it stands. `findings` are what no rule decides and a
    reader must weigh: those of the footprint, and of suppliers' factors beside public records.
    `grade` is there where a table of grades was given.
    """

    pack: Pack
    study: str
    title: Name
    footprint: str
    numbers: Mapping[str, object] = field(repr=False, hash=False)
    judgements: tuple[Judgement, ...] = field(repr=False)
    facts: Facts | None = field(default=None, repr=False)
    grade: Grade | None = None
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    @classmethod
    def of(  # noqa: PLR0913 - what is judged, by what, and what came of it
        cls,
        pack: Pack,
        facts: Facts,
        judgements: tuple[Judgement, ...],
        study: Study,
        footprint: Footprint,
        *,
        findings: tuple[Finding, ...] = (),
    ) -> Opinion:
        """Return the opinion that judgements amount to; `findings` join those of the footprint.

        No example: `Pack.judge` gives it.
        """
        return cls(
            pack=pack,
            study=study.id,
            title=study.title,
            footprint=fingerprint_of(footprint),
            numbers=_numbers_of(footprint),
            judgements=judgements,
            facts=facts,
            findings=(*footprint.findings, *findings),
        )

    @property
    def unmet(self) -> tuple[Judgement, ...]:
        """What is not met: violated first, then what cannot be told; 'shall' before 'should'."""
        found = [each for each in self.judgements if each.is_unmet]
        return tuple(
            sorted(found, key=lambda each: (each.verdict != "violated", each.rule.force != "shall"))
        )

    @property
    def verdict(self) -> Verdict:
        """Violated if any 'shall' is, else 'cannot tell' if any cannot be told, else satisfied."""
        found = {each.verdict for each in self.judgements if each.rule.force == "shall"}
        if "violated" in found:
            return "violated"
        return "cannot tell" if "cannot tell" in found else "satisfied"

    @property
    def exit_code(self) -> int:
        """1 if any 'shall' is violated, else 2 if any cannot be told, else 0."""
        return EXIT_CODES[self.verdict]

    @property
    def counts(self) -> dict[str, int]:
        """How many rules have each verdict."""
        found = Counter(each.verdict for each in self.judgements)
        return {verdict: found[verdict] for verdict in VERDICTS}

    def judgement(self, rule: str) -> Judgement:
        """Return the judgement of a rule by its id or name; raise RuleError."""
        wanted = self.pack.rule(rule)
        return next(each for each in self.judgements if each.rule == wanted)

    def graded(self, grade: Grade) -> Opinion:
        """Return the opinion with a grade."""
        return replace(self, grade=grade)

    def says(self, language: Language = "en") -> str:
        """Return the opinion as plain text for a terminal."""
        from pcf.rules.rendering import as_text  # noqa: PLC0415 - rendering reads this value

        return as_text(self, language)

    def as_dict(self) -> dict[str, object]:
        """Return the opinion as plain JSON values, in both languages."""
        from pcf.rules.rendering import as_dict  # noqa: PLC0415 - as above

        return as_dict(self)

    def as_html(self, language: Language = "en") -> str:
        """Return the opinion as one HTML page that needs no other file."""
        from pcf.rules.page import page  # noqa: PLC0415 - as above

        return page(self, language)

    def save(self, path: str | Path, *, language: Language = "en") -> None:
        """Write the opinion as HTML (.html) or JSON (.json); raise RuleError for other endings.

        No example: it writes a file.
        """
        from pathlib import Path as PathOf  # noqa: PLC0415 - only here

        from pcf.rules.rendering import as_json  # noqa: PLC0415 - as above

        target = PathOf(path)
        suffix = target.suffix.casefold()
        if suffix not in (".html", ".htm", ".json"):
            known = (".html", ".json")
            raise RuleError(problem("opinion-suffix", target.name, known, suffix=suffix))
        content = as_json(self) if suffix == ".json" else self.as_html(language)
        files.write(target, content)

    def __repr__(self) -> str:
        """Return study, verdict and rules on one line; `print` gives the whole text."""
        return f"Opinion({self.study}: {self.verdict}, {len(self.unmet)} unmet, {self.pack.name})"

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def _repr_html_(self) -> str:
        """Return the table of what is not met, for Jupyter."""
        from pcf.rules.page import fragment  # noqa: PLC0415 - as above

        return fragment(self, "en")


def fingerprint_of(footprint: Footprint) -> str:
    """Return the fingerprint of everything that a footprint says.

    No example: it takes a footprint.
    """
    return digest.fingerprint(footprint.as_dict())


def _numbers_of(footprint: Footprint) -> dict[str, object]:
    interval = footprint.interval
    unit = footprint.declared_unit
    return {
        "total": footprint.total,
        "total_including_uptake": footprint.total_including_uptake,
        "interval_95": None if interval is None else [interval.low, interval.high],
        "declared_unit": {"en": unit.says("en"), "zh": unit.says("zh")},
        "characterisation": footprint.characterisation,
        "electricity": footprint.electricity,
        "planned": footprint.planned,
        "background": footprint.context.get("background", ""),
        "period": footprint.context.get("period", ""),
        "place": footprint.context.get("place", ""),
        "boundary": footprint.context.get("boundary", ""),
    }
