"""The report: its numbers are the footprint's, its texts are texts, it is sound everywhere."""

from __future__ import annotations

import html as entities
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pcf import charts
from pcf.charts.waterfall import Step, waterfall
from pcf.declare.report import (
    Material,
    as_html,
    as_pdf,
    as_workbook,
    composed,
    gathered,
    save_report,
)
from pcf.declare.report.blocks import Cell, Figure, Heading, Report, Table
from pcf.declare.report.words import treatment_word
from pcf.errors import DeclareError, Where
from pcf.findings import finding
from pcf.rules import rule_pack
from pcf.text import Name

if TYPE_CHECKING:
    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.study import Study

HOSTILE = '<script>alert(1)</script> =HYPERLINK(1) \u202e $x$ #let a = 1; \\alpha "quoted"'


@pytest.fixture(scope="module")
def material(smelter: Study, footprint: Footprint, background: Background) -> Material:
    opinion = rule_pack("iso_14067").judge(smelter, footprint, background=background)
    before = smelter.varying(electricity="market:own").footprint(background)
    return gathered(
        footprint, study=smelter, background=background, opinion=opinion, previous=before
    )


@pytest.fixture(scope="module")
def hostile(material: Material, smelter: Study, footprint: Footprint) -> Material:
    """The same, with every text that a user may write turned against its reader."""
    named = Name(HOSTILE, HOSTILE)
    gap = replace(footprint.gaps[0], name=HOSTILE, reason=HOSTILE)
    spoilt = replace(
        footprint, title=named, gaps=(gap,), context=footprint.context | {"boundary": HOSTILE}
    )
    return replace(material, footprint=spoilt, study=replace(smelter, goal=named))


def tables(report: Report) -> dict[str, Table]:
    return {block.key: block for block in report.blocks if isinstance(block, Table) and block.key}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tables_hold_the_numbers_of_the_footprint(
    material: Material, language: Any, footprint: Footprint
) -> None:
    found = tables(composed(material, language))
    plain = footprint.as_dict()
    for key in ("by_stage", "by_gas", "by_data"):
        values = [row[1].value for row in found[key].rows]
        wanted = list(plain[key].values())  # type: ignore[attr-defined]
        assert values[: len(wanted)] == wanted
    assert found["by_stage"].rows[-1][1].value == footprint.total
    totals = {row[0].text: row[1].value for row in found["treatments"].rows}
    said = {treatment_word(name, language): value for name, value in footprint.treatments.items()}
    assert totals == said


def test_the_derivations_add_up_to_their_stages(material: Material, footprint: Footprint) -> None:
    report = composed(material, "en")
    stages = {part.name: part.value for part in footprint.by_stage()}
    anchors = [b.anchor for b in report.blocks if isinstance(b, Heading) and b.level == 3]
    assert anchors == [f"derivation-{name}" for name in stages]
    following = [
        report.blocks[at + 1]
        for at, block in enumerate(report.blocks)
        if isinstance(block, Heading) and block.level == 3
    ]
    for table, value in zip(following, stages.values(), strict=True):
        assert isinstance(table, Table)
        *lines, last = table.rows
        assert sum(row[3].value for row in lines) == pytest.approx(value, rel=1e-9)  # type: ignore[misc]
        assert last[3].value == pytest.approx(value, rel=1e-9)
        for row in lines:
            assert row[1].value * row[2].value == pytest.approx(row[3].value, rel=1e-9)  # type: ignore[operator]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_link_leads_somewhere(material: Material, language: Any) -> None:
    page = as_html(composed(material, language))
    ids = set(re.findall(r'id="([^"]+)"', page))
    links = re.findall(r'href="#([^"]+)"', page)
    assert len(links) > 20
    assert {entities.unescape(link) for link in links} <= {entities.unescape(i) for i in ids}
    assert len(re.findall(r'<h\d id="', page)) == len(set(re.findall(r'<h\d id="([^"]+)"', page)))


def test_every_contribution_names_a_source(material: Material) -> None:
    report = composed(material, "en")
    cells = [
        row[4]
        for block in report.blocks
        if isinstance(block, Table) and len(block.align) == 5 and block.align == "lrrrl"
        for row in block.rows[:-1]
    ]
    assert cells
    assert all(cell.to.startswith("source-") for cell in cells)


