"""Blocks, segments, texts and legs: what goes in comes out, and agrees with cell by cell."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.electricity.columns import Legs, Texts, consumption_rows, demand_columns, supply_columns
from pcf.electricity.facts import ConsumptionRecord, Leg, Lot, WhRange
from pcf.electricity.intervals import Interval, chinese_day, day_start
from pcf.electricity.ledger.blocks import block_digest, pack, unpack
from pcf.electricity.ledger.book import LotRows
from pcf.electricity.ledger.grouping import clashing, dense, overlapping
from pcf.electricity.ledger.memory import MemoryBook
from pcf.electricity.ledger.segments import Ranges, Segments, changed, covered, joined, tiles
from pcf.electricity.ledger.sets import among, distinct
from pcf.errors import LedgerError

whole = st.lists(st.integers(-(2**62), 2**62), max_size=40)
small = st.lists(st.integers(0, 12), max_size=30)


def column(values):
    return np.array(values, dtype=np.int64)


@given(st.dictionaries(st.text(max_size=5), st.one_of(whole, st.lists(st.text(max_size=3)))))
def test_a_block_comes_out_as_it_went_in(content):
    block = {
        name: Texts.of(rows) if rows and isinstance(rows[0], str) else column(rows)
        for name, rows in content.items()
    }
    found = unpack(pack(block))
    assert found.keys() == block.keys()
    for name, rows in block.items():
        if isinstance(rows, Texts):
            assert [found[name][row] for row in range(len(rows))] == content[name]
        else:
            assert found[name].tolist() == content[name]
    assert block_digest(found) == block_digest(block)


@given(whole, st.integers(0, 39), st.integers(1, 2**40))
def test_a_digest_knows_every_number_and_every_name(values, at, step):
    if not values:
        return
    other = list(values)
    other[at % len(values)] = other[at % len(values)] + step
    one = block_digest({"a": column(values)})
    assert one != block_digest({"a": column([int(np.int64(x)) for x in other])})
    assert one != block_digest({"b": column(values)})
    assert one != block_digest({"a": column(values), "b": column([])})


@pytest.mark.parametrize("spoil", ["cut", "longer", "text", "codes"])
def test_a_spoilt_block_is_refused(spoil):
    data = pack({"a": column([1, 2, 3]), "b": Texts.of(["x", "y", "x"])})
    plain = zlib.decompress(data)
    spoilt = {
        "cut": data[:-5],
        "longer": zlib.compress(plain + b"12345678"),
        "text": b"nothing of the kind",
        "codes": zlib.compress(plain[:-24] + b"\x09" * 24),
    }
    with pytest.raises(LedgerError):
        unpack(spoilt[spoil])


@st.composite
def lots(draw):
    """Draw lots as lists of one status a cell."""
    sizes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    return [[draw(st.integers(1, 3)) for _ in range(size)] for size in sizes]


def segments_of(cells):
    rows = []
    for lot, each in enumerate(cells, 1):
        start = 0
        for at in range(1, len(each) + 1):
            if at == len(each) or each[at] != each[start]:
                rows.append((lot, start, at, each[start]))
                start = at
    return Segments(*(column(each) for each in zip(*rows, strict=True)))


@given(lots(), st.data())
def test_cutting_marking_and_merging_agree_with_cells(cells, data):
    old = segments_of(cells)
    chosen = [
        (lot, at)
        for lot, each in enumerate(cells, 1)
        for at in range(len(each))
        if data.draw(st.booleans())
    ]
    if not chosen:
        return
    columns = zip(*((lot, at, at + 1) for lot, at in chosen), strict=True)
    ranges, disjoint = joined(*(column(each) for each in columns))
    assert disjoint
    inside = covered(old, ranges)
    assert sum(inside.high - inside.low) == len(chosen)
    new = changed(old, ranges, {1: 7, 2: 7, 3: 3})
    expected = [
        [{1: 7, 2: 7, 3: 3}[s] if (lot, at) in chosen else s for at, s in enumerate(each)]
        for lot, each in enumerate(cells, 1)
    ]
    for mine, right in zip(new.columns(), segments_of(expected).columns(), strict=True):
        assert mine.tolist() == right.tolist()
    sizes = column([len(each) for each in cells])
    assert tiles(new, column(range(1, len(cells) + 1)), sizes)
    assert not tiles(new, column(range(1, len(cells) + 1)), sizes + 1)


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 9), st.integers(1, 4)), min_size=1))
def test_joined_ranges_are_the_same_cells_and_know_whether_one_was_twice(rows):
    columns = zip(*((lot, low, low + size) for lot, low, size in rows), strict=True)
    found, disjoint = joined(*(column(each) for each in columns))
    cells = [(lot, at) for lot, low, size in rows for at in range(low, low + size)]
    mine = [
        (lot, at)
        for lot, low, high in zip(found.lot, found.low, found.high, strict=True)
        for at in range(low, high)
    ]
    assert sorted(set(cells)) == mine
    assert disjoint == (len(set(cells)) == len(cells))


@given(small, small)
def test_sets_agree_with_python(one, other):
    assert distinct(column(one)).tolist() == sorted(set(one))
    wanted = distinct(column(other))
    assert among(column(one), wanted).tolist() == [each in other for each in one]


@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**40)), min_size=1))
def test_numbers_of_rows_agree_with_python(rows):
    one, other = (column(each) for each in zip(*rows, strict=True))
    code, first = dense(one, other)
    ordered = sorted(set(rows))
    assert [ordered[each] for each in code.tolist()] == rows
    assert [rows[each] for each in first.tolist()] == ordered


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), min_size=1, max_size=8)


@given(spans)
def test_clashes_agree_with_every_pair(rows):
    start = column([low for low, _ in rows])
    end = column([low + size for low, size in rows])
    pairs = [
        (a, b)
        for a in range(len(rows))
        for b in range(len(rows))
        if a != b and start[a] < end[b] and start[b] < end[a]
    ]
    found = set(clashing(start, end).tolist())
    assert bool(found) == bool(pairs)
    assert found <= {a for a, _ in pairs}


@given(spans, st.lists(st.integers(1, 8), max_size=5))
def test_overlaps_with_what_is_there_agree_with_every_pair(rows, widths):
    old, at = [], 0
    for width in widths:
        old.append((at, at + width))
        at += width + width % 3
    start = column([low for low, _ in rows])
    end = column([low + size for low, size in rows])
    columns = (column([each[side] for each in old]) for side in (0, 1))
    found = overlapping(start, end, *columns).tolist()
    assert found == [
        row
        for row, (low, size) in enumerate(rows)
        if any(low < high and first < low + size for first, high in old)
    ]


def test_a_book_in_memory_finds_lots_by_number_position_and_span():
    """Over several chunks, added in pieces and out of order."""
    book = MemoryBook()
    count = 5000
    for part in np.array_split(np.arange(count), 3):
        rows = LotRows(part + 1, part % 3 + 1, part // 100 + 1, 10 * part, np.full(len(part), 10))
        book.add_lots(rows, np.full(len(part), 1))
    assert book.lots(column([1, 4000, 5001])).low.tolist() == [0, 39990]
    assert book.lots_between(1, 25, 95).low.tolist() == [30, 60, 90]
    assert book.lots_between(2, 10, 11).low.tolist() == [10]
    assert book.lots_in_spans(1, 2, 2).low.tolist() == list(range(1020, 2000, 30))
    old = book.segments(column([2047, 2048, 2049]))
    new = changed(old, Ranges(*map(column, ([2047, 2049], [5, 0], [10, 10]))), {1: 2})
    book.replace(old, new)
    assert book.segments(column([2047, 2048, 2049])).status.tolist() == [1, 2, 1, 2]
    assert len(book.all_segments()) == count + 1
    assert tiles(book.all_segments(), book.all_lots().number, book.all_lots().size)


def test_legs_and_records_come_back_as_they_were():
    hour = Interval.read("2025-03-01T00Z/2025-03-01T01Z")
    records = [
        ConsumptionRecord("M1", hour, 10, consumer="甲", line="L", evidence="bill 7", trial=True),
        ConsumptionRecord("M2", Interval.read("2025-03"), 20, within="M1", place="CN-GS"),
    ]
    assert consumption_rows(demand_columns(records)) == records
    legs = [
        Leg(WhRange("A", 5, 9, "GC"), records[0]),
        Leg(WhRange.of_serials("P", 1, 1), records[1]),
        Leg(WhRange("A", 9, 12, "GC"), records[1]),
    ]
    assert list(Legs.of(legs).rows()) == legs
    lot = Lot("A", 0, 9, "d", hour, scheme="GC", tradable=False)
    columns = supply_columns([lot])
    assert (columns.range(0), columns.tradable.tolist()) == (lot.range, [0])


@given(st.integers(-(10**9), 10**10))
def test_chinese_days_begin_at_sixteen_hours_utc(second):
    day = chinese_day(second)
    assert day_start(day) <= second < day_start(day) + 86400
    assert day_start(day) % 86400 == 57600


@pytest.mark.parametrize(
    ("written", "shown", "hours"),
    [
        ("2025", "2025", 8760),
        ("2024-02", "2024-02", 29 * 24),
        ("2025年3月", "2025-03", 744),
        ("2025-03-05", "2025-03-05/2025-03-05", 24),
        ("2025-01/2025-02", "2025-01-01/2025-02-28", 59 * 24),
        ("2025-03-01T00:00+08:00/2025-04-01T00:00+08:00", "2025-03", 744),
        ("2025-03-01T00Z/2025-03-01T01Z", "2025-03-01T00:00Z/2025-03-01T01:00Z", 1),
    ],
)
def test_intervals_are_read_and_shown(written, shown, hours):
    found = Interval.read(written)
    assert (str(found), found.seconds) == (shown, hours * 3600)
    assert Interval.read(str(found)) == found
