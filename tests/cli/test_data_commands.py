"""The commands on background data: what scripts get, and how it ends."""

from __future__ import annotations

import json
import shutil

import pytest

from pcf import files, resources
from pcf.background import open_background
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
    assert run(*call, "-f", "csv", capsys=capsys)[1].startswith("id,name,product,unit")


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


def test_search_that_finds_nothing_says_what_can_be_done(capsys):
    call = ("data", "search", "硫酸铵", "--in", "cn-public@2026.1", "-l", "zh")
    code, out, err = run(*call, capsys=capsys)
    assert (code, out) == (0, "")
    assert "硫酸铵" in err
    assert "data take" in err
    assert json.loads(run(*call, "-f", "json", capsys=capsys)[1]) == []


def test_tables_for_people_speak_the_language_asked_for(capsys):
    search = ("data", "search", "风电", "--in", "cn-public@2026.1")
    head, _, row, *_ = run(*search, "-l", "zh", capsys=capsys)[1].splitlines()
    assert head.split() == [
        "编号",
        "名称",
        "产品",
        "单位",
        "地点",
        "时期",
        "边界",
        "置信等级",
        "数据集",
    ]
    assert row.startswith("electricity-wind-2024")
    listed = ("data", "list", "cn-public@2026.1", "--search", "电力 甘肃 2023")
    head, _, usable, row = run(*listed, "-l", "zh", capsys=capsys)[1].splitlines()
    assert usable.startswith("electricity-average-2023")
    assert head.split()[-3:] == ["类别", "边界", "来源"]
    assert "燃烧（核算用）" in row
    told = json.loads(run(*listed, "-l", "zh", "-f", "json", capsys=capsys)[1])
    assert [each["family"] for each in told] == ["life cycle", "combustion"]


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
    moved = {each["process"]: each["declared"] for each in footprints if each["change"] != "+0.00%"}
    assert "becomes" in moved["aluminium-reference"]
    assert all(each["declared"].endswith("stands") for each in footprints[len(moved) :])
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


SUPPLIER = (
    "编号,供应商,产品,声明数量,单位,碳足迹 (kg CO2e),地点,时期,边界,特征化集,"
    "生物源碳约定,核查,文件\n"
    "{id},兰州轧钢,steel strip,1,t,2100,甘肃,2024,摇篮到大门,AR6,0/0,第三方,报告\n"
)


def test_receive_makes_a_set_and_adds_to_it(tmp_path, capsys):
    sheets = [tmp_path / name for name in ("a.csv", "b.csv")]
    for sheet, id_ in zip(sheets, ("strip 1", "strip 2"), strict=True):
        sheet.write_text(SUPPLIER.format(id=id_), "utf-8")
    folder = tmp_path / "研究" / "background"
    folder.parent.mkdir()
    code, out, err = run("data", "receive", sheets[0], "--to", folder, capsys=capsys)
    assert (code, err.strip()) == (0, str(folder))
    assert "AR6 (0/0)" in out
    code, _, err = run("data", "receive", sheets[1], "--to", folder, capsys=capsys)
    assert (code, "[folder-not-empty]" in err) == (1, True)
    code, _, _ = run("data", "receive", sheets[1], "--to", folder, "--add", capsys=capsys)
    assert code == 0
    assert {row.id for row in open_background(folder=folder).processes} == {"strip 1", "strip 2"}
    code, _, err = run("data", "receive", sheets[1], "--to", folder, "--add", capsys=capsys)
    assert (code, "[set-holds-row]" in err) == (1, True)


