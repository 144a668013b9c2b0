"""The worked examples of the specification and of peers, read from their files."""

from __future__ import annotations

import json
from datetime import date

import pytest

from pcf.electricity.columns import Claim, Legs
from pcf.electricity.facts import (
    Cancellation,
    ConsumptionRecord,
    Device,
    Facts,
    Leg,
    Lot,
    Settlement,
    WhAmount,
    WhRange,
)
from pcf.electricity.gec import issue, last_usable_day
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import Move, open_ledger
from pcf.errors import LedgerError, PcfError

DAY, MARCH, OWNER = date(2026, 4, 2), Interval.read("2026-03"), "P1"

# What each refusal is called here.
CODES = {
    "OVERLAPPING_PRODUCTION": "overlapping-production",
    "INSUFFICIENT": "ledger-insufficient",
    "FROZEN": "ledger-frozen",
    "ALREADY_TRADED": "ledger-already-traded",
    "KEY_REUSED_WITH_DIFFERENT_BODY": "ledger-key-reused",
}
# They ask a profile of rules, which is the task of matching.
BY_PROFILE = {"unity_bound_to_meter", "vintage_same_year"}
ELSEWHERE = {"illegal_transitions_table", "two_writers"}  # test_events.py, test_races.py


@pytest.fixture
def scripts(peer_data):
    path = peer_data("reference/electricity/cases/ledger_event_scripts.json")
    return {each["name"]: each for each in json.loads(path.read_text())["scripts"]}


@pytest.fixture
def ledger(file_place):
    with open_ledger(file_place()) as opened:
        opened.record(Facts(devices=(Device("D", "wind"),)))
        yield opened


def issued(ledger, first, last, series="B", interval=MARCH):
    lot = Lot(series, first, last, "D", interval, owner=OWNER, scheme="GC")
    ledger.record(Facts(lots=(lot,)))


def wh(low, high, series="B"):
    return WhRange(series, low, high, "GC")


def code_of(call, *args, **kwargs):
    with pytest.raises(PcfError) as caught:
        call(*args, **kwargs)
    return caught.value.problems[0].code


def test_every_script_of_the_specification_is_run_somewhere(scripts):
    here = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert set(scripts) - BY_PROFILE - ELSEWHERE - here == set()


def test_split_conserves_ids(scripts, ledger):
    script = scripts["split_conserves_ids"]
    made, split = script["events"]
    issued(ledger, made["first"], made["last"])
    ledger.record(Move("reserve", (wh(made["first"], split["take"]),), DAY, OWNER))
    parts = [[each.range.low, each.range.high - 1] for each in ledger.position("B", "GC")]
    assert parts == [script["expect"]["B1"], script["expect"]["B2"]]
    assert [high - low + 1 for low, high in parts] == script["expect"]["sizes"]


def test_no_second_issue_same_production(scripts, ledger):
    script = scripts["no_second_issue_same_production"]
    first = 0
    for event in script["events"]:
        start, end = (moment for moment in event["interval"])
        when = Interval.read(f"{start}/{end}")
        if not first:
            issued(ledger, 0, event["Wh"] - 1, interval=when)
            first = event["Wh"]
        else:
            found = code_of(issued, ledger, first, first + event["Wh"] - 1, interval=when)
            assert found == CODES[script["expect"].split(": ")[1]]


def test_withdrawn_ids_never_reused(scripts, ledger):
    script = scripts["withdrawn_ids_never_reused"]
    made, withdrawn, _ = script["events"]
    issued(ledger, made["first"], made["last"])
    ledger.record(Move("withdraw", (wh(withdrawn["first"], withdrawn["last"] + 1),), DAY))
    assert ledger.next_serial("B", "GC") == script["expect"]["new_first"]


def test_cancel_twice(scripts, ledger):
    script = scripts["cancel_twice"]
    issued(ledger, 0, script["start_Wh"] - 1)
    first, second = (event["Wh"] for event in script["events"])
    ledger.record(Cancellation("H1", DAY, OWNER, (wh(0, first),)))
    amount = WhAmount("B", second, "GC")
    assert code_of(ledger.record, Move("reserve", (amount,), DAY, OWNER)) == "ledger-insufficient"
    assert ledger.totals() == {"cancelled": first, "active": script["start_Wh"] - first}


def test_withdraw_after_claim(scripts, ledger):
    energy, name = (scripts["withdraw_after_claim"]["events"][0][key] for key in ("Wh", "claim"))
    issued(ledger, 0, energy - 1)
    meter = ConsumptionRecord("M", MARCH, energy, consumer=OWNER, product="ingot")
    ledger.record(Facts(consumptions=(meter,)))
    record = Cancellation("H1", DAY, OWNER, (wh(0, energy),))
    legs = Legs.of([Leg(wh(0, energy), meter)])
    ledger.commit(Claim(name, OWNER, MARCH, legs), cancellation=record)
    receipt = ledger.record(Move("withdraw", (wh(0, energy),), DAY))
    assert [(each.claim, each.products) for each in receipt.restatements] == [(name, ("ingot",))]


