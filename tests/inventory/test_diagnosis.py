"""Why a system has no answer: everything at once, before the solver; loops by name and gain."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import SolveError
from pcf.inventory import (
    diagnose,
    find_loops,
    intensities,
    mapping,
    require_productive,
    solve,
    unreached,
)
from pcf.inventory.loops import Loop, self_loops
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.processes import KINDS, Exchange, unit_process
from pcf.model.systems import INPUT, OUTPUT
from pcf.testing import product_systems

OWN = CharacterisationSet.of("own", {"CO2": 1, "CH4": 29.8})

if TYPE_CHECKING:
    from pcf.model.systems import ProductSystem


def chain(**needs: dict[str, float]) -> ProductSystem:
    """Return processes by name that need kg of each other per kg; each emits 1 kg of CO2."""
    return product_system(
        unit_process(
            name,
            "1 kg",
            takes={other: f"{amount!r} kg" for other, amount in inputs.items()},
            emits={"CO2": "1 kg"},
        )
        for name, inputs in needs.items()
    )


def refused(system: ProductSystem, **asked: float) -> list[tuple[str, dict[str, str]]]:
    """Return codes and facts of the error that solving raises."""
    with pytest.raises(SolveError) as caught:
        solve(system, asked)
    return [(each.code, each.facts) for each in caught.value.problems]


@pytest.mark.parametrize(
    ("gain", "said"), [(1.0, "1"), (1.25, "1.25"), (10.0, "10"), (1 + 1e-9, "1")]
)
def test_a_process_that_consumes_its_own_product_is_named(gain: float, said: str) -> None:
    system = chain(power={"power": gain}, steel={"power": 2.0})
    assert refused(system, steel=1.0) == [
        ("loop-consumes", {"loop": "power → power", "gain": said})
    ]


@pytest.mark.parametrize("amounts", [(0.5, 2.0), (0.5, 2.5), (0.1, 10.0), (0.1, 40.0), (7.0, 3.0)])
def test_two_processes_that_consume_each_other_are_named(amounts: tuple[float, float]) -> None:
    system = chain(steel={"power": 2.0}, power={"coal": amounts[0]}, coal={"power": amounts[1]})
    ((code, facts),) = refused(system, steel=1.0)
    assert code == "loop-consumes"
    assert facts["loop"] in ("power → coal → power", "coal → power → coal")
    assert float(facts["gain"]) == pytest.approx(amounts[0] * amounts[1], rel=1e-5)


def test_the_loop_is_told_in_the_order_of_buying() -> None:
    system = chain(a={"b": 1.0}, b={"c": 1.0, "d": 0.01}, c={"a": 1.5}, d={"b": 0.01})
    (loop,) = find_loops(system)
    start = loop.processes.index("a")
    assert loop.processes[start:] + loop.processes[:start] == ("a", "b", "c")
    assert loop.own == pytest.approx(1.5)
    assert loop.gain == pytest.approx(1.5 / (1 - 1e-4) if loop.processes[0] == "a" else loop.gain)


def test_a_loop_over_several_paths_says_its_gain_over_all_of_them() -> None:
    """No single loop gives back as much as it takes, both together do: 0.54 + 0.54."""
    system = chain(a={"b": 0.6, "c": 0.6}, b={"a": 0.9}, c={"a": 0.9})
    ((code, facts),) = refused(system, a=1.0)
    assert code == "loops-consume"
    assert facts["process"] == "a"
    assert float(facts["gain"]) == pytest.approx(1.08)
    assert float(facts["own"]) == pytest.approx(0.54)


def test_every_bad_component_is_named() -> None:
    system = chain(top={"a": 1.0, "c": 1.0}, a={"b": 2.0}, b={"a": 2.0}, c={"d": 3.0}, d={"c": 1.0})
    found = {frozenset(loop.processes): loop.gain for loop in find_loops(system)}
    assert found == {frozenset("ab"): pytest.approx(4.0), frozenset("cd"): pytest.approx(3.0)}
    assert len(refused(system, top=1.0)) == 2


def test_a_gain_is_told_where_the_rest_of_the_component_has_an_answer() -> None:
    """Most passes through a and b; without them c and d still consume what they make."""
    system = chain(a={"b": 9.0}, b={"a": 9.0, "c": 0.1}, c={"d": 1.0, "a": 0.1}, d={"c": 2.0})
    (loop,) = find_loops(system)
    assert set(loop.processes) == {"c", "d"}
    assert (loop.gain, loop.own) == (pytest.approx(2.0), pytest.approx(2.0))


def test_the_largest_loop_is_told_by_what_comes_back_not_by_how_much_is_bought() -> None:
    """A hundred runs of c are bought, but hardly anything of them leads back."""
    system = chain(a={"b": 1.0, "c": 100.0}, b={"a": 1.5}, c={"a": 1e-6})
    (loop,) = find_loops(system)
    assert set(loop.processes) == {"a", "b"}
    assert loop.own == pytest.approx(1.5)


def test_loops_elsewhere_are_not_named() -> None:
    system = chain(a={"b": 2.0}, b={"a": 2.0}, c={"d": 3.0}, d={"c": 1.0})
    assert [set(facts["loop"].split(" → ")) for _, facts in refused(system, a=1.0)] == [{"a", "b"}]


def test_a_loop_of_a_gain_of_one_that_rounding_hides_is_named() -> None:
    third = 1 / 3
    system = chain(a={"b": third}, b={"c": third}, c={"a": 9.0})
    assert [code for code, _ in refused(system, a=1.0)] == ["loop-consumes"]


def test_a_treatment_whose_waste_comes_back_is_a_loop() -> None:
    landfill = unit_process("landfill", ("ash", "1 t"), treats=True, sends={"water": "2 m3"})
    works = unit_process("works", ("water", "1 m3"), treats=True, sends={"ash": "0.6 t"})
    ((code, facts),) = refused(product_system([landfill, works]), ash=1.0)
    assert code == "loop-consumes"
    assert facts["gain"] == "1.2"


def test_the_adjoint_refuses_the_same_loops() -> None:
    """Alone it would give a price, and a negative one, without a word."""
    system = chain(power={"coal": 0.5}, coal={"power": 2.5})
    with pytest.raises(SolveError) as caught:
        intensities(system, OWN)
    assert caught.value.problems[0].code == "loop-consumes"


def test_a_loop_that_the_reference_flow_does_not_reach_is_let_be() -> None:
    system = chain(steel={}, power={"coal": 0.5}, coal={"power": 2.5})
    assert solve(system, {"steel": 1.0}).amount("CO2, fossil") == 1.0


@pytest.mark.parametrize("gain", [0.0, 0.5, 0.99, 1 - 1e-6])
def test_a_loop_that_makes_more_than_it_consumes_has_an_answer(gain: float) -> None:
    system = chain(power={"coal": 0.5}, coal={"power": gain / 0.5})
    assert solve(system, {"power": 1.0}).scaling_of("power") == pytest.approx(1 / (1 - gain))
    assert find_loops(system) == ()


def test_runs_that_credits_turn_around_are_let_be() -> None:
    system = product_system(
        [
            unit_process("heat", "1 GJ", emits={"CO2": "60 kg"}),
            unit_process("power", "1 kWh", avoids={"heat": "2 GJ"}),
        ]
    )
    assert solve(system, {"power": 1.0}).amount("CO2, fossil") == -120.0


@given(product_systems(), st.floats(1.0, 3.0))
def test_a_drawn_system_is_refused_exactly_when_a_loop_is_added(
    system: ProductSystem, gain: float
) -> None:
    assert find_loops(system) == ()
    rows = list(system.rows())
    first = rows[0]
    own = Exchange(
        first.product,
        Amount(gain * float(first.amount.value or 1), "kg"),
        "output" if first.treats else "input",
        "waste" if first.treats else "product",
        provider=first.id,
    )
    rows[0] = replace(first, exchanges=(*first.exchanges, own))
    with pytest.raises(SolveError):
        solve(product_system(rows), {first.id: 1.0})


def test_all_problems_come_in_one_error() -> None:
    system = product_system(
        [
            unit_process("power", "1 kWh", takes={"power": "2 kWh"}, emits={"CO2": "1 kg"}),
            unit_process("steel", "1 t", takes={"power": "1 kWh"}),
            unit_process("ash", "1 t", treats=True),
        ]
    )
    system.processes.amounts[1] = np.nan
    system.exchanges.amount[0] = np.inf
    system.exchanges.direction[1] = -1
    system.exchanges.target[2] = 2
    with pytest.raises(SolveError) as caught:
        diagnose(system)
    found = [(each.code, each.where.item) for each in caught.value.problems]
    assert found == [
        ("reference-missing", "steel"),
        ("amount-unusable", "power: power"),
        ("link-direction", "steel: power"),
        ("elementary-direction", "power: CO2, fossil"),
    ]


def test_a_link_to_nowhere_is_named() -> None:
    system = chain(power={}, steel={"power": 1.0})
    system.exchanges.target[1] = 7
    with pytest.raises(SolveError) as caught:
        diagnose(system)
    assert [(each.code, each.where.item) for each in caught.value.problems] == [
        ("link-broken", "steel: power")
    ]


def wrong_links(system: ProductSystem) -> list[tuple[str, str]]:
    """Return what is wrong with each exchange, judged one by one from the words of the model."""
    column, found = system.exchanges, []
    for e, kind in enumerate(KINDS[code] for code in column.kind):
        target, is_output = int(column.target[e]), column.direction[e] == OUTPUT
        table = system.elementary if kind == "elementary" else system.processes.treats.tolist()
        where = f"{system.processes.ids[column.process[e]]}: {column.flows[e]}"
        if kind == "internal":
            continue
        if not 0 <= target < len(table):
            found.append((0, "link-broken", where))
        elif kind == "elementary":
            if (system.elementary[target].direction == "output") != is_output:
                found.append((2, "elementary-direction", where))
        elif not {
            "product": not is_output and not table[target],
            "waste": is_output and table[target],
            "credit": is_output != table[target],
        }[kind]:
            found.append((1, "link-direction", where))
    return [(code, where) for _, code, where in sorted(found, key=lambda each: each[0])]


@pytest.mark.parametrize("piece", [4, 2**15])
def test_every_wrong_link_is_found_and_none_besides(
    every_kind: ProductSystem, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever one exchange says, and however columns are cut: as if judged one by one."""
    monkeypatch.setattr(mapping, "_PIECE", piece)
    column, told = every_kind.exchanges, set()
    found = itertools.product(
        range(len(column)), range(len(KINDS)), (-1, 0, 1, 2, 3, 4), (OUTPUT, INPUT)
    )
    for e, *words in found:
        kept = column.kind[e], column.target[e], column.direction[e]
        column.kind[e], column.target[e], column.direction[e] = words
        expected = wrong_links(every_kind)
        told |= {code for code, _ in expected}
        assert links_refused(every_kind) == expected
        column.kind[e], column.target[e], column.direction[e] = kept
    assert told == {"link-broken", "link-direction", "elementary-direction"}
    assert wrong_links(every_kind) == []