def test_measure_says_the_uncertainty_and_what_stands_out(tmp_path, capsys):
    path = tmp_path / "m.toml"
    path.write_text(
        'id = "own"\nproduct = "our coal"\nplace = "CN-GS"\nperiod = "2025"\n'
        'boundary = "combustion only"\n[source]\ndocument = "lab"\n[fuel]\nlots = "lots.csv"\n'
        "oxidised = { value = 0.98, half_width = 0.01 }\n",
        "utf-8",
    )
    lots = "mass,carbon,heat\n" + "".join(
        f"1,{each},21\n" for each in (0.56, 0.57, 0.55, 0.56, 0.7)
    )
    (tmp_path / "lots.csv").write_text(lots, "utf-8")
    code, out, _ = run("data", "measure", path, "--to", tmp_path / "set", "-l", "zh", capsys=capsys)
    assert code == 0
    assert "±" in out
    assert "0.7 carbon" in out
    (row,) = open_background(folder=tmp_path / "set").processes
    assert [each.code for each in row.told] == ["series-outlier", "calibration-missing"]


def test_measure_sets_the_stack_beside_the_calculation(tmp_path, capsys):
    told = (
        'id = "own"\nproduct = "lime"\nplace = "CN-GS"\nperiod = "2025"\n'
        'boundary = "gate to gate"\n[source]\ndocument = "CEMS"\n'
        '[emission]\ngas = "CO2"\nreadings = "stack.csv"\nunit = "t"\nclass = 0.02\n'
        '[made]\nreadings = "made.csv"\nunit = "t"\nclass = 0.005\n'
        '[calculated]\nreadings = "calculated.csv"\n'
    )
    path = tmp_path / "m.toml"
    path.write_text(told, "utf-8")
    for name, values in (("stack", "8 9 8 7"), ("made", "10 11 10 9"), ("calculated", "8 9 8.1 7")):
        (tmp_path / f"{name}.csv").write_text("\n".join(["value", *values.split()]), "utf-8")
    out = run("data", "measure", path, "-l", "zh", capsys=capsys)[1]
    assert "未显示差异" in out
    assert "4 对" in out


def test_provincial_writes_a_set_from_one_table(tmp_path, capsys):
    path = tmp_path / "power.csv"
    path.write_text(
        "year,place,kind,name,amount,unit,source\n2024,甘肃,generation,coal,1,TWh,yearbook\n"
        "2024,甘肃,emissions,,0.8,Mt,yearbook\n",
        "utf-8",
    )
    folder = tmp_path / "power"
    call = ("data", "provincial", path, "--year", "2024", "--to", folder)
    code, out, _ = run(*call, capsys=capsys)
    assert code == 0
    assert "0.8000" in out
    assert {row.family for row in open_background(folder=folder).processes} == {"combustion"}
    code, _, err = run(*call[:4], "2031", "--to", tmp_path / "x", capsys=capsys)
    assert (code, "[statistics-year]" in err) == (1, True)


def test_take_makes_a_set_of_a_list_that_can_be_handed_in(tmp_path, capsys):
    own = tmp_path / "ours.csv"
    own.write_text("产品,因子,来源\n铝锭（本厂）,14.2 kg CO2e/kg,核查报告\n", "gb18030")
    folder = tmp_path / "set"
    assert run("data", "take", own, "--to", folder, capsys=capsys)[0] == 0
    (row,) = open_background(folder=folder).processes
    assert row.process.product == "铝锭（本厂）"
    path = tmp_path / "handed.json"
    code, _, err = run("data", "export", folder, *HANDING_IN, "-o", path, capsys=capsys)
    assert (code, err) == (0, "")
    (told,) = json.loads(path.read_text("utf-8"))["factors"]
    assert told["value"] == pytest.approx(14.2)


def test_list_counts_rows_by_confidence(capsys):
    call = ("data", "list", "cn-public@2026.1", "--by-confidence", "-f", "json")
    rows = json.loads(run(*call, capsys=capsys)[1])
    assert rows[0] == {"confidence": "primary", "rows": "0"}
    assert int(rows[1]["rows"]) > 600


