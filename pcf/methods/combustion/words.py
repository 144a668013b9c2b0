"""Which fuels, sectors and equipment do the combustion tables speak of? The words of their rows."""

from __future__ import annotations

from pcf import text

FUEL_NAMES: dict[str, str] = {
    "anthracite": "无烟煤",
    "bituminous coal": "烟煤",
    "coking coal": "炼焦煤",
    "lignite": "褐煤",
    "coal gangue": "煤矸石",
    "coal slurry": "煤泥",
    "coke": "焦炭",
    "petroleum coke": "石油焦",
    "coal tar": "煤焦油",
    "crude oil": "原油",
    "fuel oil": "燃料油",
    "diesel": "柴油",
    "gasoline": "汽油",
    "kerosene": "煤油",
    "LPG": "液化石油气",
    "LNG": "液化天然气",
    "natural gas": "天然气",
    "refinery gas": "炼厂干气",
    "blast-furnace gas": "高炉煤气",
    "converter gas": "转炉煤气",
    "coke-oven gas": "焦炉煤气",
    "wood": "木材",
    "other solid biomass": "其他固体生物质",
    "charcoal": "木炭",
    "biogas": "沼气",
    "biodiesel": "生物柴油",
}
"""The fuels of the tables, in English and Chinese."""
FUELS: tuple[str, ...] = tuple(FUEL_NAMES)
SECTORS: tuple[str, ...] = (
    "energy industries",
    "manufacturing",
    "commercial",
    "farm and household",
    "off-road",
)
EQUIPMENT: tuple[str, ...] = ("power boiler", "industrial boiler", "kiln", "fluidised bed", "other")
GASES: frozenset[str] = frozenset(
    {
        "natural gas",
        "refinery gas",
        "blast-furnace gas",
        "converter gas",
        "coke-oven gas",
        "biogas",
    }
)
"""Fuels sold by volume at a stated temperature."""


def fuel_named(name: str) -> str:
    """Return the tables' word for a fuel written in either language; another word stays itself.

    >>> fuel_named("烟煤"), fuel_named("Diesel"), fuel_named("peat")
    ('bituminous coal', 'diesel', 'peat')
    """
    folded = text.fold(name)
    for en, zh in FUEL_NAMES.items():
        if folded in (text.fold(en), text.fold(zh)):
            return en
    return name
