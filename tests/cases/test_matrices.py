"""Cases of matrices and contributions with known answers, through the public interface.

Facts and figures are those of the sources named at each test, read in 2026; where no tolerance is
said it is 1e-9 relative and 1e-12 absolute.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.sparse import coo_array, eye_array

from pcf.analysis.tree import contribution_tree, link_shares
from pcf.inventory import as_process, characterise, intensities, normalise, solve, weigh
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.flows import ElementaryFlow
from pcf.model.labelled import from_matrices
from pcf.model.processes import Exchange, unit_process
from pcf.model.systems import CREDIT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem

E = ElementaryFlow("e")
OF_E = CharacterisationSet.of("e", {"e": 1})
CO2 = CharacterisationSet.of("CO2", {"CO2": 1})


def close(expected: object, *, rel: float = 1e-9) -> Any:
    """Return what equals `expected` within the tolerance of a case."""
    return pytest.approx(expected, rel=rel, abs=1e-12)


def system_of(technosphere: object, elementary: object = None, **options: Any) -> ProductSystem:
    """Return the system of matrices whose sides are numbered from 1."""
    sides = np.shape(technosphere)  # type: ignore[arg-type]
    flows = () if elementary is None else [f"flow {k + 1}" for k in range(len(elementary))]  # type: ignore[arg-type]
    labels = {
        "products": [f"product {i + 1}" for i in range(sides[0])],
        "processes": [str(j + 1) for j in range(sides[1])],
        "flows": flows,
    }
    return from_matrices(technosphere, elementary, **(labels | options))  # type: ignore[arg-type]


def per_run(system: ProductSystem, characterisation: CharacterisationSet) -> NDArray[np.float64]:
    """Return what one run of each process counts by itself."""
    return np.asarray(characterise(system, characterisation).sum(axis=0))


def test_mx_001_electricity_and_fuel() -> None:
    """Heijungs and Suh, The Computational Structure of LCA (Kluwer 2002), chapter 2."""
    system = from_matrices(
        [[-2, 100], [10, 0]],
        [[1, 10], [0.1, 2], [0, -50]],
        products=["fuel", "electricity"],
        processes=["electricity", "fuel"],
        flows=["CO2", "SO2", "crude oil"],
        product_units=["L", "kWh"],
        flow_units=["kg", "kg", "L"],
    )
    inventory = solve(system, {"electricity": 1000})
    assert [inventory.scaling_of(each) for each in ("electricity", "fuel")] == close([100, 2])
    amounts = [inventory.amount(flow) for flow in ("CO2", "SO2", "crude oil")]
    assert amounts == close([120, 14, -100])


def test_mx_003_supply_and_inverse() -> None:
    """brightway2-calc, test_lca.py, basic_fixture (commit 4e0682a)."""
    system = system_of([[1, 0], [-0.5, 1]], [[1, 0]])
    columns = [solve(system, {f"product {i}": 1}).scaling for i in (1, 2)]
    assert columns[0].tolist() == close([1, 0.5])
    assert columns[1].tolist() == close([0, 1])


def test_mx_004_normalisation_by_flow_and_weighting() -> None:
    """brightway2-calc, test_lca_with_weighting_and_normalization (commit 4e0682a)."""
    system = system_of([[1, 0], [-0.5, 1]], [[1, 0], [0, 2]])
    runs = solve(system, {"product 1": 1}).scaling
    characterised = characterise(system, CharacterisationSet.of("own", {"flow 1": 1, "flow 2": 10}))
    assert (characterised @ runs).sum() == close(11)
    normalised = normalise(system, characterised, {"flow 1": 10, "flow 2": 4})
    score = float((normalised @ runs).sum())
    assert score == close(50)
    assert weigh({"only": score}, {"only": 8}) == close(400)


def test_mx_008_tree_of_a_cyclic_system() -> None:
    """bw_graph_tools, test_normal_traversal (commit 72f2359); flows count 2 each.

    8.16 is the direct value of the first node; the process's own, loops included, is 16.32.
    """
    system = system_of(
        [[2, -2, 0, 0], [-1, 2, 0, 0], [0, -4, 1, 0], [0, 0, 0, 1]],
        [[0.5, 1, 0, 0], [0, 0.02, 0.01, 0.02]],
    )
    twice = CharacterisationSet.of("twice", {"flow 1": 2, "flow 2": 2})
    weights = per_run(system, twice)
    tree = contribution_tree(system, {"product 2": 8}, weights, cutoff=0)
    first = tree.nodes[0]
    assert (tree.score, first.cumulative) == (close(24.96), close(24.96))
    assert (first.process, first.direct_of_node) == ("2", close(8.16))
    assert tree.direct_by_process["2"] == close(16.32)
    below = {node.process: node for node in tree.children(0)}
    assert below["1"].cumulative == close(16.48)
    assert below["3"].cumulative == close(0.32)
    assert set(below) == {"1", "3"}


def test_mx_010_linear_chain() -> None:
    """volca, test/GoldenData.hs, SAMPLE.min3 (commit c45745a)."""
    needs = np.array([[0, 0, 0], [0.6, 0, 0], [0, 0.4, 0]])
    system = system_of(np.eye(3) - needs, [[0, 0, 4], [0, 0, 0.003]])
    inventory = solve(system, {"product 1": 1})
    assert inventory.scaling.tolist() == close([1, 0.6, 0.24])
    assert inventory.amount("flow 1") == close(0.96)
    assert inventory.amount("flow 2") == close(0.00072)


def test_mx_011_units_differ_along_the_chain() -> None:
    """volca, test-data/expected-results.md (commit c45745a); SO2 is a flow of one's own."""
    so2 = ElementaryFlow("SO2")
    system = product_system(
        [
            unit_process(
                "steel", "2.2 lb", takes={"electricity": "7.2 MJ"}, emits={"CO2": "1.8 kg"}
            ),
            unit_process(
                "electricity",
                "1 kWh",
                takes={"coal": "1.1 lb"},
                emits={"CO2": "0.9 kg", so2: "0.01 kg"},
            ),
            unit_process("coal", "2.2 lb", emits={"CO2": "0.1 kg"}),
        ]
    )
    inventory = solve(system, {"steel": 2.2})
    assert inventory.amount("CO2, fossil") == close(3.7)
    assert inventory.amount("SO2") == close(0.02)


