"""What is changed behind the ledger's back is found; the database itself guards I1, I4 and I5."""
# ruff: noqa: S608 - names of tables come from the schema itself

from __future__ import annotations

import base64
import json
import random
import shutil
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.digest import canonical
from pcf.electricity.facts import AttributeExclusion, Facts, ProductionRecord, Reliance, Settlement
from pcf.electricity.ledger import Ledger, open_ledger, replay
from pcf.electricity.ledger import ledger as ledger_module
from pcf.electricity.ledger.database import connect
from pcf.electricity.ledger.log import Event
from pcf.electricity.ledger.storage import events
from pcf.errors import LedgerError, PcfError

if TYPE_CHECKING:
    from pathlib import Path

TABLES = {
    "event": 10,
    "head": 3,
    "span": 3,
    "device": 3,
    "source": 3,
    "issue": 7,
    "slice": 10,
    "settlement": 3,
    "cancellation": 3,
    "claim": 5,
    "voided": 3,
    "exclusion": 2,
    "reliance": 4,
    "status": 7,
    "lot": 5,
    "position": 7,
    "production": 3,
    "consumption": 7,
}
"""Every table and how many of its columns say something: a new one must be thought of here."""

NO_HISTORY = {("head", "token")}  # a counter of batches, from which nothing follows
FOLLOWS = {("position", "before"), ("position", "after"), ("position", "size")}
"""Guards that repeat the other columns; the database itself holds them equal."""


@pytest.fixture
def full(file_ledger: Ledger, plant) -> Ledger:
    """Return a ledger with at least one row in every table."""
    ledger, green = file_ledger, plant.meter("M1", 5_000_000)
    ledger.record(
        Facts(
            productions=(ProductionRecord("t", plant.march, 5),),
            exclusions=(AttributeExclusion("VCS", "t", plant.march, number="V1"),),
            consumptions=(plant.meter("site", 9), plant.meter("part", 5, within="site")),
        )
    )
    ledger.record(
        Settlement("S1", plant.day, plant.firm, plant.other, (plant.wh(900, 1000),)), key="a sale"
    )
    ledger.record(plant.record(plant.wh(0, 100), plant.gec(1, 3)))
    ledger.commit(plant.claim("K1", (plant.gec(1, 1), green)))
    legs = [(plant.gec(2, 3), green), (plant.wh(0, 5), plant.meter("part", 5, within="site"))]
    ledger.commit(plant.claim("K2", *legs))
    ledger.record(Facts(reliances=(Reliance("cathode", "K2"),)))
    ledger.record(plant.move("withdraw", plant.gec(1, 1)))
    assert ledger.audit().ok
    return ledger


@pytest.fixture
def copied(full, tmp_path):
    """Return a maker of copies of the full ledger: (path, connection without any guard)."""
    log = tmp_path / "log.jsonl"
    full.export(log)
    replay(log, tmp_path / "original.db").close()

    def make(name: str) -> tuple[Path, sqlite3.Connection]:
        path = tmp_path / f"{name}.db"
        shutil.copy(tmp_path / "original.db", path)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA ignore_check_constraints=ON")
        return path, connection

    return make


def is_found(path: Path) -> bool:
    """Tell whether the ledger at a path is refused, or its audit finds something."""
    try:
        with open_ledger(path) as ledger:
            return not ledger.audit().ok
    except PcfError:
        return True


def other_value(value: object) -> object:
    if value is None:
        return 1
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, int):
        return value + 1000
    return f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}" if value else "x"


