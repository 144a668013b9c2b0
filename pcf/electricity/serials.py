"""What does a certificate's number say? The 32 digits of a Chinese green certificate.

17 digits are the project's filing code (kind of project, energy, technology, year of approval,
place, sequence, check digit), 15 the electricity: production date, sequence of the certificate,
class of electricity, class of trade (press of 2025-03-26; the registry's own text was not read).
That order is published; how many digits each part of the 15 has is not. `LAYOUT` is our reading:
six for year and month, seven for the sequence, one for each class. The check digit's algorithm is
not published either, so a check digit is 'not verified', never 'right'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pcf.electricity.intervals import Interval
from pcf.errors import ModelError, Problem, problem
from pcf.files import narrow

DIGITS = 32
_EXCEL_KEEPS = 15  # significant digits of a number in a spreadsheet
_KEPT_AS_TEXT = re.compile(r"^(?:['‘’`]|=\"(?=.*\"$))(.*?)\"?$")
_ZEROS = re.compile(r"0{16,}$")
_AS_NUMBER = re.compile(r"[0-9]*\.?[0-9]+[eE]\+?[0-9]+|[0-9]+\.[0-9]*")


@dataclass(frozen=True, slots=True)
class SerialLayout:
    """How many digits the parts of a serial have, in their order."""

    project: int = 17
    month: int = 6
    sequence: int = 7
    electricity: int = 1
    trade: int = 1

    def cut(self, digits: str) -> tuple[str, ...]:
        """Return the parts of a serial's digits."""
        parts, start = [], 0
        for width in (self.project, self.month, self.sequence, self.electricity, self.trade):
            parts.append(digits[start : start + width])
            start += width
        return tuple(parts)


LAYOUT = SerialLayout()


@dataclass(frozen=True, slots=True)
class Serial:
    """A serial, decoded. `check` says what is known of the project's check digit.

    >>> serial = read_serial("2" * 17 + "202503" + "0001234" + "11")
    >>> serial.sequence, str(serial.interval), serial.check
    (1234, '2025-03', 'not verified')
    """

    project: str
    month: str
    sequence: int
    electricity: str
    trade: str
    check: str = "not verified"

    @property
    def series(self) -> str:
        """What the serials of one project, month and class have in common."""
        return f"{self.project}-{self.month}-{self.electricity}{self.trade}"

    @property
    def interval(self) -> Interval:
        """The month of production."""
        return Interval.of_month(int(self.month[:4]), int(self.month[4:]))


def read_serial(written: str, layout: SerialLayout = LAYOUT) -> Serial:
    """Return a serial written as text; raise ModelError when it is none, or lost its digits.

    Spaces and hyphens between the digits, full-width digits, and what keeps a serial text in a
    spreadsheet ('123, ="123") are read.
    """
    digits = re.sub(r"[\s-]", "", _KEPT_AS_TEXT.sub(r"\1", narrow(written).strip()))
    fault = _fault(written, digits)
    if fault is not None:
        raise ModelError(fault)
    project, month, sequence, electricity, trade = layout.cut(digits)
    if not ("2017" <= month[:4] <= "2099" and "01" <= month[4:] <= "12"):
        raise ModelError(problem("serial-month", "", (), written=written, month=month))
    return Serial(project, month, int(sequence), electricity, trade)


def serial_text(series: str, sequence: int, layout: SerialLayout = LAYOUT) -> str:
    """Return the 32 digits of a serial from its series and sequence.

    >>> serial = read_serial("2" * 17 + "202503" + "0001234" + "11")
    >>> serial_text(serial.series, 1234)
    '22222222222222222202503000123411'
    """
    project, month, classes = series.split("-")
    return f"{project}{month}{sequence:0{layout.sequence}d}{classes}"


def _fault(written: str, digits: str) -> Problem | None:
    if _AS_NUMBER.fullmatch(digits.replace("+", "")) and not digits.isdigit():
        return problem("serial-digits-lost", "", (), written=written)
    if len(digits) == DIGITS and digits.isdigit() and _ZEROS.search(digits):
        return problem("serial-digits-lost", "", (), written=written)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits):
        return problem("serial-digits", "", (), written=written, count=len(digits))
    return None
