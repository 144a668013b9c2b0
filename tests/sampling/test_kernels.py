"""Sixteen draws at a time, compiled by either or not: the same draws and answers, lane by lane."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from pcf.inventory.sampling import filling, kernels, layout, solving
from pcf.inventory.sampling.draws import COMPILED, Numbers, factors
from pcf.inventory.sampling.montecarlo import BLOCK, monte_carlo
from pcf.inventory.sampling.philox import key_of
from pcf.inventory.sampling.terms import Counting
from pcf.model.amounts import Amount, Spread
from pcf.model.building import product_system
from pcf.model.groups import Discrete, Distributions, MixShares
from pcf.model.processes import unit_process

ALL = (0, 1, 2, 3, 4, -1)
PLAIN = layout.Loops(filling, kernels)
needs_numba = pytest.mark.skipif(not find_spec("numba"), reason="numba is not installed")


def pytest_generate_tests(metafunc) -> None:
    """Take the loops as they are written, as numba compiles them, and from the wheel."""
    if "loops" in metafunc.fixturenames:
        each = ["", pytest.param("numba", marks=needs_numba), "wheel"]
        metafunc.parametrize("loops_from", each, indirect=True, ids=["plain", "numba", "wheel"])


@pytest.fixture
def loops(loops_from, request, monkeypatch) -> layout.Loops:
    """Return the loops; runs use them too."""
    if loops_from is not None:
        return layout.compiled_loops("pcf-kernels")
    if request.node.callspec.params["loops_from"] == "numba":
        return layout.compiled_loops("numba")
    monkeypatch.setattr(solving, "compiled_loops", lambda _: PLAIN)
    return PLAIN


def some_numbers(count: int) -> Numbers:
    random = np.random.default_rng(1)
    kind = random.choice(COMPILED, count).astype(np.uint8)
    parameters = np.sort(random.uniform(0.1, 1.5, (count, 3)))
    identity = random.integers(0, 2**63, count).astype(np.uint64)
    one = np.ones(count)
    return Numbers(np.arange(count), identity, kind, one, one, parameters)


@pytest.mark.parametrize("batch", [0, 5, 2**38])
def test_kernels_draw_the_same_bits_as_numpy(loops, batch):
    numbers = some_numbers(150 if loops is PLAIN else 2000)
    expected = factors(numbers, 77, batch)
    rows = np.random.default_rng(2).permutation(len(numbers)).astype(np.int32)
    found = np.zeros_like(expected)
    parameters = numbers.parameters.astype(np.float32)
    loops.filling.fill16(
        numbers.identity, numbers.kind, parameters, rows, *key_of(77), batch, found
    )
    assert np.array_equal(found[rows].view(np.uint32), expected.view(np.uint32))


def both(system, counting, products=None, **more) -> tuple:
    return tuple(
        monte_carlo(system, counting, products=products, accelerate=fast, **more).block(0, 40, 3)
        for fast in (False, True)
    )


def assert_same(slow, fast) -> None:
    size = np.abs(slow.scores).max(axis=0)
    assert (np.abs(fast.scores - slow.scores) <= 1e-6 * size).all()
    for name in ("flipped", "negative"):
        assert np.array_equal(getattr(slow, name), getattr(fast, name))
    assert fast.error.max() <= 1e-6


def test_the_fast_path_gives_the_answers_of_the_scipy_path(loops, looped, with_spreads, counted):
    n = 8 if loops is PLAIN else 60
    system = with_spreads(looped(n), 0.15, ALL)
    slow, fast = both(system, counted(system))
    assert_same(slow, fast)
    assert np.abs(fast.passes - slow.passes).max() <= 1


@pytest.mark.usefixtures("loops")
def test_every_distribution_group_and_diagonal_is_in_the_fast_path():
    """Also a meter, a treated waste, two rows of one provider, and factors of gases."""
    spread = Spread("lognormal", 1.2)
    takes = {"mix": "1 t", "works": "0.2 t"}
    works = unit_process(
        "works", "1 t", takes=takes, sends={"ash": "2 kg"}, emits={"CO2": "1 kg", "CH4": "1 kg"},
        meters={"hall": "30 kWh"},
    )  # fmt: skip
    rows = [replace(row, amount=replace(row.amount, spread=spread)) for row in works.exchanges]
    rows.append(replace(rows[1], amount=Amount(0.1, "t", Spread("pert", 0.05, 0.2)), id="again"))
    system = product_system(
        [
            replace(works, exchanges=tuple(rows)),
            unit_process("mix", "1 t", takes={"old": "0.7 t", "new": "0.3 t"}),
            unit_process("old", "1 t", takes={"works": "0.3 t"}, emits={"CO2": "5 kg"}),
            unit_process("new", "1 t", emits={"CO2": "2 kg"}),
            unit_process("landfill", ("ash", "1 kg"), treats=True, emits={"CH4": "1 g"}),
            unit_process("grid", "1 kWh", takes={"new": "1 g"}, emits={"CO2": "0.6 kg"}),
        ]
    )
    counts = np.where(system.exchanges.kind == 2, 1.0, 0.0)
    meter = [k for k, flow in enumerate(system.elementary) if flow.role == "meter"]
    counts[(system.exchanges.kind == 2) & (system.exchanges.target == meter[0])] = 0.0
    own = Distributions(
        {"grid: CO2, fossil": Discrete((0.5, 0.7), (0.5, 0.5))},
        (MixShares("mix", 20.0),),
        {"CH4": Spread("triangular", 0.5, 3.0)},
    )
    counting = Counting(counts, {"hall": (("grid", 1.0), ("new", 0.001))})
    slow, fast = both(system, counting, distributions=own)
    assert_same(slow, fast)
    run = monte_carlo(system, counting, distributions=own, accelerate=True)
    told = run.prepared.layout
    assert told is not None
    assert [len(each) for each in (told.pivots, told.others)] == [1, 4]
    technosphere, per_run = run.sample(5, 3)
    treats = system.processes.treats
    exact = np.linalg.solve(technosphere.toarray().T, per_run) * np.where(treats, -1, 1)
    assert fast.scores[5] == pytest.approx(exact, rel=1e-6)


def test_any_division_and_any_threads_give_the_same_bits(loops, looped, with_spreads, counted):
    system = with_spreads(looped(6 if loops is PLAIN else 40), 0.15, ALL)
    run = monte_carlo(system, counted(system), accelerate=True)
    whole = run.block(0, 70, seed=4)
    parts = [run.block(first, count, seed=4) for first, count in ((0, 5), (5, 30), (35, 35))]
    for name in ("scores", "error", "passes", "flipped", "negative"):
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(joined, getattr(whole, name))
    draws = 20 if loops is PLAIN else 2 * BLOCK + 30
    alone = [block.scores for block in run.blocks(draws, seed=4)]
    with ThreadPoolExecutor(3) as pool:
        pooled = [block.scores for block in run.blocks(draws, seed=4, executor=pool)]
    assert np.array_equal(np.concatenate(alone), np.concatenate(pooled))
    assert np.array_equal(alone[0][:20], whole.scores[:20])


@pytest.mark.usefixtures("loops")
def test_a_lane_does_not_depend_on_its_companions(looped, with_spreads, counted, monkeypatch):
    """The slowest of sixteen, alone among certain draws: the same bits, the same passes."""
    system = with_spreads(looped(12, 4, gain=0.9), 0.5, (0,))
    prepared = monte_carlo(system, counted(system), accelerate=True).prepared
    lanes = solving.solver_of(prepared)._lanes
    lanes.solve(1, 5, prepared)
    together, passes, drawn = (
        each.copy() for each in (lanes.unknowns, lanes.passes, lanes.factors)
    )
    slow = int(passes.argmax())
    lanes.factors[:] = 1.0
    lanes.factors[:, slow] = drawn[:, slow]
    monkeypatch.setattr(lanes, "_draw", lambda *_: np.zeros((0, 16)))
    lanes.solve(1, 5, prepared)
    assert np.array_equal(lanes.unknowns[:, slow], together[:, slow])
    assert lanes.passes[slow] == passes[slow] > lanes.passes.min()


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize("kinds", [(0, 1), (-1,)])
def test_systems_without_loops_and_without_spreads_are_solved_in_one_pass(
    kinds, with_spreads, counted
):
    chain = [unit_process("0", "1 kg", emits={"CO2": "1 kg"})]
    chain += [unit_process(f"{i}", "2 kg", takes={f"{i - 1}": "1 kg"}) for i in range(1, 6)]
    system = with_spreads(product_system(chain), 0.1, kinds)
    slow, fast = both(system, counted(system))
    assert_same(slow, fast)
    assert set(fast.passes.tolist()) == set(slow.passes.tolist()) == {1}
    assert fast.error.max() == 0


def test_lanes_that_do_not_converge_are_solved_directly(loops, looped, with_spreads, counted):
    n = 12 if loops is PLAIN else 40
    system = with_spreads(looped(n, 4, gain=0.9), 1.0, (0,))
    slow, fast = both(system, counted(system))
    assert 0 < fast.direct.sum() < 40
    assert np.array_equal(slow.direct, fast.direct)
    assert fast.scores == pytest.approx(slow.scores, rel=1e-6)


@needs_numba
def test_one_product_leaves_out_what_it_does_not_stand_on(looped, with_spreads, counted):
    system = with_spreads(looped(40), 0.1)
    products = np.array([3, 7])
    slow, fast = both(system, counted(system), products)
    assert_same(slow, fast)
    whole = monte_carlo(system, counted(system), accelerate=True).block(0, 40, 3)
    assert fast.scores == pytest.approx(whole.scores[:, products], rel=1e-6)


@needs_numba
def test_kept_scores_are_not_overwritten_by_later_draws(looped, with_spreads, counted):
    system = with_spreads(looped(10), 0.1)
    run = monte_carlo(system, counted(system), accelerate=True)
    blocks = list(run.blocks(3 * BLOCK, seed=1, keep=np.array([2, 5])))
    for block in blocks:
        again = run.block(block.first, len(block.scores), seed=1)
        assert np.array_equal(block.scores, again.scores[:, [2, 5]])


def test_small_systems_load_no_compiler(looped, with_spreads, counted):
    system = with_spreads(looped(30), 0.1)
    assert monte_carlo(system, counted(system)).prepared.layout is None
