"""Places for ledgers (a file, a PostgreSQL server started for the tests) and a small plant."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pcf.electricity.columns import Claim, Legs
from pcf.electricity.facts import (
    Cancellation,
    ConsumptionRecord,
    Device,
    Facts,
    Leg,
    Lot,
    WhRange,
)
from pcf.electricity.intervals import Interval
from pcf.electricity.ledger import Ledger, Move, open_ledger
from pcf.errors import PcfError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pcf.electricity.facts import WhAmount

_SCHEMA = count()


def _program(name: str) -> str:
    folders = [str(path) for path in Path("/usr/lib/postgresql").glob("*/bin")]
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *folders]))
    assert found, f"{name} is not here: the marker 'postgres' should have skipped this test"
    return found


def _user() -> dict[str, object]:
    """Say as whom the server runs: initdb refuses root, so root starts it as another user."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    pytest.fail("no user to run PostgreSQL as")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start a server that listens on a socket of its own only; yield its address."""
    psycopg = pytest.importorskip("psycopg")
    who = _user()
    # The path of a socket is short, which pytest's own folders are not.
    folder = Path(tempfile.mkdtemp(prefix="pcf-pg-"))
    if who:
        os.chown(folder, who["user"], who["group"])
    data = folder / "data"
    command = [_program("initdb"), "-D", data, "-U", "pcf", "-A", "trust", "-E", "UTF8"]
    command.append("--no-locale")
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **who)
    command = [_program("postgres"), "-D", data, "-k", folder, "-c", "listen_addresses="]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **who)
    address = f"postgresql://pcf@/postgres?host={folder}"
    try:
        for _ in range(300):
            try:
                psycopg.connect(address).close()
                break
            except psycopg.OperationalError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGINT)  # a fast shutdown
        process.wait(timeout=60)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server_place(server: str) -> Callable[[], str]:
    """Return a maker of addresses, each of an empty schema."""
    psycopg = pytest.importorskip("psycopg")

    def make() -> str:
        name = f"ledger_{os.getpid()}_{next(_SCHEMA)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{server}&options=-csearch_path%3D{name}"

    return make


@pytest.fixture
def file_place(tmp_path: Path) -> Callable[[], Path]:
    """Return a maker of paths at which there is no file yet."""
    numbers = count()
    return lambda: tmp_path / f"台账 {next(numbers)}.db"


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Callable[[], str | Path]:
    """Return a maker of places in one database, then in the other."""
    return request.getfixturevalue(f"{request.param}_place")


FIRM, OTHER = "示例铝业有限公司", "另一铝业有限公司"
MARCH = Interval.read("2025-03")


class Plant:
    """Facts of a small plant: a granular series A of a wind farm, a green one P, two meters."""

    firm, other, march = FIRM, OTHER, MARCH
    day = date(2025, 6, 1)

    def facts(self, **more: object) -> Facts:
        """Return a farm, 1,000 Wh of series A, ten certificates of series P, two meters."""
        return Facts(
            devices=(
                Device("d1", "wind", capacity=10**9),
                Device("d2", "PV"),
                Device("t", "PV", trial=True),
            ),
            lots=(
                Lot("A", 0, 999, "d1", MARCH, owner=FIRM, scheme="GC"),
                Lot("P", 1, 10, "d2", MARCH, owner=FIRM, tradable=True),
            ),
            consumptions=(self.meter("M1", 5_000_000), self.meter("M2", 800, product="铝锭")),
            **more,
        )

    def meter(self, name: str, energy: int, **more: object) -> ConsumptionRecord:
        """Return a reading of March."""
        return ConsumptionRecord(name, MARCH, energy, **{"consumer": FIRM, **more})

    def wh(self, low: int, high: int, series: str = "A") -> WhRange:
        """Return positions of a granular series."""
        return WhRange(series, low, high, "GC")

    def gec(self, first: int, last: int) -> WhRange:
        """Return certificates of the green series."""
        return WhRange.of_serials("P", first, last)

    def record(self, *ranges: WhRange, number: str = "HX-1", **more: object) -> Cancellation:
        """Return the registry's cancellation record of some ranges."""
        return Cancellation(number, self.day, more.pop("beneficiary", FIRM), ranges, **more)

    def claim(self, name: str, *legs: tuple[WhRange, ConsumptionRecord], **more: object) -> Claim:
        """Return a claim of pairs of range and reading."""
        made = Legs.of([Leg(*each) for each in legs])
        period = more.pop("period", MARCH)
        return Claim(name, more.pop("beneficiary", FIRM), period, made, **more)

    def move(self, verb: str, *ranges: WhRange | WhAmount, by: str = FIRM) -> Move:
        """Return a move on the plant's day."""
        return Move(verb, ranges, self.day, by)


@pytest.fixture
def plant() -> Plant:
    """Return the maker of facts."""
    return Plant()


@pytest.fixture
def ledger(place: Callable[[], str | Path], plant: Plant) -> Iterator[Ledger]:
    """Yield a ledger with the plant's facts, in a file and on a server in turn."""
    with open_ledger(place()) as opened:
        opened.record(plant.facts())
        yield opened


@pytest.fixture
def file_ledger(file_place: Callable[[], Path], plant: Plant) -> Iterator[Ledger]:
    """Yield a ledger in a file with the plant's facts."""
    with open_ledger(file_place()) as opened:
        opened.record(plant.facts())
        yield opened


@pytest.fixture
def refused() -> Callable[..., str]:
    """Return a function that calls another, which must raise, and returns the codes."""

    def codes(call: Callable[..., object], *args: object, **kwargs: object) -> str:
        with pytest.raises(PcfError) as caught:
            call(*args, **kwargs)
        for language in ("en", "zh"):
            assert caught.value.says(language)
        return " ".join(dict.fromkeys(each.code for each in caught.value.problems))

    return codes
