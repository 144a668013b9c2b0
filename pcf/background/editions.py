"""Which sets are there, and in which editions? Nothing is opened that was not asked for by name."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pcf import files, resources, text
from pcf.background.characterisations import read_characterisations
from pcf.background.locking import edition_fingerprint, is_locked
from pcf.background.reading import SET_FILE, read_edition, read_set
from pcf.background.tables import Reading
from pcf.background.values import CharacterisationTable, choose_characterisation
from pcf.errors import BackgroundError, Where, problem

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.background.values import Background, Edition
    from pcf.model.characterisation import CharacterisationSet


def open_background(
    name: str = "cn-public", *, edition: str | None = None, folder: Path | None = None
) -> Background:
    """Return an edition of a shipped set, or the set in a user's `folder`.

    There is no default edition: a result must say which numbers it stands on. A shipped edition is
    a draft until `editions.lock` holds its fingerprint; while its files keep their fingerprint it
    is read once. Raises BackgroundError with the sets or the editions there are, when a locked
    edition was changed, or with everything wrong in the folder.

    >>> background = open_background("cn-public", edition="2026.1")
    >>> background.row("electricity-average-2024").period
    Period(start=datetime.date(2024, 1, 1), end=datetime.date(2025, 1, 1))
    """
    if folder is not None:
        return _read(folder)
    path = edition_folder(name, edition)
    found = _read_once(path, edition_fingerprint(path))
    said = _published(found.editions[0], path)
    return found if said == found.editions[0] else replace(found, editions=(said,))


def _read(folder: Path, *, expected: str | None = None) -> Background:
    with files.collecting(BackgroundError) as problems:
        found = read_set(folder, problems)
        problems[:] = [replace(each, where=_inside(found, each.where)) for each in problems]
        if expected is not None and edition_fingerprint(folder) != expected:
            problems.append(problem("edition-being-written", found.name, edition=found.name))
    return found


@lru_cache(maxsize=4)
def _read_once(folder: Path, fingerprint: str) -> Background:
    """Return the edition whose files have this fingerprint; other content is another call."""
    return _read(folder, expected=fingerprint)


def editions(name: str | None = None) -> tuple[Edition, ...]:
    """Return the shipped editions, of one set or of all, by set and edition.

    Raises BackgroundError with the sets there are when `name` is none of them.
    """
    found = {folder: _published(read_edition(folder, []), folder) for folder in edition_folders()}
    if name is not None and name not in {each.set for each in found.values()}:
        raise _unknown_set(name)
    chosen = [each for each in found.values() if name in (None, each.set)]
    return tuple(sorted(chosen, key=lambda each: (each.set, each.id)))


def characterisation_set(
    id: str | None,  # noqa: A002 - the word users write
    convention: str | None,
) -> CharacterisationSet:
    """Return a shipped gas table under a convention, for systems without background data.

    There is no silent default: None, and a name that no table has, raise BackgroundError with the
    list. So does a table that two editions hold with different factors: open the edition, then.

    >>> characterisation_set("AR6", "0/0").name
    'AR6 (0/0)'
    """
    tables: dict[str, CharacterisationTable] = {}
    for folder in edition_folders():
        with files.collecting(BackgroundError) as problems:
            reading = Reading(folder, problems)
            reading.read_sources()
            found = read_characterisations(reading)
        for table in found:
            if tables.setdefault(table.id, table).factors != table.factors:
                raise BackgroundError(
                    problem("characterisation-differs", table.id, wanted=table.id)
                )
    return choose_characterisation(tuple(tables[key] for key in sorted(tables)), id, convention)


def _published(edition: Edition, folder: Path) -> Edition:
    """Return the edition, a draft unless its fingerprint is locked."""
    locked = is_locked(folder)
    return replace(edition, draft=edition.draft or not locked)


def _inside(background: Background, where: Where) -> Where:
    """Name the set before the file, since a study's tables may have the same names."""
    file = f"{background.name}/{where.file}" if where.file else background.name
    return replace(where, file=file)


def edition_folders() -> list[Path]:
    """Return the folders `<set>/<edition>` of all shipped editions, in a fixed order.

    >>> ("cn-public", "2026.1") in [each.parts[-2:] for each in edition_folders()]
    True
    """
    return sorted(
        path.parent for path in resources.folder("background_data").glob(f"*/*/{SET_FILE}")
    )


def edition_folder(name: str, edition: str | None) -> Path:
    """Return the folder of a shipped edition; raise BackgroundError with those there are.

    No example: the folder depends on the installation.
    """
    for path in edition_folders():
        if (path.parent.name, path.name) == (name, edition):
            return path
    listed = editions(name)
    drafts = [f"{each.id} (draft)" if each.draft else each.id for each in listed]
    if edition is None:
        raise BackgroundError(problem("edition-missing", name, drafts, set=name))
    raise BackgroundError(problem("edition-unknown", name, drafts, set=name, edition=edition))


def _unknown_set(name: str) -> BackgroundError:
    known = sorted({folder.parent.name for folder in edition_folders()})
    return BackgroundError(problem("set-unknown", "", text.nearest(name, known) or known, set=name))
