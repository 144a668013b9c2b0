"""How does it look? Tables and charts of our own, for every room below.

`numbers` writes numbers for people, `tables` makes text and HTML tables, `bars` stacked bars,
`heat` heat maps and `bands` flows as SVG, `sankey` a plotly figure where plotly is installed.
Nothing here knows what a footprint is.
"""

from pcf.charts.bands import Band, bands
from pcf.charts.bars import Bar, Segment, stacked_bar
from pcf.charts.heat import heat_map
from pcf.charts.labels import width
from pcf.charts.numbers import number, number_column
from pcf.charts.sankey import SankeyLink, SankeyNode, sankey_figure
from pcf.charts.svg import Drawing
from pcf.charts.tables import Span, html_table, text_table

__all__ = [
    "Band",
    "Bar",
    "Drawing",
    "SankeyLink",
    "SankeyNode",
    "Segment",
    "Span",
    "bands",
    "heat_map",
    "html_table",
    "number",
    "number_column",
    "sankey_figure",
    "stacked_bar",
    "text_table",
    "width",
]
