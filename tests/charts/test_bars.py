"""Stacked bars: to scale, escaped, self-describing, the same every time."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.charts import Bar, Segment, stacked_bar
from pcf.charts.axis import axis_over
from pcf.charts.labels import plain
from pcf.charts.palette import OKABE_ITO, colour, ink
from pcf.errors import PcfError

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ["<script>alert(1)</script>", 'a"b', "it's", "a\nb", "\x00\x1b", "]]>", "&amp;", "\ud800"]
labels = st.text(max_size=20) | st.sampled_from(HOSTILE)
values = st.none() | st.floats(-1e12, 1e12) | st.sampled_from([0.0, 1e-300, 1e300, -1e300])
intervals = st.none() | st.tuples(st.floats(-1e6, 0), st.floats(0, 1e6))
bars = st.lists(
    st.builds(
        Bar,
        labels,
        st.lists(st.builds(Segment, labels, values), max_size=5).map(tuple),
        intervals,
    ),
    max_size=4,
)


def _parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own output


def _scale(tree: ET.Element) -> tuple[float, float]:
    """Return the pixel of zero and pixels per unit, read off the labelled ticks."""
    ticks = {}
    for text in tree.iter(f"{SVG}text"):
        if text.attrib["text-anchor"] == "middle" and text.attrib["fill"] == "currentColor":
            written = (text.text or "").replace(",", "")
            if re.fullmatch(r"-?[\d.]+(e[-+]\d+)?", written):
                ticks[float(written)] = float(text.attrib["x"])
    furthest = max(ticks, key=abs)
    return ticks[0.0], (ticks[furthest] - ticks[0.0]) / furthest


def _boxes(tree: ET.Element) -> dict[str, tuple[float, float]]:
    """Return left and right of each part by the series that its tooltip names."""
    found = {}
    for group in tree.iter(f"{SVG}g"):
        title, rect = group.findtext(f"{SVG}title") or "", group.find(f"{SVG}rect")
        assert rect is not None
        if ": " in title:
            left = float(rect.attrib["x"])
            found[title.split(": ")[0]] = (left, left + float(rect.attrib["width"]))
    return found


@given(bars, labels, labels)
def test_any_labels_and_values_give_well_formed_svg(
    shown: list[Bar], title: str, unit: str
) -> None:
    svg = stacked_bar(shown, title=title, unit=unit)
    tree = _parsed(svg)
    svg.encode()
    tags = {each.tag.removeprefix(SVG) for each in tree.iter()}
    assert tags <= {"svg", "title", "desc", "text", "g", "rect", "line", "path"}
    words = tree.findtext(f"{SVG}desc") or ""
    assert all(plain(bar.label) in words for bar in shown)
    assert not re.search(r"\b(nan|inf)\b", svg)


@given(st.floats(1e-6, 1e9), st.floats(1e-6, 1e9), st.floats(-1e9, -1e-6))
def test_parts_are_drawn_to_scale_on_their_side_of_zero(a: float, b: float, c: float) -> None:
    bar = Bar("bar", (Segment("a", a), Segment("c", c), Segment("b", b)))
    tree = _parsed(stacked_bar([bar]))
    zero, per_unit = _scale(tree)
    boxes = _boxes(tree)
    places = {"a": (0.0, a), "b": (a, a + b), "c": (c, 0.0)}
    for series, (low, high) in places.items():
        left, right = boxes[series]
        assert left == pytest.approx(zero + low * per_unit, abs=1.0)
        # One pixel of gap, and a part too small to be seen is widened.
        assert right == pytest.approx(zero + high * per_unit, abs=1.7)
    assert boxes["c"][1] <= zero + 0.7
    assert boxes["a"][0] >= zero - 0.1


def test_a_whisker_spans_the_interval_and_a_diamond_marks_the_sum() -> None:
    bar = Bar("bar", (Segment("a", 80.0), Segment("b", -20.0)), (40.0, 95.0))
    tree = _parsed(stacked_bar([bar]))
    zero, per_unit = _scale(tree)
    whisker, diamond = (path.attrib["d"] for path in tree.iter(f"{SVG}path"))
    ends = [float(x) for x in re.findall(r"M([\d.]+)", whisker)]
    assert min(ends) == pytest.approx(zero + 40 * per_unit, abs=0.2)
    assert max(ends) == pytest.approx(zero + 95 * per_unit, abs=0.2)
    assert float(diamond[1:].split()[0]) == pytest.approx(zero + 60 * per_unit, abs=0.2)


def test_a_sum_with_an_unknown_part_is_said_and_not_marked() -> None:
    bar = Bar("市场", (Segment("电力", 885.3), Segment("阳极", None), Segment("抵扣", -1.0)))
    svg = stacked_bar([bar], language="zh")
    tree = _parsed(svg)
    texts = [text.text for text in tree.iter(f"{SVG}text")]
    assert "884.3 + 未知" in texts
    assert "?" in texts
    assert list(tree.iter(f"{SVG}path")) == []
    assert "阳极 未知" in (tree.findtext(f"{SVG}desc") or "")


def test_the_chart_describes_itself() -> None:
    bar = Bar("grid", (Segment("power", 7900.0), Segment("anode", 1800.0)), (9000.0, 10500.0))
    tree = _parsed(stacked_bar([bar], title="Stages", unit="kg CO2e per t"))
    assert tree.attrib["role"] == "img"
    first, second = tree.attrib["aria-labelledby"].split()
    by_id = {each.attrib["id"]: each.text for each in tree if "id" in each.attrib}
    assert by_id[first] == "Stages"
    assert by_id[second] == (
        "grid: power 7,900, anode 1,800, total 9,700 kg CO2e per t, 9,000 – 10,500"
    )


@given(bars)
def test_the_same_bars_give_the_same_text(shown: list[Bar]) -> None:
    assert stacked_bar(shown) == stacked_bar(shown)


def test_two_charts_on_one_page_have_ids_of_their_own() -> None:
    one, other = (
        set(re.findall(r' id="([^"]+)"', stacked_bar([Bar("bar", (Segment("a", value),))])))
        for value in (1.0, 2.0)
    )
    assert len(one) == 2
    assert not one & other


def test_nothing_but_zeros_and_nothing_at_all_are_drawn() -> None:
    for shown in ([Bar("zero", (Segment("a", 0.0),))], [Bar("empty", ())], []):
        tree = _parsed(stacked_bar(shown))
        assert _boxes(tree) == {}


def test_text_and_lines_take_the_colour_of_the_page() -> None:
    svg = stacked_bar([Bar("bar", (Segment("a", 1.0),), (0.5, 1.5))])
    strokes = set(re.findall(r'stroke="([^"]+)"', svg))
    assert strokes == {"currentColor"}
    assert "background" not in svg


def test_a_series_keeps_its_colour_in_every_bar() -> None:
    svg = stacked_bar(
        [
            Bar("one", (Segment("a", 1.0), Segment("b", 1.0))),
            Bar("two", (Segment("b", 1.0),)),
        ]
    )
    fills = re.findall(r"<title>(\w): 1 kg CO2e</title><rect[^>]* fill=\"(#\w+)\"", svg)
    assert fills == [("a", colour(0)), ("b", colour(1)), ("b", colour(1))]


@pytest.mark.parametrize(
    "shown",
    [
        Bar("bar", (Segment("a", float("nan")),)),
        Bar("bar", (Segment("a", 1e308), Segment("b", 1e308))),
        Bar("bar", (Segment("a", 1e308), Segment("b", -1e308))),
        Bar("bar", (Segment("a", 1.0),), (0.0, float("inf"))),
    ],
)
def test_what_cannot_be_drawn_to_scale_is_refused(shown: Bar) -> None:
    with pytest.raises(PcfError) as caught:
        stacked_bar([shown])
    assert caught.value.problems[0].code == "number-not-finite"


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_ticks_are_few_round_and_on_the_axis(one: float, other: float) -> None:
    axis = axis_over([one, other], 0.0, 500.0)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 8
    assert 0.0 in ticks
    span = axis.high - axis.low
    assert all(axis.low - 1e-9 * span <= tick <= axis.high + 1e-9 * span for tick in ticks)


def test_colours_are_told_apart_and_their_ink_is_readable() -> None:
    colours = [colour(position) for position in range(16)]
    assert len(set(colours)) == 16
    assert len(set(OKABE_ITO)) == 8
    assert {ink(each) for each in ("#000000", "#0072b2")} == {"#ffffff"}
    assert {ink(each) for each in ("#ffffff", "#f0e442", "#56b4e9")} == {"#000000"}
