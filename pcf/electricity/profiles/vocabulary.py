"""What can a rule ask of a certificate and a consumption? The tests by name, and their parameters.

A profile names a test and its parameters; the code that does the test is in
`pcf.electricity.matching`. The order here is the order in which a refusal is told: what stands
against a certificate by itself comes before what stands between it and a meter.
"""

from __future__ import annotations

from typing import Literal, get_args

from pcf.electricity.facts import EXCLUSION_KINDS, MEASURED, SCHEMES
from pcf.text import Name

Unit = Literal["hour", "month", "year"]
UNITS: tuple[Unit, ...] = get_args(Unit)
"""What production and consumption are compared by; months and years are Chinese ones (+08:00)."""

Instrument = Literal["on-site", "direct line", "green-power trade", "certificate alone"]
INSTRUMENTS: tuple[Instrument, ...] = get_args(Instrument)
"""The way by which electricity and its attributes reach a consumer."""

Level = Literal["province", "grid", "country", "world"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""The place that production and consumption share; where a country has no provinces or grids
here, the country."""

Known = Literal["text", "excerpt", "secondary", "press", "draft", "memory", "ours", "nature"]
KNOWN: dict[Known, Name] = {
    "text": Name("the text was read", "已核对原文"),
    "excerpt": Name("read through press copies of the text", "依据媒体刊载的文本"),
    "secondary": Name("known from secondary sources", "依据二手资料"),
    "press": Name("known from press summaries", "依据媒体摘要"),
    "draft": Name("a draft that may change", "征求意见稿，可能变化"),
    "memory": Name("from memory, not confirmed", "凭记忆，尚未核对"),
    "ours": Name("our reading", "我们的理解"),
    "nature": Name("what a certificate and a meter are", "证书和电表本身的性质"),
}
"""How surely a rule is known."""
UNREAD: tuple[Known, ...] = ("secondary", "press", "memory")
"""Rules that rest on what could not be read."""

Choice = tuple[str, ...]

PARAMETERS: dict[str, dict[str, type | Choice]] = {
    "state": {},
    "device": {},
    "scheme": {"accept": tuple(SCHEMES)},
    "storage": {},
    "instrument": {"accept": INSTRUMENTS},
    "technology": {"accept": ()},
    "age": {"years": int, "except": INSTRUMENTS},
    "trades": {"most": int},
    "exclusion": {"kinds": EXCLUSION_KINDS},
    "resolution": {},
    "measured": {"accept": MEASURED},
    "reading": {},
    "trial": {},
    "holder": {},
    "own-use": {},
    "binding": {"strict": bool},
    "zone": {"level": str},
    "period": {"unit": str, "from": str, "until": str},
    "same-year": {"since": int},
    "cancellation": {},
    "validity": {},
    "metered-product": {},
}
"""The parameters of each test: a type, or the words of which a list is made (none: any)."""

WORDS: dict[tuple[str, str], Choice] = {
    ("zone", "level"): LEVELS,
    ("period", "unit"): UNITS,
    ("period", "from"): ("same", "year"),
    ("period", "until"): ("same", "validity"),
}
"""What a parameter that is one word may be."""
