"""A buyer's copy: what it shows, what it hides, and that it keeps to what it committed to."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.declare.archive import pack_parts, read_parts
from pcf.declare.bundle import Case, open_bundle
from pcf.declare.disclosure import KEY, read_proof
from pcf.declare.leaves import leaves_of
from pcf.declare.merkle import LEAST_LEAVES, Proof, commit, holds
from pcf.declare.sealing import seal_bundle
from pcf.digest import canonical
from pcf.errors import DeclareError

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.background import Background
    from pcf.study import Study

SEALED = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
SALT = bytes(range(32))
VERDICT = {"pack": "aluminium", "edition": "2026", "fingerprint": "0", "profile": None}
VERDICT |= {"verdict": "satisfied", "rules": {"AL001": "satisfied"}}
VALUES = st.dictionaries(
    st.text(max_size=8),
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text("ab镍"),
    min_size=1,
    max_size=20,
)


@pytest.fixture(scope="module")
def buyer(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return the buyer's copy of the smelter."""
    return case.for_buyer(tmp_path_factory.mktemp("buyer") / "buyer.pcf")


@given(VALUES, st.binary(min_size=16, max_size=40))
def test_every_committed_value_proves_itself(values: dict[str, object], key: bytes) -> None:
    tree = commit(key, values, least=16)
    assert tree.size >= max(16, len(values))
    assert tree.size & (tree.size - 1) == 0
    for place in values:
        proof = tree.prove(place)
        assert holds(tree.root, proof)
        assert read_proof(json.loads(json.dumps(proof.as_dict())), "a") == proof


@given(VALUES, st.data())
def test_nothing_else_proves_itself(values: dict[str, object], data: st.DataObject) -> None:
    tree = commit(SALT, values, least=16)
    place = data.draw(st.sampled_from(sorted(values)))
    proof = tree.prove(place)
    flipped = bytes([proof.salt[0] ^ 1]) + proof.salt[1:]
    sibling = (bytes(32), *proof.siblings[1:])
    for forged in (
        replace(proof, value=f"{proof.value}!"),
        replace(proof, place=f"{place}!"),
        replace(proof, salt=flipped),
        replace(proof, position=proof.position ^ 1),
        replace(proof, position=proof.position + tree.size),
        replace(proof, siblings=sibling),
        replace(proof, siblings=proof.siblings[1:], position=proof.position >> 1),
    ):
        assert not holds(tree.root, forged)


@given(VALUES, VALUES)
def test_other_values_have_another_root(one: dict[str, object], two: dict[str, object]) -> None:
    same = canonical(one) == canonical(two)
    assert (commit(SALT, one, least=8).root == commit(SALT, two, least=8).root) == same


def test_a_node_is_no_leaf() -> None:
    """Without separate domains the hash of two leaves could be shown as a value of its own."""
    tree = commit(SALT, {"a": 1, "b": 2}, least=2)
    left, right = tree.levels[0]
    assert tree.root != hashlib.sha256(b"\x00" + left + right).digest()
    assert not holds(tree.root, Proof("", "", left + right, 0, ()))


def test_a_proof_can_be_checked_by_the_definition_alone(case: Case, buyer: Case) -> None:
    """Written anew from docs/sealed-bundles.md: a reader needs nothing of this library."""
    (proof,) = case.reveal("results.json#by_stage/casting")
    told = json.loads(json.dumps(proof.as_dict()))
    leaf = json.dumps([told["place"], told["value"]], separators=(",", ":"), ensure_ascii=False)
    found = hashlib.sha256(b"\x00" + bytes.fromhex(told["salt"]) + leaf.encode()).digest()
    for height, sibling in enumerate(map(bytes.fromhex, told["siblings"])):
        pair = sibling + found if told["position"] >> height & 1 else found + sibling
        found = hashlib.sha256(b"\x01" + pair).digest()
    assert found.hex() == buyer.manifest["commitment"]["root"]
    parts = {name: said for name, said in case.archive.parts.items() if name != KEY}
    names = {name: hashlib.sha256(said).hexdigest() for name, said in sorted(parts.items())}
    listed = json.dumps(names, separators=(",", ":"), ensure_ascii=False).encode()
    key = hmac.digest(SALT, b"pcf bundle 1\x00" + listed, "sha256")
    salt = hmac.digest(key, b"pcf salt 1\x00" + told["place"].encode(), "sha256")
    assert salt.hex() == told["salt"]


