"""What does the metal charged to a casthouse carry? Liquid metal, ingots and scrap by kind.

Liquid metal, ingots, alloying elements and scrap of each kind are melted; ingots, dross and loss
come out. Scrap of the casthouse's own is internal; dross that goes out for recovery is a waste here
and carries no credit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.findings import finding
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.methods.recycling.scrap import Choice, ScrapInput, ScrapKind, scrap_input
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

METHOD = Method(
    "casthouse charge",
    Name("casthouse charge by kind of metal", "铸造炉料（按金属类别）"),
    (
        Need("ingot", Name("ingots cast", "铸锭产量"), "kg"),
        Need("dross", Name("metal in dross taken out", "扒出铝灰中的金属量"), "kg"),
        Need("melt_loss", Name("metal lost by oxidation", "氧化烧损"), "kg"),
    ),
    Name("exchanges of the casthouse", "铸造车间的交换"),
    "sum of metal charged = ingots + metal in dross + melt loss",
    "ISO 14044:2006, 4.3.4.3 (kinds of scrap); conservation of mass",
    ("2006",),
)
TOLERANCE = 0.005
"""Share of the metal charged by which the balance may be open before a reader must weigh it."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One metal charged: a product (no `kind`), or scrap of a kind.

    `product`, `by` and `price_ratio` are for pre-consumer scrap, as in `scrap_input`.
    """

    flow: str
    amount: Amount
    kind: ScrapKind | None = None
    product: str = ""
    by: Choice | None = None
    price_ratio: Amount | None = None


def casthouse(
    charge: Sequence[Charge], *, ingot: Amount, dross: Amount, melt_loss: Amount, waste: str
) -> Estimate:
    """Return the exchanges of metal in a casthouse, for the ingots it cast.

    `waste` is the flow of dross sent to its treatment. Values: metal charged, its yield, and the
    shares of scrap by kind in the metal charged from outside.

    Raises ModelError with all problems of the charge; metal that is not accounted for is a finding.

    >>> from pcf.model.amounts import Amount
    >>> found = casthouse(
    ...     [Charge("liquid aluminium", Amount(9.0, "t")),
    ...      Charge("casthouse scrap", Amount(0.5, "t"), "internal"),
    ...      Charge("old wheels", Amount(0.7, "t"), "post-consumer")],
    ...     ingot=Amount(10.0, "t"), dross=Amount(0.15, "t"), melt_loss=Amount(0.05, "t"),
    ...     waste="dross")
    >>> [row.kind for row in found.exchanges], found.findings
    (['product', 'internal', 'product', 'waste'], ())
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"ingot": ingot, "dross": dross, "melt_loss": melt_loss})
    taken: list[ScrapInput] = []
    rows: list[Exchange] = []
    for each in charge:
        try:
            found = _charged(each)
        except ModelError as error:
            problems += error.problems
            continue
        if isinstance(found, ScrapInput):
            taken.append(found)
            rows += found.exchanges
        else:
            rows.append(found)
    if not charge:
        problems.append(problem("casthouse-empty", METHOD.id))
    if problems:
        raise ModelError(*problems)
    metal = sum(_kilograms(each) for each in charge)
    out = given["ingot"] + given["dross"] + given["melt_loss"]
    open_by = 1.0 if metal == 0 else (metal - out) / metal
    findings = [each for scrap in taken for each in scrap.findings]
    if abs(open_by) > TOLERANCE:
        findings.append(finding("casthouse-open", METHOD.id, share=f"{100 * open_by:+.2f} %"))
    if given["dross"] > 0:
        rows.append(Exchange(waste, given.amounts["dross"], "output", "waste"))
    return Estimate(
        METHOD,
        "2006",
        tuple(rows),
        _values(charge, metal, given["ingot"]),
        findings=tuple(findings),
    )


def _charged(each: Charge) -> ScrapInput | Exchange:
    if each.amount.value is None:
        raise ModelError(problem("amount-unknown", flow=each.flow))
    if each.kind is None:
        return Exchange(each.flow, each.amount)
    return scrap_input(
        each.flow,
        kind=each.kind,
        amount=each.amount,
        product=each.product,
        by=each.by,
        price_ratio=each.price_ratio,
    )


def _kilograms(each: Charge) -> float:
    value = each.amount.to("kg").value
    return 0.0 if value is None else value


def _values(charge: Sequence[Charge], metal: float, ingot: float) -> dict[str, Amount]:
    outside = sum(_kilograms(each) for each in charge if each.kind != "internal")
    values = {"metal charged": Amount(metal, "kg")}
    if metal > 0:
        values["yield"] = Amount(ingot / metal, "kg/kg")
    for kind in ("pre-consumer", "post-consumer"):
        scrap = sum(_kilograms(each) for each in charge if each.kind == kind)
        if outside > 0:
            values[f"{kind} share"] = Amount(scrap / outside, "1")
    return values
