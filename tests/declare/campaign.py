"""A campaign of mutated bundles: no crash, no file outside, bounded memory.

`python tests/declare/campaign.py 1000` prints the figures that docs/sealed-bundles.md quotes. Half
of the bundles are damaged as bytes; half are packed anew, as a forger would, around a part that was
changed, so that all that reads parts is tried too.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import tracemalloc
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from time import perf_counter
from traceback import extract_tb
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pcf.declare.archive import pack_parts, read_parts
from pcf.declare.bundle import Case, open_bundle
from pcf.digest import canonical
from pcf.errors import PcfError

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_EVENTS = {"os.mkdir", "os.rename", "os.symlink", "os.link", "os.system", "subprocess.Popen"}
_ODD = (
    None,
    True,
    -1,
    0,
    1e308,
    2**62,
    "",
    "\u202e../x",
    "=HYPERLINK(1)",
    "<script>",
    [],
    {},
    "é" * 999,
)


@dataclass
class Outcome:
    """What became of the bundles: how each ended, and what no bundle may do."""

    ends: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    unnoticed: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    peak: int = 0
    heaviest: str = ""
    seconds: float = 0.0


def run(sealed: Path, count: int, seed: int) -> Outcome:
    """Open `count` mutated copies of a bundle, read all that they hold, and say what happened."""
    outcome, draw = Outcome(), random.Random(seed)  # noqa: S311 - a sample, no secret
    data = sealed.read_bytes()
    tracemalloc.start()
    started = perf_counter()
    with tempfile.TemporaryDirectory(prefix="pcf-") as place, _watching(outcome.outside):
        for number in range(count):
            kind, mutated = _mutated(data, draw, number)
            path = Path(place, f"{number}.pcf")
            path.write_bytes(mutated)
            _try(path, f"{number} {kind}", data != mutated, outcome)
            path.unlink()
    tracemalloc.stop()
    outcome.seconds = perf_counter() - started
    return outcome


def _try(path: Path, name: str, changed: bool, outcome: Outcome) -> None:
    tracemalloc.reset_peak()
    try:
        end = _end_of(open_bundle(path))
    except PcfError as error:
        end = type(error).__name__
        error.says("zh")
    except Exception as error:  # noqa: BLE001 - whatever else comes out is a crash
        last = extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        outcome.crashes.append(f"{name}: {type(error).__name__}: {error}"[:200] + f" at {place}")
        return
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        outcome.peak, outcome.heaviest = max((outcome.peak, outcome.heaviest), (peak, name))
    outcome.ends[end] += 1
    if changed and end == "intact and equal" and "bytes" in name:
        outcome.unnoticed.append(name)


def _end_of(case: Case) -> str:
    """Read everything of a case that can be read; return how far it went."""
    if case.problems:
        for each in case.problems:
            each.says("zh")
        return "not intact"
    case.says("zh")
    if case.kind == "buyer":
        return "a buyer's copy"
    _ = case.claims, case.opinions, case.withheld, case.evidence
    found = case.recompute()
    found.says(case.declared, "zh")
    return "recomputes otherwise" if found.differences(case.declared) else "intact and equal"


def _mutated(data: bytes, draw: random.Random, number: int) -> tuple[str, bytes]:
    if number % 2:
        return "packed anew", _packed_anew(data, draw)
    act = draw.choice([_flip, _cut, _insert, _swap, _double, _repack, _bomb])
    return f"bytes {act.__name__}", act(data, draw)


def _flip(data: bytes, draw: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(draw.choice([1, 1, 1, 2, 16])):
        damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
    return bytes(damaged)


def _cut(data: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(data))
    return data[:start] + data[start + draw.randrange(1, 2000) :]


def _insert(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.randbytes(draw.randrange(1, 500)) + data[at:]


def _swap(data: bytes, draw: random.Random) -> bytes:
    one, two = sorted(draw.sample(range(len(data) - 64), 2))
    changed = bytearray(data)
    changed[one : one + 32], changed[two : two + 32] = data[two : two + 32], data[one : one + 32]
    return bytes(changed[: len(data)])


def _double(data: bytes, _: random.Random) -> bytes:
    return data + data


def _repack(data: bytes, draw: random.Random) -> bytes:
    """Return the parts in a zip of another tool, with a hostile entry besides."""
    names = ["../../outside", "/tmp/outside", "C:\\outside", "study/../../x", "a" * 200]  # noqa: S108
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as one, zipfile.ZipFile(stream, "w") as two:
        for name in one.namelist():
            two.writestr(name, one.read(name))
        two.writestr(draw.choice(names), b"x")
    return stream.getvalue()


def _bomb(data: bytes, _: random.Random) -> bytes:
    """Return a zip whose manifest unpacks to a thousand times its size."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 50_000_000)
        archive.writestr("results.json", data)
    return stream.getvalue()