def test_leaves_stand_in_no_order_that_a_reader_knows() -> None:
    values = {f"row {number:03}": number for number in range(200)}
    one, two = (commit(key, values).positions for key in (SALT, bytes(32)))
    positions = [one[place] for place in sorted(values)]
    assert positions != sorted(positions)
    assert positions != [two[place] for place in sorted(values)]
    assert max(positions) > LEAST_LEAVES / 2  # among the padding, not before it


def test_the_number_of_leaves_does_not_show(case: Case) -> None:
    parts = {name: content for name, content in case.archive.parts.items() if name != KEY}
    count = len(leaves_of(parts))
    assert 1_024 < count < LEAST_LEAVES
    few, many = commit(SALT, {"a": 1}), commit(SALT, leaves_of(parts))
    assert len(few.prove("a").siblings) == len(many.prove("results.json#total").siblings)


def test_the_buyer_sees_totals_stages_and_the_root(case: Case, buyer: Case) -> None:
    buyer.require_intact()
    shown = buyer.shown
    assert shown["total"] == float(f"{case.declared.total:.3g}")
    assert set(shown["by_stage"]) == set(case.declared.results["by_stage"])
    assert buyer.manifest["commitment"] == {"root": case.manifest["commitment"]["root"]}
    assert buyer.marks == ("fictional",)
    case.confirm(buyer)


@pytest.mark.parametrize("asked", ["study", "background", "footprint"])
def test_a_buyers_copy_has_no_study(buyer: Case, asked: str) -> None:
    with pytest.raises(DeclareError) as told:
        getattr(buyer, asked)
    assert told.value.problems[0].code == "bundle-not-full"


def _words(case: Case) -> set[str]:
    """Return every name and number of the hidden parts that is long enough to be told apart."""
    parts = {name: content for name, content in case.archive.parts.items() if name != KEY}
    values = {str(value) for value in leaves_of(parts).values() if value is not None}
    values |= {place.partition("#")[2] for place in leaves_of(parts)}
    return {each for each in values if len(each) > 4}


def test_no_hidden_name_or_number_can_be_read_from_the_buyers_copy(case: Case, buyer: Case) -> None:
    content = b"".join(buyer.archive.parts.values()) + canonical(dict(buyer.manifest))
    text = content.decode()
    meant = {
        *buyer.shown["by_stage"],
        *buyer.shown["lines"],
        *map(str, buyer.shown["context"].values()),
        *(str(each) for each in buyer.shown["declared_unit"].values()),
        *("total", "electricity", "location", "AR6 (0/0)", "fossil", "total_including_uptake"),
        *("review", "false", "purpose", "place", "period", "lines", "boundary", "product"),
        "unsplit_share", "share_excluded", "credits", "by_stage", "declared_unit", "planned",
        "characterisation", "context", *(f"{v:g}" for v in buyer.shown["by_stage"].values()),
        "amount", "basis", "marks", "background", SEALED.isoformat(),
        *("product/amount", "aluminium"),
    }  # fmt: skip
    found = {word for word in _words(case) if word in text}
    # What the buyer was meant to read, and what is part of it ('2024' of the period).
    assert {w for w in found if not any(w in m for m in meant)} == set()
    assert b"potroom" not in content
    assert b"cast house" not in content
    assert b"fictional-smelter-2024" not in content


