"""Several ledgers, exports and statements together: what is claimed in two of them is found."""

from __future__ import annotations

import shutil

import pytest

from pcf.electricity.facts import Device, Facts, Lot
from pcf.electricity.ledger import open_ledger, replay


@pytest.fixture
def two(file_place, plant):
    """Yield ledgers of two companies that both recorded the same certificates."""
    with open_ledger(file_place()) as one, open_ledger(file_place()) as other:
        one.record(plant.facts())
        theirs = Facts(
            devices=(Device("d2", "PV"),),
            lots=(Lot("P", 1, 10, "d2", plant.march, owner=plant.other),),
            consumptions=(plant.meter("their meter", 9_000_000, consumer=plant.other),),
        )
        other.record(theirs)
        yield one, other


def claimed(plant, ledger, name, span, *, other=False):
    firm = plant.other if other else plant.firm
    meter = ("their meter", 9_000_000) if other else ("M1", 5_000_000)
    claim = plant.claim(name, (span, plant.meter(*meter, consumer=firm)), beneficiary=firm)
    record = plant.record(span, number=f"HX-{name}", beneficiary=firm)
    ledger.commit(claim, cancellation=record)


def codes(audit):
    return {each.code for each in audit.problems}


def test_a_certificate_claimed_in_two_ledgers_is_found(two, plant):
    one, other = two
    claimed(plant, one, "K1", plant.gec(1, 3))
    claimed(plant, other, "K2", plant.gec(4, 6), other=True)
    assert one.audit(other).ok
    claimed(plant, other, "K3", plant.gec(3, 3), other=True)
    audit = one.audit(other)
    assert codes(audit) == {"audit-claimed-twice"}
    assert one.audit().ok
    assert other.audit().ok
    assert "not proven unique" in str(audit)
    assert "未能证明唯一" in audit.says("zh")


def test_an_export_and_a_statement_stand_for_a_ledger(two, plant, tmp_path):
    one, other = two
    claimed(plant, one, "K1", plant.gec(1, 3))
    claimed(plant, other, "K2", plant.gec(3, 3), other=True)
    other.export(tmp_path / "other.jsonl")
    assert codes(one.audit(tmp_path / "other.jsonl")) == {"audit-claimed-twice"}
    statement = other.statement("K2")
    assert codes(one.audit(statement)) == {"audit-claimed-twice"}
    assert statement["ranges"] == [["GEC", "P", "3000000", "4000000"]]
    assert statement["cancellations"][0]["number"] == "HX-K2"


def test_a_statement_that_was_changed_is_found(two, plant):
    one, other = two
    claimed(plant, other, "K2", plant.gec(3, 3), other=True)
    statement = {**other.statement("K2"), "ranges": [["GEC", "P", "8000000", "9000000"]]}
    assert codes(one.audit(statement)) == {"audit-statement"}
    assert codes(one.audit({"kind": "something else"})) == {"audit-statement"}


def test_a_ledgers_own_statement_counts_once_and_falls_with_its_claim(two, plant):
    one, _ = two
    claimed(plant, one, "K1", plant.gec(1, 3))
    statement = one.statement("K1")
    one.record(plant.move("reserve", plant.gec(9, 9)))
    assert one.audit(statement, statement).ok
    one.record(plant.move("withdraw", plant.gec(2, 2)))
    assert codes(one.audit(statement)) == {"audit-statement-stale"}


def test_a_copy_of_a_ledger_counts_once_and_a_fork_is_found(two, plant, tmp_path):
    one, _ = two
    claimed(plant, one, "K1", plant.gec(1, 3))
    one.export(tmp_path / "early.jsonl")
    claimed(plant, one, "K2", plant.gec(4, 4))
    assert one.audit(tmp_path / "early.jsonl").ok
    with replay(tmp_path / "early.jsonl", tmp_path / "copy.db"):
        pass
    with open_ledger(tmp_path / "copy.db") as copy:
        assert copy.audit(one).ok
        claimed(plant, copy, "K9", plant.gec(4, 4))
        assert "audit-fork" in codes(one.audit(copy))


def test_one_meter_claimed_beyond_its_reading_in_two_ledgers(file_place, plant):
    """The same reading of the same meter, covered by half with different certificates twice."""
    ledgers = [open_ledger(file_place()) for _ in range(2)]
    for number, ledger in enumerate(ledgers):
        ledger.record(plant.facts())
        span = plant.gec(1 + 5 * number, 3 + 5 * number)
        claimed(plant, ledger, f"K{number}", span)
    audit = ledgers[0].audit(ledgers[1])
    assert codes(audit) == {"audit-covered"}
    for ledger in ledgers:
        ledger.close()


def test_the_statement_of_an_audit_quotes_the_registry(two, plant):
    one, other = two
    claimed(plant, one, "K1", plant.gec(1, 3))
    audit = one.audit(other)
    assert audit.records == ("HX-K1",)
    assert len(audit.heads) == 2
    for language in ("en", "zh"):
        assert "HX-K1" in audit.says(language)


def test_a_reader_sees_one_state_while_another_writes(file_place, plant):
    path = file_place()
    with open_ledger(path) as writer, open_ledger(path, read_only=True) as reader:
        writer.record(plant.facts())
        with reader.reading() as book:
            before = book.all_segments().columns()
            writer.record(plant.move("reserve", plant.wh(0, 500)))
            again = book.all_segments().columns()
            assert all((a == b).all() for a, b in zip(before, again, strict=True))
        assert reader.totals()["reserved"] == 500


def test_a_ledger_is_one_file_once_it_is_closed(file_place, plant, tmp_path):
    path = file_place()
    with open_ledger(path) as ledger:
        ledger.record(plant.facts())
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    shutil.copy(path, tmp_path / "moved.db")
    with open_ledger(tmp_path / "moved.db") as moved:
        assert moved.audit().ok
