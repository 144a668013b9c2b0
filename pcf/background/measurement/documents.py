"""What does a measurement file say? A TOML document with its readings in CSV files beside it.

A `[fuel]` is analysed by lots; an `[emission]` is read at a stack (CEMS) over what was `[made]`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pcf import files, units
from pcf.background import layout
from pcf.background.behind import Calibration
from pcf.background.measurement.agreement import paired_agreement
from pcf.background.measurement.checks import (
    check_head,
    check_origin,
    check_shares,
    check_source,
)
from pcf.background.measurement.factors import FuelAnalysis, emission_factor, fuel_factor
from pcf.background.measurement.quantities import Quantity, type_b
from pcf.background.measurement.series import Series
from pcf.background.measurement.substitution import substituted
from pcf.errors import BackgroundError, Where, problem
from pcf.files import safe_path
from pcf.model.amounts import CONFIDENCES, Source
from pcf.model.coverage import Period, find_place
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pcf.background.measurement.agreement import PairedAgreement
    from pcf.background.measurement.factors import MeasuredFactor
    from pcf.background.values import Background
    from pcf.errors import Problem
    from pcf.findings import Finding

_LOT = {
    "sample": Name("sample", "样品"),
    "mass": Name("mass, t", "质量 (t)"),
    "carbon": Name("carbon, kg/kg", "含碳量 (kg/kg)"),
    "heat": Name("lower heating value, GJ/t", "低位发热量 (GJ/t)"),
}
_READING = {"time": Name("time", "时间"), "value": Name("value", "读数")}
_KEYS: dict[str, dict[str, type]] = {
    "": {"id": str, "product": str, "place": str, "period": str, "boundary": str},
    "source": {"document": str},
    "fuel": {"lots": str, "oxidised": dict},
    "oxidised": {"value": float, "half_width": float},
    "emission": {"gas": str, "readings": str, "unit": str, "class": float},
    "made": {"readings": str, "unit": str, "class": float},
    "calculated": {"readings": str},
    "calibration": {
        "instrument": str,
        "certificate": str,
        "laboratory": str,
        "calibrated": date,
        "valid_until": date,
    },
}
_FORMS = {
    str: "text",
    float: "0.02",
    dict: "{ value = 0.98, half_width = 0.01 }",
    date: "2025-01-31",
}


def read_measurement(path: Path) -> tuple[MeasuredFactor, Background]:
    """Return the factor that a measurement file gives, and the set of one process it becomes.

    Gaps are filled only by a rule that the file names under `substitution`. Raises BackgroundError
    with everything wrong, ModelError for a place or period that does not exist.
    No example: it reads files; the tests have both kinds.
    """
    document = _document(path)
    with files.collecting(BackgroundError) as problems:
        where = Where(file=path.name)
        head = _checked(document, "", where, problems)
        source = _checked(document.get("source"), "source", where, problems)
        kind = "fuel" if "fuel" in document else "emission"
        told = _checked(document.get(kind), kind, where, problems)
        made = {} if kind == "fuel" else _checked(document.get("made"), "made", where, problems)
        told, made = _inner(told, where, problems), _inner(made, where, problems)
        records = document.get("calibration", [])
        calibrations = [
            _checked(each, "calibration", where, problems)
            for each in (records if isinstance(records, list) else [records])
        ]
        check_head(head, where, problems)
        check_source(source, where, problems)
        check_shares((told, made), where, problems)
        if kind == "fuel":
            check_origin(told, head, where, problems)
    with files.collecting(BackgroundError) as problems:
        lots = _lots(path, told, problems) if kind == "fuel" else []
        series = [
            _series(path, name, each, problems)
            for name, each in (("emission", told), ("made", made))
            if kind == "emission"
        ]
    period, records = Period.read(head["period"]), [_calibration(each) for each in calibrations]
    if kind == "fuel":
        factor = _fuel(head["product"], lots, told, period, records)
    else:
        factor = _emission(head["product"], series, (told, made), period, records)
    return factor, _set(factor, head, source)


def _document(path: Path) -> dict[str, Any]:
    with files.collecting(BackgroundError) as problems:
        document = files.read_toml(path, problems)
        if not document and not problems:
            problems.append(problem("file-empty", Where(file=path.name)))
    return document


def read_agreement(path: Path) -> PairedAgreement | None:
    """Return how the stack agrees with what was `[calculated]` at the same steps, None without it.

    Pairs with a gap on either side are left out and counted: a substituted hour says nothing about
    agreement. Raises BackgroundError with everything wrong.
    No example: it reads files.
    """
    document = _document(path)
    if "calculated" not in document:
        return None
    with files.collecting(BackgroundError) as problems:
        where = Where(file=path.name)
        stack = _checked(document.get("emission"), "emission", where, problems)
        other = _checked(document["calculated"], "calculated", where, problems)
    with files.collecting(BackgroundError) as problems:
        measured, calculated = (_readings(path, each, problems) for each in (stack, other))
    return paired_agreement(measured, calculated)


def _set(factor: MeasuredFactor, head: Mapping[str, Any], source: Mapping[str, Any]) -> Background:
    said = Source(
        f"{head['id']}: {source['document']}",
        source["document"],
        source.get("locator", ""),
        data_year=factor.period.last_year,
        confidence=next((c for c in CONFIDENCES if c == source.get("confidence")), "primary"),
    )
    return factor.background(
        head["id"],
        place=find_place(head["place"]),
        source=said,
        boundary=layout.BOUNDARIES[head["boundary"]],
    )


def _checked(table: object, name: str, where: Where, problems: list[Problem]) -> dict[str, Any]:
    """Return a table of the document; report entries that are missing or of another form."""
    found = table if isinstance(table, dict) else {}
    faults = []
    for key, kind in _KEYS[name].items():
        value = found.get(key)
        value = float(value) if kind is float and type(value) is int else value
        if not isinstance(value, kind):
            label = f"{name}.{key}" if name else key
            faults.append(problem("set-field", where, key=label, kind=_FORMS[kind]))
    problems += faults
    return {} if faults else found


def _inner(told: dict[str, Any], where: Where, problems: list[Problem]) -> dict[str, Any]:
    """Check the tables within a table: what is oxidised, methods, excluded readings."""
    if "oxidised" in told:
        _checked(told["oxidised"], "oxidised", where, problems)
    for name, keys in (("method", ("carbon", "heat")), ("excluded", None)):
        table = told.get(name, {})
        fits = isinstance(table, dict) and all(
            (each in keys and type(value) in (int, float))
            if keys
            else (each.isdecimal() and isinstance(value, str))
            for each, value in table.items()
        )
        if not fits:
            form = "carbon = 0.005, heat = 0.004" if keys else '12 = "reason"'
            problems.append(problem("set-field", where, key=name, kind=form))
    return told


def _beside(path: Path, name: str, problems: list[Problem]) -> files.Table:
    return files.read_csv(safe_path(path.parent, name), problems, name=name)


def _lots(path: Path, told: Mapping[str, Any], problems: list[Problem]) -> list[FuelAnalysis]:
    table = files.columns(
        _beside(path, told["lots"], problems),
        problems,
        required=("mass", "carbon", "heat"),
        optional=("sample",),
        aliases=files.aliases_of(_LOT),
    )
    found: list[FuelAnalysis] = []
    lines: dict[str, int] = {}
    for row in table.rows:
        cells = [
            files.number(row, key, problems, required=True) for key in ("mass", "carbon", "heat")
        ]
        mass, carbon, heat = cells
        if mass is not None and carbon is not None and heat is not None:
            found.append(FuelAnalysis(mass, carbon, heat, row["sample"] or f"line {row.line}"))
        first = lines.setdefault(row["sample"] or "", row.line)
        if row["sample"] and first != row.line:
            facts = {"id": row["sample"], "line": first}
            problems.append(problem("id-twice", row.where("sample"), (), **facts))
    return found


def _series(
    path: Path, name: str, told: Mapping[str, Any], problems: list[Problem]
) -> tuple[Series, tuple[Finding, ...]]:
    """Return the readings of an instrument, their gaps filled by the rule that the file names."""
    values = _readings(path, told, problems)
    excluded = {int(n): str(reason) for n, reason in told.get("excluded", {}).items()}
    series = Series(name, values, units.unit(told["unit"]), excluded)
    if "substitution" not in told:
        return series, series.findings
    filled = substituted(series, told["substitution"])
    return filled.series, filled.findings


def _readings(
    path: Path, told: Mapping[str, Any], problems: list[Problem]
) -> tuple[float | None, ...]:
    table = files.columns(
        _beside(path, told["readings"], problems),
        problems,
        required=("value",),
        optional=("time",),
        aliases=files.aliases_of(_READING),
    )
    return tuple(files.number(row, "value", problems) for row in table.rows)


def _fuel(
    product: str,
    lots: list[FuelAnalysis],
    told: Mapping[str, Any],
    period: Period,
    records: list[Calibration],
) -> MeasuredFactor:
    oxidised = told["oxidised"]
    share = type_b("oxidised", float(oxidised["value"]), float(oxidised.get("half_width", 0.0)))
    return fuel_factor(
        product,
        lots,
        oxidation=share,
        period=period,
        method={key: float(value) for key, value in told.get("method", {}).items()},
        calibrations=records,
        gas=str(told.get("gas", "CO2")),
    )


def _emission(
    product: str,
    series: list[tuple[Series, tuple[Finding, ...]]],
    told: tuple[Mapping[str, Any], Mapping[str, Any]],
    period: Period,
    records: list[Calibration],
) -> MeasuredFactor:
    quantities: list[Quantity] = []
    for (readings, _), each in zip(series, told, strict=True):
        relative = float(each["class"])
        basis = f"class {relative:g} of {each['readings']}"
        quantities.append(readings.quantity(relative=relative, basis=basis))
    emitted, made = quantities
    return emission_factor(
        product,
        told[0]["gas"],
        emitted=emitted,
        made=made,
        unit=told[0]["unit"],
        per=told[1]["unit"],
        period=period,
        calibrations=records,
        findings=[each for _, findings in series for each in findings],
    )


def _calibration(told: Mapping[str, Any]) -> Calibration:
    keys = ("instrument", "certificate", "laboratory", "calibrated", "valid_until")
    return Calibration(**{key: told[key] for key in keys}, fingerprint=told.get("fingerprint", ""))
