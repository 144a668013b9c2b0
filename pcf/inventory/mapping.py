"""Columns that a file backs: mapped into memory, and given back while they are not needed."""

from __future__ import annotations

import math
import mmap
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem


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
        shape, by_columns, kind = np.lib.format.read_array_header_1_0(stream)
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


def release(system: ProductSystem) -> None:
    """Give back the memory of the columns that are mapped from files; others stay as they are.

    Mapped pages count as memory in use from when they are first read. Their values do not change:
    whoever reads them again reads the file again.

    >>> from pcf.model.building import product_system
    >>> release(product_system([]))
    """
    if not hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        return
    for columns in (system.processes, system.exchanges):
        for field in fields(columns):
            owner = getattr(columns, field.name).base
            memory = owner.obj if isinstance(owner, memoryview) else None
            if isinstance(memory, mmap.mmap):
                memory.madvise(mmap.MADV_DONTNEED)
