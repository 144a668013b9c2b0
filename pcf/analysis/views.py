"""Views that need more than the contributions: the tree, loops, a Sankey, the long table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import connected_components

from pcf import charts
from pcf.analysis.breakdown import Breakdown, Part
from pcf.analysis.contributions import REFERENCE
from pcf.analysis.labels import label
from pcf.analysis.tree import contribution_tree
from pcf.inventory import assemble, factorise_system
from pcf.model.systems import ELEMENTARY, NONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pcf.analysis.tree import ContributionTree
    from pcf.analysis.values import Footprint
    from pcf.inventory import Factorised
    from pcf.model.systems import ProductSystem

_BLOCK = 64
"""How many processes of loops are solved for at once: 64 x 8 bytes x 20,000 are 10 MB."""

COLUMNS = (
    "stage",
    "process",
    "exchange",
    "flow",
    "provider",
    "line",
    "gas",
    "in_total",
    "amount",
    "unit",
    "kg_co2e",
    "data",
    "source",
)


def long_table(footprint: Footprint) -> pd.DataFrame:
    """Return one row a contribution, its columns as `COLUMNS`; amounts per declared unit.

    No example: it is a method of `Footprint`.
    """
    import pandas as pd  # noqa: PLC0415 - only those who ask for a DataFrame load it

    table, system = footprint.contributions, footprint.system
    columns, heads = system.exchanges, system.processes
    rows = []
    facts = zip(
        table.exchange.tolist(),
        table.process.tolist(),
        table.group.tolist(),
        table.in_total.tolist(),
        table.stages(),
        table.providers(),
        footprint.confidences(),
        strict=True,
    )
    for at, (e, process, group, counted, stage, provider, data) in enumerate(facts):
        target = int(columns.target[e]) if e != REFERENCE else process
        elementary = e != REFERENCE and columns.kind[e] == ELEMENTARY
        source = NONE if e == REFERENCE else int(columns.source[e])
        rows.append(
            (
                stage,
                str(heads.ids[process]),
                "" if e == REFERENCE else str(columns.ids[e]),
                footprint.declared_unit.product if e == REFERENCE else str(columns.flows[e]),
                _behind_meter(footprint, e) if provider == NONE else str(heads.ids[provider]),
                table.groups[group].line,
                table.groups[group].gas,
                counted,
                float(table.amount[at]),
                system.elementary[target].unit if elementary else str(heads.units[target]),
                float(table.value[at]),
                data,
                "" if source == NONE else str(system.sources[source]),
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _behind_meter(footprint: Footprint, exchange: int) -> str:
    """Return what a metered kWh counts by: the processes of its treatment; empty for other rows."""
    columns, system = footprint.system.exchanges, footprint.system
    if exchange == REFERENCE or columns.kind[exchange] != ELEMENTARY:
        return ""
    flow = system.elementary[int(columns.target[exchange])]
    terms = (
        footprint.meters.get(flow.id.removeprefix("kWh at "), ()) if flow.role == "meter" else ()
    )
    return " + ".join(process for process, _ in terms)


def direct_and_upstream(footprint: Footprint, most: int) -> Breakdown:
    """Return '<process>: direct' and '<process>: with upstream' of each foreground process.

    Both are loop-corrected: direct is what the process itself emits in all its runs; with upstream
    is the intensity of its product times what leaves its own loop, x_j / (A^-1)_jj per unit, so
    that a process that feeds itself through others counts once. The values of two processes
    overlap: they are no parts of the total. kg CO2e per declared unit. At most `most` processes,
    those through which most passes, in the order of the system.

    No example: it is a method of `Footprint`.
    """
    system = footprint.system
    solver = factorise_system(system, credits=False)
    emitted = footprint.per_run
    price = solver.adjoint(emitted).values  # noqa: PD011 - a Solution, no frame
    parts = []
    ids = system.processes.ids.tolist()
    foreground = np.flatnonzero(system.processes.foreground).tolist()
    here = [j for j in foreground if ids[j] in footprint.scaling]
    through = {j: abs(float(price[j]) * footprint.scaling[ids[j]]) for j in here}
    here = sorted(sorted(here, key=lambda j: -through[j])[:most])  # each on a loop is a solve
    for j, loops in zip(here, _own_runs(system, solver, here), strict=True):
        id_, runs = ids[j], footprint.scaling[ids[j]]
        passed = runs / loops
        parts.append(Part(f"{id_}: direct", float(runs * emitted[j]), counted=False))
        parts.append(Part(f"{id_}: with upstream", float(price[j] * passed), counted=False))
    return Breakdown("process", tuple(parts), footprint.total)


def _own_runs(system: ProductSystem, solver: Factorised, processes: Sequence[int]) -> list[float]:
    """Return (A^-1)_jj of each process: its runs for one unit of its product, its loop included.

    Off every loop that is 1 / A_jj; only processes on a loop are solved for, a block at a time.
    """
    technosphere = assemble(system, credits=False).technosphere
    _, loop = connected_components(technosphere, connection="strong")
    alone = np.bincount(loop)[loop] == 1
    runs = {j: 1.0 / float(technosphere[j, j]) for j in processes if alone[j]}
    looped = [j for j in processes if not alone[j]]
    for first in range(0, len(looped), _BLOCK):
        block = looped[first : first + _BLOCK]
        units = np.zeros((len(alone), len(block)))
        units[block, range(len(block))] = 1.0
        solved = solver.forward(units).values  # noqa: PD011 - a Solution, no frame
        runs |= {j: float(solved[j, k]) for k, j in enumerate(block)}
    return [runs[j] for j in processes]


def sankey_of(footprint: Footprint) -> object:
    """Return a plotly figure: kg CO2e from unit processes' exchanges over stages to the product.

    Bands below 0.5 % of the total are gathered; a negative contribution has no band and is left
    to the tables. Raises PcfError when plotly (extra `plot`) is missing.

    No example: it is a method of `Footprint`.
    """
    table = footprint.contributions
    sums: dict[tuple[str, str], float] = {}
    rows = zip(
        table.stages(), footprint.exchange_labels(), table.value, table.in_total, strict=True
    )
    for stage, name, value, counted in rows:
        if counted:
            sums[name, stage] = sums.get((name, stage), 0.0) + float(value)
    floor = 0.005 * abs(footprint.total)
    bands: dict[tuple[str, str], float] = {}
    for (name, stage), value in sums.items():
        if value > 0:
            key = (name if value >= floor else f"other ({label(stage)})", f"stage {stage}")
            bands[key] = bands.get(key, 0.0) + value
    stages: dict[str, float] = {}
    for (_, stage), value in bands.items():
        stages[stage] = stages.get(stage, 0.0) + value
    product = str(footprint.declared_unit)
    links = [charts.SankeyLink(name, stage, value) for (name, stage), value in bands.items()]
    links += [charts.SankeyLink(stage, product, value) for stage, value in stages.items()]
    ids = dict.fromkeys([end for link in links for end in (link.source, link.target)])
    nodes = [charts.SankeyNode(id_, label(id_.removeprefix("stage "))) for id_ in ids]
    return charts.sankey_figure(nodes, links, title=footprint.title.says("en"))


def tree_of(footprint: Footprint, cutoff: float) -> ContributionTree:
    """Return the contribution tree of the declared unit, branches below `cutoff` left out."""
    system, declared = footprint.system, footprint.declared_unit
    maker = system.maker(declared.product)
    amount = declared.amount.to(str(system.processes.units[maker])).value
    reference = {str(system.processes.ids[maker]): float(amount)}  # type: ignore[arg-type] # above zero
    return contribution_tree(system, reference, footprint.per_run, cutoff=cutoff)
