"""Small packs for tests: a vocabulary, a common pack, a category, written into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pcf.rules import read_pack
from pcf.rules.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.rules import FactKind, Pack

VOCABULARY = """
["boundary.kind"]
kind = "word"
question = { en = "Which boundary?", zh = "系统边界是什么？" }
[ "boundary.kind".words ]
"cradle to gate" = { en = "cradle to gate", zh = "摇篮到大门" }
"cradle to grave" = { en = "cradle to grave", zh = "摇篮到坟墓" }
"gate to gate" = { en = "gate to gate", zh = "大门到大门" }

["excluded.share"]
kind = "number"
unit = "1"
question = { en = "Which share is left out?", zh = "排除份额是多少？" }
doc = { en = "bounds / (total + bounds)", zh = "上限 /（总量 + 上限）" }

["data.age"]
kind = "number"
unit = "year"
question = { en = "How old is the oldest data?", zh = "最旧的数据有多少年？" }

["period.end"]
kind = "date"
question = { en = "When does the period end?", zh = "统计期何时结束？" }

["scrap.kinds"]
kind = "words"
words = ["internal", "bought", "old"]
question = { en = "Which scrap is used?", zh = "使用哪些废料？" }
stated = true

["review.done"]
kind = "truth"
question = { en = "Was it reviewed?", zh = "是否经过评审？" }
stated = true

["review.panel"]
kind = "truth"
question = { en = "Was it a panel?", zh = "是否为评审小组？" }
stated = true
"""

COMMON_PACK = """
id = "common"
title = { en = "Common rules", zh = "通用规则" }
also = ["通则"]

[standard]
number = "ISO 14067:2018"
title = { en = "Carbon footprint of products", zh = "产品碳足迹" }
status = "published"
read = "not read"
note = { en = "Sections are recalled.", zh = "条款号凭记忆。" }

[numbers]
cutoff_all = { value = 0.05, says = { en = "all exclusions", zh = "合计排除" }, source = "x" }
materiality = 0.05
"""

COMMON_EDITION = """
edition = "2026"
published = 2026-01-01
rules = ["CO001", "CO002"]
"""

CUT_OFF = """
id = "CO001"
name = "large-exclusions"
topic = "cut-off"
force = "shall"
clause = { document = "ISO 14067:2018", section = "6.3.4", known = "recalled" }
applies = "boundary.kind == 'cradle to gate'"
requires = "excluded.share <= limit.cutoff_all"

[says]
en = "{excluded.share:.1%} are left out; at most {limit.cutoff_all:.1%} may be."
zh = "排除份额为 {excluded.share:.1%}，不得超过 {limit.cutoff_all:.1%}。"

[remedy]
en = "Collect data for what is left out."
zh = "请为被排除的部分收集数据。"

[facts]
boundary.kind = "cradle to gate"
excluded.share = 0.01

[[example]]
title = "one percent"
verdict = "satisfied"

[[example]]
title = "exactly five percent is allowed"
change = { "excluded.share" = "5 %" }
verdict = "satisfied"
boundary = true

[[example]]
title = "a little more is not"
change = { "excluded.share" = 0.05001 }
verdict = "violated"
boundary = true

[[example]]
title = "nobody estimated it"
forget = ["excluded.share"]
verdict = "cannot tell"

[[example]]
title = "another boundary"
change = { "boundary.kind" = "gate to gate" }
verdict = "not applicable"

[[example]]
title = "to the grave"
change = { "boundary.kind" = "cradle to grave" }
verdict = "not applicable"

[[example]]
title = "no boundary"
forget = ["boundary.kind"]
verdict = "cannot tell"
"""

REVIEW = """
id = "CO002"
name = "missing-review"
topic = "review"
force = "should"
clause = { document = "ISO 14067:2018", section = "8", known = "recalled" }
requires = "review.done or review.panel"
says = { en = "Reviewed: {review.done}.", zh = "已评审：{review.done}。" }
remedy = { en = "Have it reviewed.", zh = "请安排评审。" }

