"""The faults that were read in another registry's code, and the refusals that a plant meets.

Each test fails in a ledger with that fault.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pcf.electricity.columns import Claim, Legs, demand_columns, supply_columns
from pcf.electricity.facts import (
    AttributeExclusion,
    Cancellation,
    ConsumptionRecord,
    Device,
    Facts,
    Leg,
    Lot,
    ProductionRecord,
    Settlement,
    WhRange,
)
from pcf.electricity.gec import issue, last_usable_day, trade_class
from pcf.electricity.intervals import Interval
from pcf.errors import LedgerError, ModelError


def test_split_off_by_one(ledger, plant):
    """A part of 250 held 251 serials, the other 749, and the registry's own test said so."""
    ledger.record(plant.record(plant.wh(0, 250)))
    parts = ledger.position("A", "GC")
    assert sum(each.energy for each in parts) == 1000
    assert parts[0].range.high == parts[1].range.low == 250


def test_reissued_serials(ledger, plant, refused):
    """The next free serial was the highest of those not withdrawn."""
    ledger.record(plant.move("withdraw", plant.wh(0, 1000)))
    assert ledger.next_serial("A", "GC") == 1000
    lot = Lot("A", 0, 9, "d1", Interval.read("2025-05"), scheme="GC")
    assert refused(ledger.record, Facts(lots=(lot,))) == "serials-recorded"


def test_cancel_after_claim(ledger, plant, refused):
    """No service looked at the state it started from: a claimed bundle could be cancelled again."""
    meter = plant.meter("M2", 800, product="铝锭")
    record = plant.record(plant.wh(0, 10))
    ledger.commit(plant.claim("K1", (plant.wh(0, 10), meter)), cancellation=record)
    for step in (
        plant.move("reserve", plant.wh(0, 10)),
        plant.move("lock", plant.wh(0, 10)),
        plant.record(plant.wh(0, 10), number="HX-2"),
        plant.claim("K2", (plant.wh(0, 10), meter)),
    ):
        assert refused(ledger.record, step) in {"ledger-state", "ledger-claimed-already"}


def test_foreign_owner(ledger, plant, refused):
    """Bundles were loaded by number without looking whose they are."""
    assert refused(ledger.record, plant.move("reserve", plant.wh(0, 5), by=plant.other)) == (
        "ledger-not-owner"
    )
    record = plant.record(plant.wh(0, 5), beneficiary=plant.other)
    assert refused(ledger.record, record) == "ledger-not-owner"


def test_half_a_batch(ledger, plant):
    """Each bundle was stored on its own, so that a crash left half an action."""
    head, totals = ledger.head, ledger.totals()
    good, bad = plant.move("reserve", plant.wh(0, 5)), plant.move("annul", plant.wh(5, 9))
    with pytest.raises(LedgerError):
        ledger.record(good, bad)
    assert (ledger.head, ledger.totals()) == (head, totals)
    ledger.record(good)
    assert ledger.totals()["reserved"] == 5


def test_a_split_parent_is_no_second_bundle(ledger, plant, refused):
    """A bundle that had been split could be reserved besides its parts."""
    ledger.record(plant.record(plant.wh(0, 400)))
    assert refused(ledger.record, plant.move("reserve", plant.wh(0, 1000))) == "ledger-state"


def test_serials_that_the_ledger_does_not_have(ledger, plant, refused):
    assert refused(ledger.record, plant.record(plant.gec(5, 11))) == "serials-unknown"
    assert refused(ledger.record, plant.move("lock", plant.wh(990, 1001))) == "serials-unknown"


def test_serials_that_are_named_twice_in_one_record(ledger, plant, refused):
    record = plant.record(plant.gec(1, 5), plant.gec(5, 6))
    assert refused(ledger.record, record) == "serials-named-twice"


def test_an_expired_certificate(ledger, plant, refused):
    """Valid for 24 months, the month of production included: to the end of February 2027."""
    late = Cancellation("HX-1", date(2027, 3, 1), plant.firm, (plant.gec(1, 1),))
    assert refused(ledger.record, late) == "ledger-expired"
    ledger.record(Cancellation("HX-1", date(2027, 2, 28), plant.firm, (plant.gec(1, 1),)))


