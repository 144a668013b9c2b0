"""Codes, scores and pedigrees of the edition; and that no number moves while they are filled in."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from pcf import units
from pcf.background import open_background
from pcf.model.flows import greenhouse_gases

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
EDITION = ROOT / "background_data" / "cn-public" / "2026.1"
PUBLIC = open_background("cn-public", edition="2026.1")
AR6 = PUBLIC.characterisation("AR6", "0/0")
VALUES = {(each.gas, each.origin): each.value for each in AR6.factors}
SCORES = ("reliability", "completeness", "time", "geography", "technology")
GOLDEN = list(csv.DictReader((HERE / "golden_totals.csv").read_text("utf-8").splitlines()))
FACTS = ("unit", "place", "start", "end", "family", "boundary")

Row = dict[str, str]


def table(name: str) -> list[Row]:
    with (EDITION / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def total(process: str) -> float:
    """Return kg CO2e under AR6 per reference unit, summed along the named providers by hand."""
    row = PUBLIC.row(process)
    assert row is not None
    found = 0.0
    for each in row.process.exchanges:
        value = each.amount.value
        assert value is not None
        if each.elementary is None:
            assert each.provider is not None
            found += value * step(each.amount.unit, each.provider) * total(each.provider)
        else:
            flow = greenhouse_gases()[each.flow]
            gas = VALUES.get((flow.gas, flow.origin), VALUES.get((flow.gas, ""), 1.0))
            found += value * units.factor(each.amount.unit, flow.unit) * gas
    reference = row.process.amount.value
    assert reference is not None
    return found / reference


def step(unit: str, provider: str) -> float:
    row = PUBLIC.row(provider)
    assert row is not None
    return units.factor(unit, row.unit)


@pytest.mark.parametrize("wanted", GOLDEN, ids=[each["process"] for each in GOLDEN])
def test_a_total_stands_as_it_was_first_published(wanted: Row) -> None:
    assert total(wanted["process"]) == pytest.approx(float(wanted["total"]), rel=1e-11)


def told() -> dict[str, Row]:
    """Return what the tables say of each process, and the flows of its rows."""
    flows: dict[str, list[str]] = {}
    for row in table("exchanges"):
        first = row["direction"] if row["kind"] == "elementary" else row["kind"]
        flows.setdefault(row["process"], []).append(f"{first} {row['flow']}")
    return {
        row["id"]: {key: row[key] for key in FACTS} | {"flows": "|".join(sorted(flows[row["id"]]))}
        for row in table("processes")
    }


def test_unit_place_year_family_boundary_and_gases_stand_as_well() -> None:
    golden = {row["process"]: {key: row[key] for key in (*FACTS, "flows")} for row in GOLDEN}
    assert told() == golden


def test_codes_have_their_form_and_cbam_follows_the_heading() -> None:
    for row in table("products"):
        assert re.fullmatch(r"(\d{4} \d{2} \d{2})?", row["cn"]), row["id"]
        assert not row["cn"] or row["cn"].startswith(row["hs"]), row["id"]
        assert row["cbam"] in ("", "no", "direct", "direct and indirect")
        assert bool(row["hs"]) or not row["cbam"], row["id"]


@pytest.mark.parametrize(
    ("product", "cbam"),
    [  # Regulation (EU) 2023/956, consolidated 2025-10-20, Annexes I and II
        ("aluminium ingot, primary, market record", "direct"),
        ("aluminium or copper scrap, processed", "no"),
        ("crude steel, converter, market record", "direct"),
        ("pig iron, for steelmaking", "direct"),
        ("iron ore pellets", "direct and indirect"),  # in Annex I, not in Annex II
        ("ferrosilicon 75", "no"),  # excepted from chapter 72
        ("silicomanganese", "no"),
        ("ferromanganese, high-carbon", "direct"),
        ("steel scrap, processed", "no"),
        ("hydrogen, from coal", "direct"),
        ("electricity", "direct"),  # Annex II since Regulation (EU) 2025/2083
        ("urea", "direct and indirect"),
        ("nitric acid, 100 %", "direct and indirect"),
        ("potassium chloride", "no"),
        ("copper cathode, market record", "no"),
        ("nickel, class 1, market record", "no"),
        ("manganese alloys, average", ""),  # one heading, partly covered: not known
        ("transport, rail", ""),
    ],
)
def test_cbam_covers_what_the_annexes_list(product: str, cbam: str) -> None:
    found = PUBLIC.product(product)
    assert found is not None
    assert found.cbam == cbam


def test_cas_numbers_have_their_check_digit() -> None:
    numbers = [
        each.removeprefix("CAS ")
        for row in PUBLIC.products
        for each in row.synonyms
        if each.startswith("CAS ")
    ]
    assert len(numbers) > 25
    for number in numbers:
        assert re.fullmatch(r"\d{2,7}-\d{2}-\d", number)
        digits = [int(each) for each in number.replace("-", "")]
        weighted = sum(n * each for n, each in enumerate(reversed(digits[:-1]), 1))
        assert weighted % 10 == digits[-1], number


def test_a_process_is_scored_and_only_an_unknown_year_is_not() -> None:
    for row in PUBLIC.processes:
        said = {key: getattr(row.scores, key) for key in SCORES}
        unknown = {key for key, score in said.items() if score is None}
        assert unknown <= {"time"}, row.id
        assert (row.scores.time is None) <= (row.year is None), row.id


def judged(row: Row) -> tuple[int, ...]:
    """Return technology, completeness and reliability by the rule of the README."""
    source = row["source"]
    named = 2 if row["technology"] else 3
    if source.startswith("MEE-"):
        return 1, 1, 2
    if source.startswith("IPCC-") or source in ("CN-INDUSTRY-DEFAULTS", "NCSC-EFDB-2"):
        return 2, 2, 2
    if source == "MOLAR-MASSES":
        return 1, 1, 1
    if source == "PCF-PROXY-2026":
        return 4, 5, 4
    if source in ("RECALLED", "CLCD-0.7", "TD-2023-CORRECTION"):
        return named, 5, 5
    return (named, 2, 2) if source in ("USLCI-2017", "UK-2023-SHIPS") else (named, 4, 3)


def test_scores_follow_the_rule_of_the_readme() -> None:
    for row in table("processes"):
        said = tuple(
            int(row[f"{key}_score"]) for key in ("technology", "completeness", "reliability")
        )
        assert said == judged(row), row["id"]
        place = 1 if row["place"].startswith("CN") else 2 if row["place"] == "GLO" else 4
        ageless = judged(row) in ((2, 2, 2), (1, 1, 1)) and not row["source"].startswith("U")
        assert int(row["geography_score"]) == (1 if row["source"] == "MOLAR-MASSES" else place)
        if ageless:
            assert row["time_score"] == "1", row["id"]
        elif row["end"]:
            steps = (3, 6, 10, 15, 1000)
            age = 2025 - int(row["end"][:4])
            first = next(n for n, most in enumerate(steps, 1) if age <= most)
            assert int(row["time_score"]) == first, row["id"]
        else:
            assert row["time_score"] == "", row["id"]


def test_a_spread_follows_from_the_pedigree_where_none_is_stated() -> None:
    """Variances of ecoinvent 3, added by hand."""
    added = {
        "reliability": (0.0, 0.0006, 0.002, 0.008, 0.04),
        "completeness": (0.0, 0.0001, 0.0006, 0.002, 0.008),
        "time": (0.0, 0.0002, 0.002, 0.008, 0.04),
        "geography": (0.0, 2.5e-5, 0.0001, 0.0006, 0.002),
        "technology": (0.0, 0.0006, 0.008, 0.04, 0.12),
    }
    rows = {each.id: each for row in PUBLIC.processes for each in row.process.exchanges}
    judged = 0
    for line in table("exchanges"):
        spread = rows[line["id"]].amount.spread
        if line["spread"] or not line["pedigree"]:
            assert (spread is None) == (not line["spread"]), line["id"]
            continue
        scores = map(int, line["pedigree"].split("|"))
        variance = float(line["basic"]) + sum(
            added[key][score - 1] for key, score in zip(SCORES, scores, strict=True)
        )
        assert spread is not None
        assert spread.kind == "lognormal"
        assert spread.low == pytest.approx(math.exp(math.sqrt(variance)), rel=1e-12), line["id"]
        judged += 1
    assert judged > 300


def test_stoichiometry_has_no_pedigree() -> None:
    exact = {row["id"] for row in table("processes") if row["source"] == "MOLAR-MASSES"}
    assert exact
    assert not [row for row in table("exchanges") if row["process"] in exact and row["pedigree"]]


def test_no_row_states_both() -> None:
    told = Counter(bool(row["spread"]) + bool(row["pedigree"]) for row in table("exchanges"))
    assert set(told) == {0, 1}
