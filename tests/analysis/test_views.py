"""Every view of a footprint shows the same numbers, grouped: sums hold, sources stand."""

from __future__ import annotations

import json
import math
import pickle
import re
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from pcf.analysis import compare, footprint
from pcf.analysis.contributions import Contributions
from pcf.errors import ModelError
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.declared import DeclaredUnit
from pcf.model.flows import ElementaryFlow
from pcf.model.labelled import from_matrices
from pcf.model.processes import unit_process

GASES = CharacterisationSet.of("AR6", {"CO2": 1, "CH4": 29.8, "CF4": 7380})


@pytest.mark.parametrize("view", ["by_stage", "by_gas", "by_process", "by_data"])
def test_the_parts_of_every_grouping_sum_to_the_total(result, view):
    parts = getattr(result, view)()
    assert sum(part.value for part in parts) == pytest.approx(result.total, rel=1e-12)


def test_lines_sum_to_the_total_too(result):
    assert sum(part.value for part in result.by_line() if part.counted) == pytest.approx(
        result.total, rel=1e-12
    )


def test_stages_and_gases_have_their_figures(result):
    stages = result.by_stage()
    assert stages["alumina"] == pytest.approx(1.9225 * 11.196 * (94.6 + 0.01 * 29.8), rel=1e-12)
    assert stages["electrolysis"] == pytest.approx(13599 * 0.5777 + 1424 + 0.0179 * 7380, rel=1e-12)
    assert result.by_gas()["CF4"] == pytest.approx(0.0179 * 7380)
    assert stages.share("alumina") == pytest.approx(stages["alumina"] / result.total)
    with pytest.raises(ModelError) as caught:
        stages["electrolisis"]
    assert caught.value.problems[0].candidates == ("electrolysis",)


def test_data_are_primary_only_where_amount_and_factor_are(result):
    by_data = result.by_data()
    own = 1424 + 0.0179 * 7380
    assert by_data["primary"] == pytest.approx(own)
    assert by_data["secondary"] == pytest.approx(13599 * 0.5777)
    assert by_data["not stated"] == pytest.approx(result.by_stage()["alumina"])


def test_the_printed_arithmetic_multiplies_and_adds_up(result):
    for topic, expected in (
        ("electricity", 13599 * 0.5777),
        ("电力", 13599 * 0.5777),
        ("alumina", result.by_stage()["alumina"]),
        ("CF4", 0.0179 * 7380),
    ):
        explanation = result.because_of(topic)
        printed = str(explanation).split("\n")
        form = r": ([\d.e+-]+) [^ ]+ x ([\d.e+-]+) kg CO2e/\w+ = ([\d.e+-]+) kg CO2e"
        figures = [[float(each) for each in re.search(form, row).groups()] for row in printed[:-1]]
        assert all(math.isclose(a * b, c, rel_tol=1e-9) for a, b, c in figures)
        total = float(re.fullmatch(r"sum: ([\d.e+-]+) kg CO2e", printed[-1])[1])
        assert sum(c for _, _, c in figures) == pytest.approx(total, rel=1e-9)
        assert explanation.total == pytest.approx(expected, rel=1e-9)


def test_the_arithmetic_names_both_sources(result):
    line = result.because_of("potline").lines[0]
    assert line.amount_source == "meter book, page 3"
    assert line.factor_source == "announcement, table 1, row 1"
    with pytest.raises(ModelError):
        result.because_of("steam")


def test_the_difference_names_what_differs_and_nothing_else(result, smelter):
    market = {"market": {"potline": (("wind", 1.0), ("transmission", 1.0))}}
    wind = footprint(smelter, ("1 t", "ingot"), GASES, electricity=market)
    change = wind - result
    assert [part.name for part in change.parts] == ["ingot: kWh at potline"]
    assert change.total == pytest.approx(-13599 * (0.5777 - 0.0651))
    assert ("electricity", "market", "location") in change.settings
    assert (result - result).parts == ()
    with pytest.raises(ModelError):
        result - footprint(smelter, ("1 kg", "ingot"), GASES, electricity=market)


def test_the_table_is_long_and_its_columns_are_stable(result):
    table = result.table()
    assert list(table.columns) == [
        "stage", "process", "exchange", "flow", "provider", "line", "gas", "in_total", "amount",
        "unit", "kg_co2e", "data", "source",
    ]  # fmt: skip
    assert table["kg_co2e"].sum() == pytest.approx(result.total)
    heat = table[table["flow"] == "coal heat"]
    assert set(heat["gas"]) == {"CO2", "CH4"}
    assert heat["amount"].unique().tolist() == [pytest.approx(1.9225 * 11.196)]


def test_a_loop_counts_once_in_direct_and_upstream():
    """bw_graph_tools' four-process case: 16.32 is the process's own, 8.16 that of one tree node."""
    power = unit_process("power", "1 kWh", takes={"fuel": "0.1 kg"}, emits={"CO2": "1 kg"})
    fuel = unit_process("fuel", "1 kg", takes={"power": "2 kWh"}, emits={"CO2": "0.5 kg"})
    got = footprint(product_system([power, fuel]), ("1 kWh", "power"), GASES)
    runs = 1 / (1 - 0.2)
    assert got.total == pytest.approx(runs * (1 + 0.05))
    processes = got.processes()
    assert processes["power: direct"] == pytest.approx(runs)
    assert processes["power: with upstream"] == pytest.approx(got.total)
    price_of_fuel = (0.5 + 2 * 1) / (1 - 0.2)
    passed = 0.1 * runs / runs  # fuel that enters from outside its own loop
    assert processes["fuel: with upstream"] == pytest.approx(price_of_fuel * passed)


