"""`pcf certificates`: a plant's accountant, from lists to claims, with the mistakes they make."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import pcf
from pcf.cli.main import main
from pcf.electricity.intervals import Interval
from pcf.electricity.matching import Circumstances, Tie

LISTS = Path(__file__).parents[2] / "examples" / "green_electricity"
FIRM = "示例铝业有限公司"
TIE = ("--tie", "90000000000000011=potline 1:0.02")
RULES = ("--profile", "CN-GEC-2026")


@pytest.fixture
def call(capsys):
    """Return a caller of the command line: exit code, output, errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["certificates", *(str(each) for each in arguments)])
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


@pytest.fixture
def ledger(tmp_path, call):
    """Record the lists of the year, meters apart."""
    place = tmp_path / "碳足迹 测试" / "台账.db"
    place.parent.mkdir()
    exclusions = tmp_path / "ccer.csv"
    exclusions.write_text("机制,项目,月份,登记编号\nCCER,90000000000000041,2024-05,C-1\n", "utf-8")
    names = ("gec-2024", "green-power-2024", "settlements-2024", "offshore-2024")
    lists = [LISTS / f"{name}.csv" for name in names]
    code, out, _ = call("record", place, *lists, exclusions, "-l", "zh")
    assert code == 0
    assert "绿证 13,270 张" in out
    assert "结算单 12 份" in out
    assert "排除 1 条" in out
    return place


METERS = LISTS / "workshops-2024.csv"
RECORDS = [LISTS / name for name in ("registry-record.csv", "registry-record-power.csv")]


def claimed(ledger, call, *more):
    records = [part for path in RECORDS for part in ("--record", path)]
    return call("claim", ledger, *RULES, "--meters", METERS, *TIE, *records, *more)


def test_the_same_files_again_count_once(ledger, call, tmp_path):
    lists = [LISTS / f"{name}.csv" for name in ("gec-2024", "green-power-2024")]
    before = json.loads(call("position", ledger, "-f", "json")[1])
    code, out, err = call("record", ledger, *lists)
    assert code == 1  # other files together with some that were recorded before: not the same batch
    assert "recorded" in err
    again = [*lists, LISTS / "settlements-2024.csv", LISTS / "offshore-2024.csv"]
    code, out, _ = call("record", ledger, *again, tmp_path / "ccer.csv", "-f", "json")
    assert code == 0
    assert json.loads(out)["again"] is True
    assert json.loads(call("position", ledger, "-f", "json")[1]) == before


def test_a_plan_is_shown_and_nothing_is_written(ledger, call):
    head = call("position", ledger, "-f", "json")[1]
    code, out, _ = call("match", ledger, *RULES, "-m", METERS, *TIE, "-l", "zh")
    assert code == 0
    assert "12,922,000" in out
    assert "CCER" in out
    assert "计划电力不可认证" in out
    code, out, _ = call("match", ledger, *RULES, "-m", METERS, *TIE, "-f", "json")
    plan = json.loads(out)
    assert (plan["covered_wh"], plan["consumed_wh"]) == (12_922_000_000, 13_696_000_000)
    assert [each["test"] for each in plan["refused"]] == ["exclusion"]
    assert plan["certifiable"] is False
    assert call("position", ledger, "-f", "json")[1] == head


def test_the_list_for_the_registry_has_whole_serials(ledger, call, tmp_path):
    target = tmp_path / "待核销.csv"
    code, _, _ = call(
        "match", ledger, *RULES, "-m", METERS, *TIE, "--to-cancel", target, "-l", "zh"
    )
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
    assert len(rows) == 31
    assert all(len(row["起始编号"]) == len(row["截止编号"]) == 32 for row in rows)
    given = [
        (row["起始编号"], row["截止编号"])
        for path in RECORDS
        for row in csv.DictReader(io.StringIO(path.read_text("utf-8")))
    ]
    assert sorted((row["起始编号"], row["截止编号"]) for row in rows) == sorted(given)


def test_every_profile_beside_the_others(ledger, call):
    code, out, _ = call("match", ledger, "--profile", "all", "-m", METERS, *TIE)
    assert code == 0
    assert all(name in out for name in ("CN-GEC-2024", "CBAM", "RE100", "EU-CFB-2024draft"))
    plans = json.loads(
        call("match", ledger, "--profile", "all", "-m", METERS, *TIE, "-f", "json")[1]
    )
    covered = {each["profile"]: each["covered_wh"] for each in plans}
    assert covered["CBAM"] < covered["CN-GEC-2026"]
    assert all(each["en"] and each["zh"] for plan in plans for each in plan["refused"])


def test_an_optional_rule_is_left_out_by_name_and_told(ledger, call):
    plain = ("match", ledger, *RULES, "-m", METERS, *TIE, "-f", "json")
    told = json.loads(call(*plain, "--without", "same-year")[1])
    assert told["profile"] == "CN-GEC-2026 (without same-year)"
    assert "profile-changed" in {each["code"] for each in told["findings"]}
    code, _, err = call(*plain, "--without", "trades")
    assert code == 1
    assert "trades" in err


