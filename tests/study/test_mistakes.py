"""Mistakes seeded into a study: each is one problem with place and cure, and all come together."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pcf.errors import FileError, Problem, StudyProblems
from pcf.study import read_study

if TYPE_CHECKING:
    from pcf.background import Background


class Mistake(NamedTuple):
    """Edits that make one mistake, and the code and the file of the one problem it becomes."""

    name: str
    code: str
    place: str
    edits: list[list[str]]


SEEDS = tomllib.loads((Path(__file__).parent / "data" / "mistakes.toml").read_text("utf-8"))
TOGETHER = [Mistake(**row) for row in SEEDS["together"]]
ALONE = [Mistake(**row) for row in SEEDS["alone"]]


def make(folder: Path, seeded: list[Mistake]) -> None:
    """Make the mistakes in a folder."""
    sha = re.findall(r"[0-9a-f]{64}", (folder / "activity.csv").read_text("utf-8"))[0]
    for each in seeded:
        for file, *texts in each.edits:
            path = folder / file
            old, new = (text.replace("{sha}", sha).replace("{other}", sha[::-1]) for text in texts)
            content = path.read_text("utf-8")
            assert not old or content.count(old) == 1, (each.name, old, content.count(old))
            path.write_text(content.replace(old, new) if old else content + new, "utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, by name."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def problems_in(folder: Path, background: Background) -> tuple[Problem, ...]:
    """Return what is wrong with the study in a folder."""
    return read_study(folder).check(background)


def test_the_study_itself_has_no_problem(folder: Path, background: Background) -> None:
    assert problems_in(folder, background) == ()


@pytest.mark.parametrize("seeded", [*TOGETHER, *ALONE], ids=lambda seeded: seeded.name)
def test_a_mistake_is_one_problem_with_place_and_cure(
    seeded: Mistake, folder: Path, background: Background
) -> None:
    make(folder, [seeded])
    found = problems_in(folder, background)
    assert [each.code for each in found] == [seeded.code], "\n".join(map(str, found))
    assert seeded.place in str(found[0].where)
    for language in ("zh", "en"):
        assert "{" not in found[0].says(language).replace(found[0].facts.get("form", "{"), "")


def test_all_mistakes_come_in_one_error(folder: Path, background: Background) -> None:
    make(folder, TOGETHER)
    before = contents(folder)
    with pytest.raises(StudyProblems) as caught:
        read_study(folder).footprint(background)
    assert len(TOGETHER) > 20
    found = Counter(each.code for each in caught.value.problems)
    assert found == Counter(each.code for each in TOGETHER)
    assert contents(folder) == before


def test_every_problem_has_a_line_and_speaks_both_languages(
    folder: Path, background: Background
) -> None:
    make(folder, TOGETHER)
    for each in problems_in(folder, background):
        assert each.where.file, str(each)
        assert each.where.line > 0, str(each)
        assert re.search(r"[\u4e00-\u9fff]", each.says("zh"))


@pytest.mark.parametrize("position", range(len(TOGETHER)), ids=lambda at: TOGETHER[at].name)
def test_correcting_one_mistake_takes_exactly_its_problem_away(
    position: int, folder: Path, background: Background
) -> None:
    corrected = TOGETHER[position]
    make(folder, [each for each in TOGETHER if each is not corrected])
    found = Counter(each.code for each in problems_in(folder, background))
    expected = Counter(each.code for each in TOGETHER)
    expected.subtract([corrected.code])
    assert found == +expected


def test_a_folder_without_a_study_raises_at_once(tmp_path: Path) -> None:
    for name in ("nothing", ""):
        with pytest.raises(FileError) as caught:
            read_study(tmp_path / name)
        assert caught.value.problems[0].code == "study-missing"
