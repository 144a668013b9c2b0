"""A supplier's sheet: it becomes a process, and what speaks against it is a finding."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from pcf import files
from pcf.background import factor_set, join, link
from pcf.background.received import NAMES, Received, read_received, received_background
from pcf.errors import BackgroundError, LinkError
from pcf.inventory import solve
from pcf.model.building import product_system
from pcf.model.coverage import Period

if TYPE_CHECKING:
    from pathlib import Path

Y2025 = Period.read("2025")
GOOD = {
    "id": "strip 2024",
    "supplier": "兰州轧钢",
    "product": "steel strip",
    "amount": "1",
    "unit": "t",
    "co2e": "2100",
    "place": "甘肃",
    "period": "2024",
    "boundary": "摇篮到大门",
    "characterisation": "AR6",
    "convention": "0/0",
    "valid_until": "2026-06-30",
    "verification": "第三方",
    "verifier": "CQC",
    "primary_share": "62%",
    "document": "PCF report",
    "locator": "p. 4",
}


def sheet(folder: Path, *rows: dict[str, str], language: str = "en") -> Path:
    """Write rows as a CSV sheet with keys or Chinese captions."""
    stream = io.StringIO()
    captions = {key: NAMES[key].zh if language == "zh" else key for key in GOOD}
    extra = {key for row in rows for key in row if key not in GOOD}
    captions |= {key: key for key in sorted(extra)}
    writer = csv.writer(stream)
    writer.writerow(captions.values())
    writer.writerows([row.get(key, "") for key in captions] for row in rows)
    path = folder / "供应商.csv"
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path


def one(folder: Path, **changes: str) -> Received:
    """Return the one footprint of a sheet with changes."""
    (found,) = read_received(sheet(folder, GOOD | changes))
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sheet_becomes_a_process_with_all_that_was_declared(
    tmp_path: Path, language: str
) -> None:
    (found,) = read_received(sheet(tmp_path, GOOD, language=language))
    assert found.findings(Y2025, "AR6 (0/0)") == ()
    declared = found.row.declared
    assert declared is not None
    assert (declared.verification, declared.verifier) == ("third party", "CQC")
    assert declared.primary_share == 0.62
    assert found.row.place == "CN-GS"
    assert found.source.confidence == "primary"
    system = product_system([found.row.process], sources=[found.source])
    assert solve(system, {"steel strip": 10.0}).flows == pytest.approx([21_000.0])


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    columns = tuple(files.Column(key, NAMES[key]) for key in GOOD)
    path = tmp_path / "sheet.xlsx"
    from pcf.text import Name  # noqa: PLC0415 - only here

    path.write_bytes(files.workbook([files.Sheet(Name(zh="碳足迹"), columns, (GOOD,))]))
    (found,) = read_received(path)
    assert found.row.id == "strip 2024"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_until": "2025-12-30"}, "received-expired"),
        ({"valid_until": ""}, "received-no-validity"),
        ({"verification": "none"}, "received-unverified"),
        ({"verification": "second party"}, "received-second-party"),
        ({"characterisation": "AR5"}, "received-characterisation"),
        ({"convention": "-1/+1"}, "received-characterisation"),
        ({"primary_share": ""}, "received-primary-unknown"),
        ({"boundary": "gate to gate"}, "received-boundary"),
    ],
)
def test_what_speaks_against_it_is_a_finding(
    tmp_path: Path, changes: dict[str, str], code: str
) -> None:
    (told,) = one(tmp_path, **changes).findings(Y2025, "AR6 (0/0)")
    assert told.code == code
    assert told.says("zh")


def test_it_holds_to_its_last_day(tmp_path: Path) -> None:
    found = one(tmp_path, valid_until="2025-12-31")
    assert found.findings(Y2025, "AR6 (0/0)") == ()


def test_an_unverified_one_is_taken_only_when_a_study_names_it(tmp_path: Path) -> None:
    own = received_background("suppliers", [one(tmp_path, verification="无")])
    other = factor_set("own", {"lime": "1 kg CO2e/kg"}, source="letter")
    both = join(other, own)
    asked = {"unit": "kg", "background": both, "place": "CN-GS", "period": Y2025}
    with pytest.raises(LinkError, match="link-unverified"):
        link("steel strip", **asked)  # type: ignore[arg-type]
    found = link("steel strip", **asked, unverified=frozenset({"strip 2024"}))  # type: ignore[arg-type]
    assert [each.code for each in found.findings] == ["data-age", "unverified-used"]


def test_land_use_and_biogenic_carbon_keep_their_lines(tmp_path: Path) -> None:
    found = one(tmp_path, land_use="100", biogenic="30", taken_up="40")
    amounts = {each.flow: each.amount.value for each in found.row.process.exchanges}
    assert amounts == {
        "CO2e, not split": 2000.0,
        "CO2, land-use change": 100.0,
        "CO2, biogenic": 30.0,
        "CO2, taken up": 40.0,
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "0"}, "reference-amount"),
        ({"co2e": "-5"}, "amount-negative"),
        ({"co2e": "50", "land_use": "100"}, "amount-negative"),
        ({"primary_share": "62"}, "received-share"),
        ({"unit": "tonnes of love"}, "unit-unknown"),
        ({"place": "Atlantis"}, "place-unknown"),
        ({"document": ""}, "cell-empty"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, changes: dict[str, str], code: str) -> None:
    with pytest.raises(BackgroundError) as caught:
        one(tmp_path, **changes)
    assert [each.code for each in caught.value.problems] == [code]
    assert caught.value.problems[0].where.line == 2


def test_all_problems_come_together_and_ids_stand_once(tmp_path: Path) -> None:
    rows = (GOOD | {"amount": "x"}, GOOD | {"id": "b", "verification": "perhaps"})
    with pytest.raises(BackgroundError) as caught:
        read_received(sheet(tmp_path, *rows))
    assert len(caught.value.problems) == 2
    with pytest.raises(BackgroundError, match="id-twice"):
        read_received(sheet(tmp_path, GOOD, GOOD))


def test_two_suppliers_of_a_product_must_measure_it_alike(tmp_path: Path) -> None:
    first, second = one(tmp_path), one(tmp_path, id="b", unit="m3")
    with pytest.raises(BackgroundError, match="unit-unfit"):
        received_background("suppliers", [first, second])
