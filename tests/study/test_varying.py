"""A variation is a copy with one thing changed, and of nothing it is the study itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import resources
from pcf.electricity import Share, Supply
from pcf.errors import StudyProblems
from pcf.model.amounts import Amount
from pcf.model.declared import Exclusion
from pcf.study import reference_study

if TYPE_CHECKING:
    from pcf.background import Background
    from pcf.study import Study
    from pcf.study.varying import Changes


def test_varying_nothing_is_the_study_exactly(smelter: Study, background: Background) -> None:
    assert smelter.varying() == smelter
    assert smelter.varying(rows={}, parameters={}, alternative=[]) == smelter
    assert smelter.varying().footprint(background).total == smelter.footprint(background).total


def test_varying_with_what_is_there_changes_nothing(smelter: Study) -> None:
    same = {
        "electricity": "location",
        "characterisation": "AR6",
        "convention": "0/0",
        "declared_unit": "1 t",
        "period": "2024",
        "parameters": {"anode_use": "480 t"},
        "alternative": (),
        "exclusions": smelter.exclusions,
    }
    assert smelter.varying(**same) == smelter


def test_a_variation_leaves_the_study_as_it_was(smelter: Study) -> None:
    before = repr(smelter)
    smelter.varying(rows={"metal": "1 t"}, parameters={"butts": "0 t"}, alternative="more anodes")
    assert repr(smelter) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rows": {"metall": "1 t"}}, "row-unknown"),
        ({"parameters": {"anode_used": "1 t"}}, "parameter-unknown"),
        ({"parameters": {"anode_use": "1 kWh"}}, "parameter-dimension"),
        ({"alternative": "more anode"}, "alternative-unknown"),
        ({"electricity": {"potline 2": "wind"}}, "meter-unknown"),
        ({"allocation": {"casthouse": "mass"}}, "process-unknown"),
        ({"convention": "1/1"}, "convention-unknown"),
        ({"electric": "wind"}, "variation-unknown"),
        ({"period": "soon"}, "period-unreadable"),
        ({"declared_unit": "1 ton"}, "unit-ton"),
    ],
)
def test_an_unknown_name_is_an_error_with_candidates(
    smelter: Study, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(StudyProblems) as caught:
        smelter.varying(**changes)
    (found,) = caught.value.problems
    assert found.code == code
    assert found.candidates or code in ("parameter-dimension", "period-unreadable")


def test_several_unknown_names_come_together(smelter: Study) -> None:
    with pytest.raises(StudyProblems) as caught:
        smelter.varying(rows={"x": "1 t", "y": "1 t"}, alternative="z")
    assert len(caught.value.problems) == 3


def test_a_technology_is_short_for_a_supply_through_the_grid(smelter: Study) -> None:
    short = smelter.varying(electricity={"potline 1": "wind"})
    long = smelter.varying(electricity={"potline 1": Supply((Share("wind"),))})
    assert short == long
    assert short.electricity.treatment.startswith("market:")


def test_shares_by_technology_are_short_for_a_supply_too(
    smelter: Study, background: Background
) -> None:
    mixed = {"wind": 0.4, "average": 0.6}
    shares = (Share("wind", 0.4), Share("average", 0.6))
    found = smelter.varying(electricity={"potline 1": mixed})
    assert found == smelter.varying(electricity={"potline 1": Supply(shares)})
    whole = smelter.varying(electricity={"potline 1": "wind"}).footprint(background).total
    none = smelter.varying(electricity={"potline 1": {"average": 1}}).footprint(background).total
    part = found.footprint(background).total
    assert part == pytest.approx(0.4 * whole + 0.6 * none, rel=1e-12)


@pytest.mark.parametrize("nothing", [1.5, None, 1])
def test_what_is_no_supply_is_refused_with_the_meter(smelter: Study, nothing: object) -> None:
    with pytest.raises(StudyProblems) as refused:
        smelter.varying(electricity={"potline 1": nothing})  # type: ignore[dict-item]
    (told,) = refused.value.problems
    assert (told.code, told.where.item) == ("supply-kind", "potline 1")


def test_a_row_varied_without_a_unit_says_which(smelter: Study) -> None:
    row = smelter.activity[0].id
    with pytest.raises(StudyProblems) as refused:
        smelter.varying(rows={row: "12"})
    (told,) = refused.value.problems
    assert (told.code, told.where.item) == ("unit-missing", row)


def test_wind_on_one_meter_changes_that_meter_alone(smelter: Study, background: Background) -> None:
    location = smelter.footprint(background)
    wind = smelter.varying(electricity={"cast house": "wind"}).footprint(background)
    share = 990 * 19_000 / (990 * 19_000 + 20 * 6_000)
    saved = 96_000 * (0.5777 - 0.0651) * share / 990
    assert location.total - wind.total == pytest.approx(saved, rel=1e-9)


def test_a_wrong_treatment_is_refused_at_the_gate(smelter: Study, background: Background) -> None:
    codes = [each.code for each in smelter.varying(electricity="green").check(background)]
    assert codes == ["treatment-unknown"]


def test_a_row_varied_gives_up_stock_formula_and_spread(smelter: Study) -> None:
    varied = smelter.varying(rows={"alumina": "2000 t", "anodes": 500.0, "cf4": "20 kg"})
    rows = {row.id: row for row in varied.activity}
    assert rows["alumina"].stock is None
    assert rows["anodes"].formula == ""
    assert rows["anodes"].amount == Amount(500.0, "t")
    assert rows["cf4"].spread is None


def test_an_alternative_equals_the_variations_it_stands_for(
    smelter: Study, background: Background
) -> None:
    pairs: list[tuple[str, Changes]] = [
        ("more anodes", {"parameters": {"anode_use": "500 t"}}),
        ("dross by mass", {"allocation": {"cast house": "mass"}}),
        ("PFC by measurement", {"rows": {"cf4": "22 kg"}}),
    ]
    for name, changes in pairs:
        named = smelter.varying(alternative=name).footprint(background).total
        assert named == smelter.varying(**changes).footprint(background).total, name
        assert named != smelter.footprint(background).total


def test_an_alternative_is_taken_as_the_study_has_it(smelter: Study) -> None:
    one, other = smelter.alternatives[:2]
    assert smelter.varying(alternative=one) == smelter.varying(alternative=one.name)
    assert smelter.varying(alternative=[one, other.name]).chosen == (one.name, other.name)


def test_all_alternatives_stand_side_by_side(smelter: Study, background: Background) -> None:
    table = smelter.side_by_side(background)
    assert list(table.totals) == [smelter.id, *(each.name for each in smelter.alternatives)]
    assert table[smelter.id].total == smelter.footprint(background).total
    assert len(set(table.totals.values())) == len(table.totals)


def test_the_alternatives_of_the_reference_study_are_those_of_its_page(
    background: Background,
) -> None:
    """The page lists each change as it was summed by hand."""
    page = resources.folder("product_rules") / "aluminium" / "reference_study" / "README.md"
    rows = re.findall(r"^\| ([^|]+?) \| ([+-][\d.]+) \|", page.read_text("utf-8"), re.MULTILINE)
    study = reference_study("aluminium")
    totals = study.side_by_side(background).totals
    assert {name for name, _ in rows} >= {each.name for each in study.alternatives}
    for name, change in rows:
        assert totals[name] - totals[study.id] == pytest.approx(float(change), abs=0.051), name


def test_another_convention_and_set_reach_the_footprint(
    smelter: Study, background: Background
) -> None:
    varied = smelter.varying(characterisation="AR5", convention="-1/+1").footprint(background)
    assert varied.characterisation == "AR5 (-1/+1)"
    assert varied.total < smelter.footprint(background).total  # CF4: 6630 instead of 7380


def test_exclusions_are_all_of_them_anew(smelter: Study, background: Background) -> None:
    codes = [each.code for each in smelter.varying(exclusions=()).check(background)]
    assert codes == ["link-none"]  # cryolite has no factor
    bound = Amount.read("50 kg CO2e/kg")
    ten_times = smelter.varying(exclusions=[Exclusion("potroom", "cryolite", bound, "high")])
    gaps = {gap.name: gap.bound for gap in ten_times.footprint(background).gaps}
    before = {gap.name: gap.bound for gap in smelter.footprint(background).gaps}
    name = "potroom: cryolite"
    assert gaps == {name: pytest.approx(10 * before[name])}


def test_another_year_asks_for_its_own_electricity(smelter: Study, background: Background) -> None:
    codes = {each.code for each in smelter.varying(period="2025").check(background)}
    assert "electricity-year" in codes
    assert "row-outside-period" in codes


@given(scale=st.floats(0.01, 1000))
def test_the_declared_unit_scales_the_result(
    smelter: Study, background: Background, scale: float
) -> None:
    one, other = (
        smelter.varying(declared_unit=f"{amount!r} t").footprint(background).total
        for amount in (1.0, scale)
    )
    assert other == pytest.approx(scale * one, rel=1e-12)


def test_a_bare_number_is_in_the_unit_of_what_it_varies(smelter: Study) -> None:
    by_unit = smelter.varying(parameters={"anode_use": "500 t"}, rows={"cf4": "20 kg"})
    assert smelter.varying(parameters={"anode_use": 500}, rows={"cf4": 20}) == by_unit
