"""How much nitrogen do crop residues bring back to the soil? Dry matter first, then nitrogen.

2019: above-ground residue is a ratio of the harvest (R_AG); 2006: a line with an intercept per
hectare (slope, intercept). Below ground: (harvest + above-ground residue) x RS in both. Everything
is dry matter; a harvest on wet basis needs its dry matter content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.errors import ModelError, Problem, problem
from pcf.methods.crops.climate import EDITION
from pcf.methods.crops.nitrogen import Nitrogen
from pcf.methods.declaration import Estimate, Method, Need, check
from pcf.methods.lookups import Parameter, find
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pcf.methods.declaration import Checked

ZERO = Amount(0.0, "1")
ONE = Amount(1.0, "1")
PARAMETERS = {
    "2019": ("R_AG", "RS", "N_AG", "N_BG"),
    "2006": ("slope", "intercept", "RS", "N_AG", "N_BG"),
}

METHOD = Method(
    "crop residues",
    Name("nitrogen in crop residues", "作物残留物中的氮"),
    (
        Need("crop", Name("crop of the table", "表中作物"), optional=True, words=()),
        Need("harvest", Name("harvest per area", "单位面积产量"), "t/ha", usual=(0.05, 150.0)),
        Need("basis", Name("basis of the harvest", "产量基准"), words=("wet", "dry")),
        Need(
            "dry_matter",
            Name("dry matter per harvest", "收获物干物质含量"),
            "kg/kg",
            high=1.0,
            optional=True,
        ),
        Need(
            "removed",
            Name("share of above-ground residue removed", "地上残留物移出比例"),
            "1",
            high=1.0,
        ),
        Need(
            "burnt",
            Name("share of above-ground residue set on fire", "地上残留物焚烧比例"),
            "1",
            high=1.0,
        ),
        Need(
            "combustion",
            Name("share of it that burns (Cf)", "燃烧系数 Cf"),
            "1",
            high=1.0,
            optional=True,
        ),
        Need(
            "renewal",
            Name("share of the area renewed in the year", "当年更新面积比例"),
            "1",
            high=1.0,
        ),
        EDITION,
    ),
    Name("dry matter and nitrogen of residues per area", "单位面积残留物干物质与氮"),
    "F_CR = renewal x [AG x N_AG x (1 - removed - burnt x Cf) + (harvest + AG) x RS x N_BG];"
    " AG = harvest x R_AG (2019) or harvest x slope + intercept (2006)",
    "IPCC 2006 Guidelines, Vol. 4, Ch. 11, eq. 11.6, 11.7A, Table 11.2;"
    " 2019 Refinement, eq. 11.6, Table 11.1A",
    ("2006", "2019"),
    "tier 1",
    "IPCC managed soils",
)


def residues(  # noqa: PLR0913 - what is known of a harvest and its residues
    crop: str,
    *,
    harvest: Amount,
    basis: str | None,
    edition: str | None,
    dry_matter: Amount | None = None,
    removed: Amount = ZERO,
    burnt: Amount = ZERO,
    combustion: Amount | None = None,
    renewal: Amount = ONE,
    measured: Mapping[str, Amount] | None = None,
    unverified: Collection[str] = (),
) -> Estimate:
    """Return dry matter and nitrogen of residues per hectare: what stays, leaves, burns.

    `crop` names a row of the table; `measured` gives own values of R_AG (or slope, intercept), RS,
    N_AG, N_BG, each with its source, instead of the table's. `combustion` is the share of residue
    on fire that burns. For perennials `renewal` is one over the years between renewals.

    Values, dry matter in t/ha and nitrogen in kg/ha: 'harvest, dry', 'above ground', 'below
    ground', 'removed', 'burnt', 'N above ground', 'N below ground', 'N removed', 'N burnt', 'N
    returned'. `returned` makes a nitrogen input of the last.

    Raises ModelError with all problems: no basis, a wet harvest without its dry matter, shares that
    sum to more than one, a crop without published values.

    >>> found = residues("potato", harvest=Amount(20.0, "t/ha"), basis="wet",
    ...                  dry_matter=Amount(0.22, "kg/kg"), edition="2019")
    >>> round(found["above ground"], 3), round(found["below ground"], 3)
    (1.76, 1.232)
    >>> round(found["N returned"], 3)
    50.688
    """
    problems: list[Problem] = []
    words = {
        "harvest": harvest,
        "basis": basis,
        "dry_matter": dry_matter,
        "removed": removed,
        "burnt": burnt,
        "combustion": combustion,
        "renewal": renewal,
        "edition": edition,
    }
    given = check(METHOD, problems, words, where=crop)
    problems += _contradictions(crop, given)
    if problems:
        raise ModelError(*problems)
    own = measured if measured is not None else {}
    table = _parameters(crop, given.words["edition"], own, unverified, problems)
    if problems:
        raise ModelError(*problems)
    values = _quantities(given, table, own)
    return Estimate(
        METHOD,
        given.words["edition"],
        (),
        values,
        tuple(table.values()),
        (*given.findings, *(each for row in table.values() for each in row.findings)),
    )


def returned(estimate: Estimate) -> Nitrogen:
    """Return the nitrogen that residues bring back to the soil, as an input for `n2o_direct`.

    >>> found = residues("potato", harvest=Amount(4.4, "t/ha"), basis="dry", edition="2019")
    >>> round(returned(found).rate, 3)
    50.688
    """
    amount = estimate.values["N returned"]
    return Nitrogen("residues", amount, "", estimate.parameters, estimate.findings)


def _contradictions(crop: str, given: Checked) -> list[Problem]:
    found = []
    if given.words.get("basis") == "wet" and given.get("dry_matter") is None:
        found.append(problem("residues-dry-matter", crop))
    if given.words.get("basis") == "dry" and given.get("dry_matter") is not None:
        found.append(problem("residues-dry-twice", crop))
    removed, burnt = given.get("removed"), given.get("burnt")
    if burnt and given.get("combustion") is None:
        found.append(problem("residues-combustion", crop))
    if removed is not None and burnt is not None and removed + burnt > 1 + 1e-12:
        found.append(problem("residues-shares", crop, sum=f"{removed + burnt:.6g}"))
    return found


def _parameters(
    crop: str,
    edition: str,
    own: Mapping[str, Amount],
    unverified: Collection[str],
    problems: list[Problem],
) -> dict[str, Parameter]:
    wanted = PARAMETERS[edition]
    problems += [
        problem("residues-parameter", crop, wanted, parameter=name, edition=edition)
        for name in own
        if name not in wanted
    ]
    rows = {
        name: find(
            "crops_residues", name, problems, edition=edition, unverified=unverified, crop=crop
        )
        for name in wanted
        if name not in own
    }
    return {name: row for name, row in rows.items() if row is not None}


def _quantities(
    given: Checked, table: Mapping[str, Parameter], own: Mapping[str, Amount]
) -> dict[str, Amount]:
    def value(name: str) -> float:
        amount = own[name] if name in own else table[name].amount
        found = amount.to("t/ha" if name == "intercept" else "kg/kg").value
        if found is None:
            raise ModelError(problem("amount-unknown", flow=name))
        return found

    share = given.get("dry_matter")
    dry = given["harvest"] * (1.0 if share is None else share)
    if given.words["edition"] == "2019":
        above = dry * value("R_AG")
    else:
        above = dry * value("slope") + value("intercept")
    below = (dry + above) * value("RS")
    combustion = given.get("combustion")
    burning = given["burnt"] * (0.0 if combustion is None else combustion)
    above, below = above * given["renewal"], below * given["renewal"]
    nitrogen = 1000 * above * value("N_AG")
    roots = 1000 * below * value("N_BG")
    tonnes = {
        "harvest, dry": dry,
        "above ground": above,
        "below ground": below,
        "removed": above * given["removed"],
        "burnt": above * burning,
    }
    kilograms = {
        "N above ground": nitrogen,
        "N below ground": roots,
        "N removed": nitrogen * given["removed"],
        "N burnt": nitrogen * burning,
        "N returned": nitrogen * (1 - given["removed"] - burning) + roots,
    }
    return {name: Amount(each, "t/ha") for name, each in tonnes.items()} | {
        name: Amount(each, "kg/ha") for name, each in kilograms.items()
    }
