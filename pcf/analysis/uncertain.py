"""Which numbers make a footprint uncertain? Those with a spread, by how far they move the total.

To first order the variances of the numbers add, so that each has a share of the whole. Where a
number may lie further above its value than below, the mean of the draws lies above the footprint:
its shift says by how much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf import charts, text
from pcf.analysis.accounting import role_rows
from pcf.analysis.interval import effects, moves
from pcf.model.amounts import SPREAD_KINDS, Amount, Spread
from pcf.model.systems import ELEMENTARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pcf.analysis.values import Footprint
    from pcf.model.systems import ProductSystem

_KINDS = {
    "lognormal": text.Name("lognormal", "对数正态"),
    "normal": text.Name("normal", "正态"),
    "uniform": text.Name("uniform", "均匀"),
    "triangular": text.Name("triangular", "三角"),
    "pert": text.Name("PERT", "PERT"),
}
_HEADERS = {
    "en": ("number", "value", "spread", "± kg CO2e", "share of variance", "shift, kg CO2e"),
    "zh": ("数字", "值", "离散度", "± kg CO2e", "方差占比", "偏移, kg CO2e"),
}


@dataclass(frozen=True, slots=True)
class UncertainNumber:
    """A number with a spread and what it does to the total, kg CO2e per declared unit.

    `row`: its id in the study or the set; `amount`: per reference amount of its process, with its
    spread and source. `deviation`: the
    total's standard deviation from this number alone, signed as the number moves the total.
    `share`: of the variance of the total. `shift`: the mean of the number less its value, as it
    moves the total. All of them to first order.
    """

    process: str
    flow: str
    row: str
    amount: Amount
    deviation: float
    share: float
    shift: float

    @property
    def name(self) -> str:
        """Process and flow, and the row of the study where it has a name of its own."""
        own = self.row and not self.row.startswith(f"{self.process}:")
        return f"{self.process}: {self.flow}{f' ({self.row})' if own else ''}"


@dataclass(frozen=True, slots=True)
class UncertainNumbers:
    """The numbers that move a total most, by share of its variance; `all` is how many there are.

    `deviation` (of the total) and `shift` (of its mean) hold all of them, those not listed too.
    """

    numbers: tuple[UncertainNumber, ...]
    all: int
    deviation: float
    shift: float

    def __getitem__(self, position: int) -> UncertainNumber:
        """Return one of the numbers, the one that matters most first."""
        return self.numbers[position]

    def __iter__(self) -> Iterator[UncertainNumber]:
        """Iterate over the numbers."""
        return iter(self.numbers)

    def __len__(self) -> int:
        """Return how many are listed."""
        return len(self.numbers)

    def rows(self, language: text.Language = "en") -> list[tuple[str, ...]]:
        """Return the lines of the table, all numbers together last.

        No example: `Footprint.uncertain` shows it.
        """
        whole = {"en": f"all {self.all}", "zh": f"全部 {self.all} 个"}[language]
        deviations = [abs(each.deviation) for each in self.numbers] + [self.deviation]
        shifts = [each.shift for each in self.numbers] + [self.shift]
        shares = [f"{each.share:.1%}" for each in self.numbers]
        named = [_written(each, language) for each in self.numbers]
        return [
            (*name, deviation, share, shift)
            for name, deviation, share, shift in zip(
                [*named, (whole, "", "")],
                charts.number_column(deviations, digits=4, language=language),
                [*shares, "100.0%" if self.all else ""],
                charts.number_column(shifts, digits=4, language=language),
                strict=True,
            )
        ]

    def says(self, language: text.Language = "en") -> str:
        """Return the numbers as a plain table."""
        return charts.text_table(_HEADERS[language], self.rows(language), align="lrlrrr")

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def __repr__(self) -> str:
        """Return the English text, as the prompt shows it."""
        return self.says("en")

    def _repr_html_(self) -> str:
        return charts.html_table(_HEADERS["en"], self.rows(), align="lrlrrr")


def uncertain_numbers(footprint: Footprint, most: int = 10) -> UncertainNumbers:
    """Return the `most` numbers whose spreads move the total of `footprint` most.

    The variances are those of its first-order interval (JCGM 100:2008, 5.1.2): treatment of
    electricity, numbers behind the meters and parts of divided processes included.

    No example: it is a method of `Footprint`.
    """
    system = footprint.system
    moved = moves(system, _effects(footprint))
    variance = float((moved.deviation**2).sum())
    order = sorted(range(len(moved.exchange)), key=lambda k: -abs(float(moved.deviation[k])))
    numbers = tuple(
        UncertainNumber(
            *_named(system, int(moved.exchange[k])),
            deviation=float(moved.deviation[k]),
            share=float(moved.deviation[k] ** 2) / variance if variance else 0.0,
            shift=float(moved.shift[k]),
        )
        for k in order[:most]
    )
    return UncertainNumbers(numbers, len(order), variance**0.5, float(moved.shift.sum()))


def _effects(footprint: Footprint) -> NDArray[np.float64]:
    """Return (m) amount x derivative of the headline total by it."""
    system = footprint.system
    scaling = np.array([footprint.scaling.get(str(id_), 0.0) for id_ in system.processes.ids])
    price = np.where(system.processes.treats, -footprint.intensity, footprint.intensity)
    metered = [
        sum(
            weight * float(footprint.intensity[system.index(process)])
            for process, weight in footprint.meters.get(
                system.elementary[row].id.removeprefix("kWh at "), ()
            )
        )
        for row, _ in role_rows(system, "meter")
    ]
    return effects(system, footprint.emitted, price, np.array(metered), scaling)


def _named(system: ProductSystem, exchange: int) -> tuple[str, str, str, Amount]:
    """Return process, flow, row and amount; a divided process is called by its whole."""
    columns, heads = system.exchanges, system.processes
    process, target = int(columns.process[exchange]), int(columns.target[exchange])
    elementary = columns.kind[exchange] == ELEMENTARY
    unit = system.elementary[target].unit if elementary else str(heads.units[target])
    kind = SPREAD_KINDS[columns.spread[exchange]]
    high = None if kind in {"lognormal", "normal"} else float(columns.high[exchange])
    spread = Spread(kind, float(columns.low[exchange]), high)
    source = int(columns.source[exchange])
    amount = Amount(
        float(columns.amount[exchange]),
        unit,
        spread,
        str(system.sources[source]) if source >= 0 else "",
    )
    whole = str(heads.wholes[process]) or str(heads.ids[process])
    return whole, str(columns.flows[exchange]), str(columns.ids[exchange]), amount


def _written(number: UncertainNumber, language: text.Language) -> tuple[str, str, str]:
    """Return name, value and spread of a number as text."""

    def shown(value: float | None) -> str:
        return charts.number(value, digits=5, language=language)

    amount, spread, said = number.amount, number.amount.spread, ""
    if spread is not None:
        ends = [shown(end) for end in (spread.low, spread.high) if end is not None]
        said = f"{_KINDS[spread.kind].says(language)} {' – '.join(ends)}"
    return number.name, f"{shown(amount.value)} {amount.unit}", said