def test_the_tree_starts_with_the_whole_and_converts_the_declared_unit(smelter):
    treatments = {"location": {"potline": (("average", 1.0),)}}
    kilogram = footprint(smelter, ("1 kg", "ingot"), GASES, electricity=treatments)
    tree = kilogram.tree(cutoff=0.05)
    assert tree.score == pytest.approx(kilogram.total)
    assert [node.process for node in tree.nodes] == ["ingot", "alumina", "coal heat"]


def test_the_largest_exchanges_come_first(result):
    largest = result.largest(2)
    assert [part.name for part in largest] == ["ingot: kWh at potline", "alumina: coal heat"]


def test_json_holds_the_number_unrounded_and_unknown_as_null(result):
    read = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    assert read["total"] == result.total
    assert read["interval_95"] is None
    assert read["credits"] is None
    assert read["by_stage"] == {part.name: part.value for part in result.by_stage()}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_names_which_total_it_shows_and_says_not_computed(result, language):
    shown = result.says(language)
    assert {"en": "not computed", "zh": "未计算"}[language] in shown
    assert {"en": "total including uptake", "zh": "含吸收的总量"}[language] in shown
    assert "AR6 (0/0)" in shown
    assert "11,4" in shown


def test_html_escapes_what_users_wrote():
    hostile = unit_process("<script>alert(1)</script>", "1 kg", emits={"CO2": "1 kg"}, stage="<b>")
    name = hostile.product
    shown = footprint(product_system([hostile]), ("1 kg", name), GASES)._repr_html_()
    assert "<script>" not in shown
    assert "<b>" not in shown


def test_a_footprint_crosses_a_process_pool(result):
    with ProcessPoolExecutor(1) as pool:
        back = pool.submit(_returned, result).result()
    assert back.total == result.total
    assert pickle.loads(pickle.dumps(back)).by_stage()["alumina"] == result.by_stage()["alumina"]  # noqa: S301 - our own


def _returned(value):
    return value


def test_footprints_stand_side_by_side(result):
    both = compare({"one": result, "two": result})
    assert both.totals == {"one": result.total, "two": result.total}
    assert both.rows()[-1][1] == both.rows()[-1][2]
    assert "<svg" in both._repr_html_()


def test_direct_and_upstream_of_many_processes_is_the_diagonal_of_the_inverse():
    """A ring of processes, more than are solved for at once, and some that are on no loop."""
    rng = np.random.default_rng(7)
    n = 150
    needs = np.tril(rng.uniform(0, 0.02, (n, n)), -1) * (rng.random((n, n)) < 0.2)
    needs[0, 99] = 0.3
    needs[np.arange(1, 100), np.arange(99)] = 0.4
    matrix = np.diag(rng.uniform(1, 3, n)) - needs
    co2 = ElementaryFlow("CO2", gas="CO2", line="fossil")
    names = [f"p{i}" for i in range(n)]
    system = from_matrices(matrix, np.ones((1, n)), products=names, processes=names, flows=[co2])
    got = footprint(system, DeclaredUnit(Amount(1.0, ""), "p0"), GASES)
    inverse = np.linalg.inv(matrix)
    price = inverse.sum(axis=0)
    processes = got.processes()
    for j in (0, 57, 99, 120, 149):
        expected = price[j] * inverse[j, 0] / inverse[j, j]
        assert processes[f"p{j}: with upstream"] == pytest.approx(expected, rel=1e-9)
    passing = np.argsort(-price * inverse[:, 0])[:3]
    names_shown = [part.name for part in got.processes(most=3)][1::2]
    assert names_shown == [f"p{j}: with upstream" for j in sorted(passing)]


def test_the_table_asks_once_what_counts(result, monkeypatch):
    """Once a row would be the square of the rows: minutes for a database."""
    asked = []
    whole = Contributions.in_total.fget
    monkeypatch.setattr(
        Contributions, "in_total", property(lambda self: asked.append(1) or whole(self))
    )
    assert len(result.table()) > len(asked)
    assert len(asked) <= 2


def test_the_prompt_shows_what_a_result_says(result):
    shown = (
        result,
        result.by_stage(),
        result.tree(),
        result - result,
        result.because_of("potline"),
    )
    for each in shown:
        assert repr(each) == each.says("en")
    assert repr(result.system).startswith("ProductSystem(")
    assert len(repr(result.system)) < 80


def test_the_arithmetic_speaks_chinese(result):
    said = result.because_of("potline").says("zh")
    assert "电表“potline”的电量" in said
    assert "合计：" in said


def test_the_stages_of_the_template_and_the_basis_speak_chinese():
    power = unit_process("power", "1 kWh", emits={"CO2": "1 kg"}, stage="production")
    unit = DeclaredUnit(Amount(1.0, "kWh"), "power", basis="gross mass")
    said = footprint(product_system([power]), unit, GASES).says("zh")
    assert "生产" in said
    assert "(实物量)" in said


@pytest.mark.parametrize("cutoff", [-0.1, 1.5, math.nan])
def test_a_cutoff_that_is_no_share_is_refused(result, cutoff):
    with pytest.raises(ModelError) as caught:
        result.tree(cutoff)
    assert caught.value.problems[0].code == "cutoff-range"
