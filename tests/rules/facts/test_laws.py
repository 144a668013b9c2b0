"""Laws of facts: what cannot matter changes none of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pcf.rules.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from pcf.background import Background
    from pcf.rules import Facts
    from pcf.study import Study

# What is said per declared unit, and so grows with it.
PER_UNIT = {"unit.mass", "total.value", "electricity.kwh", "biogenic.stored", "biogenic.taken_up"}


def facts(study: Study, background: Background) -> Facts:
    """Return the facts of a study."""
    return facts_of(study, study.footprint(background), background=background)


def same(one: Facts, other: Facts, *, but: Collection[str] = ()) -> None:
    """Assert that facts are the same, numbers to rounding."""
    for name in one:
        if name in but:
            continue
        first, second = one[name].value, other[name].value
        if isinstance(first, float) and not isinstance(first, bool):
            assert second == pytest.approx(first, rel=1e-9, abs=1e-12), name
        else:
            assert second == first, name


def test_the_order_of_rows_changes_no_fact(smelter: Study, background: Background) -> None:
    turned = replace(
        smelter,
        activity=tuple(reversed(smelter.activity)),
        processes=tuple(reversed(smelter.processes)),
        legs=tuple(reversed(smelter.legs)),
        sources=tuple(reversed(smelter.sources)),
    )
    same(facts(smelter, background), facts(turned, background), but={"total.checks"})


@pytest.mark.parametrize("amount", ["2 t", "1 kg", "0.5 t"])
def test_the_declared_amount_changes_no_share(
    reference: Study, background: Background, amount: str
) -> None:
    one = facts(reference, background)
    other = facts(reference.varying(declared_unit=amount), background)
    same(one, other, but={*PER_UNIT, "total.checks"})
    mass, before = other["unit.mass"].value, one["total.value"].value
    assert isinstance(mass, float)
    assert isinstance(before, float)
    assert other["total.value"].value == pytest.approx(before * mass / 1000, rel=1e-9)


def test_facts_of_a_study_are_found_twice_the_same(
    reference: Study, background: Background
) -> None:
    one, other = facts(reference, background), facts(reference, background)
    assert {name: one[name] for name in one} == {name: other[name] for name in other}