def test_the_sensitivity_table_is_computed(
    material: Material, smelter: Study, background: Background
) -> None:
    topics = {each.topic.en for each in material.varied}
    assert {"electricity", "characterisation", "allocation"} <= topics
    ar5 = next(each for each in material.varied if each.choice.en == "AR5")
    assert ar5.total == smelter.varying(characterisation="AR5").footprint(background).total
    assert ar5.total != material.footprint.total


def test_the_public_summary_shows_no_activity_data(material: Material, smelter: Study) -> None:
    page = as_html(composed(material, "en", "public"))
    whole = as_html(composed(material, "en"))
    amounts = {f"{line.amount:.12g}" for line in material.footprint.because_of("potroom").lines}
    assert any(amount in whole for amount in amounts)
    shown = set(re.findall(r">([^<>]+)<", page))
    for row in smelter.activity:
        named = " " in row.id or "-" in row.id  # 'gas' is a word of the report itself
        assert not (named and {text for text in shown if row.id in text}), row.id
    for process in smelter.processes:
        assert not {text for text in shown if process.id in text}, process.id
    assert not any(amount in page for amount in amounts if len(amount) > 4)
    assert "derivation" not in re.findall(r'<h2 id="([^"]+)"', page)


@pytest.mark.parametrize("scope", ["full", "public"])
def test_a_plan_is_said_to_be_one_to_everybody(
    material: Material, footprint: Footprint, scope: Any
) -> None:
    found = tables(composed(replace(material, plan=True), "zh", scope))["treatments"]
    rows = {row[0].text: row[2].text for row in found.rows}
    assert {name for name, said in rows.items() if "计划" in said} == {
        name for name in rows if "market:" in name
    }
    unknown = as_html(composed(replace(material, plan=None), "zh", scope))
    assert "此处未说明证书是否已核销" in unknown
    told = finding("electricity-planned", Where(item="works"))
    planned = replace(material, footprint=replace(footprint, findings=(told,)))
    assert "没有证书核销记录" in as_html(composed(planned, "zh", scope))


def test_the_flows_add_up_to_the_total(material: Material, footprint: Footprint) -> None:
    figures = [b for b in composed(material, "en").blocks if isinstance(b, Figure)]
    (flows,) = [each for each in figures if "From gases" in each.caption]
    shown = entities.unescape(flows.svg)
    assert f"total {charts.number(footprint.total, digits=4)}" in re.sub(r"\s+", " ", shown)
    for part in footprint.by_stage():
        assert charts.number(part.value, digits=4) in shown


def test_numbers_are_never_broken_across_lines(material: Material) -> None:
    style = as_html(composed(material, "en")).partition("</style>")[0]
    assert re.search(r"td\.number[^{]*\{white-space:nowrap", style)


def test_texts_of_users_stay_texts(hostile: Material, tmp_path: Path) -> None:
    page = as_html(composed(hostile, "en"))
    assert "<script" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page
    path = tmp_path / "报告.xlsx"
    save_report(path, hostile, language="zh")
    book = openpyxl.load_workbook(path)
    kinds = {cell.data_type for sheet in book for line in sheet for cell in line}
    assert "f" not in kinds
    texts = [str(c.value) for sheet in book for line in sheet for c in line if c.value]
    assert any("=HYPERLINK(1)" in each for each in texts)


