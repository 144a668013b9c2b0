"""Where does it go? Bands between columns of boxes (a Sankey diagram), as SVG of our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.charts.labels import markup, plain, shortened
from pcf.charts.numbers import number
from pcf.charts.palette import colour
from pcf.charts.svg import MARGIN, page, px, text_at
from pcf.errors import PcfError, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pcf.text import Language

_BOX, _GAP, _LABEL_COLUMNS = 12.0, 14.0, 30
_LEAST = 1.5  # pixels, so that a thin band is seen
_NAMES: dict[Language, str] = {"en": "Flows", "zh": "流向图"}


@dataclass(frozen=True, slots=True)
class Band:
    """So much from one box to another; boxes are known by their labels."""

    source: str
    target: str
    value: float


@dataclass(frozen=True, slots=True)
class _Box:
    """A box: its place, height, colour, and how much leaves or enters it."""

    x: float
    y: float
    high: float
    fill: str
    value: float


def bands(  # noqa: PLR0913 - each word is one trait of the chart
    columns: Sequence[Sequence[str]],
    flows: Sequence[Band],
    *,
    title: str = "",
    unit: str = "kWh",
    language: Language = "en",
    pixels: int = 760,
) -> str:
    """Return bands between boxes as one `<svg>` element; a label stands in one column.

    Heights are to scale in the whole chart. Every box and band tells its amount in its tooltip, and
    the chart says all of them in words to screen readers. The same flows give the same text.

    Raises PcfError for a band that leads to no box, and one that is not above zero.

    >>> svg = bands([["wind", "grid"], ["potline"]],
    ...             [Band("wind", "potline", 60.0), Band("grid", "potline", 40.0)])
    >>> svg.startswith("<svg"), "wind → potline: 60 kWh" in svg
    (True, True)
    """
    _require_bands(columns, flows)
    top = 34.0 if title else MARGIN
    boxes, high = _boxes(columns, flows, top, pixels)
    parts = [*_drawn(flows, boxes, unit), *_labelled(columns, boxes, unit)]
    told = "; ".join(_says(each, unit) for each in flows)
    heading = markup(title) or _NAMES[language]
    size = (pixels, high + MARGIN)
    return page(heading, markup(told), parts, size, language=language, titled=bool(title))


def _require_bands(columns: Sequence[Sequence[str]], flows: Sequence[Band]) -> None:
    known = {label for column in columns for label in column}
    problems = []
    for each in flows:
        if not {each.source, each.target} <= known:
            told = {"source": each.source, "target": each.target}
            problems.append(problem("sankey-node-unknown", "", (), **told))
        if not 0 < each.value < float("inf"):
            told = {"source": each.source, "target": each.target, "value": str(each.value)}
            problems.append(problem("sankey-link-value", "", (), **told))
    if problems:
        raise PcfError(*problems)


def _boxes(
    columns: Sequence[Sequence[str]], flows: Sequence[Band], top: float, pixels: int
) -> tuple[dict[str, _Box], float]:
    """Return the place of every box, and where the lowest ends."""
    value = {
        label: max(
            sum(each.value for each in flows if each.source == label),
            sum(each.value for each in flows if each.target == label),
        )
        for column in columns
        for label in column
    }
    most = max((sum(value[label] for label in column) for column in columns), default=0.0)
    rows = max((len(column) for column in columns), default=1)
    scale = max(220.0, 26.0 * rows) / most if most else 0.0
    step = (pixels - 2 * MARGIN - _BOX) / max(len(columns) - 1, 1)
    found, lowest, series = {}, top, 0
    for at, column in enumerate(columns):
        y = top
        for label in column:
            tall = max(value[label] * scale, _LEAST)
            found[label] = _Box(MARGIN + step * at, y, tall, colour(series), value[label])
            y += tall + _GAP
            series += 1
        lowest = max(lowest, y)
    return found, lowest


def _drawn(flows: Sequence[Band], boxes: Mapping[str, _Box], unit: str) -> Iterator[str]:
    left, right = dict.fromkeys(boxes, 0.0), dict.fromkeys(boxes, 0.0)
    for each in flows:
        start, end = boxes[each.source], boxes[each.target]
        tall = (start.high * each.value / start.value, end.high * each.value / end.value)
        y = (start.y + left[each.source], end.y + right[each.target])
        left[each.source] += tall[0]
        right[each.target] += tall[1]
        yield _band((start.x + _BOX, end.x), y, tall, start.fill, _says(each, unit))


def _band(
    x: tuple[float, float], y: tuple[float, float], tall: tuple[float, float], fill: str, says: str
) -> str:
    middle = (x[0] + x[1]) / 2
    path = (
        f"M{px(x[0])} {px(y[0])}C{px(middle)} {px(y[0])} {px(middle)} {px(y[1])} {px(x[1])} "
        f"{px(y[1])}v{px(max(tall[1], _LEAST))}C{px(middle)} {px(y[1] + tall[1])} {px(middle)} "
        f"{px(y[0] + tall[0])} {px(x[0])} {px(y[0] + tall[0])}z"
    )
    return (
        f'<g><title>{markup(says)}</title><path d="{path}" fill="{fill}" fill-opacity="0.4"/></g>'
    )


def _labelled(
    columns: Sequence[Sequence[str]], boxes: Mapping[str, _Box], unit: str
) -> Iterator[str]:
    for at, column in enumerate(columns):
        last = at == len(columns) - 1 and at > 0
        for label in column:
            box = boxes[label]
            told = f"{label}: {number(box.value)} {unit}"
            yield (
                f"<g><title>{markup(told)}</title>"
                f'<rect x="{px(box.x)}" y="{px(box.y)}" width="{px(_BOX)}" height="{px(box.high)}" '
                f'fill="{box.fill}"/></g>'
            )
            place = box.x - 6 if last else box.x + _BOX + 6
            name = shortened(plain(label), _LABEL_COLUMNS)
            anchor = "end" if last else "start"
            middle = box.y + box.high / 2 + 4
            yield text_at(place, middle, f"{name} {number(box.value)}", anchor=anchor, size=12)


def _says(each: Band, unit: str) -> str:
    return f"{each.source} → {each.target}: {number(each.value)} {unit}"
