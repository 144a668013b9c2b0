"""Every loop of the wheel: the bits of its plain form, no argument that leads outside an array."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import numpy as np
import pytest

from pcf.inventory.tearing import wheel
from tests.kernels.given import PLAIN, SHARED, SIGNATURES, arguments, misfits, unfit, usual_of

SOURCES = Path(__file__).resolve().parents[2] / "kernels" / "src"


def pytest_generate_tests(metafunc) -> None:
    metafunc.parametrize("loops_from", ["wheel"], indirect=True, ids=[""])


@pytest.fixture
def loops(loops_from) -> dict:
    """Return every loop of the wheel."""
    assert loops_from is not None
    return wheel.loops(SIGNATURES)


@pytest.mark.usefixtures("loops_from")
def test_no_loop_is_left_out():
    """What the sources export is called under signatures that are tested here."""
    text = "".join(path.read_text(encoding="ascii") for path in SOURCES.glob("*.c"))
    assert set(re.findall(r"EXPORT int64_t pcf_(\w+)\(", text)) == {*SIGNATURES, "abi"}


@pytest.mark.parametrize(("n", "h"), [(0, 0), (1, 0), (1, 1), (2, 1), (60, 0), (129, 17), (70, 70)])
@pytest.mark.parametrize("name", SHARED)
def test_every_loop_gives_the_bits_of_the_plain_one(loops, name, n, h):
    ours, plain = arguments(n, h, 3)[name], arguments(n, h, 3)[name]
    with np.errstate(all="ignore"):
        PLAIN[name](*plain)
    assert loops[name](*ours) == 0
    for mine, other in zip(ours, plain, strict=True):
        if isinstance(mine, np.ndarray):
            np.testing.assert_array_equal(mine, other)


@pytest.mark.parametrize("name", SIGNATURES)
def test_arguments_of_another_kind_are_refused(loops, name):
    usual, signature = usual_of(name), SIGNATURES[name].split()
    for at, kind in enumerate(signature):
        for value in unfit(kind, usual[at]):
            given_ = [*usual[:at], value, *usual[at + 1 :]]
            with pytest.raises((TypeError, ctypes.ArgumentError)):
                loops[name](*given_)
    with pytest.raises(TypeError):
        loops[name](*usual[:-1])
    with pytest.raises(TypeError):
        loops[name](*usual, 1)


@pytest.mark.parametrize("name", SIGNATURES)
def test_sizes_and_indices_that_do_not_fit_are_refused_before_anything_is_written(loops, name):
    refused = 0
    for at, value in misfits(name):
        usual = usual_of(name)
        usual[at] = value
        before = [np.array(each, copy=True) for each in usual]
        try:
            loops[name](*usual)
        except ValueError:
            refused += 1
            for each, old in zip(usual, before, strict=True):
                assert np.array_equal(each, old)
    assert refused >= 8
