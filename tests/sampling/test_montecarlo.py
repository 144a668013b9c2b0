"""Each draw is the answer of its own matrices, whoever makes it and whatever else is there."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pcf.errors import ModelError, SolveError
from pcf.inventory.sampling.montecarlo import BLOCK, monte_carlo
from pcf.inventory.sampling.terms import Counting
from pcf.model.amounts import Amount, Spread
from pcf.model.building import product_system
from pcf.model.groups import Discrete, Distributions
from pcf.model.labelled import from_matrices
from pcf.model.processes import Exchange, UnitProcess, unit_process
from pcf.testing import product_systems

ALL = (0, 1, 2, 3, 4, -1)
needs_numba = pytest.mark.skipif(not find_spec("numba"), reason="numba is not installed")
GOLDEN_SCORES = [0.8933085525743394, 0.8991214753611894, 0.8835694663084057]
"""Of the 8 processes with seed 5 below; frozen as the draws are."""


def dense(run, draw: int, seed: int) -> np.ndarray:
    """Return what each product counts in a draw, by LAPACK from the sample's own matrices."""
    technosphere, per_run = run.sample(draw, seed)
    treats = run.system.processes.treats
    values = np.linalg.solve(technosphere.toarray().T, per_run)
    return np.where(treats, -values, values)


def assert_draws_are_direct_solves(run, draws: int, seed: int) -> None:
    (block,) = run.blocks(draws, seed=seed)
    for draw in range(draws):
        exact = dense(run, draw, seed)
        size = np.maximum(np.abs(exact), np.abs(run.static))
        assert np.abs(block.scores[draw] - exact) == pytest.approx(0 * size, abs=1e-6 * size.max())
        assert (np.abs(block.scores[draw] - exact) <= 1e-6 * size + 1e-12 * size.max()).all()


@pytest.mark.parametrize(("n", "sigma"), [(6, 0.1), (40, 0.1), (40, 0.3), (150, 0.1)])
def test_draws_are_direct_solves_of_their_sample_for_all_products(
    n, sigma, looped, with_spreads, counted
):
    system = with_spreads(looped(n), sigma, ALL)
    run = monte_carlo(system, counted(system))
    assert run.prepared.plan is not None
    assert run.prepared.plan.h > 1
    assert_draws_are_direct_solves(run, 20, seed=5)


@settings(max_examples=40)
@given(product_systems(), st.integers(0, 2**64 - 1))
def test_systems_with_treatments_credits_and_odd_amounts_too(with_spreads, counted, system, seed):
    assume(len(system.exchanges))
    spread = with_spreads(system, 0.02, ALL)
    run = monte_carlo(spread, counted(spread))
    (block,) = run.blocks(3, seed=seed)
    for draw in range(3):
        technosphere, _ = run.sample(draw, seed)
        assume(np.linalg.cond(technosphere.toarray()) < 1e8)
        exact = dense(run, draw, seed)
        # Credits may cancel nearly all: the error is relative to what was added and taken away.
        moved = np.abs(np.linalg.inv(technosphere.toarray()).T) @ np.abs(run.sample(draw, seed)[1])
        assert (np.abs(block.scores[draw] - exact) <= 1e-6 * moved + 1e-12).all()


@pytest.mark.parametrize(("gain", "sigma"), [(0.85, 0.2), (0.9, 0.3), (0.97, 0.1)])
def test_the_reported_error_is_no_smaller_than_the_error(
    gain, sigma, looped, with_spreads, counted
):
    """Also where a draw brings loops near their limit, and the static system misjudges it."""
    system = with_spreads(looped(60, 4, gain=gain), sigma, (0,))
    run = monte_carlo(system, counted(system))
    (block,) = run.blocks(64, seed=3)
    worst = [np.max(np.abs(block.scores[d] / dense(run, d, 3) - 1)) for d in range(64)]
    assert (np.array(worst) <= np.maximum(block.error, 1e-12)).all()
    assert block.error.max() <= 1e-6


def test_one_product_gives_the_same_draws_as_all_products(looped, with_spreads, counted):
    system = with_spreads(looped(30))
    every, one = (
        monte_carlo(system, counted(system), products=products)
        for products in (None, np.array([7]))
    )
    (of_all,), (of_one,) = (run.blocks(50, seed=2) for run in (every, one))
    assert of_one.scores[:, 0] == pytest.approx(of_all.scores[:, 7], rel=1e-6)


def test_any_division_of_the_draws_gives_the_same_bits(looped, with_spreads, counted):
    system = with_spreads(looped(25), 0.1, ALL)
    run = monte_carlo(system, counted(system), products=np.array([3, 1]))
    whole = run.block(0, 80, seed=4)
    parts = [
        run.block(first, count, seed=4) for first, count in ((0, 7), (7, 30), (37, 1), (38, 42))
    ]
    for name in ("scores", "error", "passes", "flipped"):
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(joined, getattr(whole, name))


