"""`pcf reveal BUNDLE PLACE ...`: chosen values, proved to be what a buyer's copy commits to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcf.cli.options import LanguageOption, OutputOption
from pcf.cli.results import as_json, deliver
from pcf.declare.bundle import open_bundle


def reveal(
    bundle: Annotated[Path, typer.Argument(help="A full bundle (.pcf). 完整封存包。")],
    place: Annotated[
        list[str], typer.Argument(help="Such as results.json#total. 位置，如 results.json#total。")
    ],
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Reveal (披露) chosen values one by one, with their proofs, as JSON."""
    del language  # of errors alone, and `main` has read it
    proofs = open_bundle(bundle).reveal(*place)
    deliver(as_json({"proofs": [proof.as_dict() for proof in proofs]}), output)
