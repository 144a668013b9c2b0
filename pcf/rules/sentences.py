"""How does a rule speak? Sentences with holes for its facts and limits, and nothing else.

`{excluded.share:.1%}` is a share in percent, `{data.age:.0f}` a number in the fact's unit, and
`{data.age}` a number with its unit, a word in its language, or 'unknown'. Holes are replaced by our
own code: nothing of Python's formatting can be reached from a sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcf import charts, text, units
from pcf.errors import problem
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pcf.errors import Problem, Where
    from pcf.rules.values import Fact, FactKind, FactValue, Number
    from pcf.text import Language

_HOLE = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_FORM = re.compile(r",?\.\d[fg%]")
UNKNOWN = Name("unknown", "未知")
_TRUTHS = {True: Name("yes", "是"), False: Name("no", "否")}
_NONE = Name("none", "无")
_TIMES = {"year": "年", "day": "天", "h": "小时"}
"""Units that Chinese text does not write in Latin letters."""


def sentence_problems(
    sentence: str, names: Collection[str], numbers: Collection[str], where: Where
) -> Iterator[Problem]:
    """Yield what is wrong with the holes of a sentence: `names` may stand in them.

    `numbers` are those of them that may have a form. A brace that belongs to no hole is a problem.

    >>> from pcf.errors import Where
    >>> [each.code for each in sentence_problems("{a.b} {c!r}", ["a.b"], [], Where())]
    ['rule-sentence-hole']
    """
    for name, form in _HOLE.findall(sentence):
        if name not in names:
            near = text.nearest(name, names) or tuple(names)
            yield problem("rule-sentence-hole", where, near, name=name)
        elif form and (name not in numbers or not _FORM.fullmatch(form)):
            yield problem("rule-sentence-form", where, name=name, form=form)
    if "{" in _HOLE.sub("", sentence) or "}" in _HOLE.sub("", sentence):
        yield problem("rule-sentence-brace", where)


def filled(
    sentence: str, facts: Mapping[str, Fact], limits: Mapping[str, Number], language: Language
) -> str:
    """Return a sentence with its holes filled; `limits` stand under `limit.<name>`.

    >>> from pcf.rules.values import Fact, FactKind
    >>> share = Fact(FactKind("excluded.share", "number"), 0.0512)
    >>> filled("{excluded.share:.1%} are left out.", {"excluded.share": share}, {}, "en")
    '5.1% are left out.'
    """

    def value(match: re.Match[str]) -> str:
        name, form = match[1], match[2] or ""
        if name in limits:
            limit = limits[name]
            return shown_number(limit.value, limit.unit, form, language)
        return shown(facts[name].kind, facts[name].value, language, form)

    return _HOLE.sub(value, sentence)


def shown(kind: FactKind, value: FactValue, language: Language, form: str = "") -> str:
    """Return a value as a reader reads it.

    >>> from pcf.rules.values import FactKind
    >>> shown(FactKind("a", "truth"), False, "zh"), shown(FactKind("b", "number", "kg"), 3.0, "en")
    ('否', '3 kg')
    """
    if value is None:
        return UNKNOWN.says(language)
    if isinstance(value, bool):
        return _TRUTHS[value].says(language)
    if isinstance(value, int | float):
        return shown_number(value, kind.unit, form, language)
    if isinstance(value, frozenset):
        words = [_word(kind, each, language) for each in kind.words if each in value]
        return {"en": ", ", "zh": "、"}[language].join(words) or _NONE.says(language)
    return _word(kind, value, language)


def shown_number(value: float, unit: str, form: str = "", language: Language = "en") -> str:
    """Return a number in a form, or with up to six digits and its unit.

    >>> shown_number(0.05, "1", ".1%"), shown_number(1234.5, "kg"), shown_number(12.0, "%")
    ('5.0%', '1,234.5 kg', '12 %')
    """
    if form.endswith("%"):
        return format(value * units.factor(unit, "1"), form)
    if form:
        return format(value, form)
    said = charts.number(value, digits=6, language=language)
    named = _TIMES.get(unit, unit) if language == "zh" else unit
    return said if unit == "1" else f"{said} {named}"


def _word(kind: FactKind, word: str, language: Language) -> str:
    name = kind.words.get(word)
    return (name.says(language) if name else "") or word
