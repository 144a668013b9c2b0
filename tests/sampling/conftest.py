"""Product systems whose numbers have spreads, for the tests of draws."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pcf.inventory.sampling.terms import Counting
from pcf.model.labelled import from_matrices
from pcf.model.systems import ELEMENTARY, OUTPUT

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Callable

    from pcf.model.systems import ProductSystem

WITH_AND_WITHOUT = {"test_executors", "test_montecarlo"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests that compute without the compiled wheel and with it."""
    if metafunc.module.__name__.rpartition(".")[2] in WITH_AND_WITHOUT:
        metafunc.parametrize("loops_from", ["", "wheel"], indirect=True)


@pytest.fixture(autouse=True)
def own_loops(loops_from: ctypes.CDLL | None) -> None:
    """Let no test depend on what is installed."""
    del loops_from


@pytest.fixture(scope="session")
def with_spreads() -> Callable[..., ProductSystem]:
    """Return a function that gives every number of a system a spread of relative size `sigma`.

    The kinds (0 lognormal ... 4 pert, -1 none) follow one another, or are drawn by `seed`.
    """

    def spread(
        system: ProductSystem, sigma: float = 0.1, kinds: tuple[int, ...] = (0,), seed: int = 1
    ) -> ProductSystem:
        columns = system.exchanges
        kind = np.random.default_rng(seed).choice(kinds, len(columns)).astype(np.int8)
        amount = columns.amount
        low = np.select(
            [kind == 0, kind == 1], [np.exp(sigma), sigma * amount], amount * (1 - 2 * sigma)
        )
        high = np.where(kind >= 2, amount * (1 + 3 * sigma), 0.0)
        return replace(system, exchanges=replace(columns, spread=kind, low=low, high=high))

    return spread


@pytest.fixture(scope="session")
def looped() -> Callable[..., ProductSystem]:
    """Return a function that makes a system of `n` processes with loops, reproducibly."""

    def build(n: int, links: int = 3, seed: int = 1, gain: float = 0.7) -> ProductSystem:
        rng = np.random.default_rng(seed)
        technosphere = np.diag(rng.uniform(0.5, 20, n))
        for j in range(n):
            suppliers = rng.choice(n, links, replace=False)
            shares = rng.uniform(0.1, 1, links)
            for i, share in zip(suppliers, gain * shares / shares.sum(), strict=True):
                if i != j:
                    technosphere[i, j] -= share * technosphere[j, j] * rng.uniform(0.7, 1)
        return from_matrices(
            technosphere,
            rng.uniform(0.1, 2, (2, n)),
            products=[f"product {i}" for i in range(n)],
            processes=[f"process {i}" for i in range(n)],
            flows=["CO2", "CH4"],
        )

    return build


@pytest.fixture(scope="session")
def counted() -> Callable[[ProductSystem], Counting]:
    """Return a function that counts the elementary flows of a system by 1, 2, 3, ..."""

    def count(system: ProductSystem) -> Counting:
        columns = system.exchanges
        sign = np.where(columns.direction == OUTPUT, 1.0, -1.0)
        factor = np.where(columns.kind == ELEMENTARY, columns.target + 1.0, 0.0)
        return Counting(sign * factor)

    return count
