"""The packs that ship: every slip is noticed, enough rules work, every topic is computed."""

from __future__ import annotations

import pytest

from pcf.rules import Pack, Rule, rule_pack
from pcf.rules.checking import check
from pcf.rules.packs import shipped_folders
from pcf.rules.values import TOPICS

NAMES = [folder.name for folder in shipped_folders()]
COMMON = ("iso_14067", "electricity")
LEAST = {"iso_14067": 25, "electricity": 12}
LEAST_OF_A_CATEGORY = 12
# Nothing of a study can be computed on these: they are stated, with evidence.
STATED_TOPICS = {"comparison", "review"}


@pytest.fixture(scope="module", params=NAMES)
def pack(request: pytest.FixtureRequest) -> Pack:
    """Return each shipped pack."""
    return rule_pack(request.param)


def reads_computed(rule: Rule, pack: Pack) -> bool:
    """Return whether a rule works: it reads a computed fact, and is no test of presence."""
    return not rule.presence and any(not pack.kinds[name].stated for name in rule.facts)


def test_every_slip_is_noticed(pack: Pack) -> None:
    found = check(pack)
    assert found.holds, found.says("en")
    assert found.unnoticed == 0


def test_enough_rules_work(pack: Pack) -> None:
    own = [rule for rule in pack.rules if rule.pack == pack.id and reads_computed(rule, pack)]
    assert len(own) >= LEAST.get(pack.id, LEAST_OF_A_CATEGORY)


def test_every_topic_has_a_rule_that_reads_a_computed_fact(pack: Pack) -> None:
    if pack.id == "electricity":
        return
    topics = {rule.topic for rule in pack.rules if reads_computed(rule, pack)}
    assert set(TOPICS) - STATED_TOPICS <= topics


def test_a_category_extends_the_common_packs(pack: Pack) -> None:
    if pack.id not in COMMON:
        assert {each.partition(" ")[0] for each in pack.extends} >= set(COMMON)
        assert pack.roles


def test_clauses_say_how_surely_they_are_known(pack: Pack) -> None:
    """No standard could be read whole, so nothing may claim to be read."""
    for rule in pack.rules:
        assert rule.clause.known in ("abstract", "recalled", "proposal"), rule.id
        assert rule.clause.document, rule.id


def test_both_languages_are_there_and_are_their_own(pack: Pack) -> None:
    for rule in pack.rules:
        for name in (rule.says, rule.remedy):
            assert any("\u4e00" <= each <= "\u9fff" for each in name.zh), rule.id
            assert not any("\u4e00" <= each <= "\u9fff" for each in name.en), rule.id


def test_limits_are_used_and_say_where_they_come_from(pack: Pack) -> None:
    used = {name for rule in pack.rules for name in rule.limits}
    for name, number in pack.numbers.items():
        assert number.source, name
        assert number.says.zh, name
        assert number.says.en, name
        assert name in used, name
