"""From the ledger to a plan, from the plan to a proof: what `Ledger.match` holds and refuses."""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pcf
from pcf.electricity.columns import demand_columns
from pcf.electricity.facts import (
    AttributeExclusion,
    Cancellation,
    ConsumptionRecord,
    Device,
    Facts,
    Lot,
    ProductionRecord,
    Settlement,
    WhRange,
)
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import Move, open_ledger
from pcf.electricity.matching import Circumstances, Tie
from pcf.errors import LedgerError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pcf.electricity.ledger import Ledger, Matched

FIRM, FARM = "示例铝业有限公司", "示例风电有限公司"
MARCH, APRIL = Interval.read("2026-03"), Interval.read("2026-04")
WIND = Device("wind", "wind", place="CN-GS", owner=FARM)
PV = Device("pv", "PV", place="CN-QH")


def lot(series: str, count: int, device: Device = WIND, owner: str = FIRM, **more: object) -> Lot:
    return Lot(series, 1, count, device.id, MARCH, owner=owner, **more)  # type: ignore[arg-type]


def meter(name: str, mwh: float, when: Interval = MARCH, **more: object) -> ConsumptionRecord:
    facts = {"consumer": FIRM, "place": "CN-GS", "site": "厂区", **more}
    return ConsumptionRecord(name, when, round(mwh * 10**6), **facts)  # type: ignore[arg-type]


def used(*records: ConsumptionRecord) -> Facts:
    return Facts(consumptions=records)


def record_of(plan: Matched, number: str = "HX-1") -> Cancellation:
    return Cancellation(number, date(2026, 5, 2), FIRM, plan.to_cancel())


@pytest.fixture
def ledger(file_place: Callable[[], Path]) -> Iterator[Ledger]:
    with open_ledger(file_place()) as opened:
        opened.record(Facts(devices=(WIND, PV), lots=(lot("W", 10),)))
        yield opened


def test_readings_need_not_be_recorded_before(ledger: Ledger) -> None:
    plan = ledger.match(used(meter("M1", 4.5), meter("M2", 2)), profile="CN-GEC-2026")
    assert (plan.covered, plan.consumed, plan.gap) == (6_500_000, 6_500_000, 0)
    assert (plan.left_over.energy, plan.stranded.energy) == (3_000_000, 500_000)
    assert plan.tier == "interval"
    assert len(ledger.demand()) == 0
    ledger.commit(plan, cancellation=record_of(plan))
    assert ledger.demand().claimed.tolist() == [4_500_000, 2_000_000]
    assert ledger.audit().ok


def test_plan_claim_and_supply_are_the_same_in_both_databases(
    place: Callable[[], str | Path],
) -> None:
    with open_ledger(place()) as ledger:
        ledger.record(Facts(devices=(WIND, PV), lots=(lot("W", 10), lot("P", 4, PV))))
        plan = ledger.match(used(meter("M1", 4.5), meter("M2", 8)), profile="CN-GEC-2026")
        ledger.commit(plan, cancellation=record_of(plan), key="2026-03")
        assert ledger.commit(plan, cancellation=record_of(plan), key="2026-03").sequence == 3
        assert ledger.totals() == {"active": 1_000_000, "cancelled": 500_000, "claimed": 12_500_000}
        assert plan.evidence("M2").audited is True
        assert ledger.standing().supply("M2").shares == plan.supply("M2").shares
        again = ledger.match(profile="CN-GEC-2026")
        assert (again.consumed, again.covered) == (12_500_000, 0)


def test_a_plan_is_frozen_and_the_ledger_says_what_became_of_it(ledger: Ledger) -> None:
    plan = ledger.match(used(meter("M1", 4.5)), profile="CN-GEC-2026")
    planned = plan.evidence("M1")
    assert (planned.status, planned.registered, planned.audited) == ("planned", None, None)
    assert "match-planned" in {each.code for each in plan.findings}
    assert plan.supply("M1").evidence is None

    ledger.commit(plan, cancellation=record_of(plan))
    proof = plan.evidence("M1")
    assert (proof.status, proof.records, proof.audited) == ("cancelled", ("HX-1",), True)
    assert proof.registered is not None
    assert (proof.registered.ledger, proof.registered.head) == (ledger.id, ledger.head[1])
    assert proof.registered.claims == tuple(each.id for each in ledger.claims())
    assert proof.ranges == (WhRange("W", 10**6, 5_500_000),)
    assert plan.supply("M1").evidence == "HX-1"
    assert plan.certifiable
    assert "match-planned" not in {each.code for each in plan.findings}

    restated = ledger.record(Move("withdraw", (WhRange.of_serials("W", 2, 2),), date(2026, 6, 1)))
    assert [each.claim for each in restated.restatements] == list(proof.registered.claims)
    assert plan.evidence("M1").planned
    assert plan.supply("M1").evidence is None
    assert planned.status == "planned"
    assert proof.status == "cancelled"


