"""Footprints side by side: the same stages in rows, one column a footprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import charts, text
from pcf.analysis.labels import label
from pcf.analysis.render import stage_bar, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.analysis.values import Footprint


@dataclass(frozen=True, slots=True)
class Comparison:
    """Footprints by name, each per its own declared unit, shown stage by stage."""

    footprints: Mapping[str, Footprint]

    @property
    def totals(self) -> dict[str, float]:
        """The total of each footprint."""
        return {name: each.total for name, each in self.footprints.items()}

    def __getitem__(self, name: str) -> Footprint:
        """Return one of the footprints."""
        return self.footprints[name]

    def rows(self, language: text.Language = "en") -> list[list[str]]:
        """Return a row a stage and the total; '–' where a footprint has no such stage.

        No example: `compare` shows one.
        """
        columns = [
            {part.name: part.value for part in each.by_stage()} for each in self.footprints.values()
        ]
        stages = list(dict.fromkeys(stage for column in columns for stage in column))
        values = [
            value
            for column, each in zip(columns, self.footprints.values(), strict=True)
            for value in (*map(column.get, stages), each.total)
        ]
        texts, rows = _shown(values, language), len(stages) + 1
        shown = [texts[start : start + rows] for start in range(0, len(texts), rows)]
        names = [*(label(stage, language) for stage in stages), word("total", language)]
        return [list(row) for row in zip(names, *shown, strict=True)]

    def says(self, language: text.Language = "en") -> str:
        """Return the comparison as a plain table."""
        rows = self.rows(language)
        headers = [label("stage", language), *self.footprints]
        align = "l" + "r" * len(self.footprints)
        return charts.text_table(headers, rows, align=align, emphasised=[len(rows) - 1])

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def __repr__(self) -> str:
        """Return the English text, as the prompt shows it."""
        return self.says("en")

    def _repr_html_(self) -> str:
        rows = self.rows()
        table = charts.html_table([label("stage"), *self.footprints], rows)
        return f"<div>{stage_bar(dict(self.footprints))}{table}</div>"


def compare(footprints: Mapping[str, Footprint]) -> Comparison:
    """Return footprints side by side, such as a study under its alternatives.

    >>> from pcf.analysis.computing import footprint
    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("heat", "1 GJ", emits={"CO2": "94.6 kg"})])
    >>> gases = CharacterisationSet.of("mine", {"CO2": 1})
    >>> compare({n: footprint(system, (n, "heat"), gases) for n in ("1 GJ", "2 GJ")}).totals
    {'1 GJ': 94.6, '2 GJ': 189.2}
    """
    return Comparison(dict(footprints))


def _shown(values: list[float | None], language: text.Language) -> list[str]:
    """Return numbers with the same decimals; '–' where a footprint has no such stage."""
    known = [value for value in values if value is not None]
    texts = iter(charts.number_column(known, digits=7, language=language))
    return ["–" if value is None else next(texts) for value in values]
