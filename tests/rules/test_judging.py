"""Verdicts, what is missing, what would turn them, and the opinion that they amount to."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.errors import RuleError, Where
from pcf.rules import Driver, Fact, FactKind, Facts, facts_from, verdicts
from pcf.rules.judging import judge_facts, judge_rule
from pcf.rules.opinion import Opinion
from pcf.rules.values import Clause, Number, Rule
from pcf.rules.verdicts import _trials, missing_facts, trial_values, verdict_on
from pcf.text import Name

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.rules import Pack

NAMES = ("a", "b", "c", "w", "x", "y")
KINDS = {
    "a": FactKind("a", "truth", question=Name("A?", "甲？")),
    "b": FactKind("b", "truth", question=Name("B?", "乙？")),
    "c": FactKind("c", "truth", question=Name("C?", "丙？")),
    "w": FactKind("w", "word", words={"grid": Name("grid", "电网"), "wind": Name("wind", "风电")}),
    "x": FactKind("x", "number"),
    "y": FactKind("y", "number"),
}
LEAVES = ["a", "b", "c", "w == 'wind'", "w in ('grid', 'wind')", "x < 0.5", "x <= 1", "y >= 3",
          "x == 1", "known(a)", "a"]  # fmt: skip


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(parts, st.sampled_from(["and", "or"]), parts)
    return pairs.map(lambda each: f"({each[0]} {each[1]} {each[2]})") | parts.map("not {}".format)


conditions = st.recursive(st.sampled_from(LEAVES), joined, max_leaves=5)
values = st.fixed_dictionaries(
    {
        "a": st.sampled_from([True, False, None]),
        "b": st.sampled_from([True, False, None]),
        "c": st.sampled_from([True, False, None]),
        "w": st.sampled_from(["grid", "wind", None]),
        "x": st.sampled_from([0.0, 0.5, 0.7, 1.0, 2.0, None]),
        "y": st.sampled_from([0.0, 3.0, 4.0, None]),
    }
)


def rule_of(requires: str, applies: str = "True", **changes: object) -> Rule:
    used = {"facts": NAMES, **changes}
    return Rule(
        "R1", "r", "unit", "shall", Clause("own"), requires, Name("Says {a}."), Name("Do it."),
        applies=applies, **used,  # type: ignore[arg-type]  # facts, limits
    )  # fmt: skip


def plain(found: dict[str, object]) -> dict[str, object]:
    return {name: KINDS[name].plain(value) for name, value in found.items()}  # type: ignore[arg-type]  # values of the kind


@pytest.mark.parametrize(
    ("applies", "requires", "verdict"),
    [
        (True, True, "satisfied"),
        (True, False, "violated"),
        (True, None, "cannot tell"),
        (False, True, "not applicable"),
        (False, False, "not applicable"),
        (False, None, "not applicable"),
        (None, True, "cannot tell"),
        (None, False, "cannot tell"),
        (None, None, "cannot tell"),
    ],
)
def test_the_four_verdicts(applies: bool | None, requires: bool | None, verdict: str) -> None:
    facts = {**dict.fromkeys(NAMES), "a": applies, "b": requires}
    assert verdict_on(rule_of("b", "a"), plain(facts)) == verdict


@given(conditions, conditions, values, values)
def test_to_know_more_never_takes_a_verdict_back(
    applies: str, requires: str, some: dict[str, object], more: dict[str, object]
) -> None:
    """`known(x)` asks what is known, and is the one word that may."""
    applies, requires = (each.replace("known(a)", "c") for each in (applies, requires))
    rule = rule_of(requires, applies)
    before = verdict_on(rule, plain(some))
    filled = {name: more[name] if value is None else value for name, value in some.items()}
    if before != "cannot tell":
        assert verdict_on(rule, plain(filled)) == before


@settings(max_examples=150)
@given(conditions, conditions, values)
def test_what_is_missing_settles_and_nothing_less_does(
    applies: str, requires: str, some: dict[str, object]
) -> None:
    applies, requires = (each.replace("known(a)", "c") for each in (applies, requires))
    rule, now = rule_of(requires, applies), plain(some)
    if verdict_on(rule, now) != "cannot tell":
        return
    missing = missing_facts(rule, now, KINDS)
    assert missing
    assert all(some[name] is None for name in missing)

    def settled(names: tuple[str, ...], at: dict[str, object]) -> bool:
        if verdict_on(rule, at) != "cannot tell":
            return True
        if not names:
            return False
        first, rest = names[0], names[1:]
        return all(
            settled(rest, {**at, first: KINDS[first].plain(value)})
            for value in trial_values(rule, KINDS[first], at)
        )

    if len([name for name in NAMES if some[name] is None]) > 1:
        if not settled(missing, now):  # Kleene's logic may leave 'a or not a' open for ever
            assert set(missing) == {name for name in NAMES if some[name] is None}
            return
        for name in missing:
            assert not settled(tuple(each for each in missing if each != name), now)


def test_a_fact_that_cannot_matter_is_not_asked_for() -> None:
    facts = facts_from(KINDS, {"b": True})
    judged = judge_rule(rule_of("a and (b or c)", facts=("a", "b", "c")), facts, {})
    assert [each.name for each in judged.missing] == ["a"]
    assert judged.reason("en").startswith("Cannot be told. Missing: a (A?).")
    assert "甲？" in judged.reason("zh")
    assert judged.remedy("en").startswith("State what is missing")


def test_one_of_several_may_be_enough() -> None:
    judged = judge_rule(rule_of("a or b", facts=("a", "b")), facts_from(KINDS, {}), {})
    assert [each.name for each in judged.missing] == ["a", "b"]
    assert [each.name for each in judged.enough] == ["a", "b"]


def test_what_cannot_be_computed_cannot_be_told() -> None:
    facts = facts_from(KINDS, {"x": 1.0, "y": 0.0})
    judged = judge_rule(rule_of("x / y < 1", facts=("x", "y")), facts, {})
    assert judged.verdict == "cannot tell"
    assert "x / y" in judged.reason("en")
    assert "x / y" in judged.reason("zh")


def test_a_long_condition_keeps_nobody_waiting() -> None:
    """Doubtful facts are then all named: more than needed, never fewer."""
    names = [f"f{at}" for at in range(100)]
    kinds = {name: FactKind(name, "truth") for name in names}
    pairs = [f"({one} and not {other})" for one, other in pairwise(names)]
    rule = rule_of(" or ".join(pairs[:60]), facts=tuple(names[:61]))
    values: dict[str, object] = dict.fromkeys(names)
    asked = []
    assert _trials(rule) < 500
    with mock.patch.object(verdicts, "judge", side_effect=lambda *a: asked.append(a)):
        found = missing_facts(rule, values, kinds)
    assert set(found) == set(names[:61])
    assert len(asked) <= 2 * (_trials(rule) + 61)


def test_one_fact_alone_may_never_be_enough() -> None:
    rule = rule_of("(a and b) or (not a and not b)", facts=("a", "b"))
    judged = judge_rule(rule, facts_from(KINDS, {}), {})
    assert judged.enough == ()
    assert [each.name for each in judged.missing] == ["a", "b"]


TRIED = {
    "age": FactKind("age", "number", "year"),
    "share": FactKind("share", "number"),
    "kinds": FactKind("kinds", "words", words={"x": Name(), "y": Name()}),
    "day": FactKind("day", "date"),
}


@pytest.mark.parametrize(
    ("name", "condition", "wanted"),
    [
        ("age", "age <= '5 year'", {5.0, 5 * 0.999, 5 * 1.001, 0.0}),
        ("age", "age <= '365 day'", {1.0}),
        ("share", "share < 0.25", {0.25, 0.25 * 0.999, 0.25 * 1.001}),
        ("share", "share < '25 %'", {0.25}),
        ("share", "share <= limit.most", {0.05, 0.05 * 0.999}),
        ("kinds", "'x' in kinds", {frozenset(), frozenset("x"), frozenset("y"), frozenset("xy")}),
        ("day", "day > '2024-02-29'", {"2024-02-28", "2024-02-29", "2024-03-01"}),
    ],
)
def test_what_the_conditions_tell_apart_is_tried(
    name: str, condition: str, wanted: set[object]
) -> None:
    rule = rule_of(condition, facts=(name,), limits=("most",))
    values = {"limit.most": (5.0, "%")}
    assert wanted <= set(trial_values(rule, TRIED[name], values))


def test_words_and_days_are_asked_for_too() -> None:
    rule = rule_of("'x' in kinds and day > '2024-02-29'", facts=("kinds", "day", "age"))
    judged = judge_rule(rule, facts_from(TRIED, {}), {})
    assert [each.name for each in judged.missing] == ["kinds", "day"]


def near(value: float, effect: float, spread: float | None, limit: float = 10.0) -> list[object]:
    kind = FactKind("total", "number", "kg CO2e")
    driver = Driver("smelting: power", effect, spread, Where(item="power"))
    facts = Facts({"total": Fact(kind, value, drivers=(driver,))})
    rule = rule_of("total <= limit.most", facts=("total",), limits=("most",))
    return list(judge_rule(rule, facts, {"most": Number("most", limit, "kg CO2e")}).turns)


@given(st.floats(5, 15), st.floats(0.5, 20), st.sampled_from([None, 0.05, 0.5]))
def test_a_turn_says_how_much_of_a_datum_crosses_the_limit(
    value: float, effect: float, spread: float | None
) -> None:
    turns = near(value, effect, spread)
    wanted = (10.0 - value) / effect
    most = 0.199 if spread is None else min(0.499, 2.99 * spread)
    within = abs(wanted) < most
    if within and abs(wanted) > 1e-3:
        (turn,) = turns
        assert turn.change == pytest.approx(wanted, rel=1e-3, abs=1e-5)  # type: ignore[attr-defined]  # a Turn
        assert turn.verdict == ("violated" if value < 10 else "satisfied")  # type: ignore[attr-defined]  # a Turn
        if spread is not None:
            assert turn.deviations == pytest.approx(abs(wanted) / spread, rel=1e-2)  # type: ignore[attr-defined]  # a Turn
    elif abs(wanted) > 1.01 * most + 0.002:
        assert turns == []


def test_the_nearest_in_its_own_deviations_stands_first_and_five_are_told() -> None:
    spreads = [0.01, 0.1, None, 0.05, 0.02, None, 0.03, 0.04]
    effects = [1.0, 1.0, 9.0, 1.0, 1.0, 8.0, 1.0, 1.0]
    drivers = tuple(
        Driver(f"d{at}", effect, spread)
        for at, (effect, spread) in enumerate(zip(effects, spreads, strict=True))
    )
    facts = Facts({"x": Fact(KINDS["x"], 0.99, drivers=drivers)})
    turns = judge_rule(rule_of("x <= 1", facts=("x",)), facts, {}).turns
    assert [each.name for each in turns] == ["d1", "d3", "d7", "d6", "d4"]
    alone = Facts({"x": Fact(KINDS["x"], 0.99, drivers=(drivers[5], drivers[2], drivers[0]))})
    turns = judge_rule(rule_of("x <= 1", facts=("x",)), alone, {}).turns
    assert [each.name for each in turns] == ["d0", "d2", "d5"]


def test_a_known_number_may_settle_what_is_open() -> None:
    facts = Facts(
        {"a": Fact(KINDS["a"]), "x": Fact(KINDS["x"], 0.99, drivers=(Driver("ore", 1.0, 0.05),))}
    )
    judged = judge_rule(rule_of("x <= 1 and a", facts=("x", "a")), facts, {})
    assert judged.verdict == "cannot tell"
    assert [each.verdict for each in judged.turns] == ["violated"]


def test_a_datum_moves_all_facts_of_a_rule_together() -> None:
    driver = Driver("ore", 1.0, 0.1)
    facts = Facts(
        {
            "x": Fact(KINDS["x"], 1.0, drivers=(driver,)),
            "y": Fact(KINDS["y"], 1.0, drivers=(driver,)),
        }
    )
    rule = rule_of("x - y < 0.5", facts=("x", "y"))
    assert judge_rule(rule, facts, {}).turns == ()


@pytest.fixture
def opinion(metal: Pack) -> Opinion:
    """Return an opinion on facts of which one rule is broken and one open."""
    facts = facts_from(
        metal.kinds,
        {"boundary.kind": "cradle to gate", "excluded.share": 0.08, "data.age": 2.0,
         "period.end": "2025-12-31", "scrap.kinds": frozenset({"internal"})},
    )  # fmt: skip
    return opinion_on(metal, facts)


def opinion_on(pack: Pack, facts: Facts) -> Opinion:
    numbers = dict.fromkeys(
        ("characterisation", "electricity", "background", "period", "place", "boundary"), ""
    )
    told = {
        "total": 12.5,
        "declared_unit": {"en": "1 t metal", "zh": "1 t 金属"},
        "planned": False,
        "interval_95": None,
    }
    return Opinion(
        pack, "study", Name("<b>Smelter</b> & Sons", "示例<i>厂</i>"), "f" * 64,
        {**numbers, **told}, judge_facts(pack, facts), facts,
    )  # fmt: skip


def test_what_is_not_met_stands_in_order_with_clause_and_remedy(opinion: Opinion) -> None:
    assert [each.rule.id for each in opinion.unmet] == ["CO001", "CO002"]
    first = opinion.unmet[0]
    assert str(first.clause) == "ISO 14067:2018, 6.3.4"
    assert first.says("en") == "8.0% are left out; at most 5.0% may be."
    assert first.says("zh") == "排除份额为 8.0%，不得超过 5.0%。"
    assert first.remedy("zh") == "请为被排除的部分收集数据。"
    assert (opinion.verdict, opinion.exit_code) == ("violated", 1)
    assert opinion.counts == {"satisfied": 1, "violated": 1, "not applicable": 0, "cannot tell": 1}


@pytest.mark.parametrize(
    ("changes", "verdict", "code"),
    [
        ({"excluded.share": 0.05}, "satisfied", 0),
        ({"excluded.share": None}, "cannot tell", 2),
        ({"excluded.share": None, "data.age": 9.0}, "violated", 1),
        ({"boundary.kind": "gate to gate"}, "satisfied", 0),
        ({"excluded.share": 0.05, "review.done": False, "review.panel": False}, "satisfied", 0),
    ],
)
def test_only_a_shall_decides_and_violated_goes_first(
    opinion: Opinion, changes: dict[str, object], verdict: str, code: int
) -> None:
    assert opinion.facts is not None
    found = opinion_on(opinion.pack, opinion.facts.changed(changes))  # type: ignore[arg-type]  # values of facts
    assert (found.verdict, found.exit_code) == (verdict, code)


def test_a_may_is_never_unmet(metal: Pack) -> None:
    rules = tuple(replace(rule, force="may") for rule in metal.rules)
    found = opinion_on(replace(metal, rules=rules), facts_from(metal.kinds, {"data.age": 9.0}))
    assert found.unmet == ()
    assert found.exit_code == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_escapes_what_users_wrote_and_loads_nothing(
    opinion: Opinion, language: str, tmp_path: Path
) -> None:
    hostile = replace(
        opinion.pack, title=Name("<script>alert(1)</script>", '"><img src=x onerror=y>')
    )
    hostile = replace(
        hostile,
        rules=tuple(
            replace(rule, says=Name("<script>{excluded.share}", "<script>{excluded.share}"))
            if rule.id == "CO001"
            else rule
            for rule in hostile.rules
        ),
    )
    assert opinion.facts is not None
    found = opinion_on(hostile, opinion.facts)
    found.save(tmp_path / "o.html", language=language)  # type: ignore[arg-type]  # a language
    page = (tmp_path / "o.html").read_text(encoding="utf-8")
    for page_or_fragment in (page, found._repr_html_()):
        assert "<script" not in page_or_fragment
        assert "<img" not in page_or_fragment
        assert "<b>Smelter" not in page_or_fragment
        assert "<i>厂" not in page_or_fragment
    assert "src=" not in page.replace("img src=x", "")
    assert "http" not in page.replace("http-equiv", "")
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in page


def test_json_holds_both_languages_and_no_rounding(opinion: Opinion, tmp_path: Path) -> None:
    opinion.save(tmp_path / "o.json")
    found = json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))
    assert found["opinion"] == {"verdict": "violated", "exit_code": 1}
    assert found["unmet"] == ["CO001", "CO002"]
    first = found["judgements"][0]
    assert first["facts"][1]["value"] == 0.08
    assert first["says"]["zh"].startswith("排除份额")
    assert found["judgements"][1]["missing"] == ["review.done", "review.panel"]
    assert found == json.loads(json.dumps(opinion.as_dict(), ensure_ascii=False))


def test_another_ending_is_refused(opinion: Opinion, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"opinion-suffix.*\.html"):
        opinion.save(tmp_path / "o.pdf")


def test_text_speaks_one_language(opinion: Opinion) -> None:
    zh, en = opinion.says("zh"), opinion.says("en")
    assert "违反" in zh
    assert "violated" not in zh
    assert "violated" in en
    assert not any("\u4e00" <= each <= "\u9fff" for each in en)
    moving = replace(opinion, title=Name("up\x1b[2J\u202e", "上"))
    assert not {"\x1b", "\u202e"} & set(moving.says("en"))


def test_an_opinion_crosses_a_process_pool(opinion: Opinion) -> None:
    assert pickle.loads(pickle.dumps(opinion)) == opinion  # noqa: S301 - our own


def test_an_opinion_shows_itself_on_one_line(opinion: Opinion) -> None:
    assert repr(opinion) == "Opinion(study: violated, 2 unmet, metal 2026)"
    assert str(opinion) == opinion.says("en")


def test_a_judgement_is_found_by_id_or_name(opinion: Opinion) -> None:
    assert opinion.judgement("old-data") is opinion.judgement("ME001")
    assert opinion.judgement("ME001").rule.id == "ME001"
    with pytest.raises(RuleError, match=r"rule-unknown"):
        opinion.judgement("ME01")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.permutations(range(3)))
def test_the_order_of_rules_changes_no_verdict(opinion: Opinion, order: list[int]) -> None:
    assert opinion.facts is not None
    rules = tuple(opinion.pack.rules[at] for at in order)
    found = opinion_on(replace(opinion.pack, rules=rules), opinion.facts)
    assert found.verdict == opinion.verdict
    assert {each.rule.id: each.verdict for each in found.judgements} == {
        each.rule.id: each.verdict for each in opinion.judgements
    }


def test_a_fact_of_another_kind_is_a_fault_of_the_code() -> None:
    for kind, value in (("a", 1.0), ("x", True), ("w", "water"), ("x", "3")):
        with pytest.raises(TypeError):
            Fact(KINDS[kind], value)
    with pytest.raises(KeyError):
        facts_from(KINDS, {"z": 1.0})
