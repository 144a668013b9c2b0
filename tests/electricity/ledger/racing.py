"""Many processes at one ledger at once. Run as a script: it forks, so nothing else may be in it.

    python racing.py PLACE take N       N processes each want 600 of 1,000 Wh
    python racing.py PLACE deliver N    N processes deliver the same keyed batches, in any order
    python racing.py PLACE write        one process writes batch after batch until it is killed
    python racing.py PLACE create N     N processes open a ledger that is not there yet

Prints one line for each process, or for each batch.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import date
from typing import TYPE_CHECKING

from pcf.electricity.facts import Device, Facts, Lot, WhAmount, WhRange
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import Move, open_ledger
from pcf.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = date(2025, 6, 1)
LOT = Lot("A", 0, 999, "d1", Interval.read("2025-03"), owner="甲", scheme="GC")
FACTS = Facts(devices=(Device("d1", "wind"),), lots=(LOT,))


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def fork(count: int, work: Callable[[int], None]) -> None:
    """Run `work` in so many processes, which begin together."""
    ready, begin = os.pipe(), os.pipe()
    children = []
    for number in range(count):
        child = os.fork()
        if not child:
            status = 1
            try:
                os.close(begin[1])
                os.write(ready[1], b".")
                os.read(begin[0], 1)  # until the parent closes it
                work(number)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    for _ in children:
        os.read(ready[0], 1)
    os.close(begin[1])
    for child in children:
        os.waitpid(child, 0)


def take(place: str, number: int) -> None:
    with open_ledger(place) as ledger:
        try:
            ledger.record(Move("reserve", (WhAmount("A", 600, "GC"),), DAY, "甲"))
            say("won")
        except LedgerError as error:
            say(error.problems[0].code)
    del number


def deliver(place: str, number: int) -> None:
    batches = [
        Move("reserve", (WhRange("A", 10 * k, 10 * k + 5, "GC"),), DAY, "甲") for k in range(12)
    ]
    random.Random(number).shuffle(batches)  # noqa: S311 - an order, no secret
    with open_ledger(place) as ledger:
        for batch in [*batches, *batches[:4]]:
            receipt = ledger.record(batch, key=f"delivery {batch.ranges[0].low}")
            say(f"{batch.ranges[0].low} {receipt.digest}")


def write(place: str) -> None:
    with open_ledger(place) as ledger:
        for number in range(120):
            span = WhRange("A", 2 * number, 2 * number + 1, "GC")
            ledger.record(Move("reserve", (span,), DAY, "甲"), key=f"batch {number}")
            say(str(number))


def create(place: str, number: int) -> None:
    with open_ledger(place) as ledger:
        say(ledger.id)
    del number


def main(place: str, what: str, count: str = "2") -> None:
    if what == "create":
        fork(int(count), lambda number: create(place, number))
        return
    with open_ledger(place) as ledger:
        if ledger.head[0] == 1:
            ledger.record(FACTS, key="facts")
    if what == "write":
        write(place)
    else:
        work = {"take": take, "deliver": deliver}[what]
        fork(int(count), lambda number: work(place, number))


if __name__ == "__main__":
    main(*sys.argv[1:])