def columns_of(connection, table):
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def test_every_table_is_known_here(full):
    tables = full._database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    assert {name for (name,) in tables if not name.startswith("sqlite_")} == set(TABLES)
    for table, count in TABLES.items():
        rows = full._database.rows(f"SELECT * FROM {table}")
        assert rows, f"{table} has no row: the tests below would say nothing"
        assert len(rows[0]) - (table == "head") == count, f"{table} has other columns"


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_changed_cell_is_found(copied, table):
    """Each column of each table, in its first and in its last row."""
    _, look = copied("look")
    names = columns_of(look, table)
    total = look.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
    look.close()
    for column in names:
        if (table, column) in NO_HISTORY | FOLLOWS or column == "one":
            continue
        for offset in {0, total - 1}:
            path, connection = copied(f"{table} {column} {offset}")
            row = connection.execute(f"SELECT * FROM {table} LIMIT 1 OFFSET {offset}").fetchone()
            found = dict(zip(names, row, strict=True))
            where = " AND ".join(f"{name} IS ?" for name in names)
            query = f"UPDATE {table} SET {column} = ? WHERE {where}"
            with connection:
                done = connection.execute(query, (other_value(found[column]), *row))
            connection.close()
            assert done.rowcount == 1
            assert is_found(path), f"{table}.{column} of row {offset}"


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"head"}))
def test_a_row_left_out_is_found(copied, table):
    path, connection = copied("left out")
    key = columns_of(connection, table)[0]
    with connection:
        connection.execute(f"DELETE FROM {table} WHERE {key} = (SELECT MAX({key}) FROM {table})")
    connection.close()
    assert is_found(path)


def test_events_cut_off_with_the_head_moved_back_are_found(copied):
    path, connection = copied("cut")
    with connection:
        connection.execute("DELETE FROM event WHERE sequence = (SELECT MAX(sequence) FROM event)")
        connection.execute(
            "UPDATE head SET (sequence, digest) = "
            "(SELECT sequence, digest FROM event ORDER BY sequence DESC LIMIT 1)"
        )
    connection.close()
    assert is_found(path)


def test_a_log_rewritten_with_all_its_digests_differs_from_an_export(full, tmp_path, copied):
    """Nobody can see that from inside; whoever kept the head, or an export, can."""
    log = tmp_path / "log.jsonl"
    full.export(log)
    forged, previous = [], "0" * 64
    path, connection = copied("forged")
    connection.close()
    database = connect(path)
    for event in events(database):
        body = event.body.replace(
            f'"beneficiary":"{"示例铝业有限公司"}"', '"beneficiary":"示例铝业"'
        )
        columns = [*event.columns()]
        columns[3], columns[8] = body, previous
        made = Event(*columns[:-1], digest="")
        made = Event(*columns[:-1], digest=made.expected_digest())
        previous = made.digest
        forged.append(made)
    database.close()
    rows = []
    for event in forged:
        names = ("sequence", "key", "request", "body", "block", "content")
        names += ("result", "recorded", "previous", "digest")
        row = dict(zip(names, event.columns(), strict=True))
        rows.append(canonical(row | {"block": base64.b64encode(event.block).decode()}))
    (tmp_path / "forged.jsonl").write_bytes(b"\n".join([*rows, b""]))
    audit = full.audit(tmp_path / "forged.jsonl")
    assert not audit.ok


def test_an_export_with_one_digit_changed_is_refused(full, tmp_path):
    log = tmp_path / "log.jsonl"
    full.export(log)
    text = log.read_text(encoding="utf-8")
    rng = random.Random(5)  # noqa: S311 - which digits, no secret
    for at in rng.sample([i for i, each in enumerate(text) if each.isdigit()], 60):
        digit = str((int(text[at]) + 1) % 10)
        log.write_text(text[:at] + digit + text[at + 1 :], encoding="utf-8")
        with pytest.raises(PcfError):
            replay(log, tmp_path / f"{at}.db")
        assert not full.audit(log).ok


def test_lines_of_an_export_swapped_left_out_or_doubled_are_refused(full, tmp_path):
    log = tmp_path / "log.jsonl"
    full.export(log)
    lines = log.read_text(encoding="utf-8").splitlines()
    wrong = (
        [*lines[:3], lines[4], lines[3], *lines[5:]],
        [*lines[:3], *lines[4:]],
        [*lines[:4], *lines[3:]],
        lines[1:],
        [*lines[:2], "{}", *lines[2:]],
        [*lines[:2], "not JSON", *lines[2:]],
    )
    for number, each in enumerate(wrong):
        log.write_text("\n".join(each), encoding="utf-8")
        with pytest.raises(PcfError):
            replay(log, tmp_path / f"{number}.db")