def test_wrong_links_come_in_the_order_of_what_is_wrong(every_kind: ProductSystem) -> None:
    column = every_kind.exchanges
    column.direction[:] = -column.direction
    column.target[-1] = 3
    expected = wrong_links(every_kind)
    assert len({code for code, _ in expected}) == 3
    assert links_refused(every_kind) == expected


def links_refused(system: ProductSystem) -> list[tuple[str, str]]:
    """Return what is wrong with the links, loops of one apart: there are none of them."""
    try:
        diagnose(system)
    except SolveError as error:
        found = [(each.code, each.where.item) for each in error.problems]
        return [each for each in found if each[0] != "loop-consumes"]
    return []


@given(
    product_systems(most=4),
    st.lists(st.tuples(st.integers(0, 99), st.floats(0.3, 1.2)), max_size=4),
)
def test_links_to_oneself_add_up(system: ProductSystem, links: list[tuple[int, float]]) -> None:
    rows = list(system.rows())
    for place, gain in links:
        row = rows[place % len(rows)]
        amount = Amount(gain * float(row.amount.value or 0), "kg")
        words = ("output", "waste") if row.treats else ("input", "product")
        own = Exchange(row.product, amount, *words, provider=row.id)
        rows[place % len(rows)] = replace(row, exchanges=(*row.exchanges, own))
    gains = {
        row.id: sum(
            float(each.amount.value or 0) / float(row.amount.value or 1)
            for each in row.exchanges
            if each.provider == row.id and each.kind in ("product", "waste")
        )
        for row in rows
    }
    found = {loop.processes[0]: loop.gain for loop in self_loops(product_system(rows))}
    expected = {id_: gain for id_, gain in gains.items() if gain >= 1 - 1e-12}
    assert found == pytest.approx(expected, rel=1e-9)


