"""Evidence that does not fit: edited shares, another meter's, serials twice, too little, untrusted.

Each would otherwise give a plausible footprint with a proof beside it that proves something else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

import pcf
from pcf.digest import fingerprint_bytes
from pcf.electricity import Share, Supply, treatment
from pcf.electricity.facts import Cancellation, ConsumptionRecord, Device, Facts, Lot
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import open_ledger
from pcf.errors import LinkError, ModelError
from pcf.model.coverage import Coverage, Period

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pcf.background import Background
    from pcf.electricity import Treatment
    from pcf.electricity.ledger import Ledger, Matched

FIRM = "示例铝业有限公司"
YEAR = Interval.read("2024")
METERS = ("potline", "cast house")
HALF = (Share("wind", 0.5), Share("average", 0.5))


@pytest.fixture(scope="module")
def background() -> Background:
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "certificates.db") as opened:
        made = Lot("W", 1, 100, "wind", Interval.read("2024-01"), owner=FIRM)
        opened.record(Facts(devices=(Device("wind", "wind", place="CN-GS"),), lots=(made,)))
        yield opened


def plan_of(ledger: Ledger, **used_mwh: int) -> Matched:
    readings = tuple(
        ConsumptionRecord(
            name.replace("_", " "), YEAR, mwh * 10**6, consumer=FIRM, site="厂区", place="CN-GS"
        )
        for name, mwh in used_mwh.items()
    )
    return ledger.match(Facts(consumptions=readings), profile="ISO14067", policy="pro_rata")


def claimed(ledger: Ledger, **used_mwh: int) -> Matched:
    plan = plan_of(ledger, **used_mwh)
    record = Cancellation("HX-1", date(2025, 2, 3), FIRM, plan.to_cancel())
    ledger.commit(plan, cancellation=record)
    return plan


def counted(background: Background, supplies: dict[str, Supply]) -> Treatment:
    return treatment(
        "market:ISO14067",
        supplies,
        meters=METERS,
        background=background,
        coverage=Coverage("CN-GS", Period.read("2024")),
    )


def told(found: Treatment) -> set[str]:
    return {each.code for each in found.findings}


def refused(background: Background, supplies: dict[str, Supply]) -> set[str]:
    with pytest.raises(LinkError) as error:
        counted(background, supplies)
    return {each.code for each in error.value.problems}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shares": (Share("wind"),)}, "supply-shares-differ"),
        ({"shares": (Share("hydro", 0.5), HALF[1])}, "supply-shares-differ"),
        ({"shares": (Share("wind", 0.5, "on-site"), HALF[1])}, "supply-shares-differ"),
        ({"evidence": "HX-2"}, "supply-proof-differs"),
        ({"evidence": "HX-1, HX-2"}, "supply-proof-differs"),
        ({"evidence": None}, "supply-proof-differs"),
    ],
)
def test_a_supply_never_says_other_than_its_evidence(ledger, change, code):
    supply = claimed(ledger, potline=200).supply("potline")
    assert supply.shares == HALF
    with pytest.raises(ModelError) as error:
        replace(supply, **change)
    assert [each.code for each in error.value.problems] == [code]


def test_a_plan_is_no_proof_though_its_certificates_are_cancelled(ledger, background):
    """The registry's record stands in the ledger, the claim does not: still a plan."""
    plan = plan_of(ledger, potline=200)
    ledger.record(Cancellation("HX-1", date(2025, 2, 3), FIRM, plan.to_cancel()))
    for each in (plan, plan_of(ledger, potline=200)):
        supply = each.supply("potline")
        assert supply.evidence is None
        assert not counted(background, {"potline": supply}).certifiable
    with pytest.raises(ModelError):
        replace(supply, evidence="HX-1")


