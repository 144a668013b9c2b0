"""Plastic mulch film: how much is laid, how much comes back, what burns and what stays behind."""

from __future__ import annotations

from pcf.errors import ModelError, Problem, problem
from pcf.methods.crops.n2o_direct import HECTARE
from pcf.methods.crops.urea_co2 import C_TO_CO2
from pcf.methods.declaration import Estimate, Method, Need, check, emitted
from pcf.methods.lookups import look_up
from pcf.model.amounts import Amount
from pcf.model.processes import Exchange
from pcf.text import Name

METHOD = Method(
    "plastic film",
    Name("plastic mulch film with its recovery", "地膜及其回收"),
    (
        Need("laid", Name("film laid per area", "单位面积铺膜量"), "kg/ha", usual=(0.0, 150.0)),
        Need("recovered", Name("share recovered", "回收比例"), "1", high=1.0),
        Need("burnt", Name("share burnt in the field", "田间焚烧比例"), "1", high=1.0),
        Need("area", Name("area of the field", "田块面积"), "ha"),
    ),
    Name("film, film to recycling, CO2 of film burnt", "地膜、回收地膜与焚烧 CO2"),
    "CO2 = film x burnt share x carbon content x 44/12; left = film x (1 - recovered - burnt)",
    "stoichiometry of polyethylene (C2H4)n; accounting identity",
    ("none",),
)

MASS = Method(
    "film mass",
    Name("film mass from its thickness", "由厚度计算地膜质量"),
    (
        Need("thickness", Name("thickness", "厚度"), "m", usual=(4e-6, 3e-5)),
        Need("cover", Name("share of the ground covered", "覆盖比例"), "1", usual=(0.1, 1.2)),
    ),
    Name("film per area", "单位面积地膜量"),
    "mass = thickness x density x cover",
    "geometry; density of polyethylene film 920 kg/m3",
    ("none",),
)


def plastic_film(  # noqa: PLR0913 - shares of the film, the names of its two flows, the area
    *,
    laid: Amount,
    recovered: Amount,
    burnt: Amount,
    film: str = "plastic mulch film",
    waste: str = "used mulch film",
    area: Amount = HECTARE,
) -> Estimate:
    """Return the film laid, what goes to recycling, and the fossil CO2 of what burns.

    Values, in kg: 'laid', 'recovered', 'burnt', 'left' in the soil (a stock, no emission counted).
    Raises ModelError with all problems: shares that sum to more than one.

    >>> found = plastic_film(laid=Amount(73.6, "kg/ha"), recovered=Amount(80.0, "%"),
    ...                      burnt=Amount(5.0, "%"))
    >>> [round(row.amount.value, 2) for row in found.exchanges], round(found["left"], 2)
    ([73.6, 58.88, 11.55], 11.04)
    """
    problems: list[Problem] = []
    words = {"laid": laid, "recovered": recovered, "burnt": burnt, "area": area}
    given = check(METHOD, problems, words)
    if not problems and given["recovered"] + given["burnt"] > 1 + 1e-12:
        total = given["recovered"] + given["burnt"]
        problems.append(problem("film-shares", METHOD.id, sum=f"{total:.6g}"))
    if problems:
        raise ModelError(*problems)
    mass = given["laid"] * given["area"]
    shares = {
        "recovered": given["recovered"],
        "burnt": given["burnt"],
        "left": max(0.0, 1 - given["recovered"] - given["burnt"]),
    }
    values = {"laid": Amount(mass, "kg")} | {
        name: Amount(mass * share, "kg") for name, share in shares.items()
    }
    carbon = look_up("crops_practice", "film carbon", edition="any", technology="polyethylene")
    burning = mass * shares["burnt"] * carbon.value * C_TO_CO2
    rows = (
        Exchange(film, values["laid"]),
        Exchange(waste, values["recovered"], "output", "waste"),
        emitted("CO2, fossil", burning, source=carbon.said_by, note="film burnt in the field"),
    )
    return Estimate(METHOD, "none", rows, values, (carbon,), given.findings)


def film_mass(*, thickness: Amount, cover: Amount) -> Amount:
    """Return the mass of film per area from its thickness and the share of the ground it covers.

    Raises ModelError with all problems.

    >>> str(film_mass(thickness=Amount(1e-5, "m"), cover=Amount(80.0, "%")))
    '73.6 kg/ha'
    """
    problems: list[Problem] = []
    given = check(MASS, problems, {"thickness": thickness, "cover": cover})
    if problems:
        raise ModelError(*problems)
    density = look_up("crops_practice", "film density", edition="any", technology="polyethylene")
    return Amount(given["thickness"] * density.value * given["cover"] * 10_000, "kg/ha")