def _renamed(study: Study, old: str, new: str) -> Study:
    """Return the study with a process under another name."""
    return replace(
        study,
        processes=tuple(replace(e, id=new) if e.id == old else e for e in study.processes),
        coproducts=tuple(
            replace(e, process=new) if e.process == old else e for e in study.coproducts
        ),
        activity=tuple(replace(e, process=new) if e.process == old else e for e in study.activity),
        legs=tuple(replace(e, process=new) if e.process == old else e for e in study.legs),
        links=tuple(replace(e, process=new) if e.process == old else e for e in study.links),
        balances=tuple(replace(e, process=new) if e.process == old else e for e in study.balances),
        exclusions=tuple(
            replace(e, process=new) if e.process == old else e for e in study.exclusions
        ),
        parameters=tuple(
            replace(e, process=new) if e.process == old else e for e in study.parameters
        ),
        alternatives=(),
    )


def test_copies_of_studies_that_differ_in_what_is_hidden_differ_in_the_root_alone(
    smelter: Study, background: Background, tmp_path: Path
) -> None:
    """Neither a longer name nor more processes show, by length or otherwise."""
    standing = tuple(row for row in smelter.activity if not row.alternative)
    plain = replace(smelter, alternatives=(), activity=standing)
    longer = _renamed(plain, "potroom", "a very long secret name of line 2 at plant 4")
    step = next(each for each in plain.processes if each.id == "cast house")
    more = replace(
        plain,
        processes=(
            *plain.processes,
            replace(step, id="unused", product="unused thing", stage=""),
        ),
        activity=(
            *plain.activity,
            *(
                replace(row, id=f"unused {row.id}", process="unused")
                for row in plain.activity
                if row.process == "potroom" and row.kind == "elementary" and not row.alternative
            ),
        ),
    )
    copies = []
    for number, study in enumerate((plain, longer, more)):
        full = tmp_path / f"{number}.pcf"
        footprint = study.footprint(background)
        case = seal_bundle(full, study, footprint, background, sealed=SEALED, key=SALT)
        root = str(case.manifest["commitment"]["root"]).encode()
        case.for_buyer(tmp_path / f"buyer {number}.pcf")
        data = (tmp_path / f"buyer {number}.pcf").read_bytes()
        assert data.count(root) == 1
        at = data.index(b"commitment")
        copies.append((len(data), read_parts(data, "b").parts, root, at))
    assert len({length for length, *_ in copies}) == 1
    assert copies[0][1] == copies[1][1] == copies[2][1]
    assert len({root for _, _, root, _ in copies}) == 3


def test_a_dictionary_attack_on_a_two_digit_secret_fails(case: Case, buyer: Case) -> None:
    """The buyer knows the place and that it has two digits; without the key no guess fits."""
    place = "study/activity.csv#cf4/amount"
    (proof,) = case.reveal(place)
    assert proof.value == "18"
    root = bytes.fromhex(buyer.manifest["commitment"]["root"])
    public = [b"", bytes(32), buyer.digest.encode(), root, hashlib.sha256(place.encode()).digest()]
    salts = [hashlib.sha256(each).digest() for each in public] + [bytes(32), root]
    guesses = [str(number) for number in range(10, 100)]
    hits = [
        (guess, salt)
        for guess in guesses
        for salt in salts
        if holds(root, replace(proof, value=guess, salt=salt))
    ]
    assert hits == []
    # Even a neighbour that was revealed, with its salt and its siblings, opens nothing else.
    (other,) = case.reveal("study/activity.csv#cf4/unit")
    assert not any(holds(root, replace(other, place=place, value=guess)) for guess in guesses)
    # With the salt, which only the full copy holds, the guess would succeed: so the salt is needed.
    assert [g for g in guesses if holds(root, replace(proof, value=g))] == ["18"]


def test_values_are_revealed_one_by_one_and_bind(case: Case, buyer: Case) -> None:
    total, amount = case.reveal("results.json#total", "study/activity.csv#cf4/amount")
    buyer.require_proved(total)
    buyer.require_proved(amount)
    assert total.value == case.declared.total
    with pytest.raises(DeclareError) as told:
        buyer.require_proved(replace(amount, value="17"))
    assert told.value.problems[0].code == "proof-none"
    with pytest.raises(DeclareError) as told:
        case.reveal("results.json#totl")
    assert told.value.problems[0].code == "place-none"
    assert "results.json#total" in told.value.problems[0].candidates


