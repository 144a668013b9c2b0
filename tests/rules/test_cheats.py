"""A plant that lowers its number and hopes for 'satisfied': what tells of it, and what nothing can.

Each way begins with a fictional plant that satisfies its pack, changes what a liar would change
(the declared value and the site's totals with it), and names the rule, the finding or the problem
of reading that tells. `docs/reference/plausibility.md` has the same list in words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pcf
from pcf.model.amounts import Amount
from pcf.model.declared import Exclusion
from pcf.model.flows import find_gas
from pcf.rules.facts.totals import rounded_up
from pcf.study.values import AllocationChoice, Alternative, CoProductRow, Evidence, MeterSupply
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pcf.background import Background
    from pcf.background.values import BackgroundProcess
    from pcf.rules import Pack
    from pcf.study import Study

ROOT = Path(__file__).parents[2]
PACKS = {"potato_farm": "potatoes"}


@cache
def plant(name: str) -> Study:
    return pcf.read_study(ROOT / "examples" / f"fictional_{name}")


@cache
def pack_of(name: str) -> Pack:
    return pcf.rule_pack(PACKS.get(name, name))


@pytest.fixture(scope="module")
def background() -> Background:
    return pcf.open_background("cn-public", edition="2026.1")


def told(
    study: Study, name: str, background: Background, rule: str | None = None
) -> set[tuple[str, str]]:
    """Return what tells: code and place of problems, else of findings, and the rules not met.

    The liar declares what comes out. With `rule` only that one of the pack is judged, and none
    where it is the code of a finding of the footprint.
    """
    try:
        footprint = study.footprint(background)
    except pcf.PcfError as error:
        return {(each.code, "") for each in error.problems}
    value = f"{rounded_up(footprint.total):.12g}"
    statements = tuple(
        replace(each, value=value) if each.fact == "declared.value" else each
        for each in study.statements
    )
    study = replace(study, statements=statements)
    pack = pack_of(name)
    if rule is not None:
        pack = replace(pack, rules=tuple(each for each in pack.rules if each.id == rule))
    opinion = pack.judge(study, footprint, background=background)
    assert set(footprint.findings) <= set(opinion.findings)
    return {(each.code, each.where.item) for each in opinion.findings} | {
        (each.rule.id, "") for each in opinion.unmet if each.rule.id != "ISO034"
    }


def rows(study: Study, ids: Iterable[str], **changes: object) -> Study:
    """Return the study with other fields of some rows of activity data."""
    wanted = set(ids)
    found = tuple(
        replace(row, **changes) if row.id in wanted else row  # type: ignore[arg-type]
        for row in study.activity
    )
    assert found != study.activity
    return replace(study, activity=found)


def without(study: Study, *ids: str) -> Study:
    """Return the study without rows, and without links and balances that speak of them alone."""
    gone = {row.flow for row in study.activity if row.id in ids}
    kept = tuple(row for row in study.activity if row.id not in ids)
    left = gone - {row.flow for row in kept}
    links = tuple(each for each in study.links if each.flow not in left)
    alternatives = tuple(each for each in study.alternatives if not {*ids} & {*each.replaces})
    return replace(study, activity=kept, links=links, alternatives=alternatives)


def making(study: Study, **amounts: float) -> Study:
    """Return the study whose processes make other amounts, in their own unit."""
    found = tuple(
        replace(row, amount=replace(row.amount, value=amounts.get(row.id, row.amount.value)))
        for row in study.processes
    )
    return replace(study, processes=found)


def legs(study: Study, **changes: object) -> Study:
    return replace(study, legs=tuple(replace(each, **changes) for each in study.legs))  # type: ignore[arg-type]


def amount_of(study: Study, id_: str) -> Amount:
    return next(row.amount for row in study.activity if row.id == id_)


def excluded(study: Study, id_: str, bound: str, *, flow: str = "") -> Study:
    """Return the study that leaves a row out under a small bound, by its name or another."""
    row = next(each for each in study.activity if each.id == id_)
    links = tuple(each for each in study.links if each.flow != row.flow)
    gap = Exclusion(row.process, flow or row.flow, Amount.read(bound), "little", "P2")
    study = replace(study, links=links, exclusions=(*study.exclusions, gap))
    return rows(study, [id_], flow=flow) if flow else study


def supplied(study: Study, connection: str, treatment: str, evidence: str | None = None) -> Study:
    """Return the study whose potline runs on wind by a connection, under a treatment."""
    share = pcf.Share(
        "wind",
        1.0,
        connection,
        0.0 if connection == "direct line" else None,  # type: ignore[arg-type]
    )
    supply = MeterSupply("potline", pcf.Supply((share,), evidence))
    return replace(
        study,
        electricity=replace(study.electricity, treatment=treatment, supplies=(supply,)),
    )


def dividing(study: Study, process: str, product: str, tonnes: float, *, tried: bool) -> Study:
    """Return the study that finds another product of a process and gives it a part by mass."""
    basis = next(row.basis for row in study.processes if row.id == process)
    made = CoProductRow(process, product, Amount(tonnes, "t"), basis)
    choice = AllocationChoice(process, "mass", reason="mass")
    other = Alternative("equal", Name("equal"), allocations=(replace(choice, by="equal"),))
    return replace(
        study,
        coproducts=(*study.coproducts, made),
        allocations=(*study.allocations, choice),
        alternatives=(*study.alternatives, *([other] if tried else [])),
    )


def untried(study: Study) -> Study:
    """Return the study whose other allocation is refused: 'equal' is no physical relation."""
    study = dividing(study, "smelting", "iron sand", 3e5, tried=True)
    *others, equal = study.alternatives
    broken = tuple(replace(each, level="physical") for each in equal.allocations)
    return replace(study, alternatives=(*others, replace(equal, allocations=broken)))


def less_power(study: Study, share: float) -> Study:
    """Return the study with a share of its electricity, and of the site's with it."""

    def scaled(amount: Amount) -> Amount:
        return replace(amount, value=(amount.value or 0.0) * share)

    return replace(
        study,
        activity=tuple(
            replace(row, amount=scaled(row.amount)) if row.meter else row for row in study.activity
        ),
        site_totals=tuple(replace(each, amount=scaled(each.amount)) for each in study.site_totals),
    )


