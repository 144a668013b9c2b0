"""Wheel, sdist and editable install, each in an empty environment, each with its data.

The environment holds the core dependencies that pyproject.toml declares and nothing else: their
installed files are linked into it, so that nothing is downloaded. An import that is not declared,
or a data folder that does not travel, fails here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import pcf

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.packaging

STUDY = Path("aluminium", "reference_study")
# Run in the environment, away from the checkout.
INSPECTION = """
import importlib, importlib.metadata, json, pkgutil
import pcf
from pcf import resources
modules = [module.name for module in pkgutil.walk_packages(pcf.__path__, "pcf.")]
modules = [name for name in modules if not name.endswith((".testing", ".__main__"))]
for name in modules:
    importlib.import_module(name)
folders = {name: resources.folder(name) for name in ("background_data", "product_rules")}
print(json.dumps({
    "package": pcf.__file__,
    "version": importlib.metadata.version("pcf-lca"),
    "modules": sorted(modules),
    "messages": [path.name for path in resources.messages()],
    "files": sorted(
        path.relative_to(folder.parent).as_posix()
        for folder in folders.values() for path in folder.rglob("*") if path.is_file()
    ),
    "product_rules": str(folders["product_rules"]),
}))
"""


def _run(*command: str | Path, cwd: Path) -> str:
    """Run a command without the settings that could lead it to the checkout or to a network."""
    leads = ("PIP_", "PYTHON")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(leads)}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=kept | {"PIP_CONFIG_FILE": os.devnull, "PYTHONUTF8": "1"},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _closure(requirements: Iterable[Requirement]) -> dict[str, metadata.Distribution]:
    """Return the installed distributions that the requirements need, and what these need."""
    found: dict[str, metadata.Distribution] = {}
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found[name] = metadata.distribution(name)
        waiting += map(Requirement, found[name].requires or ())
    return found


def _link(distribution: metadata.Distribution, site: Path) -> None:
    """Make the files of an installed distribution importable from another environment."""
    tops = {file.parts[0] for file in distribution.files or ()}
    for top in tops - {"..", "__pycache__"}:
        if not (site / top).exists():
            (site / top).symlink_to(Path(str(distribution.locate_file(top))))


def _empty_environment(root: Path, place: Path, *more: str) -> Path:
    """Make an environment with the declared core and `more`; return its interpreter."""
    venv.create(place, symlinks=True)
    base = {"base": str(place), "platbase": str(place)}
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    needed = map(Requirement, [*table["project"]["dependencies"], *more])
    for distribution in _closure(needed).values():
        _link(distribution, Path(sysconfig.get_path("purelib", vars=base)))
    return Path(sysconfig.get_path("scripts", vars=base)) / "python"


def _install(root: Path, place: Path, kind: str) -> Path:
    """Build one kind of artefact and install it; return the interpreter that sees it."""
    tools = () if kind == "wheel" else ("hatchling", "editables")
    python = _empty_environment(root, place / "environment", *tools)
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--quiet")
    if kind == "editable":
        _run(*pip, "--no-build-isolation", "--editable", root, cwd=place)
        return python
    build = (sys.executable, "-m", "build", "--no-isolation", "--outdir", place / "dist")
    _run(*build, f"--{kind}", root, cwd=place)
    (artefact,) = (place / "dist").iterdir()
    _run(*pip, "--no-build-isolation", artefact, cwd=place)
    return python


def _footprint(*command: str | Path, study: Path, cwd: Path) -> Any:
    return json.loads(_run(*command, "footprint", study, "--format", "json", cwd=cwd))


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_an_installed_package_has_its_modules_its_data_and_computes(
    kind: str, root: Path, modules: dict[str, Any], tmp_path: Path
) -> None:
    python = _install(root, tmp_path, kind)
    seen = json.loads(_run(python, "-I", "-c", INSPECTION, cwd=tmp_path))
    home = root if kind == "editable" else tmp_path / "environment"
    assert Path(seen["package"]).resolve().is_relative_to(home.resolve())
    assert seen["version"] == pcf.__version__
    assert seen["modules"] == sorted(
        name for name in modules if name != "pcf" and not name.endswith((".testing", ".__main__"))
    )
    assert seen["messages"] == sorted(path.name for path in (root / "pcf/messages").glob("*.toml"))
    assert seen["files"] == sorted(
        path.relative_to(root).as_posix()
        for name in ("background_data", "product_rules")
        for path in (root / name).rglob("*")
        if path.is_file()
    )
    if "reference_study" in pcf.__all__:
        here = [sys.executable, "-m", "pcf"]
        computed = _footprint(
            python.parent / "pcf", study=Path(seen["product_rules"]) / STUDY, cwd=tmp_path
        )
        assert computed == _footprint(*here, study=root / "product_rules" / STUDY, cwd=root)
        assert computed


def test_the_wheel_holds_the_package_and_nothing_beside_it(root: Path, tmp_path: Path) -> None:
    build = (sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path)
    _run(*build, root, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    information = f"pcf_lca-{pcf.__version__}.dist-info"
    assert {name.split("/")[0] for name in names} == {"pcf", information}
    assert f"{information}/licenses/LICENSE" in names
    assert "pcf/py.typed" in names
