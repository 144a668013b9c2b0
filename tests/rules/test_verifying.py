"""What a verifier works with: derivatives, the log, the sampling plan, grades, years."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pcf.analysis import Interval
from pcf.background import open_background
from pcf.errors import RuleError
from pcf.model.coverage import Period
from pcf.rules.drivers import drivers_of, relative_spread
from pcf.rules.grading import GradeLimit, GradeTable, grade, read_grades
from pcf.rules.judging import judge_facts
from pcf.rules.log import Entry, FindingsLog, findings_log, read_log
from pcf.rules.opinion import Opinion
from pcf.rules.profiles import overlay
from pcf.rules.sampling import RISKS, read_plan, sampling_plan
from pcf.rules.values import Number, Profile, facts_from
from pcf.rules.years import method_of, year_on_year
from pcf.study import reference_study
from pcf.text import Name

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.rules import Pack
    from pcf.study import Study


@pytest.fixture(scope="session")
def background() -> Background:
    """Return the public background."""
    return open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="session")
def study() -> Study:
    """Return the reference study of aluminium."""
    return reference_study("aluminium")


@pytest.fixture(scope="session")
def footprint(study: Study, background: Background) -> Footprint:
    """Return its footprint."""
    return study.footprint(background)


# Derivatives


def test_drivers_are_the_derivatives_of_the_total(
    study: Study, background: Background, footprint: Footprint
) -> None:
    """Against finite differences of the study itself, rows of the plant and of its upstream."""
    drivers = {each.where.item: each for each in drivers_of(footprint, 1.0, most=60)}
    rows = [row for row in study.activity if row.id in drivers and row.amount.value]
    assert len(rows) >= 10
    for row in rows[:14]:
        assert row.amount.value is not None
        step = 1e-6
        moved = replace(row.amount, value=row.amount.value * (1 + step))
        total = study.varying(rows={row.id: moved}).footprint(background).total
        slope = (total - footprint.total) / step
        # Forms such as stock or balance rows may tie several exchanges to one row.
        assert drivers[row.id].effect == pytest.approx(slope, rel=1e-3, abs=0.05), row.id


def test_slopes_of_a_share_sum_to_nothing(footprint: Footprint) -> None:
    """A share does not change when everything grows alike."""
    table = footprint.contributions
    part = np.array([stage == "electrolysis" for stage in table.stages()])
    whole = float(table.value[table.in_total].sum())
    share = float(table.value[part & table.in_total].sum()) / whole
    slopes = (part.astype(float) - share) / whole
    moved = np.where(table.in_total, slopes * table.value, 0.0)
    assert moved.sum() == pytest.approx(0.0, abs=1e-12)
    assert len(drivers_of(footprint, slopes, most=5)) == 5


# The log


@pytest.fixture
def opinion(metal: Pack, study: Study, footprint: Footprint) -> Opinion:
    """Return an opinion of a small pack on the reference study."""
    facts = facts_from(
        metal.kinds,
        {"boundary.kind": "cradle to gate", "excluded.share": 0.08, "data.age": 2.0,
         "period.end": "2025-12-31", "scrap.kinds": frozenset({"internal"})},
    )  # fmt: skip
    return Opinion.of(metal, facts, judge_facts(metal, facts), study, footprint)


def test_the_log_holds_what_is_unmet_and_what_must_be_weighed(
    opinion: Opinion, footprint: Footprint
) -> None:
    log = findings_log(opinion, footprint)
    assert [each.id for each in log.entries[:2]] == ["R-CO001", "R-CO002"]
    assert len(log.entries) == 2 + len(footprint.findings)
    assert log.materiality == 0.05
    assert log.material is None
    shares = [each.share for each in log.entries if each.share is not None]
    assert shares
    assert all(0 <= each <= 1 for each in shares)


def test_a_profile_sets_the_threshold(opinion: Opinion, footprint: Footprint) -> None:
    numbers = {"materiality": Number("materiality", 0.02)}
    bare = replace(opinion.pack, numbers={"cutoff_all": opinion.pack.numbers["cutoff_all"]})
    assert findings_log(replace(opinion, pack=bare), footprint).materiality == 0.05
    upon = overlay(bare, Profile("buyer", Name("Buyer"), numbers))
    assert findings_log(replace(opinion, pack=upon), footprint).materiality == 0.02


def test_another_footprint_has_no_place_in_the_log(
    opinion: Opinion, study: Study, background: Background
) -> None:
    other = study.varying(electricity="physical").footprint(background)
    with pytest.raises(RuleError, match="log-footprint"):
        findings_log(opinion, other)


def log_of(*entries: Entry, total: float = 1000.0) -> FindingsLog:
    return FindingsLog("s", "f", "p 2026", total, 0.05, entries)


def entry(id_: str, misstatement: float | None) -> Entry:
    return Entry(id_, "x", "", "shall", "violated", "a,b", '=1+"甲"', "c", "d",
                 misstatement=misstatement)  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "material"),
    [
        ([50.0], False),
        ([50.001], True),
        ([30.0, -30.0], True),
        ([None], None),
        ([10.0, None], None),
        ([60.0, None], True),
        ([], False),
        ([0.0], False),
    ],
)
def test_materiality_is_five_percent_and_three_valued(
    sizes: list[float | None], material: bool | None
) -> None:
    log = log_of(*(entry(f"E{at}", size) for at, size in enumerate(sizes)))
    assert log.material is material


def test_an_entry_is_closed_by_an_action_with_evidence() -> None:
    log = log_of(entry("E1", 80.0), entry("E2", None))
    with pytest.raises(RuleError, match="log-action"):
        log.closed("E1", "corrected", evidence=" ", on="2026-11-20")
    with pytest.raises(RuleError, match=r"log-entry.*E1"):
        log.closed("E3", "corrected", evidence="invoice", on="2026-11-20")
    done = log.closed("E1", "corrected", evidence="invoice 7", on="2026-11-20").misstated("E2", 1)
    assert done.material is False
    assert [each.id for each in done.open] == ["E2"]
    assert log.material is True
    again = done.reopened("E1")
    assert again.material is True
    assert again.entry("E1").action == "corrected"


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_log_reads_back_equal(tmp_path: Path, ending: str) -> None:
    log = log_of(entry("E1", 80.25), entry("E2", None), total=1 / 3)
    log = log.closed("E1", "corrected\nwell", evidence="甲", on="2026-11-20")
    for each in (log, log_of()):
        path = tmp_path / f"log.{ending}"
        each.save(path)
        assert read_log(path) == each


def test_a_log_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    log_of(entry("E1", 1.0)).save(path)
    good = json.loads(path.read_text(encoding="utf-8"))
    bad = [
        [], {}, {**good, "more": 1}, {**good, "total": "1"}, {**good, "entries": [{}]},
        {**good, "entries": [{**good["entries"][0], "state": "gone"}]},
        {**good, "entries": [{**good["entries"][0], "says_en": []}]},
    ]  # fmt: skip
    for document in bad:
        path.write_text(json.dumps(document), encoding="utf-8")
        with pytest.raises(RuleError):
            read_log(path)
    with pytest.raises(RuleError, match="log-suffix"):
        log_of().save(tmp_path / "log.xlsx")


# The sampling plan


def test_what_is_not_looked_at_is_not_material(study: Study, footprint: Footprint) -> None:
    plan = sampling_plan(study, footprint)
    assert plan.unseen_share <= 0.05
    assert sum(each.share for each in plan.rows) == pytest.approx(1.0)
    assert sum(each.kilograms for each in plan.rows) == pytest.approx(footprint.total)
    assert 0 < len(plan.taken) < len(plan.rows)
    smallest = [each for each in plan.taken if each.reason == "contribution"][-1]
    without = plan.unseen_share + smallest.share
    drawn = sum(each.share for each in plan.taken if each.reason != "contribution")
    assert without + drawn > 0.05


def test_risk_goes_before_size(study: Study, footprint: Footprint) -> None:
    plan = sampling_plan(study, footprint)
    scores = [each.share * each.risk for each in plan.rows]
    assert scores == sorted(scores, reverse=True)
    assert {each.risk for each in plan.rows} > {1.0 * 1.5 * 1.25} or len(scores) > 1
    unsure = [each for each in plan.rows if each.confidence in ("unverified", "assumption")]
    sure = [each for each in plan.rows if each.confidence in ("primary", "secondary")]
    assert min(each.risk for each in unsure) > min(each.risk for each in sure)


def test_a_claim_without_evidence_is_looked_at(study: Study, footprint: Footprint) -> None:
    plan = sampling_plan(study, footprint, materiality=0.999, draws=0)
    assert all(
        each.reason
        for each in plan.rows
        if each.confidence == "primary" and not each.evidence_sha256
    )


def test_draws_belong_to_the_seed(study: Study, footprint: Footprint) -> None:
    random.seed(0)
    one, two = (sampling_plan(study, footprint, seed=7) for _ in range(2))
    assert one == two
    plans = {sampling_plan(study, footprint, seed=seed).taken for seed in range(6)}
    assert len(plans) > 1


def test_draws_come_upon_what_is_taken_otherwise(study: Study, footprint: Footprint) -> None:
    without, with_draws = (sampling_plan(study, footprint, draws=draws) for draws in (0, 3))
    assert len(with_draws.taken) == len(without.taken) + 3
    assert {each.row for each in without.taken} < {each.row for each in with_draws.taken}
    assert [each.reason for each in with_draws.taken].count("draw") == 3


def test_risk_is_sureness_times_evidence_times_spread(study: Study, footprint: Footprint) -> None:
    plan = sampling_plan(study, footprint)
    places = {str(id_): at for at, id_ in enumerate(footprint.system.exchanges.ids)}
    wide = narrow = 0
    for each in plan.rows:
        spread = relative_spread(footprint.system, places[each.row])
        is_wide = spread is None or spread > 0.1
        wide, narrow = wide + is_wide, narrow + (not is_wide)
        evidence = 1.0 if each.evidence_sha256 else 1.5
        assert each.risk == RISKS[each.confidence] * evidence * (1.25 if is_wide else 1.0)
    assert wide
    assert narrow


def test_a_plan_of_another_form_is_refused(
    study: Study, footprint: Footprint, tmp_path: Path
) -> None:
    path = tmp_path / "plan.json"
    sampling_plan(study, footprint).save(path)
    good = json.loads(path.read_text(encoding="utf-8"))
    row = good["rows"][0]
    bad = [
        [], {}, {**good, "seed": "1"}, {**good, "total": None}, {**good, "study": 1},
        {**good, "rows": [{}]}, {**good, "rows": [{**row, "result": "gone"}]},
        {**good, "rows": [{**row, "share": None}]}, {**good, "rows": [{**row, "flow": 3}]},
    ]  # fmt: skip
    for document in bad:
        path.write_text(json.dumps(document), encoding="utf-8")
        with pytest.raises(RuleError):
            read_plan(path)


def test_what_was_seen_is_recorded(study: Study, footprint: Footprint, tmp_path: Path) -> None:
    plan = sampling_plan(study, footprint)
    assert plan.misstatement is None
    first, *others = plan.taken
    with pytest.raises(RuleError, match="sample-record"):
        plan.recorded(first.row, "misstated", seen="invoice")
    with pytest.raises(RuleError, match="sample-record"):
        plan.recorded(first.row, "agreed", seen=" ")
    with pytest.raises(RuleError, match="log-entry"):
        plan.recorded("no such row", "agreed", seen="invoice")
    done = plan.recorded(first.row, "misstated", seen="invoice 7", found=first.amount * 1.1)
    for each in others:
        done = done.recorded(each.row, "agreed", seen="meter")
    assert done.misstatement == pytest.approx(0.1 * abs(first.kilograms))
    for ending in ("csv", "json"):
        path = tmp_path / f"plan.{ending}"
        done.save(path)
        assert read_plan(path) == done


def test_another_file_than_the_studys_evidence_is_refused(
    study: Study, footprint: Footprint
) -> None:
    plan = sampling_plan(study, footprint)
    proved = replace(plan, rows=(replace(plan.rows[0], evidence_sha256="a" * 64), *plan.rows[1:]))
    row = proved.rows[0].row
    with pytest.raises(RuleError, match="sample-evidence"):
        proved.recorded(row, "agreed", seen="invoice", seen_sha256="b" * 64)
    assert proved.recorded(row, "agreed", seen="invoice", seen_sha256="a" * 64).rows[0].result


# Grades


def table(*limits: float, unit: str = "t") -> GradeTable:
    names = ("A", "B", "C", "D")
    rows = tuple(GradeLimit(Name(name, f"{name}级"), limit) for name, limit in zip(names, limits))  # noqa: B905 - fewer limits
    return GradeTable("label", Name("label", "标识"), "", unit, rows)


def test_a_grade_is_told_only_when_the_interval_lies_in_it(footprint: Footprint) -> None:
    total, interval = footprint.total, footprint.interval
    assert interval is not None
    wide = grade(footprint, table(total * 0.5, total * 1.5))
    assert wide.name == Name("B", "B级")
    assert wide.told is True
    middle = total + interval.shift
    close = grade(footprint, table(total * 0.5, (middle + interval.high) / 2, total * 2))
    assert close.name == Name("B", "B级")
    assert close.told is False
    assert close.says("zh").startswith("无法判断")
    chances = dict(close.probabilities)
    assert sum(chances.values()) == pytest.approx(1.0)
    assert chances[Name("B", "B级")] == pytest.approx(0.8365, abs=0.001)  # 0.98 deviations


def test_a_value_outside_its_own_interval_has_no_certain_grade(footprint: Footprint) -> None:
    total = footprint.total
    above = replace(footprint, interval=Interval(total * 1.1, total * 1.2, 1, 1, total * 0.15))
    assert grade(above, table(total * 1.05, total * 2)).told is False
    assert grade(above, table(total * 0.5, total * 2)).told is True


def test_half_of_the_draws_lie_beyond_a_limit_at_their_middle(footprint: Footprint) -> None:
    interval = footprint.interval
    assert interval is not None
    found = grade(footprint, table(footprint.total + interval.shift))
    assert found.name == Name("A", "A级")
    assert dict(found.probabilities)[Name("A", "A级")] == pytest.approx(0.5)
    above = grade(footprint, table(footprint.total * (1 - 1e-6)))
    assert above.name is None
    assert above.as_dict()["grade"] is None


def test_grades_by_draws_agree_with_the_first_order(footprint: Footprint) -> None:
    limit = footprint.total * 1.02
    drawn = grade(footprint, table(limit), uncertainty=footprint.uncertainty(400, seed=3))
    first = grade(footprint, table(limit))
    one, two = (dict(each.probabilities)[Name("A", "A级")] for each in (drawn, first))
    assert one == pytest.approx(two, abs=0.1)


def test_without_an_interval_the_value_alone_is_graded(footprint: Footprint) -> None:
    found = grade(replace(footprint, interval=None), table(1e9))
    assert found.told is None
    assert found.probabilities == ()
    assert "alone" in found.says("en")


def test_an_exact_footprint_is_in_a_grade_or_not(footprint: Footprint) -> None:
    exact = replace(footprint, interval=Interval(footprint.total, footprint.total, 1, 1))
    found = grade(exact, table(footprint.total))
    assert found.told is True
    assert dict(found.probabilities)[Name("A", "A级")] == 1.0
    beyond = grade(exact, table(footprint.total * 0.999))
    assert beyond.told is True
    assert beyond.name is None
    assert beyond.probabilities[-1][1] == 1.0


def test_limits_are_for_the_unit_of_the_table(footprint: Footprint) -> None:
    per_kg = grade(footprint, table(footprint.total / 1000 * 1.5, unit="kg"))
    assert per_kg.value == pytest.approx(footprint.total / 1000)
    assert per_kg.name == Name("A", "A级")
    with pytest.raises(RuleError):
        grade(footprint, table(1.0, unit="kWh"))
    with pytest.raises(RuleError, match="grade-product"):
        grade(footprint, replace(table(1.0), product="copper"))


def test_a_table_of_grades_is_read(tmp_path: Path) -> None:
    path = tmp_path / "grades.toml"
    text = 'id = "l"\ntitle = "标识"\nper = "1 t"\n'
    text += '[[grade]]\nname = "一级"\nlimit = 12000\n[[grade]]\nname = "二级"\nlimit = 15000\n'
    path.write_text(text, encoding="utf-8")
    found = read_grades(path)
    assert [each.limit for each in found.grades] == [12000.0, 15000.0]
    for old, new in (("15000", "12000"), ("1 t", "1 stone"), ("limit = 15", "limits = 15")):
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(RuleError):
            read_grades(path)


# Years


def later(study: Study) -> Study:
    return replace(study, period=Period.read("2025"))


def test_years_compare_by_one_method(study: Study, footprint: Footprint) -> None:
    smaller = replace(footprint, total=footprint.total * 0.9)
    found = year_on_year((study, footprint), (later(study), smaller))
    assert found.relative == pytest.approx(-0.1)
    assert found.periods == ("2024", "2025")
    assert "-10.0%" in found.says("en")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"boundary": "gate to gate"}, "boundary"),
        ({"allocations": ()}, None),
        ({"exclusions": ()}, "exclusions"),
        ({"place": "NO"}, "place"),
        ({"period": Period.read("2025-01/2025-06")}, "length of the period"),
    ],
)
def test_another_method_is_refused_by_name(
    study: Study, footprint: Footprint, changes: dict[str, object], what: str | None
) -> None:
    other = replace(later(study), **changes)  # type: ignore[arg-type]  # fields of a study
    if what is None:
        year_on_year((study, footprint), (other, footprint))
        return
    with pytest.raises(RuleError) as error:
        year_on_year((study, footprint), (other, footprint))
    assert [each.facts.get("what") for each in error.value.problems] == [what]


def test_every_difference_is_told_at_once(
    study: Study, footprint: Footprint, background: Background
) -> None:
    other = replace(later(study), boundary="gate to gate", exclusions=())
    physical = study.varying(electricity="physical").footprint(background)
    with pytest.raises(RuleError) as error:
        year_on_year((study, footprint), (other, physical))
    assert {each.facts["what"] for each in error.value.problems} >= {
        "boundary",
        "exclusions",
        "electricity",
    }


def test_the_earlier_year_stands_first(study: Study, footprint: Footprint) -> None:
    for pair in ((later(study), study), (study, study)):
        with pytest.raises(RuleError, match="years-order"):
            year_on_year((pair[0], footprint), (pair[1], footprint))


def test_rules_belong_to_the_method(study: Study, footprint: Footprint, opinion: Opinion) -> None:
    other = replace(opinion, pack=replace(opinion.pack, edition="2027"))
    with pytest.raises(RuleError, match="metal 2027"):
        year_on_year((study, footprint), (later(study), footprint), (opinion, other))
    assert method_of(study, footprint, opinion)["rules"] == "metal 2026"
