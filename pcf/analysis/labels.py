"""The words that results show, in both languages: lines, stages, kinds of breakdown."""

from __future__ import annotations

from pcf import text

_LABELS = {
    "fossil": text.Name("fossil", "化石"),
    "aircraft": text.Name("aircraft (of which fossil)", "航空（化石之中）"),
    "biogenic CO2 emitted": text.Name("biogenic CO2 emitted", "生物源CO2排放"),
    "biogenic CO2 taken up": text.Name("biogenic CO2 taken up", "生物源CO2吸收"),
    "biogenic CH4 and N2O": text.Name("biogenic CH4 and N2O", "生物源CH4与N2O"),
    "direct land-use change": text.Name("direct land-use change", "直接土地利用变化"),
    "land management": text.Name("land management (soil carbon)", "土地管理（土壤碳）"),
    "technical removals": text.Name("technical removals", "技术移除"),
    "indirect land-use change": text.Name("indirect land-use change", "间接土地利用变化"),
    "outside": text.Name("outside a climate footprint", "气候足迹之外"),
    "credits": text.Name("credits", "抵扣"),
    "CO2e, not split": text.Name("CO2e, not split", "CO2e（未拆分）"),
    "carbon stored in the product": text.Name("carbon stored in the product", "产品中储存的碳"),
    "stage": text.Name("stage", "阶段"),
    "line": text.Name("line", "分项"),
    "gas": text.Name("gas", "气体"),
    "process": text.Name("unit process", "单元过程"),
    "data": text.Name("data", "数据"),
    "exchange": text.Name("exchange", "交换"),
    "primary": text.Name("primary", "初级数据"),
    "secondary": text.Name("secondary", "次级数据"),
    "derived": text.Name("derived", "推算"),
    "assumption": text.Name("assumption", "假设"),
    "unverified": text.Name("unverified", "未核实"),
    "not stated": text.Name("not stated", "未说明"),
    "": text.Name("no stage", "未分阶段"),
    "raw materials": text.Name("raw materials", "原材料"),
    "production": text.Name("production", "生产"),
    "distribution": text.Name("distribution", "分销"),
    "use": text.Name("use", "使用"),
    "end of life": text.Name("end of life", "寿命终止"),
    "bauxite": text.Name("bauxite", "铝土矿"),
    "alumina": text.Name("alumina", "氧化铝"),
    "anode": text.Name("anode", "阳极"),
    "electrolysis": text.Name("electrolysis", "电解"),
    "casting": text.Name("casting", "铸造"),
    "transport": text.Name("transport", "运输"),
    "mining": text.Name("mining", "采矿"),
    "concentrating": text.Name("concentrating", "选矿"),
    "smelting": text.Name("smelting", "熔炼"),
    "refining": text.Name("refining", "精炼"),
    "electrorefining": text.Name("electrorefining", "电解精炼"),
    "leaching": text.Name("leaching", "浸出"),
    "electrowinning": text.Name("electrowinning", "电积"),
    "coking": text.Name("coking", "炼焦"),
    "sintering": text.Name("sintering", "烧结"),
    "blast furnace": text.Name("blast furnace", "高炉"),
    "steelmaking": text.Name("steelmaking", "炼钢"),
    "captive power": text.Name("captive power", "自备电厂"),
    "nursery": text.Name("nursery", "育苗"),
    "seed": text.Name("seed", "种子与种薯"),
    "field emissions": text.Name("field emissions", "田间排放"),
    "fertiliser": text.Name("fertiliser", "肥料"),
    "pesticide": text.Name("pesticide", "农药"),
    "diesel": text.Name("diesel", "柴油"),
    "film": text.Name("film", "地膜"),
    "irrigation": text.Name("irrigation", "灌溉"),
    "drip tape": text.Name("drip tape", "滴灌带"),
    "harvest and storage": text.Name("harvest and storage", "收获与贮藏"),
    "drying and storing": text.Name("drying and storing", "干燥与贮存"),
}


def label(name: str, language: text.Language = "en") -> str:
    """Return the word for `name` in `language`; names of the user's own stand as they are.

    >>> label("fossil", "zh"), label("my stage", "zh")
    ('化石', 'my stage')
    """
    return _LABELS[name].says(language) if name in _LABELS else name
