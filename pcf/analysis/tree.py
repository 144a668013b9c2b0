"""Which purchase of which purchase brings how much? The contribution tree, cut off where small.

A process may stand in a tree more than once, and in a loop without end. So a node's direct value
(what the process emits for this node's amount alone) and the process's direct value (what it emits
in all its runs, loops included) are two things with two names.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array

from pcf import charts
from pcf.errors import ModelError, problem
from pcf.inventory import factorise_system, reference_vector, require_productive
from pcf.model.systems import CREDIT, PRODUCT, WASTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pcf.inventory import Inventory
    from pcf.model.systems import ProductSystem
    from pcf.text import Language

_HEADERS: dict[Language, tuple[str, ...]] = {
    "en": ("process", "amount", "unit", "cumulative", "direct of node", "share"),
    "zh": ("过程", "数量", "单位", "累积", "节点直接", "占比"),
}


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A purchase on one path: `amount` of the product (or treated waste) of `process`.

    `cumulative` is all that lies behind this amount, `direct_of_node` what the process itself emits
    for it, `rest` what the tree does not follow: cumulative = direct of node + listed children +
    rest. `share` is of the score, None for a score of zero. `parent` is the position of the
    buying node, None for the reference flow; a credit has a negative amount.
    """

    process: str
    amount: float
    unit: str
    cumulative: float
    direct_of_node: float
    rest: float
    share: float | None
    depth: int
    parent: int | None


@dataclass(frozen=True, slots=True)
class ContributionTree:
    """Nodes in the order of a table of contents, larger branches first; parents before children.

    `direct_by_process` is what each process emits in all its runs, loops included, by id; it sums
    to the score.
    """

    nodes: tuple[TreeNode, ...]
    score: float
    direct_by_process: Mapping[str, float]

    def children(self, position: int | None = None) -> tuple[TreeNode, ...]:
        """Return the listed children of a node, or the nodes of the reference flow."""
        return tuple(node for node in self.nodes if node.parent == position)

    def says(self, language: Language = "en") -> str:
        """Return the tree as a plain table, a step to the right for each purchase."""
        return charts.text_table(_HEADERS[language], self._rows(), language=language)

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")

    def __repr__(self) -> str:
        """Return the English text, as the prompt shows it."""
        return self.says("en")

    def _repr_html_(self) -> str:
        return charts.html_table(_HEADERS["en"], self._rows())

    def _rows(self) -> list[tuple[str | float | None, ...]]:
        return [
            (
                "· " * node.depth + node.process,
                node.amount,
                node.unit,
                node.cumulative,
                node.direct_of_node,
                None if node.share is None else f"{node.share:.1%}",
            )
            for node in self.nodes
        ]


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """What a tree is grown from: needs per run, prices per unit of product, weights per run."""

    system: ProductSystem
    needs: csc_array[np.float64]
    price: NDArray[np.float64]
    weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Step:
    process: int
    amount: float
    parent: int | None


def contribution_tree(  # noqa: PLR0913 - what is asked, how far, and whether credits count
    system: ProductSystem,
    reference_flow: Mapping[str, float],
    weights: NDArray[np.float64],
    *,
    cutoff: float = 0.01,
    most: int = 1000,
    credits: bool = False,  # noqa: A002 - the word users write
) -> ContributionTree:
    """Return the tree of purchases behind `reference_flow` (by process id or product).

    `weights` (n) is what one run of each process counts by itself, such as
    `characterise(...).sum(axis=0)`. Branches smaller than `cutoff` times the sum of the processes'
    direct values without their sign are not followed; that sum is the score where nothing is
    credited or taken up. The largest branches come first until there are `most` nodes. Credits
    count only where they are asked for.

    Raises SolveError and ModelError as `pcf.inventory.solve` does, ModelError for a cut-off that is
    no share of one.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("power", "10 kWh"),
    ...     unit_process("steel", "1 t", takes={"power": "400 kWh"}),
    ... ])
    >>> tree = contribution_tree(system, {"steel": 1}, np.array([9.0, 40.0]))
    >>> [(node.process, node.cumulative, node.direct_of_node) for node in tree.nodes]
    [('steel', 400.0, 40.0), ('power', 360.0, 360.0)]
    """
    asked = reference_vector(system, reference_flow)
    factorised = factorise_system(system, credits=credits)
    scaling = factorised.forward(asked).values
    require_productive(system, scaling)
    sign = np.where(system.processes.treats, -1.0, 1.0)
    price = sign * factorised.adjoint(weights).values
    direct = weights * scaling
    chain = _Chain(system, _needs(system, credits=credits), price, weights)
    if not 0 <= cutoff <= 1:
        raise ModelError(problem("cutoff-range", cutoff=cutoff))
    floor = cutoff * float(np.abs(direct).sum())
    steps = _grown(chain, np.abs(asked), floor, most)
    score = float(direct.sum())
    by_process = zip(system.processes.ids.tolist(), direct.tolist(), strict=True)
    return ContributionTree(
        _nodes(chain, steps, score), score, {id_: value for id_, value in by_process if value}
    )


