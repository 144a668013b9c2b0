"""What does a published method need, and what did it find? Its declaration, checked in one go.

Each method stands in a small file of its own and opens with a `Method`: its needs with units and
valid ranges, its equation, its source with the number of the table. `check` and `require` hold what
is given against it: what is missing, in a wrong unit or out of range is said together. Missing is
not zero. What a method finds is an `Estimate`, which carries edition, source and findings along.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import ModelError, PcfError, Problem, problem
from pcf.findings import Finding, finding
from pcf.model.amounts import Amount
from pcf.model.flows import greenhouse_gases
from pcf.model.processes import Exchange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.methods.lookups import Parameter
    from pcf.model.amounts import Spread
    from pcf.model.flows import Line
    from pcf.text import Name

Given = Amount | str | None


@dataclass(frozen=True, slots=True)
class Need:
    """One argument of a method: an amount in `unit`, or one of the `words`.

    Outside `low` to `high` (in `unit`) is an error, outside `usual` a finding; None is no bound.
    An amount is never below zero unless `low` says so. `optional` may stay None, as unknown.
    """

    id: str
    name: Name
    unit: str = ""
    words: tuple[str, ...] = ()
    low: float | None = 0.0
    high: float | None = None
    usual: tuple[float, float] | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """One published method: what it needs, what it returns, and who says so.

    `family` is within which editions never mix in one study, such as 'IPCC managed soils'.
    `source` names document, clause or equation, and table. `tier` is '' where there are none.
    """

    id: str
    name: Name
    needs: tuple[Need, ...]
    returns: Name
    equation: str
    source: str
    editions: tuple[str, ...]
    tier: str = ""
    family: str = ""

    def need(self, id: str) -> Need:  # noqa: A002 - the word declarations use
        """Return the need called `id`; a KeyError is a fault of the calling method."""
        return {each.id: each for each in self.needs}[id]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was given to a method, in the units it declares, with what a reader must weigh."""

    method: Method
    amounts: Mapping[str, Amount] = field(default_factory=dict, hash=False)
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    findings: tuple[Finding, ...] = ()

    def __getitem__(self, need: str) -> float:
        """Return the number given for `need`, in the unit that the method declares."""
        value = self.amounts[need].value
        if value is None:
            raise ModelError(problem("amount-unknown", flow=need))
        return value

    def get(self, need: str) -> float | None:
        """Return the number given for an optional `need`, or None, which is not zero."""
        return self.amounts[need].value if need in self.amounts else None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a method found: exchanges, the quantities between, the parameters it stood on."""

    method: Method
    edition: str
    exchanges: tuple[Exchange, ...] = ()
    values: Mapping[str, Amount] = field(default_factory=dict, hash=False)
    parameters: tuple[Parameter, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def tier(self) -> str:
        """The tier of the method."""
        return self.method.tier

    @property
    def source(self) -> str:
        """The publication, with its equation or table."""
        return self.method.source

    @property
    def lines(self) -> frozenset[Line]:
        """The lines of a footprint on which the exchanges stand."""
        return frozenset(row.elementary.line for row in self.exchanges if row.elementary)

    def __getitem__(self, name: str) -> float:
        """Return the number of a named quantity, in the unit of `values`."""
        value = self.values[name].value
        if value is None:
            raise ModelError(problem("amount-unknown", flow=name))
        return value


def require(method: Method, *, where: str = "", **given: Given) -> Checked:
    """Return what is given in the method's own units, or raise ModelError with every problem.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.text import Name
    >>> urea = Method(
    ...     "urea", Name("urea"), (Need("urea", Name("urea applied", "尿素施用量"), "kg/ha"),),
    ...     Name("CO2"), "CO2 = M x EF x 44/12", "IPCC 2006, Vol. 4, eq. 11.13", ("2006",))
    >>> require(urea, urea=Amount(0.1, "t/ha"))["urea"]
    100.0
    >>> require(urea, urea=None)
    Traceback (most recent call last):
    pcf.errors.ModelError: [method-need-missing] 'urea' needs urea applied / 尿素施用量...
    """
    problems: list[Problem] = []
    checked = check(method, problems, given, where=where)
    if problems:
        raise ModelError(*problems)
    return checked


def check(
    method: Method, problems: list[Problem], given: Mapping[str, Given], *, where: str = ""
) -> Checked:
    """Return what is given in the method's own units, adding what is wrong to `problems`.

    No example: `require` shows it.
    """
    amounts: dict[str, Amount] = {}
    words: dict[str, str] = {}
    findings: list[Finding] = []
    known = [need.id for need in method.needs]
    for name in given:
        if name not in known:
            near = text.nearest(name, known)
            problems.append(
                problem("method-need-unknown", where, near, method=method.id, need=name)
            )
    for need in method.needs:
        value = given.get(need.id)
        if value is None or (isinstance(value, Amount) and value.value is None):
            problems += _missing(method, need, where)
        elif need.words:
            word = _word(method, need, value, where, problems)
            words |= {} if word is None else {need.id: word}
        else:
            amount = _amount(need, value, where, problems)
            amounts |= {} if amount is None else {need.id: amount}
            findings += _unusual(need, amount, where)
    return Checked(method, amounts, words, tuple(findings))


def require_edition(method: Method, edition: str, problems: list[Problem]) -> None:
    """Add a problem unless the method has this edition; there is no default edition.

    >>> from pcf.text import Name
    >>> problems = []
    >>> method = Method("m", Name("m"), (), Name("x"), "", "", ("2006", "2019"))
    >>> require_edition(method, "1996", problems)
    >>> problems[0].code, problems[0].candidates
    ('method-edition', ('2006', '2019'))
    """
    if edition not in method.editions:
        problems.append(
            problem("method-edition", method.id, method.editions, method=method.id, edition=edition)
        )


def require_one_edition(estimates: Iterable[Estimate]) -> None:
    """Raise ModelError where estimates of one family rest on different editions.

    >>> from pcf.text import Name
    >>> method = Method("m", Name("m"), (), Name("x"), "", "", ("2006", "2019"), family="soils")
    >>> require_one_edition([Estimate(method, "2006"), Estimate(method, "2019")])
    Traceback (most recent call last):
    pcf.errors.ModelError: [method-editions-mixed] soils: ...
    """
    found: dict[str, dict[str, list[str]]] = {}
    for each in estimates:
        if each.method.family:
            found.setdefault(each.method.family, {}).setdefault(each.edition, []).append(
                each.method.id
            )
    problems = [
        problem(
            "method-editions-mixed",
            family,
            used="; ".join(
                f"{edition}: {text.listed(dict.fromkeys(names))}"
                for edition, names in sorted(editions.items())
            ),
        )
        for family, editions in found.items()
        if len(editions) > 1
    ]
    if problems:
        raise ModelError(*problems)


def emitted(
    flow: str, amount: float, *, spread: Spread | None = None, source: str = "", note: str = ""
) -> Exchange:
    """Return the exchange of `amount` kg of one of the library's elementary flows.

    Its direction is the flow's own: emissions leave, uptake and removals enter.

    >>> row = emitted("N2O, biogenic", 1.5)
    >>> row.direction, row.elementary.line, str(row.amount)
    ('output', 'biogenic CH4 and N2O', '1.5 kg')
    """
    gas = greenhouse_gases()[flow]
    return Exchange(
        gas.id,
        Amount(amount, gas.unit, spread, source),
        gas.direction,
        "elementary",
        elementary=gas,
        note=note,
    )


def _missing(method: Method, need: Need, where: str) -> list[Problem]:
    if need.optional:
        return []
    return [
        problem(
            "method-need-missing",
            where,
            need.words,
            method=method.id,
            need=need.id,
            name=_both(need),
            unit=need.unit or " / ".join(need.words),
        )
    ]


def _both(need: Need) -> str:
    return " / ".join(dict.fromkeys((need.name.says("en"), need.name.says("zh"))))


def _word(
    method: Method, need: Need, value: Given, where: str, problems: list[Problem]
) -> str | None:
    folded = {text.fold(word): word for word in need.words}
    found = folded.get(text.fold(value)) if isinstance(value, str) else None
    if found is None:
        problems.append(
            problem(
                "method-need-word", where, need.words, method=method.id, need=need.id, given=value
            )
        )
    return found


def _amount(need: Need, value: Given, where: str, problems: list[Problem]) -> Amount | None:
    if not isinstance(value, Amount) or value.value is None:
        problems.append(
            problem("method-need-amount", where, need=need.id, given=value, unit=need.unit)
        )
        return None
    try:
        amount = value.to(need.unit)
    except PcfError:
        problems.append(
            problem("method-need-unit", where, need=need.id, given=value, unit=need.unit)
        )
        return None
    number = amount.value
    low = -math.inf if need.low is None else need.low
    high = math.inf if need.high is None else need.high
    if number is None or not math.isfinite(number) or not low <= number <= high:
        problems.append(
            problem(
                "method-need-range",
                where,
                need=need.id,
                name=_both(need),
                given=value,
                range=_range(low, high, need.unit),
            )
        )
        return None
    return amount


def _unusual(need: Need, amount: Amount | None, where: str) -> list[Finding]:
    if need.usual is None or amount is None or amount.value is None:
        return []
    low, high = need.usual
    if low <= amount.value <= high:
        return []
    return [
        finding(
            "method-need-unusual",
            where,
            need=need.id,
            given=amount,
            range=_range(low, high, units.unit(need.unit)),
        )
    ]


def _range(low: float, high: float, unit: str) -> str:
    ends = ("-inf" if low == -math.inf else f"{low:g}", "inf" if high == math.inf else f"{high:g}")
    return f"{ends[0]} .. {ends[1]} {unit}"
