"""Is the compiled wheel `pcf-kernels` at hand? Its loops are C, called through ctypes.

The interpreter's lock is released while they run. What they are given is checked before: here that
every array has the type, the alignment and the order that a loop reads, there that indices and
sizes fit together. A wheel of another interface is left alone.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import struct
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from pcf import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Loop = Callable[..., int]

Reason = Literal["", "missing", "damaged", "interface"]
"""Why the wheel is not taken: it is not installed, cannot be loaded, is of another interface."""
ABI = 2
"""The interface that this version calls: `PCF_ABI` in kernels/src/kernels.h."""
_ELF = struct.Struct("<40xQ10xHH2x")
"""The head of a library of Linux, 64 bits: where its sections stand, how large and how many."""
_LANES = 16
_NO_MEMORY = -2
_NUMBERS: dict[str, Any] = {"n": ctypes.c_int64, "u": ctypes.c_uint64, "x": ctypes.c_double}
_READ, _WRITTEN = 0x101, 0x501
"""Flags of an array that is C-contiguous and aligned, and may be written to."""


@cache
def library() -> ctypes.CDLL | None:
    """Return the wheel's library, or None where it is missing, damaged, or of another interface.

    One that is installed and not taken is told once, on stderr; `why_not` keeps the reason.
    No example: it depends on what is installed.
    """
    return _taken().library


def is_at_hand() -> bool:
    """Say whether the wheel is installed and fits.

    No example: it depends on what is installed.
    """
    return library() is not None


def why_not() -> Reason:
    """Return why the wheel is not taken, empty where it is.

    No example: it depends on what is installed.
    """
    return _taken().reason


def loops(signatures: Mapping[str, str]) -> dict[str, Loop]:
    """Return functions by name that call `pcf_<name>` of the wheel; raise ImportError without it.

    A signature tells the arguments in order, parted by blanks: `n` a whole number, `u` one without
    sign, `x` a float; else an array by its dtype (`i4`, `f8`, ...) and its rank, `i4[]` for (n),
    `f8[][]` for (n, m) and `f4[][16]` for (n, 16), with `!` behind where it is written to. An array
    becomes its address and the number of its rows, (n, m) also the number of its columns. Functions
    raise TypeError for an argument of another kind and ValueError where sizes or indices do not fit
    together, before anything is written; else they return what the loop returns.

    No example: it needs the wheel.
    """
    found = library()
    if found is None:
        raise ImportError("pcf_kernels")
    return {name: _loop(found, name, signature) for name, signature in signatures.items()}


def module(name: str, signatures: Mapping[str, str]) -> ModuleType:
    """Return `loops` as the functions of a module.

    No example: it needs the wheel.
    """
    found = ModuleType(f"pcf_kernels.{name}")
    vars(found).update(loops(signatures))
    return found


class _Taken(NamedTuple):
    library: ctypes.CDLL | None
    reason: Reason = ""


@cache
def _taken() -> _Taken:
    try:
        if importlib.util.find_spec("pcf_kernels") is None:
            return _Taken(None, "missing")
        path = Path(str(importlib.import_module("pcf_kernels").library()))
        _require_whole(path)
        found = ctypes.CDLL(str(path))
        abi = found.pcf_abi
        abi.restype = ctypes.c_int64
    except (ImportError, OSError, AttributeError, ValueError):
        return _left("damaged", "kernels-damaged", {})
    told = {"found": str(abi()), "wanted": str(ABI)}
    if told["found"] != told["wanted"]:
        return _left("interface", "kernels-interface", told)
    return _Taken(found)


def _require_whole(path: Path) -> None:
    """Raise OSError for a library of Linux that is cut off: loading it would end the interpreter.

    The table of its sections stands last in the file, and its head says where.
    """
    with path.open("rb") as stream:
        head = stream.read(_ELF.size)
        size = stream.seek(0, 2)
    if len(head) == _ELF.size and head.startswith(b"\x7fELF\x02\x01"):
        start, width, count = _ELF.unpack(head)
        if start + width * count > size:
            raise OSError(path)


def _left(reason: Reason, code: str, told: Mapping[str, str]) -> _Taken:
    """Say that the wheel is installed and left alone."""
    sys.stderr.write(f"{text.says(code, told)} {text.cure(code, told)}\n")
    sys.stderr.flush()
    return _Taken(None, reason)


@cache
def _loop(found: ctypes.CDLL, name: str, signature: str) -> Loop:
    call = getattr(found, f"pcf_{name}")
    kinds = signature.split()
    call.restype = ctypes.c_int64
    call.argtypes = [each for kind in kinds for each in _types(kind)]
    takers: list[Callable[[Any], tuple[Any, ...]]] = [
        _number if kind in _NUMBERS else _array(name, kind) for kind in kinds
    ]

    def loop(*arguments: Any) -> int:  # noqa: ANN401 - each as the signature has it
        if len(arguments) != len(takers):
            raise TypeError(f"{name} takes {len(takers)} arguments, not {len(arguments)}")
        given: list[Any] = []
        for take, argument in zip(takers, arguments, strict=True):
            given += take(argument)
        told: int = call(*given)
        if told == _NO_MEMORY:
            raise MemoryError(name)
        if told < 0:
            raise ValueError(f"{name}: sizes or indices do not fit together")
        return told

    return loop


def _types(kind: str) -> list[Any]:
    if kind in _NUMBERS:
        return [_NUMBERS[kind]]
    return [ctypes.c_void_p, ctypes.c_int64] + [ctypes.c_int64] * kind.count("[][]")


def _number(value: Any) -> tuple[Any]:  # noqa: ANN401 - ctypes refuses what is none
    return (value.item() if isinstance(value, np.generic) else value,)


def _array(name: str, kind: str) -> Callable[[Any], tuple[int, ...]]:
    """Return what turns an array into address and sizes, or refuses it."""
    dtype, rank, lanes = np.dtype(kind[:2]), kind.count("["), "[16]" in kind
    flags = _WRITTEN if kind.endswith("!") else _READ

    def take(array: Any) -> tuple[int, ...]:  # noqa: ANN401 - anything is looked at
        if (
            type(array) is not np.ndarray
            or array.dtype != dtype
            or array.ndim != rank
            or array.flags.num & flags != flags
            or (lanes and array.shape[1] != _LANES)
        ):
            raise TypeError(f"{name} takes {kind}, not {_told(array)}")
        shape = array.shape[:1] if lanes else array.shape
        return (array.ctypes.data, *shape)

    return take


def _told(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)} {value.flags.num}"
    return type(value).__name__
