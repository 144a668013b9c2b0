"""`pcf data take`: a company's own list of factors becomes a set that a study joins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts
from pcf.background.own_sheet import read_factors
from pcf.cli.options import LanguageOption, spoken
from pcf.cli.sets import FolderOption, MoreOption, keep
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.background import BackgroundProcess

_HEADERS = (
    Name("product", "产品"),
    Name("factor", "因子"),
    Name("per", "基准"),
    Name("place", "地点"),
    Name("id", "编号"),
)


def data_take(
    path: Annotated[
        Path, typer.Argument(help="product, factor, source (.csv, .xlsx). 产品、因子、来源清单。")
    ],
    to: FolderOption,
    more: MoreOption = False,
    language: LanguageOption = None,
) -> None:
    """Take in a list of own factors (自有因子清单) as a set: <study>/background, say."""
    tongue = spoken(language)
    own = read_factors(path)
    keep(own, to, more=more)
    rows = [_row(each) for each in own.processes]
    typer.echo(charts.text_table([each.says(tongue) for each in _HEADERS], rows))
    typer.echo(str(to), err=True)


def _row(row: BackgroundProcess) -> list[str]:
    """Return a factor as it was understood, in kg CO2e whatever it was written in."""
    (factor,) = row.process.exchanges
    told = (str(factor.amount.to("kg CO2e")), str(row.process.amount), row.place, row.id)
    return [row.process.product, *told]
