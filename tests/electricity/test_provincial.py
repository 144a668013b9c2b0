"""Factors of provinces from statistics: conserved, between their sources, never of 'thermal'."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.electricity.provincial import (
    Statistics,
    fossil_factor,
    national_factor,
    provincial_factors,
    regional_factors,
)
from pcf.errors import ModelError
from pcf.model.amounts import Amount
from pcf.model.coverage import Period, places

if TYPE_CHECKING:
    from collections.abc import Callable

YEAR = Period.read("2023")
PROVINCES = [code for code, place in places().items() if place.within.startswith("CN-GRID-")]
TOLD = {"period": YEAR, "source": "drawn"}


def drawn(seed: int) -> tuple[list[Statistics], dict[tuple[str, str], Amount]]:
    """Return statistics of all provinces, in odd units, and transfers that they can give."""
    random = np.random.default_rng(seed)
    rows = []
    for place in PROVINCES:
        coal, hydro = random.uniform(10, 100), random.uniform(0, 100)
        emitted = Amount(float(coal * random.uniform(0.75, 0.9)), "Mt")
        generation = {
            "coal": Amount(float(coal) * 10, "亿kWh"),
            "hydro": Amount(float(hydro), "TWh"),
        }
        rows.append(Statistics(place, generation, emitted))
    transfers = {}
    for start in PROVINCES:
        ends = random.choice(PROVINCES, 3, replace=False)
        for end in ends:
            if start != end:
                transfers[(start, str(end))] = Amount(float(random.uniform(0, 2)), "TWh")
    return rows, transfers


def consumption(
    rows: list[Statistics], transfers: dict[tuple[str, str], Amount]
) -> dict[str, float]:
    """Return what each province consumes, TWh."""
    used = {row.place: row.generated / 1e6 for row in rows}
    for (start, end), amount in transfers.items():
        used[start] -= amount.value or 0.0
        used[end] += amount.value or 0.0
    return used


@given(st.integers(0, 2**32 - 1))
def test_what_provinces_consume_carries_what_they_emit(seed: int) -> None:
    rows, transfers = drawn(seed)
    factors = provincial_factors(rows, transfers, **TOLD)  # type: ignore[arg-type]
    used = consumption(rows, transfers)
    carried = sum(factors[place].value * energy for place, energy in used.items())
    assert carried == pytest.approx(sum(row.emitted for row in rows) / 1e6, rel=1e-9)
    regions = regional_factors(rows, transfers, **TOLD)  # type: ignore[arg-type]
    again = sum(regions[places()[place].within].value * energy for place, energy in used.items())
    assert again == pytest.approx(carried, rel=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_no_province_is_beyond_its_sources(seed: int) -> None:
    rows, transfers = drawn(seed)
    factors = provincial_factors(rows, transfers, **TOLD)  # type: ignore[arg-type]
    sources = [row.emitted / row.generated for row in rows]
    assert all(
        min(sources) - 1e-9 <= factor.value <= max(sources) + 1e-9 for factor in factors.values()
    )


def test_the_equation_of_the_announcement_holds_for_every_province() -> None:
    """EF = (Em + sum N EF_q) / (P + sum N), with net transfers by hand."""
    rows, transfers = drawn(7)
    factors = provincial_factors(rows, transfers, **TOLD)  # type: ignore[arg-type]
    for row in rows:
        energy, carried = row.generated, row.emitted
        for other in PROVINCES:
            into = transfers.get((other, row.place), Amount(0.0, "TWh")).value or 0.0
            back = transfers.get((row.place, other), Amount(0.0, "TWh")).value or 0.0
            net = max(into - back, 0.0) * 1e6
            energy, carried = energy + net, carried + net * factors[other].value
        assert factors[row.place].value == pytest.approx(carried / energy, rel=1e-9)


def test_without_transfers_a_province_is_its_own_plants() -> None:
    rows, _ = drawn(3)
    factors = provincial_factors(rows, {}, **TOLD)  # type: ignore[arg-type]
    for row in rows:
        assert factors[row.place].value == pytest.approx(row.emitted / row.generated)


def test_the_country_and_its_fossil_power() -> None:
    rows, _ = drawn(5)
    coal = sum(row.generation["coal"].to("MWh").value or 0.0 for row in rows)
    emitted = sum(row.emitted for row in rows)
    assert national_factor(rows, **TOLD).value == pytest.approx(  # type: ignore[arg-type]
        emitted / sum(row.generated for row in rows)
    )
    assert fossil_factor(rows, **TOLD).value == pytest.approx(emitted / coal)  # type: ignore[arg-type]
    assert not national_factor(rows, **TOLD).official  # type: ignore[arg-type]


def test_the_published_pair_implies_a_fossil_share_below_thermal_power() -> None:
    """2023: 0.5306 / 0.8273 = 64.1 % fossil; statistics: 66.3 % thermal, with biomass (NBS)."""
    fossil, thermal = 0.5306 / 0.8273, 6265.74 / 9456.44
    assert thermal - 0.03 < fossil < thermal


COAL = Statistics("CN-GS", {"coal": Amount(1.0, "TWh")}, Amount(0.8, "Mt"))
REFUSED: dict[str, Callable[[], object]] = {
    "statistics-amount": lambda: Statistics("CN-GS", {"coal": Amount(None, "TWh")}, Amount(1, "t")),
    "area-twice": lambda: provincial_factors([COAL, COAL], {}, period=YEAR, source=""),
    "transfer-place": lambda: provincial_factors(
        [COAL], {("CN-GS", "CN-SX"): Amount(0.1, "TWh")}, period=YEAR, source=""
    ),
    "place-unknown": lambda: provincial_factors(
        [COAL], {("CN-GS", "Gansuu"): Amount(0.1, "TWh")}, period=YEAR, source=""
    ),
    "statistics-thermal": lambda: fossil_factor(
        [Statistics("CN-GS", {"thermal": Amount(1.0, "TWh")}, Amount(1, "t"))],
        period=YEAR,
        source="",
    ),
    "statistics-empty": lambda: national_factor([], period=YEAR, source=""),
    "statistics-region": lambda: regional_factors(
        [Statistics("CN", {"coal": Amount(1.0, "TWh")}, Amount(1, "t"))],
        {},
        period=YEAR,
        source="",
    ),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_is_refused(code: str) -> None:
    with pytest.raises(ModelError) as caught:
        REFUSED[code]()
    assert caught.value.problems[0].code == code
    assert caught.value.problems[0].says("zh")
