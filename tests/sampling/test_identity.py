"""An identity comes from ids: not from positions, order, names or what else is there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pcf.inventory.sampling.identity import exchange_identities, identity
from pcf.methods import allocate
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess, unit_process

TEXTS = ("process", "direction", "flow", "provider")


def rows() -> list:
    smelter = unit_process(
        "smelter",
        ("aluminium", "1 t"),
        takes={"alumina": "1.9 t", "anode": "0.5 t"},
        emits={"CO2": "1.5 t", "CF4": "18 g"},
    )
    twice = (
        Exchange("anode", Amount(0.1, "t"), id="b"),
        Exchange("anode", Amount(0.2, "t"), id="a"),
    )
    smelter = replace(smelter, exchanges=(*smelter.exchanges, *twice))
    refinery = unit_process("refinery", ("alumina", "1 t"), emits={"CO2": "0.7 t"})
    return [smelter, refinery, unit_process("anode", "1 t", emits={"CO2": "1 t"})]


def by_exchange(processes: list) -> dict[tuple, int]:
    system = product_system(processes)
    columns = system.exchanges
    found = exchange_identities(system, np.arange(len(columns)))
    ids = system.processes.ids[columns.process].tolist()
    keys = zip(ids, columns.flows.tolist(), columns.amount.tolist(), strict=True)
    return dict(zip(keys, found.tolist(), strict=True))


def test_every_exchange_has_an_identity_of_its_own():
    found = by_exchange(rows())
    assert len(set(found.values())) == len(found) == 8


@given(st.permutations(range(3)), st.permutations(range(6)))
def test_order_changes_no_identity(of_processes, of_exchanges):
    processes = rows()
    exchanges = tuple(processes[0].exchanges[e] for e in of_exchanges)
    processes[0] = replace(processes[0], exchanges=exchanges)
    assert by_exchange([processes[p] for p in of_processes]) == by_exchange(rows())


def test_an_unrelated_process_changes_no_identity():
    extra = unit_process("aardvark", "1 kg", emits={"CO2": "1 kg"})
    found = by_exchange([extra, *rows()])
    assert found.items() > by_exchange(rows()).items()


def test_a_name_changes_no_identity():
    """The flow of a link is the product of its provider, however the row spells it."""
    processes = rows()
    first, *others = processes[0].exchanges
    renamed = replace(first, flow="氧化铝", provider="refinery")
    processes[0] = replace(processes[0], exchanges=(renamed, *others))
    assert sorted(by_exchange(processes).values()) == sorted(by_exchange(rows()).values())


def test_each_text_tells_two_numbers_apart():
    texts = ["a", "input", "b", "c"]
    found = {identity(*texts)}
    found |= {
        identity(*(f"{t}x" if i == at else t for i, t in enumerate(texts))) for at in range(4)
    }
    found |= {
        identity(*texts, field="factor"),
        identity(*texts, number=2),
        identity(*texts, origin=("cn-public", "2026.1")),
        identity(*texts, origin=("cn-public", "2027.1")),
    }
    assert len(found) == 9


def identities(processes: list) -> tuple[np.ndarray, np.ndarray]:
    """Return the process of each exchange, and its identity."""
    system = product_system(processes)
    at = np.arange(len(system.exchanges))
    return system.processes.ids[system.exchanges.process], exchange_identities(system, at)


def test_set_and_edition_of_a_process_are_part_of_its_numbers():
    processes = rows()
    owners, plain = identities(processes)
    processes[2] = replace(processes[2], origin=("cn-public", "2026.1"))
    _, placed = identities(processes)
    processes[2] = replace(processes[2], origin=("cn-public", "2027.1"))
    _, later = identities(processes)
    assert ((plain != placed) == (owners == "anode")).all()
    assert ((later != placed) == (owners == "anode")).all()
    own = owners == "anode"
    expected = identity("anode", "output", "CO2, fossil", "", origin=("cn-public", "2026.1"))
    assert placed[own].tolist() == [expected]


def divided(by: str = "mass") -> list:
    """Return the parts of a smelter with two inputs of one kind, and what it takes."""
    exchanges = (
        Exchange("coke", Amount(8.0, "GJ"), id="b"),
        Exchange("coke", Amount(2.0, "GJ"), id="a"),
    )
    products = (
        CoProduct("copper", Amount(3.0, "t"), {"price": Amount(8.0, "CNY/kg")}),
        CoProduct("slag", Amount(1.0, "t"), {"price": Amount(1.0, "CNY/kg")}),
    )
    whole = MultiOutputProcess("smelter", products, exchanges)
    parts = allocate(whole, by=by, reason="a test").processes
    return [*parts, unit_process("coke", "1 GJ", emits={"CO2": "0.1 t"})]


def test_the_parts_of_one_measured_exchange_have_its_identity():
    """As if the process had not been divided, and whatever it was divided by."""
    for by in ("mass", "price"):
        owners, found = identities(divided(by))
        parts = [found[owners == f"smelter: {product}"].tolist() for product in ("copper", "slag")]
        numbered = [identity("smelter", "input", "coke", "coke", number=n) for n in (2, 1)]
        assert parts == [numbered, numbered]


def test_a_part_is_not_taken_for_a_process_that_is_called_like_one():
    alike = unit_process("smelter: copper", ("copper", "3 t"), takes={"coke": "6 GJ"})
    _, found = identities([alike, unit_process("coke", "1 GJ")])
    assert found.tolist() == [identity("smelter: copper", "input", "coke", "coke")]
