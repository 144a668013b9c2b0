"""What must be said of a study wherever it goes: a mark, such as that every number is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import problem
from pcf.files import aliases_of
from pcf.text import Name, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.errors import Problem, Where

FICTIONAL = "fictional"
TWICE = "may allocate twice"
MARKS = {
    FICTIONAL: Name("fictional: every number is invented", "虚构：数字均为虚构"),
    TWICE: Name("may allocate twice: never for a label", "可能重复分配：不得用于标识"),
}
_SPELLINGS = aliases_of({FICTIONAL: Name(FICTIONAL, "虚构"), TWICE: Name(TWICE, "可能重复分配")})


def read_marks(written: Iterable[str], where: Where, problems: list[Problem]) -> tuple[str, ...]:
    """Return the marks of `[study] marks`, each once; report those that are none.

    >>> from pcf.errors import Where
    >>> read_marks(["虚构", "fictional"], Where(), [])
    ('fictional',)
    """
    known = {fold(form): key for form, key in _SPELLINGS.items()}
    found = []
    for each in written:
        mark = known.get(fold(each))
        if mark is None:
            problems.append(problem("mark-unknown", where, tuple(MARKS), mark=each))
        else:
            found.append(mark)
    return tuple(dict.fromkeys(found))


def marks_in(context: Mapping[str, str]) -> tuple[str, ...]:
    """Return the marks that the context of a footprint carries.

    >>> marks_in({"marks": "fictional"}), marks_in({})
    (('fictional',), ())
    """
    return tuple(each for each in context.get("marks", "").split("; ") if each)
