"""How is a fictional plant or farm spoilt in one point? The changes that packs share.

Each function gives the study that a rule of several packs finds fault with; a pack's table beside
this module says of which process, flow or row.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pcf
from pcf.model.amounts import Amount
from pcf.model.coverage import Coverage, Period
from pcf.study.values import (
    ActivityRow,
    AllocationChoice,
    Alternative,
    CoProductRow,
    StudyElectricity,
)
from tests.rules.derived.derive import Given, shipped
from tests.rules.derived.iso_14067 import READING, exclusions_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pcf.background.values import BackgroundProcess
    from pcf.study import Study
    from pcf.study.values import ElementBalance, SiteTotal

EXAMPLES = Path(__file__).parents[3] / "examples"


@cache
def plant(name: str) -> Given:
    """Return a fictional plant on published background data, each meter read once a year."""
    study = _read_yearly(pcf.read_study(EXAMPLES / f"fictional_{name}"))
    editions = tuple(replace(each, draft=False) for each in shipped().editions)
    background = replace(shipped(), editions=editions)
    return Given(study, study.footprint(background), background).declaring()


def _read_yearly(study: Study) -> Study:
    """Return the study with the months of a meter in one row: what is judged is the year."""
    rows: dict[tuple[str, str], ActivityRow] = {}
    for row in study.activity:
        key = (row.process, row.meter or row.id)
        before = rows.get(key)
        amount = row.amount
        if before is not None:
            amount = replace(amount, value=(before.amount.value or 0) + (amount.value or 0))
        first = before or row
        name = first.id.partition(" ")[0] if row.meter else row.id
        period = study.period if row.meter else row.period
        rows[key] = replace(first, id=name, amount=amount, period=period)
    return replace(study, activity=tuple(rows.values()))


def half_a_tonne(given: Given) -> Given:
    return declaring(given, 500.0)


def declaring(given: Given, kilograms: float) -> Given:
    """Return the study of another declared mass, with as much less biogenic carbon."""
    unit = given.study.declared_unit
    assert unit is not None
    carbon = unit.biogenic_carbon
    if carbon is not None:
        share = kilograms / unit.amount.to("kg").value
        carbon = replace(carbon, value=(carbon.value or 0.0) * share)
    amount = Amount(kilograms, "kg")
    return given.computed(declared_unit=replace(unit, amount=amount, biogenic_carbon=carbon))


def other_basis(given: Given, process: str, basis: str = "packed") -> Given:
    unit = given.study.declared_unit
    assert unit is not None
    rows = tuple(
        replace(row, basis=basis) if row.id == process else row for row in given.study.processes
    )
    return given.computed(declared_unit=replace(unit, basis=basis), processes=rows)


def gate_to_gate(given: Given) -> Given:
    return given.telling(boundary="gate to gate")


def a_day_short(given: Given) -> Given:
    short = given.telling(period=Period.read("2024-01-01/2024-12-30"))
    return short.stating(period__reason_given="yes")


def without_flows(given: Given, *flows: str) -> Given:
    """Return the study that books no row of these flows, and names them nowhere."""
    study = given.study
    gone = {row.id for row in study.activity if row.flow in flows}
    return given.computed(
        activity=tuple(row for row in study.activity if row.id not in gone),
        alternatives=tuple(each for each in study.alternatives if not gone & set(each.replaces)),
        links=tuple(each for each in study.links if each.flow not in flows),
        site_totals=tuple(each for each in study.site_totals if each.flow not in flows),
    )


def free_ore(given: Given, ore: str) -> Given:
    """Return the study that leaves out its mine: the ore comes in as if from inside the works."""
    study = given.study
    activity = tuple(
        replace(row, kind="internal", note="ore of the own mine") if row.flow == ore else row
        for row in study.activity
        if row.process != "mining"
    )
    mined = sum(
        row.amount.value or 0.0
        for row in study.activity
        if row.process == "mining" and row.flow == "electricity"
    )
    return given.computed(
        activity=activity,
        processes=tuple(row for row in study.processes if row.id != "mining"),
        legs=tuple(leg for leg in study.legs if leg.process != "mining"),
        exclusions=tuple(each for each in study.exclusions if each.process != "mining"),
        links=tuple(each for each in study.links if each.process != "mining"),
        site_totals=metered(study, -mined),
    )


def metered(study: Study, more: float) -> tuple[SiteTotal, ...]:
    """Return the totals of the site with so many kilowatt-hours more."""
    return tuple(
        replace(each, amount=replace(each.amount, value=(each.amount.value or 0.0) + more))
        if each.flow == "electricity"
        else each
        for each in study.site_totals
    )


def wide_exclusions(given: Given, share: float) -> Given:
    """Return the study whose exclusions have a bound of this share of the total each."""
    return exclusions_of(given, {each.flow: share for each in given.study.exclusions})


def secondary(given: Given, *processes: str) -> Given:
    """Return the study that buys from these processes, by data of the literature."""
    rows = tuple(
        replace(row, controlled=False) if row.id in processes else row
        for row in given.study.processes
    )
    wanted = {row.id for row in given.study.activity if row.process in processes}
    study = replace(given.study, processes=rows)
    return replace(given, study=study).rows(wanted, confidence="secondary")


def aged(given: Given, provider: str, year: str = "2010") -> Given:
    def old(row: BackgroundProcess) -> BackgroundProcess:
        if row.id != provider:
            return row
        coverage = Coverage(row.process.coverage.place, Period.read(year))
        return replace(row, process=replace(row.process, coverage=coverage))

    return given.standing_on(old)


def unbalanced(given: Given, element: str, *instead: ElementBalance) -> Given:
    kept = tuple(each for each in given.study.balances if each.element != element)
    return given.telling(balances=(*kept, *instead))


def multiplied(given: Given, times: Mapping[str, float]) -> Given:
    """Return the study with some rows so many times as large, and the site's total with them."""

    def more(row: ActivityRow) -> ActivityRow:
        factor = times.get(row.id)
        if factor is None:
            return row
        if row.formula:
            return replace(row, formula=f"({row.formula}) * {factor}", spread=None)
        value = (row.amount.value or 0.0) * factor
        return replace(row, amount=replace(row.amount, value=value), spread=None)

    rows = tuple(more(row) for row in given.study.activity)
    more_power = sum(
        (new.amount.value or 0.0) - (row.amount.value or 0.0)
        for new, row in zip(rows, given.study.activity, strict=True)
        if row.meter
    )
    return given.computed(activity=rows, site_totals=metered(given.study, more_power))


