"""Flows as columns of text: the same as the tuple of their rows, for whoever uses them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import text
from pcf.errors import ModelError
from pcf.model.flow_table import COLUMNS, FlowTable, words_of
from pcf.model.flows import LINES, ElementaryFlow, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=5)
FLOWS = st.builds(
    ElementaryFlow,
    id=WORDS,
    name=st.builds(text.Name, WORDS, WORDS),
    unit=WORDS,
    gas=WORDS,
    origin=WORDS,
    line=st.sampled_from(LINES),
    direction=st.sampled_from(["output", "input"]),
    role=st.sampled_from(get_args(Role)),
    source=WORDS,
)


def columns_of(flows: Sequence[ElementaryFlow]) -> dict[str, np.ndarray]:
    rows = [
        (f.id, f.name.en, f.name.zh, f.unit, f.gas, f.origin, f.line, f.direction, f.role, f.source)
        for f in flows
    ]
    return {name: np.array([row[k] for row in rows], np.str_) for k, name in enumerate(COLUMNS)}


def table_of(flows: Sequence[ElementaryFlow]) -> FlowTable:
    return FlowTable(columns_of(flows))


@given(st.lists(FLOWS, max_size=6).map(tuple))
def test_a_table_is_as_good_as_the_tuple(flows: tuple[ElementaryFlow, ...]) -> None:
    table = table_of(flows)
    assert table == flows
    assert flows == table
    assert table == table_of(flows)
    assert hash(table) == hash(flows)
    assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301 - our own
    assert (tuple(table), len(table), bool(table)) == (flows, len(flows), bool(flows))
    assert tuple(reversed(table)) == flows[::-1]
    for part in (slice(None), slice(1, 3), slice(None, None, -1), slice(-2, 99)):
        assert table[part] == flows[part]
    for k, flow in enumerate(flows):
        assert table[k] == table[np.int32(k)] == table[k - len(flows)] == flow
        assert flow in table
        assert table.index(flow) == flows.index(flow)
    assert table.columns["zh"].tolist() == [flow.name.zh for flow in flows]
    for name in ("id", "unit", "line", "direction", "role"):
        assert words_of(table, name).tolist() == words_of(flows, name).tolist()
        assert words_of(flows, name).tolist() == [getattr(flow, name) for flow in flows]


@given(st.lists(FLOWS, min_size=1, max_size=4), FLOWS, st.data())
def test_a_table_with_another_row_is_another(
    flows: list[ElementaryFlow], other: ElementaryFlow, data: st.DataObject
) -> None:
    changed = list(flows)
    changed[data.draw(st.integers(0, len(flows) - 1))] = other
    same = changed == flows
    assert (table_of(changed) == table_of(flows)) is same
    assert (table_of(changed) == tuple(flows)) is same
    assert table_of(flows) != table_of(flows[1:])
    assert table_of(flows) != flows  # a tuple is no list either


def test_a_row_is_made_once_and_only_where_it_is_asked_for() -> None:
    table = table_of([ElementaryFlow("a"), ElementaryFlow("b")])
    assert table[1] is table[-1]
    assert next(iter(table)) is table[0]


@pytest.mark.parametrize("position", [2, -3])
def test_a_row_that_is_not_there_is_an_error(position: int) -> None:
    with pytest.raises(IndexError):
        table_of([ElementaryFlow("a"), ElementaryFlow("b")])[position]


@pytest.mark.parametrize("name", ["line", "direction", "role"])
@pytest.mark.parametrize("word", ["", "sideways", "Output", "fossil ", "meters", "output\n"])
@pytest.mark.parametrize("places", [(0,), (4,), (2, 3)])
def test_an_unknown_word_is_refused_before_a_row_is_asked_for(
    name: str, word: str, places: tuple[int, ...]
) -> None:
    columns = columns_of([ElementaryFlow(f"flow {k}") for k in range(5)])
    columns[name] = columns[name].astype("<U20")
    columns[name][list(places)] = word
    with pytest.raises((ModelError, ValueError)) as caught:
        FlowTable(columns)
    said = str(caught.value)
    assert f"flow {places[0]}" in said if name == "line" else repr(word) in said