def cheaper(study: Study, row: str, share: float) -> Study:
    """Return the study whose supplier's factor is a share of what it was."""
    own = study.own_background
    assert own is not None
    found = []
    for each in own.processes:
        exchanges = tuple(
            replace(one, amount=replace(one.amount, value=(one.amount.value or 0.0) * share))
            for one in each.process.exchanges
        )
        lower = replace(each, process=replace(each.process, exchanges=exchanges))
        found.append(lower if row in each.id else each)
    return replace(study, own_background=replace(own, processes=tuple(found)))


def renamed(study: Study, text: str) -> Study:
    """Return the study as read from a folder whose boundary says something else."""
    return replace(study, boundary=text)


def anode_as_biogenic(study: Study) -> Study:
    study = rows(study, ["e-co2"], flow="CO2, biogenic")
    balances = tuple(
        replace(
            each,
            outputs=tuple(
                ("CO2, biogenic" if flow == "CO2, fossil" else flow, content)
                for flow, content in each.outputs
            ),
        )
        for each in study.balances
    )
    return replace(study, balances=balances)


@dataclass(frozen=True)
class Cheat:
    """A way to a lower number; `tells` is one of the codes or rules that give it away."""

    plant: str
    change: Callable[[Study], Study]
    tells: str


COAL = "a-coal"
CHEATS = {
    "cut-off of a large row": Cheat(
        "aluminium", lambda s: excluded(s, COAL, "0.1 kg CO2e/kgce"), "ISO009"
    ),
    "cut-off of a large row under another name": Cheat(
        "aluminium",
        lambda s: excluded(s, COAL, "0.1 kg CO2e/kgce", flow="process heat carrier"),
        "process-unpowered",
    ),
    "the fuel forgotten": Cheat("aluminium", lambda s: without(s, COAL), "process-unpowered"),
    "an exclusion without a bound": Cheat(
        "aluminium",
        lambda s: replace(s, exclusions=(replace(s.exclusions[0], bound=None), *s.exclusions[1:])),
        "ISO010",
    ),
    "half a year of meters": Cheat(
        "aluminium",
        lambda s: without(s, *(f"e-electricity 2024-{month:02}" for month in range(7, 13))),
        "months-missing",
    ),
    "half of the electricity, the site's too": Cheat(
        "aluminium", lambda s: less_power(s, 0.5), "ALU010"
    ),
    "a month a tenth": Cheat(
        "aluminium",
        lambda s: rows(s, ["e-electricity 2024-03"], amount=Amount(4.7e7, "kWh")),
        "site-total-differs",
    ),
    "more ingots than metal": Cheat(
        "aluminium", lambda s: making(s, casting=432000.0), "mass-gained"
    ),
    "more metal than alumina gives": Cheat(
        "aluminium",
        lambda s: rows(
            making(s, casting=432e3, electrolysis=432e3), ["c-metal"], amount=Amount(432e3, "t")
        ),
        "ISO043",
    ),
    "less bauxite than the own mine digs": Cheat(
        "aluminium",
        lambda s: rows(s, ["a-bauxite"], amount=Amount(1.69e6, "t")),
        "product-left-over",
    ),
    "perfluorocarbons forgotten": Cheat(
        "aluminium", lambda s: without(s, "e-cf4", "e-c2f6", "e-cf4-measured"), "ALU008"
    ),
    "perfluorocarbons in grams": Cheat(
        "aluminium",
        lambda s: rows(
            rows(s, ["e-cf4"], amount=Amount(7027.33, "g")), ["e-c2f6"], amount=Amount(830.461, "g")
        ),
        "ALU009",
    ),
    "carbon of anodes called biogenic": Cheat("aluminium", anode_as_biogenic, "biogenic-alone"),
    "half of the carbon of anodes": Cheat(
        "aluminium", lambda s: rows(s, ["e-co2"], amount=Amount(2.848e8, "kg")), "ISO043"
    ),
    "half of it, and a tolerance that lets it": Cheat(
        "aluminium",
        lambda s: replace(
            rows(s, ["e-co2"], amount=Amount(2.848e8, "kg")),
            balances=tuple(replace(each, tolerance=0.9) for each in s.balances),
        ),
        "ISO043",
    ),
    "wind without a certificate": Cheat(
        "aluminium", lambda s: supplied(s, "grid", "market:as supplied"), "electricity-planned"
    ),
    "wind by a record that no ledger knows": Cheat(
        "aluminium", lambda s: supplied(s, "grid", "market:as supplied", "record 12"), "ELE003"
    ),
    "wind on site that nobody metered": Cheat(
        "aluminium", lambda s: supplied(s, "on-site", "physical"), "supply-unproved"
    ),
    "a line without losses that nobody saw": Cheat(
        "aluminium", lambda s: supplied(s, "direct line", "physical"), "supply-unproved"
    ),
    "electricity that no meter names": Cheat(
        "aluminium",
        lambda s: replace(
            rows(s, [r.id for r in s.activity if r.meter == "potline"], meter=""),
            electricity=replace(s.electricity, supplies=()),
        ),
        "ISO032",
    ),
    "transport left out": Cheat("aluminium", lambda s: replace(s, legs=()), "ISO008"),
    "transport left out but for one leg": Cheat(
        "aluminium", lambda s: replace(s, legs=s.legs[:1]), "transport-little"
    ),
    "kilometres as metres": Cheat(
        "aluminium", lambda s: legs(s, distance=Amount(850.0, "m")), "leg-short"
    ),
    "tonnes as kilograms": Cheat(
        "aluminium", lambda s: legs(s, load=Amount(9e5, "kg")), "transport-little"
    ),
    "alumina as a returned stream": Cheat(
        "aluminium",
        lambda s: rows(s, ["e-alumina"], kind="internal", note="own"),
        "ALU004",
    ),
    "metal as a returned stream": Cheat(
        "aluminium",
        lambda s: replace(
            rows(s, ["c-metal"], amount=Amount(3e5, "t")),
            activity=(
                *rows(s, ["c-metal"], amount=Amount(3e5, "t")).activity,
                replace(
                    next(r for r in s.activity if r.id == "n-butts"),
                    id="c-own",
                    process="casting",
                    flow="run-around metal",
                    amount=Amount(1e5, "t"),
                ),
            ),
        ),
        "ISO031",
    ),
    "a waste as a returned stream": Cheat(
        "aluminium",
        lambda s: rows(s, ["e-lining"], kind="internal", note="kept"),
        "internal-untaken",
    ),
    "dross sold by mass": Cheat(
        "aluminium", lambda s: dividing(s, "casting", "dross metal", 6e4, tried=False), "ISO028"
    ),
    "dross sold by mass, another way computed": Cheat(
        "aluminium",
        lambda s: dividing(s, "casting", "dross metal", 6e4, tried=True),
        "allocation-shared",
    ),
    "slag as a product by mass": Cheat(
        "copper", lambda s: dividing(s, "smelting", "iron sand", 3e5, tried=True), "COP013"
    ),
    "slag as a product, beside an alternative that cannot be computed": Cheat(
        "copper", untried, "ISO028"
    ),
    "gravel of the mine as a product": Cheat(
        "copper",
        lambda s: dividing(s, "mining", "gravel", 5e6, tried=True),
        "allocation-shared",
    ),
    "a credit that nobody displaced": Cheat(
        "aluminium",
        lambda s: replace(
            s,
            activity=(
                *s.activity,
                replace(
                    next(r for r in s.activity if r.id == "a-lime"),
                    id="credit",
                    kind="credit",
                    direction="output",
                ),
            ),
        ),
        "ISO030",
    ),
    "a supplier's factor ten times too low": Cheat(
        "aluminium", lambda s: cheaper(s, "hard coal", 0.1), "supplier-low"
    ),
    "a gas table of 2013": Cheat(
        "aluminium", lambda s: replace(s, characterisation="AR5"), "ISO033"
    ),
    "data of 2010": Cheat(
        "aluminium",
        lambda s: replace(s, sources=tuple(replace(e, data_year=2010) for e in s.sources)),
        "ISO014",
    ),
    "nine tenths of a tonne": Cheat(
        "aluminium",
        lambda s: replace(
            s,
            declared_unit=replace(s.declared_unit, amount=Amount(0.9, "t")),  # type: ignore[type-var]
        ),
        "ALU001",
    ),
    "a boundary from gate to gate": Cheat(
        "aluminium", lambda s: renamed(s, "gate to gate: the smelter"), "ALU003"
    ),
    "a word that begins as a boundary": Cheat(
        "aluminium", lambda s: renamed(s, "cradle to gateway: the smelter"), "ISO004"
    ),
    "evidence that shows nothing": Cheat(
        "aluminium",
        lambda s: rows(s, [r.id for r in s.activity], evidence=Evidence(text="n/a")),
        "ISO019",
    ),
    "hydrogen and ammonia of nothing": Cheat(
        "nickel",
        lambda s: rows(s, ["r-hydrogen", "r-ammonia"], amount=Amount(0.0, "kg")),
        "amount-zero",
    ),
    "gross mass for metal contained": Cheat(
        "nickel", lambda s: making(s, refining=36000.0), "ISO043"
    ),
    "scrap as a returned stream": Cheat(
        "steel", lambda s: rows(s, ["o-scrap"], kind="internal", note="own"), "ISO031"
    ),
    "coke from nowhere": Cheat(
        "steel", lambda s: rows(s, ["b-coke"], kind="internal", note="own"), "product-left-over"
    ),
    "surplus gas of coke called biogenic": Cheat(
        "steel", lambda s: rows(s, ["k-surplus"], flow="CO2, biogenic"), "biogenic-alone"
    ),
    "a harvest that nobody stores": Cheat(
        "potato_farm", lambda s: making(s, harvest=3672.0), "product-left-over"
    ),
    "more out of the store than went in": Cheat(
        "potato_farm", lambda s: making(s, storage=3300.0), "ISO037"
    ),
}


