"""Names in Chinese and English, folding, and the one catalogue of messages, by code.

A message is written once, in `pcf/messages/<room>.toml`, in both languages with its cure and an
example of its facts; the code elsewhere holds only the code and the facts.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from pcf import resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Language = Literal["zh", "en"]

# The traditional characters met in unit names and column headings; NFKC does not touch them.
_TRADITIONAL = str.maketrans(
    "萬億噸時電煤鐵鋁銅鎳車氣熱標準個輛頭畝單產貨幣證書綠網間輸運輕體數據鋼動員號類狀業價額關區國廠設備總"
    "質結連過鏈環計測碼項寫說稱開閉庫購買賣銷貯儲",
    "万亿吨时电煤铁铝铜镍车气热标准个辆头亩单产货币证书绿网间输运轻体数据钢动员号类状业价额关区国厂设备总"
    "质结连过链环计测码项写说称开闭库购买卖销贮储",
)


_SHORT = 80
"""Characters of a text whose folded form is kept."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages; either may be empty, then the other stands for it.

    >>> Name(zh="铝锭", en="aluminium ingot").says("zh")
    '铝锭'
    """

    en: str = ""
    zh: str = ""

    def says(self, language: Language = "en") -> str:
        """Return the name in `language`, or in the other one when it has none."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


@dataclass(frozen=True, slots=True)
class _Entry:
    en: str
    zh: str
    cure_en: str
    cure_zh: str
    example: dict[str, str]


@cache
def catalogue() -> Mapping[str, _Entry]:
    """Return every message of the library by code; a code stands in one file only."""
    entries: dict[str, _Entry] = {}
    for path in resources.messages():
        for code, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in entries:
                message = f"message code {code!r} stands twice, again in {path.name}"
                raise ValueError(message)
            entries[code] = _Entry(**row)
    return entries


def says(code: str, facts: Mapping[str, str], language: Language = "en") -> str:
    """Return the message `code` with its facts filled in."""
    entry = catalogue()[code]
    return (entry.zh if language == "zh" else entry.en).format_map(facts)


def cure(code: str, facts: Mapping[str, str], language: Language = "en") -> str:
    """Return what to do about the message `code`."""
    entry = catalogue()[code]
    return (entry.cure_zh if language == "zh" else entry.cure_en).format_map(facts)


def fold(text: str) -> str:
    """Fold a name for comparison: NFKC, traditional to simplified, one space, lower case.

    >>> fold(" ＫＷＨ ") == fold("kwh")
    True
    >>> fold("標準煤")
    '标准煤'
    """
    return _folded(text) if len(text) <= _SHORT else _folded.__wrapped__(text)


@lru_cache(maxsize=16_384)
def _folded(text: str) -> str:
    """Fold a name; words of tables are folded again and again, long texts are not kept."""
    return re.sub(r"\s+", " ", fold_form(text)).strip().casefold()


def fold_form(text: str) -> str:
    """Fold full-width forms and traditional characters, keeping case and spacing.

    >>> fold_form("３．９ 萬kWh")
    '3.9 万kWh'
    """
    return unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)


def nearest(text: str, names: Iterable[str], most: int = 5) -> tuple[str, ...]:
    """Return the names most like `text`, best first: the candidates of an error.

    >>> nearest("aluminum", ["alumina", "aluminium", "copper"])
    ('aluminium', 'alumina')
    """
    from difflib import SequenceMatcher  # noqa: PLC0415 - only errors need it

    wanted = fold(text)
    scored = sorted(
        ((SequenceMatcher(None, wanted, fold(name)).ratio(), name) for name in set(names)),
        key=lambda pair: (-pair[0], pair[1]),
    )
    return tuple(name for score, name in scored if score >= 0.5)[:most]


def listed(items: Iterable[object], most: int = 8) -> str:
    """Join the first `most` items with commas and say how many more there are.

    >>> listed("abc", most=2)
    'a, b (+1)'
    """
    rows = [str(item) for item in items]
    more = f" (+{len(rows) - most})" if len(rows) > most else ""
    return ", ".join(rows[:most]) + more
