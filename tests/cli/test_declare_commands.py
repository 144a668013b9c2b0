"""`pcf declare` and `pcf register`, as an exporter and a certification body call them."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pcf import resources
from pcf.cli.main import main
from pcf.declare.document import read_declaration
from pcf.errors import DeclareError
from pcf.formats.cbam import read_details
from pcf.formats.pact import read_pact

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DOCUMENT = """
valid = "2025-01-01/2027-12-31"
id = "3b1f6c0e-5a0d-4c39-9f7e-0a6f2f6f1c11"
[product]
name = "aluminium ingot 99.70 %"
cn_code = "7601 10 00"
fossil_carbon = "0 %"
[company]
name = "示例铝业有限公司"
registration = "91620000EXAMPLE"
address = "Lanzhou"
[cbam]
route = "K"
electricity = { value = 0.5306, code = "D.4.3.1", source = "MEE 2023" }
[cbam.answers]
7 = { not_applicable = "no heat network" }
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[object, str, str]]:
    def call(*arguments: object) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return call


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The reference study of aluminium, on a background that is taken as published."""
    place = tmp_path / "研究"
    shutil.copytree(resources.folder("product_rules") / "aluminium" / "reference_study", place)
    own = place / "background" / "set.toml"
    own.write_text(
        own.read_text(encoding="utf-8").replace("draft = true", "draft = false"), "utf-8"
    )
    return place


@pytest.fixture
def details(tmp_path: Path) -> Path:
    path = tmp_path / "声明.toml"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


def test_declare_writes_pact_and_enters_it(
    run: Callable[..., Any], study: Path, details: Path, tmp_path: Path
) -> None:
    register = tmp_path / "register.db"
    code, out, _ = run(
        "declare", study, tmp_path / "客户.json", "-d", details, "--register", register
    )
    assert code == 0
    assert "13600 kg CO2e" in out
    assert read_pact(tmp_path / "客户.json")[0].findings == ()
    code, out, _ = run("register", "list", register, "--format", "json", "--on", "2026-01-01")
    (entry,) = json.loads(out)
    assert (entry["value"], entry["status"]) == ("13600", "active")
    edition = ("--background", "cn-public 2026.1", "--on", "2026-01-01")
    code, out, _ = run("register", "affected", register, *edition, "--language", "zh")
    assert code == 3
    assert "有效" in out
    code, _, err = run("register", "affected", register, "--background", "cn-public 2025.1")
    assert (code, "register-ground" in err) == (1, True)
    code, out, _ = run("register", "withdraw", register, entry["id"], "--reason", "电表故障")
    assert code == 0
    code, out, _ = run("register", "show", register, entry["id"], "--format", "json")
    assert json.loads(out)["withdrawn_because"] == "电表故障"


def test_declare_writes_a_cbam_workbook(
    run: Callable[..., Any], study: Path, details: Path, tmp_path: Path
) -> None:
    path = tmp_path / "进口商.xlsx"
    code, _, _ = run("declare", study, path, "-d", details, "-f", "cbam")
    assert code == 0
    page = openpyxl.load_workbook(path).worksheets[0]
    assert 1.6575431 in [cell.value for cell in page[page.max_row]]


def test_wrong_calls_of_the_register_are_told(run: Callable[..., Any], tmp_path: Path) -> None:
    slip = tmp_path / "登记 册.db"
    for call in (("list", slip), ("show", slip, "x"), ("withdraw", slip, "x", "--reason", "y"),
                 ("affected", slip, "--pack", "x")):  # fmt: skip
        code, _, err = run("register", *call)
        assert (code, "file-missing" in err) == (1, True)
    assert not slip.exists()
    for call in (("list", slip, "--on", "2026-13-01"), ("affected", slip, "--on", "soon"),
                 ("affected", slip), ("affected", slip, "--serials", "S:5-3")):  # fmt: skip
        assert run("register", *call)[0] in {1, 2}


def test_default_values_carry_their_instrument_date_and_year(
    run: Callable[..., Any], study: Path, details: Path, tmp_path: Path
) -> None:
    table = tmp_path / "default values.csv"
    table.write_text(
        "country_or_territory,good_key,default_direct,default_indirect,default_total\n"
        "China,7601-unwrought-aluminium,3.0,,3.0\n",
        encoding="utf-8",
    )
    call = ("declare", study, tmp_path / "x.xlsx", "-d", details, "-f", "cbam")
    code, _, err = run(*call, "--defaults", table)
    assert (code, "declare-missing" in err, "instrument" in err) == (1, True, True)
    asked = details.read_text("utf-8").replace(
        "[cbam]", '[cbam]\ndefaults = { instrument = "2025/2621", date = "2026-07", year = 2026 }'
    )
    details.write_text(asked, encoding="utf-8")
    assert run(*call, "--defaults", table)[0] == 0


def test_a_draft_of_background_data_is_refused_and_nothing_written(
    run: Callable[..., Any], study: Path, details: Path, tmp_path: Path
) -> None:
    own = study / "background" / "set.toml"
    own.write_text(own.read_text("utf-8").replace("draft = false", "draft = true"), "utf-8")
    code, _, err = run("declare", study, tmp_path / "x.json", "-d", details)
    assert (code, "declare-draft" in err) == (1, True)
    assert not (tmp_path / "x.json").exists()


def test_every_mistake_of_a_document_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "声明.toml"
    path.write_text(
        "vald = '2025'\nstandards = 'ISO14067'\n[product]\nnam = 'x'\n[company]\nname = 3\n",
        encoding="utf-8",
    )
    with pytest.raises(DeclareError) as caught:
        read_declaration(path)
    found = [(each.code, each.where.item) for each in caught.value.problems]
    assert found == [
        ("declare-word", "vald"),
        ("declare-kind", "standards"),
        ("declare-word", "product.nam"),
        ("declare-missing", "product"),
        ("declare-kind", "company.name"),
    ]
    assert caught.value.problems[0].candidates[0] == "valid"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"electricity": {"value": "0.5", "code": "D.4.1", "source": "x"}}, "declare-kind"),
        ({"electricty": {}}, "declare-word"),
        ({"precursor": [{"flow": "pig iron", "cn_code": "7201", "country": "CN"}]},
         "cbam-precursor-value"),
        ({"answers": {"17": {"value": "x"}}}, "declare-word"),
        ({"processes": {"casting": 3}}, "declare-kind"),
        ({"precursor": "pig iron"}, "declare-kind"),
    ],
)  # fmt: skip
def test_wrong_cbam_details_are_refused(table: dict[str, Any], code: str) -> None:
    with pytest.raises(DeclareError, match=code):
        read_details(table)


def test_cbam_details_are_read() -> None:
    pig = {"flow": "pig iron", "cn_code": "7201 10 11", "country": "China", "direct": 2,
           "indirect": 0.1, "verified": True}  # fmt: skip
    found = read_details({"route": "F", "precursor": [pig], "answers": {"9": {"value": "false"}}})
    assert (found.route, found.precursors[0].direct, found.answers[9].state) == ("F", 2.0, "value")