def test_without_the_registrys_record_nothing_is_claimed_or_recorded(ledger: Ledger) -> None:
    plan = ledger.match(used(meter("M1", 4.5)), profile="CN-GEC-2026")
    head = ledger.head
    with pytest.raises(LedgerError) as refused:
        ledger.commit(plan)
    assert [each.code for each in refused.value.problems] == ["ledger-not-cancelled"]
    assert (ledger.head, len(ledger.demand())) == (head, 0)


def test_a_plan_of_no_reading_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError) as refused:
        ledger.match(Facts(devices=(WIND,)), profile="CN-GEC-2026")
    assert [each.code for each in refused.value.problems] == ["match-no-readings"]


def test_a_batch_sent_again_counts_once(ledger: Ledger) -> None:
    plan = ledger.match(used(meter("M1", 4.5)), profile="CN-GEC-2026")
    first = ledger.commit(plan, cancellation=record_of(plan), key="2026-03")
    assert ledger.commit(plan, cancellation=record_of(plan), key="2026-03") == first
    with pytest.raises(LedgerError):
        ledger.commit(plan, cancellation=record_of(plan))
    assert ledger.totals()["claimed"] == 4_500_000


def test_readings_that_are_recorded_in_part_are_recorded_once(ledger: Ledger) -> None:
    ledger.record(used(meter("M1", 4.5)))
    plan = ledger.match(used(meter("M1", 4.5), meter("M2", 1)), profile="CN-GEC-2026")
    ledger.commit(plan, cancellation=record_of(plan))
    assert ledger.demand().energy.tolist() == [4_500_000, 1_000_000]
    assert ledger.match(profile="CN-GEC-2026").consumed == 5_500_000


def test_a_reading_that_is_recorded_otherwise_is_refused(ledger: Ledger) -> None:
    ledger.record(used(meter("M1", 4.5)))
    with pytest.raises(LedgerError) as refused:
        ledger.match(used(meter("M1", 45)), profile="CN-GEC-2026")
    (told,) = refused.value.problems
    assert told.code == "ledger-reading-differs"
    assert "45,000" in told.says("zh")


def test_what_is_claimed_is_told_and_not_used_again(ledger: Ledger) -> None:
    first = ledger.match(used(meter("M1", 4.5)), profile="CN-GEC-2026")
    ledger.commit(first, cancellation=record_of(first))
    again = ledger.match(used(meter("M1", 4.5), meter("M2", 9)), profile="CN-GEC-2026")
    # 10 MWh of certificates less 4.5 claimed; M1 is covered and M2 takes what is left.
    assert again.covered == 5_500_000
    codes = {each.code for each in again.refused}
    assert "refused-claimed" in codes
    with pytest.raises(ModelError) as refused:
        again.supply("M1")
    assert [each.code for each in refused.value.problems] == ["coverage-other-claims"]


def test_trades_records_and_exclusions_come_from_the_ledger(ledger: Ledger) -> None:
    ledger.record(
        Facts(lots=(lot("T", 5, owner=FARM), lot("P", 5, PV), lot("X", 5, PV))),
        Settlement(
            *("S-1", date(2026, 4, 9), FARM, FIRM, (WhRange.of_serials("T", 1, 5),)),
            *("green-power trade", "M2", MARCH),
        ),
        Cancellation(
            "HX-0", date(2026, 4, 20), FIRM, (WhRange.of_serials("P", 1, 5),), period=APRIL
        ),
        Facts(exclusions=(AttributeExclusion("CCER", "pv", Interval.read("2025-01")),)),
    )
    readings = used(meter("M1", 30), meter("M2", 5), meter("M1", 30, APRIL))
    plan = ledger.match(readings, profile="CN-GEC-2026")
    known = plan.plan.circumstances
    assert known.settlements["S-1"].ranges == (WhRange.of_serials("T", 1, 5),)
    assert known.cancellations["HX-0"].period == APRIL
    assert [each.kind for each in known.exclusions] == ["CCER"]
    served = {(leg.range.series, leg.consumption.meter) for leg in plan.legs.rows()}
    assert ("T", "M2") in served
    assert ("T", "M1") not in served
    of_april = {leg.range.series for leg in plan.legs.rows() if leg.consumption.interval == APRIL}
    assert "P" in of_april
    assert all(
        leg.consumption.interval == APRIL for leg in plan.legs.rows() if leg.range.series == "P"
    )


