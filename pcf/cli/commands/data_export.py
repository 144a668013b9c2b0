"""`pcf data export`: factors with the fields that a national factor database asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts, files
from pcf.analysis import footprint
from pcf.background import characterisation_set, closure
from pcf.background.handing_in import FIELDS, INDICATORS, STATED, Valued, hand_in
from pcf.background.linking import Link
from pcf.cli.options import LanguageOption, spoken
from pcf.cli.results import as_json
from pcf.cli.sets import opened
from pcf.errors import BackgroundError, PcfError, problem
from pcf.model.building import product_system
from pcf.model.coverage import WORLD, Period, find_place, widening
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.analysis import Footprint
    from pcf.background import Background, BackgroundProcess
    from pcf.background.handing_in import HandedIn
    from pcf.model.characterisation import CharacterisationSet
    from pcf.text import Language

_ENDINGS = (".csv", ".json", ".xlsx")
_REACH = 1.959963984540054
"""Standard deviations in half of a 95 % interval."""
_EXTRA = {
    "completeness": Name("fields filled", "字段完整率"),
    "missing": Name("missing", "缺失字段"),
    "quality": Name("quality score (1 best, 5 worst)", "质量评分（1 最好，5 最差）"),
}


def data_export(
    background: Annotated[str, typer.Argument(help="set@edition or a folder. 数据集或文件夹。")],
    output: Annotated[Path, typer.Option("--output", "-o", help="csv, json or xlsx. 输出文件。")],
    characterisation: Annotated[str, typer.Option(help="Gas table, such as AR6. 特征化集。")],
    convention: Annotated[str, typer.Option(help="0/0 or -1/+1. 生物源碳约定。")],
    place: Annotated[
        str, typer.Option(help="Where it is to be used; else where its rows are. 使用地点。")
    ] = "",
    year: Annotated[int, typer.Option(help="For which year. 使用年份。")] = 2025,
    process: Annotated[list[str], typer.Option(help="Only these processes. 仅限过程。")] = [],  # noqa: B006 - typer reads the default, nobody changes it
    stated: Annotated[
        Path | None, typer.Option(help="CSV: process (* for all) and stated fields. 补充字段表。")
    ] = None,
    language: LanguageOption = None,
) -> None:
    """Hand in (报送) factors: fields, what is missing, quality scores, the licence statement."""
    tongue = spoken(language)
    if output.suffix not in _ENDINGS:
        raise BackgroundError(problem("export-ending", output.name, _ENDINGS, ending=output.suffix))
    told = opened(background)
    own = told.characterisations  # a set without gas tables is characterised by the shipped ones
    gases = (told.characterisation if own else characterisation_set)(characterisation, convention)
    said = {} if stated is None else _stated(stated)
    chosen = dict.fromkeys(process) or {row.id: None for row in told.processes}
    valued = {id_: _valued(told, told.row(id_), gases, year) for id_ in chosen}
    handed = hand_in(
        told,
        valued,
        characterisation=gases.name,
        place=find_place(place) if place else _home(told, chosen),
        year=year,
        stated=said,
    )
    _write(output, handed, tongue)
    typer.echo(charts.text_table(*_summary(handed, tongue)))
    typer.echo(handed.licence.says(tongue))


def _home(background: Background, processes: Iterable[str]) -> str:
    """Return the narrowest place that holds all the rows: a province hands in for itself."""
    rows = (background.row(id_) for id_ in processes)
    chains = [widening(row.place) for row in rows if row is not None]
    first = chains[0] if chains else ()
    return next((each for each in first if all(each in chain for chain in chains)), WORLD)


def _stated(path: Path) -> dict[str, dict[str, str]]:
    with files.collecting(BackgroundError) as problems:
        table = files.read_csv(path, problems)
        table = files.columns(table, problems, required=["process"], optional=STATED)
        return {
            row["process"] or "": {key: cell for key in STATED if (cell := row[key]) is not None}
            for row in table.rows
        }


def _valued(
    background: Background, row: BackgroundProcess | None, gases: CharacterisationSet, year: int
) -> Valued | None:
    """Return the value of a row with all that it stands on, None where it cannot be computed."""
    if row is None:
        return None
    every = frozenset(each.id for each in background.processes)
    period = Period.read(str(year)) if row.period is None else row.period
    try:
        needed = closure([Link(row)], background, period=period, unverified=every)
        system = product_system(needed.processes, sources=background.sources)
        unit = row.process.amount
        found = footprint(system, (f"{unit.value!r} {unit.unit}", row.process.product), gases)
    except PcfError:
        return None
    return _split(found)


def _split(found: Footprint) -> Valued:
    lines, split = found.lines, found.unsplit == 0
    biogenic = (
        lines.get("biogenic CO2 emitted", 0.0)
        + lines.get("biogenic CO2 taken up", 0.0)
        + lines.get("biogenic CH4 and N2O", 0.0)
    )
    reach = found.interval
    return Valued(
        total=found.total,
        fossil=lines.get("fossil", 0.0) + lines.get("aircraft", 0.0) if split else None,
        biogenic=biogenic if split else None,
        land_use=lines.get("direct land-use change", 0.0) if split else None,
        deviation=None if reach is None else (reach.high - reach.low) / 2 / _REACH,
        split=split,
    )


def _write(output: Path, handed: HandedIn, language: Language) -> None:
    names = {**FIELDS, **{f"score_{key}": name for key, name in INDICATORS.items()}, **_EXTRA}
    rows: list[dict[str, str | float | None]] = [
        {
            **each.fields,
            **{f"score_{key}": score for key, score in each.scores.items()},
            "completeness": each.completeness,
            "missing": "; ".join(FIELDS[key].says(language) for key in each.missing),
            "quality": each.quality,
        }
        for each in handed.factors
    ]
    if output.suffix == ".json":
        told = {"factors": rows, "licence": {"en": handed.licence.en, "zh": handed.licence.zh}}
        files.write(output, as_json(told) + "\n")
    elif output.suffix == ".csv":
        captions = [name.says(language) for name in names.values()]
        cells = [[row[key] for key in names] for row in rows]
        files.write(output, files.csv_text(captions, cells, for_excel=True))
    else:
        columns = tuple(files.Column(key, name) for key, name in names.items())
        statement = files.Sheet(
            Name("licence", "许可"),
            (files.Column("licence", Name("licence statement", "许可说明")),),
            ({"licence": handed.licence.zh}, {"licence": handed.licence.en}),
        )
        sheet = files.Sheet(Name("factors", "因子"), columns, tuple(rows))
        files.write(output, files.workbook([sheet, statement]))


def _summary(handed: HandedIn, language: Language) -> tuple[list[str], list[list[str]]]:
    headers = [FIELDS["id"].says(language), *(name.says(language) for name in _EXTRA.values())]
    rows = [
        [
            str(each.fields["id"]),
            f"{each.completeness:.0%}",
            ", ".join(FIELDS[key].says(language) for key in each.missing),
            f"{each.quality:.1f}",
        ]
        for each in handed.factors
    ]
    return headers, rows
