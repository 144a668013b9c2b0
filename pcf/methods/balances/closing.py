"""Do the streams into a process hold as much of an element as the streams out of it? A balance.

It finds what a table of exchanges cannot show by itself: a tonnage in the wrong unit, a grade on
the wrong basis, a stream that nobody metered.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pcf import units
from pcf.errors import ModelError, Problem, UnitError, problem
from pcf.findings import Finding, finding
from pcf.methods.declaration import Method
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Direction = Literal["input", "output"]

METHOD = Method(
    id="balance",
    name=Name("balance of an element, of mass or of energy", "元素、质量或能量平衡"),
    needs=(),
    returns=Name("inputs, outputs, difference and its share", "投入、产出、差值及其比例"),
    equation="difference = sum of inputs x content - sum of outputs x content",
    source="ISO 14044:2006, 4.3.3.2 (mass and energy balances validate data)",
    editions=(),
)


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of a balance: how much of it, and how much of the element it holds.

    `content` is the element per unit of the stream, such as `97.6 %`, `8.5 kg/t` or, for energy,
    `22.9 GJ/t`; None is unknown, except for mass and for amounts of energy, which need none.
    `basis` and `content_basis` are words of `units.basis` (wet, dry, as received ...); where both
    are given they must be the same.
    """

    name: str
    amount: Amount
    content: Amount | None = None
    basis: str = ""
    content_basis: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What came in and what went out of one element (kg), of mass (kg) or of energy (MJ).

    `difference` is inputs less outputs; `share` is the difference over the outputs, None where
    nothing goes out. `contained` holds the element in every stream: name, direction, kg or MJ.
    """

    element: str
    inputs: Amount
    outputs: Amount
    difference: Amount
    share: float | None
    tolerance: float
    contained: tuple[tuple[str, Direction, float], ...]

    @property
    def closes(self) -> bool:
        """Say whether the difference is within the tolerance."""
        if self.share is None:
            return self.inputs.value == 0
        return abs(self.share) <= self.tolerance

    @property
    def largest(self) -> str:
        """The name of the stream that holds most: an error in it opens the balance first."""
        return max(self.contained, key=lambda row: row[2])[0]

    @property
    def findings(self) -> tuple[Finding]:
        """One finding: 'balance' with its figures, or 'balance-open' with the largest stream.

        No example: `balance` shows the values it tells.
        """
        facts = {
            "element": self.element,
            "inputs": str(self.inputs),
            "outputs": str(self.outputs),
            "share": "?" if self.share is None else f"{100 * self.share:+.2f} %",
            "tolerance": f"{100 * self.tolerance:g} %",
        }
        if self.closes:
            return (finding("balance", **facts),)
        return (finding("balance-open", stream=self.largest, **facts),)


def balance(
    element: str, *, inputs: Sequence[Stream], outputs: Sequence[Stream], tolerance: float
) -> Balance:
    """Return the balance of one element around a process.

    `element` is a symbol such as 'C', 'Ni' or 'N', or 'mass', or 'energy'. `tolerance` is the
    difference, as a fraction of the outputs, up to which the balance closes. Everything of the
    element must be in a stream: what stays in a stock is an output, what was taken from one an
    input.

    Raises ModelError with all problems: no streams, an amount or a content that is unknown (it is
    not zero), negative, or above one kilogram of the element per kilogram; a content on another
    basis than its amount; UnitError where amount times content is not the element's unit.

    >>> anode = Stream("net anode", Amount.read("401.28 kg"), Amount.read("97.6 %"))
    >>> gas = Stream("CO2", Amount.read("1424 kg"), Amount(12 / 44, "1"))
    >>> found = balance("C", inputs=[anode], outputs=[gas], tolerance=0.10)
    >>> f"{found.difference.value:.3f} {found.difference.unit}, {found.share:+.4f}", found.closes
    ('3.286 kg, +0.0085', True)
    """
    problems: list[Problem] = []
    rows: list[tuple[str, Direction, float]] = []
    sides: dict[Direction, Sequence[Stream]] = {"input": inputs, "output": outputs}
    for direction, streams in sides.items():
        if not streams:
            problems.append(problem("balance-side", element, element=element))
        for stream in streams:
            found = list(_problems(stream, element))
            problems += found
            value = None if found else _contained(stream, element)
            if value is not None:
                rows.append((stream.name, direction, value))
    if problems:
        raise ModelError(*problems)
    sums = {side: math.fsum(value for _, where, value in rows if where == side) for side in sides}
    unit = _unit(element)
    difference = sums["input"] - sums["output"]
    return Balance(
        element,
        Amount(sums["input"], unit),
        Amount(sums["output"], unit),
        Amount(difference, unit),
        difference / sums["output"] if sums["output"] else None,
        tolerance,
        tuple(rows),
    )


def _unit(element: str) -> str:
    return "MJ" if element == "energy" else "kg"


def _needs_content(stream: Stream, element: str) -> bool:
    if element == "mass":
        return False
    return element != "energy" or units.dimension(stream.amount.unit) != "energy"


def _contained(stream: Stream, element: str) -> float | None:
    """Return kg of the element (MJ of energy) in a stream, None where that is unknown."""
    amount, content, unit = stream.amount, stream.content, _unit(element)
    if amount.value is None:
        return None
    if not _needs_content(stream, element):
        return units.convert(amount.value, amount.unit, unit)
    if content is None or content.value is None:
        return None
    whole = units.multiply(amount.unit, content.unit)
    return units.convert(amount.value * content.value, whole, unit)


def _problems(stream: Stream, element: str) -> Iterator[Problem]:
    if stream.basis and stream.content_basis and stream.basis != stream.content_basis:
        amount, content = stream.basis, stream.content_basis
        yield problem("balance-basis", stream.name, amount=amount, content=content)
    try:
        contained = _contained(stream, element)
    except UnitError as error:
        yield from error.problems
        return
    if contained is None:
        yield problem("balance-unknown", stream.name, element=element)
    elif contained < 0 or not math.isfinite(contained):
        yield problem("balance-negative", stream.name, element=element)
    elif _above_one(stream, element):
        yield problem("balance-content", stream.name, element=element, content=stream.content)


def _above_one(stream: Stream, element: str) -> bool:
    content = stream.content
    if not _needs_content(stream, element) or content is None or content.value is None:
        return False
    if not units.same_dimension(content.unit, "1"):
        return False
    return units.convert(content.value, content.unit, "1") > 1 + 1e-9
