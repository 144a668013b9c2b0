"""What is a declaration? A footprint with who answers for it, of what is sold, and until when."""

from __future__ import annotations

import re
import sys
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pcf import units
from pcf.errors import DeclareError, UnitError, problem
from pcf.study.marks import marks_in

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pcf import text
    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.model.coverage import Period
    from pcf.study import Study

_OURS = uuid.UUID("6f1f7c9e-1c39-5d0c-9c55-0f4b8f5a2a10")
"""The namespace of identifiers that are derived from names (RFC 9562, version 5)."""


_AMOUNTS = {"mass_per_piece": ("kg", 1e9), "content": ("1", 1.0), "fossil_carbon": ("1", 1.0)}
"""Unit and upper limit of the amounts of a product."""
_MOST_STORED = 1e9
"""kg of CO2 per declared unit."""


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold, and how an amount of it as sold relates to the declared unit of the study.

    `cn_code`: of the Combined Nomenclature, 4 to 10 digits, spaces allowed. `mass_per_piece`, such
    as '20 kg', declares a piece; without it a product measured by mass is declared per kilogram.
    `content` is the share of the study's basis (metal contained, dry mass) in the mass as sold,
    such as '99.7 %'; a study on gross or wet mass needs none. `fossil_carbon` is the share of the
    product's mass that is carbon of fossil origin, such as '0 %'; unknown (empty) is not zero.
    `ids` and `classifications` are URNs; without ids one is derived from company and name.

    >>> Product("ingot 99.70 %", cn_code="7601 10 00", mass_per_piece="20 kg").cn_code
    '76011000'
    """

    name: str
    cn_code: str = ""
    description: str = ""
    mass_per_piece: str = ""
    content: str = ""
    fossil_carbon: str = ""
    ids: tuple[str, ...] = ()
    classifications: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a product without a name, a code that is none, amounts that do not read."""
        code = re.sub(r"[\s.]", "", self.cn_code)
        problems = [] if self.name.strip() else [problem("product-unnamed")]
        if code and not re.fullmatch(r"[0-9]{4,10}", code):
            problems.append(problem("cn-code", self.name, written=self.cn_code))
        for key, (unit, most) in _AMOUNTS.items():
            try:
                value = self.amount(key)
            except UnitError as error:
                problems += error.problems
            else:
                lowest = 0.0 if key == "fossil_carbon" else sys.float_info.min
                if value is not None and not lowest <= value <= most:
                    facts = {"field": key, "value": getattr(self, key), "unit": unit, "most": most}
                    problems.append(problem("product-amount", self.name, **facts))
        if problems:
            raise DeclareError(*problems)
        object.__setattr__(self, "cn_code", code)

    def amount(self, key: str) -> float | None:
        """Return the mass of a piece in kg, or a share as a number; None where not stated.

        >>> Product("ingot", content="99.7 %").amount("content")
        0.997
        """
        written = getattr(self, key)
        return units.convert(*_parsed(written, key), _AMOUNTS[key][0]) if written else None


