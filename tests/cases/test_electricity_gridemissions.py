"""Flow tracing against gridemissions, to the last printed digit.

Source: jdechalendar/gridemissions (MIT), commit 696838b: `test/data/E_opt_*.csv` (hourly
generation, demand and exchange of the balancing areas of the United States, reconciled; data of the
Energy Information Administration, public), `test/data/TechnologyEFs.csv`, and what the project
asserts of them: `test/__snapshots__/test_emissions.ambr` (ten substances, ten digits) and
`test/data/CO2i_*.csv` (three digits). Method: de Chalendar, Taggart and Benson, 'Tracking emissions
in the US electricity system', PNAS 116(51), 2019.

Florida's nine areas of one hour are restated here; its neighbour is external, with the intensity
that the snapshot implies. The whole corpus is read where the folder that $PCF_PEER_DATA names has
the project's `test` folder as `gridemissions`.
"""

from __future__ import annotations

import csv
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pcf.electricity.tracing import Traced, network, trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pcf.electricity.tracing import Network

    Columns = dict[str, NDArray[np.float64]]

HOURS = ("2021-07-10_2021-07-20", "2023-06-10_2023-06-20")

# MWh in the hour from 2021-07-10 00:00 UTC, by fuel.
FLORIDA = {
    "FMPP": {
        "NUC": 132.0127846545428,
        "SUN": 1.0045750449592403,
        "GAS": 1881.148679980881,
        "COL": 940.058324475737,
        "OIL": 0.9999999999999998,
        "OTH": 20.00189892123035,
    },
    "FPC": {
        "WAT": 38.05955954582313,
        "SUN": 18.206788879473322,
        "GAS": 6079.158366301298,
        "COL": 696.1749874070914,
        "OIL": 0.9999999999999998,
        "OTH": 39.09669043176813,
    },
    "FPL": {
        "NUC": 3705.471020154901,
        "SUN": 139.27146365150438,
        "GAS": 15577.199486925792,
        "OIL": 0.9999999999999998,
        "OTH": 1391.595060023254,
    },
    "GVL": {"GAS": 86.15593043746695, "COL": 101.17293604366662, "OTH": 35.060342473609374},
    "HST": {"GAS": 0.9999999999999998},
    "JEA": {
        "SUN": 0.9999999999999998,
        "GAS": 835.3770837732299,
        "COL": 574.8922625697551,
        "OIL": 0.9999999999999998,
        "OTH": 5.019348990435457,
    },
    "SEC": {"SUN": 0.9999999999999998, "GAS": 734.8582810084076, "COL": 554.6933529011638},
    "TAL": {"SUN": 0.9999999999999997, "GAS": 353.62529060005517},
    "TEC": {
        "SUN": 72.99052869556392,
        "GAS": 2141.8725953818803,
        "COL": 409.97324245669074,
        "OIL": 0.9999999999999998,
        "OTH": 625.9682773767862,
    },
}
FLOWS = {
    ("FPL", "FMPP"): 408.88422745458575,
    ("JEA", "FMPP"): 46.21383418481783,
    ("TEC", "FMPP"): 397.1776518759335,
    ("SOCO", "FPC"): 372.2296780609757,
    ("FMPP", "FPC"): 990.9932069318361,
    ("FPL", "FPC"): 853.0828090549263,
    ("SEC", "FPC"): 119.62811972202084,
    ("TAL", "FPC"): 145.329999573996,
    ("SOCO", "FPL"): 1031.8353489843958,
    ("TEC", "FPL"): 104.19068855163738,
    ("SEC", "FPL"): 634.5796665007559,
    ("FPL", "JEA"): 652.4561439752362,
    ("FPC", "TEC"): 596.8170881407184,
    ("SEC", "TEC"): 335.14131410054176,
    ("FPC", "GVL"): 48.59284461181661,
    ("FPL", "GVL"): 36.105385544334325,
    ("JEA", "SEC"): 86.98993048586543,
    ("SOCO", "TAL"): 150.43858647746364,
    ("FPL", "HST"): 103.42320978719484,
}
# kg CO2e/MWh by fuel, of the project's table.
CO2E = {"WAT": 20.5, "NUC": 13, "SUN": 43.4, "GAS": 490, "COL": 1001, "OIL": 840}
CO2E |= {"OTH": 432.5798507}
# What the snapshot prints: kg CO2e of each area's consumption; SOCO's with its demand, MWh.
PRINTED = {
    "FMPP": "1695464.505",
    "FPC": "4636868.426",
    "FPL": "8462015.663",
    "GVL": "199414.1334",
    "HST": "43116.30565",
    "JEA": "1175886.49",
    "SEC": "202553.572",
    "TAL": "177001.6192",
    "TEC": "2013860.124",
}
SOCO = 16174332.28 / 32361.58691068405

# kg CO2/MWh by fuel, of the project's own calculation of CO2.
CO2 = {"WAT": 4, "NUC": 16, "SUN": 46, "GAS": 469, "WND": 12, "COL": 1000, "OIL": 840}
CO2 |= {"OTH": 439, "UNK": 439, "BIO": 230, "GEO": 42}


def units_off(value: float, printed: str, digits: int = 10) -> float:
    """Return how far a number is from a printed one, in units of its last significant digit."""
    wanted = Decimal(printed)
    unit = Decimal(1).scaleb(wanted.adjusted() - digits + 1)
    return float(abs(Decimal(float(value)) - wanted) / unit)


