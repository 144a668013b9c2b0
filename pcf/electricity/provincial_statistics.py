"""What do the statistics of a year say? One table in, generation, emissions and transfers out.

The table has one row a number: generation by technology, the CO2 of power plants or the fuels that
they burnt, and electricity sent to other provinces. Another year is other rows of the same table.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import files, units
from pcf.background.fuels import CARBON_PER_HEAT, is_biomass
from pcf.background.lists import read_list
from pcf.background.tables import placed
from pcf.electricity.provincial import Statistics, known_amount
from pcf.electricity.provincial_checks import Told, counted_twice, implausible, left_out
from pcf.errors import ModelError, problem
from pcf.model.amounts import Amount
from pcf.model.coverage import find_place
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pcf.electricity.tracing.network import Line
    from pcf.errors import Problem
    from pcf.files import Row

NAMES: Mapping[str, Name] = {
    "year": Name("year", "年份"),
    "place": Name("place", "地区"),
    "kind": Name("kind", "类别"),
    "name": Name("name", "名称"),
    "amount": Name("amount", "数量"),
    "unit": Name("unit", "单位"),
    "heat": Name("lower heating value", "低位发热量"),
    "carbon": Name("carbon, t C/GJ", "单位热值含碳量（tC/GJ）"),
    "oxidised": Name("share oxidised", "碳氧化率"),
    "source": Name("source", "来源"),
    "note": Name("note", "备注"),
}
REQUIRED = ("year", "place", "kind", "amount", "unit", "source")
KINDS = files.aliases_of(
    {
        "generation": Name("generation", "发电量"),
        "emissions": Name("emissions", "排放量"),
        "fuel": Name("fuel", "燃料"),
        "transfer": Name("transfer", "外送电量"),
        "factor": Name("factor", "已公布因子"),
    }
)
TECHNOLOGIES = {
    **files.aliases_of(
        {
            "coal": Name("coal", "煤电"),
            "gas": Name("gas", "气电"),
            "oil": Name("oil", "油电"),
            "other fossil": Name("other fossil", "其他化石能源"),
            "thermal": Name("thermal", "火电"),
            "biomass": Name("biomass", "生物质"),
            "hydro": Name("hydro", "水电"),
            "nuclear": Name("nuclear", "核电"),
            "wind": Name("wind", "风电"),
            "pv": Name("pv", "光伏"),
            "csp": Name("csp", "光热"),
            "solar": Name("solar", "太阳能"),
            "other": Name("other", "其他非化石能源"),
        }
    ),
    "燃煤发电": "coal",
    "燃气发电": "gas",
    "太阳能发电": "solar",
    "生物质发电": "biomass",
    "光伏发电": "pv",
    "风力发电": "wind",
    "水力发电": "hydro",
    "燃油发电": "oil",
}
"""What generation may be called: an unknown word might hide a fossil fuel."""
_CO2_PER_CARBON = 44 / 12
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class YearOfPower:
    """The statistics of one year: provinces, what they send one another, whose numbers they are.

    `published` are places that only send, at a factor that was published: no factor comes of them.
    """

    year: int
    statistics: tuple[Statistics, ...]
    transfers: Mapping[Line, Amount]
    sources: tuple[str, ...]
    published: frozenset[str] = frozenset()


def read_statistics(path: Path, year: int) -> YearOfPower:
    """Return the rows of one year of a table (CSV, or the sheet of a workbook that has it).

    Kinds: `generation` by technology (`name`), `emissions` of power plants, `fuel` burnt there (its
    amount as heat, or by mass or volume with `heat` such as '22.867 GJ/t'; times `carbon`, the
    share `oxidised` and 44/12), `transfer` to the province under `name`, and `factor`, a published
    one of a province that only sends. Raises ModelError with everything wrong: what counts twice, a
    province that generates and states neither emissions nor fuels, be they 0, and plants that emit
    what none of their kind do. No example: it reads a file.
    """
    with files.collecting(ModelError) as problems:
        told = Told()
        known = read_list(path, NAMES, REQUIRED, problems)
        for row in () if known is None else known.rows:
            if _year(row, problems) == year:
                _take(row, told, problems)
        if not told.generation and not problems:
            problems.append(problem("statistics-year", path.name, year=year))
        problems += [*counted_twice(told), *left_out(told)]
        if not problems:
            problems.extend(implausible(told))
    statistics = [
        Statistics(place, generation, Amount(told.emissions[place], "t"))
        for place, generation in sorted(told.generation.items())
    ]
    statistics += [_sender(place, each, told) for place, each in told.published.items()]
    sent = frozenset(told.published)
    return YearOfPower(year, tuple(statistics), told.transfers, tuple(told.sources), sent)


def _sender(place: str, factor: Amount, told: Told) -> Statistics:
    """Return a province that generates what it sends, at its published factor."""
    sent = [each for (start, _), each in told.transfers.items() if start == place]
    energy = math.fsum(known_amount(each, "MWh") for each in sent)
    emitted = energy * known_amount(factor, "t/MWh")
    return Statistics(place, {"published": Amount(energy, "MWh")}, Amount(emitted, "t"))


def _year(row: Row, problems: list[Problem]) -> int | None:
    written = files.filled(row, "year", problems)
    if written is None:
        return None
    digits = files.narrow(written).removesuffix("年").rstrip()
    if not _YEAR.fullmatch(digits):
        problems.append(problem("statistics-no-year", row.where("year"), written=written))
        return None
    return int(digits)


def _take(row: Row, told: Told, problems: list[Problem]) -> None:
    """Add what a row says; a row that is not understood still counts as one of its kind."""
    before, place, unit = len(problems), "", ""
    kind = files.choice(row, "kind", KINDS, problems, required=True)
    value = files.number(row, "amount", problems, required=True)
    cells = {key: files.filled(row, key, problems) or "" for key in ("place", "unit", "source")}
    with placed(row.where("place"), problems):
        place = cells["place"] and find_place(cells["place"])
    with placed(row.where("unit"), problems):
        unit = cells["unit"] and units.unit(cells["unit"])
    if kind in ("generation", "fuel", "transfer"):
        files.filled(row, "name", problems)
    if value is not None and value < 0:
        problems.append(problem("amount-negative", row.where("amount"), amount=row["amount"]))
    if kind is not None and place:
        told.rows.setdefault((kind, place), row)
    if len(problems) == before and kind is not None:
        told.sources[cells["source"]] = None
        with placed(row.where("unit"), problems):
            problems += _ADDED[kind](row, Amount(value, unit), place, told)


def _add_generation(row: Row, amount: Amount, place: str, told: Told) -> list[Problem]:
    problems: list[Problem] = []
    technology = files.choice(row, "name", TECHNOLOGIES, problems)
    if technology is None:
        return problems
    amount.to("MWh")
    told.generation.setdefault(place, {})[technology] = amount
    return told.says(row, "generation", place, technology)


def _add_emissions(row: Row, amount: Amount, place: str, told: Told) -> list[Problem]:
    told.emissions[place] = known_amount(amount, "t")
    return told.says(row, "emissions", place)


def _add_fuel(row: Row, amount: Amount, place: str, told: Told) -> list[Problem]:
    problems: list[Problem] = []
    if is_biomass(row["name"] or ""):
        problems.append(problem("statistics-biogenic", row.where("name"), fuel=row["name"]))
    emitted = _burnt(row, amount, problems)
    told.emissions[place] = told.emissions.get(place, 0.0) + emitted
    said = (row[key] or "" for key in ("name", "amount", "unit", "heat"))
    return problems + told.says(row, "fuel", place, *said)


def _add_transfer(row: Row, amount: Amount, place: str, told: Told) -> list[Problem]:
    problems: list[Problem] = []
    amount.to("MWh")
    with placed(row.where("name"), problems):
        end = find_place(row["name"] or "")
        if end == place:
            problems.append(problem("statistics-itself", row.where("name"), place=row["name"]))
        told.transfers[(place, end)] = amount
        problems += told.says(row, "transfer", place, end)
    return problems


def _add_factor(row: Row, amount: Amount, place: str, told: Told) -> list[Problem]:
    told.published[place] = amount.to("t/MWh")
    return told.says(row, "factor", place)


_ADDED: Mapping[str, Callable[[Row, Amount, str, Told], list[Problem]]] = {
    "generation": _add_generation,
    "emissions": _add_emissions,
    "fuel": _add_fuel,
    "transfer": _add_transfer,
    "factor": _add_factor,
}


def _burnt(row: Row, amount: Amount, problems: list[Problem]) -> float:
    """Return the CO2 of a fuel, t: heat x carbon x share oxidised x 44/12."""
    carbon = files.number(row, "carbon", problems, required=True)
    oxidised = files.number(row, "oxidised", problems, required=True, percent=True)
    if oxidised is not None and not 0 < oxidised <= 1:
        problems.append(problem("oxidised-unfit", row.where("oxidised"), share=row["oxidised"]))
    least, most = CARBON_PER_HEAT
    if carbon is not None and not least <= carbon <= most:
        facts = {"carbon": row["carbon"], "least": least, "most": most}
        problems.append(problem("statistics-carbon", row.where("carbon"), (), **facts))
    heat = _heat(row, amount, problems)
    return 0.0 if carbon is None or oxidised is None else heat * carbon * oxidised * _CO2_PER_CARBON


def _heat(row: Row, amount: Amount, problems: list[Problem]) -> float:
    """Return the heat of a fuel, GJ: its amount, or its amount times its heating value."""
    if row["heat"] is None:
        return known_amount(amount, "GJ")
    with placed(row.where("heat"), problems):
        each = Amount.read(row["heat"])
        above, _, below = each.unit.partition("/")
        return known_amount(Amount(each.value, above), "GJ") * known_amount(amount, below)
    return 0.0
