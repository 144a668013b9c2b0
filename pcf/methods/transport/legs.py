"""How many tonne-kilometres is a leg, and what does its factor hold? Its boundary goes along.

Factors of freight differ in boundary more than in vehicles: fuel use alone, fuel with its supply,
or the vehicle and the road besides. The boundary travels with the leg, and legs of several are a
finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import ModelError, Problem, problem
from pcf.findings import Finding, finding
from pcf.methods.declaration import Method, Need, check
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

BOUNDARIES: dict[str, tuple[str, ...]] = {
    "fuel use": (
        "tank to wheel",
        "tank-to-wake",
        "direct",
        "大门到坟墓",
        "大门到大门",
        "油箱到车轮",
    ),
    "fuel use and supply": ("well to wheel", "well-to-wake", "油井到车轮"),
    "cradle to grave": ("with vehicle and infrastructure", "摇篮到坟墓"),
    "cradle to gate": ("摇篮到大门",),
}
"""The boundaries of freight factors, and what their publishers call them."""

METHOD = Method(
    id="tonne-kilometres",
    name=Name("tonne-kilometres of a leg", "运输周转量"),
    needs=(
        Need("load", Name("goods moved, with packaging", "货物重量（含包装）"), "t"),
        Need("distance", Name("distance travelled", "运输距离"), "km", usual=(0.0, 25000.0)),
    ),
    returns=Name("tonne-kilometres of a mode", "某运输方式的吨公里"),
    equation="tkm = load x distance",
    source="ISO 14083:2023 (transport activity; text not opened)",
    editions=(),
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of freight: its exchange in tkm, its mode, and the boundary of the factor chosen."""

    mode: str
    exchange: Exchange
    boundary: str
    findings: tuple[Finding, ...] = ()


def tonne_kilometres(
    *, mode: str, load: Amount, distance: Amount, boundary: str, stage: str = ""
) -> Leg:
    """Return a leg as an input of `mode` in tkm, with the boundary of the factor that serves it.

    `boundary` is one of `BOUNDARIES` or a publisher's word for it; the name of the factor alone
    does not say it. Raises ModelError with every problem.

    >>> leg = tonne_kilometres(mode="heavy diesel truck", load=Amount(2.0, "t"),
    ...                        distance=Amount(500.0, "km"), boundary="摇篮到坟墓")
    >>> str(leg.exchange.amount), leg.boundary
    ('1,000 tkm', 'cradle to grave')
    """
    problems: list[Problem] = []
    given = check(METHOD, problems, {"load": load, "distance": distance}, where=mode)
    named = {text.fold(word): name for name, words in BOUNDARIES.items() for word in (name, *words)}
    found = named.get(text.fold(boundary))
    if found is None:
        problems.append(problem("transport-boundary", mode, tuple(BOUNDARIES), boundary=boundary))
    if problems or found is None:
        raise ModelError(*problems)
    activity = Amount(given["load"] * given["distance"], "tkm")
    row = Exchange(mode, activity, stage=stage, note=f"factor boundary: {found}")
    return Leg(mode, row, found, given.findings)


def boundaries(legs: Sequence[Leg]) -> tuple[Finding, ...]:
    """Return a finding where the factors of several legs do not have one boundary.

    >>> leg = lambda word: tonne_kilometres(mode="rail", load=Amount(1.0, "t"),
    ...                                     distance=Amount(1.0, "km"), boundary=word)
    >>> [each.code for each in boundaries([leg("fuel use"), leg("cradle to grave")])]
    ['transport-boundaries']
    """
    found = {leg.boundary: leg.mode for leg in legs}
    if len(found) < 2:
        return ()
    named = "; ".join(f"{mode}: {boundary}" for boundary, mode in found.items())
    return (finding("transport-boundaries", legs=named),)
