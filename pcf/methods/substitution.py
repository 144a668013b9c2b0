"""What would have been made otherwise? System expansion: co-products replace other products.

ISO 14044:2006, 4.3.4.2, step 1, second way (ISO 14067:2018, 6.4.6). The credit is a line of its
own, never netted into the process: the footprint shows gross, credit and net.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import AllocationError, Problem, problem
from pcf.methods.allocation import Allocation, part_of, unit_process_of
from pcf.methods.shares import process_problems
from pcf.methods.uptake import carbon_of, corrected
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.model.processes import CoProduct, MultiOutputProcess


def substitute(
    process: MultiOutputProcess,
    main: str,
    *,
    replaced: Mapping[str, str | tuple[str, str]],
    reason: str = "",
) -> Allocation:
    """Return one unit process for `main` with all exchanges, and a credit for each other product.

    `replaced` names, for each other co-product, the product that it replaces, in the same amount or
    in the amount written beside it (for the whole process). A treated waste replaces its treatment
    elsewhere. Uptake of biogenic carbon dioxide follows the carbon here too: what the co-products
    carry out is not taken up for `main`, whatever the credits say.

    Raises AllocationError with all problems: no such product, a co-product without what it
    replaces or without its biogenic carbon; UnitError for an amount that cannot be read.

    >>> from pcf.model.processes import CoProduct, MultiOutputProcess
    >>> furnace = MultiOutputProcess(
    ...     "furnace", (CoProduct("iron", Amount(1.0, "t")), CoProduct("slag", Amount(0.3, "t")))
    ... )
    >>> expanded = substitute(furnace, "iron", replaced={"slag": ("clinker", "0.25 t")})
    >>> credit = expanded.processes[0].exchanges[0]
    >>> credit.kind, credit.flow, str(credit.amount), expanded.level
    ('credit', 'clinker', '0.25 t', 'expansion')
    """
    problems = [*process_problems(process), *_problems(process, main, replaced)]
    carbon = carbon_of(process, problems)
    if problems:
        raise AllocationError(*problems)
    others = [row for row in process.products if row.product != main]
    credits_ = tuple(_credit(row, replaced[row.product]) for row in others)
    position = [row.product for row in process.products].index(main)
    own = process.exchanges
    if carbon is not None:
        shares = tuple(float(row.product == main) for row in process.products)
        parts = tuple(tuple(part_of(row, share) for row in own) for share in shares)
        own = corrected(parts, carbon, shares)[position]
    whole = unit_process_of(process, process.products[position], (*own, *credits_))
    return Allocation(process.id, "substitution", "expansion", reason, (whole,), {main: 1.0})


def _problems(
    process: MultiOutputProcess, main: str, replaced: Mapping[str, str | tuple[str, str]]
) -> list[Problem]:
    products = [row.product for row in process.products]
    found = [
        problem("allocation-stranger", process.id, text.nearest(name, products), product=name)
        for name in (main, *replaced)
        if name not in products
    ]
    if main in replaced:
        found.append(problem("substitution-main", process.id, product=main))
    missing = [name for name in products if name not in (main, *replaced)]
    if missing:
        unpaired = text.listed(missing)
        found.append(problem("substitution-missing", process.id, products=unpaired))
    return found


def _credit(row: CoProduct, replaced: str | tuple[str, str]) -> Exchange:
    name, written = (replaced, "") if isinstance(replaced, str) else replaced
    amount = Amount.read(written) if written else row.amount
    return Exchange(
        name,
        amount,
        direction="input" if row.treats else "output",
        kind="credit",
        basis="" if written else row.basis,
        note=f"system expansion: {row.product} replaces {name}",
    )
