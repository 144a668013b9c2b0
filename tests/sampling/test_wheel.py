"""The compiled wheel: the plain loops bit by bit, and no argument that leads outside an array."""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.inventory.sampling import filling, kernels, layout
from pcf.inventory.sampling.draws import COMPILED, Numbers, factors
from pcf.inventory.sampling.montecarlo import monte_carlo
from pcf.inventory.sampling.philox import key_of
from pcf.inventory.tearing import compiled, jit, wheel
from pcf.inventory.tearing import kernels as passes

L = 16
LOOPS = [*compiled._WHEEL, *layout._FILLING, *layout._SOLVING]


def pytest_generate_tests(metafunc) -> None:
    metafunc.parametrize("loops_from", ["wheel"], indirect=True, ids=[""])


@pytest.fixture
def loops(loops_from) -> dict:
    """Return every loop of the wheel that draws and passes use."""
    assert loops_from is not None
    return wheel.loops(compiled._WHEEL | layout._FILLING | layout._SOLVING)


PLAIN = {name: getattr(passes, name) for name in compiled._WHEEL} | {
    name: getattr(filling if name == "fill16" else kernels, name)
    for name in (*layout._FILLING, *layout._SOLVING)
}


def links(random: np.random.Generator, n: int, h: int, most: int) -> tuple:
    """Return links grouped by consumer: suppliers come before, or are torn."""
    count = random.integers(0, most + 1, n)
    count[:1] *= h > 0
    starts = np.append(0, np.cumsum(count)).astype(np.int32)
    consumers = np.repeat(np.arange(n), count)
    suppliers = random.integers(0, np.maximum(consumers, 1), dtype=np.int32)
    torn = (random.random(len(consumers)) < 0.2) | (consumers == 0)
    suppliers[torn] = n + random.integers(0, max(h, 1), torn.sum()) if h else 0
    return starts, suppliers, random.uniform(-0.2, 0.3, len(consumers))


