"""The examples of docs/background-data.md run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pcf.background import open_background
from pcf.cli.main import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "background-data.md"
CALLS = {
    "take": ("ours.csv",),
    "receive": ("suppliers.csv", "--add"),
    "measure": ("boiler.toml", "--add"),
}


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """Return a folder with every example file of the page."""
    text = PAGE.read_text(encoding="utf-8")
    for name, content in re.findall(r"<!-- (\S+) -->\n```\w+\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def call(*words: str | Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["data", *map(str, words)])
    assert ended.value.code == 0


def test_lists_sheets_and_measurements_become_one_set(examples: Path) -> None:
    folder = examples / "study" / "background"
    folder.parent.mkdir()
    for command, (name, *more) in CALLS.items():
        call(command, examples / name, "--to", folder, *more)
    made = {row.id for row in open_background(folder=folder).processes}
    assert made == {"ours: 铝锭（本厂）", "strip 2024", "boiler coal 2025"}


def test_a_province_becomes_a_set_that_is_handed_in(examples: Path) -> None:
    folder = examples / "gansu-power"
    call("provincial", examples / "power.csv", "--year", "2024", "--to", folder)
    output = examples / "factors.xlsx"
    gases = ("--characterisation", "AR6", "--convention", "0/0")
    call("export", folder, *gases, "-o", output)
    assert output.stat().st_size > 1000