def test_a_record_older_than_the_electricity(ledger, plant, refused):
    early = Cancellation("HX-1", date(2025, 2, 27), plant.firm, (plant.gec(1, 1),))
    assert refused(ledger.record, early) == "ledger-before-production"


def test_a_beneficiary_of_another_name(ledger, plant, refused):
    record = plant.record(plant.gec(1, 1), beneficiary=plant.other, holder=plant.firm)
    claim = plant.claim("K", (plant.gec(1, 1), plant.meter("M1", 5_000_000)))
    assert refused(ledger.commit, claim, cancellation=record) == "beneficiary-differs"


def test_a_name_in_full_width_or_with_spaces_is_the_same(file_ledger, plant):
    record = plant.record(plant.gec(1, 1), beneficiary=f" {plant.firm} ")
    claim = plant.claim("K", (plant.gec(1, 1), plant.meter("M1", 5_000_000)))
    file_ledger.commit(claim, cancellation=record)


def test_a_meter_of_another_company(ledger, plant, refused):
    ledger.record(Facts(consumptions=(plant.meter("M9", 10, consumer=plant.other),)))
    claim = plant.claim("K", (plant.wh(0, 5), plant.meter("M9", 10, consumer=plant.other)))
    record = plant.record(plant.wh(0, 5))
    assert refused(ledger.commit, claim, cancellation=record) == "consumer-differs"


def test_a_meter_whose_company_is_unknown(ledger, plant, refused):
    ledger.record(Facts(consumptions=(plant.meter("M9", 10, consumer=""),)))
    claim = plant.claim("K", (plant.wh(0, 5), plant.meter("M9", 10, consumer="")))
    record = plant.record(plant.wh(0, 5))
    assert refused(ledger.commit, claim, cancellation=record) == "consumer-differs"


def test_a_cancellation_record_of_another_period(ledger, plant, refused):
    record = plant.record(plant.gec(1, 1), period=Interval.read("2025-04"))
    claim = plant.claim("K", (plant.gec(1, 1), plant.meter("M1", 5_000_000)))
    assert refused(ledger.commit, claim, cancellation=record) == "cancellation-period"


def test_a_claim_of_a_year_rests_on_records_of_months(ledger, plant, refused):
    """Each record serves the month that it was made for, also within a claim of the year."""
    april = ConsumptionRecord("M1", Interval.read("2025-04"), 5_000_000, consumer=plant.firm)
    ledger.record(
        Facts(consumptions=(april,)),
        plant.record(plant.gec(1, 2), period=plant.march),
        plant.record(plant.gec(3, 4), number="HX-2", period=april.interval),
    )
    march, year = plant.meter("M1", 5_000_000), Interval.read("2025")
    crossed = plant.claim("K", (plant.gec(1, 1), march), (plant.gec(2, 3), april), period=year)
    assert refused(ledger.commit, crossed) == "cancellation-period"
    right = plant.claim("K", (plant.gec(1, 2), march), (plant.gec(3, 3), april), period=year)
    ledger.commit(right)
    assert ledger.audit().ok


def test_consumption_of_another_month(ledger, plant, refused):
    april = Interval.read("2025-04")
    record = plant.record(plant.gec(1, 1))
    claim = plant.claim("K", (plant.gec(1, 1), plant.meter("M1", 5_000_000)), period=april)
    assert refused(ledger.commit, claim, cancellation=record) == "consumption-outside-period"


def test_volume_over_metered_use(ledger, plant, refused):
    record = plant.record(plant.wh(0, 801))
    claim = plant.claim("K", (plant.wh(0, 801), plant.meter("M2", 800, product="铝锭")))
    assert refused(ledger.commit, claim, cancellation=record) == "over-consumption"


