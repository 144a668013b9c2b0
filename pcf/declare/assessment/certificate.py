"""What does the certificate carry, and what its QR code? Data that anyone can check offline.

The code holds short JSON: number, value, unit, validity and the digest of the sealed case. Whoever
has the case computes its digest and compares; nothing is asked of a server.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pcf.digest import canonical
from pcf.errors import DeclareError, problem

if TYPE_CHECKING:
    from pcf.declare.assessment.values import Certificate


def certificate_data(certificate: Certificate) -> dict[str, object]:
    """Return the certificate as plain JSON values.

    No example: tests/declare/test_assessment.py shows it whole.
    """
    grade = certificate.grade
    return {
        "number": certificate.number,
        "scheme": certificate.scheme,
        "product": certificate.product,
        "value": certificate.value,
        "unit": {
            "en": f"kg CO2e / {certificate.unit.en}",
            "zh": f"kg CO2e / {certificate.unit.zh}",
        },
        "grade": None if grade is None else {"en": grade.en, "zh": grade.zh},
        "holder": certificate.holder,
        "body": certificate.body,
        "issued": certificate.issued.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "surveillance_by": [day.isoformat() for day in certificate.surveillance],
        "case_sha256": certificate.digest,
        "marks": list(certificate.marks),
    }


def code_text(certificate: Certificate) -> str:
    """Return what the QR code says: canonical JSON, keys of one letter to keep it small.

    `u` and `z` are the unit in English and in Chinese.

    No example: tests/declare/test_assessment.py shows it whole.
    """
    short = {
        "n": certificate.number,
        "v": certificate.value,
        "u": f"kg CO2e / {certificate.unit.en}",
        "z": f"kg CO2e / {certificate.unit.zh}",
        "t": certificate.valid_until.isoformat(),
        "d": certificate.digest,
    }
    if certificate.marks:
        short["m"] = ", ".join(certificate.marks)
    return canonical(short).decode()


def code_svg(certificate: Certificate) -> str:
    """Return the QR code as an SVG; raise DeclareError where the extra `report` is missing.

    No example: it needs the extra `report`.
    """
    try:
        import segno  # noqa: PLC0415 - of the extra `report`
    except ImportError:
        raise DeclareError(problem("extra-missing", extra="report", package="segno")) from None
    stream = io.BytesIO()
    code = segno.make(code_text(certificate), error="m", micro=False)
    code.save(stream, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2)
    return stream.getvalue().decode()
