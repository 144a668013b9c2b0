"""The commands on background data: what scripts get, and how it ends."""

from __future__ import annotations

import json

import pytest

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
