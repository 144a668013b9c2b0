"""Declarations hold what is given against what is needed; tables answer exactly or not at all."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any, get_args

import pytest

import pcf.methods
from pcf import units
from pcf.errors import ModelError
from pcf.methods.declaration import (
    Estimate,
    Method,
    Need,
    check,
    require,
    require_one_edition,
)
from pcf.methods.lookups import combined_spread, look_up, read_table
from pcf.model.amounts import Amount, Confidence
from pcf.text import Name

TABLES = sorted(path.stem for path in (Path(pcf.methods.__file__).parent / "tables").glob("*.csv"))
METHOD = Method(
    "test",
    Name("test", "试验"),
    (
        Need("mass", Name("mass", "质量"), "kg", high=10.0, usual=(1.0, 5.0)),
        Need("climate", Name("climate", "气候"), words=("wet", "dry")),
        Need("extra", Name("extra", "额外"), "1", optional=True),
        Need("change", Name("change", "变化"), "kg", low=None, optional=True),
    ),
    Name("nothing"),
    "x = y",
    "a book, Table 1",
    ("2006", "2019"),
    family="soils",
)


def _codes(error: pytest.ExceptionInfo[ModelError]) -> list[str]:
    return [each.code for each in error.value.problems]


def test_amounts_arrive_in_the_declared_unit_and_words_in_the_declared_spelling() -> None:
    given = require(METHOD, mass=Amount(2000.0, "g"), climate=" Wet ")
    assert given["mass"] == 2.0
    assert given.words["climate"] == "wet"
    assert given.get("extra") is None
    assert given.findings == ()


def test_everything_wrong_is_said_at_once() -> None:
    given: dict[str, Any] = {"mass": None, "climate": "tropical", "extra": "much", "depth": "deep"}
    with pytest.raises(ModelError) as error:
        require(METHOD, **given)
    assert _codes(error) == [
        "method-need-unknown",
        "method-need-missing",
        "method-need-word",
        "method-need-amount",
    ]


@pytest.mark.parametrize(
    ("mass", "code"),
    [
        (Amount(-1.0, "kg"), "method-need-range"),
        (Amount(10.1, "kg"), "method-need-range"),
        (Amount(float("nan"), "kg"), "method-need-range"),
        (Amount(1.0, "kWh"), "method-need-unit"),
        (Amount(None, "kg"), "method-need-missing"),
    ],
)
def test_a_wrong_amount_is_refused(mass: Amount, code: str) -> None:
    with pytest.raises(ModelError) as error:
        require(METHOD, mass=mass, climate="wet")
    assert _codes(error) == [code]


def test_zero_is_a_statement_and_below_zero_only_where_declared() -> None:
    given = require(METHOD, mass=Amount(1.0, "kg"), climate="dry", extra=Amount(0.0, "1"))
    assert given.get("extra") == 0.0
    assert (
        require(METHOD, mass=Amount(1.0, "kg"), climate="dry", change=Amount(-3.0, "kg"))["change"]
        == -3.0
    )


def test_outside_the_usual_range_is_a_finding() -> None:
    given = require(METHOD, mass=Amount(0.5, "kg"), climate="wet")
    assert [each.code for each in given.findings] == ["method-need-unusual"]


def test_checking_collects_without_raising() -> None:
    problems: list[Any] = []
    check(METHOD, problems, {"mass": Amount(1.0, "kWh")}, where="field 7")
    assert [each.code for each in problems] == ["method-need-unit", "method-need-missing"]
    assert all(str(each.where) == "field 7" for each in problems)


def test_editions_of_one_family_do_not_mix() -> None:
    other = Method("other", Name("o"), (), Name("x"), "", "s", ("2006",), family="metals")
    require_one_edition([Estimate(METHOD, "2019"), Estimate(other, "2006")])
    with pytest.raises(ModelError) as error:
        require_one_edition([Estimate(METHOD, "2019"), Estimate(METHOD, "2006")])
    assert _codes(error) == ["method-editions-mixed"]


def test_a_table_answers_exactly_or_names_what_it_has() -> None:
    assert look_up("crops", "EF1", edition="2019", climate="dry", input="organic").value == 0.005
    with pytest.raises(ModelError) as error:
        look_up("crops", "EF1", edition="2019", climate="boreal", input="organic")
    assert _codes(error) == ["published-none"]
    assert error.value.problems[0].candidates
    with pytest.raises(ModelError) as error:
        look_up("crops", "EF9", edition="2019")
    assert _codes(error) == ["published-unknown"]
    with pytest.raises(ModelError) as error:
        look_up("crops", "EF1", edition="2019")
    assert _codes(error) == ["published-none"]


def test_a_recalled_value_is_never_a_silent_default() -> None:
    asked = {"edition": "2006", "crop": "root crops, other"}
    with pytest.raises(ModelError) as error:
        look_up("crops_residues", "slope", **asked)
    assert _codes(error) == ["published-unverified"]
    row = look_up("crops_residues", "slope", unverified={"slope"}, **asked)
    assert row.value == 1.07
    assert [each.code for each in row.findings] == ["published-unverified-used"]


def test_ranges_of_factors_add_in_squares() -> None:
    one = look_up("crops", "FracLEACH", edition="2019")
    other = look_up("crops", "EF5", edition="2019")
    spread = combined_spread(2.0, one, other)
    assert spread is not None
    below = ((0.23 / 0.24) ** 2 + 1.0) ** 0.5
    above = ((0.49 / 0.24) ** 2 + (9 / 11) ** 2) ** 0.5
    assert spread.low == pytest.approx(max(0.0, 2 * (1 - below)))
    assert spread.high == pytest.approx(2 * (1 + above))


@pytest.mark.parametrize("table", TABLES)
def test_every_row_of_a_table_is_sourced_and_in_a_known_unit(table: str) -> None:
    for row in read_table(table):
        assert row.source.strip(), row.id
        assert row.locator.strip(), row.id
        assert row.edition.strip(), row.id
        assert row.confidence in get_args(Confidence)
        assert units.unit(row.unit), row.id
        if row.low is not None and row.high is not None:
            assert row.low <= row.value <= row.high, row.id


@pytest.mark.parametrize("table", TABLES)
def test_no_two_rows_of_a_table_answer_the_same_question(table: str) -> None:
    rows = read_table(table)
    asked = [(row.id, row.edition, *sorted(row.criteria.items())) for row in rows]
    assert len(set(asked)) == len(asked)


def declared() -> dict[str, Method]:
    """Return every declaration of the room, by module and name."""
    found: dict[str, Method] = {}
    for topic in ("constructs", "coproducts", "crops", "land", "recycling"):
        package = importlib.import_module(f"pcf.methods.{topic}")
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            found |= {
                f"{topic}.{info.name}.{name}": value
                for name, value in vars(module).items()
                if isinstance(value, Method) and name.isupper()
            }
    return found


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_method_declares_itself_in_full(name: str) -> None:
    method = declared()[name]
    assert method.id
    assert method.equation
    assert method.source
    assert method.editions
    for text in (method.name, method.returns, *(need.name for need in method.needs)):
        assert text.en
        assert text.zh
    for need in method.needs:
        assert units.unit(need.unit) if need.unit else True
        assert not (need.words and need.unit)


def test_every_method_file_has_a_declaration() -> None:
    """A file of a topic is a published method, or one of the few that serve the others."""
    serving = {
        "constructs.results",
        "constructs.tables",
        "crops.climate",
        "recycling.terms",
    }
    files = {
        f"{topic}.{info.name}"
        for topic in ("constructs", "coproducts", "crops", "land", "recycling")
        for info in pkgutil.iter_modules(importlib.import_module(f"pcf.methods.{topic}").__path__)
    }
    having = {name.rsplit(".", 1)[0] for name in declared()}
    assert files - having == serving
