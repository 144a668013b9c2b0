"""Which numbers vary, and that what cannot be a spread is refused, all together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pcf.errors import ModelError
from pcf.inventory.sampling.draws import factors
from pcf.inventory.sampling.numbers import numbers_of
from pcf.model.amounts import Amount, Source, Spread
from pcf.model.building import product_system
from pcf.model.flows import find_gas
from pcf.model.groups import Discrete, Distributions, MixShares, OneSource, Samples
from pcf.model.processes import Exchange, unit_process

CO2 = find_gas("CO2")


def emission(
    amount: float, spread: Spread | None = None, source: str = "", id_: str = ""
) -> Exchange:
    value = Amount(amount, "kg", spread, source)
    return Exchange(CO2.id, value, "output", "elementary", elementary=CO2, id=id_)


def system(*exchanges: Exchange, sources: tuple[Source, ...] = ()):
    kilns = [
        replace(unit_process(f"kiln {i}", "1 t"), exchanges=(row,))
        for i, row in enumerate(exchanges)
    ]
    return product_system(kilns, sources=sources)


def drawn(numbers, count: int = 100) -> np.ndarray:
    return factors(numbers, 3, 0, count) * numbers.scale[:, None]


def test_what_has_no_width_is_certain():
    certain = [
        Spread("lognormal", 1.0),
        Spread("normal", 0.0),
        Spread("uniform", 2.0, 2.0),
        Spread("triangular", 2.0, 2.0),
        Spread("pert", 2.0, 2.0),
    ]
    assert len(numbers_of(system(*(emission(2.0, spread) for spread in certain)))) == 0


def test_draws_keep_the_unit_and_the_place_of_their_spread():
    spreads = [
        Spread("lognormal", 1.1),
        Spread("normal", 20.0),
        Spread("uniform", 150.0, 250.0),
        Spread("triangular", 150.0, 250.0),
        Spread("pert", 150.0, 250.0),
    ]
    found = drawn(numbers_of(system(*(emission(200.0, spread) for spread in spreads))))
    assert found.mean(axis=1) == pytest.approx([200.9, 200, 200, 200, 200], rel=0.01)
    assert found[2:].min() > 150
    assert found[2:].max() < 250
    assert np.median(found[0]) == pytest.approx(200, rel=0.01)


def test_a_zero_with_a_normal_spread_varies_around_zero():
    found = drawn(numbers_of(system(emission(0.0, Spread("normal", 2.0)))))
    assert found.std() == pytest.approx(2.0, rel=0.1)
    assert (found < 0).any()


def test_every_spread_that_cannot_be_is_told_at_once():
    wrong = [
        Spread("lognormal", 0.9),
        Spread("normal", -1.0),
        Spread("triangular", 3.0, 4.0),
        Spread("uniform", 3.0, 2.0),
        Spread("pert", 0.0, float("inf")),
    ]
    with pytest.raises(ModelError) as caught:
        numbers_of(system(*(emission(2.0, spread) for spread in wrong), emission(1.0)))
    assert [each.code for each in caught.value.problems] == ["spread-impossible"] * 5
    assert caught.value.problems[2].where.item == "kiln 2: CO2, fossil"


def test_a_distribution_by_values_takes_the_place_of_the_spread():
    own = Distributions(
        {"row": Discrete((1.0, 3.0), (0.5, 0.5)), "kiln 1: CO2, fossil": Samples((5.0,))}
    )
    numbers = numbers_of(
        system(emission(2.0, Spread("normal", 1.0), id_="row"), emission(4.0)), own
    )
    found = drawn(numbers)
    assert sorted(set(found[0].tolist())) == pytest.approx([1.0, 3.0], rel=1e-7)
    assert set(found[1].tolist()) == {5.0}


def test_exchanges_and_groups_that_are_not_there_are_told_at_once():
    own = Distributions(
        {"kiln 0: CO": Samples((1.0,))}, (OneSource("S7"), MixShares("kiln 0", 3.0))
    )
    with pytest.raises(ModelError) as caught:
        numbers_of(system(emission(1.0)), own)
    codes = [each.code for each in caught.value.problems]
    assert codes == ["exchange-unknown", "mix-impossible", "group-empty"]
    assert caught.value.problems[0].candidates == ("kiln 0: CO2, fossil",)


def test_two_exchanges_of_one_name_must_be_told_apart():
    kiln = replace(unit_process("kiln", "1 t"), exchanges=(emission(1.0), emission(2.0)))
    with pytest.raises(ModelError) as caught:
        numbers_of(product_system([kiln]), Distributions({"kiln: CO2, fossil": Samples((1.0,))}))
    assert caught.value.problems[0].code == "exchange-several"


def test_numbers_of_one_source_move_together_and_others_do_not():
    sources = (Source("S1: Table 1", "doc"), Source("S1: Table 2", "doc"), Source("S2", "other"))
    spread = Spread("lognormal", 1.3)
    rows = [emission(1.0, spread, each.id) for each in sources]
    rows.append(emission(5.0, Spread("normal", 1.0), "S1: Table 1"))
    built = system(*rows, sources=sources)
    found = drawn(numbers_of(built, Distributions(groups=(OneSource("S1"),))))
    together = np.corrcoef(np.log(found[:3]))
    assert together[0, 1] == pytest.approx(1.0)
    assert abs(together[0, 2]) < 0.1
    # One standard normal z behind all: ln f / ln g of the one, (f - mean) / sd of the other.
    z = np.log(found[0]) / np.log(1.3)
    assert found[3] - 5 == pytest.approx(z, abs=1e-4)
    alone = drawn(numbers_of(built))
    assert np.array_equal(alone[2], found[2])
    assert not np.array_equal(alone[0], found[0])


def test_a_mix_varies_in_its_shares_alone():
    mix = unit_process("mix", "1 t", takes={"converter": "0.9 t", "arc": "0.1 t"})
    makers = [unit_process(name, "1 t") for name in ("converter", "arc")]
    numbers = numbers_of(
        product_system([mix, *makers]), Distributions(groups=(MixShares("mix", 50.0),))
    )
    found = drawn(numbers)
    assert found.sum(axis=0) == pytest.approx(np.ones(found.shape[1]), abs=1e-6)
    assert found[1].std() == pytest.approx(np.sqrt(0.9 * 0.1 / 51), rel=0.05)


@pytest.mark.parametrize(
    ("takes", "reason"),
    [
        ({"a": "1 t"}, "1 inputs"),
        ({"a": "1 t", "b": "1 kWh"}, "units kWh, t"),
        ({"a": "1 t", "c": "0 t"}, "an input of zero"),
    ],
)
def test_what_is_no_mix_is_refused(takes, reason):
    makers = [
        unit_process(name, f"1 {unit}") for name, unit in (("a", "t"), ("b", "kWh"), ("c", "t"))
    ]
    built = product_system([unit_process("mix", "1 t", takes=takes), *makers])
    with pytest.raises(ModelError) as caught:
        numbers_of(built, Distributions(groups=(MixShares("mix", 50.0),)))
    assert reason in caught.value.problems[0].facts["reason"]
