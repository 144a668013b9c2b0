"""How a large product system is kept: its columns as files, opened without being read.

A folder holds one `.npy` file a column, and `manifest.json`: how many processes and exchanges there
are, the length, type and fingerprint of each column, and the tables of elementary flows, sources
and stages. Opened, the columns are mapped into memory: 20,000 processes and 640,000 exchanges cost
no Python object each. Nothing in such a folder is ever run: no pickles, sizes checked first.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from pcf import files
from pcf.digest import fingerprint_bytes, fingerprint_file
from pcf.errors import FileError, Problem, Where, problem
from pcf.model.amounts import CONFIDENCES, SPREAD_KINDS, Source
from pcf.model.flows import ElementaryFlow
from pcf.model.processes import KINDS
from pcf.model.systems import (
    ELEMENTARY,
    INPUT,
    INTERNAL,
    OUTPUT,
    ExchangeColumns,
    ProcessColumns,
    ProductSystem,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

FORM = "pcf product system 1"
MANIFEST = "manifest.json"
_TYPES = {
    "NDArray[np.str_]": "U",
    "NDArray[np.float64]": "<f8",
    "NDArray[np.int32]": "<i4",
    "NDArray[np.int8]": "|i1",
    "NDArray[np.bool_]": "|b1",
    "NDArray[np.datetime64]": "<M8[D]",
}
_LIMITS = files.Limits(bytes=1024 * 2**20)


def save_system(system: ProductSystem, folder: Path) -> None:
    """Write `system` as a folder of columns, beside its place and then renamed: all or nothing.

    Raises FileError when the folder exists and is not empty, or cannot be written.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([unit_process("power", "1 kWh", emits={"CO2": "0.9 kg"})])
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     save_system(system, Path(parent, "system"))
    ...     open_system(Path(parent, "system")) == system
    True
    """
    files.write_folder(folder, _Contents(system))


def open_system(folder: Path) -> ProductSystem:
    """Return the system kept in `folder`, its columns mapped into memory and read-only.

    Lengths, types, sizes of files and every index are checked; fingerprints are not, see
    `verify_system`. Raises FileError with all problems. No example: `save_system` shows it.
    """
    with files.collecting(FileError) as problems:
        manifest = _manifest(folder, problems)
        columns = [
            _opened(folder, part, manifest, problems) for part in (ProcessColumns, ExchangeColumns)
        ]
        tables = _tables(manifest, problems)
        if not problems:
            processes, exchanges = ProcessColumns(**columns[0]), ExchangeColumns(**columns[1])
            system = ProductSystem(processes, exchanges, **tables)
            problems.extend(_range_problems(system))
    return system


def verify_system(folder: Path) -> None:
    """Raise FileError with every column whose file is not the one that was written.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from pcf.model.building import product_system
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     save_system(product_system([]), Path(parent, "system"))
    ...     verify_system(Path(parent, "system"))
    """
    with files.collecting(FileError) as problems:
        manifest = _manifest(folder, problems)
        for part in (ProcessColumns, ExchangeColumns):
            for name in _names(part):
                path, wanted = _path(folder, name), manifest.fingerprints[name]
                if not path.is_file() or fingerprint_file(path) != wanted:
                    problems.append(problem("column-altered", Where(file=path.name)))


class _Contents(Mapping[str, bytes]):
    """The files of a system, made one at a time while they are written; the manifest comes last."""

    def __init__(self, system: ProductSystem) -> None:
        self._columns = {
            name: getattr(part, name.partition(".")[2])
            for part in (system.processes, system.exchanges)
            for name in _names(type(part))
        }
        self._manifest: dict[str, Any] = {
            "form": FORM,
            "processes": len(system.processes),
            "exchanges": len(system.exchanges),
            "columns": {},
            "elementary": [asdict(flow) for flow in system.elementary],
            "sources": [asdict(source) for source in system.sources],
            "stages": list(system.stages),
        }

    def __len__(self) -> int:
        return len(self._columns) + 1

    def __iter__(self) -> Iterator[str]:
        yield from (f"{name}.npy" for name in self._columns)
        yield MANIFEST

    def __getitem__(self, name: str) -> bytes:
        if name == MANIFEST:
            return json.dumps(self._manifest, ensure_ascii=False, indent=1).encode()
        column = name.removesuffix(".npy")
        values = np.ascontiguousarray(self._columns[column])
        values = values.astype(values.dtype.newbyteorder("<"), copy=False)
        stream = io.BytesIO()
        np.lib.format.write_array(stream, values, allow_pickle=False)
        data = stream.getvalue()
        told = {"type": values.dtype.str, "length": len(values)}
        self._manifest["columns"][column] = {**told, "sha256": fingerprint_bytes(data)}
        return data


def _names(part: type[ProcessColumns | ExchangeColumns]) -> tuple[str, ...]:
    room = "processes" if part is ProcessColumns else "exchanges"
    return tuple(f"{room}.{field.name}" for field in fields(part))


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What the manifest says: the length of the parts, the type and fingerprint of each column."""

    lengths: Mapping[str, int]
    types: Mapping[str, str]
    fingerprints: Mapping[str, str]
    tables: Mapping[str, object]


