"""May a label be given? Eight steps with their evidence, a decision, a statement, a certificate.

`steps` what is looked at, `recording` what a body writes down, `assessing` what is found out and
decided, `statement` and `certificate` what comes of it, `showing` how it looks.
"""

from pcf.declare.assessment.assessing import assess
from pcf.declare.assessment.certificate import certificate_data, code_text
from pcf.declare.assessment.recording import read_record
from pcf.declare.assessment.showing import as_dict, as_html, as_text
from pcf.declare.assessment.statement import statement
from pcf.declare.assessment.values import Assessment, Certificate, Done, Item, Recomputed, Record

__all__ = [
    "Assessment",
    "Certificate",
    "Done",
    "Item",
    "Recomputed",
    "Record",
    "as_dict",
    "as_html",
    "as_text",
    "assess",
    "certificate_data",
    "code_text",
    "read_record",
    "statement",
]
