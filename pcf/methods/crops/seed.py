"""Seed: kept from the own harvest, or bought. Own seed leaves less to sell and has no burden."""

from __future__ import annotations

from pcf.errors import ModelError, Problem, problem
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

METHOD = Method(
    "seed",
    Name("seed, own or bought", "种子（自留或外购）"),
    (
        Need("harvest", Name("gross harvest", "毛产量"), "kg"),
        Need("seed", Name("seed planted", "用种量"), "kg"),
        Need("source", Name("where the seed comes from", "种子来源"), words=("own", "bought")),
        Need(
            "kept",
            Name("seed planted per seed stored", "自留种贮藏保留率"),
            "1",
            low=0.05,
            high=1.0,
        ),
    ),
    Name("harvest net of seed, and the exchange of seed", "扣种净产量与种子交换"),
    "net = gross - seed / kept (own); net = gross (bought)",
    "accounting identity",
    ("none",),
)
ONE = Amount(1.0, "1")


def seed(
    product: str, *, harvest: Amount, planted: Amount, source: str | None, kept: Amount = ONE
) -> Estimate:
    """Return the harvest net of seed, and seed as an exchange: internal when own, else a product.

    `kept` is what is left of own seed after storage. Value: 'net harvest', in kg. Raises ModelError
    with all problems: seed of more than the harvest.

    >>> found = seed("potato", harvest=Amount(20.0, "t"), planted=Amount(2.25, "t"),
    ...              source="own", kept=Amount(90.0, "%"))
    >>> found["net harvest"], found.exchanges[0].kind
    (17500.0, 'internal')
    """
    problems: list[Problem] = []
    words = {"harvest": harvest, "seed": planted, "source": source, "kept": kept}
    given = check(METHOD, problems, words, where=product)
    if problems:
        raise ModelError(*problems)
    if given.words["source"] == "bought":
        rows = (Exchange(f"{product} seed", given.amounts["seed"]),)
        return Estimate(METHOD, "none", rows, {"net harvest": given.amounts["harvest"]})
    net = given["harvest"] - given["seed"] / given["kept"]
    if net <= 0:
        raise ModelError(problem("seed-all", product, harvest=harvest, seed=planted))
    note = "own seed: it never left the farm; the harvest is counted net of it"
    row = Exchange(f"{product} seed", given.amounts["seed"], kind="internal", note=note)
    return Estimate(METHOD, "none", (row,), {"net harvest": Amount(net, "kg")})
