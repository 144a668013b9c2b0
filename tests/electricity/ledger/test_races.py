"""Processes that race, and processes that are killed: one wins, nothing is lost or twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pcf.electricity.ledger import open_ledger

HERE = Path(__file__).resolve().parent


def command(place, *arguments):
    return [sys.executable, HERE / "racing.py", str(place), *map(str, arguments)]


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parents[2])}


def run(place, *arguments):
    done = subprocess.run(
        command(place, *arguments), env=ENVIRONMENT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("count", [2, 20])
def test_of_processes_that_race_for_one_lot_exactly_one_wins(place, count):
    where = place()
    said = Counter(run(where, "take", count))
    assert said == {"won": 1, "ledger-insufficient": count - 1}
    with open_ledger(where) as ledger:
        assert ledger.totals() == {"reserved": 600, "active": 400}
        assert ledger.audit().ok


def test_deliveries_twice_and_in_any_order_count_once(place):
    where = place()
    said = Counter(run(where, "deliver", 4))
    assert len(said) == 12, "one key had two receipts"
    with open_ledger(where) as ledger:
        assert ledger.totals() == {"reserved": 60, "active": 940}
        assert ledger.head[0] == 1 + 1 + 12
        assert ledger.audit().ok


def test_processes_that_open_a_new_ledger_together_open_one(place):
    assert len(set(run(place(), "create", 6))) == 1


@pytest.mark.parametrize("after", [1, 30])
def test_a_killed_writer_loses_nothing_that_it_reported(place, after):
    """kill -9 while it writes as fast as it can."""
    where = place()
    process = subprocess.Popen(
        command(where, "write"), env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    said = [process.stdout.readline() for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.read().splitlines(keepends=True)
    process.wait()
    process.stdout.close()
    reported = sum(1 for each in said if each.endswith("\n"))
    with open_ledger(where) as ledger:
        assert reported <= ledger.totals()["reserved"] <= reported + 1
        assert ledger.audit().ok
    more = run(where, "write")
    assert len(more) == 120
    with open_ledger(where) as ledger:
        assert ledger.totals() == {"reserved": 120, "active": 880}
        assert ledger.audit().ok
