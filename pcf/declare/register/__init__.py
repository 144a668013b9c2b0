"""What was declared, is it still valid, and what must be restated? A register that forgets nothing.

`values` what an entry says, `standing` what a declaration stands on, `events` the log that only
grows, `book` the register itself, `issuing` a file and its entry together.
"""

from pcf.declare.register.book import Register, open_register
from pcf.declare.register.issuing import issue
from pcf.declare.register.values import Affected, Change, Entry, Ground

__all__ = ["Affected", "Change", "Entry", "Ground", "Register", "issue", "open_register"]
