"""The worked examples of the project's specification, and two of peers, with their sources.

The figures stand here; where peers' data is at hand, they are held against the files.
"""

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


# Sources: our own scripts of events; the first and third repeat faults of a public registry
# (github.com/Future-Energy-Associates/granular_certificate_registry, 2024-12-18).
SCRIPTS = {
    "split_conserves_ids": {
        "events": [
            {"op": "issue", "id": "B", "first": 0, "last": 999},
            {"op": "split", "id": "B", "take": 250, "into": ["B1", "B2"]},
        ],
        "expect": {"B1": [0, 249], "B2": [250, 999], "sizes": [250, 750]},
    },
    "no_second_issue_same_production": {
        "events": [
            {
                "op": "issue",
                "device": "D",
                "interval": ["2025-03-01T00Z", "2025-03-01T01Z"],
                "Wh": 500,
            },
            {
                "op": "issue",
                "device": "D",
                "interval": ["2025-03-01T00:30Z", "2025-03-01T01:30Z"],
                "Wh": 10,
            },
        ],
        "expect": "second rejected: OVERLAPPING_PRODUCTION",
    },
    "withdrawn_ids_never_reused": {
        "events": [
            {"op": "issue", "device": "D", "first": 1, "last": 100},
            {"op": "withdraw", "first": 1, "last": 100},
            {"op": "issue", "device": "D", "Wh": 50},
        ],
        "expect": {"new_first": 101},
    },
    "cancel_twice": {
        "events": [
            {"op": "cancel", "id": "B", "Wh": 100, "beneficiary": "P1"},
            {"op": "cancel", "id": "B", "Wh": 950, "beneficiary": "P2"},
        ],
        "start_Wh": 1000,
    },
    "withdraw_after_claim": {
        "events": [
            {"op": "cancel", "id": "B", "Wh": 1000, "claim": "K1"},
            {"op": "withdraw", "id": "B"},
        ],
    },
    # 国能综通新能〔2024〕124号: certificates of the crediting period are frozen.
    "ccer_exclusive": {
        "events": [
            {"op": "freeze", "id": "B", "reason": "CCER crediting period"},
            {"op": "cancel", "id": "B", "Wh": 10},
        ],
    },
    "gec_traded_once": {
        "events": [
            {"op": "transfer", "id": "B", "kind": "green_power_trade", "to": "U"},
            {"op": "transfer", "id": "B", "kind": "sale", "to": "V"},
        ],
    },
    "idempotent_retry": {
        "events": [
            {"op": "cancel", "id": "B", "Wh": 10, "key": "k1"},
            {"op": "cancel", "id": "B", "Wh": 10, "key": "k1"},
            {"op": "cancel", "id": "B", "Wh": 11, "key": "k1"},
        ],
    },
}
# 国能发新能规〔2024〕67号: a certificate is 1,000 kWh, the rest is carried to the next month.
ISSUED = [
    ["2025-11", 1_234_567, 1234, 567],
    ["2025-12", 987_400, 987, 967],
    ["2026-01", 200, 1, 167],
    ["2026-02", 2_000_833, 2001, 0],
]
# github.com/Future-Energy-Associates/granular_certificate_registry, test_certificate_services.py
BUNDLE = {"bundle": 1000, "split": 250, "cancel_share": 0.75, "transfer": 500}
PARTS = {"split": [250, 750], "cancelled": 750, "transferred": 500}
# github.com/Energinet-DataHub/energy-origin, ClaimServiceTests (Apache-2.0): trial flags of
# consumption and production; None is a flag that is not there, which is no trial.
TRIALS = [(True, False), (False, True), (True, None), (None, True)]


@pytest.fixture
def scripts():
    return SCRIPTS


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