def test_a_revealed_file_is_held_to_its_fingerprint(case: Case, buyer: Case) -> None:
    part = "study/evidence/electricity-2024.csv"
    (proof,) = case.reveal(part)
    buyer.require_proved(proof)
    assert proof.value == hashlib.sha256(case.archive.parts[part]).hexdigest()


def _forged(buyer: Case, change: dict[str, object], commitment: str = "") -> Case:
    facts = {k: v for k, v in buyer.manifest.items() if k not in ("parts", "format")}
    if commitment:
        facts["commitment"] = {"root": commitment}
    shown = canonical(dict(buyer.shown) | change)
    return Case(read_parts(pack_parts(facts, {"disclosure.json": shown}), "forged.pcf"))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"total": 1.0}, "total"),
        ({"by_stage": {"casting": 1.0}}, "by_stage/electrolysis"),
        ({"verdicts": [VERDICT]}, "verdicts/0/pack"),
        ({"planned": True}, "planned"),
    ],
)
def test_a_buyers_copy_that_shows_something_else_is_not_confirmed(
    case: Case, buyer: Case, change: dict[str, object], place: str
) -> None:
    forged = _forged(buyer, change)
    forged.require_intact()
    with pytest.raises(DeclareError) as told:
        case.confirm(forged)
    assert {each.code for each in told.value.problems} == {"disclosure-differs"}
    assert place in {each.facts["place"] for each in told.value.problems}


def test_a_buyers_copy_of_another_bundle_is_not_confirmed(case: Case, buyer: Case) -> None:
    with pytest.raises(DeclareError) as told:
        case.confirm(_forged(buyer, {}, "0" * 64))
    assert told.value.problems[0].code == "commitment-other"


def test_a_full_copy_whose_parts_were_changed_afterwards_confirms_nothing(
    case: Case, buyer: Case
) -> None:
    parts = dict(case.archive.parts)
    parts["study/activity.csv"] = parts["study/activity.csv"].replace(b",18,", b",17,", 1)
    facts = {k: v for k, v in case.manifest.items() if k not in ("parts", "format")}
    changed = Case(read_parts(pack_parts(facts, parts), "changed.pcf"))
    changed.require_intact()
    for act in (lambda: changed.confirm(buyer), lambda: changed.reveal("results.json#total")):
        with pytest.raises(DeclareError) as told:
            act()
        assert told.value.problems[0].code == "commitment-differs"


@pytest.mark.parametrize("digits", [0, 16])
def test_a_number_of_digits_that_cannot_be_shown_is_refused(
    case: Case, tmp_path: Path, digits: int
) -> None:
    with pytest.raises(DeclareError):
        case.for_buyer(tmp_path / "b.pcf", digits=digits)


@pytest.mark.parametrize(
    "found",
    [None, [], {}, {"place": 1},
     {"place": "a", "value": {}, "salt": "", "position": 0, "siblings": []},
     {"place": "a", "value": 1, "salt": "zz", "position": 0, "siblings": []},
     {"place": "a", "value": 1, "salt": "", "position": 0, "siblings": ["00"]},
     {"place": "a", "value": 1, "salt": "", "position": True, "siblings": []},
     {"place": "a", "value": 1, "salt": "", "position": 0, "siblings": ["00" * 32] * 65}],
)  # fmt: skip
def test_what_is_no_proof_is_told(found: object) -> None:
    with pytest.raises(DeclareError) as told:
        read_proof(found, "proof.json")
    assert told.value.problems[0].code == "proof-form"


def test_a_buyers_copy_opens_from_its_file(case: Case, tmp_path: Path) -> None:
    case.for_buyer(tmp_path / "买方.pcf", digits=4)
    again = open_bundle(tmp_path / "买方.pcf")
    again.require_intact()
    assert again.shown["total"] == float(f"{case.declared.total:.4g}")
    case.confirm(again)
