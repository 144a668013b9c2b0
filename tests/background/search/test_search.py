"""Searching: what users write is found, the most useful first, with and without FTS5."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf import resources, text
from pcf.background import factor_set, join, open_background, search_index
from pcf.background.search import index_of, search
from pcf.background.search_entries import entries_of, folded
from pcf.background.search_index import open_index
from pcf.background.search_ranking import rank, wish
from pcf.errors import BackgroundError
from pcf.model.coverage import Period

if TYPE_CHECKING:
    from pcf.background import Background
    from tests.background.conftest import Folder

PRODUCTS = {
    "aluminium ingot, primary": ("铝锭", "电解铝|原铝|primary aluminium", "7601"),
    "nickel matte": ("镍锍", "高冰镍", "7501 10"),
    "nickel sulphate": ("硫酸镍", "", "2833 24"),
    "sulphuric acid": ("硫酸", "H2SO4|CAS 7664-93-9", "2807"),
    "hard coal, burnt": ("硬煤燃烧", "燃煤", "2701"),
    "coke": ("焦炭", "冶金焦", "2704"),
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep indexes in a folder of the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pcf" / "search"


def metals() -> Background:
    """Return a set with the names that users write."""
    made = factor_set("metals", dict.fromkeys(PRODUCTS, "1 kg CO2e/kg"), source="letter")
    products = [
        replace(
            each,
            name=text.Name(en=each.id, zh=PRODUCTS[each.id][0]),
            synonyms=tuple(filter(None, PRODUCTS[each.id][1].split("|"))),
            hs=PRODUCTS[each.id][2],
        )
        for each in made.products
    ]
    return replace(made, products=tuple(products))


def found(words: str, *sets: Background | Path, **filters: object) -> list[str]:
    """Return the products of the hits."""
    return [hit.entry.product for hit in search(words, *sets, **filters)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "first", "count"),
    [
        ("镍", "nickel matte", 2),
        ("煤", "hard coal, burnt", 1),
        ("铝锭", "aluminium ingot, primary", 1),
        ("鋁錠", "aluminium ingot, primary", 1),
        ("７６０１．１０．００", "aluminium ingot, primary", 1),
        ("HS 7601", "aluminium ingot, primary", 1),
        ("税号 75011000", "nickel matte", 1),
        ("CPC 2807", "sulphuric acid", 1),
        ("硫酸", "sulphuric acid", 2),
        ("电解铝", "aluminium ingot, primary", 1),
        ("primary aluminium", "aluminium ingot, primary", 1),
        ("Aluminium, PRIMARY".replace(",", ""), "aluminium ingot, primary", 1),
        ("aluminum", "aluminium ingot, primary", 1),
        ("alumnium", "aluminium ingot, primary", 1),
        ("coek", "coke", 1),
        ("sulfuric acid", "sulphuric acid", 1),
        ("7601", "aluminium ingot, primary", 1),
        ("750110", "nickel matte", 1),
        ("7664-93-9", "sulphuric acid", 1),
        ("ｃｏｋｅ", "coke", 1),
    ],
)
def test_what_users_write_is_found(words: str, first: str, count: int) -> None:
    hits = found(words, metals())
    assert len(hits) == count
    assert hits[:1] == [first] * bool(count)


def test_a_name_goes_before_a_part_of_a_name() -> None:
    assert found("硫酸", metals()) == ["sulphuric acid", "nickel sulphate"]
    codes = [hit.reasons[0].code for hit in search("硫酸", metals())]
    assert codes == ["hit-called", "hit-begins"]


@pytest.mark.parametrize("words", ["", "  ", "\0", "unobtainium", '"', "' OR 1 --", "\ud800", "%"])
def test_words_that_stand_nowhere_find_nothing(words: str) -> None:
    assert search(words, metals()) == ()


def test_a_misspelt_word_says_what_it_was_read_as() -> None:
    (hit,) = search("alumnium", metals())
    told = next(each for each in hit.reasons if each.code == "hit-spelling")
    assert told.facts == {"words": "alumnium", "read": "aluminium"}
    assert "alumnium" in told.says("zh")


def test_a_word_that_stands_somewhere_is_never_corrected(folder: Folder) -> None:
    near = factor_set("near", {"citric acid": "1 kg CO2e/kg"}, source="letter")
    far = factor_set("far", {"nitric acid": "1 kg CO2e/kg"}, source="letter")
    assert found("nitric", near) == ["citric acid"]
    assert found("nitric", near, far) == ["nitric acid"]
    assert folder.path.name


ALPHABET = "铝锭镍煤al-7 "
WORDS = st.text(ALPHABET, min_size=1, max_size=6)


@given(st.lists(WORDS.filter(str.strip), min_size=1, max_size=8, unique=True), WORDS, st.booleans())
def test_hits_are_those_of_a_plain_scan_with_and_without_fts(
    names: list[str], words: str, fts: bool
) -> None:
    made = factor_set("law", dict.fromkeys(names, "1 kg CO2e/kg"), source="letter")
    entries = list(entries_of(made))
    asked = folded(words).split()
    expected = [each for each in entries if asked and all(word in each.lines for word in asked)]
    wanted = wish(" ".join(asked), boundary="", confidence="")
    with pytest.MonkeyPatch.context() as patch:
        if not fts:
            patch.setattr(search_index, "_TRIGRAMS", "CREATE VIRTUAL TABLE t USING no_such()")
        index = open_index(None, "", lambda: entries)
    assert index.trigrams == fts
    hits = index.find([[word] for word in asked], wanted, 50) if asked else []
    index.close()
    assert hits == sorted(expected, key=lambda each: rank(each, wanted))


def test_place_period_boundary_and_confidence_filter(folder: Folder) -> None:
    small = folder.open()
    ids = [hit.entry.id for hit in search("power", small, place="甘肃")]
    assert ids == ["grid-2024", "grid-2023"]
    assert found("power", small, place="DE") == []
    (only,) = search("power", small, period=Period.read("2023"))
    assert only.entry.id == "grid-2023"
    assert found("石灰", small, period=Period.read("2014")) == []
    assert found("煤", small, period=Period.read("2000")) == ["coal supply"]
    assert found("煤", small, boundary="仅上游") == ["coal supply"]
    assert found("lime", small, confidence="primary") == []
    assert found("lime", small, confidence="secondary") == ["lime"]


def test_the_nearest_place_goes_first_and_says_so(folder: Folder) -> None:
    folder.row("processes", "grid-2023")["place"] = "CN-GS"
    hits = search("power", folder.open(), place="CN-GS")
    assert [hit.entry.id for hit in hits] == ["grid-2023", "grid-2024"]
    told = [{each.code for each in hit.reasons} for hit in hits]
    assert "hit-place" in told[0]
    assert "hit-place-wider" in told[1]


@pytest.mark.parametrize("filters", [{"boundary": "somewhere"}, {"confidence": "good"}])
def test_filters_that_do_not_exist_are_refused(filters: dict[str, str]) -> None:
    with pytest.raises(BackgroundError) as caught:
        search("coke", metals(), **filters)  # type: ignore[arg-type]
    assert caught.value.problems[0].candidates


def test_sets_are_searched_together_and_a_clash_names_both(folder: Folder) -> None:
    path, own = folder.write(), metals()
    assert set(found("煤", path, own)) == {"coal", "coal supply", "hard coal, burnt"}
    one = folder.open()
    with pytest.raises(BackgroundError) as caught:
        search("煤", path, replace(one, editions=(replace(one.editions[0], set="twin"),)))
    assert {each.code for each in caught.value.problems} == {"join-row"}
    assert caught.value.problems[0].facts == {"first": "small 1", "second": "twin 1"}


def test_a_joined_background_is_searched_whole(folder: Folder) -> None:
    assert found("镍", join(folder.open(), metals())) == ["nickel matte", "nickel sulphate"]


def kept(cache: Path) -> list[Path]:
    """Return the index files of the cache."""
    return sorted(cache.glob("*.sqlite"))


def test_an_index_is_built_once_and_again_when_the_folder_changes(
    folder: Folder, own_cache: Path
) -> None:
    path = folder.write()
    counted: list[int] = []
    index_of(path, seen=counted.append).close()
    assert counted == [1, 2, 3, 4, 5, 6]
    index_of(path, seen=counted.append).close()
    assert len(counted) == 6
    folder.row("products", "lime")["zh"] = "熟石灰"
    assert found("熟石灰", folder.write()) == ["lime"]
    assert len(kept(own_cache)) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data + b"more",
        lambda data: b"x" * len(data),
        lambda data: data[:200] + b"\xff" * (len(data) - 200),
        lambda data: data[:4096] + b"\xff" * (len(data) - 4096),
    ],
)
def test_a_torn_index_is_built_again(folder: Folder, own_cache: Path, damage: object) -> None:
    path = folder.write()
    whole = found("石灰", path)
    (file,) = kept(own_cache)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    assert found("石灰", path) == whole == ["lime"]
    assert found("power", path) == ["electricity", "electricity"]


def test_without_a_cache_that_can_be_written_the_hits_are_the_same(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert found("石灰", folder.write()) == ["lime"]
    assert blocked.read_bytes() == b""


def test_an_index_of_another_form_is_not_read(folder: Folder, own_cache: Path) -> None:
    path = folder.write()
    found("石灰", path)
    (file,) = kept(own_cache)
    connection = sqlite3.connect(file)
    connection.execute("UPDATE about SET form = 'older'")
    connection.execute("UPDATE entry SET product = 'stale'")
    connection.commit()
    connection.close()
    assert found("石灰", path) == ["lime"]


SHIPPED = resources.folder("background_data") / "cn-public" / "2026.1"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("镍", "nickel-class-1"),
        ("煤", "raw-coal"),
        ("铝", "aluminium-ingot-cn"),
        ("铜", "copper-cathode-cn"),
        ("钢", "steel-converter-cn"),
        ("碱", "sodium-hydroxide"),
        ("电", "electricity-average-2024"),
        ("铝锭", "aluminium-ingot-cn"),
        ("硫酸", "sulphuric-acid"),
        ("电解铝", "aluminium-ingot-cn"),
        ("氧化铝", "alumina-bayer"),
        ("烧碱", "sodium-hydroxide"),
        ("纯碱", "soda-ash"),
        ("柴油", "diesel-by-mass"),
        ("天然气", "natural-gas-by-volume"),
        ("天燃气", "natural-gas-by-volume"),
        ("液化气", "lpg-by-mass"),
        ("焦炭", "metallurgical-coke"),
        ("蒸汽", "heat"),
        ("铁路", "rail"),
        ("卡车", "heavy-truck"),
        ("海运", "ocean-bulk"),
        ("风电", "electricity-wind-2024"),
        ("水电", "electricity-hydro-2024"),
        ("光伏", "electricity-pv-2024"),
        ("石墨电极", "graphite-electrode"),
        ("絮凝剂", "polyacrylamide"),
        ("尿素", "urea"),
        ("地膜", "pe-film"),
        ("废钢", "steel-scrap"),
        ("電力", "electricity-average-2024"),
        ("電解鋁", "aluminium-ingot-cn"),
        ("燒鹼", "sodium-hydroxide"),
        ("primary aluminium", "aluminium-ingot-cn"),
        ("aluminum", "aluminium-ingot-cn"),
        ("alumnium", "aluminium-ingot-cn"),
        ("copper cathode", "copper-cathode-cn"),
        ("caustic soda", "sodium-hydroxide"),
        ("sulfuric acid", "sulphuric-acid"),
        ("nickel sulfate", "nickel-sulphate"),
        ("desel", "diesel-upstream"),
        ("pestiside", "pesticide-formulated"),
        ("coal", "raw-coal"),
        ("coke", "metallurgical-coke"),
        ("lime", "lime"),
        ("lorry", "heavy-truck"),
        ("hydropower", "electricity-hydro-2024"),
        ("wind power", "electricity-wind-2024"),
        ("grid electricity china 2024", "electricity-average-2024"),
        ("NaOH", "sodium-hydroxide"),
        ("Al2O3", "alumina-bayer"),
        ("CaCO3", "limestone"),
        ("CaO", "lime"),
        ("HNO3", "nitric-acid"),
        ("7601 10", "aluminium-ingot-cn"),
        ("7601.10", "aluminium-ingot-cn"),
        ("76011000", "aluminium-ingot-cn"),
        ("28151200", "sodium-hydroxide-32"),
        ("7664-93-9", "sulphuric-acid"),
        ("CAS 1310-73-2", "sodium-hydroxide"),
        ("柴油 甘肃", "diesel-by-mass"),
        ("热力 甘肃", "heat-cn-gs"),
        ("电力 甘肃", "electricity-average-2024"),
        ("甘肃省 电力 2023", "electricity-average-2023"),
        ("electricity Shanxi", "electricity-average-2024"),
        ("电力 甘肃 2022", "electricity-co2-cn-gs-2022"),
        ("电网 西北", "electricity-co2-cn-grid-nw-2023"),
        ("全国电网", "electricity-average-2024"),
        ("7601", "aluminium-ingot-cn"),
        ("7601 10 00", "aluminium-ingot-cn"),
        ("阳极炭块", "anode-record"),
        ("生铁", "pig-iron"),
        ("球团", "iron-pellet"),
        ("铁矿石", "iron-concentrate"),
        ("烟煤", "hard-coal-by-mass"),
        ("scrap steel", "steel-scrap"),
        ("PE", "pe-resin"),
        ("液氨", "ammonia"),
        ("NPI", "ferronickel"),
        ("SiO2", "silica-sand"),
        ("农膜", "pe-film"),
        ("柴油車", "heavy-truck"),
        ("鋁錠", "aluminium-ingot-cn"),
    ],
)
def test_the_shipped_edition_answers_what_practitioners_type(words: str, first: str) -> None:
    hits = search(words, SHIPPED)
    assert hits[0].entry.id == first
    assert all(reason.says("zh") and reason.says("en") for hit in hits for reason in hit.reasons)


@pytest.mark.parametrize(
    "words", ["煤", "铝锭", "水电", "primary aluminium", "柴油 甘肃", "76011000"]
)
def test_without_fts_the_shipped_edition_gives_the_same_hits(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hits = search(words, SHIPPED, most=300)
    monkeypatch.setattr(search_index, "_has_trigrams", lambda _: False)
    assert search(words, open_background(folder=SHIPPED), most=300) == hits != ()


def told_of(words: str, *sets: Background | Path) -> dict[str, tuple[str, ...]]:
    """Return the findings about how a query was read, by code, of the first hit."""
    first = search(words, *sets)[0]
    return {each.code: tuple(each.facts.values()) for each in first.reasons}


def test_another_reading_of_a_word_is_told() -> None:
    assert told_of("水电", SHIPPED)["hit-other-word"] == ("水电", "水力发电")
    assert told_of("76011000", SHIPPED)["hit-code"] == ("76011000", "760110")
    told = told_of("柴油 甘肃 2023", SHIPPED)
    assert told["hit-place-word"] == ("甘肃", "CN-GS")
    assert told["hit-year-word"] == ("2023",)
    assert "hit-place-wider" in told
    plain = told_of("烧碱", SHIPPED)
    assert not {"hit-other-word", "hit-code", "hit-spelling", "hit-place-word"} & set(plain)


def test_a_factor_for_accounts_says_that_a_product_refuses_it() -> None:
    hits = search("电力 甘肃", SHIPPED)
    assert [hit.entry.id for hit in hits[:3]] == [
        "electricity-average-2024",
        "electricity-average-2023",
        "electricity-co2-cn-gs-2023",
    ]
    accounts = ["hit-accounts" in {each.code for each in hit.reasons} for hit in hits]
    assert accounts == [hit.entry.family == "combustion" for hit in hits]
    ranked = [hit.entry.family for hit in search("电力", SHIPPED, place="甘肃", most=25)]
    assert ranked == sorted(ranked, reverse=True)
    assert search("电力 甘肃 2022", SHIPPED)[0].entry.family == "combustion"
    assert "hit-accounts" not in told_of("电力", SHIPPED)


def test_rows_of_one_level_are_ranked_by_use_then_place() -> None:
    """Alternatives of a name and steps of a process stand behind what is bought; the world last."""
    hits = [hit.entry for hit in search("铝锭", SHIPPED)]
    defaults = [each.place for each in hits if each.standing == 0]
    assert defaults[:2] == ["CN", "GLO"]
    assert [each.standing for each in hits[:2]] == [0, 0]
    assert {each.standing for each in hits[2:]} == {2}
    iron = [(each.entry.id, each.entry.boundary) for each in search("生铁", SHIPPED)]
    assert iron[0] == ("pig-iron", "cradle to gate")
    assert {boundary for id_, boundary in iron if "tier-1" in id_} == {"gate to gate"}


def test_a_place_or_year_in_words_is_a_name_first_and_never_against_a_filter() -> None:
    names = {"甘肃 lime 2023": "1 kg CO2e/kg", "lime": "2 kg CO2e/kg"}
    own = factor_set("own", names, source="letter")
    (hit,) = search("lime 甘肃 2023", own)
    assert hit.entry.product == "甘肃 lime 2023"
    assert not {"hit-place-word", "hit-year-word"} & {each.code for each in hit.reasons}
    assert search("lime 青海", own, place="甘肃") == ()
    assert found("lime 青海", own) == ["lime", "甘肃 lime 2023"]
    assert search("甘肃 2020", factor_set("x", {"tin": "1 kg CO2e/kg"}, source="s")) == ()


def test_an_addition_to_a_name_goes_before_a_longer_word() -> None:
    names = ("limestone", "lime, burnt", "石灰石", "石灰（冶金用）")
    own = factor_set("own", dict.fromkeys(names, "1 kg CO2e/kg"), source="letter")
    assert found("lime", own) == ["lime, burnt", "limestone"]
    assert found("石灰", own) == ["石灰（冶金用）", "石灰石"]
    codes = [hit.reasons[0].code for hit in search("石灰", own)]
    assert codes == ["hit-head", "hit-begins"]
    made = factor_set("made", dict.fromkeys(("原煤", "煤焦油"), "1 kg CO2e/kg"), source="letter")
    assert {hit.reasons[0].code for hit in search("煤", made)} == {"hit-ends", "hit-begins"}


def _build(folder: str, cache: str) -> list[str]:
    os.environ["XDG_CACHE_HOME"] = cache
    return [hit.entry.id for hit in search("石灰", Path(folder))]


def test_processes_that_build_one_index_at_once_all_find(folder: Folder, own_cache: Path) -> None:
    path, cache = folder.write(), str(own_cache.parent.parent)
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        given = [pool.submit(_build, str(path), cache) for _ in range(6)]
        assert [each.result() for each in given] == [["lime-cn"]] * 6
    assert len(kept(own_cache)) == 1
    assert not list(own_cache.glob("*.tmp")) + list(own_cache.glob(".*.tmp"))
