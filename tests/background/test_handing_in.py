"""Handing in: every field from the set or stated, what is empty is missing, scores follow rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pcf.background import Background, factor_set
from pcf.background.behind import INDICATORS
from pcf.background.handing_in import FIELDS, OPTIONAL, STATED, Valued, hand_in, licence_statement
from pcf.errors import BackgroundError
from pcf.model.amounts import Source

if TYPE_CHECKING:
    from pcf.background.handing_in import HandedFactor
    from tests.background.conftest import Folder

WHOLE = Valued(0.9, 0.8, 0.0, 0.1, 0.02)


def lime(background: Background, value: Valued | None = WHOLE, **more: object) -> HandedFactor:
    """Return the lime of the small set as it is handed in."""
    asked = {"place": "CN", "year": 2017, "characterisation": "AR6 (0/0)"} | more
    (found,) = hand_in(background, {"lime-cn": value}, **asked).factors  # type: ignore[arg-type]
    return found


def test_fields_come_from_the_set_and_the_rest_is_missing(folder: Folder) -> None:
    found = lime(folder.open())
    assert set(found.fields) == set(FIELDS)
    assert found.fields["name_zh"] == "石灰"
    assert found.fields["declared_unit"] == "1,000 kg"
    assert (found.fields["value"], found.fields["land_use"]) == (0.9, 0.1)
    assert found.fields["edition"] == "small 1"
    assert "A book, p. 7" in str(found.fields["sources"])
    assert set(found.missing) == {"technology", *STATED}
    assert found.completeness == pytest.approx(1 - 7 / (len(FIELDS) - len(OPTIONAL)))


def test_stated_fields_fill_what_a_set_does_not_hold(folder: Folder) -> None:
    folder.row("processes", "lime-cn")["technology"] = "shaft kiln"
    said = {
        "*": dict.fromkeys(STATED, "for all"),
        "lime-cn": {"allocation": "mass"},
    }
    found = lime(folder.open(), stated=said)
    assert (found.missing, found.completeness) == ((), 1.0)
    assert (found.fields["allocation"], found.fields["cut_off"]) == ("mass", "for all")


def test_an_unknown_value_is_missing_and_never_zero(folder: Folder) -> None:
    found = lime(folder.open(), None)
    assert {"value", "fossil", "uncertainty"} <= set(found.missing)
    assert found.scores["completeness"] == 5
    unsplit = lime(folder.open(), Valued(0.9, split=False))
    assert "fossil" in unsplit.missing
    assert unsplit.scores["completeness"] == 2
    zero = lime(folder.open(), Valued(0.0, 0.0, 0.0, 0.0, 0.0))
    assert not {"value", "fossil", "uncertainty"} & set(zero.missing)


@pytest.mark.parametrize(
    ("more", "indicator", "score"),
    [
        ({"year": 2018}, "time", 1),
        ({"year": 2019}, "time", 2),
        ({"year": 2012}, "time", 1),
        ({"year": 2025}, "time", 3),
        ({"year": 2030}, "time", 4),
        ({"year": 2031}, "time", 5),
        ({"place": "CN"}, "geography", 1),
        ({"place": "CN-GS"}, "geography", 3),
        ({"place": "DE"}, "geography", 5),
        ({}, "completeness", 1),
        ({}, "technology", 4),
        ({}, "reliability", 2),
    ],
)
def test_scores_follow_their_rules(
    folder: Folder, more: dict[str, object], indicator: str, score: int
) -> None:
    assert lime(folder.open(), **more).scores[indicator] == score


def test_scores_of_the_set_go_before_those_judged_here(folder: Folder) -> None:
    row = folder.row("processes", "lime-cn")
    for each, score in zip(INDICATORS, "24315", strict=True):
        row[f"{each}_score"] = score
    found = lime(folder.open())
    assert found.scores == dict(zip(INDICATORS, (2, 4, 3, 1, 5), strict=True))
    assert lime(folder.open(), year=2031).scores["time"] == 5  # for that use it is older
    assert lime(folder.open(), None).scores["completeness"] == 5


def test_an_unverified_row_is_the_least_reliable(folder: Folder) -> None:
    folder.row("exchanges", "l1")["source"] = "S2"
    found = lime(folder.open())
    assert found.scores["reliability"] == 5
    assert found.quality == sum(found.scores.values()) / 5


def test_what_is_not_there_cannot_be_handed_in(folder: Folder) -> None:
    with pytest.raises(BackgroundError) as caught:
        hand_in(
            folder.open(), {"limes": WHOLE}, characterisation="AR6 (0/0)", place="CN", year=2025,
            stated={"lime-cn": {"value": "1"}},
        )  # fmt: skip
    told = [each.code for each in caught.value.problems]
    assert told == ["handing-in-process", "handing-in-field"]
    assert "lime-cn" in caught.value.problems[0].candidates


def test_licences_are_stated_plainly_and_silence_is_told(folder: Folder) -> None:
    folder.row("sources", "S1")["licence"] = "CC-BY-4.0"
    folder.row("exchanges", "l1")["source"] = "S2"
    said = licence_statement(folder.open(), ["lime-cn"])
    assert said.en.startswith("The compilation: CC0-1.0. CC-BY-4.0: A book.")
    assert "without a stated licence: Hearsay." in said.en
    assert "未说明许可的来源：Hearsay。" in said.zh
    free = factor_set("own", {"x": "1 kg CO2e/kg"}, source=Source("a", "A", licence="CC0-1.0"))
    assert "without" not in licence_statement(free, ["own: x"]).en
