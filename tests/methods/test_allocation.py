"""Allocation: burdens are conserved, shares are what the method says, wrong input is told whole."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import AllocationError
from pcf.inventory import intensities
from pcf.methods import METHODS, STEPS, allocate, alternatives
from pcf.methods.hierarchy import LEVELS, find_method
from pcf.model.amounts import Amount, Spread
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.flows import greenhouse_gases
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess, unit_process

positive = st.floats(1e-3, 1e6)
amounts = st.floats(0, 1e6)


@st.composite
def spreads(draw: st.DrawFn) -> Spread | None:
    kind = draw(st.sampled_from(["none", "lognormal", "normal", "triangular"]))
    if kind == "none":
        return None
    if kind == "lognormal":
        return Spread("lognormal", draw(st.floats(1.01, 3)))
    if kind == "normal":
        return Spread("normal", draw(positive))
    low = draw(positive)
    return Spread("triangular", low, low + draw(positive))


@st.composite
def processes(draw: st.DrawFn) -> MultiOutputProcess:
    """Draw a process whose co-products have everything that any method asks for."""
    products = tuple(
        CoProduct(
            f"product {i}",
            Amount(draw(positive), draw(st.sampled_from(["kg", "t"]))),
            {
                "price": Amount(draw(positive), draw(st.sampled_from(["CNY/kg", "CNY/t"]))),
                "energy": Amount(draw(positive), "MJ/kg"),
                "volume": Amount(draw(positive), "m3/t"),
                "weights": Amount(draw(positive), "1"),
            },
            treats=draw(st.booleans()),
        )
        for i in range(draw(st.integers(1, 4)))
    )
    exchanges = [
        Exchange(f"input {i}", Amount(draw(amounts), "kg", draw(spreads())), id=f"row {i}")
        for i in range(draw(st.integers(0, 3)))
    ]
    gas = greenhouse_gases()["CO2, fossil"]
    exchanges.append(
        Exchange(gas.id, Amount(draw(amounts), "kg"), "output", "elementary", elementary=gas)
    )
    exchanges.append(Exchange("saved", Amount(draw(amounts), "kg"), "output", "credit"))
    return MultiOutputProcess("plant", products, tuple(exchanges), stage="here")


methods = st.sampled_from(["mass", "energy", "price", "volume", "equal", "weights"])


@given(processes(), methods)
def test_the_parts_of_every_exchange_sum_to_the_whole(
    process: MultiOutputProcess, method: str
) -> None:
    parts = allocate(process, by=method).processes
    for position, whole in enumerate(process.exchanges):
        rows = [part.exchanges[position] for part in parts]
        assert {(row.flow, row.direction, row.kind, row.id) for row in rows} == {
            (whole.flow, whole.direction, whole.kind, whole.id)
        }
        assert math.fsum(_value(row) for row in rows) == pytest.approx(_value(whole), rel=1e-9)


@given(processes(), methods)
def test_all_products_together_count_what_the_process_counts(
    process: MultiOutputProcess, method: str
) -> None:
    inputs = {row.flow for row in process.exchanges if row.kind in ("product", "credit")}
    makers = [unit_process(flow, "1 kg", emits={"CO2": "2 kg"}) for flow in inputs]
    system = product_system([*allocate(process, by=method).processes, *makers])
    carbon_dioxide = CharacterisationSet.of("CO2", {"CO2": 1})
    per_unit = intensities(system, carbon_dioxide)[: len(process.products)]
    counted = per_unit @ [_known(row.amount) for row in process.products]
    weights = {"product": 2.0, "elementary": 1.0, "credit": -2.0}
    parts = [weights[row.kind] * _value(row) for row in process.exchanges]
    near = 1e-9 * sum(map(abs, parts)) + 1e-300  # below, numbers have fewer digits
    assert counted == pytest.approx(math.fsum(parts), rel=1e-9, abs=near)


@given(processes(), methods)
def test_spreads_are_divided_with_their_amounts(process: MultiOutputProcess, method: str) -> None:
    allocation = allocate(process, by=method)
    for position, whole in enumerate(process.exchanges):
        spread = whole.amount.spread
        for part in allocation.processes:
            own = part.exchanges[position].amount
            if spread is None:
                assert own.spread is None
                continue
            assert own.spread is not None
            share = allocation.shares[part.product]
            assert own.spread.deviation(_value(part.exchanges[position])) == pytest.approx(
                share * spread.deviation(_value(whole)), rel=1e-6, abs=1e-9
            )


@given(processes(), methods)
def test_shares_sum_to_one_and_do_not_hang_on_the_order(
    process: MultiOutputProcess, method: str
) -> None:
    shares = allocate(process, by=method).shares
    assert math.fsum(shares.values()) == pytest.approx(1, rel=1e-12)
    turned = replace(process, products=process.products[::-1])
    assert allocate(turned, by=method).shares == pytest.approx(shares)


@given(processes(), methods, st.floats(1e-3, 1e3))
def test_a_larger_process_divides_alike(
    process: MultiOutputProcess, method: str, factor: float
) -> None:
    grown = tuple(
        replace(row, amount=replace(row.amount, value=factor * _known(row.amount)))
        for row in process.products
    )
    shares = allocate(process, by=method).shares
    assert allocate(replace(process, products=grown), by=method).shares == pytest.approx(shares)


@given(processes())
def test_units_do_not_change_shares(process: MultiOutputProcess) -> None:
    kilograms = tuple(replace(row, amount=row.amount.to("kg")) for row in process.products)
    other = replace(process, products=kilograms)
    for method in ("mass", "price", "energy", "volume"):
        shares = allocate(process, by=method).shares
        assert allocate(other, by=method).shares == pytest.approx(shares)


def _value(exchange: Exchange) -> float:
    return _known(exchange.amount)


def _known(amount: Amount) -> float:
    assert amount.value is not None
    return amount.value


def _plant(*products: CoProduct, **kinds: object) -> MultiOutputProcess:
    exchanges = (Exchange("coke", Amount(10.0, "GJ"), id="r1"), Exchange("lime", Amount(1.0, "t")))
    return MultiOutputProcess("plant", products, exchanges, **kinds)  # type: ignore[arg-type]


IRON = CoProduct("iron", Amount(3.0, "t"), {"price": Amount(2000.0, "CNY/t")})
GAS = CoProduct("gas", Amount(4.0, "GJ"), {"price": Amount(50.0, "CNY/GJ")})
SLAG = CoProduct("slag", Amount(1000.0, "kg"), {"price": Amount(0.0, "CNY/kg")})


def _codes(error: pytest.ExceptionInfo[AllocationError]) -> list[str]:
    return [each.code for each in error.value.problems]


def test_a_unit_process_keeps_what_the_whole_said() -> None:
    process = replace(_plant(IRON, SLAG), stage="smelting", source="S1")
    one, other = allocate(process, by="mass", reason="sold by weight").processes
    assert (one.id, one.product, one.amount) == ("plant: iron", "iron", IRON.amount)
    assert (one.stage, one.source, one.foreground) == ("smelting", "S1", True)
    assert other.id == "plant: slag"


def test_the_level_is_that_of_the_method_unless_stated() -> None:
    process = _plant(IRON, SLAG)
    assert [allocate(process, by=by).level for by in ("mass", "price", "equal")] == [
        "physical",
        "economic",
        "other",
    ]
    stated = allocate(process, by="mass", level="other")
    assert (stated.level, stated.step) == ("other", 3)
    assert allocate(process, by="given", shares={"iron": 1.0, "slag": 0.0}).step is None


def test_a_worthless_co_product_bears_nothing() -> None:
    allocation = allocate(_plant(IRON, SLAG), by="price")
    assert allocation.shares == {"iron": 1.0, "slag": 0.0}
    assert [_value(row) for row in allocation.processes[1].exchanges] == [0.0, 0.0]


def test_chinese_names_of_methods_and_properties_are_read() -> None:
    iron = CoProduct("铁", Amount(1.0, "t"), {"价格": Amount(3.0, "CNY/kg")})
    slag = CoProduct("渣", Amount(1.0, "t"), {"价格": Amount(1.0, "CNY/kg")})
    assert allocate(_plant(iron, slag), by="价格").shares == {"铁": 0.75, "渣": 0.25}


def test_shares_and_weights_can_stand_among_the_properties() -> None:
    products = [
        CoProduct("a", Amount(1.0, "t"), {"share": Amount(25.0, "%"), "weights": Amount(3.0, "1")}),
        CoProduct("b", Amount(9.0, "t"), {"share": Amount(0.75, "1"), "weights": Amount(1.0, "1")}),
    ]
    process = _plant(*products)
    assert allocate(process, by="given").shares == {"a": 0.25, "b": 0.75}
    assert allocate(process, by="weights").shares == {"a": 0.75, "b": 0.25}


def test_causes_give_each_exchange_shares_of_its_own() -> None:
    causes = {"r1": {"iron": 1.0}, "lime": {"iron": 0.4, "slag": 0.6}}
    for allocation in (
        allocate(_plant(IRON, SLAG, causes=causes), by="causes"),
        allocate(_plant(IRON, SLAG), by="causes", causes=causes),
    ):
        assert (allocation.level, allocation.shares) == ("physical", {})
        iron, slag = allocation.processes
        assert [_value(row) for row in iron.exchanges] == [10.0, 0.4]
        assert [_value(row) for row in slag.exchanges] == [0.0, 0.6]


def test_causes_can_stand_beside_a_method_for_the_rest() -> None:
    allocation = allocate(_plant(IRON, SLAG), by="mass", causes={"r1": {"slag": 1.0}})
    assert [_value(row) for row in allocation.processes[0].exchanges] == [0.0, 0.75]
    assert allocation.shares == {"iron": 0.75, "slag": 0.25}


def test_a_method_other_than_causes_leaves_the_causes_of_the_process_aside() -> None:
    process = _plant(IRON, SLAG, causes={"r1": {"slag": 1.0}})
    assert allocate(process, by="mass") == allocate(_plant(IRON, SLAG), by="mass")


def test_a_choice_without_a_reason_is_a_finding() -> None:
    assert [each.code for each in allocate(_plant(IRON), by="mass").findings] == [
        "allocation-no-reason"
    ]
    assert allocate(_plant(IRON), by="mass", reason="one product").findings == ()


def test_alternatives_stand_side_by_side() -> None:
    found = alternatives(_plant(IRON, SLAG), ["mass", "price", "equal"])
    assert {by: each.shares["iron"] for by, each in found.items()} == {
        "mass": 0.75,
        "price": 1.0,
        "equal": 0.5,
    }


def test_alternatives_tell_the_problems_of_all_methods() -> None:
    with pytest.raises(AllocationError) as caught:
        alternatives(_plant(IRON, GAS), ["mass", "equal", "volume"])
    assert _codes(caught) == ["allocation-property-missing", "allocation-property-missing"]
    assert {each.facts["property"] for each in caught.value.problems} == {"mass", "volume"}


def test_an_allocated_process_links_and_an_unallocated_one_does_not() -> None:
    process = _plant(IRON, SLAG)
    others = [unit_process("coke", "1 GJ"), unit_process("lime", "1 t")]
    system = product_system([*allocate(process, by="mass").processes, *others])
    assert [str(id_) for id_ in system.processes.ids][:2] == ["plant: iron", "plant: slag"]
    assert system.process(0).exchanges[0].amount.value == 7.5


def test_an_allocation_pickles() -> None:
    allocation = allocate(_plant(IRON, SLAG), by="mass", reason="sold by weight")
    assert pickle.loads(pickle.dumps(allocation)) == allocation  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("products", "words", "code"),
    [
        ((), {"by": "equal"}, "allocation-no-products"),
        ((IRON, IRON), {"by": "equal"}, "allocation-product-twice"),
        ((IRON, replace(SLAG, amount=Amount(None, "t"))), {"by": "equal"}, "reference-amount"),
        ((IRON, replace(SLAG, amount=Amount(0.0, "t"))), {"by": "equal"}, "reference-amount"),
        ((IRON, GAS), {"by": "mass"}, "allocation-property-missing"),
        ((IRON, GAS), {"by": "colour"}, "allocation-property-missing"),
        (
            (IRON, replace(SLAG, properties={"price": Amount(None, "CNY/kg")})),
            {"by": "price"},
            "allocation-property-missing",
        ),
        (
            (IRON, replace(SLAG, properties={"price": Amount(1.0, "USD/kg")})),
            {"by": "price"},
            "allocation-currencies",
        ),
        (
            (IRON, replace(SLAG, properties={"price": Amount(1.0, "CNY")})),
            {"by": "price"},
            "allocation-measure",
        ),
        (
            (IRON, replace(SLAG, properties={"price": Amount(-1.0, "CNY/kg")})),
            {"by": "price"},
            "allocation-weight-negative",
        ),
        ((SLAG,), {"by": "price"}, "allocation-total-zero"),
        (
            (replace(IRON, basis="dry mass"), replace(SLAG, basis="wet mass")),
            {"by": "mass"},
            "allocation-basis-differs",
        ),
        (
            (
                replace(IRON, properties={"volume": Amount(0.2, "m3/t")}),
                replace(GAS, properties={"volume": Amount(0.2, "m3/t")}),
            ),
            {"by": "volume"},
            "allocation-measures-differ",
        ),
        ((IRON, SLAG), {"by": "given", "shares": {"iron": 0.9}}, "allocation-property-missing"),
        (
            (IRON, SLAG),
            {"by": "given", "shares": {"iron": 0.9, "slag": 0.2}},
            "allocation-share-sum",
        ),
        (
            (IRON, SLAG),
            {"by": "given", "shares": {"iron": 1.1, "slag": -0.1}},
            "allocation-weight-negative",
        ),
        (
            (IRON, SLAG),
            {"by": "given", "shares": {"iron": float("nan"), "slag": 0.2}},
            "allocation-share-sum",
        ),
        (
            (IRON, SLAG),
            {"by": "given", "shares": {"iron": 0.5, "slag": 0.5, "dust": 0.0}},
            "allocation-stranger",
        ),
        ((IRON, SLAG), {"by": "mass", "shares": {"iron": 1.0}}, "allocation-shares-unused"),
        ((IRON, SLAG), {"by": "mass", "level": "economic"}, "allocation-level"),
        ((IRON, SLAG), {"by": "mass", "level": "phys"}, "allocation-level-unknown"),
        ((IRON, SLAG), {"by": "mass", "causes": {"coal": {"iron": 1}}}, "allocation-cause-unknown"),
        ((IRON, SLAG), {"by": "mass", "causes": {"r1": {"iron": 0.9}}}, "allocation-share-sum"),
        ((IRON, SLAG), {"by": "mass", "causes": {"r1": {"dust": 1}}}, "allocation-stranger"),
        ((IRON, SLAG), {"by": "causes", "causes": {"r1": {"iron": 1}}}, "allocation-cause-missing"),
        ((IRON, SLAG), {"by": "causes"}, "allocation-cause-missing"),
    ],
)
def test_what_is_wrong_is_refused(
    products: tuple[CoProduct, ...], words: dict[str, object], code: str
) -> None:
    with pytest.raises(AllocationError) as caught:
        allocate(_plant(*products), **words)  # type: ignore[arg-type]
    assert code in _codes(caught)
    assert all(each.says("zh") for each in caught.value.problems)


def test_all_problems_come_together() -> None:
    products = (IRON, IRON, replace(SLAG, amount=Amount(0.0, "t")))
    with pytest.raises(AllocationError) as caught:
        allocate(_plant(*products), by="colour", level="first", causes={"coal": {"iron": 1}})  # type: ignore[arg-type]
    assert _codes(caught) == [
        "allocation-product-twice",
        "reference-amount",
        "allocation-level-unknown",
        "allocation-cause-unknown",
        "allocation-property-missing",
    ]


def test_missing_products_are_listed_with_the_properties_there_are() -> None:
    with pytest.raises(AllocationError) as caught:
        allocate(_plant(IRON, GAS, SLAG), by="volume")
    only = caught.value.problems[0]
    assert only.facts["products"] == "iron, gas, slag"
    assert only.candidates == ("price",)


def test_every_method_declares_itself() -> None:
    for id_, method in METHODS.items():
        assert find_method(method.name.zh) is method
        assert id_ == method.id
        assert method.source.startswith("ISO 14044:2006, 4.3.4.2")
        assert all(each.en and each.zh for each in (method.name, method.needs, method.returns))
        assert set(method.levels) <= set(LEVELS) - {"subdivision", "expansion"}
    assert set(STEPS) == set(LEVELS)
