"""What does a supplier's sheet say? A received footprint as a process, with what must be weighed.

One row a footprint: what it is for, how much, under which gas table and convention, how long it
holds, who verified it, how much of it rests on primary data. PACT and EPD have formats of their
own; this is the sheet for everybody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import files, units
from pcf.background import layout
from pcf.background.behind import Declared
from pcf.background.behind_tables import read_share
from pcf.background.lists import read_list, report_invisible
from pcf.background.tables import placed
from pcf.background.values import Background, BackgroundProcess, Edition
from pcf.background.weighing import weighed
from pcf.errors import BackgroundError, problem
from pcf.model.amounts import Amount, Source
from pcf.model.coverage import Coverage, Period, find_place
from pcf.model.flows import UNSPLIT, ProductFlow, find_gas
from pcf.model.processes import Exchange, UnitProcess
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pcf.errors import Problem
    from pcf.files import Row
    from pcf.findings import Finding
    from pcf.model.amounts import Confidence

NAMES = {
    "id": Name("id", "编号"),
    "supplier": Name("supplier", "供应商"),
    "product": Name("product", "产品"),
    "amount": Name("declared amount", "声明数量"),
    "unit": Name("unit", "单位"),
    "co2e": Name("kg CO2e", "碳足迹 (kg CO2e)"),
    "land_use": Name("of which land-use change kg CO2", "其中土地利用变化 (kg CO2)"),
    "biogenic": Name("biogenic kg CO2 emitted", "生物源排放 (kg CO2)"),
    "taken_up": Name("biogenic kg CO2 taken up", "生物源吸收 (kg CO2)"),
    "place": Name("place", "地点"),
    "period": Name("period", "时期"),
    "boundary": Name("boundary", "边界"),
    "characterisation": Name("gas table", "特征化集"),
    "convention": Name("convention", "生物源碳约定"),
    "valid_until": Name("valid until", "有效期至"),
    "verification": Name("verification", "核查"),
    "verifier": Name("verifier", "核查机构"),
    "primary_share": Name("share of primary data", "初级数据占比"),
    "document": Name("document", "文件"),
    "locator": Name("locator", "位置"),
    "fingerprint": Name("fingerprint", "指纹"),
    "note": Name("note", "备注"),
}
OPTIONAL = (
    "land_use",
    "biogenic",
    "taken_up",
    "valid_until",
    "verifier",
    "primary_share",
    "locator",
    "fingerprint",
    "note",
)
REQUIRED = tuple(key for key in NAMES if key not in OPTIONAL)
_TEXTS = ("id", "supplier", "product", "characterisation", "convention", "document")
_GASES = {
    "land_use": "CO2, land-use change",
    "biogenic": "CO2, biogenic",
    "taken_up": "CO2, taken up",
}


@dataclass(frozen=True, slots=True)
class Received:
    """A received footprint: the process it becomes, with what its supplier declared of it."""

    row: BackgroundProcess
    product: ProductFlow
    source: Source

    def findings(self, period: Period, characterisation: str) -> tuple[Finding, ...]:
        """Return what a study of `period` under `characterisation`, 'AR6 (0/0)', must weigh.

        Whichever study stands on the process inherits them (`pcf.background.weighing`).
        No example: `read_received` shows one.
        """
        return weighed(self.row, period=period, characterisation=characterisation)


def read_received(path: Path) -> tuple[Received, ...]:
    r"""Return the footprints of a supplier's sheet (CSV, or the sheet of a workbook that has it).

    Raises BackgroundError with everything wrong in it. A footprint that nobody verified has the
    confidence 'unverified', so that a study must name it; others are 'primary' when most of them
    rests on primary data, else 'secondary'.

    >>> import tempfile
    >>> from pathlib import Path
    >>> cells = {"id": "P1", "supplier": "Mill", "product": "strip", "amount": "1", "unit": "t",
    ...     "co2e": "2100", "place": "Gansu", "period": "2024", "boundary": "cradle to gate",
    ...     "characterisation": "AR6", "convention": "0/0", "verification": "none",
    ...     "document": "letter"}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sheet = Path(folder, "sheet.csv")
    ...     _ = sheet.write_text(",".join(cells) + "\n" + ",".join(cells.values()))
    ...     (one,) = read_received(sheet)
    >>> [each.code for each in one.findings(Period.read("2025"), "AR5 (0/0)")][:2]
    ['received-no-validity', 'received-unverified']
    """
    with files.collecting(BackgroundError) as problems:
        found: dict[str, Received] = {}
        lines: dict[str, int] = {}
        known = read_list(path, NAMES, REQUIRED, problems)
        for row in () if known is None else known.rows:
            one = _received(row, problems)
            if one is not None and one.row.id in found:
                line = lines[one.row.id]
                problems.append(problem("id-twice", row.where("id"), id=one.row.id, line=line))
            elif one is not None:
                found[one.row.id], lines[one.row.id] = one, row.line
    return tuple(found[key] for key in sorted(found))


def received_background(name: str, received: Sequence[Received]) -> Background:
    """Return received footprints as a set called `name`, to be joined with others.

    Raises BackgroundError when two give one product different units.
    No example: `join` shows how sets stand beside each other.
    """
    products: dict[str, ProductFlow] = {}
    for each in received:
        mine = products.setdefault(each.product.id, each.product)
        if not units.same_dimension(mine.unit, each.product.unit):
            facts = {"unit": each.product.unit, "other": mine.unit, "flow": mine.id}
            raise BackgroundError(problem("unit-unfit", each.row.id, (), **facts))
    edition = Edition(name, draft=False, title=Name(name, name))
    rows = tuple(sorted((each.row for each in received), key=lambda row: row.id))
    sources = tuple(sorted((each.source for each in received), key=lambda source: source.id))
    return Background((edition,), rows, tuple(products[key] for key in sorted(products)), sources)


def _received(row: Row, problems: list[Problem]) -> Received | None:
    before = len(problems)
    texts = {key: files.filled(row, key, problems) or "" for key in _TEXTS}
    report_invisible(row, _TEXTS, problems)
    amount = files.number(row, "amount", problems, required=True)
    if amount is not None and amount <= 0:
        problems.append(problem("reference-amount", row.where("amount"), amount=row["amount"]))
    unit, place, period = "", "", None
    with placed(row.where("unit"), problems):
        unit = units.unit(files.filled(row, "unit", problems) or "kg")
    with placed(row.where("place"), problems):
        place = find_place(files.filled(row, "place", problems) or "GLO")
    with placed(row.where("period"), problems):
        period = Period.read(files.filled(row, "period", problems) or "1900")
    boundary = files.choice(row, "boundary", layout.BOUNDARIES, problems, required=True)
    verification = files.choice(row, "verification", layout.VERIFICATIONS, problems, required=True)
    share = read_share(row, problems)
    until = files.date(row, "valid_until", problems)
    source = _source(row, texts, _confidence(verification, share))
    exchanges = _exchanges(row, source, problems)
    if len(problems) > before or amount is None:
        return None
    name = Name(texts["product"], texts["product"])
    process = UnitProcess(
        texts["id"], texts["product"], Amount(amount, unit), exchanges, name,
        coverage=Coverage(place, period), foreground=False, source=source.id,
    )  # fmt: skip
    unsure = tuple(each.id for each in exchanges) if source.confidence == "unverified" else ()
    made = BackgroundProcess(
        process,
        boundary or "",
        unverified=unsure,
        note=row["note"] or "",
        declared=Declared(
            texts["supplier"],
            texts["characterisation"],
            texts["convention"],
            verification or "",
            row["verifier"] or "",
            until,
            share,
        ),
    )
    return Received(made, ProductFlow(texts["product"], name, unit), source)


def _confidence(verification: str | None, share: float | None) -> Confidence:
    if verification in (None, "none"):
        return "unverified"
    return "primary" if share is not None and share > 0.5 else "secondary"


def _source(row: Row, texts: dict[str, str], confidence: Confidence) -> Source:
    return Source(
        id=f"{texts['supplier']}: {texts['id']}",
        document=texts["document"],
        locator=row["locator"] or "",
        valid_until=row["valid_until"] or "",
        confidence=confidence,
        fingerprint=row["fingerprint"] or "",
        note=f"{texts['supplier']}; {texts['characterisation']} ({texts['convention']})",
    )


def _exchanges(row: Row, source: Source, problems: list[Problem]) -> tuple[Exchange, ...]:
    """Return the footprint as elementary flows; what is land-use change is not counted twice."""
    whole = files.number(row, "co2e", problems, required=True)
    parts = {key: files.number(row, key, problems) for key in _GASES}
    land = parts["land_use"]
    if whole is not None and land is not None:
        whole = whole - land
    amounts = {UNSPLIT: whole, **{_GASES[key]: value for key, value in parts.items()}}
    made = []
    for name, value in amounts.items():
        flow = find_gas(name)
        if value is None or flow is None:
            continue
        if value < 0:
            problems.append(problem("amount-negative", row.where("co2e"), amount=f"{value:g}"))
            continue
        amount = Amount(value, flow.unit, source=source.id)
        id_ = f"{row['id']}: {flow.id}"
        made.append(
            Exchange(flow.id, amount, flow.direction, "elementary", elementary=flow, id=id_,
                     confidence=source.confidence)
        )  # fmt: skip
    return tuple(made)
