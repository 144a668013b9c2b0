"""Scenarios are variations, computed one by one, by whomever; and cheaper for it, never other."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcf.errors import ModelError, StudyProblems
from pcf.inventory import solved
from pcf.model.amounts import Amount
from pcf.model.declared import Exclusion
from pcf.model.nearby import Nearby

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.study import Study

    BothWays = Callable[[dict[str, Any]], tuple[Footprint, Footprint]]

AXES = {"anode_use": ["470 t", 490], "potline 1": ["wind", "hydro"]}


@pytest.fixture
def updating(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the smallest system count as large, so that variations are solved by way of the study."""
    monkeypatch.setattr(solved, "PAYS", 0)
    monkeypatch.setattr("pcf.study.scenarios.PAYS", 0)


def test_a_sweep_is_the_study_varied_value_by_value(smelter: Study, background: Background) -> None:
    found = smelter.sweep(background, "anode_use", ["470 t", "480 t", 490])
    assert found.axes == ("anode_use",)
    assert list(found.totals) == ["470 t", "480 t", "490"]
    for value, scenario in zip(["470 t", "480 t", 490], found, strict=True):
        expected = smelter.varying(parameters={"anode_use": value}).footprint(background)
        assert scenario.total == expected.total
        assert sum(scenario.stages.values()) == pytest.approx(expected.total)
    assert found.base.total == found["480 t"].total == smelter.footprint(background).total
    assert found.least().name == "470 t"


def test_a_grid_has_every_combination_the_last_axis_fastest(
    smelter: Study, background: Background
) -> None:
    found = smelter.grid(background, AXES)
    assert [tuple(each.settings.values()) for each in found] == [
        ("470 t", "wind"),
        ("470 t", "hydro"),
        ("490", "wind"),
        ("490", "hydro"),
    ]
    for each, use, source in zip(found, [470, 470, 490, 490], ["wind", "hydro"] * 2, strict=True):
        one = smelter.varying(parameters={"anode_use": use}, electricity={"potline 1": source})
        assert each.total == one.footprint(background).total


def test_named_scenarios_take_what_varying_takes(smelter: Study, background: Background) -> None:
    changes = {
        "wind": {"electricity": {"potline 1": "wind"}},
        "more": {"alternative": "more anodes", "rows": {"metal": "1 t"}},
    }
    found = smelter.scenarios(background, changes)
    for name, change in changes.items():
        assert found[name].total == smelter.varying(**change).footprint(background).total
    with pytest.raises(ModelError) as caught:
        found["win"]
    assert caught.value.problems[0].candidates == ("wind",)


@pytest.mark.parametrize("axis", ["convention", "characterisation", "alternative", "period"])
def test_settings_are_axes_too(smelter: Study, background: Background, axis: str) -> None:
    value = {
        "convention": "-1/+1",
        "characterisation": "AR5",
        "alternative": "more anodes",
        "period": "2024",
    }[axis]
    (found,) = smelter.sweep(background, axis, [value])
    assert found.total == smelter.varying(**{axis: value}).footprint(background).total


class Watched(Executor):
    """Gives its work to another, and remembers what became of it."""

    def __init__(self, pool: Executor) -> None:
        self.pool, self.futures = pool, []

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future:
        self.futures.append(self.pool.submit(function, *args, **kwargs))
        return self.futures[-1]

    @property
    def did_it_all(self) -> bool:
        """Whether nothing came back to be done here."""
        return len(self.futures) == 4 and all(each.exception() is None for each in self.futures)


