"""A study's electricity: proofs from the ledger, what unclaimed power counts by, what is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

import pcf
from pcf.digest import fingerprint_bytes
from pcf.electricity.facts import Cancellation, ConsumptionRecord, Device, Facts, Lot
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import open_ledger
from pcf.errors import StudyProblems
from pcf.model.coverage import Period
from pcf.study.values import ActivityRow, Evidence, ProcessRow, Study, StudyElectricity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pcf.background import Background
    from pcf.electricity import Supply
    from pcf.electricity.ledger import Ledger

FIRM = "示例铝业有限公司"
WIND = Device("wind", "wind", place="CN-GS")
KWH = 13_599.0  # of the potline, for one tonne


@pytest.fixture(scope="module")
def background() -> Background:
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="module")
def study() -> Study:
    return pcf.reference_study("aluminium")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "certificates.db") as opened:
        year = Interval.read("2024-01")
        opened.record(Facts(devices=(WIND,), lots=(Lot("W", 1, 100, "wind", year, owner=FIRM),)))
        yield opened


@pytest.fixture
def supply(ledger: Ledger) -> Callable[..., Supply]:
    """Return a maker of supplies: what the meter used, how much, and whether it is claimed."""

    def make(
        period: str = "2024", *, mwh: int = 100, line: str = "potline", claimed: bool = True
    ) -> Supply:
        used = ConsumptionRecord(
            line, Interval.read(period), mwh * 10**6, consumer=FIRM, place="CN-GS"
        )
        plan = ledger.match(Facts(consumptions=(used,)), profile="ISO14067")
        if claimed:
            record = Cancellation("HX-1", date(2025, 2, 3), FIRM, plan.to_cancel())
            ledger.commit(plan, cancellation=record)
        return plan.supply(line)

    return make


def codes(footprint: pcf.Footprint) -> set[str]:
    return {each.code for each in footprint.findings}


def test_a_supply_of_the_ledger_is_the_meters_and_names_its_profile(study, background, supply):
    varied = study.varying(electricity=supply())
    footprint = varied.footprint(background)
    assert [each.meter for each in varied.electricity.supplies] == ["potline"]
    assert footprint.electricity == "market:ISO14067"
    assert not footprint.planned
    assert "evidence-cancelled" in codes(footprint)
    location = study.footprint(background).total
    assert location - footprint.total == pytest.approx(KWH * (0.5777 - 0.0651), abs=1e-6)
    assert footprint.treatments["location"] == pytest.approx(location, rel=1e-12)


def test_a_plan_is_marked_in_every_output(study, background, supply):
    footprint = study.varying(electricity=supply(claimed=False)).footprint(background)
    assert footprint.planned
    assert {"electricity-planned", "evidence-planned"} <= codes(footprint)
    assert "planned electricity, not certifiable" in footprint.says("en")
    assert "计划电力，不可认证" in footprint.says("zh")
    assert "not certifiable" in footprint._repr_html_()
    assert footprint.as_dict()["planned"] is True


def test_a_half_covered_meter_has_the_average_for_the_rest(study, background, supply):
    footprint = study.varying(electricity=supply(mwh=200)).footprint(background)
    expected = KWH * 0.5 * (0.5777 - 0.0651)
    found = study.footprint(background).total - footprint.total
    assert found == pytest.approx(expected, abs=1e-6)
    assert "residual-missing" in codes(footprint)


def test_a_line_that_the_study_does_not_have_is_refused_with_its_meters(study, supply):
    with pytest.raises(StudyProblems) as refused:
        study.varying(electricity=supply(line="potline 7"))
    (told,) = refused.value.problems
    assert told.code == "meter-unknown"
    assert "potline" in told.candidates


def test_a_supply_of_no_line_is_that_of_every_meter(study):
    varied = study.varying(electricity=pcf.Supply((pcf.Share("wind"),)))
    meters = {row.meter for row in study.activity if row.meter}
    assert {each.meter for each in varied.electricity.supplies} == meters


def test_certificates_of_another_year_are_refused(study, background, supply):
    other = study.varying(electricity={"potline": supply("2025", claimed=False)})
    with pytest.raises(StudyProblems) as refused:
        other.footprint(background)
    assert "supply-period" in {each.code for each in refused.value.problems}


def test_a_part_of_the_year_is_told(study, background, supply):
    footprint = study.varying(electricity=supply("2024-03")).footprint(background)
    assert "supply-part" in codes(footprint)


def test_a_supply_under_another_profile_is_refused(study, background, supply):
    proof = supply()
    asked = study.varying(electricity=proof).varying(electricity="market:RE100")
    with pytest.raises(StudyProblems) as refused:
        asked.footprint(background)
    assert [each.code for each in refused.value.problems] == ["supply-profile"]


@pytest.mark.parametrize("treatment", ["market:ISO14067", "physical", "location"])
def test_the_grid_mix_stands_beside_every_result_with_instruments(
    study, background, supply, treatment
):
    varied = study.varying(electricity=supply()).varying(electricity=treatment)
    footprint = varied.footprint(background)
    assert next(iter(footprint.treatments)) == treatment
    assert {"location", "physical", "market:ISO14067"} == set(footprint.treatments)
    parsed = json.loads(json.dumps(footprint.as_dict()))
    assert set(parsed["treatments"]) == set(footprint.treatments)


def named(study: Study, **electricity: object) -> Study:
    return replace(study, electricity=replace(study.electricity, **electricity))


VOLUMES = {
    "generated": {"coal": "5.8 TWh", "wind": "1.0 TWh", "hydro": "1.4 TWh"},
    "claimed": {"wind": "0.4 TWh", "hydro": "0.6 TWh"},
    "source": "an invented example",
}


def outputs(footprint: pcf.Footprint) -> list[str]:
    """Return every output that shows a treatment's name."""
    return [
        footprint.says("en"),
        footprint.says("zh"),
        footprint._repr_html_(),
        json.dumps(footprint.as_dict(), ensure_ascii=False),
        footprint.electricity,
        footprint.table().to_csv(),
        str(footprint.because_of("electricity")),
        footprint.because_of("electricity")._repr_html_(),
    ]


