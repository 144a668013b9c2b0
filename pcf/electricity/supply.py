"""Where did a meter's electricity come from? Shares by technology and connection, with evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from pcf import text
from pcf.errors import ModelError, problem

if TYPE_CHECKING:
    from pcf.electricity.evidence import SupplyEvidence
    from pcf.errors import Problem

Connection = Literal["grid", "on-site", "direct line"]
CONNECTIONS: tuple[Connection, ...] = get_args(Connection)

Losses = Literal["published", "ignored", "gross_up", "residual"]
LOSSES: tuple[Losses, ...] = get_args(Losses)
"""How the losses of the public grid are counted for power that certificates cover:

`published`  the technology + the published transmission and distribution including losses: the
             certificates cover the metered use, the losses are power of the grid.
`ignored`    the technology + transmission and distribution without losses.
`gross_up`   certificates cover the losses too: technology / (1 - loss) + transmission and
             distribution without losses; 1 / (1 - loss) kWh of certificates for each kWh.
`residual`   the technology + transmission and distribution without losses + loss / (1 - loss) of
             residual power (the national average: no life-cycle residual mix is published).
"""

AVERAGE = "average"
WITH_LOSSES, WITHOUT_LOSSES = "with losses", "without losses"
"""The two technologies that rows of transmission have in background data."""
TOLERANCE = 1e-9
"""How far from one the sum of shares may be: the rounding of a few additions."""

_TECHNOLOGIES = {
    "average": text.Name("national average", "全国平均"),
    "coal": text.Name("coal power", "煤电"),
    "gas": text.Name("gas power", "气电"),
    "hydro": text.Name("hydropower", "水电"),
    "nuclear": text.Name("nuclear power", "核电"),
    "wind": text.Name("wind power", "风电"),
    "PV": text.Name("solar PV", "光伏"),
    "CSP": text.Name("concentrated solar power", "光热"),
    "biomass": text.Name("biomass power", "生物质发电"),
}


def technology_called(name: str) -> str:
    """Return the technology that `name` stands for in either language, or the name as it is.

    >>> technology_called("风电"), technology_called("Wind"), technology_called("geothermal")
    ('wind', 'wind', 'geothermal')
    """
    wanted = text.fold(name)
    for technology, names in _TECHNOLOGIES.items():
        if wanted in {text.fold(each) for each in (technology, names.en, names.zh)}:
            return technology
    return name


def technology_name(technology: str) -> text.Name:
    """Return what a technology is called in both languages; another name stands as it is.

    >>> technology_name("wind").zh, technology_name("geothermal").zh
    ('风电', 'geothermal')
    """
    return _TECHNOLOGIES.get(technology_called(technology), text.Name(technology, technology))


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a meter's electricity: its technology, and the way it came.

    `technology` is a technology of the background data, in either language, or the id of a row;
    'average' is power of the grid that nothing is claimed for. `line_loss` is the measured loss of
    a direct line, as a fraction of what enters it; only such a line has one, and must.

    >>> Share("wind", 0.4, "direct line", line_loss=0.02).line_loss
    0.02
    """

    technology: str
    share: float = 1.0
    connection: Connection = "grid"
    line_loss: float | None = None

    def __post_init__(self) -> None:
        """Refuse a share outside (0, 1], an unknown connection, a loss that is missing or odd."""
        facts = {"technology": self.technology}
        problems = []
        if not 0 < self.share <= 1 + TOLERANCE:
            problems.append(problem("share-range", "", (), share=self.share, **facts))
        if self.connection not in CONNECTIONS:
            problems.append(
                problem("connection-unknown", "", CONNECTIONS, connection=self.connection)
            )
        elif self.connection != "direct line" and self.line_loss is not None:
            problems.append(
                problem("line-loss-elsewhere", "", (), connection=self.connection, **facts)
            )
        elif self.connection == "direct line" and self.line_loss is None:
            problems.append(problem("line-loss-missing", "", (), **facts))
        if self.line_loss is not None and not 0 <= self.line_loss < 1:
            problems.append(problem("line-loss-range", "", (), loss=self.line_loss, **facts))
        if problems:
            raise ModelError(*problems)


@dataclass(frozen=True, slots=True)
class Supply:
    """Where all electricity of a meter came from; the shares sum to one.

    `evidence` names the registry's record that certificates were cancelled for it; None is a plan.
    `losses` is one of `LOSSES`. `behind` is all that a ledger says of it (serials, coverage by
    hour, month and year, claims, the ledger's head), where it came from one; then the shares and
    the records are those that it proves.

    >>> Supply((Share("wind", 0.6), Share("average", 0.4))).evidence is None
    True
    """

    shares: tuple[Share, ...]
    evidence: str | None = None
    losses: Losses = "published"
    behind: SupplyEvidence | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse shares that do not sum to one, unknown losses, other evidence than its own."""
        problems = []
        total = sum(share.share for share in self.shares)
        if not abs(total - 1) <= TOLERANCE:
            problems.append(problem("supply-sum", total=f"{total:.12g}"))
        if self.losses not in LOSSES:
            problems.append(problem("losses-unknown", "", LOSSES, losses=self.losses))
        if self.behind is not None:
            problems += _against_evidence(self, self.behind)
        if problems:
            raise ModelError(*problems)


def _against_evidence(supply: Supply, behind: SupplyEvidence) -> list[Problem]:
    """Return where a supply says other than its evidence: shares, or the registry's records."""
    found = []
    if supply.shares != behind.shares:
        told = {"stated": _listed(supply.shares), "found": _listed(behind.shares)}
        found.append(problem("supply-shares-differ", "", (), **told))
    named, records = set((supply.evidence or "").split(", ")) - {""}, set(behind.records)
    empty = behind.planned or not behind.covered
    strange = named - records  # with own power: the plants that gave it
    lacking = bool(behind.certified and records and not named & records)
    if (empty and named) or lacking or (strange and not behind.own):
        told = {"stated": supply.evidence or "-", "found": ", ".join(behind.records) or "-"}
        found.append(problem("supply-proof-differs", "", (), **told))
    return found


def _listed(shares: tuple[Share, ...]) -> str:
    """Return shares as a list for a message."""
    parts = (f"{each.technology} {100 * each.share:.6g} % ({each.connection})" for each in shares)
    return ", ".join(parts) or "-"
