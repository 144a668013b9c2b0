"""Each fact against arithmetic done by hand, and unknown where nothing is known."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pcf.electricity import Share, Supply
from pcf.errors import RuleError
from pcf.model.coverage import Period
from pcf.rules.facts import COMPUTED, facts_of
from pcf.rules.facts.page import facts_page
from pcf.rules.facts.totals import rounded_up
from pcf.rules.values import Pack, Role
from pcf.rules.vocabulary import vocabulary
from pcf.study.values import ElementBalance, Evidence, Statement
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.background import Background
    from pcf.rules.values import FactValue
    from pcf.study import Study

PAGE = Path(__file__).resolve().parents[3] / "product_rules" / "facts.md"


def value(study: Study, name: str, background: Background, **more: object) -> FactValue:
    """Return the value of one fact of a study on the background data."""
    footprint = study.footprint(background)
    pack = more.pop("pack", None) or asking(name)
    facts = facts_of(study, footprint, background=background, pack=pack, **more)  # type: ignore[arg-type]
    return facts[name].value


def asking(name: str, *roles: Role) -> Pack:
    """Return a pack that asks for one fact, so that no other is computed."""
    role = Role("asked", Name("asked"), mandatory=f"known({name})", processes=("casting",))
    return Pack("test", "1", Name("test"), (), {}, vocabulary(), (*roles, role))


def test_the_vocabulary_and_the_functions_are_the_same() -> None:
    kinds = vocabulary()
    assert {name for name, kind in kinds.items() if not kind.stated} == set(COMPUTED)


def test_every_fact_is_asked_and_explained_in_both_languages() -> None:
    for kind in vocabulary().values():
        for name in (kind.question, kind.doc):
            assert name.en, kind.name
            assert any("\u4e00" <= each <= "\u9fff" for each in name.zh), kind.name
        assert kind.question.en.endswith("?")
        assert kind.question.zh.endswith("？")
        assert all(word.en and word.zh for word in kind.words.values()), kind.name


def test_the_page_of_facts_is_the_vocabulary() -> None:
    assert PAGE.read_text("utf-8") == facts_page(), (
        "write it anew: from pcf.rules.facts.page import facts_page"
    )


def test_every_fact_of_the_studies_is_of_its_kind(
    reference: Study, smelter: Study, background: Background
) -> None:
    for study in (reference, smelter):
        facts = facts_of(study, study.footprint(background), background=background)
        assert set(facts) == set(vocabulary())
        for name in facts:
            assert facts[name].how.en or facts[name].kind.stated, name
            number = facts[name].value
            assert not isinstance(number, float) or math.isfinite(number), name


def test_excluded_shares_are_bounds_over_everything(
    reference: Study, background: Background
) -> None:
    bounds = {"refractory lining": 30.0, "steel": 15.9}
    facts = facts_of(reference, reference.footprint(background), background=background)
    total = facts["total.value"].value
    share, largest = facts["excluded.share"].value, facts["excluded.largest"].value
    assert isinstance(total, float)
    assert isinstance(share, float)
    assert isinstance(largest, float)
    everything = total / (1 - share)
    assert largest == pytest.approx(bounds["refractory lining"] / everything, rel=1e-9)
    assert facts["excluded.largest"].evidence[0].item == "exclusion[5]"


def test_an_exclusion_without_a_bound_makes_the_shares_unknown(
    reference: Study, background: Background
) -> None:
    bare = tuple(replace(each, bound=None) if "dross" in each.flow else each
                 for each in reference.exclusions)  # fmt: skip
    study = reference.varying(exclusions=bare)
    for name in ("excluded.share", "excluded.largest"):
        assert value(study, name, background) is None
    assert value(study, "excluded.bounded", background) is False


def test_nothing_excluded_is_a_share_of_zero(smelter: Study, background: Background) -> None:
    rows = tuple(row for row in smelter.activity if row.flow != "cryolite")
    study = replace(smelter, exclusions=(), activity=rows, unverified=())
    assert value(study, "excluded.largest", background) == 0.0
    assert value(study, "excluded.share", background) == 0.0


@pytest.mark.parametrize(
    ("period", "months", "year"),
    [
        ("2024", 12.0, True),
        ("2023/2024", 24.0, True),
        ("2024-01/2024-11", 11.0, False),
        ("2023-07/2024-06", 12.0, False),
        ("2024-01-01/2024-12-30", 365 / (365.2425 / 12), False),
    ],
)
def test_periods(
    smelter: Study, background: Background, period: str, months: float, year: bool
) -> None:
    study = replace(smelter, period=Period.read(period))
    footprint = smelter.footprint(background)
    facts = facts_of(study, footprint)
    assert facts["period.months"].value == pytest.approx(months, rel=1e-12)
    assert facts["period.calendar_year"].value is year


def test_ages_count_from_the_last_year_of_the_period(
    reference: Study, background: Background
) -> None:
    facts = facts_of(reference, reference.footprint(background))
    assert facts["data.age_material"].value == 24.0  # USLCI, 2000, against 2024
    newest, mean = facts["data.age_newest"].value, facts["data.age_mean"].value
    assert newest == 0.0
    assert isinstance(mean, float)
    assert 0 < mean < 24


def test_primary_shares_are_by_size(smelter: Study, background: Background) -> None:
    facts = facts_of(smelter, smelter.footprint(background))
    assert facts["primary.share"].value == 0.0  # no factor of the background is primary
    amounts = facts["primary.amounts_share"].value
    table = smelter.footprint(background).table()
    sources = {source.id: source.confidence for source in smelter.sources}
    primary = {
        row.id for row in smelter.rows if (row.confidence or sources.get(row.source)) == "primary"
    }
    mine = table[table["in_total"]]
    by_hand = mine[mine["exchange"].isin(primary)]["kg_co2e"].abs().sum()
    assert amounts == pytest.approx(by_hand / mine["kg_co2e"].abs().sum(), rel=1e-9)


def test_evidence_counts_every_month(smelter: Study, background: Background) -> None:
    sourced = tuple(replace(row, source="P1") if row.meter else row for row in smelter.activity)
    before = value(replace(smelter, activity=sourced), "primary.evidence_share", background)
    rows = tuple(
        replace(row, evidence=Evidence()) if row.id == "potline 2024-07" else row for row in sourced
    )
    after = value(replace(smelter, activity=rows), "primary.evidence_share", background)
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert before > 0.9
    assert after < 0.5


def test_control_is_unknown_until_every_process_says_so(
    smelter: Study, background: Background
) -> None:
    assert value(smelter, "primary.controlled_share", background) is None
    said = tuple(replace(row, controlled=row.id == "potroom") for row in smelter.processes)
    share = value(replace(smelter, processes=said), "primary.controlled_share", background)
    assert isinstance(share, float)
    assert 0 < share < 1
    declared = value(replace(smelter, processes=said), "primary.declared_controlled", background)
    assert declared is False


def test_roles_are_covered_by_processes_and_by_records(
    reference: Study, smelter: Study, background: Background
) -> None:
    mine = Role("mine", Name("mine", "矿山"), made=("bauxite",), within=("alumina",))
    absent = Role("unicorn", Name("unicorn", "独角兽"), made=("unicorn milk",))
    perhaps = Role(
        "perhaps", Name("perhaps", "或许"), made=("nothing",), mandatory="review.independent"
    )
    count = "boundary.roles_missing"
    for study in (reference, smelter):
        assert value(study, count, background, pack=asking(count, mine)) == 0.0
        assert value(study, count, background, pack=asking(count, mine, absent)) == 1.0
        assert value(study, count, background, pack=asking(count, perhaps)) is None


def test_the_effect_of_another_allocation_is_that_of_the_alternative(
    smelter: Study, background: Background
) -> None:
    one = smelter.footprint(background).total
    other = smelter.varying(alternative="dross by mass").footprint(background).total
    effect = value(smelter, "allocation.effect", background)
    assert effect == pytest.approx(abs(other - one) / one, rel=1e-12)
    assert value(smelter, "allocation.step", background) == 3.0


def test_electricity_by_case_and_by_kwh(smelter: Study, background: Background) -> None:
    assert value(smelter, "electricity.cases", background) == frozenset({"grid"})
    supply = Supply((Share("wind", 0.6), Share("PV", 0.1, "on-site"), Share("average", 0.3)))
    study = smelter.varying(electricity={"potline 1": supply})
    metered = study.footprint(background)
    potline = 13650.303030303 * 0.6
    facts = facts_of(study, metered, background=background)
    assert facts["electricity.cases"].value == frozenset(
        {"contractual instrument", "own generation", "grid"}
    )
    whole = facts["electricity.kwh"].value
    assert isinstance(whole, float)
    share = facts["electricity.claimed_share"].value
    own = facts["electricity.own_share"].value
    average = facts["electricity.average_share"].value
    assert isinstance(share, float)
    assert isinstance(own, float)
    assert isinstance(average, float)
    assert share + own + average == pytest.approx(1.0, abs=1e-12)
    assert share == pytest.approx(own * 6, rel=1e-9)
    assert abs(share * whole - potline) < potline * 0.01
    assert facts["electricity.planned"].value is True
    assert facts["electricity.evidence_share"].value == 0.0
    assert facts["electricity.losses"].value == "published"


def test_balances_and_site_totals(reference: Study, smelter: Study, background: Background) -> None:
    assert value(reference, "balance.worst", background) == pytest.approx(
        (468.48 - 465.194) / 465.194, rel=1e-3
    )
    streams = (("alumina", ""),), (("liquid aluminium", ""),)
    mass = ElementBalance("electrolysis", "mass", *streams, tolerance=0.05)
    study = replace(reference, balances=(mass,))
    assert value(study, "balance.worst", background) == pytest.approx(0.9225, rel=1e-9)
    assert value(study, "balance.open", background) == 1.0
    assert value(smelter, "site.worst", background) == pytest.approx(3 / 1503, rel=1e-9)
    assert value(smelter, "balance.worst", background) is None


def test_a_returned_stream_that_does_not_close_is_measured(
    reference: Study, background: Background
) -> None:
    study = reference.varying(rows={"e-butts": "100 kg"})
    assert value(reference, "internal.gap", background) == pytest.approx(0.0, abs=1e-9)
    gap = value(study, "internal.gap", background)
    assert gap == pytest.approx((100 - 78.72) / 100, rel=1e-9)


@pytest.mark.parametrize(
    ("written", "unit", "expected"),
    [
        ("13600", "kg CO2e", True),
        ("13.6", "t CO2e", True),
        ("13581", "kg CO2e", False),
        ("13500", "kg CO2e", False),
        ("13700", "kg CO2e", False),
    ],
)
def test_the_declared_value_is_rounded_up_once(
    reference: Study,
    background: Background,
    written: str,
    unit: str,
    expected: bool,
) -> None:
    row = Statement("declared.value", written, unit, Evidence(text="draft of the label"))
    study = reference.varying(statements=[row])
    assert value(study, "declared.rounded", background) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(13580.78, 13600), (13600, 13600), (0.12345, 0.124), (-1236.0, -1230), (999.1, 1000), (0, 0)],
)
def test_three_digits_never_below(number: float, expected: float) -> None:
    assert rounded_up(number) == pytest.approx(expected, rel=1e-12)
    assert rounded_up(number) >= number


def test_without_background_facts_on_providers_are_unknown(
    smelter: Study, background: Background
) -> None:
    facts = facts_of(smelter, smelter.footprint(background))
    for name in ("boundary.partial_share", "quality.mean", "received.count", "allocation.effect"):
        assert facts[name].value is None
        assert "background" in facts[name].how.en


def test_a_study_with_nothing_known_gives_unknowns_not_zeros(
    smelter: Study, background: Background
) -> None:
    footprint = smelter.footprint(background)
    bare = replace(smelter, period=None, boundary="", place=None)
    facts = facts_of(bare, footprint)
    for name in ("period.months", "boundary.kind", "data.age_mean", "data.domestic_share"):
        assert facts[name].value is None, name


def test_statements_that_name_no_fact_are_told_together(
    smelter: Study, background: Background
) -> None:
    rows = [
        Statement("reveiw.done", "yes"),
        Statement("excluded.share", "0"),
        Statement("review.independent", "perhaps", evidence=Evidence(text="x")),
    ]
    study = smelter.varying(statements=rows)
    with pytest.raises(RuleError) as told:
        facts_of(study, smelter.footprint(background))
    codes = [each.code for each in told.value.problems]
    assert codes == ["statement-unknown", "statement-computed", "statement-value"]
    assert told.value.problems[0].candidates[0] == "review.done"
