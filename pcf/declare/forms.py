"""Which form have the JSON parts of a bundle? Checked once, so that nobody else need doubt it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pcf import files

if TYPE_CHECKING:
    from pcf.errors import Problem

_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Moment = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}[+-][0-9]{2}(:[0-9]{2}){1,2}$"),
]
_Numbers = dict[str, float | None]


class _Form(BaseModel):
    """A table whose keys are all known, with values that are what they must be."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Open(BaseModel):
    """A table that may hold more than is checked here."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class _Words(_Form):
    en: str
    zh: str


class _About(_Form):
    id: str
    title: _Words


class _Commitment(_Form):
    root: _Digest
    leaves: int | None = None


class _Manifest(_Form):
    format: str
    kind: Literal["full", "buyer"]
    sealed: _Moment
    purpose: Literal["review", "disclosure", "label"]
    marks: list[Literal["fictional", "may allocate twice"]]
    background: list[str]
    commitment: _Commitment
    study: _About | None = None
    parts: list[dict[str, Any]]


class _Unit(_Form):
    amount: float
    unit: str
    product: str
    basis: str


class _Finding(_Open):
    code: str


class _Results(_Open):
    declared_unit: _Unit
    characterisation: str
    electricity: str
    planned: bool
    total: float
    total_including_uptake: float
    credits: float | None
    net: float | None
    unsplit_share: float | None
    share_excluded: float | None
    findings: list[_Finding]
    by_stage: _Numbers
    lines: _Numbers
    context: dict[str, str]


class _Verdicts(_Form):
    pack: str
    edition: str
    fingerprint: str
    profile: str | None
    verdict: str
    rules: dict[str, str]


class _Fact(_Open):
    name: str
    value: Any


class _Judgement(_Open):
    rule: str
    pack: str
    verdict: str
    facts: list[_Fact] = []


class _Pack(_Open):
    id: str
    edition: str
    fingerprint: str
    extends: list[str] = []


class _Verdict(_Open):
    verdict: str


class _Named(_Open):
    id: str


class _Profile(_Named):
    title: _Words
    numbers: dict[str, float]


class _Number(_Open):
    total: float


class _Opinion(_Open):
    study: _Named
    footprint: _Number
    pack: _Pack
    profile: _Profile | None
    opinion: _Verdict
    judgements: list[_Judgement]


class _Cancellation(_Open):
    number: str = ""


class _Claim(_Open):
    digest: _Digest
    cancellations: list[_Cancellation] = []


class _Shown(_Form):
    digits: Annotated[int, Field(ge=1, le=15)]
    declared_unit: _Unit
    characterisation: str
    electricity: str
    planned: bool
    total: float
    total_including_uptake: float
    credits: float | None
    net: float | None
    unsplit_share: float | None
    share_excluded: float | None
    by_stage: _Numbers
    lines: _Numbers
    context: dict[str, str]
    verdicts: list[_Verdicts]


class _Evidence(_Form):
    file: str
    sha256: _Digest
    size: int
    included: bool


class _Withheld(_Form):
    id: str
    product: str
    handling: Literal["aggregated", "left out", "unused"]
    document: str
    licence: str
    fingerprint: _Digest


FORMS: dict[str, TypeAdapter[Any]] = {
    "manifest.json": TypeAdapter(_Manifest),
    "results.json": TypeAdapter(_Results),
    "disclosure.json": TypeAdapter(_Shown),
    "evidence.json": TypeAdapter(list[_Evidence]),
    "withheld.json": TypeAdapter(list[_Withheld]),
    "versions.json": TypeAdapter(dict[str, str]),
    "opinions/": TypeAdapter(_Opinion),
    "claims/": TypeAdapter(_Claim),
}


def has_form(part: str, content: bytes) -> bool:
    """Return whether a part that has a form has it; parts without one do.

    >>> has_form("versions.json", b'{"pcf": "1"}'), has_form("versions.json", b"[1]")
    (True, False)
    """
    form = FORMS.get(part)
    if form is None:
        return True
    problems: list[Problem] = []
    found = files.parse_json(content, part, problems)
    try:
        form.validate_python(found)
    except ValidationError:
        return False
    return not problems
