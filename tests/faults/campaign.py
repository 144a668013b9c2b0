"""Stop a ledger at every call that it makes to its disk, and see that nothing is lost or twice.

Run under the shim: it forks a child for each fault, the child writes a ledger and says after each
batch that it is written, and what is then on the disk is judged. Prints one line of JSON.

    python campaign.py [--modes stop,torn,...] [--points N] [--seeds N] [--sync off]

With no `--points` every call of the script is tried; `run.py` beside it does that.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from pcf.electricity.columns import Claim, Legs
from pcf.electricity.facts import (
    Cancellation,
    ConsumptionRecord,
    Device,
    Facts,
    Leg,
    Lot,
    WhAmount,
    WhRange,
)
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import Ledger, Move, open_ledger
from pcf.errors import PcfError

MODES = ("count", "stop", "torn", "power", "reorder", "full", "broken", "readonly")
CRASHES = {"stop", "torn", "power", "reorder"}
FIRM, MARCH, DAY = "示例铝业有限公司", Interval.read("2025-03"), date(2025, 6, 1)


def wh(low: int, high: int) -> WhRange:
    return WhRange("A", low, high, "GC")


METER = ConsumptionRecord("M1", MARCH, 900, consumer=FIRM)
BATCHES = (
    (
        Facts(
            devices=(Device("d1", "wind"),),
            lots=(Lot("A", 0, 999, "d1", MARCH, owner=FIRM, scheme="GC"),),
            consumptions=(METER,),
        ),
    ),
    (Move("reserve", (wh(0, 100),), DAY, FIRM),),
    (Cancellation("HX-1", DAY, FIRM, (wh(50, 400),)),),
    (Claim("K1", FIRM, MARCH, Legs.of([Leg(wh(50, 150), METER), Leg(wh(160, 300), METER)])),),
    (Move("lock", (WhAmount("A", 30, "GC"),), DAY, FIRM),),
    "reopen",
    (Move("withdraw", (wh(140, 170),), DAY),),
    (Claim("K2", FIRM, MARCH, Legs.of([Leg(wh(300, 400), METER)])),),
    "export",
    (Facts(lots=(Lot("B", 0, 49, "d1", MARCH, owner=FIRM, scheme="GC"),)),),
    (Move("release", (wh(0, 20),), DAY, FIRM), Move("reserve", (wh(5, 10),), DAY, FIRM)),
    "reopen",
    (Move("freeze", (wh(900, 950),), DAY),),
)


def opened(folder: Path, *, sync: bool = True) -> Ledger:
    ledger = open_ledger(folder / "ledger.db")
    if not sync:  # the mistake that the campaign must notice
        ledger._database._connection.execute("PRAGMA synchronous=OFF")
    return ledger


def write(folder: Path, told: int, *, sync: bool, shim: ctypes.CDLL | None = None) -> None:
    """Do the batches; tell on a pipe what has been reported as done ('.'), or refused ('x')."""
    ledger = None
    for number, batch in enumerate(BATCHES):
        while True:
            try:
                ledger = ledger or opened(folder, sync=sync)
                if batch == "reopen":
                    ledger.close()
                    ledger = None
                elif batch == "export":
                    ledger.export(folder / "log.jsonl")
                else:
                    ledger.record(*batch, key=f"batch {number}")
                os.write(told, b".")
                break
            except PcfError:
                os.write(told, b"x")
                if shim is None:
                    return
                shim.fault_mend()  # there is room again: the same key is tried once more
                shim = None
    if ledger is not None:
        ledger.close()


def state_of(ledger: Ledger) -> tuple[object, ...]:
    positions = [
        (each.range.low, each.range.high, each.state, each.owner, each.claim)
        for series in ("A", "B")
        for each in ledger.position(series, "GC")
    ]
    claims = [(each.id, each.alive, each.energy) for each in ledger.claims()]
    return (*positions, *claims)


def references(folder: Path) -> list[tuple[object, ...]]:
    """Return the state after nothing, after the first batch, after the second, and so on."""
    found = []
    with opened(folder) as ledger:
        found.append(state_of(ledger))
        for number, batch in enumerate(BATCHES):
            if not isinstance(batch, str):
                ledger.record(*batch, key=f"batch {number}")
            found.append(state_of(ledger))
    return found


def judge(folder: Path, told: str, right: list[tuple[object, ...]]) -> str:
    """Return what is wrong with the ledger on the disk, or nothing.

    So many batches as were reported are there; perhaps one more, which was not reported yet; each
    whole. Asked again with their keys, all are there once.
    """
    done = told.count(".")
    try:
        with open_ledger(folder / "ledger.db") as ledger:
            found = state_of(ledger)
            if found not in right[done : done + 2]:
                lost = found in right[:done]
                return "a reported batch is lost" if lost else "a batch is there in part"
            audit = ledger.audit()
            if not audit.ok:
                return f"the audit finds {[each.code for each in audit.problems]}"
            for number, batch in enumerate(BATCHES):
                if not isinstance(batch, str):
                    ledger.record(*batch, key=f"batch {number}")
            if state_of(ledger) != right[-1] or not ledger.audit().ok:
                return "asked again, it is not the same"
    except PcfError as error:
        return f"cannot be opened: {error.problems[0].code}"
    return ""


def attempt(
    shim: ctypes.CDLL, fault: tuple[str, int, int], right: list[tuple[object, ...]], *, sync: bool
) -> tuple[str, int]:
    """Meet one fault; return what is wrong afterwards, and how many calls the child made."""
    mode, at, seed = fault
    folder = Path(tempfile.mkdtemp(prefix="pcf-fault-"))
    read, told = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(read)
            shim.fault_arm(str(folder).encode(), MODES.index(mode), at, seed)
            again = None if mode in CRASHES | {"count"} else shim
            write(folder, told, sync=sync, shim=again)
            os.write(told, f" {shim.fault_calls()}".encode())
            status = 0
        finally:
            os._exit(status)
    os.close(told)
    said = b""
    while piece := os.read(read, 4096):
        said += piece
    os.close(read)
    _, status = os.waitpid(child, 0)
    marks, _, calls = said.decode().partition(" ")
    wrong = judge(folder, marks, right)
    if not wrong and mode not in CRASHES and os.waitstatus_to_exitcode(status):
        wrong = "the process died"
    shutil.rmtree(folder, ignore_errors=True)
    return wrong, int(calls or 0)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--modes", default="stop,torn,power,reorder,full,broken,readonly")
    parser.add_argument("--points", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--sync", default="full")
    asked = parser.parse_args(arguments)
    shim = ctypes.CDLL(None)
    shim.fault_calls.restype = ctypes.c_long
    shim.fault_arm.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_long, ctypes.c_ulong]
    scratch = Path(tempfile.mkdtemp(prefix="pcf-fault-"))
    right = references(scratch)
    shutil.rmtree(scratch)
    sync = asked.sync != "off"
    wrong, calls = attempt(shim, ("count", 0, 0), right, sync=sync)
    faults: list[list[object]] = []
    counts: dict[str, int] = {}
    for mode in asked.modes.split(","):
        points = range(1, calls + 1)
        if asked.points:
            step = max(calls // asked.points, 1)
            points = range(1 + os.getpid() % step, calls + 1, step)
        seeds = range(asked.seeds if mode == "reorder" else 1)
        for at in points:
            for seed in seeds:
                reason, _ = attempt(shim, (mode, at, seed + at), right, sync=sync)
                if reason:
                    faults.append([mode, at, seed + at, reason])
                counts[mode] = counts.get(mode, 0) + 1
    print(json.dumps({"calls": calls, "undisturbed": wrong, "tried": counts, "faults": faults}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(sys.argv[1:])
