"""Flow tracing as laws: what holds of every network, held against plain loops where it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcf.electricity.tracing import Coupling, network, source_shares, trace
from pcf.testing import assert_equal_numbers

from .conftest import Drawn, drawn_networks

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

couplings = st.sampled_from(get_args(Coupling))


def consumption(drawn: Drawn) -> NDArray[np.float64]:
    """Return what each zone consumes, by hand."""
    return drawn.generation + drawn.received.sum(axis=2) - drawn.sent.sum(axis=1)


def values(drawn: Drawn, coupling: Coupling = "direct") -> NDArray[np.float64]:
    """Return the traced intensities (hours, zones)."""
    traced = trace(drawn.network(), {"CO2": drawn.carried()}, coupling=coupling)
    assert traced.known.all()
    return traced.values[:, :, 0]


def mixed_until_still(drawn: Drawn) -> NDArray[np.float64]:
    """Return intensities by letting energy mix again and again, zone by zone: no matrix."""
    through = drawn.generation + drawn.received.sum(axis=2)
    found = drawn.emissions / drawn.generation
    for _ in range(20_000):
        before = found
        arriving = (drawn.sent * before[:, None, :]).sum(axis=2)
        found = (drawn.emissions + arriving) / through
        if np.abs(found - before).max() < 1e-14:
            break
    return found


@given(drawn_networks(loss=0.2), couplings)
def test_consumption_carries_all_that_is_emitted(drawn: Drawn, coupling: Coupling) -> None:
    """What is emitted for losses between zones that all supply themselves reaches nobody."""
    traced = trace(drawn.network(), {"CO2": drawn.carried()}, coupling=coupling)
    carried = (traced.values[:, :, 0] * consumption(drawn)).sum()
    nobody = traced.unassigned["CO2"]
    assert nobody == 0 or coupling == "aggregated"
    assert_equal_numbers(carried + nobody, drawn.emissions.sum())


@given(drawn_networks(), couplings)
def test_no_zone_is_cleaner_or_dirtier_than_all_that_enters(
    drawn: Drawn, coupling: Coupling
) -> None:
    found = values(drawn, coupling)
    ratios = drawn.emissions / drawn.generation
    slack = 1e-9
    assert (found >= ratios.min(axis=1, keepdims=True) - slack).all()
    assert (found <= ratios.max(axis=1, keepdims=True) + slack).all()


@given(drawn_networks(loss=0.2), couplings, st.randoms(use_true_random=False))
def test_the_order_of_zones_changes_nothing(
    drawn: Drawn, coupling: Coupling, shuffle: random.Random
) -> None:
    order = list(range(drawn.count))
    shuffle.shuffle(order)
    plain = trace(drawn.network(), {"CO2": drawn.carried()}, coupling=coupling)
    other = trace(drawn.network(order), {"CO2": drawn.carried()}, coupling=coupling)
    for zone in drawn.zones():
        assert_equal_numbers(
            plain.intensity("CO2", zone)[0], other.intensity("CO2", zone)[0], largest=1.0
        )


@given(drawn_networks(), couplings)
def test_without_flows_a_zone_has_its_own_mix(drawn: Drawn, coupling: Coupling) -> None:
    alone = Drawn(drawn.generation, drawn.emissions, drawn.sent * 0, drawn.received * 0)
    assert_equal_numbers(values(alone, coupling), drawn.emissions / drawn.generation)


@given(drawn_networks(loss=0.2))
@settings(max_examples=25)
def test_the_solution_is_what_mixing_again_and_again_comes_to(drawn: Drawn) -> None:
    assert np.abs(values(drawn) - mixed_until_still(drawn)).max() < 1e-8


@given(drawn_networks(), st.floats(0.001, 1000))
def test_more_energy_in_the_same_shares_changes_no_factor(drawn: Drawn, times: float) -> None:
    grown = Drawn(*(each * times for each in vars(drawn).values()))
    assert_equal_numbers(values(grown), values(drawn), largest=1.0)


@given(drawn_networks())
def test_traced_one_by_one_or_together_is_the_same(drawn: Drawn) -> None:
    twice = {zone: 2 * series for zone, series in drawn.carried().items()}
    both = trace(drawn.network(), {"CO2": drawn.carried(), "CH4": twice})
    assert_equal_numbers(both.values[:, :, 0], values(drawn), largest=1.0)
    assert_equal_numbers(both.values[:, :, 1], 2 * both.values[:, :, 0], largest=1.0)


@given(drawn_networks(), couplings)
def test_shares_of_sources_sum_to_one_and_give_the_intensity(
    drawn: Drawn, coupling: Coupling
) -> None:
    shares, known = source_shares(drawn.network(), coupling)
    assert known.all()
    assert_equal_numbers(shares.sum(axis=2), np.ones(known.shape))
    ratios = drawn.emissions / drawn.generation
    assert_equal_numbers(
        np.einsum("tzn,tn->tz", shares, ratios), values(drawn, coupling), largest=1.0
    )


@given(drawn_networks(), couplings)
def test_technologies_sum_to_one_and_give_the_intensity(drawn: Drawn, coupling: Coupling) -> None:
    """A technology's factor times its share is what tracing its emissions gives."""
    part = np.linspace(0.1, 0.9, drawn.count)
    mix = {
        "coal": {f"zone {i}": drawn.generation[:, i] * part[i] for i in range(drawn.count)},
        "wind": {f"zone {i}": drawn.generation[:, i] * (1 - part[i]) for i in range(drawn.count)},
    }
    emissions = {zone: 0.9 * series for zone, series in mix["coal"].items()}
    traced = trace(drawn.network(), {"CO2": emissions}, mix=mix, coupling=coupling)
    shares = traced.values[:, :, 1] + traced.values[:, :, 2]
    assert_equal_numbers(shares, np.ones_like(shares))
    for zone in drawn.zones():
        direct = traced.factor("CO2", zone).value
        assert traced.by_technology({"coal": 0.9, "wind": 0.0}, zone) == pytest.approx(direct)


