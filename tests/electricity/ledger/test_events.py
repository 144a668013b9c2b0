"""The event scripts of the specification, as a user would write them, in both databases."""

from __future__ import annotations

from datetime import date

import pytest

from pcf.electricity.facts import Device, Facts, Lot, Reliance, Settlement, WhAmount, WhRange
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import Move, open_ledger, replay
from pcf.electricity.ledger.states import STATES

# What a matrix of the specification allows; a transfer is a change within 'active'.
MATRIX = {
    "active": {"reserved", "locked", "active", "cancelled", "withdrawn", "frozen"},
    "reserved": {"active", "cancelled", "withdrawn"},
    "frozen": {"active", "annulled"},
    "locked": {"active", "withdrawn"},
    "cancelled": {"claimed", "withdrawn"},
    "claimed": {"withdrawn"},
    "withdrawn": set(),
    "annulled": set(),
}
"""'expired' is apart: only what has expired can go there."""


def states(ledger, series="A", scheme="GC"):
    return [
        (each.range.low, each.range.high, each.state) for each in ledger.position(series, scheme)
    ]


def test_a_split_conserves_serials_and_their_number(ledger, plant):
    """Bundle of 1,000 Wh: 250 and 750; another registry gave the first part 251 serials."""
    ledger.record(plant.move("reserve", plant.wh(0, 250)))
    parts = ledger.position("A", "GC")
    assert [(each.range.low, each.range.high - 1) for each in parts] == [(0, 249), (250, 999)]
    assert [each.energy for each in parts] == [250, 750]


def test_three_quarters_are_cancelled_and_half_is_transferred(ledger, plant):
    ledger.record(plant.record(plant.wh(0, 750)))
    assert ledger.totals()["cancelled"] == 750


def test_half_is_transferred(ledger, plant):
    ledger.record(Settlement("S1", plant.day, plant.firm, plant.other, (plant.wh(0, 500),)))
    owners = {each.owner: each.energy for each in ledger.position("A", "GC")}
    assert owners == {plant.other: 500, plant.firm: 500}


def test_no_second_issue_for_one_production(ledger, refused):
    hour = Interval.read("2025-03-01T00Z/2025-03-01T01Z")
    later = Interval.read("2025-03-01T00:30Z/2025-03-01T01:30Z")
    ledger.record(Facts(devices=(Device("D", "wind"),)))
    ledger.record(Facts(lots=(Lot("D", 1, 500, "D", hour, scheme="GC"),)))
    again = Facts(lots=(Lot("D", 501, 510, "D", later, scheme="GC"),))
    assert refused(ledger.record, again) == "overlapping-production"


def test_withdrawn_serials_are_never_reused(ledger, plant, refused):
    ledger.record(plant.move("withdraw", plant.wh(0, 1000)))
    again = Facts(lots=(Lot("A", 0, 49, "d1", Interval.read("2025-04"), scheme="GC"),))
    assert refused(ledger.record, again) == "serials-recorded"
    assert ledger.next_serial("A", "GC") == 1000
    assert ledger.next_serial("P") == 11
    assert ledger.next_serial("never seen") == 0


def test_more_than_is_left_cannot_be_taken_and_nothing_is_taken(ledger, plant, refused):
    ledger.record(plant.record(plant.wh(0, 100)))
    head = ledger.head
    amount = WhAmount("A", 950, "GC")
    assert refused(ledger.record, plant.move("reserve", amount)) == "ledger-insufficient"
    assert ledger.head == head
    assert ledger.totals()["active"] == 900 + 10_000_000


def test_cancelling_twice_is_refused_whole(ledger, plant, refused):
    ledger.record(plant.record(plant.wh(0, 100)))
    second = plant.record(plant.wh(50, 1000), number="HX-2")
    assert refused(ledger.record, second) == "ledger-state"
    assert states(ledger) == [(0, 100, "cancelled"), (100, 1000, "active")]


