"""Fictional plants without some of their evidence: what rested on it is open, nothing is gained."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from pcf.rules import rule_pack
from pcf.study.values import Evidence
from tests.rules.derived import derive_plants as plants

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.rules import Pack
    from tests.rules.derived.derive import Given

PLANTS = {
    "aluminium": "aluminium",
    "copper": "copper",
    "medicinal_herbs": "herb_farm",
    "nickel": "nickel",
    "potatoes": "potato_farm",
    "steel": "steel",
}


@cache
def pack_of(name: str) -> Pack:
    """Return a shipped pack."""
    return rule_pack(name)


OPEN = {"cannot tell", "not applicable"}
FILES = [
    (pack, path.name)
    for pack, name in PLANTS.items()
    for path in sorted((plants.EXAMPLES / f"fictional_{name}" / "evidence").iterdir())
]
OWN = [
    (pack, fact)
    for pack in PLANTS
    for fact in sorted({f for rule in pack_of(pack).rules if rule.pack == pack for f in rule.facts})
    if pack_of(pack).kinds[fact].stated
]


@cache
def verdicts_before(pack: str) -> dict[str, str]:
    """Return the verdict of every rule on the whole plant."""
    return verdicts(pack, plants.plant(PLANTS[pack]))


def verdicts(pack: str, given: Given) -> dict[str, str]:
    """Return the verdict of every rule, without background data: evidence is what is asked here.

    What other footprints would have to be computed for stays open, before and after.
    """
    opinion = pack_of(pack).judge(given.study, given.footprint)
    return {each.rule.id: each.verdict for each in opinion.judgements}


def stripped(given: Given, gone: Callable[[Evidence], bool]) -> Given:
    """Return the plant whose rows and statements lost this evidence; the numbers stay."""

    def bare(rows):
        return tuple(replace(r, evidence=Evidence()) if gone(r.evidence) else r for r in rows)

    study = given.study
    return given.telling(
        activity=bare(study.activity),
        methods=bare(study.methods),
        statements=bare(study.statements),
    )


@pytest.mark.parametrize("pack", PLANTS)
def test_the_plant_satisfies_its_pack(pack: str) -> None:
    given = plants.plant(PLANTS[pack])
    opinion = pack_of(pack).judge(given.study, given.footprint, background=given.background)
    assert opinion.exit_code == 0
    assert {each.rule.id for each in opinion.unmet} == {"ISO034"}


@pytest.mark.parametrize(("pack", "file"), FILES)
def test_without_a_file_no_rule_is_won(pack: str, file: str) -> None:
    given = plants.plant(PLANTS[pack])
    after = verdicts(pack, stripped(given, lambda each: each.file.endswith(f"/{file}")))
    before = verdicts_before(pack)
    changed = {rule for rule in before if before[rule] != after[rule]}
    assert "satisfied" not in {after[rule] for rule in changed}
    stated = {row.fact for row in given.study.statements if row.evidence.file.endswith(f"/{file}")}
    for rule in pack_of(pack).rules:
        if set(rule.facts) <= stated and before[rule.id] != "not applicable":
            assert after[rule.id] in OPEN, rule.id


@pytest.mark.parametrize(("pack", "fact"), OWN)
def test_what_a_pack_asks_to_be_stated_is_open_without_evidence(pack: str, fact: str) -> None:
    given = plants.plant(PLANTS[pack])
    rows = tuple(
        replace(row, evidence=Evidence()) if row.fact == fact else row
        for row in given.study.statements
    )
    after = verdicts(pack, given.telling(statements=rows))
    rules = [r for r in pack_of(pack).rules if r.pack == pack and fact in r.facts]
    assert rules
    for rule in rules:
        assert after[rule.id] in OPEN, rule.id


@pytest.mark.parametrize("pack", PLANTS)
def test_without_any_evidence_the_plant_is_not_satisfied(pack: str) -> None:
    after = verdicts(pack, stripped(plants.plant(PLANTS[pack]), lambda _: True))
    assert after["ISO019"] == "violated"
    assert "satisfied" not in {
        after[rule.id]
        for rule in pack_of(pack).rules
        if all(pack_of(pack).kinds[fact].stated for fact in rule.facts)
    }
