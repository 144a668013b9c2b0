"""`pcf data receive`: suppliers' sheets become a set that a study joins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcf import charts
from pcf.background.received import read_received, received_background
from pcf.cli.options import LanguageOption, spoken
from pcf.cli.sets import FolderOption, MoreOption, keep
from pcf.text import Name

_HEADERS = (
    Name("id", "编号"),
    Name("product", "产品"),
    Name("supplier", "供应商"),
    Name("gas table", "特征化集"),
    Name("verification", "核查"),
    Name("valid until", "有效期至"),
    Name("primary data", "初级数据"),
)


def data_receive(
    sheets: Annotated[list[Path], typer.Argument(help="Sheets (.csv, .xlsx). 供应商碳足迹表。")],
    to: FolderOption,
    more: MoreOption = False,
    language: LanguageOption = None,
) -> None:
    """Take in suppliers' footprints (接收供应商碳足迹) as a set: <study>/background, say."""
    tongue = spoken(language)
    received = [each for sheet in sheets for each in read_received(sheet)]
    keep(received_background(to.name, received), to, more=more)
    rows = []
    for each in received:
        said = each.row.declared
        if said is not None:
            until = "" if said.valid_until is None else str(said.valid_until)
            share = "" if said.primary_share is None else f"{said.primary_share:.0%}"
            told = [said.supplier, said.gas_table, said.verification, until, share]
            rows.append([each.row.id, each.row.process.product, *told])
    typer.echo(charts.text_table([each.says(tongue) for each in _HEADERS], rows))
    typer.echo(str(to), err=True)
