"""What does a national factor database ask of a factor? What of it we have, and what is missing.

The fields follow the guidance on building the database of product carbon footprint factors
(环办气候函〔2025〕468号) as far as it is public: its list of fields was not seen, so that these are
those it names (representativeness of technology, geography and time; sources) and those that GB/T
24067 asks to be reported. What is empty is listed as missing, never made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.background.criteria import unnamed
from pcf.errors import BackgroundError, problem
from pcf.model.amounts import CONFIDENCES
from pcf.model.coverage import widening
from pcf.text import Name, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.background.values import Background, BackgroundProcess
    from pcf.model.amounts import Confidence, Source

FIELDS: Mapping[str, Name] = {
    "id": Name("id", "编号"),
    "name_zh": Name("name (Chinese)", "中文名称"),
    "name_en": Name("name (English)", "英文名称"),
    "cpc": Name("CPC", "CPC 代码"),
    "hs": Name("HS", "HS 编码"),
    "cn": Name("CN", "CN 编码"),
    "cbam": Name("CBAM", "CBAM 覆盖"),
    "declared_unit": Name("declared unit", "声明单位"),
    "value": Name("value, kg CO2e", "因子值 (kg CO2e)"),
    "fossil": Name("of which fossil", "其中化石"),
    "biogenic": Name("of which biogenic", "其中生物源"),
    "land_use": Name("of which land-use change", "其中土地利用变化"),
    "family": Name("factor family", "因子类别"),
    "boundary": Name("boundary", "系统边界"),
    "place": Name("region", "地域"),
    "period": Name("data period", "数据时期"),
    "technology": Name("technology", "技术"),
    "share_of_output": Name("share of national output", "占全国产量比例"),
    "allocation": Name("allocation", "分配方法"),
    "cut_off": Name("cut-off", "取舍准则"),
    "characterisation": Name("gas table and convention", "特征化集与约定"),
    "electricity": Name("treatment of electricity", "电力处理方式"),
    "sources": Name("sources", "数据来源"),
    "uncertainty": Name("uncertainty (standard deviation), kg CO2e", "不确定度（标准差，kg CO2e）"),
    "review": Name("review body", "评审机构"),
    "valid_until": Name("valid until", "有效期至"),
    "edition": Name("set and edition", "数据集与版本"),
    "publisher": Name("publisher", "发布者"),
    "licence": Name("licence", "许可"),
}
OPTIONAL = frozenset({"hs", "cpc", "cn", "cbam", "biogenic", "land_use"})
STATED = ("share_of_output", "allocation", "cut_off", "electricity", "review", "valid_until")
"""Fields that a set does not hold: whoever hands in states them."""
INDICATORS: Mapping[str, Name] = {
    "technology": Name("score: technology", "评分：技术代表性"),
    "geography": Name("score: geography", "评分：地域代表性"),
    "time": Name("score: time", "评分：时间代表性"),
    "completeness": Name("score: completeness", "评分：完整性"),
    "reliability": Name("score: reliability", "评分：可靠性"),
}


@dataclass(frozen=True, slots=True)
class Valued:
    """The value of a factor per declared unit, kg CO2e; None is not known (a part not split)."""

    total: float
    fossil: float | None = None
    biogenic: float | None = None
    land_use: float | None = None
    deviation: float | None = None
    split: bool = True


@dataclass(frozen=True, slots=True)
class HandedFactor:
    """One factor as it is handed in: its fields, what is missing, scores from 1 (best) to 5."""

    fields: Mapping[str, str | float | None]
    missing: tuple[str, ...]
    scores: Mapping[str, int]

    @property
    def completeness(self) -> float:
        """The share of required fields that are filled."""
        return 1 - len(self.missing) / len(set(FIELDS) - OPTIONAL)

    @property
    def quality(self) -> float:
        """The mean of the scores: 1 is best, 5 is worst."""
        return sum(self.scores.values()) / len(self.scores)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Factors as they are handed in, with the plain statement on their licences."""

    factors: tuple[HandedFactor, ...]
    licence: Name


def hand_in(  # noqa: PLR0913 - what is handed in, for which use, and what is stated besides
    background: Background,
    valued: Mapping[str, Valued | None],
    *,
    characterisation: str,
    place: str,
    year: int,
    stated: Mapping[str, Mapping[str, str]] | None = None,
) -> HandedIn:
    """Return the factors of `valued` (by process id; None has no value) as they are handed in.

    Scores are for use in `place` (a code) and `year`. `stated` gives the fields of `STATED` by
    process id, or under '*' for all. Raises BackgroundError for a process that is not of the set
    and a stated field that is none.

    >>> from pcf.background.own import factor_set
    >>> own = factor_set("own", {"lime": "1.2 kg CO2e/kg"}, source="letter")
    >>> told = hand_in(own, {"own: lime": Valued(1.2, split=False)}, characterisation="AR6 (0/0)",
    ...                place="CN", year=2025)
    >>> told.factors[0].missing[:3]
    ('fossil', 'period', 'technology')
    """
    said = stated or {}
    problems = [
        problem("handing-in-process", id_, nearest(id_, (row.id for row in background.processes)))
        for id_ in sorted({*valued, *said} - {"*"})
        if background.row(id_) is None
    ]
    problems += [
        problem("handing-in-field", id_, STATED, field=key)
        for id_ in sorted(said)
        for key in sorted(set(said[id_]) - set(STATED))
    ]
    if problems:
        raise BackgroundError(*problems)
    factors = []
    for id_ in sorted(valued):
        row = background.row(id_)
        if row is not None:
            fields = _fields(background, row, valued[id_])
            fields |= {"characterisation": characterisation}
            fields |= {**said.get("*", {}), **said.get(id_, {})}
            fields = {key: fields.get(key) for key in FIELDS}
            missing = tuple(
                key for key in FIELDS if fields[key] in (None, "") and key not in OPTIONAL
            )
            scores = _scores(background, row, valued[id_], place, year)
            factors.append(HandedFactor(fields, missing, scores))
    return HandedIn(tuple(factors), licence_statement(background, tuple(valued)))


