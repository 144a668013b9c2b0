"""Packs are read whole, and what is wrong with them is told with file, line and nearest word."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from pcf import resources
from pcf.errors import RuleError
from pcf.rules import read_pack, rule_pack
from pcf.rules.editions import changed_editions, lock_pack
from pcf.rules.profiles import overlay, read_profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pcf.rules import FactKind

Kinds = dict[str, "FactKind"]


def told(error: pytest.ExceptionInfo[RuleError]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.code, str(each.where), each.candidates) for each in error.value.problems]


def changed(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


def test_a_pack_holds_the_rules_of_those_that_it_extends(root: Path, kinds: Kinds) -> None:
    pack = read_pack(root / "metal", kinds=kinds)
    assert [rule.id for rule in pack.rules] == ["CO001", "CO002", "ME001"]
    assert pack.extends == ("common 2026",)
    assert pack.numbers["cutoff_all"].value == 0.05
    assert pack.rule("old-data").pack == "metal"
    assert pack.roles[0].mandatory == "boundary.kind == 'cradle to gate'"
    assert pack.draft
    assert pack.rule("CO001").facts == ("boundary.kind", "excluded.share")
    assert pack.rule("CO001").limits == ("cutoff_all",)


def test_examples_take_the_base_and_convert_amounts(root: Path, kinds: Kinds) -> None:
    rule = read_pack(root / "common", kinds=kinds).rule("CO001")
    assert rule.examples[1].facts == {"boundary.kind": "cradle to gate", "excluded.share": 0.05}
    assert "excluded.share" not in rule.examples[3].facts


def test_without_an_edition_the_newest_is_taken(root: Path, kinds: Kinds) -> None:
    new = (root / "common/editions/2026.toml").read_text(encoding="utf-8")
    new = new.replace('"2026"', '"2027"').replace("2026-01-01", "2027-01-01")
    (root / "common/editions/2027.toml").write_text(new, encoding="utf-8")
    assert read_pack(root / "common", kinds=kinds).edition == "2027"
    assert read_pack(root / "common", "2026", kinds=kinds).edition == "2026"


def test_a_published_edition_goes_before_a_newer_draft(root: Path, kinds: Kinds) -> None:
    lock_pack(root / "common", "2026")
    new = (root / "common/editions/2026.toml").read_text(encoding="utf-8")
    new = new.replace('"2026"', '"2027"').replace("2026-01-01", "2027-01-01")
    (root / "common/editions/2027.toml").write_text(new, encoding="utf-8")
    pack = read_pack(root / "common", kinds=kinds)
    assert (pack.edition, pack.draft) == ("2026", False)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("common/rules/large-exclusions.toml", "<= limit", "< limit"),
        ("common/pack.toml", "0.05", "0.06"),
        ("common/editions/2026.toml", '"CO002"', ""),
    ],
)
def test_a_published_edition_cannot_change(
    root: Path, kinds: Kinds, name: str, old: str, new: str
) -> None:
    lock_pack(root / "common", "2026")
    assert changed_editions(root) == ()
    changed(root, name, old, new)
    with pytest.raises(RuleError, match="pack-edition-changed"):
        read_pack(root / "common", kinds=kinds)
    assert [each.code for each in changed_editions(root)] == ["pack-edition-changed"]


def test_no_published_edition_that_ships_was_changed() -> None:
    assert changed_editions(resources.folder("product_rules")) == ()


def test_only_the_edition_asked_for_has_to_be_sound(root: Path, kinds: Kinds) -> None:
    other = (root / "common/editions/2026.toml").read_text(encoding="utf-8")
    (root / "common/editions/2025.toml").write_text(other, encoding="utf-8")
    assert read_pack(root / "common", "2026", kinds=kinds).edition == "2026"
    for asked in (None, "2025"):
        with pytest.raises(RuleError, match="pack-edition-name"):
            read_pack(root / "common", asked, kinds=kinds)


def test_a_rule_of_another_edition_may_be_added(root: Path, kinds: Kinds) -> None:
    lock_pack(root / "common", "2026")
    rule = (root / "common/rules/missing-review.toml").read_text(encoding="utf-8")
    rule = rule.replace("CO002", "CO900").replace("missing-review", "other-review")
    (root / "common/rules/other-review.toml").write_text(rule, encoding="utf-8")
    assert len(read_pack(root / "common", "2026", kinds=kinds).rules) == 2


def test_line_ends_do_not_change_an_edition(root: Path, kinds: Kinds) -> None:
    lock_pack(root / "common", "2026")
    path = root / "common/rules/large-exclusions.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not read_pack(root / "common", kinds=kinds).draft


def test_a_published_edition_stands_on_published_ones(root: Path, kinds: Kinds) -> None:
    with pytest.raises(RuleError, match=r"pack-lock-lacks.*common/2026"):
        lock_pack(root / "metal", "2026")
    lock_pack(root / "common", "2026")
    lock_pack(root / "metal", "2026")
    assert not read_pack(root / "metal", kinds=kinds).draft


def test_a_pack_upon_a_draft_is_a_draft(root: Path, kinds: Kinds) -> None:
    lock_pack(root / "common", "2026")
    lock_pack(root / "metal", "2026")
    (root / "editions.lock").write_text(
        "".join(
            line
            for line in (root / "editions.lock").read_text("utf-8").splitlines(keepends=True)
            if "metal" in line
        ),
        encoding="utf-8",
    )
    assert read_pack(root / "metal", kinds=kinds).draft


def test_the_fingerprint_covers_what_a_pack_extends(root: Path, kinds: Kinds) -> None:
    before = read_pack(root / "metal", kinds=kinds).fingerprint
    changed(root, "common/rules/large-exclusions.toml", "Collect data", "Collect more data")
    assert read_pack(root / "metal", kinds=kinds).fingerprint != before


def test_an_edition_that_leaves_something_open_is_not_published(root: Path) -> None:
    changed(root, "metal/editions/2026.toml", 'extends = { common = "2026" }', "")
    with pytest.raises(RuleError, match=r"pack-lock-lacks.*extends\.common"):
        lock_pack(root / "metal", "2026")


@pytest.mark.parametrize(
    ("slip", "told_as"),
    [
        (
            ("rules/large-exclusions.toml", "excluded.share <=", "exclude.share <="),
            ("rule-fact-unknown", "line 8, requires", "excluded.share"),
        ),
        (
            ("rules/large-exclusions.toml", 'limit.cutoff_all"', 'limit.cutof_all"'),
            ("rule-fact-unknown", "line 8, requires", "limit.cutoff_all"),
        ),
        (
            ("rules/large-exclusions.toml", "== 'cradle to gate'", "== 'cradel to gate'"),
            ("rule-fact-word", "line 7, applies", "cradle to gate"),
        ),
        (
            ("rules/large-exclusions.toml", 'force = "shall"', 'force = "shal"'),
            ("rule-word", "line 5, force", "shall"),
        ),
        (
            ("rules/large-exclusions.toml", 'topic = "cut-off"', 'topic = "cutoff"'),
            ("rule-word", "line 4, topic", "cut-off"),
        ),
        (
            ("rules/large-exclusions.toml", "requires =", "require ="),
            ("setting-unknown", "line 8, require", "requires"),
        ),
        (
            ("rules/large-exclusions.toml", "{excluded.share:.1%} are", "{excluded.shar:.1%} are"),
            ("rule-sentence-hole", "line 11, says.en", "excluded.share"),
        ),
        (
            (
                "rules/large-exclusions.toml",
                '"excluded.share" = 0.05001',
                '"excluded.shares" = 0.05001',
            ),
            ("rule-example-fact", "line 34", "excluded.share"),
        ),
        (
            ("rules/large-exclusions.toml", 'verdict = "satisfied"', 'verdict = "satisfed"'),
            ("rule-word", "line 24", "satisfied"),
        ),
        (
            ("rules/large-exclusions.toml", 'known = "recalled"', 'known = "quoted"'),
            ("rule-word", "line 6", "abstract"),
        ),
        (("editions/2026.toml", '"CO002"', '"C002"'), ("rule-unknown", "line 4, rules", "CO002")),
        (("pack.toml", "also", "alos"), ("setting-unknown", "line 4, alos", "also")),
    ],
)
def test_a_typing_mistake_says_file_line_and_the_nearest_word(
    root: Path, kinds: Kinds, slip: tuple[str, str, str], told_as: tuple[str, str, str]
) -> None:
    (name, old, new), (code, place, candidate) = slip, told_as
    changed(root, f"common/{name}", old, new)
    with pytest.raises(RuleError) as error:
        read_pack(root / "common", kinds=kinds)
    found = [each for each in told(error) if each[0] == code]
    assert found
    assert found[0][1].startswith(f"common/{name}, {place}")
    assert candidate in found[0][2]


def test_all_problems_of_all_files_are_told_at_once(root: Path, kinds: Kinds) -> None:
    changed(root, "common/rules/large-exclusions.toml", "excluded.share <=", "exclude.share <=")
    changed(root, "common/rules/missing-review.toml", 'force = "should"', 'force = "shuold"')
    changed(root, "metal/rules/old-data.toml", "{data.age}", "{data.ages}")
    with pytest.raises(RuleError) as error:
        read_pack(root / "metal", kinds=kinds)
    files = {where.split(",")[0] for _, where, _ in told(error)}
    assert files >= {
        "common/rules/large-exclusions.toml",
        "common/rules/missing-review.toml",
        "metal/rules/old-data.toml",
    }


HOSTILE = [
    "().__class__.__bases__[0].__subclasses__()",
    "__import__('os').system('true')",
    "excluded.share.__class__ == 1",
    "[x for x in (1, 2)]",
    "(lambda: True)()",
    "9**9**9**9 > excluded.share",
    "excluded.share < 1e999",
    f"excluded.share < {'9' * 400}",
    "not " * 100 + "review.done",
    " and ".join(["review.done"] * 400),
    "excluded.share < 1 or " * 300 + "True",
    "open('x')",
    "max(*range(10**9)) > 1",
    "'a' * 10**9 == 'b'",
    "",
    "excluded.share",
    "excluded.share < '1 kg'",
    "boundary.kind < 'a'",
    "while True: pass",
]


@pytest.mark.parametrize("condition", HOSTILE)
@pytest.mark.parametrize("key", ["applies", "requires"])
def test_a_hostile_condition_is_refused_with_its_place(
    root: Path, kinds: Kinds, condition: str, key: str
) -> None:
    name = "common/rules/missing-review.toml"
    if key == "applies":
        changed(root, name, "requires =", f"applies = {condition!r}\nrequires =")
    else:
        changed(root, name, "'review.done or review.panel'".replace("'", '"'), repr(condition))
    text = (root / name).read_text(encoding="utf-8")
    (root / name).write_text(text.replace("\\'", "'"), encoding="utf-8")
    with pytest.raises(RuleError) as error:
        read_pack(root / "common", kinds=kinds)
    assert all(where.startswith("common/rules/missing-review.toml") for _, where, _ in told(error))


@pytest.mark.parametrize(
    "hole",
    ["{review.done.__class__}", "{review.done!r}", "{0}", "{}", "{review.done:>999999999}",
     "{review.done[0]}", "{{review.done}}", "{review.done", "{review.done:{review.done}}"],
)  # fmt: skip
def test_a_hostile_sentence_is_refused(root: Path, kinds: Kinds, hole: str) -> None:
    changed(root, "common/rules/missing-review.toml", "{review.done}.", f"{hole}.")
    with pytest.raises(RuleError, match="rule-sentence"):
        read_pack(root / "common", kinds=kinds)


@pytest.mark.parametrize(
    "name", ["../common", "..", "/etc", "C:/x", "common/../common", "Common", "", "a" * 500, "."]
)
def test_extends_takes_names_and_no_paths(root: Path, kinds: Kinds, name: str) -> None:
    changed(root, "metal/pack.toml", '"common"', f'"{name}"')
    changed(root, "metal/editions/2026.toml", 'extends = { common = "2026" }', "")
    with pytest.raises(RuleError, match=r"pack-extends-name|pack-unknown"):
        read_pack(root / "metal", kinds=kinds)


def test_packs_that_extend_each_other_are_refused(root: Path, kinds: Kinds) -> None:
    changed(root, "common/pack.toml", "also =", 'extends = ["metal"]\nalso =')
    with pytest.raises(RuleError, match=r"metal -> common -> metal"):
        read_pack(root / "metal", kinds=kinds)


def test_a_pack_that_extends_itself_is_refused(root: Path, kinds: Kinds) -> None:
    changed(root, "common/pack.toml", "also =", 'extends = ["common"]\nalso =')
    with pytest.raises(RuleError, match="common -> common"):
        read_pack(root / "common", kinds=kinds)


def test_a_chain_of_packs_has_an_end(tmp_path: Path, kinds: Kinds) -> None:
    def chain(length: int) -> Path:
        for at in range(length):
            folder = tmp_path / f"{length}" / f"p{at}"
            (folder / "editions").mkdir(parents=True)
            extends = [] if at == length - 1 else [f"p{at + 1}"]
            (folder / "pack.toml").write_text(
                f'id = "p{at}"\ntitle = {{ en = "P", zh = "包" }}\nextends = {extends}\n', "utf-8"
            )
            (folder / "editions/1.toml").write_text('edition = "1"\n', "utf-8")
        return tmp_path / f"{length}" / "p0"

    assert read_pack(chain(8), kinds=kinds).extends[0] == "p7 1"
    with pytest.raises(RuleError, match="pack-circle"):
        read_pack(chain(12), kinds=kinds)


def test_an_outside_pack_may_extend_a_shipped_one(root: Path) -> None:
    shutil.rmtree(root / "metal" / "rules")
    changed(root, "metal/pack.toml", '["common"]', '["iso_14067"]')
    changed(root, "metal/editions/2026.toml", 'extends = { common = "2026" }', "")
    changed(root, "metal/editions/2026.toml", 'rules = ["ME001"]', "rules = []")
    pack = read_pack(root / "metal")
    assert pack.extends == ("iso_14067 2026",)
    assert {rule.pack for rule in pack.rules} == {"iso_14067"}


@pytest.mark.parametrize("name", ["aluminium", "Aluminum", "铝", "電解鋁", " ALUMINIUM "])
def test_a_category_is_found_by_any_of_its_names(name: str) -> None:
    assert rule_pack(name).id == "aluminium"


def test_a_misspelt_category_is_told_with_the_nearest(root: Path) -> None:
    with pytest.raises(RuleError) as error:
        rule_pack("alumnium")
    assert error.value.problems[0].candidates[0] == "aluminium"
    with pytest.raises(RuleError, match="pack-edition-unknown"):
        rule_pack("aluminium", "2062")
    with pytest.raises(RuleError):
        rule_pack(root / "nowhere")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_out_of_the_folder_is_refused(root: Path, kinds: Kinds, tmp_path: Path) -> None:
    outside = tmp_path / "secret.toml"
    outside.write_text('id = "S"', encoding="utf-8")
    (root / "common/rules/link.toml").symlink_to(outside)
    with pytest.raises(RuleError, match="path-outside"):
        read_pack(root / "common", kinds=kinds)


def test_a_pack_beside_reached_by_a_link_is_refused(root: Path, kinds: Kinds) -> None:
    inner = root / "inner"
    inner.mkdir()
    (root / "metal").rename(inner / "metal")
    (inner / "common").symlink_to(root / "common")
    with pytest.raises(RuleError, match="pack-unknown"):
        read_pack(inner / "metal", kinds=kinds)


@pytest.mark.parametrize(
    "content",
    [
        "x = " + "[" * 5000 + "]" * 5000,
        "x = 1" + "0" * 5000,
        "a" * 100_000 + "!",
        'text = """\n' + "a" * 50_000 + "!\n" + '"""',
        "[" + " " * 100_000,
        "\0",
        "id = 1\nid = 2",
        "#" * 400_000,
    ],
)
def test_a_hostile_file_is_refused_soon(root: Path, kinds: Kinds, content: str) -> None:
    (root / "common/rules/missing-review.toml").write_text(content, encoding="utf-8")
    with pytest.raises(RuleError):
        read_pack(root / "common", kinds=kinds)


@pytest.mark.parametrize("value", ["true", "inf", "nan", '"5 %"', "[1]", "1e400"])
def test_a_limit_is_a_number(root: Path, kinds: Kinds, value: str) -> None:
    changed(root, "common/pack.toml", "value = 0.05", f"value = {value}")
    with pytest.raises(RuleError):
        read_pack(root / "common", kinds=kinds)


def test_the_same_rule_in_two_packs_is_refused(root: Path, kinds: Kinds) -> None:
    changed(root, "metal/rules/old-data.toml", '"ME001"', '"CO001"')
    changed(root, "metal/editions/2026.toml", "ME001", "CO001")
    with pytest.raises(RuleError, match="rule-twice"):
        read_pack(root / "metal", kinds=kinds)


def test_rules_that_break_together_are_known(root: Path, kinds: Kinds) -> None:
    changed(root, "metal/rules/old-data.toml", '["CO001"]', '["CO01"]')
    with pytest.raises(RuleError) as error:
        read_pack(root / "metal", kinds=kinds)
    assert ("rule-unknown", "CO001") in [(code, near[0]) for code, _, near in told(error)]


@pytest.fixture
def profile(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a profile."""

    def written(numbers: str) -> Path:
        path = tmp_path / "buyer.toml"
        path.write_text(f'id = "buyer"\ntitle = "A buyer"\n[numbers]\n{numbers}\n', "utf-8")
        return path

    return written