def test_a_residual_mix_is_named_computed_and_called_not_official(study, background):
    market = study.varying(electricity="market:own")
    asked = named(market, unclaimed="residual mix", residual=VOLUMES)
    footprint = asked.footprint(background)
    # What is left: coal 5.8, wind 0.6, hydro 0.8 of 7.2 TWh; then the way to the meter.
    residual = (5.8 * 0.9240 + 0.6 * 0.0324 + 0.8 * 0.0141) / 7.2 + 0.0327
    anodes = 0.48 * 89  # kWh of the anode plant for a tonne, which nothing is claimed for
    expected = market.footprint(background).total + anodes * (residual - 0.5777)
    assert footprint.total == pytest.approx(expected, rel=1e-9)
    assert "residual-missing" not in codes(footprint)
    assert "residual-own" in codes(footprint)
    assert footprint.electricity == "market:own (unclaimed: residual mix, not official)"
    assert all("not official" in each for each in outputs(footprint))
    assert footprint.treatments["location"] == pytest.approx(
        study.footprint(background).total, rel=1e-12
    )


def test_losses_of_residual_power_count_by_the_named_mix(study, background):
    lost = replace(study.electricity.supplies[0].supply, losses="residual")
    asked = study.varying(electricity={"potline": lost}).varying(electricity="market:own")
    plain = asked.footprint(background).total
    mixed = named(asked, unclaimed="residual mix", residual=VOLUMES).footprint(background).total
    residual = (5.8 * 0.9240 + 0.6 * 0.0324 + 0.8 * 0.0141) / 7.2 + 0.0327
    ratio = (0.0327 - 0.0046) / 0.5777  # loss / (1 - loss)
    kwh = KWH * ratio + 0.48 * 89
    assert mixed - plain == pytest.approx(kwh * (residual - 0.5777), rel=1e-6)


