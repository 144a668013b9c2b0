"""A rule that is broken is noticed: examples, mutants, equivalents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pcf.rules.checking import check, check_rule
from pcf.rules.mutants import mutants_of
from pcf.rules.values import Clause, Equivalent, FactKind, Number, Rule
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.rules import Pack

KINDS = {
    "a": FactKind("a", "number"),
    "b": FactKind("b", "number", "kg"),
    "t": FactKind("t", "truth"),
    "u": FactKind("u", "truth"),
    "w": FactKind("w", "word", words=dict.fromkeys(("grid", "wind", "windy", "sun"), Name())),
    "s": FactKind("s", "words", words=dict.fromkeys(("x", "y"), Name())),
    "d": FactKind("d", "date"),
}
LIMITS = {"most": Number("most", 0.05, written="0.050")}


def slips(requires: str, applies: str = "True", **changes: object) -> set[str]:
    rule = Rule(
        "R1", "r", "unit", "shall", Clause("own"), requires, Name(), Name(), applies=applies
    )
    rule = replace(rule, **changes)  # type: ignore[arg-type]  # facts and limits
    return {each.name.removeprefix("requires: ") for each in mutants_of(rule, KINDS, LIMITS)}


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("a < 5", {"a <= 5", "a > 5", "a < 4.995", "a < 5.005", "a < 4.0", "a < 6.0"}),
        ("a <= 0.25", {"a < 0.25", "a <= 0.24", "a <= 0.26", "a <= 0.24975", "a <= 0.25025"}),
        ("b >= '1.50 kg'", {"b > '1.50 kg'", "b >= '1.49 kg'", "b >= '1.51 kg'"}),
        ("t and u", {"t or u", "t", "u", "not t and u", "t and (not u)", "not (t and u)"}),
        ("w == 'wind'", {"w != 'wind'", "w == 'windy'"}),
        ("w in ('wind', 'sun')", {"w not in ('wind', 'sun')", "w in ('sun',)", "w in ('wind',)",
                                  "w in ('windy', 'sun')"}),
        ("'x' not in s", {"'x' in s", "'y' not in s"}),
        ("d >= '2024-12-31'", {"d >= '2024-12-30'", "d >= '2025-01-01'", "d > '2024-12-31'"}),
        ("1 <= a <= 5", {"not 1 <= a <= 5", "1 < a <= 5", "1 <= a < 5"}),
        ("not t", {"t"}),
        ("known(a)", {"not known(a)"}),
        ("a + 2 < 5", {"a - 2 < 5"}),
        ("max(a, 1) < 5", {"min(a, 1) < 5"}),
        ("t if u else a < 1", {"a < 1 if u else t"}),
    ],
)  # fmt: skip
def test_every_kind_of_slip_is_made(condition: str, wanted: set[str]) -> None:
    found = {each.replace("5.0", "5") if "5.005" not in each else each for each in slips(condition)}
    assert {each.replace(" 4.0", " 4").replace(" 6.0", " 6") for each in wanted} <= {
        each.replace(" 4.0", " 4").replace(" 6.0", " 6") for each in found
    }


def test_limits_move_in_their_last_written_place_and_facts_are_forgotten() -> None:
    found = slips("a <= limit.most", facts=("a",), limits=("most",))
    assert {"limit.most = 0.049", "limit.most = 0.051", "limit.most = 0.05005"} <= found
    assert "forget a" in found


def test_no_mutant_is_the_rule_itself() -> None:
    for condition in ("a < 5 and t", "w in ('wind', 'sun')", "not t or u"):
        assert condition not in slips(condition)


def test_good_packs_hold(common: Pack, metal: Pack) -> None:
    for pack in (common, metal):
        found = check(pack)
        assert found.holds, found.says()
        assert found.unnoticed == 0
        assert found.mutants > 10


def test_only_the_packs_own_rules_are_checked(metal: Pack) -> None:
    assert [each.rule.id for each in check(metal).rules] == ["ME001"]


@pytest.mark.parametrize("left_out", ["exactly five", "a little older", "a day too early"])
def test_without_an_example_at_a_limit_a_slip_goes_unnoticed(metal: Pack, left_out: str) -> None:
    rule = metal.rule("ME001")
    kept = tuple(each for each in rule.examples if not each.title.en.startswith(left_out))
    assert len(kept) == len(rule.examples) - 1
    assert not check_rule(replace(rule, examples=kept), metal).holds


@pytest.mark.parametrize(
    "requires",
    [
        "data.age < '5 year' and period.end >= '2024-12-31' and 'old' not in scrap.kinds",
        "data.age <= '5 year' or period.end >= '2024-12-31' or 'old' not in scrap.kinds",
        "data.age <= '5.0005 year' and period.end >= '2024-12-31'",
        "period.end >= '2024-12-31' and 'old' not in scrap.kinds",
    ],
)
def test_a_wrong_rule_contradicts_its_examples(metal: Pack, requires: str) -> None:
    rule = replace(metal.rule("ME001"), requires=requires)
    codes = {each.code for each in check_rule(rule, metal).problems}
    assert "rule-example-wrong" in codes


def test_a_moved_limit_contradicts_the_examples(common: Pack) -> None:
    for value in (0.04999, 0.050011):
        assert not check(common.with_number("cutoff_all", value)).holds


def test_an_example_of_each_verdict_and_the_boundary_are_asked_for(common: Pack) -> None:
    rule = replace(common.rule("CO001"), examples=())
    found = [each.code for each in check_rule(rule, common).problems]
    assert found.count("rule-example-lacks") == 3
    assert found.count("rule-example-boundary") == 1


def test_a_boundary_is_one_only_when_it_is_marked_and_exact(common: Pack) -> None:
    rule = common.rule("CO001")
    unmarked = tuple(replace(each, boundary=False) for each in rule.examples)
    near = tuple(
        replace(each, facts={**each.facts, "excluded.share": 0.0499999})
        if each.boundary and each.verdict == "satisfied"
        else each
        for each in rule.examples
    )
    for examples in (unmarked, near):
        codes = {
            each.code for each in check_rule(replace(rule, examples=examples), common).problems
        }
        assert "rule-example-boundary" in codes


@pytest.fixture
def loose(common: Pack) -> Rule:
    """Return a rule whose examples do not pin its limit from above."""
    rule = common.rule("CO001")
    far = tuple(
        replace(each, facts={**each.facts, "excluded.share": 0.2})
        if each.verdict == "violated"
        else each
        for each in rule.examples
    )
    return replace(rule, examples=far)


def test_a_loose_limit_is_noticed(common: Pack, loose: Rule) -> None:
    assert check_rule(loose, common).unnoticed == (
        "limit.cutoff_all = 0.05005",
        "limit.cutoff_all = 0.06",
    )


def proofs(pack: Pack, rule: Rule, words: str) -> Pack:
    silent = check_rule(rule, pack).unnoticed
    rules = tuple(rule if each.id == rule.id else each for each in pack.rules)
    return replace(
        pack, rules=rules, equivalents=tuple(Equivalent(rule.id, each, words) for each in silent)
    )


def test_a_proof_covers_a_mutant_that_nobody_notices(common: Pack, loose: Rule) -> None:
    proved = proofs(common, loose, "because")
    assert check_rule(loose, proved).holds
    assert check_rule(loose, proved).equivalent == check_rule(loose, common).unnoticed


def test_a_proof_without_words_is_none(common: Pack, loose: Rule) -> None:
    empty = proofs(common, loose, "")
    assert check_rule(loose, empty).unnoticed == check_rule(loose, common).unnoticed


def test_a_proof_for_a_noticed_or_an_unknown_mutant_is_wrong(common: Pack) -> None:
    wrong = replace(common, equivalents=(Equivalent("CO002", "requires: True", "because"),))
    codes = [each.code for each in check_rule(common.rule("CO002"), wrong).problems]
    assert codes == ["equivalent-noticed"]
    strange = replace(common, equivalents=(Equivalent("CO002", "requires: x", "because"),))
    assert [each.code for each in check(strange).problems] == ["equivalent-unknown"]


def test_more_than_two_percent_of_proofs_are_too_many(common: Pack, loose: Rule) -> None:
    found = check(proofs(common, loose, "because"))
    assert found.equivalent > 0.02 * found.mutants
    assert [each.code for each in found.problems] == ["equivalent-many"]


def test_the_list_is_printed_in_both_languages(metal: Pack) -> None:
    found = check(metal)
    assert "forget data.age" in found.says("en", listing=True)
    assert "未察觉" in found.says("zh")
    assert found.as_dict()["unnoticed"] == 0
