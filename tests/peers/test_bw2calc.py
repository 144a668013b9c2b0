"""The same systems solved by bw2calc agree: drawn ones, and a real database of 746 processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.sparse import coo_array, csc_array, eye_array

from pcf.inventory import assemble, factorise, intensities, solve
from pcf.model.characterisation import CharacterisationSet
from pcf.model.labelled import from_matrices
from pcf.testing import assert_equal_numbers, product_systems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem

bw_processing = pytest.importorskip("bw_processing", reason="bw2calc (extra bench) is not here")
bw2calc = pytest.importorskip("bw2calc", reason="bw2calc (extra bench) is not here")

OWN = CharacterisationSet.of("own", {"CO2": 1, "CH4": 29.8, "water": 0.5}, convention="-1/+1")
FACTORS = {"CO2, fossil": 1.0, "CH4, fossil": 29.8, "CO2, taken up": 1.0, "water": 0.5}
PRODUCTS, FLOWS = 100_000, 200_000
"""Offsets that keep bw2calc's ids of products and flows from those of processes."""


def package(
    technosphere: csc_array[np.float64], elementary: object, factors: Sequence[float]
) -> object:
    """Return a data package in memory of the two matrices, signed, and one factor a flow."""
    made = bw_processing.create_datapackage()
    for matrix, name, offset in (
        (technosphere, "technosphere_matrix", PRODUCTS),
        (elementary, "biosphere_matrix", FLOWS),
    ):
        entries = coo_array(matrix)
        rows, columns = (np.asarray(each, dtype=np.int64) for each in entries.coords)
        made.add_persistent_vector(
            matrix=name,
            indices_array=_pairs(rows + offset, columns),
            data_array=np.asarray(entries.data),
            flip_array=np.zeros(len(rows), dtype=bool),
        )
    flows = np.arange(len(factors), dtype=np.int64) + FLOWS
    made.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=_pairs(flows, np.zeros_like(flows)),
        data_array=np.asarray(factors, dtype=np.float64),
    )
    return made


def _pairs(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.void]:
    return np.array(
        list(zip(rows.tolist(), columns.tolist(), strict=True)), dtype=bw_processing.INDICES_DTYPE
    )


# A drawn system may emit nothing, of which bw2calc warns; then only the supply is compared.
@pytest.mark.filterwarnings("ignore:No valid biosphere flows found:UserWarning")
@settings(max_examples=30)  # bw2calc takes a third of a second each
@given(product_systems())
def test_drawn_systems_agree(system: ProductSystem) -> None:
    """Loops, reference amounts other than one, treatments, credits; condition below 1e6."""
    matrices = assemble(system)
    factors = [FACTORS[flow.id] for flow in system.elementary]
    held = package(matrices.technosphere, matrices.elementary, factors)
    asked = -2.0 if system.processes.treats[0] else 2.0
    peer = bw2calc.LCA({PRODUCTS: asked}, data_objs=[held])
    peer.lci()
    ours = solve(system, {"p0": 2.0})
    order = [peer.dicts.activity[j] for j in range(len(system.processes))]
    theirs = np.atleast_1d(peer.supply_array)  # of one process bw2calc makes a bare number
    assert_equal_numbers(ours.scaling, theirs[order])
    if matrices.elementary.nnz:
        peer.lcia()
        # What a run counts times the largest supply: a credit may leave next to nothing of another.
        per_run = (peer.characterization_matrix @ peer.biosphere_matrix).data
        terms = np.abs(per_run).max(initial=0.0) * np.abs(theirs).max()
        score = 2.0 * intensities(system, OWN)[0]
        assert_equal_numbers(score, peer.score, largest=float(terms))


def test_all_746_products_of_uslci_agree(peer_data: Callable[[str], Path]) -> None:
    """USLCI of the LCA Textbook, condition 2.8e8: every supply, and the price of every product."""
    with np.load(peer_data("cases/data/uslci_746_matrices.npz"), allow_pickle=False) as held:
        data = {name: held[name] for name in held.files}
    n, k = (int(each) for each in data["shape"])
    needs = coo_array((data["A_val"], (data["A_row"], data["A_col"])), shape=(n, n))
    emitted = coo_array((data["S_val"], (data["S_row"], data["S_col"])), shape=(k, n))
    names = [f"{i}" for i in range(n)]
    flows = [f"flow {i}" for i in range(k)]
    factors = [
        1.0 if str(flow).startswith("Carbon dioxide, fossil") else 0.0 for flow in data["flow"]
    ]
    system = from_matrices(
        eye_array(n) - needs, emitted, products=names, processes=names, flows=flows
    )
    matrices = assemble(system)
    everything = np.eye(n)
    ours = factorise(matrices.technosphere).forward(everything).values
    held_package = package(csc_array(eye_array(n) - needs), emitted, factors)
    peer = bw2calc.LCA({PRODUCTS: 1.0}, data_objs=[held_package])
    peer.lci(factorize=True)
    peer.lcia()
    own = CharacterisationSet.of("co2", dict(zip(flows, factors, strict=True)))
    price = intensities(system, own)
    scores = np.empty(n)
    order = [peer.dicts.activity[j] for j in range(n)]
    theirs = np.empty((n, n))
    for i in range(n):
        peer.lcia(demand={PRODUCTS + i: 1.0})
        theirs[:, i] = peer.supply_array[order]
        scores[i] = peer.score
    assert_equal_numbers(ours, theirs)
    assert_equal_numbers(price, scores)
