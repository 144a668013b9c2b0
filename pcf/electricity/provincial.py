"""What CO2 does a province's electricity emit? Average and fossil factors from statistics.

The method of the annual announcements (MEE and NBS, CO2 emission factors of electricity, 2021 to
2023), as understood: for a province, with its own emissions Em, its generation P and net transfers
N from other provinces,

    EF_p = (Em_p + sum_q N_qp EF_q) / (P_p + sum_q N_qp)

for all provinces at once, which is flow tracing with net coupling on annual numbers. A region is
the same on the sums of its provinces; the country is emissions over generation, and fossil power
is emissions over fossil generation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf.electricity.residual.factors import CombustionFactor
from pcf.electricity.tracing import network, trace
from pcf.errors import ModelError, problem
from pcf.model.coverage import find_place, places, widening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pcf.electricity.tracing.network import Line
    from pcf.errors import Problem
    from pcf.model.amounts import Amount
    from pcf.model.coverage import Period

FOSSIL_TECHNOLOGIES = frozenset({"coal", "gas", "oil", "other fossil"})
"""Technologies that count as fossil power. Statistics' 'thermal' holds biomass too: split it."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """A province's year: generation by technology, and the CO2 of fuels burnt at its power plants.

    >>> from pcf.model.amounts import Amount
    >>> Statistics("甘肃", {"coal": Amount(100.0, "亿kWh")}, Amount(9.0, "Mt")).place
    'CN-GS'
    """

    place: str
    generation: Mapping[str, Amount] = field(hash=False)
    emissions: Amount

    def __post_init__(self) -> None:
        """Read the place as a code; refuse what is unknown, negative or of another kind."""
        object.__setattr__(self, "place", find_place(self.place))
        problems = []
        for what, amount, unit in (
            *((name, amount, "MWh") for name, amount in self.generation.items()),
            ("emissions", self.emissions, "t"),
        ):
            value = amount.to(unit).value
            if value is None or not 0 <= value < float("inf"):
                problems.append(problem("statistics-amount", self.place, (), what=what))
        if problems:
            raise ModelError(*problems)

    @property
    def generated(self) -> float:
        """All generation, MWh."""
        return sum(known_amount(amount, "MWh") for amount in self.generation.values())

    @property
    def emitted(self) -> float:
        """The CO2 of combustion, t."""
        return known_amount(self.emissions, "t")


def provincial_factors(
    statistics: Iterable[Statistics],
    transfers: Mapping[Line, Amount],
    *,
    period: Period,
    source: str,
) -> dict[str, CombustionFactor]:
    """Return the average factor of each province, from annual statistics and transfers.

    `transfers` are (from, to) amounts of energy, as sent; both ways of a pair are set against each
    other. Every end is a province with statistics. The factors conserve emissions: what provinces
    consume carries what they emit. A province that neither generates nor receives has none.

    Raises ModelError with every problem.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.coverage import Period
    >>> factors = provincial_factors(
    ...     [Statistics("CN-SC", {"hydro": Amount(80, "TWh"), "coal": Amount(20, "TWh")},
    ...                 Amount(16, "Mt")),
    ...      Statistics("CN-ZJ", {"coal": Amount(60, "TWh")}, Amount(48, "Mt"))],
    ...     {("CN-SC", "CN-ZJ"): Amount(40, "TWh")}, period=Period.read("2023"), source="example")
    >>> {place: round(factor.value, 3) for place, factor in factors.items()}
    {'CN-SC': 0.16, 'CN-ZJ': 0.544}
    """
    return _factors(statistics, transfers, lambda place: place, period, source)


def regional_factors(
    statistics: Iterable[Statistics],
    transfers: Mapping[Line, Amount],
    *,
    period: Period,
    source: str,
) -> dict[str, CombustionFactor]:
    """Return the average factor of each regional grid, from its provinces' statistics.

    Transfers within a region are left out. Raises ModelError as `provincial_factors` does.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.coverage import Period
    >>> rows = [Statistics("CN-SC", {"hydro": Amount(80, "TWh")}, Amount(0, "Mt")),
    ...         Statistics("CN-CQ", {"coal": Amount(20, "TWh")}, Amount(18, "Mt"))]
    >>> factors = regional_factors(rows, {("CN-SC", "CN-CQ"): Amount(30, "TWh")},
    ...                            period=Period.read("2023"), source="example")
    >>> {place: factor.value for place, factor in factors.items()}
    {'CN-GRID-SW': 0.18}
    """
    return _factors(statistics, transfers, _region, period, source)


def national_factor(
    statistics: Iterable[Statistics], *, period: Period, source: str
) -> CombustionFactor:
    """Return emissions over generation of all provinces together.

    Raises ModelError when nothing is generated.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.coverage import Period
    >>> rows = [Statistics("CN-SC", {"hydro": Amount(80, "TWh")}, Amount(0, "Mt")),
    ...         Statistics("CN-CQ", {"coal": Amount(20, "TWh")}, Amount(18, "Mt"))]
    >>> national_factor(rows, period=Period.read("2023"), source="example").value
    0.18
    """
    rows = list(statistics)
    generated = sum(row.generated for row in rows)
    return _over(rows, generated, ("national average", period, source))


def fossil_factor(
    statistics: Iterable[Statistics],
    *,
    period: Period,
    source: str,
    fossil: frozenset[str] = FOSSIL_TECHNOLOGIES,
) -> CombustionFactor:
    """Return emissions over the generation of fossil power, all provinces together.

    `fossil` names the technologies that count. Raises ModelError when there is none of them, or
    when a technology is called 'thermal', which holds biomass and fossil fuels alike.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.coverage import Period
    >>> rows = [Statistics("CN-SC", {"hydro": Amount(80, "TWh"), "gas": Amount(5, "TWh")},
    ...                    Amount(2, "Mt")),
    ...         Statistics("CN-CQ", {"coal": Amount(20, "TWh")}, Amount(18, "Mt"))]
    >>> fossil_factor(rows, period=Period.read("2023"), source="example").value
    0.8
    """
    rows = list(statistics)
    mixed = sorted({row.place for row in rows if {"thermal", "火电"} & set(row.generation)})
    if mixed:
        raise ModelError(*(problem("statistics-thermal", place) for place in mixed))
    generated = sum(
        known_amount(amount, "MWh")
        for row in rows
        for technology, amount in row.generation.items()
        if technology in fossil
    )
    return _over(rows, generated, ("fossil power", period, source))


def fossil_factors(
    statistics: Iterable[Statistics],
    *,
    period: Period,
    source: str,
    fossil: frozenset[str] = FOSSIL_TECHNOLOGIES,
) -> dict[str, CombustionFactor]:
    """Return emissions over the fossil generation of each province that has any.

    Raises ModelError where a technology is called 'thermal', as `fossil_factor` does.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.coverage import Period
    >>> rows = [Statistics("CN-SC", {"hydro": Amount(80, "TWh"), "gas": Amount(5, "TWh")},
    ...                    Amount(2, "Mt"))]
    >>> {place: each.value for place, each in
    ...  fossil_factors(rows, period=Period.read("2023"), source="example").items()}
    {'CN-SC': 0.4}
    """
    found = {}
    for row in statistics:
        if any(
            known_amount(amount, "MWh") > 0
            for technology, amount in row.generation.items()
            if technology in {*fossil, "thermal", "火电"}
        ):
            told = fossil_factor([row], period=period, source=source, fossil=fossil)
            found[row.place] = replace(told, place=row.place)
    return found


def _over(
    rows: list[Statistics], generated: float, told: tuple[str, Period, str]
) -> CombustionFactor:
    if not generated > 0:
        raise ModelError(problem("statistics-empty"))
    kind, period, source = told
    value = sum(row.emitted for row in rows) / generated
    return CombustionFactor(value, "CN", period, kind, source=source)


def _factors(
    statistics: Iterable[Statistics],
    transfers: Mapping[Line, Amount],
    group: Callable[[str], str],
    period: Period,
    source: str,
) -> dict[str, CombustionFactor]:
    """Trace the groups' annual numbers with net coupling, MWh and t."""
    rows = list(statistics)
    problems = _problems(rows, transfers)
    if problems:
        raise ModelError(*problems)
    generation: dict[str, float] = {}
    emissions: dict[str, float] = {}
    for row in rows:
        name = group(row.place)
        generation[name] = generation.get(name, 0.0) + row.generated
        emissions[name] = emissions.get(name, 0.0) + row.emitted
    flows: dict[Line, float] = {}
    for (start, end), amount in transfers.items():
        line = group(find_place(start)), group(find_place(end))
        if line[0] != line[1]:
            flows[line] = flows.get(line, 0.0) + known_amount(amount, "MWh")
    traced = trace(network(generation, flows), {"CO2": emissions}, coupling="net")
    return {
        place: CombustionFactor(
            factor.value,
            place,
            period,
            "provincial average",
            source=source,
            findings=traced.findings,
        )
        for place, factor in traced.factors("CO2").items()
        if factor.value is not None
    }


