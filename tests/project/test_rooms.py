"""The order of the rooms: a room imports only from rooms above it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# From the top down; the list in docs/architecture.md is held equal to this one.
ROOMS = (
    "resources",
    "text",
    "errors",
    "findings",
    "digest",
    "units",
    "expressions",
    "files",
    "model",
    "methods",
    "background",
    "charts",
    "electricity",
    "inventory",
    "analysis",
    "study",
    "rules",
    "declare",
    "formats",
    "cli",
    "testing",
)
# They stand below the public names and may use them; in the other rooms `import pcf` would hide
# from this test what is used.
BELOW_THE_PUBLIC_NAMES = {"cli", "testing"}
EDGE_LIBRARIES = {
    "dask",
    "jinja2",
    "lxml",
    "numba",
    "openpyxl",
    "pandas",
    "plotly",
    "tqdm",
    "typer",
}


# The door of `python -m pcf`: a module by its name, the command line by what it does.
DOOR = "pcf.__main__"


def _room(module: str) -> str:
    if module == DOOR:
        return "cli"
    return module.split(".")[1] if "." in module else ""


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    parent = parts[: len(parts) - node.level + is_package]
    return ".".join([*parent, *([node.module] if node.module else [])])


def imported_names(tree: ast.Module, module: str, *, is_package: bool) -> Iterator[str]:
    """Yield what a module imports of `pcf`, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "pcf")
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, module, is_package=is_package)
            if source == "pcf":
                yield from (f"pcf.{alias.name}" for alias in node.names)
            elif source.startswith("pcf."):
                yield source
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (
                arg.value
                for arg in node.args
                if isinstance(arg, ast.Constant) and str(arg.value).startswith("pcf.")
            )


def faults(tree: ast.Module, module: str, *, is_package: bool = False) -> list[str]:
    """Say which imports of a module break the order of the rooms."""
    room, found = _room(module), []
    for name in imported_names(tree, module, is_package=is_package):
        target = _room(name)
        if name == "pcf.__version__" or target == room:
            continue
        if target not in ROOMS:
            allowed = room in BELOW_THE_PUBLIC_NAMES
        else:
            allowed = ROOMS.index(target) < ROOMS.index(room)
        if not allowed:
            found.append(f"{module} imports {name}")
    return found


def test_a_room_imports_only_from_rooms_above(modules: dict[str, ast.Module], root: Path) -> None:
    found = [
        fault
        for module, tree in modules.items()
        if module != "pcf"
        for fault in faults(
            tree, module, is_package=(root / module.replace(".", "/")).with_suffix("").is_dir()
        )
    ]
    assert found == []


def test_every_module_belongs_to_a_room(modules: dict[str, ast.Module]) -> None:
    assert {_room(module) for module in modules if module != "pcf"} <= set(ROOMS)


def test_the_architecture_page_lists_the_rooms_in_this_order(root: Path) -> None:
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    listing = page.split("<!-- rooms -->")[1]
    rows = re.findall(r"^\| `(\w+)(/|\.py)` \|", listing, re.MULTILINE)
    assert tuple(room for room, _ in rows) == ROOMS
    others = {"/": ".py", ".py": "/"}
    misnamed = [room for room, ending in rows if (root / f"pcf/{room}{others[ending]}").exists()]
    assert misnamed == []


@pytest.mark.parametrize(
    "source",
    [
        "from pcf import study",
        "import pcf.study.reading",
        "def f():\n    from pcf.study import read_study",
        "if TYPE_CHECKING:\n    from pcf.cli import main",
        "import pcf",
        "from pcf import read_study",
        "from ..study import reading",
        "import_module('pcf.study')",
    ],
)
def test_an_import_from_below_is_noticed(source: str) -> None:
    assert faults(ast.parse(source), "pcf.inventory.solver") != []


@pytest.mark.parametrize(
    "source",
    [
        "from pcf import units, text",
        "from pcf.model.system import ProductSystem",
        "from . import matrices",
        "from .matrices import assemble",
        "from pcf import __version__",
        "import numpy as np",
    ],
)
def test_an_import_from_above_or_beside_is_allowed(source: str) -> None:
    assert faults(ast.parse(source), "pcf.inventory.solver") == []


def test_no_room_loads_an_edge_library_when_it_is_imported(
    modules: dict[str, ast.Module], run_python: Callable[[str], str]
) -> None:
    """Solving, matching, judging and recomputing live on numpy, scipy, networkx, pint, pydantic."""
    inner = [name for name in modules if _room(name) not in BELOW_THE_PUBLIC_NAMES]
    code = f"import importlib, sys\nfor name in {inner}: importlib.import_module(name)\n"
    code += f"print(*sorted({EDGE_LIBRARIES} & set(sys.modules)))"
    assert run_python(code).split() == []
