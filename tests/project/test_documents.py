"""Documents: links resolve, versions agree, both languages say the same."""

from __future__ import annotations

import doctest
import re
from typing import TYPE_CHECKING

import pcf

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_every_link_between_documents_resolves(root: Path) -> None:
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), root / "benchmarks" / "README.md"]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_both_halves_of_the_readme_have_the_same_shape(root: Path) -> None:
    """The same sections, commands, links and points, in the same order."""
    english, chinese = (root / "README.md").read_text(encoding="utf-8").split('<a id="中文"></a>')

    def shape(text: str) -> list[str]:
        marks = re.findall(r"^(#+|- |```|make \w+|python -m pip \w+)", text, re.MULTILINE)
        return [*(mark for mark in marks if mark != "---"), *LINK.findall(text)]

    assert shape(english.removesuffix("---\n\n").rstrip("-\n")) == shape(chinese)


def test_the_readme_says_that_another_distribution_has_the_import_name(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    assert "Another distribution uses the same import name" in text
    assert "另有一个发行包使用相同的导入名" in text


def test_the_citation_and_the_changelog_know_the_version(root: Path) -> None:
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {pcf.__version__}\n" in citation
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert pcf.__version__ in changelog
    assert "### Numbers that changed" in changelog


def test_decisions_are_numbered_without_a_gap_and_listed(root: Path) -> None:
    folder = root / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))
    listing = (folder / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((\d{4}-[^)]+)\)", listing) == pages


def test_the_examples_of_the_page_on_large_systems_run(root: Path, tmp_path: Path) -> None:
    failed, tried = doctest.testfile(
        str(root / "docs" / "large-systems.md"),
        module_relative=False,
        encoding="utf-8",
        extraglobs={"folder": tmp_path / "system"},
    )
    assert (failed, tried > 30) == (0, True)
