"""Linking: exactly one provider, or an error that says of every candidate why it falls short."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf import text
from pcf.background import Background, Edition, Link, factor_set, join, link
from pcf.background.values import BackgroundProcess
from pcf.errors import LinkError, Problem, Where
from pcf.model.amounts import Amount
from pcf.model.coverage import Coverage, Period
from pcf.model.flows import ProductFlow, find_gas
from pcf.model.processes import Exchange, UnitProcess

if TYPE_CHECKING:
    from tests.background.conftest import Folder

Y2024 = Period.read("2024")


def provider(id_: str, product: str = "lime", **told: Any) -> BackgroundProcess:
    """Return a row that emits one kilogram of CO2 per unit."""
    place, year = told.pop("place", "CN"), told.pop("year", 2024)
    period = None if year is None else Period.read(str(year))
    unit, basis = told.pop("unit", "kg"), told.pop("basis", "")
    treats = told.pop("treats", False)
    gas = find_gas("CO2")
    emitted = Exchange("CO2, fossil", Amount(1.0, "kg"), "output", "elementary", elementary=gas)
    process = UnitProcess(
        id_,
        product,
        Amount(1.0, unit),
        (emitted,),
        basis=basis,
        coverage=Coverage(place, period),
        treats=treats,
        foreground=False,
    )
    return BackgroundProcess(process, told.pop("boundary", "cradle to gate"), **told)


def background_of(*rows: BackgroundProcess) -> Background:
    """Return a set of these rows and their products."""
    products = {
        row.process.product: ProductFlow(
            row.process.product,
            text.Name(en=f"{row.process.product} (name)", zh=f"{row.process.product}名称"),
            row.unit,
            synonyms=(f"{row.process.product} synonym",),
        )
        for row in rows
    }
    ordered = tuple(sorted(rows, key=lambda row: row.id))
    return Background((Edition("test", "1", draft=False),), ordered, tuple(products.values()))


def found(*rows: BackgroundProcess, **asked: Any) -> Link:
    """Return the link of a kilogram of lime in China in 2024, or as asked."""
    wanted = {"unit": "kg", "place": "CN", "period": Y2024, **asked}
    return link(wanted.pop("flow", "lime"), background=background_of(*rows), **wanted)


def refused(*rows: BackgroundProcess, **asked: Any) -> Problem:
    """Return the one problem with which a link is refused, said in both languages."""
    with pytest.raises(LinkError) as caught:
        found(*rows, **asked)
    (problem,) = caught.value.problems
    assert re.search(r"[\u4e00-\u9fff]", problem.says("zh"))
    assert not re.search(r"[\u4e00-\u9fff]", problem.says("en"))
    for id_ in problem.candidates[:6]:
        if any(row.id == id_ for row in rows):
            assert id_ in problem.says("en"), "a candidate without its reason"
            assert id_ in problem.says("zh"), "a candidate without its reason"
    return problem


def codes(link_: Link) -> list[str]:
    """Return the codes of the findings."""
    return [each.code for each in link_.findings]


@pytest.mark.parametrize("name", ["lime", "LIME (name)", "lime名称", " lime  synonym "])
def test_a_product_is_found_by_id_name_and_synonym(name: str) -> None:
    assert found(provider("a"), flow=name).process.id == "a"


def test_a_name_is_never_guessed() -> None:
    problem = refused(provider("a"), flow="lyme")
    assert (problem.code, problem.candidates[0]) == ("link-unknown", "lime")


def test_an_id_goes_before_the_synonym_of_another_product() -> None:
    other = provider("b", "quicklime")
    background = background_of(provider("a"), other)
    spoilt = replace(background.products[1], synonyms=("lime",))
    background = replace(background, products=(background.products[0], spoilt))
    assert (
        link("lime", unit="kg", background=background, place="CN", period=Y2024).process.id == "a"
    )


def test_a_synonym_of_two_products_is_ambiguous_not_the_first_hit() -> None:
    rows = (provider("fr", "mix of France"), provider("gn", "mix of Guinea"))
    background = background_of(*rows)
    both = tuple(replace(each, synonyms=("electricity mix",)) for each in background.products)
    with pytest.raises(LinkError) as caught:
        link(
            "electricity mix",
            unit="kg",
            background=replace(background, products=both),
            place="CN",
            period=Y2024,
        )
    (problem,) = caught.value.problems
    assert (problem.code, problem.candidates) == ("link-several", ("fr", "gn"))


def test_a_french_input_never_becomes_a_guinean_one() -> None:
    problem = refused(provider("gn", place="GN"), place="FR")
    assert (problem.code, problem.candidates) == ("link-none", ("gn",))
    assert "GN, which does not hold FR" in problem.says("en")
    assert "GN，不包含 FR" in problem.says("zh")


@pytest.mark.parametrize(
    ("row", "asked", "english", "chinese"),
    [
        ({"treats": True}, {}, "treats a waste", "处理废物"),
        ({}, {"treats": True}, "treats no waste", "并不处理废物"),
        ({"unit": "kWh"}, {}, "kWh does not convert to kg", "kWh 与 kg 不能换算"),
        ({"unit": "m3@20C"}, {"unit": "m3"}, "at which temperature", "计量温度"),
        ({"basis": "dry"}, {"basis": "wet"}, "'dry', not 'wet'", "“dry”，而不是“wet”"),
        ({"boundary": "combustion only"}, {}, "without the upstream", "不含燃料上游"),
        ({"at": "generator"}, {}, "transmission and distribution", "输配电"),
        ({"at": "transmission"}, {}, "without the electricity itself", "不含电力本身"),
        ({"place": "CN-GS"}, {}, "a part of CN", "CN 的一部分"),
        ({"place": "FR"}, {}, "does not hold CN", "不包含 CN"),
        ({"year": 2025}, {}, "2025 is later than 2024", "2025 晚于 2024"),
    ],
)
def test_each_criterion_says_why_a_candidate_falls_short(
    row: dict[str, Any], asked: dict[str, Any], english: str, chinese: str
) -> None:
    problem = refused(provider("a", **row), **asked)
    assert problem.code == "link-none"
    assert problem.candidates == ("a",)
    assert english in problem.says("en")
    assert chinese in problem.says("zh")


def test_a_unit_of_the_same_kind_is_taken() -> None:
    assert found(provider("a"), unit="吨").process.id == "a"
    assert found(provider("a", unit="Nm3"), unit="m3@20C").process.id == "a"


def test_a_combustion_factor_in_a_product_explains_itself() -> None:
    row = provider("gansu", "electricity", unit="kWh", family="combustion", at="delivered")
    problem = refused(row, flow="electricity", unit="kWh")
    assert problem.code == "electricity-combustion"
    assert "life-cycle factor" in problem.says("en")
    assert "生命周期因子" in problem.says("zh")
    named = refused(row, flow="electricity", unit="kWh", provider="gansu")
    assert named.code == "electricity-combustion"


def test_a_combustion_factor_serves_accounts() -> None:
    row = provider("gansu", "electricity", unit="kWh", family="combustion")
    assert found(row, flow="electricity", unit="kWh", family="combustion").process.id == "gansu"


def test_a_province_beside_the_nation_takes_the_life_cycle_factor() -> None:
    rows = (
        provider("gansu", "electricity", unit="kWh", place="CN-GS", family="combustion"),
        provider("nation", "electricity", unit="kWh", at="delivered"),
    )
    link_ = found(*rows, flow="electricity", unit="kWh", place="甘肃")
    assert (link_.process.id, codes(link_)) == ("nation", ["place-widened"])


@pytest.mark.parametrize(
    ("places", "taken", "widened"),
    [
        (("CN-GS", "CN-GRID-NW", "CN", "GLO"), "CN-GS", False),
        (("CN-GRID-NW", "CN", "GLO"), "CN-GRID-NW", True),
        (("CN", "GLO", "CN-SX", "FR"), "CN", True),
        (("GLO", "CN-GRID-N"), "GLO", True),
    ],
)
def test_the_narrowest_place_that_holds_the_study_is_taken(
    places: tuple[str, ...], taken: str, widened: bool
) -> None:
    link_ = found(*(provider(f"of {place}", place=place) for place in places), place="CN-GS")
    assert link_.process.place == taken
    assert codes(link_) == (["place-widened"] if widened else [])
    if widened:
        assert link_.findings[0].facts["wanted"] == "CN-GS"
        assert taken in link_.findings[0].says("zh")


def test_the_newest_data_not_after_the_period_is_taken_and_its_age_said() -> None:
    rows = [provider(f"of {year}", year=year) for year in (2006, 2015, 2022, 2025)]
    link_ = found(*rows)
    assert link_.process.id == "of 2022"
    (age,) = link_.findings
    assert (age.code, age.facts["age"], age.facts["year"]) == ("data-age", "2", "2022")


def test_data_of_an_unknown_year_is_taken_last_and_said() -> None:
    assert found(provider("a", year=None), provider("b", year=2000)).process.id == "b"
    assert codes(found(provider("a", year=None))) == ["data-year-unknown"]


@pytest.mark.parametrize("period", ["2023", "2025", "2024-07/2025-06"])
def test_electricity_is_of_the_study_s_own_year_or_an_error(period: str) -> None:
    row = provider("grid-2024", "electricity", unit="kWh", at="delivered")
    problem = refused(row, flow="electricity", unit="kWh", period=Period.read(period))
    assert (problem.code, problem.candidates) == ("electricity-year", ("grid-2024",))
    assert "its year is 2024" in problem.says("en")
    assert "年份为 2024" in problem.says("zh")
    named = refused(
        row, flow="electricity", unit="kWh", period=Period.read(period), provider="grid-2024"
    )
    assert named.code == "electricity-year"


def test_electricity_averaged_over_several_years_is_not_of_the_year() -> None:
    row = provider("grid", "electricity", unit="kWh", at="delivered", year="2022/2024")
    assert refused(row, flow="electricity", unit="kWh").code == "electricity-year"


def test_electricity_of_a_month_takes_the_year_that_holds_it() -> None:
    rows = [
        provider(f"grid-{year}", "electricity", unit="kWh", at="delivered", year=year)
        for year in (2023, 2024)
    ]
    link_ = found(*rows, flow="electricity", unit="kWh", period=Period.read("2024-03"))
    assert (link_.process.id, codes(link_)) == ("grid-2024", [])


def test_two_that_fit_equally_well_are_an_error_with_both() -> None:
    problem = refused(provider("a"), provider("b"), provider("c", year=2015))
    assert (problem.code, problem.candidates) == ("link-several", ("a", "b"))
    assert "2 providers of 'lime' fit equally well: a, b" in problem.says("en")
    assert "2 个同样合适" in problem.says("zh")


def test_the_stated_default_is_taken_among_equals() -> None:
    rows = (provider("a"), provider("b", default=True), provider("c"))
    assert found(*rows).process.id == "b"
    assert found(*rows, provider="c").process.id == "c"


def test_a_default_goes_before_neither_a_narrower_place_nor_newer_data() -> None:
    """A row of one's own province is not passed over for the default of the nation."""
    nation = provider("nation", default=True)
    assert found(nation, provider("own", place="CN-GS"), place="CN-GS").process.id == "own"
    assert found(nation, provider("old", year=2015, default=True)).process.id == "nation"
    assert found(provider("old", year=2015, default=True), provider("new")).process.id == "new"


