"""constraints.txt: names and versions only, and every package that pyproject.toml names."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def pins(root: Path) -> dict[str, str]:
    """Return the pinned version of each package."""
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line and not line.startswith("#")]
    for row in rows:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._+!]+( ; [\w.'\" =<>]+)?", row), row
    return {canonicalize_name(row.split("==")[0]): row.split("==")[1].split()[0] for row in rows}


@pytest.fixture(scope="session")
def requirements(root: Path) -> list[Requirement]:
    """Return everything that pyproject.toml asks for, extras and build tools included."""
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    project = table["project"]
    rows = [*project["dependencies"], *table["build-system"]["requires"]]
    rows += [row for extra in project["optional-dependencies"].values() for row in extra]
    return [Requirement(row) for row in rows if not row.startswith("pcf-lca[")]


def test_every_requirement_is_pinned_to_a_version_that_it_allows(
    pins: dict[str, str], requirements: list[Requirement]
) -> None:
    missing = [r.name for r in requirements if canonicalize_name(r.name) not in pins]
    assert missing == []
    refused = [r for r in requirements if pins[canonicalize_name(r.name)] not in r.specifier]
    assert refused == []


def test_the_extra_test_holds_every_other_extra(root: Path) -> None:
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extras = table["project"]["optional-dependencies"]
    held = {extra for row in extras["test"] for extra in Requirement(row).extras if "pcf" in row}
    assert held == set(extras) - {"test"}


def test_the_core_is_what_the_design_decided(root: Path) -> None:
    """A further core package is a decision (docs/decisions), not an accident."""
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert {Requirement(row).name for row in table["project"]["dependencies"]} == {
        "jinja2",
        "networkx",
        "numpy",
        "openpyxl",
        "pandas",
        "pint",
        "pydantic",
        "scipy",
        "tqdm",
        "typer",
        "tzdata",
    }