def test_an_export_with_another_result_is_refused(full, tmp_path):
    """Even with right digests: an event done again must come out as it was."""
    log = tmp_path / "log.jsonl"
    full.export(log)
    lines, previous = [], "0" * 64
    for line in log.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        row["previous"] = previous
        row["result"] = row["result"].replace('"footprints":["cathode"]', '"footprints":[]')
        row["result"] = (
            row["result"].replace("[]", "[ ]") if row["sequence"] == 3 else row["result"]
        )
        bare = {**row, "block": b"", "digest": ""}
        row["digest"] = previous = Event(**bare).expected_digest()
        lines.append(canonical(row).decode())
    log.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(LedgerError) as refused:
        replay(log, tmp_path / "again.db")
    assert refused.value.problems[0].code == "ledger-replay"


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=3,
)


def places_in(value, path=()):
    """Return the paths to everything in a JSON value."""
    inner = dict(enumerate(value)) if isinstance(value, list) else value
    found = [path] if path else []
    for key, each in inner.items() if isinstance(inner, dict) else ():
        found += places_in(each, (*path, key))
    return found


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forged_log_is_refused_or_makes_a_sound_ledger(full, tmp_path, data):
    """Anything may stand in an event of a stranger, under right digests: no other error comes."""
    log = tmp_path / "log.jsonl"
    full.export(log)
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    row = data.draw(st.sampled_from(rows))
    body = json.loads(row["body"])
    *path, last = data.draw(st.sampled_from([p for p in places_in(body) if len(p) > 1]))
    inner = body
    for key in path:
        inner = inner[key]
    if isinstance(inner, dict) and data.draw(st.booleans()):
        del inner[last]
    else:
        inner[last] = data.draw(JSON)
    row["body"] = canonical(body).decode()
    previous = "0" * 64
    for each in rows:
        each["previous"] = previous
        bare = {**each, "block": b"", "digest": ""}
        each["digest"] = previous = Event(**bare).expected_digest()
    log.write_text("\n".join(canonical(each).decode() for each in rows), encoding="utf-8")
    forged = tmp_path / f"{len(list(tmp_path.iterdir()))} forged.db"
    try:
        with replay(log, forged) as again:
            assert again.audit().ok
    except PcfError:
        full.audit(log)


def test_flipped_bytes_of_the_file_never_change_what_it_says(copied):
    """Refused, found by the audit, or in a place that says nothing: never another answer."""
    original, connection = copied("bytes")
    connection.close()
    with open_ledger(original) as ledger:
        truth = (ledger.head, ledger.totals(), ledger.claims())
    data = original.read_bytes()
    rng = random.Random(7)  # noqa: S311 - which bytes, no secret
    for at in rng.sample(range(len(data)), 60):
        flipped = bytearray(data)
        flipped[at] ^= 1 << rng.randrange(8)
        original.write_bytes(flipped)
        try:
            with open_ledger(original, read_only=True) as ledger:
                if ledger.audit().ok:
                    assert (ledger.head, ledger.totals(), ledger.claims()) == truth, at
        except PcfError:
            pass


