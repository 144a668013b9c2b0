"""Parameters: scopes, formulas, redefinition by scenario, and every problem at once."""

from __future__ import annotations

import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.errors import ExpressionError, Where
from pcf.expressions import Parameter, evaluate, in_scope, resolve

# openLCA's ParameterTableTest, as recorded in the case mx-025: global and local parameters of the
# same names, a dependent formula in each scope.
OPENLCA = [
    Parameter("inp_param", 42),
    Parameter("dep_param", formula="2 * inp_param"),
    Parameter("inp_param", 84, scope="process"),
    Parameter("dep_param", formula="3 * inp_param", scope="process"),
]


@pytest.mark.parametrize(
    ("redefined", "expected"),
    [
        ([], [42, 84, 84, 252]),
        ([Parameter("inp_param", 99)], [99, 198, 84, 252]),
        ([Parameter("inp_param", 99, scope="process")], [42, 84, 99, 297]),
    ],
)
def test_scopes_and_redefinitions_are_those_of_openlca(
    redefined: list[Parameter], expected: list[float]
) -> None:
    values = resolve(OPENLCA, redefined)
    found = [values[each.scope][each.name] for each in OPENLCA]
    assert found == [(value, "1") for value in expected]


def test_an_allocation_factor_may_be_a_formula() -> None:
    values = resolve([Parameter("param", 25)])
    assert evaluate("param/100", in_scope(values, "any process")) == (0.25, "1")


def test_a_global_formula_never_sees_local_names() -> None:
    table = [Parameter("a", 1), Parameter("b", formula="a + 1"), Parameter("a", 10, scope="p")]
    values = resolve([*table, Parameter("c", formula="b + a", scope="p")])
    assert values == {
        "": {"a": (1.0, "1"), "b": (2.0, "1")},
        "p": {"a": (10.0, "1"), "c": (12.0, "1")},
    }
    with pytest.raises(ExpressionError, match="expression-name-unknown"):
        resolve([Parameter("b", formula="a"), Parameter("a", 1, scope="p")])


def test_one_process_never_sees_the_names_of_another() -> None:
    with pytest.raises(ExpressionError, match="expression-name-unknown"):
        resolve([Parameter("a", 1, scope="p"), Parameter("b", formula="a", scope="q")])


def test_units_travel_through_formulas_and_into_the_unit_asked_for() -> None:
    table = [
        Parameter("mass", 2, "t"),
        Parameter("distance", 30, "公里"),
        Parameter("work", formula="mass * distance"),
        Parameter("small", unit="kgkm", formula="work"),
        Parameter("unknown", unit="kg"),
        Parameter("more", formula="unknown + mass"),
    ]
    assert resolve(table)[""] == {
        "mass": (2.0, "t"),
        "distance": (30.0, "km"),
        "work": (60.0, "tkm"),
        "small": (60000.0, "kgkm"),
        "unknown": (None, "kg"),
        "more": (None, "kg"),
    }


def test_a_redefinition_keeps_the_unit_or_brings_one_that_converts() -> None:
    table = [Parameter("m", 2, "t"), Parameter("k", unit="kg", formula="m / 2")]
    assert resolve(table, [Parameter("m", 4)])[""] == {"m": (4.0, "t"), "k": (2000.0, "kg")}
    assert resolve(table, [Parameter("m", 4, "kg")])[""]["k"] == (2.0, "kg")
    assert resolve(table, [Parameter("k", 7)])[""] == {"m": (2.0, "t"), "k": (7.0, "kg")}
    assert resolve(table, [Parameter("m")])[""] == {"m": (None, "t"), "k": (None, "kg")}
    assert resolve(table, [Parameter("k", formula="3 * m")])[""]["k"] == (6.0, "t")
    for change in (Parameter("m", 4, "km"), Parameter("k", formula="m * m")):
        with pytest.raises(ExpressionError, match="parameter-dimension"):
            resolve(table, [change])


