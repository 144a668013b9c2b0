"""Which factors do the statistics of a year give? One table in, a set of background data out.

The table has one row a number: generation by technology, the CO2 of power plants or the fuels that
they burnt, and electricity sent to other provinces. Another year is other rows of the same table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcf import files, units
from pcf.background.lists import read_list
from pcf.background.own import join
from pcf.background.tables import placed
from pcf.background.values import Background, Edition
from pcf.electricity.provincial import (
    FOSSIL_TECHNOLOGIES,
    Statistics,
    fossil_factor,
    fossil_factors,
    known_amount,
    national_factor,
    provincial_factors,
    regional_factors,
)
from pcf.electricity.residual.factors import as_background
from pcf.errors import ModelError, problem
from pcf.model.amounts import Amount
from pcf.model.coverage import Period, find_place, places
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pcf.electricity.residual.factors import CombustionFactor
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
_LEAST, _MOST = 0.2, 3.0
"""Kg CO2 per kWh between which every fossil plant lies, from the best gas to the poorest peat."""
_CARBON = 0.1
"""T C/GJ above which no fuel lies; blast-furnace gas has 0.0708."""
_UNANNOUNCED = "CN-XZ"


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
    """Return the rows of one year of a table (CSV, or the first sheet of a workbook).

    Kinds: `generation` by technology (`name`), `emissions` of power plants, `fuel` burnt there (its
    amount as heat, or by mass or volume with `heat` such as '22.867 GJ/t'; times `carbon`, the
    share `oxidised` and 44/12), `transfer` to the province under `name`, and `factor`, a published
    one of a province that only sends. Raises ModelError with everything wrong; a province that
    generates must state its emissions or fuels, be they 0.
    No example: it reads a file.
    """
    with files.collecting(ModelError) as problems:
        year_of = _Year({}, {}, {}, {}, [], {})
        known = read_list(path, NAMES, REQUIRED, problems)
        for row in () if known is None else known.rows:
            if files.number(row, "year", problems, required=True) == year:
                _take(row, year_of, problems)
        if not year_of.generation and not problems:
            problems.append(problem("statistics-year", path.name, year=year))
        problems += [
            problem("statistics-emissions", place)
            for place in year_of.generation
            if place not in year_of.emissions
        ]
        problems += [
            problem("statistics-published", place)
            for place in year_of.published
            if place in year_of.generation
        ]
        problems.extend(_implausible(year_of))
    statistics = [
        Statistics(place, generation, Amount(year_of.emissions[place], "t"))
        for place, generation in sorted(year_of.generation.items())
    ]
    statistics += [_sender(place, each, year_of) for place, each in year_of.published.items()]
    sources = tuple(dict.fromkeys(year_of.sources))
    sent = frozenset(year_of.published)
    return YearOfPower(year, tuple(statistics), year_of.transfers, sources, sent)


def _implausible(told: _Year) -> list[Problem]:
    """Return the provinces whose fossil power emits what no plant does: a unit has slipped."""
    found = []
    for place, generation in told.generation.items():
        fossil = [amount for name, amount in generation.items() if name in FOSSIL_TECHNOLOGIES]
        power = math.fsum(known_amount(each, "MWh") for each in fossil)
        if power > 0 and place in told.emissions and "thermal" not in generation:
            factor = told.emissions[place] / power
            if not _LEAST <= factor <= _MOST:
                facts = {"factor": f"{factor:.4g}", "least": _LEAST, "most": _MOST}
                found.append(problem("statistics-implausible", place, (), **facts))
    return found


def _sender(place: str, factor: Amount, told: _Year) -> Statistics:
    """Return a province that generates what it sends, at its published factor."""
    sent = [each for (start, _), each in told.transfers.items() if start == place]
    energy = math.fsum(known_amount(each, "MWh") for each in sent)
    emitted = energy * known_amount(factor, "t/MWh")
    return Statistics(place, {"published": Amount(energy, "MWh")}, Amount(emitted, "t"))


def power_factors(told: YearOfPower) -> tuple[CombustionFactor, ...]:
    """Return every factor that the statistics give: provinces, fossil power, regions, the nation.

    A region, and the nation, need all their provinces (Tibet may be missing, as it is in the
    announcements). Without a split of thermal power into fossil fuels and biomass there are no
    fossil factors. Raises ModelError as `provincial_factors` does.

    >>> from pcf.model.amounts import Amount
    >>> year = YearOfPower(2025, (Statistics("CN-GS", {"coal": Amount(1.0, "TWh")},
    ...                                      Amount(0.8, "Mt")),), {}, ("yearbook",))
    >>> [(each.kind, each.value) for each in power_factors(year)][:2]
    [('provincial average', 0.8), ('fossil power', 0.8)]
    """
    period, source = Period.read(str(told.year)), "; ".join(told.sources)
    rows, own = told.statistics, [row for row in told.statistics if row.place not in told.published]
    split = not any("thermal" in row.generation for row in own)
    averages = provincial_factors(rows, told.transfers, period=period, source=source)
    found = [each for place, each in averages.items() if place not in told.published]
    found += fossil_factors(own, period=period, source=source).values() if split else ()
    complete = {code for code in places() if code.startswith("CN-GRID-")} - _incomplete(own)
    if complete:
        regions = regional_factors(rows, told.transfers, period=period, source=source)
        named = [each for place, each in regions.items() if place in complete]
        found += [replace(each, kind="regional average") for each in named]
    if not _incomplete(own):
        found.append(national_factor(own, period=period, source=source))
        if split:
            found.append(fossil_factor(own, period=period, source=source))
    return tuple(found)


def _incomplete(rows: Iterable[Statistics]) -> set[str]:
    """Return the regional grids of which a province other than Tibet has no statistics."""
    there = {row.place for row in rows} | {_UNANNOUNCED}
    return {
        place.within
        for place in places().values()
        if place.within.startswith("CN-GRID-") and place.id not in there
    }


def power_background(
    name: str, factors: Iterable[CombustionFactor], *, edition: str = ""
) -> Background:
    """Return factors as one set called `name`: rows for accounts, which a product refuses.

    >>> from pcf.electricity.residual.factors import CombustionFactor
    >>> from pcf.model.coverage import Period
    >>> one = CombustionFactor(0.5, "CN-GS", Period.read("2025"), "provincial average")
    >>> power_background("Gansu power", [one]).processes[0].family
    'combustion'
    """
    made = []
    for each in factors:
        alone = as_background(each)
        (row,) = alone.processes
        made.append(replace(alone, processes=(replace(row, told=each.findings),)))
    joined = join(*made)
    return replace(
        joined, editions=(Edition(name, edition, draft=False, title=Name(name, name)),), homes={}
    )


@dataclass(slots=True)
class _Year:
    generation: dict[str, dict[str, Amount]]
    emissions: dict[str, float]
    published: dict[str, Amount]
    transfers: dict[Line, Amount]
    sources: list[str]
    lines: dict[tuple[str, ...], int]

    def once(self, row: Row, *what: str) -> Problem | None:
        """Return the problem that the row says again what another one said; keep its line."""
        first = self.lines.setdefault(what, row.line)
        if first == row.line:
            return None
        return problem("id-twice", row.where("kind"), id=", ".join(what), line=first)


def _take(row: Row, into: _Year, problems: list[Problem]) -> None:
    before = len(problems)
    kind = files.choice(row, "kind", KINDS, problems, required=True)
    value = files.number(row, "amount", problems, required=True)
    source = files.filled(row, "source", problems)
    place, unit = "", ""
    with placed(row.where("place"), problems):
        place = find_place(files.filled(row, "place", problems) or "CN")
    with placed(row.where("unit"), problems):
        unit = units.unit(files.filled(row, "unit", problems) or "t")
    named = "" if kind in ("emissions", "factor") else files.filled(row, "name", problems) or ""
    if len(problems) > before or value is None or source is None:
        return
    if value < 0:
        problems.append(problem("amount-negative", row.where("amount"), amount=row["amount"]))
        return
    into.sources.append(source)
    amount = Amount(value, unit)
    if kind == "generation":
        _add_generation(row, amount, place, into, problems)
    elif kind == "transfer":
        with placed(row.where("name"), problems):
            line = place, find_place(named)
            problems += filter(None, [into.once(row, "transfer", *line)])
            into.transfers[line] = amount
    elif kind == "factor":
        with placed(row.where("unit"), problems):
            problems += filter(None, [into.once(row, "factor", place)])
            into.published[place] = amount.to("t/MWh")
    else:
        _add_emissions(row, amount, place, into, problems)


def _add_emissions(
    row: Row, amount: Amount, place: str, into: _Year, problems: list[Problem]
) -> None:
    """Add what a fuel emits, or the emissions as a whole: a province states one or the other."""
    whole = into.lines.get(("emissions", place))
    if row["kind"] is not None and KINDS.get(row["kind"]) == "fuel":
        into.lines.setdefault(("fuel", place), row.line)
        other = whole
    else:
        problems += filter(None, [into.once(row, "emissions", place)])
        other = into.lines.get(("fuel", place))
    if other is not None:
        problems.append(problem("statistics-both", row.where("kind"), place=place, line=other))
    with placed(row.where("unit"), problems):
        fuel = ("fuel", place) in into.lines and other is None and whole is None
        emitted = _burnt(row, amount, problems) if fuel else amount.to("t").value
        if emitted is not None:
            into.emissions[place] = into.emissions.get(place, 0.0) + emitted


def _add_generation(
    row: Row, amount: Amount, place: str, into: _Year, problems: list[Problem]
) -> None:
    technology = files.choice(row, "name", TECHNOLOGIES, problems)
    if technology is None:
        return
    problems += filter(None, [into.once(row, "generation", place, technology)])
    with placed(row.where("unit"), problems):
        amount.to("MWh")
        into.generation.setdefault(place, {})[technology] = amount


def _burnt(row: Row, amount: Amount, problems: list[Problem]) -> float | None:
    """Return the CO2 of a fuel, t: heat x carbon x share oxidised x 44/12."""
    carbon = files.number(row, "carbon", problems, required=True)
    oxidised = files.number(row, "oxidised", problems, required=True, percent=True)
    if oxidised is not None and not 0 < oxidised <= 1:
        problems.append(problem("oxidised-unfit", row.where("oxidised"), share=row["oxidised"]))
    if carbon is None or oxidised is None or amount.value is None:
        return None
    if row["heat"] is None:
        heat = amount.to("GJ").value
    else:
        each = Amount.read(row["heat"])
        above, _, below = each.unit.partition("/")
        quantity = amount.to(below).value
        per = Amount(each.value, above).to("GJ").value
        heat = None if quantity is None or per is None else quantity * per
    return None if heat is None else heat * carbon * oxidised * _CO2_PER_CARBON
