"""What part of a process belongs to each of its co-products? Shares from properties, or as given.

Shares stand in the order of the co-products. What is wrong is collected, so that a study hears of
everything at once.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import ModelError, PcfError, Problem, problem
from pcf.methods.hierarchy import CURRENCIES, Method

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pcf.model.amounts import Amount
    from pcf.model.processes import CoProduct, MultiOutputProcess

Shares = tuple[float, ...]

TOLERANCE = 1e-9
"""How far given shares may sum from one."""

# Where no mapping of shares is passed, a study may write them as a property of its co-products.
_WRITTEN_AS = {"given": "share", "weights": "weights"}


def process_problems(process: MultiOutputProcess) -> list[Problem]:
    """Return what is wrong with a process whatever the method. No example: `allocate` shows it."""
    seen: set[str] = set()
    found = [] if process.products else [problem("allocation-no-products", process.id)]
    for row in process.products:
        if row.product in seen:
            found.append(problem("allocation-product-twice", process.id, product=row.product))
        seen.add(row.product)
        value = row.amount.value
        if value is None or not 0 < value < math.inf:
            found.append(problem("reference-amount", _item(process, row), amount=row.amount))
    return found


def shares_by(
    process: MultiOutputProcess,
    method: Method,
    given: Mapping[str, float] | None,
    problems: list[Problem],
) -> Shares | None:
    """Return the share of each co-product, or None with what is wrong added to `problems`.

    No example: `allocate` shows it.
    """
    before = len(problems)
    if method.id == "equal":
        return tuple(1 / len(process.products) for _ in process.products)
    if method.id in _WRITTEN_AS:
        weights = _given(process, method, given, problems)
    else:
        weights = _weights(process, method, problems)
    if weights is None or len(problems) > before:
        return None
    negative = [
        row.product for row, value in zip(process.products, weights, strict=True) if value < 0
    ]
    total = math.fsum(weights)
    if negative:
        products = text.listed(negative)
        problems.append(problem("allocation-weight-negative", process.id, products=products))
    elif method.id == "given" and not abs(total - 1) <= TOLERANCE:
        problems.append(problem("allocation-share-sum", process.id, sum=f"{total:.10g}"))
    elif not 0 < total < math.inf:
        problems.append(problem("allocation-total-zero", process.id, method=method.id))
    if len(problems) > before:
        return None
    return tuple(weights) if method.id == "given" else tuple(each / total for each in weights)


def shares_of_causes(
    process: MultiOutputProcess, causes: Mapping[str, Mapping[str, float]], problems: list[Problem]
) -> dict[str, Shares]:
    """Return the shares of each cause by its key, adding what is wrong to `problems`.

    No example: `allocate` shows it.
    """
    known = {exchange.id for exchange in process.exchanges} | {
        exchange.flow for exchange in process.exchanges
    }
    products = [row.product for row in process.products]
    found = {}
    for key, given in causes.items():
        if key not in known:
            near = text.nearest(key, known)
            problems.append(problem("allocation-cause-unknown", process.id, near, exchange=key))
            continue
        problems += _stranger_problems(f"{process.id}: {key}", given, products)
        shares = tuple(given.get(product, 0.0) for product in products)
        total = math.fsum(shares)
        if min(shares, default=0.0) < 0 or not abs(total - 1) <= TOLERANCE:
            item = f"{process.id}: {key}"
            problems.append(problem("allocation-share-sum", item, sum=f"{total:.10g}"))
        found[key] = shares
    return found


def find_property(row: CoProduct, spellings: Collection[str]) -> Amount | None:
    """Return the known property of a co-product under any of its folded names, else None."""
    for name, amount in row.properties.items():
        if text.fold(name) in spellings:
            return None if amount.value is None else amount
    return None


def whole(row: CoProduct, per_unit: Amount) -> tuple[float, str]:
    """Return a property of the whole co-product, and its unit: per unit times the amount.

    No example: `allocate` shows it.
    """
    unit = units.multiply(per_unit.unit, row.amount.unit)
    return _known(per_unit) * _known(row.amount), unit


def _known(amount: Amount) -> float:
    if amount.value is None:
        raise ModelError(problem("amount-unknown", flow=amount.unit))
    return amount.value


def _given(
    process: MultiOutputProcess,
    method: Method,
    given: Mapping[str, float] | None,
    problems: list[Problem],
) -> list[float] | None:
    products = [row.product for row in process.products]
    if given is not None:
        missing = [product for product in products if product not in given]
        problems += _stranger_problems(process.id, given, products)
        if missing:
            problems.append(_missing(process, "share", missing))
            return None
        return [given[product] for product in products]
    name = _WRITTEN_AS[method.id]
    stated = [find_property(row, {name}) for row in process.products]
    missing = [row.product for row, each in zip(process.products, stated, strict=True) if not each]
    if missing:
        problems.append(_missing(process, name, missing))
    return [_known(each.to("1") if each.unit == "%" else each) for each in stated if each]


def _weights(
    process: MultiOutputProcess, method: Method, problems: list[Problem]
) -> list[float] | None:
    """Return each co-product's property times its amount, all in one unit."""
    rows: list[tuple[float, str] | None] = []
    own_bases: set[str] = set()
    for row in process.products:
        stated = find_property(row, method.spellings)
        try:
            if stated is not None:
                rows.append(whole(row, stated))
            elif method.measures and units.dimension(row.amount.unit) in method.measures:
                rows.append((_known(row.amount), row.amount.unit))
                own_bases.add(row.basis)
            else:
                rows.append(None)
        except PcfError as error:
            problems += error.problems
            return None
    missing = [row.product for row, each in zip(process.products, rows, strict=True) if not each]
    if missing:
        problems.append(_missing(process, method.id, missing))
    if len(own_bases) > 1:
        bases = text.listed(sorted(basis or "?" for basis in own_bases))
        problems.append(problem("allocation-basis-differs", process.id, bases=bases))
    return _in_one_unit(process, method, [each for each in rows if each], problems)


def _in_one_unit(
    process: MultiOutputProcess,
    method: Method,
    rows: Sequence[tuple[float, str]],
    problems: list[Problem],
) -> list[float] | None:
    measured = {units.dimension(unit): unit for _, unit in rows}
    wrong = [name for name in measured if method.measures and name not in method.measures]
    found = text.listed(sorted(measured))
    if wrong:
        wanted = " / ".join(method.measures)
        name = method.id
        problems.append(
            problem("allocation-measure", process.id, property=name, wanted=wanted, measured=found)
        )
        return None
    if len(measured) > 1 and set(measured) <= set(CURRENCIES):
        problems.append(problem("allocation-currencies", process.id, measured=found))
        return None
    if len(measured) > 1:
        problems.append(
            problem("allocation-measures-differ", process.id, property=method.id, measured=found)
        )
        return None
    common = next(iter(measured.values()), "")
    return [value * units.factor(unit, common) for value, unit in rows]


def _stranger_problems(
    item: str, given: Mapping[str, float], products: Sequence[str]
) -> list[Problem]:
    return [
        problem("allocation-stranger", item, text.nearest(name, products), product=name)
        for name in given
        if name not in products
    ]


def _missing(process: MultiOutputProcess, name: str, products: Sequence[str]) -> Problem:
    stated = sorted({each for row in process.products for each in row.properties})
    return problem(
        "allocation-property-missing",
        process.id,
        stated,
        property=name,
        products=text.listed(products),
    )


def _item(process: MultiOutputProcess, row: CoProduct) -> str:
    return f"{process.id}: {row.product}"
