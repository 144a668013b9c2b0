"""What if? Many variations of one footprint: what was varied, and what came of it, as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf import charts, text
from pcf.analysis.labels import label
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from pcf.analysis.values import Footprint

_WORDS = {
    "scenario": text.Name("scenario", "情景"),
    "base": text.Name("as it stands", "现状"),
    "change": text.Name("change", "变化"),
    "net": text.Name("net of credits", "扣除抵减后"),
    "per": text.Name("kg CO2e per", "kg CO2e，每"),
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One variation: its settings as they were written, and its results, kg CO2e.

    `total`, and `net` where there is substitution; `low` and `high` of its 95 % interval, None
    where no number states a spread; `stages`: the parts of the total. `residual`: the worst
    normwise backward error of its solves.
    """

    name: str
    settings: Mapping[str, str]
    total: float
    net: float | None
    low: float | None
    high: float | None
    stages: Mapping[str, float]
    residual: float

    @classmethod
    def of(cls, name: str, settings: Mapping[str, str], footprint: Footprint) -> Scenario:
        """Return what stays of a footprint.

        No example: `Study.scenarios` makes them.
        """
        interval = footprint.interval
        return cls(
            name,
            dict(settings),
            footprint.total,
            footprint.net,
            None if interval is None else interval.low,
            None if interval is None else interval.high,
            {part.name: part.value for part in footprint.by_stage() if part.counted},
            footprint.checks.residual,
        )


@dataclass(frozen=True, eq=False)
class Scenarios:
    """Variations of a study side by side, each per its declared unit, and the study as it stands.

    `axes` are what was varied; each scenario has a setting for each axis. Shown as a table in
    Jupyter and by `says`; `table` gives all of it as a data frame.
    """

    unit: text.Name
    axes: tuple[str, ...]
    base: Scenario
    scenarios: tuple[Scenario, ...] = field(repr=False)

    @property
    def totals(self) -> dict[str, float]:
        """The total of each scenario, kg CO2e."""
        return {each.name: each.total for each in self.scenarios}

    def __iter__(self) -> Iterator[Scenario]:
        """Iterate over the scenarios, in the order in which they were asked for."""
        return iter(self.scenarios)

    def __len__(self) -> int:
        """Return the number of scenarios."""
        return len(self.scenarios)

    def __getitem__(self, name: str) -> Scenario:
        """Return a scenario by its name; raise ModelError with candidates."""
        for each in self.scenarios:
            if each.name == name:
                return each
        names = [each.name for each in self.scenarios]
        near = text.nearest(name, names) or tuple(names)
        raise ModelError(problem("scenario-unknown", "", near, scenario=name))

    def least(self) -> Scenario:
        """Return the scenario with the smallest total; the first of several.

        No example: `Study.sweep` shows the scenarios.
        """
        return min(self.scenarios, key=lambda each: each.total)

    def table(self) -> pd.DataFrame:
        """Return one row a scenario: settings, total, change, net, low, high, stages (kg CO2e).

        No example: `Study.sweep` shows the scenarios.
        """
        import pandas as pd  # noqa: PLC0415 - loaded only when a table is asked for

        rows = [
            {
                "scenario": each.name,
                **each.settings,
                "total": each.total,
                "change": each.total - self.base.total,
                "net": each.net,
                "low": each.low,
                "high": each.high,
                **each.stages,
            }
            for each in self.scenarios
        ]
        return pd.DataFrame(rows)

    def says(self, language: text.Language = "en") -> str:
        """Return the scenarios as a plain table, under the study as it stands."""
        headers, rows = self._shown(language)
        heading = f"{_WORDS['per'].says(language)} {self.unit.says(language)}"
        align = "l" * max(1, len(self.axes)) + "r" * (len(headers) - max(1, len(self.axes)))
        return f"{heading}\n\n{charts.text_table(headers, rows, align=align)}"

    def _shown(self, language: text.Language) -> tuple[list[str], list[list[str]]]:
        """Return captions and rows; the study as it stands comes first."""
        several = [self.base, *self.scenarios]
        has_net = any(each.net is not None for each in several)
        axes = list(self.axes) or [_WORDS["scenario"].says(language)]
        headers = [*axes, label("total", language), _WORDS["change"].says(language)]
        if has_net:
            headers.append(_WORDS["net"].says(language))
        totals = charts.number_column([e.total for e in several], digits=7, language=language)
        rows = []
        for each, total in zip(several, totals, strict=True):
            names = [each.settings.get(axis, "") for axis in self.axes] or [each.name]
            if each is self.base:
                names = [_WORDS["base"].says(language), *([""] * (len(axes) - 1))]
            change = "" if each is self.base else _percent(each.total, self.base.total)
            net = "–" if each.net is None else charts.number(each.net, digits=7, language=language)
            rows.append([*names, total, change, *([net] if has_net else [])])
        return headers, rows

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def __repr__(self) -> str:
        """Return the English text, as the prompt shows it."""
        return self.says("en")

    def _repr_html_(self) -> str:
        headers, rows = self._shown("en")
        caption = f"{_WORDS['per'].says('en')} {self.unit.says('en')}"
        return charts.html_table(headers, rows, caption=caption, emphasised=[0])


def _percent(value: float, base: float) -> str:
    return "–" if base == 0 else f"{100 * (value - base) / abs(base):+.3g} %"
