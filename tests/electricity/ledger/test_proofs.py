"""The evidence behind a study's supply, held against ledgers later: still true, fallen, forged."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest

from pcf.electricity.facts import Cancellation, ConsumptionRecord, Device, Facts, Lot
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import open_ledger
from pcf.electricity.ledger.entries import Move
from pcf.electricity.matching import Circumstances, Tie

FIRM = "示例铝业有限公司"
MARCH = Interval.read("2025-03")
ROOF = Device("roof", "PV", place="CN-GS", connection="on-site", owner=FIRM)
DEVICES = (Device("wind", "wind", place="CN-GS"), ROOF)
KNOWN = Circumstances(ties=(Tie("roof", site="厂区"),))


@pytest.fixture
def claimed(file_place):
    """Return a maker of ledgers in which two meters claim bought wind and their own roof."""
    opened = []

    def make(series="W"):
        ledger = open_ledger(file_place())
        opened.append(ledger)
        lots = (
            Lot(series, 1, 100, "wind", MARCH, owner=FIRM),
            Lot(f"{series}-roof", 1, 10, "roof", MARCH, owner=FIRM, made="self-consumed"),
        )
        ledger.record(Facts(devices=DEVICES, lots=lots))
        readings = tuple(
            ConsumptionRecord(meter, MARCH, 40_000_000, consumer=FIRM, site="厂区", place="CN-GS")
            for meter in ("M1", "M2")
        )
        plan = ledger.match(Facts(consumptions=readings), profile="ISO14067", circumstances=KNOWN)
        record = Cancellation(f"HX-{series}", date(2025, 6, 1), FIRM, plan.to_cancel())
        ledger.commit(plan, cancellation=record)
        return ledger, plan

    yield make
    for each in opened:
        each.close()


def proof_of(plan, line):
    return plan.supply(line).behind.as_dict()


def codes(audit):
    return {each.code for each in audit.problems}


def test_evidence_holds_as_long_as_its_claims_stand(claimed):
    ledger, plan = claimed()
    proofs = [proof_of(plan, line) for line in ("M1", "M2")]
    assert codes(ledger.audit(*proofs)) == set()
    assert codes(ledger.audit(*proofs, *proofs)) == set()
    ledger.record(Move("withdraw", (plan.ranges("M2")[-1],), date(2025, 7, 1), "registry"))
    assert codes(ledger.audit(*proofs)) == {"audit-proof-stale"}
    assert ledger.audit().ok


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda told: told["ranges"][0].__setitem__(1, "X"), "audit-proof-differs"),
        (
            lambda told: told["ranges"][0].__setitem__(
                slice(2, 4), [f"{int(each) + 10**9}" for each in told["ranges"][0][2:]]
            ),
            "audit-proof-differs",
        ),
        (lambda told: told["ranges"][0].__setitem__(3, "9000000000"), "supply-proof"),
        (lambda told: told.__setitem__("cancellations", ["HX-9"]), "audit-proof-differs"),
        (lambda told: told.__setitem__("claims", ["K9"]), "audit-proof-stale"),
        (lambda told: told["ledger"].__setitem__("head", "0" * 64), "audit-fork"),
        (lambda told: told["ledger"].__setitem__("sequence", 1), "audit-fork"),
        (lambda told: told.__setitem__("certified_wh", "1"), "supply-proof"),
        (lambda told: told.__delitem__("shares"), "supply-proof"),
    ],
)
def test_evidence_that_was_changed_is_found(claimed, change, code):
    ledger, plan = claimed()
    told = deepcopy(proof_of(plan, "M1"))
    change(told)
    assert code in codes(ledger.audit(told))


def test_evidence_of_a_ledger_that_is_not_here_claims_its_serials(claimed):
    """Two ledgers of one plant; of the other only what lies in the study's folder is at hand."""
    ledger, _ = claimed()
    _, other = claimed("ｗ")
    proofs = [proof_of(other, line) for line in ("M1", "M2")]
    assert codes(ledger.audit(*proofs)) == {"audit-claimed-twice"}
    apart, _ = claimed("V")
    assert codes(apart.audit(*proofs)) == set()


def test_a_plan_and_statements_in_place_of_the_ledger(claimed, file_place):
    ledger, plan = claimed()
    proof = proof_of(plan, "M1")
    statements = [ledger.statement(each.id) for each in ledger.claims()]
    with open_ledger(file_place()) as third:
        assert codes(third.audit(proof, *statements)) == set()
        proof["claims"] = ["K9"]
        assert codes(third.audit(proof, *statements)) == {"audit-proof-stale"}
        third.record(Facts(devices=DEVICES, lots=(Lot("N", 1, 9, "wind", MARCH, owner=FIRM),)))
        used = ConsumptionRecord("M3", MARCH, 5, consumer=FIRM, place="CN-GS")
        planned = third.match(Facts(consumptions=(used,)), profile="ISO14067")
        assert codes(third.audit(proof_of(planned, "M3"))) == set()
