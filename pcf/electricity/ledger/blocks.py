"""How do sixteen million legs fit into one event? A block: columns, compressed, with a digest.

A block is `zlib(header length + header + columns)`. Whole numbers are stored as first differences,
byte by byte in planes, which is what makes them small; text as its names and codes. The digest is
taken over the content, never over the compressed bytes, which differ between builds of zlib.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from pcf.digest import canonical
from pcf.electricity.columns import Texts
from pcf.errors import LedgerError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Block: TypeAlias = Mapping[str, Whole | Texts]

_LEVEL = 1
_LARGEST = 2**33  # bytes of an unpacked block: 350 million legs
_LENGTH = 8


def pack(block: Block) -> bytes:
    """Return the bytes of a block.

    >>> import numpy as np
    >>> data = pack({"low": np.array([5, 2**62], dtype=np.int64), "who": Texts.of(["甲", "甲"])})
    >>> found = unpack(data)
    >>> found["low"].tolist(), found["who"][1]
    ([5, 4611686018427387904], '甲')
    """
    header = canonical(_header(block))
    squeezer = zlib.compressobj(_LEVEL)
    parts = [squeezer.compress(len(header).to_bytes(_LENGTH, "little") + header)]
    parts += [squeezer.compress(_planes(_codes(block[name]))) for name in sorted(block)]
    return b"".join([*parts, squeezer.flush()])


def unpack(data: bytes) -> dict[str, Whole | Texts]:
    """Return the block in some bytes; raise LedgerError where they hold none."""
    try:
        squeezed = zlib.decompressobj()
        content = memoryview(squeezed.decompress(data, _LARGEST))
        start = _LENGTH + int.from_bytes(content[:_LENGTH], "little")
        header = json.loads(bytes(content[_LENGTH:start]))
        block: dict[str, Whole | Texts] = {}
        for name, (count, names) in sorted(header.items()):
            end = start + 8 * count
            codes = _numbers(content[start:end])
            block[name] = codes if names is None else _text(tuple(names), codes)
            start = end
        if start != len(content) or not squeezed.eof or squeezed.unused_data:
            raise LedgerError(problem("ledger-block"))
    except (zlib.error, ValueError, TypeError, KeyError, AttributeError):
        raise LedgerError(problem("ledger-block")) from None
    return block


def block_digest(block: Block) -> str:
    """Return the SHA-256 of a block's content: names, counts and every number, little-endian.

    >>> import numpy as np
    >>> one = {"a": np.arange(3), "b": np.arange(2)}
    >>> block_digest(one) == block_digest(dict(reversed(one.items()))) != block_digest({})
    True
    """
    content = hashlib.sha256(canonical(_header(block)))
    for name in sorted(block):
        content.update(np.ascontiguousarray(_codes(block[name]), dtype="<i8").data)
    return content.hexdigest()


def _header(block: Block) -> dict[str, list[object]]:
    return {
        name: [len(column), list(column.names) if isinstance(column, Texts) else None]
        for name, column in block.items()
    }


def _codes(column: Whole | Texts) -> Whole:
    return column.codes.astype(np.int64) if isinstance(column, Texts) else column


def _planes(numbers: Whole) -> bytes:
    steps = np.diff(numbers.astype("<i8"), prepend=np.int64(0))
    return steps.view(np.uint8).reshape(-1, 8).T.tobytes()


def _numbers(planes: memoryview) -> Whole:
    steps = np.frombuffer(planes, dtype=np.uint8).reshape(8, -1).T
    return np.cumsum(np.ascontiguousarray(steps).view("<i8").ravel(), dtype=np.int64)


def _text(names: tuple[str, ...], codes: Whole) -> Texts:
    if len(codes) and not 0 <= codes.min() <= codes.max() < len(names):
        raise LedgerError(problem("ledger-block"))
    return Texts(names, codes.astype(np.int32))
