"""How is a unit spelled, and what is its one canonical name? Exact look-up after folding.

A unit is a product of powers of listed units, times a power of ten that 十百千万亿 stand for.
Spelling is folded (full width, traditional forms, signs of multiplication, the cousins of CO2e),
then every factor is looked up exactly in the closed list. Like names cancel; numbers never hide
in a name: 'kg/t' stays 'kg/t' and 'kg/kg' is '1'.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pcf import text as names
from pcf.errors import UnitError, problem
from pcf.units.table import Row, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONGEST = 120
_GREATEST_POWER = 12
_GREATEST_TENS = 36
_SIGNS = str.maketrans("·⋅∙•・×−–‐‑", "******----")
_SUPERSCRIPT = re.compile(r"(?<=10)[⁺⁻]?[⁰¹²³⁴-⁹]+")
_CO2E = re.compile(
    r"(?i:[\s*._-]*(?:CO2|二氧化碳)[\s_-]*(?:equivalents?|equiv\.?|eqv?\.?|当量|當量|e)(?![a-z0-9]))"
)
_GAS = re.compile(
    r"(?:[NS]?m3|标?立方米|标准立方米|标方) ?"
    r"(?:@ ?(0|15|20) ?°?C|\( ?(0|15|20) ?°?C(?:, ?101\.325 ?kPa)? ?\))"
)
_GAS_NAMES = {"0": "Nm3", "15": "Sm3", "20": "m3@20C"}
_TENS = re.compile(r"(?:10\^([1-9]\d?)|([十百千]?)(万?)(亿?)) *(?=\S)")
_SMALL_TENS = {"": 0, "十": 1, "百": 2, "千": 3}
_POWER = re.compile(r"(.+)\^(-?[1-9]\d?)")
_FLOW = re.compile(
    r"(?:mg|g|kg|t|kt|Mt|克|千克|公斤|吨)[\s*-]*"
    r"(CO2|CO|CH4|N2O|N2O-N|NH3|NH3-N|NOx|SO2|SF6|NF3|CF4|C2F6|C|N|P2O5|K2O|Al|Cu|Ni|Fe"
    r"|二氧化碳|甲烷|氧化亚氮|碳|氮|铝|铜|镍)"
)
_WITH_BASIS = re.compile(r"([^\s(]+)[\s(]+([^()]+)\)?")


@dataclass(frozen=True, slots=True)
class Composition:
    """A unit taken apart: a power of ten and powers of the list's own units, sorted by name."""

    tens: int
    powers: tuple[tuple[str, int], ...]


def folded(written: str) -> str:
    """Fold signs, full width, traditional forms, CO2e and gas temperatures; keep case."""
    lifted = _SUPERSCRIPT.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]), written)
    plain = names.fold_form(lifted).translate(_SIGNS).replace("**", "^")
    plain = re.sub(r"\s+", " ", plain).strip()
    plain = _GAS.sub(lambda found: _GAS_NAMES[found[1] or found[2]], plain)
    plain = _CO2E.sub(" CO2e", plain).strip()
    plain = re.sub(r" ?([*/^()]) ?", r"\1", plain.replace(" per ", "/"))
    return re.sub(r"(10\^\d+)\*?", r"\1 ", plain)


@lru_cache(maxsize=8192)
def read(written: str) -> Composition:
    """Take the unit `written` apart; raises UnitError with candidates.

    >>> read("万t·km")
    Composition(tens=4, powers=(('km', 1), ('t', 1)))
    """
    if len(written) > _LONGEST:
        raise UnitError(problem("unit-too-long", unit=written[:40] + "…", length=len(written)))
    whole = folded(written)
    if not whole:
        raise UnitError(problem("unit-missing"))
    if whole in table().spellings or whole in table().refused:
        return _factor(whole, whole)
    top, slash, bottom = whole.partition("/")
    if "/" in bottom:
        raise UnitError(problem("unit-two-slashes", unit=whole))
    upper = _product(_bare(top), whole)
    if not slash:
        return upper
    lower = _product(_bare(bottom), whole)
    if "*" in bottom and not bottom.startswith("(") and _one_name(lower) is None:
        raise UnitError(problem("unit-two-slashes", unit=whole))
    return combine(upper, lower, -1)


def write(unit: Composition) -> str:
    """Return the canonical name of a unit: reading it gives the same unit again."""
    upper = _joined({name: power for name, power in unit.powers if power > 0}, unit.tens)
    lower = {name: -power for name, power in unit.powers if power < 0}
    if not lower and unit.tens >= 0:
        return upper
    below = _joined(lower, -unit.tens)
    return f"{upper}/({below})" if "*" in below else f"{upper}/{below}"


def combine(one: Composition, other: Composition, power: int) -> Composition:
    """Return `one` times `other` to the `power`; raises UnitError when it grows out of bounds."""
    return _composed(
        one.tens + power * other.tens,
        (*one.powers, *((name, power * each) for name, each in other.powers)),
    )


def _composed(tens: int, pairs: Iterable[tuple[str, int]]) -> Composition:
    powers: dict[str, int] = {}
    for name, power in pairs:
        powers[name] = powers.get(name, 0) + power
    kept = tuple(sorted((name, power) for name, power in powers.items() if power))
    if sum(abs(power) for _, power in kept) > _GREATEST_POWER or abs(tens) > _GREATEST_TENS:
        shown = "*".join(f"{name}^{power}" for name, power in kept)
        raise UnitError(problem("unit-power", unit=shown or f"10^{tens}", most=_GREATEST_POWER))
    return Composition(tens, kept)


