"""Studies that break one rule of ISO 14067 each, derived from primary aluminium."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pcf.analysis.values import BiogenicCarbon, Checks
from pcf.background.behind import Declared, Scores
from pcf.findings import finding
from pcf.model.amounts import Amount
from pcf.model.coverage import Period
from pcf.study import reference_study
from pcf.study.values import (
    ActivityRow,
    AllocationChoice,
    Alternative,
    CoProductRow,
    ElementBalance,
    Evidence,
    ProcessRow,
)
from pcf.text import Name
from tests.rules.derived.derive import Given, made_sound, scored

if TYPE_CHECKING:
    from pcf.background.values import BackgroundProcess
    from pcf.model.declared import Exclusion
    from tests.rules.derived.derive import Variation

CONTROLLED = ("electrolysis", "casting")
UPSTREAM = ("bauxite mining", "alumina refining", "anode production")
READING = Evidence(text="reading")


def sound() -> Given:
    """Return the aluminium reference study, made sound."""
    return made_sound(reference_study("aluminium"), controlled=CONTROLLED)


def with_dross(
    given: Given,
    *,
    by: str = "mass",
    tonnes: float = 0.02,
    reason: str = "by weight",
    tried: bool = True,
) -> Given:
    """Return the study whose cast house sells dross, allocated, with another way beside it."""
    price = {"price": Amount(19000.0, "CNY/t")}
    rows = (
        CoProductRow("casting", "aluminium ingot", properties=price),
        CoProductRow(
            "casting",
            "aluminium dross",
            Amount(tonnes, "t"),
            "gross mass",
            properties={"price": Amount(6000.0, "CNY/t")},
        ),
    )
    other = AllocationChoice("casting", "price" if by == "mass" else "mass", reason="compared")
    alternatives = (Alternative("another allocation", allocations=(other,)),) if tried else ()
    return given.computed(
        coproducts=rows,
        allocations=(AllocationChoice("casting", by, reason=reason),),
        alternatives=(*given.study.alternatives, *alternatives),
    )


def idle(given: Given) -> Given:
    row = ProcessRow("printing", "labels", Amount(1.0, "t"), Name("printing"), controlled=False)
    return given.computed(processes=(*given.study.processes, row))


def silent_stage(given: Given) -> Given:
    row = ProcessRow(
        "printing", "labels", Amount(1.0, "t"), Name("printing"), "labels", controlled=False
    )
    used, ink = (
        ActivityRow(id_, process, flow, Amount(1.0, "kg"), confidence="primary", evidence=READING)
        for id_, process, flow in (("c-labels", "casting", "labels"), ("p-ink", "printing", "ink"))
    )
    before = given.study.exclusions
    small = replace(before[0], process="printing", flow="ink", bound=Amount(1.0, "kg CO2e/kg"))
    return given.computed(
        processes=(*given.study.processes, row),
        activity=(*given.study.activity, used, ink),
        exclusions=(*before, small),
    )


def factors_cut_short(given: Given) -> Given:
    def cut(row: BackgroundProcess) -> BackgroundProcess:
        return replace(row, boundary="gate to gate") if row.id == "bauxite-record" else row

    return given.standing_on(cut)


def exclusions_of(given: Given, shares: dict[str, float]) -> Given:
    """Return the study whose exclusions have these shares of the total as bounds, by flow."""
    bounds = {gap.name: gap.bound for gap in given.footprint.gaps}
    total = given.footprint.total

    def scaled(each: Exclusion) -> Exclusion:
        wanted, bound = shares.get(each.flow), bounds[each.name]
        if wanted is None or not bound or each.bound is None or each.bound.value is None:
            return each
        value = each.bound.value * wanted * total / bound
        return replace(each, bound=replace(each.bound, value=value))

    return given.computed(exclusions=tuple(scaled(each) for each in given.study.exclusions))


def large_exclusions(given: Given) -> Given:
    return exclusions_of(given, {each.flow: 0.007 for each in given.study.exclusions})


def exclusion_without_source(given: Given) -> Given:
    first, *others = given.study.exclusions
    return given.computed(exclusions=(replace(first, source=""), *others))


def another_year(given: Given, id_: str) -> Given:
    rows = tuple(
        replace(row, period=Period.read("2023")) if row.id == id_ else row
        for row in given.study.processes
    )
    return given.telling(processes=rows)


def undated(given: Given) -> Given:
    sources = tuple(replace(each, data_year=None) for each in given.study.sources)
    return given.computed(sources=sources)


def not_controlled(given: Given) -> Given:
    rows = tuple(
        replace(row, controlled=False) if row.id == "casting" else row
        for row in given.study.processes
    )
    return given.telling(processes=rows)


def rows_of(given: Given, *processes: str) -> set[str]:
    return {row.id for row in given.study.activity if row.process in processes}


def assumed(given: Given) -> Given:
    wanted = rows_of(given, *UPSTREAM)
    return given.rows(wanted, confidence="assumption")


def unverified(given: Given) -> Given:
    study = replace(given.study, unverified=("a-coal",))
    return replace(given, study=study).rows({"a-coal"}, confidence="unverified")


def unsaid(given: Given) -> Given:
    def bare(row: BackgroundProcess) -> BackgroundProcess:
        if row.id != "hard-coal-boiler":
            return row
        exchanges = tuple(
            replace(each, confidence=None, amount=replace(each.amount, source=""))
            for each in row.process.exchanges
        )
        return replace(row, process=replace(row.process, exchanges=exchanges))

    return given.standing_on(bare)


def carried_by_nobody(given: Given) -> Given:
    others = tuple(
        each
        for each in given.study.alternatives
        if not any(link.flow.startswith("transport") for link in each.links)
    )
    return given.computed(legs=(), alternatives=others)


def unscored(given: Given) -> Given:
    return given.standing_on(lambda row: scored(row, None))


def badly_scored(given: Given) -> Given:
    return given.standing_on(lambda row: replace(row, scores=Scores(3, 4, 4, 3, 4)))


def shares_of(given: Given) -> Given:
    choice = AllocationChoice("casting", "given", "physical", "shares of the plant",
                              {"aluminium ingot": 0.9, "aluminium dross": 0.05})  # fmt: skip
    made = with_dross(given)
    return made.telling(allocations=(choice,))


def decisive(given: Given) -> Given:
    return with_dross(given, by="price", tonnes=0.3)


def credited(given: Given) -> Given:
    row = ActivityRow("e-credit", "electrolysis", "lime", Amount(20.0, "kg"), "output", "credit",
                      confidence="primary", evidence=READING)  # fmt: skip
    return given.computed(activity=(*given.study.activity, row)).stating(credits__real="no")


def unmetered(given: Given) -> Given:
    row = ActivityRow("c-power", "casting", "electricity", Amount(2000.0, "kWh"),
                      confidence="primary", evidence=READING)  # fmt: skip
    totals = tuple(
        replace(each, amount=replace(each.amount, value=(each.amount.value or 1.0) + 2000.0))
        if each.flow == "electricity"
        else each
        for each in given.study.site_totals
    )
    return given.computed(activity=(*given.study.activity, row), site_totals=totals)


def lines(given: Given, **changes: float) -> dict[str, float]:
    return {**given.footprint.lines, **{k.replace("_", " "): v for k, v in changes.items()}}


def told(given: Given, code: str, **facts: str) -> Given:
    found = (*given.footprint.findings, finding(code, "made up", **facts))
    return given.resulting(findings=found)


def merged(given: Given) -> Given:
    kept = {k: v for k, v in given.footprint.lines.items() if k != "direct land-use change"}
    return given.resulting(lines=kept)


def aircraft(given: Given) -> Given:
    flown = lines(given, fossil=given.footprint.lines["fossil"] - 10.0, aircraft=10.0)
    return given.resulting(lines=flown).stating(lines__aircraft_multiplied="yes")


def captured(given: Given) -> Given:
    return given.resulting(lines=lines(given, technical_removals=-10.0)).stating(
        capture__permanent="no"
    )


def balanced(given: Given, *balances: ElementBalance) -> Given:
    return given.telling(balances=balances)


ALUMINA = ElementBalance("electrolysis", "mass", (("alumina", ""),), (("liquid aluminium", ""),))
CASTING = ElementBalance("casting", "mass", (("liquid aluminium", ""),), (("aluminium ingot", ""),))
NOTHING = ElementBalance("casting", "mass", (("unobtainium", ""),), (("aluminium ingot", ""),))


def below_zero(given: Given) -> Given:
    footprint = given.footprint
    half = footprint.interval and replace(footprint.interval, low=-101.0, high=-99.0)
    flat = dict.fromkeys(footprint.lines, 0.0)
    return given.resulting(
        total=-100.0, lines={**flat, "fossil": -100.0}, gaps=(), interval=half, unsplit=0.0
    ).declaring()


def expired(given: Given) -> Given:
    said = Declared("a mill", "AR6", "0/0", "third party", valid_until=date(2023, 12, 31))

    def received(row: BackgroundProcess) -> BackgroundProcess:
        return replace(row, declared=said) if row.id == "lime" else row

    return given.standing_on(received)


def understated(given: Given) -> Given:
    return given.stating(declared__value=f"{given.footprint.total * 0.9} kg CO2e")


VARIATIONS: dict[str, Variation] = {
    "ISO001": lambda g: g.telling(declared_unit=replace(g.study.declared_unit, product="billet")),
    "ISO002": lambda g: g.resulting(declared_unit=replace(g.footprint.declared_unit, basis="dry")),
    "ISO003": lambda g: g.telling(boundary="cradle to grave").stating(unit__kind="declared"),
    "ISO004": lambda g: g.telling(boundary="all that matters"),
    "ISO005": idle,
    "ISO006": silent_stage,
    "ISO007": factors_cut_short,
    "ISO008": carried_by_nobody,
    "ISO009": lambda g: exclusions_of(g, {"refractory lining": 0.02}),
    "ISO010": large_exclusions,
    "ISO011": exclusion_without_source,
    "ISO012": lambda g: g.telling(period=Period.read("2024-07/2024-12")),
    "ISO013": lambda g: another_year(g, "bauxite mining"),
    "ISO014": lambda g: g.telling(period=Period.read("2036")),
    "ISO015": undated,
    "ISO016": lambda g: g.telling(period=Period.read("2020")),
    "ISO017": lambda g: g.rows({"e-electricity"}, confidence="secondary"),
    "ISO018": not_controlled,
    "ISO019": lambda g: g.rows({"e-electricity"}, evidence=Evidence()),
    "ISO020": unverified,
    "ISO021": assumed,
    "ISO022": unsaid,
    "ISO023": badly_scored,
    "ISO024": unscored,
    "ISO025": lambda g: g.telling(place="US"),
    "ISO026": shares_of,
    "ISO027": lambda g: with_dross(g, reason=" "),
    "ISO028": lambda g: with_dross(g, tried=False),
    "ISO029": decisive,
    "ISO030": credited,
    "ISO031": lambda g: g.rows({"e-butts"}, amount=Amount(85.0, "kg")),
    "ISO032": unmetered,
    "ISO033": lambda g: g.computed(characterisation="AR5"),
    "ISO034": lambda g: told(g, "received-characterisation", declared="AR5 (0/0)", wanted="AR6"),
    "ISO035": merged,
    "ISO036": lambda g: g.resulting(lines=lines(g, fossil=g.footprint.lines["fossil"] * 0.9)),
    "ISO037": lambda g: g.resulting(biogenic=BiogenicCarbon(0.0, 100.0, 0.0)),
    "ISO038": lambda g: g.resulting(biogenic=BiogenicCarbon(100.0, 100.0, 0.0)).stating(
        land__change_assessed="no"
    ),
    "ISO039": aircraft,
    "ISO040": lambda g: g.stating(offsets__subtracted="yes"),
    "ISO041": lambda g: g.stating(timing__discounted="yes"),
    "ISO042": captured,
    "ISO043": lambda g: balanced(g, ALUMINA),
    "ISO044": lambda g: balanced(g, *g.study.balances, NOTHING),
    "ISO045": lambda g: balanced(g, CASTING),
    "ISO046": lambda g: g.telling(site_totals=()),
    "ISO047": below_zero,
    "ISO048": lambda g: g.resulting(checks=Checks(1e-3, 0.0, 0.0)),
    "ISO049": lambda g: g.resulting(interval=None),
    "ISO050": lambda g: g.telling(alternatives=()),
    "ISO051": lambda g: g.telling(goal=Name()),
    "ISO052": lambda g: g.stating(report__limitations="no"),
    "ISO053": understated,
    "ISO054": lambda g: g.telling(marks=("may allocate twice",)),
    "ISO055": lambda g: g.telling(background="cn-public 2025.1"),
    "ISO056": lambda g: told(g, "edition-draft", edition="cn-public 2026.1"),
    "ISO057": lambda g: g.stating(goal__comparative="yes", comparison__same_method="no"),
    "ISO058": lambda g: g.stating(goal__comparative="yes", review__done="no"),
    "ISO059": lambda g: g.stating(pcr__followed="no"),
    "ISO060": expired,
}