def _packed_anew(data: bytes, draw: random.Random) -> bytes:
    whole = read_parts(data, "a")
    parts = dict(whole.parts)
    facts: dict[str, Any] = {
        key: said for key, said in whole.manifest.items() if key not in ("parts", "format")
    }
    name = draw.choice([*parts, "manifest"])
    if name == "manifest":
        facts = _odd(facts, draw)
    elif name.endswith(".json") and draw.random() < 0.8:
        parts[name] = canonical(_odd(json.loads(parts[name]), draw))
    else:
        act = draw.choice([_flip, _cut, _insert, _lines])
        parts[name] = act(parts[name] or b" ", draw)
    if draw.random() < 0.1:
        del parts[draw.choice(list(parts))]
    return pack_parts(facts if isinstance(facts, dict) else {}, parts)


def _lines(data: bytes, draw: random.Random) -> bytes:
    """Return text with one of its lines doubled, dropped, or with another cell in it."""
    lines = data.split(b"\n")
    at = draw.randrange(len(lines))
    odd = str(draw.choice(_ODD)).encode()
    cells = lines[at].split(b",")
    cells[draw.randrange(len(cells))] = odd
    lines[at : at + 1] = draw.choice([[lines[at]] * 2, [], [b",".join(cells)]])
    return b"\n".join(lines)


def _odd(value: Any, draw: random.Random) -> Any:
    """Return JSON with one value somewhere in it replaced by an odd one."""
    if isinstance(value, dict) and value and draw.random() < 0.85:
        key = draw.choice(list(value))
        return value | {key: _odd(value[key], draw)}
    if isinstance(value, list) and value and draw.random() < 0.85:
        at = draw.randrange(len(value))
        return [*value[:at], _odd(value[at], draw), *value[at + 1 :]]
    odd = draw.choice(_ODD)
    return odd if not isinstance(odd, int) or abs(odd) < 2**53 else str(odd)


class _watching:  # noqa: N801 - used as a statement
    """Note every file that is made or changed outside folders for passing files."""

    def __init__(self, found: list[str]) -> None:
        self.found, self.on = found, True

    def __enter__(self) -> None:
        sys.addaudithook(self._hook)

    def __exit__(self, *_: object) -> None:
        self.on = False  # a hook cannot be taken away

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, int) and (flags or 0) & _WRITING:
                self._note(str(path))
        elif event in _EVENTS:
            for path in arguments[: 2 if "rename" in event else 1]:
                self._note(str(path))

    def _note(self, path: str) -> None:
        inside = os.path.realpath(path).startswith(os.path.join(tempfile.gettempdir(), "pcf-"))  # noqa: PTH118
        if not inside and "__pycache__" not in path and path != os.devnull:
            self.found.append(path)


def _sealed(place: Path) -> Path:
    """Return the smelter, sealed on the shipped edition taken as published."""
    from dataclasses import replace  # noqa: PLC0415 - only the command needs it

    from pcf.background import open_background  # noqa: PLC0415
    from pcf.declare.sealing import seal_bundle  # noqa: PLC0415
    from pcf.study import read_study  # noqa: PLC0415

    shipped = open_background("cn-public", edition="2026.1")
    background = replace(
        shipped, editions=tuple(replace(each, draft=False) for each in shipped.editions)
    )
    study = read_study(Path(__file__).resolve().parents[2] / "examples" / "fictional_smelter")
    path = place / "smelter.pcf"
    seal_bundle(path, study, study.footprint(background), background, key=bytes(32))
    return path


def main(arguments: list[str]) -> int:
    """Run the campaign and print its figures; return 1 where anything happened that may not."""
    count = int(arguments[0]) if arguments else 1000
    seed = int(arguments[1]) if len(arguments) > 1 else 20261120
    with tempfile.TemporaryDirectory(prefix="pcf-") as place:
        outcome = run(_sealed(Path(place)), count, seed)
    print(f"{count} bundles, seed {seed}: {outcome.seconds:.0f} s")  # noqa: T201 - it is a command
    for end, times in outcome.ends.most_common():
        print(f"{times:6} {end}")  # noqa: T201
    print(f"peak {outcome.peak / 2**20:.0f} MiB ({outcome.heaviest})")  # noqa: T201
    wrong = {"crash": outcome.crashes, "unnoticed": outcome.unnoticed, "outside": outcome.outside}
    for name, rows in wrong.items():
        print(f"{len(rows):6} {name}", *rows[:10], sep="\n       ")  # noqa: T201
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
