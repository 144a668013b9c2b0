"""Which formats can a declaration take? Those whose modules say so, found by listing a folder.

A module of `pcf.formats` joins by a constant `FORMATS`, a tuple of `Format`; so does the report of
this room. Nothing is imported until a declaration is saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from pcf import files, text
from pcf.errors import DeclareError, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.declare.values import Declaration

_OWN = ("pcf.declare.report",)
_FOLDER = "formats"
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a declaration: its name, the endings of its files, and the writer.

    `write` takes a declaration and a language and returns the bytes of the file; it raises
    DeclareError with everything that is missing.
    """

    name: str
    suffixes: tuple[str, ...]
    write: Callable[[Declaration, text.Language], bytes]


def formats() -> tuple[Format, ...]:
    """Return every format that a declaration can be saved in.

    >>> [each.name for each in formats() if each.name.startswith("PACT")]
    ['PACT 3.0']
    """
    names = sorted(each.name for each in iter_modules([str(_PACKAGE / _FOLDER)]))
    modules = [f"pcf.{_FOLDER}.{name}" for name in names]
    modules += [name for name in _OWN if _is_there(name)]
    return tuple(one for name in modules for one in getattr(import_module(name), "FORMATS", ()))


def save(
    declaration: Declaration,
    path: Path | str,
    *,
    format: str = "",  # noqa: A002 - the word that users say
    language: text.Language = "en",
) -> Path:
    """Write a declaration; see `Declaration.save`, which has the example's words.

    No example: it writes a file.
    """
    place = Path(path)
    files.write(place, rendered(declaration, place, format=format, language=language))
    return place


def rendered(
    declaration: Declaration,
    path: Path,
    *,
    format: str = "",  # noqa: A002 - the word that users say
    language: text.Language = "en",
) -> bytes:
    """Return what `save` would write; raise DeclareError as it does, and write nothing.

    No example: `pcf declare` shows it at work.
    """
    return chosen(format, path.suffix).write(declaration, language)


def chosen(name: str, suffix: str) -> Format:
    """Return the format of that name (or its first word), or the only one with that ending.

    >>> chosen("pact", ".json").name
    'PACT 3.0'
    """
    known = formats()
    if name:
        exact = [each for each in known if text.fold(each.name) == text.fold(name)]
        begins = [each for each in known if text.fold(each.name).split()[0] == text.fold(name)]
        found = exact or begins
    else:
        found = [each for each in known if suffix.lower() in each.suffixes]
    if len(found) == 1:
        return found[0]
    candidates = [each.name for each in found or known]
    raise DeclareError(problem("format-unknown", "", candidates, format=name or suffix))


def _is_there(module: str) -> bool:
    room, _, name = module.removeprefix("pcf.").rpartition(".")
    return name in {each.name for each in iter_modules([str(_PACKAGE / room)])}