def test_one_kilowatt_hour_greened_twice(ledger, plant, refused):
    """By on-site power first, then by a certificate."""
    meter = plant.meter("M2", 800, product="铝锭")
    record = plant.record(plant.wh(0, 900))
    ledger.commit(plant.claim("on-site", (plant.wh(0, 800), meter)), cancellation=record)
    second = plant.claim("certificate", (plant.wh(800, 801), meter))
    assert refused(ledger.commit, second) == "over-consumption"


def test_a_plan_without_a_cancellation_record_gives_no_claim(ledger, plant, refused):
    claim = plant.claim("K", (plant.gec(1, 1), plant.meter("M1", 5_000_000)))
    assert refused(ledger.commit, claim) == "ledger-not-cancelled"
    assert ledger.claims() == ()


def test_a_certificate_of_one_site_for_the_product_of_another(ledger, plant, refused):
    ledger.record(Facts(consumptions=(plant.meter("M9", 10, site="银川厂"),)))
    record = plant.record(plant.wh(0, 5), site="兰州厂")
    claim = plant.claim("K", (plant.wh(0, 5), plant.meter("M9", 10, site="银川厂")))
    assert refused(ledger.commit, claim, cancellation=record) == "site-differs"


def test_ccer_overlap_whichever_comes_first(ledger, plant, refused):
    exclusion = AttributeExclusion("CCER", "d1", Interval.read("2025-03-10/2025-03-12"))
    claim = plant.claim("K", (plant.wh(0, 5), plant.meter("M2", 800, product="铝锭")))
    record = plant.record(plant.wh(0, 5))
    ledger.record(Facts(exclusions=(exclusion,)))
    assert refused(ledger.commit, claim, cancellation=record) == "exclusion-claimed"
    green = plant.claim("K", (plant.gec(1, 1), plant.meter("M1", 5_000_000)))
    ledger.commit(green, cancellation=plant.record(plant.gec(1, 1)))
    late = AttributeExclusion("CCER", "d2", Interval.read("2025"))
    assert refused(ledger.record, Facts(exclusions=(late,))) == "exclusion-claimed"


def test_volumes_that_the_registry_keeps_apart_may_stand_side_by_side(file_ledger, plant, refused):
    made = ProductionRecord("d1", plant.march, 1000)
    apart = AttributeExclusion("CCER", "d1", plant.march, energy=300)
    file_ledger.record(Facts(productions=(made,), exclusions=(apart,)))
    meter = plant.meter("M2", 800, product="铝锭")
    record = plant.record(plant.wh(0, 750))
    fits = plant.claim("K", (plant.wh(0, 700), meter))
    file_ledger.commit(fits, cancellation=record)
    more = plant.claim("K2", (plant.wh(700, 701), meter))
    assert refused(file_ledger.commit, more) == "exclusion-claimed"


def test_more_certificates_than_were_metered(file_ledger, refused):
    """A carry from earlier months is below one certificate."""
    april = Interval.read("2025-04")
    file_ledger.record(Facts(productions=(ProductionRecord("d2", april, 2_000_001),)))
    one_too_many = Facts(lots=(Lot("P4", 1, 4, "d2", april),))
    assert refused(file_ledger.record, one_too_many) == "exceeds-metered"
    file_ledger.record(Facts(lots=(Lot("P4", 1, 3, "d2", april),)))  # one from the carry


def test_certificates_first_and_the_meter_later(file_ledger, refused):
    april = Interval.read("2025-04")
    file_ledger.record(Facts(lots=(Lot("P4", 1, 4, "d2", april),)))
    wrong = Facts(productions=(ProductionRecord("d2", april, 3_000_000),))
    assert refused(file_ledger.record, wrong) == "exceeds-metered"
    file_ledger.record(Facts(productions=(ProductionRecord("d2", april, 3_000_001),)))


