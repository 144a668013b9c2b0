"""A total told apart by one thing: parts that sum to it, shown as a table and a bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import charts, text
from pcf.analysis.labels import label
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a breakdown, kg CO2e per declared unit; `counted`: whether the total holds it."""

    name: str
    value: float
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Parts of a total in kg CO2e per declared unit.

    >>> parts = Breakdown("stage", (Part("mine", 1.0), Part("smelter", 3.0)), 4.0)
    >>> parts["smelter"], parts.share("smelter")
    (3.0, 0.75)
    """

    kind: str
    parts: tuple[Part, ...]
    total: float

    def __getitem__(self, name: str) -> float:
        """Return the value of a part; raise ModelError with candidates."""
        for part in self.parts:
            if part.name == name:
                return part.value
        names = [part.name for part in self.parts]
        raise ModelError(problem("part-unknown", "", text.nearest(name, names) or names, part=name))

    def __iter__(self) -> Iterator[Part]:
        """Iterate over the parts."""
        return iter(self.parts)

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.parts)

    def share(self, name: str) -> float | None:
        """Return a part's share of the total, or None for a total of zero."""
        return self[name] / self.total if self.total else None

    def rows(self, language: text.Language = "en") -> list[tuple[str, str, str]]:
        """Return name, kg CO2e and share of each part as text.

        No example: the class shows one.
        """
        values = charts.number_column(
            [part.value for part in self.parts], digits=7, language=language
        )
        return [
            (
                label(part.name, language),
                value,
                f"{part.value / self.total:.1%}" if self.total and part.counted else "",
            )
            for part, value in zip(self.parts, values, strict=True)
        ]

    def headers(self, language: text.Language = "en") -> tuple[str, str, str]:
        """Return the captions of `rows`."""
        share = {"en": "share", "zh": "占比"}[language]
        return (label(self.kind, language), "kg CO2e", share)

    def says(self, language: text.Language = "en") -> str:
        """Return the breakdown as a plain table."""
        return charts.text_table(self.headers(language), self.rows(language))

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def __repr__(self) -> str:
        """Return the English text, as the prompt shows it."""
        return self.says("en")

    def _repr_html_(self) -> str:
        return charts.html_table(self.headers(), self.rows())