def test_mx_014_shares_of_a_provider_over_its_buyers() -> None:
    """openLCA olca-modules, LinkContributionsTest (commit a20094a)."""
    system = system_of([[1, 0, 0, 0], [-0.5, 1, 0, 0], [-0.5, 0, 1, 0], [0, -0.5, -0.5, 1]])
    inventory = solve(system, {"product 1": 1})
    assert inventory.scaling.tolist() == close([1, 0.5, 0.5, 0.5])
    shares = link_shares(inventory).toarray()
    buys = {(1, 2): 1, (1, 3): 1, (2, 4): 0.5, (3, 4): 0.5, (1, 4): 0}
    for (buyer, provider), share in buys.items():
        assert shares[provider - 1, buyer - 1] == close(share)


def test_mx_015_two_units_of_each_product_of_a_chain() -> None:
    """openLCA olca-modules, DemandTest (commit a20094a)."""
    system = system_of([[1, 0, 0], [-1, 1, 0], [0, -1, 1]], [[1, 1, 1]])
    amounts = [solve(system, {f"product {i}": 2}).amount("flow 1") for i in (1, 2, 3)]
    assert amounts == close([6, 4, 2])


def test_mx_016_nested_product_systems() -> None:
    """openLCA olca-modules, SubResultsTest (commit a20094a): A 1 -> 2 B 0.5 -> 2 C."""
    a = unit_process("A", "1 kg", emits={"CO2": "1 kg"})
    b = unit_process("B", "0.5 kg", takes={"A": "2 kg"}, emits={"CO2": "1 kg"})
    c = unit_process("C", "1 kg", takes={"B": "2 kg"}, emits={"CO2": "1 kg"})
    inner = as_process(product_system([a, b]), "B")
    assert [str(each.amount) for each in inner.exchanges] == ["3 kg"]
    nested = solve(product_system([inner, c]), {"C": 1})
    assert nested.amount("CO2, fossil") == close(13)
    assert nested.scaling_of("B") == close(4)
    flat = solve(product_system([a, b, c]), {"C": 1})
    assert flat.by_process("CO2, fossil") == close({"A": 8, "B": 4, "C": 1})


