"""From the ledger's columns to a plan, and from the plan to claims that the audit proves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.electricity.facts import Cancellation, ConsumptionRecord, Device, Facts, Lot, WhRange
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import open_ledger
from pcf.electricity.matching import Circumstances, Plan, match, with_records
from pcf.errors import LedgerError

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.electricity.ledger import Ledger

FIRM, OTHER = "示例铝业有限公司", "另一家有限公司"
DEVICES = (Device("wind", "wind", place="CN-GS"), Device("pv", "PV", place="CN-QH"))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Draw lots and readings of one year and two companies."""
    months = st.integers(1, 12).map(lambda month: Interval.of_month(2026, month))
    owners = st.sampled_from([FIRM, OTHER])
    keys = draw(st.sets(st.tuples(st.sampled_from("AB"), months), min_size=1, max_size=5))
    return Facts(
        devices=DEVICES,
        lots=tuple(
            Lot(
                f"P{n}",
                1,
                draw(st.integers(1, 9)),
                draw(st.sampled_from(DEVICES)).id,
                draw(months),
                owner=draw(owners),
            )
            for n in range(draw(st.integers(1, 5)))
        ),
        consumptions=tuple(
            ConsumptionRecord(
                meter,
                month,
                draw(st.integers(1, 20_000_000)),
                consumer={"A": FIRM, "B": OTHER}[meter],
                place="CN-GS",
                line="line",
            )
            for meter, month in sorted(keys)
        ),
    )


def records_of(plan: Plan) -> list[Cancellation]:
    """Return what the registry would write: whole certificates, one record for each beneficiary."""
    found = []
    for claim in plan.claims:
        ranges = []
        for leg in claim.legs.rows():
            first, last = leg.range.low // 10**6, (leg.range.high - 1) // 10**6
            ranges += [(leg.range.series, serial) for serial in range(first, last + 1)]
        spans = tuple(WhRange.of_serials(*each, each[1]) for each in sorted(set(ranges)))
        found.append(Cancellation(f"HX-{len(found)}", date(2027, 1, 5), claim.beneficiary, spans))
    return found


def planned(ledger: Ledger, records: list[Cancellation] | None = None) -> Plan:
    """Return the plan of what the ledger holds."""
    return match(
        ledger.supply(),
        ledger.demand(),
        profile="CN-GEC-2026",
        circumstances=Circumstances(cancellations={each.number: each for each in records or []}),
    )


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(facts(), st.integers(0, 2**16))
def test_a_plan_becomes_claims_and_nothing_is_left_to_match(
    tmp_path: Path, drawn: Facts, seed: int
) -> None:
    with open_ledger(tmp_path / f"{seed}-{np.random.default_rng().integers(2**62)}.db") as ledger:
        ledger.record(drawn)
        plan = planned(ledger)
        if not plan.claims:
            return
        records = records_of(plan)
        ledger.commit(plan, cancellation=records)
        assert ledger.audit().ok
        assert ledger.totals()["claimed"] == plan.covered
        assert with_records(plan, records).certifiable
        again = planned(ledger, records)
        # What is left of cancelled certificates may serve the same company's other months.
        assert again.covered + plan.covered <= sum(each.energy for each in drawn.consumptions)


def test_a_plan_without_cancellation_gives_no_claim(tmp_path: Path) -> None:
    month = Interval.read("2026-03")
    drawn = Facts(
        devices=DEVICES,
        lots=(Lot("P1", 1, 2, "wind", month, owner=FIRM),),
        consumptions=(ConsumptionRecord("A", month, 2_000_000, consumer=FIRM, place="CN-GS"),),
    )
    with open_ledger(tmp_path / "certificates.db") as ledger:
        ledger.record(drawn)
        plan = planned(ledger)
        assert "match-planned" in {each.code for each in plan.findings}
        with pytest.raises(LedgerError):
            ledger.commit(plan)
        (record,) = records_of(plan)
        ledger.record(record)
        cancelled = planned(ledger, [record])
        assert cancelled.certifiable
        assert cancelled.supply("A").evidence == "HX-0"
        assert "match-planned" not in {each.code for each in cancelled.findings}
        ledger.commit(cancelled)
        assert ledger.audit().ok
        assert planned(ledger, [record]).covered == 0
