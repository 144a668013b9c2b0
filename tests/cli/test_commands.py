"""The command line: what scripts get, what people read, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pcf
from pcf import resources
from pcf.cli.main import main
from pcf.cli.options import chosen_language

STUDY = resources.folder("product_rules") / "aluminium" / "reference_study"


def run(*arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    out, err = capsys.readouterr()
    return ended.value.code, out, err


def test_footprint_as_json_is_the_footprint(capsys):
    code, out, _ = run("footprint", STUDY, "--format", "json", capsys=capsys)
    background = pcf.open_background("cn-public", edition="2026.1")
    expected = pcf.reference_study("aluminium").footprint(background).as_dict()
    assert code == 0
    assert json.loads(out) == json.loads(json.dumps(expected))


def test_footprint_as_csv_sums_to_the_total(capsys):
    code, out, _ = run("footprint", STUDY, "--format", "csv", capsys=capsys)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert sum(float(row["kg_co2e"]) for row in rows) == pytest.approx(13_580.780377942, rel=1e-9)


@pytest.mark.parametrize(("language", "word"), [("zh", "氧化铝"), ("en", "alumina")])
def test_text_speaks_the_language_asked_for(language, word, capsys):
    code, out, _ = run("footprint", STUDY, "--language", language, capsys=capsys)
    assert code == 0
    assert word in out
    assert "13,580.78" in out


def test_variations_are_asked_for_by_name(capsys):
    market = run("footprint", STUDY, "--electricity", "market:own", "-f", "json", capsys=capsys)
    assert json.loads(market[1])["total"] == pytest.approx(6_609.933, rel=1e-6)
    assert json.loads(market[1])["planned"] is True
    ocean = run("footprint", STUDY, "--alternative", "ocean, Capesize", "-f", "json", capsys=capsys)
    assert json.loads(ocean[1])["total"] == pytest.approx(13_486.0, abs=0.05)


def test_output_goes_to_a_file_whole(tmp_path, capsys):
    target = tmp_path / "足迹.json"
    code, out, err = run("footprint", STUDY, "-f", "json", "-o", target, capsys=capsys)
    assert (code, out) == (0, "")
    assert "足迹.json" in err
    assert json.loads(target.read_text("utf-8"))["planned"] is False


def test_check_of_a_sound_study_ends_with_zero(capsys):
    assert run("check", STUDY, "-l", "zh", capsys=capsys)[:2] == (0, "没有问题。\n")


def broken(tmp_path):
    folder = tmp_path / "碳足迹 测试"
    shutil.copytree(STUDY, folder)
    path = folder / "activity.csv"
    path.write_text(path.read_text("utf-8").replace("382,kgce", "382,kgcf", 1), "utf-8")
    return folder


def test_check_of_a_broken_study_names_the_line_and_ends_with_one(tmp_path, capsys):
    folder = broken(tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, out, err = run("check", folder, "-l", "en", capsys=capsys)
    assert (code, out) == (1, "")
    assert "activity.csv, line 5, unit" in err
    assert "kgce" in err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    code, out, _ = run("check", folder, "-f", "json", capsys=capsys)
    (told,) = json.loads(out)
    assert (code, told["code"]) == (1, "unit-unknown")
    assert told["zh"]
    assert told["en"]
    code, out, _ = run("check", folder, "-f", "csv", capsys=capsys)
    (row,) = csv.DictReader(io.StringIO(out))
    assert (code, row) == (1, told)


def test_what_a_user_did_wrong_gives_no_traceback(tmp_path, capsys):
    for arguments in (
        ("footprint", tmp_path / "nowhere"),
        ("footprint", STUDY, "--electricity", "moonshine"),
        ("footprint", STUDY, "--alternative", "ocean"),
        ("footprint", STUDY, "--background", "cn-public@1999"),
        ("explain", STUDY, "unobtainium"),
        ("data", "list", "nowhere@1"),
    ):
        code, _, err = run(*arguments, capsys=capsys)
        assert code == 1
        assert "Traceback" not in err
        assert "[" in err


def test_a_wrong_call_ends_with_two(capsys):
    assert run("footprint", STUDY, "--format", "xml", capsys=capsys)[0] == 2


def test_template_is_read_back(tmp_path, capsys):
    path = tmp_path / "模板.xlsx"
    assert run("template", path, capsys=capsys)[0] == 0
    assert run("template", path, capsys=capsys)[0] == 1
    code, _, err = run("footprint", path, "-l", "zh", capsys=capsys)
    assert code == 1
    assert "declared_unit.product" in err


def test_explain_prints_arithmetic_with_sources(capsys):
    code, out, _ = run("explain", STUDY, "potline", "-l", "en", capsys=capsys)
    assert code == 0
    assert "13599 kWh x 0.5777 kg CO2e/kWh = 7856.1423 kg CO2e" in out
    assert "2025-09-28" in out


def test_data_list_shows_sets_rows_and_finds(capsys):
    assert "cn-public" in run("data", "list", capsys=capsys)[1]
    found = run("data", "list", "cn-public@2026.1", "--search", "烧碱", "-f", "json", capsys=capsys)
    ids = [row["id"] for row in json.loads(found[1])]
    assert ids == ["sodium-hydroxide", "sodium-hydroxide-allocated"]


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["footprint", "x", "-l", "zh"], "zh"),
        (["--language=zh"], "zh"),
        (["footprint"], "en"),
        (["footprint", "-l"], "en"),
    ],
)
def test_the_language_of_a_failed_call(arguments, language, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "PCF_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    assert chosen_language(arguments) == language
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert chosen_language(["footprint"]) == "zh"


def test_chinese_reaches_a_console_that_is_not_utf_8():
    """A Windows console of another code page must not end in an encoding error."""
    done = subprocess.run(
        [sys.executable, "-m", "pcf.cli", "data", "list", "-l", "zh"],
        capture_output=True,
        check=True,
        cwd=Path(pcf.__file__).parents[1],
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"},
    )
    assert "cn-public" in done.stdout.decode("utf-8")


def test_commands_are_found_by_listing_the_folder(capsys):
    listed = run("--help", capsys=capsys)[1]
    assert all(name in listed for name in ("check", "data", "explain", "footprint", "template"))


def test_the_version_is_told(capsys):
    assert run("--version", capsys=capsys)[:2] == (0, f"pcf {pcf.__version__}\n")


@pytest.mark.parametrize("group", [(), ("certificates",), ("key",), ("register",), ("data",)])
def test_lists_of_commands_tell_each_in_full(group, capsys):
    code, out, _ = run(*group, "--help", capsys=capsys)
    assert code == 0
    assert "..." not in out.partition("Commands:")[2]


LOADED = """
import sys
from pcf.cli.main import build
build(sys.argv[1:])
print(*(name.rpartition(".")[2] for name in sys.modules if "cli.commands." in name))
"""


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (("footprint", "x"), {"footprint"}),
        (("data", "list"), {"data_list"}),
        (("rules",), {"rules_check", "rules_list", "rules_show"}),
        (("rules", "--help"), {"rules_check", "rules_list", "rules_show"}),
    ],
)
def test_a_command_loads_no_other(arguments, loaded):
    call = [sys.executable, "-c", LOADED, *arguments]
    found = subprocess.run(call, capture_output=True, text=True, check=True)
    assert set(found.stdout.split()) == loaded
