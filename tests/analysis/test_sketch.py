"""Quantiles from a sketch: within the error that it states, and merged without loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.analysis.sketch import ERROR, Sketch, buckets_of, middles_of
from pcf.errors import ModelError

AT = (0.0, 0.025, 0.31, 0.5, 0.975, 1.0)
VALUES = st.lists(
    st.floats(-1e30, 1e30).filter(lambda v: v == 0 or abs(v) > 1e-30), min_size=1, max_size=40
)


def within(found: np.ndarray, exact: np.ndarray, values: np.ndarray) -> bool:
    """A quantile lies between two draws: its error is relative to the larger of them."""
    for item in range(values.shape[1]):
        ordered = np.sort(values[:, item])
        for row, p in enumerate(AT):
            rank = (len(ordered) - 1) * p
            near = np.abs(ordered[[int(np.floor(rank)), int(np.ceil(rank))]]).max()
            if abs(found[row, item] - exact[row, item]) > ERROR * near:
                return False
    return True


@given(VALUES, st.integers(1, 5))
def test_quantiles_are_within_the_stated_error_for_any_values(values, parts):
    column = np.array(values)[:, None]
    sketch = Sketch.around(np.array([values[0]]))
    for part in np.array_split(column, parts):
        sketch = sketch.merged(Sketch.around(np.array([values[0]])).adding(part))
    assert sketch.count == len(values)
    assert within(sketch.quantiles(AT), np.quantile(column, AT, axis=0), column)


def test_several_items_keep_apart_inside_and_outside_their_windows():
    values = np.random.default_rng(1).lognormal(0, 2, (500, 4)) * [1.0, -50.0, 1e-9, 1e6]
    sketch = Sketch.around(np.median(values, axis=0)).adding(values)
    assert len(sketch.others) > 0
    assert within(sketch.quantiles(AT), np.quantile(values, AT, axis=0), values)


def test_merging_is_exact_in_any_order_and_division():
    values = np.random.default_rng(2).lognormal(0, 1.5, (300, 3))
    centres = np.ones(3)
    whole = Sketch.around(centres).adding(values)
    parts = [Sketch.around(centres).adding(part) for part in np.split(values, (7, 100, 250))]
    for order in ((0, 1, 2, 3), (3, 1, 0, 2)):
        merged = Sketch.around(centres)
        for at in order:
            merged = merged.merged(parts[at])
        for name in ("counters", "others", "times"):
            assert np.array_equal(getattr(merged, name), getattr(whole, name))


@given(st.floats(-1e38, 1e38), st.floats(-1e38, 1e38))
def test_buckets_keep_the_order_of_values(one, other):
    first, second = buckets_of(np.array(sorted((one, other))))
    assert first <= second


@given(st.floats(1e-37, 1e38) | st.just(0.0), st.booleans())
def test_the_middle_of_a_bucket_is_near_every_value_in_it(size, negative):
    value = np.array([-size if negative else size])
    assert abs(middles_of(buckets_of(value)) - value) <= ERROR * abs(value)


def test_sketches_of_other_items_and_empty_ones_are_refused():
    with pytest.raises(ModelError) as caught:
        Sketch.around(np.ones(2)).merged(Sketch.around(np.ones(3)))
    assert caught.value.problems[0].code == "sketches-differ"
    with pytest.raises(ModelError) as caught:
        Sketch.around(np.ones(2)).quantiles([0.5])
    assert caught.value.problems[0].code == "values-none"
