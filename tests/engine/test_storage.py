"""Systems as folders of columns: read back equal, mapped, and refused when they do not fit."""

from __future__ import annotations

import json
import mmap
import os
import pickle
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf import text
from pcf.errors import FileError
from pcf.inventory.mapping import mapped, mapped_as
from pcf.inventory.storage import open_system, save_system, verify_system
from pcf.model.amounts import Source
from pcf.model.building import product_system
from pcf.model.coverage import Coverage, Period
from pcf.model.flows import ElementaryFlow
from pcf.model.processes import KINDS, unit_process
from pcf.testing import product_systems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pcf.model.systems import ProductSystem


@pytest.fixture
def system() -> ProductSystem:
    """Return a system that uses every column and every table."""
    sources = [
        Source("S1", "年鉴", locator="表 2", data_year=2024, confidence="primary", note="x" * 300),
        Source("S2", "a book"),
    ]
    smelter = unit_process(
        "电解",
        ("铝液", "1 t"),
        takes={"power": "13 MWh"},
        emits={"CO2": "1.5 t"},
        meters={"系列 1": "1 kWh"},
        stage="制造",
    )
    smelter = replace(
        smelter,
        name=text.Name(zh="电解", en="smelting"),
        coverage=Coverage("CN-GS", Period.read("2025")),
        source="S1",
    )
    ash = replace(unit_process("landfill", ("ash", "1 t"), treats=True), source="S2")
    return product_system([smelter, unit_process("power", "1 kWh"), ash], sources=sources)


@pytest.fixture
def folder(tmp_path: Path, system: ProductSystem) -> Path:
    place = tmp_path / "系统 1"
    save_system(system, place)
    return place


def test_a_system_reads_back_equal(system: ProductSystem, folder: Path) -> None:
    opened = open_system(folder)
    assert opened == system
    assert list(opened.rows()) == list(system.rows())
    verify_system(folder)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(product_systems())
def test_any_system_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, system: ProductSystem
) -> None:
    place = tmp_path_factory.mktemp("kept") / "system"
    save_system(system, place)
    assert open_system(place) == system


def test_columns_are_mapped_and_cannot_be_written(folder: Path) -> None:
    opened = open_system(folder)
    amounts = opened.exchanges.amount
    assert isinstance(amounts.base.obj, mmap.mmap)
    with pytest.raises(ValueError, match="read-only"):
        amounts[0] = 1.0


def test_no_flow_is_made_by_opening(
    folder: Path, monkeypatch: pytest.MonkeyPatch, system: ProductSystem
) -> None:
    """Thousands of them took longer than all else; what they say is checked as columns."""
    monkeypatch.delattr(ElementaryFlow, "__init__")
    opened = open_system(folder)
    monkeypatch.undo()
    assert opened.elementary == system.elementary
    assert opened.meters == system.meters == ("系列 1",)


def test_an_opened_system_can_be_pickled(folder: Path, system: ProductSystem) -> None:
    assert pickle.loads(pickle.dumps(open_system(folder))) == system  # noqa: S301 - our own


def test_a_folder_with_something_in_it_is_left_alone(system: ProductSystem, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError):
        save_system(system, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def codes(folder: Path, read: Callable[[Path], object] = open_system) -> set[str]:
    with pytest.raises(FileError) as caught:
        read(folder)
    return {problem.code for problem in caught.value.problems}


def column(folder: Path, name: str, values: np.ndarray) -> None:
    np.save(folder / f"{name}.npy", values, allow_pickle=True)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"\0"),
        lambda path: path.write_bytes(pickle.dumps([1.0, 2.0])),
        lambda path: path.write_bytes(b"PK\x03\x04" + bytes(100)),
        lambda path: path.write_bytes(b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 200),
        lambda path: np.save(path, np.load(path).astype(np.float32)),
        lambda path: np.save(path, np.load(path)[:-1]),
        lambda path: np.save(path, np.load(path)[:, None]),
        lambda path: np.save(path, np.array([{}, []], dtype=object), allow_pickle=True),
        lambda path: np.save(path, np.load(path).astype(">f8")),
    ],
)
def test_a_column_that_does_not_fit_is_refused(
    folder: Path, damage: Callable[[Path], object]
) -> None:
    damage(folder / "exchanges.amount.npy")
    assert codes(folder) <= {"column-unfit", "file-not-a-file"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exchanges.process", 99),
        ("exchanges.process", -1),
        ("exchanges.kind", 9),
        ("exchanges.target", 99),
        ("exchanges.target", -2),
        ("exchanges.direction", 0),
        ("exchanges.spread", 77),
        ("exchanges.source", 2),
        ("exchanges.stage", -5),
        ("exchanges.confidence", 5),
        ("processes.stages", 1),
        ("processes.sources", 2),
        ("processes.treats", True),
    ],
)
def test_an_index_that_leads_out_is_refused(folder: Path, name: str, value: int) -> None:
    path = folder / f"{name}.npy"
    values = np.load(path)
    if values.dtype == np.bool_:
        values.view(np.int8)[0] = 7
    else:
        values[0] = value
    np.save(path, values)
    assert codes(folder) == {"column-range"}


