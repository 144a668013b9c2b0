"""What the footprint is declared for, and what was left out with an upper bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from pcf.model.amounts import Amount


@dataclass(frozen=True, slots=True)
class DeclaredUnit:
    """An amount of a product on a stated basis; an intensity is always 'per' one of these.

    `biogenic_carbon` is the carbon of biogenic origin in the product at the gate, in kg C per
    declared unit; where the system takes CO2 up and this is unknown, the footprint refuses
    (ISO 14067:2018, 6.4.9.3).

    >>> from pcf.model.amounts import Amount
    >>> print(DeclaredUnit(Amount(1.0, "t"), "aluminium ingot"))
    1 t aluminium ingot
    """

    amount: Amount
    product: str
    basis: str = ""
    biogenic_carbon: Amount | None = None
    name: text.Name = text.Name()

    def __post_init__(self) -> None:
        """Refuse an amount that is not above zero."""
        if self.amount.value is None or not 0 < self.amount.value < float("inf"):
            raise ModelError(problem("declared-amount", self.product, amount=self.amount))

    @property
    def quantity(self) -> float:
        """The declared amount as a number, above zero."""
        return float(self.amount.value)  # type: ignore[arg-type] # checked when built

    def says(self, language: text.Language = "en") -> str:
        """Return amount, product and basis as text."""
        basis = f" ({units.basis_name(self.basis).says(language)})" if self.basis else ""
        return f"{self.amount} {self.name.says(language) or self.product}{basis}"

    def __str__(self) -> str:
        """Return the English text."""
        return self.says("en")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An input left out, why, and at most how much it could have been.

    `bound` is in kg CO2e per unit of the flow (such as '2 kg CO2e/kg'), so that it scales with the
    declared unit; None is unknown, and then the share excluded is unknown.
    """

    process: str
    flow: str
    bound: Amount | None
    reason: str
    source: str = ""

    @property
    def name(self) -> str:
        """What the gap is called: the process that has it (all when empty), and the flow."""
        return f"{self.process}: {self.flow}" if self.process else self.flow
