"""Which certificates may serve which meters? Offers and needs, and who goes with whom.

An offer is what kinds of certificates have in common towards meters: holder, trial, the site or
meter that they are kept for, zone. A need is the same of kinds of readings. Every test between them
is an equality (or a corridor), so that a few hundred offers and needs are judged as one matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pcf.electricity.matching.criteria import Reason, zone_of
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    from pcf.electricity.matching.arrays import Flags, Whole
    from pcf.electricity.matching.circumstances import Circumstances
    from pcf.electricity.matching.kinds import Certificate, Use
    from pcf.electricity.profiles import Profile

    T = TypeVar("T")


_ZONES = {
    "province": "refused-zone-province",
    "grid": "refused-zone-grid",
    "country": "refused-zone-country",
    "world": "refused-zone-world",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """For what certificates are kept: a site, a meter, both or neither, and by which test."""

    test: str = ""
    site: str = ""
    meter: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What certificates have in common towards meters; names are folded.

    `kept` are all that a meter must be, `first` is a meter that goes before others; `zone` is empty
    where place does not matter.
    """

    holder: str
    trial: bool
    kept: tuple[Kept, ...]
    first: str
    zone: str


@dataclass(frozen=True, slots=True)
class Need:
    """What readings have in common towards certificates; site and meter where they matter."""

    consumer: str
    trial: bool
    site: str
    meter: str
    zone: str


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Offers, needs and which go together.

    `offer` is the number of each kind of certificate, or -1; `need` that of each kind of use, or
    -1. `tests` are the matrices, offers by needs, that together make `allowed`.
    """

    offers: tuple[Offer, ...]
    needs: tuple[Need, ...]
    offer: Whole
    need: Whole
    tests: tuple[tuple[str, Flags], ...]
    allowed: Flags

    def against(self, offer: int, open_needs: Flags) -> tuple[str, int]:
        """Return the test that leaves an offer without any of some needs, and the last of these."""
        left = open_needs.copy()
        last = int(np.argmax(left))
        for test, passed in self.tests:
            left &= passed[offer]
            if not left.any():
                return test, last
            last = int(np.argmax(left))
        return "", last


def pairs(
    certificates: Sequence[Certificate | None],
    uses: Sequence[Use | None],
    profile: Profile,
    circumstances: Circumstances,
) -> Pairs:
    """Return offers and needs of kinds, in an order of their own; None is a kind that is refused.

    No example: `match` shows it.
    """
    offer_of = [None if kind is None else _offer(kind, profile) for kind in certificates]
    known = [offer for offer in offer_of if offer is not None]
    kept = [each for offer in known for each in offer.kept]
    sites = {each.site for each in kept}
    meters = {each.meter for each in kept} | {offer.first for offer in known}
    need_of = [None if use is None else _need(use, profile, sites, meters) for use in uses]
    offers, offer = _numbered(offer_of)
    needs, need = _numbered(need_of)
    tests = _tests(offers, needs, circumstances)
    allowed = np.ones((len(offers), len(needs)), dtype=np.bool_)
    for _, passed in tests:
        allowed &= passed
    return Pairs(offers, needs, offer, need, tests, allowed)


def preferred(found: Pairs) -> Flags:
    """Return which pairs a green-power trade names: its certificates serve them first.

    No example: `match` shows it.
    """
    first = np.array([each.first for each in found.offers], dtype=np.str_)
    meters = np.array([each.meter for each in found.needs], dtype=np.str_)
    named: Flags = (first[:, None] == meters[None, :]) & (first != "")[:, None]
    return found.allowed & named


def reason_for_pair(test: str, kind: Certificate, use: Use, profile: Profile) -> Reason:
    """Return why a kind of certificates does not go with a kind of uses, by the test that fails.

    No example: `match` shows it.
    """
    if test == "trial":
        code = "refused-trial-use" if use.trial else "refused-trial-certificate"
        return Reason(test, code, {"meter": use.meter})
    if test == "holder":
        return _of_holder(kind, use)
    if test == "zone":
        told = {"place": kind.device.place if kind.device else "", "used": use.place}
        return Reason(test, _ZONES[str(profile.rules["zone"].parameters["level"])], told)
    kept = next(each for each in _kept(kind, profile) if each.test == test)
    code, name, number = {
        "cancellation": ("refused-site", "number", kind.cancellation),
        "binding": ("refused-binding", "number", kind.bound),
        "own-use": ("refused-own-use", "device", kind.device_id),
    }[test]
    return Reason(test, code, {"kept": kept.site or kept.meter, name: number})


def _of_holder(kind: Certificate, use: Use) -> Reason:
    if kind.record is None:
        return Reason("holder", "refused-holder", {"owner": kind.owner, "consumer": use.consumer})
    told = {"number": kind.cancellation, "recorded": kind.holder, "consumer": use.consumer}
    return Reason("holder", "refused-beneficiary", told)


def _offer(kind: Certificate, profile: Profile) -> Offer:
    zone = ""
    rule = profile.rules.get("zone")
    if rule is not None and not kind.is_own and kind.device is not None:
        zone = zone_of(kind.device.place, str(rule.parameters["level"])) or ""
    kept = tuple(
        Kept(each.test, fold(each.site), fold(each.meter)) for each in _kept(kind, profile)
    )
    trial = kind.device is not None and kind.device.trial
    bound = kind.settlement is not None and "binding" in profile.rules
    first = fold(kind.settlement.meter) if bound and kind.settlement else ""
    return Offer(fold(kind.holder), trial, kept, first, zone)


def _kept(kind: Certificate, profile: Profile) -> list[Kept]:
    """Return for what certificates of a kind are kept, as it is written."""
    found = []
    trade = kind.settlement
    if kind.is_own:
        if kind.tie is not None:
            found.append(Kept("own-use", kind.tie.site, kind.tie.meter))
        elif trade is not None and trade.meter:
            found.append(Kept("own-use", meter=trade.meter))
    rule = profile.rules.get("binding")
    if rule is not None and rule.parameters["strict"] and trade is not None and trade.meter:
        found.append(Kept("binding", meter=trade.meter))
    if kind.record is not None and kind.record.site:
        found.append(Kept("cancellation", site=kind.record.site))
    return found


def _need(use: Use, profile: Profile, sites: set[str], meters: set[str]) -> Need:
    rule = profile.rules.get("zone")
    zone = None if rule is None else zone_of(use.place, str(rule.parameters["level"]))
    site, meter = fold(use.site), fold(use.meter)
    return Need(
        fold(use.consumer),
        use.trial,
        site if site in sites else "",
        meter if meter in meters else "",
        zone or "",
    )


def _numbered(values: Sequence[T | None]) -> tuple[tuple[T, ...], Whole]:
    """Return different values in an order of their own, and the number of each or -1."""
    ordered = sorted({each for each in values if each is not None}, key=repr)
    places = {each: place for place, each in enumerate(ordered)}
    numbers = [-1 if each is None else places[each] for each in values]
    return tuple(ordered), np.array(numbers, dtype=np.int64)


def _tests(
    offers: Sequence[Offer], needs: Sequence[Need], circumstances: Circumstances
) -> tuple[tuple[str, Flags], ...]:
    shape = (len(offers), len(needs))
    kept: dict[str, Flags] = {}
    site, meter = ([getattr(each, name) for each in needs] for name in ("site", "meter"))
    for number, offer in enumerate(offers):
        for each in offer.kept:
            flags = kept.setdefault(each.test, np.ones(shape, dtype=np.bool_))
            for wanted, names in ((each.site, site), (each.meter, meter)):
                if wanted:
                    flags[number] &= np.array([name == wanted for name in names], dtype=np.bool_)
    return (
        ("trial", _equal([each.trial for each in offers], [each.trial for each in needs])),
        ("holder", _equal([each.holder for each in offers], [each.consumer for each in needs])),
        *sorted(kept.items()),
        ("zone", _zones(offers, needs, circumstances)),
    )


def _zones(offers: Sequence[Offer], needs: Sequence[Need], circumstances: Circumstances) -> Flags:
    """Return whether power of an offer's zone can be delivered to a need's."""
    made, used = [each.zone for each in offers], [each.zone for each in needs]
    found = _equal(made, used)
    found[[not zone for zone in made]] = True
    for corridor in circumstances.corridors:
        starts = np.array([zone == corridor.source for zone in made], dtype=np.bool_)
        ends = np.array([zone == corridor.target for zone in used], dtype=np.bool_)
        found |= starts[:, None] & ends[None, :]
    return found


def _equal(one: Sequence[object], other: Sequence[object]) -> Flags:
    places = {each: place for place, each in enumerate(dict.fromkeys([*one, *other]))}
    left, right = (
        np.array([places[each] for each in side], dtype=np.int64) for side in (one, other)
    )
    found: Flags = left[:, None] == right[None, :]
    return found
