"""`pcf data provincial`: factors of provinces from statistics, written out as a set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcf import charts
from pcf.cli.options import LanguageOption, spoken
from pcf.cli.sets import FolderOption, MoreOption, keep
from pcf.electricity.provincial_statistics import read_statistics
from pcf.electricity.provincial_tables import power_background, power_factors
from pcf.text import Name

_HEADERS = (Name("place", "地区"), Name("factor", "因子"), Name("kg CO2/kWh", "kg CO2/kWh"))


def data_provincial(
    statistics: Annotated[
        Path,
        typer.Argument(
            help="Generation, fuels, transfers by year (.csv, .xlsx). 分年发电、燃料、外送电量表。"
        ),
    ],
    year: Annotated[int, typer.Option(help="The year of the statistics. 统计年份。")],
    to: FolderOption,
    more: MoreOption = False,
    language: LanguageOption = None,
) -> None:
    """Compute average and fossil factors of provinces (省级电力因子) as a set, for accounts."""
    tongue = spoken(language)
    factors = power_factors(read_statistics(statistics, year))
    keep(power_background(to.name, factors, edition=str(year)), to, more=more)
    rows = [[each.place, each.name.says(tongue), f"{each.value:.4f}"] for each in factors]
    typer.echo(charts.text_table([each.says(tongue) for each in _HEADERS], rows))
    told = dict.fromkeys(finding for each in factors for finding in each.findings)
    for finding in told:
        typer.echo(f"- {finding.says(tongue)}")
    typer.echo(str(to), err=True)
