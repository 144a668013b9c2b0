"""Product carbon footprints: computed, explained, certified and declared.

Everything that a user needs is one of the names in `__all__`. A name is loaded when it is first
read, so that `import pcf` opens no data file and loads no large library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcf.errors import PcfError
    from pcf.findings import Finding

__version__ = "0.1.0"

__all__ = ["Finding", "PcfError"]

# Where each public name lives. A test holds this table, `__all__` and the imports above equal.
_HOMES = {
    "Finding": "pcf.findings",
    "PcfError": "pcf.errors",
}

if not TYPE_CHECKING:  # a type checker that saw this function would accept any name

    def __getattr__(name: str) -> object:
        """Load the public name `name` from its room, once."""
        if name not in _HOMES:
            raise AttributeError(f"module 'pcf' has no attribute {name!r}", name=name)
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Return the public names, for completion."""
    return sorted([*__all__, "__version__"])
