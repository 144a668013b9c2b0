"""The same system for bw2calc: a datapackage in a folder, and the calls that its users make."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import bw2calc
import bw_processing as bwp
import numpy as np
from bw_processing.io_helpers import generic_directory_filesystem

from benchmarks.engine.potentials import factors
from pcf.inventory import assemble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem

METHOD = "climate"
PRODUCTS, PROCESSES, FLOWS, GLOBAL = 0, 1_000_000, 2_000_000, 3_000_000


def package(system: ProductSystem, folder: Path) -> Path:
    """Write `system` as a datapackage in a folder."""
    matrices = assemble(system)
    counted = factors(system)
    technosphere, elementary = matrices.technosphere.tocoo(), matrices.elementary.tocoo()
    folder.mkdir(parents=True)
    target = bwp.create_datapackage(fs=generic_directory_filesystem(dirpath=folder), name="system")
    entries = {
        "technosphere_matrix": (technosphere.row, technosphere.col + PROCESSES, technosphere.data),
        "biosphere_matrix": (
            elementary.row + FLOWS,
            elementary.col + PROCESSES,
            elementary.data,
        ),
    }
    for matrix, (rows, columns, values) in entries.items():
        target.add_persistent_vector(
            matrix=matrix,
            name=matrix,
            indices_array=_indices(rows, columns),
            data_array=np.abs(values),
            flip_array=values < 0,
        )
    gases = np.flatnonzero(counted)
    target.add_persistent_vector(
        matrix="characterization_matrix",
        name=METHOD,
        identifier=METHOD,
        indices_array=_indices(gases + FLOWS, np.full(len(gases), GLOBAL)),
        data_array=counted[gases],
        global_index=GLOBAL,
    )
    target.finalize_serialization()
    return folder


def lca(folder: Path, product: int) -> bw2calc.LCA:
    """Return bw2calc's default class, with its score computed."""
    found = bw2calc.LCA({product: 1.0}, data_objs=[folder])
    found.lci()
    found.lcia()
    return found


def all_scores(folder: Path, product: int = 0) -> bw2calc.FastScoresOnlyMultiLCA:
    """Return bw2calc's fastest class for many products, with the scores of all of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = bw2calc.FastScoresOnlyMultiLCA(
            demands={"one": {product: 1.0}},
            method_config={"impact_categories": [METHOD]},
            data_objs=[folder],
            direction="adjoint",
        )
        found.calculate()
    return found


def several(folder: Path, products: Sequence[int]) -> bw2calc.MultiLCA:
    """Return bw2calc's class for several demands, with their inventories and scores."""
    found = bw2calc.MultiLCA(
        demands={str(product): {product: 1.0} for product in products},
        method_config={"impact_categories": [METHOD]},
        data_objs=[folder],
    )
    found.lci()
    found.lcia()
    return found


def scores_by_product(found: bw2calc.FastScoresOnlyMultiLCA, n: int) -> NDArray[np.float64]:
    """Return (n) the scores in the order of the system."""
    scores = np.empty(n)
    scores[found.product_scores.coords["products"].values] = found.product_scores.values[0]
    return scores


def _indices(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.void]:
    found = np.empty(len(rows), dtype=bwp.INDICES_DTYPE)
    found["row"], found["col"] = rows, columns
    return found
