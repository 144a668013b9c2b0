"""What a study states is believed with its evidence, and unknown without it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from pcf.rules.facts import facts_of
from pcf.study import read_study, write_study
from pcf.study.values import Evidence, Statement

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.study import Study

SHA = hashlib.sha256(b"reviewed\n").hexdigest()


@pytest.fixture(scope="session")
def footprint(smelter: Study, background: Background) -> Footprint:
    """Return the footprint of the fictional smelter."""
    return smelter.footprint(background)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("review.done", "是", ""), True),
        (("review.done", "no", ""), False),
        (("review.done", "TRUE", ""), True),
        (("review.assurance", "合理保证", ""), "reasonable"),
        (("scrap.kinds", "厂内返料|post-consumer", ""), frozenset({"home", "post-consumer"})),
        (("period.seasons", "3", ""), 3.0),
        (("declared.value", "1.5", "t CO2e"), 1500.0),
        (("declared.value", "1.5 t CO2e", ""), 1500.0),
    ],
)
def test_values_in_both_languages(
    smelter: Study, footprint: Footprint, said: tuple[str, str, str], expected: object
) -> None:
    row = Statement(*said, Evidence(text="statement no. 12"))
    facts = facts_of(smelter.varying(statements=[row]), footprint)
    assert facts[said[0]].value == expected
    assert "no. 12" in facts[said[0]].how.en


def test_a_statement_without_evidence_is_unknown(smelter: Study, footprint: Footprint) -> None:
    for evidence in (Evidence(), Evidence(file="evidence/electricity-2024.csv")):
        row = Statement("review.done", "yes", evidence=evidence)
        facts = facts_of(smelter.varying(statements=[row]), footprint)
        assert facts["review.done"].value is None


def test_removing_or_changing_the_file_makes_it_unknown(
    smelter: Study, footprint: Footprint, tmp_path: Path
) -> None:
    folder = tmp_path / "碳足迹 测试"
    write_study(smelter, folder)
    proof = folder / "evidence" / "review.txt"
    proof.write_bytes(b"reviewed\n")
    (folder / "statements.csv").write_text(
        f"fact,value,evidence_file,evidence_sha256\nreview.done,yes,evidence/review.txt,{SHA}\n",
        "utf-8",
    )
    study = read_study(folder)
    assert facts_of(study, footprint)["review.done"].value is True
    proof.write_bytes(b"reviewed, almost\n")
    assert facts_of(study, footprint)["review.done"].value is None
    proof.unlink()
    told = facts_of(study, footprint)["review.done"]
    assert told.value is None
    assert "review.txt" in told.how.zh
    assert read_study(folder).problems == ()


def test_a_computed_fact_never_comes_from_a_statement(smelter: Study, footprint: Footprint) -> None:
    plain = facts_of(smelter.varying(statements=[]), footprint)
    rows = [Statement("declared.value", "1", "kg CO2e", Evidence(text="label"))]
    other = facts_of(smelter.varying(statements=rows), footprint)
    same = [name for name in plain if not name.startswith("declared.")]
    assert {n: plain[n].value for n in same} == {n: other[n].value for n in same}
    assert other["declared.understated"].value == pytest.approx(1 - 1 / footprint.total)
