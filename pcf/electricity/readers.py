"""How do certificate lists, meter readings and registry records come in? With every problem told.

CSV or Excel, headings in Chinese or English. Every problem of a file is raised together, each with
its cell. Serials are text: one that a spreadsheet kept as a number has lost its digits.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Literal, cast

from pcf import files
from pcf.electricity.facts import (
    Cancellation,
    ConsumptionRecord,
    Device,
    Facts,
    Lot,
    Settlement,
)
from pcf.electricity.headings import (
    CANCELLATIONS,
    CERTIFICATES,
    CONNECTED_WORDS,
    KINDS,
    MADE_WORDS,
    MEASURED_WORDS,
    METERS,
    SETTLEMENTS,
    YES_NO,
)
from pcf.electricity.listed import (
    ENERGY,
    WHEN,
    Numbered,
    attempt,
    energy_in,
    interval_in,
    overlaps_told,
    place_called,
    read_rows,
    said_or,
    serials_in,
    source_of,
)
from pcf.electricity.serials import LAYOUT, SerialLayout
from pcf.electricity.supply import technology_called
from pcf.errors import StudyProblems, problem

if TYPE_CHECKING:
    import os
    from datetime import date

    from pcf.electricity.facts import Connected, Made, Measured
    from pcf.electricity.intervals import Interval
    from pcf.errors import Problem

# How far above a meter's other readings one is that was entered in the wrong unit: about 1,000.
_LEAST, _MOST = 200.0, 5000.0


def read_certificates(
    path: str | os.PathLike[str], *, holder: str = "", layout: SerialLayout = LAYOUT
) -> Facts:
    r"""Return the devices and lots of a list of certificates; raise StudyProblems.

    `holder` is who holds them where the list has no such column. A row is one certificate, or those
    from a first to a last serial; where it states how many, or how much energy, that must agree
    with the serials, and its month with the month in them.

    >>> import tempfile
    >>> from pathlib import Path
    >>> text = "绿证编号,技术类型,省份\n" + "2" * 17 + "202503" + "0000001" + "11,风电,甘肃\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "绿证.csv").write_text(text, encoding="utf-8")
    ...     lot, = read_certificates(Path(folder, "绿证.csv"), holder="示例铝业有限公司").lots
    >>> lot.energy, str(lot.interval), lot.device
    (1000000, '2025-03', '22222222222222222')
    """
    devices: dict[str, Device] = {}
    lots: list[Lot] = []
    with files.collecting(StudyProblems) as problems:
        spans = []
        for row in read_rows(path, CERTIFICATES, problems):
            found = serials_in(row, problems, layout)
            if found is None:
                continue
            spans.append((row, found.range))
            when = _production(row, found, problems)
            _require_energy(row, found, problems)
            device = _device(row, found, problems)
            if when is None or device is None:
                continue
            if devices.setdefault(device.id, device) != device:
                where = row.where("technology")
                problems.append(problem("list-device-differs", where, (), device=device.id))
            lots.append(
                _lot(row, found, (device.id, when), said_or(row, "holder", holder), problems)
            )
        overlaps_told(spans, problems)
    return Facts(devices=tuple(devices.values()), lots=tuple(lots), sources=(source_of(path),))


def read_meters(
    path: str | os.PathLike[str], *, consumer: str = "", site: str = "", place: str = ""
) -> Facts:
    r"""Return the consumption records of a file of meter readings; raise StudyProblems.

    `consumer`, `site` and `place` hold for every row that does not say its own. A reading that is
    about a thousand times the meter's others, or more than its capacity allows, was entered in the
    wrong unit.

    >>> import tempfile
    >>> from pathlib import Path
    >>> text = "电表,月份,用电量（万千瓦时）,产线\n1#,2025-03,3.9,电解一车间\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "电表.csv").write_text(text, encoding="utf-8")
    ...     facts = read_meters(Path(folder, "电表.csv"), consumer="示例铝业有限公司")
    >>> record, = facts.consumptions
    >>> record.energy, record.line
    (39000000, '电解一车间')
    """
    records: list[ConsumptionRecord] = []
    rows: list[files.Row] = []
    with files.collecting(StudyProblems) as problems:
        for row in read_rows(path, METERS, problems):
            record = _consumption(row, (consumer, site, place), problems)
            if record is not None:
                records.append(record)
                rows.append(row)
        _require_units(records, rows, problems)
        _require_apart(records, rows, problems)
    return Facts(consumptions=tuple(records), sources=(source_of(path),))


def read_settlements(
    path: str | os.PathLike[str], *, layout: SerialLayout = LAYOUT
) -> tuple[Settlement, ...]:
    """Return the settlements of a file, rows with one number together; raise StudyProblems.

    No example: the columns are those of `read_cancellation`, with seller and buyer.
    """
    with files.collecting(StudyProblems) as problems:
        found = []
        for rows in _by_number(read_rows(path, SETTLEMENTS, problems), problems):
            day, numbered = _shared(rows, ("seller", "buyer", "kind", "meter"), problems, layout)
            kind = files.choice(rows[0], "kind", KINDS, problems) or "sale"
            when = interval_in(rows[0], problems) if _has_time(rows[0]) else None
            if day is not None and len(numbered) == len(rows):
                found.append(
                    Settlement(
                        str(rows[0]["number"]),
                        day,
                        said_or(rows[0], "seller", ""),
                        said_or(rows[0], "buyer", ""),
                        tuple(each.range for each in numbered),
                        cast("Literal['green-power trade', 'sale', 'assignment']", kind),
                        said_or(rows[0], "meter", ""),
                        when,
                    )
                )
    return tuple(found)


def read_cancellation(
    path: str | os.PathLike[str], *, layout: SerialLayout = LAYOUT
) -> tuple[Cancellation, ...]:
    r"""Return the registry's cancellation records in a file; raise StudyProblems.

    Rows with one number are one record: number, date, beneficiary, scenario, and the serials; the
    month or interval is the consumption it was cancelled for, where the record says so.

    >>> import tempfile
    >>> from pathlib import Path
    >>> serial = "2" * 17 + "202503" + "0000001" + "11"
    >>> text = f"核销编号,核销日期,受益主体,绿证编号\nHX-1,2025-06-01,示例铝业有限公司,{serial}\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "核销.csv").write_text(text, encoding="utf-8")
    ...     record, = read_cancellation(Path(folder, "核销.csv"))
    >>> record.beneficiary, record.energy
    ('示例铝业有限公司', 1000000)
    """
    words = ("beneficiary", "scenario", "holder", "site")
    with files.collecting(StudyProblems) as problems:
        found = []
        for rows in _by_number(read_rows(path, CANCELLATIONS, problems), problems):
            day, numbered = _shared(rows, words, problems, layout)
            when = interval_in(rows[0], problems) if _has_time(rows[0]) else None
            beneficiary = files.filled(rows[0], "beneficiary", problems)
            if day is not None and beneficiary is not None and len(numbered) == len(rows):
                found.append(
                    Cancellation(
                        str(rows[0]["number"]),
                        day,
                        beneficiary,
                        tuple(each.range for each in numbered),
                        scenario=said_or(rows[0], "scenario", ""),
                        period=when,
                        holder=said_or(rows[0], "holder", ""),
                        site=said_or(rows[0], "site", ""),
                    )
                )
    return tuple(found)


def _has_time(row: files.Row) -> bool:
    return any(row[key] is not None for key in ("month", "start", "end"))


def _by_number(rows: list[files.Row], problems: list[Problem]) -> list[list[files.Row]]:
    """Return the rows of each number, in the order in which the numbers come first."""
    found: dict[str, list[files.Row]] = {}
    for row in rows:
        number = files.filled(row, "number", problems)
        if number is not None:
            found.setdefault(number, []).append(row)
    return list(found.values())


def _shared(
    rows: list[files.Row],
    words: tuple[str, ...],
    problems: list[Problem],
    layout: SerialLayout,
) -> tuple[date | None, list[Numbered]]:
    """Return day and serials of the rows of one record, which must agree in all else."""
    first = rows[0]
    for row in rows[1:]:
        for key in (*words, "day", *WHEN):
            if row[key] != first[key]:
                where = row.where(key)
                problems.append(problem("record-differs", where, (), number=first["number"]))
    numbered = []
    for row in rows:
        found = serials_in(row, problems, layout)
        if found is not None:
            _require_energy(row, found, problems)
            numbered.append(found)
    overlaps_told([(row, each.range) for row, each in zip(rows, numbered, strict=False)], problems)
    return files.date(first, "day", problems, required=True), numbered


def _production(row: files.Row, found: Numbered, problems: list[Problem]) -> Interval | None:
    """Return the interval of production: the serials' month, which the row must not contradict."""
    if not _has_time(row):
        if found.month is None:
            problems.append(problem("interval-missing", row.where()))
        return found.month
    when = interval_in(row, problems)
    if when is not None and found.month is not None and when != found.month:
        told = {"month": when, "digits": found.month}
        problems.append(problem("serial-month-differs", row.where("month"), (), **told))
        return None
    return when


