"""Does a rule stand against a certificate, or a reading, by itself? One small test a rule.

Each test returns None or the message code and facts of a refusal. Whether a certificate and a meter
go together is judged in `pairs`, time in `windows`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pcf.electricity.intervals import day_start
from pcf.electricity.supply import technology_called
from pcf.errors import ModelError
from pcf.model.coverage import find_place, places, widening

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.electricity.matching.kinds import Certificate, Use
    from pcf.electricity.profiles import Profile, Rule

_USABLE = ("active", "reserved", "cancelled")
_STATES = {
    "claimed": "refused-claimed",
    "frozen": "refused-frozen",
    "locked": "refused-locked",
    "expired": "refused-expired",
    "withdrawn": "refused-withdrawn",
    "annulled": "refused-annulled",
}
_INSTRUMENTS = {
    "on-site": "refused-instrument-on-site",
    "direct line": "refused-instrument-direct-line",
    "green-power trade": "refused-instrument-trade",
    "certificate alone": "refused-instrument-alone",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused: the test that fails, a message of the catalogue, its facts."""

    test: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)


def against_certificate(kind: Certificate, profile: Profile) -> Reason | None:
    """Return the first rule that stands against certificates of a kind, None where none does.

    No example: `match` shows it.
    """
    for test, rule in profile.rules.items():
        judge = _CERTIFICATE.get(test)
        if judge is not None:
            told = judge(kind, rule)
            if told is not None:
                return Reason(test, told[0], {key: str(fact) for key, fact in told[1].items()})
    if kind.cancellation and kind.record is None and "cancellation" in profile.rules:
        return Reason("cancellation", "refused-record", {"number": kind.cancellation})
    return None


def against_use(kind: Use, profile: Profile) -> Reason | None:
    """Return the first rule that stands against readings of a kind, None where none does."""
    rule = profile.rules.get("measured")
    if rule is not None and kind.measured not in rule.words("accept"):
        code = "unmet-invoice" if kind.measured == "invoice" else "unmet-profile"
        return Reason("measured", code, {})
    return None


def zone_of(place: str, level: str) -> str | None:
    """Return the place of a level around a place; None where it is not known.

    A country without provinces or grids in `pcf/places.csv` is its own.

    >>> zone_of("CN-GS", "grid"), zone_of("甘肃", "country"), zone_of("US", "grid")
    ('CN-GRID-NW', 'CN', 'US')
    >>> print(zone_of("CN", "province"), zone_of("", "country"))
    None None
    """
    try:
        chain = widening(find_place(place))
    except ModelError:
        return None
    if level == "world":
        return chain[-1]
    country = next((code for code in chain if len(code) == 2), chain[0])
    grid = next((code for code in chain if "-GRID-" in code), None)
    if level == "country":
        return country
    if level == "grid" and grid is not None:
        return grid
    if chain[0] not in (grid, country):
        return chain[0]
    divided = any(each.within == country for each in places().values())
    return None if divided else country


_Told = tuple[str, dict[str, object]] | None


def _state(kind: Certificate, _rule: Rule) -> _Told:
    if kind.state in _USABLE:
        return None
    return _STATES[kind.state], {}


def _device(kind: Certificate, _rule: Rule) -> _Told:
    return None if kind.device else ("refused-device", {"device": kind.device_id})


def _scheme(kind: Certificate, rule: Rule) -> _Told:
    accepted = rule.words("accept")
    if kind.scheme in accepted:
        return None
    return "refused-scheme", {"scheme": kind.scheme, "accepted": ", ".join(accepted)}


def _storage(kind: Certificate, _rule: Rule) -> _Told:
    stored = kind.made == "storage discharge" or (kind.device is not None and kind.device.storage)
    return ("refused-storage", {"device": kind.device_id}) if stored else None


def _instrument(kind: Certificate, rule: Rule) -> _Told:
    accepted = kind.instrument in rule.words("accept")
    return None if accepted else (_INSTRUMENTS[kind.instrument], {})


def _technology(kind: Certificate, rule: Rule) -> _Told:
    technology = "" if kind.device is None else technology_called(kind.device.technology)
    if technology in rule.words("accept"):
        return None
    return "refused-technology", {"technology": technology}


def _age(kind: Certificate, rule: Rule) -> _Told:
    if kind.instrument in rule.words("except") or kind.device is None:
        return None
    if kind.device.commissioned is None:
        return "refused-age-unknown", {"device": kind.device_id}
    return None


def _trades(kind: Certificate, rule: Rule) -> _Told:
    most = rule.number("most")
    return ("refused-trades", {"trades": kind.trades, "most": most}) if kind.trades > most else None


def _holder(kind: Certificate, _rule: Rule) -> _Told:
    return None if kind.holder else ("refused-holder-unknown", {})


def _own_use(kind: Certificate, _rule: Rule) -> _Told:
    tied = kind.tie is not None or (kind.settlement is not None and kind.settlement.meter)
    if not kind.is_own or tied:
        return None
    return "refused-own-use-unknown", {"device": kind.device_id}


def _zone(kind: Certificate, rule: Rule) -> _Told:
    if kind.is_own or kind.device is None or rule.parameters["level"] == "world":
        return None
    if zone_of(kind.device.place, str(rule.parameters["level"])) is None:
        return "refused-place-unknown", {"device": kind.device_id, "place": kind.device.place}
    return None


_CERTIFICATE: dict[str, Callable[[Certificate, Rule], _Told]] = {
    "state": _state,
    "device": _device,
    "scheme": _scheme,
    "storage": _storage,
    "instrument": _instrument,
    "technology": _technology,
    "age": _age,
    "trades": _trades,
    "holder": _holder,
    "own-use": _own_use,
    "zone": _zone,
}


def oldest_second(kind: Certificate, rule: Rule) -> int | None:
    """Return from which second on production of a plant is too old for a rule of age.

    The plant may be `years` old: what it makes after that anniversary is too old.

    No example: `match` shows it.
    """
    exempt = kind.instrument in rule.words("except")
    if exempt or kind.device is None or kind.device.commissioned is None:
        return None
    began = kind.device.commissioned
    year = began.year + rule.number("years")
    leap = (began.month, began.day) == (2, 29)
    return day_start(began.replace(year=year, day=28) if leap else began.replace(year=year))
