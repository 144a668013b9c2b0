"""What does the operator's emissions report hold? Sixteen items, each answered or said to be open.

Source: Implementing Regulation (EU) 2025/2547, Annex IV, 1.2, as read from an implementer's code
(the regulation itself could not be read here).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf.formats.cbam.details import Answer
from pcf.formats.cbam.goods import table
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.declare.values import Declaration
    from pcf.formats.cbam.details import CbamDetails, Precursor
    from pcf.formats.cbam.emissions import Embedded
    from pcf.formats.cbam.energy import Crossing


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the report with its answer."""

    number: int
    name: Name
    answer: Answer


def emissions_report(
    declaration: Declaration, details: CbamDetails, embedded: Embedded
) -> tuple[Item, ...]:
    """Return the sixteen items; what the details answer stands before what can be derived.

    No example: `docs/declarations.md` shows it whole.
    """
    derived = _derived(declaration, details, embedded)
    names = {int(row["number"]): Name(row["en"], row["zh"]) for row in table("items")}
    return tuple(
        Item(number, name, details.answers.get(number, derived.get(number, Answer())))
        for number, name in names.items()
    )


def _derived(
    declaration: Declaration, details: CbamDetails, embedded: Embedded
) -> Mapping[int, Answer]:
    company, good = declaration.company, embedded.good
    by_default = [each for each in embedded.used if each.precursor.default is not None]
    actual = [each for each in embedded.used if each.precursor.default is None]
    answers = {
        3: Answer(_processes(embedded, details)),
        4: Answer(_per_good(embedded, details)),
        5: _totals(declaration, embedded),
        7: _crossing(embedded, "heat"),
        8: _zero_rated(embedded, details),
        9: _crossing(embedded, "waste gas"),
        10: _captured(embedded, details),
        11: _on_site(declaration, embedded),
        12: _precursors([_named(each.precursor) for each in by_default], "default"),
        13: _precursors([_named(each.precursor) for each in actual], "actual"),
    }
    if company.registration and company.address:
        answers[1] = Answer(f"{company.name}; {company.registration}; {company.address}")
    if good.direct_only:
        answers[6] = Answer(not_applicable="Annex II: direct emissions only")
    return answers


def _totals(declaration: Declaration, embedded: Embedded) -> Answer:
    """Return the direct emissions of each process for the output that the study states."""
    study = declaration.study
    if study is None:
        return Answer(missing="the study is not with the declaration: its outputs are not known")
    parts = [f"{process}: {t:.6g} t CO2e" for process, t in embedded.totals.items()]
    whole = sum(embedded.totals.values())
    period = declaration.context.get("period", "")
    rest = [row.id for row in study.processes if row.id not in _wholes(embedded.inside)]
    beside = f"; not among them: {', '.join(rest)}" if rest else ""
    return Answer(f"{period}: {'; '.join(parts)}; together {whole:.6g} t CO2e{beside}")


def _wholes(inside: Mapping[str, str]) -> set[str]:
    return {process.partition(": ")[0] for process in inside}


def _crossing(embedded: Embedded, kind: str) -> Answer:
    found = [each for each in embedded.crossing if each.kind == kind]
    if not found:
        return Answer(not_applicable=f"no {kind} crosses the boundary in the study")
    return Answer("; ".join(_moved(each) for each in found))


def _moved(each: Crossing) -> str:
    way = "out of" if each.amount < 0 else "into"
    return (
        f"{each.flow} {way} {each.home}: {abs(each.amount):.6g} {each.unit}/t x "
        f"{each.factor:.6g} t CO2/{each.unit}; direct emissions {each.kg:+.6g} kg CO2/t"
    )


def _zero_rated(embedded: Embedded, details: CbamDetails) -> Answer:
    if not embedded.biogenic:
        return Answer(not_applicable="no biogenic CO2 arises inside")
    said = f"{embedded.biogenic:.6g} kg CO2/t of biogenic origin"
    if details.biomass is None:
        return Answer(missing=f"{said}, taken as zero; evidence of sustainability is to be given")
    if details.biomass.zero_rated:
        return Answer(f"{said}, zero: {details.biomass.evidence}")
    return Answer(f"{said}, counted: not shown to be sustainable")


def _captured(embedded: Embedded, details: CbamDetails) -> Answer:
    answer = details.captured
    if answer is None:
        return Answer(not_applicable="no CO2 is captured in the study")
    done = "deducted" if answer.deducts else "not deducted"
    return Answer(f"{embedded.captured:.6g} kg CO2/t, to {answer.to}: {answer.where}; {done}")


def _on_site(declaration: Declaration, embedded: Embedded) -> Answer:
    """Return what the study says of power made on site, and what leaves."""
    out = [_moved(each) for each in embedded.crossing if each.kind == "electricity"]
    study = declaration.study
    if study is None and not out:
        return Answer(missing="the study is not with the declaration: its meters are not known")
    made = [] if study is None else [
        f"meter {each.meter}: {share.technology} {100 * share.share:.4g} %"
        for each in study.electricity.supplies
        for share in each.supply.shares
        if share.connection == "on-site"
    ]  # fmt: skip
    if not made and not out:
        return Answer(
            not_applicable="no meter of the study has power made on site or sends any out"
        )
    exported = "; ".join(out) or "none exported"
    return Answer("; ".join([*(made or ["made on site: not stated in the study"]), exported]))


def _processes(embedded: Embedded, details: CbamDetails) -> str:
    listed = "; ".join(f"{process}: {good}" for process, good in embedded.inside.items())
    return f"{listed}; route {details.route}" if details.route else listed


def _per_good(embedded: Embedded, details: CbamDetails) -> str:
    indirect = "not known" if embedded.indirect is None else f"{embedded.indirect:.6g} t CO2e/t"
    use = "information only (Annex II)" if embedded.good.direct_only else "counted"
    source = details.electricity.code if details.electricity else "none given"
    return (
        f"{embedded.good.name}: direct {embedded.direct:.6g} t CO2e/t, by default values "
        f"{100 * embedded.share_default:.4g} %; indirect {indirect}, {use}; "
        f"electricity {embedded.electricity:.6g} MWh/t, factor source {source}"
    )


def _precursors(named: list[str], kind: str) -> Answer:
    if named:
        return Answer("; ".join(named))
    return Answer(not_applicable=f"no precursor with {kind} values is used")


def _named(precursor: Precursor) -> str:
    direct, indirect = precursor.embedded
    shown = "-" if indirect is None else f"{indirect:.6g}"
    known = "-" if direct is None else f"{direct:.6g}"
    rest = f"{precursor.country}, {precursor.period}".strip(", ")
    return f"{precursor.cn_code} {precursor.flow} ({rest}): {known} / {shown} t CO2e/t"
