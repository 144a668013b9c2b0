"""The reference study through the library equals its plain sum, and slips in it are noticed."""

from __future__ import annotations

import csv
import importlib.util
import io
import shutil
import sys
from pathlib import Path

import pytest

import pcf
from pcf import resources
from pcf.background import read_set

# Loaded by path: the plain sum imports nothing of the library, and tests are no package.
_SPEC = importlib.util.spec_from_file_location(
    "plain_sum", Path(__file__).with_name("test_reference_study_plain_sum.py")
)
plain = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(plain)

STUDY = resources.folder("product_rules") / "aluminium" / "reference_study"
DATA = resources.folder("background_data") / "cn-public" / "2026.1"
EQUAL = {"rel": 1e-9}


@pytest.fixture(scope="module")
def background():
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="module")
def study():
    return pcf.reference_study("aluminium")


@pytest.fixture(scope="module")
def average(study, background):
    return study.footprint(background)


@pytest.fixture(scope="module")
def wind(study, background):
    return study.varying(electricity={"potline": "wind"}).footprint(background)


def test_every_stage_equals_the_plain_sum(average):
    stages = {part.name: part.value for part in average.by_stage()}
    assert stages == pytest.approx(plain.plain_stages(), **EQUAL)
    assert average.total == pytest.approx(plain.plain_total(), **EQUAL)


def test_wind_through_the_grid_equals_the_plain_sum(wind):
    stages = {part.name: part.value for part in wind.by_stage()}
    assert stages == pytest.approx(plain.plain_stages(potline=plain.WIND), **EQUAL)


def test_varying_the_electricity_changes_the_meter_row_and_nothing_else(average, wind):
    change = wind - average
    assert [part.name for part in change.parts] == ["electrolysis: kWh at potline"]
    assert change.total == pytest.approx(-13_599 * (0.5777 - 0.0651), **EQUAL)
    assert wind.planned
    assert not average.planned


@pytest.mark.parametrize("name", sorted(plain.ALTERNATIVES))
def test_every_alternative_equals_its_plain_sum(study, background, name):
    total = study.varying(alternative=name).footprint(background).total
    assert total == pytest.approx(plain.plain_total(**plain.ALTERNATIVES[name]), **EQUAL)


def test_the_plain_sum_knows_every_alternative(study):
    assert {each.name for each in study.alternatives} == set(plain.ALTERNATIVES)


def test_the_bounds_are_those_argued_and_stay_under_the_cut_off(average, wind):
    bounds = {gap.name.partition(": ")[2]: gap.bound for gap in average.gaps}
    assert all(gap.reason for gap in average.gaps)
    assert bounds == pytest.approx(plain.BOUNDS, **EQUAL)
    for each in (average, wind):
        assert all(gap.share < 0.01 for gap in each.gaps)
        assert each.share_excluded <= 0.05


def test_recalled_rows_are_a_finding_each(average):
    leaned_on = {each.where.item for each in average.findings if each.code == "unverified-used"}
    assert leaned_on == {"e-alumina", "e-anode", "e-fluoride", "e-lining"}


def test_characterisation_moves_the_gases_and_not_the_unsplit(study, background, average):
    other = study.varying(characterisation="AR5").footprint(background)
    assert other.unsplit == average.unsplit
    assert other.by_gas()["CF4"] == pytest.approx(0.0179 * 6630)
    assert average.by_gas()["CF4"] == pytest.approx(0.0179 * 7380)


# What a slip would give instead: none of them may pass for the result.
SLIPS = {
    "wind on all electricity": {"potline": plain.WIND, "anode_kwh": plain.WIND},
    "no transmission": {"potline": 0.0324},
    "transmission on the average": {"potline": plain.GRID + 0.0327},
    "PFC forgotten": {"pfc": 0.0},
    "combustion without upstream": {"coal_upstream": 0.0},
}


@pytest.mark.parametrize("slip", sorted(SLIPS))
def test_a_slip_is_far_from_the_result(average, wind, slip):
    changed = plain.plain_total(**SLIPS[slip])
    if slip == "wind on all electricity":
        changed += 0.48 * 89 * (plain.WIND - plain.GRID)
    for result in (average, wind):
        assert changed != pytest.approx(result.total, rel=1e-3)


def _rows(path):
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


def _write(path, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), "utf-8")


def _used(average):
    heads = average.system.processes
    used = {i for i, fg in enumerate(heads.foreground) if not fg and not _is_gap(heads.ids[i])}
    own = {row[0] for row in _rows(STUDY / "background" / "processes.csv")}
    return sorted({str(heads.ids[i]) for i in used} - own)


def _is_gap(id_):
    return str(id_).startswith("gap")


def test_removing_any_factor_raises(study, average, tmp_path):
    """Without one of its rows of background data the study has no footprint."""
    needed = [id_ for id_ in _used(average) if id_ in average.scaling]
    assert len(needed) > 10
    for id_ in needed:
        folder = tmp_path / "set"
        shutil.copytree(DATA, folder)
        for name, column in (("processes.csv", 0), ("exchanges.csv", 1)):
            rows = _rows(folder / name)
            _write(folder / name, [row for row in rows if row[column] != id_])
        with pytest.raises(pcf.PcfError):
            study.footprint(_opened(folder))
        shutil.rmtree(folder)


