"""The two ladders: each step in its place, each family refused in the other's, nothing unsaid."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pcf.background import join, link, open_background
from pcf.electricity.residual import (
    CombustionFactor,
    LifeCycleFactor,
    Mix,
    as_background,
    delivered,
    dual_report,
    life_cycle_residual,
    on_site,
    provincial_proxy,
    require_combustion,
    require_life_cycle,
    unclaimed_combustion,
    unclaimed_life_cycle,
)
from pcf.errors import LinkError, ModelError, PcfError
from pcf.model.amounts import Amount
from pcf.model.coverage import Period

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.background import Background

Y2023, Y2024 = Period.read("2023"), Period.read("2024")
OWN = LifeCycleFactor(0.70, "CN", Y2024, "residual mix", "generator", source="stated volumes")
TRACED = CombustionFactor(0.45, "CN-GS", Y2023, "residual mix", source="traced")


@pytest.fixture(scope="module")
def background() -> Background:
    """Return the shipped edition."""
    return open_background("cn-public", edition="2026.1")


def without(background: Background, *technologies: str) -> Background:
    """Return the data without combustion factors of some technologies."""
    kept = [
        row
        for row in background.processes
        if row.family != "combustion" or row.technology not in technologies
    ]
    return replace(background, processes=tuple(kept))


def code_of(caught: pytest.ExceptionInfo[PcfError]) -> str:
    """Return the first problem's code; it speaks both languages."""
    found = caught.value.problems[0]
    assert re.search(r"[\u4e00-\u9fff]", found.says("zh"))
    assert found.says("en")
    return found.code


def test_products_without_a_residual_take_the_average_and_are_told(background: Background) -> None:
    factor = unclaimed_life_cycle(background, place="CN-GS", period=Y2024)
    assert (factor.value, factor.official, factor.at) == (0.5777, True, "delivered")
    said = factor.findings[0].says("en")
    assert "no life-cycle residual mix is published" in said
    assert "counted twice" in said


def test_a_residual_of_ours_goes_before_the_average(background: Background) -> None:
    factor = unclaimed_life_cycle(background, place="CN-GS", period=Y2024, residual=OWN)
    assert factor.value == pytest.approx(0.70 + 0.0327)
    assert factor.rows == ("electricity-td-2024",)
    assert not factor.official


def test_a_residual_that_is_delivered_gets_no_transmission_again(background: Background) -> None:
    meter = replace(OWN, at="delivered")
    factor = unclaimed_life_cycle(background, place="CN-GS", period=Y2024, residual=meter)
    assert factor.value == 0.70


def test_a_year_without_verified_transmission_is_refused(background: Background) -> None:
    with pytest.raises(LinkError):
        delivered(replace(OWN, period=Y2023), background)


def test_accounts_step_by_step(background: Background) -> None:
    """Traced, then 0.6096, then 0.8273, then the province's average; each step passed is told."""
    steps = [
        (background, TRACED, 0.45, "residual mix", []),
        (background, None, 0.6096, "without market-traded non-fossil", ["ladder-no-traced"]),
        (
            without(background, "average without market-traded non-fossil"),
            None,
            0.8273,
            "fossil power",
            ["ladder-no-traced", "ladder-passed"],
        ),
        (
            without(background, "average without market-traded non-fossil", "fossil"),
            None,
            0.4471,
            "provincial average",
            [
                "ladder-no-traced",
                "ladder-passed",
                "ladder-passed",
                "residual-missing-accounts",
            ],
        ),
    ]
    for data, residual, value, kind, told in steps:
        factor = unclaimed_combustion(data, place="CN-GS", period=Y2023, residual=residual)
        assert (factor.value, factor.kind) == (value, kind)
        assert [each.code for each in factor.findings] == told


def test_a_place_without_its_own_average_takes_a_wider_one(background: Background) -> None:
    """Tibet has no provincial factor in any year: its regional grid stands in."""
    bare = without(background, "average without market-traded non-fossil", "fossil")
    factor = unclaimed_combustion(bare, place="CN-XZ", period=Y2023)
    assert (factor.place, factor.value) == ("CN-GRID-SW", 0.2472)
    national = unclaimed_combustion(bare, place="CN", period=Y2023)
    assert (national.kind, national.value) == ("national average", 0.5306)


def test_a_year_without_any_factor_is_an_error(background: Background) -> None:
    with pytest.raises(LinkError):
        unclaimed_combustion(background, place="CN-GS", period=Y2024)


def test_each_family_is_refused_in_the_others_place(background: Background) -> None:
    with pytest.raises(ModelError) as caught:
        unclaimed_life_cycle(background, place="CN-GS", period=Y2023, residual=TRACED)
    assert code_of(caught) == "combustion-in-product"
    with pytest.raises(ModelError) as caught:
        unclaimed_combustion(background, place="CN-GS", period=Y2024, residual=OWN)
    assert code_of(caught) == "life-cycle-in-accounts"
    assert require_combustion(TRACED) is TRACED
    assert require_life_cycle(OWN) is OWN


