"""With which versions was it computed? Those of this library and of all that computes for it."""

from __future__ import annotations

import platform
from importlib import import_module, metadata

_COMPUTING = ("numpy", "scipy", "networkx", "pint", "pydantic")


def versions() -> dict[str, str]:
    """Return the versions of pcf, of Python and of the libraries that numbers depend on.

    >>> sorted(versions())
    ['networkx', 'numpy', 'pcf', 'pint', 'pydantic', 'python', 'scipy']
    """
    found = {"pcf": str(import_module("pcf").__version__), "python": platform.python_version()}
    return found | {name: metadata.version(name) for name in _COMPUTING}
