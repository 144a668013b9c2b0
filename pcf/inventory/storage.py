"""How a large product system is kept: its columns as files, opened without being read.

A folder holds one `.npy` file a column, and `manifest.json`: how long the columns are, and the type
and fingerprint of each. The tables of flows, sources, stages and origins are columns of text.
Opened, columns are mapped into memory: 20,000 processes and 640,000 exchanges cost no Python object
each. Nothing in such a folder is ever run: no pickles, and sizes are checked first.
"""

from __future__ import annotations

import io
import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pcf import files
from pcf.digest import fingerprint_bytes, fingerprint_file
from pcf.errors import FileError, ModelError, Problem, Where, problem
from pcf.inventory.mapping import mapped, mapped_as, release
from pcf.model import flow_table
from pcf.model.amounts import CONFIDENCES, SPREAD_KINDS, Source
from pcf.model.flow_table import FlowTable
from pcf.model.processes import KINDS
from pcf.model.systems import (
    ELEMENTARY,
    INPUT,
    OUTPUT,
    ExchangeColumns,
    ProcessColumns,
    ProductSystem,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pcf.model.flows import ElementaryFlow

Row = TypeVar("Row")

FORM = "pcf product system 2"
MANIFEST = "manifest.json"
_TYPES = {
    "NDArray[np.str_]": "U",
    "NDArray[np.float64]": "<f8",
    "NDArray[np.int32]": "<i4",
    "NDArray[np.int8]": "|i1",
    "NDArray[np.bool_]": "|b1",
    "NDArray[np.datetime64]": "<M8[D]",
}
_TEXT = re.compile("<U[1-9][0-9]{0,5}")
_ORIGIN = ("set", "edition")
_SOURCE = tuple(field.name for field in fields(Source))
_WANTED: dict[str, dict[str, str]] = {
    "processes": {field.name: _TYPES[str(field.type)] for field in fields(ProcessColumns)},
    "exchanges": {field.name: _TYPES[str(field.type)] for field in fields(ExchangeColumns)},
    "elementary": dict.fromkeys(flow_table.COLUMNS, "U"),
    "sources": dict.fromkeys(_SOURCE, "U"),
    "stages": {"id": "U"},
    "origins": dict.fromkeys(_ORIGIN, "U"),
}
"""The type of every column of every part."""


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
        columns = {part: _opened(folder, part, manifest, problems) for part in _WANTED}
        if not problems:
            system = _joined(columns, problems)
        if not problems:
            problems.extend(_range_problems(system))
    release(system)
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
        for name, wanted in manifest.fingerprints.items():
            path = _path(folder, name)
            if not path.is_file() or fingerprint_file(path) != wanted:
                problems.append(problem("column-altered", Where(file=path.name)))


class _Contents(Mapping[str, bytes]):
    """The files of a system, made one at a time while they are written; the manifest comes last."""

    def __init__(self, system: ProductSystem) -> None:
        parts = {
            "processes": _of(system.processes),
            "exchanges": _of(system.exchanges),
            "elementary": _listed(flow_table.COLUMNS, map(_flow_row, system.elementary)),
            "sources": _listed(_SOURCE, map(_source_row, system.sources)),
            "stages": _listed(("id",), ((stage,) for stage in system.stages)),
            "origins": _listed(_ORIGIN, iter(system.origins)),
        }
        self._columns = {
            f"{part}.{name}": values for part, row in parts.items() for name, values in row.items()
        }
        lengths = {part: len(next(iter(row.values()))) for part, row in parts.items()}
        self._manifest: dict[str, Any] = {"form": FORM, "lengths": lengths, "columns": {}}

    def __len__(self) -> int:
        return len(self._columns) + 1

    def __iter__(self) -> Iterator[str]:
        yield from (f"{name}.npy" for name in self._columns)
        yield MANIFEST

    def __getitem__(self, name: str) -> bytes:
        if name == MANIFEST:
            return json.dumps(self._manifest, indent=1).encode()
        column = name.removesuffix(".npy")
        values = np.ascontiguousarray(self._columns[column])
        values = values.astype(values.dtype.newbyteorder("<"), copy=False)
        stream = io.BytesIO()
        np.lib.format.write_array(stream, values, allow_pickle=False)
        data = stream.getvalue()
        told = {"type": values.dtype.str, "sha256": fingerprint_bytes(data)}
        self._manifest["columns"][column] = told
        return data


def _of(columns: ProcessColumns | ExchangeColumns) -> dict[str, NDArray[Any]]:
    return {field.name: getattr(columns, field.name) for field in fields(columns)}


def _listed(names: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> dict[str, NDArray[np.str_]]:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {
        name: np.array(column, dtype=np.str_) for name, column in zip(names, columns, strict=True)
    }


def _flow_row(flow: ElementaryFlow) -> tuple[str, ...]:
    rest = (flow.unit, flow.gas, flow.origin, flow.line, flow.direction, flow.role, flow.source)
    return (flow.id, flow.name.en, flow.name.zh, *rest)


def _source_row(source: Source) -> tuple[str, ...]:
    values = (getattr(source, name) for name in _SOURCE)
    return tuple("" if value is None else str(value) for value in values)


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What the manifest says: lengths of parts, types and fingerprints of columns."""

    lengths: Mapping[str, int]
    types: Mapping[str, str]
    fingerprints: Mapping[str, str]


def _manifest(folder: Path, problems: list[Problem]) -> _Manifest:
    read = files.read_json(folder / MANIFEST, problems)
    try:
        return _understood(read)
    except (KeyError, TypeError, ValueError):
        if not problems:
            problems.append(problem("columns-manifest", Where(file=MANIFEST), form=FORM))
        raise FileError(*problems) from None


def _understood(read: Any) -> _Manifest:  # noqa: ANN401 - a JSON document is any JSON value
    lengths = {part: read["lengths"][part] for part in _WANTED}
    if read["form"] != FORM or not all(type(length) is int for length in lengths.values()):
        raise ValueError
    names = [f"{part}.{name}" for part, row in _WANTED.items() for name in row]
    columns = {name: read["columns"][name] for name in names}
    types, fingerprints = (
        {name: str(each[key]) for name, each in columns.items()} for key in ("type", "sha256")
    )
    return _Manifest(lengths, types, fingerprints)


def _opened(
    folder: Path, part: str, manifest: _Manifest, problems: list[Problem]
) -> dict[str, NDArray[Any]]:
    found = {}
    for name, kind in _WANTED[part].items():
        path = _path(folder, f"{part}.{name}")
        told = manifest.types[f"{part}.{name}"], manifest.lengths[part]
        try:
            found[name] = _mapped(path, told, kind)
        except (OSError, ValueError, EOFError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problems.append(problem("column-unfit", Where(file=path.name), reason=reason))
    return found


def _mapped(path: Path, told: tuple[str, int], wanted: str) -> NDArray[Any]:
    """Return a column mapped into memory; raise ValueError or OSError where it does not fit."""
    if _TEXT.fullmatch(told[0]) if wanted == "U" else told[0] == wanted:
        found = mapped_as(path, np.dtype(told[0]), told[1])
        if found is not None:
            return found
    values = mapped(path)
    kind = values.dtype
    is_text = wanted == "U" and kind.kind == "U" and kind.itemsize > 0
    if values.ndim != 1 or (kind.str, len(values)) != told or not (is_text or kind.str == wanted):
        raise ValueError(f"it holds {values.size} x {kind.str} and not {told[1]} x {told[0]}")
    return values


def _path(folder: Path, name: str) -> Path:
    """Return where a column stands; a link must not lead out of the folder, nor to a device."""
    path = folder / f"{name}.npy"
    if _is_plain(path):  # one question where all is well
        return path
    if path.is_symlink():
        path = files.safe_path(folder, path.name)
    if path.exists() and not path.is_file():
        raise FileError(problem("file-not-a-file", Where(file=path.name)))
    return path


def _is_plain(path: Path) -> bool:
    """Return whether a file stands there itself: no link, no folder, no device."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _joined(
    columns: Mapping[str, dict[str, NDArray[Any]]], problems: list[Problem]
) -> ProductSystem:
    return ProductSystem(
        ProcessColumns(**columns["processes"]),
        ExchangeColumns(**columns["exchanges"]),
        _flows(columns["elementary"], problems),
        _rows("sources", columns, _source, problems),
        _rows("stages", columns, lambda id_: id_, problems),
        _rows("origins", columns, lambda *origin: origin, problems),
    )


def _flows(
    columns: Mapping[str, NDArray[Any]], problems: list[Problem]
) -> Sequence[ElementaryFlow]:
    try:
        return FlowTable(columns)
    except (ValueError, ModelError) as error:
        problems.append(problem("column-unfit", Where(file="elementary.*.npy"), reason=error))
        return ()


def _rows(
    part: str,
    columns: Mapping[str, dict[str, NDArray[Any]]],
    made: Callable[..., Row],
    problems: list[Problem],
) -> tuple[Row, ...]:
    lists = [column.tolist() for column in columns[part].values()]
    try:
        return tuple(made(*row) for row in zip(*lists, strict=True))
    except (ValueError, ModelError) as error:
        problems.append(problem("column-unfit", Where(file=f"{part}.*.npy"), reason=error))
        return ()


def _source(*values: Any) -> Source:  # noqa: ANN401 - text, checked by the value itself
    row = dict(zip(_SOURCE, values, strict=True))
    return Source(**{**row, "data_year": int(row["data_year"]) if row["data_year"] else None})


def _range_problems(system: ProductSystem) -> Iterator[Problem]:
    """Yield every column that points out of what it points into."""
    own, each = system.processes, system.exchanges
    n, flows = len(own), len(system.elementary)
    ranges: dict[str, tuple[NDArray[Any], int, int]] = {
        "processes.treats": (own.treats.view(np.int8), 0, 2),
        "processes.foreground": (own.foreground.view(np.int8), 0, 2),
        "processes.stages": (own.stages, -1, len(system.stages)),
        "processes.sources": (own.sources, -1, len(system.sources)),
        "processes.origins": (own.origins, -1, len(system.origins)),
        "exchanges.process": (each.process, 0, n),
        "exchanges.kind": (each.kind, 0, len(KINDS)),
        "exchanges.target": (each.target, -1, max(n, flows)),
        "exchanges.spread": (each.spread, -1, len(SPREAD_KINDS)),
        "exchanges.source": (each.source, -1, len(system.sources)),
        "exchanges.stage": (each.stage, -1, len(system.stages)),
        "exchanges.confidence": (each.confidence, -1, len(CONFIDENCES)),
    }
    wrong = {name for name, column in ranges.items() if not _within(*column)}
    release(system)  # what one check has read, the next need not keep
    if not (each.process[1:] >= each.process[:-1]).all():
        wrong.add("exchanges.process")
    if not ((each.direction == OUTPUT) | (each.direction == INPUT)).all():
        wrong.add("exchanges.direction")
    elementary = each.kind == ELEMENTARY
    beyond = (elementary & (each.target >= flows)) | (~elementary & (each.target >= n))
    if beyond.any():
        wrong.add("exchanges.target")
    for name in sorted(wrong):
        yield problem("column-range", Where(file=f"{name}.npy"))


def _within(values: NDArray[Any], first: int, end: int) -> bool:
    return bool(values.min(initial=first) >= first and values.max(initial=end - 1) < end)
