"""Where does it flow? A Sankey diagram as a plotly figure, for Jupyter (extra `plot`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pcf.charts.labels import markup
from pcf.charts.palette import colour, translucent
from pcf.errors import PcfError, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class SankeyNode:
    """A box of the diagram: links know it by `id`, people by `label`."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class SankeyLink:
    """A band from one node to another; its width is `value`, in the unit of the diagram."""

    source: str
    target: str
    value: float | None
    label: str = ""


def sankey_figure(
    nodes: Sequence[SankeyNode],
    links: Sequence[SankeyLink],
    *,
    title: str = "",
    unit: str = "kg CO2e",
) -> Any:  # noqa: ANN401 - plotly is an extra, and its figures have no types
    """Return a plotly `Figure` of bands between nodes; labels are shown as text, never as markup.

    Raises PcfError with all problems: plotly is not installed, a node stands twice, a link leads
    to no node, a value is not above zero (a band cannot show a credit or the unknown).

    >>> figure = sankey_figure(
    ...     [SankeyNode("a", "smelting"), SankeyNode("b", "ingot")], [SankeyLink("a", "b", 12.0)]
    ... )  # doctest: +SKIP
    """
    problems = [*_node_problems(nodes), *_link_problems(nodes, links)]
    if problems:
        raise PcfError(*problems)
    try:
        from plotly import graph_objects  # noqa: PLC0415 - an extra, loaded where it is drawn
    except ImportError as error:
        raise PcfError(problem("plot-missing")) from error
    positions = {node.id: position for position, node in enumerate(nodes)}
    sources = [positions[link.source] for link in links]
    sankey = graph_objects.Sankey(
        valuesuffix=f" {markup(unit)}",
        valueformat=",.4~g",
        node={
            "label": [markup(node.label) for node in nodes],
            "color": [colour(position) for position in range(len(nodes))],
            "pad": 18,
            "thickness": 16,
            "line": {"width": 0},
        },
        link={
            "source": sources,
            "target": [positions[link.target] for link in links],
            "value": [link.value for link in links],
            "label": [markup(link.label) for link in links],
            "color": [translucent(source) for source in sources],
        },
    )
    # No ground of its own and a grey that stands out on white and on black: for both themes.
    layout = {
        "title": {"text": markup(title)},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": "#808080", "size": 13},
        "margin": {"l": 10, "r": 10, "t": 50 if title else 10, "b": 10},
    }
    return graph_objects.Figure(sankey, layout)


def _node_problems(nodes: Sequence[SankeyNode]) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for node in nodes:
        if node.id in seen:
            found.append(problem("sankey-node-twice", node=node.id))
        seen.add(node.id)
    return found


def _link_problems(nodes: Sequence[SankeyNode], links: Sequence[SankeyLink]) -> list[Problem]:
    known = {node.id for node in nodes}
    found = []
    for link in links:
        source, target, value = link.source, link.target, link.value
        if not {source, target} <= known:
            found.append(problem("sankey-node-unknown", source=source, target=target))
        if value is None or not 0 < value < float("inf"):
            found.append(problem("sankey-link-value", source=source, target=target, value=value))
    return found
