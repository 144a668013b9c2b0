"""Which compiled loops are used? Those of the wheel `pcf-kernels`, else numba's, else none.

The wheel's are there at once and cost no memory, so that they serve systems of any size. Numba's
have to be worth loading. Without either, SciPy gives the same answers (`passes`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from pcf.inventory.tearing import jit, wheel
from pcf.inventory.tearing import kernels as plain
from pcf.inventory.tearing.lanes import LANES

if TYPE_CHECKING:
    from types import ModuleType

Way = Literal["pcf-kernels", "numba"]
"""Where compiled loops come from."""


_LINKS = "i4[] i4[] f8[]"
_WHEEL = {
    "lower": f"n n {_LINKS} f8[] f8[]!",
    "upper": f"n {_LINKS} f8[]!",
    "lower16": f"n n {_LINKS} f8[][16] f8[][16]!",
    "upper16": f"n {_LINKS} f8[][16]!",
    "gather16": "f8[][] i4[] f8[] n n f8[][16]!",
    "scatter16": "f8[][16] i4[] f8[] n n f8[][]!",
    "split": f"n n {_LINKS} i4[]! i4[]! f8[]! i4[]! i4[]! f8[]!",
    "loops": f"n n {_LINKS} {_LINKS} i4[] f8[][]!",
}
_TORN = f"i4[] i4[] f8[] f8[] i4[] {_LINKS} {_LINKS} f8[][]"
_WHEEL_ALONE = {
    "adjoint": f"{_TORN} f8[] f8[]!",
    "forward": f"{_TORN} f8[] f8[]!",
    "measured": f"{_TORN} f8[] f8[] n f8[]! f8[]!",
}
"""What else is done step by step, and by array operations."""


def way() -> Way | None:
    """Return where compiled loops would come from here, or None where there are none.

    No example: it depends on the machine.
    """
    if wheel.is_at_hand():
        return "pcf-kernels"
    return "numba" if jit.is_at_hand() else None


def is_at_hand() -> bool:
    """Say whether there are compiled loops: of the wheel, or numba's where they can be kept.

    No example: it depends on the machine.
    """
    return way() is not None


def are_loaded() -> bool:
    """Say whether using compiled loops costs nothing: the wheel's always, numba's once loaded.

    No example: it depends on what was solved before.
    """
    return wheel.is_at_hand() or (jit.is_at_hand() and _of_numba.cache_info().currsize > 0)


def kernels() -> ModuleType:
    """Return `kernels` compiled; raise ImportError with neither the wheel nor numba.

    No example: it needs one of them.
    """
    return _of_wheel() if wheel.is_at_hand() else _of_numba()


def _of_wheel() -> ModuleType:
    return wheel.module("passes", _WHEEL | _WHEEL_ALONE)


@cache
def _of_numba() -> ModuleType:
    return jit.compile_module(plain, _try)


def _try(compiled: ModuleType) -> None:
    """Call every kernel on the smallest system, with the types that `lanewise` gives."""
    starts, suppliers = np.zeros(2, dtype=np.int32), np.zeros(0, dtype=np.int32)
    own, one, rows = np.zeros(1, dtype=np.int32), np.ones(1), np.zeros((1, LANES))
    compiled.lower(0, 1, starts, suppliers, np.zeros(0), one, one)
    compiled.upper(1, starts, suppliers, np.zeros(0), one)
    compiled.gather16(rows, own, one, 0, 1, rows)
    compiled.scatter16(rows, own, one, 0, 1, rows)
    compiled.lower16(0, 1, starts, suppliers, np.zeros(0), rows, rows)
    compiled.upper16(1, starts, suppliers, np.zeros(0), rows)
    links = starts, suppliers, np.zeros(0)
    compiled.split(1, 1, *links, *links, *links)
    compiled.loops(0, 1, *links, *links, own, np.ones((1, 1)))
