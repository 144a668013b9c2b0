"""How much nitrogen is put on a field? Nutrient mass, never the mass of the fertiliser.

An amount says on which basis it stands: 'nutrient' is kg of nitrogen, 'product' is kg of
fertiliser, manure or compost, and needs its nitrogen content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from pcf.errors import ModelError, Problem, problem
from pcf.findings import Finding, finding
from pcf.methods.declaration import Method, Need, check
from pcf.methods.lookups import find
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.methods.lookups import Parameter

NitrogenKind = Literal["synthetic", "organic", "residues", "mineralised"]
KINDS: tuple[NitrogenKind, ...] = get_args(NitrogenKind)
FERTILISERS = (
    "unspecified",
    "urea",
    "ammonium-based",
    "nitrate-based",
    "ammonium nitrate-based",
)
"""Of synthetic fertilisers, for what volatilises (IPCC 2019, Table 11.3)."""

METHOD = Method(
    "nitrogen applied",
    Name("nitrogen put on a field", "施入田间的氮"),
    (
        Need("kind", Name("kind of nitrogen input", "氮投入类别"), words=KINDS),
        Need("basis", Name("basis of the amount", "数量基准"), words=("nutrient", "product")),
        Need("amount", Name("amount per area and season", "单位面积每季用量"), "kg/ha"),
        Need(
            "content",
            Name("nitrogen per product", "产品含氮量"),
            "kg/kg",
            high=0.83,
            usual=(0.0005, 0.47),
            optional=True,
        ),
        Need(
            "fertiliser", Name("kind of fertiliser", "肥料类型"), words=FERTILISERS, optional=True
        ),
    ),
    Name("kg of nitrogen per hectare", "每公顷千克氮"),
    "N = M x content (basis product), N = M (basis nutrient)",
    "IPCC 2006 Guidelines and 2019 Refinement, Vol. 4, Ch. 11, eq. 11.1 (F_SN, F_ON)",
    ("2006", "2019"),
)
MOST = 600.0
"""kg N per ha in one season above which an amount is a finding: a product mass, more likely."""


@dataclass(frozen=True, slots=True)
class Nitrogen:
    """Nitrogen put on a field: its kind, kg of nitrogen per hectare, and the kind of fertiliser."""

    kind: NitrogenKind
    amount: Amount
    fertiliser: str = ""
    parameters: tuple[Parameter, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def rate(self) -> float:
        """Nitrogen in kg per hectare."""
        value = self.amount.to("kg/ha").value
        if value is None:
            raise ModelError(problem("amount-unknown", flow=self.kind))
        return value


def nitrogen(
    kind: NitrogenKind,
    amount: Amount,
    *,
    basis: str | None,
    content: Amount | None = None,
    fertiliser: str | None = None,
) -> Nitrogen:
    """Return the nitrogen in what is put on a field, per area and season.

    `fertiliser` is for synthetic nitrogen, where its kind changes what volatilises.

    Raises ModelError with all problems: no basis, a product without its content, a content beside
    a nutrient mass, a negative amount, a kind that does not exist.

    >>> nitrogen("synthetic", Amount(300.0, "kg/ha"), basis="product",
    ...          content=Amount(46.0, "%"), fertiliser="urea").rate
    138.0
    >>> nitrogen("organic", Amount(150.0, "kg/ha"), basis="nutrient").rate
    150.0
    """
    problems: list[Problem] = []
    words = {
        "kind": kind,
        "basis": basis,
        "amount": amount,
        "content": content,
        "fertiliser": fertiliser,
    }
    given = check(METHOD, problems, words, where=str(kind))
    chosen, share = given.words.get("basis"), given.get("content")
    if chosen == "product" and content is None:
        problems.append(problem("nitrogen-content", str(kind), amount=amount))
    if chosen == "nutrient" and content is not None:
        problems.append(problem("nitrogen-twice", str(kind), amount=amount, content=content))
    if fertiliser is not None and kind != "synthetic":
        problems.append(problem("nitrogen-fertiliser", str(kind), fertiliser=fertiliser))
    if problems:
        raise ModelError(*problems)
    rate = given["amount"] * (1.0 if share is None else share)
    findings = list(given.findings)
    if rate > MOST:
        findings.append(
            finding("nitrogen-much", kind, amount=Amount(rate, "kg/ha"), most=f"{MOST:g} kg/ha")
        )
    named = given.words.get("fertiliser", "unspecified" if kind == "synthetic" else "")
    return Nitrogen(kind, Amount(rate, "kg/ha"), named, findings=tuple(findings))


def manure_content(animal: str) -> Parameter:
    """Return the nitrogen content of fresh manure of an animal, in % of its mass.

    Raises ModelError with the animals for which there is a value.

    >>> manure_content("sheep").value
    0.75
    """
    problems: list[Problem] = []
    found = find("crops_manure", "N content", problems, edition="any", animal=animal)
    if found is None:
        raise ModelError(*problems)
    return found


def findings_of(inputs: Sequence[Nitrogen]) -> tuple[Finding, ...]:
    """Return the findings of several inputs, each once.

    >>> findings_of([])
    ()
    """
    return tuple(dict.fromkeys(each for row in inputs for each in row.findings))
