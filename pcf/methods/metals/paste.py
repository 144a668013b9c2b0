"""How much CO2 does Soderberg paste become? Paste less binder losses, ash, sulphur and dust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf.methods.balances.contents import CO2_PER_C
from pcf.methods.declaration import Estimate, Method, Need, emitted
from pcf.methods.defaults import completed, joined, required, spread_of
from pcf.model.amounts import Amount
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.methods.declaration import Given

_SHARES = {
    "pitch_sulphur": ("pitch sulphur", "沥青硫分"),
    "pitch_ash": ("pitch ash", "沥青灰分"),
    "pitch_hydrogen": ("pitch hydrogen", "沥青氢含量"),
    "coke_sulphur": ("coke sulphur", "焦硫分"),
    "coke_ash": ("coke ash", "焦灰分"),
}

METHOD = Method(
    id="Soderberg paste consumption",
    name=Name("CO2 of Soderberg paste", "自焙阳极糊消耗 CO2"),
    needs=(
        Need("aluminium", Name("aluminium tapped", "原铝产量"), "kg"),
        Need("paste", Name("anode paste consumed", "阳极糊消耗量"), "kg"),
        Need("technology", Name("cell technology", "槽型"), words=("VSS", "HSS")),
        Need("kind", Name("kind of paste", "阳极糊种类"), words=("dry paste", "wet paste")),
        Need("binder", Name("binder of the paste", "粘结剂份额"), "1", high=0.5, optional=True),
        Need(
            "soluble",
            Name("cyclohexane-soluble matter emitted per aluminium", "环己烷可溶物"),
            "kg/t",
            optional=True,
        ),
        Need("dust", Name("carbon in skimmed dust per aluminium", "撇渣碳粉"), "1", optional=True),
        *(
            Need(need, Name(en, zh), "1", high=0.2, optional=True)
            for need, (en, zh) in _SHARES.items()
        ),
    ),
    returns=Name("CO2 and the carbon consumed (kg)", "CO2 与碳耗（kg）"),
    equation="CO2 = (PC - CSM - BC PC (Sp + Ap + Hp) - (1 - BC) PC (Sc + Ac) - CD) x 44/12",
    source="IPCC 2006, Vol. 3, Ch. 4, eq. 4.24, Table 4.14",
    editions=("2006",),
    tier="2, with measured contents 3",
    family="IPCC aluminium CO2",
)


def paste_consumption(
    *, aluminium: Amount, paste: Amount, technology: str, kind: str, **measured: Given
) -> Estimate:
    """Return the CO2 of Soderberg paste; contents are measured, or the published ones.

    `measured` may hold `binder`, `soluble`, `dust`, `pitch_sulphur`, `pitch_ash`, `pitch_hydrogen`,
    `coke_sulphur`, `coke_ash`.

    >>> found = paste_consumption(aluminium=Amount(1.0, "t"), paste=Amount(520.0, "kg"),
    ...                           technology="VSS", kind="dry paste")
    >>> round(found["carbon"], 3)
    496.084
    """
    stated: dict[str, Given] = {
        "aluminium": aluminium,
        "paste": paste,
        "technology": technology,
        "kind": kind,
    }
    given = required(METHOD, stated | measured)
    contents = {need: en for need, (en, _) in _SHARES.items()} | {"dust": "skimmed dust"}
    cell, sort = given.words["technology"], given.words["kind"]
    parts = [
        completed(given, "metals", contents, edition="2006"),
        completed(
            given,
            "metals",
            {"soluble": "cyclohexane soluble matter"},
            edition="2006",
            technology=cell,
        ),
        completed(given, "metals", {"binder": "paste binder"}, edition="2006", technology=sort),
    ]
    found = joined(*parts)

    def carbon(values: Mapping[str, float]) -> float:
        pitch = values["pitch_sulphur"] + values["pitch_ash"] + values["pitch_hydrogen"]
        coke = values["coke_sulphur"] + values["coke_ash"]
        left = 1 - values["binder"] * pitch - (1 - values["binder"]) * coke
        per_aluminium = values["soluble"] / 1000 + values["dust"]
        return given["paste"] * left - given["aluminium"] * per_aluminium

    co2 = carbon(found.values) * CO2_PER_C
    spread = spread_of(lambda values: carbon(values) * CO2_PER_C, found)
    row = emitted("CO2, fossil", co2, spread=spread, source=found.said_by)
    values = {"carbon": Amount(carbon(found.values), "kg"), "CO2": Amount(co2, "kg")}
    findings = (*given.findings, *found.findings)
    return Estimate(METHOD, "2006", (row,), values, found.parameters, findings)