@pytest.mark.parametrize("way", CHEATS)
def test_a_way_to_a_lower_number_is_told(way: str, background: Background) -> None:
    cheat = CHEATS[way]
    honest = plant(cheat.plant)
    before = told(honest, cheat.plant, background, cheat.tells)
    found = told(cheat.change(honest), cheat.plant, background, cheat.tells)
    assert cheat.tells in {code for code, _ in found - before}


UNSEEN = {
    "a consistent lie of 6 % on electricity": lambda s: less_power(s, 0.94),
    "a fuel in the wrong unit of energy": lambda s: rows(
        s, [COAL], amount=Amount(amount_of(s, COAL).value, "MJ")
    ),
    "a supplier's factor 40 % too low": lambda s: cheaper(s, "hard coal", 0.6),
}
"""Ways that nothing in a study can tell: the page says what does (evidence, sampling, visits)."""


@pytest.mark.parametrize("way", UNSEEN)
def test_what_the_page_says_cannot_be_seen_is_not_seen(way: str, background: Background) -> None:
    """The page would be wrong if it were; then the way belongs into the table above."""
    honest = plant("aluminium")
    changed = UNSEEN[way](honest)
    assert changed.footprint(background).total < honest.footprint(background).total
    assert told(changed, "aluminium", background) <= told(honest, "aluminium", background)


