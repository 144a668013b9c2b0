"""Reading a folder: every number with its source, and everything wrong at once, with its cell."""

from __future__ import annotations

import math
import pickle
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.background import Background, open_background, read_set
from pcf.errors import BackgroundError
from pcf.model.amounts import Spread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.background.conftest import Folder


def spoilt(folder: Folder) -> tuple[str, ...]:
    """Return the codes of what is wrong with a folder."""
    with pytest.raises(BackgroundError) as caught:
        folder.open()
    return tuple(each.code for each in caught.value.problems)


def test_a_row_says_what_it_is(folder: Folder) -> None:
    background = folder.open()
    lime = background.row("lime-cn")
    assert lime is not None
    assert (background.id, background.edition, background.draft) == ("small", "1", True)
    assert (lime.process.product, lime.process.amount.value, lime.unit) == ("lime", 1000.0, "kg")
    assert (lime.place, lime.year, lime.family, lime.boundary) == (
        *("CN", 2015),
        *("life cycle", "cradle to gate"),
    )
    assert not lime.process.foreground
    assert lime.process.name.says("zh") == "石灰"


def test_amounts_keep_their_unit_and_their_gas_keeps_its_line(folder: Folder) -> None:
    boiler = folder.open().row("coal-boiler")
    assert boiler is not None
    methane = boiler.process.exchanges[1]
    assert (methane.flow, methane.amount.value, methane.amount.unit) == ("CH4, fossil", 1.0, "g")
    assert methane.elementary is not None
    assert methane.elementary.line == "fossil"


def test_a_source_carries_the_locator_of_its_row(folder: Folder) -> None:
    background = folder.open()
    lime = background.row("lime-cn")
    assert lime is not None
    used = {source.id: source for source in background.sources}
    assert lime.process.exchanges[0].amount.source == "S1: p. 7"
    assert (used["S1: p. 7"].document, used["S1: p. 7"].locator) == ("A book", "p. 7")


def test_an_exchange_without_a_source_has_that_of_its_process(folder: Folder) -> None:
    folder.row("exchanges", "l1")["source"] = ""
    folder.row("processes", "lime-cn")["locator"] = "table 3"
    lime = folder.open().row("lime-cn")
    assert lime is not None
    assert lime.process.exchanges[0].amount.source == "S1: table 3"


def test_data_without_a_period_has_the_year_of_its_source(folder: Folder) -> None:
    folder.row("processes", "coal-mine")["source"] = "S2"
    background = folder.open()
    mine, boiler = background.row("coal-mine"), background.row("coal-boiler")
    assert mine is not None
    assert boiler is not None
    assert (mine.year, boiler.year) == (2023, 2021)


def test_a_row_of_an_unverified_source_is_marked(folder: Folder) -> None:
    folder.row("exchanges", "m1")["source"] = "S2"
    folder.row("exchanges", "c1")["confidence"] = "未核实"
    folder.row("processes", "landfill")["source"] = "S2"
    background = folder.open()
    marked = {row.id: row.unverified for row in background.processes if row.unverified}
    assert marked == {"coal-mine": ("m1",), "coal-boiler": ("c1",), "landfill": ("landfill",)}


def test_defaults_and_alternatives_are_read_apart(folder: Folder) -> None:
    for row in folder.tables["processes"]:
        row["default"] = {"grid-2023": "no", "grid-2024": "是"}.get(row["id"], "")
    found = {row.id: (row.default, row.alternative) for row in folder.open().processes}
    assert found["grid-2023"] == (False, True)
    assert found["grid-2024"] == (True, False)
    assert found["lime-cn"] == (False, False)


def test_a_spread_is_read_with_its_numbers(folder: Folder) -> None:
    folder.row("exchanges", "c1").update(spread="triangular", low="90", high="99")
    folder.row("exchanges", "c2").update(spread="对数正态", low="1.75")
    boiler = folder.open().row("coal-boiler")
    assert boiler is not None
    spreads = [each.amount.spread for each in boiler.process.exchanges]
    assert spreads == [Spread("triangular", 90.0, 99.0), Spread("lognormal", 1.75), None]


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("lognormal", "0.9", ""),
        ("lognormal", "1.1", "1.2"),
        ("normal", "0", ""),
        ("triangular", "90", ""),
        ("triangular", "95", "99"),
        ("uniform", "99", "90"),
        ("pert", "", "99"),
    ],
)
def test_a_spread_whose_numbers_do_not_fit_is_refused(
    folder: Folder, kind: str, low: str, high: str
) -> None:
    folder.row("exchanges", "c1").update(spread=kind, low=low, high=high)
    assert spoilt(folder) == ("spread-numbers",)


