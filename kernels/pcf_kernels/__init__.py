"""The inner loops of pcf-lca as a shared library, called through ctypes.

Nothing here is meant to be called by hand: `pcf.inventory.tearing.wheel` checks every argument.
"""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path


def library() -> Path | None:
    """Return where the shared library stands, or None where it is missing."""
    folder = Path(__file__).resolve().parent
    for suffix in EXTENSION_SUFFIXES:
        path = folder / f"_library{suffix}"
        if path.is_file():
            return path
    return None
