"""What is declared? The unit, its amount and basis, the goal, the marks and editions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import units
from pcf.rules.facts.case import Case, Found, place, told, unknown, written
from pcf.study.marks import FICTIONAL, TWICE
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DIMENSIONS = ("mass", "energy", "volume", "gas volume", "count", "area", "length", "transport")


def dimension(case: Case) -> Found:
    """Return what the declared unit measures: mass, energy, volume, count ... or 'other'."""
    unit = case.footprint.declared_unit.amount.unit
    found = units.dimension(unit)
    value = found if found in DIMENSIONS else "other"
    return written(value, case.study.setting("declared_unit.amount"))


def mass(case: Case) -> Found:
    """Return the declared amount in kilograms; unknown where it is no mass."""
    amount = case.footprint.declared_unit.amount
    where = case.study.setting("declared_unit.amount")
    if not units.same_dimension(amount.unit, "kg"):
        return unknown("how-not-a-mass", (where,), unit=amount.unit)
    return written(amount.to("kg").value, where)


def basis(case: Case) -> Found:
    """Return the basis of the declared unit; unknown where none is stated."""
    where = case.study.setting("declared_unit.basis")
    return written(case.footprint.declared_unit.basis or None, where)


def basis_of_process(case: Case) -> Found:
    """Return whether the declared basis is that of the process which makes the product.

    Unknown where either does not state one.
    """
    declared = case.footprint.declared_unit
    made = [row for row in case.standing.products if fold(row.product) == fold(declared.product)]
    stated = {row.basis for row in made if row.basis}
    places = tuple(place(row.where, row.product) for row in made)
    if not declared.basis or not stated:
        return unknown("how-not-stated", places, what="basis")
    return Found(stated == {declared.basis}, told("how-list", names=sorted(stated)), places)


def product_made(case: Case) -> Found:
    """Return whether a process of the study makes the declared product."""
    product = case.study.declared_unit.product if case.study.declared_unit else ""
    made = [row for row in case.standing.products if fold(row.product) == fold(product)]
    places = tuple(place(row.where, row.product) for row in made)
    return Found(bool(made), told("how-list", names=[row.product for row in made]), places)


def goal_stated(case: Case) -> Found:
    """Return whether the study states its goal in words."""
    value = bool(case.study.goal.en.strip() or case.study.goal.zh.strip())
    return written(value, case.study.setting("study.goal"))


def fictional(case: Case) -> Found:
    """Return whether the study is marked fictional."""
    return written(FICTIONAL in case.study.marks, case.study.setting("study.marks"))


def allocates_twice(case: Case) -> Found:
    """Return whether the study is marked 'may allocate twice', so that no label may rest on it."""
    return written(TWICE in case.study.marks, case.study.setting("study.marks"))


def background_as_named(case: Case) -> Found:
    """Return whether the footprint stands on the background data that the study names."""
    where = case.study.setting("study.background")
    used = case.footprint.context.get("background", "")
    if not case.study.background or not used:
        return unknown("how-not-stated", (where,), what="background")
    value = fold(case.study.background) in map(fold, used.split(" + "))
    return Found(value, told("how-list", names=[used]), (where,))


def background_draft(case: Case) -> Found:
    """Return whether an edition of background data is a draft, whose numbers may still change."""
    drafts = [each.where.item for each in case.footprint.findings if each.code == "edition-draft"]
    return Found(bool(drafts), told("how-list", names=drafts))


FACTS: Mapping[str, Callable[[Case], Found]] = {
    "unit.dimension": dimension,
    "unit.mass": mass,
    "unit.basis": basis,
    "unit.basis_of_process": basis_of_process,
    "unit.product_made": product_made,
    "goal.stated": goal_stated,
    "study.fictional": fictional,
    "study.may_allocate_twice": allocates_twice,
    "background.as_named": background_as_named,
    "background.draft": background_draft,
}
