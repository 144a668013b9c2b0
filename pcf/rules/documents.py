"""How is one file of a pack opened? Inside its folder, bounded, with the line of every key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pcf import files, text
from pcf.errors import FileError, problem
from pcf.study.settings import Places, S, shaped, toml_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pcf.errors import Problem, Where

LIMITS = files.Limits(bytes=2**18)
"""A file of a pack is written by hand: 256 KB."""
W = TypeVar("W", bound=str)


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file of a pack: its content, where its keys stand, what is wrong, its text."""

    content: Mapping[str, Any]
    places: Places
    problems: list[Problem]
    source: str

    def tell(self, *problems: Problem) -> None:
        """Add problems."""
        self.problems.extend(problems)

    def where(self, path: str = "") -> Where:
        """Return the place of a key."""
        return self.places.where(path)

    def shaped(self, shape: type[S], table: Mapping[str, Any], path: str = "") -> S | None:
        """Return a table in its shape, or None with the problems told."""
        return shaped(shape, table, path, self.places, self.problems)

    def word(self, written: str, allowed: Iterable[W], path: str) -> W | None:
        """Return the word of a closed list, or None with the nearest ones told."""
        words = tuple(allowed)
        found = next((each for each in words if each == written), None)
        if found is None:
            near = text.nearest(written, words) or words
            key = path.rpartition(".")[2]
            self.problems.append(
                problem("rule-word", self.where(path), near, key=key, word=written)
            )
        return found


def open_document(folder: Path, name: str, problems: list[Problem]) -> Document | None:
    """Return a TOML file inside `folder`, or None with the problems told.

    A name or a link that leads outside is refused. Places are named from the folder's own name on.
    No example: it depends on files.
    """
    said = f"{folder.name}/{name}"
    try:
        path = files.safe_path(folder, name)
    except FileError as error:
        problems.extend(error.problems)
        return None
    data = files.read_bytes(path, problems, name=said, limits=LIMITS)
    if data is None:
        return None
    before = len(problems)
    content = files.parse_toml(data, said, problems, limits=LIMITS)
    if len(problems) > before:
        return None
    source = files.decode(data, said, problems) or ""
    return Document(content, toml_places(source, said), problems, source)


def open_shaped(
    folder: Path, name: str, shape: type[S], problems: list[Problem]
) -> tuple[Document, S] | None:
    """Return a TOML file inside `folder` with its content in a shape, or None, problems told.

    No example: it depends on files.
    """
    document = open_document(folder, name, problems)
    found = None if document is None else document.shaped(shape, document.content)
    return None if document is None or found is None else (document, found)


def listed(folder: Path, inner: str, problems: list[Problem], most: int) -> list[str]:
    """Return the names of the TOML files of `inner`, in order; too many are a problem.

    No example: it depends on files.
    """
    try:
        names = sorted(path.name for path in (folder / inner).glob("*.toml"))
    except OSError:
        names = []
    if len(names) > most:
        problems.append(problem("pack-too-many", f"{folder.name}/{inner}", most=most))
    return [f"{inner}/{name}" for name in names[:most]]