def test_unrelated_processes_change_no_bit(counted):
    """Before, between and behind; also one that buys from the product itself."""
    spread = Spread("lognormal", 1.2)

    def emitting(name: str, *takes: str) -> UnitProcess:
        row = unit_process(
            name, "1 kg", takes=dict.fromkeys(takes, "0.3 kg"), emits={"CO2": "1 kg"}
        )
        return replace(
            row,
            exchanges=tuple(
                replace(each, amount=replace(each.amount, spread=spread)) for each in row.exchanges
            ),
        )

    related = [emitting("a", "b", "c"), emitting("b", "c", "a"), emitting("c", "b")]
    other = [emitting("x", "y"), emitting("y", "x"), emitting("customer", "a", "b", "x")]
    arranged = (
        related,
        [other[0], related[0], other[2], *related[1:], other[1]],
    )
    found = []
    for processes in arranged:
        system = product_system(processes)
        run = monte_carlo(system, counted(system), products=np.array([system.index("a")]))
        found.append(run.block(0, 100, seed=6).scores)
    assert np.array_equal(*found)


def test_the_order_of_processes_changes_no_draw(looped, with_spreads, counted):
    system = with_spreads(looped(12), 0.1, (0, 3))
    rows = list(system.rows())
    turned = product_system(rows[::-1])
    one, other = (
        monte_carlo(each, counted(each), products=np.array([each.index("process 4")]))
        for each in (product_system(rows), turned)
    )
    assert one.block(0, 40, 1).scores == pytest.approx(other.block(0, 40, 1).scores, rel=1e-6)


def test_executors_give_the_same_bits(looped, with_spreads, counted):
    system = with_spreads(looped(20))
    run = monte_carlo(system, counted(system), products=np.array([0]))
    draws = 3 * BLOCK + 5
    alone = np.concatenate([block.scores for block in run.blocks(draws, seed=8)])
    assert alone.shape == (draws, 1)
    spawning = multiprocessing.get_context("spawn")
    pools = (ThreadPoolExecutor(3), ProcessPoolExecutor(2, mp_context=spawning))
    for pool in pools:
        with pool:
            found = [block.scores for block in run.blocks(draws, seed=8, executor=pool)]
        assert np.array_equal(np.concatenate(found), alone)


def test_a_worker_killed_half_way_costs_nothing_but_time(looped, with_spreads, counted):
    system = with_spreads(looped(20))
    run = monte_carlo(system, counted(system), products=np.array([0]))
    draws = 6 * BLOCK
    alone = np.concatenate([block.scores for block in run.blocks(draws, seed=8)])
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        blocks = run.blocks(draws, seed=8, executor=pool)
        found = [next(blocks).scores]
        for process in list(pool._processes.values()):
            process.kill()
        found += [block.scores for block in blocks]
    assert np.array_equal(np.concatenate(found), alone)


@pytest.mark.dask
@pytest.mark.filterwarnings("ignore")  # distributed warns of ports and of workers that it restarts
def test_a_dask_cluster_gives_the_same_bits_and_outlives_a_worker(looped, with_spreads, counted):
    from distributed import Client, LocalCluster  # noqa: PLC0415 - an extra

    system = with_spreads(looped(20))
    run = monte_carlo(system, counted(system), products=np.array([0]))
    draws = 8 * BLOCK
    alone = np.concatenate([block.scores for block in run.blocks(draws, seed=8)])
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        executor = client.get_executor()
        pids = client.run(os.getpid)
        blocks = run.blocks(draws, seed=8, executor=executor)
        found = [next(blocks).scores]
        os.kill(next(iter(pids.values())), 9)
        found += [block.scores for block in blocks]
    assert np.array_equal(np.concatenate(found), alone)


def test_only_what_is_kept_comes_back_and_summaries_are_made_where_the_draws_are(
    looped, with_spreads, counted
):
    system = with_spreads(looped(20))
    run = monte_carlo(system, counted(system))
    whole = run.block(0, 30, seed=1).scores
    (block,) = run.blocks(30, seed=1, keep=np.array([4]), summarise=np.sum)
    assert np.array_equal(block.scores, whole[:, [4]])
    assert block.summary == whole.sum()


def test_draws_that_do_not_converge_are_solved_directly_and_counted(looped, with_spreads, counted):
    system = with_spreads(looped(40, 4, gain=0.9), 0.9, (0,))
    run = monte_carlo(system, counted(system))
    (block,) = run.blocks(48, seed=2)
    assert 0 < block.direct.sum() < 48
    for draw in np.flatnonzero(block.direct)[:5]:
        assert block.scores[draw] == pytest.approx(dense(run, draw, 2), rel=1e-9)


