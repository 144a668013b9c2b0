"""The register: versions, validity, what must be restated, and nothing lost or changed."""

from __future__ import annotations

import multiprocessing
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

import pcf
from pcf.declare import Company, Declaration, Product, declare_footprint
from pcf.declare.register import Ground, Register, open_register
from pcf.declare.register.values import Entry
from pcf.errors import DeclareError
from pcf.model.characterisation import CharacterisationSet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pcf.declare.bundle import Case

DAY = date(2026, 6, 1)


def declared(id_: str = "a", *, kg: float = 94.6, **details: object) -> Declaration:
    heat = pcf.unit_process("heat", "1 GJ", emits={"CO2": f"{kg} kg"})
    footprint = pcf.footprint(
        pcf.product_system([heat]),
        ("1 GJ", "heat"),
        CharacterisationSet.of("AR6", {"CO2": 1}),
        context={"period": "2024", "place": "CN", "study": "boiler", "background": "set 1 + own 2"},
    )
    return declare_footprint(
        footprint,
        product=Product("heat"),
        company=Company("示例热力"),
        valid="2026-01-01/2026-12-31",
        id=id_,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        **details,  # type: ignore[arg-type]
    )


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with open_register(tmp_path / "登记簿.db") as found:
        yield found


def test_an_entry_is_what_was_declared(register: Register) -> None:
    register.add(declared())
    (entry,) = register.entries(on=DAY)
    assert (entry.id, entry.total, entry.value, entry.status) == ("a", 94.6, "94.6", "active")
    assert (entry.valid_from, entry.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert {(each.kind, each.name) for each in entry.grounds} == {
        ("background", "set 1"), ("background", "own 2"), ("characterisation", "AR6 (0/0)"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2025, 12, 31), "not yet valid"),
        (date(2026, 1, 1), "active"),
        (date(2026, 12, 31), "active"),
        (date(2027, 1, 1), "expired"),
    ],
)
def test_the_status_of_a_day(register: Register, day: date, status: str) -> None:
    register.add(declared())
    assert register.entries(on=day)[0].status == status


def test_what_expires_within_days(register: Register) -> None:
    register.add(declared())
    assert register.expiring(within=30, on=date(2026, 12, 1))[0].id == "a"
    assert register.expiring(within=29, on=date(2026, 12, 1)) == ()
    assert register.expiring(within=30, on=date(2027, 1, 1)) == ()


def test_a_successor_says_why_and_what_changed(register: Register) -> None:
    register.add(declared())
    register.add(declared("b", kg=90.0, preceding=("a",)), reason="the edition was corrected")
    first, second = register.entries(on=DAY)
    assert (first.status, first.successor, second.status) == ("superseded", "b", "active")
    (change,) = register.changes("b")
    assert change.difference == pytest.approx(-4.6)
    assert change.after.reason == "the edition was corrected"


@pytest.mark.parametrize(
    ("details", "reason", "code"),
    [
        ({"id_": "a"}, "", "register-twice"),
        ({"id_": "c", "preceding": ("x",)}, "why", "register-unknown"),
        ({"id_": "c", "preceding": ("a",)}, " ", "register-reason"),
    ],
)
def test_what_does_not_fit_is_not_entered(
    register: Register, details: dict[str, object], reason: str, code: str
) -> None:
    register.add(declared())
    head = register.head
    with pytest.raises(DeclareError, match=code):
        register.add(declared(**details), reason=reason)  # type: ignore[arg-type]
    assert register.head == head


def test_the_case_of_another_footprint_is_not_entered(register: Register, case: Case) -> None:
    """Else `affected` would look among the certificates of another product."""
    with pytest.raises(DeclareError, match="register-case"):
        register.add(declared(), case=case)
    assert register.entries() == ()


def test_a_declaration_is_replaced_once(register: Register) -> None:
    register.add(declared())
    register.add(declared("b", preceding=("a",)), reason="new data")
    with pytest.raises(DeclareError, match="register-replaced"):
        register.add(declared("c", preceding=("a",)), reason="newer data")


