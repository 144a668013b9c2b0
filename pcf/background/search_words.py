"""What else may a word of a query mean? Another word for it, a longer code, a place or a year.

`search_words.csv` has the other words: formulas, trade names, short forms. They are words to look
for, never a statement that two products are the same.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pcf import resources
from pcf.background.search_entries import folded
from pcf.errors import ModelError
from pcf.model.coverage import Period, find_place

if TYPE_CHECKING:
    from collections.abc import Callable

_LABELS = frozenset({"hs", "cn", "cpc", "cas", "code", "编码", "税号", "商品编码", "海关编码"})
_CODE = re.compile(r"\d{4}(?:\.?\d{2}){0,3}")
_SPACED = re.compile(r"(?<!\S)(?:\d{4} \d{2} \d{2}|(?!19|20)\d{4} \d{2})(?!\S)")
_YEAR = re.compile(r"(?:19|20)\d{2}年?")
_HEADINGS = (8, 6, 4)
"""Digits of the headings that a longer customs code belongs to."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a query and the words that are looked for: any of them will do.

    `why` is the code of the finding that says so of a row that holds another than the one asked.
    """

    asked: str
    words: tuple[str, ...]
    why: str = ""


def asked_words(words: str) -> tuple[str, ...]:
    """Return the words of a query: folded, codes without points, without 'HS' before a code.

    >>> asked_words("HS 7601.10"), asked_words("1310-73-2"), asked_words("電解鋁  CN")
    (('760110',), ('1310-73-2',), ('电解铝', 'cn'))
    >>> asked_words("7601 10 00"), asked_words("电力 2024 11")
    (('76011000',), ('电力', '2024', '11'))
    """
    words = _SPACED.sub(lambda code: code[0].replace(" ", ""), folded(words))
    found = [each.replace(".", "") if _CODE.fullmatch(each) else each for each in _split(words)]
    codes = any(each[0].isdigit() for each in found)
    kept = [each for each in found if each.rstrip(":") not in _LABELS] if codes else found
    return tuple(kept)


def _split(words: str) -> list[str]:
    return folded(words).split()


def read_term(
    word: str, stands: Callable[[str], bool], near: Callable[[str], tuple[str, ...]]
) -> Term:
    """Return what is looked for under a word: itself and its other words, as far as they stand.

    A word that stands nowhere is read as the heading of its code, else as the words of letters
    nearest to it.

    >>> there = {"氧化铝", "7601"}.__contains__
    >>> read_term("al2o3", there, lambda _: ()).words, read_term("76011000", there, lambda _: ())
    (('氧化铝',), Term(asked='76011000', words=('7601',), why='hit-code'))
    """
    others = tuple(each for each in other_words(word) if stands(each))
    if stands(word):
        return Term(word, (word, *others), "hit-other-word")
    if others:
        return Term(word, others, "hit-other-word")
    if word.isdigit():
        headings = [word[:digits] for digits in _HEADINGS if digits < len(word)]
        for each in headings:
            if stands(each):
                return Term(word, (each,), "hit-code")
    corrected = near(word)
    meant = (each for one in corrected for each in other_words(one) if stands(each))
    return Term(word, (*corrected, *meant) or (word,), "hit-spelling")


def other_words(word: str) -> tuple[str, ...]:
    """Return other words for a word, or for a whole query, folded.

    >>> other_words("天燃气"), other_words("unobtainium")
    (('天然气',), ())
    """
    return _others().get(word, ())


@cache
def _others() -> dict[str, tuple[str, ...]]:
    rows = csv.DictReader(resources.text_of("search_words.csv").splitlines())
    return {folded(row["written"]): tuple(map(folded, row["read"].split("|"))) for row in rows}


def place_of(word: str) -> str:
    """Return the place that a word names, empty where it names none.

    >>> place_of("甘肃"), place_of("gansu"), place_of("tin")
    ('CN-GS', 'CN-GS', '')
    """
    if len(word) < 3 and word.isascii():
        return ""
    try:
        return find_place(word)
    except ModelError:
        return ""


def year_of(word: str) -> Period | None:
    """Return the year that a word names, or None.

    >>> year_of("2023年"), year_of("7601")
    (Period(start=datetime.date(2023, 1, 1), end=datetime.date(2024, 1, 1)), None)
    """
    return Period.read(word.removesuffix("年")) if _YEAR.fullmatch(word) else None
