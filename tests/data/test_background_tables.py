"""The tables of the background data, read with nothing but csv and tomllib."""

from __future__ import annotations

import csv
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from pcf.background import open_background
from pcf.background.locking import check_editions, edition_fingerprint, read_lock

ROOT = Path(__file__).resolve().parents[2]
EDITION = ROOT / "background_data" / "cn-public" / "2026.1"
COLUMNS = {
    "sources": "id,document,locator,licence,data_year,published,valid_until,confidence,fingerprint,"
    "note",
    "products": "id,en,zh,unit,basis,waste,synonyms,cpc,hs,cn,cbam",
    "processes": "id,en,zh,product,amount,unit,place,start,end,boundary,family,at,technology,"
    "default,stage,technology_score,geography_score,time_score,completeness_score,"
    "reliability_score,source,locator,note",
    "exchanges": "id,process,kind,direction,flow,amount,unit,provider,spread,low,high,pedigree,"
    "basic,confidence,source,locator,note",
    "characterisation": "set,gas,origin,direction,place,value,source,locator,note",
}
CONFIDENCES = {"primary", "secondary", "derived", "assumption", "unverified"}

Rows = list[dict[str, str]]


def table(name: str, folder: Path = EDITION) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tables() -> dict[str, Rows]:
    return {name: table(name) for name in COLUMNS}


@pytest.fixture(scope="module")
def gases() -> set[str]:
    flows = table("flows", ROOT / "pcf")
    return {row["gas"] for row in flows} - {"CO2e, not split"}


def numbers(rows: Rows, column: str) -> list[float]:
    return [float(row[column]) for row in rows]


def emission(tables: dict[str, Rows], process: str, flow: str = "CO2e, not split") -> float:
    (row,) = (
        each for each in tables["exchanges"] if (each["process"], each["flow"]) == (process, flow)
    )
    return float(row["amount"])


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_its_columns_and_plain_line_ends(name: str) -> None:
    content = (EDITION / f"{name}.csv").read_bytes()
    assert content.decode("utf-8").splitlines()[0] == COLUMNS[name]
    assert b"\r" not in content
    assert content.endswith(b"\n")


@pytest.mark.parametrize("name", ["sources", "products", "processes", "exchanges"])
def test_no_id_stands_twice(tables: dict[str, Rows], name: str) -> None:
    ids = Counter(row["id"] for row in tables[name])
    assert "" not in ids
    assert [each for each, count in ids.items() if count > 1] == []


def test_every_name_leads_somewhere(tables: dict[str, Rows]) -> None:
    sources = {row["id"] for row in tables["sources"]}
    products = {row["id"] for row in tables["products"]}
    made = {row["id"]: row["product"] for row in tables["processes"]}
    places = {row["id"] for row in table("places", ROOT / "pcf")}
    flows = {row["id"] for row in table("flows", ROOT / "pcf")}
    assert {
        row["source"] for rows in (tables["processes"], tables["exchanges"]) for row in rows
    } <= (sources)
    assert {row["source"] for row in tables["characterisation"]} <= sources
    assert set(made.values()) == products
    assert {row["place"] for row in tables["processes"]} <= places
    assert {row["process"] for row in tables["exchanges"]} == set(made)
    for row in tables["exchanges"]:
        if row["kind"] == "elementary":
            assert row["flow"] in flows
            assert (row["direction"], row["provider"]) == ("output", "")
        else:
            assert made[row["provider"]] == row["flow"], row["id"]


def test_every_number_is_one_with_source_locator_and_licence(tables: dict[str, Rows]) -> None:
    for name in ("processes", "exchanges"):
        assert min(numbers(tables[name], "amount")) > 0
        assert [row["id"] for row in tables[name] if not row["locator"]] == []
    assert [row for row in tables["characterisation"] if not row["locator"]] == []
    assert min(numbers(tables["characterisation"], "value")) > 0
    assert [
        row["id"] for row in tables["sources"] if not (row["licence"] and row["document"])
    ] == []
    assert {row["confidence"] for row in tables["sources"]} <= CONFIDENCES
    assert {row["confidence"] for row in tables["exchanges"]} <= CONFIDENCES


