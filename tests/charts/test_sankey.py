"""The Sankey diagram: a plotly figure where plotly is, a plain answer where it is not."""

from __future__ import annotations

import sys

import pytest

from pcf.charts import SankeyLink, SankeyNode, sankey_figure
from pcf.errors import PcfError

NODES = [SankeyNode("power", "电力"), SankeyNode("ingot", "<b>ingot</b>")]


def test_nodes_and_links_reach_the_figure() -> None:
    pytest.importorskip("plotly")
    figure = sankey_figure(NODES, [SankeyLink("power", "ingot", 7856.1)], title="a <i>title</i>")
    sankey = figure.data[0]
    assert (list(sankey.link.source), list(sankey.link.target)) == ([0], [1])
    assert list(sankey.link.value) == [7856.1]
    assert list(sankey.node.label) == ["电力", "&lt;b&gt;ingot&lt;/b&gt;"]
    assert "<i>" not in figure.layout.title.text


def test_without_plotly_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("plotly", "plotly.graph_objects"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PcfError) as caught:
        sankey_figure(NODES, [SankeyLink("power", "ingot", 1.0)])
    assert caught.value.problems[0].code == "plot-missing"
    assert "pip install 'pcf-lca[plot]'" in caught.value.says("zh")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    nodes = [*NODES, SankeyNode("power", "again")]
    links = [
        SankeyLink("power", "nowhere", 1.0),
        SankeyLink("power", "ingot", None),
        SankeyLink("power", "ingot", -3.0),
        SankeyLink("power", "ingot", 0.0),
        SankeyLink("power", "ingot", float("inf")),
    ]
    with pytest.raises(PcfError) as caught:
        sankey_figure(nodes, links)
    codes = [each.code for each in caught.value.problems]
    assert codes == ["sankey-node-twice", "sankey-node-unknown", *["sankey-link-value"] * 4]
