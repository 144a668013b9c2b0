"""What does the category demand? Packs of rules as data, judged on the facts of a study.

A rule is a condition on facts with its clause, its sentences in both languages and its examples;
a pack is an edition of rules. `rule_pack` opens one, `Pack.judge` gives an opinion.
"""

from pcf.rules.packs import read_pack, rule_pack
from pcf.rules.values import (
    Driver,
    Fact,
    FactKind,
    Facts,
    Pack,
    Profile,
    Rule,
    facts_from,
)

__all__ = [
    "Driver",
    "Fact",
    "FactKind",
    "Facts",
    "Pack",
    "Profile",
    "Rule",
    "facts_from",
    "read_pack",
    "rule_pack",
]