def test_mx_016_the_same_as_a_matrix() -> None:
    system = system_of([[1, -2, 0], [0, 0.5, -2], [0, 0, 1]], [[1, 1, 1]])
    inventory = solve(system, {"product 3": 1})
    assert list(inventory.by_process("flow 1").values()) == close([8, 4, 1])


def test_mx_018_an_avoided_product_and_an_avoided_treatment() -> None:
    """openLCA olca-modules, AvoidedFlowsTest (commit a20094a)."""
    product = product_system(
        [
            unit_process("p1", "1 kg", emits={"CO2": "2 kg"}, avoids={"p2": "0.5 kg"}),
            unit_process("p2", "1 kg", emits={"CO2": "2 kg"}),
        ]
    )
    assert solve(product, {"p1": 1}).amount("CO2, fossil") == close(1)
    avoided = Exchange("w", Amount(0.5, "kg"), "input", "credit")
    maker = unit_process("p", "1 kg", emits={"CO2": "2 kg"})
    maker = replace(maker, exchanges=(*maker.exchanges, avoided))
    treatment = unit_process("treatment", ("w", "1 kg"), treats=True, emits={"CO2": "2 kg"})
    waste = product_system([maker, treatment])
    assert solve(waste, {"p": 1}).amount("CO2, fossil") == close(1)
    for system, name in ((product, "p1"), (waste, "p")):
        assert intensities(system, CO2)[system.index(name)] == close(1)
        assert solve(system, {name: 1}, credits=False).amount("CO2, fossil") == close(2)


def test_mx_028_forty_links_in_a_row() -> None:
    """openLCA olca-modules, LinkContributionsTest.testBandMatrix (commit a20094a)."""
    n = 40
    system = system_of(np.eye(n) - np.eye(n, k=-1))
    inventory = solve(system, {"product 1": 1})
    assert inventory.scaling.sum() == close(40)
    assert (inventory.scaling.min(), inventory.scaling.max()) == (close(1), close(1))
    shares = link_shares(inventory)
    assert shares.nnz == n - 1
    assert shares.data.tolist() == close([1.0] * (n - 1))


def test_mx_029_a_calculated_result_as_provider() -> None:
    """openLCA olca-modules, LinkedResultTest (commit a20094a): 2 of what counts 21."""
    result = unit_process("product2", "1 kg", emits={"CO2e": "21 kg CO2e"})
    system = product_system([result, unit_process("own", "1 kg", takes={"product2": "2 kg"})])
    assert intensities(system, CO2)[1] == close(42)


def test_mx_029_a_system_in_a_system() -> None:
    """openLCA olca-modules, SystemInSystemTest (commit a20094a)."""
    p = as_process(product_system([unit_process("P", "1 kg", emits={E: "21 kg"})]), "P")
    q = unit_process("Q", "1 kg", takes={"P": "1 kg"}, emits={E: "21 kg"})
    assert solve(product_system([p, q]), {"Q": 1}).amount("e") == close(42)


def test_mx_029_what_enters_and_leaves_in_one_process_is_zero() -> None:
    """openLCA olca-modules, InventoryZeroTest (commit a20094a)."""
    taken = ElementaryFlow("e", direction="input")
    system = product_system([unit_process("p", "1 kg", emits={E: "1 kg", taken: "1 kg"})])
    assert len(system.elementary) == 2
    assert solve(system, {"p": 1}).amount("e") == 0
    assert intensities(system, OF_E)[0] == 0


