"""Mistakes seeded into a study: each is one problem with place and cure, and all come together."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pcf.errors import Problem, StudyProblems
from pcf.study import read_study

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.background import Background


class Mistake(NamedTuple):
    """Edits (file, old, new; an empty old appends) that make one mistake, and what must be said."""

    name: str
    code: str
    file: str
    edits: tuple[tuple[str, str, str], ...]


def mistake(
    name: str, code: str, file: str, old: str, new: str, *more: tuple[str, str, str]
) -> Mistake:
    return Mistake(name, code, file, ((file, old, new), *more))


ACTIVITY, TOML, LEGS = "activity.csv", "study.toml", "legs.csv"


# They do not touch each other, so that all of them can be made at once.
TOGETHER = (
    mistake("a unit that may be milli or mega", "unit-capital-t", ACTIVITY, "anode butts,,t,", "anode butts,,T,"),
    mistake("text in a number cell", "number-not", ACTIVITY, "CF4,22,kg", "CF4,about 22,kg"),
    mistake("a negative amount", "amount-negative", LEGS, "anodes,480,t", "anodes,-480,t"),
    mistake("an unknown process", "process-unknown", ACTIVITY, "lining,potroom", "lining,potrom"),
    mistake("a row id that stands twice", "row-id-twice", ACTIVITY, "casting 2024-02,", "casting 2024-01,"),
    mistake(
        "a row that stands twice", "row-repeated", ACTIVITY, "",
        "c2f6,potroom,output,,C2F6,2,kg,,,,,,,,,,primary,,,,,,,P1,,,\n"
        "c2f6 again,potroom,output,,C2F6,2,kg,,,,,,,,,,primary,,,,,,,P1,,,\n",
    ),
    mistake(
        "formulas in a circle", "parameter-cycle", TOML,
        'butts = { value = "80 t", source = "P1" }', 'butts = { formula = "anode_use / 6" }',
        (TOML, 'anode_use = { value = "480 t", source = "P1" }', 'anode_use = { formula = "6 * butts" }'),
    ),
    mistake("a formula that is none", "expression-syntax", ACTIVITY, "cryolite,1.2,t,,", "cryolite,,t,1.2 +,"),
    mistake("a row outside the period", "row-outside-period", ACTIVITY, "2024-03,2024-03,,,,,,potline 1", "2023-03,2023-03,,,,,,potline 1"),
    mistake("a reading of the same meter and month", "meter-twice", ACTIVITY, "2024-08,2024-08,,,,,,potline 1", "2024-07,2024-07,,,,,,potline 1"),
    mistake("a missing source", "row-no-source", ACTIVITY, "primary,,,,,,,P1,sheet waste", "primary,,,,,,,,sheet waste"),
    mistake("a stock that does not close", "stock-open", ACTIVITY, "product,alumina,,t", "product,alumina,2000,t"),
    mistake("shares of a mix that do not sum to one", "mix-sum", TOML, "share = 0.7", "share = 0.8"),
    mistake("shares of a supply that do not sum to one", "supply-sum", TOML, "share = 0.6, connection", "share = 0.7, connection"),
    mistake("a basis mixed up", "link-none", ACTIVITY, "\ngas,cast house,input,product,\"natural gas, burnt in industrial furnace\",1500,GJ,,,,,,,,lower", "\ngas,cast house,input,product,\"natural gas, burnt in industrial furnace\",1500,GJ,,,,,,,,higher"),
    mistake("a unit of another kind than the provider's", "unit-differs", ACTIVITY, "liquid aluminium,1000,t", "liquid aluminium,1000,kWh"),
    mistake("evidence that is not there", "evidence-missing", ACTIVITY, "potline 2024-01,potroom,input,,electricity,115,万kWh,,2024-01,2024-01,,,,,,potline 1,primary,,,,evidence/electricity-2024.csv", "potline 2024-01,potroom,input,,electricity,115,万kWh,,2024-01,2024-01,,,,,,potline 1,primary,,,,evidence/lost.csv"),
    mistake("a declared product that nothing makes", "product-no-maker", TOML, 'product = "aluminium ingot"', 'product = "aluminum ingots"'),
    mistake("a process without reference", "process-no-reference", "processes.csv", "liquid aluminium,1000,t", "liquid aluminium,,t"),
    mistake("a provider that does not exist", "link-provider-unknown", TOML, '"anode-record"', '"anode-recrod"'),
    mistake("an input without a provider", "link-unknown", ACTIVITY, "", "missing,potroom,input,product,unobtainium,1,kg,,,,,,,,,,primary,,,,,,,P1,,,\n"),
    mistake(
        "two providers", "provider-several", TOML, "",
        '\n[[link]]\nflow = "transport, rail"\nprovider = "rail"\n'
        '\n[[link]]\nflow = "transport, rail"\nprovider = "rail-fuel-use"\n',
    ),
    mistake("an alternative of unknown rows", "row-unknown", TOML, 'replaces = ["cf4"]', 'replaces = ["cf5"]'),
    mistake(
        "an exclusion of an unknown flow", "exclusion-no-row", TOML, "",
        '\n[[exclusion]]\nprocess = "potroom"\nflow = "fluorspar"\nbound = "1 kg CO2e/kg"\nreason = "little"\n',
    ),
    mistake(
        "an exclusion and a row", "exclusion-and-row", TOML, "",
        '\n[[exclusion]]\nprocess = "potroom"\nflow = "aluminium fluoride"\nbound = "9 kg CO2e"\nreason = "little"\n',
        (ACTIVITY, "", "fluoride,potroom,input,product,aluminium fluoride,18,t,,,,,,,,,,primary,,,,,,,P1,,,\n"),
    ),
    mistake("a direction that does not fit", "direction-unfit", ACTIVITY, "anode-co2,potroom,output", "anode-co2,potroom,input"),
    mistake("a leg with a distance in kilograms", "unit-dimension", LEGS, "850,km", "850,kg"),
    mistake("an unverified row that is not named", "row-unverified", ACTIVITY, "", "", (TOML, 'rows = ["cryolite"]', "rows = []")),
    mistake("a setting that does not exist", "setting-unknown", TOML, 'period = "2024"', 'period = "2024"\nperiode = "2024"'),
    mistake("a place that does not exist", "place-unknown", "processes.csv", "CN-GS", "Gansoo"),
    mistake("a source that is not listed", "source-unknown", LEGS, "primary,P1,sheet transport,\nanodes", "primary,P9,sheet transport,\nanodes"),
    mistake("a total of the site that differs", "site-total-differs", "site_totals.csv", "1369.6", "1300"),
    mistake("an allocation without its property", "allocation-property-missing", TOML, "", "", ("coproducts.csv", "gross mass,6000", "gross mass,")),
    mistake("a geometric standard deviation below one", "spread-numbers", ACTIVITY, "lognormal,1.5", "lognormal,0.5"),
    mistake("a column that is not known", "column-unknown", "sources.csv", "fingerprint,note", "fingerprint,notiz"),
    mistake("a convention that does not exist", "convention-unknown", TOML, '"0/0"', '"0/1"'),
)  # fmt: skip

# Each of these hides, or is hidden by, one of the others.
ALONE = (
    mistake("an unknown unit", "unit-unknown", ACTIVITY, "alumina,,t,", "alumina,,tx,"),
    mistake("a missing month", "months-missing", ACTIVITY, "casting 2024-05,", "# casting 2024-05,"),
    mistake("a negative use", "stock-negative", ACTIVITY, "120,1945,20,125", "120,1945,20,9125"),
    mistake("a stock with a hole", "stock-incomplete", ACTIVITY, "120,1945,20,125", "120,1945,,125"),
    mistake("a fingerprint that differs", "evidence-differs", ACTIVITY, "potline 1,primary,,,,evidence/electricity-2024.csv,{sha},reading 2024-12", "potline 1,primary,,,,evidence/electricity-2024.csv,{other},reading 2024-12"),
    mistake("evidence outside the folder", "name-unsafe", ACTIVITY, "potline 1,primary,,,,evidence/electricity-2024.csv,{sha},reading 2024-12", "potline 1,primary,,,,../secret.csv,{sha},reading 2024-12"),
    mistake("an amount and a formula", "amount-two-ways", ACTIVITY, "prebaked anodes,,t", "prebaked anodes,480,t"),
    mistake("a parameter that is not there", "expression-name-unknown", ACTIVITY, "prebaked anodes,,t,anode_use", "prebaked anodes,,t,anode_used"),
    mistake("no amount at all", "amount-unknown", ACTIVITY, "CF4,18,kg", "CF4,,kg"),
    mistake("a process that stands twice", "process-twice", "processes.csv", "", "potroom,,,,other metal,1,t,,,,,\n"),
    mistake("a product of two processes", "product-several-makers", TOML, "", "", ("processes.csv", "", "other,,,,aluminium ingot,1,t,,,,,\n")),
    mistake("no allocation", "not-allocated", "processes.csv", "", "", (TOML, '[[allocation]]\nprocess = "cast house"\nby = "price"\nreason = "dross is sold for a small part of the price of ingots; mass would say nothing of why the plant runs"\n', "")),
    mistake("an exclusion without a reason", "exclusion-no-reason", TOML, 'reason = "no factor; upper end of the fluoride chemistry"', 'reason = ""'),
    mistake("an exclusion with a provider", "exclusion-and-provider", TOML, 'flow = "packaging"', 'flow = "alumina"'),
    mistake("an exclusion that is no amount of CO2e per flow", "unit-unfit", TOML, "5 kg CO2e/kg", "5 kg CO2e/kWh"),
    mistake("an alternative that is not described", "alternative-unknown", ACTIVITY, ",PFC by measurement,", ",PFC measured,"),
    mistake("a link to a flow that nothing uses", "flow-not-used", TOML, "", '\n[[link]]\nflow = "bauxite"\nprovider = "rail"\n'),
    mistake("a mix of a flow that nothing uses", "flow-not-used", TOML, "", '\n[[mix]]\nproduct = "bauxite"\nshares = [{ provider = "rail", share = 1 }]\n'),
    mistake("a supply of no meter", "meter-unknown", TOML, 'meter = "potline 1"', 'meter = "potline 2"'),
    mistake("a meter of a row that is no electricity", "unit-unfit", ACTIVITY, "1500,GJ,,,,,,,,lower heating value,,", "1500,t,,,,,,,,,gas meter,"),
    mistake("no treatment of electricity", "treatment-missing", TOML, 'treatment = "location"', 'treatment = ""'),
    mistake("a treatment that is none", "treatment-unknown", TOML, 'treatment = "location"', 'treatment = "green"'),
    mistake("a technology that is not there", "technology-unknown", TOML, 'technology = "wind"', 'technology = "geothermal"'),
    mistake("no characterisation set", "characterisation-missing", TOML, 'characterisation = "AR6"', 'characterisation = ""'),
    mistake("a characterisation set that is not there", "characterisation-unknown", TOML, '"AR6"', '"AR7"'),
    mistake("a period that cannot be read", "period-unreadable", TOML, 'period = "2024"', 'period = "last year"'),
    mistake("no period", "setting-missing", TOML, 'period = "2024"', ""),
    mistake("a setting of the wrong kind", "setting-kind", TOML, 'rows = ["cryolite"]', 'rows = "cryolite"'),
    mistake("a boundary that is not known", "boundary-unknown", TOML, '"cradle to gate"', '"all"'),
    mistake("a basis that is not known", "basis-unknown", TOML, 'basis = "gross mass"', 'basis = "heavy"'),
    mistake("a gas that is not known", "gas-unknown", ACTIVITY, "elementary,CO2,", "elementary,CO3,"),
    mistake("a fuel gas without its temperature", "gas-volume-temperature", ACTIVITY, "1500,GJ", "1500,m3"),
    mistake("an internal stream without a reason", "internal-no-reason", ACTIVITY, "sheet anodes,,returned to the anode maker; their burden was counted with the anodes", ",,"),
    mistake("a table of two columns that are one", "header-duplicate", "sources.csv", "fingerprint,note", "fingerprint,licence"),
    mistake("a required column that is missing", "column-missing", ACTIVITY, "row,process,direction,kind", "row,process,#direction,kind"),
    mistake("a source that is listed twice", "source-twice", "sources.csv", "", "P1,again,,,2024,,,primary,,\n"),
    mistake("settings that are no TOML", "toml-syntax", TOML, "[declared_unit]", "[declared_unit"),
)  # fmt: skip


def make(folder: Path, seeded: tuple[Mistake, ...] | list[Mistake]) -> None:
    """Make the mistakes in a folder."""
    activity = (folder / ACTIVITY).read_text(encoding="utf-8")
    sha = re.findall(r"[0-9a-f]{64}", activity)[0]
    for each in seeded:
        for file, old, new in each.edits:
            path = folder / file
            content = path.read_text(encoding="utf-8")
            old, new = (
                part.replace("{sha}", sha).replace("{other}", sha[::-1]) for part in (old, new)
            )
            assert not old or content.count(old) == 1, (each.name, old, content.count(old))
            content = content.replace(old, new) if old else content + new
            path.write_text(content, encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, by name."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def problems_in(folder: Path, background: Background) -> tuple[Problem, ...]:
    """Return what is wrong with the study in a folder."""
    return read_study(folder).check(background)


def test_the_study_itself_has_no_problem(folder: Path, background: Background) -> None:
    assert problems_in(folder, background) == ()


@pytest.mark.parametrize("seeded", [*TOGETHER, *ALONE], ids=lambda seeded: seeded.name)
def test_a_mistake_is_one_problem_with_place_and_cure(
    seeded: Mistake, folder: Path, background: Background
) -> None:
    make(folder, [seeded])
    found = problems_in(folder, background)
    assert [each.code for each in found] == [seeded.code], "\n".join(map(str, found))
    assert seeded.file in str(found[0].where)
    for language in ("zh", "en"):
        assert "{" not in found[0].says(language).replace(found[0].facts.get("form", "{"), "")


def test_all_mistakes_come_in_one_error(folder: Path, background: Background) -> None:
    make(folder, TOGETHER)
    before = contents(folder)
    with pytest.raises(StudyProblems) as caught:
        read_study(folder).footprint(background)
    assert len(TOGETHER) > 20
    found = Counter(each.code for each in caught.value.problems)
    assert found == Counter(each.code for each in TOGETHER)
    assert contents(folder) == before


def test_every_problem_has_a_line_and_speaks_both_languages(
    folder: Path, background: Background
) -> None:
    make(folder, TOGETHER)
    for each in problems_in(folder, background):
        assert each.where.file, str(each)
        assert each.where.line > 0, str(each)
        assert re.search(r"[\u4e00-\u9fff]", each.says("zh"))


@pytest.mark.parametrize("position", range(len(TOGETHER)), ids=lambda at: TOGETHER[at].name)
def test_correcting_one_mistake_takes_exactly_its_problem_away(
    position: int, folder: Path, background: Background
) -> None:
    corrected = TOGETHER[position]
    make(folder, [each for each in TOGETHER if each is not corrected])
    found = Counter(each.code for each in problems_in(folder, background))
    expected = Counter(each.code for each in TOGETHER)
    expected.subtract([corrected.code])
    assert found == +expected


def test_a_folder_without_a_study_raises_at_once(tmp_path: Path) -> None:
    from pcf.errors import FileError

    for name in ("nothing", ""):
        with pytest.raises(FileError) as caught:
            read_study(tmp_path / name)
        assert caught.value.problems[0].code == "study-missing"
