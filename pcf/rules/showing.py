"""How does a pack read? As text, for those who must agree with it before they are judged by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import charts, text
from pcf.rules.sentences import shown, shown_number
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.rules.values import Example, Pack, Rule
    from pcf.text import Language

_WORDS = {
    "clause": Name("clause", "条款"),
    "force": Name("force", "约束力"),
    "topic": Name("topic", "主题"),
    "applies": Name("applies if", "适用条件"),
    "requires": Name("requires", "要求"),
    "says": Name("says", "表述"),
    "remedy": Name("remedy", "措施"),
    "entails": Name("breaks with it", "连带违反"),
    "facts": Name("facts", "事实"),
    "limits": Name("limits", "限值"),
    "examples": Name("examples", "示例"),
    "standard": Name("standard", "标准"),
    "edition": Name("edition", "版本"),
    "extends": Name("extends", "扩展"),
    "draft": Name("draft: may still change", "草案：可能变动"),
    "roles": Name("processes of the category", "本类产品的过程"),
    "rules": Name("rules", "规则"),
    "boundary": Name("exact boundary", "恰为限值"),
}
KNOWN = {
    "read": Name("read in the document", "已读原文"),
    "abstract": Name("known from an abstract", "据摘要"),
    "recalled": Name("recalled, not read", "凭记忆，未读原文"),
    "proposal": Name("a proposal of this pack", "本规则包的建议"),
}
FORCES = {
    "shall": Name("shall", "应（强制）"),
    "should": Name("should", "宜（推荐）"),
    "may": Name("may", "可"),
}
VERDICTS = {
    "satisfied": Name("satisfied", "满足"),
    "violated": Name("violated", "违反"),
    "not applicable": Name("not applicable", "不适用"),
    "cannot tell": Name("cannot tell", "无法判断"),
}


def pack_text(pack: Pack, language: Language) -> str:
    """Return a pack for a terminal: its standard, limits, processes and rules.

    No example: `pcf rules show` prints it.
    """
    draft = f" ({_word('draft', language)})" if pack.draft else ""
    parts = [f"{pack.title.says(language)} – {pack.name}{draft}"]
    for each in pack.standards:
        note = each.note.says(language)
        said = f"{each.number} {each.title.says(language)} ({each.status}; {each.read})"
        parts.append(f"{_word('standard', language)}: {said}" + (f"\n    {note}" if note else ""))
    if pack.extends:
        parts.append(f"{_word('extends', language)}: {', '.join(pack.extends)}")
    if pack.numbers:
        rows = [
            [name, shown_number(each.value, each.unit), each.says.says(language), each.source]
            for name, each in sorted(pack.numbers.items())
        ]
        parts.append(charts.text_table([_word("limits", language), "", "", ""], rows, align="lrll"))
    if pack.roles:
        names = [f"{each.id} ({each.name.says(language)}): {each.mandatory}" for each in pack.roles]
        parts.append("\n".join([f"{_word('roles', language)}:", *(f"  {each}" for each in names)]))
    rows = [
        [each.id, each.name, FORCES[each.force].says(language), str(each.clause), each.pack]
        for each in pack.rules
    ]
    heads = [_word("rules", language), "", _word("force", language), _word("clause", language), ""]
    parts.append(charts.text_table(heads, rows))
    return "\n\n".join(parts)


def rule_text(rule: Rule, pack: Pack, language: Language) -> str:
    """Return a rule for a terminal: clause, conditions, sentences, facts, limits, examples.

    No example: `pcf rules show` prints it.
    """
    note = rule.clause.note.says(language)
    known = KNOWN[rule.clause.known].says(language)
    rows = [
        ("clause", f"{rule.clause} ({known})" + (f" – {note}" if note else "")),
        ("force", FORCES[rule.force].says(language)),
        ("topic", rule.topic),
        ("applies", rule.applies),
        ("requires", rule.requires),
        ("says", rule.says.says(language)),
        ("remedy", rule.remedy.says(language)),
        ("entails", ", ".join(rule.entails)),
    ]
    parts = [f"{rule.id} {rule.name} – {pack.name}"]
    parts += [f"{_word(key, language)}: {said}" for key, said in rows if said]
    for name in rule.limits:
        number = pack.numbers[name]
        value = shown_number(number.value, number.unit)
        parts.append(f"limit.{name} = {value} {number.says.says(language)} [{number.source}]")
    for name in rule.facts:
        parts.append(f"{name}: {pack.kinds[name].question.says(language)}")
    parts.append(f"{_word('examples', language)}:")
    parts += [_example(each, pack, language) for each in rule.examples]
    return "\n".join(parts)


def _example(example: Example, pack: Pack, language: Language) -> str:
    facts = text.listed(
        (
            f"{name} = {shown(pack.kinds[name], value, language)}"
            for name, value in example.facts.items()
        ),
        most=20,
    )
    mark = f" [{_word('boundary', language)}]" if example.boundary else ""
    verdict = VERDICTS[example.verdict].says(language)
    return f"  {verdict}{mark}: {example.title.says(language)} ({facts})"


def _word(key: str, language: Language) -> str:
    return _WORDS[key].says(language)