@pytest.fixture(scope="module")
def workshop() -> Study:
    """Return a study of 2023, the last year with provincial factors: 100 kWh for a kilogram."""
    return Study(
        "workshop",
        place="CN-GS",
        period=Period.read("2023"),
        characterisation="AR6",
        convention="0/0",
        declared_unit=pcf.DeclaredUnit(pcf.Amount(1.0, "kg"), "thing"),
        electricity=StudyElectricity("location"),
        processes=(ProcessRow("make", "thing", pcf.Amount(1.0, "kg")),),
        activity=(
            ActivityRow(
                *("e", "make", "electricity", pcf.Amount(100.0, "kWh")),
                meter="M1",
                evidence=Evidence(text="meter reading"),
            ),
        ),
    )


def test_a_provincial_proxy_is_named_and_called_not_official(workshop, background):
    footprint = workshop.varying(electricity="provincial proxy").footprint(background)
    assert footprint.meters["M1"] == (
        ("electricity provincial proxy CN-GS 2023, not official", 1.0),
    )
    assert footprint.electricity == "provincial proxy, not official"
    assert all("not official" in each for each in outputs(footprint))
    assert "proxy-not-official" in codes(footprint)
    assert footprint.total == pytest.approx(100 * 0.4471 * 0.6205 / 0.5306, rel=1e-9)
    assert footprint.treatments["location"] == pytest.approx(62.05)


def test_unclaimed_power_by_the_proxy_is_told_in_the_treatments_name(workshop, background):
    asked = named(workshop, treatment="market:own", unclaimed="provincial proxy")
    footprint = asked.footprint(background)
    assert footprint.electricity == "market:own (unclaimed: provincial proxy, not official)"
    assert footprint.total == pytest.approx(100 * 0.4471 * 0.6205 / 0.5306, rel=1e-9)


def test_a_proxy_that_no_study_names_is_nowhere(workshop, background):
    footprint = workshop.footprint(background)
    assert not any("proxy" in name for name in footprint.treatments)
    assert not any("not official" in each for each in outputs(footprint))


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"unclaimed": "green mix"}, "unclaimed-unknown"),
        ({"unclaimed": "residual mix"}, "residual-volumes"),
        ({"residual": VOLUMES}, "residual-volumes-unused"),
        (
            {"unclaimed": "residual mix", "residual": VOLUMES | {"claimed": {"wind": "2 TWh"}}},
            "removed-too-much",
        ),
        (
            {
                "unclaimed": "residual mix",
                "residual": VOLUMES
                | {"generated": {"coal": "5 tonnes"}, "claimed": {"coal": "1 TWh"}},
            },
            "unit-dimension",
        ),
    ],
)
def test_what_a_study_may_not_name(study, background, settings, code):
    assert code in {each.code for each in named(study, **settings).check(background)}


def test_a_proxy_needs_a_province_and_its_year(workshop, study, background):
    nowhere = replace(named(workshop, unclaimed="provincial proxy"), place="CN")
    assert [each.code for each in nowhere.check(background)] == ["proxy-place"]
    too_new = replace(named(study, unclaimed="provincial proxy"), place="CN-GS")
    assert too_new.check(background)


def test_settings_of_unclaimed_power_are_written_and_read_equal(study, tmp_path):
    asked = named(study, unclaimed="residual mix", residual=VOLUMES)
    pcf.write_study(asked, tmp_path / "研究")
    assert pcf.read_study(tmp_path / "研究").electricity == asked.electricity


