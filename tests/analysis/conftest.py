"""A small smelter with a background, as a system and as a footprint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pcf.analysis import footprint
from pcf.model.amounts import Amount, Source, Spread
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import unit_process

GASES = CharacterisationSet.of("AR6", {"CO2": 1, "CH4": 29.8, "CF4": 7380})
LOCATION = {"potline": (("average", 1.0),)}
MARKET = {"potline": (("wind", 1.0), ("transmission", 1.0))}
SOURCES = (
    Source("S1", "announcement", "table 1, row 1", confidence="secondary"),
    Source("S2", "meter book", "page 3", confidence="primary"),
)


def background(*args, source="S1", **kwargs):
    process = unit_process(*args, **kwargs)
    rows = tuple(
        replace(row, amount=replace(row.amount, source=source)) for row in process.exchanges
    )
    return replace(process, exchanges=rows, foreground=False)


def smelter_processes():
    ingot = unit_process(
        "ingot",
        "1 t",
        takes={"alumina": "1.9225 t"},
        emits={"CO2": "1424 kg", "CF4": "0.0179 kg"},
        meters={"potline": "13599 kWh"},
        stage="electrolysis",
    )
    rows = tuple(
        replace(row, amount=replace(row.amount, source="S2"), confidence="primary")
        for row in ingot.exchanges
    )
    return [
        background("average", "1 kWh", emits={"CO2e": "0.5777 kg CO2e"}),
        background("wind", "1 kWh", emits={"CO2e": "0.0324 kg CO2e"}),
        background("transmission", "1 kWh", emits={"CO2e": "0.0327 kg CO2e"}),
        background("coal heat", "1 GJ", emits={"CO2": "94.6 kg", "CH4": "0.01 kg"}),
        unit_process("alumina", "1 t", takes={"coal heat": "11.196 GJ"}, stage="alumina"),
        replace(ingot, exchanges=rows),
    ]


@pytest.fixture
def smelter():
    return product_system(smelter_processes(), sources=SOURCES)


@pytest.fixture
def result(smelter):
    treatments = {"location": LOCATION, "market": MARKET}
    return footprint(smelter, ("1 t", "ingot"), GASES, electricity=treatments)


@pytest.fixture
def spread_over():
    """Give every exchange of a process a lognormal spread."""

    def spread(process, g):
        rows = tuple(
            replace(row, amount=Amount(row.amount.value, row.amount.unit, Spread("lognormal", g)))
            for row in process.exchanges
        )
        return replace(process, exchanges=rows)

    return spread
