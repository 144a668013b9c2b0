"""How does each table of a study become rows? One reader a table; what can be read is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from pcf import units
from pcf.errors import problem
from pcf.model.amounts import CONFIDENCES, SPREAD_KINDS, Amount, Source, Spread
from pcf.model.flows import find_gas
from pcf.study.call_rows import CallRow
from pcf.study.cells import Cells, attempt, placed
from pcf.study.columns import spellings
from pcf.study.values import (
    ActivityRow,
    CoProductRow,
    Evidence,
    Leg,
    ProcessRow,
    SiteTotal,
    Statement,
    Stock,
)
from pcf.text import Name, fold

if TYPE_CHECKING:
    from pcf.errors import Problem
    from pcf.files import Table
    from pcf.model.amounts import Confidence
    from pcf.model.processes import Direction, Kind

_PROPERTY = re.compile(r"(?P<name>[^\[\]]+?)\s*[\[［](?P<unit>[^\[\]]+)[\]］]")


def read_processes(table: Table, problems: list[Problem]) -> tuple[ProcessRow, ...]:
    """Return the unit processes of a study.

    No example: see `pcf.study.reading.read_study`.
    """
    rows = placed(table, "processes", problems).rows
    return tuple(_process(Cells(row, problems)) for row in rows)


def read_coproducts(table: Table, problems: list[Problem]) -> tuple[CoProductRow, ...]:
    """Return further products; a heading such as `price [CNY/kg]` is a property of each."""
    properties = [each for each in table.heading.captions if _PROPERTY.fullmatch(each)]
    placed_table = placed(table, "coproducts", problems, more=properties)
    return tuple(_coproduct(Cells(row, problems), properties) for row in placed_table.rows)


def read_activity(table: Table, problems: list[Problem]) -> tuple[ActivityRow, ...]:
    """Return the rows of activity data.

    No example: see `pcf.study.reading.read_study`.
    """
    rows = placed(table, "activity", problems).rows
    return tuple(_activity(Cells(row, problems)) for row in rows)


def read_legs(table: Table, problems: list[Problem]) -> tuple[Leg, ...]:
    """Return the legs of transport.

    No example: see `pcf.study.reading.read_study`.
    """
    return tuple(_leg(Cells(row, problems)) for row in placed(table, "legs", problems).rows)


def read_calls(table: Table, problems: list[Problem]) -> tuple[CallRow, ...]:
    """Return what published methods are given, one row a need.

    No example: see `pcf.study.reading.read_study`.
    """
    return tuple(_call(Cells(row, problems)) for row in placed(table, "methods", problems).rows)


def read_site_totals(table: Table, problems: list[Problem]) -> tuple[SiteTotal, ...]:
    """Return what the whole site used.

    No example: see `pcf.study.reading.read_study`.
    """
    rows = placed(table, "site_totals", problems).rows
    return tuple(_site_total(Cells(row, problems)) for row in rows)


def read_statements(table: Table, problems: list[Problem]) -> tuple[Statement, ...]:
    """Return what the study states of itself; which facts there are is known to the rules.

    No example: see `pcf.study.reading.read_study`.
    """
    rows = placed(table, "statements", problems).rows
    return tuple(_statement(Cells(row, problems)) for row in rows)


def read_sources(table: Table, problems: list[Problem]) -> tuple[Source, ...]:
    """Return the sources; an id that stands twice is a problem."""
    found: dict[str, Source] = {}
    for row in placed(table, "sources", problems).rows:
        source = _source(Cells(row, problems))
        if source.id in found:
            problems.append(problem("source-twice", row.where("id"), source=source.id))
        found.setdefault(source.id, source)
    found.pop("", None)
    return tuple(found.values())


def _process(cells: Cells) -> ProcessRow:
    return ProcessRow(
        id=cells.text("process", required=True),
        product=cells.text("product", required=True),
        amount=_reference(cells),
        name=Name(en=cells.text("name_en"), zh=cells.text("name_zh")),
        stage=_stage(cells),
        basis=cells.basis(),
        place=cells.place(),
        period=cells.period(),
        treats=cells.word("treats", "yesno") == "yes",
        controlled={"yes": True, "no": False}.get(cells.word("controlled", "yesno")),
        unread=cells.unread,
        where=cells.where,
    )


def _reference(cells: Cells) -> Amount:
    """Return the reference amount; an empty one is left to the checks, as are zero and none."""
    return Amount(cells.number("reference_amount"), cells.unit("unit"))


def _coproduct(cells: Cells, captions: list[str]) -> CoProductRow:
    value = cells.number("amount")
    unit = cells.unit("unit", required=value is not None)
    return CoProductRow(
        process=cells.text("process", required=True),
        product=cells.text("product", required=True),
        amount=None if value is None else Amount(value, unit),
        basis=cells.basis(),
        treats=cells.word("treats", "yesno") == "yes",
        properties=_properties(cells, captions),
        unread=cells.unread,
        where=cells.where,
    )


def _properties(cells: Cells, captions: list[str]) -> dict[str, Amount]:
    """Return the properties of a product by name, such as `price [CNY/kg]`: 7 CNY/kg."""
    found = {}
    for caption in captions:
        match = _PROPERTY.fullmatch(caption)
        value = cells.number(caption)
        if match is None or value is None:
            continue
        written = match["unit"]
        unit = attempt(lambda: units.unit(written), cells.row.where(caption), cells.problems)  # noqa: B023 - called at once
        if unit is not None:
            found[match["name"].strip()] = Amount(value, unit)
    return found


def _activity(cells: Cells) -> ActivityRow:
    formula = cells.text("formula")
    amount = Amount(cells.number("amount"), cells.unit("unit", required=not formula))
    flow = cells.text("flow", required=True)
    direction = cast("Direction", cells.word("direction", "directions", required=True) or "input")
    meter = cells.text("meter")
    written = cells.word("kind", "kinds")
    return ActivityRow(
        id=cells.text("row", required=True),
        process=cells.text("process", required=True),
        flow=flow,
        amount=amount,
        direction=direction,
        kind=cast("Kind", written) if written else _kind(flow, direction),
        formula=formula,
        stock=_stock(cells),
        period=cells.period(),
        basis=cells.basis(),
        meter=meter,
        stage=_stage(cells),
        confidence=_confidence(cells),
        spread=_spread(cells),
        evidence=_evidence(cells),
        source=cells.text("source"),
        locator=cells.text("locator"),
        alternative=cells.text("alternative"),
        note=cells.text("note"),
        unread=cells.unread,
        where=cells.where,
    )


def _evidence(cells: Cells) -> Evidence:
    names = ("evidence_file", "evidence_sha256", "evidence")
    return Evidence(*(cells.text(name) for name in names))


def _kind(flow: str, direction: Direction) -> Kind:
    """Return the kind of a row that names none: a gas is elementary, another input a product."""
    if find_gas(flow) is not None:
        return "elementary"
    return "product" if direction == "input" else "waste"


def _stock(cells: Cells) -> Stock | None:
    names = ("opening_stock", "received", "sold", "closing_stock")
    given = any(cells.row[name] is not None for name in names)
    values = [cells.number(name) for name in names]
    return Stock(*values) if given else None


def _stage(cells: Cells) -> str:
    written = cells.text("stage")
    known = {fold(form): key for form, key in spellings("stages").items()}
    return known.get(fold(written), written)


def _confidence(cells: Cells) -> Confidence | None:
    written = cells.word("confidence", "confidences")
    return next((each for each in CONFIDENCES if each == written), None)


def _spread(cells: Cells) -> Spread | None:
    written = cells.word("spread", "spreads")
    kind = next((each for each in SPREAD_KINDS if each == written), None)
    low, high = cells.number("low"), cells.number("high")
    if cells.unread & {"spread", "low", "high"}:
        return None
    if kind is None:
        if low is not None or high is not None:
            cells.problems.append(problem("spread-missing", cells.row.where("low")))
        return None
    if low is None:
        cells.problems.append(problem("spread-numbers", cells.row.where("low"), kind=kind))
        return None
    return Spread(kind, low, high)


def _leg(cells: Cells) -> Leg:
    return Leg(
        id=cells.text("row", required=True),
        process=cells.text("process", required=True),
        goods=cells.text("goods", required=True),
        load=cells.amount("load", "load_unit"),
        mode=cells.text("mode", required=True),
        distance=cells.amount("distance", "distance_unit"),
        stage=_stage(cells) or "transport",
        confidence=_confidence(cells),
        source=cells.text("source"),
        locator=cells.text("locator"),
        note=cells.text("note"),
        unread=cells.unread,
        where=cells.where,
    )


def _call(cells: Cells) -> CallRow:
    return CallRow(
        id=cells.text("row", required=True),
        process=cells.text("process", required=True),
        method=cells.text("method", required=True),
        need=cells.text("need", required=True),
        value=cells.text("value"),
        unit=cells.unit("unit", required=False),
        formula=cells.text("formula"),
        taken=cells.text("taken"),
        stage=_stage(cells),
        confidence=_confidence(cells),
        evidence=_evidence(cells),
        source=cells.text("source"),
        locator=cells.text("locator"),
        alternative=cells.text("alternative"),
        note=cells.text("note"),
        unread=cells.unread,
        where=cells.where,
    )


def _site_total(cells: Cells) -> SiteTotal:
    return SiteTotal(
        flow=cells.text("product", required=True),
        amount=cells.amount("amount", "unit"),
        period=cells.period(),
        source=cells.text("source"),
        unread=cells.unread,
        where=cells.where,
    )


def _statement(cells: Cells) -> Statement:
    return Statement(
        fact=cells.text("fact", required=True),
        value=cells.text("value"),
        unit=cells.text("unit"),
        evidence=_evidence(cells),
        source=cells.text("source"),
        locator=cells.text("locator"),
        note=cells.text("note"),
        unread=cells.unread,
        where=cells.where,
    )


def _source(cells: Cells) -> Source:
    year = cells.number("data_year")
    return Source(
        id=cells.text("id", required=True),
        document=cells.text("document", required=True),
        locator=cells.text("locator"),
        licence=cells.text("licence"),
        data_year=None if year is None else int(year),
        published=cells.text("published"),
        valid_until=cells.text("valid_until"),
        confidence=_confidence(cells) or "secondary",
        fingerprint=cells.text("fingerprint"),
        note=cells.text("note"),
    )
