"""How does a statement travel as a verifiable credential? W3C VC 2.0 in a JWS (`vc+jwt`).

No context is fetched: the terms beyond the base vocabulary are those of the 'undefined terms'
context, and the verifier here reads only what it knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pcf.declare.bundle import Case
    from pcf.declare.keys import Card

CREDENTIAL = "vc+jwt"
_CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
]
_TYPES = ["VerifiableCredential", "ProductCarbonFootprintCredential"]


def credential(
    case: Case, card: Card, period: tuple[datetime, datetime], statement: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the credential that a holder states something of a bundle; what it shows is its total.

    No example: `sign(..., as_credential=True)` shows it.
    """
    results = case.declared.results if case.kind == "full" else case.shown
    unit = results["declared_unit"]
    return {
        "@context": _CONTEXTS,
        "type": _TYPES,
        "issuer": {
            "id": f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{card.kid}",
            "name": card.holder,
        },
        "validFrom": period[0].isoformat(timespec="seconds"),
        "validUntil": period[1].isoformat(timespec="seconds"),
        "credentialSubject": {
            **{key: said for key, said in statement.items() if key != "kind"},
            "declaredUnit": f"{unit['amount']:g} {unit['unit']} {unit['product']}",
            "total": results["total"],
            "unit": "kg CO2e per declared unit",
            "characterisation": results["characterisation"],
            "marks": list(case.marks),
        },
    }


def subject_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the subject of a credential, empty where it has none of the form written here.

    >>> subject_of({"credentialSubject": {"role": "verifier"}})
    {}
    >>> subject_of({"type": ["VerifiableCredential", "ProductCarbonFootprintCredential"],
    ...             "credentialSubject": {"role": "verifier"}})
    {'role': 'verifier'}
    """
    found = content.get("credentialSubject")
    return dict(found) if isinstance(found, dict) and content.get("type") == _TYPES else {}
