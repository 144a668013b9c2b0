"""Product carbon footprints: computed, explained, certified and declared.

Everything that a user needs is one of the names in `__all__`. A name is loaded when it is first
read, so that `import pcf` opens no data file and loads no large library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcf.analysis import Footprint, compare, footprint
    from pcf.background import Background, characterisation_set, factor_set, join, open_background
    from pcf.declare import Company, Product, declare_footprint
    from pcf.declare.bundle import open_bundle
    from pcf.declare.sealing import seal_bundle
    from pcf.electricity import Share, Supply
    from pcf.electricity.ledger import open_ledger
    from pcf.electricity.readers import read_cancellation, read_certificates, read_meters
    from pcf.errors import PcfError, StudyProblems
    from pcf.findings import Finding
    from pcf.formats.pact import read_pact
    from pcf.inventory import solve
    from pcf.methods import Allocation, allocate
    from pcf.model.amounts import Amount, Source, Spread
    from pcf.model.building import product_system
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.declared import DeclaredUnit, Exclusion
    from pcf.model.flows import ElementaryFlow
    from pcf.model.labelled import from_matrices
    from pcf.model.processes import CoProduct, MultiOutputProcess, UnitProcess, unit_process
    from pcf.model.systems import ProductSystem
    from pcf.rules import rule_pack
    from pcf.study import Study, read_study, reference_study, write_study, write_template

__version__ = "0.1.0"

__all__ = [
    "Allocation",
    "Amount",
    "Background",
    "CharacterisationSet",
    "CoProduct",
    "Company",
    "DeclaredUnit",
    "ElementaryFlow",
    "Exclusion",
    "Finding",
    "Footprint",
    "MultiOutputProcess",
    "PcfError",
    "Product",
    "ProductSystem",
    "Share",
    "Source",
    "Spread",
    "Study",
    "StudyProblems",
    "Supply",
    "UnitProcess",
    "allocate",
    "characterisation_set",
    "compare",
    "declare_footprint",
    "factor_set",
    "footprint",
    "from_matrices",
    "join",
    "open_background",
    "open_bundle",
    "open_ledger",
    "product_system",
    "read_cancellation",
    "read_certificates",
    "read_meters",
    "read_pact",
    "read_study",
    "reference_study",
    "rule_pack",
    "seal_bundle",
    "solve",
    "unit_process",
    "write_study",
    "write_template",
]

# Where each public name lives. A test holds this table, `__all__` and the imports above equal.
_HOMES = {
    "Allocation": "pcf.methods",
    "Amount": "pcf.model.amounts",
    "Background": "pcf.background",
    "CharacterisationSet": "pcf.model.characterisation",
    "CoProduct": "pcf.model.processes",
    "Company": "pcf.declare",
    "DeclaredUnit": "pcf.model.declared",
    "ElementaryFlow": "pcf.model.flows",
    "Exclusion": "pcf.model.declared",
    "Finding": "pcf.findings",
    "Footprint": "pcf.analysis",
    "MultiOutputProcess": "pcf.model.processes",
    "PcfError": "pcf.errors",
    "Product": "pcf.declare",
    "ProductSystem": "pcf.model.systems",
    "Share": "pcf.electricity",
    "Source": "pcf.model.amounts",
    "Spread": "pcf.model.amounts",
    "Study": "pcf.study",
    "StudyProblems": "pcf.errors",
    "Supply": "pcf.electricity",
    "UnitProcess": "pcf.model.processes",
    "allocate": "pcf.methods",
    "characterisation_set": "pcf.background",
    "compare": "pcf.analysis",
    "declare_footprint": "pcf.declare",
    "factor_set": "pcf.background",
    "footprint": "pcf.analysis",
    "from_matrices": "pcf.model.labelled",
    "join": "pcf.background",
    "open_background": "pcf.background",
    "open_bundle": "pcf.declare.bundle",
    "open_ledger": "pcf.electricity.ledger",
    "product_system": "pcf.model.building",
    "read_cancellation": "pcf.electricity.readers",
    "read_certificates": "pcf.electricity.readers",
    "read_meters": "pcf.electricity.readers",
    "read_pact": "pcf.formats.pact",
    "read_study": "pcf.study",
    "reference_study": "pcf.study",
    "rule_pack": "pcf.rules",
    "seal_bundle": "pcf.declare.sealing",
    "solve": "pcf.inventory",
    "unit_process": "pcf.model.processes",
    "write_study": "pcf.study",
    "write_template": "pcf.study",
}

if not TYPE_CHECKING:  # a type checker that saw this function would accept any name

    def __getattr__(name: str) -> object:
        """Load the public name `name` from its room, once."""
        if name not in _HOMES:
            raise AttributeError(f"module 'pcf' has no attribute {name!r}", name=name)
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Return the public names, for completion."""
    return sorted([*__all__, "__version__"])