def _manifest(folder: Path, problems: list[Problem]) -> _Manifest:
    read = files.read_json(folder / MANIFEST, problems, limits=_LIMITS)
    try:
        return _understood(read)
    except (KeyError, TypeError, ValueError):
        if not problems:
            problems.append(problem("columns-manifest", Where(file=MANIFEST), form=FORM))
        raise FileError(*problems) from None


def _understood(read: Any) -> _Manifest:  # noqa: ANN401 - a JSON document is any JSON value
    if read["form"] != FORM:
        raise ValueError
    lengths = {room: read[room] for room in ("processes", "exchanges")}
    if not all(type(length) is int and length >= 0 for length in lengths.values()):
        raise ValueError
    names = [*_names(ProcessColumns), *_names(ExchangeColumns)]
    columns = {name: read["columns"][name] for name in names}
    types, fingerprints = (
        {name: str(each[key]) for name, each in columns.items()} for key in ("type", "sha256")
    )
    tables = {name: read[name] for name in ("elementary", "sources", "stages")}
    return _Manifest(lengths, types, fingerprints, tables)


def _opened(
    folder: Path,
    part: type[ProcessColumns | ExchangeColumns],
    manifest: _Manifest,
    problems: list[Problem],
) -> dict[str, NDArray[Any]]:
    found = {}
    for name, field in zip(_names(part), fields(part), strict=True):
        path = _path(folder, name)
        told = manifest.types[name], manifest.lengths[name.partition(".")[0]]
        try:
            found[field.name] = _mapped(path, told, _TYPES[str(field.type)])
        except (OSError, ValueError, EOFError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problems.append(problem("column-unfit", Where(file=path.name), reason=reason))
    return found


def _mapped(path: Path, told: tuple[str, int], wanted: str) -> NDArray[Any]:
    """Return a column mapped into memory; raise ValueError or OSError where it does not fit."""
    values = np.lib.format.open_memmap(path, mode="r")
    kind = values.dtype
    text = wanted == "U" and kind.kind == "U" and kind.itemsize > 0
    if values.ndim != 1 or (kind.str, len(values)) != told or not (text or kind.str == wanted):
        raise ValueError(f"it holds {values.size} x {kind.str} and not {told[1]} x {told[0]}")
    if path.stat().st_size != values.offset + values.nbytes:
        raise ValueError("it is longer or shorter than its head says")
    return values.view(np.ndarray)


def _path(folder: Path, name: str) -> Path:
    path = files.safe_path(folder, f"{name}.npy")
    if path.exists() and not path.is_file():
        raise FileError(problem("file-not-a-file", Where(file=path.name)))
    return path


def _tables(manifest: _Manifest, problems: list[Problem]) -> dict[str, tuple[Any, ...]]:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - only where files come in

    kinds = {"elementary": ElementaryFlow, "sources": Source, "stages": str}
    found: dict[str, tuple[Any, ...]] = {}
    for name, kind in kinds.items():
        try:
            rows = TypeAdapter(list[kind]).validate_python(manifest.tables[name])  # type: ignore[valid-type]
            found[name] = tuple(rows)
        except ValidationError as error:
            reason = f"{error.errors()[0]['loc']}: {error.errors()[0]['msg']}"
            where = Where(file=MANIFEST, item=name)
            problems.append(problem("column-unfit", where, reason=reason))
    return found


def _range_problems(system: ProductSystem) -> Iterator[Problem]:
    """Yield every column that points out of what it points into."""
    own, each = system.processes, system.exchanges
    n, flows = len(own), len(system.elementary)
    most = np.where(each.kind == ELEMENTARY, flows, np.where(each.kind == INTERNAL, 0, n))
    ranges = {
        "processes.treats": _within(own.treats.view(np.int8), 0, 2),
        "processes.foreground": _within(own.foreground.view(np.int8), 0, 2),
        "processes.stages": _within(own.stages, -1, len(system.stages)),
        "processes.sources": _within(own.sources, -1, len(system.sources)),
        "exchanges.process": _within(each.process, 0, n)
        and bool((np.diff(each.process) >= 0).all()),
        "exchanges.kind": _within(each.kind, 0, len(KINDS)),
        "exchanges.target": bool(((each.target < most) & (each.target >= -1)).all()),
        "exchanges.direction": bool(np.isin(each.direction, (OUTPUT, INPUT)).all()),
        "exchanges.spread": _within(each.spread, -1, len(SPREAD_KINDS)),
        "exchanges.source": _within(each.source, -1, len(system.sources)),
        "exchanges.stage": _within(each.stage, -1, len(system.stages)),
        "exchanges.confidence": _within(each.confidence, -1, len(CONFIDENCES)),
    }
    for name, fits in ranges.items():
        if not fits:
            yield problem("column-range", Where(file=f"{name}.npy"))


def _within(values: NDArray[Any], first: int, end: int) -> bool:
    return bool(values.min(initial=first) >= first and values.max(initial=end - 1) < end)
