"""The commands on background data: what scripts get, and how it ends."""

from __future__ import annotations

import json
import shutil

import pytest

from pcf import files, resources
from pcf.cli.main import main


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def run(*arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    out, err = capsys.readouterr()
    return ended.value.code, out, err


def test_search_finds_ranks_and_says_why(capsys):
    call = ("data", "search", "烧碱", "--in", "cn-public@2026.1")
    code, out, _ = run(*call, "-f", "json", capsys=capsys)
    rows = json.loads(out)
    assert code == 0
    assert [row["id"] for row in rows] == ["sodium-hydroxide", "sodium-hydroxide-allocated"]
    assert all(row["why"] for row in rows)
    text = run(*call, "-l", "zh", "--most", "1", capsys=capsys)[1]
    assert "名称即为“烧碱”" in text
    assert "sodium-hydroxide-allocated" not in text
    assert run(*call, "-f", "csv", capsys=capsys)[1].startswith("id,name,unit")


def test_search_filters_and_refuses(capsys):
    call = ("data", "search", "电", "--in", "cn-public@2026.1", "-f", "json")
    found = run(*call, "--place", "甘肃", "--period", "2024", capsys=capsys)[1]
    years = {row["id"]: row["period"] for row in json.loads(found)}
    assert {years[id_] for id_ in years if id_.startswith("electricity-")} == {"2024"}
    for more in (("--place", "Atlantis"), ("--boundary", "x"), ("--confidence", "x")):
        code, _, err = run(*call, *more, capsys=capsys)
        assert code == 1
        assert "Traceback" not in err
    code, _, err = run("data", "search", "电", "--in", "nowhere@1", capsys=capsys)
    assert (code, "[set-unknown]" in err) == (1, True)


EDITION = resources.folder("background_data") / "cn-public" / "2026.1"


def test_diff_tells_numbers_and_the_footprints_that_move_with_them(tmp_path, capsys):
    changed = tmp_path / "changed"
    shutil.copytree(EDITION, changed)
    table = changed / "exchanges.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    (line,) = (each for each in lines if each.startswith("electricity-average-2024: CO2e,"))
    lines[lines.index(line)] = line.replace(",0.5777,", ",0.6777,")
    table.write_text("".join(lines), "utf-8")
    code, out, _ = run("data", "diff", "cn-public@2026.1", changed, "-f", "json", capsys=capsys)
    moved, *footprints = json.loads(out)
    assert code == 0
    assert (moved["row"], moved["old"], moved["new"]) == (
        "electricity-average-2024: CO2e", "0.5777", "0.6777",
    )  # fmt: skip
    assert footprints
    assert all(each["change"].startswith("+") for each in footprints)
    same = run("data", "diff", EDITION, EDITION, "-f", "json", "-l", "zh", capsys=capsys)[1]
    assert {each["what"] for each in json.loads(same)} == {"碳足迹"}
    assert {each["change"] for each in json.loads(same)} == {"+0.00%"}


def test_lock_publishes_an_edition_once_it_is_no_draft(tmp_path, capsys):
    folder = tmp_path / "cn-public" / "2026.1"
    shutil.copytree(EDITION, folder)
    path = folder / "set.toml"
    path.write_text(path.read_text("utf-8").replace("draft = false", "draft = true"), "utf-8")
    code, _, err = run("data", "lock", folder, capsys=capsys)
    assert (code, "[lock-draft]" in err) == (1, True)
    path.write_text(path.read_text("utf-8").replace("draft = true", "draft = false"), "utf-8")
    code, out, _ = run("data", "lock", folder, capsys=capsys)
    assert code == 0
    assert (tmp_path / "editions.lock").read_text("utf-8") == f"{out.strip()}  cn-public/2026.1\n"


HANDING_IN = ("--characterisation", "AR6", "--convention", "0/0", "--year", "2024")


def test_export_hands_in_fields_scores_and_licences(tmp_path, capsys):
    path = tmp_path / "因子.json"
    said = tmp_path / "stated.csv"
    said.write_text("process,review,allocation\n*,CQC,none\n", "utf-8")
    call = ("data", "export", "cn-public@2026.1", *HANDING_IN, "-o", path, "--stated", said)
    ids = ("electricity-average-2024", "hard-coal-boiler")
    chosen = [word for id_ in ids for word in ("--process", id_)]
    code, out, err = run(*call, *chosen, "-l", "zh", capsys=capsys)
    assert (code, err) == (0, "")
    assert "汇编本身" in out
    told = json.loads(path.read_text("utf-8"))
    values = {row["id"]: row for row in told["factors"]}
    assert values["electricity-average-2024"]["value"] == pytest.approx(0.5777)
    assert values["electricity-average-2024"]["fossil"] is None
    assert values["hard-coal-boiler"]["value"] > 94
    assert {row["review"] for row in told["factors"]} == {"CQC"}
    assert all("取舍准则" in row["missing"] for row in told["factors"])


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_export_writes_tables_that_read_back(tmp_path, capsys, ending):
    path = tmp_path / f"factors.{ending}"
    call = ("data", "export", EDITION, *HANDING_IN, "--process", "sodium-hydroxide", "-o", path)
    assert run(*call, "-l", "en", capsys=capsys)[0] == 0
    problems = []
    table = (
        files.read_csv(path, problems)
        if ending == "csv"
        else next(iter(files.read_workbook(path, problems).values()))
    )
    assert problems == []
    assert len(table.rows) == 1
    assert "sodium-hydroxide" in table.rows[0].cells


def test_export_refuses_what_it_cannot_do(tmp_path, capsys):
    call = ("data", "export", "cn-public@2026.1", *HANDING_IN)
    for more, code in (
        (("-o", tmp_path / "a.pdf"), "[export-ending]"),
        (("-o", tmp_path / "a.csv", "--process", "unobtainium"), "[handing-in-process]"),
    ):
        ended, _, err = run(*call, *more, capsys=capsys)
        assert (ended, code in err) == (1, True)
    assert not (tmp_path / "a.csv").exists()


def test_search_joins_a_users_own_list_in_order(tmp_path, capsys):
    own = tmp_path / "ours.csv"
    own.write_text("产品,因子,来源\n烧碱 液体,0.9 kg CO2e/kg,letter\n", "utf-8")
    call = ("data", "search", "烧碱", "--in", "cn-public@2026.1", "--in", own, "-f", "json")
    rows = json.loads(run(*call, capsys=capsys)[1])
    assert [row["set"] for row in rows] == ["cn-public 2026.1", "cn-public 2026.1", "ours"]