def link_shares(inventory: Inventory) -> csr_array[np.float64]:
    """Return (n x n): entry [i, j] is the share of what process i makes that process j buys.

    What the reference flow takes and what credits avoid is no entry; rows of processes that do
    not run are empty.

    >>> from pcf.inventory import solve
    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("power", "10 kWh"),
    ...     unit_process("steel", "1 t", takes={"power": "400 kWh"}),
    ... ])
    >>> link_shares(solve(system, {"steel": 1, "power": 600})).toarray()
    array([[0. , 0.4],
           [0. , 0. ]])
    """
    system, runs = inventory.system, inventory.scaling
    bought = coo_array(_needs(system, credits=False))
    rows, columns = bought.coords
    used = (runs[rows] != 0) & (runs[columns] != 0)
    rows, columns = rows[used], columns[used]
    made = system.processes.amounts[rows] * runs[rows]
    shares = bought.data[used] * runs[columns] / made
    return csr_array(coo_array((shares, (rows, columns)), shape=bought.shape))


def _needs(system: ProductSystem, *, credits: bool) -> csc_array[np.float64]:  # noqa: A002 - as above
    """Return (n x n): product or treatment of i that one run of j needs; credits are negative."""
    columns, n = system.exchanges, len(system.processes)
    kinds = (PRODUCT, WASTE, CREDIT) if credits else (PRODUCT, WASTE)
    here = np.isin(columns.kind, kinds)
    amounts = np.where(columns.kind == CREDIT, -columns.amount, columns.amount)[here]
    places = (columns.target[here], columns.process[here])
    return csc_array(coo_array((amounts, places), shape=(n, n)))


def _grown(chain: _Chain, asked: NDArray[np.float64], floor: float, most: int) -> list[_Step]:
    """Follow the largest branch until none reaches `floor` or there are `most` steps."""
    steps: list[_Step] = []
    heap: list[tuple[float, int, _Step]] = []
    made = 0

    def offer(process: int, amount: float, parent: int | None) -> None:
        nonlocal made
        size = abs(chain.price[process] * amount)
        if parent is None or size >= floor:
            heappush(heap, (-size, made, _Step(process, amount, parent)))
            made += 1

    for process in np.flatnonzero(asked):
        offer(int(process), float(asked[process]), None)
    while heap and len(steps) < most:
        _, _, step = heappop(heap)
        steps.append(step)
        runs = step.amount / chain.system.processes.amounts[step.process]
        first, last = chain.needs.indptr[step.process : step.process + 2]
        for provider, amount in zip(
            chain.needs.indices[first:last], chain.needs.data[first:last], strict=True
        ):
            if runs * amount:
                offer(int(provider), float(runs * amount), len(steps) - 1)
    return steps


def _nodes(chain: _Chain, steps: list[_Step], score: float) -> tuple[TreeNode, ...]:
    """Put the steps, largest first, into the order of a table of contents."""
    below: dict[int | None, list[int]] = {}
    for position, step in enumerate(steps):
        below.setdefault(step.parent, []).append(position)
    heads = chain.system.processes
    nodes: list[TreeNode] = []
    waiting: list[tuple[int, int | None, int]] = [(s, None, 0) for s in below.get(None, [])[::-1]]
    while waiting:
        position, parent, depth = waiting.pop()
        step = steps[position]
        cumulative = float(chain.price[step.process] * step.amount)
        direct = float(chain.weights[step.process] * step.amount / heads.amounts[step.process])
        inside = below.get(position, [])
        listed = sum(float(chain.price[steps[s].process] * steps[s].amount) for s in inside)
        node = TreeNode(
            process=str(heads.ids[step.process]),
            amount=step.amount,
            unit=str(heads.units[step.process]),
            cumulative=cumulative,
            direct_of_node=direct,
            rest=cumulative - direct - listed,
            share=cumulative / score if score else None,
            depth=depth,
            parent=parent,
        )
        waiting += [(s, len(nodes), depth + 1) for s in reversed(inside)]
        nodes.append(node)
    return tuple(nodes)