def test_a_product_has_at_most_one_default_for_a_place_and_a_year(tables: dict[str, Rows]) -> None:
    chosen = Counter(
        (row["product"], row["place"], row["start"])
        for row in tables["processes"]
        if row["default"] == "yes"
    )
    assert [each for each, count in chosen.items() if count > 1] == []
    assert {row["default"] for row in tables["processes"]} == {"yes", "no", ""}


def test_a_combustion_factor_of_electricity_is_never_a_default(tables: dict[str, Rows]) -> None:
    for row in tables["processes"]:
        combustion = row["boundary"] == "combustion only"
        assert combustion == (row["family"] == "combustion")
        assert not (combustion and row["default"])


def test_a_spread_is_of_a_known_kind_around_its_amount(tables: dict[str, Rows]) -> None:
    for row in tables["exchanges"]:
        if row["spread"] == "triangular":
            assert float(row["low"]) <= float(row["amount"]) <= float(row["high"]), row["id"]
        elif row["spread"] == "lognormal":
            assert float(row["low"]) > 1, row["id"]
        else:
            assert (row["spread"], row["low"], row["high"]) == ("", "", ""), row["id"]


def test_a_fuel_is_burnt_with_three_gases_apart_and_its_upstream(tables: dict[str, Rows]) -> None:
    fuels = [row for row in tables["processes"] if ", burnt in " in row["product"]]
    burnt = [row for row in fuels if ", by " not in row["product"]]
    assert len(burnt) > 40
    for process in burnt:
        rows = [row for row in tables["exchanges"] if row["process"] == process["id"]]
        fuel = process["product"].split(", burnt in ")[0]
        expected = Counter(["CH4, fossil", "CO2, fossil", "N2O, fossil", f"{fuel}, upstream"])
        assert Counter(row["flow"] for row in rows) == expected
        assert sum(float(row["amount"]) for row in rows if row["kind"] == "product") == 1
        assert (process["amount"], process["unit"]) == ("1", "GJ")


def test_every_set_knows_every_gas_once(tables: dict[str, Rows], gases: set[str]) -> None:
    sets = tomllib.loads((EDITION / "characterisation.toml").read_text(encoding="utf-8"))["set"]
    by_set = {each["id"]: each for each in sets}
    assert set(by_set) == {row["set"] for row in tables["characterisation"]}
    sources = {row["id"] for row in tables["sources"]}
    for name, each in by_set.items():
        rows = [row for row in tables["characterisation"] if row["set"] == name]
        assert {row["gas"] for row in rows} == gases
        seen = Counter((row["gas"], row["origin"]) for row in rows)
        assert max(seen.values()) == 1
        assert each["source"] in sources
        assert each["title"]["zh"]
        assert each["title"]["en"]


@pytest.mark.parametrize(
    ("name", "methane", "others"),
    [
        ("AR5", {"": 28}, (265, 6630, 11100)),
        ("AR5-feedbacks", {"": 34}, (298, 7349, 12340)),
        ("AR5-fossil-30", {"fossil": 30, "biogenic": 28}, (265, 6630, 11100)),
        ("AR6", {"fossil": 29.8, "biogenic": 27.0}, (273, 7380, 12400)),
        ("AR6-single", {"": 27.9}, (273, 7380, 12400)),
    ],
)
def test_the_gas_tables_quote_the_reports(
    tables: dict[str, Rows], name: str, methane: dict[str, float], others: tuple[float, ...]
) -> None:
    rows = [row for row in tables["characterisation"] if row["set"] == name]
    value = {(row["gas"], row["origin"]): float(row["value"]) for row in rows}
    assert {origin: value["CH4", origin] for gas, origin in value if gas == "CH4"} == methane
    assert tuple(value[gas, ""] for gas in ("N2O", "CF4", "C2F6")) == others
    assert value["CO2", ""] == 1


