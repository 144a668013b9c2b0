"""How do totals divide into parts? Horizontal stacked bars as an SVG of our own.

Text and lines take the colour of the page around them, so that the chart is readable on a light
and on a dark ground; only the parts have colours of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.charts.axis import Axis, axis_over
from pcf.charts.labels import markup, plain, shortened, width, wrapped
from pcf.charts.numbers import UNKNOWN, number
from pcf.charts.palette import colour, ink
from pcf.charts.svg import page, px, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pcf.text import Language

# Pixels. A column of text is half the width of a Chinese character, and a Latin letter's mean.
_COLUMN, _SMALL_COLUMN = 7.4, 6.4
_LABEL_COLUMNS, _LEGEND_COLUMNS = 26, 44
_ROW, _BAR, _LEGEND_ROW, _MARGIN = 46.0, 22.0, 22.0, 8.0
_UNKNOWN_BOX = 16.0
_NAMES: dict[Language, str] = {"en": "Stacked bars", "zh": "堆叠条形图"}
_NET: dict[Language, str] = {"en": "total", "zh": "合计"}


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar; the same `series` has the same colour in every bar. None is unknown."""

    series: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its parts in order, negative ones left of zero, and an interval of their sum."""

    label: str
    segments: tuple[Segment, ...]
    interval: tuple[float, float] | None = None

    @property
    def known(self) -> float:
        """The sum of the parts that are known."""
        return sum(part.value for part in self.segments if part.value is not None)

    def says(self, language: Language = "en") -> str:
        """Return the sum as text; with an unknown part it is said to be unknown in part."""
        unknown = any(part.value is None for part in self.segments)
        return number(self.known, language=language) + (
            f" + {UNKNOWN[language]}" if unknown else ""
        )


def stacked_bar(
    bars: Sequence[Bar],
    *,
    title: str = "",
    unit: str = "kg CO2e",
    language: Language = "en",
    pixels: int = 760,
) -> str:
    """Return horizontal stacked bars as one `<svg>` element, to be set into a page or saved.

    Positive parts run right from zero, negative ones left; under a bar with an interval or with
    negative parts a diamond marks the sum and a whisker the interval. An unknown part is a dashed
    box, and the sum then has no mark. Up to eight series are told apart with ease. The chart
    describes itself in words to screen readers. The same bars give the same text.

    Raises PcfError for numbers that are not finite.

    >>> svg = stacked_bar([Bar("grid", (Segment("power", 7900.0), Segment("anode", 1800.0)))])
    >>> svg.startswith("<svg"), ">9,700<" in svg
    (True, True)
    """
    series = list(dict.fromkeys(part.series for bar in bars for part in bar.segments))
    colours = {name: colour(position) for position, name in enumerate(series)}
    frame = _frame(bars, title, pixels, language)
    bottom = frame.top + _ROW * len(bars)
    legend, end = _legend(colours, bottom + 48, pixels)
    parts = [
        *_axis(frame.axis, frame.top, bottom, unit),
        *(
            row
            for position, bar in enumerate(bars)
            for row in _bar(bar, frame, frame.top + _ROW * position, colours, (unit, language))
        ),
        *legend,
    ]
    words = markup(_words(bars, unit, language))
    heading = markup(title) or _NAMES[language]
    size = (pixels, end + _MARGIN)
    return page(heading, words, parts, size, language=language, titled=bool(title))


@dataclass(frozen=True, slots=True)
class _Frame:
    axis: Axis
    top: float
    label_columns: int
    right: float


def _frame(bars: Sequence[Bar], title: str, pixels: int, language: Language) -> _Frame:
    """Divide the width into labels, the scale and the sums."""
    columns = min(max((width(plain(bar.label)) for bar in bars), default=0), _LABEL_COLUMNS)
    sums = [width(bar.says(language)) for bar in bars]
    ranges = [_SMALL_COLUMN / _COLUMN * width(_range(bar)) for bar in bars]
    left = columns * _COLUMN + 2 * _MARGIN
    right = pixels - max([*sums, *ranges], default=0) * _COLUMN - 2 * _MARGIN
    if any(part.value is None for bar in bars for part in bar.segments):
        right -= _UNKNOWN_BOX
    ends = [end for bar in bars for end in (*_stack(bar), *(bar.interval or ()))]
    axis = axis_over(ends, left, max(right, left + 120))
    return _Frame(axis, 34.0 if title else _MARGIN, columns, pixels - _MARGIN)


def _stack(bar: Bar) -> tuple[float, float]:
    """Return how far the negative and the positive parts of a bar reach."""
    known = [part.value for part in bar.segments if part.value is not None]
    return sum(value for value in known if value < 0), sum(value for value in known if value > 0)


def _range(bar: Bar) -> str:
    if bar.interval is None:
        return ""
    return " – ".join(map(number, bar.interval))


def _axis(axis: Axis, top: float, bottom: float, unit: str) -> Iterator[str]:
    for tick in axis.ticks():
        x = px(axis.at(tick))
        strong = "0.7" if tick == 0 else "0.15"
        yield (
            f'<line x1="{x}" x2="{x}" y1="{px(top)}" y2="{px(bottom)}" stroke="currentColor" '
            f'stroke-opacity="{strong}"/>'
        )
        yield text_at(axis.at(tick), bottom + 15, number(tick), anchor="middle", size=11)
    yield text_at((axis.left + axis.right) / 2, bottom + 32, unit, anchor="middle", size=11)


def _bar(
    bar: Bar, frame: _Frame, top: float, colours: Mapping[str, str], says: tuple[str, Language]
) -> Iterator[str]:
    unit, language = says
    middle = top + _MARGIN + _BAR / 2
    lines = wrapped(plain(bar.label), frame.label_columns, 2)
    first = middle + 4.5 - 7.5 * (len(lines) - 1)
    for position, line in enumerate(lines):
        yield text_at(frame.axis.left - _MARGIN, first + 15 * position, line, anchor="end")
    ends = {True: 0.0, False: 0.0}
    for part in bar.segments:
        if part.value:
            start = ends[part.value > 0]
            ends[part.value > 0] = start + part.value
            pair = sorted((frame.axis.at(start), frame.axis.at(start + part.value)))
            yield _box(part, (pair[0], pair[1]), top + _MARGIN, colours[part.series], unit)
    unknown = [part.series for part in bar.segments if part.value is None]
    if unknown:
        told = f"{', '.join(unknown)}: {UNKNOWN[language]}"
        yield _unknown_box(frame.axis.at(ends[True]), top + _MARGIN, told)
    yield text_at(frame.right, middle + 4.5, bar.says(language), anchor="end", weight="bold")
    if bar.interval is not None:
        yield text_at(frame.right, middle + 20, _range(bar), anchor="end", size=11)
    if bar.interval is not None or (ends[False] < 0 and not unknown):
        yield from _whisker(bar, frame.axis, top + _MARGIN + _BAR + 8)


def _box(part: Segment, ends: tuple[float, float], top: float, fill: str, unit: str) -> str:
    """Draw one part; its number stands in it where there is room, and in its tooltip always."""
    left, right = ends
    gap = 1.0 if right - left > 4 else 0.0
    wide = max(right - left - gap, 0.6)
    written = number(part.value)
    box = (
        f'<rect x="{px(left)}" y="{px(top)}" width="{px(wide)}" height="{px(_BAR)}" fill="{fill}"/>'
    )
    if width(written) * _SMALL_COLUMN + 6 < wide:
        middle = (left + left + wide) / 2
        box += text_at(middle, top + 15, written, anchor="middle", size=11, fill=ink(fill))
    return f"<g><title>{markup(part.series)}: {written} {markup(unit)}</title>{box}</g>"


def _unknown_box(x: float, top: float, says: str) -> str:
    return (
        f"<g><title>{markup(says)}</title>"
        f'<rect x="{px(x + 2)}" y="{px(top + 0.5)}" width="{px(_UNKNOWN_BOX - 3)}" '
        f'height="{px(_BAR - 1)}" fill="none" stroke="currentColor" stroke-dasharray="3 2"/>'
        f"{text_at(x + 0.5 + _UNKNOWN_BOX / 2, top + 15, '?', anchor='middle', size=11)}</g>"
    )


def _whisker(bar: Bar, axis: Axis, y: float) -> Iterator[str]:
    """Mark the sum and its interval below the bar, where they lie on the page's own ground."""
    if bar.interval is not None:
        low, high = (axis.at(end) for end in bar.interval)
        path = f"M{px(low)} {px(y - 3.5)}v7M{px(low)} {px(y)}H{px(high)}M{px(high)} {px(y - 3.5)}v7"
        yield f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.3"/>'
    if all(part.value is not None for part in bar.segments):
        x = axis.at(bar.known)
        yield f'<path d="M{px(x)} {px(y - 4)}l4 4-4 4-4-4z" fill="currentColor"/>'


