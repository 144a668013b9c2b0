"""The columns and words that the tables of a set have, in both languages."""

from __future__ import annotations

from pcf.files import aliases_of
from pcf.text import Name

_NAMES = {
    "id": Name("id", "编号"),
    "document": Name("document", "文件"),
    "locator": Name("locator", "位置"),
    "licence": Name("licence", "许可"),
    "data_year": Name("data year", "数据年份"),
    "published": Name("published", "发布日期"),
    "valid_until": Name("valid until", "有效期至"),
    "confidence": Name("confidence", "置信等级"),
    "fingerprint": Name("fingerprint", "指纹"),
    "note": Name("note", "备注"),
    "en": Name("English name", "英文名称"),
    "zh": Name("Chinese name", "中文名称"),
    "unit": Name("unit", "单位"),
    "basis": Name("basis", "基准"),
    "waste": Name("waste", "废物"),
    "synonyms": Name("synonyms", "同义词"),
    "cpc": Name("CPC", "CPC 代码"),
    "hs": Name("HS", "HS 编码"),
    "cn": Name("CN", "CN 编码"),
    "cbam": Name("CBAM", "CBAM 覆盖"),
    "product": Name("product", "产品"),
    "amount": Name("amount", "数量"),
    "place": Name("place", "地点"),
    "start": Name("start", "开始"),
    "end": Name("end", "结束"),
    "boundary": Name("boundary", "边界"),
    "family": Name("family", "因子类别"),
    "at": Name("at", "位置环节"),
    "technology": Name("technology", "技术"),
    "default": Name("default", "默认"),
    "stage": Name("stage", "阶段"),
    "source": Name("source", "来源"),
    "process": Name("process", "过程"),
    "kind": Name("kind", "类型"),
    "direction": Name("direction", "方向"),
    "flow": Name("flow", "流"),
    "provider": Name("provider", "供应过程"),
    "spread": Name("spread", "分布"),
    "low": Name("low", "下限"),
    "high": Name("high", "上限"),
    "set": Name("set", "特征化集"),
    "gas": Name("gas", "气体"),
    "origin": Name("origin", "碳来源"),
    "value": Name("value", "数值"),
    "technology_score": Name("technology score", "技术代表性评分"),
    "geography_score": Name("geography score", "地域代表性评分"),
    "time_score": Name("time score", "时间代表性评分"),
    "completeness_score": Name("completeness score", "完整性评分"),
    "reliability_score": Name("reliability score", "可靠性评分"),
    "pedigree": Name("pedigree scores", "谱系评分"),
    "basic": Name("basic variance", "基本方差"),
    "supplier": Name("supplier", "供应商"),
    "characterisation": Name("gas table", "声明的特征化集"),
    "convention": Name("convention", "生物源碳约定"),
    "verification": Name("verification", "核查"),
    "verifier": Name("verifier", "核查机构"),
    "primary_share": Name("share of primary data", "初级数据占比"),
    "code": Name("code", "代码"),
    "item": Name("item", "对象"),
    "facts": Name("facts", "事实"),
    "instrument": Name("instrument", "仪器"),
    "certificate": Name("certificate", "证书"),
    "laboratory": Name("laboratory", "实验室"),
    "calibrated": Name("calibrated on", "校准日期"),
}
ALIASES = aliases_of(_NAMES)


def _words(columns: str) -> tuple[str, ...]:
    return tuple(columns.split())


REQUIRED = {
    "sources": _words("id document confidence"),
    "products": _words("id en zh unit"),
    "processes": _words("id product amount unit place boundary family source"),
    "exchanges": _words("id process kind direction flow amount unit source"),
    "characterisation": _words("set gas value source"),
    "declared": _words("process supplier characterisation convention verification"),
    "findings": _words("process code"),
    "calibrations": _words("process instrument certificate laboratory calibrated valid_until"),
}
OPTIONAL = {
    "sources": _words("locator licence data_year published valid_until fingerprint note"),
    "products": _words("basis waste synonyms cpc hs cn cbam"),
    "processes": _words(
        "en zh start end at technology default stage technology_score geography_score time_score"
        " completeness_score reliability_score locator note"
    ),
    "exchanges": _words("provider spread low high pedigree basic confidence locator note"),
    "characterisation": _words("origin direction place locator note"),
    "declared": _words("verifier valid_until primary_share"),
    "findings": _words("item facts"),
    "calibrations": _words("fingerprint"),
}

CONFIDENCE_NAMES = {
    "primary": Name("primary", "初级"),
    "secondary": Name("secondary", "次级"),
    "derived": Name("derived", "推导"),
    "assumption": Name("assumption", "假设"),
    "unverified": Name("unverified", "未核实"),
}
CONFIDENCES = aliases_of(CONFIDENCE_NAMES)
CBAM = aliases_of(
    {
        "no": Name("no", "否"),
        "direct": Name("direct", "仅直接排放"),
        "direct and indirect": Name("direct and indirect", "直接和间接排放"),
    }
)
VERIFICATIONS = aliases_of(
    {
        "third party": Name("third party", "第三方"),
        "second party": Name("second party", "第二方"),
        "none": Name("none", "无"),
    }
)
YES = aliases_of({"yes": Name("yes", "是"), "no": Name("no", "否")})
FAMILIES = aliases_of(
    {"life cycle": Name("life cycle", "生命周期"), "combustion": Name("combustion", "燃烧")}
)
BOUNDARY_NAMES = {
    "cradle to gate": Name("cradle to gate", "摇篮到大门"),
    "gate to gate": Name("gate to gate", "大门到大门"),
    "upstream only": Name("upstream only", "仅上游"),
    "combustion only": Name("combustion only", "仅燃烧"),
    "upstream and combustion": Name("upstream and combustion", "上游和燃烧"),
    "transport": Name("transport", "运输"),
    "gate to grave": Name("gate to grave", "大门到坟墓"),
}
BOUNDARIES = aliases_of(BOUNDARY_NAMES)
AT = aliases_of(
    {
        "generator": Name("generator", "发电侧"),
        "delivered": Name("delivered", "用户侧"),
        "transmission": Name("transmission", "输配"),
    }
)
KINDS = aliases_of(
    {
        "product": Name("product", "产品"),
        "waste": Name("waste", "废物"),
        "elementary": Name("elementary", "基本流"),
        "credit": Name("credit", "抵扣"),
        "internal": Name("internal", "内部"),
    }
)
DIRECTIONS = aliases_of({"input": Name("input", "输入"), "output": Name("output", "输出")})
SPREADS = aliases_of(
    {
        "lognormal": Name("lognormal", "对数正态"),
        "normal": Name("normal", "正态"),
        "uniform": Name("uniform", "均匀"),
        "triangular": Name("triangular", "三角"),
        "pert": Name("pert", "PERT 分布"),
    }
)
ORIGINS = aliases_of(
    {
        "fossil": Name("fossil", "化石"),
        "biogenic": Name("biogenic", "生物源"),
        "land use": Name("land use", "土地利用"),
    }
)
