"""Columns that a file backs: mapped into memory, and given back while they are not needed."""

from __future__ import annotations

import math
import mmap
from dataclasses import fields
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.model.flow_table import FlowTable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem

_PIECE = 2**15
_VERSION_1 = b"\x93NUMPY\x01\x00"
_TOLD = len(_VERSION_1) + 2
"""Where the description of an array begins: after the version and the length of its head."""
_HEAD = 256
"""Bytes that hold the head of any column: NumPy fills it with spaces up to 128."""


def mapped(path: Path) -> NDArray[Any]:
    """Return the array of a `.npy` file, mapped into memory and read-only.

    Raises OSError where the file cannot be read, ValueError where it holds no array, or more or
    less than its head says, or objects.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "column.npy")
    ...     np.save(path, np.array([1.0, 2.0]))
    ...     mapped(path)
    array([1., 2.])
    """
    with path.open("rb") as stream:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ValueError(f"it is of version {version}")
        try:
            shape, by_columns, kind = np.lib.format.read_array_header_1_0(stream)
        except (SyntaxError, TokenError, RecursionError, MemoryError) as error:
            raise ValueError("its head cannot be read") from error
        start, size = stream.tell(), stream.seek(0, 2)
        if kind.hasobject:
            raise ValueError("it holds objects")
        if size != start + kind.itemsize * math.prod(shape):
            raise ValueError("it is longer or shorter than its head says")
        if not kind.itemsize or not math.prod(shape):
            return np.zeros(shape, dtype=kind)
        memory = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    values = np.frombuffer(memory, kind, math.prod(shape), start)
    return values if len(shape) == 1 else values.reshape(shape, order="F" if by_columns else "C")


def mapped_as(path: Path, kind: np.dtype[Any], length: int) -> NDArray[Any] | None:
    """Return what `mapped` does where a file holds a column of this type and length, else None.

    The head of the file is compared with the one that NumPy writes, which is much cheaper than to
    parse it. None says no more than that `mapped` is to be asked. Raises OSError where the file
    cannot be read.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "column.npy")
    ...     np.save(path, np.array([1.0, 2.0]))
    ...     mapped_as(path, np.dtype("<f8"), 2), mapped_as(path, np.dtype("<f8"), 3)
    (array([1., 2.]), None)
    """
    with path.open("rb", buffering=0) as stream:
        start = _start(stream.read(_HEAD), kind, length)
        if not start:
            return None
        memory = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    if len(memory) != start + kind.itemsize * length:
        return None
    return np.frombuffer(memory, kind, length, start) if length else np.zeros(0, dtype=kind)


def _start(head: bytes, kind: np.dtype[Any], length: int) -> int:
    """Return where the data start after the head of such a column; 0 where it is another."""
    told = f"{{'descr': '{kind.str}', 'fortran_order': False, 'shape': ({length},), }}".encode()
    start, end = _TOLD + int.from_bytes(head[_TOLD - 2 : _TOLD], "little"), _TOLD + len(told)
    padding = head[end:start].removesuffix(b"\n").strip(b" ")
    fits = head.startswith(_VERSION_1) and head.startswith(told, _TOLD) and not padding
    return start if fits and end <= start <= len(head) else 0


def release(system: ProductSystem) -> None:
    """Give back the memory of the columns that are mapped from files; others stay as they are.

    Mapped pages count as memory in use from when they are first read. Their values do not change:
    whoever reads them again reads the file again.

    >>> from pcf.model.building import product_system
    >>> release(product_system([]))
    """
    if not hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        return
    for values in _columns(system):
        owner: Any = values.base
        memory = owner.obj if isinstance(owner, memoryview) else None
        if isinstance(memory, mmap.mmap):
            memory.madvise(mmap.MADV_DONTNEED)


def pieces(length: int) -> Iterator[slice]:
    """Yield slices that make up so many entries, of which the arrays between stay in the cache.

    Memory that is new costs more to get than such arrays to compute.

    >>> list(pieces(40_000))
    [slice(0, 32768, None), slice(32768, 40000, None)]
    """
    return (slice(at, min(at + _PIECE, length)) for at in range(0, length, _PIECE))


def _columns(system: ProductSystem) -> Iterator[NDArray[Any]]:
    for columns in (system.processes, system.exchanges):
        yield from (getattr(columns, field.name) for field in fields(columns))
    if isinstance(system.elementary, FlowTable):
        yield from system.elementary.columns.values()
