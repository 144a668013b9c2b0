"""Heat maps and bands: to scale, escaped, self-describing, the same every time."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.charts import Band, Drawing, bands, heat_map
from pcf.charts.palette import shade
from pcf.errors import PcfError

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ["<script>alert(1)</script>", 'a"b', "a\nb", "\x00\x1b", "]]>", "&amp;", "\ud800"]
labels = st.text(max_size=12) | st.sampled_from(HOSTILE)
shares = st.none() | st.floats(0, 1)


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own output


def tooltips(svg: str) -> list[str]:
    return [each.findtext(f"{SVG}title") or "" for each in parsed(svg).iter(f"{SVG}g")]


@given(st.data())
def test_every_cell_is_drawn_and_told(data: st.DataObject) -> None:
    rows, columns = (data.draw(st.lists(labels, min_size=1, max_size=5)) for _ in range(2))
    cells = [[data.draw(shares) for _ in columns] for _ in rows]
    svg = heat_map(rows, columns, cells, title="时段", language="zh")
    assert svg == heat_map(rows, columns, cells, title="时段", language="zh")
    told = tooltips(svg)
    assert len(told) == len(rows) * len(columns)
    assert "<script>" not in svg
    flat = [share for row in cells for share in row]
    for says, share in zip(told, flat, strict=True):
        assert says.endswith("未知" if share is None else f"{share:.1%}")


def test_a_cell_is_as_dark_as_its_share() -> None:
    svg = heat_map(["M"], ["a", "b", "c"], [[0.0, 0.5, 1.0]])
    fills = [
        each.attrib["fill"]
        for group in parsed(svg).iter(f"{SVG}g")
        for each in group.iter(f"{SVG}rect")
    ]
    assert fills == [shade(0), shade(0.5), shade(1)]
    lightness = [sum(int(each[n : n + 2], 16) for n in (1, 3, 5)) for each in fills]
    assert lightness == sorted(lightness, reverse=True)


def test_what_is_unknown_is_no_zero() -> None:
    svg = heat_map(["M"], ["a", "b"], [[None, 0.0]])
    unknown, zero = (group.find(f"{SVG}rect") for group in parsed(svg).iter(f"{SVG}g"))
    assert unknown is not None
    assert zero is not None
    assert (unknown.attrib["fill"], zero.attrib["fill"]) == ("none", shade(0))


@pytest.mark.parametrize("cells", [[[0.1]], [[0.1, 1.2]], [[0.1, -0.1]], [[0.1, float("nan")]]])
def test_a_heat_map_that_cannot_be_is_refused(cells: list[list[float]]) -> None:
    with pytest.raises(PcfError):
        heat_map(["M"], ["a", "b"], cells)


flows = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.floats(1e-3, 1e9)),
    min_size=1,
    max_size=9,
    unique_by=lambda each: each[:2],
)


@given(flows)
def test_bands_are_to_scale_and_sum_to_their_boxes(drawn: list[tuple[str, str, float]]) -> None:
    left, right = (sorted({each[n] for each in drawn}) for n in (0, 1))
    svg = bands([left, right], [Band(*each) for each in drawn], unit="kWh")
    heights = {}
    for group in parsed(svg).iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        if rect is not None:
            name = (group.findtext(f"{SVG}title") or "").split(": ")[0]
            heights[name] = float(rect.attrib["height"])
    sums = {name: sum(v for s, t, v in drawn if name in (s, t)) for name in (*left, *right)}
    largest = max(sums, key=sums.__getitem__)
    for name, height in heights.items():
        expected = heights[largest] * sums[name] / sums[largest]
        assert height == pytest.approx(max(expected, 1.5), abs=0.02)


def test_a_band_tells_where_it_goes_and_is_escaped() -> None:
    svg = bands([["<b>"], ["线"]], [Band("<b>", "线", 12.0)], title="流", language="zh")
    assert "<b>: 12 kWh" in tooltips(svg)
    assert "<b> → 线: 12 kWh" in tooltips(svg)
    assert re.search(r'lang="zh-CN"', svg)
    assert Drawing(svg)._repr_html_() == svg
    assert "characters of SVG" in repr(Drawing(svg))


@pytest.mark.parametrize(
    ("band", "code"),
    [
        (Band("a", "nowhere", 1.0), "sankey-node-unknown"),
        (Band("a", "b", 0.0), "sankey-link-value"),
        (Band("a", "b", float("inf")), "sankey-link-value"),
    ],
)
def test_a_band_that_cannot_be_is_refused(band: Band, code: str) -> None:
    with pytest.raises(PcfError) as refused:
        bands([["a"], ["b"]], [band])
    assert [each.code for each in refused.value.problems] == [code]
