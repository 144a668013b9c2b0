"""Which of several footprints is the newest, and whether the chain of predecessors holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import DeclareError, problem
from pcf.findings import finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.findings import Finding
    from pcf.formats.pact.reading import PactFootprint


def newest(footprints: Sequence[PactFootprint], id: str) -> PactFootprint:  # noqa: A002 - the field's word
    """Return the footprint that has replaced the one called `id`, itself when nothing did.

    Raises DeclareError for an id that is not there, when two replace one, and for a circle.

    >>> from pcf.formats.pact.reading import PactFootprint
    >>> old = PactFootprint("3.0.0", {"id": "a", "status": "Deprecated"})
    >>> new = PactFootprint("3.0.0", {"id": "b", "status": "Active", "precedingPfIds": ["a"]})
    >>> newest([new, old], "a").id
    'b'
    """
    known = {each.id: each for each in footprints}
    if id not in known:
        raise DeclareError(problem("pact-unknown-id", id, sorted(known)[:8], id=id))
    followers = _followers(footprints)
    seen = [id]
    while followers.get(seen[-1]):
        direct = _direct(followers[seen[-1]], known)
        if len(direct) > 1:
            raise DeclareError(problem("pact-two-successors", seen[-1], direct, id=seen[-1]))
        if direct[0] in seen:
            raise DeclareError(
                problem("pact-circle", direct[0], ids=" > ".join([*seen, direct[0]]))
            )
        seen.append(direct[0])
    return known[seen[-1]]


def succession(footprints: Sequence[PactFootprint]) -> tuple[Finding, ...]:
    """Return what is odd about the chain: replaced but active, deprecated but not replaced, gaps.

    >>> from pcf.formats.pact.reading import PactFootprint
    >>> old = PactFootprint("3.0.0", {"id": "a", "status": "Active"})
    >>> new = PactFootprint("3.0.0", {"id": "b", "status": "Active", "precedingPfIds": ["a"]})
    >>> [each.code for each in succession([old, new])]
    ['pact-replaced-active']
    """
    followers = _followers(footprints)
    known = {each.id for each in footprints}
    found = []
    for each in sorted(footprints, key=lambda one: one.id):
        replaced = bool(followers.get(each.id))
        if replaced and not each.deprecated:
            found.append(finding("pact-replaced-active", each.id, by=", ".join(followers[each.id])))
        if each.deprecated and not replaced:
            found.append(finding("pact-deprecated-alone", each.id))
        missing = sorted(set(each.preceding) - known)
        if missing:
            found.append(finding("pact-predecessor-missing", each.id, ids=", ".join(missing)))
    return tuple(found)


def _followers(footprints: Sequence[PactFootprint]) -> Mapping[str, list[str]]:
    followers: dict[str, list[str]] = {}
    for each in sorted(footprints, key=lambda one: one.id):
        for before in each.preceding:
            followers.setdefault(before, []).append(each.id)
    return followers


def _direct(followers: list[str], known: Mapping[str, PactFootprint]) -> list[str]:
    """Return the followers that no other follower stands before: a list may name all ancestors."""
    rest = set(followers)
    later = {each for each in rest if rest & set(known[each].preceding)}
    return sorted(rest - later) or sorted(rest)