def test_waste_is_treated_and_products_are_made(folder: Folder) -> None:
    background = folder.open()
    treating = {row.id for row in background.processes if row.process.treats}
    assert treating == {"landfill"}


def test_chinese_headings_words_and_gb18030_give_the_same_set(
    folder: Folder, tmp_path: Path
) -> None:
    plain = folder.open()
    names = {
        "id": "编号",
        "process": "过程",
        "kind": "类型",
        "direction": "方向",
        "flow": "流",
        "amount": "数量",
        "unit": "单位",
        "source": "来源",
        "locator": "位置",
        "provider": "供应过程",
    }
    words = {"elementary": "基本流", "product": "产品", "output": "输出", "input": "输入"}
    path = folder.write()
    text = (path / "exchanges.csv").read_text(encoding="utf-8")
    head, *lines = text.splitlines()
    head = ",".join(names[caption] for caption in head.split(","))
    lines = [",".join(words.get(cell, cell) for cell in line.split(",")) for line in lines]
    (path / "exchanges.csv").write_bytes("\n".join([head, *lines]).encode("gb18030"))
    assert open_background(folder=path) == plain
    assert tmp_path in path.parents


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_changes_nothing(folder: Folder, seed: int) -> None:
    plain = folder.open()
    for rows in folder.tables.values():
        random.Random(seed).shuffle(rows)  # noqa: S311 - an order, no secret
    assert folder.open() == plain


def test_a_background_pickles(folder: Folder) -> None:
    background = folder.open()
    background.find("lime")
    assert pickle.loads(pickle.dumps(background)) == background  # noqa: S301 - our own bytes