def test_draws_in_which_a_loop_turns_over_are_counted(counted):
    """Power takes 0.8 of itself: with a wide spread some draws take more than all."""
    spread = Spread("normal", 0.15)
    power = unit_process("power", "1 kWh", takes={"grid": "0.8 kWh"}, emits={"CO2": "1 kg"})
    first, *others = power.exchanges
    power = replace(power, exchanges=(replace(first, amount=Amount(0.8, "kWh", spread)), *others))
    system = product_system([power, unit_process("grid", "1 kWh", takes={"power": "1 kWh"})])
    run = monte_carlo(system, counted(system))
    (block,) = run.blocks(200, seed=1)
    turned = (block.scores < 0).any(axis=1)
    assert turned.any()
    assert np.array_equal(block.flipped, turned)
    assert_draws_are_direct_solves(run, 40, seed=1)


def test_draws_with_a_negative_amount_are_counted(counted):
    kiln = unit_process("kiln", "1 t", emits={"CO2": "1 kg"})
    (row,) = kiln.exchanges
    row = replace(row, amount=Amount(1.0, "kg", Spread("normal", 0.6)))
    system = product_system([replace(kiln, exchanges=(row,))])
    (block,) = monte_carlo(system, counted(system)).blocks(200, seed=1)
    assert np.array_equal(block.negative, block.scores[:, 0] < 0)
    assert block.negative.any()


def test_a_draw_without_an_answer_is_a_named_error(counted):
    """In half of the draws the loop gives back exactly what it takes."""
    power = unit_process("power", "1 kWh", takes={"grid": "0.5 kWh"}, emits={"CO2": "1 kg"})
    system = product_system([power, unit_process("grid", "1 kWh", takes={"power": "1 kWh"})])
    own = Distributions({"power: grid": Discrete((0.5, 1.0), (0.5, 0.5))})
    run = monte_carlo(system, counted(system), distributions=own)
    with pytest.raises(SolveError) as caught:
        list(run.blocks(20, seed=1))
    problem = caught.value.problems[0]
    assert problem.code == "draw-unsolvable"
    technosphere, _ = run.sample(int(problem.facts["draw"]), 1)
    assert np.linalg.det(technosphere.toarray()) == pytest.approx(0, abs=1e-7)


def test_exchanges_of_one_process_with_one_provider_vary_each_for_itself(counted):
    rows = [Exchange("power", Amount(1.0, "kWh", Spread("normal", 0.1)), id=name) for name in "ab"]
    steel = UnitProcess("steel", "steel", Amount(1.0, "t"), tuple(rows))
    system = product_system([steel, unit_process("power", "1 kWh", emits={"CO2": "1 kg"})])
    run = monte_carlo(system, counted(system), products=np.array([0]))
    block = run.block(0, 2000, 1)
    assert block.scores.std() == pytest.approx(0.1 * np.sqrt(2), rel=0.05)
    assert_draws_are_direct_solves(monte_carlo(system, counted(system)), 5, seed=1)


def test_an_uncertain_amount_of_a_process_s_own_product_varies_its_diagonal(counted):
    power = unit_process("power", "1 kWh", takes={"power": "0.2 kWh"}, emits={"CO2": "1 kg"})
    first, *others = power.exchanges
    first = replace(first, amount=Amount(0.2, "kWh", Spread("uniform", 0.1, 0.3)))
    system = product_system([replace(power, exchanges=(first, *others))])
    run = monte_carlo(system, counted(system))
    (block,) = run.blocks(200, seed=1)
    assert 1 / 0.9 < block.scores.min() < block.scores.max() < 1 / 0.7
    assert_draws_are_direct_solves(run, 10, seed=1)


def test_metered_electricity_varies_with_its_amount_and_with_its_treatment():
    wind = unit_process("wind", "1 kWh", emits={"CO2": "0.03 kg"})
    (emitted,) = wind.exchanges
    emitted = replace(emitted, amount=Amount(0.03, "kg", Spread("lognormal", 1.5)))
    pots = unit_process("pots", "1 t", meters={"hall": "100 kWh"})
    (metered,) = pots.exchanges
    metered = replace(metered, amount=Amount(100.0, "kWh", Spread("normal", 5.0)))
    system = product_system(
        [replace(pots, exchanges=(metered,)), replace(wind, exchanges=(emitted,))]
    )
    counts = np.where(system.exchanges.process == 1, 1.0, 0.0)
    counting = Counting(counts, {"hall": (("wind", 2.0),)})
    run = monte_carlo(system, counting, products=np.array([0]))
    assert run.static == pytest.approx([6.0])
    scores = run.block(0, 4000, seed=1).scores[:, 0]
    relative = np.hypot(0.05, np.sqrt(np.expm1(np.log(1.5) ** 2)))
    assert scores.std() / scores.mean() == pytest.approx(relative, rel=0.06)
    assert_draws_are_direct_solves(monte_carlo(system, counting), 5, seed=1)
    with pytest.raises(SolveError) as caught:
        monte_carlo(system, Counting(counts))
    assert caught.value.problems[0].code == "factor-missing"