def test_production_that_another_system_holds_is_refused_by_name(ledger: Ledger) -> None:
    ledger.record(Facts(exclusions=(AttributeExclusion("CCER", "wind", MARCH),)))
    plan = ledger.match(used(meter("M1", 5)), profile="CN-GEC-2026")
    assert plan.covered == 0
    (refusal,) = plan.refused
    assert refusal.test == "exclusion"
    assert "CCER" in refusal.says("zh")
    assert "国能综通新能〔2024〕124号" in refusal.because("en")


def test_own_power_of_a_tied_plant_needs_no_certificate(ledger: Ledger) -> None:
    roof = Device("roof", "PV", place="CN-GS", connection="on-site", owner=FIRM)
    made = (
        ProductionRecord("roof", MARCH, 2_000_000, "self-consumed"),
        ProductionRecord("roof", MARCH, 1_000_000, "exported"),
    )
    ledger.record(Facts(devices=(roof,), productions=made))
    given = Circumstances(ties=(Tie("roof", site="厂区"),))
    plan = ledger.match(used(meter("M1", 8)), profile="ISO14067", circumstances=given)
    proof = plan.evidence("M1")
    assert (proof.own, proof.certified, proof.null) == (2_000_000, 6_000_000, 0)
    shares = {(each.technology, each.connection): each.share for each in plan.supply("M1").shares}
    assert shares[("PV", "on-site")] == pytest.approx(0.25)


def test_own_power_whose_certificates_another_holds_is_null_power(ledger: Ledger) -> None:
    roof = Device("roof", "PV", place="CN-GS", connection="on-site", owner=FIRM)
    sold = Lot("R", 1, 3, "roof", MARCH, owner="买方", made="self-consumed", scheme="I-REC")
    ledger.record(
        Facts(
            devices=(roof,),
            productions=(ProductionRecord("roof", MARCH, 4_000_000, "self-consumed"),),
            lots=(sold,),
        )
    )
    given = Circumstances(ties=(Tie("roof", site="厂区"),))
    plan = ledger.match(used(meter("M1", 4)), profile="ISO14067", circumstances=given)
    proof = plan.evidence("M1")
    assert (proof.own, proof.null) == (1_000_000, 3_000_000)


def test_a_meter_divided_over_lines_keeps_its_proof(ledger: Ledger) -> None:
    plan = ledger.match(used(meter("M1", 8)), profile="CN-GEC-2026")
    ledger.commit(plan, cancellation=record_of(plan))
    lines = plan.divided("M1", {"铝锭": "0.625", "铝棒": "0.375"})
    parts = [lines.evidence(name) for name in ("铝锭", "铝棒")]
    assert [each.covered for each in parts] == [5_000_000, 3_000_000]
    assert [each.records for each in parts] == [("HX-1",), ("HX-1",)]
    assert sum(each.energy for part in parts for each in part.ranges) == plan.covered
    assert lines.supply("铝棒").evidence == "HX-1"


def test_evidence_is_plain_json_with_its_own_digest(ledger: Ledger) -> None:
    plan = ledger.match(used(meter("M1", 4.5), meter("M1", 3, APRIL)), profile="CN-GEC-2026")
    ledger.commit(plan, cancellation=record_of(plan))
    proof = plan.evidence("M1")
    content = proof.as_dict()
    assert json.loads(json.dumps(content)) == content
    assert content["months"] == [
        ["2026-03", "4500000", "4500000", "0", "0"],
        ["2026-04", "3000000", "3000000", "0", "0"],
    ]
    assert (proof.share, proof.scores.hour, proof.scores.year) == (1.0, None, 1.0)
    assert proof.scores.month == pytest.approx(4.5 / 7.5)
    again = plan.evidence("M1")
    assert (again, again.digest) == (proof, proof.digest)
    assert pickle.loads(pickle.dumps(proof)) == proof  # noqa: S301 - its own bytes
    for language in ("en", "zh"):
        assert "HX-1" in proof.says(language)


def test_hourly_readings_have_their_coverage_by_the_hour(ledger: Ledger) -> None:
    hours = [Interval(MARCH.start + 3600 * n, MARCH.start + 3600 * (n + 1)) for n in range(3)]
    farm = Facts(
        lots=tuple(
            Lot("G", 900 * n, 900 * n + 499, "pv", hour, owner=FIRM, scheme="GC")
            for n, hour in enumerate(hours[:2])
        )
    )
    ledger.record(farm)
    readings = demand_columns([meter("M1", 0.0004, hour) for hour in hours])
    plan = ledger.match(readings, profile="ENERGYTAG")
    proof = plan.evidence("M1")
    assert [each.certified for each in proof.hours] == [400, 400, 0]
    assert proof.scores.hour == pytest.approx(2 / 3)


