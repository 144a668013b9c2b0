"""Residuals by tracing: emissions are conserved exactly, whoever claims what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.electricity.residual import (
    Claims,
    CombustionFactor,
    LifeCycleFactor,
    ProvincialResiduals,
    provincial_residuals,
)
from pcf.electricity.tracing import Store, network, trace
from pcf.errors import ModelError
from pcf.model.coverage import Period

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.electricity.tracing import Coupling, Network

YEAR = Period.read("2023")
seeds = st.integers(0, 2**32 - 1)
couplings = st.sampled_from(["direct", "net"])


def drawn(seed: int, loss: float) -> tuple[Network, np.ndarray, np.random.Generator]:
    """Return a network of three hours, what each zone emits, and the rest of the randomness."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 6))
    sent = random.uniform(0, 10, (3, count, count)) * random.integers(0, 2, (3, count, count))
    sent[:, range(count), range(count)] = 0
    received = sent * (1 - loss * random.uniform(0, 1, sent.shape))
    short = np.maximum(sent.sum(axis=1) - received.sum(axis=2), 0)
    made = short + random.uniform(1, 20, (3, count))
    names = [f"z{i}" for i in range(count)]
    pairs = [(j, i) for i in range(count) for j in range(count) if sent[:, i, j].any()]
    grid = network(
        dict(zip(names, made.T, strict=True)),
        {(names[j], names[i]): sent[:, i, j] for j, i in pairs},
        received={(names[j], names[i]): received[:, i, j] for j, i in pairs},
    )
    return grid, made * random.uniform(0.1, 1, made.shape), random


def claimed(
    grid: Network, emitted: np.ndarray, random: np.random.Generator
) -> tuple[dict[str, Claims], dict[str, float]]:
    """Return claims on a part of each zone's generation, used anywhere in the network."""
    energy = grid.generation * random.uniform(0, 0.9, grid.generation.shape)
    factor = 0.9 * (emitted / grid.generation).min(axis=0) * random.uniform(0, 1, len(grid.zones))
    load = grid.consumption.sum(axis=0)
    total = min(energy.sum(), 0.95 * load.sum())
    energy *= total / energy.sum()
    used = load * total / load.sum()
    claims = {zone: Claims(energy[:, i], float(factor[i])) for i, zone in enumerate(grid.zones)}
    return claims, dict(zip(grid.zones, map(float, used), strict=True))


def by_zone(grid: Network, table: np.ndarray) -> dict[str, np.ndarray]:
    """Return columns by the name of the zone."""
    return dict(zip(grid.zones, table.T, strict=True))


@given(seeds, st.sampled_from([0.0, 0.2]), couplings)
def test_unclaimed_and_claimed_consumption_carry_all_emissions(
    seed: int, loss: float, coupling: Coupling
) -> None:
    grid, emitted, random = drawn(seed, loss)
    claims, used = claimed(grid, emitted, random)
    result = provincial_residuals(
        grid,
        by_zone(grid, emitted),
        claims=claims,
        used=used,
        family="combustion",
        coupling=coupling,
    )
    rest = sum(result.untracked[zone] * (result.residual[zone] or 0.0) for zone in grid.zones)
    assert rest + result.claimed_emissions == pytest.approx(emitted.sum(), rel=1e-9)
    assert result.gap == pytest.approx(0, abs=1e-6)


@given(seeds)
def test_without_claims_the_residual_is_the_location_factor(seed: int) -> None:
    grid, emitted, _ = drawn(seed, 0.2)
    result = provincial_residuals(
        grid, by_zone(grid, emitted), claims={}, used={}, family="combustion"
    )
    assert result.residual == pytest.approx(result.location, rel=1e-9)
    traced = trace(grid, {"CO2": by_zone(grid, emitted)})
    assert result.location == pytest.approx(
        {zone: each.value for zone, each in traced.factors("CO2").items()}
    )


@given(seeds)
def test_the_part_with_attributes_lies_between_none_and_all(seed: int) -> None:
    grid, emitted, random = drawn(seed, 0.0)
    claims, used = claimed(grid, emitted, random)
    result = provincial_residuals(
        grid, by_zone(grid, emitted), claims=claims, used=used, family="combustion"
    )
    assert all(-1e-9 <= (each or 0.0) <= 1 + 1e-9 for each in result.attributes.values())