def test_kilowatt_hours_entered_as_megawatt_hours(file_ledger, refused):
    """A 1 MW plant cannot make 700,000 MWh in a month."""
    april = Interval.read("2025-04")
    file_ledger.record(Facts(devices=(Device("small", "PV", capacity=1_000_000),)))
    wrong = Facts(lots=(Lot("S", 1, 700_000, "small", april),))
    assert refused(file_ledger.record, wrong) == "exceeds-capacity"
    wrong = Facts(productions=(ProductionRecord("small", april, 700_000_000_000),))
    assert refused(file_ledger.record, wrong) == "exceeds-capacity"
    file_ledger.record(Facts(lots=(Lot("S", 1, 700, "small", april),)))


def test_two_registries_for_one_production(file_ledger, plant, refused):
    other = Lot("GO", 1, 1, "d2", plant.march, owner=plant.firm, scheme="GO")
    assert refused(file_ledger.record, Facts(lots=(other,))) == "overlapping-production"


def test_one_meter_at_two_sites(file_ledger, plant, refused):
    moved = plant.meter("M1", 10, site="别处")
    april = ConsumptionRecord("M1", Interval.read("2025-04"), 10, consumer=plant.firm, site="别处")
    assert "ledger-meter-differs" in refused(file_ledger.record, Facts(consumptions=(moved,)))
    assert refused(file_ledger.record, Facts(consumptions=(april,))) == "ledger-meter-differs"


def test_a_site_and_its_products_agree(file_ledger, plant, refused):
    """What covers a line covers the site; the site's own claim cannot use it again (I10)."""
    site = plant.meter("site", 100)
    lines = [plant.meter("line 1", 60, within="site"), plant.meter("line 2", 40, within="site")]
    file_ledger.record(Facts(consumptions=(*lines, site)))
    record = plant.record(plant.wh(0, 200))
    claim = plant.claim("lines", (plant.wh(0, 60), lines[0]), (plant.wh(60, 100), lines[1]))
    file_ledger.commit(claim, cancellation=record)
    again = plant.claim("scope 2", (plant.wh(100, 101), site))
    assert refused(file_ledger.commit, again) == "over-consumption"
    third = plant.meter("line 3", 1, within="site")
    assert refused(file_ledger.record, Facts(consumptions=(third,))) == "parts-over-whole"
    alone = plant.meter("line 4", 1, within="no such meter")
    assert refused(file_ledger.record, Facts(consumptions=(alone,))) == "ledger-whole"


def test_legs_that_use_one_watt_hour_twice(file_ledger, plant, refused):
    meter = plant.meter("M2", 800, product="铝锭")
    claim = plant.claim("K", (plant.wh(0, 10), meter), (plant.wh(9, 20), meter))
    record = plant.record(plant.wh(0, 20))
    assert refused(file_ledger.commit, claim, cancellation=record) == "ledger-legs-overlap"


def test_a_claim_over_lots_that_lie_side_by_side(file_ledger, plant):
    """A range of serials may run through several lots of its series."""
    april = Interval.read("2025-04")
    file_ledger.record(
        Facts(lots=(Lot("A", 1000, 1099, "d1", april, owner=plant.firm, scheme="GC"),))
    )
    leg = Leg(plant.wh(950, 1050), plant.meter("M2", 800, product="铝锭"))
    claim = Claim("K", plant.firm, plant.march, Legs.of([leg]))
    file_ledger.commit(claim, cancellation=plant.record(plant.wh(900, 1100)))
    assert file_ledger.totals()["claimed"] == 100
    assert file_ledger.audit().ok


def test_null_power_is_known(file_ledger, plant):
    """On-site power whose certificates went to another counts by the residual factor (I8)."""
    roof = Device("roof", "PV", connection="on-site", owner=plant.firm)
    lot = Lot("R", 0, 99, "roof", plant.march, owner=plant.firm, made="self-consumed", scheme="GC")
    file_ledger.record(Facts(devices=(roof,), lots=(lot,)))
    assert file_ledger.audit().null_power == {}
    sold = Settlement("S", plant.day, plant.firm, plant.other, (plant.wh(0, 40, "R"),))
    file_ledger.record(sold)
    assert dict(file_ledger.audit().null_power) == {"roof": 40}


