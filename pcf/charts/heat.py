"""When is how much of it there? A heat map of shares, from nothing to all, as SVG of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.charts.labels import markup, plain, shortened, width
from pcf.charts.numbers import UNKNOWN
from pcf.charts.palette import ink, shade
from pcf.charts.svg import MARGIN, page, px, text_at
from pcf.errors import PcfError, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcf.text import Language

_COLUMN = 6.4  # pixels of half a Chinese character in the small type
_LABEL_COLUMNS = 26
_NAMES: dict[Language, str] = {"en": "Heat map", "zh": "热力图"}


def heat_map(  # noqa: PLR0913 - each word is one trait of the chart
    rows: Sequence[str],
    columns: Sequence[str],
    shares: Sequence[Sequence[float | None]],
    *,
    title: str = "",
    language: Language = "en",
    pixels: int = 760,
) -> str:
    """Return shares from 0 to 1 as coloured cells, a row for each label; None is unknown.

    A cell that is wide enough holds its percentage; every cell tells it in its tooltip. The chart
    says its extremes in words to screen readers. The same shares give the same text.

    Raises PcfError where a row has not a share for each column, or one is not between 0 and 1.

    >>> svg = heat_map(["potline"], ["2025-01", "2025-02"], [[0.4, None]])
    >>> svg.startswith("<svg"), ">40<" in svg, "unknown" in svg
    (True, True, True)
    """
    _require_shares(rows, columns, shares)
    left = min(max((width(plain(each)) for each in rows), default=0), _LABEL_COLUMNS) * _COLUMN
    left += 2 * MARGIN
    wide = (pixels - left - MARGIN) / max(len(columns), 1)
    high = 24.0 if len(rows) <= 12 else 16.0
    top = 34.0 if title else MARGIN
    parts = [
        *_rows(rows, columns, shares, (left, top, wide, high), language),
        *_captions(columns, (left, top + high * len(rows), wide)),
        *_scale(left, top + high * len(rows) + 26),
    ]
    words = _words(rows, columns, shares, language)
    size = (pixels, top + high * len(rows) + 62)
    heading = markup(title) or _NAMES[language]
    return page(heading, markup(words), parts, size, language=language, titled=bool(title))


def _require_shares(
    rows: Sequence[str], columns: Sequence[str], shares: Sequence[Sequence[float | None]]
) -> None:
    if len(shares) != len(rows) or any(len(row) != len(columns) for row in shares):
        raise PcfError(problem("heat-shape", "", (), rows=len(rows), columns=len(columns)))
    for row in shares:
        for share in row:
            if share is not None and not 0 <= share <= 1 + 1e-9:
                raise PcfError(problem("heat-share", "", (), share=share))


def _rows(
    rows: Sequence[str],
    columns: Sequence[str],
    shares: Sequence[Sequence[float | None]],
    frame: tuple[float, float, float, float],
    language: Language,
) -> Iterator[str]:
    left, top, wide, high = frame
    for number, (label, row) in enumerate(zip(rows, shares, strict=True)):
        y = top + high * number
        name = shortened(plain(label), _LABEL_COLUMNS)
        yield text_at(left - MARGIN, y + high / 2 + 4, name, anchor="end", size=11)
        for at, (column, share) in enumerate(zip(columns, row, strict=True)):
            told = UNKNOWN[language] if share is None else f"{share:.1%}"
            says = f"{label}, {column}: {told}"
            yield _cell(share, (left + wide * at, y, wide, high), says)


def _cell(share: float | None, box: tuple[float, float, float, float], says: str) -> str:
    x, y, wide, high = box
    place = f'x="{px(x + 0.5)}" y="{px(y + 0.5)}" width="{px(wide - 1)}" height="{px(high - 1)}"'
    if share is None:
        inner = (
            f'<rect {place} fill="none" stroke="currentColor" stroke-opacity="0.35" '
            'stroke-dasharray="3 2"/>'
        )
    else:
        fill = shade(min(share, 1.0))
        inner = f'<rect {place} fill="{fill}"/>'
        if wide >= 26 and high >= 14:
            inner += text_at(
                x + wide / 2,
                y + high / 2 + 4,
                f"{100 * share:.0f}",
                anchor="middle",
                size=11,
                fill=ink(fill),
            )
    return f"<g><title>{markup(says)}</title>{inner}</g>"


def _captions(columns: Sequence[str], frame: tuple[float, float, float]) -> Iterator[str]:
    """Yield the captions below, as many as have room."""
    left, y, wide = frame
    longest = max((width(plain(each)) for each in columns), default=0) * _COLUMN + 6
    every = max(int(-(-longest // wide)), 1) if wide else 1
    for at in range(0, len(columns), every):
        yield text_at(left + wide * (at + 0.5), y + 15, columns[at], anchor="middle", size=11)


def _scale(left: float, y: float) -> Iterator[str]:
    """Yield the meaning of the colours, in percent."""
    for step in range(11):
        x = left + 14 * step
        yield f'<rect x="{px(x)}" y="{px(y)}" width="14" height="8" fill="{shade(step / 10)}"/>'
    yield text_at(left, y + 20, "0 %", size=11)
    yield text_at(left + 14 * 11, y + 20, "100 %", anchor="end", size=11)


def _words(
    rows: Sequence[str],
    columns: Sequence[str],
    shares: Sequence[Sequence[float | None]],
    language: Language,
) -> str:
    """Say for each row the least and the largest share, and where."""
    told = []
    for label, row in zip(rows, shares, strict=True):
        known = [(share, at) for at, share in enumerate(row) if share is not None]
        if not known:
            told.append(f"{label}: {UNKNOWN[language]}")
            continue
        least, most = min(known), max(known)
        told.append(
            f"{label}: {least[0]:.1%} ({columns[least[1]]}) – {most[0]:.1%} ({columns[most[1]]})"
        )
    return "; ".join(told)
