"""What would an exclusion bring, were it not left out? A bound is not believed below that.

An exclusion is for what nobody has a factor for. Where the background data, or a process of the
study, provides what is left out, the footprint with it is a better number than a bound, and a bound
that says less hides it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.errors import PcfError
from pcf.study.exclusions import excluded_rows
from pcf.study.processes import products_of
from pcf.study.values import ProviderChoice
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcf.model.declared import Exclusion
    from pcf.rules.facts.case import Case


def left_out(case: Case) -> Mapping[str, float]:
    """Return what exclusions with a bound bring at most, kg CO2e per declared unit, by name.

    The bound, or what a provider at hand would bring where that is more.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    anyway = counted_anyway(case)
    return {
        gap.name: max(gap.bound, anyway.get(gap.name, 0.0))
        for gap in case.footprint.gaps
        if gap.bound is not None
    }


def counted_anyway(case: Case) -> Mapping[str, float]:
    """Return what exclusions would bring by a provider at hand, kg CO2e per declared unit, by name.

    Of several providers the one that brings least; what nothing provides, or no row measures, is
    not among them. Without the background data nothing is.

    No example: the tests of facts hold it against arithmetic by hand.
    """
    if case.background is None:
        return {}
    found = {}
    for each in case.study.exclusions:
        totals = [
            total
            for provider in _providers(case, each)
            if (total := _total_with(case, each, provider)) is not None
        ]
        if totals:
            found[each.name] = min(totals) - case.footprint.total
    return found


def _providers(case: Case, exclusion: Exclusion) -> Iterator[str]:
    """Yield who could provide an excluded flow: processes of the study, rows of background data."""
    if not excluded_rows(case.standing, exclusion):
        return
    makers = products_of(case.standing).get(fold(exclusion.flow), [])
    yield from (each for each in makers if each != exclusion.process)
    for data in (case.study.own_background, case.background):
        called = () if data is None else data.products_called(exclusion.flow)
        for product in called:
            yield from (row.id for row in data.makers_of(product))  # type: ignore[union-attr] # called is empty without


def _total_with(case: Case, exclusion: Exclusion, provider: str) -> float | None:
    """Return the total of the study that counts what it excluded, None where it cannot be."""
    if case.background is None:
        return None
    kept = [each for each in case.study.exclusions if each is not exclusion]
    named = ProviderChoice(exclusion.process, exclusion.flow, provider)
    study = case.study.varying(exclusions=kept)
    links = [
        each
        for each in study.links
        if (each.process, fold(each.flow)) != (exclusion.process, fold(exclusion.flow))
    ]
    try:
        return replace(study, links=(*links, named)).footprint(case.background).total
    except PcfError:
        return None
