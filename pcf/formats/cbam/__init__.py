"""How does CBAM want it? Embedded emissions of the definitive period, rebuilt from direct flows.

`goods` what is a CBAM good, `defaults` the default values of a user's table, `details` what no
footprint says, `emissions` the calculation, `report` the operator's sixteen items, `writing` the
workbook; `answers` what an operator must say besides, `boundary`, `own`, `energy` and `inputs` the
parts of the calculation. Tables are data in `tables/`, each row with its instrument.
"""

from pcf.declare.registry import Format
from pcf.formats.cbam.answers import Biomass, Captured, Fuel, PowerOut, Stated, WasteGas
from pcf.formats.cbam.defaults import DefaultTable, Found, default_value, read_defaults
from pcf.formats.cbam.details import (
    Answer,
    CarbonPrice,
    CbamDetails,
    ElectricityFactor,
    Precursor,
)
from pcf.formats.cbam.document import read_defaults_asked, read_details
from pcf.formats.cbam.emissions import Embedded, embedded_emissions
from pcf.formats.cbam.goods import Good, find_good
from pcf.formats.cbam.report import emissions_report
from pcf.formats.cbam.writing import cbam_details, summary_row, write_cbam

FORMATS = (Format("CBAM 2026", (".xlsx",), write_cbam),)

__all__ = [
    "FORMATS",
    "Answer",
    "Biomass",
    "Captured",
    "CarbonPrice",
    "CbamDetails",
    "DefaultTable",
    "ElectricityFactor",
    "Embedded",
    "Found",
    "Fuel",
    "Good",
    "PowerOut",
    "Precursor",
    "Stated",
    "WasteGas",
    "cbam_details",
    "default_value",
    "embedded_emissions",
    "emissions_report",
    "find_good",
    "read_defaults",
    "read_defaults_asked",
    "read_details",
    "summary_row",
    "write_cbam",
]
