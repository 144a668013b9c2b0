"""What does a provider itself stand on? Every background process that a system then needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcf.background.criteria import Wanted
from pcf.background.linking import Link, choose, link, unverified_findings
from pcf.background.values import AT
from pcf.background.weighing import weighed
from pcf.errors import LinkError, PcfError, Where, problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcf.background.values import Background, BackgroundProcess
    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.model.coverage import Period
    from pcf.model.processes import Exchange, UnitProcess


@dataclass(frozen=True, slots=True)
class Closure:
    """The background processes of a system, sorted by id, every input with its provider named."""

    processes: tuple[UnitProcess, ...]
    findings: tuple[Finding, ...] = ()


def closure(
    links: Iterable[Link],
    background: Background,
    *,
    period: Period,
    unverified: frozenset[str] = frozenset(),
    characterisation: str = "",
) -> Closure:
    """Return the processes that `links` lead to and all that these need, each once.

    An input of a background process has the provider that its set names, else the one that `link`
    finds at the place of that process in the study's `period`. The findings of `links` are not
    repeated; what must be weighed about each process itself is said once, of a received footprint
    with regard to `characterisation`, 'AR6 (0/0)'. Raises LinkError with every input that has no
    provider, and with every process that leans on an unverified row that the study does not name.

    >>> from pcf.background.editions import open_background
    >>> from pcf.model.coverage import Period
    >>> year, public = Period.read("2024"), open_background(edition="2026.1")
    >>> coal = link("hard coal, burnt in industrial boiler", unit="GJ", background=public,
    ...             place="CN", period=year)
    >>> [process.id for process in closure([coal], public, period=year).processes]
    ['hard-coal-boiler', 'hard-coal-upstream']
    """
    problems: list[Problem] = []
    findings: dict[tuple[str, str, str], Finding] = {}
    done: dict[str, UnitProcess] = {}
    waiting = sorted((each.process for each in links), key=lambda row: row.id)
    while waiting:
        row = waiting.pop()
        if row.id in done:
            continue
        about = weighed(row, period=period, characterisation=characterisation)
        findings |= {(f.code, str(f.where), str(f.facts)): f for f in about}
        exchanges = []
        for exchange in row.process.exchanges:
            try:
                found = _provider(row, exchange, background, period, unverified)
            except PcfError as error:
                problems += error.problems
                continue
            if found is not None:
                waiting.append(found.process)
                findings |= {(f.code, str(f.where), str(f.facts)): f for f in found.findings}
                exchange = replace(exchange, provider=found.process.id)  # noqa: PLW2901 - its copy
            exchanges.append(exchange)
        origin = background.origin(row.id)
        done[row.id] = replace(row.process, exchanges=tuple(exchanges), origin=origin)
    if problems:
        raise LinkError(*dict.fromkeys(problems))
    told = tuple(findings[key] for key in sorted(findings))
    return Closure(tuple(done[id_] for id_ in sorted(done)), told)


def _provider(
    row: BackgroundProcess,
    exchange: Exchange,
    background: Background,
    period: Period,
    unverified: frozenset[str],
) -> Link | None:
    """Return the provider of one exchange of a background process, None if it needs none."""
    if exchange.kind in ("elementary", "internal"):
        return None
    where = Where(file=background.name, item=f"{row.id}: {exchange.flow}")
    treats = exchange.kind == "waste" or (
        exchange.kind == "credit" and exchange.direction == "input"
    )
    if exchange.provider is None:
        return link(
            exchange.flow,
            unit=exchange.amount.unit,
            background=background,
            place=row.place,
            period=period,
            basis=exchange.basis,
            treats=treats,
            unverified=unverified,
            where=where,
        )
    provider = background.row(exchange.provider)
    if provider is None:
        facts = {"flow": exchange.flow, "provider": exchange.provider}
        raise LinkError(problem("link-provider-unknown", where, (), **facts))
    # The set answers for the place and the year of a provider that it names itself.
    wanted = Wanted(
        exchange.flow,
        exchange.amount.unit,
        provider.place,
        period if provider.period is None else provider.period,
        row.family,
        exchange.basis,
        treats,
        AT,
        named=True,
        unverified=unverified,
        where=where,
    )
    return Link(choose([provider], wanted).process, unverified_findings(provider))
