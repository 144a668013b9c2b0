"""What the commands on rules share: which packs a call means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf.rules import rule_pack
from pcf.rules.packs import PACK_FILE, shipped_folders

if TYPE_CHECKING:
    from pcf.rules import Pack

PackArgument = Annotated[
    str,
    typer.Argument(
        help="A category, such as aluminium or 铝, or the folder of a pack; without it, all."
        " 产品种类，或规则包文件夹；不写则为全部。"
    ),
]
RulesEditionOption = Annotated[
    str, typer.Option("--edition", help="Edition of the rules; else the newest. 规则版本。")
]


def open_pack(named: str, edition: str = "", profile: Path | None = None) -> Pack:
    """Return the pack that a call names: a category or a folder."""
    folder = Path(named)
    category = folder.resolve() if (folder / PACK_FILE).is_file() else named
    return rule_pack(category, edition or None, profile)


def open_packs(named: str, edition: str = "") -> list[Pack]:
    """Return the pack that a call names, or every shipped one."""
    if named:
        return [open_pack(named, edition)]
    return [rule_pack(folder, edition or None) for folder in shipped_folders()]