def _bare(side: str) -> str:
    return side[1:-1] if side.startswith("(") and side.endswith(")") else side


def _product(side: str, whole: str) -> Composition:
    found = Composition(0, ())
    for part in side.split("*") if side not in table().spellings else (side,):
        found = combine(found, _factor(part, whole), 1)
    return found


def _factor(part: str, whole: str) -> Composition:
    """Look one factor up exactly; if it is not there, strip 十百千万亿 once and look again."""
    multiplied = _TENS.match(part)
    stripped = multiplied.end() if multiplied else 0
    for start in (0, stripped) if stripped else (0,):
        raised = _POWER.fullmatch(part[start:])
        base, power = (raised[1], int(raised[2])) if raised else (part[start:], 1)
        name = _listed(base, whole)
        if name is not None:
            tens = _count_tens(multiplied) if multiplied and start else 0
            return combine(Composition(tens, ()), definition(name), power)
    raise _unlisted(part, whole)


def _count_tens(found: re.Match[str]) -> int:
    if found[1]:
        return int(found[1])
    return _SMALL_TENS[found[2]] + 4 * bool(found[3]) + 8 * bool(found[4])


def _listed(part: str, whole: str) -> str | None:
    mass, carried, rest = part.rpartition(" CO2e")
    of_climate = bool(carried) and not rest
    refusal = table().refused.get(mass if of_climate else part)
    if refusal is not None:
        near = refusal.candidates
        if of_climate:
            near = tuple(f"{name} CO2e" for name in near if f"{name} CO2e" in table().units)
        raise UnitError(problem(refusal.code, "", near, unit=whole, part=part))
    if of_climate:
        name = f"{table().spellings.get(mass)} CO2e"
        return name if name in table().units else None
    return table().spellings.get(part)


def _unlisted(part: str, whole: str) -> UnitError:
    spellings = table().spellings
    flow = _FLOW.fullmatch(part)
    if flow:
        mass = spellings[part[: flow.start(1)].rstrip(" -*")]
        return UnitError(problem("unit-of-flow", "", (mass,), unit=whole, part=part, flow=flow[1]))
    based = _WITH_BASIS.fullmatch(part)
    basis = table().bases.get(based[2].casefold()) if based else None
    if based and basis and based[1] in spellings:
        bare = (spellings[based[1]],)
        facts = {"unit": whole, "part": part, "basis": basis.name}
        return UnitError(problem("unit-with-basis", "", bare, **facts))
    near = _alike(part)
    if part == whole:
        return UnitError(problem("unit-unknown", "", near, unit=whole))
    return UnitError(problem("unit-part-unknown", "", near, unit=whole, part=part))


@lru_cache(maxsize=1024)
def _alike(part: str) -> tuple[str, ...]:
    """Return the units spelled most like `part`: a column may hold one mistake a million times."""
    spellings = table().spellings
    alike = names.nearest(part, spellings, most=12)
    return tuple(dict.fromkeys(spellings[each] for each in alike))[:5]


@cache
def definition(name: str) -> Composition:
    """Return a listed unit as its product when it is only another way to write one."""
    row = table().units[name]
    if row.number == "=":
        return _product_of_names(row)
    return Composition(0, () if name == "1" else ((name, 1),))


def _product_of_names(row: Row) -> Composition:
    pairs = []
    for factor in row.of.split("*"):
        name, _, power = factor.partition("^")
        pairs.append((name, int(power or 1)))
    return _composed(0, pairs)


@cache
def _order() -> Mapping[str, int]:
    return {name: place for place, name in enumerate(table().units)}


@cache
def _short_names() -> tuple[tuple[str, dict[str, int]], ...]:
    rows = [row for row in table().units.values() if row.number == "=" and "*" not in row.name]
    products = [(row.name, dict(_product_of_names(row).powers)) for row in rows]
    return tuple(sorted(products, key=lambda product: -sum(product[1].values())))


def _contracted(powers: Mapping[str, int]) -> dict[str, int]:
    """Write t*km as tkm and m^3 as m3, wherever all of a product is there."""
    left = dict(powers)
    found: dict[str, int] = {}
    for name, product in _short_names():
        times = min(left.get(part, 0) // power for part, power in product.items())
        if times:
            found[name] = times
            for part, power in product.items():
                left[part] -= times * power
    found |= {name: power for name, power in left.items() if power}
    return dict(sorted(found.items(), key=lambda pair: _order()[pair[0]]))


def _one_name(unit: Composition) -> str | None:
    found = _contracted(dict(unit.powers))
    return next(iter(found)) if [*found.values()] == [1] else None


def _joined(powers: Mapping[str, int], tens: int) -> str:
    parts = [
        name if power == 1 else f"{name}^{power}" for name, power in _contracted(powers).items()
    ]
    if tens > 0:
        parts[:1] = [_tens_written(tens) + (parts[0] if parts else "1")]
    return "*".join(parts) or "1"


def _tens_written(tens: int) -> str:
    if tens > 15:
        return f"10^{tens} "
    small = {power: sign for sign, power in _SMALL_TENS.items()}[tens % 4]
    return small + ("万" if tens & 4 else "") + ("亿" if tens & 8 else "")
