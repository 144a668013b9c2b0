"""Rule profiles: complete, sourced, honest about what could not be read; judged side by side."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pcf.electricity.columns import demand_columns, supply_columns
from pcf.electricity.facts import ConsumptionRecord, Device, Lot
from pcf.electricity.intervals import Interval
from pcf.electricity.matching import judge
from pcf.electricity.profiles import KNOWN, profile_from, profile_ids, read_profile
from pcf.electricity.profiles.vocabulary import PARAMETERS
from pcf.errors import ModelError

NAMED = {
    "CN-GEC-2024",
    "CN-GEC-2026",
    "ISO14067",
    "GBT24067",
    "PEF",
    "EU-CFB-2024draft",
    "CBAM",
    "GHGP-2015",
    "GHGP-2025-draft",
    "RE100",
    "ENERGYTAG",
}
FIRM = "示例铝业有限公司"
MARCH = Interval.read("2026-03")
HOUR = Interval.read("2026-03-01T00:00Z/2026-03-01T01:00Z")


def test_every_rule_set_asked_for_is_there() -> None:
    assert set(profile_ids()) == NAMED


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_profile_is_complete_and_says_how_surely_it_is_known(name: str) -> None:
    profile = read_profile(name)
    assert profile.edition
    assert list(profile.rules) == [test for test in PARAMETERS if test in profile.rules]
    for rule in profile.rules.values():
        assert re.search(r"[\u4e00-\u9fff]", rule.says.zh)
        assert rule.says.en
        assert rule.source
        assert KNOWN[rule.known].says("zh") in rule.origin("zh")
    for note in (profile.title, *profile.not_tested):
        assert note.en
        assert re.search(r"[\u4e00-\u9fff]", note.zh)


@pytest.mark.parametrize("name", sorted(NAMED - {"CN-GEC-2024"}))
def test_a_profile_that_rests_on_what_was_not_read_says_so(name: str) -> None:
    codes = {each.code for each in read_profile(name).findings}
    assert codes & {"profile-unread", "profile-draft"}


def test_a_draft_is_called_one() -> None:
    drafts = {name for name in NAMED if read_profile(name).status == "draft"}
    assert drafts == {"EU-CFB-2024draft", "GHGP-2025-draft"}
    for name in drafts:
        assert "profile-draft" in {each.code for each in read_profile(name).findings}


def test_the_same_year_rule_is_an_option_known_from_the_press() -> None:
    rule = read_profile("CN-GEC-2026").rules["same-year"]
    assert (rule.optional, rule.known) == (True, "press")
    without = read_profile("CN-GEC-2026", {"same-year": False})
    assert "same-year" not in without.rules
    assert without.name == "CN-GEC-2026 (without same-year)"
    assert "profile-changed" in {each.code for each in without.findings}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"holder": False}, "profile-rule-needed"),
        ({"colour": False}, "profile-rule-unknown"),
        ({"zone": {"level": "street"}}, "profile-parameter"),
        ({"zone": {"depth": 3}}, "profile-parameter"),
        ({"trades": {"most": True}}, "profile-parameter"),
        ({"scheme": {"accept": ("REGO",)}}, "profile-parameter"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_profile("CN-GEC-2026", changes)  # type: ignore[arg-type]
    assert {each.code for each in caught.value.problems} == {code}


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(ModelError) as caught:
        read_profile("CN-GEC-2025")
    assert set(caught.value.problems[0].candidates) >= {"CN-GEC-2024", "CN-GEC-2026"}


def test_a_rule_without_source_or_sentence_is_refused() -> None:
    content = {
        "id": "own",
        "edition": "1",
        "status": "ours",
        "title": {"en": "Own"},
        "follows": "ISO14067",
        "rule": {
            "zone": {"level": "grid", "says": {"en": "Same grid."}, "known": "ours"},
            "age": {"years": 1, "except": [], "says": {"en": "x"}, "source": "s", "known": "sure"},
        },
    }
    with pytest.raises(ModelError) as caught:
        profile_from(content)
    assert [each.code for each in caught.value.problems] == ["profile-rule-lacks", "profile-known"]


def test_the_same_facts_get_other_verdicts_each_with_its_rule_and_source() -> None:
    """One unbundled certificate of an old plant, a month, another grid: who lets it count?"""
    old = Device("wind", "wind", place="CN-GS", commissioned=date(2008, 6, 1))
    lots = supply_columns([Lot("P1", 1, 5, "wind", MARCH, owner=FIRM)], [old])
    used = ConsumptionRecord("potline 1", MARCH, 5_000_000, consumer=FIRM, place="CN-ZJ")
    verdicts = {each.profile.id: each for each in judge(lots, demand_columns([used]))}
    assert set(verdicts) == NAMED
    refused = {
        name: tuple(refusal.test for refusal in verdict.plan.refused)
        for name, verdict in verdicts.items()
    }
    assert refused == {
        "CN-GEC-2024": (),
        "CN-GEC-2026": (),
        "ISO14067": (),
        "GBT24067": (),
        "PEF": (),
        "GHGP-2015": (),
        "EU-CFB-2024draft": ("instrument",),
        "CBAM": ("instrument",),
        "RE100": ("age",),
        "GHGP-2025-draft": ("resolution",),
        "ENERGYTAG": ("scheme",),
    }
    for name, verdict in verdicts.items():
        assert verdict.share == (0.0 if refused[name] else 1.0)
        for language in ("en", "zh"):
            said = verdict.says(language)
            assert verdict.profile.title.says(language) in said
            for refusal in verdict.plan.refused:
                assert refusal.rule is not None
                assert refusal.rule.source in said


def test_hours_and_grids_divide_hourly_profiles_from_yearly_ones() -> None:
    wind = Device("wind", "wind", place="CN-GS")
    lots = supply_columns([Lot("S", 1, 500, "wind", HOUR, owner=FIRM, scheme="GC")], [wind])
    next_hour = Interval(HOUR.start + 3600, HOUR.end + 3600)
    shares = {}
    for name, interval, place in (
        ("same hour and grid", HOUR, "CN-QH"),
        ("another hour", next_hour, "CN-QH"),
        ("another grid", HOUR, "CN-ZJ"),
    ):
        used = ConsumptionRecord("M", interval, 500, consumer=FIRM, place=place)
        verdicts = judge(lots, demand_columns([used]), profiles=["GHGP-2025-draft", "GHGP-2015"])
        shares[name] = [each.share for each in verdicts]
    assert shares == {
        "same hour and grid": [1.0, 1.0],
        "another hour": [0.0, 1.0],
        "another grid": [0.0, 1.0],
    }
