"""Product systems from labelled matrices: which product a process is for, and what the rest is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from scipy.sparse import csr_array, csr_matrix

from pcf.errors import ModelError
from pcf.inventory import assemble, intensities, solve
from pcf.model.building import product_system
from pcf.model.characterisation import CharacterisationSet
from pcf.model.flows import find_gas
from pcf.model.labelled import from_matrices
from pcf.testing import assert_equal_numbers, product_systems

if TYPE_CHECKING:
    from pcf.model.systems import ProductSystem


def labelled(technosphere: Any, **options: Any) -> ProductSystem:
    """Return a system with products a, b, c ... and processes A, B, C ..."""
    n = np.shape(technosphere)[0]
    names = "abcdefgh"[:n]
    return from_matrices(
        technosphere, products=list(names), processes=list(names.upper()), **options
    )


def codes(caught: pytest.ExceptionInfo[ModelError]) -> list[tuple[str, str]]:
    """Return code and place of each problem."""
    return [(each.code, each.where.item) for each in caught.value.problems]


def kinds(system: ProductSystem, process: int = 0) -> list[tuple[str, str, str, float | None]]:
    """Return flow, kind, direction and amount of each exchange."""
    rows = system.process(process).exchanges
    return [(row.flow, row.kind, row.direction, row.amount.value) for row in rows]


def test_the_only_positive_entry_is_the_reference_wherever_it_stands() -> None:
    system = labelled([[-2, 100], [10, 0]])
    assert [row.product for row in system.rows()] == ["b", "a"]
    assert [row.amount.value for row in system.rows()] == [10, 100]
    assert kinds(system) == [("a", "product", "input", 2)]


def test_among_several_positive_entries_the_diagonal_is_the_reference_and_others_credits() -> None:
    system = labelled([[2, -1], [0.5, 1]])
    assert [row.product for row in system.rows()] == ["a", "b"]
    assert kinds(system) == [("b", "credit", "output", 0.5)]


def test_a_column_without_positive_entries_treats_its_negative_diagonal() -> None:
    system = labelled([[4, -1], [3, -2]], reference={"A": "a"})
    assert system.process(1).treats
    assert system.process(1).amount.value == 2
    assert kinds(system, 0) == [("b", "waste", "output", 3)]
    assert kinds(system, 1) == [("a", "product", "input", 1)]


def test_negative_entries_in_the_row_of_a_treatment_are_avoided_treatments() -> None:
    system = labelled([[4, 0], [-3, -2]])
    assert kinds(system, 0) == [("b", "credit", "input", 3)]


def test_a_named_reference_wins_and_may_be_a_treatment_with_a_credit() -> None:
    """An incinerator that also delivers heat would else be taken for a maker of heat."""
    burnt = labelled([[-1, 3], [2, 5]], reference={"A": "a"})
    assert burnt.process(0).treats
    assert kinds(burnt, 0) == [("b", "credit", "output", 2)]
    assert kinds(burnt, 1) == [("a", "waste", "output", 3)]


def test_columns_whose_reference_is_not_clear_are_named_all_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        labelled([[0, 1, -1], [2, 0, 0], [3, 4, 0]])
    assert codes(caught) == [("reference-unclear", each) for each in "ABC"]
    assert caught.value.problems[0].candidates == ("b", "c")


def test_a_treatment_with_several_credits_must_be_named() -> None:
    technosphere = [[-1, 0, 0], [2, 3, 0], [4, 0, 5]]
    with pytest.raises(ModelError) as caught:
        labelled(technosphere)
    assert codes(caught) == [("reference-unclear", "A")]
    assert kinds(labelled(technosphere, reference={"A": "a"})) == [
        ("b", "credit", "output", 2),
        ("c", "credit", "output", 4),
    ]


def test_zeros_that_a_sparse_matrix_holds_are_no_links() -> None:
    stored = csr_array(([1.0, 0.0, 1.0, 0.0], ([0, 1, 1, 0], [0, 0, 1, 1])))
    assert stored.nnz == 4
    assert len(labelled(stored).exchanges) == 0


def test_products_without_or_with_several_processes_are_named() -> None:
    with pytest.raises(ModelError) as caught:
        labelled([[1, 2, 0], [-1, 0, 0], [0, 0, 1]])
    assert codes(caught) == [
        ("product-several-references", "a"),
        ("product-no-reference", "b"),
    ]
    assert caught.value.problems[0].candidates == ("A", "B")
    assert caught.value.problems[1].candidates == ("A",)


def test_a_matrix_that_no_choice_of_references_can_pair_says_so() -> None:
    with pytest.raises(ModelError) as caught:
        labelled([[1, 2, 0], [0, 0, 0], [-1, 0, 1]])
    assert ("pairing-impossible", "technosphere") in codes(caught)
    assert caught.value.problems[-1].facts == {"products": "b"}


def test_a_reference_that_is_no_label_or_zero_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        labelled([[1, 0], [0, 1]], reference={"Z": "a", "A": "z"})
    assert codes(caught) == [("process-unknown", "reference"), ("product-unlabelled", "A")]
    with pytest.raises(ModelError) as caught:
        labelled([[1, 0], [0, 1]], reference={"A": "b", "B": "a"})
    assert codes(caught) == [("reference-zero", "A"), ("reference-zero", "B")]


def test_shapes_labels_and_numbers_that_do_not_fit_come_together() -> None:
    with pytest.raises(ModelError) as caught:
        from_matrices(
            [[1, np.nan], [0, 1]],
            [[np.inf, 0]],
            products=["a", "a"],
            processes=["A", "A"],
            flows=["x"],
        )
    assert codes(caught) == [
        ("label-twice", "products"),
        ("label-twice", "processes"),
        ("matrix-not-finite", "A: a"),
        ("matrix-not-finite", "A: x"),
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (
            {"technosphere": [[1, 0]], "products": ["a", "b"], "processes": ["A", "B"]},
            "matrix-shape",
        ),
        (
            {"technosphere": [[1], [0]], "products": ["a", "b"], "processes": ["A"]},
            "matrix-not-square",
        ),
        ({"technosphere": [["x"]], "products": ["a"], "processes": ["A"]}, "matrix-unreadable"),
        (
            {"technosphere": [[1], [1, 2]], "products": ["a"], "processes": ["A"]},
            "matrix-unreadable",
        ),
        (
            {"technosphere": [[1]], "elementary": [[1]], "products": ["a"], "processes": ["A"]},
            "matrix-shape",
        ),
        (
            {"technosphere": [[1]], "products": ["a"], "processes": ["A"], "product_units": []},
            "labels-length",
        ),
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(ModelError) as caught:
        from_matrices(**arguments)
    assert caught.value.problems[0].code == code


def test_an_unknown_entry_is_refused_and_not_taken_for_no_link() -> None:
    with pytest.raises(ModelError) as caught:
        labelled([[1, None], [0, 1]])
    assert codes(caught) == [("matrix-not-finite", "B: a")]


def test_what_is_taken_in_and_what_leaves_are_two_flows() -> None:
    system = from_matrices(
        np.eye(2), [[3, -4]], products=["a", "b"], processes=["A", "B"], flows=["water"]
    )
    assert [(flow.id, flow.direction) for flow in system.elementary] == [
        ("water", "output"),
        ("water", "input"),
    ]
    assert solve(system, {"A": 1.0, "B": 1.0}).amount("water") == -1.0


def test_a_flow_stated_as_an_input_with_positive_entries_is_refused() -> None:
    """Some peers write resources with plus; read with minus they would count against."""
    uptake = find_gas("CO2 uptake")
    assert uptake is not None
    with pytest.raises(ModelError) as caught:
        from_matrices([[1]], [[5]], products=["a"], processes=["A"], flows=[uptake])
    assert codes(caught) == [("flow-turned", uptake.id)]
    system = from_matrices([[1]], [[-5]], products=["a"], processes=["A"], flows=[uptake])
    assert system.elementary == (uptake,)


def test_flows_that_nothing_emits_keep_their_place() -> None:
    system = from_matrices([[1]], [[0]], products=["a"], processes=["A"], flows=["argon"])
    assert solve(system, {"a": 1.0}).amount("argon") == 0.0


def test_units_of_the_list_are_read_and_others_stay_opaque() -> None:
    system = from_matrices(
        np.eye(3),
        products=["a", "b", "c"],
        processes=["A", "B", "C"],
        product_units=["千瓦时", "s", "m2"],
    )
    assert system.processes.units.tolist()[0] == "kWh"
    assert system.processes.units.tolist()[1:] == ["s", "m2"]


@pytest.mark.parametrize("form", [np.array, csr_array, csr_matrix, pd.DataFrame, lambda rows: rows])
def test_every_form_of_matrix_gives_the_same_system(form: Any) -> None:
    rows, emitted = [[-2, 100], [10, 0]], [[1, 10], [0, -50]]
    labels: dict[str, Any] = {
        "products": ["fuel", "power"],
        "processes": ["plant", "refinery"],
        "flows": ["CO2", "oil"],
    }
    assert from_matrices(form(rows), form(emitted), **labels) == from_matrices(
        rows, emitted, **labels
    )


@given(product_systems())
def test_matrices_written_and_read_back_are_the_same_matrices(system: ProductSystem) -> None:
    """References need naming here: what is avoided may be a second positive entry."""
    matrices, heads = assemble(system), system.processes
    again = from_matrices(
        matrices.technosphere,
        matrices.elementary,
        products=heads.products.tolist(),
        processes=heads.ids.tolist(),
        flows=[flow.id for flow in system.elementary],
        reference=dict(zip(heads.ids.tolist(), heads.products.tolist(), strict=True)),
    )
    written = assemble(again)
    assert_equal_numbers(written.technosphere.toarray(), matrices.technosphere.toarray())
    assert [row.treats for row in again.rows()] == heads.treats.tolist()
    one, two = solve(system, {"p0": 1.0}), solve(again, {"p0": 1.0})
    assert_equal_numbers(one.scaling, two.scaling)


@given(product_systems())
def test_rows_of_a_labelled_system_rebuild_to_the_same_intensities(system: ProductSystem) -> None:
    own = CharacterisationSet.of("own", {"CO2, fossil": 1, "water": 2})
    matrices, heads = assemble(system), system.processes
    read = from_matrices(
        matrices.technosphere,
        matrices.elementary,
        products=heads.products.tolist(),
        processes=heads.ids.tolist(),
        flows=[flow.id for flow in system.elementary],
        reference=dict(zip(heads.ids.tolist(), heads.products.tolist(), strict=True)),
        product_units=["bushel"] * len(heads),
    )
    assert_equal_numbers(intensities(product_system(read.rows()), own), intensities(read, own))
