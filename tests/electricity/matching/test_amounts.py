"""Whole parts of a total: against plain fractions, at sizes where floating point fails."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.electricity.matching import pairing
from pcf.electricity.matching.amounts import in_order, in_proportion, to_a_level
from pcf.electricity.matching.pairing import in_shares, side_by_side
from pcf.electricity.matching.sorting import sorted_rows
from pcf.errors import ModelError

amounts = st.one_of(st.integers(1, 9), st.integers(1, 2**52))
cells = st.lists(st.lists(amounts, min_size=1, max_size=6), min_size=1, max_size=4)


def columns(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return amounts in one column, and where each cell begins."""
    starts = np.cumsum([0, *(len(each) for each in rows[:-1])])
    return np.array([energy for row in rows for energy in row]), starts


def largest_remainder(energy: list[int], total: int) -> list[int]:
    """Divide a total in proportion, with exact fractions."""
    quotas = [Fraction(each) * total / sum(energy) for each in energy]
    parts = [int(quota) for quota in quotas]
    order = sorted(range(len(energy)), key=lambda row: (parts[row] - quotas[row], row))
    for row in order[: total - sum(parts)]:
        parts[row] += 1
    return parts


@given(cells, st.data())
def test_in_proportion_is_the_largest_remainder(rows: list[list[int]], data: st.DataObject) -> None:
    totals = [data.draw(st.integers(0, sum(row))) for row in rows]
    energy, starts = columns(rows)
    found = in_proportion(energy, starts, np.array(totals))
    expected = [largest_remainder(row, total) for row, total in zip(rows, totals, strict=True)]
    assert found.tolist() == [part for row in expected for part in row]


@given(cells, st.data())
def test_in_order_gives_first_what_comes_first(rows: list[list[int]], data: st.DataObject) -> None:
    totals = [data.draw(st.integers(0, sum(row))) for row in rows]
    energy, starts = columns(rows)
    expected = []
    for row, total in zip(rows, totals, strict=True):
        left = total
        for each in row:
            expected.append(min(each, left))
            left -= expected[-1]
    assert in_order(energy, starts, np.array(totals)).tolist() == expected


@given(cells, st.data())
def test_a_level_is_as_even_as_it_can_be(rows: list[list[int]], data: st.DataObject) -> None:
    """Nobody gets two more than another who still wants some; sums are exact."""
    totals = [data.draw(st.integers(0, sum(row))) for row in rows]
    energy, starts = columns(rows)
    found = to_a_level(energy, starts, np.array(totals)).tolist()
    place = 0
    for row, total in zip(rows, totals, strict=True):
        parts = found[place : place + len(row)]
        place += len(row)
        assert sum(parts) == total
        assert all(0 <= part <= wanted for part, wanted in zip(parts, row, strict=True))
        short = [part for part, wanted in zip(parts, row, strict=True) if part < wanted]
        assert not short or max(parts) <= min(short) + 1


@settings(max_examples=60)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.data())
def test_side_by_side_is_what_it_is_by_hand(given_: list[int], data: st.DataObject) -> None:
    total = sum(given_)
    edges = sorted(data.draw(st.sets(st.integers(1, total), max_size=30)) | {total})
    got = np.diff([0, *edges])
    expected = []
    for unit in range(total):
        giver = int(np.searchsorted(np.cumsum(given_), unit, side="right"))
        taker = int(np.searchsorted(np.cumsum(got), unit, side="right"))
        if expected and expected[-1][:2] == [giver, taker]:
            expected[-1][2] += 1
        else:
            expected.append([giver, taker, 1, unit - sum(given_[:giver])])
    pieces = side_by_side(np.array(given_), got)
    assert np.array(pieces).T.tolist() == expected


@settings(max_examples=60)
@given(
    st.lists(st.tuples(cells.map(lambda rows: rows[0]), st.integers(0, 99)), min_size=1, max_size=3)
)
def test_in_shares_keeps_every_row_and_column(drawn: list[tuple[list[int], int]]) -> None:
    """Each cell is a matrix with exact sums, every entry within one and the largest of its row."""
    given_, givers, got, takers = [], [], [], []
    for cell, (row, cut) in enumerate(drawn):
        total = sum(row)
        parts = [part for part in (total * cut // 100, total - total * cut // 100) if part]
        given_ += row
        givers += [cell] * len(row)
        got += parts
        takers += [cell] * len(parts)
    pieces = in_shares(*(np.array(each) for each in (given_, givers, got, takers)))
    out, into = np.zeros(len(given_), dtype=np.int64), np.zeros(len(got), dtype=np.int64)
    np.add.at(out, pieces.giver, pieces.energy)
    np.add.at(into, pieces.taker, pieces.energy)
    assert (out.tolist(), into.tolist()) == (given_, got)
    order = np.lexsort((pieces.offset, pieces.giver))
    giver, offset, energy = (each[order] for each in (pieces.giver, pieces.offset, pieces.energy))
    follows = giver[1:] == giver[:-1]
    assert (offset[1:][follows] == (offset + energy)[:-1][follows]).all()
    assert all(givers[i] == takers[j] for i, j in zip(pieces.giver, pieces.taker, strict=True))


def test_too_many_shares_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "MOST_LEGS", 3)
    ones = np.ones(2, dtype=np.int64)
    with pytest.raises(ModelError, match="match-legs"):
        in_shares(ones, 0 * ones, ones, 0 * ones)


@given(
    st.lists(
        st.tuples(st.integers(-5, 5), st.integers(0, 2**40), st.integers(-(2**61), 2**61)),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 3),
)
def test_packed_keys_sort_as_their_columns_do(rows: list[tuple[int, ...]], count: int) -> None:
    keys = [np.array(column) for column in list(zip(*rows, strict=True))[:count]]
    assert sorted_rows(keys).tolist() == np.lexsort(tuple(reversed(keys))).tolist()