def test_characterisation_varies_only_when_asked_and_all_emissions_of_a_gas_together():
    kiln = unit_process("kiln", "1 t", takes={"fuel": "1 t"}, emits={"CH4": "1 kg", "CO2": "1 kg"})
    system = product_system([kiln, unit_process("fuel", "1 t", emits={"CH4": "3 kg"})])
    counting = Counting(np.where(system.exchanges.kind == 2, 1.0, 0.0), table=("AR6", "2021"))
    assert len(np.unique(monte_carlo(system, counting).block(0, 9, 1).scores[:, 0])) == 1
    own = Distributions(gases={"CH4": Spread("lognormal", 1.2)})
    run = monte_carlo(system, counting, distributions=own)
    scores = run.block(0, 50, 1).scores
    assert scores[:, 0] - 1 == pytest.approx(scores[:, 1] * 4 / 3)
    assert_draws_are_direct_solves(run, 5, seed=1)
    with pytest.raises(ModelError) as caught:
        monte_carlo(system, counting, distributions=Distributions(gases={"SF6": own.gases["CH4"]}))
    assert caught.value.problems[0].code == "gas-not-counted"


@pytest.mark.parametrize(("draws", "seed", "code"), [(0, 1, "draws-range"), (5, -1, "seed-range")])
def test_numbers_of_draws_and_seeds_that_cannot_be_are_refused(draws, seed, code, looped, counted):
    system = looped(5)
    with pytest.raises(ModelError) as caught:
        next(monte_carlo(system, counted(system)).blocks(draws, seed=seed))
    assert caught.value.problems[0].code == code


def test_a_system_without_links_and_one_without_spreads_can_be_drawn_from(looped, counted):
    alone = product_system([unit_process("kiln", "1 t", emits={"CO2": "9 kg"})])
    for system in (alone, looped(6)):
        run = monte_carlo(system, counted(system))
        assert run.block(0, 3, 1).scores == pytest.approx(np.tile(run.static, (3, 1)))


def test_golden_scores(looped, with_spreads, counted):
    """Draw, structure and solve together: to the tolerance of a draw, on any machine."""
    system = with_spreads(looped(8, seed=5), 0.1, (0, 1, 2, 3))
    run = monte_carlo(system, counted(system), products=np.array([0]))
    assert run.block(0, 3, seed=2026).scores[:, 0].tolist() == pytest.approx(
        GOLDEN_SCORES, rel=1e-6
    )


@pytest.mark.parametrize("accelerate", [False, pytest.param(True, marks=needs_numba)])
@pytest.mark.parametrize(
    ("technosphere", "sigma"),
    [
        (np.eye(300) - 0.9 * np.eye(300, k=1), 0.1),  # a chain
        (np.eye(80) - 0.95 ** (1 / 80) * np.roll(np.eye(80), 1, axis=0), 0.01),  # one loop
        (np.eye(50) - 0.02 * 0.98 * (1 - np.eye(50)), 0.2),  # all buy from all
        (np.eye(20) - 0.999999 ** (1 / 20) * np.roll(np.eye(20), 1, axis=0), 0.001),
        (np.diag([2.0, 3.0]), 0.2),  # nothing is bought
    ],
)
def test_adversarial_systems_get_the_right_answer(
    technosphere, sigma, accelerate, with_spreads, counted
):
    n = len(technosphere)
    system = from_matrices(
        technosphere,
        np.ones((1, n)),
        products=[f"product {i}" for i in range(n)],
        processes=[f"process {i}" for i in range(n)],
        flows=["CO2"],
    )
    system = with_spreads(system, sigma)
    run = monte_carlo(system, counted(system), accelerate=accelerate)
    block = run.block(0, 16, seed=1)
    for draw in range(16):
        exact = dense(run, draw, 1)
        condition = np.linalg.cond(run.sample(draw, 1).technosphere.toarray())
        size = np.maximum(np.abs(exact), np.abs(run.static))
        wrong = np.abs(block.scores[draw] - exact) / size
        assert wrong.max() <= 1e-6 + 1e-15 * condition
        # A loop that takes more than it makes turns every product's sign.
        assert block.flipped[draw] == (exact < 0).any()