def test_an_alternative_is_taken_only_by_its_name() -> None:
    rows = (
        provider("default", place="GLO", year=2006, default=True),
        provider("alternative", place="CN", alternative=True),
    )
    assert found(*rows).process.id == "default"
    assert found(*rows, provider="alternative").process.id == "alternative"
    problem = refused(rows[1])
    assert (problem.code, problem.candidates) == ("link-none", ("alternative",))
    assert "taken only by its name" in problem.says("en")
    assert "只在指名时采用" in problem.says("zh")


def test_a_named_provider_makes_place_and_age_findings() -> None:
    row = provider("fr", place="FR", year=2025)
    link_ = found(row, provider="fr")
    assert codes(link_) == ["place-elsewhere", "data-later"]
    assert found(provider("b", boundary="combustion only"), provider="b").findings[0].code == (
        "boundary-combustion"
    )


def test_a_named_provider_may_be_called_otherwise_than_the_flow() -> None:
    assert found(provider("a"), flow="our own word", provider="a").process.id == "a"


def test_a_named_provider_must_be_there_and_fit() -> None:
    missing = refused(provider("lime-2024"), provider="lime-2023")
    assert (missing.code, missing.candidates) == ("link-provider-unknown", ("lime-2024",))
    unfit = refused(provider("a", unit="kWh"), provider="a")
    assert (unfit.code, unfit.candidates) == ("link-provider-unfit", ("a",))


