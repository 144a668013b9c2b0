"""What may stand in study.toml? Its shape, guarded key by key, and where each key stands.

A key that is wrong is reported with its line and left out, so that the rest is still read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pcf import text
from pcf.errors import Where, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.errors import Problem

# Possessive, since these lines may come from a stranger: no line is read twice.
_HEADER = re.compile(r"\s*+(\[\[?+)([^\[\]]++)\]\]?+\s*+(?:#.*)?")
_KEY = re.compile(r"""\s*+((?:"[^"]*"|'[^']*'|[\w-]++|\s*+\.\s*+)++)\s*+=""")

# How a value of a kind is written in TOML.
_FORMS = (("string", '"..."'), ("float", "0.5"), ("list", "[...]"), ("dict", "{ ... }"))


class Shape(BaseModel):
    """A table of study.toml: no key that is not named; numbers may be written for text."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Words(Shape):
    """Text in both languages."""

    zh: str = ""
    en: str = ""


class Head(Shape):
    """`[study]`."""

    id: str = ""
    title: str | Words = ""
    goal: str | Words = ""
    place: str = ""
    period: str = ""
    boundary: str = ""
    background: str = ""
    characterisation: str = ""
    convention: str = ""
    chosen: list[str] = []
    marks: list[str] = []


class Declared(Shape):
    """`[declared_unit]`."""

    amount: str = ""
    product: str = ""
    basis: str = ""
    biogenic_carbon: str = ""
    name: str | Words = ""


class Share(Shape):
    """One share of `[[electricity.supply]]`."""

    technology: str
    share: float
    connection: str = "grid"
    line_loss: float | None = None


class Proof(Shape):
    """`behind` of `[[electricity.supply]]`: a file beside the study, and its fingerprint."""

    file: str
    sha256: str


class SupplyOf(Shape):
    """`[[electricity.supply]]`; `behind` is the evidence of a ledger (see `proofs`)."""

    meter: str
    shares: list[Share]
    evidence: str = ""
    losses: str = ""
    behind: Proof | None = None


class ResidualOf(Shape):
    """`[electricity.residual]`: volumes by technology, such as coal = "5.8 TWh"."""

    generated: dict[str, str] = {}
    claimed: dict[str, str] = {}
    source: str = ""


class Electricity(Shape):
    """`[electricity]`."""

    treatment: str = ""
    losses: str = "published"
    unclaimed: str = ""
    residual: ResidualOf = ResidualOf()
    supply: list[dict[str, Any]] = []


class Left(Shape):
    """`[[exclusion]]`."""

    flow: str
    process: str = ""
    bound: str = ""
    reason: str = ""
    source: str = ""


class Unverified(Shape):
    """`[unverified]`."""

    rows: list[str] = []


class LinkTo(Shape):
    """`[[link]]`."""

    flow: str
    provider: str
    process: str = ""


class MixShare(Shape):
    """One share of `[[mix]]`."""

    provider: str
    share: float


class MixOf(Shape):
    """`[[mix]]`."""

    product: str
    shares: list[MixShare]


class AllocationBy(Shape):
    """`[[allocation]]`."""

    process: str
    by: str
    level: str = ""
    reason: str = ""
    shares: dict[str, float] = {}
    causes: dict[str, dict[str, float]] = {}


class StreamOf(Shape):
    """One stream of `[[balance]]`."""

    flow: str
    content: str = ""


class BalanceOf(Shape):
    """`[[balance]]`."""

    process: str
    element: str
    inputs: list[StreamOf]
    outputs: list[StreamOf]
    tolerance: float = 0.05


class ParameterOf(Shape):
    """A parameter written as a table."""

    value: str = ""
    formula: str = ""
    source: str = ""


class AlternativeOf(Shape):
    """`[alternatives."name"]`."""

    says: str | Words = ""
    replaces: list[str] = []
    by: list[str] = []
    links: list[dict[str, Any]] = []
    parameters: dict[str, Any] = {}
    allocations: list[dict[str, Any]] = []


class File(Shape):
    """The whole of study.toml: its tables, each read by a shape of its own."""

    study: dict[str, Any] = {}
    declared_unit: dict[str, Any] = {}
    electricity: dict[str, Any] = {}
    exclusion: list[dict[str, Any]] = []
    unverified: dict[str, Any] = {}
    link: list[dict[str, Any]] = []
    mix: list[dict[str, Any]] = []
    allocation: list[dict[str, Any]] = []
    balance: list[dict[str, Any]] = []
    parameters: dict[str, Any] = {}
    process_parameters: dict[str, dict[str, Any]] = {}
    alternatives: dict[str, dict[str, Any]] = {}


S = TypeVar("S", bound=Shape)


class Places:
    """Where each key of the settings stands; a key that is not found has its table's place."""

    def __init__(self, file: str, found: Mapping[str, Where]) -> None:
        """Hold the places by dotted path, such as `exclusion[0].bound`."""
        self.file = file
        self.found = {"": Where(file=file), **found}

    def where(self, path: str) -> Where:
        """Return the place of a path."""
        shorter = path
        while shorter and shorter not in self.found:
            shorter = shorter.rpartition("." if "." in shorter else "[")[0]
        at = self.found[shorter]
        return Where(at.file, at.sheet, at.line, at.cell, at.column, item=path)