def test_a_redefinition_of_nothing_is_the_original() -> None:
    assert resolve(OPENLCA, []) == resolve(OPENLCA, OPENLCA[:1]) == resolve(OPENLCA)


def test_a_redefinition_of_what_is_not_there_is_refused() -> None:
    for change in (Parameter("inp_parm", 1), Parameter("inp_param", 1, scope="other")):
        with pytest.raises(ExpressionError, match="parameter-not-there") as caught:
            resolve(OPENLCA, [change])
        assert "inp_param" in caught.value.problems[0].candidates


@pytest.mark.parametrize(
    ("formulas", "cycle"),
    [
        ({"a": "a"}, "a -> a"),
        ({"a": "b + 1", "b": "2 * a"}, "a -> b -> a"),
        ({"a": "b", "b": "c", "c": "a", "d": "a"}, "a -> b -> c -> a"),
        ({"z": "y", "y": "x", "x": "z", "q": "1"}, "x -> z -> y -> x"),
    ],
)
def test_a_cycle_is_told_by_its_names_in_the_order_of_the_formulas(
    formulas: dict[str, str], cycle: str
) -> None:
    rows = [Parameter(name, formula=formula) for name, formula in formulas.items()]
    random.shuffle(rows)
    with pytest.raises(ExpressionError) as caught:
        resolve(rows)
    assert [told.facts for told in caught.value.problems] == [{"cycle": cycle}]


def test_a_local_parameter_may_not_lean_on_itself_through_its_global_namesake() -> None:
    with pytest.raises(ExpressionError, match="parameter-cycle"):
        resolve([Parameter("a", 1), Parameter("a", formula="a + 1", scope="p")])


def test_all_problems_come_together_each_with_its_place() -> None:
    table = [
        Parameter("a", formula="b"),
        Parameter("b", formula="a"),
        Parameter("c", formula="d"),
        Parameter("d", formula="c", scope="p"),
        Parameter("twice", 1),
        Parameter("twice", 2),
        Parameter("both", 1, formula="2"),
        Parameter("if", 1),
        Parameter("bad", formula="1 +"),
        Parameter("zero", formula="1 / 0", scope="p"),
        Parameter("leans_on_zero", formula="zero + 1", scope="p"),
        Parameter("unit", 1, "ton"),
        Parameter("mixed", unit="kg", formula="'1 kWh'"),
        Parameter("names", formula="aa + bb"),
        Parameter("endless", float("inf")),
    ]
    with pytest.raises(ExpressionError) as caught:
        resolve(table, where=Where(file="study.toml"))
    told = {(each.where.item, each.code) for each in caught.value.problems}
    assert told == {
        ("a", "parameter-cycle"),
        ("c", "expression-name-unknown"),
        ("twice", "parameter-twice"),
        ("both", "parameter-value-and-formula"),
        ("if", "expression-name"),
        ("bad", "expression-syntax"),
        ("p: zero", "expression-division-by-zero"),
        ("unit", "unit-ton"),
        ("mixed", "unit-dimension"),
        ("names", "expression-name-unknown"),
        ("endless", "expression-not-finite"),
    }
    assert sum(each.where.item == "names" for each in caught.value.problems) == 2
    assert {each.where.file for each in caught.value.problems} == {"study.toml"}
    assert "共 12 个问题" in caught.value.says("zh")


@given(st.permutations(OPENLCA))
def test_the_order_of_parameters_changes_no_value(rows: list[Parameter]) -> None:
    assert resolve(rows) == resolve(OPENLCA)


def test_a_long_chain_of_formulas_is_no_matter() -> None:
    chain = [Parameter(f"p{i}", formula=f"p{i - 1} + 1") for i in range(1, 3000)]
    assert resolve([*reversed(chain), Parameter("p0", 0)])[""]["p2999"] == (2999.0, "1")


def test_parameters_and_their_values_pickle() -> None:
    values = resolve(OPENLCA)
    arrived = pickle.loads(pickle.dumps((OPENLCA, values)))  # noqa: S301 - our own bytes
    assert arrived == (OPENLCA, values)
