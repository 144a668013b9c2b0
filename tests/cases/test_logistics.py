"""Logistics with known answers: a warehouse divided by the volume stored."""

from __future__ import annotations

import pytest

from pcf.methods.transport import warehouse
from pcf.model.amounts import Amount


# GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions v1.0, 2013, Example 4.5: 0.8 kg
# CO2e per kWh of power, 0.25 per kWh of gas; 100 of 400 m3 and 200 of 800 m3 are the company's.
def test_gp_009_storage_by_volume() -> None:
    facilities = [(10000.0, 1000.0, 100.0, 400.0), (15000.0, 2000.0, 200.0, 800.0)]
    found = []
    for power, gas, own, total in facilities:
        part = warehouse(
            volume=Amount(own, "m3"),
            time=Amount(1.0, "year"),
            capacity=Amount(total, "m3"),
            period=Amount(1.0, "year"),
            power=Amount(power, "kWh"),
            heat=Amount(gas, "kWh"),
        )
        found.append(0.8 * part["power"] + 0.25 * part.values["heat"].to("kWh").value)
    assert found == pytest.approx([2062.5, 3125], rel=1e-9)
    assert sum(found) == pytest.approx(5187.5, rel=1e-9)
