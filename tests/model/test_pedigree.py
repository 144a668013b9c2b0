"""From scores to spreads, and what a spread means in other words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pcf.errors import ModelError
from pcf.model.amounts import Spread
from pcf.model.groups import Discrete, MixShares, Samples
from pcf.model.moments import moments
from pcf.model.pedigree import ECOINVENT_2, EMPIRICAL, PedigreeTable, pedigree

SCORES = st.lists(st.integers(1, 5), min_size=5, max_size=5)


@given(SCORES, st.floats(0, 1))
def test_variances_add_and_grow_with_every_score(scores, basic):
    found = pedigree(scores, basic=basic)
    assert found.total == basic + found.additional
    for at in range(5):
        if scores[at] < 5:
            worse = [score + (i == at) for i, score in enumerate(scores)]
            assert pedigree(worse, basic=basic).total > found.total


@pytest.mark.parametrize("table", [ECOINVENT_2, EMPIRICAL])
def test_factors_of_squared_deviations_combine_as_their_publisher_combines_them(table):
    """g squared = exp(root of the sum of (ln U) squared) over the indicators and the basic U."""
    scores = [3] * len(table.indicators)
    factors = [math.exp(2 * math.sqrt(row[2])) for row in table.variances]
    basic = 1.05
    expected = math.exp(math.sqrt(sum(math.log(u) ** 2 for u in (*factors, basic))))
    found = pedigree(scores, basic=(math.log(basic) / 2) ** 2, table=table)
    assert found.g**2 == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("scores", [(1, 2, 3), (0, 1, 1, 1, 1), (1, 1, 1, 1, 6), (1, 1.5, 1, 1, 1)])
def test_scores_that_do_not_fit_are_refused(scores):
    with pytest.raises(ModelError) as caught:
        pedigree(scores, basic=0.0006)
    assert caught.value.problems[0].code == "pedigree-scores"


@pytest.mark.parametrize("basic", [-0.1, float("inf"), float("nan")])
def test_a_basic_variance_must_be_a_number_from_zero_up(basic):
    with pytest.raises(ModelError) as caught:
        pedigree((1,) * 5, basic=basic)
    assert caught.value.problems[0].code == "pedigree-basic"


def test_a_table_needs_five_variances_a_row():
    with pytest.raises(ModelError):
        PedigreeTable("own", ("reliability",), ((0.0, 0.1, 0.2, 0.3),))


@pytest.mark.parametrize(
    ("spread", "expected"),
    [
        (Spread("lognormal", 1.7), stats.lognorm(math.log(1.7), scale=4.0)),
        (Spread("normal", 0.5), stats.norm(4.0, 0.5)),
        (Spread("uniform", 2.0, 5.0), stats.uniform(2.0, 3.0)),
        (Spread("triangular", 2.0, 5.0), stats.triang(2 / 3, 2.0, 3.0)),
    ],
)
def test_moments_are_those_of_the_distribution(spread, expected):
    found = moments(spread, 4.0)
    assert found.mean == pytest.approx(expected.mean(), rel=1e-12)
    if spread.kind == "lognormal":
        assert found.deviation == pytest.approx(expected.std(), rel=1e-12)
    else:
        assert spread.deviation(4.0) == pytest.approx(expected.std(), rel=1e-12)


def test_a_pert_leans_on_its_mode_four_times():
    assert moments(Spread("pert", 2.0, 8.0), 3.0).mean == pytest.approx((2 + 4 * 3 + 8) / 6)


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: Discrete((1.0, 2.0), (0.5, 0.4)), "discrete-impossible"),
        (lambda: Discrete((1.0,), (0.5, 0.5)), "discrete-impossible"),
        (lambda: Discrete((1.0, float("inf")), (0.5, 0.5)), "discrete-impossible"),
        (lambda: Samples(()), "samples-impossible"),
        (lambda: Samples((float("nan"),)), "samples-impossible"),
        (lambda: MixShares("mix", 0.0), "concentration-range"),
    ],
)
def test_what_is_no_distribution_is_refused(build, code):
    with pytest.raises(ModelError) as caught:
        build()
    assert caught.value.problems[0].code == code
