"""Canonical JSON against the vectors of RFC 8785: its Appendix B and its examples."""

from __future__ import annotations

import json
import struct
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcf.digest import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

# RFC 8785, Appendix B: the bits of a number, and how ECMAScript writes it.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "written"), NUMBERS.items())
def test_a_number_is_written_as_the_rfc_writes_it(bits: str, written: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number).decode() == written
    assert canonical(np.float64(number)).decode() == written


def test_the_examples_of_the_rfc_come_out_as_it_prints_them() -> None:
    values = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical(values).hex() == (
        "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b333333"
        "3333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67"
        "223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"
    )
    names = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    order = ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis"]
    order += ["Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"]
    assert list(json.loads(canonical(names)).values()) == order


def _powers() -> Iterator[float]:
    """Yield numbers around every power of ten that a double holds."""
    for power in range(-323, 309):
        number = float(f"1e{power}")
        yield from (number, np.nextafter(number, 0.0), np.nextafter(number, 1e308))


def test_numbers_read_back_as_the_same_bits_and_as_short_as_python_writes_them() -> None:
    for number in map(float, islice(_powers(), 3000)):
        written = canonical(number).decode()
        assert float(written) == number
        digits = written.lstrip("-").partition("e")[0].replace(".", "").strip("0")
        assert len(digits) <= len(repr(number).partition("e")[0].replace(".", "").strip("0"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_reads_back_as_the_same_bits(number: float) -> None:
    assert float(canonical(number)) == number


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_canonical_json_is_a_fixed_point(value: object) -> None:
    try:
        once = canonical(value)
    except UnicodeEncodeError:  # half of a surrogate pair has no UTF-8
        return
    assert canonical(json.loads(once, parse_int=float)) == once


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 1, {1: 2}, {"a": b"1"}])
def test_what_json_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical(value)
