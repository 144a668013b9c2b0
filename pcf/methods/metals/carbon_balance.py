"""How much CO2 does a furnace emit? The carbon that goes in less the carbon that comes out again.

Blast furnace, converter, electric arc furnace, coking, sintering, direct reduction and sulphide
smelting have the same equation and streams of their own, which must all be named: one that a plant
does not have is stated as zero. Gas sold or sent to another process takes its carbon along; gas
burnt inside the same boundary is an emission and no output.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcf import text, units
from pcf.errors import ModelError, PcfError, Problem, problem
from pcf.findings import Finding, finding
from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.combustion.fuels import by_origin
from pcf.methods.declaration import Estimate, Method, require_edition
from pcf.methods.lookups import find, read_table
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.methods.lookups import Parameter

METHOD = Method(
    id="carbon balance",
    name=Name("CO2 by carbon balance", "碳平衡法 CO2"),
    needs=(),
    returns=Name(
        "CO2, fossil and biogenic (kg); carbon in and out (kg)", "化石与生物源 CO2；碳收支（kg）"
    ),
    equation="CO2 = (sum of carbon in - sum of carbon out) x 44/12",
    source="IPCC 2006, Vol. 3, Ch. 4, eq. 4.2 and 4.9 to 4.11, Table 4.3; (EU) 2025/2547, "
    "Annex II, B.3.2, eq. 12; IAI, Aluminium Sector Greenhouse Gas Protocol, alternative method",
    editions=("2006", "2019"),
    tier="2, with measured carbon 3",
    family="IPCC iron and steel",
)


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams that a process must name, in and out, and its name in both languages."""

    name: Name
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


PROCESSES: Mapping[str, Streams] = {
    "coking": Streams(
        Name("coking", "焦化"),
        ("coking coal",),
        ("coke", "coke-oven gas", "coal tar"),
    ),
    "sintering": Streams(Name("sintering", "烧结"), ("coke", "limestone", "dolomite"), ("sinter",)),
    "blast furnace": Streams(
        Name("blast furnace", "高炉"),
        ("coke", "injected coal", "limestone", "dolomite"),
        ("hot metal", "blast-furnace gas"),
    ),
    "converter": Streams(
        Name("converter", "转炉"),
        ("hot metal", "steel scrap", "limestone", "dolomite"),
        ("steel", "converter gas"),
    ),
    "electric arc furnace": Streams(
        Name("electric arc furnace", "电弧炉"),
        ("steel scrap", "electrodes", "charge carbon", "limestone", "dolomite"),
        ("steel",),
    ),
    "direct reduction": Streams(
        Name("direct reduction", "直接还原"), ("natural gas", "coal"), ("DRI",)
    ),
    "aluminium smelter with anode plant": Streams(
        Name("aluminium smelter with anode plant", "铝电解（含阳极厂）"),
        ("pitch", "calcined coke", "packing coke", "anodes bought"),
        ("anodes sold", "carbon waste"),
    ),
    "sulphide smelting": Streams(
        Name("sulphide smelting", "硫化矿熔炼"),
        ("coke", "coal", "limestone", "dolomite", "electrodes"),
        ("matte or metal", "slag"),
    ),
}
"""Stream names are those of the tables, so that a default carbon content can be found."""


@dataclass(frozen=True, slots=True)
class CarbonStream:
    """One stream: its mass, its carbon per mass (measured, or None for the published default).

    `biogenic` is the biogenic share of its carbon; it must be said for every input that is not a
    material of the tables, where charcoal is 1 and the others 0.
    """

    amount: Amount
    carbon: Amount | None = None
    biogenic: Amount | None = None


