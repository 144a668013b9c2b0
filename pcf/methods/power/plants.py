"""What does a captive power plant deliver, and at what burden? Its unit processes, net of own use.

The burden of the fuel falls on what leaves the plant: gross generation less own use and losses up
to the busbar. Power that is sold is a product of the plant and never lowers what is bought.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.errors import ModelError, problem
from pcf.findings import Finding, finding
from pcf.methods.allocation import allocate
from pcf.methods.declaration import Method, Need, require
from pcf.model.amounts import Amount
from pcf.model.flows import meter_flow
from pcf.model.processes import CoProduct, Exchange, MultiOutputProcess, UnitProcess
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.methods.power.splits import Split

PLANT = Method(
    id="captive power plant",
    name=Name("captive power plant", "自备电厂"),
    needs=(
        Need("gross", Name("gross generation", "发电量"), "kWh"),
        Need("own_use", Name("own use of the plant", "厂用电量"), "kWh"),
        Need("losses", Name("losses to the busbar", "升压与站内线损"), "kWh"),
        Need("heat", Name("heat supplied", "供热量"), "GJ", optional=True),
    ),
    returns=Name("unit processes of power and of heat", "供电与供热的单元过程"),
    equation="net = gross - own use - losses",
    source="ISO 14067:2018, 6.4.9.4 (internally generated electricity)",
    editions=(),
)

SITE = Method(
    id="power of a site",
    name=Name("power of a site", "厂区电力平衡"),
    needs=(
        Need("purchased", Name("power purchased", "外购电量"), "kWh"),
        Need("generated", Name("net self-generation", "自发净电量"), "kWh"),
        Need("sold", Name("power sold", "外供电量"), "kWh"),
    ),
    returns=Name("power used, purchased and self-generated apart", "分别给出外购与自发自用电量"),
    equation="used = purchased + (generated - sold)",
    source="ISO 14067:2018, 6.4.9.4; GB/T 24067-2024, 6.4.9.4",
    editions=(),
)


@dataclass(frozen=True, slots=True)
class PowerPlant:
    """A captive plant as unit processes: power, and heat where it supplies any."""

    processes: tuple[UnitProcess, ...]
    net: Amount
    split: Split | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class SitePower:
    """What a site uses and sells: never netted against each other."""

    purchased: Amount
    self_generated: Amount
    sold: Amount

    @property
    def used(self) -> Amount:
        """The power that the site itself uses, from both origins."""
        values = (self.purchased.value, self.self_generated.value)
        known = [value for value in values if value is not None]
        return Amount(sum(known), "kWh")

    def exchanges(self, *, meter: str, plant: str) -> tuple[Exchange, Exchange]:
        """Return what the site uses as two inputs: from its meter, and from its own plant.

        `plant` is the product of the plant's unit process, such as 'electricity of captive'. What
        is sold is another user's input of the same product.

        >>> kwh = lambda value: Amount(value, "kWh")
        >>> site = site_power(purchased=kwh(3.0), generated=kwh(10.0), sold=kwh(2.0))
        >>> [str(row.amount) for row in site.exchanges(meter="works", plant="electricity of x")]
        ['3 kWh', '8 kWh']
        """
        row = meter_flow(meter)
        bought = Exchange(row.id, self.purchased, kind="elementary", elementary=row)
        return bought, Exchange(plant, self.self_generated)


def power_plant(  # noqa: PLR0913 - the meters of a power plant
    id: str,  # noqa: A002 - the word users write
    *,
    exchanges: Sequence[Exchange],
    gross: Amount,
    own_use: Amount,
    losses: Amount,
    heat: Amount | None = None,
    split: Split | None = None,
) -> PowerPlant:
    """Return a captive plant's unit process of power and, with `heat`, one of heat.

    `exchanges` are the plant's fuel, water, reagents and emissions. With heat, `split` says how
    they are divided (`splits`); the parts sum to the whole. Raises ModelError where own use and
    losses leave nothing, or where heat is supplied and no split is stated.

    >>> from pcf.methods.power.splits import split_by_energy
    >>> from pcf.model.processes import Exchange
    >>> plant = power_plant("captive", exchanges=[Exchange("coal", Amount(1000.0, "GJ"))],
    ...     gross=Amount(110.0, "MWh"), own_use=Amount(9.0, "MWh"), losses=Amount(1.0, "MWh"),
    ...     heat=Amount(360.0, "GJ"),
    ...     split=split_by_energy(heat=Amount(360.0, "GJ"), power=Amount(100.0, "MWh")))
    >>> [(each.product, str(each.amount), each.exchanges[0].amount.value)
    ...  for each in plant.processes]
    [('electricity of captive', '100,000 kWh', 500.0), ('heat of captive', '360 GJ', 500.0)]
    """
    given = require(PLANT, gross=gross, own_use=own_use, losses=losses, heat=heat)
    value = given["gross"] - given["own_use"] - given["losses"]
    if value <= 0:
        raise ModelError(problem("power-nothing-net", id, gross=gross))
    net = Amount(value, "kWh")
    findings = list(given.findings)
    own = given["own_use"] / given["gross"]
    if own > 0.15:
        findings.append(finding("power-own-use", id, share=f"{100 * own:.3g} %"))
    power = f"electricity of {id}"
    supplied = given.get("heat")
    if supplied is None or supplied == 0:
        return PowerPlant(
            (UnitProcess(id, power, net, tuple(exchanges)),), net, None, tuple(findings)
        )
    if split is None:
        raise ModelError(problem("chp-split-missing", id))
    rows = (CoProduct(power, net), CoProduct(f"heat of {id}", Amount(supplied, "GJ")))
    divided = allocate(
        MultiOutputProcess(id, rows, tuple(exchanges)),
        by="given",
        level="physical",
        reason=split.method.id,
        shares={rows[0].product: split.power, rows[1].product: split.heat},
    )
    return PowerPlant(divided.processes, net, split, (*findings, *split.findings))


def site_power(*, purchased: Amount, generated: Amount, sold: Amount) -> SitePower:
    """Return purchased, self-generated and sold power of a site apart.

    What is sold comes from the site's own generation; it is a product with its own burden. Raises
    ModelError where more is sold than was generated.

    >>> found = site_power(purchased=Amount(30.0, "MWh"), generated=Amount(100.0, "MWh"),
    ...                    sold=Amount(20.0, "MWh"))
    >>> found.purchased.value, found.self_generated.value, found.used.value
    (30000.0, 80000.0, 110000.0)
    """
    given = require(SITE, purchased=purchased, generated=generated, sold=sold)
    own = given["generated"] - given["sold"]
    if own < 0:
        raise ModelError(problem("power-sold", sold=sold, generated=generated))
    bought, kept, away = given["purchased"], own, given["sold"]
    return SitePower(Amount(bought, "kWh"), Amount(kept, "kWh"), Amount(away, "kWh"))