@pytest.mark.parametrize(
    ("flows", "others", "kind"), [(1, 3, "elementary"), (3, 1, "product"), (2, 2, "elementary")]
)
def test_a_target_is_counted_in_its_own_table(
    tmp_path: Path, flows: int, others: int, kind: str
) -> None:
    """A flow that is none, where there is a process of that number, and the reverse."""
    gases = dict.fromkeys(("CO2", "CH4, fossil", "N2O")[:flows], "1 kg")
    first = unit_process("0", "1 kg", takes={"0": "0.1 kg"}, emits=gases)
    system = product_system([first, *(unit_process(f"{k}", "1 kg") for k in range(1, others))])
    place = tmp_path / "system"
    save_system(system, place)
    assert open_system(place) == system
    path = place / "exchanges.target.npy"
    values = np.load(path)
    row = int(np.flatnonzero(system.exchanges.kind == KINDS.index(kind))[-1])
    values[row] = flows if kind == "elementary" else others
    np.save(path, values)
    assert codes(place) == {"column-range"}


def test_exchanges_out_of_order_are_refused(folder: Path) -> None:
    path = folder / "exchanges.process.npy"
    values = np.load(path)
    values[-1] = 1
    values[0] = 2
    np.save(path, values)
    assert codes(folder) == {"column-range"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("elementary.direction", "sideways"),
        ("elementary.role", "x"),
        ("elementary.line", "x"),
        ("sources.confidence", "x"),
        ("sources.data_year", "x"),
    ],
)
def test_a_word_that_the_model_does_not_know_is_refused(
    folder: Path, name: str, words: str
) -> None:
    path = folder / f"{name}.npy"
    values = np.load(path)
    values[:] = words
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["columns"][name]["type"] = values.dtype.str
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    np.save(path, values)
    assert codes(folder) == {"column-unfit"}


@pytest.mark.parametrize(
    "manifest",
    ["", "[]", "{}", '{"form": "pcf product system 2"}', '{"form": NaN}', "null", "[" * 9999],
)
def test_a_manifest_that_is_none_is_refused(folder: Path, manifest: str) -> None:
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    assert codes(folder) <= {
        "columns-manifest",
        "file-empty",
        "json-syntax",
        "document-number",
        "document-deep",
    }


def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.npy"
    inside = folder / "exchanges.amount.npy"
    inside.rename(outside)
    inside.symlink_to(outside)
    assert codes(folder) == {"path-outside"}


@pytest.mark.skipif(sys.platform == "win32", reason="no links without rights")
def test_a_link_within_the_folder_is_followed(folder: Path, system: ProductSystem) -> None:
    path = folder / "exchanges.amount.npy"
    path.rename(folder / "numbers.npy")
    path.symlink_to("numbers.npy")
    assert open_system(folder) == system


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    path = folder / "exchanges.amount.npy"
    path.unlink()
    os.mkfifo(path)
    assert codes(folder) == {"file-not-a-file"}


