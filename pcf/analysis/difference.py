"""What differs between two footprints: `a - b`, exchange by exchange."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import charts, text
from pcf.analysis.labels import label
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from pcf.analysis.values import Footprint


@dataclass(frozen=True, slots=True)
class DifferentPart:
    """A part that differs: its stage, what it is, and its value on both sides (None: absent)."""

    stage: str
    name: str
    first: float | None
    second: float | None

    @property
    def change(self) -> float:
        """First minus second; an absent part adds nothing to its side."""
        first, second = (0.0 if side is None else side for side in (self.first, self.second))
        return first - second

    @property
    def size(self) -> float:
        """The larger side, as a size."""
        return max(abs(side) for side in (self.first, self.second) if side is not None)


@dataclass(frozen=True, slots=True)
class Difference:
    """First total minus second, with the parts that differ, the largest first (kg CO2e)."""

    first: float
    second: float
    parts: tuple[DifferentPart, ...]
    settings: tuple[tuple[str, str, str], ...]

    @property
    def total(self) -> float:
        """First total minus second."""
        return self.first - self.second

    def says(self, language: text.Language = "en") -> str:
        """Return the differences as a plain table."""
        return charts.text_table(self._headers(language), self._rows(language))

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def _headers(self, language: text.Language) -> tuple[str, ...]:
        words = {
            "en": ("stage", "exchange", "first", "second", "difference"),
            "zh": ("阶段", "交换", "前者", "后者", "差"),
        }
        return words[language]

    def _rows(self, language: text.Language) -> list[tuple[str, ...]]:
        def shown(value: float | None) -> str:
            return "–" if value is None else charts.number(value, digits=7, language=language)

        rows = [
            (label(p.stage, language), p.name, shown(p.first), shown(p.second), shown(p.change))
            for p in self.parts
        ]
        settings = [("", what, one, two, "") for what, one, two in self.settings]
        total = {"en": "total", "zh": "总量"}[language]
        last = ("", total, shown(self.first), shown(self.second), shown(self.total))
        return [*settings, *rows, last]

    def __repr__(self) -> str:
        """Return the English text, as the prompt shows it."""
        return self.says("en")

    def _repr_html_(self) -> str:
        return charts.html_table(self._headers("en"), self._rows("en"))


def difference(first: Footprint, second: Footprint) -> Difference:
    """Return what differs; parts within 1e-9 of each other are the same.

    Raises ModelError when the declared units differ in product, amount or basis.

    No example: it is `footprint - other`.
    """
    one, two = first.declared_unit, second.declared_unit
    same = (one.product, one.basis) == (two.product, two.basis)
    if not same or one.amount.to(two.amount.unit).value != two.amount.value:
        raise ModelError(problem("declared-differs", first=one, second=two))
    sides = [_parts(each) for each in (first, second)]
    keys = dict.fromkeys([*sides[0], *sides[1]])
    parts = [DifferentPart(*key, sides[0].get(key), sides[1].get(key)) for key in keys]
    floor = 1e-12 * max(abs(first.total), abs(second.total))
    changed = [part for part in parts if abs(part.change) > floor + 1e-9 * part.size]
    changed.sort(key=lambda part: -abs(part.change))
    settings = [
        (what, str(getattr(first, what)), str(getattr(second, what)))
        for what in ("characterisation", "electricity")
        if getattr(first, what) != getattr(second, what)
    ]
    return Difference(first.total, second.total, tuple(changed), tuple(settings))


def _parts(footprint: Footprint) -> dict[tuple[str, str], float]:
    table = footprint.contributions
    sums: dict[tuple[str, str], float] = {}
    rows = zip(
        table.stages(), footprint.exchange_labels(), table.value, table.in_total, strict=True
    )
    for stage, name, value, counted in rows:
        if counted:
            sums[stage, name] = sums.get((stage, name), 0.0) + float(value)
    if footprint.stored_added:
        sums["", "carbon stored in the product"] = footprint.stored_added
    return sums
