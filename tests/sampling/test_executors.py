"""Work in pieces: in order, once, and done here when it is lost elsewhere."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from pcf.analysis import Footprint, footprint
from pcf.errors import ModelError, problem
from pcf.inventory.sampling.executors import each
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import unit_process

SET = CharacterisationSet.of("mine", {"CO2": 1})


class Losing(Executor):
    """Loses every second piece of work, in one way or another."""

    def __init__(self, lose: Exception | None = None) -> None:
        self.taken = self.cancelled = 0
        self._lose = lose

    def submit(self, function, /, *args, **kwargs) -> Future:
        self.taken += 1
        future = _Counted(self)
        if self.taken % 2:
            if self._lose is None:
                raise RuntimeError("the pool is gone")
            future.set_exception(self._lose)
        else:
            future.set_result(function(*args, **kwargs))
        return future


class _Counted(Future):
    def __init__(self, owner: Losing) -> None:
        super().__init__()
        self._owner = owner

    def cancel(self) -> bool:
        self._owner.cancelled += 1
        return super().cancel()


@pytest.mark.parametrize("lose", [None, OSError("a worker died"), ValueError("and another")])
def test_what_an_executor_loses_is_done_here_in_its_place(lose):
    assert list(each(abs, range(-5, 5), Losing(lose))) == [abs(i) for i in range(-5, 5)]


def test_an_error_of_the_library_is_an_answer_and_not_lost_work():
    with pytest.raises(ModelError) as caught:
        list(each(abs, [1, 2], Losing(ModelError(problem("draws-range", draws=0)))))
    assert caught.value.problems[0].code == "draws-range"


def test_a_fault_of_the_function_shows_itself():
    with ThreadPoolExecutor(1) as pool, pytest.raises(ZeroDivisionError):
        list(each(lambda x: 1 / x, [1, 0], pool))


def test_no_more_is_under_way_than_asked_for_and_what_is_not_wanted_is_cancelled():
    pool = Losing(OSError())
    found = each(abs, range(100), pool, ahead=4)
    assert [next(found), next(found)] == [0, 1]
    assert pool.taken == 5
    found.close()
    assert pool.cancelled == 3


def test_a_portfolio_of_footprints_is_the_same_from_a_process_pool():
    """Scenario grids and portfolios go through the same door as draws."""
    systems = [
        product_system([unit_process("kiln", ("lime", "1 t"), emits={"CO2": f"{i} kg"})])
        for i in range(1, 6)
    ]
    work = partial(footprint, declared_unit=("2 t", "lime"), characterisation=SET)
    alone = list(each(work, systems))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        pooled = list(each(work, systems, pool))
    assert [type(one) for one in pooled] == [Footprint] * 5
    assert [one.total for one in pooled] == [one.total for one in alone] == [2.0, 4, 6, 8, 10]
    assert pooled == alone


def test_draws_have_the_same_bits_whatever_threads_blas_is_given():
    """A worker of a cluster has one, this process as many as there are processors."""
    script = """
import hashlib, numpy as np
from dataclasses import replace
from pcf.inventory.sampling.montecarlo import monte_carlo
from pcf.inventory.sampling.terms import Counting
from pcf.model.labelled import from_matrices
rng = np.random.default_rng(1)
shares = rng.random((180, 180)) * (rng.random((180, 180)) < 0.3)
system = from_matrices(np.eye(180) - 0.8 * shares / shares.sum(axis=0), np.ones((1, 180)),
                       products=[f"p{i}" for i in range(180)],
                       processes=[f"u{i}" for i in range(180)], flows=["CO2"])
columns = system.exchanges
spread = np.zeros(len(columns), np.int8)
system = replace(system, exchanges=replace(columns, spread=spread, low=np.full(len(spread), 1.2)))
run = monte_carlo(system, Counting(np.where(columns.kind == 2, 1.0, 0.0)), accelerate=False)
assert run.prepared.plan.h > 100
print(hashlib.sha256(run.block(0, 6, 1).scores.tobytes()).hexdigest())
"""
    found = set()
    for threads in ("1", "2"):
        names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
        told = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | dict.fromkeys(names, threads),
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(told.stdout)
    assert len(found) == 1