def _problems(rows: list[Statistics], transfers: Mapping[Line, Amount]) -> list[Problem]:
    named = [row.place for row in rows]
    problems = [
        problem("area-twice", each) for each in dict.fromkeys(named) if named.count(each) > 1
    ]
    for (start, end), amount in transfers.items():
        for each in (start, end):
            try:
                known = find_place(each) in named
            except ModelError as error:
                problems += error.problems
            else:
                if not known:
                    problems.append(
                        problem("transfer-place", f"{start} → {end}", named, place=each)
                    )
        value = amount.to("MWh").value
        if value is None or not 0 <= value < float("inf"):
            problems.append(problem("statistics-amount", f"{start} → {end}", (), what="transfer"))
    return problems


def _region(place: str) -> str:
    """Return the regional grid of a province."""
    for code in widening(place):
        if code.startswith("CN-GRID-"):
            return code
    raise ModelError(problem("statistics-region", place, (), place=places()[place].name.en))


def known_amount(amount: Amount, unit: str) -> float:
    """Return a number that is known in `unit`; raise ModelError where it is not.

    >>> from pcf.model.amounts import Amount
    >>> known_amount(Amount(1.0, "TWh"), "MWh")
    1000000.0
    """
    value = amount.to(unit).value
    if value is None:
        raise ModelError(problem("statistics-amount", "", (), what=amount.unit))
    return value
