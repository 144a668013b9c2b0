"""The cache of plans: used where it is whole, found anew where it is not, never needed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.sparse import csc_array

from pcf.files.caches import cache_folder
from pcf.inventory.tearing import cache
from pcf.inventory.tearing.cache import plan_of
from pcf.inventory.tearing.plan import Plan
from pcf.inventory.tearing.solver import Factorised

if TYPE_CHECKING:
    from collections.abc import Callable

    Maker = Callable[..., csc_array[np.float64]]

N = cache.SMALLEST


@pytest.fixture
def matrix(looped: Maker) -> csc_array[np.float64]:
    return looped(N, 0)


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("plans/*"))


def assert_same(one: Plan, other: Plan) -> None:
    for field in fields(Plan):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_a_plan_is_found_once_and_then_read(
    matrix: csc_array[np.float64], own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = plan_of(matrix)
    assert len(kept(own_cache)) == 1
    monkeypatch.setattr(cache, "analyse", None)
    again = matrix.copy()
    again.data *= 3.0
    assert_same(plan_of(again), first)


def test_another_structure_has_another_entry(
    matrix: csc_array[np.float64], own_cache: Path
) -> None:
    plan_of(matrix)
    wider = matrix.tolil()
    wider[0, N - 1] = wider[0, N - 1] - 1e-9 if wider[0, N - 1] else -1e-9
    plan_of(csc_array(wider))
    moved = csc_array(matrix.toarray()[np.roll(np.arange(N), 1)])  # the same links, other pairs
    plan_of(moved)
    assert len(kept(own_cache)) == 3


def test_only_the_plans_used_last_are_kept(
    looped: Maker, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST", 2)
    systems = [looped(N, seed) for seed in range(3)]
    for system in systems[:2]:
        plan_of(system)
    for age, path in enumerate(kept(own_cache)):
        os.utime(path, (age, age))
    plan_of(systems[0])  # used again, and so younger than the second
    plan_of(systems[2])
    assert len(kept(own_cache)) == 2
    monkeypatch.setattr(cache, "analyse", None)
    plan_of(systems[0])
    plan_of(systems[2])


def test_small_structures_are_not_kept(looped: Maker, own_cache: Path) -> None:
    plan_of(looped(N - 1, 0))
    assert kept(own_cache) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:0],
        lambda data: data[:-7],
        lambda data: data + b"\0",
        lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:],
        lambda data: bytes(len(data)),
        lambda data: signed(b"not JSON".ljust(len(data) - 32)),
        lambda data: signed(b"[]".ljust(4096) + data[32 + 4096 :]),
        lambda data: signed(data[32:].replace(b'"form": 2', b'"form": 3')),
        lambda data: signed(data[32:-4]),
    ],
)
def test_a_damaged_entry_is_found_anew_and_replaced(
    matrix: csc_array[np.float64], own_cache: Path, damage: Callable[[bytes], bytes]
) -> None:
    whole = plan_of(matrix)
    (path,) = kept(own_cache)
    good = path.read_bytes()
    path.write_bytes(damage(good))
    assert_same(plan_of(matrix), whole)
    assert path.read_bytes() == good


def signed(body: bytes) -> bytes:
    """Return an entry whose digest is right: damage by somebody who knows how."""
    return hashlib.sha256(body).digest() + body


@pytest.mark.parametrize("column", range(8))
def test_an_entry_made_up_with_a_right_digest_gives_no_wrong_answer(
    matrix: csc_array[np.float64], own_cache: Path, column: int
) -> None:
    """Each array in turn is shuffled, shifted out of range or made constant."""
    expected = Factorised(matrix).adjoint(np.ones(N)).values
    (path,) = kept(own_cache)
    good = path.read_bytes()
    plan = plan_of(matrix)
    lengths = [len(getattr(plan, field.name)) for field in fields(Plan)[2:]]
    start = 32 + 4096 + 4 * sum(lengths[:column])
    part = slice(start, start + 4 * lengths[column])
    values = np.frombuffer(good[part], dtype="<i4")
    for evil in (np.roll(values, 1), values + 2**30, -values - 1, np.zeros_like(values)):
        body = good[32 : part.start] + evil.astype("<i4").tobytes() + good[part.stop :]
        path.write_bytes(signed(body))
        found = Factorised(matrix).adjoint(np.ones(N)).values
        np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize(
    "head", [b'{"form": 3, "order": Infinity', b"[" * 4000, b'{"a":' * 800, b"[]", b"9" * 4096]
)
def test_a_head_made_up_with_a_right_digest_is_none(
    matrix: csc_array[np.float64], own_cache: Path, head: bytes
) -> None:
    whole = plan_of(matrix)
    (path,) = kept(own_cache)
    good = path.read_bytes()[32:]
    if head.startswith(b'{"form"'):
        head += b"," + good[:4096].strip().removeprefix(b"{").replace(b'"order"', b'"other"')
    path.write_bytes(signed(head.ljust(4096) + good[4096:]))
    assert_same(plan_of(matrix), whole)


def test_starts_that_go_round_and_a_process_torn_twice_are_no_plan(
    matrix: csc_array[np.float64], own_cache: Path
) -> None:
    """Differences of 32 bits hide the first; the second would count half of what the torn need."""
    plan = plan_of(matrix)
    (path,) = kept(own_cache)
    starts, suppliers = plan.starts.copy(), plan.suppliers.copy()
    starts[1:4] = 2**31 - 1, -(2**31), -1
    suppliers[np.flatnonzero(suppliers == N)[::2]] = N + plan.h
    torn = np.append(plan.torn, plan.torn[0])
    for evil in (
        replace(plan, starts=starts),
        replace(plan, torn=torn, suppliers=suppliers),
    ):
        path.write_bytes(cache._packed(evil))
        assert cache._read(path, matrix) is None


def test_a_folder_that_cannot_be_made_or_written_is_no_problem(
    matrix: csc_array[np.float64], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = plan_of(matrix)
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert_same(plan_of(matrix), whole)
    assert blocked.read_bytes() == b""


def test_a_plan_in_a_folder_that_cannot_be_written_is_read(
    matrix: csc_array[np.float64], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    whole = plan_of(matrix)
    monkeypatch.setattr("os.utime", refused)
    monkeypatch.setattr(cache, "analyse", None)
    assert_same(plan_of(matrix), whole)


def test_an_interrupted_write_leaves_nothing_behind(
    matrix: csc_array[np.float64], own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.replace", full)
    plan_of(matrix)
    assert kept(own_cache) == []


def test_without_a_home_there_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pathlib.Path.home", lambda: (_ for _ in ()).throw(RuntimeError))
    assert cache_folder() is None
    monkeypatch.setattr("pathlib.Path.home", lambda: Path("/"))
    assert cache_folder() is None
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() is None
    monkeypatch.setenv("LOCALAPPDATA", os.path.abspath("there"))  # noqa: PTH100
    assert cache_folder() == Path("there").resolve() / "pcf"
