"""Each rule is broken by a study of its own, which breaks nothing else but what the rule says."""

from __future__ import annotations

import importlib
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pcf.digest import fingerprint
from pcf.rules import rule_pack
from pcf.study import Study

if TYPE_CHECKING:
    from types import ModuleType

    from pcf.rules import Pack
    from pcf.rules.opinion import Opinion
    from tests.rules.derived.derive import Given

HERE = Path(__file__).parent
APART = {"own_background", "folder", "places", "problems"}
SAYS = sorted(field.name for field in fields(Study) if field.name not in APART)
OURS = ("derive", "test_")
PACKS = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith(OURS))


@cache
def table(name: str) -> ModuleType:
    """Return the table of variations of a pack."""
    return importlib.import_module(f"tests.rules.derived.{name}")


@cache
def pack_of(name: str) -> Pack:
    """Return a shipped pack in its newest edition."""
    return rule_pack(name)


@cache
def base(name: str) -> Given:
    """Return the sound study of a pack."""
    given: Given = table(name).sound()
    return given


def opinion_on(name: str, given: Given) -> Opinion:
    """Return the opinion of a pack on a derived study."""
    return pack_of(name).judge(
        given.study, given.footprint, background=given.background, evidence=given.evidence
    )


def violated(opinion: Opinion) -> set[str]:
    """Return the rules that an opinion finds violated."""
    return {each.rule.id for each in opinion.judgements if each.verdict == "violated"}


CASES = [(name, rule) for name in PACKS for rule in table(name).VARIATIONS]


@pytest.mark.parametrize("name", PACKS)
def test_the_sound_study_breaks_no_rule(name: str) -> None:
    assert violated(opinion_on(name, base(name))) == set()


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_has_a_variation(name: str) -> None:
    own = {rule.id for rule in pack_of(name).rules if rule.pack == name}
    assert set(table(name).VARIATIONS) == own


@pytest.mark.parametrize(("name", "rule"), CASES)
def test_the_derived_study_breaks_its_rule_and_what_the_rule_entails(name: str, rule: str) -> None:
    given = table(name).VARIATIONS[rule](base(name))
    broken = violated(opinion_on(name, given))
    assert rule in broken
    assert broken - {rule} == set(pack_of(name).rule(rule).entails)


@pytest.mark.parametrize("name", PACKS)
def test_no_study_is_shared_by_two_rules(name: str) -> None:
    seen: dict[str, str] = {}
    for rule, variation in table(name).VARIATIONS.items():
        given = variation(base(name))
        mark = fingerprint(
            {
                "study": [repr(getattr(given.study, field)) for field in SAYS],
                "footprint": given.footprint.as_dict(),
                "background": repr(given.background.processes),
                "evidence": repr(given.evidence),
            }
        )
        assert seen.setdefault(mark, rule) == rule, (seen[mark], rule)
