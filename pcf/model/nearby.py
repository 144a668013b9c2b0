"""Which system is near? One that others vary, known for as long as somebody holds it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcf.model.systems import ProductSystem


class Nearby:
    """A system that was solved; what varies from it may be solved by way of it.

    It holds nothing alive and does not travel: unpickled, it knows no system.

    >>> from pcf.model.building import product_system
    >>> system, nearby = product_system([]), Nearby()
    >>> nearby.keep(system)
    >>> nearby.system is system
    True
    """

    def __init__(self) -> None:
        """Know none yet."""
        self._reference: weakref.ref[ProductSystem] | None = None

    @property
    def system(self) -> ProductSystem | None:
        """The system, while it lives."""
        return None if self._reference is None else self._reference()

    def keep(self, system: ProductSystem) -> None:
        """Know `system`, unless another is known that still lives."""
        if self.system is None:
            self._reference = weakref.ref(system)

    def __reduce__(self) -> tuple[type[Nearby], tuple[()]]:
        """Travel without the system."""
        return Nearby, ()
