"""What do the lists call their columns, and which words stand in them? Chinese and English."""

from __future__ import annotations

from pcf.electricity.listed import ENERGY, SERIALS, UNIT, WHEN, Columns


def _words(**forms: tuple[str, ...]) -> dict[str, str]:
    """Return form -> word, each word (its underscores as spaces) among its own forms."""
    found: dict[str, str] = {}
    for name, others in forms.items():
        word = name.replace("_", " ")
        found |= dict.fromkeys((word, *others), word)
    return found


MADE_WORDS = _words(
    exported=("上网", "上网电量"),
    storage_discharge=("储能放电",),
) | dict.fromkeys(("self-consumed", "自发自用", "自用", "自用电量"), "self-consumed")
CONNECTED_WORDS = (
    _words(grid=("公共电网", "集中式"), direct_line=("直连", "绿电直连"))
    | dict.fromkeys(("on-site", "自发自用", "分布式"), "on-site")
    | dict.fromkeys(("off-grid", "离网"), "off-grid")
)
YES_NO = _words(
    yes=("是", "可交易", "可交易绿证", "tradable"),
    no=("否", "不可交易", "不可交易绿证", "non-tradable"),
)
MEASURED_WORDS = _words(
    metered=("电表", "计量"), profile=("负荷曲线",), invoice=("电费账单", "发票")
)
KINDS = _words(
    sale=("绿证交易", "单独绿证", "绿证单独交易"),
    assignment=("划转", "自发自用划转"),
) | dict.fromkeys(("green-power trade", "绿电交易", "绿色电力交易"), "green-power trade")

_SERIALS = {"绿证编号 / 起始编号": ("serial", "first")}
_ENERGY = {"用电量（千瓦时） / 电量": tuple(ENERGY)}
_WHEN = {"月份 / 开始时间": ("month", "start")}

CERTIFICATES = Columns(
    SERIALS
    | ENERGY
    | UNIT
    | WHEN
    | {
        "device": ("项目", "项目编号", "项目代码", "建档立卡编码", "设备", "机组"),
        "name": ("项目名称", "电站名称"),
        "technology": ("技术类型", "能源类型", "发电类型", "电源类型", "项目类型"),
        "place": ("省份", "所在省份", "所在地", "项目所在地"),
        "holder": ("持有人", "持有方", "持有方名称", "账户名称", "持有主体"),
        "made": ("电量类型", "电量去向", "电量分类"),
        "tradable": ("交易属性", "绿证类型", "可否交易", "交易分类"),
        "commissioned": ("投产日期", "并网日期", "并网时间"),
        "capacity": ("装机容量(kW)", "装机容量（千瓦）", "capacity [kW]"),
        "connection": ("接入方式", "消纳方式"),
        "owner": ("项目业主", "发电企业", "业主"),
        "expires": ("有效期至", "失效日期"),
        "trial": ("试运行",),
    },
    required=("technology",),
    one_of=_SERIALS,
)
METERS = Columns(
    ENERGY
    | UNIT
    | WHEN
    | {
        "meter": ("电表", "电表编号", "计量点", "计量点编号", "表号", "户号"),
        "line": ("产线", "生产线", "车间", "工序"),
        "product": ("产品", "产品名称"),
        "site": ("厂区", "工厂", "厂址"),
        "consumer": ("用电单位", "企业名称", "用电主体", "用电户名"),
        "place": ("省份", "所在省份", "所在地"),
        "measured": ("计量方式", "数据来源"),
        "within": ("上级电表", "总表"),
        "capacity": ("变压器容量(kVA)", "报装容量(kVA)", "容量(kW)", "capacity [kW]"),
        "trial": ("试运行",),
        "evidence": ("凭证", "证据"),
    },
    required=("meter",),
    one_of=_ENERGY | _WHEN,
)
SETTLEMENTS = Columns(
    SERIALS
    | ENERGY
    | UNIT
    | WHEN
    | {
        "number": ("结算单号", "结算单编号", "交易编号", "合同编号"),
        "day": ("结算日期", "交易日期", "划转日期", "日期"),
        "seller": ("售方", "卖方", "发电企业", "转出方"),
        "buyer": ("购方", "买方", "电力用户", "转入方"),
        "kind": ("交易类型", "交易方式"),
        "meter": ("电表", "计量点", "用电户号", "电表编号"),
    },
    required=("number", "day", "seller", "buyer"),
    one_of=_SERIALS,
)
CANCELLATIONS = Columns(
    SERIALS
    | ENERGY
    | UNIT
    | WHEN
    | {
        "number": ("核销编号", "核销记录编号", "核销凭证编号", "核销单号"),
        "day": ("核销日期", "核销时间"),
        "beneficiary": ("受益主体", "核销主体", "受益人", "核销受益方", "使用方"),
        "scenario": ("核销场景", "核销用途", "用途"),
        "holder": ("持有人", "持有方", "持有方名称", "账户名称"),
        "site": ("用电地点", "厂区", "用电厂区"),
    },
    required=("number", "day", "beneficiary"),
    one_of=_SERIALS,
)
PRODUCTIONS = Columns(
    ENERGY
    | UNIT
    | WHEN
    | {
        "plant": ("device", "项目", "项目编号", "项目代码", "电站", "机组"),
        "made": ("电量类型", "电量去向", "电量分类"),
        "evidence": ("凭证", "证据"),
    },
    required=("plant",),
    one_of=_ENERGY | _WHEN,
)
EXCLUSION_WORDS = {"补贴": "subsidy", "其他凭证": "other certificate"}
EXCLUSIONS = Columns(
    ENERGY
    | UNIT
    | WHEN
    | {
        "system": ("kind", "排除类型", "机制", "减排机制"),
        "plant": ("device", "项目", "项目编号", "项目代码", "电站", "机组"),
        "number": ("登记编号", "项目备案号", "减排量登记编号"),
        "evidence": ("凭证", "证据"),
    },
    required=("system", "plant"),
    one_of=_WHEN,
)