def test_nine_areas_of_florida_and_a_neighbour_outside() -> None:
    """Within one unit of the tenth digit: the neighbour's intensity is itself a printed number."""
    grid = network({zone: sum(fuels.values()) for zone, fuels in FLORIDA.items()}, FLOWS)
    emitted = {
        zone: sum(CO2E[fuel] * energy for fuel, energy in fuels.items())
        for zone, fuels in FLORIDA.items()
    }
    traced = trace(grid, {"CO2e": emitted}, unit="kg", external={"SOCO": {"CO2e": SOCO}})
    consumed = traced.consumed("CO2e")
    for zone, printed in PRINTED.items():
        value = consumed[zone].value
        assert value is not None
        assert units_off(value, printed) <= 1, zone


@pytest.fixture(scope="module")
def corpus() -> Path:
    """Return the project's folder of tests, or skip."""
    folder = Path(os.environ.get("PCF_PEER_DATA", "")) / "gridemissions"
    if not os.environ.get("PCF_PEER_DATA") or not folder.is_dir():
        pytest.skip("$PCF_PEER_DATA has no gridemissions: its tests' data is not here")
    return folder


def _columns(path: Path) -> Columns:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    numbers = np.array([[float(cell) for cell in row[1:]] for row in rows])
    return dict(zip(head[1:], numbers.T, strict=True))


def _network(energy: Columns) -> tuple[list[str], Network]:
    """Return the areas and their network; a flow is what its receiver reports."""
    areas = [name[2:-3] for name in energy if name.endswith("_NG")]
    flows = {}
    for name, series in energy.items():
        pair = re.fullmatch(r"E_(\w+)-(\w+)_ID", name)
        if pair and (series < 0).any():
            flows[(pair[2], pair[1])] = np.maximum(-series, 0)
    generation = {area: energy[f"E_{area}_NG"] for area in areas}
    demand = {area: energy[f"E_{area}_D"] for area in areas}
    return areas, network(generation, flows, consumption=demand)


def _emissions(
    energy: Columns, areas: list[str], factors: dict[str, float]
) -> dict[str, NDArray[np.float64]]:
    zero = np.zeros(len(next(iter(energy.values()))))
    return {
        area: sum(
            (
                factor * energy[f"E_{area}_{fuel}"]
                for fuel, factor in factors.items()
                if f"E_{area}_{fuel}" in energy
            ),
            start=zero,
        )
        for area in areas
    }


def _factors(path: Path) -> dict[str, dict[str, float]]:
    """Return kg/MWh by substance and fuel; an empty cell of the table counts zero there."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    table = {row[0]: [float(cell) if cell else 0.0 for cell in row[1:]] for row in rows}
    table["UNK"] = table["OTH"]
    return {
        name: {fuel: numbers[place] for fuel, numbers in table.items()}
        for place, name in enumerate(head[1:])
    }


def _snapshot(path: Path, name: str) -> dict[str, list[str]]:
    """Return the printed columns of one substance."""
    found = re.search(
        rf"# name: test_other_pollutants\[{name}\]\n  '''\n(.*?)\n  \n  '''",
        path.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert found
    head, *rows = (line.strip().split(",") for line in found[1].splitlines())
    return {column: [row[place] for row in rows] for place, column in enumerate(head)}


def _expected_columns(name: str, traced: Traced, energy: Columns) -> Columns:
    """Return what demand carries and, of exchanges, what comes in (printed negative)."""
    grid = traced.network
    columns = {
        f"{name}_{zone}_D": traced.intensity(name, zone)[0] * energy[f"E_{zone}_D"]
        for zone in grid.zones
    }
    entering = traced.on_lines(name)
    return columns | {
        f"{name}_{end}-{start}_ID": -entering[:, place]
        for place, (start, end) in enumerate(grid.lines)
    }


def test_ten_substances_of_seventy_two_areas_to_ten_digits(corpus: Path) -> None:
    energy = _columns(corpus / "data" / f"E_opt_{HOURS[0]}.csv")
    areas, grid = _network(energy)
    factors = _factors(corpus / "data" / "TechnologyEFs.csv")
    emissions = {name: _emissions(energy, areas, table) for name, table in factors.items()}
    traced = trace(grid, emissions, unit="kg")
    compared, off = 0, 0.0
    for name in factors:
        printed = _snapshot(corpus / "__snapshots__" / "test_emissions.ambr", name)
        for column, values in _expected_columns(name, traced, energy).items():
            for value, text in zip(values, printed[column], strict=True):
                if value:
                    compared += 1
                    off = max(off, units_off(value, text))
    assert compared > 40_000
    assert off <= 0.5


@pytest.mark.parametrize("hours", HOURS)
def test_co2_intensities_to_three_digits(corpus: Path, hours: str) -> None:
    energy = _columns(corpus / "data" / f"E_opt_{hours}.csv")
    areas, grid = _network(energy)
    traced = trace(grid, {"CO2": _emissions(energy, areas, dict(CO2))}, unit="kg")
    with (corpus / "data" / f"CO2i_{hours}.csv").open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    for place, column in enumerate(head[1:], 1):
        values, _ = traced.intensity("CO2", column[5:-2])
        assert [f"{value:.3g}" for value in values] == [row[place] for row in rows], column
