"""What are the states and changes called? Their names in both languages."""

from __future__ import annotations

from pcf.text import Name

STATE_WORDS = {
    "active": Name("active", "有效"),
    "reserved": Name("reserved", "已预留"),
    "locked": Name("locked", "已锁定"),
    "frozen": Name("frozen", "已冻结"),
    "cancelled": Name("cancelled", "已核销"),
    "claimed": Name("claimed", "已主张"),
    "expired": Name("expired", "已过期"),
    "withdrawn": Name("withdrawn", "已撤回"),
    "annulled": Name("annulled", "已作废"),
}

VERB_WORDS = {
    "reserve": Name("reserved", "预留"),
    "release": Name("released", "解除预留"),
    "lock": Name("locked", "锁定"),
    "unlock": Name("unlocked", "解锁"),
    "transfer": Name("transferred", "划转"),
    "cancel": Name("cancelled", "核销"),
    "claim": Name("claimed", "主张"),
    "unclaim": Name("released from its claim", "解除主张"),
    "freeze": Name("frozen", "冻结"),
    "unfreeze": Name("unfrozen", "解冻"),
    "annul": Name("annulled", "作废"),
    "expire": Name("expired", "按过期处理"),
    "withdraw": Name("withdrawn", "撤回"),
}
