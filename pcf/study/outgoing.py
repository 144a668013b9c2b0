"""What stands in the tables of a study that is written? Rows by column, as they are read back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pcf.files import exact_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.files import Scalar
    from pcf.model.amounts import Amount, Source
    from pcf.model.coverage import Period
    from pcf.study.call_rows import CallRow
    from pcf.study.values import (
        ActivityRow,
        CoProductRow,
        Leg,
        ProcessRow,
        SiteTotal,
        Statement,
        Study,
    )

    Cells = Mapping[str, Scalar]


def table_rows(study: Study) -> dict[str, list[Cells]]:
    """Return the rows of every table of a study, by table and column.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.study.values import ProcessRow, Study
    >>> study = Study("a", processes=(ProcessRow("cell", "metal", Amount(1.0, "t")),))
    >>> table_rows(study)["processes"][0]["reference_amount"]
    1.0
    """
    return {
        "processes": [_process(row) for row in study.processes],
        "coproducts": [_coproduct(row) for row in study.coproducts],
        "activity": [_activity(row) for row in study.activity],
        "legs": [_leg(row) for row in study.legs],
        "methods": [_call(row) for row in study.methods],
        "site_totals": [_site_total(row) for row in study.site_totals],
        "statements": [_statement(row) for row in study.statements],
        "sources": [_source(row) for row in study.sources],
    }


def amount_text(amount: Amount | None) -> str:
    """Return an amount as settings write it, which reads back as the same; empty for None.

    >>> from pcf.model.amounts import Amount
    >>> amount_text(Amount(0.1, "kg CO2e/kg")), amount_text(Amount(3.0, "1"))
    ('0.1 kg CO2e/kg', '3')
    """
    if amount is None or amount.value is None:
        return ""
    number = exact_text(amount.value)
    return number if amount.unit == "1" else f"{number} {amount.unit}"


def _span(period: Period | None) -> Cells:
    if period is None:
        return {"start": None, "end": None}
    last = period.end - timedelta(days=1)
    return {"start": period.start.isoformat(), "end": last.isoformat()}


def _process(row: ProcessRow) -> Cells:
    return {
        "process": row.id,
        "name_zh": row.name.zh,
        "name_en": row.name.en,
        "stage": row.stage,
        "product": row.product,
        "reference_amount": row.amount.value,
        "unit": row.amount.unit,
        "basis": row.basis,
        "place": row.place,
        **_span(row.period),
        "treats": "yes" if row.treats else None,
        "controlled": {True: "yes", False: "no", None: None}[row.controlled],
    }


def _coproduct(row: CoProductRow) -> Cells:
    amount = row.amount
    properties: Mapping[str, Scalar] = {
        f"{name} [{each.unit}]": each.value for name, each in row.properties.items()
    }
    return {
        "process": row.process,
        "product": row.product,
        "amount": None if amount is None else amount.value,
        "unit": None if amount is None else amount.unit,
        "basis": row.basis,
        "treats": "yes" if row.treats else None,
        **properties,
    }


def _activity(row: ActivityRow) -> Cells:
    stock, spread = row.stock, row.spread
    return {
        "row": row.id,
        "process": row.process,
        "direction": row.direction,
        "kind": row.kind,
        "flow": row.flow,
        "amount": row.amount.value,
        "unit": row.amount.unit,
        "formula": row.formula,
        **_span(row.period),
        "opening_stock": None if stock is None else stock.opening,
        "received": None if stock is None else stock.received,
        "sold": None if stock is None else stock.sold,
        "closing_stock": None if stock is None else stock.closing,
        "basis": row.basis,
        "meter": row.meter,
        "stage": row.stage,
        "confidence": row.confidence,
        "spread": None if spread is None else spread.kind,
        "low": None if spread is None else spread.low,
        "high": None if spread is None else spread.high,
        "evidence_file": row.evidence.file,
        "evidence_sha256": row.evidence.sha256,
        "evidence": row.evidence.text,
        "source": row.source,
        "locator": row.locator,
        "alternative": row.alternative,
        "note": row.note,
    }


def _leg(row: Leg) -> Cells:
    return {
        "row": row.id,
        "process": row.process,
        "goods": row.goods,
        "load": row.load.value,
        "load_unit": row.load.unit,
        "mode": row.mode,
        "distance": row.distance.value,
        "distance_unit": row.distance.unit,
        "stage": row.stage,
        "confidence": row.confidence,
        "source": row.source,
        "locator": row.locator,
        "note": row.note,
    }


def _call(row: CallRow) -> Cells:
    return {
        "row": row.id,
        "process": row.process,
        "method": row.method,
        "need": row.need,
        "value": row.value,
        "unit": row.unit,
        "formula": row.formula,
        "taken": row.taken,
        "stage": row.stage,
        "confidence": row.confidence,
        "evidence_file": row.evidence.file,
        "evidence_sha256": row.evidence.sha256,
        "evidence": row.evidence.text,
        "source": row.source,
        "locator": row.locator,
        "alternative": row.alternative,
        "note": row.note,
    }


def _site_total(row: SiteTotal) -> Cells:
    return {
        "product": row.flow,
        "amount": row.amount.value,
        "unit": row.amount.unit,
        **_span(row.period),
        "source": row.source,
    }


def _statement(row: Statement) -> Cells:
    return {
        "fact": row.fact,
        "value": row.value,
        "unit": row.unit,
        "evidence_file": row.evidence.file,
        "evidence_sha256": row.evidence.sha256,
        "evidence": row.evidence.text,
        "source": row.source,
        "locator": row.locator,
        "note": row.note,
    }


def _source(source: Source) -> Cells:
    return {
        "id": source.id,
        "document": source.document,
        "locator": source.locator,
        "licence": source.licence,
        "data_year": source.data_year,
        "published": source.published,
        "valid_until": source.valid_until,
        "confidence": source.confidence,
        "fingerprint": source.fingerprint,
        "note": source.note,
    }
