"""Elementary flows as columns of text: a table of thousands, its rows made when they are asked for.

A system opened from a folder names some thousand flows and asks for few of them: the words of all
are checked as columns, and a row becomes an `ElementaryFlow` at its first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import TYPE_CHECKING, Any, get_args, overload

import numpy as np

from pcf import text
from pcf.model.flows import LINES, ElementaryFlow, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

COLUMNS = ("id", "en", "zh", "unit", "gas", "origin", "line", "direction", "role", "source")
"""The columns of a table: the attributes of a flow in their order, its name in both languages."""
_KNOWN = {
    "line": frozenset[str](LINES),
    "direction": frozenset(("output", "input")),
    "role": frozenset[str](get_args(Role)),
}


class FlowTable(Sequence[ElementaryFlow]):
    """Elementary flows as `COLUMNS` of text, all of one length; equal to the tuple of its rows.

    A row is made once: whoever asks again gets the same. Raises ModelError for a line that a
    footprint does not have, ValueError for a direction or a role that no flow has.

    >>> words = ("CO2", "carbon dioxide", "", "kg", "CO2", "", "fossil", "output", "emission", "")
    >>> table = FlowTable({name: np.array([word]) for name, word in zip(COLUMNS, words)})
    >>> table[0].line, table == (table[0],)
    ('fossil', True)
    """

    __slots__ = ("_columns", "_made")

    def __init__(self, columns: Mapping[str, NDArray[np.str_]]) -> None:
        """Keep the columns; whether their words are known is asked of all rows at once."""
        self._columns = {name: columns[name] for name in COLUMNS}
        self._made: dict[int, ElementaryFlow] = {}
        if not all(_are_known(self._columns[name], words) for name, words in _KNOWN.items()):
            for position in range(len(self)):  # the first row at fault says what is wrong
                self._row(position)

    @property
    def columns(self) -> Mapping[str, NDArray[np.str_]]:
        """The columns by name, not to be written."""
        return self._columns

    def __len__(self) -> int:
        """Return the number of flows."""
        return len(self._columns["id"])

    @overload
    def __getitem__(self, position: int) -> ElementaryFlow: ...

    @overload
    def __getitem__(self, position: slice) -> tuple[ElementaryFlow, ...]: ...

    def __getitem__(self, position: int | slice) -> ElementaryFlow | tuple[ElementaryFlow, ...]:
        """Return a flow, or a tuple of those of a slice; raise IndexError as a tuple does."""
        places = range(len(self))[position if isinstance(position, slice) else index(position)]
        return self._row(places) if isinstance(places, int) else tuple(map(self._row, places))

    def __eq__(self, other: object) -> bool:
        """Return whether the rows are the same, of another table or of a tuple."""
        if isinstance(other, FlowTable):
            return all(np.array_equal(self.columns[name], other.columns[name]) for name in COLUMNS)
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        """Return what the tuple of the rows does, which is equal."""
        return hash(tuple(self))

    def __reduce__(self) -> tuple[Callable[..., FlowTable], tuple[Any, ...]]:
        """Pickle the columns; rows are made anew."""
        return FlowTable, (self._columns,)

    def __repr__(self) -> str:
        """Return how many flows there are."""
        return f"FlowTable({len(self)} elementary flows)"

    def _row(self, position: int) -> ElementaryFlow:
        found = self._made.get(position)
        if found is None:
            words: list[Any] = [column.item(position) for column in self._columns.values()]
            id_, en, zh, *rest = words
            found = ElementaryFlow(id_, text.Name(en, zh), *rest)
            if not (found.direction in _KNOWN["direction"] and found.role in _KNOWN["role"]):
                raise ValueError(f"{found.direction!r}, {found.role!r}")
            self._made[position] = found
        return found


def words_of(flows: Sequence[ElementaryFlow], name: str) -> NDArray[np.str_]:
    """Return one of the `COLUMNS` but the names, of flows in a table or not.

    >>> from pcf.model.flows import greenhouse_gases
    >>> words_of([greenhouse_gases()["CO2, fossil"]], "role")
    array(['emission'], dtype='<U8')
    """
    if isinstance(flows, FlowTable):
        return flows.columns[name]
    return np.array([getattr(flow, name) for flow in flows], dtype=np.str_)


def _are_known(column: NDArray[np.str_], words: frozenset[str]) -> bool:
    """Return whether a column holds these words alone: one comparison for each that it holds."""
    while len(column):
        word = column.item(0)
        if word not in words:
            return False
        column = column[column != word]
    return True