def _require_energy(row: files.Row, found: Numbered, problems: list[Problem]) -> None:
    """Add a problem where the energy that a row states is not that of its certificates."""
    stated = energy_in(row, problems, required=False)
    actual = found.range.energy
    if stated is None or stated == actual:
        return
    key = next(key for key in ENERGY if row[key] is not None)
    thousand = {stated * 1000, stated} & {actual, actual * 1000}
    code = "energy-thousandfold-certificates" if thousand else "energy-differs"
    count = found.last - found.first + 1
    told = {"stated": f"{stated / 1e6:,g}", "actual": f"{actual / 1e6:,g}", "count": count}
    problems.append(problem(code, row.where(key), (), **told))


def _device(row: files.Row, found: Numbered, problems: list[Problem]) -> Device | None:
    technology = files.filled(row, "technology", problems)
    place = row["place"]
    where = row.where("place")
    code = "" if place is None else attempt(lambda: place_called(place), where, problems)
    kilowatts = files.number(row, "capacity", problems)
    connection = files.choice(row, "connection", CONNECTED_WORDS, problems) or "grid"
    commissioned = files.date(row, "commissioned", problems)
    trial = files.choice(row, "trial", YES_NO, problems) == "yes"
    id_ = said_or(row, "device", found.project)
    if not id_:
        problems.append(problem("cell-empty", row.where("device"), (), column="device"))
    if technology is None or code is None or not id_:
        return None
    return attempt(
        lambda: Device(
            id_,
            technology_called(technology),
            place=code,
            capacity=None if kilowatts is None else round(kilowatts * 1000),
            commissioned=commissioned,
            connection=cast("Connected", connection),
            owner=said_or(row, "owner", ""),
            registry_id=found.project,
            name=said_or(row, "name", ""),
            trial=trial,
        ),
        row.where(),
        problems,
    )


