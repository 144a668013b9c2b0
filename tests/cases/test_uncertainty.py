"""Cases of uncertainty: pedigree scores, moments of a lognormal, statistics of draws.

un-001: Weidema et al. 2013, ecoinvent data quality guideline version 3, table 10.5 (additional
variances of the logarithm). un-003: the ecoinvent knowledge base on uncertainties (the formulas;
median and deviation are made up). mx-027: openLCA's olca-modules, StatisticsTest (commit a20094a).
"""

from __future__ import annotations

import pytest

from pcf.analysis.statistics import describe
from pcf.model.amounts import Spread
from pcf.model.moments import moments
from pcf.model.pedigree import ECOINVENT_3, pedigree


@pytest.mark.parametrize(
    ("scores", "basic", "additional", "total", "g", "squared"),
    [
        ((1, 2, 3, 4, 5), 0.0006, 0.1227, 0.1233, 1.420687624940981, 2.0183533276604457),
        ((5, 5, 5, 5, 5), 0.04, 0.21, 0.25, 1.6487212707001282, 2.718281828459045),
        ((1, 1, 1, 1, 1), 0.0006, 0.0, 0.0006, 1.0247973619913604, 1.0502096331444513),
    ],
)
def test_un_001_pedigree_scores_to_variance_and_deviation(  # noqa: PLR0917 - a row of the case
    scores, basic, additional, total, g, squared
):
    found = pedigree(scores, basic=basic)
    assert found.additional == pytest.approx(additional, rel=1e-9, abs=1e-12)
    assert found.total == pytest.approx(total, rel=1e-9)
    assert found.g == pytest.approx(g, rel=1e-9)
    assert found.g**2 == pytest.approx(squared, rel=1e-9)
    assert found.spread == Spread("lognormal", found.g)


def test_un_001_the_table_has_no_slipped_digit():
    """One public application has 2.50005 where the guideline has 2.5e-5."""
    assert ECOINVENT_3.variances == (
        (0.0, 0.0006, 0.002, 0.008, 0.04),
        (0.0, 0.0001, 0.0006, 0.002, 0.008),
        (0.0, 0.0002, 0.002, 0.008, 0.04),
        (0.0, 0.000025, 0.0001, 0.0006, 0.002),
        (0.0, 0.0006, 0.008, 0.04, 0.12),
    )


def test_un_003_moments_of_a_lognormal():
    found = moments(Spread("lognormal", 1.3), 2.0)
    assert found.mean == pytest.approx(2.0700332794866396, rel=2e-6)
    assert found.mode == pytest.approx(1.8669613698000442, rel=2e-6)
    assert (found.low, found.high) == pytest.approx((1.1834319526627217, 3.38), rel=2e-6)
    assert found.variation == pytest.approx(0.266944646969279, rel=2e-6)


def test_mx_027_statistics_of_three_values():
    found = describe([1, 2, 3])
    assert (found.p2_5, found.p97_5) == pytest.approx((1.05, 2.95), rel=1e-9)
    assert (found.mean, found.median, found.sd) == pytest.approx((2, 2, 1), rel=1e-9)
