"""How do commands keep a set? As a folder of its own, or beside what a folder already holds."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import files
from pcf.background import join, open_background
from pcf.background.keeping import kept_files, write_set
from pcf.errors import BackgroundError, FileError, Where, problem

if TYPE_CHECKING:
    from pcf.background import Background

FolderOption = Annotated[
    Path,
    typer.Option("--to", help="The folder of the set, such as <study>/background. 数据集文件夹。"),
]
MoreOption = Annotated[
    bool,
    typer.Option("--add", help="Add to the set that is in the folder. 追加到已有数据集。"),
]


def keep(background: Background, folder: Path, *, more: bool) -> None:
    """Write a set into a folder, or with `more` join it to the one that is there.

    Rows that are there already are refused: new values make a new set, which can be compared.
    """
    if not more or not folder.exists():
        with suppress(OSError):  # what is wrong with the place is said when the set is written
            folder.parent.mkdir(parents=True, exist_ok=True)
        write_set(background, folder)
        return
    there = open_background(folder=folder)
    again = sorted({row.id for row in there.processes} & {row.id for row in background.processes})
    if again:
        where = Where(file=folder.name)
        raise BackgroundError(*(problem("set-holds-row", where, row=id_) for id_ in again))
    for name, content in kept_files(join(there, background), edition=there.editions[0]).items():
        files.write(folder / name, content)


def opened(named: str) -> Background:
    """Return the set in a folder, or the edition called `set@edition`."""
    path = folder_of(named)
    if path is not None:
        return open_background(folder=path)
    name, _, edition = named.partition("@")
    return open_background(name, edition=edition or None)


def folder_of(named: str) -> Path | None:
    """Return the folder that is named, None for `set@edition`.

    Raises FileError for what is written like a path and is no folder.
    """
    path = Path(named)
    if path.is_dir():
        return path
    written = "/" in named or "\\" in named or path.suffix.lower() in (".csv", ".toml", ".xlsx")
    if written or path.is_file():
        raise FileError(problem("set-no-folder", Where(file=named)))
    return None
