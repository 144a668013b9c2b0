"""How does a reader with a licence of his own complete a bundle? With the rows it left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pcf.background import Background, join
from pcf.background.values import Edition
from pcf.background.writing import row_fingerprint
from pcf.errors import DeclareError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def supplied(
    bundled: Background, missing: Sequence[Mapping[str, Any]], own: Background | None
) -> Background:
    """Return the bundle's background with the rows that it left out, taken from the reader's own.

    Raises DeclareError with every row that is not there, or is not the one that was used.
    No example: `Case.recompute` shows it at work.
    """
    problems, rows = [], []
    for each in missing:
        row = None if own is None else own.row(str(each["id"]))
        facts = {"licence": each["licence"], "document": each["document"]}
        if row is None:
            problems.append(problem("withheld-row", str(each["id"]), (), **facts))
        elif row_fingerprint(row) != each["fingerprint"]:
            problems.append(problem("withheld-differs", str(each["id"]), (), **facts))
        else:
            rows.append(row)
    if problems or own is None:
        raise DeclareError(*problems)
    names = {row.process.product for row in rows}
    names |= {each.flow for row in rows for each in row.process.exchanges}
    extra = Background(
        (Edition("supplied", draft=False),),
        tuple(rows),
        tuple(product for product in own.products if product.id in names),
        own.sources,
    )
    whole = join(bundled, extra)
    return replace(whole, editions=bundled.editions, homes=bundled.homes)