def arguments(n: int, h: int, seed: int) -> dict[str, list]:
    """Return what each loop takes, for a system of n processes of which the last h are torn."""
    random = np.random.default_rng(seed)
    certain, varied = links(random, n, h, 3), links(random, n, h, 3)
    terms = links(random, n, 0, 2)
    gases = random.random((3, L))
    m, g, rows = len(varied[1]), len(terms[1]), random.permutation(n + 5)[:n].astype(np.int32)
    narrow = random.lognormal(0, 0.1, (m + g, L)).astype(np.float32)
    b, u = random.random((n, L)), np.zeros((n + h, L))
    wide, weights = random.random((n, 40)), random.random(n)
    torn = np.arange(n - h, n, dtype=np.int32)
    kind = random.choice(COMPILED, n).astype(np.uint8)
    parameters = np.sort(random.uniform(0.1, 3, (n, 3))).astype(np.float32)
    coarse = (np.eye(h) + 0.01 * random.random((h, h))).astype(np.float32)
    return {
        "lower": [0, n, *certain, random.random(n), random.random(n + h)],
        "upper": [n, *certain, random.random(n + h)],
        "lower16": [0, n, *certain, b, random.random((n + h, L))],
        "upper16": [n, *certain, random.random((n + h, L))],
        "gather16": [wide, rows % max(n, 1), weights, 7, 13, np.zeros((n, L))],
        "scatter16": [b, rows % max(n, 1), weights, 7, 13, wide.copy()],
        "fill16": [
            random.integers(0, 2**64, n, dtype=np.uint64), kind, parameters, rows,
            *key_of(seed), 2**30 + seed, np.zeros((n + 5, L), np.float32),
        ],
        "sums16": [
            random.random(n), terms[0], terms[2], m, narrow,
            random.integers(0, 3, g, dtype=np.int32), gases, np.zeros((n, L)),
        ],
        "iterate16": [
            np.array([n, (n - h) // 2, n]), *certain, *varied, narrow,
            random.uniform(0.9, 1.1, (n, L)), b, torn, random.random(h), coarse, 1e-9,
            np.array([20, 5]), u, np.zeros(L), np.zeros(L, np.int64),
        ],
        "watch16": [torn, random.random(n), b - 0.5, np.zeros(L), np.zeros(L)],
        "scores16": [torn, weights, b, 3, 1, np.zeros((3 * h, L))],
    }  # fmt: skip


SIGNATURES = compiled._WHEEL | layout._FILLING | layout._SOLVING


@pytest.mark.parametrize(("n", "h"), [(0, 0), (1, 0), (1, 1), (2, 1), (60, 0), (129, 17), (70, 70)])
@pytest.mark.parametrize("name", LOOPS)
def test_every_loop_gives_the_bits_of_the_plain_one(loops, name, n, h):
    ours, plain = arguments(n, h, 3)[name], arguments(n, h, 3)[name]
    with np.errstate(all="ignore"):
        PLAIN[name](*plain)
    assert loops[name](*ours) == 0
    for mine, other in zip(ours, plain, strict=True):
        if isinstance(mine, np.ndarray):
            np.testing.assert_array_equal(mine, other)


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


def unfit(kind: str, value: object) -> list:
    """Return values in the place of an argument that no loop can take."""
    if not isinstance(value, np.ndarray):
        return [None, "1", np.zeros(2)]
    found = [None, 3, value.tolist(), value[None], np.ma.array(value)]
    with np.errstate(all="ignore"):
        found += [
            value.astype(each) for each in (np.int16, np.float16, np.complex128, ">f8", object)
        ]
    wide = np.zeros((len(value), *(2 * each for each in value.shape[1:])), value.dtype)
    found.append(wide[:, ::2] if value.ndim > 1 else np.zeros(2 * len(value), value.dtype)[::2])
    raw = np.zeros(value.nbytes + 1, np.uint8)
    if value.itemsize > 1:
        found.append(raw[1:].view(value.dtype).reshape(value.shape))
    if kind.endswith("!"):
        frozen = value.copy()
        frozen.setflags(write=False)
        found.append(frozen)
    if "[16]" in kind:
        found.append(np.zeros((len(value), 15), value.dtype))
    return found


@pytest.mark.parametrize("name", LOOPS)
def test_arguments_of_another_kind_are_refused(loops, name):
    usual, signature = arguments(30, 6, 1)[name], SIGNATURES[name].split()
    for at, kind in enumerate(signature):
        for value in unfit(kind, usual[at]):
            given_ = [*usual[:at], value, *usual[at + 1 :]]
            with pytest.raises((TypeError, ctypes.ArgumentError)):
                loops[name](*given_)
    with pytest.raises(TypeError):
        loops[name](*usual[:-1])
    with pytest.raises(TypeError):
        loops[name](*usual, 1)


def misfits(name: str) -> list[tuple[int, object]]:
    """Return sizes and indices that do not fit: the place of the argument, and the argument."""
    usual, found = arguments(30, 6, 1)[name], []
    for at, value in enumerate(usual):
        if isinstance(value, np.ndarray):
            found += [(at, value[:-1].copy()), (at, value[:0].copy())]
            if value.dtype == np.int32:
                for bad in (-1, 10**6, -(2**31), 2**31 - 1):
                    changed = value.copy()
                    changed[len(changed) // 2] = bad
                    found.append((at, changed))
        elif isinstance(value, int):
            found += [(at, bad) for bad in (-1, 10**6, 2**62, -(2**62))]
    return found


@pytest.mark.parametrize("name", LOOPS)
def test_sizes_and_indices_that_do_not_fit_are_refused_before_anything_is_written(loops, name):
    refused = 0
    for at, value in misfits(name):
        usual = arguments(30, 6, 1)[name]
        usual[at] = value
        before = [np.array(each, copy=True) for each in usual]
        try:
            loops[name](*usual)
        except ValueError:
            refused += 1
            for each, old in zip(usual, before, strict=True):
                assert np.array_equal(each, old)
    assert refused >= 8


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
