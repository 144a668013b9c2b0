"""How does one number commit to thousands that stay hidden? A Merkle tree with salted leaves.

A leaf is a place and its value. Its salt is an HMAC of the place under a key that only the full
copy holds, so that a reader who guesses a value cannot test the guess. Leaves stand in an order
that the key decides, among padding that looks the same, up to a power of two: neither order, nor
number, nor neighbours of a revealed value say anything. Leaves, padding and nodes are hashed apart.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pcf.digest import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_LEAVES = 16_384
"""A tree has at least so many leaves, padding included: the length of a proof tells no more."""
_LEAF, _NODE, _PADDING = b"\x00", b"\x01", b"\x02"
_HASH = 32
"""Bytes of a hash and of a salt: nothing of another length is hashed, so nothing can shift."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That a value stands at a place of what a root commits to.

    `salt` opens the leaf; `position` and the hashes of `siblings`, from the leaf up, lead from it
    to the root.
    """

    place: str
    value: Any
    salt: bytes
    position: int
    siblings: tuple[bytes, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the proof as plain JSON, bytes as hexadecimal text."""
        return {
            "place": self.place,
            "value": self.value,
            "salt": self.salt.hex(),
            "position": self.position,
            "siblings": [each.hex() for each in self.siblings],
        }


@dataclass(frozen=True, slots=True)
class Tree:
    """A commitment to values by place: its levels of hashes, from the leaves up to the root."""

    levels: tuple[tuple[bytes, ...], ...] = field(repr=False)
    positions: Mapping[str, int] = field(repr=False)
    values: Mapping[str, Any] = field(repr=False)
    key: bytes = field(repr=False)

    @property
    def root(self) -> bytes:
        """The 32 bytes that stand for everything."""
        return self.levels[-1][0]

    @property
    def size(self) -> int:
        """The number of leaves, padding included: a power of two."""
        return len(self.levels[0])

    def prove(self, place: str) -> Proof:
        """Return the proof of one value; raise KeyError for a place that there is not."""
        position = self.positions[place]
        siblings = tuple(
            level[(position >> height) ^ 1] for height, level in enumerate(self.levels[:-1])
        )
        return Proof(place, self.values[place], _salt(self.key, place), position, siblings)


def commit(key: bytes, values: Mapping[str, Any], *, least: int = LEAST_LEAVES) -> Tree:
    """Return the commitment to plain JSON values by place, under a key of at least 16 bytes.

    >>> tree = commit(bytes(32), {"total": 12.5, "by_stage/casting": 4}, least=4)
    >>> tree.size, holds(tree.root, tree.prove("total"))
    (4, True)
    """
    if len(key) < 16:
        raise ValueError("a key has at least 16 bytes")
    leaves: list[tuple[bytes, bytes, str | None]] = [
        (_keyed(key, b"place", place), _leaf(_salt(key, place), place, value), place)
        for place, value in values.items()
    ]
    size = max(least, 1 << max(len(values) - 1, 0).bit_length())
    for number in range(size - len(values)):
        filling = _keyed(key, b"padding", str(number))
        order = _keyed(key, b"place of padding", str(number))
        leaves.append((order, sha256(_PADDING + filling).digest(), None))
    leaves.sort(key=lambda leaf: leaf[0])
    levels = [tuple(found for _, found, _ in leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append(tuple(_node(below[at], below[at + 1]) for at in range(0, len(below), 2)))
    positions = {place: at for at, (*_, place) in enumerate(leaves) if place is not None}
    return Tree(tuple(levels), positions, dict(values), key)


def holds(root: bytes, proof: Proof) -> bool:
    """Return whether a proof leads to the root: whether its value is what was committed to.

    >>> tree = commit(bytes(32), {"total": 12.5}, least=4)
    >>> from dataclasses import replace
    >>> holds(tree.root, replace(tree.prove("total"), value=12.6))
    False
    """
    if {len(proof.salt), *map(len, proof.siblings)} != {_HASH}:
        return False
    if not 0 <= proof.position < 1 << len(proof.siblings):
        return False
    found = _leaf(proof.salt, proof.place, proof.value)
    for height, sibling in enumerate(proof.siblings):
        right = proof.position >> height & 1
        found = _node(sibling, found) if right else _node(found, sibling)
    return hmac.compare_digest(found, root)


def _keyed(key: bytes, purpose: bytes, said: str) -> bytes:
    return hmac.digest(key, b"pcf " + purpose + b" 1\x00" + said.encode(), "sha256")


def _salt(key: bytes, place: str) -> bytes:
    return _keyed(key, b"salt", place)


def _leaf(salt: bytes, place: str, value: object) -> bytes:
    return sha256(_LEAF + salt + canonical([place, value])).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
