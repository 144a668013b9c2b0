"""How does one total become another? Steps from the first to the second, as SVG of our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.charts.labels import markup, plain, shortened
from pcf.charts.numbers import number
from pcf.charts.palette import colour
from pcf.charts.svg import MARGIN, page, px, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcf.text import Language

_ROW, _BAR, _LABELS = 30.0, 18.0, 250.0
_NAMES: dict[Language, str] = {"en": "From one total to the other", "zh": "两次总量之间的变化"}
_UP, _DOWN, _WHOLE = colour(5), colour(2), colour(0)


@dataclass(frozen=True, slots=True)
class Step:
    """A change on the way: what changed, and by how much."""

    label: str
    change: float


def waterfall(  # noqa: PLR0913 - each word is one trait of the chart
    first: tuple[str, float],
    steps: Sequence[Step],
    last: tuple[str, float],
    *,
    unit: str = "kg CO2e",
    language: Language = "en",
    pixels: int = 760,
) -> str:
    """Return two totals and the steps between them as one `<svg>` element.

    The steps must lead from the first to the last; the caller sums up what is small.

    >>> svg = waterfall(("2023", 10.0), [Step("wind", -4.0)], ("2024", 6.0))
    >>> svg.startswith("<svg"), "wind: -4 kg CO2e" in svg
    (True, True)
    """
    ends, at = [first[1]], first[1]
    for step in steps:
        at += step.change
        ends.append(at)
    low, high = min(0.0, *ends, last[1]), max(0.0, *ends, last[1])
    scale = (pixels - _LABELS - 90.0) / ((high - low) or 1.0)
    rows = [
        (first[0], 0.0, first[1], _WHOLE),
        *(
            (step.label, start, start + step.change, _UP if step.change > 0 else _DOWN)
            for step, start in zip(steps, ends, strict=False)
        ),
        (last[0], 0.0, last[1], _WHOLE),
    ]
    drawn = [
        piece
        for place, (label, start, end, fill) in enumerate(rows)
        for piece in _row(place, label, (start - low, end - low), (scale, end - start), fill)
    ]
    told = "; ".join(f"{label}: {number(end - start)} {unit}" for label, start, end, _ in rows)
    size = (pixels, 2 * MARGIN + _ROW * len(rows))
    return page(_NAMES[language], markup(told), drawn, size, language=language, titled=False)


def _row(
    place: int,
    label: str,
    span: tuple[float, float],
    measure: tuple[float, float],
    fill: str,
) -> Iterator[str]:
    scale, change = measure
    top = MARGIN + place * _ROW
    left, right = (_LABELS + min(span) * scale, _LABELS + max(span) * scale)
    middle = top + _BAR / 2 + 5
    yield text_at(MARGIN, middle, shortened(plain(label), 32))
    yield (
        f'<rect x="{px(left)}" y="{px(top)}" width="{px(max(right - left, 1.0))}" '
        f'height="{px(_BAR)}" rx="2" fill="{fill}"><title>{markup(label)}: {number(change)}'
        f"</title></rect>"
    )
    yield text_at(right + 6, middle, number(change))
