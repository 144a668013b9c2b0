"""Which colours? Those of Okabe and Ito, told apart with every common colour blindness.

M. Okabe, K. Ito: Color Universal Design (2008). Its black is left out, because it would vanish on
a dark ground; grey takes its place. Further series repeat the colours in a paler tint.
"""

from __future__ import annotations

OKABE_ITO = (
    "#0072b2",  # blue
    "#e69f00",  # orange
    "#009e73",  # bluish green
    "#d55e00",  # vermilion
    "#56b4e9",  # sky blue
    "#cc79a7",  # reddish purple
    "#f0e442",  # yellow
    "#8c8c8c",  # grey, in place of black
)


def colour(position: int) -> str:
    """Return the colour of the series at `position`; from the ninth on a paler one.

    >>> colour(0), colour(8)
    ('#0072b2', '#80b8d8')
    """
    rounds, place = divmod(position, len(OKABE_ITO))
    pale = 1 - 0.5 ** min(rounds, 2)
    mixed = (round(part + (255 - part) * pale) for part in _parts(OKABE_ITO[place]))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def translucent(position: int) -> str:
    """Return the colour of a band that leaves the node at `position`.

    >>> translucent(0)
    'rgba(0,114,178,0.4)'
    """
    return f"rgba({','.join(map(str, _parts(colour(position))))},0.4)"


def ink(fill: str) -> str:
    """Return black or white, whichever contrasts more with `fill` (WCAG 2.2, relative luminance).

    >>> ink("#0072b2"), ink("#f0e442")
    ('#ffffff', '#000000')
    """
    red, green, blue = (_linear(part / 255) for part in _parts(fill))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"


def _parts(hexadecimal: str) -> tuple[int, int, int]:
    red, green, blue = (int(hexadecimal[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def shade(share: float) -> str:
    """Return the colour of a share from 0 to 1: from a pale ground to a deep blue.

    Lightness alone tells them apart, so it holds for every colour blindness and in print.

    >>> shade(0), shade(1)
    ('#eef3f7', '#0b4f8a')
    """
    low, high = _parts("#eef3f7"), _parts("#0b4f8a")
    mixed = (round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)
