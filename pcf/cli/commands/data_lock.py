"""`pcf data lock`: publish an edition, so that it never changes again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcf.background.locking import lock_edition


def data_lock(
    folder: Annotated[Path, typer.Argument(help="<root>/<set>/<edition>. 版本文件夹。")],
) -> None:
    """Publish an edition (锁定版本): write its fingerprint into <root>/editions.lock."""
    typer.echo(lock_edition(folder.resolve()))
