"""What does the register say of a declaration? Its numbers, its time, what it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Status = Literal["active", "superseded", "withdrawn", "expired", "not yet valid"]
Kind = Literal["background", "characterisation", "pack", "claim", "cancellation", "certificates"]
KINDS: tuple[Kind, ...] = (
    "background", "characterisation", "pack", "claim", "cancellation", "certificates",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Ground:
    """One thing that a declaration stands on; certificates are a series and positions in it.

    `low` and `high` are watt-hours of the series, half-open; both 0 for everything else.
    """

    kind: str
    name: str
    low: int = 0
    high: int = 0

    def touches(self, other: Ground) -> bool:
        """Return whether two grounds are of one thing; of certificates, whether they overlap.

        >>> Ground("certificates", "S1", 0, 10).touches(Ground("certificates", "S1", 9, 20))
        True
        """
        same = (self.kind, self.name) == (other.kind, other.name)
        if self.kind != "certificates":
            return same
        return same and self.low < other.high and other.low < self.high


@dataclass(frozen=True, slots=True)
class Entry:
    """One declaration in the register.

    `total` is the computed number in kg CO2e per `unit`, unrounded; `value` what the label says.
    `valid_until` is the last day. `preceding` is the declaration that it replaces, `reason` why it
    was made. `bundle` is the digest of the sealed case, empty where there is none.
    """

    id: str
    product: str
    company: str
    study: str
    unit: str
    total: float
    value: str
    valid_from: date
    valid_until: date
    created: str
    bundle: str = ""
    preceding: str = ""
    reason: str = ""
    grounds: tuple[Ground, ...] = field(default=(), repr=False)
    status: Status = "active"
    successor: str = ""
    withdrawn_because: str = ""

    def on(self, day: date) -> Entry:
        """Return the entry with the status that it has on a day."""
        if self.status != "active":
            return self
        if day > self.valid_until:
            return replace(self, status="expired")
        return replace(self, status="not yet valid") if day < self.valid_from else self

    def as_dict(self) -> dict[str, object]:
        """Return what was written of the entry as plain JSON values."""
        return {
            "id": self.id,
            "product": self.product,
            "company": self.company,
            "study": self.study,
            "unit": self.unit,
            "total": self.total,
            "value": self.value,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "created": self.created,
            "bundle": self.bundle,
            "preceding": self.preceding,
            "reason": self.reason,
            "grounds": [[g.kind, g.name, str(g.low), str(g.high)] for g in self.grounds],
        }

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Entry:
        """Return the entry that `as_dict` wrote.

        >>> day = date(2026, 1, 1)
        >>> one = Entry("1", "ingot", "a", "s", "1 t", 2.0, "2", day, day, "")
        >>> Entry.read(one.as_dict()) == one
        True
        """
        days = {key: date.fromisoformat(row[key]) for key in ("valid_from", "valid_until")}
        grounds = tuple(
            Ground(kind, name, int(low), int(high)) for kind, name, low, high in row["grounds"]
        )
        return cls(**{**row, **days, "grounds": grounds})


@dataclass(frozen=True, slots=True)
class Affected:
    """A declaration that must be restated, or looked at again, and what of it was touched."""

    entry: Entry
    touched: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a declaration changed against the one before it."""

    before: Entry
    after: Entry
    left: tuple[Ground, ...]
    joined: tuple[Ground, ...]

    @property
    def difference(self) -> float:
        """New total less the old one, in kg CO2e per declared unit."""
        return self.after.total - self.before.total