def test_a_profile_replaces_numbers_and_nothing_else(
    root: Path, kinds: Kinds, profile: Callable[[str], Path]
) -> None:
    pack = read_pack(root / "metal", kinds=kinds)
    path = profile('cutoff_all = { value = 3, unit = "%", source = "contract" }')
    upon = overlay(pack, read_profile(path, pack))
    assert upon.numbers["cutoff_all"].value == 0.03
    assert upon.numbers["cutoff_all"].unit == "1"
    assert upon.numbers["materiality"] == pack.numbers["materiality"]
    assert upon.rules == pack.rules
    assert pack.numbers["cutoff_all"].value == 0.05
    assert upon.name == "metal 2026 + buyer"
    assert upon.fingerprint != pack.fingerprint


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ("cutoff = 0.03", "rule-number-unknown"),
        ('cutoff_all = { value = 3, unit = "kg" }', "unit-dimension"),
        ("cutoff_all = { value = 3, force = 'may' }", "setting-unknown"),
        ("[rules]\nCO001 = false", "setting-unknown"),
    ],
)
def test_a_profile_cannot_do_more(
    root: Path, kinds: Kinds, profile: Callable[[str], Path], numbers: str, code: str
) -> None:
    pack = read_pack(root / "metal", kinds=kinds)
    with pytest.raises(RuleError, match=code):
        read_profile(profile(numbers), pack)


def test_days_that_are_none_and_words_in_lists_are_told(root: Path, kinds: Kinds) -> None:
    name = "metal/rules/old-data.toml"
    changed(root, name, "'2024-12-31'", "'2024-13-31'")
    changed(root, name, "'old' not in", "'olde' not in")
    with pytest.raises(RuleError) as error:
        read_pack(root / "metal", kinds=kinds)
    assert {code for code, _, _ in told(error)} == {"rule-fact-day", "rule-fact-word"}