def test_a_supplier_as_good_as_the_record_is_not_told(background: Background) -> None:
    """Half of the least record is the limit, and a record of another unit is converted."""
    honest = plant("aluminium")
    near = told(cheaper(honest, "hard coal", 0.8), "aluminium", background, "ISO001")
    assert "supplier-low" not in {code for code, _ in near}
    low = cheaper(honest, "hard coal", 0.1)
    opinion = pcf.rule_pack("aluminium").judge(
        low, low.footprint(background), background=background
    )
    (found,) = (each for each in opinion.findings if each.code == "supplier-low")
    assert found.where.item == "supplier hard coal, burnt in industrial boiler"
    assert found.facts["record"].startswith("hard-coal-boiler")
    assert "kg CO2e" not in found.says().replace(found.facts["factor"], "")
    assert opinion.as_dict()["findings"][-1]["code"] == "supplier-low"  # type: ignore[index]
    for language in ("en", "zh"):
        assert found.says(language) in opinion.says(language)  # type: ignore[arg-type]
        assert "supplier hard coal" in opinion.as_html(language)  # type: ignore[arg-type]


def test_an_uptake_inside_a_suppliers_factor_is_told_below_zero(background: Background) -> None:
    honest = plant("aluminium")
    own = honest.own_background
    assert own is not None
    pitch = "supplier coal-tar pitch"
    taken_up = find_gas("CO2, taken up")

    def grown(each: BackgroundProcess) -> BackgroundProcess:
        (one,) = each.process.exchanges
        eaten = replace(
            one,
            direction="input",
            elementary=taken_up,
            flow="CO2, taken up",
            amount=Amount(2.0, "kg"),
        )
        return replace(each, process=replace(each.process, exchanges=(eaten,)))

    rows = tuple(grown(each) if each.id == pitch else each for each in own.processes)
    study = replace(
        honest, own_background=replace(own, processes=rows), convention="-1/+1", alternatives=()
    )
    study = replace(study, activity=tuple(row for row in study.activity if not row.alternative))
    found = told(study, "aluminium", background, "ISO001")
    assert ("supplier-negative", pitch) in found
