"""Tables: aligned with wide characters, escaped, complete."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.charts import Span, html_table, text_table, width
from pcf.charts.labels import plain, shortened, wrapped
from pcf.errors import PcfError

labels = st.text(max_size=12) | st.sampled_from(["电解铝", "<script>", 'a"b', "\x1b[2J", "a\nb"])
grids = st.integers(1, 4).flatmap(
    lambda columns: st.tuples(
        st.lists(labels, min_size=columns, max_size=columns),
        st.lists(
            st.lists(labels | st.none() | st.floats(-1e9, 1e9), min_size=columns, max_size=columns),
            max_size=4,
        ),
    )
)


@given(grids)
def test_no_line_of_a_text_table_is_wider_than_its_rule(
    grid: tuple[list[str], list[list[str | float | None]]],
) -> None:
    headers, rows = grid
    lines = text_table(headers, rows).split("\n")
    assert len(lines) == 2 + len(rows)
    assert all(width(line) <= len(lines[1]) for line in lines)


@given(grids)
def test_no_control_character_reaches_the_terminal(
    grid: tuple[list[str], list[list[str | float | None]]],
) -> None:
    table = text_table(*grid)
    assert all(character == "\n" or character.isprintable() or ord(character) > 0x9F
               for character in table)  # fmt: skip
    assert not set(table) & set(map(chr, range(0x202A, 0x202F)))


@given(grids)
def test_every_cell_of_an_html_table_is_its_text(
    grid: tuple[list[str], list[list[str | float | None]]],
) -> None:
    headers, rows = grid
    tree = ET.fromstring(html_table(headers, rows))  # noqa: S314 - our own output
    assert [head.text or "" for head in tree.iter("th")] == [plain(each) for each in headers]
    cells = [cell.text or "" for cell in tree.iter("td")]
    given_cells = [cell for row in rows for cell in row]
    assert len(cells) == len(given_cells)
    for shown, cell in zip(cells, given_cells, strict=True):
        if isinstance(cell, str):
            assert shown == plain(cell)
    assert {each.tag for each in tree.iter()} <= {"table", "thead", "tbody", "tr", "th", "td"}


def test_columns_stand_under_each_other_whatever_the_script() -> None:
    table = text_table(["过程", "kg"], [["电解", 12403.5], ["anode", 3.0], ["éclair 测试", None]])
    assert table.split("\n") == [
        "过程              kg",
        "-----------  -------",
        "电解          12,404",
        "anode              3",
        "éclair 测试  unknown",
    ]


def test_text_columns_stand_left_and_an_alignment_can_be_asked_for() -> None:
    rows = [["a", "x1"], ["b", "x22"]]
    assert text_table(["n", "code"], rows).split("\n")[2] == "a  x1"
    assert text_table(["n", "code"], rows, align="lr").split("\n")[2] == "a    x1"


@pytest.mark.parametrize("cell", ["12,403", "-3.5", "63.3 %", "± 12", "1.2e-09", "< 0.1"])
def test_a_number_written_beforehand_stands_right(cell: str) -> None:
    assert text_table(["a heading"], [[cell]]).endswith(" " + cell)


@pytest.mark.parametrize("cell", ["", "–", "未知", None])
def test_a_cell_without_a_number_leaves_the_numbers_right(cell: str | None) -> None:
    assert text_table(["a heading"], [[cell], [12.0]]).endswith("       12")


def test_a_column_of_unknowns_alone_is_text() -> None:
    assert text_table(["a column"], [[None]], language="zh").endswith("\n未知")


def test_an_emphasised_row_has_a_line_above() -> None:
    lines = text_table(["a"], [["x"], ["sum"]], emphasised=[1]).split("\n")
    assert lines == ["a", "---", "x", "---", "sum"]
    tree = ET.fromstring(html_table(["a"], [["x"], ["sum"]], emphasised=[1]))  # noqa: S314
    styles = [cell.attrib["style"] for cell in tree.iter("td")]
    assert ["bold" in style for style in styles] == [False, True]


def test_heading_spans_caption_and_language() -> None:
    page = html_table(
        ["过程", "a", "b"], [], caption="A & B", spans=[Span("", 1), Span("两年", 2)], language="zh"
    )
    tree = ET.fromstring(page)  # noqa: S314 - our own output
    assert tree.attrib["lang"] == "zh-CN"
    assert [head.attrib.get("colspan") for head in tree.iter("th")] == ["1", "2", None, None, None]
    assert tree.findtext("caption") == "A & B"


def test_every_ragged_row_is_named() -> None:
    with pytest.raises(PcfError) as caught:
        text_table(["a", "b"], [["x"], ["x", "y"], ["x", "y", "z"]])
    assert [each.facts["row"] for each in caught.value.problems] == ["1", "3"]
    with pytest.raises(PcfError):
        html_table(["a"], [[]])


def test_no_colour_of_a_table_is_fixed_to_a_theme() -> None:
    page = html_table(["a"], [["x"]])
    assert "color:inherit" in page
    assert "#" not in page


@given(st.text(max_size=40), st.integers(1, 20))
def test_a_shortened_label_fits_and_begins_like_the_whole(text: str, columns: int) -> None:
    short = shortened(text, columns)
    assert width(short) <= max(columns, 1)
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(st.text(max_size=60).map(plain), st.integers(4, 20), st.integers(1, 4))
def test_a_wrapped_label_fits_and_loses_nothing_but_what_the_ellipsis_says(
    text: str, columns: int, lines: int
) -> None:
    rows = wrapped(text, columns, lines)
    assert 1 <= len(rows) <= lines
    assert all(width(row) <= columns for row in rows)
    if not rows[-1].endswith("…"):
        assert "".join("".join(rows).split()) == "".join(text.split())
