"""What is there under these words? Rows of several sets, the most useful first, each with why."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import islice, product
from time import time_ns
from typing import TYPE_CHECKING

from pcf import digest
from pcf.background.editions import open_background
from pcf.background.search_entries import Entry, entries_of
from pcf.background.search_index import FORM, Index, TornError, open_index
from pcf.background.search_ranking import rank, reasons, wish
from pcf.background.search_words import (
    Term,
    asked_words,
    other_words,
    place_of,
    read_term,
    year_of,
)
from pcf.background.values import Background
from pcf.errors import BackgroundError, problem
from pcf.files.caches import cache_folder
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from pcf.findings import Finding
    from pcf.model.coverage import Period

MOST = 50
_WAYS = 12
"""Ways of reading a query by which rows are ranked, at most."""
_STRANGEST = ("hit-spelling", "hit-code", "hit-other-word")
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
    names, single characters, codes or CAS numbers, and stand for their other words too (风电: 风力
    发电). A code that stands nowhere is read as its heading, a word of letters as the nearest one;
    where no row holds all the words, or only rows for accounts do, names of places and years among
    them become filters. Each hit says so. `confidence` is the least sure that will do.

    Ranked: called so, so with an addition, begins or ends so, contains it; not for accounts;
    nearest place; not taken by its name only; cradle to gate; the stated default; of a place before
    the world; confidence; newest; id. Raises BackgroundError where two sets hold the same process
    id, naming both, and for filters that do not exist.

    >>> from pcf.background.own import factor_set
    >>> own = factor_set("own", {"Aluminium ingot": "14 kg CO2e/kg"}, source="letter")
    >>> [hit.entry.id for hit in search("alumnium", own)]
    ['own: Aluminium ingot']
    """
    asked = asked_words(words)
    if not asked or not sets:
        return ()
    filters = Filters(place, period, boundary, confidence)
    for again in (False, True):
        with ExitStack() as stack, suppress(TornError):
            indexes = [_index(each, stack, anew=again) for each in sets]
            _refuse_clashes(indexes)
            return _hits(asked, indexes, filters, most)
    raise BackgroundError(problem("search-torn"))


@dataclass(frozen=True, slots=True)
class Filters:
    """What rows must be besides holding the words."""

    place: str = ""
    period: Period | None = None
    boundary: str = ""
    confidence: str = ""


def _hits(
    asked: Sequence[str], indexes: Sequence[Index], filters: Filters, most: int
) -> tuple[Hit, ...]:
    """Return the hits of the words as they stand, else read in wider and wider ways."""
    terms = [_term(word, indexes) for word in asked]
    found = _found(terms, indexes, filters, most)
    phrase = " ".join(asked)
    if not found and len(asked) > 1 and other_words(phrase):
        found = _found([_term(phrase, indexes)], indexes, filters, most)
    if all(each.entry.family == "combustion" for each in found):
        rest, narrower, told = _narrowed(asked, filters)
        if rest and told:
            terms = [_term(word, indexes) for word in rest]
            beside = _found(terms, indexes, narrower, most, told)
            found = (*_for_products(beside), *found)[:most] if found else beside
    return found


def _for_products(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Yield the defaults that a product may use, to stand before rows that are for accounts."""
    for hit in hits:
        if hit.entry.family != "combustion" and hit.entry.standing == 0:
            yield hit


def _found(
    terms: Sequence[Term],
    indexes: Sequence[Index],
    filters: Filters,
    most: int,
    told: Sequence[Finding] = (),
) -> tuple[Hit, ...]:
    asked = " ".join(each.asked for each in terms)
    ways = islice(product(*(each.words for each in terms)), _WAYS)
    wanted = wish(
        *(" ".join(each) for each in ways),
        place=filters.place,
        period=filters.period,
        boundary=filters.boundary,
        confidence=filters.confidence,
    )
    spellings = [each.words for each in terms]
    found = [each for index in indexes for each in index.find(spellings, wanted, most)]
    found.sort(key=lambda entry: rank(entry, wanted)[:-1])
    other = [each.why for each in terms if each.words != (each.asked,)]
    why = min(other, key=_STRANGEST.index, default="")
    return tuple(Hit(each, reasons(each, wanted, asked, why, told)) for each in found[:most])


def _term(word: str, indexes: Sequence[Index]) -> Term:
    def near(asked: str) -> tuple[str, ...]:
        return tuple(sorted({each for index in indexes for each in index.near(asked)}))

    return read_term(word, lambda each: any(index.has(each) for index in indexes), near)


def _narrowed(
    asked: Sequence[str], filters: Filters
) -> tuple[tuple[str, ...], Filters, tuple[Finding, ...]]:
    """Return the words that name neither place nor year, the filters that the others are, why."""
    rest, told = [], []
    for word in asked:
        place = "" if filters.place else place_of(word)
        year = None if filters.period is not None else year_of(word)
        if place:
            filters = replace(filters, place=place)
            told.append(finding("hit-place-word", words=word, place=place))
        elif year is not None:
            filters = replace(filters, period=year)
            told.append(finding("hit-year-word", words=word))
        else:
            rest.append(word)
    return tuple(rest), filters, tuple(told)


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