def test_io_001_two_sectors_and_their_labour() -> None:
    """Miller and Blair, Input-Output Analysis, 2nd edition (2009), tables 2.3 and 2.4.

    The published figures are rounded: 1e-5 relative. The coefficients A = Z / x are made here.
    """
    flows, output = np.array([[150, 500], [200, 100]]), np.array([1000, 2000])
    coefficients = flows / output
    assert coefficients.ravel().tolist() == close([0.15, 0.25, 0.2, 0.05])
    system = system_of(np.eye(2) - coefficients, [[0.3, 0.25]], flows=["labour"])
    for j, column in ((1, [1.25412541, 0.2640264]), (2, [0.330033, 1.12211221])):
        runs = solve(system, {f"product {j}": 1}).scaling
        assert runs.tolist() == close(column, rel=1e-5)
    base = solve(system, {"product 1": 350, "product 2": 1700})
    assert base.scaling.tolist() == close([1000, 2000])
    new_output = np.array([1247.5, 1841.6])
    final = (np.eye(2) - coefficients) @ new_output
    assert final.tolist() == pytest.approx([600, 1500], rel=1e-4)
    new = solve(system, {"product 1": final[0], "product 2": final[1]})
    assert list(new.by_process("labour").values()) == close([374.25, 460.4], rel=1e-5)


@pytest.fixture(scope="module")
def uslci(peer_data: Callable[[str], Path]) -> ProductSystem:
    """Return the 746 processes of the U.S. Life Cycle Inventory database as a system."""
    with np.load(peer_data("cases/data/uslci_746_matrices.npz"), allow_pickle=False) as held:
        data = {name: held[name] for name in held.files}
    n, k = (int(each) for each in data["shape"])
    needs = coo_array((data["A_val"], (data["A_row"], data["A_col"])), shape=(n, n))
    parts = ("flow", "flow_compartment", "flow_subcompartment")
    return from_matrices(
        eye_array(n) - needs,
        coo_array((data["S_val"], (data["S_row"], data["S_col"])), shape=(k, n)),
        products=data["process"].tolist(),
        processes=data["process"].tolist(),
        flows=[" | ".join(labels) for labels in zip(*(data[each] for each in parts), strict=True)],
        product_units=data["process_unit"].tolist(),
        flow_units=data["flow_unit"].tolist(),
    )


DB_001 = {
    "Electricity, bituminous coal, at power plant/US": 1.0334058773332062,
    "Electricity, at eGrid, CAMX, 2008/RNA U": 0.3885518647337897,
    "Electricity, at grid, Eastern US, 2000/RNA U": 0.7753501110907615,
}


def test_db_001_fossil_co2_of_us_electricity(uslci: ProductSystem) -> None:
    """USLCI matrices of the LCA Textbook (Matthews, Hendrickson, Matthews), cleaned by P. Wolfram.

    1 kWh is 3.6 MJ; both rows of fossil CO2 count; 1e-7 relative. Direct 0.99407 kg/kWh is the unit
    process itself.
    """
    fossil = [flow.id for flow in uslci.elementary if flow.id.startswith("Carbon dioxide, fossil")]
    assert len(fossil) == 2
    counted = CharacterisationSet.of("fossil CO2", dict.fromkeys(fossil, 1.0))
    price = intensities(uslci, counted)
    for process, expected in DB_001.items():
        inventory = solve(uslci, {process: 3.6})
        assert sum(inventory.amount(flow) for flow in fossil) == close(expected, rel=1e-7)
        assert 3.6 * price[uslci.index(process)] == close(expected, rel=1e-7)
    coal = next(iter(DB_001))
    direct = 3.6 * per_run(uslci, counted)[uslci.index(coal)]
    assert direct == close(0.99407, rel=1e-7)


def test_db_001_has_three_columns_with_credits(uslci: ProductSystem) -> None:
    """A second positive entry is an avoided product, not a co-product and not an emission."""
    turned = {
        str(uslci.processes.ids[p]) for p in uslci.exchanges.process[uslci.exchanges.kind == CREDIT]
    }
    assert turned == {
        "Electricity, at eGrid, RFCM, 2008/RNA U",
        "Electricity, at eGrid, SPNO, 2008/RNA U",
        "Zinc, sheet/GLO",
    }
