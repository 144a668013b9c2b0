"""How are the CBAM details of a declaration written? The table `[cbam]` of its document.

::

    [cbam]
    route = "F"
    electricity = { value = 0.5306, code = "D.4.3.1", source = "MEE 2023" }
    processes = { casting = "Unwrought aluminium" }
    heat = { "steam" = 70.0 }               # t CO2 per TJ of heat that crosses, in or out
    electricity_out = { value = 0.85, source = "fuels of the power house" }   # kg CO2 per kWh
    captured = { to = "storage", where = "store X, transfer record 12" }
    biomass = { zero_rated = true, evidence = "certificate ..." }
    defaults = { instrument = "IR (EU) 2025/2621", date = "2026-07-01", year = 2026 }
    carbon_price = { instrument = "Carbon tax", currency = "CNY", due = 50, share_covered = 0.7 }
    composition = { "% Cr" = "0.1" }
    [[cbam.precursor]]                      # flow, cn_code, country, direct, indirect, verified
    [[cbam.fuel]]                           # flow, factor = "2.16 kg CO2e/Nm3", source; or counted
    [[cbam.waste_gas]]                      # flow, factor (t CO2 per TJ), counted, source
    [[cbam.input]]                          # flow, cn_code where it has one, reason
    [cbam.answers]                          # 7 = { not_applicable = "no heat network" }
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pcf.declare.document import built, value_of
from pcf.errors import DeclareError, Where, problem
from pcf.formats.cbam.answers import Biomass, Captured, Fuel, PowerOut, Stated, WasteGas
from pcf.formats.cbam.defaults import DefaultTable, Found, default_value
from pcf.formats.cbam.details import (
    Answer,
    CarbonPrice,
    CbamDetails,
    ElectricityFactor,
    Precursor,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.errors import Problem


_SINGLE: Mapping[str, Callable[..., Any]] = {
    "electricity": ElectricityFactor,
    "carbon_price": CarbonPrice,
    "electricity_out": PowerOut,
    "captured": Captured,
    "biomass": Biomass,
}
_SEVERAL: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "fuel": ("fuels", Fuel),
    "waste_gas": ("waste_gases", WasteGas),
    "input": ("inputs", Stated),
}


@dataclass(frozen=True, slots=True)
class DefaultsAsked:
    """Of which instrument and date the user's table of default values is, and for which year."""

    instrument: str
    date: str
    year: int


def read_defaults_asked(table: Mapping[str, Any], file: str = "") -> DefaultsAsked:
    """Return what `[cbam] defaults` says of the table; raise DeclareError where it does not.

    >>> read_defaults_asked({"defaults": {"instrument": "a", "date": "2026-07-01", "year": 2026}})
    DefaultsAsked(instrument='a', date='2026-07-01', year=2026)
    """
    problems: list[Problem] = []
    asked = table.get("defaults", {})
    found = built(DefaultsAsked, asked, "cbam.defaults", Where(file=file), problems)
    if found is None:
        raise DeclareError(*problems)
    return found


def read_details(
    table: Mapping[str, Any], file: str = "", *, defaults: DefaultTable | None = None, year: int = 0
) -> CbamDetails:
    """Return the details of a table `[cbam]`; raise DeclareError with every problem.

    A precursor without actual values takes its default value of `year` from `defaults`.

    >>> read_details({"electricity": {"value": 0.5306, "code": "D.4.3.1", "source": "MEE"}}
    ...     ).electricity.value
    0.5306
    """
    where = Where(file=file)
    problems: list[Problem] = []
    parts: dict[str, Any] = {
        "precursors": _precursors(table.get("precursor", []), where, problems, (defaults, year)),
        "heat": _numbers(table.get("heat", {}), where, problems),
        "processes": _texts(table.get("processes", {}), "processes", where, problems),
        "composition": _texts(table.get("composition", {}), "composition", where, problems),
        "answers": _answers(table.get("answers", {}), where, problems),
    }
    for key, make in _SINGLE.items():
        if key in table:
            parts[key] = built(make, table[key], f"cbam.{key}", where, problems)
    for key, (name, kind) in _SEVERAL.items():
        parts[name] = _each(table.get(key, []), key, kind, where, problems)
    rest = {k: v for k, v in table.items() if k not in {"precursor", "defaults", *_SEVERAL}}
    found = built(CbamDetails, rest, "cbam", where, problems, **parts)
    if found is None or problems:
        raise DeclareError(*problems)
    return found


def _precursors(
    rows: object,
    where: Where,
    problems: list[Problem],
    table: tuple[DefaultTable | None, int],
) -> tuple[Precursor, ...]:
    if not isinstance(rows, list):
        problems.append(problem("declare-kind", where, wanted="list of tables"))
        return ()
    made = []
    for at, row in enumerate(rows):
        path, extra = f"cbam.precursor[{at}]", {}
        if isinstance(row, dict) and "direct" not in row and table[0] is not None:
            extra["default"] = _default(row, table, problems)
        said = row if not isinstance(row, dict) else {k: v for k, v in row.items() if k != "which"}
        made.append(built(Precursor, said, path, where, problems, **extra))
    return tuple(each for each in made if each is not None)


def _each(
    rows: object, key: str, make: Callable[..., Any], where: Where, problems: list[Problem]
) -> tuple[Any, ...]:
    if not isinstance(rows, list):
        at = Where(file=where.file, item=f"cbam.{key}")
        problems.append(problem("declare-kind", at, wanted="list of tables"))
        return ()
    made = [built(make, row, f"cbam.{key}[{n}]", where, problems) for n, row in enumerate(rows)]
    return tuple(each for each in made if each is not None)


def _default(
    row: Mapping[str, Any],
    table: tuple[DefaultTable | None, int],
    problems: list[Problem],
) -> Found | None:
    values, year = table
    code, country, which = (str(row.get(key, "")) for key in ("cn_code", "country", "which"))
    if values is None:
        return None
    try:
        return default_value(values, code, country=country, year=year, which=which)
    except DeclareError as error:
        problems += error.problems
        return None


def _texts(table: object, path: str, where: Where, problems: list[Problem]) -> dict[str, str]:
    if isinstance(table, dict) and all(isinstance(each, str) for each in table.values()):
        return table
    at = Where(file=where.file, item=f"cbam.{path}")
    problems.append(problem("declare-kind", at, wanted="table of texts"))
    return {}


def _numbers(table: object, where: Where, problems: list[Problem]) -> dict[str, float]:
    if isinstance(table, dict):
        read = {k: value_of(v, float, "cbam.heat", where, problems) for k, v in table.items()}
        return {key: value for key, value in read.items() if value is not None}
    at = Where(file=where.file, item="cbam.heat")
    problems.append(problem("declare-kind", at, wanted="table of numbers"))
    return {}


def _answers(table: object, where: Where, problems: list[Problem]) -> dict[int, Answer]:
    found: dict[int, Answer] = {}
    for key, value in table.items() if isinstance(table, dict) else ():
        path = f"cbam.answers.{key}"
        if not key.isdecimal() or not 1 <= int(key) <= 16:
            problems.append(problem("declare-word", Where(file=where.file, item=path), word=key))
            continue
        answer = built(Answer, value, path, where, problems)
        if answer is not None:
            found[int(key)] = answer
    return found
