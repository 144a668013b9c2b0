"""How much of an element is in a compound? From its formula and standard atomic weights.

Carbon and CO2 are the exception: 12 and 44, as the IPCC computes, so that a carbon balance closes
with the factor 44/12 that every emission was computed with.
"""

from __future__ import annotations

import re

from pcf import text
from pcf.errors import ModelError, problem
from pcf.model.amounts import Amount

CO2_PER_C = 44 / 12
"""kg of CO2 per kg of carbon (IPCC 2006, Vol. 1, Ch. 1)."""
CH4_PER_C = 16 / 12
"""kg of CH4 per kg of carbon (IPCC 2006, Vol. 5, eq. 3.6)."""

_WEIGHTS = {
    "H": 1.008,
    "C": 12.011,
    "N": 14.007,
    "O": 15.999,
    "F": 18.998,
    "Na": 22.990,
    "Mg": 24.305,
    "Al": 26.982,
    "Si": 28.085,
    "P": 30.974,
    "S": 32.06,
    "Cl": 35.45,
    "K": 39.098,
    "Ca": 40.078,
    "Mn": 54.938,
    "Fe": 55.845,
    "Co": 58.933,
    "Ni": 58.693,
    "Cu": 63.546,
    "Zn": 65.38,
}
_IPCC = {"CO2": 12 / 44, "CH4": 12 / 16}
_PART = re.compile(r"([A-Z][a-z]?)(\d*)|\(([A-Za-z0-9]+)\)(\d*)")


def content(element: str, formula: str) -> Amount:
    """Return kilograms of `element` per kilogram of the compound written as `formula`.

    An element that is not in the formula is zero, by the formula. Source: IUPAC, abridged standard
    atomic weights 2021; carbon in CO2 and CH4 as 12/44 and 12/16. Raises ModelError for a symbol
    that is not in the list, or a formula that cannot be read.

    >>> content("C", "CO2").value == 12 / 44
    True
    >>> round(content("S", "CuFeS2").value, 4), round(content("Mg", "CaMg(CO3)2").value, 4)
    (0.3494, 0.1318)
    """
    atoms = _atoms(formula)
    if element not in _WEIGHTS:
        near = text.nearest(element, _WEIGHTS)
        raise ModelError(problem("content-element", formula, near, element=element))
    if element == "C" and formula in _IPCC:
        return Amount(_IPCC[formula], "1")
    whole = sum(_WEIGHTS[name] * count for name, count in atoms.items())
    return Amount(_WEIGHTS[element] * atoms.get(element, 0) / whole, "1")


def _atoms(formula: str) -> dict[str, int]:
    if not re.fullmatch(f"(?:{_PART.pattern})+", formula):
        raise ModelError(problem("content-formula", formula, formula=formula))
    found: dict[str, int] = {}
    for name, times, group, group_times in _PART.findall(formula):
        inside = _atoms(group) if group else {name: 1}
        for each, count in inside.items():
            if each not in _WEIGHTS:
                near = text.nearest(each, _WEIGHTS)
                raise ModelError(problem("content-element", formula, near, element=each))
            found[each] = found.get(each, 0) + count * int(times or group_times or 1)
    return found