def _lot(
    row: files.Row,
    found: Numbered,
    production: tuple[str, Interval],
    holder: str,
    problems: list[Problem],
) -> Lot:
    if not holder:
        problems.append(problem("holder-missing", row.where()))
    tradable = files.choice(row, "tradable", YES_NO, problems)
    made = files.choice(row, "made", MADE_WORDS, problems) or "exported"
    return Lot(
        found.range.series,
        found.first,
        found.last,
        *production,
        owner=holder,
        made=cast("Made", made),
        tradable=None if tradable is None else tradable == "yes",
        expires=files.date(row, "expires", problems),
        scheme=found.range.scheme,
    )


def _consumption(
    row: files.Row, defaults: tuple[str, str, str], problems: list[Problem]
) -> ConsumptionRecord | None:
    meter = files.filled(row, "meter", problems)
    when, energy = interval_in(row, problems), energy_in(row, problems)
    consumer, site, place = (
        said_or(row, key, default)
        for key, default in zip(("consumer", "site", "place"), defaults, strict=True)
    )
    code = attempt(lambda: place_called(place), row.where("place"), problems) if place else ""
    measured = files.choice(row, "measured", MEASURED_WORDS, problems) or "metered"
    trial = files.choice(row, "trial", YES_NO, problems) == "yes"
    _require_capacity(row, when, energy, problems)
    if meter is None or when is None or energy is None or code is None:
        return None
    return attempt(
        lambda: ConsumptionRecord(
            meter,
            when,
            energy,
            consumer=consumer,
            site=site,
            place=code,
            line=said_or(row, "line", ""),
            product=said_or(row, "product", ""),
            measured=cast("Measured", measured),
            within=said_or(row, "within", ""),
            trial=trial,
            evidence=said_or(row, "evidence", ""),
        ),
        row.where(),
        problems,
    )


def _require_capacity(
    row: files.Row, when: Interval | None, energy: int | None, problems: list[Problem]
) -> None:
    kilowatts = files.number(row, "capacity", problems)
    if kilowatts is None or when is None or energy is None:
        return
    most = kilowatts * 1.1 * when.seconds / 3600
    if energy > most * 1000:
        told = {"energy": f"{energy / 1000:,g}", "most": f"{most:,.0f}"}
        problems.append(problem("meter-over-capacity", row.where("capacity"), (), **told))


def _require_units(
    records: list[ConsumptionRecord], rows: list[files.Row], problems: list[Problem]
) -> None:
    """Add a problem for a reading about a thousand times the others of its meter: kWh as MWh."""
    by_slice: dict[tuple[str, str, str], list[int]] = {}
    for at, record in enumerate(records):
        by_slice.setdefault(record.slice, []).append(at)
    for places in by_slice.values():
        power = [records[at].energy / records[at].interval.seconds for at in places]
        if len(places) < 3:
            continue
        usual = median(power)
        for at, each in zip(places, power, strict=True):
            if usual > 0 and _LEAST <= each / usual <= _MOST:
                key = next(key for key in ENERGY if rows[at][key] is not None)
                told = {"times": f"{each / usual:,.0f}", "meter": records[at].meter}
                problems.append(problem("energy-thousandfold", rows[at].where(key), (), **told))


def _require_apart(
    records: list[ConsumptionRecord], rows: list[files.Row], problems: list[Problem]
) -> None:
    """Add a problem for each reading that shares time with another of its meter."""
    order = sorted(range(len(records)), key=lambda at: (records[at].slice, records[at].interval))
    for before, at in pairwise(order):
        one, other = records[before], records[at]
        if one.slice == other.slice and one.interval.overlaps(other.interval):
            key = "month" if rows[at]["month"] is not None else "start"
            told = {"meter": other.meter, "interval": other.interval}
            problems.append(problem("overlapping-consumption", rows[at].where(key), (), **told))
