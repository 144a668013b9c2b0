"""The compiled wheel: the plain loops bit by bit, and no argument that leads outside an array."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.inventory.sampling import layout
from pcf.inventory.sampling.draws import COMPILED, Numbers, factors
from pcf.inventory.sampling.montecarlo import monte_carlo
from pcf.inventory.sampling.philox import key_of
from pcf.inventory.tearing import compiled, jit, wheel
from tests.kernels.given import PLAIN, SHARED, L, arguments


def pytest_generate_tests(metafunc) -> None:
    metafunc.parametrize("loops_from", ["wheel"], indirect=True, ids=[""])


@pytest.fixture
def loops(loops_from) -> dict:
    """Return every loop of the wheel that draws and passes use."""
    assert loops_from is not None
    return wheel.loops(SHARED)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(1, 40), h=st.integers(0, 20), seed=st.integers(0, 2**32 - 1))
def test_sixteen_draws_are_iterated_as_the_plain_loop_does(loops_from, n, h, seed):
    del loops_from
    h = min(h, n)
    ours, plain = (arguments(n, h, seed)["iterate16"] for _ in range(2))
    with np.errstate(all="ignore"):
        PLAIN["iterate16"](*plain)
    wheel.loops(layout._SOLVING)["iterate16"](*ours)
    for mine, other in zip(ours[-3:], plain[-3:], strict=True):
        np.testing.assert_array_equal(mine, other)


def test_without_gases_and_reference_amounts_that_vary_too(loops):
    for name, at in (("sums16", 6), ("iterate16", 8)):
        ours, plain = arguments(30, 4, 9)[name], arguments(30, 4, 9)[name]
        ours[at] = plain[at] = np.zeros((0, L))
        PLAIN[name](*plain)
        loops[name](*ours)
        assert np.array_equal(ours[7 if name == "sums16" else -3], plain[7 if at == 6 else -3])


@pytest.mark.parametrize("seed", [0, 2**64 - 1])
def test_many_draws_of_every_kind_have_the_bits_of_numpy(loops, seed):
    random, count = np.random.default_rng(4), 30_001
    kind = random.choice(COMPILED, count).astype(np.uint8)
    parameters = np.sort(random.uniform(-1, 40, (count, 3)))  # beyond the cut at e to the 87 too
    identity = random.integers(0, 2**64, count, dtype=np.uint64)
    one = np.ones(count)
    numbers = Numbers(np.arange(count), identity, kind, one, one, parameters)
    expected, found = factors(numbers, seed, 3), np.zeros((count, L), np.float32)
    rows = np.arange(count, dtype=np.int32)
    narrow = parameters.astype(np.float32)
    loops["fill16"](identity, kind, narrow, rows, *key_of(seed), 3, found)
    assert np.array_equal(found.view(np.uint32), expected.view(np.uint32))


def test_threads_do_not_disturb_each_other(loops):
    def made(seed: int) -> list:
        given = arguments(200, 20, seed)["iterate16"]
        loops["iterate16"](*given)
        return given[-3:]

    alone = [made(seed) for seed in range(12)]
    with ThreadPoolExecutor(6) as pool:
        for one, other in zip(alone, pool.map(made, range(12)), strict=True):
            assert all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


def test_bounds_limits_and_kinds_that_cannot_be_are_refused(loops):
    for at, values in {
        0: [[30, 12, 31], [31, 12, 30], [30, 13, 12], [30, -1, 30], [-1, -1, -1], [2**62] * 3],
        14: [[0, 5], [20, 0], [20, 17], [20, 2**40], [-1, -1]],
    }.items():
        for value in values:
            usual = arguments(30, 6, 1)["iterate16"]
            usual[at] = np.array(value, dtype=np.int64)
            with pytest.raises(ValueError, match="iterate16"):
                loops["iterate16"](*usual)
    for kind in (0, 5, 255):
        usual = arguments(30, 6, 1)["fill16"]
        usual[1][7] = kind
        with pytest.raises(ValueError, match="fill16"):
            loops["fill16"](*usual)
    for key in (2**32, 2**64 - 1):
        usual = arguments(30, 6, 1)["fill16"]
        usual[4] = key
        with pytest.raises(ValueError, match="fill16"):
            loops["fill16"](*usual)


def test_what_is_no_number_is_a_draw_that_is_not_sure(loops):
    usual = arguments(30, 6, 1)["iterate16"]
    usual[9][:, 3] = np.nan
    usual[9][:, 5] = np.inf
    loops["iterate16"](*usual)
    error = usual[-2]
    assert not error[3] <= 1e-9
    assert not error[5] <= 1e-9
    assert np.isfinite(np.delete(error, [3, 5])).all()


def test_the_wheel_is_taken_before_numba_and_says_so(looped, with_spreads, counted, monkeypatch):
    monkeypatch.setattr(jit, "compile_module", lambda *_: pytest.fail("numba was asked"))
    system = with_spreads(looped(12), 0.1)
    run = monte_carlo(system, counted(system))
    assert (compiled.way(), run.prepared.way) == ("pcf-kernels", "pcf-kernels")
    assert compiled.are_loaded()
    assert run.block(0, 20, 1).error.max() <= 1e-6
    assert monte_carlo(system, counted(system), accelerate=False).prepared.way is None


def test_a_worker_without_the_wheel_does_not_draw_otherwise(
    looped, with_spreads, counted, monkeypatch
):
    """It fails instead, and whoever asked draws himself: no mixture of roundings."""
    system = with_spreads(looped(12), 0.1)
    run = monte_carlo(system, counted(system))
    monkeypatch.setattr(wheel, "library", lambda: None)
    with pytest.raises(ImportError, match="pcf_kernels"):
        run.block(0, 16, 1)