def powered(given: Given, times: float) -> Given:
    return multiplied(given, {row.id: times for row in given.study.activity if row.meter})


def with_co_product(given: Given, process: str, product: str, *, tonnes: float) -> Given:
    """Return the study with a cheap and heavy co-product, divided by mass; price stands beside.

    What was divided before is said to be so by a physical cause: no last step of the hierarchy.
    """
    own = next(row for row in given.study.processes if row.id == process)
    rows = (
        CoProductRow(process, own.product, properties={"price": Amount(2000.0, "USD/t")}),
        CoProductRow(
            process,
            product,
            Amount(tonnes, "t"),
            own.basis,
            properties={"price": Amount(20.0, "USD/t")},
        ),
    )
    other = AllocationChoice(process, "price", reason="compared")
    before = (replace(each, level="physical") for each in given.study.allocations)
    return given.computed(
        coproducts=(*given.study.coproducts, *rows),
        allocations=(*before, AllocationChoice(process, "mass", reason="by weight")),
        alternatives=(
            *given.study.alternatives,
            Alternative("the other allocation", allocations=(other,)),
        ),
    )


def credited(given: Given, process: str, flow: str, *, tonnes: float) -> Given:
    row = ActivityRow("n-credit", process, flow, Amount(tonnes, "t"), "output", "credit",
                      confidence="primary", evidence=READING)  # fmt: skip
    rows = (*given.study.activity, row)
    return given.computed(activity=rows).stating(credits__real="yes")


def without_co_products(given: Given) -> Given:
    """Return the study that books no co-product; balances that named one are gone with it."""
    study = given.study
    gone = {row.product for row in study.coproducts if row.amount is not None}
    return given.computed(
        coproducts=(),
        allocations=(),
        balances=tuple(each for each in study.balances if not gone & _streams(each)),
        alternatives=tuple(each for each in study.alternatives if not each.allocations),
    )


def _streams(balance: ElementBalance) -> Collection[str]:
    return {flow for flow, _ in (*balance.inputs, *balance.outputs)}


def unsplit(given: Given) -> Given:
    return given.resulting(unsplit=given.footprint.total * 0.95)


def hardly_varied(given: Given, row: str, times: float) -> Given:
    """Return the study of which one row is most; its power is of the grid, nothing beside it."""
    power = StudyElectricity(treatment="location")
    return multiplied(replace(given, study=replace(given.study, electricity=power)), {row: times})
