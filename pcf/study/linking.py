"""Who provides an input of the study? A gap, the provider it names, its own process, or one row.

An excluded flow goes to its gap. Else the provider is the one that the study names, its declared
mix, its own process that makes the flow, or the one row of background data that
`pcf.background.link` finds. None or several is a problem with its row.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pcf import units
from pcf.background import gap, link, mix
from pcf.background.criteria import is_electricity
from pcf.errors import PcfError, problem
from pcf.findings import finding
from pcf.study.exclusions import speaks_of
from pcf.study.names import ELECTRICITY
from pcf.study.processes import products_of
from pcf.text import fold

if TYPE_CHECKING:
    from pcf.background import Background, Link
    from pcf.errors import Problem, Where
    from pcf.findings import Finding
    from pcf.model.coverage import Period
    from pcf.model.declared import Exclusion
    from pcf.model.processes import UnitProcess
    from pcf.study.values import CoProductRow, Mix, ProcessRow, ProviderChoice, Study

INTERNAL = "internal"
"""The provider of a stream that is returned within the system."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one input asks for, and where it was written."""

    process: str
    flow: str
    unit: str
    where: Where
    basis: str = ""
    treats: bool = False


@dataclass(slots=True)
class Linking:
    """The links of a study while they are found; `study` is one in which its alternatives stand.

    `links` are the rows of background data found, `made` the gaps and mixes that the study brings.
    """

    study: Study
    background: Background
    period: Period
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    made: dict[str, UnitProcess] = field(default_factory=dict)

    def provider(self, asked: Asked) -> str | None:
        """Return the id of the provider, or None with a problem.

        No example: `pcf.study.system` shows it.
        """
        exclusion = self._exclusion(asked)
        if exclusion is not None:
            return self._gap(exclusion, asked)
        choice = self._choice(asked)
        if choice is not None:
            known = self.background.row(choice.provider) is not None
            return self._named(
                choice.provider, asked if known else replace(asked, where=choice.where)
            )
        for each in self.study.mixes:
            if fold(each.product) == fold(asked.flow):
                return self._mixed(each, asked)
        makers = products_of(self.study).get(fold(asked.flow), [])
        if len(makers) > 1:
            told = problem("provider-several", asked.where, makers, flow=asked.flow)
            self.problems.append(told)
            return None
        return self._own(makers[0], asked) if makers else self._linked(asked, None)

    def is_electricity(self, flow: str, where: Where) -> bool:
        """Return whether a metered flow is electricity; one that is not is a problem.

        A gas meter written into the column would turn gas in GJ into electricity of the grid.

        No example: `pcf.study.system` shows it.
        """
        rows = (row for row in self.background.processes if is_electricity(row))
        products = {row.process.product for row in rows if row.at != "transmission"}
        called = self.background.products_called(flow)
        if fold(flow) in ELECTRICITY or any(each in products for each in called):
            return True
        self.problems.append(problem("meter-flow", where, ("electricity",), flow=flow))
        return False

    def _exclusion(self, asked: Asked) -> Exclusion | None:
        found = (e for e in self.study.exclusions if speaks_of(e, asked.process, asked.flow))
        return next(found, None)

    def _choice(self, asked: Asked) -> ProviderChoice | None:
        """Return the link that names this flow, of this process before one of all processes."""
        named = [each for each in self.study.links if fold(each.flow) == fold(asked.flow)]
        own = [each for each in named if each.process == asked.process]
        return next(iter([*own, *(each for each in named if not each.process)]), None)

    def _named(self, provider: str, asked: Asked) -> str | None:
        if provider == INTERNAL:
            return INTERNAL
        if any(row.id == provider for row in self.study.processes):
            return self._own(provider, asked)
        return self._linked(asked, provider)

    def _linked(self, asked: Asked, provider: str | None) -> str | None:
        process = next((row for row in self.study.processes if row.id == asked.process), None)
        place = process.place if process is not None else ""
        try:
            found = link(
                asked.flow,
                unit=asked.unit,
                background=self.background,
                place=place or self.study.place or "",
                period=self.period,
                basis=asked.basis,
                treats=asked.treats,
                provider=provider,
                unverified=frozenset(self.study.unverified),
                where=asked.where,
            )
        except PcfError as error:
            self._report(error, asked)
            return None
        self.links.append(found)
        self.findings += found.findings
        if found.process.at == "delivered":
            facts = {"flow": asked.flow, "process": found.process.id}
            self.findings.append(finding("electricity-unmetered", asked.where, **facts))
        return found.process.id

    def _own(self, id_: str, asked: Asked) -> str | None:
        """Return the id of the unit process of the study that makes or treats the flow."""
        row = next(row for row in self.study.processes if row.id == id_)
        several = [each for each in self.study.coproducts if each.process == id_ and each.amount]
        made: list[ProcessRow | CoProductRow] = [row, *several]
        found = next((each for each in made if fold(each.product) == fold(asked.flow)), row)
        amount = found.amount
        if amount is None or row.unread & {"unit", "reference_amount", "basis"}:
            return None
        told = self._unfit(asked, id_, amount.unit, found.basis, treats=found.treats)
        if told is not None:
            self.problems.append(told)
            return None
        return f"{id_}: {found.product}" if several else id_

    def _unfit(
        self, asked: Asked, id_: str, unit: str, basis: str, *, treats: bool
    ) -> Problem | None:
        if treats != asked.treats:
            return problem("treatment-mixed-up", asked.where, provider=id_)
        if not units.same_dimension(asked.unit, unit):
            where = replace(asked.where, column="unit")
            return problem("unit-differs", where, (unit,), unit=asked.unit, other=unit)
        if asked.basis and basis and asked.basis != basis:
            where = replace(asked.where, column="basis")
            return problem("basis-differs", where, basis=asked.basis, provider=id_, other=basis)
        return None

    def _mixed(self, declared: Mix, asked: Asked) -> str | None:
        """Return the mix as a process whose providers were found one by one."""
        shares: dict[str, float] = {}
        for provider, share in declared.shares:
            found = self._named(provider, replace(asked, where=declared.where))
            if found is not None:
                shares[found] = share
        if len(shares) < len(declared.shares):
            return None
        try:
            process = mix(declared.product, shares, unit=asked.unit)
        except PcfError:
            return None  # the checks say that the shares do not sum to one
        return self.made.setdefault(process.id, process).id

    def _gap(self, exclusion: Exclusion, asked: Asked) -> str | None:
        try:
            process = gap(exclusion, asked.unit, treats=asked.treats)
        except PcfError:
            return None  # the checks say that the bound is not in CO2e per unit of the flow
        return self.made.setdefault(process.id, process).id

    def _report(self, error: PcfError, asked: Asked) -> None:
        self.problems += [
            each if each.where == asked.where else replace(each, where=asked.where)
            for each in error.problems
        ]
