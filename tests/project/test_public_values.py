"""Public values cross a process pool and arrive equal."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pcf
from pcf.errors import Where, problem
from pcf.findings import finding

# One value of every public class that holds data; a new public class is added here.
VALUES: dict[str, object] = {
    "Finding": finding("total-zero", Where(file="study.toml", line=3)),
    "PcfError": pcf.PcfError(problem("unit-unknown", "电解", ("kWh",), unit="mWh")),
}


def _content(value: object) -> object:
    """Return what is compared: an exception has no equality of its own."""
    return (type(value), value.args) if isinstance(value, Exception) else value


def test_every_public_class_of_data_has_a_value_here() -> None:
    classes = {name for name in pcf.__all__ if inspect.isclass(getattr(pcf, name))}
    holds_data = {
        name
        for name in classes
        if dataclasses.is_dataclass(getattr(pcf, name)) or issubclass(getattr(pcf, name), Exception)
    }
    assert holds_data - set(VALUES) == set()


def test_every_public_value_crosses_a_process_pool_unchanged() -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        arrived = dict(zip(VALUES, pool.map(copy.deepcopy, VALUES.values()), strict=True))
    for name, value in VALUES.items():
        assert _content(arrived[name]) == _content(value), name