def test_self_consumed_certificates_are_not_sold(file_ledger, plant, refused):
    lot = Lot("N", 1, 5, "d1", Interval.read("2025-04"), owner=plant.firm, tradable=False)
    file_ledger.record(Facts(lots=(lot,)))
    sold = Settlement(*("S", plant.day, plant.firm, plant.other, (WhRange.of_serials("N", 1, 1),)))
    assert refused(file_ledger.record, sold) == "ledger-not-tradable"


def test_carry_and_validity_of_green_certificates():
    months = [("2025-11", 1_234_567_000), ("2025-12", 987_400_000)]
    months += [("2026-01", 200_000), ("2026-02", 2_000_833_000)]
    assert list(issue(months)) == [
        ("2025-11", 1234, 567_000),
        ("2025-12", 987, 967_000),
        ("2026-01", 1, 167_000),
        ("2026-02", 2001, 0),
    ]
    for month, last in (
        ("2023-07", date(2025, 12, 31)),
        ("2023-12", date(2025, 12, 31)),
        ("2024-01", date(2025, 12, 31)),
        ("2024-06", date(2026, 5, 31)),
        ("2025-11", date(2027, 10, 31)),
    ):
        assert last_usable_day(Interval.read(month)) == last


@pytest.mark.parametrize(
    ("device", "made", "expected"),
    [
        (Device("w", "wind"), "exported", "tradable"),
        (Device("w", "PV"), "self-consumed", "non-tradable"),
        (Device("w", "PV", connection="off-grid"), "exported", "non-tradable"),
        (
            Device("h", "hydro", commissioned=date(2022, 12, 31), market=True),
            "exported",
            "non-tradable",
        ),
        (Device("h", "hydro", commissioned=date(2023, 1, 1), market=True), "exported", "tradable"),
        (
            Device("h", "hydro", commissioned=date(2023, 1, 1), market=False),
            "exported",
            "non-tradable",
        ),
        (Device("h", "hydro", commissioned=date(2023, 1, 1)), "exported", None),
        (Device("h", "hydro", market=True), "exported", None),
        (Device("s", "PV", storage=True), "exported", "none"),
        (Device("w", "wind"), "storage discharge", "none"),
        (Device("c", "coal"), "exported", "none"),
    ],
)
def test_classes_of_trade(device, made, expected):
    assert trade_class(device, made) == expected


def test_a_batch_of_nothing_is_refused(file_ledger, refused):
    for nothing in (Facts(), supply_columns([]), demand_columns([])):
        assert refused(file_ledger.record, nothing) == "ledger-empty"
    assert refused(file_ledger.record, "something else") == "ledger-step"


def test_facts_that_contradict_themselves_are_refused():
    for build in (
        lambda: Lot("P", 5, 4, "d", Interval.read("2025")),
        lambda: WhRange("P", 5, 5),
        lambda: WhRange("P", -1, 5),
        lambda: ConsumptionRecord("M", Interval.read("2025"), -1),
        lambda: ConsumptionRecord("M", Interval.read("2025"), 1.0),
        lambda: ConsumptionRecord("M", Interval.read("2025"), 1, within="M"),
        lambda: Device("d", "wind", capacity=0),
        lambda: Interval(5, 5),
    ):
        with pytest.raises(ModelError):
            build()


@pytest.mark.parametrize("name", ["Ｍ1", "m1", " M1"])
def test_one_meter_in_two_spellings(file_ledger, plant, refused, name):
    """Full-width, another case, a space: the same meter, whose kWh would count twice."""
    reading = plant.meter(name, 5_000_000)
    assert refused(file_ledger.record, Facts(consumptions=(reading,))) == "ledger-spelt"
    lines = (plant.meter("M7", 1, line="potline 1"), plant.meter("M7", 1, line="Potline 1"))
    assert refused(file_ledger.record, Facts(consumptions=lines)) == "ledger-spelt"
    assert file_ledger.demand().energy.sum() == 5_000_800


