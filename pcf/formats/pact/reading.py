"""What does a PACT file say? Read leniently: what must be weighed is a finding, not a refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pcf import files
from pcf.errors import DeclareError, Where, problem
from pcf.formats.pact import faults as told
from pcf.formats.pact import spelling
from pcf.formats.pact.older import modernised
from pcf.formats.pact.relations import relations
from pcf.formats.pact.shape import shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.formats.pact.faults import Fault

_OTHER_IN_2 = {"pact-sum", "pact-uptake-content"}
"""Version 2 adds up otherwise: what its parts are is not carried over whole."""

_NOT_IN_2 = {"pcf.productMassPerDeclaredUnit", "pcf.pcfIncludingBiogenicUptake"}
_MOST = 1000
"""Footprints that one answer of a host may hold."""


@dataclass(frozen=True, slots=True)
class PactFootprint:
    """A footprint that came in, in the words of version 3, its digits untouched; with findings.

    `version` is what the file said. `fields` is the ProductFootprint object; of a file of version 2
    it is what could be carried over, and the findings say what was lost.
    """

    version: str
    fields: Mapping[str, Any] = field(hash=False)
    findings: tuple[Finding, ...] = ()

    @property
    def id(self) -> str:
        """The identifier of this state of the footprint."""
        return str(self.fields["id"])

    @property
    def preceding(self) -> tuple[str, ...]:
        """The identifiers that this one replaces, itself never among them."""
        return tuple(each for each in self.fields.get("precedingPfIds", ()) if each != self.id)

    @property
    def deprecated(self) -> bool:
        """Whether a newer one should be used instead."""
        return bool(self.fields["status"] == "Deprecated")

    def number(self, name: str) -> Decimal | None:
        """Return a number of the footprint, exactly; None where it is not stated."""
        value = self.fields["pcf"].get(name)
        is_bare = isinstance(value, int | float) and not isinstance(value, bool)
        return spelling.decimal(str(value) if is_bare else value)

    def as_json(self) -> bytes:
        """Return the footprint as JSON, every number as it was spelt."""
        return as_json(self.fields)


def read_pact(source: Path | str | bytes) -> tuple[PactFootprint, ...]:
    """Return the footprints of a file: one, or all that an answer of a host holds.

    Versions 3 and 2 are read; of version 2 the findings list what has no place in version 3. What
    only must be weighed (a sum that does not add up, a switch that contradicts an amount) is in
    `findings`. Raises DeclareError with everything that makes a footprint unusable.

    >>> read_pact(b'{"specVersion": "3.0.1"}')
    Traceback (most recent call last):
    pcf.errors.DeclareError: ... problems:
    ...
    """
    name = "footprint.json" if isinstance(source, bytes) else Path(source).name
    problems: list[Problem] = []
    if isinstance(source, bytes):
        document = files.parse_json(source, name, problems)
    else:
        document = files.read_json(Path(source), problems)
    if problems:
        raise DeclareError(*problems)
    inside = document.get("data", document) if isinstance(document, dict) else document
    found = inside if isinstance(inside, list) else [inside]
    if not found or len(found) > _MOST or not all(isinstance(each, dict) for each in found):
        raise DeclareError(problem("pact-no-footprint", Where(file=name), most=_MOST))
    label = [name] if len(found) == 1 else [f"{name}[{at}]" for at in range(len(found))]
    read = [_read(each, at, problems) for each, at in zip(found, label, strict=True)]
    if problems:
        raise DeclareError(*problems)
    return tuple(each for each in read if each is not None)


def check_pact(document: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return everything wrong with a ProductFootprint of version 3.

    >>> check_pact({})[0].code
    'pact-missing'
    """
    return (*shape(document), *relations(document))


def as_json(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON that people can read, in UTF-8.

    >>> as_json({"id": "铝"}).decode().splitlines()[1]
    '  "id": "铝"'
    """
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _read(document: Mapping[str, Any], name: str, problems: list[Problem]) -> PactFootprint | None:
    version = document.get("specVersion")
    lost: Iterable[Fault] = ()
    if not isinstance(version, str) or version.partition(".")[0] not in {"2", "3"}:
        where = Where(file=name, item="specVersion")
        problems.append(problem("pact-version", where, value=str(version)[:40]))
        return None
    modern = document
    if version.startswith("2"):
        modern, lost = modernised(document)
    found = (*lost, *check_pact(modern))
    if lost:
        found = tuple(_excused(each) for each in found if each.code not in _OTHER_IN_2)
    refused = [each for each in found if each.grade == "refused"]
    problems += told.problems(refused, name)
    weighed = told.findings((each for each in found if each.grade == "weighed"), name)
    return None if refused else PactFootprint(version, modern, weighed)


def _excused(fault: Fault) -> Fault:
    if fault.code == "pact-missing" and fault.path in _NOT_IN_2:
        return replace(fault, code="pact-missing-shall")
    return fault
