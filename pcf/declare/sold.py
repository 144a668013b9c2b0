"""How much is sold with one declared unit of the study? Mass as sold, in kilograms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import units
from pcf.errors import DeclareError, problem

if TYPE_CHECKING:
    from pcf.declare.values import Declaration

AS_SOLD = frozenset({"", "gross mass", "wet", "as received", "bare"})
"""Bases on which an amount is that of the product as sold."""
PACKED = "packed"


def kilograms_as_sold(declaration: Declaration) -> float:
    """Return the mass as sold of one declared unit of the study, in kg.

    A study on metal contained or dry mass is divided by the content of the product as sold. Raises
    DeclareError where the declared unit is no mass, where the content is not stated, and for a
    mass with its packaging: what is declared is the product without it.

    No example: `pcf.formats.pact` shows it at work.
    """
    asked, product = declaration.footprint.declared_unit, declaration.product
    if not units.same_dimension(asked.amount.unit, "kg"):
        raise DeclareError(problem("declare-not-mass", product.name, unit=asked.amount.unit))
    kilograms = units.convert(asked.quantity, asked.amount.unit, "kg")
    if asked.basis in AS_SOLD:
        return kilograms
    if asked.basis == PACKED:
        raise DeclareError(problem("declare-packed", product.name))
    content = product.amount("content")
    if content is None:
        raise DeclareError(problem("declare-basis", product.name, basis=asked.basis))
    return kilograms / content
