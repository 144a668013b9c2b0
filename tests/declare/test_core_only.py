"""Recomputing loads nothing but the core: numpy, scipy, networkx, pint, pydantic."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EDGES = ("cryptography", "jinja2", "joserfc", "openpyxl", "pandas", "plotly", "tqdm", "typer")
SCRIPT = """
import sys
sys.modules["dask"] = None  # pint imports it where it is installed, and jinja2 with it
from pcf.declare.bundle import open_bundle
case = open_bundle(sys.argv[1])
case.require_intact()
case.recompute().require_equal(case.declared)
print(case.footprint.says("zh"))
print(*[name for name in sys.argv[2].split() if name in sys.modules], sep="\\n")
"""


def _run(script: str, *arguments: str) -> list[str]:
    command = [sys.executable, "-B", "-W", "error", "-c", script, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=ROOT.parent, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_bundle_recomputes_without_the_libraries_of_the_edges(sealed: Path) -> None:
    said = _run(SCRIPT, str(sealed), " ".join(EDGES))
    assert set(said) & set(EDGES) == set()
    assert any("总量" in line or "kg CO2e" in line for line in said)


def test_the_watch_notices_a_library_of_the_edges(sealed: Path) -> None:
    said = _run(SCRIPT.replace("import sys", "import sys, pandas", 1), str(sealed), "pandas")
    assert "pandas" in said


def test_a_bundle_recomputes_where_the_edges_cannot_be_imported(sealed: Path) -> None:
    blocked = f"import sys\nfor name in {EDGES!r}:\n    sys.modules[name] = None\n"
    assert _run(blocked + SCRIPT, str(sealed), "")