def test_the_evidence_of_one_meter_is_none_for_another(ledger, background):
    plan = claimed(ledger, potline=50, cast_house=50)
    right = {name: plan.supply(name) for name in METERS}
    assert not {"evidence-line", "evidence-shared"} & told(counted(background, right))
    swapped = dict(zip(METERS, reversed(right.values()), strict=True))
    assert refused(background, swapped) == {"evidence-elsewhere"}
    twice = dict.fromkeys(METERS, right["potline"])
    assert refused(background, twice) == {"evidence-elsewhere"}


def test_evidence_under_another_name_and_of_a_site_is_told(ledger, background):
    plan = claimed(ledger, potline=50, rolling=50)
    assert "evidence-line" in told(counted(background, {"potline": plan.supply("rolling")}))
    site = dict.fromkeys(METERS, plan.supply("厂区"))
    assert {"evidence-line", "evidence-shared"} <= told(counted(background, site))


def test_serials_behind_two_meters_are_refused(ledger, background, tmp_path):
    """Two ledgers claimed the same certificates, each with a proof that holds by itself."""
    one = claimed(ledger, potline=100).supply("potline")
    with open_ledger(tmp_path / "other.db") as second:
        made = Lot("ｗ", 51, 90, "turbine", Interval.read("2024-01"), owner=FIRM)
        devices = (Device("turbine", "wind", place="CN-GS"),)
        second.record(Facts(devices=devices, lots=(made,)))
        other = claimed(second, cast_house=40).supply("cast house")
    found = {"potline": one, "cast house": other}
    assert refused(background, found) == {"evidence-twice"}


def test_a_ledger_whose_audit_fails_proves_nothing(ledger, background):
    supply = claimed(ledger, potline=100).supply("potline")
    known = replace(supply.behind.registered, audited=False)
    broken = replace(supply, behind=replace(supply.behind, registered=known))
    assert refused(background, {"potline": broken}) == {"evidence-audit"}


def test_shares_beyond_the_lines_own_serials_are_told(ledger, background):
    supply = claimed(ledger, potline=200).supply("potline")
    full = (Share("wind"),)
    forged = Supply(full, "HX-1", behind=replace(supply.behind, shares=full))
    assert "evidence-pooled" in told(counted(background, {"potline": forged}))
    assert "evidence-pooled" not in told(counted(background, {"potline": supply}))


def test_a_record_in_words_alone_is_told(background):
    named = Supply((Share("wind"),), evidence="HX-1")
    assert "evidence-named" in told(counted(background, {"potline": named}))


def test_evidence_of_less_than_a_process_uses_is_told(ledger, background):
    study = pcf.reference_study("aluminium").varying(
        electricity=claimed(ledger, potline=10).supply("potline")
    )
    (found,) = [e for e in study.footprint(background).findings if e.code == "evidence-short"]
    assert "13,599" in found.says("en")
    assert "10,000" in found.says("zh")


def test_shares_edited_in_the_settings_are_refused(ledger, tmp_path):
    """The file of evidence is whole and its fingerprint holds; the number beside it does not."""
    study = pcf.reference_study("aluminium")
    pcf.write_study(
        study.varying(electricity=claimed(ledger, potline=200).supply("potline")), tmp_path / "s"
    )
    settings = tmp_path / "s/study.toml"
    text = settings.read_text(encoding="utf-8")
    edited = text.replace("share = 0.5", "share = 0.9", 1).replace("share = 0.5", "share = 0.1", 1)
    assert edited != text
    settings.write_text(edited, encoding="utf-8")
    found = pcf.read_study(tmp_path / "s").problems
    assert [each.code for each in found] == ["supply-shares-differ"]
    settings.write_text(text, encoding="utf-8")
    proof = tmp_path / "s/electricity/1.json"
    before = proof.read_bytes()
    after = before.replace(b'["wind","grid",0.5,null]', b'["wind","grid",NaN,null]')
    assert after != before
    proof.write_bytes(after)
    settings.write_text(
        text.replace(fingerprint_bytes(before), fingerprint_bytes(after)), encoding="utf-8"
    )
    assert pcf.read_study(tmp_path / "s").problems
