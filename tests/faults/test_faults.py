"""Faults below SQLite, a bounded sample; `python tests/faults/run.py` tries every call.

A shim between the ledger and the disk numbers its calls and lets it meet a fault at the n-th one
(see shim.c). It must see enough calls, and must notice a ledger that does not sync, before its
silence means anything.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    """Compile the shim; return a function that runs the campaign under it."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("no C compiler, or no Linux: the disk cannot be made to fail")
    shim = tmp_path_factory.mktemp("shim") / "shim.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", shim, HERE / "shim.c", "-ldl"]
    subprocess.run(command, check=True, capture_output=True)

    def run(*arguments: object) -> dict:
        done = subprocess.run(
            [sys.executable, HERE / "campaign.py", *map(str, arguments)],
            env={**os.environ, "LD_PRELOAD": str(shim), "PYTHONPATH": str(HERE.parents[1])},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_the_shim_sees_the_calls_and_notices_a_ledger_that_does_not_sync(campaign):
    found = campaign("--modes", "power,reorder", "--points", 8, "--sync", "off")
    assert found["calls"] > 100
    assert found["undisturbed"] == ""
    reasons = {reason for *_, reason in found["faults"]}
    assert "a reported batch is lost" in reasons


@pytest.mark.parametrize("mode", ["stop", "torn", "power", "reorder"])
def test_after_any_crash_what_was_reported_is_there_and_nothing_is_twice(campaign, mode):
    found = campaign("--modes", mode, "--points", 16)
    assert found["tried"][mode] >= 16
    assert (found["undisturbed"], found["faults"]) == ("", [])


def test_a_full_broken_or_read_only_disk_refuses_and_can_be_tried_again(campaign):
    found = campaign("--modes", "full,broken,readonly", "--points", 10)
    assert (found["undisturbed"], found["faults"]) == ("", [])
