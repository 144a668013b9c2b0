"""Whatever stands in the files of a pack: a pack, or one error of ours with places."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.errors import RuleError
from pcf.rules import facts_from, read_pack
from pcf.rules.grading import read_grades
from pcf.rules.judging import judge_facts
from pcf.rules.profiles import read_profile

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.rules import FactKind, Pack

FILES = [
    "common/pack.toml",
    "common/editions/2026.toml",
    "common/rules/large-exclusions.toml",
    "common/rules/missing-review.toml",
    "metal/pack.toml",
    "metal/editions/2026.toml",
    "metal/rules/old-data.toml",
]
PIECES = [
    *("", "[", "]", "{", "}", '"', "'", "=", "\n", "0", "-1", "1e400", "true", "[]", "{}", "inf"),
    *("2026-02-30", "x.y", "limit.", "__class__", "名", "\\u0000", "#", "[[example]]", "not ", "("),
]
quiet = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
slips = st.tuples(
    st.sampled_from(FILES), st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES)
)


def read_or_refused(folder: Path, kinds: dict[str, FactKind]) -> Pack | None:
    try:
        return read_pack(folder, kinds=kinds)
    except RuleError as error:
        told = error.problems
    assert told
    assert all(each.says("zh") for each in told)
    return None


@quiet
@given(slips, st.data())
def test_a_changed_pack_is_read_or_refused(
    root: Path, kinds: dict[str, FactKind], slip: tuple[str, float, int, str], data: st.DataObject
) -> None:
    name, at, cut, piece = slip
    path = root / name
    before = path.read_bytes()
    text = before.decode()
    place = int(at * len(text))
    path.write_text(text[:place] + piece + text[place + cut :], encoding="utf-8")
    pack = read_or_refused(root / "metal", kinds)
    path.write_bytes(before)
    if pack is not None:
        values = {
            name: data.draw(st.sampled_from([None, *_some(kind)])) for name, kind in kinds.items()
        }
        for judgement in judge_facts(pack, facts_from(kinds, values)):
            assert judgement.reason("en")
            assert judgement.says("zh") is not None


def _some(kind: FactKind) -> list[object]:
    if kind.kind == "truth":
        return [True, False]
    if kind.kind == "number":
        return [0.0, 0.05, 5.0, -1e300, 1e300]
    if kind.kind == "date":
        return ["2024-12-31", "0001-01-01"]
    return [frozenset(kind.words)] if kind.kind == "words" else list(kind.words)


@quiet
@given(st.text(max_size=40), st.sampled_from(["profile", "grades"]))
def test_any_text_is_no_profile_and_no_table(
    root: Path, kinds: dict[str, FactKind], tail: str, what: str
) -> None:
    path = root / "outside.toml"
    head = 'id = "x"\n[numbers]\ncutoff_all = ' if what == "profile" else 'id = "x"\nper = '
    try:
        path.write_text(head + tail, encoding="utf-8")
    except UnicodeEncodeError:
        return
    pack = read_pack(root / "metal", kinds=kinds)
    with suppress(RuleError):
        read_profile(path, pack) if what == "profile" else read_grades(path)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_is_told(root: Path, kinds: dict[str, FactKind], name: str) -> None:
    (root / name).unlink()
    with pytest.raises(RuleError):
        read_pack(root / "metal", kinds=kinds)
