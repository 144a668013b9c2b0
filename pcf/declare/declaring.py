"""When may a footprint be declared? When nothing that it must be is missing or violated."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pcf.declare.values import Capture, Company, Declaration, Judged, Product, Verification
from pcf.errors import DeclareError, PcfError, problem
from pcf.model.coverage import Period, find_place

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.errors import Problem
    from pcf.study import Study

    class Details(TypedDict, total=False):
        """What a declaration may say besides; see `Declaration`."""

        id: str
        created: datetime
        capture: Capture
        verification: Verification
        standards: tuple[str, ...]
        rules: tuple[str, ...]
        preceding: tuple[str, ...]
        deprecated: bool
        note: str
        annexes: tuple[object, ...]
        study: Study
        background: Background
        previous: Footprint


def declare_footprint(
    footprint: Footprint,
    *,
    product: Product,
    company: Company,
    valid: str,
    opinion: Judged | None = None,
    **details: Unpack[Details],
) -> Declaration:
    """Return a declaration of `footprint` for a product as sold, valid for a period.

    `valid` is written like '2026-01-01/2028-12-31', the last day included. An `opinion` in which a
    'shall' is violated is refused with the list of what it demands; so are a footprint that rests
    on planned electricity, a draft of background data or on problems of its own, and a period of
    validity that begins before the period of the data ends. Without an id a new one is made,
    without `created` it is now, and without an offset it is in UTC. Raises DeclareError with
    everything at once.

    No example: `docs/declarations.md` shows it whole.
    """
    problems: list[Problem] = []
    period = _period(footprint.context.get("period", ""), "period", problems)
    validity = _period(valid, "valid", problems)
    problems += _violations(opinion)
    if footprint.planned:
        problems.append(problem("declare-planned"))
    problems += [
        problem("declare-draft", each.where) for each in footprint.findings if _is_draft(each.code)
    ]
    if period and validity and validity.start < period.end:
        problems.append(problem("declare-early", "valid", start=validity.start, end=period.end))
    place = _place(footprint.context.get("place", ""), problems)
    problems += _unwritable(product, company, details.get("note", ""))
    if problems or period is None or validity is None:
        raise DeclareError(*problems)
    details.setdefault("id", str(uuid.uuid4()))
    created = details.get("created", datetime.now(UTC).replace(microsecond=0))
    details["created"] = created if created.tzinfo else created.replace(tzinfo=UTC)
    return Declaration(
        footprint=footprint,
        product=product,
        company=company,
        valid=validity,
        period=period,
        place=place,
        opinion=opinion,
        context=dict(footprint.context),
        **details,
    )


def _unwritable(product: Product, company: Company, note: str) -> list[Problem]:
    """Return one problem for each text that no file can hold: it has a control character."""
    said = {"note": note, "product.name": product.name}
    said |= {f"company.{key}": getattr(company, key) for key in ("name", "registration", "address")}
    return [
        problem("cell-control", name) for name, written in said.items() if _has_control(written)
    ]


def _has_control(written: str) -> bool:
    kinds = (unicodedata.category(each) for each in written if each not in "\t\r\n")
    return any(kind in ("Cc", "Cs") for kind in kinds)


def _is_draft(code: str) -> bool:
    return code == "edition-draft"


def _period(written: str, what: str, problems: list[Problem]) -> Period | None:
    if not written:
        problems.append(problem("declare-missing", what, field=what))
        return None
    try:
        return Period.read(written)
    except PcfError as error:
        problems += error.problems
        return None


def _place(written: str, problems: list[Problem]) -> str:
    try:
        return find_place(written or "GLO")
    except PcfError as error:
        problems += error.problems
        return ""


def _violations(opinion: Judged | None) -> list[Problem]:
    """Return one problem for each 'shall' that the opinion finds violated."""
    if opinion is None or opinion.exit_code != 1:
        return []
    unmet = getattr(opinion, "unmet", ())
    shall = [each for each in unmet if each.rule.force == "shall" and each.verdict == "violated"]
    return [
        problem(
            "declare-violated",
            each.rule.id,
            clause=each.clause,
            sentence=f"{each.says('en')} / {each.says('zh')}",
            remedy=f"{each.remedy('en')} / {each.remedy('zh')}",
        )
        for each in shall
    ]
