"""How does PACT write a footprint? ProductFootprint 3.0 written strictly, 3.0 and 2 read leniently.

`fields` what may stand there, `shape` and `relations` what can be wrong, `reading` and `older` how
a file comes in, `writing` and `scope` how a declaration goes out, `received` a footprint as a
process of a study, `succession` which of several is the newest.
"""

from pcf.declare.registry import Format
from pcf.formats.pact.faults import Fault
from pcf.formats.pact.reading import PactFootprint, check_pact, read_pact
from pcf.formats.pact.received import received
from pcf.formats.pact.succession import newest, succession
from pcf.formats.pact.writing import write_pact

FORMATS = (Format("PACT 3.0", (".json",), write_pact),)

__all__ = [
    "FORMATS",
    "Fault",
    "PactFootprint",
    "check_pact",
    "newest",
    "read_pact",
    "received",
    "succession",
    "write_pact",
]
