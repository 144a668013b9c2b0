"""CBAM: what is a good, what a default value, and what a good embeds, by hand."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import openpyxl
import pytest

import pcf
from pcf.declare import Company, Declaration, Product, declare_footprint
from pcf.errors import DeclareError
from pcf.formats.cbam import (
    Answer,
    CarbonPrice,
    CbamDetails,
    DefaultTable,
    ElectricityFactor,
    Precursor,
    default_value,
    embedded_emissions,
    emissions_report,
    find_good,
    read_defaults,
)
from pcf.formats.cbam.defaults import OTHERS, Default
from pcf.model.characterisation import CharacterisationSet
from pcf.model.flows import ProductFlow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLE = DefaultTable(
    "2025/2621",
    "2026-07",
    (
        Default("China", "7601", "unwrought-aluminium", 3.0, None, 3.0, "K"),
        Default("China", "7207", "semi-finished-products", None, None, None, ""),
        Default("China", "72071111", "free-cutting", 3.169, None, 3.169, "C"),
        Default("China", "7205", "granules", 2.802, None, 2.802, "C/F"),
        Default("Albania", "2523100010", "white-clinker", None, None, None, ""),
        Default("Albania", "2523100090", "other-clinker", 0.87, 0.0, 0.87, "A"),
        Default(OTHERS, "2523100010", "white-clinker", 1.32, 0.06, 1.37, "B"),
        Default(OTHERS, "7201", "pig-iron", 1.7, None, 1.7, ""),
        Default(OTHERS, "72071111", "free-cutting", 4.0, None, 4.0, "C"),
    ),
)


@pytest.mark.parametrize("code", ["7403 11 00", "7502 10 00", "0701 90 50", "1211 90 86", "720230"])
def test_what_is_no_cbam_good_is_said_with_code_and_table(code: str) -> None:
    with pytest.raises(DeclareError) as caught:
        find_good(code)
    (problem,) = caught.value.problems
    assert problem.code == "cbam-not-a-good"
    assert code.replace(" ", "") in problem.says("zh")
    assert "Annex I" in problem.says("en")


def test_a_code_too_short_to_tell_is_an_error_with_candidates() -> None:
    with pytest.raises(DeclareError, match="cbam-code-short") as caught:
        find_good("7202")
    assert "720260" in caught.value.problems[0].candidates


@pytest.mark.parametrize(
    ("code", "name", "direct_only"),
    [
        ("7601 10 00", "Unwrought aluminium", True),
        ("7207 19 19", "Crude steel", True),
        ("2601 12 00", "Sintered ore", False),
        ("2523 10 00", "Cement clinker", False),
        ("31021010", "Urea", False),
        ("28041000", "Hydrogen", True),
    ],
)
def test_a_good_and_whether_only_direct_emissions_count(
    code: str, name: str, direct_only: bool
) -> None:
    good = find_good(code)
    assert (good.name, good.direct_only) == (name, direct_only)


def test_fertiliser_3105_60_is_excepted() -> None:
    with pytest.raises(DeclareError, match="cbam-not-a-good"):
        find_good("3105 60 00")


def test_a_default_value_carries_the_mark_up_of_its_year() -> None:
    found = default_value(TABLE, "7601 10 00", country="China", year=2027)
    assert found.direct == pytest.approx(3.6)
    assert (found.indirect, found.fell_back, found.markup) == (None, False, 0.2)
    later = default_value(TABLE, "7601 10 00", country="China", year=2031)
    assert later.markup == 0.3


def test_a_heading_without_value_gives_way_to_the_whole_row_of_others() -> None:
    assert not default_value(TABLE, "72071111", country="China", year=2026).fell_back
    found = default_value(TABLE, "72071111", country="Atlantis", year=2026)
    assert (found.row.country, found.row.direct, found.fell_back) == (OTHERS, 4.0, True)
    with pytest.raises(DeclareError, match="cbam-no-default"):
        default_value(TABLE, "7207 19 19", country="China", year=2026)


def test_a_code_alone_is_not_a_key() -> None:
    with pytest.raises(DeclareError, match="cbam-default-several") as caught:
        default_value(TABLE, "2523 10 00", country="Albania", year=2026)
    assert len(caught.value.problems[0].candidates) == 2
    grey = default_value(TABLE, "2523 10 00", country="Albania", year=2026, which="other-clinker")
    assert grey.row.direct == 0.87
    white = default_value(TABLE, "2523 10 00", country="Albania", year=2026, which="white")
    assert (white.row.direct, white.row.indirect, white.fell_back) == (1.32, 0.06, True)
    assert default_value(TABLE, "7205 21 00", country="China", year=2026, which="F").row.route


def test_a_bad_table_is_refused_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "defaults.csv"
    path.write_text(
        "country_or_territory,good_key,default_direct,default_indirect,default_total\n"
        "China,aluminium,3.0,,3.0\nChina,7601-unwrought,three,,3.0\n",
        encoding="utf-8",
    )
    with pytest.raises(DeclareError) as caught:
        read_defaults(path, instrument="x", date="y")
    assert [each.where.line for each in caught.value.problems] == [2, 3]


def steel(
    product: Product | None = None,
    takes: dict[str, str] | None = None,
    emits: dict[str, str] | None = None,
    **details: object,
) -> tuple[Declaration, CbamDetails]:
    """One tonne of slab: 1.05 t liquid steel from 0.9 t pig iron, 0.01 t FeMn and some gas."""
    gases = CharacterisationSet.of("AR6", {"CO2": 1, "CH4": 27.9, "N2O": 273})
    make = pcf.unit_process
    plant = [
        make(
            "steel plant",
            ("liquid steel", "1 t"),
            takes={
                "pig iron": "0.9 t",
                "ferromanganese": "10 kg",
                "natural gas, burnt in furnace": "200 MJ",
                "lime": "50 kg",
                **(takes or {}),
            },
            emits={
                "CO2, fossil": "100 kg",
                "CO2, biogenic": "7 kg",
                "CH4, fossil": "1 kg",
                **(emits or {}),
            },
            meters={"converter": "80 kWh"},
        ),
        make(
            "casting",
            ("slab", "1 t"),
            takes={"liquid steel": "1.05 t"},
            meters={"caster": "20 kWh"},
        ),
    ]
    background = [
        make("blast furnace elsewhere", ("pig iron", "1 t"), emits={"CO2, fossil": "1600 kg"}),
        make("alloy maker", ("ferromanganese", "1 t"), emits={"CO2, fossil": "2500 kg"}),
        make("gas", ("natural gas, burnt in furnace", "1 GJ"), emits={"CO2, fossil": "56.1 kg"}),
        make("mine", ("pellets of a mine", "1 t"), emits={"CO2, fossil": "60 kg"}),
        make("boilers", ("steam", "1 GJ"), emits={"CO2, fossil": "70 kg"}),
        make("sinter strand", ("sinter", "1 t"), emits={"CO2, fossil": "200 kg"}),
        make("lime kiln", ("lime", "1 t"), emits={"CO2, fossil": "900 kg"}),
        make("grid", ("electricity", "1 kWh"), emits={"CO2, fossil": "0.6 kg"}),
    ]
    far = [replace(each, foreground=False) for each in background]
    system = pcf.product_system([*plant, *far])
    grid = dict.fromkeys(("converter", "caster"), (("grid", 1.0),))
    footprint = pcf.footprint(
        system,
        ("1 t", "slab"),
        gases,
        electricity={"location": grid},
        context={"period": "2024", "place": "CN"},
    )
    declaration = declare_footprint(
        footprint,
        product=product or Product("slab", cn_code="7207 12 10"),
        company=Company("示例钢铁", registration="91", address="Taiyuan"),
        valid="2025",
        created=datetime(2026, 11, 20, tzinfo=UTC),
    )
    processes = {"steel plant": "Crude steel", "casting": "Crude steel"}
    return declaration, CbamDetails(processes=processes, **details)  # type: ignore[arg-type]


PIG = Precursor("pig iron", "7201 10 11", "China", direct=1.9, indirect=0.1, verified=True)
FEMN = Precursor(
    "ferromanganese",
    "7202 11 20",
    "Zimbabwe",
    default=default_value(TABLE, "7201 10 11", country="Zimbabwe", year=2026),
)


def test_a_steel_example_by_hand() -> None:
    declaration, details = steel(
        precursors=(PIG, FEMN), electricity=ElectricityFactor(0.5306, "D.4.3.1", "MEE 2023")
    )
    found = embedded_emissions(declaration, details)
    own = 1.05 * (0.100 + 0.2 * 0.0561)
    bought = 1.05 * (0.9 * 1.9 + 0.010 * 1.7 * 1.1)
    assert found.direct == pytest.approx(own + bought, rel=1e-12)
    power = 1.05 * 0.080 + 0.020
    assert found.electricity == pytest.approx(power, rel=1e-12)
    assert (found.indirect, found.information) == (None, None)  # of FeMn nobody says it
    assert found.basis == found.direct
    actual = replace(FEMN, default=None, direct=1.7, indirect=2.0, verified=True)
    told = replace(details, precursors=(PIG, actual))
    known = embedded_emissions(declaration, told)
    assert known.indirect == pytest.approx(
        power * 0.5306 + 1.05 * (0.9 * 0.1 + 0.010 * 2.0), rel=1e-12
    )
    assert known.information == pytest.approx(known.direct + known.indirect, rel=1e-12)
    assert found.share_default == pytest.approx(1.05 * 0.010 * 1.87 / found.direct, rel=1e-12)
    assert set(found.outside) == {"lime"}
    assert {each.gas for each in found.own} == {"CO2"}


def test_a_bought_cbam_good_without_a_value_is_refused() -> None:
    declaration, details = steel(precursors=(FEMN,))
    with pytest.raises(DeclareError, match="cbam-precursor-missing") as caught:
        embedded_emissions(declaration, details)
    assert "pig iron" in str(caught.value)


def test_unverified_actual_values_are_not_actual() -> None:
    with pytest.raises(DeclareError, match="cbam-unverified"):
        Precursor("pig iron", "7201 10 11", "China", direct=1.9)
    with pytest.raises(DeclareError, match="cbam-precursor-value"):
        Precursor(
            "pig iron", "7201 10 11", "China", direct=1.9, verified=True, default=FEMN.default
        )


def test_every_wrong_name_is_told_at_once() -> None:
    declaration, details = steel(precursors=(replace(PIG, flow="pigiron"),))
    wrong = replace(details, processes={"steel plnt": "Crude steel", "casting": "Crude stel"})
    with pytest.raises(DeclareError) as caught:
        embedded_emissions(declaration, wrong)
    codes = {each.code for each in caught.value.problems}
    assert {"cbam-process", "cbam-good", "cbam-precursor"} <= codes


def test_a_precursor_counts_by_its_own_code() -> None:
    sinter = Precursor("sinter", "2601 12 00", "China", direct=0.2, indirect=0.04, verified=True)
    declaration, details = steel(takes={"sinter": "1.3 t"}, precursors=(PIG, FEMN, sinter))
    found = embedded_emissions(declaration, details)
    assert find_good("7207 12 10").direct_only
    assert found.basis == pytest.approx(found.direct + 1.05 * 1.3 * 0.04, rel=1e-12)


def test_heat_from_outside_needs_its_factor_and_counts() -> None:
    declaration, details = steel(takes={"steam": "500 MJ"}, precursors=(PIG, FEMN))
    with pytest.raises(DeclareError, match="cbam-heat"):
        embedded_emissions(declaration, details)
    nothing = embedded_emissions(declaration, replace(details, heat={"steam": 0.0}))
    found = embedded_emissions(declaration, replace(details, heat={"steam": 70.0}))
    assert found.direct - nothing.direct == pytest.approx(1.05 * 0.0005 * 70, rel=1e-9)
    with pytest.raises(DeclareError, match="cbam-precursor"):
        embedded_emissions(declaration, replace(details, heat={"steam": 70.0, "stem": 1.0}))


def test_emissions_that_no_gas_is_known_of_are_refused() -> None:
    declaration, details = steel(emits={"CO2e, not split": "5 kg CO2e"}, precursors=(PIG, FEMN))
    with pytest.raises(DeclareError, match="cbam-unsplit"):
        embedded_emissions(declaration, details)


def test_a_precursor_given_twice_is_refused() -> None:
    other = replace(PIG, country="India", direct=2.4)
    declaration, details = steel(precursors=(PIG, other, FEMN))
    with pytest.raises(DeclareError, match="cbam-precursor-twice"):
        embedded_emissions(declaration, details)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ElectricityFactor(530.6, "D.4.3.1", "MEE"),
        lambda: ElectricityFactor(float("nan"), "D.4.3.1", "MEE"),
        lambda: ElectricityFactor(0.5, "D.9", "MEE"),  # type: ignore[arg-type]
        lambda: ElectricityFactor(0.5, "D.4.3.1", " "),
        lambda: replace(PIG, direct=1900.0),
        lambda: replace(PIG, direct=-1.9),
        lambda: replace(PIG, indirect=float("nan")),
        lambda: CarbonPrice("tax", "CNY", 50, 70),
        lambda: CarbonPrice("tax", "CNY", 50, 0.7, rebate=60),
        lambda: CbamDetails(composition={"direct": "0.1"}),
        lambda: CbamDetails(composition={"% Chrome": "0.1"}),
        lambda: CbamDetails(heat={"steam": 70000.0}),
    ],
)
def test_numbers_that_cannot_be_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(DeclareError):
        make()


def test_a_letter_names_a_route_and_never_a_word() -> None:
    row = replace(TABLE.rows[0], country="Nowhere", code="7208", description="carbon steel")
    rows = (replace(row, route="F", direct=2.0), replace(row, route="K", direct=1.0))
    table = replace(TABLE, rows=rows)
    asked = {"country": "Nowhere", "year": 2026}
    assert default_value(table, "7208 10 00", which="K", **asked).row.direct == 1.0  # type: ignore[arg-type]
    with pytest.raises(DeclareError, match="cbam-no-default"):
        default_value(table, "7208 10 00", which="C", **asked)  # type: ignore[arg-type]


def test_fuels_of_an_allocated_process_have_its_good(request: pytest.FixtureRequest) -> None:
    background = pcf.open_background("cn-public", edition="2026.1")
    study = pcf.read_study(request.config.rootpath / "examples" / "fictional_smelter")
    declaration = declare_footprint(
        study.footprint(background),
        product=Product("ingot", cn_code="7601 10 00"),
        company=Company("示例"),
        valid="2025",
        study=study,
        background=background,
    )
    found = embedded_emissions(declaration, CbamDetails())
    assert any(": " in process for process in found.inside)
    assert {each.good for each in found.own} == {"Unwrought aluminium"}


def test_an_input_that_its_row_calls_a_cbam_good_is_missed() -> None:
    declaration, details = steel(takes={"pellets of a mine": "1 kg"}, precursors=(PIG, FEMN))
    flow = ProductFlow("pellets of a mine", unit="kg", hs="2601 12", cbam="direct and indirect")
    background = SimpleNamespace(product=lambda name: flow if name == flow.id else None)
    with pytest.raises(DeclareError, match="cbam-precursor-missing"):
        embedded_emissions(replace(declaration, background=background), details)
    bars = SimpleNamespace(product=lambda _: replace(flow, hs="7601"))
    assert embedded_emissions(replace(declaration, background=bars), details)


def test_indirect_emissions_count_outside_annex_ii_and_need_a_factor() -> None:
    product = Product("sinter", cn_code="2601 12 00")
    declaration, details = steel(product, precursors=(PIG, FEMN))
    with pytest.raises(DeclareError, match="cbam-electricity"):
        embedded_emissions(declaration, details)
    factor = ElectricityFactor(0.5306, "D.4.3.1", "MEE 2023")
    found = embedded_emissions(declaration, replace(details, electricity=factor))
    assert found.basis == pytest.approx(found.direct + found.electricity * 0.5306, rel=1e-12)


def test_the_aluminium_of_the_reference_study(declaration: Declaration) -> None:
    found = embedded_emissions(declaration, CbamDetails())
    by_gas = {each.gas: each.kg_co2e for each in found.own if each.process == "electrolysis"}
    assert by_gas["CF4"] + by_gas["C2F6"] == pytest.approx(0.0179 * 6630 + 0.00205 * 11100)
    assert by_gas["CF4"] + by_gas["C2F6"] == pytest.approx(141.4, abs=0.05)
    gases = declaration.footprint.by_gas()
    ar6 = {part.name: part.value for part in gases.parts}
    assert ar6["CF4"] + ar6["C2F6"] == pytest.approx(157.5, abs=0.1)
    assert found.indirect is None
    assert found.basis == found.direct < declaration.footprint.total / 1000
    assert "alumina" in found.outside
    assert "anode" in found.outside


def test_sixteen_items_each_answered_or_open(declaration: Declaration) -> None:
    details = CbamDetails(answers={9: Answer("false"), 7: Answer(not_applicable="no heat network")})
    items = emissions_report(declaration, details, embedded_emissions(declaration, details))
    states = {item.number: item.answer.state for item in items}
    assert sorted(states) == list(range(1, 17))
    assert (states[9], states[7], states[2], states[6]) == (
        "value", "not applicable", "missing", "not applicable",
    )  # fmt: skip


def test_the_workbook_has_the_cells_of_the_summary(
    declaration: Declaration, tmp_path: Path
) -> None:
    price = CarbonPrice("Carbon tax", "CNY", due=50.0, share_covered=0.7, rebate=20.0)
    details = CbamDetails(
        electricity=ElectricityFactor(0.5306, "D.4.3.1", "MEE 2023"), carbon_price=price
    )
    path = tmp_path / "进口商.xlsx"
    hostile = replace(declaration.product, name='=HYPERLINK("http://x")')
    replace(declaration, annexes=(details,), product=hostile).save(path, format="CBAM 2026")
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    heads = [str(cell.value).split("\n")[-1] for cell in page[1]]
    row = dict(zip(heads, [cell.value for cell in page[page.max_row]], strict=True))
    assert row["SEE (direct)"] == pytest.approx(1.6575431)
    assert row["SEE (total)"] == pytest.approx(row["SEE (direct)"] + row["SEE (indirect)"])
    assert row["Effective carbon price due per t"] == 30.0
    assert all(cell.data_type != "f" for sheet in book for line in sheet for cell in line)
    letters = [str(cell.value) for cell in page[2]]
    assert "cell I of Summary_Products" in letters[heads.index("SEE (direct)")]


def test_the_workbook_of_no_good_is_refused(declaration: Declaration, tmp_path: Path) -> None:
    copper = replace(declaration, product=replace(declaration.product, cn_code="74031100"))
    with pytest.raises(DeclareError, match="cbam-not-a-good"):
        copper.save(tmp_path / "x.xlsx", format="CBAM 2026")
    assert not list(tmp_path.iterdir())


def test_every_code_of_the_template_falls_on_one_row(peer_data: Callable[[str], Path]) -> None:
    path = peer_data("formats/cbam/template_2024-12-13_dump/Parameters_CNCodes/raw_data.csv")
    with path.open(encoding="utf-8") as stream:
        rows = [row for row in csv.reader(stream) if len(row) > 4 and row[3].isdigit()]
    alloys = {"FeMn", "FeCr", "FeNi"}
    for row in rows:
        found, listed = find_good(row[3]).name, row[4].strip()
        same = found.lower() == listed.lower()
        assert same or found in alloys or listed.startswith("Electricity"), (row[3], found)
    assert len(rows) == 569


def test_the_worked_row_of_the_template_adds_up(peer_data: Callable[[str], Path]) -> None:
    path = peer_data("formats/cbam/template_2024-12-13_dump/Summary_Products/raw_data.csv")
    with path.open(encoding="utf-8") as stream:
        (row,) = [row for row in csv.reader(stream) if len(row) > 2 and row[2] == "Ex."]
    direct, indirect, total = (float(row[at].replace(",", ".")) for at in (8, 9, 10))
    assert find_good(row[5]).name == "Crude steel"
    assert direct + indirect == pytest.approx(total)


def test_the_sample_of_default_values(peer_data: Callable[[str], Path]) -> None:
    path = peer_data("formats/cbam/cbam_default_values_sample.csv")
    table = read_defaults(path, instrument="2025/2621", date="corrected by 2026/1740")
    china = default_value(table, "7601 10 00", country="China", year=2026)
    assert china.direct == pytest.approx(3.3)
    bolts = default_value(table, "7318 15 88", country="China", year=2026)
    assert bolts.row.direct == 6.375
    unlisted = default_value(table, "7318 15 88", country="Atlantis", year=2026)
    assert (unlisted.row.direct, unlisted.fell_back) == (4.801, True)
    with pytest.raises(DeclareError, match="cbam-default-several"):
        default_value(table, "2523 10 00", country="Algeria", year=2026)
