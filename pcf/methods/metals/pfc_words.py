"""Which cell technologies do the PFC tables speak of? And what both gases of a smelter become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.declaration import Need, emitted
from pcf.methods.lookups import Parameter, combined_spread
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.model.processes import Exchange

TECHNOLOGIES: tuple[str, ...] = ("CWPB", "SWPB", "VSS", "HSS", "PFPB L", "PFPB M", "PFPB MW")
"""Centre-worked and side-worked prebake, vertical and horizontal stud Soderberg; point-feed
prebake: legacy, modern, and modern without fully automated intervention."""

ALUMINIUM = Need("aluminium", Name("aluminium tapped", "原铝产量"), "t")
TECHNOLOGY = Need("technology", Name("cell technology", "电解槽类型"), words=TECHNOLOGIES)
WEIGHT = Need(
    "weight_fraction",
    Name("C2F6 per CF4", "C2F6 与 CF4 质量比"),
    "1",
    high=1.0,
    optional=True,
)
RETURNS = Name("CF4 and C2F6 (kg)", "CF4 与 C2F6（kg）")
FAMILY = "IPCC aluminium PFC"


def both_gases(
    cf4: float,
    c2f6: float,
    by: Mapping[str, tuple[Parameter, ...]],
) -> tuple[Exchange, ...]:
    """Return the exchanges of kg CF4 and kg C2F6, each with the range of its parameters.

    >>> [str(row.amount) for row in both_gases(1.0, 0.1, {})]
    ['1 kg', '0.1 kg']
    """
    return tuple(
        emitted(
            gas,
            amount,
            spread=combined_spread(amount, *by.get(gas, ())),
            source="; ".join(dict.fromkeys(row.said_by for row in by.get(gas, ()))),
        )
        for gas, amount in (("CF4", cf4), ("C2F6", c2f6))
    )