def test_withdrawal_after_a_claim_voids_it_and_names_what_must_be_restated(ledger, plant):
    legs = [
        (plant.wh(0, 800), plant.meter("M2", 800, product="铝锭")),
        (plant.gec(1, 4), plant.meter("M1", 5_000_000)),
    ]
    record = plant.record(plant.wh(0, 1000), plant.gec(1, 5))
    ledger.commit(plant.claim("K1", *legs), cancellation=record)
    ledger.record(Facts(reliances=(Reliance("cathode 2025", "K1", product="铝锭 99.70"),)))
    receipt = ledger.record(plant.move("withdraw", plant.wh(0, 10)))
    (fallen,) = receipt.restatements
    assert (fallen.claim, fallen.energy) == ("K1", 4_000_800)
    assert fallen.footprints == ("cathode 2025",)
    assert fallen.products == ("铝锭", "铝锭 99.70")
    # What was not withdrawn is cancelled, not claimed, and its consumption is free again.
    assert states(ledger) == [(0, 10, "withdrawn"), (10, 1000, "cancelled")]
    assert ledger.totals()["cancelled"] == 990 + 5_000_000
    assert not ledger.demand().claimed.any()
    assert [each.alive for each in ledger.claims()] == [False]
    again = plant.claim("K2", (plant.gec(1, 4), plant.meter("M1", 5_000_000)))
    ledger.commit(again)
    assert ledger.audit().ok


@pytest.mark.parametrize("state", sorted(MATRIX))
def test_every_change_that_is_not_drawn_is_refused(  # noqa: PLR0917 - fixtures
    file_ledger, file_place, tmp_path, plant, refused, state
):
    """All changes from every state; another registry let a claimed bundle be reserved again."""
    ledger, span = file_ledger, plant.wh(0, 100)
    meter = plant.meter("M2", 800, product="铝锭")
    steps = {
        "reserved": [plant.move("reserve", span)],
        "locked": [plant.move("lock", span)],
        "frozen": [plant.move("freeze", span)],
        "annulled": [plant.move("freeze", span), plant.move("annul", span)],
        "withdrawn": [plant.move("withdraw", span)],
        "cancelled": [plant.record(span)],
        "claimed": [plant.record(span), plant.claim("K", (span, meter))],
        "active": [],
    }
    if steps[state]:
        ledger.record(*steps[state])
    targets = {
        "reserved": plant.move("reserve", span),
        "locked": plant.move("lock", span),
        "frozen": plant.move("freeze", span),
        "annulled": plant.move("annul", span),
        "withdrawn": plant.move("withdraw", span),
        "cancelled": plant.record(span, number="HX-9"),
        "claimed": plant.claim("K9", (span, meter)),
    }
    back = {"reserved": "release", "locked": "unlock", "frozen": "unfreeze"}
    if state in back:
        targets["active"] = plant.move(back[state], span)
    for target, step in targets.items():
        if target not in MATRIX[state]:
            head = ledger.head
            assert refused(ledger.record, step), f"{state} -> {target}"
            assert ledger.head == head
    for verb in set(back.values()) - {back.get(state)}:
        assert refused(ledger.record, plant.move(verb, span)), f"{state}: {verb}"
    for target in sorted(MATRIX[state] - {"active"}):
        ledger.export(tmp_path / "log.jsonl")
        copied = file_place()
        replay(tmp_path / "log.jsonl", copied).close()
        with open_ledger(copied) as copy:
            copy.record(targets[target])
            assert states(copy)[0] == (0, 100, target)


def test_the_matrix_knows_every_state():
    assert set(MATRIX) == set(STATES) - {"expired"}


def test_what_is_frozen_cannot_be_cancelled(ledger, plant, refused):
    """国能综通新能〔2024〕124号: frozen while a CCER project has the months."""
    ledger.record(plant.move("freeze", plant.gec(1, 10)))
    assert refused(ledger.record, plant.record(plant.gec(1, 1))) == "ledger-frozen"


def test_a_green_certificate_is_sold_once(ledger, plant, refused):
    first = Settlement(
        *("S1", plant.day, plant.firm, plant.other, (plant.gec(1, 10),)), kind="green-power trade"
    )
    ledger.record(first)
    second = Settlement("S2", plant.day, plant.other, "第三方", (plant.gec(1, 1),))
    assert refused(ledger.record, second) == "ledger-already-traded"


def test_the_registrys_assignment_to_the_actual_user_is_no_sale(ledger, plant):
    given = Settlement(
        *("S1", plant.day, plant.firm, plant.other, (plant.gec(1, 10),)), kind="assignment"
    )
    ledger.record(given)
    sold = Settlement("S2", plant.day, plant.other, "第三方", (plant.gec(1, 1),))
    ledger.record(sold)
    assert {each.owner for each in ledger.position("P")} == {plant.other, "第三方"}


