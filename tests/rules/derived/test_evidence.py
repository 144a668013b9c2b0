"""Whatever evidence is removed, no rule becomes satisfied by it, and what rested on it is open."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from pcf.rules import rule_pack
from pcf.study.values import Evidence
from tests.rules.derived import electricity, iso_14067

if TYPE_CHECKING:
    from pcf.rules import Pack
    from tests.rules.derived.derive import Given

SOUND = {"iso_14067": iso_14067.sound, "electricity": electricity.sound}
# Facts that make the rules on them apply: the sound study compares nothing and flies nowhere.
APPLYING = {"goal__comparative": "yes", "period__reason_given": "yes"}
STATED = [
    (name, fact)
    for name in SOUND
    for fact in sorted({f for rule in rule_pack(name).rules for f in rule.facts})
    if rule_pack(name).kinds[fact].stated
]


@cache
def base(name: str) -> Given:
    """Return the sound study, comparing, with a short period that it gives a reason for."""
    return SOUND[name]().stating(**APPLYING)


@cache
def pack_of(name: str) -> Pack:
    """Return a shipped pack."""
    return rule_pack(name)


def verdicts(name: str, given: Given) -> dict[str, str]:
    """Return the verdict of every rule."""
    opinion = pack_of(name).judge(
        given.study, given.footprint, background=given.background, evidence=given.evidence
    )
    return {each.rule.id: each.verdict for each in opinion.judgements}


@pytest.mark.parametrize(("name", "fact"), STATED)
def test_without_its_evidence_a_statement_is_unknown(name: str, fact: str) -> None:
    given = base(name)
    rows = tuple(
        replace(row, evidence=Evidence()) if row.fact == fact else row
        for row in given.study.statements
    )
    before, after = verdicts(name, given), verdicts(name, given.telling(statements=rows))
    changed = {rule for rule in before if before[rule] != after[rule]}
    assert {after[rule] for rule in changed} <= {"cannot tell", "not applicable"}
    for rule in pack_of(name).rules:
        if rule.facts == (fact,) and before[rule.id] != "not applicable":
            assert after[rule.id] == "cannot tell"


def test_without_the_ledger_no_claim_is_satisfied() -> None:
    given = electricity.sound()
    before = verdicts("electricity", given)
    after = verdicts("electricity", replace(given, evidence=None))
    on_the_ledger = {"ELE003", "ELE005", "ELE006", "ELE007"}
    assert {before[rule] for rule in on_the_ledger} == {"satisfied"}
    assert {after[rule] for rule in on_the_ledger} == {"cannot tell"}


def test_without_the_evidence_of_its_data_a_study_is_not_satisfied() -> None:
    given = base("iso_14067")
    bare = given.rows({row.id for row in given.study.activity}, evidence=Evidence())
    assert verdicts("iso_14067", bare)["ISO019"] == "violated"


def test_without_background_data_what_needs_it_cannot_be_told() -> None:
    given = base("iso_14067")
    opinion = pack_of("iso_14067").judge(given.study, given.footprint)
    after = {each.rule.id: each.verdict for each in opinion.judgements}
    for rule in ("ISO007", "ISO023", "ISO024"):
        assert after[rule] == "cannot tell"
