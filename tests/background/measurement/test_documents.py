"""A measurement file: what it gives is what its readings give, and what it lacks is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pcf.background.measurement.documents import read_agreement, read_measurement
from pcf.errors import BackgroundError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
id = "own 2025"
product = "our product"
place = "甘肃"
period = "2025"
boundary = "gate to gate"
[source]
document = "records 2025"
"""
FUEL = """
[fuel]
lots = "lots.csv"
oxidised = { value = 0.98, half_width = 0.01 }
"""
STACK = """
[emission]
gas = "CO2"
readings = "stack.csv"
unit = "t"
class = 0.02
substitution = "mean of neighbours"
[made]
readings = "made.csv"
unit = "t"
class = 0.005
[[calibration]]
instrument = "flow meter"
certificate = "C-7"
laboratory = "institute"
calibrated = 2024-12-01
valid_until = 2025-12-31
"""


def measured(folder: Path, told: str, **tables: str) -> Path:
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    path = folder / "实测.toml"
    path.write_text(HEAD + told, encoding="utf-8")
    return path


def test_lots_of_a_fuel(tmp_path: Path) -> None:
    lots = "样品,质量 (t),含碳量 (kg/kg),低位发热量 (GJ/t)\na,100,0.56,21.0\nb,300,0.58,21.8\n"
    factor, background = read_measurement(measured(tmp_path, FUEL, lots=lots))
    carbon, heat = (0.56 + 3 * 0.58) / 4, (21.0 + 3 * 21.8) / 4
    assert factor.result.value == pytest.approx(carbon / heat * 1000 * 0.98 * 44 / 12)
    assert [each.code for each in factor.findings] == ["calibration-missing"]
    (row,) = background.processes
    assert (row.place, row.told) == ("CN-GS", factor.findings)


def test_a_stack_over_a_scale_with_a_gap_filled_by_a_named_rule(tmp_path: Path) -> None:
    path = measured(tmp_path, STACK, stack="值\n10\n\n14\n", made="value\n20\n20\n20\n")
    (tmp_path / "stack.csv").write_text("time,value\n1,10\n2,\n3,14\n", encoding="utf-8")
    factor, background = read_measurement(path)
    assert factor.result.value == pytest.approx(36 / 60)
    assert [each.code for each in factor.findings] == ["series-gaps", "series-substituted"]
    assert background.processes[0].calibrations[0].certificate == "C-7"


def test_the_stack_beside_what_was_calculated(tmp_path: Path) -> None:
    path = measured(
        tmp_path, STACK + '[calculated]\nreadings = "calculated.csv"\n', made="value\n20\n"
    )
    (tmp_path / "stack.csv").write_text(
        "time,value\n1,10\n2,\n3,14\n4,12\n5,11\n", encoding="utf-8"
    )
    table = "time,value\n1,9\n2,9\n3,13\n4,11\n5,10.5\n"
    (tmp_path / "calculated.csv").write_text(table, encoding="utf-8")
    found = read_agreement(path)
    assert found is not None
    assert (found.pairs, found.missing) == (4, 1)
    assert found.bias == pytest.approx(0.875)
    assert found.differ
    assert read_agreement(measured(tmp_path, STACK)) is None


def test_a_gap_without_a_rule_is_refused(tmp_path: Path) -> None:
    told = STACK.replace('substitution = "mean of neighbours"\n', "", 1)
    path = measured(tmp_path, told, made="value\n20\n20\n")
    (tmp_path / "stack.csv").write_text("time,value\n1,10\n2,\n", encoding="utf-8")
    with pytest.raises(BackgroundError, match="series-incomplete"):
        read_measurement(path)


