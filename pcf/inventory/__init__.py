"""What flows through the whole system? Arrays and labels; no nickel, no files.

`matrices` what a system becomes; `engine` solving, forward and adjoint; `solved` what was solved
before, and systems near it; `variation` a system with other amounts and providers; `diagnosis` and
`loops` why a system has no answer; `solving` the inventory of a reference flow and the intensity of
every product; `impact` what flows count; `subsystem` a solved system as one provider.
"""

from pcf.inventory.diagnosis import diagnose, factorise_system, require_productive, unreached
from pcf.inventory.engine import Factorised, Solution, factorise
from pcf.inventory.impact import characterise, exchange_factors, normalise, weigh
from pcf.inventory.inventories import Inventory
from pcf.inventory.loops import Loop, find_loops
from pcf.inventory.matrices import Matrices, assemble, signed_amounts
from pcf.inventory.solved import Solver, solver_of
from pcf.inventory.solving import intensities, reference_vector, solve, unsure_products
from pcf.inventory.subsystem import as_process
from pcf.inventory.variation import vary

__all__ = [
    "Factorised",
    "Inventory",
    "Loop",
    "Matrices",
    "Solution",
    "Solver",
    "as_process",
    "assemble",
    "characterise",
    "diagnose",
    "exchange_factors",
    "factorise",
    "factorise_system",
    "find_loops",
    "intensities",
    "normalise",
    "reference_vector",
    "require_productive",
    "signed_amounts",
    "solve",
    "solver_of",
    "unreached",
    "unsure_products",
    "vary",
    "weigh",
]