def test_electricity_footprints_are_those_of_the_announcements(tables: dict[str, Rows]) -> None:
    technologies = ("coal", "gas", "hydro", "nuclear", "wind", "pv", "csp", "biomass")
    announced = {
        2023: (0.9440, 0.4792, 0.0143, 0.0065, 0.0336, 0.0545, 0.0313, 0.0457),
        2024: (0.9240, 0.4503, 0.0141, 0.0065, 0.0324, 0.0520, 0.0312, 0.0404),
    }
    for year, values in announced.items():
        for technology, value in zip(technologies, values, strict=True):
            assert emission(tables, f"electricity-{technology}-{year}") == value
    assert emission(tables, "electricity-average-2023") == 0.6205
    assert emission(tables, "electricity-average-2024") == 0.5777
    assert emission(tables, "electricity-td-2024") == 0.0327
    assert emission(tables, "electricity-td-without-losses-2024") == 0.0046
    assert emission(tables, "electricity-td-without-losses-2023") == 0.0036


def test_2023_has_no_default_transmission_with_losses(tables: dict[str, Rows]) -> None:
    rows = [row for row in tables["processes"] if row["at"] == "transmission"]
    assert {row["id"] for row in rows if row["default"]} == {"electricity-td-2024"}
    (unverified,) = (
        row for row in tables["exchanges"] if row["process"] == "electricity-td-2023-unverified"
    )
    assert unverified["confidence"] == "unverified"


@pytest.mark.parametrize(
    ("year", "announced"),
    [
        (2021, (0.5568, 0.5942, 0.8426, 0.4955, 0.7222)),
        (2022, (0.5366, 0.5856, 0.8325, 0.4772, 0.7096)),
        (2023, (0.5306, 0.6096, 0.8273, 0.4471, 0.6634)),
    ],
)
def test_combustion_factors_are_those_of_the_announcements(
    tables: dict[str, Rows], year: int, announced: tuple[float, ...]
) -> None:
    kinds = ("cn", "cn-without-market-non-fossil", "cn-fossil", "cn-gs", "cn-sx")
    for kind, value in zip(kinds, announced, strict=True):
        assert emission(tables, f"electricity-co2-{kind}-{year}", "CO2, fossil") == value


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_a_regional_grid_lies_between_its_provinces(tables: dict[str, Rows], year: int) -> None:
    within = {row["id"]: row["within"] for row in table("places", ROOT / "pcf")}
    value = {
        row["place"]: emission(tables, row["id"], "CO2, fossil")
        for row in tables["processes"]
        if row["family"] == "combustion" and row["start"] == str(year) and row["place"] != "CN"
    }
    assert len(value) == 37
    for region in (place for place in value if place.startswith("CN-GRID-")):
        provinces = [factor for place, factor in value.items() if within[place] == region]
        if region == "CN-GRID-NE":  # the east of Inner Mongolia lies in this grid
            provinces.append(value["CN-NM"])
        assert min(provinces) <= value[region] <= max(provinces), region


PUBLISHED = {
    "cn-public/2026.1": "951ae7e3c03f905c08fab7fc675b0b90d4da7cf24ecc98ca1d6237e86b21a0ad",
}


def test_no_published_edition_changes() -> None:
    """A correction is a new edition: this list and `editions.lock` only ever grow."""
    root = ROOT / "background_data"
    assert read_lock(root) == PUBLISHED
    assert check_editions(root) == ()
    for name, fingerprint in PUBLISHED.items():
        assert edition_fingerprint(root / name) == fingerprint


@pytest.mark.parametrize("file", sorted(path.name for path in EDITION.iterdir()))
def test_an_edit_of_any_file_of_a_published_edition_is_noticed(tmp_path: Path, file: str) -> None:
    shutil.copytree(EDITION, tmp_path / "cn-public" / "2026.1")
    shutil.copy(ROOT / "background_data" / "editions.lock", tmp_path)
    assert check_editions(tmp_path) == ()
    path = tmp_path / "cn-public" / "2026.1" / file
    path.write_bytes(path.read_bytes().replace(b"2024", b"2025", 1) + b"\n")
    assert [each.code for each in check_editions(tmp_path)] == ["edition-changed"]
    path.unlink()
    assert [each.code for each in check_editions(tmp_path)] != []


def test_the_published_edition_is_no_draft() -> None:
    settings = tomllib.loads((EDITION / "set.toml").read_text(encoding="utf-8"))
    assert settings["draft"] is False
    assert (settings["id"], settings["edition"]) == (EDITION.parent.name, EDITION.name)
    public = open_background("cn-public", edition="2026.1")
    assert (public.draft, public.findings) == (False, ())
