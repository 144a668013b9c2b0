"""Two real systems, neither of them kept here: USLCI, and the inventories in the premise wheel.

`uslci` reads an EcoSpold 2 archive of the U.S. Life Cycle Inventory Database (FLCAC-admin/
uslci-content, downloads/uslci_fy18_q1_01_olca1_5_ecospold2.zip); of processes with several products
it takes the reference output only. `premise` reads the workbooks of a premise wheel (PyPI, BSD-3),
additional_inventories/*.xlsx; links to ecoinvent lead nowhere and are left out. Of what is emitted
both take the greenhouse gases. Their numbers serve to measure with; they are no footprints.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, iterparse

import numpy as np
from scipy.sparse import coo_array, csc_array

from pcf.model.amounts import SPREAD_KINDS
from pcf.model.flows import greenhouse_gases
from pcf.model.labelled import from_matrices
from pcf.model.systems import NONE, ProductSystem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GASES = {
    "CO2, fossil": ("Carbon dioxide", "Carbon dioxide, fossil"),
    "CH4, fossil": ("Methane", "Methane, fossil"),
    "N2O, fossil": ("Dinitrogen monoxide", "Nitrous oxide"),
    "SF6": ("Sulfur hexafluoride",),
    "CF4": ("Methane, tetrafluoro-, CFC-14", "Tetrafluoromethane"),
    "C2F6": ("Ethane, hexafluoro-, HFC-116", "Hexafluoroethane"),
}
"""What each gas is called in the two."""
SIGMA = 0.2
"""The deviation of the logarithm of every amount: both lack most of their own, so it is made up."""
_GAS = {name: gas for gas, names in GASES.items() for name in names}


@dataclass
class _Read:
    """Processes by key, each with what it makes, takes (key, amount) and emits (gas, amount)."""

    makes: dict[Any, float] = field(default_factory=dict)
    takes: dict[Any, list[tuple[Any, float]]] = field(default_factory=dict)
    emits: dict[Any, list[tuple[str, float]]] = field(default_factory=dict)

    def system(self) -> ProductSystem:
        """Return it as a system, links that lead nowhere left out, every amount lognormal."""
        place = {key: j for j, key in enumerate(self.makes)}
        links = [
            (place[supplier], j, -amount)
            for key, j in place.items()
            for supplier, amount in self.takes[key]
            if supplier in place and amount
        ]
        own = [(j, j, amount) for j, amount in enumerate(self.makes.values())]
        names = [str(key) for key in place]
        gases = list(GASES)
        emitted = [
            (gases.index(gas), j, amount)
            for key, j in place.items()
            for gas, amount in self.emits[key]
            if amount > 0
        ]
        system = from_matrices(
            _matrix([*own, *links], (len(place), len(place))),
            _matrix(emitted, (len(gases), len(place))),
            products=names,
            processes=names,
            flows=[greenhouse_gases()[gas] for gas in gases],
            reference=dict(zip(names, names, strict=True)),
        )
        columns = system.exchanges
        spread = np.full(len(columns), SPREAD_KINDS.index("lognormal"), dtype=np.int8)
        spread[columns.amount == 0] = NONE
        low = np.where(spread == NONE, 0.0, np.exp(SIGMA))
        return replace(system, exchanges=replace(columns, spread=spread, low=low))


def _matrix(entries: list[tuple[int, int, float]], shape: tuple[int, int]) -> csc_array:
    rows, columns, values = zip(*entries, strict=True)
    return csc_array(coo_array((values, (rows, columns)), shape=shape))


def uslci(archive: Path) -> ProductSystem:
    """Return the processes of an EcoSpold 2 archive, linked by the flow that each makes."""
    read = _Read()
    with zipfile.ZipFile(archive) as files:
        for name in sorted(files.namelist()):
            if name.endswith(".spold"):
                _take(read, io.BytesIO(files.read(name)))
    return read.system()


def _take(read: _Read, document: io.BytesIO) -> None:
    makes, takes, emits = None, [], []
    for _, element in iterparse(document):  # noqa: S314 - as above
        kind = element.tag.rpartition("}")[2]
        amount = float(element.get("amount", 0)) if kind.endswith("Exchange") else 0.0
        if kind == "intermediateExchange" and element.get("intermediateExchangeId"):
            flow = element.get("intermediateExchangeId")
            if _child(element, "outputGroup") == "0":
                makes = makes or (flow, amount)
            elif _child(element, "inputGroup"):
                takes.append((flow, amount))
        elif kind == "elementaryExchange" and _child(element, "outputGroup"):
            gas = _GAS.get(_child(element, "name"))
            emits += [(gas, amount)] if gas else []
    if makes is not None and makes[1] > 0 and makes[0] not in read.makes:
        flow, amount = makes
        read.makes[flow], read.takes[flow], read.emits[flow] = amount, takes, emits


def _child(element: Element, name: str) -> str:
    return next((each.text or "" for each in element if each.tag.endswith(f"}}{name}")), "")


def premise(wheel: Path) -> ProductSystem:
    """Return the union of the workbooks in a wheel; where two make the same, the first counts."""
    from openpyxl import load_workbook  # noqa: PLC0415 - only this reader needs it

    read = _Read()
    with zipfile.ZipFile(wheel) as files:
        for name in sorted(files.namelist()):
            if "additional_inventories/" in name and name.endswith(".xlsx"):
                workbook = load_workbook(
                    io.BytesIO(files.read(name)), read_only=True, data_only=True
                )
                for sheet in workbook.worksheets:
                    for process in _processes(sheet.iter_rows(values_only=True)):
                        _add(read, process)
    return read.system()


def _processes(rows: Iterator[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """Yield each activity of a sheet of Brightway's form: its fields, its exchanges as dicts."""
    process: dict[str, Any] | None = None
    captions: list[str] | None = None
    for row in rows:
        first = row[0] if row else None
        if first == "Activity":
            if process is not None:
                yield process
            process, captions = {"name": row[1], "exchanges": []}, None
        elif process is None:
            continue
        elif first == "Exchanges":
            captions = []
        elif captions == []:
            captions = [str(each) for each in row]
        elif captions and first is not None:
            process["exchanges"].append(dict(zip(captions, row, strict=False)))
        elif first is not None:
            process[str(first)] = row[1]
    if process is not None:
        yield process


def _add(read: _Read, process: dict[str, Any]) -> None:
    key = (process["name"], process.get("reference product"), process.get("location"))
    made = _number(process.get("production amount"))
    if key in read.makes or not made:
        return
    read.makes[key], read.takes[key], read.emits[key] = made, [], []
    for each in process["exchanges"]:
        amount = _number(each.get("amount"))
        if each.get("type") == "technosphere":
            supplier = (each["name"], each.get("reference product"), each.get("location"))
            if supplier != key:
                read.takes[key].append((supplier, amount))
        elif each.get("type") == "biosphere" and each["name"] in _GAS:
            read.emits[key].append((_GAS[each["name"]], amount))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