def test_a_workbook_holds_numbers_as_numbers(material: Material, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(as_workbook(composed(material, "en")))
    book = openpyxl.load_workbook(path)
    values = [line[1].value for line in book["Stages of the total"].iter_rows(min_row=2)]
    assert pytest.approx(material.footprint.total) in values
    base = material.footprint.total
    for line in book["Sensitivity"].iter_rows(min_row=2, values_only=True):
        assert line[2] is None or line[3] == pytest.approx(line[2] - base)
    stages = {part.name for part in material.footprint.by_stage() if part.name}
    named = {title.partition(" Where")[0] for title in book.sheetnames if " Where" in title}
    assert named <= stages
    assert named


@pytest.mark.pdf
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_reads_back(material: Material, hostile: Material, language: Any) -> None:
    for each in (material, hostile):
        data = as_pdf(composed(each, language))
        assert data == as_pdf(composed(each, language))
        reader = pytest.importorskip("pypdf").PdfReader(io.BytesIO(data))
        text = "".join(page.extract_text() for page in reader.pages)
        joined = re.sub(r"\s+", "", text)
        wanted = {"zh": ("敏感性分析", "声明单位", "虚构"), "en": ("Sensitivity", "declaredunit")}
        for word in wanted[language]:
            assert word in joined
        assert f"{each.footprint.total:,.2f}" in joined
    assert "<script>alert(1)</script>=HYPERLINK(1)$x$#leta=1;\\alpha" in joined


@pytest.mark.pdf
@pytest.mark.parametrize("character", ["\U000f0000", "\U0001f600", "\ue000"])
def test_a_character_that_no_font_holds_is_an_error_not_a_box(
    material: Material, character: str
) -> None:
    strange = replace(material.footprint, title=Name(character, character))
    with pytest.raises(DeclareError, match=f"U\\+{ord(character):04X}"):
        as_pdf(composed(replace(material, footprint=strange), "en"))


def test_a_waterfall_leads_from_the_first_to_the_last() -> None:
    svg = waterfall(("a", 10.0), [Step("<x>", -4.0), Step("y", 1.0)], ("b", 7.0))
    assert "&lt;x&gt;" in svg
    assert "<x>" not in svg
    assert svg.count("<rect") == 4


def test_rows_that_do_not_fit_their_columns_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="cells in one table"):
        Table(("a", "b"), ((Cell("1"),),), "ll")


def test_another_ending_is_refused(material: Material, tmp_path: Path) -> None:
    with pytest.raises(DeclareError, match="format-unknown"):
        save_report(tmp_path / "report.docx", material)


def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(found for name in names if (found := shutil.which(name)))


def browse(page: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    call = [chromium(), "--headless", "--no-sandbox", "--disable-gpu", *flags, page.as_uri()]
    return subprocess.run(call, capture_output=True, text=True, timeout=120, check=True)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_browser_complains_of_nothing_and_asks_for_nothing(
    material: Material, tmp_path: Path, language: Any
) -> None:
    page, log = tmp_path / "报告.html", tmp_path / "net.json"
    page.write_text(as_html(composed(material, language)), encoding="utf-8")
    flags = ("--enable-logging=stderr", f"--log-net-log={log}", "--dump-dom")
    seen = browse(page, f"--user-data-dir={tmp_path / 'profile'}", *flags)
    assert "CONSOLE" not in seen.stderr
    requests = re.findall(r'"url":"((?:https?|wss?):[^"]+)"', log.read_text(encoding="utf-8"))
    background = ("google", "gstatic", "chromium.org", "gvt1", "doubleclick")
    assert [url for url in requests if not any(each in url for each in background)] == []
    plain = material.footprint.as_dict()
    rows = re.search(r'data-key="by_stage".*?</table>', seen.stdout, re.DOTALL)
    assert rows
    values = [float(each) for each in re.findall(r'data-value="([^"]+)"', rows[0])]
    assert values == [*plain["by_stage"].values(), plain["total"]]  # type: ignore[attr-defined]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_serious_fault(material: Material, tmp_path: Path, language: Any) -> None:
    package = pytest.importorskip("axe_core_python")
    axe = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page = as_html(composed(material, language))
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    run = (
        f"<script>{axe}</script><script>axe.run(document).then(r => {{"
        "document.documentElement.setAttribute('data-axe', JSON.stringify(r.violations.map("
        "v => [v.id, v.impact, v.nodes.length, v.nodes[0].html.slice(0, 200)])));});</script>"
    )
    path = tmp_path / "page.html"
    path.write_text(page.replace("</body>", f"{run}</body>"), encoding="utf-8")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    seen = browse(path, profile, "--virtual-time-budget=20000", "--dump-dom")
    found = re.search(r'data-axe="([^"]*)"', seen.stdout)
    assert found
    faults = json.loads(entities.unescape(found[1]))
    assert [each for each in faults if each[1] in {"serious", "critical"}] == []