def test_the_lines_of_a_site_sum_to_the_site(ledger):
    """By meters where there are some, by shares for the rest: the products sum to the site."""
    year = Interval.read("2024")
    readings = Facts(
        consumptions=tuple(
            ConsumptionRecord(*each, consumer=FIRM, site="厂区", place="CN-GS")
            for each in (("M1", year, 90_000_000), ("M2", year, 60_000_000))
        )
    )
    plan = ledger.match(readings, profile="ISO14067", policy="pro_rata")
    lines = plan.divided("M2", {"铝锭": "0.7", "铝棒": "0.3"})
    parts = [lines.evidence(each) for each in ("M1", "铝锭", "铝棒")]
    assert sum(each.covered for each in parts) == plan.covered == 100_000_000
    assert sum(each.consumed for each in parts) == plan.consumed
    ranges = [each for part in parts for each in part.ranges]
    assert sum(each.energy for each in ranges) == plan.covered
    assert not any(a.overlaps(b) for n, a in enumerate(ranges) for b in ranges[n + 1 :])


@pytest.mark.parametrize("claimed", [True, False])
def test_a_studys_folder_carries_the_evidence_of_its_supply(
    study, background, supply, tmp_path, claimed
):
    """Serials, records, head and audit are there for whoever reads the folder or the bundle."""
    written = study.varying(electricity=supply(claimed=claimed))
    pcf.write_study(written, tmp_path / "study")
    again = pcf.read_study(tmp_path / "study")
    assert again == written
    assert again.problems == ()
    (one,), (other,) = written.electricity.supplies, again.electricity.supplies
    assert other.supply.behind == one.supply.behind
    assert other.supply.behind.digest == one.supply.behind.digest
    expected = (True, ("HX-1",)) if claimed else (None, ())
    assert (other.supply.behind.audited, other.supply.behind.records) == expected
    before, after = written.footprint(background), again.footprint(background)
    assert codes(after) == codes(before)
    assert ("evidence-cancelled" if claimed else "evidence-planned") in codes(after)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda text: text.replace('"certified_wh":"100000000"', '"certified_wh":"1"'),
            "supply-proof",
        ),
        (lambda text: text.replace('"audited":true', '"audited":true,"more":1'), "supply-proof"),
        (lambda text: text.replace('"100000000"', '"200000000"'), "supply-proof"),
        (lambda text: text.replace('"HX-1"', '"HX-2"'), "supply-proof-differs"),
        (lambda _: "[]", "supply-proof"),
    ],
)
def test_evidence_that_was_edited_is_refused(study, supply, tmp_path, change, code):
    """With its fingerprint made again: what does not add up, or names other records, is told."""
    pcf.write_study(study.varying(electricity=supply()), tmp_path / "study")
    file, settings = tmp_path / "study/electricity/1.json", tmp_path / "study/study.toml"
    before = file.read_text(encoding="utf-8")
    edited = change(before)
    assert edited != before
    file.write_text(edited, encoding="utf-8")
    found = pcf.read_study(tmp_path / "study")
    assert [each.code for each in found.problems] == ["evidence-differs"]
    text = settings.read_text(encoding="utf-8")
    text = text.replace(fingerprint_bytes(before.encode()), fingerprint_bytes(edited.encode()))
    settings.write_text(text, encoding="utf-8")
    found = pcf.read_study(tmp_path / "study")
    assert [each.code for each in found.problems] == [code]
    assert found.electricity.supplies[0].supply.behind is None
    file.unlink()
    assert [each.code for each in pcf.read_study(tmp_path / "study").problems] == [
        "evidence-missing"
    ]


def test_evidence_outside_the_folder_is_refused(study, supply, tmp_path):
    pcf.write_study(study.varying(electricity=supply()), tmp_path / "study")
    settings = tmp_path / "study/study.toml"
    text = settings.read_text(encoding="utf-8").replace("electricity/1.json", "../1.json")
    settings.write_text(text, encoding="utf-8")
    assert pcf.read_study(tmp_path / "study").problems != ()
