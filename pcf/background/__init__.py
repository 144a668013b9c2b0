"""Whose numbers do we stand on? Pinned editions of background data, and exactly one provider each.

`editions` opens a shipped edition or a user's folder; `own` makes a set of a user's few factors and
joins sets, `own_sheet` one of a list, `received` one of suppliers' footprints; `keeping` writes a
set or a selection of it; `linking` finds the one provider of an input or says why there is none;
`closure` brings in all that a provider needs, with what must be weighed about it (`weighing`);
`mixes` and `gaps` are providers that a study declares itself.
"""

from pcf.background.closure import Closure, closure
from pcf.background.editions import characterisation_set, editions, open_background
from pcf.background.gaps import gap
from pcf.background.keeping import selection, write_set
from pcf.background.linking import Link, link
from pcf.background.mixes import mix
from pcf.background.own import factor_set, join
from pcf.background.own_sheet import read_factors
from pcf.background.reading import read_set
from pcf.background.received import Received, read_received, received_background
from pcf.background.values import Background, BackgroundProcess, CharacterisationTable, Edition

__all__ = [
    "Background",
    "BackgroundProcess",
    "CharacterisationTable",
    "Closure",
    "Edition",
    "Link",
    "Received",
    "characterisation_set",
    "closure",
    "editions",
    "factor_set",
    "gap",
    "join",
    "link",
    "mix",
    "open_background",
    "read_factors",
    "read_received",
    "read_set",
    "received_background",
    "selection",
    "write_set",
]
