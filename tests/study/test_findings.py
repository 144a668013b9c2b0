"""What a study tells beside its number: balances that close or not, electricity without a meter."""

from __future__ import annotations

from dataclasses import replace

import pytest

import pcf
from pcf.study.values import ElementBalance


@pytest.fixture(scope="module")
def background():
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.fixture(scope="module")
def study():
    return pcf.reference_study("aluminium")


def told(study, background):
    found = study.system(background).findings
    codes = ("balance", "balance-open", "balance-stream-missing")
    return [each for each in found if each.code in codes and each.facts["element"] == "C"]


def test_the_carbon_of_the_anode_closes_within_ten_percent(study, background):
    (found,) = told(study, background)
    assert found.code == "balance"
    inputs, outputs = 480 * 0.976, 78.72 * 0.976 + 1424 * 12 / 44
    assert found.facts["share"] == f"{100 * (inputs - outputs) / outputs:+.2f} %"


def test_gross_carbon_taken_for_net_opens_it(study, background):
    """1,424 kg CO2 entered as if it were carbon, or the butts forgotten: the stream is named."""
    stated = study.balances[0]
    gross = replace(stated, outputs=stated.outputs[1:])
    (found,) = told(replace(study, balances=(gross,)), background)
    assert found.code == "balance-open"
    assert found.facts["stream"] == "anode"
    (found,) = told(study.varying(rows={"e-co2": "2848 kg"}), background)
    assert found.code == "balance-open"
    assert found.facts["stream"] in ("anode", "CO2, fossil")


def test_an_alternative_without_the_stream_says_so(study, background):
    (found,) = told(study.varying(alternative="anode record"), background)
    assert found.code == "balance-stream-missing"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"process": "electrolisis"}, "process-unknown"),
        ({"inputs": (("anod", "1"),)}, "flow-not-used"),
        ({"inputs": (("anode", "carbon of anode"),)}, None),
        ({"inputs": (("anode", "1.5"),)}, "balance-content"),
    ],
)
def test_a_balance_that_cannot_be_is_a_problem(study, background, changed, code):
    wrong = replace(study, balances=(replace(study.balances[0], **changed),))
    problems = wrong.check(background)
    assert len(problems) == 1
    assert code is None or problems[0].code == code
    assert problems[0].where.line == study.balances[0].where.line


def test_a_balance_is_written_and_read_back(study, tmp_path):
    stated = ElementBalance("electrolysis", "mass", (("anode", ""),), (("anode butts", ""),), 9.0)
    changed = replace(study, balances=(*study.balances, stated))
    pcf.write_study(changed, tmp_path / "study")
    assert pcf.read_study(tmp_path / "study").balances == changed.balances


def test_electricity_without_a_meter_is_told(study, background):
    """It counts by the average under every treatment, and no certificate can cover it."""
    rows = tuple(
        replace(row, meter="") if row.id == "n-electricity" else row for row in study.activity
    )
    bare = replace(study, activity=rows)
    (told,) = [e for e in bare.system(background).findings if e.code == "electricity-unmetered"]
    assert told.where.item == "n-electricity"
    assert bare.footprint(background).total == pytest.approx(study.footprint(background).total)
    codes = {each.code for each in study.system(background).findings}
    assert "electricity-unmetered" not in codes
