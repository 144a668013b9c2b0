"""What of captured CO2 may be deducted? Only what is stored, with proof; the rest stays emitted.

CO2 that is handed on, to a user or to a store that has not proved it, stays with the emitter: the
user takes it without burden, and nobody counts it as saved twice. Stored biogenic or atmospheric
CO2 is a technical removal on its own line, which is in no total; biogenic CO2 is then still counted
as emitted on the biogenic line, so that the removal is claimed once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from pcf.errors import ModelError, Problem, problem
from pcf.findings import Finding, finding
from pcf.methods.declaration import Checked, Estimate, Method, Need, check, emitted
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Origin = Literal["fossil", "biogenic", "atmosphere"]
Kind = Literal["storage", "use"]

METHOD = Method(
    id="CO2 storage and use",
    name=Name("CO2 transport, storage and use", "二氧化碳运输、封存与利用"),
    needs=(
        Need("co2", Name("CO2 handed on", "移交 CO2"), "t"),
        Need(
            "lost", Name("share lost in transport and injection", "运输与注入损失率"), "1", high=1.0
        ),
        Need("leak", Name("share of the store leaking a year", "年泄漏率"), "1/year", high=1.0),
        Need("years", Name("years for which permanence is claimed", "宣称封存年限"), "year"),
    ),
    returns=Name("CO2 emitted, CO2 removed (kg)", "排放与移除的 CO2（kg）"),
    equation="stored = CO2 (1 - lost) (1 - leak)^years, with proof; emitted = the rest",
    source="ISO 14067:2018, 6.4.9.1 and 6.4.9.2; IPCC 2006, Vol. 2, Ch. 5",
    editions=(),
)


@dataclass(frozen=True, slots=True)
class Fate:
    """Where captured CO2 goes: into a store, or to a use.

    `proof` names the record of storage (registry, monitoring report); empty is none. `lost`,
    `leak` and `years` are for stores.
    """

    name: str
    co2: Amount
    kind: Kind
    proof: str = ""
    lost: Amount | None = None
    leak: Amount | None = None
    years: Amount | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody's claim that CO2 of one capture batch is not emitted."""

    batch: str
    claimant: str
    co2: Amount


def follow(*, captured: Amount, origin: Origin, fates: Sequence[Fate]) -> Estimate:
    """Return what captured CO2 emits, and what is removed, by where it goes.

    The fates must add up to what was captured. Raises ModelError with every problem: fates that do
    not sum, a store whose losses, leakage or years are missing.

    >>> share = lambda value: Amount(value, "%")
    >>> stored = Fate("aquifer", Amount(80.0, "t"), "storage", proof="registry 2026-17",
    ...     lost=share(1.0), leak=Amount(0.0, "1/year"), years=Amount(100.0, "year"))
    >>> used = Fate("urea", Amount(20.0, "t"), "use")
    >>> found = follow(captured=Amount(100.0, "t"), origin="fossil", fates=[stored, used])
    >>> round(found["stored"]), round(found["emitted"]), found.findings[0].code
    (79200, 20800, 'capture-handed-on')
    """
    problems = [*_words(origin, fates)]
    kept = [_stored(fate, problems) for fate in fates]
    whole = captured.to("t").value
    known = [fate.co2.to("t").value for fate in fates]
    parts = [value for value in known if value is not None and value >= 0]
    total = math.fsum(parts)
    if whole is None or len(parts) < len(known) or not math.isclose(total, whole, rel_tol=1e-9):
        problems.append(problem("capture-fates", captured=captured, fates=f"{total:.6g} t"))
    if problems or whole is None:
        raise ModelError(*problems)
    stored = 1000 * math.fsum(kept)
    released = 1000 * whole - stored
    rows = []
    if origin == "fossil":
        rows.append(emitted("CO2, fossil", released))
    elif origin == "biogenic":
        rows.append(emitted("CO2, biogenic", 1000 * whole))
    if origin != "fossil" and stored > 0:
        rows.append(emitted("CO2, technical removal", stored))
    values = {"stored": Amount(stored, "kg"), "emitted": Amount(released, "kg")}
    findings = tuple(each for fate in fates for each in _findings(fate))
    return Estimate(METHOD, "", tuple(rows), values, (), findings)


def require_one_claim(*, captured: Amount, claims: Iterable[Claim]) -> None:
    """Raise ModelError where a batch of captured CO2 is claimed by more than its tonnes.

    >>> batch = Amount(100.0, "t")
    >>> require_one_claim(captured=batch, claims=[Claim("2026-03", "kiln", Amount(60.0, "t")),
    ...     Claim("2026-03", "urea plant", Amount(60.0, "t"))])
    Traceback (most recent call last):
    pcf.errors.ModelError: [capture-claimed-twice] 2026-03: ...
    """
    whole = captured.to("t").value
    sums: dict[str, list[tuple[str, float]]] = defaultdict(list)
    problems: list[Problem] = []
    for claim in claims:
        value = claim.co2.to("t").value
        if value is None or value < 0:
            problems.append(problem("amount-unknown", claim.claimant, flow=claim.batch))
        else:
            sums[claim.batch].append((claim.claimant, value))
    for batch, rows in sums.items():
        total = math.fsum(value for _, value in rows)
        if whole is None or total > whole * (1 + 1e-9):
            named = ", ".join(f"{claimant} {value:.6g} t" for claimant, value in rows)
            problems.append(
                problem("capture-claimed-twice", batch, captured=captured, claims=named)
            )
    if problems:
        raise ModelError(*problems)


def _words(origin: str, fates: Sequence[Fate]) -> Iterator[Problem]:
    stated = [("origin", origin, get_args(Origin))]
    stated += [(fate.name, fate.kind, get_args(Kind)) for fate in fates]
    for need, given, words in stated:
        if given not in words:
            yield problem("method-need-word", "", words, method=METHOD.id, need=need, given=given)


def _stored(fate: Fate, problems: list[Problem]) -> float:
    """Return tonnes that still lie in the store after the years claimed, with proof."""
    if fate.kind == "use":
        return 0.0
    stated = {"co2": fate.co2, "lost": fate.lost, "leak": fate.leak, "years": fate.years}
    found: list[Problem] = []
    given: Checked = check(METHOD, found, stated, where=fate.name)
    problems += found
    if found or not fate.proof.strip():
        return 0.0
    return given["co2"] * (1 - given["lost"]) * math.pow(1 - given["leak"], given["years"])


def _findings(fate: Fate) -> list[Finding]:
    if fate.kind == "use":
        return [finding("capture-handed-on", fate.name, co2=fate.co2)]
    if not fate.proof.strip():
        return [finding("capture-no-proof", fate.name, co2=fate.co2)]
    return []
