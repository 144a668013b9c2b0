"""What is written as a folder reads back equal, or is refused before anything is written."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.background import Background, Edition, factor_set, join, open_background, read_set
from pcf.background.behind import Calibration, Declared, Judged, Scores
from pcf.background.keeping import kept_files, selection, write_set
from pcf.background.values import BackgroundProcess
from pcf.errors import BackgroundError, FileError
from pcf.findings import finding
from pcf.model.amounts import Amount, Source, Spread
from pcf.model.coverage import Coverage, Period
from pcf.model.flows import CBAM, ProductFlow, find_gas
from pcf.model.processes import Exchange, UnitProcess
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.errors import Problem

PUBLIC = open_background(edition="2026.1")
words = st.text(alphabet="abcXYZ 铝锭硫酸,;\"'-_=.%:/", min_size=1, max_size=12).map(
    lambda each: f"x{' '.join(each.split())}x"
)
numbers = st.floats(1e-9, 1e9)
days = st.dates(date(2000, 1, 1), date(2030, 1, 1))
spreads = st.one_of(
    st.none(),
    st.builds(Spread, st.just("lognormal"), st.floats(1.01, 9)),
    st.builds(Spread, st.just("normal"), numbers),
)
places = st.sampled_from(("CN", "CN-GS", "GLO"))
scores = st.one_of(st.none(), st.integers(1, 5))


@st.composite
def backgrounds(draw: st.DrawFn) -> Background:
    """Return a set of a few processes with everything that may stand behind their rows."""
    products = draw(st.lists(words, min_size=1, max_size=3, unique_by=str.casefold))
    sources = tuple(
        Source(name, document=draw(words), confidence="secondary", note=draw(words))
        for name in sorted(set(draw(st.lists(words, min_size=1, max_size=2))))
    )
    flows = tuple(
        ProductFlow(
            each,
            Name(draw(words), draw(words)),
            "kg",
            cn=draw(words),
            cbam=draw(st.sampled_from(CBAM)),
        )
        for each in sorted(products)
    )
    rows = tuple(process(draw, each, sources, number) for number, each in enumerate(flows))
    used = {row.process.source for row in rows}
    kept = tuple(each for each in sources if each.id in used)
    edition = Edition("own", draw(words), draw(st.booleans()), Name(draw(words), draw(words)))
    return Background((edition,), rows, flows, kept)


def process(
    draw: st.DrawFn, product: ProductFlow, sources: tuple[Source, ...], number: int
) -> BackgroundProcess:
    source = draw(st.sampled_from(sources)).id
    flow = find_gas(draw(st.sampled_from(("CO2", "CH4", "CO2e"))))
    assert flow is not None
    spread = draw(spreads)
    judged: tuple[Judged, ...] = ()
    id_ = f"p{number}"
    if draw(st.booleans()):
        judged = (
            Judged(
                f"{id_}: 1",
                tuple(draw(st.lists(st.integers(1, 5), min_size=5, max_size=5))),
                0.0006,
            ),
        )
        spread = judged[0].spread if spread is None else spread
    amount = Amount(draw(numbers), flow.unit, spread, source)
    exchange = Exchange(
        flow.id, amount, flow.direction, "elementary", elementary=flow, id=f"{id_}: 1",
        confidence="secondary", note=draw(words),
    )  # fmt: skip
    start = draw(days)
    period = Period(start, date.fromordinal(start.toordinal() + draw(st.integers(1, 900))))
    unit = UnitProcess(
        id_, product.id, Amount(draw(numbers), "kg"), (exchange,), Name(draw(words), draw(words)),
        coverage=Coverage(draw(places), draw(st.sampled_from((None, period)))),
        foreground=False, source=source,
    )  # fmt: skip
    declared = Declared(
        draw(words), "AR6", "0/0", "third party", "", draw(days), draw(st.floats(0, 1))
    )
    calibrated = Calibration(draw(words), draw(words), draw(words), draw(days), draw(days))
    told = finding("series-outlier", draw(words), position=draw(words), value=draw(words))
    return BackgroundProcess(
        unit,
        "cradle to gate",
        default=draw(st.booleans()),
        scores=Scores(*(draw(scores) for _ in range(5))),
        judged=judged,
        declared=draw(st.sampled_from((None, declared))),
        calibrations=draw(st.sampled_from(((), (calibrated,)))),
        told=draw(st.sampled_from(((), (told, finding("calibration-missing"))))),
    )


@given(backgrounds())
@settings(max_examples=60, deadline=None)
def test_a_set_reads_back_equal(background: Background) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "碳足迹 测试")
        write_set(background, folder)
        problems: list[object] = []
        assert read_set(folder, problems) == background  # type: ignore[arg-type]
        assert problems == []


def test_the_shipped_edition_reads_back_equal(tmp_path: Path) -> None:
    write_set(PUBLIC, tmp_path / "copy")
    problems: list[Problem] = []
    assert read_set(tmp_path / "copy", problems) == PUBLIC
    assert problems == []


def test_a_selection_holds_what_it_names_and_reads_back_equal(tmp_path: Path) -> None:
    chosen = selection(PUBLIC, ["diesel-by-mass"])
    assert len(chosen.processes) < 5
    assert {"diesel-by-mass", "diesel-upstream"} <= {row.id for row in chosen.processes}
    write_set(chosen, tmp_path / "chosen")
    assert read_set(tmp_path / "chosen", []) == chosen
    with pytest.raises(BackgroundError, match="handing-in-process"):
        selection(PUBLIC, ["unobtainium"])


def test_what_was_joined_is_written_under_one_name(tmp_path: Path) -> None:
    one = factor_set("a", {"lime": "1.2 kg CO2e/kg"}, source="letter")
    both = join(one, factor_set("b", {"salt": "0.2 kg CO2e/kg"}, source="book"))
    with pytest.raises(BackgroundError, match="set-unwritable"):
        write_set(both, tmp_path / "c")
    named = Edition("c", "1", draft=False)
    write_set(both, tmp_path / "c", edition=named)
    assert read_set(tmp_path / "c", []) == replace(both, editions=(named,), homes={})


def test_what_the_tables_cannot_say_is_refused_and_nothing_written(tmp_path: Path) -> None:
    own = factor_set("own", {"lime": "1.2 kg CO2e/kg"}, source="letter")
    with pytest.raises(BackgroundError, match="set-unwritable"):
        write_set(replace(own, sources=()), tmp_path / "own")
    assert not (tmp_path / "own").exists()


def test_a_folder_with_files_is_not_written_over(tmp_path: Path) -> None:
    own = factor_set("own", {"lime": "1.2 kg CO2e/kg"}, source="letter")
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match="folder-not-empty"):
        write_set(own, tmp_path)
    assert kept_files(own)
