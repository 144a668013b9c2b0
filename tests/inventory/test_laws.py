"""Laws of inventories, held by drawn systems with loops, wastes and credits."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pcf.inventory import as_process, assemble, characterise, intensities, solve
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import unit_process
from pcf.testing import assert_equal_numbers, product_systems

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem

OWN = CharacterisationSet.of("own", {"CO2": 1, "CH4": 29.8, "water": 0.5}, convention="-1/+1")


def largest(system: ProductSystem, runs: NDArray[np.float64]) -> float:
    """Return a bound of the largest term in the sums of a score: what is left may cancel."""
    counted = characterise(system, OWN)
    emitted = np.abs(assemble(system).elementary.data).max(initial=0.0)
    return float(max(np.abs(counted.data).max(initial=0.0), emitted) * np.abs(runs).max())


@given(product_systems(), st.floats(1e-3, 1e3))
def test_scaling_the_reference_flow_scales_everything(system: ProductSystem, factor: float) -> None:
    one, more = solve(system, {"p0": 1.0}), solve(system, {"p0": factor})
    assert_equal_numbers(more.scaling, factor * one.scaling)
    size = largest(system, more.scaling)
    assert_equal_numbers(more.flows, factor * one.flows, largest=size)


@given(product_systems(), st.randoms(use_true_random=False))
def test_the_order_of_processes_changes_nothing(system: ProductSystem, random: Random) -> None:
    rows = list(system.rows())
    random.shuffle(rows)
    other = product_system(rows)
    one, two = solve(system, {"p0": 2.0}), solve(other, {"p0": 2.0})
    ids = system.processes.ids.tolist()
    assert_equal_numbers(one.scaling, [two.scaling_of(id_) for id_ in ids])
    flows = [flow.id for flow in system.elementary]
    size = largest(system, one.scaling)
    assert_equal_numbers(one.flows, [two.amount(flow) for flow in flows], largest=size)


@given(product_systems())
def test_forward_equals_adjoint_for_every_product(system: ProductSystem) -> None:
    solved = [solve(system, {id_: 1.0}).scaling for id_ in system.processes.ids.tolist()]
    scores = [float((characterise(system, OWN) @ runs).sum()) for runs in solved]
    size = max(largest(system, runs) for runs in solved)
    assert_equal_numbers(intensities(system, OWN), scores, largest=size)


@given(product_systems())
def test_the_adjoint_stands_apart_from_the_forward_solve(system: ProductSystem) -> None:
    """By its own definition: the price of a product is its process's own plus what it buys."""
    matrices, price = assemble(system), intensities(system, OWN)
    sign = np.where(system.processes.treats, -1.0, 1.0)
    own = np.asarray(characterise(system, OWN).sum(axis=0))
    size = float(np.abs(matrices.technosphere.data).max() * np.abs(price).max())
    assert_equal_numbers(matrices.technosphere.T @ (sign * price), own, largest=size)


@given(product_systems())
def test_what_each_process_brings_sums_to_the_whole(system: ProductSystem) -> None:
    inventory = solve(system, {"p0": 1.0})
    for flow, amount in zip(system.elementary, inventory.flows, strict=True):
        brought = list(inventory.by_process(flow.id).values())
        gross = sum(map(abs, brought))
        assert abs(sum(brought) - amount) <= 1e-12 * gross


@given(product_systems())
def test_an_unrelated_process_changes_nothing(system: ProductSystem) -> None:
    strangers = [
        unit_process(f"stranger {i}", "7 kg", emits={"CO2": "3 kg", "CH4": "1 kg"}) for i in (1, 2)
    ]
    larger = product_system([strangers[0], *system.rows(), strangers[1]])
    one, two = solve(system, {"p0": 1.0}), solve(larger, {"p0": 1.0})
    ids = system.processes.ids.tolist()
    assert_equal_numbers(one.scaling, [two.scaling_of(id_) for id_ in ids])
    assert two.scaling_of("stranger 1") == 0
    flows = [two.amount(flow.id) for flow in system.elementary]
    assert_equal_numbers(one.flows, flows, largest=largest(system, one.scaling))


@given(product_systems())
def test_rows_rebuild_to_an_equal_system(system: ProductSystem) -> None:
    assert product_system(system.rows()) == system


@given(product_systems())
def test_a_sub_system_as_one_process_has_the_same_intensity(system: ProductSystem) -> None:
    one = product_system([as_process(system, "p0")])
    size = largest(system, solve(system, {"p0": 1.0}).scaling)
    assert_equal_numbers(intensities(one, OWN), intensities(system, OWN)[:1], largest=size)


@given(product_systems(credits=False))
def test_without_credits_nothing_runs_backwards(system: ProductSystem) -> None:
    for id_ in system.processes.ids.tolist():
        assert (solve(system, {id_: 1.0}).scaling >= -1e-15).all()


@given(product_systems())
def test_leaving_credits_out_equals_a_system_without_them(system: ProductSystem) -> None:
    rows = [
        replace(row, exchanges=tuple(each for each in row.exchanges if each.kind != "credit"))
        for row in system.rows()
    ]
    without, gross = product_system(rows), solve(system, {"p0": 1.0}, credits=False)
    assert_equal_numbers(gross.scaling, solve(without, {"p0": 1.0}).scaling)


def test_systems_and_inventories_pickle_through_a_process_pool() -> None:
    system = product_system([
        unit_process("power", "10 kWh", emits={"CO2": "9 kg"}),
        unit_process("steel", "1 t", takes={"power": "400 kWh"}),
    ])  # fmt: skip
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        inventory = pool.submit(solve, system, {"steel": 2.0}).result()
    assert inventory.system == system
    assert inventory.amount("CO2, fossil") == 720.0
    again = pickle.loads(pickle.dumps(inventory))  # noqa: S301 - our own bytes
    assert_equal_numbers(again.scaling, inventory.scaling)
