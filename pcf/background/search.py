"""What is there under these words? Rows of several sets, the most useful first, each with why."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from time import time_ns
from typing import TYPE_CHECKING

from pcf import digest
from pcf.background.editions import open_background
from pcf.background.search_entries import Entry, entries_of, folded
from pcf.background.search_index import FORM, Index, TornError, open_index
from pcf.background.search_ranking import rank, reasons, wish
from pcf.background.values import Background
from pcf.errors import BackgroundError, problem
from pcf.files.caches import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from pcf.findings import Finding
    from pcf.model.coverage import Period

MOST = 50
_SETTLED = 2_000_000_000
"""Nanoseconds after which a file's times tell whether it was written again."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found, and why it stands where it stands."""

    entry: Entry
    reasons: tuple[Finding, ...]


def search(  # noqa: PLR0913 - each word is a filter
    words: str,
    *sets: Background | Path,
    place: str = "",
    period: Period | None = None,
    boundary: str = "",
    confidence: str = "",
    most: int = MOST,
) -> tuple[Hit, ...]:
    """Return the best `most` rows in which every word occurs, of several sets in that order.

    `sets` are open backgrounds, or folders whose index is kept in the user's cache (built when it
    is not there, when the folder changed, or when it is torn). Words are folded, may be parts of
    names, single characters, codes or CAS numbers; a word of letters that stands nowhere is read
    as the nearest one that does, which the hit says. `confidence` is the least sure that will do.

    Ranked: called so, begins so, contains it; nearest place; cradle to gate; the stated default;
    confidence; newest; id. Raises BackgroundError where two sets hold the same process id, naming
    both, and for filters that do not exist.

    >>> from pcf.background.own import factor_set
    >>> own = factor_set("own", {"Aluminium ingot": "14 kg CO2e/kg"}, source="letter")
    >>> [hit.entry.id for hit in search("alumnium", own)]
    ['own: Aluminium ingot']
    """
    asked = folded(words).split()
    if not asked or not sets:
        return ()
    for again in (False, True):
        with ExitStack() as stack:
            try:
                indexes = [_index(each, stack, anew=again) for each in sets]
                _refuse_clashes(indexes)
                terms = [_spellings(word, indexes) for word in asked]
                phrase = " ".join(each[0] for each in terms)
                wanted = wish(
                    phrase, place=place, period=period, boundary=boundary, confidence=confidence
                )
                found = [each for index in indexes for each in index.find(terms, wanted, most)]
            except TornError:
                continue
        found.sort(key=lambda entry: rank(entry, wanted)[:-1])
        corrected = "" if phrase == " ".join(asked) else " ".join(asked)
        return tuple(Hit(each, reasons(each, wanted, corrected)) for each in found[:most])
    raise BackgroundError(problem("search-torn"))


def _spellings(word: str, indexes: Sequence[Index]) -> tuple[str, ...]:
    """Return the word, or where it stands nowhere the nearest ones that do."""
    if any(index.has(word) for index in indexes):
        return (word,)
    near = tuple(sorted({each for index in indexes for each in index.near(word)}))
    return near or (word,)


def _refuse_clashes(indexes: Sequence[Index]) -> None:
    for position, index in enumerate(indexes):
        for other in indexes[:position]:
            few, many = sorted((index, other), key=lambda each: each.count)
            twice = many.among(few.ids)
            if twice:
                names = {"first": _set_of(other), "second": _set_of(index)}
                raise BackgroundError(*(problem("join-row", id_, (), **names) for id_ in twice))


def _set_of(index: Index) -> str:
    return str(index.connection.execute("SELECT edition FROM entry LIMIT 1").fetchone()[0])


def _index(source: Background | Path, stack: ExitStack, *, anew: bool) -> Index:
    if isinstance(source, Background):
        index = open_index(None, "", lambda: entries_of(source))
    else:
        index = index_of(source, anew=anew)
    stack.callback(index.close)
    return index


def index_of(
    folder: Path, *, anew: bool = False, seen: Callable[[int], None] | None = None
) -> Index:
    """Return the index of a folder of background data, built once into the user's cache.

    `seen` is told the number of rows taken in while it is built. `anew` builds it in any case.
    Raises BackgroundError with everything wrong in a folder that must be read.
    No example: it writes into the user's cache.
    """
    fingerprint = _fingerprint(folder)
    cache = cache_folder()
    path = None if cache is None else cache / "search" / f"{fingerprint}.sqlite"
    if anew and path is not None:
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def make() -> Iterable[Entry]:
        for number, entry in enumerate(entries_of(open_background(folder=folder)), 1):
            if seen is not None:
                seen(number)
            yield entry

    return open_index(path, fingerprint, make)


def _fingerprint(folder: Path) -> str:
    """Return the fingerprint of a folder's files; files not written since are not read again."""
    paths = sorted(path for path in folder.glob("*") if path.suffix in (".csv", ".toml"))
    times = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    stamp = digest.fingerprint([[name, size, str(when)] for name, size, when in times])
    cache = cache_folder()
    place = digest.fingerprint_bytes(os.fsencode(folder.absolute()))
    note = None if cache is None else cache / "search" / f"{place}.json"
    if note is not None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(note.read_text(encoding="utf-8"))
            if kept["stamp"] == stamp and kept["form"] == FORM:
                return str(kept["fingerprint"])
    told = {path.name: digest.fingerprint_file(path) for path in paths}
    found = digest.fingerprint({"form": FORM, "files": told})
    newest = max((when for *_, when in times), default=0)
    if note is not None and time_ns() - newest > _SETTLED:
        with suppress(OSError):
            note.parent.mkdir(parents=True, exist_ok=True)
            kept = {"stamp": stamp, "form": FORM, "fingerprint": found}
            note.write_text(json.dumps(kept), encoding="utf-8")
    return found
