"""One bundle, recomputed in other environments: the oldest and the newest allowed versions.

`python tests/declare/environments.py [bundle.pcf]` makes an empty environment for each, with
nothing but the five libraries that recomputing needs, and for every interpreter from 3.11 on that
it finds. It needs an index that pip can reach; docs/sealed-bundles.md quotes what it printed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = ("numpy", "scipy", "networkx", "pint", "pydantic")
INTERPRETERS = ("3.11", "3.12", "3.13", "3.14")
SCRIPT = """
import json, sys
from pcf.declare.bundle import open_bundle
from pcf.declare.results import numbers
from pcf.declare.versions import versions
case = open_bundle(sys.argv[1])
case.require_intact()
found = case.recompute()
apart = found.differences(case.declared)
from pcf.declare.results import results_of
one, two = numbers(case.declared.results), numbers(results_of(found.footprint))
worst = max(abs(one[k] - two[k]) / abs(one[k]) for k in one if one[k] and two.get(k) is not None)
edges = [n for n in ("pandas", "openpyxl", "jinja2", "typer", "tqdm") if n in sys.modules]
print(json.dumps({"versions": versions(), "numbers": len(one), "worst": worst,
                  "differences": [each.row() for each in apart], "edges": edges}))
"""


def allowed() -> dict[str, str]:
    """Return the oldest allowed version of each library, as pyproject.toml says it."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rows = [row.split(">=") for row in table["project"]["dependencies"]]
    return {row[0]: row[1] for row in rows if row[0] in CORE}


def interpreter_of(version: str) -> str | None:
    """Return a Python of that version that starts: from the path, or from a folder of pyenv."""
    known = sorted(Path.home().glob(f".pyenv/versions/{version}*/bin/python"))
    for each in (shutil.which(f"python{version}"), *map(str, known)):
        if each is not None and not _run([each, "-c", "import venv, ensurepip"]).returncode:
            return each
    return None


def make(interpreter: str, place: Path, requirements: list[str]) -> Path | None:
    """Return the interpreter of a new environment with the requirements; None where that fails."""
    _run([interpreter, "-m", "venv", str(place)])
    python = place / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    done = _run([*pip, "--disable-pip-version-check", *requirements])
    if done.returncode:
        print(done.stderr.strip().splitlines()[-1:], file=sys.stderr)  # noqa: T201 - a command
        return None
    return python


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


def main(arguments: list[str]) -> int:
    """Recompute in every environment that can be made; return 1 where a number differs."""
    wrong = False
    with tempfile.TemporaryDirectory(prefix="碳足迹 测试 ") as place:
        bundle = Path(arguments[0]) if arguments else _sealed(Path(place))
        found = {version: interpreter_of(version) for version in INTERPRETERS}
        for version, interpreter in found.items():
            kinds = {"newest": list(CORE)}
            if version == INTERPRETERS[0]:
                kinds = {"oldest": [f"{k}=={v}" for k, v in allowed().items()], **kinds}
            for kind, requirements in kinds.items():
                if interpreter is not None:
                    home = Path(place, f"{version} {kind}")
                    wrong |= _told(make(interpreter, home, requirements), home.name, bundle)
        missing = [version for version, each in found.items() if each is None]
        print("not found here:", ", ".join(missing) or "none")  # noqa: T201 - a command
    return int(wrong)


def _told(python: Path | None, name: str, bundle: Path) -> bool:
    if python is None:
        print(f"{name}: could not be installed")  # noqa: T201 - a command
        return False
    done = _run([str(python), "-W", "error", "-c", SCRIPT, str(bundle)])
    if done.returncode:
        print(f"{name}: {done.stderr[-2000:]}")  # noqa: T201 - a command
        return True
    said = json.loads(done.stdout)
    versions = ", ".join(f"{name} {version}" for name, version in said["versions"].items())
    print(f"{name}: {versions}")  # noqa: T201 - a command
    print(f"  {said['numbers']} numbers, worst relative difference {said['worst']:.2e}")  # noqa: T201
    print(f"  differences: {said['differences']}; edges loaded: {said['edges']}")  # noqa: T201
    return bool(said["differences"] or said["edges"])


def _sealed(place: Path) -> Path:
    """Return the smelter's bundle, sealed in this environment."""
    sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
    from campaign import _sealed as seal  # noqa: PLC0415 - beside this file, found just now

    return seal(place)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