def test_power_at_the_generator_is_refused_even_by_name() -> None:
    """The mutant 'wind at 0.0324 without transmission', made by a link of the study."""
    wind = provider("wind", "electricity", unit="kWh", at="generator")
    problem = refused(wind, flow="electricity", unit="kWh", provider="wind")
    assert problem.code == "link-provider-unfit"
    assert "transmission and distribution besides" in problem.says("en")


def test_unverified_rows_are_refused_unless_the_study_names_them() -> None:
    row = provider("a", unverified=("r1", "r2"))
    for asked in ({}, {"provider": "a"}, {"unverified": frozenset({"r1"})}):
        problem = refused(row, **asked)
        assert problem.code == "link-unverified"
        assert "r2" in problem.says("zh")
    for named in ({"r1", "r2"}, {"a"}):
        link_ = found(row, unverified=frozenset(named))
        assert codes(link_) == ["unverified-used", "unverified-used"]
        assert [each.facts["row"] for each in link_.findings] == ["r1", "r2"]


def test_an_unverified_row_gives_way_to_a_verified_one() -> None:
    rows = (provider("a", unverified=("a",)), provider("b", year=2010))
    assert found(*rows).process.id == "b"


def test_an_unstated_basis_is_a_finding_unless_it_is_the_lower_heating_value() -> None:
    assert codes(found(provider("a", basis="as received"))) == ["basis-assumed"]
    assert codes(found(provider("a", basis="lower heating value"))) == []
    assert codes(found(provider("a", basis="dry"), basis="干基")) == []