# What is done to the small set, and the one problem that must come of it, with file and column.
FAULTS: dict[str, tuple[Callable[[Folder], object], str, str, str]] = {
    "unknown product": (
        lambda f: f.row("processes", "lime-cn").update(product="limestone"),
        *("product-not-listed", "processes.csv", "product"),
    ),
    "unit of another kind, process": (
        lambda f: f.row("processes", "landfill").update(unit="kWh"),
        *("unit-unfit", "processes.csv", "unit"),
    ),
    "unit of another kind, gas": (
        lambda f: f.row("exchanges", "g23").update(unit="kg"),
        *("unit-unfit", "exchanges.csv", "unit"),
    ),
    "unit that is not in the list": (
        lambda f: f.row("exchanges", "c2").update(unit="mWh"),
        *("unit-milli-or-mega", "exchanges.csv", "unit"),
    ),
    "kg of a gas as a unit": (
        lambda f: f.row("exchanges", "c1").update(unit="kgCO2"),
        *("unit-of-flow", "exchanges.csv", "unit"),
    ),
    "reference amount of zero": (
        lambda f: f.row("processes", "lime-cn").update(amount="0"),
        *("reference-amount", "processes.csv", "amount"),
    ),
    "negative amount": (
        lambda f: f.row("exchanges", "l1").update(amount="-800"),
        *("amount-negative", "exchanges.csv", "amount"),
    ),
    "unknown amount": (
        lambda f: f.row("exchanges", "l1").update(amount=""),
        *("cell-empty", "exchanges.csv", "amount"),
    ),
    "text for a number": (
        lambda f: f.row("exchanges", "l1").update(amount="about 800"),
        *("number-not", "exchanges.csv", "amount"),
    ),
    "missing source": (
        lambda f: f.row("processes", "lime-cn").update(source=""),
        *("cell-empty", "processes.csv", "source"),
    ),
    "unlisted source": (
        lambda f: f.row("exchanges", "l1").update(source="S9"),
        *("source-unknown", "exchanges.csv", "source"),
    ),
    "id that stands twice": (
        lambda f: f.row("exchanges", "c2").update(id="c1"),
        *("id-twice", "exchanges.csv", "id"),
    ),
    "row that stands twice": (
        lambda f: f.add("l9,lime-cn,elementary,output,CO2,800,kg,,S1,p. 7"),
        *("row-repeated", "exchanges.csv", ""),
    ),
    "unknown gas": (
        lambda f: f.row("exchanges", "c2").update(flow="CH44"),
        *("gas-unknown", "exchanges.csv", "flow"),
    ),
    "unknown process": (
        lambda f: f.row("exchanges", "c2").update(process="coal-boilr"),
        *("process-not-listed", "exchanges.csv", "process"),
    ),
    "unknown provider": (
        lambda f: f.row("exchanges", "c3").update(provider="coal-min"),
        *("provider-not-listed", "exchanges.csv", "provider"),
    ),
    "provider of something else": (
        lambda f: f.row("exchanges", "c3").update(provider="grid-2024"),
        *("provider-makes-other", "exchanges.csv", "provider"),
    ),
    "emission as an input": (
        lambda f: f.row("exchanges", "l1").update(direction="input"),
        *("direction-unfit", "exchanges.csv", "direction"),
    ),
    "uptake as an output": (
        lambda f: f.row("exchanges", "l1").update(flow="CO2 uptake"),
        *("direction-unfit", "exchanges.csv", "direction"),
    ),
    "product as an output": (
        lambda f: f.row("exchanges", "c3").update(direction="output"),
        *("direction-unfit", "exchanges.csv", "direction"),
    ),
    "unknown place": (
        lambda f: f.row("processes", "lime-cn").update(place="Gansoo"),
        *("place-unknown", "processes.csv", "place"),
    ),
    "unreadable period": (
        lambda f: f.row("processes", "lime-cn").update(start="recently"),
        *("period-unreadable", "processes.csv", "start"),
    ),
    "period that ends first": (
        lambda f: f.row("processes", "coal-boiler").update(start="2022", end="2021"),
        *("period-empty", "processes.csv", "start"),
    ),
    "end without a start": (
        lambda f: f.row("processes", "lime-cn").update(start="", end="2015"),
        *("cell-empty", "processes.csv", "start"),
    ),
    "unknown family": (
        lambda f: f.row("processes", "grid-2024").update(family="lifecycle CO2"),
        *("choice-not", "processes.csv", "family"),
    ),
    "unknown boundary": (
        lambda f: f.row("processes", "grid-2024").update(boundary="to the moon"),
        *("choice-not", "processes.csv", "boundary"),
    ),
    "unknown confidence": (
        lambda f: f.row("sources", "S1").update(confidence="good"),
        *("choice-not", "sources.csv", "confidence"),
    ),
    "year that is no year": (
        lambda f: f.row("sources", "S2").update(data_year="2023.5"),
        *("set-field", "sources.csv", "data_year"),
    ),
    "basis that is none": (
        lambda f: f.row("products", "coal").update(basis="raw"),
        *("basis-unknown", "products.csv", "basis"),
    ),
    "product without a Chinese name": (
        lambda f: f.row("products", "coal").update(zh=""),
        *("cell-empty", "products.csv", "zh"),
    ),
    "process that emits nothing": (
        lambda f: f.tables["exchanges"].remove(f.row("exchanges", "m1")),
        *("process-empty", "processes.csv", ""),
    ),
    "limits without a spread": (
        lambda f: f.row("exchanges", "l1").update(low="700"),
        *("spread-missing", "exchanges.csv", "low"),
    ),
    "gas that no flow has": (
        lambda f: f.tables["characterisation"][1].update(gas="CH5"),
        *("gas-unknown", "characterisation.csv", "gas"),
    ),
    "factor that stands twice": (
        lambda f: f.tables["characterisation"][2].update(origin="fossil"),
        *("factor-twice", "characterisation.csv", "gas"),
    ),
    "factor below zero": (
        lambda f: f.tables["characterisation"][2].update(value="-27"),
        *("amount-negative", "characterisation.csv", "value"),
    ),
    "factor of no set": (
        lambda f: f.tables["characterisation"][2].update(set="AR66"),
        *("characterisation-unknown", "characterisation.csv", "set"),
    ),
    "unknown convention": (
        lambda f: setattr(f, "titles", f.titles.replace("-1/+1", "1/1")),
        *("convention-unknown", "characterisation.toml", ""),
    ),
    "edition without a licence": (
        lambda f: setattr(f, "toml", f.toml.replace("licence", "# licence")),
        *("set-field", "set.toml", ""),
    ),
    "entry that is not known": (
        lambda f: setattr(f, "toml", f.toml.replace("licence", "lisence = 'x'\nlicence")),
        *("set-key-unknown", "set.toml", ""),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_problem_with_its_place(folder: Folder, fault: str) -> None:
    spoil, code, file, column = FAULTS[fault]
    spoil(folder)
    with pytest.raises(BackgroundError) as caught:
        folder.open()
    found = [each for each in caught.value.problems if each.code == code]
    assert len(found) == 1, caught.value
    assert found[0].where.file == f"small 1/{file}"
    assert found[0].where.column == column
    assert found[0].where.line > 1 or found[0].where.item or file.endswith(".toml")
    for language in ("en", "zh"):
        assert found[0].says(language)  # type: ignore[arg-type]


def test_all_faults_come_together(folder: Folder) -> None:
    wanted = []
    for fault, (spoil, code, _, _) in FAULTS.items():
        if fault in {
            *("unknown product", "unit of another kind, gas", "unknown gas", "unlisted source"),
            *("unknown provider", "negative amount", "unknown place", "unknown confidence"),
        }:
            spoil(folder)
            wanted.append(code)
    codes = spoilt(folder)
    assert set(wanted) <= set(codes)


def test_the_line_is_that_of_the_row(folder: Folder) -> None:
    folder.row("exchanges", "c2")["flow"] = "CH44"
    with pytest.raises(BackgroundError) as caught:
        folder.open()
    (found,) = caught.value.problems
    assert found.where.line == folder.line("exchanges", "c2")
    assert "CH4" in found.candidates


def test_a_study_folder_without_set_toml_is_a_draft_called_like_the_folder(folder: Folder) -> None:
    folder.toml = ""
    background = folder.open()
    assert (background.id, background.edition, background.draft) == ("碳足迹 测试", "", True)


def test_an_own_set_may_lean_on_the_one_beside_it(folder: Folder, tmp_path: Path) -> None:
    public = folder.open()
    own = type(folder)(
        tmp_path / "own",
        {
            "sources": [{"id": "mine", "document": "Own test", "confidence": "primary"}],
            "processes": [
                {**folder.row("processes", "lime-cn"), "id": "own-lime", "source": "mine"}
            ],
            "exchanges": [
                {**folder.row("exchanges", "l2"), "id": "o1", "process": "own-lime"}
                | {"provider": "coal-boiler", "source": "mine"}
            ],
        },
    )
    path = own.write()
    (path / "characterisation.toml").unlink()
    (path / "set.toml").unlink()
    problems: list[object] = []
    found = read_set(path, problems, beside=public)  # type: ignore[arg-type]
    assert problems == []
    assert [row.id for row in found.processes] == ["own-lime"]
    with pytest.raises(BackgroundError, match="product-not-listed"):
        open_background(folder=path)


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BackgroundError, match="file-missing"):
        open_background(folder=tmp_path / "nowhere")


def test_names_lead_to_products_exactly_or_not_at_all(folder: Folder) -> None:
    background = folder.open()
    assert background.products_called("ＱＵＩＣＫＬＩＭＥ") == ("lime",)
    assert background.products_called("生石灰") == ("lime",)
    assert background.products_called("quick lime") == ()
    assert background.near("quick lime") == ("lime",)


def test_search_finds_parts_of_names_in_either_language(folder: Folder) -> None:
    background = folder.open()

    def ids(words: str) -> list[str]:
        return [row.id for row in background.find(words)]

    assert ids("煤") == ["coal-boiler", "coal-mine"]
    assert ids("coal supply") == ["coal-mine"]
    assert ids("电") == ["grid-2023", "grid-2024"]
    assert ids("2024") == ["grid-2024"]
    assert ids("lime") == ["lime-cn"]
    assert ids("  ") == []
    assert isinstance(background, Background)


@pytest.mark.parametrize(
    ("table", "id_", "cells", "code"),
    [
        ("processes", "lime-cn", {"time_score": "0"}, "score-unfit"),
        ("processes", "lime-cn", {"time_score": "2.5"}, "score-unfit"),
        ("exchanges", "l1", {"pedigree": "1|2|3|4", "basic": "0.1"}, "pedigree-unfit"),
        ("exchanges", "l1", {"pedigree": "1|2|3|4|6", "basic": "0.1"}, "pedigree-unfit"),
        ("exchanges", "l1", {"pedigree": "1|2|3|4|5"}, "pedigree-unfit"),
        ("exchanges", "l1", {"basic": "0.1"}, "pedigree-unfit"),
        ("products", "lime", {"cbam": "perhaps"}, "choice-not"),
    ],
)
def test_a_score_a_pedigree_or_a_coverage_that_is_none(
    folder: Folder, table: str, id_: str, cells: dict[str, str], code: str
) -> None:
    folder.row(table, id_).update(cells)
    with pytest.raises(BackgroundError) as caught:
        folder.open()
    assert [each.code for each in caught.value.problems] == [code]


def test_a_pedigree_gives_the_spread_that_is_not_stated(folder: Folder) -> None:
    folder.row("exchanges", "l1").update({"pedigree": "2|3|1|1|3", "basic": "0.0006"})
    folder.row("exchanges", "l2").update(
        {"pedigree": "5|5|5|5|5", "basic": "0.0006", "spread": "lognormal", "low": "1.05"}
    )
    row = folder.open().row("lime-cn")
    assert row is not None
    spreads = {each.id: each.amount.spread for each in row.process.exchanges}
    # 0.0006 + 0.0006 + 0.0006 + 0.008, variances of the logarithm
    assert spreads["l1"] == Spread("lognormal", pytest.approx(math.exp(math.sqrt(0.0098))))
    assert spreads["l2"] == Spread("lognormal", 1.05)
    assert [each.row for each in row.judged] == ["l1", "l2"]
