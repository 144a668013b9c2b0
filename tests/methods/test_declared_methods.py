"""Every method of materials and energy declares itself; every row of a table has its source."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

import pytest

from pcf import units
from pcf.methods import (
    balances,
    capture,
    chemistry,
    combustion,
    metals,
    power,
    transport,
    waste,
)
from pcf.methods.declaration import Method, Need, require
from pcf.methods.defaults import Completed, completed, spread_of
from pcf.methods.lookups import Parameter, read_table
from pcf.model.amounts import Amount

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PACKAGES = (balances, capture, chemistry, combustion, metals, power, transport, waste)
TABLES = ("chemistry", "combustion", "metals", "power", "waste")


def _modules() -> Iterator[ModuleType]:
    for package in PACKAGES:
        for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(each.name)


def _methods() -> list[Method]:
    found = [value for module in _modules() for value in vars(module).values()]
    return list({each.id: each for each in found if isinstance(each, Method)}.values())


METHODS = _methods()
methods = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
ROWS = [(table, row) for table in TABLES for row in read_table(table)]


@methods
def test_a_method_says_what_it_is_in_both_languages(method: Method) -> None:
    assert method.equation
    assert method.source
    assert method.returns.en
    assert method.returns.zh
    for name in (method.name, *(need.name for need in method.needs)):
        assert name.en, name
        assert any("\u4e00" <= each <= "\u9fff" for each in name.zh), name


@methods
def test_a_need_has_a_unit_of_the_list_or_words(method: Method) -> None:
    for need in method.needs:
        assert bool(need.unit) != bool(need.words), need.id
        if need.unit:
            assert units.unit(need.unit)
        assert need.high is None or need.low is None or need.low < need.high
    ids = [need.id for need in method.needs]
    assert len(ids) == len(set(ids))


@methods
def test_nothing_is_given_and_every_need_is_asked_for(method: Method) -> None:
    wanted = [need.id for need in method.needs if not need.optional]
    if not wanted:
        return
    with pytest.raises(Exception, match="method-need-missing") as caught:
        require(method)
    assert [each.facts["need"] for each in caught.value.problems] == wanted


def test_methods_have_ids_of_their_own() -> None:
    found = [
        (value.id, module.__name__, name)
        for module in _modules()
        for name, value in vars(module).items()
        if isinstance(value, Method) and not name.startswith("_")
    ]
    assert len({id_ for id_, _, _ in found}) == len(found)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_has_unit_source_and_a_range_around_its_value(table: str) -> None:
    for row in read_table(table):
        assert units.unit(row.unit), row
        assert row.source, row
        assert row.locator, row
        assert row.edition, row
        assert (row.low is None) == (row.high is None), row
        assert row.low is None or row.low <= row.value <= row.high, row
        assert row.confidence != "unverified" or row.note, row


@pytest.mark.parametrize("table", TABLES)
def test_no_two_rows_answer_the_same_question(table: str) -> None:
    asked = [(row.id, row.edition, *row.criteria.values()) for row in read_table(table)]
    assert len(asked) == len(set(asked))


def test_a_table_of_numbers_holds_no_path_of_a_machine() -> None:
    for table, row in ROWS:
        for text in (row.source, row.locator, row.note):
            assert "://" not in text, (table, row.id)


PROBE = Method(
    "probe",
    METHODS[0].name,
    (Need("rate", METHODS[0].name, "kg", optional=True),),
    METHODS[0].returns,
    "x",
    "x",
    (),
)


def test_a_default_in_another_kind_of_unit_is_refused() -> None:
    with pytest.raises(Exception, match="method-default-unit"):
        completed(
            require(PROBE), "combustion", {"rate": "oxidation"}, edition="2006", fuel="diesel"
        )


def test_ranges_add_in_squares_and_stop_at_zero() -> None:
    found = Completed({"a": 3.0, "b": 4.0}, {"a": (0.0, 6.0), "b": (0.0, 8.0)})
    spread = spread_of(lambda values: values["a"] + values["b"], found)
    assert (spread.low, spread.high) == (2.0, 12.0)
    small = Completed({"a": 1.0}, {"a": (0.0, 5.0)})
    assert spread_of(lambda values: 2 * values["a"] - 1, small).low == 0.0
    assert spread_of(lambda values: values["a"], Completed({"a": 1.0})) is None
    assert spread_of(lambda _: 1.0, small) is None


def test_a_measured_value_needs_no_row() -> None:
    given = require(PROBE, rate=Amount(2.0, "t"))
    found = completed(given, "combustion", {"rate": "no such row"}, edition="never")
    assert (found["rate"], found.parameters, found.findings) == (2000.0, (), ())


def test_parameters_of_tables_are_values() -> None:
    assert all(isinstance(row, Parameter) for _, row in ROWS)
