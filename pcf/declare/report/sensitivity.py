"""What if another choice had been made? Electricity, gas table, allocation, the study's own others.

Every row is a study that differs from the one reported in a single choice, computed by the same
code (ISO 14067:2018, 6.4.6.1 and 6.6, recalled).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pcf.declare.report.scrap import scrap_choices
from pcf.declare.report.words import treatment_word
from pcf.errors import PcfError
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.study import Study

TOPICS = {
    "electricity": Name("electricity", "电力"),
    "characterisation": Name("characterisation", "特征化"),
    "allocation": Name("allocation", "分配"),
    "scrap": Name("scrap", "废料"),
    "alternative": Name("alternative of the study", "研究的备选"),
}
"""Every topic has a row: another choice, or why there is none."""
_NONE = Name("–", "–")
_WITHOUT = {
    "electricity": Name(
        "not applicable: no meter, or one treatment only", "不适用：没有电表，或仅有一种口径"
    ),
    "characterisation": Name(
        "not computed: the background data have no other gas table",
        "未计算：背景数据没有其他特征化集",
    ),
    "allocation": Name("not applicable: no process is divided", "不适用：没有需要分配的过程"),
    "alternative": Name("not applicable: the study lists no alternative", "不适用：研究未列备选"),
}
_NO_STUDY = Name(
    "not computed: study and background data are not with the declaration",
    "未计算：声明未附研究与背景数据",
)
_METHODS = ("mass", "price", "energy", "equal")


@dataclass(frozen=True, slots=True)
class Varied:
    """One other choice: its topic, what it says, and the total; None where none can be computed."""

    topic: Name
    choice: Name
    total: float | None
    why: Name = Name()


def sensitivity(
    footprint: Footprint, study: Study | None, background: Background | None
) -> tuple[Varied, ...]:
    """Return the totals under every other choice that study and background offer.

    Every topic has at least one row; where nothing else can be chosen or computed it says why.
    Without study and background only the other treatments of electricity are computed.

    No example: a report shows it.
    """
    rows = [
        Varied(
            TOPICS["electricity"],
            Name(treatment_word(name, "en"), treatment_word(name, "zh")),
            total,
        )
        for name, total in footprint.treatments.items()
        if name != footprint.electricity
    ]
    if study is not None and background is not None:
        rows += _computed(footprint, study, background)
        rows += [
            Varied(TOPICS["scrap"], *choice)
            for choice in scrap_choices(footprint, study, background)
        ]
    without = _WITHOUT
    if study is None or background is None:
        without = dict.fromkeys(TOPICS, _NO_STUDY) | {"electricity": _WITHOUT["electricity"]}
    told = {each.topic for each in rows}
    rows += [
        Varied(topic, _NONE, None, without[key])
        for key, topic in TOPICS.items()
        if topic not in told
    ]
    order = list(TOPICS.values())
    return tuple(sorted(rows, key=lambda each: order.index(each.topic)))


def _computed(footprint: Footprint, study: Study, background: Background) -> Iterator[Varied]:
    """Yield what other choices give; what cannot be computed says why."""
    for topic, says, changes in _others(footprint, study, background):
        try:
            total: float | None = study.varying(**changes).footprint(background).total
            why = Name()
        except PcfError as error:
            total, first = None, error.problems[0]
            why = Name(f"cannot be computed: {first.says('en')}", f"无法计算：{first.says('zh')}")
        yield Varied(TOPICS[topic], says, total, why)


def _others(
    footprint: Footprint, study: Study, background: Background
) -> Iterator[tuple[str, Name, dict[str, Any]]]:
    named = {each.id for each in background.characterisations}
    for id_ in sorted(named - {footprint.gases.id}):
        if id_.startswith("AR"):
            yield "characterisation", Name(id_, id_), {"characterisation": id_}
    for choice in study.allocations:
        for by in _METHODS:
            if by != choice.by:
                says = Name(f"{choice.process}: {by}", f"{choice.process}：{by}")
                yield "allocation", says, {"allocation": {choice.process: by}}
    for each in study.alternatives:
        if each.name not in study.chosen:
            says = Name(each.says.en or each.name, each.says.zh or each.name)
            yield "alternative", says, {"alternative": [*study.chosen, each.name]}
