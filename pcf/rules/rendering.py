"""How is an opinion written? Text for a terminal, plain values for JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pcf import charts
from pcf.charts.labels import plain
from pcf.rules.sentences import shown_number
from pcf.rules.showing import FORCES, KNOWN, VERDICTS
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.findings import Finding
    from pcf.rules.judging import Judgement
    from pcf.rules.opinion import Opinion
    from pcf.rules.turning import Turn
    from pcf.text import Language

WORDS = {
    "opinion": Name("Opinion", "意见"),
    "study": Name("study", "研究"),
    "rules": Name("rules", "规则"),
    "edition": Name("edition", "版本"),
    "draft": Name("draft: may still change", "草案：可能变动"),
    "extends": Name("with", "并含"),
    "profile": Name("profile", "附加限值"),
    "verdict": Name("verdict", "结论"),
    "force": Name("force", "约束力"),
    "clause": Name("clause", "条款"),
    "rule": Name("rule", "规则"),
    "says": Name("finding", "发现"),
    "reason": Name("reason", "理由"),
    "remedy": Name("remedy", "措施"),
    "facts": Name("facts and where they stand", "事实及其出处"),
    "fact": Name("fact", "事实"),
    "value": Name("value", "值"),
    "evidence": Name("evidence", "证据"),
    "how": Name("how it was found", "得出方式"),
    "missing": Name("missing", "缺少"),
    "enough": Name("one of these alone could settle it", "以下任一事实即可能定论"),
    "turns": Name("would change the verdict", "可改变结论的数据"),
    "unmet": Name("Not met", "未满足"),
    "all": Name("All rules", "全部规则"),
    "more": Name(" (and {count} more of this kind)", "（同类另有 {count} 条）"),
    "weigh": Name("To be weighed, decided by no rule", "须权衡（规则未作判断）"),
    "total": Name("total, kg CO2e per", "总量，kg CO2e，每"),
    "interval": Name("95 % interval", "95 % 区间"),
    "planned": Name("planned electricity, not certifiable", "计划电力，不可认证"),
    "set": Name("characterisation", "特征化"),
    "electricity": Name("electricity", "电力"),
    "background": Name("background data", "背景数据"),
    "boundary": Name("boundary", "系统边界"),
    "period": Name("period", "统计期"),
    "place": Name("place", "地点"),
    "fingerprint": Name("fingerprint of the footprint", "碳足迹指纹"),
    "pack_fingerprint": Name("fingerprint of the rules", "规则指纹"),
    "grade": Name("grade", "等级"),
    "limits": Name("limits", "限值"),
    "nothing": Name("Every demand is met.", "全部要求均已满足。"),
    "standards": Name("standards", "标准"),
    "deviations": Name("standard deviations", "个标准差"),
    "no spread": Name("no spread stated", "未给出离散度"),
    "then": Name("then", "则"),
}


_TREATMENTS = {"location": "基于位置", "market": "基于市场", "physical": "实物供电"}


def word(key: str, language: Language) -> str:
    """Return a caption of the opinion in a language."""
    return WORDS[key].says(language)


def as_text(opinion: Opinion, language: Language = "en") -> str:
    """Return an opinion for a terminal: what it is on, what is not met, the counts.

    No example: an opinion shows itself by it.
    """
    heads = [f"{caption}{colon(language)}{said}" for caption, said in heading(opinion, language)]
    parts = ["\n".join([headline(opinion, language), *heads])]
    unmet = opinion.unmet
    if unmet:
        parts.append(f"{word('unmet', language)} ({len(unmet)}){colon(language).rstrip()}")
        parts += [_item(each, language) for each in unmet]
    else:
        parts.append(word("nothing", language))
    if opinion.findings:
        weigh = f"{word('weigh', language)} ({len(opinion.findings)}){colon(language).rstrip()}"
        parts.append("\n".join([weigh, *_kinds_of_findings(opinion, language)]))
    rows = [(VERDICTS[key].says(language), count) for key, count in _counted(opinion)]
    parts.append(charts.text_table((word("verdict", language), ""), rows, align="lr"))
    return _harmless("\n\n".join(parts))


def _kinds_of_findings(opinion: Opinion, language: Language) -> Iterable[str]:
    """Yield the first finding of each kind and how many more there are, rare kinds first."""
    kinds: dict[str, list[Finding]] = {}
    for each in opinion.findings:
        kinds.setdefault(each.code, []).append(each)
    for found in sorted(kinds.values(), key=len):
        more = word("more", language).format(count=len(found) - 1) if len(found) > 1 else ""
        yield f"- {found[0].says(language)}{more}"


def _harmless(told: str) -> str:
    """Return a text whose lines hold nothing that a terminal would obey."""
    rows = told.split("\n")
    return "\n".join(row if row.isprintable() else plain(row) for row in rows)


def headline(opinion: Opinion, language: Language) -> str:
    """Return the verdict in one line.

    No example: an opinion shows itself by it.
    """
    verdict = VERDICTS[opinion.verdict].says(language)
    named = opinion.title.says(language) or opinion.study
    return f"{word('opinion', language)}{colon(language)}{named} – {verdict}"


def heading(opinion: Opinion, language: Language) -> list[tuple[str, str]]:
    """Return caption and value of what an opinion stands on.

    No example: an opinion shows itself by it.
    """
    pack, numbers = opinion.pack, opinion.numbers
    draft = f" ({word('draft', language)})" if pack.draft else ""
    rows = [
        (word("study", language), opinion.study),
        (word("rules", language), f"{pack.title.says(language)} – {pack.id} {pack.edition}{draft}"),
    ]
    if pack.extends:
        rows.append((word("extends", language), ", ".join(pack.extends)))
    if pack.profile is not None:
        said = pack.profile.title.says(language) or pack.profile.id
        changed = "; ".join(
            f"{name} = {shown_number(each.value, each.unit, '', language)}"
            for name, each in sorted(pack.profile.numbers.items())
        )
        rows.append((word("profile", language), f"{said} ({changed})"))
    total = f"{charts.number(_float(numbers['total']), digits=7, language=language)}"
    planned = f" – {word('planned', language)}" if numbers["planned"] else ""
    unit = numbers["declared_unit"]
    per = unit[language] if isinstance(unit, dict) else ""
    rows.append((f"{word('total', language)} {per}", f"{total}{planned}"))
    interval = numbers["interval_95"]
    if isinstance(interval, list):
        ends = " – ".join(charts.number(_float(each), digits=5) for each in interval)
        rows.append((word("interval", language), ends))
    for key, caption in (
        ("characterisation", "set"),
        ("electricity", "electricity"),
        ("background", "background"),
        ("boundary", "boundary"),
        ("period", "period"),
        ("place", "place"),
    ):
        if numbers[key]:
            said = str(numbers[key])
            rows.append(
                (
                    word(caption, language),
                    _treatment(said, language) if key == "electricity" else said,
                )
            )
    if opinion.grade is not None:
        rows.append((word("grade", language), opinion.grade.says(language)))
    rows.append((word("fingerprint", language), opinion.footprint))
    rows.append((word("pack_fingerprint", language), pack.fingerprint))
    return rows


def colon(language: Language) -> str:
    """Return the sign between a caption and what it says."""
    return {"en": ": ", "zh": "："}[language]


def _treatment(named: str, language: Language) -> str:
    """Return a treatment of electricity with its Chinese name."""
    kind = named.partition(":")[0]
    return f"{_TREATMENTS[kind]}（{named}）" if language == "zh" and kind in _TREATMENTS else named


def turn_text(turn: Turn, language: Language) -> str:
    """Return what change of a datum would turn a verdict.

    No example: an opinion shows itself by it.
    """
    if turn.deviations is None:
        spread = word("no spread", language)
    else:
        between = "" if language == "zh" else " "
        spread = f"{turn.deviations:.1f}{between}{word('deviations', language)}"
    verdict = VERDICTS[turn.verdict].says(language)
    return f"{turn.name}: {turn.change:+.1%} ({spread}), {word('then', language)} {verdict}"


def clause_text(judgement: Judgement, language: Language) -> str:
    """Return the clause with how surely it is known.

    No example: an opinion shows itself by it.
    """
    clause = judgement.clause
    return f"{clause} ({KNOWN[clause.known].says(language)})"


def as_dict(opinion: Opinion) -> dict[str, object]:
    """Return an opinion as plain JSON values, in both languages; unknown is null.

    No example: an opinion shows itself by it.
    """
    pack = opinion.pack
    profile = pack.profile
    return {
        "opinion": {"verdict": opinion.verdict, "exit_code": opinion.exit_code},
        "study": {"id": opinion.study, "title": _name(opinion.title)},
        "footprint": {"fingerprint": opinion.footprint, **opinion.numbers},
        "pack": {
            "id": pack.id,
            "edition": pack.edition,
            "title": _name(pack.title),
            "extends": list(pack.extends),
            "published": pack.published,
            "draft": pack.draft,
            "fingerprint": pack.fingerprint,
            "standards": [
                {
                    "number": each.number,
                    "title": _name(each.title),
                    "status": each.status,
                    "read": each.read,
                    "note": _name(each.note),
                    "pack": each.pack,
                }
                for each in pack.standards
            ],
        },
        "profile": None
        if profile is None
        else {
            "id": profile.id,
            "title": _name(profile.title),
            "numbers": {name: each.value for name, each in sorted(profile.numbers.items())},
        },
        "grade": None if opinion.grade is None else opinion.grade.as_dict(),
        "counts": opinion.counts,
        "unmet": [each.rule.id for each in opinion.unmet],
        "judgements": [each.as_dict() for each in opinion.judgements],
        "findings": [
            {
                "code": each.code,
                "where": str(each.where),
                "says": {"en": each.says("en"), "zh": each.says("zh")},
                "remedy": {"en": each.remedy("en"), "zh": each.remedy("zh")},
            }
            for each in opinion.findings
        ],
    }


def as_json(opinion: Opinion) -> str:
    """Return an opinion as readable JSON; Chinese stays Chinese.

    No example: `Opinion.save` writes it.
    """
    return json.dumps(as_dict(opinion), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _item(judgement: Judgement, language: Language) -> str:
    verdict = VERDICTS[judgement.verdict].says(language)
    force = FORCES[judgement.rule.force].says(language)
    sign = colon(language)
    rows = [
        f"{judgement.rule.id} {judgement.rule.name} [{force}; {verdict}]",
        f"  {word('clause', language)}{sign}{clause_text(judgement, language)}",
        f"  {judgement.says(language)}",
        f"  {judgement.reason(language)}",
        f"  {word('remedy', language)}{sign}{judgement.remedy(language)}",
    ]
    rows += [
        f"  {word('turns', language)}{sign}{turn_text(each, language)}" for each in judgement.turns
    ]
    return "\n".join(rows)


def _counted(opinion: Opinion) -> list[tuple[str, int]]:
    return list(opinion.counts.items())


def _name(name: Name) -> dict[str, str]:
    return {"en": name.says("en"), "zh": name.says("zh")}


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