def toml_places(source: str, file: str) -> Places:
    r"""Return where the keys of a TOML text stand: their lines.

    >>> places = toml_places("[study]\nid = 'x'\n[[link]]\nflow = 'a'\n", "study.toml")
    >>> str(places.where("link[0].flow"))
    'study.toml, line 4, link[0].flow'
    """
    found: dict[str, Where] = {}
    counts: dict[str, int] = {}
    table = ""
    for line, row in enumerate(source.splitlines(), 1):
        header, key = _HEADER.fullmatch(row), _KEY.match(row)
        if header:
            table = _plain(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}[{counts[table]}]"
            found.setdefault(table, Where(file=file, line=line))
        elif key:
            path = ".".join(part for part in (table, _plain(key[1])) if part)
            found.setdefault(path, Where(file=file, line=line))
    return Places(file, found)


def _plain(key: str) -> str:
    return re.sub(r"""["']|\s*(?=\.)|(?<=\.)\s*""", "", key.strip())


def shaped(
    shape: type[S], table: Mapping[str, Any], path: str, places: Places, problems: list[Problem]
) -> S | None:
    r"""Return a table in its shape; what does not fit is reported and left out.

    None where something is missing that the shape cannot do without.

    >>> places = toml_places("[unverified]\nrow = []", "study.toml")
    >>> shaped(Unverified, {"row": []}, "unverified", places, problems := [])
    Unverified(rows=[])
    >>> problems[0].code, problems[0].candidates
    ('setting-unknown', ('rows',))
    """
    left = dict(table)
    while True:
        try:
            return shape.model_validate(left)
        except ValidationError as error:
            keys = {str(each["loc"][0]) for each in error.errors()}
            reported: set[str] = set()
            for each in error.errors():
                key = _path(path, each["loc"], left)
                if key not in reported:
                    problems.append(_problem(shape, each, key, places))
                reported.add(key)
            if any(each["type"] == "missing" and len(each["loc"]) == 1 for each in error.errors()):
                return None
            required = {name for name, field in shape.model_fields.items() if field.is_required()}
            if keys & required:
                return None
            left = {key: value for key, value in left.items() if key not in keys}


def _path(path: str, loc: tuple[int | str, ...], table: Mapping[str, Any]) -> str:
    """Return the dotted path of a fault; steps into a choice of shapes are no keys."""
    value: Any = table
    for step in loc:
        if isinstance(value, dict) and (step in value or isinstance(step, str)):
            if step not in value and step in ("str", "Words"):
                continue
            path, value = f"{path}.{step}".lstrip("."), value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int):
            path, value = f"{path}[{step}]", value[step]
    return path


def _problem(shape: type[Shape], error: Any, path: str, places: Places) -> Problem:  # noqa: ANN401 - pydantic's own mapping
    where = places.where(path)
    key = path.rpartition(".")[2]
    if error["type"] == "missing":
        return problem("setting-missing", where, key=key)
    if error["type"] == "extra_forbidden":
        names = tuple(shape.model_fields)
        near = text.nearest(key, names) or (names if len(error["loc"]) == 1 else ())
        return problem("setting-unknown", where, near, key=key)
    form = next((each for kind, each in _FORMS if error["type"].startswith(kind)), "{ ... }")
    return problem("setting-kind", where, key=key, form=form)
