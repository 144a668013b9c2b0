"""The tables of the aluminium reference study, read with nothing but csv and tomllib."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "product_rules" / "aluminium" / "reference_study"
PUBLIC = ROOT / "background_data" / "cn-public" / "2026.1"

Rows = list[dict[str, str]]


def table(name: str, folder: Path = STUDY) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    return tomllib.loads((STUDY / "study.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def activity() -> Rows:
    return table("activity")


@pytest.fixture(scope="module")
def amounts(activity: Rows) -> dict[str, float]:
    return {row["row"]: float(row["amount"]) for row in activity}


@pytest.fixture(scope="module")
def providers() -> dict[str, str]:
    """Return what each process of both backgrounds makes or treats."""
    rows = table("processes", PUBLIC) + table("processes", STUDY / "background")
    return {row["id"]: row["product"] for row in rows}


def excluded(settings: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["process"], each["flow"]) for each in settings["exclusion"]}


def scale(amounts: dict[str, float]) -> dict[str, float]:
    """Return how much of each process one tonne of ingot needs."""
    return {
        "bauxite mining": amounts["e-alumina"] * amounts["a-bauxite"],
        "alumina refining": amounts["e-alumina"],
        "anode production": amounts["e-anode"],
        "electrolysis": amounts["c-metal"],
        "casting": 1.0,
    }


@pytest.mark.parametrize("path", sorted(STUDY.rglob("*.csv")), ids=lambda path: path.stem)
def test_a_table_is_plain_utf8_without_repeated_ids(path: Path) -> None:
    content = path.read_bytes()
    assert b"\r" not in content
    rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
    ids = Counter(next(iter(row.values())) for row in rows)
    assert max(ids.values()) == 1


def test_every_input_and_waste_has_a_provider_or_is_excluded(
    activity: Rows, settings: dict[str, Any], providers: dict[str, str]
) -> None:
    made = {row["product"] for row in table("processes")} | set(providers.values())
    left_out = excluded(settings)
    gases = {row["id"] for row in table("flows", ROOT / "pcf")}
    for row in activity:
        if row["kind"] == "elementary":
            assert row["flow"] in gases
        elif row["kind"] != "internal":
            known = row["flow"] in made
            assert known != ((row["process"], row["flow"]) in left_out), row["row"]
    assert {row["mode"] for row in table("legs")} <= made


def test_every_exclusion_speaks_of_a_row_and_says_why(
    activity: Rows, settings: dict[str, Any]
) -> None:
    assert excluded(settings) <= {(row["process"], row["flow"]) for row in activity}
    for each in settings["exclusion"]:
        assert each["reason"]
        assert float(each["bound"].split()[0]) > 0
        assert each["bound"].split("/")[-1]


@pytest.mark.parametrize("potline", [0.5777, 0.0651])
def test_each_bound_is_below_one_percent_and_all_below_five(
    activity: Rows, amounts: dict[str, float], settings: dict[str, Any], potline: float
) -> None:
    total = 13_580.8 - 13_599 * (0.5777 - potline)  # tests/cases/test_reference_study_plain_sum.py
    needed = scale(amounts)
    bounds = [
        needed[each["process"]] * amounts[row["row"]] * float(each["bound"].split()[0])
        for each in settings["exclusion"]
        for row in activity
        if (row["process"], row["flow"]) == (each["process"], each["flow"])
    ]
    whole = total + sum(bounds)
    assert len(bounds) == 10
    assert max(bounds) / whole < 0.01
    assert sum(bounds) / whole <= 0.05


def test_every_number_names_a_source_and_where_in_it(activity: Rows) -> None:
    rows = activity + table("legs")
    known = {row["id"] for row in table("sources")}
    assert [row["row"] for row in rows if row["source"] not in known] == []
    assert [row["row"] for row in rows if not row["locator"]] == []
    background = STUDY / "background"
    known = {row["id"] for row in table("sources", background)}
    assert {row["source"] for row in table("exchanges", background)} <= known
    assert {row["source"] for row in table("processes", background)} <= known


def test_what_is_recalled_is_named_and_nothing_else(
    activity: Rows, settings: dict[str, Any]
) -> None:
    recalled = {row["row"] for row in activity if row["confidence"] == "unverified"}
    assert set(settings["unverified"]["rows"]) == recalled


def test_an_alternative_replaces_rows_by_rows_of_its_own(
    activity: Rows, settings: dict[str, Any], providers: dict[str, str]
) -> None:
    inputs = {(row["process"], row["flow"]) for row in activity}
    inputs |= {(row["process"], row["mode"]) for row in table("legs")}
    by_name: dict[str, set[str]] = defaultdict(set)
    for row in activity:
        if row["alternative"]:
            by_name[row["alternative"]].add(row["row"])
    plain = {row["row"] for row in activity if not row["alternative"]}
    assert set(by_name) <= set(settings["alternatives"])
    for name, each in settings["alternatives"].items():
        assert set(each.get("by", [])) == by_name[name]
        assert set(each.get("replaces", [])) <= plain
        for link in each.get("links", []):
            assert (link["process"], link["flow"]) in inputs
            assert providers[link["provider"]] == link["flow"]
        assert each["says"]["zh"]
        assert each["says"]["en"]


def test_butts_leave_the_pots_as_they_enter_the_anode_plant(amounts: dict[str, float]) -> None:
    taken_back = amounts["n-butts"] * 1000
    for anode, butts in (("e-anode", "e-butts"), ("e-anode-low", "e-butts-low")):
        assert amounts[butts] == pytest.approx(taken_back * amounts[anode])


def test_the_carbon_of_the_anode_balances_within_ten_percent(
    amounts: dict[str, float], settings: dict[str, Any]
) -> None:
    assert settings["parameters"]["carbon_of_anode"]["formula"] == "1 - 0.020 - 0.004"
    carbon = (amounts["e-anode"] * 1000 - amounts["e-butts"]) * (1 - 0.020 - 0.004)
    assert carbon * 44 / 12 == pytest.approx(amounts["e-co2"], rel=0.10)


def test_legs_carry_what_the_rows_take(amounts: dict[str, float]) -> None:
    load = {row["row"]: float(row["load"]) for row in table("legs")}
    ore = amounts["a-bauxite"]
    imported = {"t-port": 0.65 * ore, "t-domestic": 0.35 * ore}
    for leg, share in (("guinea", 0.6944), ("australia", 0.2536), ("other", 0.052)):
        imported[f"t-{leg}-sea"] = 0.65 * ore * share
    expected = imported | {
        "t-guinea-rail": imported["t-guinea-sea"],
        "t-coal": 0.535,  # 382 kgce at 29.3076 MJ/kgce and 20,908 MJ/t, rounded
        "t-chemicals": (amounts["a-soda"] + amounts["a-lime"]) / 1000,
        "t-coke": amounts["n-coke"] + amounts["n-pitch"],
        "t-alumina": amounts["e-alumina"],
        "t-anode": amounts["e-anode"],
        "t-fluoride": amounts["e-fluoride"] / 1000,
    }
    assert load == pytest.approx(expected)
    assert amounts["a-coal"] * 29.3076 / 20_908 == pytest.approx(load["t-coal"], rel=1e-3)


def test_only_the_potline_is_supplied_with_wind(activity: Rows, settings: dict[str, Any]) -> None:
    meters = {row["meter"]: row["amount"] for row in activity if row["meter"]}
    assert meters == {"potline": "13599", "anode plant": "89", "refinery": "141"}
    assert [each["meter"] for each in settings["electricity"]["supply"]] == ["potline"]
    assert settings["electricity"]["treatment"] == "location"


def test_the_stages_of_the_standard_are_all_there() -> None:
    stages = {row["stage"] for row in table("processes")} | {row["stage"] for row in table("legs")}
    assert stages == {"bauxite", "alumina", "anode", "electrolysis", "casting", "transport"}
