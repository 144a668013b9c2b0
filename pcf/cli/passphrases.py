"""Where does a passphrase come from? A file, the environment, or the one who types it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import files
from pcf.errors import FileError

if TYPE_CHECKING:
    from pcf.errors import Problem

PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="A file with the passphrase; else $PCF_PASSPHRASE, else asked for. 口令文件。",
    ),
]


def passphrase_from(path: Path | None, *, twice: bool = False) -> str:
    """Return the passphrase of a file or of $PCF_PASSPHRASE, else ask for it without showing it."""
    if path is not None:
        problems: list[Problem] = []
        data = files.read_bytes(path, problems)
        text = None if data is None else files.decode(data, path.name, problems)
        if text is None:
            raise FileError(*problems)
        return text.strip("\r\n")
    named = os.environ.get("PCF_PASSPHRASE")
    if named:
        return named
    return str(typer.prompt("Passphrase 口令", hide_input=True, confirmation_prompt=twice))