EXAMPLES = Path(__file__).parents[3] / "examples"


def test_the_script_of_the_plan_runs_as_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = EXAMPLES / "green_electricity"
    for name, copied in (
        ("gec-2024.csv", "gec-2025.csv"),
        ("workshops-2024.csv", "workshops-2025.csv"),
        ("registry-record.csv", "registry-record.csv"),
    ):
        (tmp_path / copied).write_bytes((folder / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    study = pcf.read_study(EXAMPLES / "fictional_smelter")

    ledger = pcf.open_ledger("certificates.db")
    ledger.record(pcf.read_certificates("gec-2025.csv"), key="upload-2025-12")
    claim = ledger.match(
        pcf.read_meters("workshops-2025.csv"), profile="CN-GEC-2026", policy="earliest_expiry"
    )
    assert (claim.covered, claim.left_over.energy) == (3_850_000_000, 0)
    assert [each.test for each in claim.refused] == ["own-use"]
    ledger.commit(claim, cancellation=pcf.read_cancellation("registry-record.csv"))
    varied = study.varying(electricity=claim.supply("potline 1"))

    ledger.close()
    assert varied.electricity.treatment == "market:CN-GEC-2026"
    background = pcf.open_background("cn-public", edition="2026.1")
    footprint = varied.footprint(background)
    assert not footprint.planned
    (proof,) = [each for each in footprint.findings if each.code == "evidence-cancelled"]
    assert "HX-2025-0101" in proof.says("en")


def test_claims_of_several_months_are_one_supply(ledger: Ledger) -> None:
    """What no plan alone knows: the year's supply is of all claims that stand."""
    for number, (when, mwh) in enumerate(((MARCH, 4.5), (APRIL, 3)), 1):
        plan = ledger.match(used(meter("M1", mwh, when)), profile="CN-GEC-2026")
        missing = plan.to_cancel()
        record = Cancellation(f"HX-{number}", date(2026, 5, number), FIRM, missing)
        ledger.commit(plan, cancellation=record)
    ledger.record(used(meter("M1", 2.5, Interval.read("2026-05"))))
    year = ledger.standing(Interval.read("2026"))
    proof = year.evidence("M1")
    assert (proof.consumed, proof.certified) == (10_000_000, 7_500_000)
    assert proof.records == ("HX-1", "HX-2")
    assert proof.audited is True
    assert [each.energy for each in proof.ranges] == [7_500_000]
    supply = year.supply("M1")
    shares = {each.technology: each.share for each in supply.shares}
    assert shares == {"wind": 0.75, "average": 0.25}
    assert supply.evidence == "HX-1, HX-2"
    march = ledger.standing(MARCH).evidence("M1")
    assert (march.consumed, march.certified, march.records) == (4_500_000, 4_500_000, ("HX-1",))
    with pytest.raises(LedgerError):
        ledger.standing(Interval.read("2020"))


def test_what_stands_is_what_the_plan_was(ledger: Ledger) -> None:
    ledger.record(Facts(lots=(lot("P", 5, PV),)))
    plan = ledger.match(
        used(meter("M1", 4.5, line="电解"), meter("M2", 7.25, line="铸造")), profile="CN-GEC-2026"
    )
    first = [each for each in plan.to_cancel() if each.series == "P"]
    rest = [each for each in plan.to_cancel() if each.series != "P"]
    cut = WhRange(rest[0].series, rest[0].low, rest[0].low + 2_000_000)
    tail = WhRange(rest[0].series, cut.high, rest[0].high)
    records = [
        Cancellation(f"HX-{n}", date(2026, 5, 2), FIRM, tuple(ranges))
        for n, ranges in enumerate(([*first, cut], [tail, *rest[1:]]))
    ]
    ledger.commit(plan, cancellation=records)
    stands = ledger.standing()
    for line in ("电解", "铸造", "厂区"):
        assert stands.supply(line).shares == plan.supply(line).shares
        assert stands.ranges(line) == plan.ranges(line)
        one, other = stands.evidence(line), plan.evidence(line)
        assert (one.months, one.certified) == (other.months, other.certified)
    assert stands.flows().svg == plan.flows().svg
    assert stands.heat_map().svg == plan.heat_map().svg
