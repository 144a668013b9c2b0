"""Gas of a blast furnace or a coke oven: it carries the part of the fuels that leaves in it.

The gas is a fuel made of the fuels charged. Its heating value over theirs is its part of them; all
else (ore, power, other emissions) stays with the main product. Where the gas is burnt, its carbon
is emitted there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import AllocationError, Problem, problem
from pcf.methods.allocation import Allocation, allocate
from pcf.methods.declaration import Method, Need
from pcf.methods.shares import find_property, whole
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.model.amounts import Amount
    from pcf.model.processes import MultiOutputProcess

METHOD = Method(
    "works gas by energy",
    Name("works gas by the energy of its fuels", "煤气按燃料能量"),
    (
        Need("process", Name("the furnace with main product and gas", "含主产品与煤气的过程")),
        Need(
            "energy",
            Name("energy of the gas per unit (lower heating value)", "煤气低位热值"),
            "MJ/Nm3",
        ),
        Need(
            "fuels", Name("lower heating value of each fuel charged", "各入炉燃料低位热值"), "MJ/kg"
        ),
    ),
    Name("shares of each fuel, all else with the main product", "各燃料份额，其余归主产品"),
    "share of the gas in each fuel = gas x LHV_gas / sum (fuel x LHV_fuel)",
    "ISO 14044:2006, 4.3.4.2, step 2 (physical relationship: energy)",
    ("2006",),
)


def works_gas(
    process: MultiOutputProcess,
    gas: str,
    *,
    main: str,
    fuels: Mapping[str, Amount],
    reason: str = "",
) -> Allocation:
    """Return unit processes in which `gas` carries its part of the fuels, and `main` all the rest.

    `fuels` gives the lower heating value of each fuel exchange; the gas states the property
    'energy' per unit. Other products (slag) carry nothing.

    Raises AllocationError with all problems: an unknown product or fuel, a gas without its energy,
    more energy in the gas than in the fuels.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess
    >>> furnace = MultiOutputProcess("furnace", (
    ...     CoProduct("hot metal", Amount(1.0, "t")),
    ...     CoProduct("gas", Amount(1500.0, "Nm3"), {"energy": Amount(3.2, "MJ/Nm3")}),
    ...     CoProduct("slag", Amount(0.3, "t"))),
    ...     (Exchange("coke", Amount(400.0, "kg")), Exchange("ore", Amount(1.6, "t"))))
    >>> found = works_gas(furnace, "gas", main="hot metal", fuels={"coke": Amount(28.0, "MJ/kg")})
    >>> {name: round(share, 4) for name, share in found.causes["coke"].items()}
    {'hot metal': 0.5714, 'gas': 0.4286, 'slag': 0.0}
    """
    problems: list[Problem] = []
    products = [row.product for row in process.products]
    problems += [
        problem("allocation-stranger", process.id, text.nearest(name, products), product=name)
        for name in (gas, main)
        if name not in products
    ]
    charged = _charged(process, fuels, problems)
    held = _held(process, gas, problems)
    if not problems and not 0 <= held <= charged:
        problems.append(
            problem("works-gas-energy", process.id, gas=f"{held:.6g}", fuels=f"{charged:.6g}")
        )
    if problems:
        raise AllocationError(*problems)
    share = 0.0 if charged == 0 else held / charged
    causes = {fuel: {main: 1 - share, gas: share} for fuel in fuels}
    rest = {name: float(name == main) for name in products}
    return allocate(
        process, by="given", level="physical", reason=reason, shares=rest, causes=causes
    )


def _charged(
    process: MultiOutputProcess, fuels: Mapping[str, Amount], problems: list[Problem]
) -> float:
    """Return the energy of the fuels charged, in MJ."""
    total = 0.0
    for fuel, heating_value in fuels.items():
        rows = [row for row in process.exchanges if fuel in (row.flow, row.id)]
        if not rows or heating_value.value is None:
            names = [row.flow for row in process.exchanges]
            near = text.nearest(fuel, names)
            problems.append(problem("works-gas-fuel", process.id, near, fuel=fuel))
            continue
        for row in rows:
            if row.amount.value is None:
                problems.append(problem("amount-unknown", process.id, flow=fuel))
                continue
            cost, aligned = units.aligned(row.amount.unit, heating_value.unit)
            factor = units.factor(units.multiply(row.amount.unit, aligned), "MJ")
            total += row.amount.value * heating_value.value * cost * factor
    return total


def _held(process: MultiOutputProcess, gas: str, problems: list[Problem]) -> float:
    """Return the energy of the gas, in MJ."""
    row = next((row for row in process.products if row.product == gas), None)
    if row is None:
        return 0.0
    energy = find_property(row, frozenset({"energy", "能量"}))
    if energy is None:
        problems.append(problem("works-gas-value", process.id, gas=gas))
        return 0.0
    value, unit = whole(row, energy)
    return units.convert(value, unit, "MJ")