def licence_statement(background: Background, processes: Sequence[str]) -> Name:
    """Return, in both languages, under which licences the numbers stand and where none is stated.

    >>> from pcf.background.own import factor_set
    >>> own = factor_set("own", {"lime": "1.2 kg CO2e/kg"}, source="letter")
    >>> licence_statement(own, ["own: lime"]).en
    'The compilation: not stated. Sources without a stated licence: letter. Ask their owners ...'
    """
    rows = [row for each in processes if (row := background.row(each)) is not None]
    used = {source.id: source for row in rows for source in _sources(background, row)}
    compilation = [each.licence for each in background.editions if each.licence]
    named: dict[str, list[str]] = {}
    for source in used.values():
        named.setdefault(source.licence, []).append(source.document)
    silent = sorted(set(named.pop("", ())))
    said = {key: sorted(set(named[key])) for key in sorted(named)}
    en = [f"The compilation: {'; '.join(compilation) or 'not stated'}."]
    zh = [f"汇编本身：{'；'.join(compilation) or '未说明'}。"]
    en += [f"{licence}: {', '.join(documents)}." for licence, documents in said.items()]
    zh += [f"{licence}：{'、'.join(documents)}。" for licence, documents in said.items()]
    if silent:
        en.append(
            f"Sources without a stated licence: {', '.join(silent)}."
            " Ask their owners before passing the numbers on."
        )
        zh.append(f"未说明许可的来源：{'、'.join(silent)}。转交数据前请征得权利人同意。")
    return Name(en=" ".join(en), zh="".join(zh))


def _sources(background: Background, row: BackgroundProcess) -> list[Source]:
    known = {each.id: each for each in background.sources}
    ids = [row.process.source, *(each.amount.source for each in row.process.exchanges)]
    return [known[each] for each in dict.fromkeys(ids) if each in known]


def _fields(
    background: Background, row: BackgroundProcess, value: Valued | None
) -> dict[str, str | float | None]:
    product = background.product(row.process.product)
    sources = _sources(background, row)
    valid = {each.valid_until for each in sources if each.valid_until}
    return {
        "id": row.id,
        "name_zh": row.process.name.zh,
        "name_en": row.process.name.en,
        "cpc": "" if product is None else product.cpc,
        "hs": "" if product is None else product.hs,
        "cn": "" if product is None else product.cn,
        "cbam": "" if product is None else product.cbam,
        "declared_unit": str(row.process.amount),
        "value": None if value is None else value.total,
        "fossil": None if value is None else value.fossil,
        "biogenic": None if value is None else value.biogenic,
        "land_use": None if value is None else value.land_use,
        "family": row.family,
        "boundary": row.boundary,
        "place": row.place,
        "period": "" if row.period is None else str(row.period),
        "technology": row.technology,
        "sources": "; ".join(str(each) for each in sources),
        "uncertainty": None if value is None else value.deviation,
        "valid_until": min(valid, default=""),
        "edition": background.name,
        "publisher": "; ".join(each.publisher for each in background.editions if each.publisher),
        "licence": "; ".join(each.licence for each in background.editions if each.licence),
    }


def _scores(
    background: Background, row: BackgroundProcess, value: Valued | None, place: str, year: int
) -> dict[str, int]:
    """Return the five scores; the steps of age are those of the ecoinvent pedigree matrix.

    Scores that the set states go before those judged here; of geography and time, which depend on
    the use as well, the worse one counts.
    """
    chain = widening(place)
    steps = chain.index(row.place) + 1 if row.place in chain else 5
    age = None if row.year is None else abs(year - row.year)
    old = (
        5
        if age is None
        else next((n for n, a in ((1, 3), (2, 6), (3, 10), (4, 15)) if age <= a), 5)
    )
    if row.boundary == "cradle to gate" and value is not None:
        whole = 1 if value.split else 2
    else:
        whole = 4 if value is not None else 5
    said, confidence = row.scores, _confidence(background, row)
    judged = 1 + CONFIDENCES.index(confidence)
    return {
        "technology": _stated(said.technology, 2 if row.technology else 4),
        "geography": max(_stated(said.geography, 1), min(steps, 5)),
        "time": max(_stated(said.time, 1), old),
        "completeness": max(_stated(said.completeness, 1), whole),
        "reliability": judged if confidence == "unverified" else _stated(said.reliability, judged),
    }


def _stated(score: int | None, judged: int) -> int:
    return judged if score is None else score


def _confidence(background: Background, row: BackgroundProcess) -> Confidence:
    if unnamed(row, frozenset()):
        return "unverified"
    said = [each.confidence for each in row.process.exchanges if each.confidence is not None]
    said += [each.confidence for each in _sources(background, row)]
    return max(said, key=CONFIDENCES.index, default="unverified")
