"""How much of one unit is another, and what does it measure? The only module that asks pint.

pint holds the listed units under plain names of our own making, defines them exactly (fractions)
and reduces products; the closed list decides what a spelling means, so none of pint's prefixes,
aliases and plurals can be reached.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pcf.text import Name
from pcf.units import names
from pcf.units.table import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pint


class Measure(NamedTuple):
    """A unit in first units of the list: how many, and powers of dimensions, sorted by name."""

    size: Fraction
    dimension: tuple[tuple[str, int], ...]


@lru_cache(maxsize=8192)
def measure(unit: names.Composition) -> Measure:
    """Reduce a unit to the list's first units; asks pint once for each unit.

    >>> measure(names.read("kWh/t"))
    Measure(size=Fraction(18, 5), dimension=(('energy', 1), ('mass', -1)))
    """
    from pint.util import UnitsContainer  # noqa: PLC0415 - `import pcf` must not load pint

    powers = {_identifier(name): power for name, power in unit.powers}
    container = UnitsContainer(powers, non_int_type=Fraction)
    # With fractions for numbers every size and power is one, which pint's types do not say.
    size: Any = registry().get_root_units(container)[0]
    dimension: dict[str, Any] = dict(registry().get_dimensionality(container))
    found = sorted((_dimension_names()[each], int(power)) for each, power in dimension.items())
    return Measure(Fraction(size) * Fraction(10) ** unit.tens, tuple(found))


@cache
def registry() -> pint.UnitRegistry[Any]:
    """Return the registry of the listed units, built on the first call; it stays in this room.

    >>> "kilo" in registry(), "tce" in registry()
    (False, False)
    """
    import pint  # noqa: PLC0415 - `import pcf` must not load pint

    built: pint.UnitRegistry[Any] = pint.UnitRegistry(
        None, on_redefinition="raise", non_int_type=Fraction
    )
    for row in table().units.values():
        if row.name == "1" or row.number == "=":
            continue
        if row.number == "-":
            built.define(f"{_identifier(row.name)} = [{_identifier(row.of)}]")
            continue
        product = "".join(
            f" * {_identifier(name)} ** {power}" for name, power in names.read(row.of).powers
        )
        built.define(f"{_identifier(row.name)} = {row.number}{product}")
    return built


def aligned(one: names.Composition, other: names.Composition) -> tuple[Fraction, names.Composition]:
    """Rewrite `other` in the units of `one` where the two would cancel, with the number it costs.

    kWh and kg CO2e/MWh have a product in kg CO2e once MWh is written as 1000 kWh.
    """
    cost, result = Fraction(1), other
    for name, power in one.powers:
        for like, opposite in result.powers:
            mine, its = (measure(names.Composition(0, ((each, 1),))) for each in (name, like))
            if power * opposite < 0 and like != name and its.dimension == mine.dimension:
                cost *= (its.size / mine.size) ** opposite
                swapped = names.Composition(0, ((name, 1), (like, -1)))
                result = names.combine(result, swapped, opposite)
    return cost, result


def dimension_text(dimension: tuple[tuple[str, int], ...]) -> Name:
    """Write a dimension in both languages: 'energy/mass', '能量/质量'.

    The English text has one form for each dimension, so that it can be the key of a dictionary.
    """
    english = _written(dimension, {name: name for name in table().dimensions})
    named = table().composed.get(english)
    if named is not None:
        return Name(en=named, zh=table().dimensions[named])
    return Name(en=english, zh=_written(dimension, table().dimensions))


def _written(dimension: tuple[tuple[str, int], ...], says: Mapping[str, str]) -> str:
    upper = [(name, power) for name, power in dimension if power > 0]
    lower = [(name, -power) for name, power in dimension if power < 0]
    above, below = (
        "*".join(says[name] if power == 1 else f"{says[name]}^{power}" for name, power in side)
        for side in (upper, lower)
    )
    if not below:
        return above or says["ratio"]
    return f"{above or '1'}/{below}" if len(lower) == 1 else f"{above or '1'}/({below})"


def _identifier(name: str) -> str:
    return "u_" + "".join(each if each.isalnum() else f"_{ord(each):x}_" for each in name)


@cache
def _dimension_names() -> Mapping[str, str]:
    return {f"[{_identifier(name)}]": name for name in table().dimensions}
