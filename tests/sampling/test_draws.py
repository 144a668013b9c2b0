"""A draw is a pure function of seed, identity and index, and its definition does not move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pcf.errors import ModelError
from pcf.inventory.sampling import draws
from pcf.inventory.sampling.draws import (
    LOGNORMAL,
    NORMAL,
    PERT,
    SHARE,
    TABLE,
    TRIANGULAR,
    UNIFORM,
    Numbers,
    Table,
    factors,
)
from pcf.inventory.sampling.identity import identity
from pcf.inventory.sampling.normal import exponential, halves, normal_quantile
from pcf.inventory.sampling.philox import philox, words

SMELTER = identity("smelter", "output", "CF4", "")
U64 = np.uint64

# Frozen: whoever has to change one of these has changed the draws of every study, see
# docs/reference/draws.md.
GOLDEN_WORDS = ["0x495f8b2f", "0x1237fc6c", "0xf431cc38", "0x9d16eda7", "0x185d454a"]
GOLDEN_FACTORS = {
    "lognormal": [1063715684, 1061415516, 1068367400, 1065806742],
    "normal": [1064408150, 1062891736, 1066765646, 1065595475],
    "triangular": [1059804937, 1058379941, 1063957853, 1061314283],
    "uniform": [1059368902, 1057561598, 1064966374, 1062112119],
}
GOLDEN_PERT = [0.6557871103286743, 0.5811277031898499, 0.8804547190666199, 0.7433675527572632]
GOLDEN_SHARES = [0.8537142872810364, 0.9915782809257507, 1.1591073274612427, 0.941584050655365]


def a_number(kind: int, *parameters: float, ident: int = SMELTER) -> Numbers:
    return numbers([(kind, parameters, ident)])


def numbers(rows: list[tuple[int, tuple[float, ...], int]], **more) -> Numbers:
    m = len(rows)
    table = np.zeros((m, 3))
    for row, (_, parameters, _) in enumerate(rows):
        table[row, : len(parameters)] = parameters
    return Numbers(
        np.arange(m),
        np.array([ident for _, _, ident in rows], dtype=U64),
        np.array([kind for kind, _, _ in rows], dtype=np.uint8),
        np.ones(m),
        np.ones(m),
        table,
        **more,
    )


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0,) * 4, (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (
            (0xFFFFFFFF,) * 4,
            (0xFFFFFFFF,) * 2,
            (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
        ),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_known_answers_of_random123(counter, key, expected):
    """kat_vectors of Random123 1.14, philox4x32 with 10 rounds."""
    found = philox(tuple(np.array([c], dtype=U64) for c in counter), tuple(map(U64, key)))
    assert tuple(int(word[0]) for word in found) == expected


def test_a_draw_has_the_word_that_the_definition_says():
    """Draw 16 b + 4 w + r: word w of the block (4 b + r, identity) under the seed."""
    seed, ident = 0x0123456789ABCDEF, 0xFEDCBA9876543210
    for draw in (0, 1, 3, 4, 15, 16, 17, 1000, 2**40 + 5):
        b, rest = divmod(draw, 16)
        w, r = divmod(rest, 4)
        block = 4 * b + r
        halved = [block % 2**32, block >> 32, ident % 2**32, ident >> 32]
        counter = tuple(np.array([c], dtype=U64) for c in halved)
        expected = philox(counter, (U64(seed % 2**32), U64(seed >> 32)))[w][0]
        assert words(np.array([ident], dtype=U64), seed, b)[0, rest] == expected


def test_golden_identity_and_words():
    assert SMELTER == 0xC7A61D4BA2102F12
    of_a_set = identity("smelter", "output", "CF4", "", origin=("cn-public", "2026.1"))
    of_a_study = identity("smelter", "input", "coke", "coke", origin=("mine", ""))
    assert (of_a_set, of_a_study) == (0xFD582BDFD835A2D1, 0xDFCFD447D3C1DFF0)
    found = words(np.array([SMELTER], dtype=U64), 42, 0)[0]
    assert [hex(word) for word in found[:5]] == GOLDEN_WORDS


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("lognormal", a_number(LOGNORMAL, np.log(1.2))),
        ("normal", a_number(NORMAL, 1.0, 0.1)),
        ("triangular", a_number(TRIANGULAR, 0.5, 0.7, 1.0)),
        ("uniform", a_number(UNIFORM, 0.5, 0.0, 1.0)),
    ],
)
def test_golden_factors_to_the_last_bit(name, number):
    found = factors(number, 42, 0)[0, :4]
    assert found.view(np.uint32).tolist() == GOLDEN_FACTORS[name]


def test_golden_factors_of_the_kinds_that_a_library_inverts():
    """Their last bits may differ between versions of SciPy; the draws do not."""
    pert = factors(a_number(PERT, 0.5, 0.7, 1.0), 42, 0)[0, :4]
    assert pert.tolist() == pytest.approx(GOLDEN_PERT, rel=1e-6)
    mix = [(SHARE, (8.0, 0.8), SMELTER), (SHARE, (2.0, 0.2), SMELTER + 1)]
    shares = factors(numbers(mix, mixes=(np.array([0, 1]),)), 42, 0)[:, :4]
    assert shares[0].tolist() == pytest.approx(GOLDEN_SHARES, rel=1e-6)


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**50),
    st.integers(1, 3),
    st.sampled_from([LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM, PERT]),
)
def test_any_division_into_batches_gives_the_same_bits(seed, batch, batches, kind):
    number = a_number(kind, 0.4, 0.5, 0.9)
    whole = factors(number, seed, batch, batches)
    parts = [factors(number, seed, batch + b) for b in range(batches)]
    assert np.array_equal(whole, np.hstack(parts))


def test_a_number_keeps_its_draws_whatever_is_drawn_beside_it():
    rows = [(kind, (0.4, 0.5, 0.9), 100 + kind) for kind in (LOGNORMAL, PERT, NORMAL, UNIFORM)]
    together = factors(numbers(rows * 300), 3, 7)
    for place, row in enumerate(rows):
        assert np.array_equal(together[place], factors(numbers([row]), 3, 7)[0])


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_beyond_64_bits_is_refused(seed):
    with pytest.raises(ModelError) as caught:
        words(np.zeros(1, dtype=U64), seed, 0)
    assert caught.value.problems[0].code == "seed-range"


def test_the_normal_quantile_is_accurate_monotone_and_reaches_both_tails():
    word = np.unique(
        np.concatenate(
            [np.arange(2000), np.linspace(0, 2**32 - 1, 200_001), 2**32 - np.arange(1, 2000)]
        )
    ).astype(np.uint32)
    p, upper = halves(word)
    z = normal_quantile(p, upper)
    exact = stats.norm.ppf((word + 0.5) / 2**32)
    assert np.abs(z - exact).max() < 4e-6
    assert (np.diff(z) >= 0).all()
    assert z[0] == -z[-1] < -6.2


def test_the_exponential_is_accurate_to_float32():
    g = np.linspace(-80, 80, 100_001, dtype=np.float32)
    assert np.abs(exponential(g) / np.exp(g.astype(np.float64)) - 1).max() < 2.5e-7


DISTRIBUTIONS = {
    LOGNORMAL: ((np.log(1.5),), stats.lognorm(np.log(1.5))),
    NORMAL: ((1.0, 0.2), stats.norm(1.0, 0.2)),
    TRIANGULAR: ((0.2, 0.5, 1.0), stats.triang(0.375, 0.2, 0.8)),
    UNIFORM: ((0.2, 0.0, 1.0), stats.uniform(0.2, 0.8)),
    PERT: ((0.2, 0.5, 1.0), stats.beta(2.5, 3.5, 0.2, 0.8)),
}


@pytest.mark.parametrize("kind", DISTRIBUTIONS)
def test_draws_of_one_number_and_of_many_follow_their_distribution(kind):
    parameters, expected = DISTRIBUTIONS[kind]
    one = factors(a_number(kind, *parameters), 11, 0, 400)[0].astype(float)
    many = factors(numbers([(kind, parameters, 1000 + i) for i in range(400)]), 11, 5).ravel()
    for drawn in (one, many.astype(float)):
        assert stats.kstest(drawn, expected.cdf).pvalue > 0.01
        assert drawn.std() == pytest.approx(expected.std(), rel=0.05)


def test_neighbouring_identities_seeds_and_draws_are_not_correlated():
    rows = [(NORMAL, (0.0, 1.0), 500 + i) for i in range(32)]
    drawn = factors(numbers(rows), 1, 0, 256).astype(float)
    n = drawn.shape[1]
    between = np.corrcoef(drawn)[np.triu_indices(32, 1)] * np.sqrt(n)
    assert stats.kstest(between, "norm").pvalue > 0.01
    other = factors(numbers(rows), 2, 0, 256).astype(float)
    seeds = [np.corrcoef(a, b)[0, 1] * np.sqrt(n) for a, b in zip(drawn, other, strict=True)]
    lags = [np.corrcoef(d[:-lag], d[lag:])[0, 1] * np.sqrt(n) for d in drawn for lag in (1, 4, 16)]
    for each in (seeds, lags):
        assert stats.kstest(each, "norm").pvalue > 0.01


def test_a_table_gives_each_value_as_often_as_it_says():
    table = Table(np.array([0.5, 1.0], np.float32), np.array([3 * 2**30], dtype=U64))
    drawn = factors(numbers([(TABLE, (0.0,), 7)], tables=(table,)), 1, 0, 500)[0]
    assert set(drawn.tolist()) == {0.5, 1.0}
    assert (drawn == 0.5).mean() == pytest.approx(0.75, abs=0.015)


def test_shares_of_a_mix_have_their_mean_and_concentration_and_always_sum_to_one():
    shares, concentration = np.array([0.6, 0.3, 0.1]), 20.0
    rows = [(SHARE, (s * concentration, s), 40 + i) for i, s in enumerate(shares)]
    drawn = factors(numbers(rows, mixes=(np.arange(3),)), 5, 0, 1000) * shares[:, None]
    assert np.abs(drawn.sum(axis=0) - 1).max() < 1e-6
    assert drawn.mean(axis=1) == pytest.approx(shares, rel=0.02)
    expected = np.sqrt(shares * (1 - shares) / (concentration + 1))
    assert drawn.std(axis=1) == pytest.approx(expected, rel=0.03)


def test_shares_stay_finite_where_a_gamma_is_below_every_float():
    rows = [(SHARE, (1e-3, 0.5), 50), (SHARE, (1e-3, 0.5), 51)]
    drawn = factors(numbers(rows, mixes=(np.arange(2),)), 5, 0, 100) * 0.5
    assert np.isfinite(drawn).all()
    assert np.abs(drawn.sum(axis=0) - 1).max() < 1e-6


def test_the_version_of_the_definition_stands_in_every_identity():
    assert draws.DRAWS == 1
