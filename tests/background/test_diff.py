"""What moved between two editions: the number that was changed, and no other."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from pcf.background.diff import set_difference

if TYPE_CHECKING:
    from pathlib import Path

    from tests.background.conftest import Folder


@pytest.fixture
def other(folder: Folder, tmp_path: Path) -> Folder:
    """Return a second edition, equal to the first until a test changes it."""
    found = deepcopy(folder)
    found.path = tmp_path / "other"
    return found


def test_equal_editions_do_not_differ(folder: Folder, other: Folder) -> None:
    found = set_difference(folder.open(), other.open())
    assert found.processes == ()


def test_a_number_that_moved_is_told_with_its_change(folder: Folder, other: Folder) -> None:
    other.row("exchanges", "l1")["amount"] = "880"
    (moved,) = set_difference(folder.open(), other.open()).moved
    assert (moved.process, moved.row, moved.unit) == ("lime-cn", "l1", "kg/kg")
    assert (moved.old, moved.new, moved.change) == pytest.approx((0.8, 0.88, 0.1))


def test_a_row_restated_in_other_units_has_not_moved(folder: Folder, other: Folder) -> None:
    other.row("processes", "lime-cn").update(amount="1", unit="t")
    other.row("exchanges", "l1").update(amount="0.8", unit="t")
    other.row("exchanges", "l2").update(amount="4000", unit="MJ")
    assert set_difference(folder.open(), other.open()).processes == ()


def test_the_unit_alone_moves_a_number_a_thousandfold(folder: Folder, other: Folder) -> None:
    other.row("exchanges", "c2")["unit"] = "kg"
    (moved,) = set_difference(folder.open(), other.open()).moved
    assert moved.change == pytest.approx(999)


def test_a_gas_that_was_swapped_went_and_came(folder: Folder, other: Folder) -> None:
    other.row("exchanges", "c2")["flow"] = "N2O"
    found = set_difference(folder.open(), other.open())
    assert [each.flow for each in found.went] == ["CH4, fossil"]
    assert [each.flow for each in found.came] == ["N2O, fossil"]
    assert found.moved == ()


def test_a_gas_table_that_moved_is_told(folder: Folder, other: Folder) -> None:
    other.tables["characterisation"][1]["value"] = "30"
    (moved,) = set_difference(folder.open(), other.open()).moved
    assert (moved.process, moved.row, moved.old, moved.new) == ("AR6", "CH4, fossil", 29.8, 30.0)


def test_facts_that_changed_are_told_apart(folder: Folder, other: Folder) -> None:
    other.row("processes", "grid-2024").update(place="CN-GS", start="2022")
    other.row("exchanges", "c3")["provider"] = ""
    other.row("exchanges", "l1")["locator"] = "p. 8"
    found = set_difference(folder.open(), other.open())
    assert found.moved == found.came == found.went == ()
    told = {(each.process, each.fact, each.old, each.new) for each in found.restated}
    assert told == {
        ("grid-2024", "place", "CN", "CN-GS"),
        ("grid-2024", "period", "2024", "2022"),
        ("coal-boiler", "provider", "coal-mine", "None"),
        ("lime-cn", "source", "S1: p. 7", "S1: p. 8"),
    }


def test_a_process_that_went_takes_its_numbers(folder: Folder, other: Folder) -> None:
    for table, key in (("processes", "id"), ("exchanges", "process")):
        rows = other.tables[table]
        other.tables[table] = [each for each in rows if each[key] != "landfill"]
    found = set_difference(folder.open(), other.open())
    assert [(each.row, each.old, each.new) for each in found.went] == [("s1", 20.0, None)]
    assert found.processes == ("landfill",)