def test_ccer_exclusive(scripts, ledger):
    assert scripts["ccer_exclusive"]["events"][1]["op"] == "cancel"
    issued(ledger, 0, 99)
    ledger.record(Move("freeze", (wh(0, 100),), DAY, reason="CCER crediting period"))
    assert code_of(ledger.record, Cancellation("H1", DAY, OWNER, (wh(0, 10),))) == CODES["FROZEN"]


def test_gec_traded_once(scripts, ledger):
    first, second = scripts["gec_traded_once"]["events"]
    ledger.record(Facts(lots=(Lot("G", 1, 5, "D", MARCH, owner=OWNER),)))
    span = (WhRange.of_serials("G", 1, 5),)
    ledger.record(Settlement("S1", DAY, OWNER, first["to"], span, kind="green-power trade"))
    again = Settlement("S2", DAY, first["to"], second["to"], span, kind=second["kind"])
    assert code_of(ledger.record, again) == CODES["ALREADY_TRADED"]


def test_idempotent_retry(scripts, ledger):
    once, again, other = scripts["idempotent_retry"]["events"]
    issued(ledger, 0, 99)
    record = Cancellation("H1", DAY, OWNER, (wh(0, once["Wh"]),))
    receipt = ledger.record(record, key=once["key"])
    assert ledger.record(record, key=again["key"]) == receipt
    changed = Cancellation("H1", DAY, OWNER, (wh(0, other["Wh"]),))
    found = code_of(ledger.record, changed, key=other["key"])
    assert found == CODES["KEY_REUSED_WITH_DIFFERENT_BODY"]
    assert ledger.totals()["cancelled"] == once["Wh"]


def test_issuance_and_validity(peer_data):
    path = peer_data("reference/electricity/cases/gec_issuance_and_validity.json")
    case = json.loads(path.read_text())
    months = [(month, kwh * 1000) for month, kwh in case["input"]["monthly_kWh"]]
    rows = [
        [month, energy // 1000, count, carry // 1000]
        for (month, energy), (_, count, carry) in zip(months, issue(months), strict=True)
    ]
    assert rows == case["expected"]["rows_month_kWh_issued_carry"]
    for month, last in case["expected"]["last_valid_month"]:
        assert f"{last_usable_day(Interval.read(month)):%Y-%m}" == last


def test_a_bundle_split_cancelled_and_transferred(peer_data, ledger):
    case = json.loads(peer_data("cases/el-009-gc-bundle-split-cancel.json").read_text())
    given, expected = case["inputs"], case["expected"]
    issued(ledger, 0, given["bundle"] - 1)
    ledger.record(Move("reserve", (WhAmount("B", given["split"], "GC"),), DAY, OWNER))
    assert [each.energy for each in ledger.position("B", "GC")] == expected["split"]
    ledger.record(Move("release", (wh(0, given["split"]),), DAY, OWNER))
    issued(ledger, 0, given["bundle"] - 1, series="C")
    ledger.record(Settlement("S", DAY, OWNER, "V", (wh(0, given["transfer"], "C"),)))
    owners = {each.owner: each.energy for each in ledger.position("C", "GC")}
    assert owners["V"] == expected["transferred"]
    energy = int(given["bundle"] * given["cancel_share"])
    ledger.record(Cancellation("H", DAY, OWNER, (wh(0, energy),)))
    assert ledger.totals()["cancelled"] == expected["cancelled"]


def test_trial_certificates_do_not_match(peer_data, ledger):
    """None in the case is a trial flag that is not there, which is no trial."""
    path = peer_data("cases/el-008-trial-certificates-do-not-match.json")
    case = json.loads(path.read_text())
    combinations = zip(case["inputs"]["combinations"], case["expected"]["claimed"], strict=True)
    for number, ((use, made), claimed) in enumerate(combinations):
        device = Device(f"T{number}", "wind", trial=bool(made))
        energy = case["inputs"]["production"]
        lot = Lot(f"T{number}", 0, energy - 1, device.id, MARCH, owner=OWNER, scheme="GC")
        meter = ConsumptionRecord(
            *(f"M{number}", MARCH, case["inputs"]["consumption"]), consumer=OWNER, trial=bool(use)
        )
        span = wh(0, energy, f"T{number}")
        ledger.record(
            Facts(devices=(device,), lots=(lot,), consumptions=(meter,)),
            Cancellation(f"H{number}", DAY, OWNER, (span,)),
        )
        with pytest.raises(LedgerError):
            ledger.commit(Claim(f"K{number}", OWNER, MARCH, Legs.of([Leg(span, meter)])))
        assert ledger.totals().get("claimed", 0) == claimed