@pytest.mark.parametrize("length", [0, 1, 7, 70_000])
@pytest.mark.parametrize("kind", ["<f8", "<i4", "|i1", "|b1", "<M8[D]", "<U1", "<U300"])
def test_what_numpy_writes_is_known_by_its_head(tmp_path: Path, kind: str, length: int) -> None:
    path, values = tmp_path / "column.npy", np.zeros(length, dtype=kind)
    np.save(path, values)
    found = mapped_as(path, values.dtype, length)
    assert found is not None
    assert found.dtype == values.dtype
    assert np.array_equal(found, values)
    for other in ("<f4", "<i8", "<U2", "<M8[s]"):
        assert mapped_as(path, np.dtype(other), length) is None
    assert mapped_as(path, values.dtype, length + 1) is None
    with path.open("ab") as stream:
        stream.write(b"\0")
    assert mapped_as(path, values.dtype, length) is None


def test_a_head_that_ends_within_its_own_words_is_not_taken(tmp_path: Path) -> None:
    """Else the words of the head would be numbers."""
    path = tmp_path / "column.npy"
    np.save(path, np.zeros(2))
    data = bytearray(path.read_bytes())
    data[8:10] = (40).to_bytes(2, "little")
    path.write_bytes(data[: 10 + 40 + 16])
    assert mapped_as(path, np.dtype("<f8"), 2) is None
    with pytest.raises(ValueError, match="head"):
        mapped(path)


@pytest.mark.parametrize("head", [b"{'descr': '<f8', (", b"{'a': [", b"\n  x\n y", b"(" * 100])
def test_a_head_that_no_parser_reads_is_a_problem_like_others(folder: Path, head: bytes) -> None:
    path = folder / "exchanges.amount.npy"
    data = path.read_bytes()
    path.write_bytes(data[:10] + head.ljust(118) + data[128:])
    assert codes(folder) == {"column-unfit"}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([(2, "<f8"), (0, "<f8"), (2, "<U3")]),
    st.lists(st.tuples(st.integers(0, 150), st.integers(0, 255) | st.sampled_from(b" \n}'(),")))
    | st.just([(127, 32)])
    | st.just([(8, 117)]),
    st.integers(-20, 20),
)
def test_a_head_that_is_taken_is_read_the_same_by_numpy(
    tmp_path: Path, column: tuple[int, str], bytes_: list[tuple[int, int]], more: int
) -> None:
    """Whatever stands in the file, the comparison of heads takes nothing that the parser does not.

    What it leaves goes to the parser, which may read it yet.
    """
    length, kind = column
    path, values = tmp_path / "column.npy", np.zeros(length, dtype=kind)
    np.save(path, values)
    data = bytearray(path.read_bytes())
    for place, byte in bytes_:
        if place < len(data):
            data[place] = byte
    path.write_bytes(bytes(data[:more] if more < 0 else data + bytes(more)))
    found = mapped_as(path, values.dtype, length)
    if found is not None:
        read = mapped(path)
        assert found.dtype == read.dtype
        assert found.tobytes() == read.tobytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda head: head.replace(b", }", b"}  "),
        lambda head: head.replace(b"'", b'"'),
        lambda head: head.replace(b": False", b":False "),
        lambda head: head[:-2] + b"\n\n",
    ],
)
def test_a_head_in_other_words_is_parsed(
    folder: Path, system: ProductSystem, change: Callable[[bytes], bytes]
) -> None:
    path = folder / "exchanges.amount.npy"
    data = path.read_bytes()
    path.write_bytes(data[:10] + change(data[10:128]) + data[128:])
    assert open_system(folder) == system


@pytest.mark.parametrize("told", ["U", "<U0", "<U03", "|O", ">f8", "<f8", "<U99999999999", ""])
def test_a_type_that_no_column_of_text_has_is_refused(folder: Path, told: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["columns"]["stages.id"]["type"] = told
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert codes(folder) == {"column-unfit"}


def test_an_altered_number_is_found_by_its_fingerprint(folder: Path) -> None:
    path = folder / "exchanges.amount.npy"
    values = np.load(path)
    values[0] *= 1.0001
    np.save(path, values)
    open_system(folder)
    assert codes(folder, verify_system) == {"column-altered"}


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere") == {"file-missing"}
