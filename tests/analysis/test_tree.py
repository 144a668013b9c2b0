"""The contribution tree: what lies behind a purchase, what a node emits, what a process emits."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.analysis.tree import contribution_tree, link_shares
from pcf.errors import ModelError, SolveError
from pcf.inventory import characterise, solve
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import unit_process
from pcf.testing import assert_equal_numbers, product_systems

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.analysis.tree import ContributionTree
    from pcf.model.systems import ProductSystem

OWN = CharacterisationSet.of("own", {"CO2": 1, "CH4": 29.8}, convention="-1/+1")


def weights(system: ProductSystem) -> NDArray[np.float64]:
    """Return what one run of each process counts by itself."""
    return np.asarray(characterise(system, OWN).sum(axis=0))


def parts(tree: ContributionTree) -> float:
    """Return the size of all terms, against which rounding is measured."""
    return sum(abs(node.direct_of_node) + abs(node.rest) for node in tree.nodes)


@given(product_systems(), st.floats(0.001, 0.3))
def test_direct_values_of_nodes_and_rests_sum_to_the_score(
    system: ProductSystem, cutoff: float
) -> None:
    tree = contribution_tree(system, {"p0": 3.0}, weights(system), cutoff=cutoff, most=200)
    summed = sum(node.direct_of_node + node.rest for node in tree.nodes)
    assert abs(summed - tree.score) <= 1e-9 * parts(tree) + 1e-300


@given(product_systems(credits=False))
def test_the_score_and_each_process_are_those_of_the_inventory(system: ProductSystem) -> None:
    per_run = weights(system)
    tree = contribution_tree(system, {"p0": 3.0}, per_run)
    runs = solve(system, {"p0": 3.0}).scaling
    ids = system.processes.ids.tolist()
    direct = [tree.direct_by_process.get(id_, 0.0) for id_ in ids]
    assert_equal_numbers(direct, per_run * runs)
    assert_equal_numbers(tree.score, float(per_run @ runs), largest=float(np.abs(direct).max()))


@given(product_systems())
def test_with_credits_the_root_is_the_net_score(system: ProductSystem) -> None:
    tree = contribution_tree(system, {"p0": 3.0}, weights(system), credits=True)
    net = float(weights(system) @ solve(system, {"p0": 3.0}).scaling)
    size = sum(map(abs, tree.direct_by_process.values()))
    assert_equal_numbers(tree.nodes[0].cumulative, net, largest=size)


def chain() -> ProductSystem:
    """Return steel from power from coal, with a trickle of oil."""
    return product_system(
        [
            unit_process("oil", "1 kg", emits={"CO2": "1 kg"}),
            unit_process("coal", "1 kg", emits={"CO2": "0.1 kg"}),
            unit_process("power", "1 kWh", takes={"coal": "0.5 kg"}, emits={"CO2": "0.95 kg"}),
            unit_process(
                "steel", "2 t", takes={"power": "200 kWh", "oil": "1 kg"}, emits={"CO2": "99 kg"}
            ),
        ]
    )


def test_branches_below_the_cut_off_are_in_the_rest() -> None:
    tree = contribution_tree(chain(), {"steel": 2.0}, weights(chain()), cutoff=0.01)
    found = [(node.process, node.depth, node.parent, node.amount) for node in tree.nodes]
    assert found == [("steel", 0, None, 2.0), ("power", 1, 0, 200.0), ("coal", 2, 1, 100.0)]
    steel, power, _ = tree.nodes
    assert (steel.cumulative, steel.direct_of_node, steel.rest) == pytest.approx((300, 99, 1))
    assert (power.cumulative, power.share) == pytest.approx((200, 2 / 3))
    assert tree.children(0) == (power,)
    assert tree.children() == (steel,)


def test_without_a_cut_off_everything_is_there_larger_branches_first() -> None:
    tree = contribution_tree(chain(), {"steel": 2.0}, weights(chain()), cutoff=0.0)
    assert [node.process for node in tree.nodes] == ["steel", "power", "coal", "oil"]
    assert all(node.rest == pytest.approx(0, abs=1e-12) for node in tree.nodes)


def test_the_largest_branches_are_kept_when_there_are_too_many() -> None:
    tree = contribution_tree(chain(), {"steel": 2.0}, weights(chain()), cutoff=0.0, most=2)
    assert [node.process for node in tree.nodes] == ["steel", "power"]
    assert tree.nodes[1].rest == pytest.approx(10)


def test_a_tree_as_deep_as_its_limit_is_no_recursion() -> None:
    rows = [unit_process("p0", "1 kg", emits={"CO2": "1 kg"})]
    rows += [unit_process(f"p{i}", "1 kg", takes={f"p{i - 1}": "1 kg"}) for i in range(1, 1500)]
    system = product_system(rows)
    tree = contribution_tree(system, {"p1499": 1.0}, weights(system), most=1400)
    assert tree.nodes[-1].depth == 1399
    assert pickle.loads(pickle.dumps(tree)) == tree  # noqa: S301 - our own bytes
    assert len(str(tree).splitlines()) == 1402


def test_a_waste_branch_is_counted_in_waste_treated() -> None:
    works = unit_process("works", "1 t", sends={"ash": "3 kg"})
    landfill = unit_process("landfill", ("ash", "2 kg"), treats=True, emits={"CO2": "4 kg"})
    system = product_system([works, landfill])
    node = contribution_tree(system, {"works": 1.0}, weights(system)).nodes[1]
    assert (node.process, node.amount, node.cumulative) == ("landfill", 3.0, 6.0)


def test_credits_are_followed_only_when_asked_for() -> None:
    heat = unit_process("heat", "1 GJ", emits={"CO2": "60 kg"})
    power = unit_process("power", "1 kWh", avoids={"heat": "2 GJ"}, emits={"CO2": "100 kg"})
    system = product_system([heat, power])
    gross = contribution_tree(system, {"power": 1.0}, weights(system))
    assert (gross.score, len(gross.nodes)) == (100.0, 1)
    net = contribution_tree(system, {"power": 1.0}, weights(system), credits=True)
    assert (net.score, net.nodes[1].amount, net.nodes[1].cumulative) == (-20.0, -2.0, -120.0)


def test_several_reference_flows_are_several_roots() -> None:
    asked = {"steel": 2.0, "coal": 10.0}
    tree = contribution_tree(chain(), asked, weights(chain()), cutoff=0.2)
    assert [node.process for node in tree.children()] == ["steel", "coal"]
    assert tree.score == pytest.approx(301)


def test_a_score_of_zero_has_no_shares() -> None:
    system = product_system([unit_process("rest", "1 kg")])
    tree = contribution_tree(system, {"rest": 1.0}, weights(system))
    assert (tree.score, tree.nodes[0].share) == (0.0, None)
    assert "unknown" in str(tree)


def test_a_loop_that_consumes_what_it_makes_is_refused() -> None:
    rows = [
        unit_process("a", "1 kg", takes={"b": "2 kg"}, emits={"CO2": "1 kg"}),
        unit_process("b", "1 kg", takes={"a": "1 kg"}),
    ]
    system = product_system(rows)
    with pytest.raises(SolveError) as caught:
        contribution_tree(system, {"a": 1.0}, weights(system))
    assert caught.value.problems[0].code == "loop-consumes"
    with pytest.raises(ModelError):
        contribution_tree(system, {"c": 1.0}, weights(system))


@pytest.mark.parametrize(("language", "heading"), [("en", "process"), ("zh", "过程")])
def test_it_shows_itself_as_a_table_in_both_languages(language: str, heading: str) -> None:
    shown = contribution_tree(chain(), {"steel": 2.0}, weights(chain())).says(language)  # type: ignore[arg-type]
    head, _, *rows = shown.splitlines()
    assert head.startswith(heading)
    assert [row.split("  ")[0] for row in rows] == ["steel", "· power", "· · coal"]
    assert "66.7%" in rows[1]


def test_shares_of_a_product_over_its_buyers_sum_to_one_less_the_reference_flow() -> None:
    system = chain()
    shares = link_shares(solve(system, {"steel": 4.0, "coal": 100.0})).toarray()
    assert shares[1].tolist() == [0, 0, 200 / 300, 0]  # coal: 200 to power, 100 delivered
    assert shares[2].tolist() == [0, 0, 0, 1]
    assert not shares[3].any()


def test_processes_that_do_not_run_have_no_shares() -> None:
    assert link_shares(solve(chain(), {"oil": 1.0})).nnz == 0
