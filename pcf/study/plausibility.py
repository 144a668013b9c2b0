"""What in a study looks too good to be true? Accounts that a table of exchanges does not close.

None of it is wrong by itself, so each is a finding: a reader asks, the study answers. The numbers
are compared with one another, never with a norm.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.findings import finding
from pcf.model.amounts import Amount
from pcf.study.exclusions import speaks_of
from pcf.study.months import at
from pcf.study.processes import products_of
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pcf.background import Background
    from pcf.findings import Finding
    from pcf.methods import Allocation
    from pcf.model.processes import Exchange
    from pcf.study.values import ActivityRow, ProcessRow, Study

    Used = Mapping[ActivityRow, Amount | None]

CLOSE = 1e-3
"""How near what is made and what is taken must be to be called equal, relative to what is made."""
GAIN = 0.02
"""How much more mass may leave a process than enters it: dross and scale take up oxygen."""
MAIN = 0.5
"""From which share on what goes in is what comes out: a field or a mine takes in little mass."""
CARRIED = 0.5
"""Which share of the mass bought is carried at least, where a study has legs of transport."""
SHORTEST = 1.0
"""The shortest leg that is believed, km: below it the unit is a likelier cause."""
BURNT = ", burnt in "
"""What is in the name of every fuel that is bought with its combustion."""
SHARED = 0.05
"""From which share on it is told that co-products carry a part of a process."""


def plausibility_findings(study: Study, used: Used, made: Collection[str] = ()) -> list[Finding]:
    """Return what looks too good in a study in which its alternatives stand.

    Rows of nothing, products that nobody takes, mass from nowhere, transport that is too little.
    `made` are the ids of rows that methods gave: nothing is a result there.

    No example: `Study.footprint` shows it.
    """
    return [
        *_nothing(used, made),
        *_left_over(study, used),
        *_gained(study, used),
        *_uncarried(study, used),
        *_short(study),
        *_unproved(study),
        *_one_ended(used),
    ]


def shared_findings(row: ProcessRow, allocation: Allocation) -> list[Finding]:
    """Return that co-products carry 5 % or more of a process, by which method.

    No example: `Study.footprint` shows it.
    """
    others = {name: share for name, share in allocation.shares.items() if name != row.product}
    whole = sum(others.values())
    if whole < SHARED:
        return []
    facts = {"products": text.listed(others), "share": f"{whole:.1%}", "method": allocation.method}
    return [finding("allocation-shared", at(row, "process"), process=row.id, **facts)]


def unpowered_findings(
    row: ProcessRow, exchanges: Iterable[Exchange], study: Study, background: Background
) -> list[Finding]:
    """Return that a process under control, which changes what enters it, takes no energy at all.

    Energy is a meter, an amount in a unit of energy, or a fuel that is bought as burnt; what is
    left out is none. A process whose products weigh what enters it (sorting, buying) may need none,
    and one that is fed from fields has it there.

    No example: `Study.footprint` shows it.
    """
    if row.controlled is not True or row.treats:
        return []
    counted = [
        each
        for each in exchanges
        if each.direction == "input"
        and not any(speaks_of(left, row.id, each.flow) for left in study.exclusions)
    ]
    into = _mass(each.amount for each in counted if each.kind in ("product", "internal"))
    out = _mass(_outputs(row, study))
    changed = bool(counted) and not (out and abs(into / out - 1) <= GAIN)
    if not changed or any(_powers(each, background) for each in counted):
        return []
    return [finding("process-unpowered", at(row, "process"), process=row.id)]


def _powers(each: Exchange, background: Background) -> bool:
    """Return whether an input is energy, or a field that had it."""
    provider = background.row(each.provider or "")
    return (
        bool(each.meter)
        or units.same_dimension(each.amount.unit, "MJ")
        or units.same_dimension(each.amount.unit, "ha")
        or (provider is not None and BURNT in provider.process.product)
    )


def _outputs(row: ProcessRow, study: Study) -> list[Amount | None]:
    """Return the amounts of the products of a process."""
    return [row.amount, *(each.amount for each in study.coproducts if each.process == row.id)]


def _nothing(used: Used, made: Collection[str]) -> Iterable[Finding]:
    """Yield series of rows that say that nothing was used: a month of nothing is none."""
    series: dict[tuple[str, ...], list[tuple[ActivityRow, Amount | None]]] = defaultdict(list)
    for row, amount in used.items():
        if row.id not in made and row.kind != "internal":
            key = (row.process, fold(row.flow), row.direction, row.meter, row.source)
            series[key].append((row, amount))
    for rows in series.values():
        if all(amount is not None and amount.value == 0 for _, amount in rows):
            yield finding("amount-zero", at(rows[0][0], "amount"), flow=rows[0][0].flow)


def _left_over(study: Study, used: Used) -> Iterable[Finding]:
    """Yield products of which more is made than taken, in a study that is a year's account.

    It is one where two products close at least. Where amounts are per tonne of each product (a
    reference amount of 1, 10, 1000) they need not. What is taken beyond what is made is made by
    running the process longer.
    """
    named = {fold(each.flow) for each in study.links} | {fold(each.product) for each in study.mixes}
    made = products_of(study)
    closing, open_ = 0, []
    for row in study.processes:
        if row.treats or fold(row.product) in named or len(made[fold(row.product)]) > 1:
            continue
        taken = _taken(row, used)
        if taken is None or not row.amount.value:
            continue
        difference = taken / row.amount.value - 1
        if abs(difference) <= CLOSE:
            closing += 1
        elif difference < 0 and not math.log10(row.amount.value).is_integer():
            open_.append((row, taken, difference))
    if closing < 2:
        return
    for row, taken, difference in open_:
        facts = {"made": row.amount, "taken": Amount(taken, row.amount.unit)}
        yield finding(
            "product-left-over",
            at(row, "reference_amount"),
            product=row.product,
            difference=f"{100 * difference:+.3g} %",
            **facts,
        )


def _taken(row: ProcessRow, used: Used) -> float | None:
    """Return how much of a product the rows take, in its unit; None where none does, or unknown."""
    takers = [
        amount
        for each, amount in used.items()
        if (fold(each.flow), each.direction, each.kind) == (fold(row.product), "input", "product")
    ]
    found = [
        each.to(row.amount.unit).value
        for each in takers
        if each is not None and units.same_dimension(each.unit, row.amount.unit)
    ]
    known = [value for value in found if value is not None]
    return sum(known) if takers and len(known) == len(takers) else None


def _gained(study: Study, used: Used) -> Iterable[Finding]:
    """Yield processes whose products weigh more than everything that goes in."""
    for row in study.processes:
        if row.treats:
            continue
        rows = [(each, amount) for each, amount in used.items() if each.process == row.id]
        into = _mass(
            amount
            for each, amount in rows
            if each.direction == "input" and each.kind in ("product", "internal")
        )
        returned = (a for each, a in rows if (each.direction, each.kind) == ("output", "internal"))
        out = _mass((*_outputs(row, study), *returned))
        if out and MAIN * out <= into < (1 - GAIN) * out:
            facts = {"into": Amount(into / 1000, "t"), "out": Amount(out / 1000, "t")}
            gain = f"{100 * (out / into - 1):+.3g} %"
            yield finding("mass-gained", at(row, "reference_amount"), gain=gain, **facts)


def _uncarried(study: Study, used: Used) -> Iterable[Finding]:
    """Yield that legs carry less than half of what is bought, in a study that has legs."""
    own = products_of(study)
    bought = _mass(
        amount
        for row, amount in used.items()
        if (row.direction, row.kind) == ("input", "product")
        and fold(row.flow) not in own
        and not any(speaks_of(each, row.process, row.flow) for each in study.exclusions)
    )
    carried = _mass(leg.load for leg in study.legs)
    if study.legs and carried < CARRIED * bought:
        facts = {"carried": Amount(carried / 1000, "t"), "bought": Amount(bought / 1000, "t")}
        yield finding("transport-little", at(study.legs[0], "load"), **facts)


def _short(study: Study) -> Iterable[Finding]:
    for leg in study.legs:
        distance = leg.distance.to("km").value if leg.distance.value is not None else None
        if distance is not None and distance < SHORTEST:
            yield finding("leg-short", at(leg, "distance"), goods=leg.goods, distance=leg.distance)


def _unproved(study: Study) -> Iterable[Finding]:
    """Yield meters whose power of the own site or line has no evidence, where it is the headline.

    Under a market treatment the treatment itself says that such power is planned.
    """
    if study.electricity.treatment != "physical":
        return
    for each in study.electricity.supplies:
        ways = {share.connection for share in each.supply.shares} - {"grid"}
        if ways and each.supply.evidence is None:
            where = study.setting("electricity.supply")
            yield finding(
                "supply-unproved", where, meter=each.meter, ways=text.listed(sorted(ways))
            )


def _one_ended(used: Used) -> Iterable[Finding]:
    """Yield internal streams that leave a process and enter none: wastes have a treatment."""
    taken = {fold(row.flow) for row in used if (row.kind, row.direction) == ("internal", "input")}
    for row in used:
        if (row.kind, row.direction) == ("internal", "output") and fold(row.flow) not in taken:
            yield finding("internal-untaken", at(row, "kind"), flow=row.flow)


def _mass(amounts: Iterable[Amount | None]) -> float:
    """Return the sum of what is known and weighed in a unit of mass, kg."""
    weighed = (each for each in amounts if each and units.same_dimension(each.unit, "kg"))
    found = [each.to("kg").value for each in weighed]
    return math.fsum(value for value in found if value is not None)
