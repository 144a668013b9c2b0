"""Does every name in a study speak of something? Processes, flows, rows, sources, meters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import Where, problem
from pcf.study.alternatives import applied
from pcf.study.months import at
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pcf.errors import Problem
    from pcf.study.values import Alternative, ProviderChoice, Study

ELECTRICITY = frozenset(map(fold, ("electricity", "power", "electric power", "电力", "电", "用电")))
"""What electricity is called, whatever the background data."""


def name_problems(study: Study) -> list[Problem]:
    """Return names that speak of nothing, each with the candidates there are.

    No example: `pcf.study.checks` shows it.
    """
    return [
        *_processes(study),
        *_sources(study),
        *_links(study),
        *_mixes(study),
        *_allocations(study),
        *_alternatives(study),
        *_meters(study),
    ]


def _processes(study: Study) -> Iterator[Problem]:
    known = {row.id for row in study.processes}
    for row in study.rows:
        if row.process and row.process not in known:
            near = text.nearest(row.process, known)
            yield problem("process-unknown", at(row, "process"), near, process=row.process)


def _sources(study: Study) -> Iterator[Problem]:
    """Yield each source that is not listed once, at the first place that names it."""
    known = {source.id for source in study.sources}
    if study.own_background is not None:
        known |= {source.id.partition(":")[0] for source in study.own_background.sources}
    named: dict[str, Where] = {}
    for row in study.rows:
        named.setdefault(row.source, at(row, "source"))
    for total in study.site_totals:
        named.setdefault(total.source, replace(total.where, column="source", item=total.flow))
    for told in study.statements:
        named.setdefault(told.source, replace(told.where, column="source", item=told.fact))
    for parameter in study.parameters:
        named.setdefault(parameter.source, parameter.where)
    for position, each in enumerate(study.exclusions):
        named.setdefault(each.source, study.setting(f"exclusion[{position}].source"))
    for source, where in named.items():
        if source and source not in known:
            near = text.nearest(source, known)
            yield problem("source-unknown", where, near, source=source)


def _links(study: Study) -> Iterator[Problem]:
    chosen = [(each, study.activity) for each in study.links]
    chosen += [(link, study.activity) for each in study.alternatives for link in each.links]
    processes = {row.id for row in study.processes}
    for link, _ in chosen:
        if link.process and link.process not in processes:
            near = text.nearest(link.process, processes)
            yield problem("process-unknown", link.where, near, process=link.process)
            continue
        flows = flows_of(study, link.process)
        if fold(link.flow) not in {fold(flow) for flow in flows}:
            yield problem(
                "flow-not-used", link.where, text.nearest(link.flow, flows), flow=link.flow
            )
        elif _is_metered(study, link):
            yield problem("link-metered", link.where, flow=link.flow, provider=link.provider)
    yield from _linked_twice(study.links)


def _is_metered(study: Study, link: ProviderChoice) -> bool:
    """Return whether every row that a link speaks of is metered, so that it provides nothing."""
    rows = [
        row
        for row in study.activity
        if link.process in ("", row.process) and fold(row.flow) == fold(link.flow)
    ]
    return bool(rows) and all(row.meter and fold(row.flow) in ELECTRICITY for row in rows)


def flows_of(study: Study, process: str) -> set[str]:
    """Return the flows that rows and legs name, of one process or, when empty, of all.

    No example: it collects names.
    """
    rows = {row.flow for row in study.activity if process in ("", row.process)}
    return rows | {leg.mode for leg in study.legs if process in ("", leg.process)}


def _linked_twice(links: tuple[ProviderChoice, ...]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], ProviderChoice] = {}
    for link in links:
        key = (link.process, fold(link.flow))
        if key in seen and seen[key].provider != link.provider:
            both = (seen[key].provider, link.provider)
            yield problem("provider-several", link.where, both, flow=link.flow)
        seen.setdefault(key, link)


def _mixes(study: Study) -> Iterator[Problem]:
    flows = flows_of(study, "")
    for mix in study.mixes:
        if fold(mix.product) not in {fold(flow) for flow in flows}:
            near = text.nearest(mix.product, flows)
            yield problem("flow-not-used", mix.where, near, flow=mix.product)
        for provider, share in mix.shares:
            if not 0 < share <= 1:
                yield problem("mix-share", mix.where, provider=provider, share=share)
        total = sum(share for _, share in mix.shares)
        if all(0 < share <= 1 for _, share in mix.shares) and abs(total - 1) > 1e-9:
            facts = {"product": mix.product, "total": f"{total:.12g}"}
            yield problem("mix-sum", mix.where, (), **facts)


def _allocations(study: Study) -> Iterator[Problem]:
    known = {row.id for row in study.processes}
    several = {row.process for row in study.coproducts if row.amount is not None}
    named = {each.process for each in applied(study).allocations}
    for each in (*study.allocations, *(one for a in study.alternatives for one in a.allocations)):
        if each.process not in known:
            near = text.nearest(each.process, known)
            yield problem("process-unknown", each.where, near, process=each.process)
        elif each.process not in several:
            near = tuple(sorted(several))
            yield problem("allocation-one-product", each.where, near, process=each.process)
    for row in study.processes:
        if row.id in several and row.id not in named:
            products = [c.product for c in study.coproducts if c.process == row.id]
            facts = {"products": text.listed(dict.fromkeys([row.product, *products]))}
            yield problem("not-allocated", at(row), (), **facts)


def _alternatives(study: Study) -> Iterator[Problem]:
    rows = {row.id for row in study.activity}
    for each in study.alternatives:
        yield from _strangers("row-unknown", each, rows)
        known = {(one.process, one.name) for one in study.parameters}
        for one in each.parameters:
            if (one.process, one.name) not in known:
                near = text.nearest(one.name, {name for _, name in known})
                yield problem("parameter-unknown", one.where, near, parameter=one.name)
    names = {each.name for each in study.alternatives}
    where = study.setting("study.chosen")
    for name in study.chosen:
        if name not in names:
            near = text.nearest(name, names) or tuple(sorted(names))
            yield problem("alternative-unknown", where, near, alternative=name)
    for row in study.activity:
        if row.alternative and row.alternative not in names:
            near = text.nearest(row.alternative, names) or tuple(sorted(names))
            where = at(row, "alternative")
            yield problem("alternative-unknown", where, near, alternative=row.alternative)


def _strangers(code: str, alternative: Alternative, rows: Collection[str]) -> Iterator[Problem]:
    for row in (*alternative.replaces, *alternative.by):
        if row not in rows:
            yield problem(code, alternative.where, text.nearest(row, rows), row=row)


def _meters(study: Study) -> Iterator[Problem]:
    meters = {row.meter for row in study.activity if row.meter}
    for each in study.electricity.supplies:
        if each.meter not in meters:
            near = text.nearest(each.meter, meters) or tuple(sorted(meters))
            yield problem("meter-unknown", each.where, near, meter=each.meter)
    if meters and not study.electricity.treatment:
        facts = {"meters": text.listed(sorted(meters))}
        yield problem("treatment-missing", study.setting("electricity.treatment"), (), **facts)