@pytest.mark.parametrize(
    "statement",
    [
        # I1: a gap, an overlap, a range beyond its lot, a lot without ranges, a second whole.
        "DELETE FROM position WHERE lot = 1 AND low = 0",
        "DELETE FROM position WHERE lot = 1",
        "UPDATE position SET high = high + 1, after = after + 1 WHERE lot = 1 AND low = 0",
        "UPDATE position SET high = 1001 WHERE lot = 1 AND high = 1000",
        "UPDATE lot SET size = 999 WHERE number = 1",
        ("INSERT INTO position (lot, low, high, size, before, after, status) "
        "VALUES (1, 50, 60, 1000, 50, 60, 1)"),
        # I4: a second claim for a watt-hour is a second range; a claim without a cancellation.
        ("INSERT INTO position (lot, low, high, size, before, after, status) "
        "VALUES (1, 0, 100, 1000, NULL, 100, 1)"),
        ("INSERT INTO status (number, state, owner, trades, settlement, cancellation, claim) "
        "VALUES (99, 'claimed', '甲', 0, 0, 0, 1)"),
        ("INSERT INTO status (number, state, owner, trades, settlement, cancellation, claim) "
        "VALUES (99, 'active', '甲', 0, 0, 0, 1)"),
        # I5, I10.
        "UPDATE consumption SET claimed = energy + 1 WHERE number = 1",
        "UPDATE consumption SET claimed = -1 WHERE number = 1",
        "UPDATE consumption SET parts = energy + 1 WHERE number = 1",
        # One event after another.
        ("UPDATE event SET previous = (SELECT previous FROM event WHERE sequence = 2) "
        "WHERE sequence = 3"),
    ],
)  # fmt: skip
def test_the_database_itself_refuses(ledger, plant, statement):
    ledger.record(plant.record(plant.wh(0, 100)))
    database = ledger._database

    def write():
        database.rows(statement)
        database.commit()

    database.begin(write=True)
    with pytest.raises(LedgerError) as refused:
        write()
    database.rollback()
    assert refused.value.problems[0].code == "ledger-constraint"
    assert ledger.audit().ok


def test_a_writer_that_was_overtaken_is_fenced(ledger, plant, monkeypatch):
    """Another writer's token appears between the beginning and the end of a batch."""
    original = ledger_module.perform

    def overtaken(book, entries, sequence):
        outcome = original(book, entries, sequence)
        book.database.rows("UPDATE head SET token = token + 1")
        return outcome

    monkeypatch.setattr(ledger_module, "perform", overtaken)
    head = ledger.head
    with pytest.raises(LedgerError) as refused:
        ledger.record(plant.move("reserve", plant.wh(0, 5)))
    assert refused.value.problems[0].code == "ledger-fenced"
    monkeypatch.undo()
    assert ledger.head == head
    ledger.record(plant.move("reserve", plant.wh(0, 5)))


def test_a_clock_that_goes_back_changes_nothing(file_ledger, plant, monkeypatch):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(1999, 1, 1, tzinfo=tz or UTC)

    file_ledger.record(plant.move("reserve", plant.wh(0, 5)))
    monkeypatch.setattr(ledger_module, "datetime", Clock)
    file_ledger.record(plant.move("reserve", plant.wh(5, 9)))
    monkeypatch.undo()
    file_ledger.record(plant.move("reserve", plant.wh(9, 12)))
    assert file_ledger.audit().ok
    assert file_ledger.totals()["reserved"] == 12


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (a)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError) as refused:
        open_ledger(path)
    assert refused.value.problems[0].code == "ledger-foreign"
    assert path.read_bytes() == before
    text = tmp_path / "text.db"
    text.write_text("x" * 5000)
    with pytest.raises(LedgerError) as refused:
        open_ledger(text)
    assert refused.value.problems[0].code == "ledger-foreign"
    with pytest.raises(LedgerError) as refused:
        open_ledger(tmp_path / "nowhere.db", read_only=True)
    assert refused.value.problems[0].code == "ledger-missing"


def test_a_ledger_opened_for_reading_cannot_be_written(place, plant):
    path = place()
    with open_ledger(path) as ledger:
        ledger.record(plant.facts())
    with open_ledger(path, read_only=True) as reader:
        assert reader.totals()
        with pytest.raises(LedgerError) as refused:
            reader.record(plant.move("reserve", plant.wh(0, 5)))
    assert refused.value.problems[0].code == "ledger-read-only"