def carbon_balance(
    process: str,
    *,
    inputs: Mapping[str, CarbonStream],
    outputs: Mapping[str, CarbonStream],
    edition: str,
) -> Estimate:
    """Return the CO2 of a process of `PROCESSES` by its carbon balance.

    Streams are named as the process declares them; others may be added by any name, with their
    carbon. CO2 is biogenic in the share of biogenic carbon in the input. Raises ModelError with
    every problem: a stream that is missing, unknown (not zero), without a carbon content, or more
    carbon out than in.

    >>> t = lambda text: CarbonStream(Amount.read(text))
    >>> found = carbon_balance("coking", edition="2006",
    ...     inputs={"coking coal": t("1400 kg")},
    ...     outputs={"coke": t("1 t"), "coke-oven gas": t("180 kg"), "coal tar": t("45 kg")})
    >>> round(found["CO2"], 1), len(found.findings)
    (291.5, 4)
    """
    problems: list[Problem] = []
    require_edition(METHOD, edition, problems)
    if process not in PROCESSES:
        near = text.nearest(process, PROCESSES) or tuple(PROCESSES)
        raise ModelError(*problems, problem("carbon-process", "", near, process=process))
    problems += _unnamed(process, inputs, outputs)
    rows: list[Parameter] = []
    problems += _origins(inputs)
    sides = [
        [_carbon(name, stream, edition, problems, rows) for name, stream in side.items()]
        for side in (inputs, outputs)
    ]
    if problems:
        raise ModelError(*problems)
    into, out = (math.fsum(carbon for carbon, _ in side) for side in sides)
    emitted = into - out
    if emitted < -1e-9 * max(into, out):
        raise ModelError(problem("carbon-balance-negative", process, carbon=f"{emitted:.6g} kg"))
    biogenic = math.fsum(carbon * share for carbon, share in sides[0])
    co2 = max(0.0, emitted) * CO2_PER_C
    values = {
        "carbon in": Amount(into, "kg"),
        "carbon out": Amount(out, "kg"),
        "CO2": Amount(co2, "kg"),
    }
    exchanges = by_origin("CO2", co2, biogenic / into if into else 0.0)
    return Estimate(
        replace(METHOD, name=PROCESSES[process].name),
        edition,
        exchanges,
        values,
        tuple(rows),
        tuple(_finding(row) for row in rows),
    )


def _unnamed(
    process: str, inputs: Mapping[str, CarbonStream], outputs: Mapping[str, CarbonStream]
) -> list[Problem]:
    streams = PROCESSES[process]
    pairs = (("input", streams.inputs, inputs), ("output", streams.outputs, outputs))
    missing = [
        f"{name} ({side})" for side, names, given in pairs for name in names if name not in given
    ]
    if not missing:
        return []
    return [problem("carbon-streams", process, process=process, streams=text.listed(missing))]


def _origins(inputs: Mapping[str, CarbonStream]) -> list[Problem]:
    """Return a problem for each input whose carbon may be fossil or biogenic and is neither."""
    known = {row.criteria["material"] for row in read_table("metals")}
    known |= {name for each in PROCESSES.values() for name in each.inputs}
    return [
        problem("carbon-origin", name)
        for name, stream in inputs.items()
        if name not in known and stream.biogenic is None and stream.amount.value != 0
    ]


def _carbon(
    name: str,
    stream: CarbonStream,
    edition: str,
    problems: list[Problem],
    rows: list[Parameter],
) -> tuple[float, float]:
    """Return kg of carbon in a stream and its biogenic share."""
    share = stream.biogenic
    biogenic = 1.0 if name == "charcoal" and share is None else 0.0
    try:
        mass = stream.amount.to("kg").value
        held = None if stream.carbon is None else stream.carbon.to("1").value
        if share is not None and share.value is not None:
            biogenic = units.convert(share.value, share.unit, "1")
    except PcfError as error:
        problems += error.problems
        return 0.0, 0.0
    if mass is None or mass < 0 or (held is not None and not 0 <= held <= 1):
        problems.append(problem("carbon-stream", name, amount=stream.amount))
        return 0.0, 0.0
    if mass == 0:
        return 0.0, biogenic
    if held is None:
        row = find("metals", "carbon content", problems, edition=edition, material=name)
        if row is None:
            return 0.0, 0.0
        rows.append(row)
        held = row.value
    return mass * held, biogenic


def _finding(row: Parameter) -> Finding:
    return finding(
        "method-default",
        METHOD.id,
        need=f"{row.id}, {row.criteria['material']}",
        value=f"{row.value:g}",
        source=row.said_by,
    )