[[example]]
title = "done"
facts = { "review.done" = true, "review.panel" = false }
verdict = "satisfied"

[[example]]
title = "panel"
facts = { "review.done" = false, "review.panel" = true }
verdict = "satisfied"

[[example]]
title = "neither"
facts = { "review.done" = false, "review.panel" = false }
verdict = "violated"

[[example]]
title = "nobody knows"
facts = { "review.panel" = false }
verdict = "cannot tell"

[[example]]
title = "the other unknown"
facts = { "review.done" = false }
verdict = "cannot tell"
"""

METAL_PACK = """
id = "metal"
title = { en = "A metal", zh = "某金属" }
extends = ["common"]

[[process]]
id = "smelting"
name = { en = "smelting", zh = "冶炼" }
made = ["metal"]
mandatory = "if boundary.kind == 'cradle to gate'"
"""

METAL_EDITION = """
edition = "2026"
published = "2026-02-01"
follows = "draft of 2025"
rules = ["ME001"]
extends = { common = "2026" }
"""

AGE = """
id = "ME001"
name = "old-data"
topic = "data age"
force = "shall"
clause = { document = "sketch", section = "5", known = "proposal" }
requires = "data.age <= '5 year' and period.end >= '2024-12-31' and 'old' not in scrap.kinds"
entails = ["CO001"]
says = { en = "The data are {data.age} old.", zh = "数据已有 {data.age}。" }
remedy = { en = "Use newer data.", zh = "请使用更新的数据。" }
"""


@pytest.fixture
def kinds() -> dict[str, FactKind]:
    """Return the small vocabulary."""
    problems: list[object] = []
    found = read_vocabulary(VOCABULARY, "vocabulary.toml", problems)  # type: ignore[arg-type]  # read only
    assert problems == []
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with the packs `common` and `metal`."""
    write(tmp_path, "common/pack.toml", COMMON_PACK)
    write(tmp_path, "common/editions/2026.toml", COMMON_EDITION)
    write(tmp_path, "common/rules/large-exclusions.toml", CUT_OFF)
    write(tmp_path, "common/rules/missing-review.toml", REVIEW)
    write(tmp_path, "metal/pack.toml", METAL_PACK)
    write(tmp_path, "metal/editions/2026.toml", METAL_EDITION)
    write(tmp_path, "metal/rules/old-data.toml", AGE)
    return tmp_path


def write(root: Path, name: str, content: str) -> Path:
    """Write a file below a folder."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


EXAMPLES_OF_AGE = """
[facts]
data.age = 2
period.end = 2025-12-31
scrap.kinds = ["internal"]

[[example]]
title = "young"
verdict = "satisfied"

[[example]]
title = "exactly five years and the first day"
change = { "data.age" = 5, "period.end" = "2024-12-31" }
verdict = "satisfied"
boundary = true

[[example]]
title = "a little older"
change = { "data.age" = 5.001 }
verdict = "violated"

[[example]]
title = "a day too early"
change = { "period.end" = "2024-12-30" }
verdict = "violated"

[[example]]
title = "old scrap"
change = { "scrap.kinds" = ["old", "internal"] }
verdict = "violated"

[[example]]
title = "age unknown"
forget = ["data.age"]
verdict = "cannot tell"

[[example]]
title = "end unknown"
forget = ["period.end"]
verdict = "cannot tell"

[[example]]
title = "scrap unknown"
forget = ["scrap.kinds"]
verdict = "cannot tell"
"""


@pytest.fixture
def metal(root: Path, kinds: dict[str, FactKind]) -> Pack:
    """Return the pack `metal` with examples that notice every slip."""
    path = root / "metal/rules/old-data.toml"
    path.write_text(path.read_text(encoding="utf-8") + EXAMPLES_OF_AGE, encoding="utf-8")
    return read_pack(root / "metal", kinds=kinds)


@pytest.fixture
def common(root: Path, kinds: dict[str, FactKind]) -> Pack:
    """Return the pack `common`."""
    return read_pack(root / "common", kinds=kinds)
