"""Months, meters, stocks, formulas, legs and totals of the site."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import Where
from pcf.model.amounts import Amount
from pcf.model.coverage import Period
from pcf.study import Study
from pcf.study.amounts import used_amounts
from pcf.study.months import meter_problems, month_problems, stock_findings
from pcf.study.totals import total_findings, total_problems
from pcf.study.values import ActivityRow, Parameter, ProcessRow, SiteTotal, Stock

YEAR = Period.read("2024")


def month(number: int, amount: float = 1.0, **more: object) -> ActivityRow:
    """Return a row of one month of 2024."""
    period = Period.read(f"2024-{number:02}")
    id_ = f"{more.get('meter', 'm')} {number} {more.get('source', '')}"
    row = ActivityRow(id_, "plant", "power", Amount(amount, "kWh"), period=period)
    return replace(row, **more)


def year_of(rows: list[ActivityRow]) -> Study:
    return Study("a", period=YEAR, activity=tuple(rows))


def codes(found: list) -> list[str]:
    return [each.code for each in found]


def test_twelve_months_are_a_year() -> None:
    assert month_problems(year_of([month(each) for each in range(1, 13)])) == []


@given(st.sets(st.integers(1, 12), min_size=1, max_size=11))
def test_the_months_that_are_missing_are_named(present: set[int]) -> None:
    (found,) = month_problems(year_of([month(each) for each in present]))
    assert found.code == "months-missing"
    named = set(found.facts["missing"].split(", "))
    assert named == {f"2024-{each:02}" for each in set(range(1, 13)) - present}


def test_a_month_twice_is_a_problem_unless_two_suppliers_fill_the_year() -> None:
    rows = [month(each, source="a") for each in range(1, 13)]
    again = replace(month(5), id="again", source="a")
    assert codes(month_problems(year_of([*rows, again]))) == ["months-twice"]
    second = [month(each, source="b") for each in range(1, 13)]
    assert month_problems(year_of([*rows, *second])) == []


def test_a_row_for_the_whole_period_needs_no_months() -> None:
    whole = ActivityRow("w", "plant", "power", Amount(1.0, "kWh"), period=YEAR)
    assert month_problems(year_of([whole, replace(whole, id="v", period=None)])) == []


def test_a_process_that_ran_for_part_of_the_year_covers_that_part() -> None:
    process = ProcessRow("plant", "p", Amount(1.0, "t"), period=Period.read("2024-07/2024-12"))
    rows = [month(each) for each in range(7, 13)]
    assert month_problems(replace(year_of(rows), processes=(process,))) == []


def test_a_meter_is_read_once_a_day_in_a_process() -> None:
    rows = [month(each, meter="one") for each in range(1, 13)]
    again = replace(month(5, 7.0), id="again", meter="one")
    study = year_of([*rows, again])
    assert codes(meter_problems(study)) == ["meter-twice"]
    assert month_problems(study) == []  # one mistake, one problem


def test_two_processes_may_share_a_meter_but_not_one_reading() -> None:
    first = month(5, 60.0, meter="one")
    other = replace(first, id="other", process="office")
    assert codes(meter_problems(year_of([first, other]))) == ["meter-twice"]
    share = replace(other, amount=Amount(40.0, "kWh"))
    assert meter_problems(year_of([first, share])) == []


@given(*[st.integers(0, 10**6)] * 4)
def test_used_is_opening_and_received_less_sold_and_closing(
    opening: int, received: int, sold: int, closing: int
) -> None:
    stock = Stock(float(opening), float(received), float(sold), float(closing))
    row = ActivityRow("r", "p", "f", Amount(None, "t"), stock=stock)
    found = used_amounts(Study("a", activity=(row,)))
    used = opening + received - sold - closing
    if used < 0:
        assert codes(found.problems) == ["stock-negative"]
        assert found.used[row] is None
    else:
        assert found.used[row] == Amount(float(used), "t")


@pytest.mark.parametrize(("stated", "fits"), [(1000.9, True), (1001.1, False), (998.9, False)])
def test_a_stated_amount_is_within_a_thousandth_of_the_stock(stated: float, fits: bool) -> None:
    row = ActivityRow("r", "p", "f", Amount(stated, "t"), stock=Stock(0.0, 1000.0, 0.0, 0.0))
    found = used_amounts(Study("a", activity=(row,)))
    assert codes(found.problems) == ([] if fits else ["stock-open"])


def test_an_unknown_stock_is_not_zero() -> None:
    assert Stock(1.0, 1.0, None, 0.0).used is None


def test_formulas_see_parameters_and_carry_units() -> None:
    rows = (
        ActivityRow("a", "p", "f", Amount(None, "kg"), formula="share * whole"),
        ActivityRow("b", "p", "f", Amount(None, "kg"), formula="3 * 4"),
        ActivityRow("c", "p", "f", Amount(None, ""), formula="whole"),
        ActivityRow("d", "other", "f", Amount(None, "kg"), formula="whole"),
    )
    parameters = (
        Parameter("whole", Amount(2.0, "t")),
        Parameter("share", Amount(25.0, "%")),
        Parameter("whole", Amount(7.0, "kg"), process="other"),
    )
    found = used_amounts(Study("a", activity=rows, parameters=parameters))
    assert found.problems == ()
    assert list(found.used.values()) == [
        Amount(500.0, "kg"),
        Amount(12.0, "kg"),
        Amount(2.0, "t"),
        Amount(7.0, "kg"),
    ]


def test_a_formula_in_the_wrong_dimension_and_a_negative_one_are_problems() -> None:
    rows = (
        ActivityRow("a", "p", "f", Amount(None, "kWh"), formula="whole"),
        ActivityRow("b", "p", "f", Amount(None, "t"), formula="whole - '3 t'"),
    )
    study = Study("a", activity=rows, parameters=(Parameter("whole", Amount(2.0, "t")),))
    assert codes(used_amounts(study).problems) == ["unit-dimension", "amount-negative"]


def test_a_broken_parameter_is_reported_for_itself_alone() -> None:
    rows = tuple(
        ActivityRow(name, "p", "f", Amount(None, "t"), formula=name) for name in ("good", "bad")
    )
    parameters = (
        Parameter("good", Amount(1.0, "t")),
        Parameter("bad", formula="worse", where=Where(file="study.toml", line=7)),
        Parameter("worse", formula="bad"),
    )
    found = used_amounts(Study("a", activity=rows, parameters=parameters))
    assert codes(found.problems) == ["parameter-cycle"]
    assert found.problems[0].where.line == 7
    assert found.used[rows[0]] == Amount(1.0, "t")


def _site(total: float, **more: object) -> tuple[Study, dict[ActivityRow, Amount | None]]:
    rows = [month(each, 100.0) for each in range(1, 13)]
    site = SiteTotal("power", Amount(total, "kWh"), **more)  # type: ignore[arg-type]
    study = replace(year_of(rows), site_totals=(site,))
    return study, dict(used_amounts(study).used)


@pytest.mark.parametrize(
    ("total", "problems", "findings"),
    [(1200.0, 0, 0), (1205.0, 0, 1), (1195.0, 0, 1), (1207.0, 1, 0), (1193.0, 1, 0)],
)
def test_half_a_percent_parts_a_finding_from_a_problem(
    total: float, problems: int, findings: int
) -> None:
    study, used = _site(total)
    assert len(total_problems(study, used)) == problems
    assert len(total_findings(study, used)) == findings


def test_a_total_of_some_months_is_held_against_those_months() -> None:
    study, used = _site(300.0, period=Period.read("2024-01/2024-03"))
    assert total_problems(study, used) == []


def test_a_total_in_another_unit_is_converted() -> None:
    study, used = _site(1200.0)
    total = SiteTotal("POWER", Amount(4320.0, "MJ"))
    assert total_problems(replace(study, site_totals=(total,)), used) == []


def test_a_total_of_zero_is_a_total() -> None:
    study, used = _site(0.0)
    (told,) = total_problems(study, used)
    assert told.code == "site-total-differs"
    assert "+1,200 kWh" in told.says("en")
    nothing = {row: Amount(0.0, "kWh") for row in used}
    assert total_problems(study, nothing) == []


def test_a_total_in_a_unit_of_another_kind_is_told_and_not_passed_over() -> None:
    study, used = _site(1200.0)
    total = SiteTotal("power", Amount(1.2, "t"))
    (told,) = total_findings(replace(study, site_totals=(total,)), used)
    assert told.code == "site-total-unlike"


def test_a_total_of_days_without_a_row_is_a_finding() -> None:
    study, used = _site(100.0, period=Period.read("2023-12"))
    assert codes(total_findings(study, used)) == ["site-total-alone"]


def test_a_row_of_the_year_beside_its_months_is_the_same_twice() -> None:
    rows = [month(each, source="a") for each in range(1, 13)]
    whole = replace(month(1), id="year", period=None, source="a")
    (told,) = month_problems(year_of([*rows, whole]))
    assert (told.code, told.where.item) == ("months-twice", "year")
    assert month_problems(year_of([*rows, replace(whole, source="b")])) == []


@pytest.mark.parametrize(
    ("opening", "unit", "jumps"), [(10, "kWh", 0), (36, "MJ", 0), (9, "kWh", 1)]
)
def test_a_stock_opens_with_what_closed_before(opening: float, unit: str, jumps: int) -> None:
    first = replace(month(1), stock=Stock(0.0, 20.0, 0.0, 10.0))
    second = replace(
        month(2), stock=Stock(float(opening), 20.0, 0.0, 10.0), amount=Amount(None, unit)
    )
    found = stock_findings(year_of([second, first]))
    assert codes(found) == ["stock-jumps"] * jumps
