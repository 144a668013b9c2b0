"""On what basis is an amount stated? What a unit alone does not say, and must not be guessed.

Heating values are lower or higher; coal is as received, air-dried or dry; metal is contained or
gross; products are wet or dry, packed or bare; a fuel gas has a temperature.
"""

from __future__ import annotations

from typing import Literal

from pcf import text as names
from pcf.errors import UnitError, problem
from pcf.units.measures import measure
from pcf.units.names import Composition, combine, definition, read, write
from pcf.units.table import table

SaidOf = Literal["heating value", "coal", "metal", "product"]
_GAS_VOLUMES = ("Nm3", "Sm3", "m3@20C")
_CUBIC_METRE = Composition(0, (("m", 3),))


def basis(text: str, of: SaidOf | None = None) -> str:
    """Return the canonical name of a basis; with `of`, only one that can be said of that thing.

    Raises UnitError with the choices when nothing is said, or a word of no or another list.

    >>> basis("低位发热量"), basis("收到基", of="coal"), basis("DM")
    ('lower heating value', 'as received', 'dry')
    """
    choices = tuple(
        dict.fromkeys(
            each.name for each in table().bases.values() if of is None or of in each.said_of
        )
    )
    written = names.fold(text)
    if not written:
        raise UnitError(problem("basis-missing", "", choices, of=of or "amount"))
    found = table().bases.get(written)
    if found is None or (of is not None and of not in found.said_of):
        raise UnitError(problem("basis-unknown", "", choices, basis=text[:60], of=of or "amount"))
    return found.name


_NAMES = {
    "lower heating value": names.Name("lower heating value", "低位发热量"),
    "higher heating value": names.Name("higher heating value", "高位发热量"),
    "as received": names.Name("as received", "收到基"),
    "air-dried": names.Name("air-dried", "空干基"),
    "dry": names.Name("dry", "干基"),
    "dry ash-free": names.Name("dry ash-free", "干燥无灰基"),
    "wet": names.Name("wet", "湿基"),
    "metal contained": names.Name("metal contained", "金属量"),
    "gross mass": names.Name("gross mass", "实物量"),
    "packed": names.Name("packed", "含包装"),
    "bare": names.Name("bare", "不含包装"),
}


def basis_name(basis: str) -> names.Name:
    """Return a basis of the list in both languages; another word stands as it is.

    >>> basis_name("gross mass").zh
    '实物量'
    """
    return _NAMES.get(basis, names.Name(basis, basis))


def require_gas_volume(unit: str, flow: str) -> None:
    """Refuse a volume without a temperature for the fuel gas `flow`, in a unit or inside one.

    At 0 and 20 °C the same cubic metre differs by 293.15/273.15, 7.3 %. Units without a volume,
    such as kg and GJ, pass. Raises UnitError that asks which one is meant.

    >>> require_gas_volume("Nm3", "natural gas"), require_gas_volume("GJ/t", "natural gas")
    (None, None)
    >>> require_gas_volume("万m3", "natural gas")
    Traceback (most recent call last):
    pcf.errors.UnitError: ...
    """
    found = read(unit)
    cubed = dict(measure(found).dimension).get("length", 0)
    if abs(cubed) != 3:
        return
    sign = cubed // 3
    near: tuple[str, ...] = _GAS_VOLUMES
    if ("m", cubed) in found.powers:
        rest = combine(found, _CUBIC_METRE, -sign)
        near = tuple(write(combine(rest, definition(name), sign)) for name in _GAS_VOLUMES)
    raise UnitError(problem("gas-volume-temperature", "", near, flow=flow, unit=write(found)))
