"""Unit processes: what builders take and what the rows of a product system look like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from pcf import text
from pcf.errors import ModelError, problem
from pcf.model.amounts import Amount, Confidence
from pcf.model.coverage import Coverage
from pcf.model.flows import ElementaryFlow, find_gas, meter_flow

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["product", "waste", "elementary", "credit", "internal"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Direction = Literal["input", "output"]
Origin = tuple[str, str]
"""Whose data a process is: a set and its edition, both empty where that is not said."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One amount that enters or leaves a unit process; never negative: the direction is a word.

    Kinds: `product` (an input made by another process), `waste` (an output that another process
    treats), `elementary`, `credit` (an avoided product, direction output, or an avoided treatment,
    direction input) and `internal` (a stream returned within the system, such as anode butts:
    burden zero, with its reason in `note`). `provider` is the id of a process once linked.
    """

    flow: str
    amount: Amount
    direction: Direction = "input"
    kind: Kind = "product"
    provider: str | None = None
    elementary: ElementaryFlow | None = None
    basis: str = ""
    stage: str = ""
    id: str = ""
    confidence: Confidence | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a negative amount and an elementary exchange without its flow."""
        value = self.amount.value
        if value is not None and not 0 <= value < float("inf"):
            raise ModelError(problem("amount-negative", self.flow, amount=self.amount))
        if (self.kind == "elementary") != (self.elementary is not None):
            raise ModelError(problem("elementary-missing", self.flow, flow=self.flow))

    @property
    def meter(self) -> str:
        """The meter of this electricity, or empty."""
        if self.elementary is None or self.elementary.role != "meter":
            return ""
        return self.elementary.id.removeprefix("kWh at ")


@dataclass(frozen=True, slots=True)
class UnitProcess:
    """A process with exactly one reference product (or, a treatment, one reference waste).

    `amount` is the reference amount, above zero; for a treatment (`treats`) it is the waste taken
    in, and becomes negative only in matrix form. `foreground` tells the study's own processes from
    background data; `origin` is the set and edition that it is from (of a study's own process, the
    study's id); `whole` the id of the multi-output process that it is a part of, or empty.
    """

    id: str
    product: str
    amount: Amount
    exchanges: tuple[Exchange, ...] = ()
    name: text.Name = text.Name()
    stage: str = ""
    basis: str = ""
    coverage: Coverage = Coverage()
    treats: bool = False
    foreground: bool = True
    source: str = ""
    origin: Origin = ("", "")
    whole: str = ""

    def __post_init__(self) -> None:
        """Refuse a process whose reference amount is not above zero."""
        if self.amount.value is None or not 0 < self.amount.value < float("inf"):
            raise ModelError(problem("reference-amount", self.id, amount=self.amount))


@dataclass(frozen=True, slots=True)
class CoProduct:
    """One of the products (or treated wastes) of a multi-output process, and its properties.

    `properties` are per unit of the product, such as `{"price": Amount(7, "CNY/kg")}`.
    """

    product: str
    amount: Amount
    properties: Mapping[str, Amount] = field(default_factory=dict, hash=False)
    treats: bool = False
    basis: str = ""


@dataclass(frozen=True, slots=True)
class MultiOutputProcess:
    """A process with several products: it must be allocated before it can be solved.

    `causes` names, for an exchange id, the co-products that cause it and their shares, where the
    burden has a known cause (causal factors per exchange).
    """

    id: str
    products: tuple[CoProduct, ...]
    exchanges: tuple[Exchange, ...] = ()
    name: text.Name = text.Name()
    stage: str = ""
    coverage: Coverage = Coverage()
    source: str = ""
    causes: Mapping[str, Mapping[str, float]] = field(default_factory=dict, hash=False)


def unit_process(  # noqa: PLR0913 - one word a kind of exchange reads best
    id: str,  # noqa: A002 - the word users write
    makes: tuple[str, str] | str,
    *,
    takes: Mapping[str, str] | None = None,
    emits: Mapping[str | ElementaryFlow, str] | None = None,
    meters: Mapping[str, str] | None = None,
    sends: Mapping[str, str] | None = None,
    avoids: Mapping[str, str] | None = None,
    treats: bool = False,
    stage: str = "",
) -> UnitProcess:
    """Return a unit process written in a few readable lines.

    `makes` is the reference product and its amount, or the amount alone when the product is called
    like the process; `takes` products, `emits` elementary flows, `meters` metered electricity,
    `sends` wastes to treatments, `avoids` credits, each a name with an amount as text. Amounts may
    carry any unit of the list; they are converted to the provider's when a system is built.

    Raises UnitError for an unreadable amount, ModelError for a negative one or an unknown gas.

    >>> smelter = unit_process("smelter", ("aluminium", "1 t"), takes={"alumina": "1.93 t"},
    ...                        emits={"CF4": "0.0179 kg"}, meters={"potline": "13599 kWh"})
    >>> [exchange.flow for exchange in smelter.exchanges]
    ['alumina', 'CF4', 'kWh at potline']
    """
    product, written = (id, makes) if isinstance(makes, str) else makes
    rows = [Exchange(flow, Amount.read(amount)) for flow, amount in (takes or {}).items()]
    rows += [_emission(flow, amount) for flow, amount in (emits or {}).items()]
    for meter, amount in (meters or {}).items():
        row = meter_flow(meter)
        rows.append(Exchange(row.id, Amount.read(amount), kind="elementary", elementary=row))
    for flow, amount in (sends or {}).items():
        rows.append(Exchange(flow, Amount.read(amount), "output", "waste"))
    for flow, amount in (avoids or {}).items():
        rows.append(Exchange(flow, Amount.read(amount), "output", "credit"))
    return UnitProcess(
        id, product, Amount.read(written), tuple(rows), text.Name(en=id), stage, treats=treats
    )


def _emission(flow: str | ElementaryFlow, amount: str) -> Exchange:
    found = find_gas(flow) if isinstance(flow, str) else flow
    if found is None:
        from pcf.model.flows import greenhouse_gases  # noqa: PLC0415 - only the error needs it

        near = text.nearest(str(flow), greenhouse_gases())
        raise ModelError(problem("gas-unknown", str(flow), near, flow=str(flow)))
    return Exchange(found.id, Amount.read(amount), found.direction, "elementary", elementary=found)