def _legend(colours: Mapping[str, str], top: float, pixels: int) -> tuple[list[str], float]:
    """Return the legend's parts and where it ends; entries flow into rows."""
    rows: list[str] = []
    x, y = _MARGIN, top
    for series, fill in colours.items():
        label = shortened(plain(series), _LEGEND_COLUMNS)
        wide = 18 + width(label) * _COLUMN + 14
        if x > _MARGIN and x + wide > pixels:
            x, y = _MARGIN, y + _LEGEND_ROW
        rows.append(
            f'<g><title>{markup(series)}</title><rect x="{px(x)}" y="{px(y)}" width="12" '
            f'height="12" fill="{fill}"/>{text_at(x + 18, y + 10.5, label, size=12)}</g>'
        )
        x += wide
    return rows, y + (_LEGEND_ROW if colours else 0)


def _words(bars: Sequence[Bar], unit: str, language: Language) -> str:
    """Say the whole chart in words."""
    colon, comma, stop = ("：", "，", "；") if language == "zh" else (": ", ", ", "; ")
    return stop.join(
        bar.label
        + colon
        + comma.join(
            [
                *(
                    f"{part.series} {number(part.value, language=language)}"
                    for part in bar.segments
                ),
                f"{_NET[language]} {bar.says(language)} {unit}",
                *([_range(bar)] if bar.interval is not None else []),
            ]
        )
        for bar in bars
    )