def test_claim_audit_position_and_export(ledger, call, tmp_path):
    code, out, _ = claimed(ledger, call, "--footprint", "铝锭 2024", "-l", "zh")
    assert code == 0
    assert "HX-2025-0101" in out
    assert "potline 1" in out

    code, out, _ = call("audit", ledger, "-l", "zh")
    assert code == 0
    assert "I11" in out
    told = json.loads(call("audit", ledger, "-f", "json")[1])
    assert told["ok"] is True
    assert told["records"] == ["HX-2025-0101", "HX-2025-0102", "HX-2025-0103"]

    told = json.loads(call("position", ledger, "-f", "json")[1])
    assert told["totals_wh"] == {"active": 348_000_000, "claimed": 12_922_000_000}
    (claim,) = told["claims"]
    code, out, _ = call("position", ledger, "90000000000000031202403000100111", "-l", "zh")
    assert code == 0
    assert "HX-2025-0101" in out

    log, statement = tmp_path / "台账.jsonl", tmp_path / "主张.json"
    assert call("export", ledger, log)[0] == 0
    assert call("export", ledger, statement, "--claim", claim["id"])[0] == 0
    assert call("audit", ledger, log, statement)[0] == 0


def test_two_ledgers_that_claim_the_same_are_found(ledger, call, tmp_path):
    assert claimed(ledger, call)[0] == 0
    other = tmp_path / "other.db"
    assert call("record", other, LISTS / "gec-2024.csv")[0] == 0
    record = ("--record", RECORDS[0])
    assert call("claim", other, *RULES, "-m", METERS, *record)[0] == 0
    code, out, _ = call("audit", ledger, other, "-l", "zh")
    assert code == 1
    assert "90000000000000031" in out


def test_without_the_registrys_record_nothing_is_claimed(ledger, call):
    code, out, err = call("claim", ledger, *RULES, "-m", METERS, *TIE, "-l", "zh")
    assert (code, out) == (1, "")
    assert "未核销" in err
    assert json.loads(call("position", ledger, "-f", "json")[1])["claims"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("match", "LEDGER", *RULES, "-m", LISTS / "gec-2024.csv"), ("readings", "电表读数")),
        (("match", "LEDGER", "--profile", "CN-GEC"), ("CN-GEC-2026", "CN-GEC-2026")),
        (("match", "LEDGER", *RULES, "--tie", "M1"), ("PLANT=METER", "电站=电表")),
        (("match", "nowhere.db", *RULES), ("nowhere.db", "nowhere.db")),
        (("record", "LEDGER", LISTS / "README.md"), ("captions", "列标题")),
        (("record", "LEDGER", "absent.csv"), ("absent.csv", "absent.csv")),
        (("claim", "LEDGER", "--profile", "ENERGYTAG", "-m", METERS), ("nothing to claim", "主张")),
        (("export", "LEDGER", "x.json", "--claim", "K9"), ("K9", "K9")),
    ],
)
def test_mistakes_are_told_in_both_languages(ledger, call, arguments, words, monkeypatch):
    monkeypatch.chdir(ledger.parent)
    written = [ledger if each == "LEDGER" else each for each in arguments]
    for language, expected in zip(("en", "zh"), words, strict=True):
        code, out, err = call(*written, "-l", language)
        assert (code, out) == (1, "")
        assert expected in err
        assert "Traceback" not in err


def test_own_power_and_production_are_lists_too(tmp_path, call):
    place = tmp_path / "a.db"
    made, meters, certificates = (tmp_path / f"{name}.csv" for name in ("made", "meters", "gec"))
    project = "90000000000000051"
    certificates.write_text(
        "绿证编号,能源类型,接入方式,电量类型,持有方名称\n"
        f"{project}202403000000112,光伏,自发自用,自发自用,{FIRM}\n",
        "utf-8",
    )
    made.write_text(f"项目,月份,电量类型,电量(MWh)\n{project},2024-03,自发自用,3\n", "utf-8")
    meters.write_text("电表,月份,用电量(MWh)\nM1,2024-03,4\n", "utf-8")
    more = ("--consumer", FIRM, "--site", "厂区", "--place", "甘肃")
    assert call("record", place, certificates, made, meters, *more)[0] == 0
    call_ = ("match", place, "-p", "ISO14067", "--tie", f"{project}=厂区", "-f", "json")
    plan = json.loads(call(*call_)[1])
    assert plan["covered_wh"] == 3_000_000


def test_a_claim_makes_no_ledger_and_an_unknown_serial_is_told(ledger, call, tmp_path):
    missing = tmp_path / "none.db"
    code, _, err = call("claim", missing, *RULES, "--meters", METERS)
    assert code == 1
    assert "ledger-missing" in err
    assert not missing.exists()
    code, out, err = call("position", ledger, "9" * 17 + "202401" + "0000001" + "11")
    assert (code, out) == (1, "")
    assert "cli-serial-unknown" in err


