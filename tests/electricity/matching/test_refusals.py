"""Every refusal is met, with its facts, its rule and source, in both languages."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from pcf.electricity.columns import Texts, demand_columns, supply_columns
from pcf.electricity.facts import (
    AttributeExclusion,
    Cancellation,
    ConsumptionRecord,
    Device,
    Lot,
    ProductionRecord,
    Settlement,
    WhRange,
)
from pcf.electricity.intervals import Interval
from pcf.electricity.matching import Circumstances, Tie, match
from pcf.electricity.profiles import read_profile
from pcf.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.electricity.columns import SupplyColumns
    from pcf.electricity.matching import Plan
    from pcf.electricity.profiles import Profile

FIRM = "示例铝业有限公司"
MARCH = Interval.read("2026-03")
WIND = Device("wind", "wind", place="CN-GS", commissioned=date(2020, 1, 1))
LOT = Lot("P1", 1, 5, "wind", MARCH, owner=FIRM)
METER = ConsumptionRecord(
    "potline 1", MARCH, 5_000_000, consumer=FIRM, site="Lanzhou", place="CN-GS"
)
RANGE = (WhRange.of_serials("P1", 1, 5),)
HOUR = Interval.read("2026-03-01T00:00Z/2026-03-01T01:00Z")
LATER = Interval.read("2026-03-01T01:00Z/2026-03-01T02:00Z")
RECORD = Cancellation("HX-1", date(2026, 4, 1), FIRM, RANGE, period=Interval.read("2026"))
TRADE = Settlement(
    "JY-1", date(2026, 4, 1), "seller", FIRM, RANGE, "green-power trade", "M9", MARCH
)
STRICT = read_profile("CN-GEC-2026", {"binding": {"strict": True}})


def with_states(lot: Lot, device: Device, **texts: str) -> SupplyColumns:
    """Return a lot as columns with other texts in some of them."""
    columns = supply_columns([lot], [device])
    return replace(columns, **{name: Texts.of([value]) for name, value in texts.items()})


def planned(
    *,
    lot: Lot = LOT,
    device: Device | None = WIND,
    meter: ConsumptionRecord = METER,
    profile: Profile | str = "CN-GEC-2026",
    known: Circumstances | None = None,
    trades: int = 0,
    **texts: str,
) -> Plan:
    """Return the plan of one lot and one meter, changed in one thing."""
    columns = with_states(lot, device or WIND, **texts)
    columns.trades[:] = trades
    if device is None:
        columns = replace(columns, devices={})
    return match(columns, demand_columns([meter]), profile=profile, circumstances=known)


def ties(site: str) -> Circumstances:
    """Return that the device is tied to a site."""
    return Circumstances(ties=(Tie("wind", site),))


ROOF = replace(WIND, connection="on-site")
LINE = replace(WIND, connection="direct line")
OWN = replace(LOT, made="self-consumed")
GC = replace(LOT, scheme="GC", interval=HOUR)
HOURLY = replace(METER, interval=LATER, energy=5)
EXCLUDED = AttributeExclusion("CCER", "wind", MARCH, number="CCER-7")
YEARS = Interval(Interval.read("2025").start, Interval.read("2026").end)

# What is changed, the code that must be told, and a fact that must be in the sentence.
REFUSED: dict[str, tuple[dict[str, object], str, str]] = {
    "claimed": ({"state": "claimed"}, "refused-claimed", "P1 1-5"),
    "frozen for CCER": ({"state": "frozen"}, "refused-frozen", "5,000"),
    "locked": ({"state": "locked"}, "refused-locked", "5,000"),
    "expired at the registry": ({"state": "expired"}, "refused-expired", "5,000"),
    "withdrawn": ({"state": "withdrawn"}, "refused-withdrawn", "5,000"),
    "annulled": ({"state": "annulled"}, "refused-annulled", "5,000"),
    "unknown device": ({"device": None}, "refused-device", "wind"),
    "another scheme": ({"lot": replace(LOT, scheme="I-REC")}, "refused-scheme", "I-REC"),
    "a store": ({"lot": replace(LOT, made="storage discharge")}, "refused-storage", "wind"),
    "unbundled": ({"profile": "CBAM"}, "refused-instrument-alone", "5,000"),
    "traded": (
        {"profile": "EU-CFB-2024draft", "bound": "JY-1"},
        "refused-instrument-trade",
        "5,000",
    ),
    "nuclear": (
        {"profile": "RE100", "device": replace(WIND, technology="nuclear")},
        "refused-technology",
        "nuclear",
    ),
    "too old": (
        {"profile": "RE100", "device": replace(WIND, commissioned=date(2011, 3, 1))},
        "refused-age",
        "2011-03-01",
    ),
    "age unknown": (
        {"profile": "RE100", "device": replace(WIND, commissioned=None)},
        "refused-age-unknown",
        "wind",
    ),
    "sold twice": ({"trades": 2}, "refused-trades", "2"),
    "CCER overlap": (
        {"known": Circumstances(exclusions=(EXCLUDED,))},
        "refused-exclusion",
        "CCER",
    ),
    "supported": (
        {
            "profile": "ISO14067",
            "known": Circumstances(exclusions=(replace(EXCLUDED, kind="subsidy"),)),
        },
        "refused-subsidised",
        "2026-03",
    ),
    "certificates of two registries": (
        {"known": Circumstances(exclusions=(replace(EXCLUDED, kind="other certificate"),))},
        "refused-other-certificate",
        "2026-03",
    ),
    "monthly under hours": (
        {"profile": "GHGP-2025-draft", "meter": HOURLY},
        "refused-resolution-hour",
        "2026-03",
    ),
    "over two months": (
        {"lot": replace(LOT, interval=Interval.read("2026-03/2026-04"))},
        "refused-resolution-month",
        "2026-03",
    ),
    "over two years": (
        {"profile": "ISO14067", "lot": replace(LOT, interval=YEARS)},
        "refused-resolution-year",
        "2025",
    ),
    "holder unknown": ({"owner": ""}, "refused-holder-unknown", "P1"),
    "another company's": ({"owner": "另一家"}, "refused-holder", "另一家"),
    "beneficiary of another name": (
        {
            "state": "cancelled",
            "cancellation": "HX-1",
            "known": Circumstances(
                cancellations={"HX-1": replace(RECORD, beneficiary="示例铝业股份有限公司")}
            ),
        },
        "refused-beneficiary",
        "示例铝业股份有限公司",
    ),
    "record not at hand": (
        {"state": "cancelled", "cancellation": "HX-1"},
        "refused-record",
        "HX-1",
    ),
    "another site's": (
        {
            "state": "cancelled",
            "cancellation": "HX-1",
            "known": Circumstances(cancellations={"HX-1": replace(RECORD, site="Yinchuan")}),
        },
        "refused-site",
        "Yinchuan",
    ),
    "record of another period": (
        {
            "state": "cancelled",
            "cancellation": "HX-1",
            "known": Circumstances(
                cancellations={"HX-1": replace(RECORD, period=Interval.read("2025"))}
            ),
        },
        "refused-record-period",
        "2025",
    ),
    "own plant of nobody": ({"lot": OWN, "device": ROOF}, "refused-own-use-unknown", "wind"),
    "own plant elsewhere": (
        {"lot": OWN, "device": ROOF, "known": ties("Yinchuan")},
        "refused-own-use",
        "Yinchuan",
    ),
    "own power of another month": (
        {
            "lot": replace(OWN, interval=Interval.read("2026-02")),
            "device": ROOF,
            "known": ties("Lanzhou"),
        },
        "refused-own-use-period",
        "2026-02",
    ),
    "bound to another meter": (
        {
            "bound": "JY-1",
            "profile": STRICT,
            "known": Circumstances(settlements={"JY-1": TRADE}),
        },
        "refused-binding",
        "M9",
    ),
    "bound to another month": (
        {
            "bound": "JY-1",
            "profile": STRICT,
            "known": Circumstances(
                settlements={
                    "JY-1": replace(TRADE, meter="potline 1", interval=Interval.read("2026-04"))
                }
            ),
        },
        "refused-binding-period",
        "2026-04",
    ),
    "trial certificate": (
        {"device": replace(WIND, trial=True)},
        "refused-trial-certificate",
        "potline 1",
    ),
    "trial consumption": ({"meter": replace(METER, trial=True)}, "refused-trial-use", "potline 1"),
    "place unknown": ({"device": replace(WIND, place="")}, "refused-place-unknown", "wind"),
    "another country": ({"meter": replace(METER, place="US")}, "refused-zone-country", "US"),
    "another grid": (
        {"profile": "ENERGYTAG", "lot": GC, "meter": replace(HOURLY, interval=HOUR, place="CN-ZJ")},
        "refused-zone-grid",
        "CN-ZJ",
    ),
    "another province": (
        {
            "profile": read_profile("CN-GEC-2026", {"zone": {"level": "province"}}),
            "meter": replace(METER, place="CN-QH"),
        },
        "refused-zone-province",
        "CN-QH",
    ),
    "nowhere": (
        {
            "profile": read_profile("CN-GEC-2026", {"zone": {"level": "world"}}),
            "meter": replace(METER, place=""),
        },
        "refused-zone-world",
        "CN-GS",
    ),
    "another hour": (
        {"profile": "ENERGYTAG", "lot": GC, "meter": HOURLY},
        "refused-period-hour",
        "2026-03-01T00:00Z",
    ),
    "month mixed up": (
        {"lot": replace(LOT, interval=Interval.read("2027-03"))},
        "refused-period-month",
        "2027-03",
    ),
    "another year": (
        {"profile": "ISO14067", "lot": replace(LOT, interval=Interval.read("2025-03"))},
        "refused-period-year",
        "2025-03",
    ),
    "another year from 2026 on": (
        {"lot": replace(LOT, interval=Interval.read("2025-11"))},
        "refused-same-year",
        "2025-11",
    ),
    "older than 24 months": (
        {"profile": "CN-GEC-2024", "lot": replace(LOT, interval=Interval.read("2024-02"))},
        "refused-expired-day",
        "2026-01-31",
    ),
    "expired on the day of cancellation": (
        {
            "profile": "ISO14067",
            "lot": replace(LOT, expires=date(2026, 5, 31)),
            "known": Circumstances(cancelled_on=date(2026, 6, 1)),
        },
        "refused-expired-day",
        "2026-05-31",
    ),
}
UNMET: dict[str, tuple[dict[str, object], str]] = {
    "a bill": (
        {"profile": "GHGP-2025-draft", "meter": replace(HOURLY, measured="invoice")},
        "unmet-invoice",
    ),
    "a load profile": (
        {"profile": "ENERGYTAG", "meter": replace(HOURLY, measured="profile")},
        "unmet-profile",
    ),
    "a month for an hour": ({"profile": "ENERGYTAG"}, "unmet-reading-hour"),
    "a year for a month": (
        {"meter": replace(METER, interval=Interval.read("2026"))},
        "unmet-reading-month",
    ),
    "two years": (
        {"profile": "ISO14067", "meter": replace(METER, interval=YEARS)},
        "unmet-reading-year",
    ),
    "no certificate": ({"state": "frozen"}, "unmet-none"),
    "no holder": ({"owner": "另一家"}, "unmet-rule"),
    "no hour": ({"profile": "ENERGYTAG", "lot": GC, "meter": HOURLY}, "unmet-period-hour"),
    "no month": ({"lot": replace(LOT, interval=Interval.read("2025-03"))}, "unmet-period-month"),
    "no year": (
        {"profile": "ISO14067", "lot": replace(LOT, interval=Interval.read("2025-03"))},
        "unmet-period-year",
    ),
    "too few": ({"meter": replace(METER, energy=6_000_000)}, "unmet-short"),
}


def test_nothing_stands_against_the_lot_as_it_is() -> None:
    plan = planned()
    assert (plan.refused, plan.unmet, plan.covered) == ((), (), 5_000_000)


@pytest.mark.parametrize("name", REFUSED)
def test_a_certificate_is_refused_with_its_rule_and_source(name: str) -> None:
    change, code, fact = REFUSED[name]
    plan = planned(**change)  # type: ignore[arg-type]
    (refusal,) = plan.refused
    assert (refusal.code, plan.covered, len(plan.legs)) == (code, 0, 0)
    assert refusal.energy == int(plan.legs.supply_columns.energy.sum())
    assert refusal.rule is plan.profile.rules[refusal.test]
    for language in ("en", "zh"):
        said = refusal.says(language)
        assert fact in said
        assert refusal.rule.source in said
        assert refusal.rule.says.says(language) in said
    assert re.search(r"[\u4e00-\u9fff]", refusal.says("zh").replace(fact, ""))


@pytest.mark.parametrize("name", UNMET)
def test_consumption_that_is_not_covered_says_why(name: str) -> None:
    change, code = UNMET[name]
    plan = planned(**change)  # type: ignore[arg-type]
    (reason,) = plan.unmet
    assert reason.code == code
    assert reason.energy == plan.consumed - plan.covered
    for language in ("en", "zh"):
        assert "potline 1" in reason.says(language)


def test_every_refusal_of_the_catalogue_is_met_here(root_of_messages: Path) -> None:
    written = tomllib.loads(root_of_messages.read_text(encoding="utf-8"))
    codes = {code for code in written if code.startswith(("refused-", "unmet-"))}
    met = {code for _, code, _ in REFUSED.values()} | {code for _, code in UNMET.values()}
    # No profile refuses what never leaves the site or comes by a line of its own.
    assert codes - met == {"refused-instrument-on-site", "refused-instrument-direct-line"}


@pytest.mark.parametrize(
    ("device", "code"),
    [(ROOF, "refused-instrument-on-site"), (LINE, "refused-instrument-direct-line")],
)
def test_a_profile_of_ones_own_may_refuse_own_power(device: Device, code: str) -> None:
    profile = read_profile("ISO14067", {"instrument": {"accept": ("certificate alone",)}})
    plan = planned(lot=OWN, device=device, profile=profile, known=ties("Lanzhou"))
    assert [each.code for each in plan.refused] == [code]


def test_refusals_of_one_reason_are_told_once_with_their_sum() -> None:
    lots = [replace(LOT, series=f"P{n}", owner="另一家") for n in range(7)]
    plan = match(supply_columns(lots, [WIND]), demand_columns([METER]), profile="CN-GEC-2026")
    (refusal,) = plan.refused
    assert (refusal.count, refusal.energy) == (7, 35_000_000)
    assert "P0 1-5 (+6)" in refusal.says("en")


def test_volumes_that_an_exclusion_states_apart_leave_the_rest() -> None:
    """Half of what was metered went to CCER: half of the certificates can be used."""
    known = Circumstances(
        exclusions=(replace(EXCLUDED, energy=3_000_000),),
        productions=(ProductionRecord("wind", MARCH, 5_000_000),),
    )
    plan = planned(known=known)
    assert plan.covered == 2_000_000
    assert plan.left_over.energy == 0
    unstated = planned(known=replace(known, productions=()))
    assert [each.code for each in unstated.refused] == ["refused-exclusion"]
    twice = replace(EXCLUDED, energy=1_000_000, kind="VCS", number="VCS-1")
    both = planned(known=replace(known, exclusions=(*known.exclusions, twice)))
    assert both.covered == 1_000_000


def test_a_subsidy_excludes_where_a_profile_counts_it() -> None:
    known = Circumstances(exclusions=(replace(EXCLUDED, kind="subsidy"),))
    assert planned(known=known).covered == 5_000_000
    assert [each.test for each in planned(known=known, profile="ISO14067").refused] == ["exclusion"]


def test_volume_over_metered_use_is_left_over_and_told() -> None:
    plan = planned(meter=replace(METER, energy=2_500_000))
    assert (plan.left_over.energy, plan.stranded.energy) == (2_000_000, 500_000)
    assert [str(each) for each in plan.left_over.ranges] == ["P1 4-5"]
    assert [str(each) for each in plan.stranded.ranges] == ["P1 3 (500000 Wh from 500000)"]
    for said in (plan.says("en"), plan.says("zh")):
        assert "2,500" in said
        assert "2,000" in said
    told = {each.code: each.facts["energy"] for each in plan.findings if "energy" in each.facts}
    assert told == {"match-left-over": "2,000", "match-stranded": "500"}


def test_a_record_of_another_year_leaves_no_period_whatever_the_certificate_could_serve() -> None:
    """Rules that contradict one another leave nothing: made in 2026, cancelled for 2025."""
    made, record = Interval.read("2026-02"), Interval.read("2025")
    lots = supply_columns([Lot("S", 1, 9, "w", made, owner="x")], [Device("w", "wind", "CN-GS")])
    supply = replace(lots, state=Texts.of(["cancelled"]), cancellation=Texts.of(["HX-1"]))
    reading = ConsumptionRecord("M", Interval.read("2026-01"), 5_000_000, FIRM, "A", "CN-GS")
    ranges = (WhRange.of_serials("S", 1, 9),)
    known = Circumstances(
        cancellations={"HX-1": Cancellation("HX-1", date(2026, 3, 1), FIRM, ranges, period=record)}
    )
    for profile in ("CN-GEC-2024", "CN-GEC-2026", "ISO14067", "GHGP-2015", "RE100"):
        plan = match(supply, demand_columns([reading]), profile=profile, circumstances=known)
        assert plan.covered == 0, profile
        assert [each.code for each in plan.refused] != [], profile


def test_a_plant_tied_twice_is_refused_not_taken_by_the_order() -> None:
    ties = (Tie("roof", meter="A"), Tie("wind", meter="A"), Tie("roof", meter="B"))
    with pytest.raises(ModelError, match="tie-twice") as caught:
        Circumstances(ties=ties)
    assert [each.facts["device"] for each in caught.value.problems] == ["roof"]
