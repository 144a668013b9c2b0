"""How much process CO2 does lime carry? By the oxides in it; fuel is counted apart.

Below 0.75 t of CO2 per tonne no quicklime can be made from limestone: a smaller figure for one has
left its chemistry out.
"""

from __future__ import annotations

from pcf.methods.declaration import Estimate, Method, Need, emitted, require
from pcf.methods.defaults import completed
from pcf.methods.lookups import look_up
from pcf.model.amounts import Amount
from pcf.text import Name

KINDS: tuple[str, ...] = ("high-calcium lime", "dolomitic lime", "hydraulic lime")

METHOD = Method(
    id="lime",
    name=Name("process CO2 of lime", "石灰生产过程 CO2"),
    needs=(
        Need("lime", Name("quicklime produced", "生石灰产量"), "kg"),
        Need("dust", Name("calcined dust not returned, as lime", "未回收的煅烧粉尘"), "kg"),
        Need("kind", Name("kind of lime", "石灰种类"), words=KINDS),
        Need(
            "oxides",
            Name("CaO (or CaO and MgO) in the lime", "石灰中 CaO（MgO）含量"),
            "1",
            low=0.3,
            high=1.0,
            optional=True,
        ),
    ),
    returns=Name("CO2 (kg)", "CO2（kg）"),
    equation="CO2 = (lime + dust) x oxides x stoichiometric ratio",
    source="IPCC 2006, Vol. 3, Ch. 2, eq. 2.6 to 2.9, Table 2.4",
    editions=("2006",),
    tier="2",
    family="IPCC minerals",
)


def burn_lime(*, lime: Amount, dust: Amount, kind: str, oxides: Amount | None = None) -> Estimate:
    """Return the process CO2 of making quicklime, with the dust that was calcined and lost.

    The oxide content is measured, or the published one with a finding; that of dolomitic lime was
    recalled and has to be given.

    >>> found = burn_lime(lime=Amount(1.0, "t"), dust=Amount(0.0, "t"), kind="high-calcium lime")
    >>> round(found["CO2"], 2)
    745.75
    """
    given = require(METHOD, lime=lime, dust=dust, kind=kind, oxides=oxides)
    word = given.words["kind"]
    found = completed(
        given, "chemistry", {"oxides": "oxides in lime"}, edition="2006", material=word
    )
    ratio = look_up("chemistry", "CO2 per oxides", edition="2006", material=word)
    co2 = (given["lime"] + given["dust"]) * found["oxides"] * ratio.value
    row = emitted("CO2, fossil", co2, source=ratio.said_by)
    rows = (ratio, *found.parameters)
    values = {"CO2": Amount(co2, "kg")}
    return Estimate(METHOD, "2006", (row,), values, rows, (*given.findings, *found.findings))