def test_no_file_is_ever_written_over_a_ledger(ledger, call):
    """The ledger's own path as the target of an export, a slip that would lose everything."""
    before = ledger.read_bytes()
    for arguments in (
        ("export", ledger, ledger),
        ("match", ledger, *RULES, "-m", METERS, *TIE, "--to-cancel", ledger),
    ):
        code, _, err = call(*arguments)
        assert code == 1
        assert "ledger-in-the-way" in err
    assert call("audit", ledger)[0] == 0
    assert ledger.read_bytes() == before


def test_a_list_without_its_main_column_is_one_problem(tmp_path, call):
    for name, old, column in (
        ("gec-2024", "起始编号", "绿证编号 / 起始编号"),
        ("workshops-2024", "用电量（万千瓦时）", "用电量（千瓦时） / 电量"),
        ("workshops-2024", "月份", "月份 / 开始时间"),
    ):
        text = (LISTS / f"{name}.csv").read_text("utf-8").replace(old, "别的标题")
        path = tmp_path / "list.csv"
        path.write_text(text, "utf-8")
        code, _, err = call("record", tmp_path / "a.db", path, "-l", "zh")
        assert code == 1
        codes = {"column-unknown", "column-missing"}
        assert err.count("[") == 2
        assert all(each in err for each in (*codes, column))


def test_what_cannot_be_matched_is_told(ledger, call):
    code, _, err = call("match", ledger, *RULES)
    assert (code, "match-no-readings" in err) == (1, True)
    code, _, err = call("match", ledger, *RULES, "-m", METERS, "--tie", "风电场=potline 1")
    assert code == 1
    assert "90000000000000011" in err  # the plants that the ledger has
    code, _, err = call("position", LISTS / "gec-2024.csv")
    assert (code, "ledger-foreign" in err) == (1, True)


def test_the_list_to_cancel_opens_in_excel_and_holds_no_formula(tmp_path, call):
    """Names come from others' lists: one that begins like a formula is text in every export."""
    evil = tmp_path / "list.csv"
    evil.write_text(
        "certificate,series,scheme,能源类型,项目,月份,持有方名称,省份\n"
        "1,=1+1,GC,风电,@plant,2024-01,+me,甘肃\n",
        "utf-8",
    )
    assert call("record", tmp_path / "a.db", evil)[0] == 0
    readings = tmp_path / "meters.csv"
    readings.write_text("电表,月份,电量（瓦时）,用电单位,省份\n-M1,2024-01,1,+me,甘肃\n", "utf-8")
    target = tmp_path / "out.csv"
    code, out, _ = call(
        *("match", tmp_path / "a.db", "-p", "GHGP-2015", "-m", readings),
        *("--to-cancel", target, "-f", "csv"),
    )
    assert code == 0
    data = target.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1:]
    assert rows == list(csv.reader(io.StringIO(out)))
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row if cell)


def test_audit_takes_the_evidence_of_a_study_and_sealed_cases(ledger, call, tmp_path):
    """What a verifier has in hand: a ledger, and the case that a company sealed."""
    out = json.loads(claimed(ledger, call, "-f", "json")[1])
    assert [each["line"] for each in out["evidence"]] == ["cast house", "potline 1"]
    proof = tmp_path / "1.json"
    proof.write_text(json.dumps(out["evidence"][1]), "utf-8")
    assert call("audit", ledger, proof)[0] == 0
    proof.write_text(json.dumps(out["evidence"][1] | {"claims": ["K9"]}), "utf-8")
    code, text, _ = call("audit", ledger, proof, "-l", "zh")
    assert (code, "K9" in text) == (1, True)

    study = pcf.reference_study("aluminium")
    background = pcf.open_background("cn-public", edition="2026.1")
    with pcf.open_ledger(ledger) as book:
        tie = Tie("90000000000000011", meter="potline 1", line_loss=0.02)
        stands = book.standing(Interval.read("2024"), circumstances=Circumstances(ties=(tie,)))
        supply = stands.supply("potline 1")
        statements = [book.statement(each.id) for each in book.claims()]
    study = study.varying(electricity={"potline": supply})
    footprint = study.footprint(background)
    assert "evidence-line" in {each.code for each in footprint.findings}
    case = tmp_path / "a.pcf"
    pcf.seal_bundle(case, study, footprint, background, claims=statements)
    assert pcf.open_bundle(case).study.electricity.supplies[0].supply.behind == supply.behind
    code, text, _ = call("audit", ledger, case, "-f", "json")
    assert (code, json.loads(text)["ok"]) == (0, True)
    with pcf.open_ledger(tmp_path / "other.db") as other:
        other.record(pcf.read_certificates(LISTS / "gec-2024.csv"))
    assert call("audit", tmp_path / "other.db", case)[0] == 0
    data = bytearray(case.read_bytes())
    data[len(data) // 2] ^= 1
    case.write_bytes(data)
    assert call("audit", ledger, case)[0] == 1
