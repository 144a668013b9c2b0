"""A user's own list: CSV or Excel, joined beside other sets in an explicit order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pcf import files
from pcf.background import join
from pcf.background.own_sheet import NAMES, read_factors
from pcf.background.search import search
from pcf.errors import BackgroundError
from pcf.text import Name

if TYPE_CHECKING:
    from pathlib import Path

    from tests.background.conftest import Folder

ROWS = """product,factor,source,synonyms,place,period,confidence
铝锭,14 kg CO2e/kg,审计报告,电解铝|primary aluminium,甘肃,2024,primary
nickel matte,9000 kg CO2e/t,letter,镍锍,,,
"""


def written(folder: Path, content: str, name: str = "ours.csv") -> Path:
    """Write a list."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_list_becomes_a_set_that_joins_and_is_found(tmp_path: Path, folder: Folder) -> None:
    own = read_factors(written(tmp_path, ROWS))
    assert own.name == "ours"
    both = join(folder.open(), own)
    assert both.name == "small 1 + ours"
    (hit,) = search("电解铝", both)
    assert (hit.entry.id, hit.entry.place, hit.entry.confidence) == (
        "ours: 铝锭",
        "CN-GS",
        "primary",
    )
    assert [each.entry.product for each in search("镍", folder.path, own)] == ["nickel matte"]


def test_a_workbook_says_the_same(tmp_path: Path) -> None:
    row = {"product": "铝锭", "factor": "14 kg CO2e/kg", "source": "审计报告"}
    columns = tuple(files.Column(key, NAMES[key]) for key in row)
    path = tmp_path / "ours.xlsx"
    path.write_bytes(files.workbook([files.Sheet(Name(zh="因子"), columns, (row,))]))
    text = "产品,因子,来源\n铝锭,14 kg CO2e/kg,审计报告\n"
    assert read_factors(path) == read_factors(written(tmp_path, text))


def test_the_same_list_twice_clashes_and_names_both(tmp_path: Path) -> None:
    own = read_factors(written(tmp_path, ROWS))
    with pytest.raises(BackgroundError) as caught:
        join(own, own)
    assert caught.value.problems[0].facts == {"first": "ours", "second": "ours"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("铝锭,14 kg CO2e,letter,,,,", "factor-unreadable"),
        ("铝锭,,letter,,,,", "cell-empty"),
        ("铝锭,14 kg CO2e/kg,,,,,", "cell-empty"),
        ("铝锭,14 kg CO2e/kg,letter,,Atlantis,,", "place-unknown"),
        ("铝锭,14 kg CO2e/kg,letter,,,soon,", "period-unreadable"),
        ("铝锭,14 kg CO2e/kg,letter,,,,sure", "choice-not"),
        ("nickel matte,1 kg CO2e/kg,letter,,,,", "factor-listed-twice"),
    ],
)
def test_what_is_wrong_is_told_in_its_line(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(BackgroundError) as caught:
        read_factors(written(tmp_path, ROWS.replace("铝锭,14", "coke,14", 1) + line + "\n"))
    assert [(each.code, each.where.line) for each in caught.value.problems] == [(code, 4)]


def test_an_empty_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackgroundError, match="factors-none"):
        read_factors(written(tmp_path, "product,factor,source\n"))
