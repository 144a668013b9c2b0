"""What do reactions, leaks and rock emit? Carbonates, lime, acid, explosives, refrigerants, coal.

`calcine` for carbonates, `burn_lime` for lime by its oxides, `nitric_acid`, `explode`,
`leak_by_rate` and `leak_by_balance` for refrigerants and SF6, `coal_mine` for methane.
"""

from pcf.methods.chemistry.carbonates import calcine
from pcf.methods.chemistry.coal_mines import coal_mine
from pcf.methods.chemistry.explosives import explode
from pcf.methods.chemistry.leak_balance import leak_by_balance
from pcf.methods.chemistry.leak_rates import leak_at_disposal, leak_by_rate
from pcf.methods.chemistry.lime import burn_lime
from pcf.methods.chemistry.nitric_acid import nitric_acid

__all__ = [
    "burn_lime",
    "calcine",
    "coal_mine",
    "explode",
    "leak_at_disposal",
    "leak_by_balance",
    "leak_by_rate",
    "nitric_acid",
]