def test_one_series_and_one_plant_in_two_spellings(file_ledger, plant, refused):
    lot = Lot("Ｐ", 1, 10, "d2", plant.march, owner=plant.firm)
    assert refused(file_ledger.record, Facts(lots=(lot,))) == "ledger-spelt"
    both = tuple(Lot(name, 1, 1, "d2", plant.march, owner=plant.firm) for name in ("x", "X"))
    assert refused(file_ledger.record, Facts(lots=both)) == "ledger-spelt"
    assert refused(file_ledger.record, Facts(devices=(Device("D2", "PV"),))) == "ledger-spelt"
    assert file_ledger.totals() == {"active": 10_001_000}


def test_one_cancellation_record_in_two_spellings(file_ledger, plant, refused):
    file_ledger.record(plant.record(plant.gec(1, 1)))
    again = plant.record(plant.gec(2, 2), number="ｈｘ-1")
    assert refused(file_ledger.record, again) == "ledger-spelt"


def test_a_meter_as_a_whole_and_by_its_lines(file_ledger, plant, refused):
    """M1 is recorded for March: its lines, its days and its products are the same electricity."""
    day = Interval.read("2025-03-05")
    for more in ({"line": "potline 1"}, {"product": "ingot"}, {"line": "a", "product": "ingot"}):
        reading = plant.meter("M1", 1_000, **more)
        assert refused(file_ledger.record, Facts(consumptions=(reading,))) == "meter-beside-lines"
        part = replace(reading, interval=day)
        assert refused(file_ledger.record, Facts(consumptions=(part,))) == "meter-beside-lines"
    both = (plant.meter("M5", 1, line="a"), plant.meter("M5", 2, product="ingot"))
    assert refused(file_ledger.record, Facts(consumptions=both)) == "meter-beside-lines"
    apart = (
        *(plant.meter("M6", 1, line=line) for line in ("a", "b")),
        replace(plant.meter("M6", 1), interval=Interval.read("2025-04")),
    )
    file_ledger.record(Facts(consumptions=apart))
    assert file_ledger.audit().ok


def test_what_several_systems_took_of_one_production_adds_up(file_ledger, plant, refused):
    """300 to CCER and 300 to another of 1,000 made: 400 are left, not 700 for each of them."""
    made = ProductionRecord("d1", plant.march, 1000)
    taken = (
        AttributeExclusion("CCER", "d1", plant.march, energy=300),
        AttributeExclusion("VCS", "d1", Interval.read("2025-03-10/2025-03-12"), energy=300),
    )
    file_ledger.record(Facts(productions=(made,), exclusions=taken[:1]))
    meter = plant.meter("M2", 800, product="铝锭")
    file_ledger.commit(
        plant.claim("K", (plant.wh(0, 500), meter)), cancellation=plant.record(plant.wh(0, 700))
    )
    assert refused(file_ledger.record, Facts(exclusions=taken[1:])) == "exclusion-claimed"


def test_one_plant_under_two_names(file_ledger, refused):
    one = Device("wind", "wind", registry_id="R-1")
    file_ledger.record(Facts(devices=(one,)))
    again = Facts(devices=(replace(one, id="I-wind", registry_id="ｒ-1"),))
    assert refused(file_ledger.record, again) == "ledger-device-twice"
    both = (replace(one, id="a", registry_id="R-2"), replace(one, id="b", registry_id="R-2"))
    assert refused(file_ledger.record, Facts(devices=both)) == "ledger-device-twice"


def test_cancelled_before_it_was_bought_or_wholly_made(ledger, plant, refused):
    bought = Settlement("S", date(2025, 5, 6), plant.firm, plant.firm, (plant.gec(1, 1),))
    ledger.record(bought)
    early = replace(plant.record(plant.gec(1, 1)), day=date(2025, 5, 5))
    assert refused(ledger.record, early) == "ledger-before-sale"
    halfway = replace(plant.record(plant.gec(2, 2)), day=date(2025, 3, 30))
    assert refused(ledger.record, halfway) == "ledger-before-production"
