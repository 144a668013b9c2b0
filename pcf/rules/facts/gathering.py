"""What is so in one study? Every fact of the vocabulary, from the functions of each topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import RuleError
from pcf.expressions import names
from pcf.rules.drivers import drivers_of
from pcf.rules.facts import (
    ages,
    allocating,
    balances,
    boundary,
    byproducts,
    carbon,
    certificates,
    cutoff,
    declared,
    gases,
    periods,
    power,
    primary,
    quality,
    received,
    sureness,
    totals,
)
from pcf.rules.facts.case import Case, Found, LedgerEvidence
from pcf.rules.facts.stated import stated, statement_problems
from pcf.rules.values import Fact, Facts, facts_from
from pcf.rules.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.rules.values import FactKind, Pack
    from pcf.study import Study

TOPICS = (
    declared,
    boundary,
    cutoff,
    periods,
    ages,
    primary,
    quality,
    allocating,
    byproducts,
    power,
    certificates,
    gases,
    carbon,
    balances,
    sureness,
    totals,
    received,
)
COMPUTED: Mapping[str, Callable[[Case], Found]] = {
    name: function for topic in TOPICS for name, function in topic.FACTS.items()
}
"""Every computed fact by name."""
OF_ROLES = "boundary.roles_missing"


def facts_of(
    study: Study,
    footprint: Footprint,
    *,
    background: Background | None = None,
    evidence: LedgerEvidence | None = None,
    pack: Pack | None = None,
) -> Facts:
    """Return what is so in a study and its footprint: each fact with its places and arithmetic.

    `background` is the data that the study stands on, without which facts about providers are
    unknown; `evidence` is what a ledger says of its certificates. With a `pack` only the facts that
    its rules and roles name are found, the others stay unknown. Raises RuleError with every
    statement of the study that names no fact, names a computed one, or cannot be read.

    >>> import pcf
    >>> data = pcf.open_background("cn-public", edition="2026.1")
    >>> study = pcf.reference_study("aluminium")
    >>> facts = facts_of(study, study.footprint(data), background=data)
    >>> round(facts["excluded.share"].value, 4), facts["review.independent"].value
    (0.0084, None)
    """
    kinds = vocabulary() if pack is None else pack.kinds
    wrong = tuple(statement_problems(study, kinds))
    if wrong:
        raise RuleError(*wrong)
    case = Case(study, footprint, background, evidence, pack)
    wanted = kinds if pack is None else {name: kinds[name] for name in _named(pack)}
    found = {name: _fact(case, kind) for name, kind in wanted.items()}
    return facts_from(kinds, found)


def gathered(case: Case, condition: str) -> dict[str, object]:
    """Return the plain values of the facts that a condition names, as conditions read them.

    Whether a role is mandatory never depends on how many are missing: that is unknown here.
    No example: roles that are mandatory under a condition use it.
    """
    kinds = vocabulary() if case.pack is None else case.pack.kinds
    wanted = [kinds[name] for name in names(condition) if name in kinds]
    return {
        kind.name: kind.plain(None if kind.name == OF_ROLES else _fact(case, kind).value)
        for kind in wanted
    }


def _fact(case: Case, kind: FactKind) -> Fact:
    function = COMPUTED.get(kind.name)
    found = stated(case, kind) if kind.stated or function is None else function(case)
    drivers = () if found.slopes is None else drivers_of(case.footprint, found.slopes)
    return Fact(kind, found.value, found.evidence, found.how, drivers)


def _named(pack: Pack) -> list[str]:
    conditions = [role.mandatory for role in pack.roles]
    roles = [name for each in conditions for name in names(each) if name in pack.kinds]
    return list(dict.fromkeys([*(name for rule in pack.rules for name in rule.facts), *roles]))
