"""Several ledgers, exports and statements together: what is claimed in two of them is found."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from pcf.digest import fingerprint
from pcf.electricity.facts import Device, Facts, Lot, WhRange
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import open_ledger, replay
from pcf.electricity.ledger.sharing import over_covered


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


def forged(statement, **changes):
    """Return a statement with other content and the digest that belongs to it."""
    bare = {name: each for name, each in statement.items() if name != "digest"} | changes
    return bare | {"digest": fingerprint(bare)}


def forked(plant, tmp_path, name, span, *, meter="M1"):
    """Return the statement of a claim that a copy of the first ledger made on its own."""
    with replay(tmp_path / "early.jsonl", tmp_path / f"{name}.db"):
        pass
    with open_ledger(tmp_path / f"{name}.db") as copy:
        reading = plant.meter(meter, 5_000_000)
        if meter != "M1":
            copy.record(Facts(consumptions=(reading,)))
        copy.commit(plant.claim("K1", (span, reading)), cancellation=plant.record(span))
        return copy.statement("K1")


def test_a_forks_statement_of_a_claim_of_the_same_name_is_found(two, plant, file_place, tmp_path):
    """One name, two stories: other serials, or the same ones for another meter."""
    one, _ = two
    one.export(tmp_path / "early.jsonl")
    claimed(plant, one, "K1", plant.gec(1, 3))
    mine = one.statement("K1")
    with open_ledger(file_place()) as third:
        for name, span, meter in (("a", plant.gec(4, 5), "M1"), ("b", plant.gec(1, 3), "M9")):
            theirs = forked(plant, tmp_path, name, span, meter=meter)
            assert "audit-fork" in codes(one.audit(theirs))
            assert "audit-statement-differs" in codes(third.audit(mine, theirs))
        assert third.audit(mine, mine).ok


def test_a_statement_forged_with_its_digest_is_found(two, plant):
    one, other = two
    claimed(plant, one, "K1", plant.gec(1, 3))
    true = one.statement("K1")
    assert other.audit(true).ok
    changes = {
        "ranges": [["GEC", "P", "7000000", "10000000"]],
        "cancellations": [],
        "consumption": [[*true["consumption"][0][:7], "9000000", "3000000"]],
        "head": {"sequence": 1, "digest": true["head"]["digest"]},
    }
    for name, value in changes.items():
        assert not one.audit(forged(true, **{name: value})).ok, name
    record = true["cancellations"][0]
    row = true["consumption"][0]
    contradictions = [
        {"cancellations": []},
        {"cancellations": [record | {"beneficiary": plant.other}]},
        {"cancellations": [record | {"site": "elsewhere"}]},
        {"cancellations": [record | {"period": [0, 1]}]},
        {"ranges": [["GEC", "P", "1000000", "9000000"]]},
        {"ranges": []},
        {"consumption": [[*row[:7], "100", row[8]]]},
        {"consumption": [[*row[:3], plant.other, *row[4:]]]},
        {"consumption": [[*row[:5], 0, 1, *row[7:]]]},
    ]
    for change in contradictions:
        assert "audit-statement-terms" in codes(other.audit(forged(true, **change))), change


def test_a_month_in_one_ledger_and_its_day_in_another_are_one_meter(file_place, plant):
    """A day of M1, spelt otherwise, is covered in a second ledger; the month is covered whole."""
    with open_ledger(file_place()) as one, open_ledger(file_place()) as other:
        one.record(plant.facts())
        day = replace(plant.meter("Ｍ1", 900_000), interval=Interval.read("2025-03-05"))
        assert plant.march.holds(day.interval)
        other.record(Facts(plant.facts().devices, (), plant.facts().lots, (day,)))
        span = WhRange("P", 6_000_000, 6_900_000)
        claim = plant.claim("K2", (span, day))
        other.commit(claim, cancellation=plant.record(plant.gec(6, 6), number="HX-2"))
        claimed(plant, one, "K1", plant.gec(1, 4))
        assert one.audit(other).ok
        claimed(plant, one, "K3", plant.gec(5, 5))
        assert codes(one.audit(other)) == {"audit-covered"}
        assert codes(one.audit(other.statement("K2"))) == {"audit-covered"}


def test_series_spelt_otherwise_elsewhere_are_the_same_certificates(two, plant):
    one, other = two
    claimed(plant, one, "K1", plant.gec(1, 3))
    theirs = forged(one.statement("K1"), ledger="9f", ranges=[["GEC", "ｐ", "1000000", "4000000"]])
    assert "audit-claimed-twice" in codes(one.audit(theirs))
    assert other.audit(theirs).ok


def test_whole_meters_lines_and_other_meters_are_told_apart():
    def row(line="", site="", start=0, end=100, meter="M"):
        return (meter, line, "", "firm", site, str(start), str(end))

    def found(*sources):
        return list(over_covered(sources))

    assert found({row(): (10, 6)}, {row("a"): (5, 5)}) == ["M"]
    assert found({row("b"): (10, 6)}, {row("a"): (5, 5)}) == []
    assert found({row(site="x"): (10, 6)}, {row(site="y"): (10, 5)}) == []
    assert found({row(site="x"): (10, 6)}, {row(): (10, 5)}) == ["M"]
    assert found({row(): (10, 6)}, {row(meter="N"): (10, 5)}) == []
    assert found({row(): (10, 6)}, {row(start=100, end=200): (10, 5)}) == []
    assert found({row(end=60): (10, 6)}, {row(start=40): (10, 5)}) == ["M"]
    assert found({row(): (10, 6)}, {row(): (8, 3)}) == ["M"]
