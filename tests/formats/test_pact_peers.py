"""The published examples, read with exactly the findings that they deserve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pcf.formats.pact import read_pact

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MISPLACED = {"pact-misplaced", "pact-operator"}
DESERVED = {
    # 0.35 + 0 + 0.004 + 0 + 0.002 is not 0.384: the land management that is inside was added
    "v3-example-1.json": {
        "pact-sum", "pact-uuid-version", "pact-missing-shall", "pact-switch-silent", *MISPLACED,
    },
    # 4.78 + 0.024 is not 5.14; its own id stands among those that it replaces
    "v3-example-2.json": {"pact-sum", "pact-own-predecessor", "pact-missing-shall", *MISPLACED},
    # 1.85 and no uptake by that name, and yet 1.63
    "v3-get-footprint-response.json": {
        "pact-sum", "pact-urn", "pact-missing-shall", "pact-empty-text", "pact-unknown",
        "pact-valid-early",
    },
    "v2-get-footprint-response.json": {
        "pact-v2", "pact-v2-lost", "pact-v2-excluding", "pact-v2-quality", "pact-urn",
        "pact-missing-shall",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", DESERVED)
def test_a_published_example_gets_what_it_deserves(
    name: str, peer_data: Callable[[str], Path]
) -> None:
    (read,) = read_pact(peer_data(f"formats/pact/{name}"))
    assert {each.code for each in read.findings} == DESERVED[name]
    assert all(each.says("zh") and each.remedy("zh") for each in read.findings)


def test_the_sum_of_the_first_example_is_told(peer_data: Callable[[str], Path]) -> None:
    (read,) = read_pact(peer_data("formats/pact/v3-example-1.json"))
    (told,) = [each for each in read.findings if each.code == "pact-sum"]
    assert (told.facts["stated"], told.facts["added"]) == ("0.384", "0.356")
    assert read.number("pcfExcludingBiogenicUptake") is not None


def test_an_id_among_its_own_predecessors_is_left_out(peer_data: Callable[[str], Path]) -> None:
    (read,) = read_pact(peer_data("formats/pact/v3-example-2.json"))
    assert read.preceding == ("079e425a-464f-528d-341d-4a944a1dfd70",)


def test_version_2_is_scaled_to_its_amount(peer_data: Callable[[str], Path]) -> None:
    (read,) = read_pact(peer_data("formats/pact/v2-get-footprint-response.json"))
    assert str(read.number("landUseChangeGhgEmissions")) == "0.8"
    lost = {each.facts["field"] for each in read.findings if each.code == "pact-v2-lost"}
    assert {"landManagementGhgEmissions", "uncertaintyAssessmentDescription"} <= lost