def test_a_withdrawal_says_why_and_happens_once(register: Register) -> None:
    register.add(declared())
    assert register.withdraw("a", reason="meter was wrong").withdrawn_because == "meter was wrong"
    with pytest.raises(DeclareError, match="register-withdraw"):
        register.withdraw("a", reason="again")
    assert register.affected(Ground("background", "set 1"), on=DAY) == ()


def test_an_edition_that_was_corrected_names_what_stands_on_it(register: Register) -> None:
    register.add(declared())
    (found,) = register.affected(Ground("background", "set 1"), on=DAY)
    assert (found.entry.id, found.touched) == ("a", (Ground("background", "set 1"),))
    with pytest.raises(DeclareError, match="register-ground") as caught:
        register.affected(Ground("background", "set 2"))
    assert "set 1" in caught.value.problems[0].candidates


def test_serials_touch_where_they_overlap() -> None:
    entry = replace(
        Entry("s", "p", "c", "s", "1 t", 1.0, "1", DAY, DAY, ""),
        grounds=(Ground("certificates", "device 1 2025-03", 100, 200),),
    )
    assert Entry.read(entry.as_dict()) == entry
    (mine,) = entry.grounds
    assert mine.touches(Ground("certificates", "device 1 2025-03", 199, 300))
    assert not mine.touches(Ground("certificates", "device 1 2025-03", 200, 300))
    assert not mine.touches(Ground("certificates", "device 2 2025-03", 100, 200))


def test_the_same_events_give_the_same_head(tmp_path: Path) -> None:
    heads = []
    for name in ("one.db", "two.db"):
        with open_register(tmp_path / name) as register:
            register.add(declared())
            register.withdraw("a", reason="wrong")
            heads.append(register.head)
    assert heads[0] == heads[1]


def test_the_database_refuses_to_forget(register: Register, tmp_path: Path) -> None:
    register.add(declared())
    with sqlite3.connect(tmp_path / "登记簿.db") as database:
        for statement in ("delete from event", "update event set body = '{}'"):
            with pytest.raises(sqlite3.DatabaseError):
                database.execute(statement)
    database.close()


@pytest.mark.parametrize("what", ["body", "digest", "row"])
def test_tampering_is_found(register: Register, tmp_path: Path, what: str) -> None:
    register.add(declared())
    register.add(declared("b"))
    database = sqlite3.connect(tmp_path / "登记簿.db", isolation_level=None)
    database.execute("drop trigger event_stays")
    database.execute("drop trigger event_remains")
    change = {
        "body": "update event set body = replace(body, '94.6', '49.6') where sequence = 1",
        "digest": "update event set digest = 'x' where sequence = 2",
        "row": "delete from event where sequence = 1",
    }[what]
    database.execute(change)
    database.close()
    with pytest.raises(DeclareError, match="register-tampered"):
        register.entries()


def test_another_file_is_no_register(tmp_path: Path) -> None:
    for name, content in (("a.db", b"not a database at all, but text" * 40), ("b.db", None)):
        path = tmp_path / name
        if content is None:
            with sqlite3.connect(path) as database:
                database.execute("create table x (y)")
            database.close()
        else:
            path.write_bytes(content)
        with pytest.raises(DeclareError, match=r"register-(other|unreadable)"):
            open_register(path)


def _enter(path: Path, name: str) -> str:
    with open_register(path) as register:
        return register.add(declared(name)).id


def test_writers_side_by_side_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    open_register(path).close()
    names = [f"d{at}" for at in range(12)]
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        done = pool.starmap(_enter, [(path, name) for name in names])
    with open_register(path) as register:
        assert sorted(each.id for each in register.entries()) == sorted(done) == sorted(names)
        assert register.head[0] == 12


def test_a_failure_while_writing_leaves_nothing(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pcf.declare.register import events  # noqa: PLC0415 - to be broken

    def broken(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(events, "append", broken)
    with pytest.raises(DeclareError, match="disk is full"):
        register.add(declared())
    monkeypatch.undo()
    assert register.entries() == ()
    register.add(declared())
    assert len(register.entries()) == 1
