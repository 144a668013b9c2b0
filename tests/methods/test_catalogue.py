"""Every declared method is on the page, whole, and says itself in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pcf import units
from pcf.methods.catalogue import catalogue_text, declared_methods

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "methods.md"
METHODS = [(topic, each) for topic, rows in declared_methods().items() for each in rows]


def test_the_page_is_what_the_declarations_say():
    assert PAGE.read_text("utf-8") == catalogue_text()


@pytest.mark.parametrize(("topic", "method"), METHODS, ids=lambda each: getattr(each, "id", each))
def test_a_method_states_equation_source_and_names_in_both_languages(topic, method):
    del topic
    assert method.equation
    assert len(method.source) > 15, "a document with its clause, or the law it rests on"
    for name in (method.name, method.returns, *(need.name for need in method.needs)):
        assert name.en
        assert re.search(r"[\u4e00-\u9fff]|CO2|CH4|N2O", name.zh), name


def test_every_need_has_a_unit_of_the_list_or_words():
    for _, method in METHODS:
        for need in method.needs:
            assert bool(need.words) != bool(need.unit) or not need.words
            if need.unit:
                assert units.unit(need.unit)


def test_there_are_as_many_as_the_topics_ask_for():
    topics = {topic for topic, _ in METHODS}
    assert topics >= {
        "combustion", "power", "chemistry", "metals", "waste", "capture", "transport", "crops",
        "land", "recycling",
    }  # fmt: skip
    assert len({method.id for _, method in METHODS}) == len(METHODS)
