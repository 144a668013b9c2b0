"""What does a measurement say, and how surely? From readings (实测) to a factor with uncertainty.

`quantities` are inputs of type A and B; `propagation` combines them by the GUM; `series` holds
hourly or monthly readings with their gaps and what stands out of them; `substitution` fills gaps
by a named rule; `agreement` says whether measuring and calculating differ; `factors` makes a row of
background data of it all, with the calibrations behind it.
"""

from pcf.background.behind import Calibration
from pcf.background.measurement.agreement import (
    Agreement,
    PairedAgreement,
    agreement,
    paired_agreement,
)
from pcf.background.measurement.factors import (
    FuelAnalysis,
    MeasuredFactor,
    emission_factor,
    fuel_factor,
)
from pcf.background.measurement.propagation import Combined, propagate
from pcf.background.measurement.quantities import Quantity, type_a, type_a_together, type_b
from pcf.background.measurement.series import Series, Total, outliers
from pcf.background.measurement.substitution import RULES, Substituted, substituted

__all__ = [
    "RULES",
    "Agreement",
    "Calibration",
    "Combined",
    "FuelAnalysis",
    "MeasuredFactor",
    "PairedAgreement",
    "Quantity",
    "Series",
    "Substituted",
    "Total",
    "agreement",
    "emission_factor",
    "fuel_factor",
    "outliers",
    "paired_agreement",
    "propagate",
    "substituted",
    "type_a",
    "type_a_together",
    "type_b",
]