def test_supply_without_combustion_is_a_finding() -> None:
    assert codes(found(provider("a", boundary="upstream only"))) == ["boundary-upstream"]


def test_candidates_are_ranked_by_how_near_they_come() -> None:
    rows = (
        provider("wrong unit", unit="kWh"),
        provider("wrong place", place="FR"),
        provider("later", year=2026),
        provider("sooner later", year=2025),
        provider("unverified", unverified=("r",)),
    )
    problem = refused(*rows)
    assert problem.candidates == (
        *("unverified", "later", "sooner later"),
        *("wrong place", "wrong unit"),
    )
    assert problem.code == "link-unverified"


def test_a_problem_and_a_finding_stand_where_the_input_stands() -> None:
    where = Where(file="activity.csv", line=7, column="flow")
    assert refused(provider("a"), flow="x", where=where).where == where
    assert found(provider("a", year=2010), where=where).findings[0].where == where


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["CN", "CN-GS", "CN-GRID-NW", "GLO", "FR"]),
            st.sampled_from([None, 2010, 2020, 2024, 2025]),
            st.booleans(),
            st.sampled_from(["kg", "t", "kWh"]),
        ),
        min_size=1,
        max_size=7,
    ),
    seed=st.integers(0, 99),
)
def test_the_order_of_rows_changes_neither_the_provider_nor_the_error(
    rows: list[tuple[str, int | None, bool, str]], seed: int
) -> None:
    made = [
        provider(f"row {i}", place=place, year=year, default=default, unit=unit)
        for i, (place, year, default, unit) in enumerate(rows)
    ]
    background = background_of(*made)
    shuffled = random.Random(seed).sample(made, len(made))  # noqa: S311 - an order, no secret
    answers = []
    for processes in (background.processes, tuple(shuffled)):
        held = replace(background, processes=processes)
        try:
            answers.append(
                repr(link("lime", unit="kg", background=held, place="CN-GS", period=Y2024))
            )
        except LinkError as error:
            answers.append(error.says("zh"))
    assert answers[0] == answers[1]


def test_an_own_factor_is_found_beside_a_public_set(folder: Folder) -> None:
    own = factor_set("own", {"flux": "2 kg CO2e/kg"}, source="letter", place="CN", period=Y2024)
    both = join(folder.open(), own)
    link_ = link("flux", unit="t", background=both, place="CN", period=Y2024)
    assert (link_.process.id, codes(link_)) == ("own: flux", [])
