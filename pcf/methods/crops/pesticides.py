"""Pesticides: kilograms of active ingredient, by class; what is sold holds only a part of it."""

from __future__ import annotations

from pcf.errors import ModelError, Problem, problem
from pcf.methods.crops.n2o_direct import HECTARE
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.methods.lookups import Parameter, find
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

CLASSES = ("herbicide", "insecticide", "fungicide")

METHOD = Method(
    "pesticides",
    Name("pesticides by active ingredient", "农药（按有效成分）"),
    (
        Need("kind", Name("class of pesticide", "农药类别"), words=CLASSES),
        Need(
            "basis", Name("basis of the amount", "数量基准"), words=("active ingredient", "product")
        ),
        Need(
            "amount",
            Name("amount per area and season", "单位面积每季用量"),
            "kg/ha",
            usual=(0.0, 60.0),
        ),
        Need(
            "content",
            Name("active ingredient per product", "有效成分含量"),
            "kg/kg",
            high=1.0,
            optional=True,
        ),
        Need("area", Name("area of the field", "田块面积"), "ha"),
    ),
    Name("active ingredient", "有效成分"),
    "a.i. = product x content",
    "accounting identity",
    ("none",),
)


def pesticide(
    *,
    kind: str | None,
    amount: Amount,
    basis: str | None,
    content: Amount | None = None,
    area: Amount = HECTARE,
) -> Estimate:
    """Return the exchange of '<class>, active ingredient' for a pesticide, in kg.

    Raises ModelError with all problems: a product without its content, a content beside an amount
    of active ingredient.

    >>> found = pesticide(kind="fungicide", amount=Amount(2.0, "kg/ha"), basis="product",
    ...                   content=Amount(70.0, "%"))
    >>> found.exchanges[0].flow, str(found.exchanges[0].amount)
    ('fungicide, active ingredient', '1.4 kg')
    """
    problems: list[Problem] = []
    words = {"kind": kind, "basis": basis, "amount": amount, "content": content, "area": area}
    given = check(METHOD, problems, words, where=str(kind))
    if given.words.get("basis") == "product" and content is None:
        problems.append(problem("pesticide-content", str(kind), amount=amount))
    if given.words.get("basis") == "active ingredient" and content is not None:
        problems.append(problem("pesticide-twice", str(kind), amount=amount))
    if problems:
        raise ModelError(*problems)
    share = given.get("content")
    mass = given["amount"] * given["area"] * (1.0 if share is None else share)
    row = Exchange(f"{given.words['kind']}, active ingredient", Amount(mass, "kg"))
    return Estimate(METHOD, "none", (row,), findings=given.findings)


def production(kind: str) -> Parameter:
    """Return a published factor of making one kilogram of active ingredient, in kg CO2e.

    Raises ModelError with the classes for which there is one.

    >>> production("herbicide").value
    22.4
    """
    problems: list[Problem] = []
    found = find("crops_practice", "pesticide production", problems, edition="any", technology=kind)
    if found is None:
        raise ModelError(*problems)
    return found