@given(drawn_networks())
def test_net_coupling_is_direct_coupling_of_net_flows(drawn: Drawn) -> None:
    back = drawn.sent.transpose(0, 2, 1)
    net = np.maximum(drawn.sent - back, 0)
    plain = Drawn(drawn.generation, drawn.emissions, net, net)
    assert_equal_numbers(values(drawn, "net"), values(plain), largest=1.0)


@given(drawn_networks())
def test_aggregated_coupling_by_hand(drawn: Drawn) -> None:
    """Own supply first; only what is left over mixes, and only what is missing is drawn."""
    load, made = consumption(drawn), drawn.generation
    over, ratio = np.maximum(made - load, 0), drawn.emissions / made
    passing = over + drawn.received.sum(axis=2)
    arriving = np.zeros_like(ratio)
    for hour in range(len(made)):
        there = np.flatnonzero(passing[hour] > 1e-12)
        block = np.ix_(there, there)
        matrix = np.diag(passing[hour][there]) - drawn.sent[hour][block]
        right = (over * ratio)[hour][there]
        arriving[hour, there] = np.linalg.solve(matrix, right)
    kept = np.minimum(made, load)
    carried = kept * ratio + np.maximum(load - made, 0) * arriving
    traced = values(drawn, "aggregated")
    assert_equal_numbers(traced * load, carried, largest=float(load.max()))


@given(drawn_networks())
def test_the_annual_factor_is_weighted_with_load(drawn: Drawn) -> None:
    load = consumption(drawn)
    traced = trace(drawn.network(), {"CO2": drawn.carried()})
    whole = (values(drawn) * load).sum(axis=0) / load.sum(axis=0)
    for number, zone in enumerate(drawn.zones()):
        assert traced.factor("CO2", zone).value == pytest.approx(whole[number], rel=1e-9, abs=1e-12)


@given(drawn_networks(loss=0.1), st.integers(0, 5), couplings)
def test_an_external_node_is_a_zone_that_sends_at_that_intensity(
    drawn: Drawn, which: int, coupling: Coupling
) -> None:
    """Cut one zone out, state what it sends at, and the rest is what it was."""
    cut = f"zone {which % drawn.count}"
    one_hour = Drawn(*(each[:1] for each in vars(drawn).values()))
    grid, carried = one_hour.network(), one_hour.carried()
    whole = trace(grid, {"CO2": carried}, coupling=coupling)
    rest = [zone for zone in grid.zones if zone != cut]
    if not rest:
        return
    flows = {line: grid.sent[:, place] for place, line in enumerate(grid.lines)}
    arrived = {line: grid.received[:, place] for place, line in enumerate(grid.lines)}
    inner = network(
        {zone: grid.generation[:, grid.zones.index(zone)] for zone in rest},
        flows,
        received=arrived,
    )
    sends = float(whole.leaving[0, grid.zones.index(cut), 0])
    stated = {cut: {"CO2": sends}} if inner.externals else None
    emitted = {zone: carried[zone] for zone in rest}
    traced = trace(inner, {"CO2": emitted}, external=stated, coupling=coupling)
    columns = [grid.zones.index(zone) for zone in rest]
    assert_equal_numbers(traced.values[:, :, 0], whole.values[:, columns, 0], largest=1.0)