def test_a_measurement_tells_its_budget_in_the_language_asked_for(tmp_path, capsys):
    lots = "sample,mass,carbon,heat\n1,1000,0.560,21.0\n2,1200,0.565,21.3\n3,900,0.571,21.4\n"
    (tmp_path / "lots.csv").write_text(lots, "utf-8")
    text = """
    id = "coal"
    product = "coal"
    place = "甘肃"
    period = "2025"
    boundary = "combustion only"
    source = { document = "Analyses", confidence = "primary" }
    fuel = { lots = "lots.csv", oxidised = { value = 0.98, half_width = 0.01 } }
    """
    path = tmp_path / "coal.toml"
    path.write_text("\n".join(line.strip() for line in text.splitlines()), "utf-8")
    said = run("data", "measure", path, "-l", "zh", capsys=capsys)[1]
    assert "3 次读数" in said
    assert "碳氧化率" in said
    assert "相关系数" in said
    assert "correlate by" in run("data", "measure", path, "-l", "en", capsys=capsys)[1]


def test_a_set_of_accounts_is_not_compared_with_studies_of_another(tmp_path, capsys):
    table = tmp_path / "power.csv"
    table.write_text(
        "year,place,kind,name,amount,unit,source\n"
        "2024,甘肃,generation,coal,900,亿kWh,S\n2024,甘肃,emissions,,72,Mt,S\n"
        "2025,甘肃,generation,coal,900,亿kWh,S\n2025,甘肃,emissions,,70,Mt,S\n",
        "utf-8",
    )
    for year in ("2024", "2025"):
        call = ("data", "provincial", table, "--year", year, "--to", tmp_path / year / "gansu")
        assert run(*call, capsys=capsys)[0] == 0
    old, new = (tmp_path / year / "gansu" for year in ("2024", "2025"))
    out = run("data", "diff", old, new, "-f", "json", capsys=capsys)[1]
    assert "footprint" not in {each["what"] for each in json.loads(out)}
    same = run("data", "diff", old, old, "-l", "zh", capsys=capsys)[1]
    assert same == "数值与事实均无差异。\n"


@pytest.mark.parametrize("named", ["nowhere/gansu", "sheet.csv", "./x"])
def test_a_folder_that_is_not_there_is_not_called_an_unknown_set(named, capsys):
    code, _, err = run("data", "diff", named, named, "-l", "zh", capsys=capsys)
    assert (code, "[set-no-folder]" in err) == (1, True)
    assert named.lstrip("./") in err


LIST = "产品,因子,来源,地点\ncoke,3 kg CO2e/kg,信,甘肃\nlime,1 kg CO2e/kg,信,西北区域电网\n"


def test_a_province_hands_in_for_itself_and_an_account_is_called_one(tmp_path, capsys):
    (tmp_path / "ours.csv").write_text(LIST, "utf-8")
    folder, output = tmp_path / "set", tmp_path / "factors.json"
    assert run("data", "take", tmp_path / "ours.csv", "--to", folder, capsys=capsys)[0] == 0
    gases = ("--characterisation", "AR6", "--convention", "0/0", "-o", output)
    for more, scores in (
        ((), [5, 1]),  # the north-west holds both
        (("--place", "甘肃"), [1, 2]),
        (("--process", "ours: coke"), [1]),
    ):
        assert run("data", "export", folder, *gases, *more, capsys=capsys)[0] == 0
        told = json.loads(output.read_text("utf-8"))["factors"]
        assert [each["score_geography"] for each in told] == scores
    public = ("cn-public@2026.1", *gases, "--process", "electricity-co2-cn-gs-2023")
    assert run("data", "export", *public, capsys=capsys)[0] == 0
    (account,) = json.loads(output.read_text("utf-8"))["factors"]
    assert account["family"] == "combustion"


def test_a_row_that_is_there_is_not_changed_behind_the_back(tmp_path, capsys):
    (tmp_path / "ours.csv").write_text(LIST, "utf-8")
    take = ("data", "take", tmp_path / "ours.csv", "--to", tmp_path / "set")
    assert run(*take, capsys=capsys)[0] == 0
    before = {path: path.read_bytes() for path in (tmp_path / "set").iterdir()}
    (tmp_path / "ours.csv").write_text(LIST.replace("3 kg", "4 kg"), "utf-8")
    code, _, told = run(*take, "--add", capsys=capsys)
    assert code == 1
    assert told.count("[set-holds-row]") == 2
    assert {path: path.read_bytes() for path in (tmp_path / "set").iterdir()} == before
