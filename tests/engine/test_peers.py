"""The same generated systems for bw2calc: the same footprints, the same inventories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pcf.inventory import assemble, factorise, find_loops, intensities
from pcf.inventory.storage import open_system, save_system
from pcf.model.characterisation import CharacterisationSet

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

# The first import of bw2calc warns about what it was not installed with.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return pytest.importorskip("benchmarks.engine.generator", reason="benchmarks are not here")


@pytest.fixture(scope="module")
def peers(generator: ModuleType) -> ModuleType:
    del generator
    pytest.importorskip("bw2calc", exc_type=ImportError)
    return pytest.importorskip("benchmarks.engine.peers")


def test_a_seed_makes_one_system_and_another_seed_another(generator: ModuleType) -> None:
    assert generator.generate(300, 7) == generator.generate(300, 7)
    assert generator.generate(300, 7) != generator.generate(300, 8)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_generated_system_has_loops_and_produces(generator: ModuleType, seed: int) -> None:
    system = generator.generate(1_500, seed)
    factorised = factorise(assemble(system).technosphere)
    assert factorised.plan is not None
    assert 10 < factorised.plan.h < 300
    assert find_loops(system) == ()
    runs = factorised.forward(np.where(system.processes.treats, -1.0, 1.0)).values
    assert runs.min() >= -1e-12 * runs.max()
    assert system.processes.treats.any()


@pytest.mark.parametrize(("n", "seed"), [(300, 11), (2_000, 12)])
def test_every_footprint_is_that_of_bw2calc(
    peers: ModuleType, generator: ModuleType, tmp_path: Path, n: int, seed: int
) -> None:
    system = generator.generate(n, seed)
    folder = peers.package(system, tmp_path / "package")
    save_system(system, tmp_path / "columns")
    potentials = pytest.importorskip("benchmarks.engine.potentials").POTENTIALS
    climate = CharacterisationSet.of("climate", potentials)
    ours = intensities(open_system(tmp_path / "columns"), climate)
    signs = np.where(system.processes.treats, -1.0, 1.0)
    for product in (0, n // 2, n - 1):
        score = peers.lca(folder, product).score
        assert signs[product] * ours[product] == pytest.approx(score, rel=1e-9)


def test_the_supply_of_a_demand_is_that_of_bw2calc(
    peers: ModuleType, generator: ModuleType, tmp_path: Path
) -> None:
    n = 1_000
    system = generator.generate(n, 13)
    folder = peers.package(system, tmp_path / "package")
    theirs = peers.lca(folder, 999)
    ours = factorise(assemble(system).technosphere).forward(np.eye(1, n, 999).ravel()).values
    supply = np.empty(n)
    for process in range(n):
        supply[process] = theirs.supply_array[theirs.dicts.activity[peers.PROCESSES + process]]
    np.testing.assert_allclose(ours, supply, rtol=1e-9, atol=1e-12 * abs(supply).max())
