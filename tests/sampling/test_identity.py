"""An identity comes from ids: not from positions, order, names or what else is there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pcf.inventory.sampling.identity import exchange_identities, identity
from pcf.model.amounts import Amount
from pcf.model.building import product_system
from pcf.model.processes import Exchange, unit_process

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
    found = exchange_identities(system, np.arange(len(columns)), {})
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


def test_the_origin_of_a_process_is_part_of_its_numbers():
    system = product_system(rows())
    at = np.arange(len(system.exchanges))
    plain = exchange_identities(system, at, {})
    placed = exchange_identities(system, at, {"anode": ("cn-public", "2026.1")})
    of_anode = system.processes.ids[system.exchanges.process] == "anode"
    assert ((plain != placed) == of_anode).all()
