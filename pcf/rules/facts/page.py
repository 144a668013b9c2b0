"""Which facts are there, for people? The page `product_rules/facts.md`, from the vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.rules.facts.gathering import TOPICS
from pcf.rules.vocabulary import vocabulary

if TYPE_CHECKING:
    from pcf.rules.values import FactKind
    from pcf.text import Language

_HEADS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "# 规则可用的事实",
        "",
        "由 `pcf/rules/vocabulary.toml` 生成，请勿手工修改。规则只能使用这里的事实。",
        "**计算**的事实是研究、碳足迹、背景数据与台账的函数，各有一个写明算法的 Python 函数；",
        "**陈述**的事实由研究的 `statements.csv` 回答，并须有证据",
        "（带 SHA-256 的文件，或写明名称的文件），否则视为未知。",
        "未知是一个值，从不当作零或“否”；陈述不能取代计算。份额按贡献的绝对值计算。",
        "",
        "| 事实 | 取值 | 问题 | 如何得出 |",
        "|---|---|---|---|",
    ),
    "en": (
        "# Facts that rules may speak of",
        "",
        "Generated from `pcf/rules/vocabulary.toml`; do not edit. Rules can use these facts and",
        "no others. A **computed** fact is a function of the study, its footprint, the background",
        "data and the ledger, each a documented Python function; a **stated** one is answered in",
        "the study's `statements.csv` with evidence (a file with its SHA-256, or a document by",
        "its name) and is unknown without it. Unknown is a value, never zero or no; a statement",
        "never takes the place of what is computed. Shares are by the size of contributions,",
        "without signs.",
        "",
        "| fact | values | question | how it is found |",
        "|---|---|---|---|",
    ),
}
_KINDS: dict[Language, dict[str, str]] = {
    "zh": {"truth": "是、否", "date": "日期", "words": "多选：", "word": "", "number": "数"},
    "en": {"truth": "yes, no", "date": "day", "words": "some of: ", "word": "", "number": "number"},
}
_STATED: dict[Language, str] = {"zh": "陈述", "en": "stated"}


def facts_page() -> str:
    """Return the page of all facts, first in Chinese and then in English.

    >>> facts_page().splitlines()[0]
    '# 规则可用的事实'
    """
    return "\n\n".join(_part(language) for language in ("zh", "en")) + "\n"


def _part(language: Language) -> str:
    rows = (_row(kind, language) for kind in vocabulary().values())
    return "\n".join([*_HEADS[language], *rows])


def _row(kind: FactKind, language: Language) -> str:
    cells = [f"`{kind.name}`", _values(kind, language), kind.question.says(language)]
    found = kind.doc.says(language)
    module = _module(kind.name)
    found += f" `{module}`" if module else f" **{_STATED[language]}**"
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in [*cells, found]) + " |"


def _values(kind: FactKind, language: Language) -> str:
    said = _KINDS[language][kind.kind]
    if kind.kind == "number":
        return said if kind.unit == "1" else f"{said}, {kind.unit}"
    return said + {"zh": "、", "en": ", "}[language].join(kind.words)


def _module(name: str) -> str:
    for topic in TOPICS:
        function = topic.FACTS.get(name)
        if function is not None:
            return f"{topic.__name__.rpartition('.')[2]}.{function.__name__}"
    return ""
