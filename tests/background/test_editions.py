"""Editions, gas tables and a user's own factors: nothing is taken that was not named."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pcf import background as room
from pcf.background import (
    characterisation_set,
    editions,
    factor_set,
    join,
    open_background,
)
from pcf.errors import BackgroundError, Problem
from pcf.inventory import solve
from pcf.model.amounts import Source
from pcf.model.building import product_system
from pcf.model.coverage import Period
from pcf.model.flows import find_gas
from pcf.model.processes import unit_process

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.background.conftest import Folder


def problem_of(call: Callable[[], object]) -> Problem:
    """Return the one problem that a call raises, said in both languages."""
    with pytest.raises(BackgroundError) as caught:
        call()
    (found,) = caught.value.problems
    assert found.says("en")
    assert re.search(r"[\u4e00-\u9fff]", found.says("zh"))
    return found


def test_no_edition_is_taken_silently() -> None:
    found = problem_of(lambda: open_background("cn-public"))
    assert found.code == "edition-missing"
    listed = [each.id + (" (draft)" if each.draft else "") for each in editions("cn-public")]
    assert list(found.candidates) == listed


def test_an_unknown_set_or_edition_is_refused_with_those_there_are() -> None:
    wrong_set = problem_of(lambda: open_background("cn-publik", edition="2026.1"))
    assert (wrong_set.code, wrong_set.candidates) == ("set-unknown", ("cn-public",))
    wrong = problem_of(lambda: open_background("cn-public", edition="1999"))
    assert wrong.code == "edition-unknown"
    for name in ("../..", "cn-public/2026.1", "."):
        assert problem_of(lambda n=name: open_background(n, edition=".")).code == "set-unknown"


def test_editions_are_those_that_are_shipped() -> None:
    assert {(each.set, each.id) for each in editions()} >= {("cn-public", "2026.1")}
    assert problem_of(lambda: editions("no such set")).code == "set-unknown"


def test_a_draft_is_named_as_one(folder: Folder) -> None:
    (draft,) = folder.open().findings
    assert (draft.code, draft.facts["edition"]) == ("edition-draft", "small 1")
    assert "草稿" in draft.says("zh")
    folder.toml = folder.toml.replace("draft = true", "draft = false")
    assert folder.open().findings == ()


@pytest.mark.parametrize(("name", "convention"), [(None, "0/0"), ("AR6", None), (None, None)])
def test_no_gas_table_is_taken_silently(
    folder: Folder, name: str | None, convention: str | None
) -> None:
    background = folder.open()
    found = problem_of(lambda: background.characterisation(name, convention))
    assert found.code == "characterisation-missing"
    assert found.candidates == ("AR6 (0/0)", "AR6 (-1/+1)")
    assert "no silent default" in found.says("en")


def test_an_unknown_table_or_convention_is_refused_with_the_list(folder: Folder) -> None:
    background = folder.open()
    assert problem_of(lambda: background.characterisation("AR7", "0/0")).candidates == (
        "AR6 (0/0)",
        "AR6 (-1/+1)",
    )
    found = problem_of(lambda: background.characterisation("AR6", "1/1"))
    assert found.code == "convention-unknown"


# What a kilogram of biogenic and of fossil methane counts, by table 7.15, 7.SM.7 and AR5.
METHANE = {
    ("AR6", "0/0"): (27.0, 29.8),
    ("AR6", "-1/+1"): (27.0 + 44 / 16, 29.8),
    ("AR6-single", "0/0"): (27.9, 27.9),
    ("AR6-single", "-1/+1"): (27.9 + 44 / 16, 27.9),
    ("AR5", "0/0"): (28.0, 28.0),
    ("AR5", "-1/+1"): (28.0 + 44 / 16, 28.0),
    ("AR5-feedbacks", "0/0"): (34.0, 34.0),
    ("AR5-feedbacks", "-1/+1"): (34.0 + 44 / 16, 34.0),
}


@pytest.mark.parametrize(("name", "convention"), METHANE)
def test_the_shipped_tables_count_methane_by_origin_and_convention(
    name: str, convention: str
) -> None:
    table = characterisation_set(name, convention)
    gases = [find_gas(gas) for gas in ("CH4, biogenic", "CH4, fossil", "CO2", "CO2, biogenic")]
    values = [table.factor(gas) for gas in gases if gas is not None]
    carbon = 0.0 if convention == "0/0" else 1.0
    assert values == [*METHANE[name, convention], 1.0, carbon]
    assert table.name == f"{name} ({convention})"
    assert "IPCC" in table.source


def test_a_fossil_methane_of_30_is_taken_only_by_its_own_name() -> None:
    methane = find_gas("CH4")
    assert methane is not None
    assert characterisation_set("AR5", "0/0").factor(methane) == 28.0
    assert characterisation_set("AR5-fossil-30", "0/0").factor(methane) == 30.0


def test_tables_that_differ_between_editions_must_be_named_with_one(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder.path = tmp_path / "data" / "small" / "1"
    folder.write()
    folder.path = tmp_path / "data" / "small" / "2"
    folder.tables["characterisation"][1]["value"] = "30"
    folder.write()
    monkeypatch.setattr(
        room.editions.__globals__["resources"], "folder", lambda _: tmp_path / "data"
    )
    assert problem_of(lambda: characterisation_set("AR6", "0/0")).code == "characterisation-differs"
    assert len(editions("small")) == 2


def test_a_set_of_own_factors_computes_in_three_lines() -> None:
    own = factor_set(
        "own", {"cement": "0.15 kg CO2e/kg", "electricity": "0.8 kg CO2e/kWh"}, source="letter"
    )
    house = unit_process("house", "1 item", takes={"cement": "2 t", "electricity": "1 万kWh"})
    system = product_system([house, *(row.process for row in own.processes)], sources=own.sources)
    inventory = solve(system, {"house": 1.0})
    (row,) = system.elementary
    assert row.gas == "CO2e, not split"
    assert inventory.flows == pytest.approx([300.0 + 8000.0])


def test_own_factors_gas_by_gas_can_be_characterised() -> None:
    own = factor_set("own", {"diesel": {"CO2": "2.6 kg/L", "CH4": "0.1 g/L"}}, source="letter")
    (row,) = own.processes
    assert row.unit == "L"
    assert {each.flow: str(each.amount) for each in row.process.exchanges} == {
        "CO2, fossil": "2.6 kg",
        "CH4, fossil": "0.1 g",
    }
    assert {each.amount.source for each in row.process.exchanges} == {"letter"}


def test_an_unverified_source_of_own_factors_marks_its_rows() -> None:
    hearsay = Source("hearsay", "A colleague", confidence="unverified")
    own = factor_set("own", {"lime": "1 kg CO2e/kg"}, source=hearsay, place="甘肃")
    assert own.processes[0].unverified == ("own: lime: CO2e, not split",)
    assert own.processes[0].place == "CN-GS"


@pytest.mark.parametrize(
    ("factor", "code"),
    [
        ("0.15", "factor-unreadable"),
        ("0.15 kg CO2e", "factor-unreadable"),
        ("0.15 kg/kg", "factor-unreadable"),
        ("-0.15 kg CO2e/kg", "amount-negative"),
        ({"CO2": "1 kg CO2e/kg"}, "factor-unreadable"),
        ({"CO3": "1 kg/kg"}, "gas-unknown"),
        ({"CO2": "1 kg/kg", "CH4": "1 g/t"}, "factor-units"),
        ({}, "factor-units"),
    ],
)
def test_an_own_factor_that_cannot_be_read_is_refused(
    factor: str | dict[str, str], code: str
) -> None:
    with pytest.raises(BackgroundError) as caught:
        factor_set("own", {"lime": factor}, source="letter")
    assert caught.value.problems[0].code == code


def test_sets_join_in_an_explicit_order(folder: Folder) -> None:
    public = folder.open()
    own = factor_set("own", {"flux": "1 kg CO2e/kg"}, source="letter", period=Period.read("2024"))
    both = join(public, own)
    assert (both.id, both.edition, both.name) == ("small", "1", "small 1 + own")
    assert {row.id for row in both.processes} == {
        *(row.id for row in public.processes),
        "own: flux",
    }
    assert [each.code for each in both.findings] == ["edition-draft"]


def test_a_product_of_both_sets_is_one_under_all_its_names(folder: Folder) -> None:
    public = folder.open()
    own = factor_set("own", {"lime": "1 kg CO2e/t"}, source="letter")
    burnt = replace(own.products[0], synonyms=("burnt lime",))
    both = join(public, replace(own, products=(burnt,)))
    assert both.products_called("burnt lime") == both.products_called("生石灰") == ("lime",)
    assert {row.id for row in both.makers_of("lime")} == {"lime-cn", "own: lime"}


def test_ids_that_stand_in_both_sets_are_an_error_naming_both(folder: Folder) -> None:
    public = folder.open()
    folder.toml = folder.toml.replace('"small"', '"other"')
    folder.row("sources", "S1")["document"] = "Another book"
    folder.row("products", "lime")["unit"] = "m3"
    folder.row("processes", "lime-cn")["unit"] = "m3"
    folder.tables["characterisation"][0]["value"] = "2"
    with pytest.raises(BackgroundError) as caught:
        join(public, folder.open())
    codes = [each.code for each in caught.value.problems]
    assert set(codes) == {"join-row", "join-product", "join-source", "join-characterisation"}
    assert codes.count("join-row") == 6 + 9
    for each in caught.value.problems:
        assert {"small 1", "other 1"} <= {each.facts["first"], each.facts["second"]}
