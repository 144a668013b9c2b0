"""Residual mixes of areas: nothing is lost to the pool, and what cannot be is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.background import open_background
from pcf.electricity.residual import (
    METHODS,
    Area,
    Mix,
    Residuals,
    by_cancellation,
    by_issuance,
    by_market,
    implied_removed_share,
    life_cycle_residual,
    remaining_factor,
    residual_mixes,
    supplier_share,
)
from pcf.errors import ModelError
from pcf.model.coverage import Period

if TYPE_CHECKING:
    from collections.abc import Callable

TECHNOLOGIES = ("coal", "hydro", "wind")
parts = st.lists(st.floats(0, 1), min_size=3, max_size=3)


@st.composite
def areas(draw: st.DrawFn) -> list[Area]:
    """Return areas that together are closed: what is left in all is what all consume untracked."""
    count = draw(st.integers(1, 4))
    left, made = [], []
    for _ in range(count):
        volumes = dict(
            zip(
                TECHNOLOGIES,
                draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)),
                strict=True,
            )
        )
        removed = {
            name: volumes[name] * part for name, part in zip(TECHNOLOGIES, draw(parts), strict=True)
        }
        made.append((volumes, removed))
        left.append(sum(volumes.values()) - sum(removed.values()))
    weights = [draw(st.floats(0.01, 1)) for _ in range(count)]
    untracked = [sum(left) * weight / sum(weights) for weight in weights]
    return [
        Area(f"area {i}", "issued", volumes, removed, untracked[i] + claimed, claimed)
        for i, (volumes, removed) in enumerate(made)
        for claimed in [float(i)]
    ]


def residual_total(result: Residuals, technology: str) -> float:
    """Return how much of a technology all residual mixes hold."""
    return sum(mix.volumes.get(technology, 0.0) for mix in result.mixes.values())


@given(areas())
def test_every_technology_that_is_left_is_somebodys_residual(drawn: list[Area]) -> None:
    result = residual_mixes(drawn)
    for technology in TECHNOLOGIES:
        left = sum(area.generated[technology] - area.removed[technology] for area in drawn)
        assert residual_total(result, technology) == pytest.approx(left, rel=1e-9, abs=1e-6)
    assert result.gap == pytest.approx(0, abs=1e-6)


@given(areas())
def test_a_residual_mix_is_as_large_as_untracked_consumption(drawn: list[Area]) -> None:
    result = residual_mixes(drawn)
    for area in drawn:
        untracked = area.consumed - area.claimed
        assert result.mixes[area.name].total == pytest.approx(untracked, rel=1e-9, abs=1e-6)


@given(areas(), st.randoms(use_true_random=False))
def test_the_order_of_areas_changes_nothing(drawn: list[Area], shuffle: object) -> None:
    other = list(drawn)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    one, two = residual_mixes(drawn), residual_mixes(other)
    for area in drawn:
        assert one.mixes[area.name].volumes == pytest.approx(two.mixes[area.name].volumes, abs=1e-9)


def test_without_claims_a_closed_area_has_its_own_mix() -> None:
    area = by_issuance("A", {"coal": 70.0, "wind": 30.0}, issued={}, consumed=100.0, claimed=0.0)
    result = residual_mixes([area])
    assert result.mixes["A"].shares == {"coal": 0.7, "wind": 0.3}
    assert (result.gap, [each.code for each in result.findings]) == (0.0, ["residual-own"])


def test_expired_certificates_return_to_the_mix() -> None:
    """As though they had never been issued."""
    made, volumes = {"wind": 50.0, "coal": 50.0}, {"consumed": 90.0, "claimed": 20.0}
    back, fewer = (
        residual_mixes(
            [by_issuance("A", made, issued={"wind": issued}, expired=expired, **volumes)]
        )
        for issued, expired in ((30.0, {"wind": 10.0}), (20.0, {}))
    )
    assert back.mixes == fewer.mixes


def test_the_three_methods_remove_what_they_track() -> None:
    made = {"wind": 50.0, "coal": 50.0}
    wanted = {"consumed": 100.0, "claimed": 20.0}
    found = {
        area.method: area.removed["wind"]
        for area in (
            by_issuance("A", made, issued={"wind": 30.0}, tracked={"wind": 5.0}, **wanted),
            by_cancellation("A", made, cancelled={"wind": 20.0}, **wanted),
            by_market("A", made, traded={"wind": 12.0}, **wanted),
        )
    }
    assert found == {"issued": 35.0, "cancelled": 20.0, "market traded": 12.0}
    assert set(found) == set(METHODS)


def test_an_open_area_is_told_with_the_gap() -> None:
    area = by_issuance("A", {"coal": 100.0}, issued={}, consumed=95.0, claimed=0.0)
    result = residual_mixes([area], unit="GWh")
    assert result.gap == 5.0
    told = result.findings[-1]
    assert (told.code, told.facts) == ("residual-gap", {"gap": "5", "unit": "GWh"})


def test_an_area_that_claims_all_has_an_empty_mix() -> None:
    area = by_cancellation(
        "A", {"wind": 10.0}, cancelled={"wind": 10.0}, consumed=10.0, claimed=10.0
    )
    mix = residual_mixes([area]).mixes["A"]
    assert (mix.total, mix.shares) == (0.0, {})


def test_an_empty_mix_has_no_shares() -> None:
    assert Mix({}).shares == {}


GOOD = by_issuance("A", {"wind": 10.0}, issued={}, consumed=10.0, claimed=0.0)
REFUSED: dict[str, Callable[[], object]] = {
    "areas-missing": lambda: residual_mixes([]),
    "methods-mixed": lambda: residual_mixes(
        [GOOD, by_cancellation("B", {"wind": 1.0}, cancelled={}, consumed=1.0, claimed=0.0)]
    ),
    "area-twice": lambda: residual_mixes([GOOD, GOOD]),
    "volume-unknown": lambda: residual_mixes(
        [by_issuance("A", {"wind": float("inf")}, issued={}, consumed=1.0, claimed=0.0)]
    ),
    "removed-too-much": lambda: residual_mixes(
        [by_issuance("A", {"wind": 10.0}, issued={"wind": 11.0}, consumed=1.0, claimed=0.0)]
    ),
    "claimed-too-much": lambda: residual_mixes(
        [by_issuance("A", {"wind": 10.0}, issued={}, consumed=1.0, claimed=2.0)]
    ),
    "pool-empty": lambda: residual_mixes(
        [by_issuance("A", {"wind": 10.0}, issued={}, consumed=12.0, claimed=0.0)]
    ),
    "nothing-remains": lambda: remaining_factor(
        1.0, 1.0, removed_emissions=0.0, removed_generation=1.0
    ),
    "remaining-below-average": lambda: implied_removed_share(0.6, 0.5),
    "supplier-volumes": lambda: supplier_share(1.0, sales=0.0, cancelled=1.0),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_is_refused_in_both_languages(code: str) -> None:
    with pytest.raises(ModelError) as caught:
        REFUSED[code]()
    (found,) = caught.value.problems
    assert found.code == code
    assert re.search(r"[\u4e00-\u9fff]", found.says("zh"))


def test_more_certificates_than_generation_names_the_technology() -> None:
    area = by_issuance(
        "A", {"wind": 10.0, "PV": 5.0}, issued={"wind": 11.0, "PV": 6.0}, consumed=1.0, claimed=0.0
    )
    with pytest.raises(ModelError) as caught:
        residual_mixes([area])
    assert [each.facts["technology"] for each in caught.value.problems] == ["wind", "PV"]


def test_a_supplier_covers_at_most_the_load() -> None:
    assert supplier_share(10.0, sales=100.0, cancelled=120.0) == 10.0


@pytest.mark.parametrize("volume", [-1.0, float("nan"), float("inf"), None])
def test_volumes_that_cannot_be_never_become_a_mix(volume):
    """A negative cancellation would raise the mix, a negative share give a negative factor."""
    background = open_background("cn-public", edition="2026.1")
    good = {"coal": 5.0}
    for make in (
        lambda: by_cancellation("A", good, cancelled={"coal": volume}, consumed=1, claimed=0),
        lambda: by_market("A", good, traded={"coal": volume}, consumed=1, claimed=0),
        lambda: by_issuance("A", good, issued={}, expired={"coal": volume}, consumed=1, claimed=0),
        lambda: by_issuance("A", good, issued={}, tracked={"coal": volume}, consumed=1, claimed=0),
        lambda: by_issuance("A", {"coal": volume}, issued={}, consumed=1, claimed=0),
        lambda: life_cycle_residual(
            Mix({"coal": 5.0, "wind": volume}),
            background,
            place="CN",
            period=Period.read("2024"),
            source="an invented example",
        ),
    ):
        with pytest.raises(ModelError) as caught:
            make()
        assert {each.code for each in caught.value.problems} == {"volume-unknown"}