def test_everything_missing_comes_together(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('id = "x"\nboundary = "gate to gate"\n[fuel]\nlots = 1\n', encoding="utf-8")
    with pytest.raises(BackgroundError) as caught:
        read_measurement(path)
    keys = {each.facts["key"] for each in caught.value.problems}
    assert keys == {"product", "place", "period", "source.document", "fuel.lots", "fuel.oxidised"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"gate to gate"', '"gate to fate"', "set-field"),
        ('"lots.csv"', '"../lots.csv"', "name-unsafe"),
        ("value = 0.98", 'value = "much"', "set-field"),
    ],
)
def test_what_cannot_be_is_one_clear_report(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = measured(tmp_path, FUEL, lots="mass,carbon,heat\n1,0.5,20\n1,0.6,21\n")
    path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(BackgroundError) as caught:
        read_measurement(path)
    assert [each.code for each in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("[[[", {"toml-syntax"}),
        ("", {"file-empty"}),
        (
            HEAD.replace("甘肃", "Atlantis").replace('"2025"', '"20x5"') + FUEL,
            {"place-unknown", "period-unreadable"},
        ),
        (HEAD + FUEL + "[calibration]\ninstrument = 1\n", {"set-field"}),
        (HEAD + FUEL.replace("[fuel]", "[fuel]\nexcluded = 7"), {"set-field"}),
    ],
)
def test_a_file_that_is_none_gets_one_report(tmp_path: Path, content: str, codes: set[str]) -> None:
    path = tmp_path / "m.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BackgroundError) as caught:
        read_measurement(path)
    assert {each.code for each in caught.value.problems} == codes


LOTS = "样品,质量 (t),含碳量 (kg/kg),低位发热量 (GJ/t)\na,100,0.56,21.0\nb,300,0.58,21.8\n"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value = 0.98", "value = 98", "oxidised-unfit"),
        ("value = 0.98", "value = 1.02", "oxidised-unfit"),
        ("half_width = 0.01", "half_width = 1", "oxidised-unfit"),
        ("[fuel]", "[fuel]\nmethod = { carbon = 5 }", "relative-unfit"),
        ("gate to gate", "cradle to gate", "measured-boundary"),
        ("our product", "玉米秸秆", "fuel-biogenic"),
        ('document = "records', 'confidence = "sure"\ndocument = "records', "set-field"),
        ("21.0\nb,300,0.58,21.8", "21000\nb,300,0.58,21800", "fuel-carbon-heat"),  # MJ/t
        ("21.0\nb,300,0.58,21.8", "5016\nb,300,0.58,5207", "fuel-carbon-heat"),  # kcal/kg
        ("0.56,21.0", "0.056,21.0", "fuel-carbon-heat"),
        ("0.56,21.0", "56,21.0", "fuel-analysis"),  # per cent
        ("\nb,", "\na,", "id-twice"),
    ],
)
def test_a_measurement_that_is_wrong_and_plausible_is_refused(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    path = measured(tmp_path, FUEL, lots=LOTS)
    for each in (path, tmp_path / "lots.csv"):
        each.write_text(each.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(BackgroundError) as caught:
        read_measurement(path)
    assert {each.code for each in caught.value.problems} == {code}
    assert caught.value.says("zh")


def test_what_grew_lately_is_biogenic(tmp_path: Path) -> None:
    told = FUEL.replace("[fuel]", '[fuel]\ngas = "CO2, biogenic"')
    path = measured(tmp_path, told, lots=LOTS)
    path.write_text(path.read_text(encoding="utf-8").replace("our product", "秸秆"), "utf-8")
    _, background = read_measurement(path)
    (exchange,) = background.processes[0].process.exchanges
    assert exchange.flow == "CO2, biogenic"


def test_an_instrument_of_class_five_is_not_five_hundred_per_cent(tmp_path: Path) -> None:
    path = measured(tmp_path, STACK.replace("class = 0.02", "class = 2"), made="value\n20\n20\n")
    (tmp_path / "stack.csv").write_text("time,value\n1,10\n2,11\n", encoding="utf-8")
    with pytest.raises(BackgroundError, match="relative-unfit"):
        read_measurement(path)