def test_claims_from_outside_leave_a_gap_that_is_told() -> None:
    grid = network({"A": 100.0, "B": 50.0}, {("A", "B"): 30.0})
    result = provincial_residuals(
        grid, {"A": 10, "B": 40}, claims={"A": Claims(5.0)}, used={"A": 20.0}, family="combustion"
    )
    assert result.gap == pytest.approx(15.0)
    assert result.findings[-1].code == "residual-gap"


def test_where_all_is_claimed_there_is_no_residual() -> None:
    grid = network({"A": 100.0, "B": 50.0})
    result = provincial_residuals(
        grid,
        {"A": 0.0, "B": 40},
        claims={"A": Claims(100.0)},
        used={"A": 100.0},
        family="combustion",
    )
    assert result.residual == {"A": None, "B": pytest.approx(0.8)}
    with pytest.raises(ModelError) as caught:
        result.factor("A", YEAR, source="test")
    assert caught.value.problems[0].code == "residual-unknown"


@pytest.mark.parametrize("family", ["combustion", "life cycle"])
def test_a_residual_is_a_factor_of_its_own_family(family: str) -> None:
    grid = network({"CN-YN": 100.0, "CN-GD": 50.0}, {("CN-YN", "CN-GD"): 30.0}, unit="GWh")
    result: ProvincialResiduals = provincial_residuals(
        grid,
        {"CN-YN": 10.0, "CN-GD": 40.0},
        claims={},
        used={},
        family=family,  # type: ignore[arg-type]
        unit="kt" if family == "combustion" else "kt CO2e",
    )
    factor = result.factor("CN-GD", YEAR, source="test")
    assert isinstance(factor, CombustionFactor if family == "combustion" else LifeCycleFactor)
    assert factor.value == pytest.approx((40 + 3) / 80)
    assert not factor.official
    assert "not official" in factor.name.en
    assert "非官方" in factor.name.zh
    assert [each.code for each in factor.findings] == ["residual-own"]


PLAIN = network({"A": 100.0, "B": 50.0}, {("A", "B"): 30.0})
EMITTED = {"A": 10.0, "B": 40.0}


def _refused(**changed: object) -> ProvincialResiduals:
    asked: dict[str, object] = {"claims": {}, "used": {}, "family": "combustion"}
    return provincial_residuals(PLAIN, EMITTED, **{**asked, **changed})  # type: ignore[arg-type]


REFUSED: dict[str, Callable[[], object]] = {
    "residual-open": lambda: provincial_residuals(
        network({"A": 1.0}, {("X", "A"): 1.0}), {"A": 1.0}, claims={}, used={}, family="combustion"
    ),
    "residual-open ": lambda: provincial_residuals(
        network({"A": 1.0}, stores=[Store("A", 1, 0, 0.9)]),
        {"A": 1.0},
        claims={},
        used={},
        family="combustion",
    ),
    "zone-unknown": lambda: _refused(claims={"C": Claims(1.0)}),
    "carried-missing": lambda: provincial_residuals(
        PLAIN, {"A": 1.0}, claims={}, used={}, family="combustion"
    ),
    "claims-negative": lambda: _refused(claims={"A": Claims(-1.0)}),
    "claims-beyond-generation": lambda: _refused(claims={"A": Claims(101.0)}),
    "claims-beyond-emissions": lambda: _refused(claims={"A": Claims(50.0, 0.3)}),
    "claimed-too-much": lambda: _refused(used={"A": 71.0}),
    "pool-empty": lambda: _refused(claims={"A": Claims(50.0), "B": Claims(50.0)}),
    "residual-nobody": lambda: provincial_residuals(
        network({"A": 100.0}),
        {"A": 5.0},
        claims={"A": Claims(100.0)},
        used={"A": 100.0},
        family="combustion",
    ),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_is_refused(code: str) -> None:
    with pytest.raises(ModelError) as caught:
        REFUSED[code]()
    assert caught.value.problems[0].code == code.strip()
    assert caught.value.problems[0].says("zh")