def test_a_retry_returns_the_same_receipt_and_another_body_is_refused(ledger, plant, refused):
    record = plant.record(plant.wh(0, 10))
    first = ledger.record(record, key="k1")
    head = ledger.head
    assert ledger.record(record, key="k1") == first
    assert ledger.head == head
    other = plant.record(plant.wh(0, 11))
    assert refused(ledger.record, other, key="k1") == "ledger-key-reused"
    assert ledger.head == head


def test_a_committed_plan_can_be_retried_with_its_record(ledger, plant):
    """The record is new the first time and known the second; the batch is the same."""
    claim = plant.claim("K", (plant.gec(1, 1), plant.meter("M1", 5_000_000)))
    once = ledger.commit(claim, cancellation=plant.record(plant.gec(1, 2)), key="c")
    assert ledger.commit(claim, cancellation=plant.record(plant.gec(1, 2)), key="c") == once
    more = plant.claim("K2", (plant.gec(2, 2), plant.meter("M1", 5_000_000)))
    ledger.commit(more, cancellation=plant.record(plant.gec(1, 2)))
    assert ledger.totals()["claimed"] == 2_000_000


def test_a_receipt_of_a_withdrawal_survives_a_retry(ledger, plant):
    claim = plant.claim("K", (plant.gec(1, 1), plant.meter("M1", 5_000_000)))
    ledger.commit(claim, cancellation=plant.record(plant.gec(1, 1)))
    first = ledger.record(plant.move("withdraw", plant.gec(1, 1)), key="w")
    assert first.restatements[0].claim == "K"
    assert ledger.record(plant.move("withdraw", plant.gec(1, 1)), key="w") == first


def test_trial_certificates_and_real_consumption_do_not_match(ledger, plant, refused):
    """el-008: whichever side is the trial."""
    facts = Facts(
        lots=(Lot("T", 0, 9, "t", plant.march, owner=plant.firm, scheme="GC"),),
        consumptions=(plant.meter("MT", 10, trial=True),),
    )
    ledger.record(facts, plant.record(plant.wh(0, 10, "T"), plant.wh(0, 10)))
    real, trial = plant.meter("M2", 800, product="铝锭"), plant.meter("MT", 10, trial=True)
    one = plant.claim("K1", (plant.wh(0, 10, "T"), real))
    other = plant.claim("K2", (plant.wh(0, 10), trial))
    assert refused(ledger.commit, one) == "trial-differs"
    assert refused(ledger.commit, other) == "trial-differs"
    ledger.commit(plant.claim("K3", (plant.wh(0, 10, "T"), trial)))
    assert ledger.totals()["claimed"] == 10


def test_expiry_goes_by_the_day_of_the_event(ledger, plant, refused):
    """A certificate of March 2025 is usable to the end of February 2027."""
    late = Move("expire", (plant.gec(1, 1),), date(2027, 2, 28))
    assert refused(ledger.record, late) == "ledger-not-expired"
    ledger.record(Move("expire", (plant.gec(1, 1),), date(2027, 3, 1)))
    assert states(ledger, "P", "GEC")[0] == (1_000_000, 2_000_000, "expired")


def test_what_the_registry_says_of_expiry_goes_before_the_rule(ledger, plant, refused):
    lot = Lot("Q", 1, 1, "d2", plant.march, owner=plant.firm, expires=date(2025, 5, 31))
    ledger.record(Facts(lots=(lot,)))
    record = plant.record(WhRange.of_serials("Q", 1, 1))
    assert refused(ledger.record, record) == "ledger-expired"


def test_totals_of_states_are_what_was_recorded(ledger):
    assert ledger.totals() == {"active": 1000 + 10_000_000}


def test_export_and_replay_give_the_same_head(ledger, plant, place, tmp_path):
    claim = plant.claim("K", (plant.wh(3, 7), plant.meter("M2", 800, product="铝锭")))
    ledger.commit(claim, cancellation=plant.record(plant.wh(0, 10)))
    ledger.record(plant.move("reserve", WhAmount("A", 5, "GC")))
    head = ledger.export(tmp_path / "log.jsonl")
    with replay(tmp_path / "log.jsonl", place()) as again:
        assert again.head[1] == head == ledger.head[1]
        assert again.id == ledger.id
        assert states(again) == states(ledger)
        assert again.audit(ledger).ok