def test_removing_any_factor_of_the_study_itself_raises(background, tmp_path):
    for id_ in [row[0] for row in _rows(STUDY / "background" / "processes.csv")[1:]]:
        folder = tmp_path / "study"
        shutil.copytree(STUDY, folder)
        for name, column in (("processes.csv", 0), ("exchanges.csv", 1)):
            path = folder / "background" / name
            _write(path, [row for row in _rows(path) if row[column] != id_])
        with pytest.raises(pcf.PcfError):
            pcf.read_study(folder).footprint(background)
        shutil.rmtree(folder)


def _opened(folder):
    problems = []
    found = read_set(folder, problems)
    if problems:
        raise pcf.PcfError(*problems)
    return found


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b"")],
)
def test_encodings_and_folder_names_change_nothing(average, background, tmp_path, encoding, mark):
    folder = tmp_path / "碳足迹 测试"
    shutil.copytree(STUDY, folder)
    for path in folder.rglob("*.csv"):
        text = path.read_text("utf-8")
        path.write_bytes(mark + text.encode(encoding))
    again = pcf.read_study(folder).footprint(background)
    assert again.as_dict() == average.as_dict()


def test_full_width_digits_change_nothing(average, background, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(STUDY, folder)
    path = folder / "activity.csv"
    rows = _rows(path)
    at = rows[0].index("amount")
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    _write(
        path, [rows[0], *([*row[:at], row[at].translate(wide), *row[at + 1 :]] for row in rows[1:])]
    )
    assert pcf.read_study(folder).footprint(background).total == average.total


def test_the_order_of_rows_changes_nothing(average, background, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(STUDY, folder)
    for name in ("activity.csv", "legs.csv", "sources.csv"):
        rows = _rows(folder / name)
        _write(folder / name, [rows[0], *reversed(rows[1:])])
    again = pcf.read_study(folder).footprint(background)
    assert again.total == pytest.approx(average.total, rel=1e-12)


def test_a_variation_of_nothing_is_the_study_itself(study):
    assert study.varying() == study


def test_importing_the_plain_sum_loads_nothing_of_the_library():
    source = Path(__file__).with_name("test_reference_study_plain_sum.py").read_text("utf-8")
    assert "pcf" not in source.replace("pcf.", "").split("import")[1:]
    assert "plain_sum" not in sys.modules


def _edited(tmp_path, edit, name="activity.csv"):
    """Return the reference study with the rows of a table edited."""
    folder = tmp_path / "edited"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(STUDY, folder)
    head, *rows = _rows(folder / name)
    _write(folder / name, [head, *edit(head, rows)])
    return folder


def _blank(column):
    def edit(head, rows):
        at = head.index(column)
        return [[*row[:at], "", *row[at + 1 :]] for row in rows]

    return edit


@pytest.mark.parametrize("name", ["activity.csv", "legs.csv"])
@pytest.mark.parametrize("column", ["unit", "source", "amount", "flow", "process"])
def test_a_missing_unit_source_amount_or_name_is_a_problem_of_its_row(
    name, column, background, tmp_path
):
    if name == "legs.csv":
        column = {"unit": "load_unit", "amount": "load", "flow": "mode"}.get(column, column)
    folder = _edited(tmp_path, _blank(column), name)
    problems = pcf.read_study(folder).check(background)
    told = {each.where.line for each in problems if each.where.file == name}
    head, *rows = _rows(STUDY / name)
    at = head.index("alternative") if column == "amount" and name == "activity.csv" else None
    # The amount of an alternative is asked for when the alternative stands.
    assert told == {i for i, row in enumerate(rows, 2) if at is None or not row[at]}


def _told(result):
    return {(each.code, tuple(each.facts.items())) for each in result.findings}


def test_no_row_can_be_taken_away_unnoticed(average, background, tmp_path):
    """Each row that stands moves the total or a bound, or its absence is refused."""
    head, *rows = _rows(STUDY / "activity.csv")
    standing = [i for i, row in enumerate(rows) if not row[head.index("alternative")]]
    unnoticed = []
    for taken in standing:
        folder = _edited(tmp_path, lambda _, rows, taken=taken: [*rows[:taken], *rows[taken + 1 :]])
        try:
            left = pcf.read_study(folder).footprint(background)
        except pcf.PcfError:
            continue
        same = (left.total, left.share_excluded) == (average.total, average.share_excluded)
        if same and _told(left) == _told(average):
            unnoticed.append(rows[taken][0])
    assert unnoticed == []  # a returned stream has no burden: its other end then goes nowhere


def test_a_share_a_sign_or_a_setting_cannot_be_changed_unnoticed(background, tmp_path):
    text = (STUDY / "study.toml").read_text("utf-8")
    folder = tmp_path / "edited"
    for old, new in (
        ("share = 1.0", "share = 0.9"),
        ('treatment = "location"', 'treatment = ""'),
        ('convention = "0/0"', 'convention = ""'),
        ('bound = "0.02 kg CO2e/kg"', 'bound = "0.02 kg/kg"'),
        ('"e-alumina", ', ""),
    ):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(STUDY, folder)
        assert old in text
        (folder / "study.toml").write_text(text.replace(old, new, 1), "utf-8")
        assert pcf.read_study(folder).check(background) != ()

    def negative(head, rows):
        at = head.index("amount")
        return [[*row[:at], f"-{row[at]}", *row[at + 1 :]] for row in rows]

    problems = pcf.read_study(_edited(tmp_path, negative)).check(background)
    assert {each.code for each in problems} >= {"amount-negative"}
    assert len(problems) >= len(_rows(STUDY / "activity.csv")) - 1
