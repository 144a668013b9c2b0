"""Tracked files: no path of a machine, no address of a registry, no lock file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

LOCK_FILES = {
    "Pipfile.lock",
    "conda-lock.yml",
    "package-lock.json",
    "pdm.lock",
    "poetry.lock",
    "pylock.toml",
    "uv.lock",
    "yarn.lock",
}
# Written apart, here and below, so that this file does not hold them.
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "ana" + "conda.org",
    "npm" + "js.org",
    "mirrors." + "aliyun.com",
    "tuna." + "tsinghua.edu.cn",
]
MACHINE = re.compile(
    r"(?<![\w.*~])/(?:home|Users|root|work|farm)/[\w.-]+|/opt/\w*py" + r"pi|/tmp/[\w.-]*venv"
    r"|\b[A-Z]:\\\\?Users\\"
)
ROOT_FILES = {
    ".gitignore",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "constraints.txt",
    "pyproject.toml",
}
BINARY = {".ico", ".npy", ".npz", ".pdf", ".png", ".xlsx", ".zip"}


@pytest.fixture(scope="session")
def texts(tracked: list[Path], root: Path) -> dict[str, str]:
    """Return the text of every tracked file that is text."""
    return {
        path.as_posix(): (root / path).read_text(encoding="utf-8", errors="replace")
        for path in tracked
        if path.suffix not in BINARY
    }


def test_no_path_of_a_machine(texts: dict[str, str]) -> None:
    found = {name: MACHINE.findall(content) for name, content in texts.items()}
    assert {name: paths for name, paths in found.items() if paths} == {}


def test_no_address_of_a_registry(texts: dict[str, str]) -> None:
    found = {
        name: [host for host in REGISTRIES if host in content] for name, content in texts.items()
    }
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


def test_no_lock_file(tracked: list[Path]) -> None:
    assert [str(path) for path in tracked if path.name in LOCK_FILES] == []


@pytest.mark.parametrize(
    "path", ["/{home}/someone/x.csv", "see /{Users}/me/data", "'/{work}/main'", r"C:\{Users}\me"]
)
def test_a_path_of_a_machine_is_noticed(path: str) -> None:
    assert MACHINE.search(path.format(home="home", Users="Users", work="work"))


@pytest.mark.parametrize("path", ["kg/{work}/h", "docs/home/index.md", "../shared", "~/{work}/x"])
def test_other_paths_are_allowed(path: str) -> None:
    assert not MACHINE.search(path.format(work="work"))


def test_nothing_that_a_script_wrote_stands_beside_the_project(tracked: list[Path]) -> None:
    beside = {path.name for path in tracked if len(path.parts) == 1}
    assert beside == ROOT_FILES
