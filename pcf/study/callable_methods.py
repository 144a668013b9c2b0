"""Which published methods can a study call by their name? Those that take amounts and words.

Methods that divide whole processes are chosen in `[[allocation]]`, those that build processes from
lists are for Python. What a method is given is told by its signature.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from pcf.errors import ModelError, problem
from pcf.methods import balances, capture, chemistry, combustion, crops, land, metals, power
from pcf.methods import transport as carrying
from pcf.methods import waste as wastes
from pcf.methods.catalogue import declared_methods
from pcf.methods.crops.machinery import Operation
from pcf.methods.crops.n2o_direct import HECTARE
from pcf.methods.crops.storage import Loss
from pcf.methods.land import Stocks
from pcf.model.amounts import Amount
from pcf.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcf.methods.declaration import Estimate, Method

Kind = Literal["amount", "word", "amounts", "words", "nitrogen", "flag"]
ONE = Amount(1.0, "1")
YEAR = Amount(1.0, "year")


@dataclass(frozen=True, slots=True)
class Called:
    """A method with the function that runs it, and the kind of each thing that it is given."""

    method: Method
    run: Callable[..., object]
    kinds: Mapping[str, Kind]
    required: frozenset[str]


def field_operation(  # noqa: PLR0913 - what the declaration asks for, one operation a call
    *,
    operation: str,
    fuel: Amount,
    passes: Amount = ONE,
    worked: Amount = ONE,
    area: Amount = HECTARE,
    product: str,
) -> Estimate:
    """Return the fuel of one field operation as an input of `product`.

    >>> field_operation(operation="ploughing", fuel=Amount(21.0, "L/ha"),
    ...                 product="farm diesel")["ploughing"]
    21.0
    """
    return crops.machinery([Operation(operation, fuel, passes, worked)], area=area, fuel=product)


def one_loss(
    *, product: str, loss: str, stored: Amount, share: Amount, waste: str = ""
) -> Estimate:
    """Return what one loss leaves of a product that is stored.

    >>> one_loss(product="potatoes", loss="rot", stored=Amount(10.0, "t"),
    ...          share=Amount(10.0, "%"))["delivered"]
    9000.0
    """
    return crops.storage(product, stored=stored, losses=[Loss(loss, share, waste)])


def land_use_change(  # noqa: PLR0913 - three pools before and three after
    *,
    before: str,
    biomass_before: Amount,
    dead_matter_before: Amount,
    soil_before: Amount,
    after: str,
    biomass_after: Amount,
    dead_matter_after: Amount,
    soil_after: Amount,
    stocks: str,
    since: Amount,
    edition: str,
    area: Amount = HECTARE,
    time: Amount = YEAR,
) -> Estimate:
    """Return direct land-use change; `before` and `after` name the uses, `stocks` their source.

    >>> none = Amount(0.0, "t/ha")
    >>> found = land_use_change(before="grassland", biomass_before=Amount(3.1, "t/ha"),
    ...     dead_matter_before=none, soil_before=Amount(43.0, "t/ha"), after="annual crops",
    ...     biomass_after=none, dead_matter_after=none, soil_after=Amount(33.11, "t/ha"),
    ...     stocks="field survey 2019", since=Amount(5.0, "year"), edition="2019")
    >>> round(found["CO2"], 2)
    2381.5
    """
    first = Stocks(before, biomass_before, dead_matter_before, soil_before, stocks)
    second = Stocks(after, biomass_after, dead_matter_after, soil_after, stocks)
    return land.land_use_change(first, second, since=since, edition=edition, area=area, time=time)


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "CH4 and N2O of combustion": combustion.other_gases,
    "CO2 capture": capture.capture,
    "CO2 of combustion": combustion.burn,
    "CO2 of combustion by elemental carbon": combustion.burn_carbon,
    "CO2 of combustion of a gas": combustion.burn,
    "PFC Tier 1": metals.pfc_by_technology,
    "PFC measured": metals.pfc_measured,
    "PFC overvoltage": metals.pfc_by_overvoltage,
    "PFC slope": metals.pfc_by_slope,
    "Soderberg paste consumption": metals.paste_consumption,
    "analysis on another basis": balances.on_basis,
    "anode baking": metals.anode_baking,
    "anode-effect minutes": metals.anode_effect_minutes,
    "biogenic uptake": land.biogenic_uptake,
    "capital goods": carrying.capital_goods,
    "carbonates": chemistry.calcine,
    "coal-mine methane": chemistry.coal_mine,
    "coke calcination": metals.coke_calcination,
    "cold chain": carrying.cold_chain,
    "composting": crops.composting,
    "crop residues": crops.residues,
    "direct N2O from soils": crops.n2o_direct,
    "direct land-use change": land_use_change,
    "dry mass": balances.dry_mass,
    "drying": crops.drying,
    "explosives": chemistry.explode,
    "field operations": field_operation,
    "film mass": crops.film_mass,
    "freight factor at another load": carrying.reloaded,
    "fuel of a vehicle": carrying.vehicle_fuel,
    "heat of steam": power.heat_of_steam,
    "incineration": wastes.incinerate,
    "indirect N2O, leached": crops.n2o_leached,
    "indirect N2O, volatilised": crops.n2o_volatilised,
    "industrial waste water": wastes.treat_water,
    "irrigation energy": crops.irrigation,
    "landfill": wastes.landfill,
    "leak at disposal": chemistry.leak_at_disposal,
    "leak by mass balance": chemistry.leak_by_balance,
    "leak in service": chemistry.leak_by_rate,
    "lime": chemistry.burn_lime,
    "lime CO2": crops.lime_co2,
    "lower heating value by analysis": combustion.lower_by_analysis,
    "lower heating value by ratio": combustion.lower_from_higher,
    "manure management": crops.manure_management,
    "mass on another basis": balances.on_mass_basis,
    "metals Tier 1": metals.tier1,
    "nitric acid": chemistry.nitric_acid,
    "nitrogen applied": crops.nitrogen,
    "nursery share": crops.nursery_share,
    "packaging": carrying.packaging,
    "pesticides": crops.pesticide,
    "plastic film": crops.plastic_film,
    "prebaked anode consumption": metals.anode_consumption,
    "residue burning": crops.residue_burning,
    "seed": crops.seed,
    "soil carbon change": land.soil_change,
    "soil carbon stock": land.soil_stock,
    "storage in products": land.product_storage,
    "storage losses": one_loss,
    "sulphur to acid": metals.sulphur_to_acid,
    "urea CO2": crops.urea_co2,
    "warehouse": carrying.warehouse,
    "waste gas over the fence": power.import_gas,
}
"""Function by the id of its method."""


def called(name: str) -> Called:
    """Return a method by its id or by its name in either language.

    Raises ModelError with candidates for a name that no method has, and for a method that takes
    more than amounts and words.

    >>> sorted(called("urea CO2").kinds.items())
    [('edition', 'word'), ('urea', 'amount')]
    >>> called("农田土壤直接 N2O").method.id
    'direct N2O from soils'
    """
    declared = _declared()
    method = declared.get(fold(name))
    if method is None:
        near = [each for each in FUNCTIONS if _alike(name, each)]
        raise ModelError(problem("call-method-unknown", "", near or tuple(FUNCTIONS), method=name))
    run = FUNCTIONS.get(method.id)
    if run is None:
        raise ModelError(problem("call-method-whole", "", (), method=method.id))
    return _called(method, run)


def _alike(name: str, other: str) -> bool:
    return bool(set(fold(name).split()) & set(fold(other).split()))


@cache
def _declared() -> Mapping[str, Method]:
    found: dict[str, Method] = {}
    for rows in declared_methods().values():
        for each in rows:
            for form in (each.id, each.name.en, each.name.zh):
                found.setdefault(fold(form), each)
    return found


def _called(method: Method, run: Callable[..., object]) -> Called:
    kinds: dict[str, Kind] = {}
    required = set()
    for name, each in inspect.signature(run).parameters.items():
        if each.kind is inspect.Parameter.VAR_KEYWORD:
            kinds |= {
                need.id: "word" if need.words else "amount"
                for need in method.needs
                if need.id not in kinds
            }
            continue
        kinds[name] = _kind(str(each.annotation))
        if each.default is inspect.Parameter.empty:
            required.add(name)
    return Called(method, run, kinds, frozenset(required))


def _kind(annotation: str) -> Kind:
    if annotation.startswith("Mapping"):
        return "amounts"
    if annotation.startswith("Collection"):
        return "words"
    if annotation.startswith("Sequence"):
        return "nitrogen"
    if annotation.startswith("bool"):
        return "flag"
    return "amount" if annotation.startswith("Amount") else "word"