def test_accounts_refuse_both_factors_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        dual_report(Amount(1.0, "MWh"), [], location=OWN, residual=OWN)
    assert [each.code for each in caught.value.problems] == ["life-cycle-in-accounts"] * 2


def test_the_two_types_are_never_equal() -> None:
    same = {"value": 0.5, "place": "CN", "period": Y2023, "kind": "residual mix"}
    assert LifeCycleFactor(**same) != CombustionFactor(**same)  # type: ignore[arg-type, comparison-overlap]


def test_a_provincial_proxy_says_everywhere_that_it_is_not_official(background: Background) -> None:
    proxy = provincial_proxy(background, place="甘肃", period=Y2023)
    assert proxy.value == pytest.approx(0.4471 * 0.6205 / 0.5306)
    row = as_background(proxy).processes[0]
    finding = proxy.findings[0]
    for said in (proxy.name.en, row.process.name.en, row.note, finding.says("en")):
        assert "not official" in said
    for said in (proxy.name.zh, row.process.name.zh, finding.says("zh")):
        assert "非官方" in said


def test_a_proxy_is_taken_only_by_a_study_that_names_it(background: Background) -> None:
    proxy = as_background(provincial_proxy(background, place="CN-GS", period=Y2023))
    both = join(background, proxy)
    asked = {"unit": "kWh", "background": both, "place": "CN-GS", "period": Y2023}
    assert link("electricity", **asked).process.id == "electricity-average-2023"  # type: ignore[arg-type]
    name = proxy.processes[0].id
    assert link("electricity", provider=name, **asked).process.id == name  # type: ignore[arg-type]


def test_no_proxy_without_the_province_or_the_year(background: Background) -> None:
    with pytest.raises(LinkError) as caught:
        provincial_proxy(background, place="CN-XZ", period=Y2023)
    assert code_of(caught) == "proxy-place"
    with pytest.raises(LinkError) as caught:
        provincial_proxy(background, place="CN-GS", period=Y2024)
    assert len(caught.value.problems) == 2


def test_a_life_cycle_residual_names_every_technology_without_a_factor(
    background: Background,
) -> None:
    with pytest.raises(LinkError) as caught:
        life_cycle_residual(
            Mix({"coal": 1.0, "tidal": 1.0, "peat": 1.0}),
            background,
            place="CN",
            period=Y2024,
            source="volumes",
        )
    assert [each.facts["technology"] for each in caught.value.problems] == ["tidal", "peat"]


def test_a_life_cycle_residual_reads_chinese_names(background: Background) -> None:
    factor = life_cycle_residual(
        Mix({"煤电": 1.0, "风电": 1.0}), background, place="CN", period=Y2024, source="volumes"
    )
    assert factor.value == pytest.approx((0.9240 + 0.0324) / 2)


@pytest.mark.parametrize(
    ("code", "residual"),
    [
        ("residual-place", replace(OWN, place="CN-YN")),
        ("residual-period", replace(OWN, period=Y2023)),
        ("residual-zero", replace(OWN, value=0.0)),
    ],
)
def test_a_residual_that_does_not_fit_is_refused(
    background: Background, code: str, residual: LifeCycleFactor
) -> None:
    """A published zero says that all is tracked, not that the rest is clean (AIB, el-010)."""
    with pytest.raises(ModelError) as caught:
        unclaimed_life_cycle(background, place="CN-GS", period=Y2024, residual=residual)
    assert code_of(caught) == code


REFUSED: dict[str, Callable[[], object]] = {
    "mix-empty": lambda: life_cycle_residual(
        Mix({}), open_background(edition="2026.1"), place="CN", period=Y2024, source=""
    ),
    "accounts-amounts": lambda: dual_report(
        Amount(None, "MWh"), [], location=TRACED, residual=TRACED
    ),
    "claimed-too-much": lambda: dual_report(
        Amount(1.0, "MWh"), [(Amount(2.0, "MWh"), 0.0)], location=TRACED, residual=TRACED
    ),
    "onsite-amounts": lambda: on_site([-1.0], [1.0], sold=0, self_consumed_sellable=True),
    "series-length": lambda: on_site([1.0, 2.0], [1.0], sold=0, self_consumed_sellable=True),
    "sold-too-much": lambda: on_site([1.0], [1.0], sold=2, self_consumed_sellable=True),
    "sold-beyond-export": lambda: on_site([1.0], [1.0], sold=1, self_consumed_sellable=False),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_is_refused(code: str) -> None:
    with pytest.raises(ModelError) as caught:
        REFUSED[code]()
    assert code_of(caught) == code


def test_factors_pickle() -> None:
    assert pickle.loads(pickle.dumps((OWN, TRACED))) == (OWN, TRACED)  # noqa: S301 - our own bytes