def test_an_emission_written_as_an_input_is_named() -> None:
    """An Exchange is an input unless it says otherwise; an emission would count with minus."""
    row = unit_process("kiln", "1 t", emits={"CO2": "1 kg"})
    turned = replace(row.exchanges[0], direction="input")
    with pytest.raises(SolveError) as caught:
        diagnose(product_system([replace(row, exchanges=(turned,))]))
    assert caught.value.problems[0].code == "elementary-direction"


def test_an_empty_system_is_refused() -> None:
    with pytest.raises(SolveError):
        diagnose(product_system([]))


def test_what_does_not_reach_the_reference_is_only_information() -> None:
    system = chain(steel={"power": 1.0}, power={"coal": 1.0}, coal={}, rain={}, pipe={"steel": 1.0})
    assert unreached(system, "steel") == ("rain", "pipe")
    diagnose(system)


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf")])
def test_a_reference_flow_that_is_no_amount_is_refused(amount: float) -> None:
    assert [code for code, _ in refused(chain(steel={}), steel=amount)] == ["reference-flow"]


def test_noise_is_not_taken_for_a_negative_run() -> None:
    system = chain(power={"coal": 0.5}, coal={"power": 2.5})
    require_productive(system, np.array([1.0, -1e-14]))
    with pytest.raises(SolveError):
        require_productive(system, np.array([1.0, -1e-3]))


def test_a_loop_prints_as_a_round() -> None:
    assert str(Loop(("a", "b"), 2.0, 2.0)) == "a → b → a"
