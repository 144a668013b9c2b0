"""The scripts in examples/ run as they stand, from a folder with a Chinese name."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from pcf.declare.bundle import open_bundle
from pcf.formats.pact import read_pact

if TYPE_CHECKING:
    from pathlib import Path


def run(root: Path, name: str, out: Path) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, str(root / "examples" / name), str(out)]
    env = os.environ | {"PYTHONPATH": str(root), "PYTHONUTF8": "1"}
    return subprocess.run(
        call, capture_output=True, text=True, encoding="utf-8", env=env, check=False, timeout=300
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "碳足迹 测试"
    folder.mkdir()
    return folder


def test_the_exporter_gets_three_files(root: Path, out: Path) -> None:
    ended = run(root, "exporter.py", out)
    assert ended.returncode == 0, ended.stderr
    assert "kg CO2e / 1 t" in ended.stdout
    (read,) = read_pact(out / "customer.json")
    assert read.findings == ()
    assert read.fields["comment"].startswith("fictional")
    first = openpyxl.load_workbook(out / "importer.xlsx").worksheets[0]
    assert any("fictional" in str(cell.value) for cell in first[first.max_row])
    assert sorted(each.name for each in out.iterdir()) == [
        "customer.json", "importer.xlsx", "report.html",
    ]  # fmt: skip
    assert "虚构" in (out / "report.html").read_text(encoding="utf-8")


def test_the_certification_body_gets_an_opinion(root: Path, out: Path) -> None:
    ended = run(root, "certification_body.py", out)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    open_bundle(out / "ingot-2024.pcf").require_intact()
    assert "</html>" in (out / "opinion.html").read_text(encoding="utf-8")
