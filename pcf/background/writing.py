"""How does a set of background data go out? As files of a folder that `read_set` reads equal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pcf import files
from pcf.background import layout
from pcf.background.behind import INDICATORS
from pcf.background.characterisations import FACTORS, TITLES
from pcf.background.reading import SET_FILE
from pcf.digest import canonical, fingerprint
from pcf.model.amounts import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.background.values import Background, BackgroundProcess, CharacterisationTable, Edition
    from pcf.files import Scalar
    from pcf.model.coverage import Period
    from pcf.model.flows import ProductFlow
    from pcf.model.processes import Exchange

_Row = dict[str, "Scalar"]


def set_files(background: Background, edition: Edition) -> dict[str, str]:
    """Return the files of a folder that holds every row of `background` as one set, `edition`.

    A gas table whose source the background does not list gets one of that name. What `read_set`
    makes of the folder equals the background but for a row without a period whose source has a
    data year: it is read with that year.

    >>> from pcf.background.own import factor_set
    >>> own = factor_set("own", {"cement": "0.15 kg CO2e/kg"}, source="letter")
    >>> sorted(set_files(own, own.editions[0]))
    ['exchanges.csv', 'processes.csv', 'products.csv', 'set.toml', 'sources.csv']
    """
    sources = {source.id: source for source in background.sources}
    found = {
        SET_FILE: _edition_text(edition),
        "products.csv": _csv("products", map(_product, background.products)),
        "processes.csv": _csv("processes", map(_process, background.processes)),
        "exchanges.csv": _csv(
            "exchanges", (row for each in background.processes for row in _exchanges(each))
        ),
    }
    for table, rows in _behind(background.processes).items():
        if rows:
            found[f"{table}.csv"] = _csv(table, rows)
    if background.characterisations:
        ids = _table_sources(background.characterisations, sources)
        found[TITLES] = "\n".join(
            _title(table, ids[table.source]) for table in background.characterisations
        )
        found[FACTORS] = _csv("characterisation", _factors(background.characterisations, ids))
    found["sources.csv"] = _csv("sources", map(_source, sources.values()))
    return found


def _csv(table: str, rows: Iterable[_Row]) -> str:
    listed = list(rows)
    known = (*layout.REQUIRED[table], *layout.OPTIONAL[table])
    used = [
        key
        for key in known
        if key in layout.REQUIRED[table] or any(row.get(key) not in (None, "") for row in listed)
    ]
    return files.csv_text(used, [[row.get(key) for key in used] for row in listed])


def _edition_text(edition: Edition) -> str:
    texts = {
        "id": edition.set,
        "edition": edition.id,
        "title.en": edition.title.en,
        "title.zh": edition.title.zh,
        "publisher": edition.publisher,
        "licence": edition.licence,
        "coverage": edition.coverage,
        "boundary": edition.boundary,
    }
    lines = [f"{key} = {_quoted(said)}" for key, said in texts.items()]
    follows = ", ".join(map(_quoted, edition.follows))
    return "\n".join([*lines, f"draft = {str(edition.draft).lower()}", f"follows = [{follows}]\n"])


def _quoted(said: str) -> str:
    """Return text as a basic string of TOML; canonical JSON escapes all that TOML must."""
    return canonical(said).decode().replace("\x7f", "\\u007f")


def _source(source: Source) -> _Row:
    keys = ("id", "document", *layout.OPTIONAL["sources"], "confidence")
    return {key: getattr(source, key) for key in keys}


def _product(product: ProductFlow) -> _Row:
    plain = {key: getattr(product, key) for key in ("id", "unit", "basis", "cpc", "hs", "cn")}
    names = {"en": product.name.en or product.id, "zh": product.name.zh or product.id}
    synonyms = "|".join(product.synonyms)
    waste = "yes" if product.waste else ""
    return {**plain, **names, "synonyms": synonyms, "waste": waste, "cbam": product.cbam}


def _process(row: BackgroundProcess) -> _Row:
    process = row.process
    default = "yes" if row.default else "no" if row.alternative else ""
    return {
        "id": row.id,
        "en": process.name.en,
        "zh": process.name.zh,
        "product": process.product,
        "amount": process.amount.value,
        "unit": process.amount.unit,
        "place": row.place,
        **_days(row.period),
        **{key: getattr(row, key) for key in ("boundary", "family", "at", "technology", "note")},
        "default": default,
        "stage": process.stage,
        "source": process.source,
        **{f"{each}_score": getattr(row.scores, each) for each in INDICATORS},
    }


def _days(period: Period | None) -> _Row:
    if period is None:
        return {}
    return {"start": str(period.start), "end": str(period.end - timedelta(days=1))}


def _exchanges(row: BackgroundProcess) -> list[_Row]:
    judged = {each.row: each for each in row.judged}
    rows = []
    for exchange in row.process.exchanges:
        found = _exchange(row.id, exchange)
        if exchange.id in judged:
            found["pedigree"] = "|".join(map(str, judged[exchange.id].scores))
            found["basic"] = judged[exchange.id].basic
        rows.append(found)
    return rows


def _exchange(process: str, exchange: Exchange) -> _Row:
    amount, spread = exchange.amount, exchange.amount.spread
    found: _Row = {
        "process": process,
        "amount": amount.value,
        "unit": amount.unit,
        "source": amount.source,
    }
    keys = ("id", "kind", "direction", "flow", "provider", "confidence", "note")
    found |= {key: getattr(exchange, key) for key in keys}
    if spread is not None:
        found |= {"spread": spread.kind, "low": spread.low, "high": spread.high}
    return found


def _behind(rows: Iterable[BackgroundProcess]) -> dict[str, list[_Row]]:
    """Return what stands behind rows: declarations, findings, calibrations."""
    found: dict[str, list[_Row]] = {"declared": [], "findings": [], "calibrations": []}
    for row in rows:
        head: _Row = {"process": row.id}
        if row.declared is not None:
            found["declared"].append(head | _fields(row.declared, "declared"))
        found["findings"] += [
            head
            | {
                "code": each.code,
                "item": each.where.item,
                "facts": canonical(each.facts).decode() if each.facts else "",
            }
            for each in row.told
        ]
        found["calibrations"] += [head | _fields(each, "calibrations") for each in row.calibrations]
    return found


def _fields(value: object, table: str) -> _Row:
    keys = (*layout.REQUIRED[table], *layout.OPTIONAL[table])
    return {key: getattr(value, key) for key in keys if key != "process"}


def _table_sources(
    tables: Iterable[CharacterisationTable], sources: dict[str, Source]
) -> dict[str, str]:
    """Return the id of a source that says each text which gas tables quote, adding what lacks."""
    said = {str(source): source.id for source in reversed(sources.values())}
    said |= {each.document: each.id for each in reversed(sources.values()) if not each.locator}
    for table in tables:
        for text in (table.source, *(factor.source for factor in table.factors)):
            if text not in said:
                said[text] = text
                sources[text] = Source(text, text)
    return said


def _title(table: CharacterisationTable, source: str) -> str:
    texts = {
        "id": table.id,
        "title.en": table.title.en,
        "title.zh": table.title.zh,
        "edition": table.edition,
        "source": source,
        "note": table.note,
    }
    lines = [f"{key} = {_quoted(said)}" for key, said in texts.items()]
    conventions = ", ".join(map(_quoted, table.conventions))
    return "\n".join(["[[set]]", *lines, f"conventions = [{conventions}]\n"])


def _factors(tables: Iterable[CharacterisationTable], ids: dict[str, str]) -> list[_Row]:
    return [
        {
            "set": table.id,
            **{key: getattr(each, key) for key in ("gas", "origin", "direction", "place", "value")},
            "source": ids[each.source],
        }
        for table in tables
        for each in table.factors
    ]


def row_fingerprint(row: BackgroundProcess) -> str:
    """Return the fingerprint of all that a row says, in whatever set it stands.

    >>> from pcf.background.own import factor_set
    >>> one, two = (factor_set("own", {"cement": f"{n} kg CO2e/kg"}, source="letter") for n in "12")
    >>> row_fingerprint(one.processes[0]) == row_fingerprint(two.processes[0])
    False
    """
    tables = {"processes": [_process(row)], "exchanges": _exchanges(row), **_behind([row])}
    return fingerprint({table: _csv(table, rows) for table, rows in tables.items() if rows})