@dataclass(frozen=True, slots=True)
class Company:
    """Who declares: name, registration (such as the unified social credit code), address, ids.

    `ids` are URNs; without any one is derived from the registration, else from the name.

    >>> Company("示例铝业有限公司", registration="91620000EXAMPLE000").urns[0][:9]
    'urn:uuid:'
    """

    name: str
    registration: str = ""
    address: str = ""
    country: str = "CN"
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a company without a name."""
        if not self.name.strip():
            raise DeclareError(problem("company-unnamed"))

    @property
    def urns(self) -> tuple[str, ...]:
        """The URNs of the company, or one derived from its registration or name."""
        return self.ids or (_derived("company", self.registration or self.name),)


@dataclass(frozen=True, slots=True)
class Capture:
    """CO2 of fossil origin that was captured and stored for the declared product, with proof.

    `stored`, such as '120 kg', per declared unit of the study, is already deducted in its fossil
    line (`pcf.methods.capture`); `origin` names the facility and the store.
    """

    stored: str
    origin: str

    def __post_init__(self) -> None:
        """Refuse a mass that is none or below zero, and a capture that nobody can look for."""
        problems = (
            [] if self.origin.strip() else [problem("declare-missing", "capture", field="origin")]
        )
        if not 0 < self.kg <= _MOST_STORED:
            most = f"{_MOST_STORED:g}"
            problems.append(
                problem(
                    "product-amount",
                    "capture",
                    field="stored",
                    value=self.stored,
                    unit="kg",
                    most=most,
                )
            )
        if problems:
            raise DeclareError(*problems)

    @property
    def kg(self) -> float:
        """Kilograms of CO2 stored per declared unit."""
        return units.convert(*units.parse(self.stored), "kg")


@dataclass(frozen=True, slots=True)
class Verification:
    """Who checked the footprint: provider, what was covered, day of completion, standard."""

    provider: str
    coverage: str = "product level"
    completed: str = ""
    standard: str = ""
    comments: str = ""


@runtime_checkable
class Judged(Protocol):
    """What a declaration asks of an opinion (`pcf.rules.Opinion`)."""

    @property
    def exit_code(self) -> int:
        """0 satisfied, 1 a 'shall' is violated, 2 one cannot be told."""

    def as_dict(self) -> dict[str, object]:
        """Return the opinion as plain JSON values."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A footprint declared by a company for a product as sold, valid for a time; frozen.

    `id` is a new UUID for every change, `preceding` those that it replaces, `created` is in UTC.
    `standards` and `rules` are what it was made by; `note` is for readers of the declaration;
    `annexes` hold what single formats ask for besides, such as `pcf.formats.cbam.CbamDetails`.
    With `study` and `background` a report shows derivations and sensitivities, with `previous`,
    the footprint of the version before, what changed; without the study it is the public summary.
    """

    id: str
    created: datetime
    footprint: Footprint
    product: Product
    company: Company
    valid: Period
    period: Period
    place: str
    opinion: Judged | None = None
    capture: Capture | None = None
    verification: Verification | None = None
    standards: tuple[str, ...] = ("ISO14067",)
    rules: tuple[str, ...] = ()
    preceding: tuple[str, ...] = ()
    deprecated: bool = False
    note: str = ""
    annexes: tuple[object, ...] = ()
    study: Study | None = field(default=None, repr=False)
    background: Background | None = field(default=None, repr=False)
    previous: Footprint | None = field(default=None, repr=False)
    context: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def product_urns(self) -> tuple[str, ...]:
        """The URNs of the product, or one derived from the company and the product's name."""
        made = _derived("product", f"{self.company.urns[0]}/{self.product.name}")
        return self.product.ids or (made,)

    @property
    def marks(self) -> tuple[str, ...]:
        """What must be said wherever the study goes, such as 'fictional'."""
        return marks_in(self.context)

    @property
    def declared_value(self) -> str:
        """The total as a label shows it: rounded once, three digits, never below (DESIGN 9)."""
        from pcf.declare.rounding import declared_value  # noqa: PLC0415 - decimal, when asked for

        return declared_value(self.footprint.total)

    def save(self, path: Path | str, *, format: str = "", language: text.Language = "en") -> Path:  # noqa: A002 - the word that users say
        """Write the declaration in a format such as 'PACT 3.0'; return where it was written.

        Without `format` the ending of the path decides where only one format has it. Raises
        DeclareError with everything that the format demands and the declaration lacks, and writes
        nothing then.
        """
        from pcf.declare.registry import save  # noqa: PLC0415 - formats only when asked for

        return save(self, path, format=format, language=language)


def _parsed(written: str, key: str) -> tuple[float, str]:
    """Read an amount; a share may be a plain number."""
    is_plain = re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", written)
    return (float(written), "1") if is_plain and _AMOUNTS[key][0] == "1" else units.parse(written)


def _derived(kind: str, name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_OURS, f'{kind}:{name}')}"
