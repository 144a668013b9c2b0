"""What the captions of a report are called, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.text import Name

if TYPE_CHECKING:
    from pcf.text import Language

_WORDS = {
    "report": Name("Product carbon footprint: study report", "产品碳足迹研究报告"),
    "public": Name("Product carbon footprint: public summary", "产品碳足迹公开摘要"),
    "declared": Name("What is declared", "声明内容"),
    "product": Name("product", "产品"),
    "company": Name("company", "企业"),
    "unit": Name("declared unit", "声明单位"),
    "value": Name("declared value", "声明值"),
    "computed": Name("computed", "计算值"),
    "interval": Name("95 % interval (first order)", "95 % 区间（一阶）"),
    "none": Name("no number states a spread", "没有数据给出离散度"),
    "period": Name("period of the data", "数据时期"),
    "valid": Name("valid", "有效期"),
    "place": Name("place", "地点"),
    "goal": Name("Goal and scope", "目的与范围"),
    "goal of": Name("goal", "目的"),
    "boundary": Name("boundary", "系统边界"),
    "method": Name("method", "方法"),
    "method says": Name(
        "ISO 14067:2018 and GB/T 24067-2024 (their texts could not be read; sections are recalled)",
        "ISO 14067:2018 与 GB/T 24067-2024（未能读到正文，条款号凭记忆）",
    ),
    "background": Name("background data", "背景数据"),
    "characterisation": Name("characterisation", "特征化"),
    "electricity": Name("electricity", "电力"),
    "supplied": Name("Electricity", "电力"),
    "total": Name(
        "total = fossil + biogenic CH4 and N2O + direct land-use change + biogenic CO2 emitted less"
        " taken up, without the carbon stored in the product",
        "总量 = 化石 + 生物源 CH4 与 N2O + 直接土地利用变化"
        " + 生物源 CO2 排放减吸收，不含产品储存的碳",
    ),
    "total of": Name("what is counted", "计入范围"),
    "results": Name("Results", "结果"),
    "line": Name("line", "类别"),
    "stage": Name("stage", "阶段"),
    "gas": Name("gas", "气体"),
    "share": Name("share", "占比"),
    "outside": Name("not in the total", "不计入总量"),
    "treatments": Name(
        "Electricity: every treatment from the same system", "电力：同一系统的各种口径"
    ),
    "treatment": Name("treatment", "口径"),
    "headline": Name("headline", "主结果"),
    "supplies": Name("Where the electricity came from", "电力来源"),
    "meter": Name("meter", "电表"),
    "source of power": Name("source", "来源"),
    "evidence": Name("evidence", "依据"),
    "grid": Name("public grid", "公共电网"),
    "on-site": Name("on site", "自发自用"),
    "direct line": Name("direct line", "绿电直连"),
    "plan": Name("planned: no record of cancelled certificates", "计划：没有证书核销记录"),
    "plan unknown": Name(
        "whether certificates were cancelled for it is not told here", "此处未说明证书是否已核销"
    ),
    "derivation": Name("Where the numbers come from", "数值来源"),
    "derivation says": Name(
        "Each line is amount × factor = contribution, with the source of both; printed to twelve"
        " digits, the lines add up to their stage.",
        "每行为 数量 × 因子 = 贡献，并注明两者来源；以十二位数字打印，各行之和等于所属阶段。",
    ),
    "what": Name("process, flow", "过程、流"),
    "amount": Name("amount", "数量"),
    "factor": Name("kg CO2e per unit", "因子"),
    "sources of": Name("sources", "来源"),
    "sensitivity": Name("Sensitivity", "敏感性分析"),
    "sensitivity says": Name(
        "Each row changes one choice and nothing else; the same code computes it.",
        "每行只改变一项选择，其余不变，由同一程序计算。",
    ),
    "choice": Name("choice", "选择"),
    "topic": Name("topic", "主题"),
    "change": Name("change", "变化"),
    "uncertainty": Name("Uncertainty", "不确定性"),
    "quality": Name("Data quality", "数据质量"),
    "data": Name("data", "数据"),
    "unsplit": Name("share not split by gas", "未按气体拆分的份额"),
    "exclusions": Name("Exclusions", "排除项"),
    "gap": Name("left out", "排除内容"),
    "bound": Name("at most, kg CO2e", "上限，kg CO2e"),
    "unknown": Name("unknown", "未知"),
    "reason": Name("reason", "理由"),
    "all": Name("together", "合计"),
    "allocation": Name("Allocation", "分配"),
    "process": Name("process", "过程"),
    "by": Name("by", "依据"),
    "level": Name("level", "层级"),
    "findings": Name("What a reader must weigh", "需要权衡的事项"),
    "finding": Name("finding", "发现"),
    "remedy": Name("remedy", "措施"),
    "compared": Name("Against the version before", "与上一版比较"),
    "rest": Name("all else", "其余"),
    "before": Name("before", "上一版"),
    "now": Name("now", "本版"),
    "rules": Name("Judged by rules", "规则评审"),
    "verdict": Name("verdict", "结论"),
    "force": Name("force", "约束力"),
    "clause": Name("clause", "条款"),
    "rule": Name("rule", "规则"),
    "nothing unmet": Name("Every rule that applies is satisfied.", "适用的规则全部满足。"),
    "sources": Name("Sources", "来源清单"),
    "document": Name("document, place", "文件与位置"),
    "limits": Name("Limits", "局限"),
    "limits say": Name(
        "A carbon footprint speaks of climate change only. It compares with another only where both"
        " follow the same product rules, boundary and gas table. It is no statement on the whole"
        " environmental performance of the product.",
        "碳足迹仅反映气候变化影响。仅当产品规则、系统边界与特征化集相同时，方可与其他产品比较；"
        "它不代表产品的全部环境表现。",
    ),
    "computed by": Name("How it was computed", "计算方式"),
    "version": Name("library", "软件"),
    "checks": Name("own checks (residual, parts, adjoint)", "自检（残差、加和、伴随）"),
    "marks": Name("marks", "标记"),
    "stages chart": Name("Stages of the total", "总量按阶段"),
    "gases chart": Name("Gases of the total", "总量按气体"),
    "flows chart": Name("From gases through stages to the total", "从气体经各阶段到总量"),
    "total word": Name("total", "总量"),
    "emitted": Name("emitted (uptake not deducted)", "排放（未减吸收）"),
    "biogenic": Name("biogenic carbon stored, kg C", "产品储存的生物源碳，kg C"),
    "including": Name("total including uptake", "含吸收的总量"),
    "credits": Name("credits (not in the total)", "抵扣（不计入总量）"),
    "net": Name("net of credits", "扣除抵扣后"),
}


_TREATMENTS = {
    "location": Name("location-based", "基于位置"),
    "market": Name("market-based", "基于市场"),
    "physical": Name("physical", "实物供电"),
    "provincial proxy": Name("provincial proxy", "省级替代"),
}


def treatment_word(name: str, language: Language) -> str:
    """Return a treatment of electricity: in words, the name that the study gives it behind.

    >>> treatment_word("market:as supplied", "zh"), treatment_word("physical", "en")
    ('基于市场（market:as supplied）', 'physical')
    """
    said = _TREATMENTS.get(name.partition(":")[0])
    if said is None or said.says(language) == name:
        return name
    behind = {"en": " ({})", "zh": "（{}）"}[language]
    return said.says(language) + behind.format(name)


def word(key: str, language: Language) -> str:
    """Return a caption of a report.

    >>> word("stage", "zh")
    '阶段'
    """
    return _WORDS[key].says(language)