def test_any_executor_gives_the_same_bits(
    smelter: Study, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pcf.study.scenarios.AT_ONCE", 1)
    alone = smelter.grid(background, AXES)
    spawn = multiprocessing.get_context("spawn")
    for pool in (ThreadPoolExecutor(2), ProcessPoolExecutor(2, mp_context=spawn)):
        with pool:
            watched = Watched(pool)
            assert tuple(smelter.grid(background, AXES, executor=watched)) == tuple(alone)
            assert watched.did_it_all


@pytest.mark.usefixtures("updating")
def test_solved_by_way_of_the_study_it_is_the_same_to_ten_digits(
    smelter: Study, background: Background
) -> None:
    held = smelter.footprint(background)
    assert smelter.nearby.system is not None
    assert held.total == smelter.footprint(background).total
    found = smelter.grid(background, AXES)
    for each, use, source in zip(found, [470, 470, 490, 490], ["wind", "hydro"] * 2, strict=True):
        varied = smelter.varying(parameters={"anode_use": use}, electricity={"potline 1": source})
        fresh = replace(varied, nearby=Nearby()).footprint(background)
        assert each.total == pytest.approx(fresh.total, rel=1e-10)


GAS = "natural gas, burnt in industrial furnace"
VARIATIONS = st.fixed_dictionaries(
    {
        "rows": st.dictionaries(
            st.sampled_from(["gas", "cf4", "potline 2024-01"]), st.floats(0.7, 1.3), max_size=2
        ),
        "parameters": st.fixed_dictionaries({"anode_use": st.floats(400, 500)}),
        "electricity": st.sampled_from(["location", "physical", {"potline 1": "wind"}]),
        "alternative": st.sampled_from([(), ("more anodes",)]),
        "excluded": st.booleans(),
    }
)


@pytest.fixture
def both_ways(
    smelter: Study,
    background: Background,
    updating: None,  # noqa: ARG001 - what it sets holds for the test
) -> Iterator[BothWays]:
    """Return a function that varies the smelter and solves it by way of it, and anew."""
    own = replace(smelter, site_totals=(), nearby=Nearby())  # totals are of the rows as they stand
    held = own.footprint(background)
    amounts = {row.id: row.amount for row in own.activity if row.amount.value is not None}
    gap = Exclusion("cast house", GAS, Amount(100.0, "kg CO2e/GJ"), "as if it had no factor")

    def compute(changes: dict[str, Any]) -> tuple[Footprint, Footprint]:
        changes = dict(changes)
        shares = changes.pop("rows")
        rows = {
            id_: Amount(amounts[id_].value * share, amounts[id_].unit)
            for id_, share in shares.items()
        }
        if changes.pop("excluded"):
            changes["exclusions"] = (*own.exclusions, gap)
        varied = own.varying(rows=rows, **changes)
        assert varied.nearby.system is held.system
        return varied.footprint(background), replace(varied, nearby=Nearby()).footprint(background)

    yield compute
    assert own.nearby.system is held.system


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=VARIATIONS)
def test_varying_by_way_of_the_study_equals_a_fresh_solve(
    both_ways: BothWays, changes: dict[str, Any]
) -> None:
    """Amounts, formulas, electricity, rows of an alternative, exclusions: ten digits."""
    by_way, fresh = both_ways(changes)
    for name in ("total", "total_including_uptake", "share_excluded", "unsplit"):
        one, other = getattr(by_way, name), getattr(fresh, name)
        assert one == other or one == pytest.approx(other, rel=1e-10)
    for name in ("lines", "treatments", "scaling"):
        assert getattr(by_way, name) == pytest.approx(getattr(fresh, name), rel=1e-10)
    assert by_way.checks.residual <= 1e-12


def test_a_study_travels_without_what_is_near(smelter: Study, background: Background) -> None:
    own = replace(smelter, nearby=Nearby())
    held = own.footprint(background)
    again = pickle.loads(pickle.dumps(own))  # noqa: S301 - its own bytes
    assert (again, again.nearby.system) == (own, None)
    assert own.nearby.system is held.system


@pytest.mark.parametrize(
    ("axes", "codes"),
    [
        ({"anode_used": ["1 t"]}, ["axis-unknown"]),
        ({"anode_use": []}, ["axis-empty"]),
        ({}, ["scenarios-none"]),
        ({"anode_use": ["1 kWh"], "nothing": [1]}, ["axis-unknown"]),
        ({"anode_use": ["1 kWh", "470 t"]}, ["parameter-dimension"]),
        ({"convention": ["0/0", "1/1"]}, ["convention-unknown"]),
    ],
)
def test_what_cannot_be_varied_is_refused_with_all_problems(
    smelter: Study, background: Background, axes: dict[str, list[object]], codes: list[str]
) -> None:
    with pytest.raises(StudyProblems) as caught:
        smelter.grid(background, axes)
    assert [each.code for each in caught.value.problems] == codes


def test_a_problem_says_in_which_scenario_it_is(smelter: Study, background: Background) -> None:
    with pytest.raises(StudyProblems) as caught:
        smelter.scenarios(background, {"good": {}, "bad": {"electricity": "nonsense"}})
    assert all(each.where.item.startswith("bad") for each in caught.value.problems)
    with pytest.raises(StudyProblems) as caught:
        smelter.scenarios(background, {})
    assert caught.value.problems[0].code == "scenarios-none"


def test_the_table_shows_settings_totals_and_stages_in_both_languages(
    smelter: Study, background: Background
) -> None:
    found = smelter.grid(background, AXES)
    assert {"anode_use", "potline 1", "total", "change"} <= set(found.table().columns)
    assert len(found.table()) == len(found) == 4
    assert "as it stands" in str(found)
    assert "现状" in found.says("zh")
    assert found._repr_html_().count("<tr") >= 5
    named = smelter.scenarios(background, {"wind": {"electricity": {"potline 1": "wind"}}})
    assert "wind" in repr(named)


@pytest.mark.dask
@pytest.mark.filterwarnings("ignore::Warning")  # dask and its servers warn of their own
def test_a_dask_cluster_computes_the_same_scenarios(
    smelter: Study, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import Client, LocalCluster  # noqa: PLC0415 - the extra `dask`

    monkeypatch.setattr("pcf.study.scenarios.AT_ONCE", 1)
    alone = smelter.grid(background, AXES)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        watched = Watched(client.get_executor())
        assert tuple(smelter.grid(background, AXES, executor=watched)) == tuple(alone)
        assert watched.did_it_all
