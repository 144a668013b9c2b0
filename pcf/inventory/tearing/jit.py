"""When numba compiles the kernels, and where the machine code is kept.

Compiling takes seconds, so it happens once, is announced once, and its result is kept in a folder
of the user's alone; numba checks there that the source and the processor are the same.
Without such a folder it would happen in every process: then it must be asked for.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

from pcf import text
from pcf.files.caches import cache_folder
from pcf.inventory.tearing import lanes

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


@cache
def is_at_hand() -> bool:
    """Say whether numba is installed and compiled code can be kept.

    No example: it depends on the machine.
    """
    return importlib.util.find_spec("numba") is not None and _code_folder() is not None


def compile_module(module: ModuleType, attempt: Callable[[ModuleType], None]) -> ModuleType:
    """Return a copy of `module` whose public functions are compiled by numba.

    Functions named `load`, `store`, `mul`, `fma1`, `fma2` (of 64 bits; with 32 at the end, of 32)
    become the intrinsics of `lanes`. Every other public function becomes a kernel, which may call
    those above it and releases the interpreter's lock. `attempt` calls every kernel once, with
    arrays of the types that it will meet: they are compiled then, or read from the user's cache.
    Where what the cache holds is damaged, it is thrown away and compiled anew.

    Raises ImportError without numba. No example: it needs numba.
    """
    import numba  # noqa: PLC0415 - an extra, and slow to load

    folder = _code_folder()
    if folder is None:
        _announce()
        return _tried(module, None, attempt)
    folder = folder / f"{_state_of(module)}-{numba.__version__}"
    if not folder.exists():
        _announce()
    try:
        return _tried(module, folder, attempt)
    except Exception:  # noqa: BLE001 - a damaged cache fails in as many ways as a pickle can
        shutil.rmtree(folder, ignore_errors=True)
        return _tried(module, None, attempt)


def _tried(
    module: ModuleType, folder: Path | None, attempt: Callable[[ModuleType], None]
) -> ModuleType:
    from numba import njit  # noqa: PLC0415 - an extra, and slow to load
    from numba.core import config  # noqa: PLC0415 - as above

    compiled = _copy(module)
    own = [name for name, each in vars(compiled).items() if _is_kernel(each, compiled)]
    vector: dict[str, Callable[..., Any]] = {}
    for bits, ending in ((64, ""), (32, "32")):
        if f"load{ending}" in own:
            intrinsics = lanes.lanes(bits)._asdict()
            vector |= {f"{name}{ending}": each for name, each in intrinsics.items()}
    vars(compiled).update(vector)
    before = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = "" if folder is None else str(folder)  # type: ignore[attr-defined]
    try:
        kernel = njit(boundscheck=False, error_model="numpy", nogil=True, cache=folder is not None)
        for name in own:
            if name not in vector:
                setattr(compiled, name, kernel(getattr(compiled, name)))
    finally:
        config.CACHE_DIR = before  # type: ignore[attr-defined]
    attempt(compiled)
    return compiled


def _copy(module: ModuleType) -> ModuleType:
    """Return `module` loaded a second time, so that the plain one stays as it is."""
    spec = importlib.util.spec_from_file_location(f"{module.__name__}_compiled", module.__file__)
    if spec is None or spec.loader is None:
        raise ImportError(module.__name__)
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found  # where numba looks for it when it reads its cache
    spec.loader.exec_module(found)
    return found


def _is_kernel(each: object, module: ModuleType) -> bool:
    own = isinstance(each, FunctionType) and each.__module__ == module.__name__
    return own and not each.__name__.startswith("_")  # type: ignore[attr-defined]


def _state_of(module: ModuleType) -> str:
    """Return what tells this source from an earlier one; numba looks at the module's file only."""
    source = b"".join(
        Path(str(each.__file__)).read_bytes() for each in (module, lanes, sys.modules[__name__])
    )
    return hashlib.sha256(source).hexdigest()[:16]


def _code_folder() -> Path | None:
    """Return a folder for compiled code that can be written, by this user alone."""
    folder = cache_folder()
    if folder is None:
        return None
    code = folder / "kernels"
    try:
        code.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = code.stat()
        tempfile.TemporaryFile(dir=code).close()
    except OSError:
        return None
    foreign = hasattr(os, "getuid") and (
        found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )
    return None if foreign else code


@cache
def _announce() -> None:
    """Say once a process that kernels are compiled, however many modules of them there are."""
    sys.stderr.write(f"{text.says('kernels-compiling', {})} {text.cure('kernels-compiling', {})}\n")
    sys.stderr.flush()
