"""How is a set kept? A set, or a selection of it, as a folder that is known to read back equal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pcf import files
from pcf.background.reading import read_set
from pcf.background.writing import set_files
from pcf.errors import BackgroundError, problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.background.values import Background, Edition
    from pcf.errors import Problem


def selection(background: Background, processes: Iterable[str]) -> Background:
    """Return the processes of those ids with all that they name as providers, and nothing else.

    Gas tables stay. Raises BackgroundError for an id that no process has.

    >>> from pcf.background.editions import open_background
    >>> public = open_background(edition="2026.1")
    >>> [row.id for row in selection(public, ["hard-coal-boiler"]).processes]
    ['hard-coal-boiler', 'hard-coal-upstream']
    """
    waiting, kept = list(processes), {}
    while waiting:
        id_ = waiting.pop()
        row = background.row(id_)
        if row is None:
            raise BackgroundError(problem("handing-in-process", id_))
        if id_ not in kept:
            kept[id_] = row
            waiting += [each.provider for each in row.process.exchanges if each.provider]
    rows = tuple(kept[key] for key in sorted(kept))
    exchanges = [each for row in rows for each in row.process.exchanges]
    flows = {row.process.product for row in rows} | {each.flow for each in exchanges}
    said = {table.source for table in background.characterisations}
    said |= {factor.source for table in background.characterisations for factor in table.factors}
    named = {row.process.source for row in rows} | {each.amount.source for each in exchanges}
    return replace(
        background,
        processes=rows,
        products=tuple(each for each in background.products if each.id in flows),
        sources=tuple(
            each
            for each in background.sources
            if each.id in named or str(each) in said or (each.document in said and not each.locator)
        ),
        homes={key: place for key, place in background.homes.items() if key in kept},
    )


def kept_files(background: Background, *, edition: Edition | None = None) -> dict[str, str]:
    """Return the files of a set by name, once they were seen to read back equal.

    `edition` names what was joined from several; without it the background has one. Raises
    BackgroundError for what the tables cannot say.

    >>> from pcf.background.own import factor_set
    >>> own = factor_set("own", {"lime": "1.2 kg CO2e/kg"}, source="letter")
    >>> sorted(kept_files(own))
    ['exchanges.csv', 'processes.csv', 'products.csv', 'set.toml', 'sources.csv']
    """
    refused = problem("set-unwritable", background.name, name=background.name)
    if edition is None and len(background.editions) > 1:
        raise BackgroundError(refused)
    meant = replace(background, editions=(edition or background.editions[0],), homes={})
    made = set_files(meant, meant.editions[0])
    problems: list[Problem] = []
    with TemporaryDirectory() as parent:
        folder = Path(parent, "set")
        files.write_folder(folder, made)
        found = read_set(folder, problems)
    if problems or found != meant:
        raise BackgroundError(refused, *problems)
    return made


def write_set(background: Background, folder: Path, *, edition: Edition | None = None) -> None:
    """Write a background as a folder that `read_set` reads back equal.

    Raises BackgroundError as `kept_files` does, and then nothing is written; FileError when the
    folder exists and is not empty.

    >>> from pcf.background.own import factor_set
    >>> own = factor_set("own", {"lime": "1.2 kg CO2e/kg"}, source="letter")
    >>> with TemporaryDirectory() as parent:
    ...     write_set(own, Path(parent, "own"))
    ...     read_set(Path(parent, "own"), []) == own
    True
    """
    files.write_folder(folder, kept_files(background, edition=edition))
