"""What is every chart of ours made of? An SVG page that describes itself, text, lengths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.charts.labels import markup
from pcf.digest import fingerprint_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.text import Language

MARGIN = 8.0
_FONTS = (
    "system-ui,'Segoe UI',Helvetica,Arial,'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC',"
    "'Microsoft YaHei','PingFang SC',sans-serif"
)


def page(  # noqa: PLR0913 - the traits of one page
    heading: str,
    words: str,
    parts: Iterable[str],
    size: tuple[int, float],
    *,
    language: Language,
    titled: bool,
) -> str:
    """Return one `<svg>` element of a size in pixels, that says in `words` what it shows.

    `heading` and `words` are markup already; the heading is drawn where the chart is `titled`. The
    same parts give the same text, with ids of their own.

    >>> page("Shares", "half", [], (80, 20.0), language="en", titled=False).count("half")
    1
    """
    pixels, high = size
    body = "".join(parts)
    id_ = "chart-" + fingerprint_bytes((heading + words + body).encode())[:12]
    tag = "zh-CN" if language == "zh" else "en"
    shown = (
        f'<text x="{px(MARGIN)}" y="20" font-size="15" font-weight="bold" fill="currentColor">'
        f"{heading}</text>"
        if titled
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{tag}" xml:lang="{tag}" '
        f'aria-labelledby="{id_}-title {id_}-words" viewBox="0 0 {pixels} {px(high)}" '
        f'width="{pixels}" height="{px(high)}" font-family="{_FONTS}" font-size="13" '
        f'style="max-width:100%;height:auto;color:inherit"><title id="{id_}-title">{heading}'
        f'</title><desc id="{id_}-words">{words}</desc>{shown}{body}</svg>'
    )


def text_at(  # noqa: PLR0913 - the traits of one piece of text
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 13,
    weight: str = "normal",
    fill: str = "currentColor",
) -> str:
    """Return a piece of text, made safe, at a place.

    >>> text_at(1, 2, "a<b").endswith(">a&lt;b</text>")
    True
    """
    return (
        f'<text x="{px(x)}" y="{px(y)}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}" fill="{fill}">{markup(text)}</text>'
    )


def px(value: float) -> str:
    """Write a length to a hundredth of a pixel, the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart that Jupyter shows; `svg` is its text, to be set into a page or saved.

    >>> Drawing("<svg></svg>")._repr_html_()
    '<svg></svg>'
    """

    svg: str

    def _repr_html_(self) -> str:
        """Return the chart for Jupyter."""
        return self.svg

    def __repr__(self) -> str:
        """Return how long it is: the text itself is not for reading."""
        return f"Drawing({len(self.svg):,} characters of SVG)"