def test_every_script_of_the_specification_is_run_somewhere(peer_data):
    path = peer_data("reference/electricity/cases/ledger_event_scripts.json")
    there = {each["name"]: each for each in json.loads(path.read_text("utf-8"))["scripts"]}
    here = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert set(there) - BY_PROFILE - ELSEWHERE - here == set()
    for name, script in SCRIPTS.items():
        assert {key: there[name][key] for key in script} == script


def test_figures_are_those_of_the_cases(peer_data):
    bundle = json.loads(peer_data("cases/el-009-gc-bundle-split-cancel.json").read_text("utf-8"))
    assert (bundle["inputs"], bundle["expected"]) == (BUNDLE, PARTS)
    path = peer_data("cases/el-008-trial-certificates-do-not-match.json")
    trials = json.loads(path.read_text("utf-8"))["inputs"]["combinations"]
    assert [tuple(each) for each in trials] == TRIALS
    path = peer_data("reference/electricity/cases/gec_issuance_and_validity.json")
    case = json.loads(path.read_text("utf-8"))["expected"]
    assert case["rows_month_kWh_issued_carry"] == ISSUED
    for month, last in case["last_valid_month"]:
        assert f"{last_usable_day(Interval.read(month)):%Y-%m}" == last


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


def test_what_is_below_a_certificate_is_carried_to_the_next_month():
    months = [(month, kwh * 1000) for month, kwh, *_ in ISSUED]
    found = [[month, count, carry // 1000] for month, count, carry in issue(months)]
    assert found == [[month, count, carry] for month, _, count, carry in ISSUED]


@pytest.mark.parametrize(
    ("month", "last"),
    [
        ("2023-07", "2025-12"),
        ("2023-12", "2025-12"),
        ("2024-01", "2025-12"),
        ("2025-11", "2027-10"),
    ],
)
def test_a_certificate_is_valid_for_24_months(month, last):
    assert f"{last_usable_day(Interval.read(month)):%Y-%m}" == last


def test_a_bundle_split_cancelled_and_transferred(ledger):
    """el-009: 1,000 Wh split at 250, three quarters cancelled; another bundle half transferred."""
    issued(ledger, 0, BUNDLE["bundle"] - 1)
    ledger.record(Move("reserve", (WhAmount("B", BUNDLE["split"], "GC"),), DAY, OWNER))
    assert [each.energy for each in ledger.position("B", "GC")] == PARTS["split"]
    ledger.record(Move("release", (wh(0, BUNDLE["split"]),), DAY, OWNER))
    issued(ledger, 0, BUNDLE["bundle"] - 1, series="C")
    ledger.record(Settlement("S", DAY, OWNER, "V", (wh(0, BUNDLE["transfer"], "C"),)))
    owners = {each.owner: each.energy for each in ledger.position("C", "GC")}
    assert owners["V"] == PARTS["transferred"]
    energy = int(BUNDLE["bundle"] * BUNDLE["cancel_share"])
    ledger.record(Cancellation("H", DAY, OWNER, (wh(0, energy),)))
    assert ledger.totals()["cancelled"] == PARTS["cancelled"]
    assert ledger.audit().ok


@pytest.mark.parametrize(("use", "made"), TRIALS)
def test_trial_certificates_do_not_match(ledger, use, made):
    """el-008: 10 Wh made and 10 Wh used, one of them on trial; nothing is claimed."""
    device = Device("T", "wind", trial=bool(made))
    lot = Lot("T", 0, 9, device.id, MARCH, owner=OWNER, scheme="GC")
    meter = ConsumptionRecord("M", MARCH, 10, consumer=OWNER, trial=bool(use))
    span = wh(0, 10, "T")
    ledger.record(
        Facts(devices=(device,), lots=(lot,), consumptions=(meter,)),
        Cancellation("H", DAY, OWNER, (span,)),
    )
    with pytest.raises(LedgerError):
        ledger.commit(Claim("K", OWNER, MARCH, Legs.of([Leg(span, meter)])))
    assert "claimed" not in ledger.totals()
