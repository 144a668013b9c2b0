"""Did the footprint of a product change from one year to the next? Only by one and the same method.

A number that moved because the method moved says nothing about the plant. Declared unit, boundary,
characterisation, treatment of electricity, allocation, exclusions, background edition and rules
have to be equal; otherwise the comparison is refused with every difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf import charts
from pcf.errors import RuleError, problem
from pcf.text import Name, fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.analysis import Footprint
    from pcf.analysis.difference import Difference
    from pcf.rules.opinion import Opinion
    from pcf.study import Study
    from pcf.text import Language


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """Two totals by one method, kg CO2e per declared unit, and what changed between them."""

    title: Name
    before: float
    after: float
    periods: tuple[str, str]
    method: Mapping[str, str] = field(hash=False)
    difference: Difference = field(repr=False)

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def relative(self) -> float | None:
        """The change relative to the earlier total; None for a total of zero."""
        return None if self.before == 0 else self.change / abs(self.before)

    def says(self, language: Language = "en") -> str:
        """Return both totals, the change and the parts that changed.

        No example: `year_on_year` gives the value that says it.
        """
        heads = {"en": ("", "kg CO2e"), "zh": ("", "kg CO2e")}[language]
        changed = {"en": "change", "zh": "变化"}[language]
        share = "" if self.relative is None else f" ({self.relative:+.1%})"
        shown = charts.number(self.change, digits=7, language=language)
        rows = [
            (self.periods[0], charts.number(self.before, digits=7, language=language)),
            (self.periods[1], charts.number(self.after, digits=7, language=language)),
            (changed, f"{shown}{share}"),
        ]
        table = charts.text_table(heads, rows, align="lr")
        return "\n\n".join([self.title.says(language), table, self.difference.says(language)])


def method_of(study: Study, footprint: Footprint, opinion: Opinion | None = None) -> dict[str, str]:
    """Return what must be equal for two footprints to be compared over the years, by name.

    No example: it takes a footprint.
    """
    declared, period = footprint.declared_unit, study.period
    allocations = (f"{each.process}: {each.by} {each.level}".strip() for each in study.allocations)
    exclusions = (f"{each.process}: {each.flow}" for each in study.exclusions)
    return {
        "declared unit": f"{declared.amount} {declared.product}",
        "basis": declared.basis,
        "boundary": fold(study.boundary),
        "place": str(study.place or ""),
        "length of the period": "" if period is None else str(round(period.days / 30.4375)),
        "characterisation": footprint.characterisation,
        "electricity": f"{footprint.electricity}, {study.electricity.losses}",
        "allocation": "; ".join(sorted(allocations)),
        "exclusions": "; ".join(sorted(exclusions)),
        "background": footprint.context.get("background", ""),
        "rules": "" if opinion is None else opinion.pack.name,
    }


def year_on_year(
    before: tuple[Study, Footprint],
    after: tuple[Study, Footprint],
    opinions: tuple[Opinion, Opinion] | None = None,
) -> YearOnYear:
    """Return how a product's footprint changed; raise RuleError with every difference of method.

    Each side is a study and its footprint; `opinions` on both hold them to the same rules. The
    earlier study stands first and their periods do not overlap.
    No example: it takes footprints.
    """
    first, second = opinions if opinions is not None else (None, None)
    old, new = method_of(*before, first), method_of(*after, second)
    problems = [
        problem("method-differs", key, (), what=key, before=old[key], after=new[key])
        for key in old
        if old[key] != new[key]
    ]
    periods = before[0].period, after[0].period
    if periods[0] is None or periods[1] is None or periods[0].end > periods[1].start:
        problems.append(
            problem("years-order", "", (), before=str(periods[0]), after=str(periods[1]))
        )
    if problems:
        raise RuleError(*problems)
    return YearOnYear(
        title=after[0].title,
        before=before[1].total,
        after=after[1].total,
        periods=(str(periods[0]), str(periods[1])),
        method=new,
        difference=after[1] - before[1],
    )
