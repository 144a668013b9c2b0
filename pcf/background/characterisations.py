"""Which gas tables does a folder hold? `characterisation.toml` names them, the CSV has the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pcf import files, text
from pcf.background import layout
from pcf.background.tables import placed
from pcf.background.values import CharacterisationTable
from pcf.errors import Where, problem
from pcf.model.characterisation import CharacterisationFactor, Convention
from pcf.model.coverage import find_place
from pcf.model.flows import greenhouse_gases

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.background.tables import Reading
    from pcf.errors import Problem
    from pcf.files import Row

TITLES = "characterisation.toml"
FACTORS = "characterisation.csv"
_CONVENTIONS: tuple[Convention, ...] = get_args(Convention)


def read_characterisations(reading: Reading) -> tuple[CharacterisationTable, ...]:
    """Return the gas tables of a folder, sorted by id; none when it has no such files.

    No example: it reads two files of a folder; `characterisation_set` shows one.
    """
    folder, problems = reading.folder, reading.problems
    if not (folder / TITLES).exists() and not (folder / FACTORS).exists():
        return ()
    titles = _titles(folder, problems)
    factors: dict[str, dict[tuple[str, ...], CharacterisationFactor]] = {id_: {} for id_ in titles}
    for row in reading.rows("characterisation"):
        set_ = files.filled(row, "set", problems)
        if set_ is not None and set_ not in factors:
            near = text.nearest(set_, factors) or tuple(factors)
            problems.append(
                problem("characterisation-unknown", row.where("set"), near, wanted=set_)
            )
        factor = _factor(reading, row)
        if set_ not in factors or factor is None:
            continue
        key = (factor.gas, factor.origin, factor.direction, factor.place)
        if key in factors[set_]:
            problems.append(problem("factor-twice", row.where("gas"), gas=factor.gas))
        factors[set_][key] = factor
    return tuple(
        _table(reading, titles[id_], tuple(factors[id_][key] for key in sorted(factors[id_])))
        for id_ in sorted(titles)
    )


def _titles(folder: Path, problems: list[Problem]) -> dict[str, dict[str, Any]]:
    """Return the entries of the TOML file by id, those that say what they must."""
    where = Where(file=TITLES)
    entries = files.read_toml(folder / TITLES, problems).get("set", [])
    found: dict[str, dict[str, Any]] = {}
    for entry in entries if isinstance(entries, list) else []:
        kinds = {"id": str, "title": dict, "edition": str, "conventions": list, "source": str}
        faults = [key for key, kind in kinds.items() if not isinstance(entry.get(key), kind)]
        problems += [problem("set-field", where, key=f"set.{key}", kind="…") for key in faults]
        if faults:
            continue
        id_ = entry["id"]
        if id_ in found:
            problems.append(problem("id-twice", where, id=id_, line=TITLES))
        for each in entry["conventions"]:
            if each not in _CONVENTIONS:
                facts = {"wanted": id_, "convention": each}
                problems.append(problem("convention-unknown", where, _CONVENTIONS, **facts))
        found[id_] = entry
    return found


def _table(
    reading: Reading, entry: dict[str, Any], factors: tuple[CharacterisationFactor, ...]
) -> CharacterisationTable:
    title = entry["title"]
    source = reading.source(entry["source"], None, Where(file=TITLES, item=entry["id"]))
    return CharacterisationTable(
        id=entry["id"],
        factors=factors,
        conventions=tuple(each for each in _CONVENTIONS if each in entry["conventions"]),
        title=text.Name(en=str(title.get("en", "")), zh=str(title.get("zh", ""))),
        edition=entry["edition"],
        source="" if source is None else source.document,
        note=str(entry.get("note", "")),
    )


def _factor(reading: Reading, row: Row) -> CharacterisationFactor | None:
    problems = reading.problems
    gas = files.filled(row, "gas", problems)
    known = {name for flow in greenhouse_gases().values() for name in (flow.gas, flow.id)}
    if gas is not None and gas not in known:
        near = text.nearest(gas, known)
        problems.append(problem("gas-unknown", row.where("gas"), near, flow=gas))
    value = files.number(row, "value", problems, required=True)
    if value is not None and value < 0:
        problems.append(problem("amount-negative", row.where("value"), amount=row["value"]))
    origin = files.choice(row, "origin", layout.ORIGINS, problems)
    direction = files.choice(row, "direction", layout.DIRECTIONS, problems)
    place = ""
    if row["place"] is not None:
        with placed(row.where("place"), problems):
            place = find_place(row["place"])
    files.filled(row, "source", problems)
    source = reading.source_of(row)
    if gas is None or value is None or source is None:
        return None
    return CharacterisationFactor(
        gas, value, origin or "", direction or "", place, source=str(source)
    )
