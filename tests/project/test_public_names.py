"""The public names: few, all there, all explained."""

from __future__ import annotations

import ast
import importlib
import inspect
import pickle
from typing import TYPE_CHECKING

import pytest

import pcf

if TYPE_CHECKING:
    from pathlib import Path

names = pytest.mark.parametrize("name", sorted(pcf.__all__))


def test_there_are_few() -> None:
    """About forty, as docs/decisions/0005 says; what more is wanted has a home in a room."""
    assert len(pcf.__all__) <= 48
    assert len(set(pcf.__all__)) == len(pcf.__all__)


@names
def test_a_name_loads_from_its_home_and_is_documented(name: str) -> None:
    value = getattr(pcf, name)
    assert value is getattr(importlib.import_module(pcf._HOMES[name]), name)
    assert inspect.getdoc(value)


@names
def test_a_name_is_not_also_a_room(name: str, root: Path) -> None:
    """Importing a room sets it on the package, where it would hide the name."""
    assert not (root / "pcf" / name).is_dir()
    assert not (root / "pcf" / f"{name}.py").exists()


@names
def test_a_public_class_or_function_pickles_by_name(name: str) -> None:
    value = getattr(pcf, name)
    assert pickle.loads(pickle.dumps(value)) is value  # noqa: S301 - our own bytes


def test_the_three_lists_of_names_agree(modules: dict[str, ast.Module]) -> None:
    typed = {
        alias.asname or alias.name: node.module
        for node in ast.walk(modules["pcf"])
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("pcf.")
        for alias in node.names
    }
    assert typed == pcf._HOMES
    assert set(pcf.__all__) == set(pcf._HOMES)
    assert list(pcf._HOMES) == sorted(pcf._HOMES)


def test_completion_offers_the_public_names() -> None:
    assert set(pcf.__all__) <= set(dir(pcf))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'footprints'"):
        pcf.footprints  # noqa: B018 - reading it is the test
