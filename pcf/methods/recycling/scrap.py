"""What does scrap carry when it comes in? That depends on its kind.

Internal scrap comes back inside the site: no burden, no credit. Post-consumer scrap is free under
cut-off. Pre-consumer scrap carries its product's burden, by mass or by price, unless the study
names the other choice, and then both are reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from pcf.errors import ModelError, Problem, problem
from pcf.findings import Finding, finding
from pcf.methods.declaration import Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.methods.declaration import Checked

ScrapKind = Literal["internal", "pre-consumer", "post-consumer"]
SCRAP_KINDS: tuple[ScrapKind, ...] = get_args(ScrapKind)
Choice = Literal["mass", "price", "burden-free"]
CHOICES: tuple[Choice, ...] = get_args(Choice)

METHOD = Method(
    "scrap input",
    Name("scrap by its kind, under cut-off", "按类别计的废料（截断法）"),
    (
        Need("kind", Name("kind of scrap", "废料类别"), words=SCRAP_KINDS),
        Need(
            "by",
            Name("how pre-consumer scrap carries a burden", "消费前废料的负荷计法"),
            words=CHOICES,
            optional=True,
        ),
        Need("amount", Name("scrap taken in", "投入废料量"), "kg"),
        Need(
            "price_ratio",
            Name("price of the scrap over its product's", "废料与其产品的价格比"),
            "1",
            usual=(0.0, 1.0),
            optional=True,
        ),
    ),
    Name("exchanges of the process that takes the scrap in", "投入废料的过程的交换"),
    "pre-consumer: burden = amount x (1 | price ratio | 0) x its product's",
    "ISO 14044:2006, 4.3.4.3; ISO 14021:2016, 7.8.1 (kinds of recycled material)",
    ("2006",),
)


@dataclass(frozen=True, slots=True)
class ScrapInput:
    """What a process takes in with scrap; `others` are the exchanges under each other choice."""

    kind: ScrapKind
    exchanges: tuple[Exchange, ...]
    others: Mapping[str, tuple[Exchange, ...]] = field(default_factory=dict, hash=False)
    findings: tuple[Finding, ...] = ()


def scrap_input(  # noqa: PLR0913 - what is known of scrap, one word each
    scrap: str,
    *,
    kind: ScrapKind,
    amount: Amount,
    product: str = "",
    by: Choice | None = None,
    price_ratio: Amount | None = None,
) -> ScrapInput:
    """Return the exchanges for scrap taken in, by its kind.

    `scrap` is the flow of collected and sorted scrap, whose provider makes it ready. `product` is
    what pre-consumer scrap was cut from: its burden comes with it, for the whole mass (`by` mass)
    or for the mass times the ratio of prices (`by` price).

    Raises ModelError with all problems: an unknown kind, pre-consumer scrap without its product or
    without a choice, a choice by price without the ratio, a choice for other kinds.

    >>> from pcf.model.amounts import Amount
    >>> taken = scrap_input("clippings", kind="pre-consumer", amount=Amount(1.0, "t"),
    ...                     product="sheet", by="price", price_ratio=Amount(0.6, "1"))
    >>> [(row.flow, str(row.amount)) for row in taken.exchanges]
    [('clippings', '1,000 kg'), ('sheet', '600 kg')]
    >>> sorted(taken.others)
    ['burden-free', 'mass']
    """
    problems: list[Problem] = []
    words = {"kind": kind, "by": by, "amount": amount, "price_ratio": price_ratio}
    given = check(METHOD, problems, words, where=scrap)
    if not problems:
        problems += _problems(scrap, given, product)
    if problems:
        raise ModelError(*problems)
    mass = given.amounts["amount"]
    if kind == "internal":
        note = "internal scrap: it never left the site"
        return ScrapInput(kind, (Exchange(scrap, mass, kind="internal", note=note),))
    ready = Exchange(scrap, mass, note=f"{kind} scrap, collected and sorted")
    if kind == "post-consumer":
        return ScrapInput(kind, (ready,), findings=given.findings)
    options = _carried(ready, product, given)
    chosen = given.words["by"]
    free = (finding("scrap-pre-consumer-free", scrap),) if chosen == "burden-free" else ()
    others = {name: rows for name, rows in options.items() if name != chosen}
    return ScrapInput(kind, options[chosen], others, (*given.findings, *free))


def _problems(scrap: str, given: Checked, product: str) -> list[Problem]:
    kind, by = given.words["kind"], given.words.get("by")
    if kind != "pre-consumer":
        return [problem("scrap-choice", scrap, kind=kind)] if by is not None else []
    found = []
    if not product:
        found.append(problem("scrap-product", scrap))
    if by is None:
        found.append(problem("scrap-no-choice", scrap, CHOICES))
    if by == "price" and given.get("price_ratio") is None:
        found.append(problem("scrap-price", scrap))
    return found


def _carried(ready: Exchange, product: str, given: Checked) -> dict[str, tuple[Exchange, ...]]:
    ratios = {"mass": 1.0, "price": given.get("price_ratio"), "burden-free": 0.0}
    options: dict[str, tuple[Exchange, ...]] = {}
    for name, ratio in ratios.items():
        if ratio is not None:
            burden = Amount(given["amount"] * ratio, "kg")
            row = Exchange(product, burden, note=f"burden of pre-consumer scrap, by {name}")
            options[name] = (ready, row) if ratio else (ready,)
    return options
