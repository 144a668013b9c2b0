"""What speaks against a row reaches the footprint of every study that stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pcf.background import open_background
from pcf.background.keeping import write_set
from pcf.background.measurement import FuelAnalysis, Quantity, fuel_factor
from pcf.background.received import read_received, received_background
from pcf.model.amounts import Source
from pcf.model.coverage import Period
from pcf.study import read_study, reference_study

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.analysis import Footprint

PUBLIC = open_background(edition="2026.1")
STUDY = """
[study]
id = "own"
title.en = "own"
title.zh = "自有"
place = "CN-GS"
period = "2025"
boundary = "cradle to gate"
background = "cn-public 2026.1"
characterisation = "AR6"
convention = "0/0"

[declared_unit]
amount = "1 t"
product = "goods"

[unverified]
rows = [{unverified}]
"""
SHEET = (
    "id,supplier,product,amount,unit,co2e,place,period,boundary,characterisation,convention,"
    "valid_until,verification,primary_share,document\n"
    "strip,Mill,steel strip,1,t,2100,CN-GS,2024,cradle to gate,{gases},0/0,{until},{verified},"
    "{share},report\n"
)


def footprint(folder: Path, flow: str, *, unit: str = "kg", unverified: str = "") -> Footprint:
    """Return the footprint of a study with one process and one input."""
    (folder / "study.toml").write_text(STUDY.format(unverified=unverified), encoding="utf-8")
    (folder / "processes.csv").write_text(
        "process,product,reference_amount,unit\nplant,goods,1,t\n", encoding="utf-8"
    )
    (folder / "activity.csv").write_text(
        "row,process,direction,kind,flow,amount,unit,confidence,evidence\n"
        f'one,plant,input,product,"{flow}",1000,{unit},primary,invoice\n',
        encoding="utf-8",
    )
    return read_study(folder).footprint(PUBLIC)


def received(folder: Path, **changes: str) -> Footprint:
    """Return the footprint of a study on a supplier's sheet."""
    said = {"gases": "AR6", "until": "2026-01-31", "verified": "third party", "share": "0.7"}
    sheet = folder / "sheet.txt"
    sheet.write_text(SHEET.format(**said | changes), encoding="utf-8")
    write_set(received_background("suppliers", read_received(sheet)), folder / "background")
    unverified = '"strip"' if changes.get("verified") == "none" else ""
    return footprint(folder, "steel strip", unverified=unverified)


def codes(result: Footprint) -> set[str]:
    return {each.code for each in result.findings}


def test_a_sound_footprint_of_a_supplier_brings_no_word_of_its_own(tmp_path: Path) -> None:
    result = received(tmp_path)
    assert result.total == pytest.approx(2100)
    assert not {code for code in codes(result) if code.startswith("received-")}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"until": "2025-06-30"}, "received-expired"),
        ({"until": ""}, "received-no-validity"),
        ({"verified": "none"}, "received-unverified"),
        ({"verified": "second party"}, "received-second-party"),
        ({"gases": "AR5"}, "received-characterisation"),
        ({"share": ""}, "received-primary-unknown"),
    ],
)
def test_what_speaks_against_a_received_footprint_reaches_the_study(
    tmp_path: Path, changes: dict[str, str], code: str
) -> None:
    result = received(tmp_path, **changes)
    assert code in codes(result)
    assert result.total == pytest.approx(2100)


def test_what_a_measurement_left_open_reaches_the_study(tmp_path: Path) -> None:
    lots = [FuelAnalysis(100, each, 21.0) for each in (0.560, 0.561, 0.559, 0.560, 0.562, 0.60)]
    oxidation = Quantity("oxidised", 0.98, 0.005)
    factor = fuel_factor("our coal", lots, oxidation=oxidation, period=Period.read("2025"))
    source = Source("lab", "lab", confidence="primary")
    own = factor.background(
        "coal", place="CN-GS", source=source, boundary="upstream and combustion"
    )
    write_set(own, tmp_path / "background")
    result = footprint(tmp_path, "our coal", unit="GJ")
    assert {"series-outlier", "calibration-missing"} <= codes(result)
    assert result.total == pytest.approx(1000 * factor.result.value)


@pytest.mark.parametrize(
    ("flow", "weak"),
    [
        ("xanthate collector", "xanthate"),  # copper and nickel: flotation
        ("solvent extraction extractant", "extractant"),
        ("aluminium fluoride, dry process", "aluminium-fluoride-dry"),
        ("drying, biomass furnace, water removed", "drying-biomass"),  # herbs
    ],
)
def test_weak_data_is_a_finding_of_the_study(tmp_path: Path, flow: str, weak: str) -> None:
    result = footprint(tmp_path, flow)
    told = [each for each in result.findings if each.code == "data-weak"]
    assert weak in {each.where.item for each in told}
    assert all(each.says("zh") for each in told)


def test_sound_data_brings_no_such_finding(tmp_path: Path) -> None:
    assert "data-weak" not in codes(footprint(tmp_path, "sodium hydroxide"))


@pytest.mark.parametrize(
    ("category", "weak"),
    [
        ("nickel", {"xanthate", "sulphuric-acid"}),
        ("copper", {"xanthate"}),
        ("medicinal_herbs", {"danggui-seed"}),
    ],
)
def test_a_reference_study_says_which_of_its_data_are_weak(category: str, weak: set[str]) -> None:
    result = reference_study(category).footprint(PUBLIC)
    assert weak <= {each.where.item for each in result.findings if each.code == "data-weak"}
