"""What the commands on certificates share: the ledger, lists, plans, and how they are shown."""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import charts
from pcf.electricity.facts import Facts
from pcf.electricity.ledger import open_ledger
from pcf.electricity.lists import kind_of, read_list
from pcf.electricity.matching import Circumstances, Tie
from pcf.electricity.matching.refusals import kwh
from pcf.electricity.profiles import read_profile
from pcf.electricity.serials import serial_text
from pcf.errors import LedgerError, PcfError, StudyProblems, problem
from pcf.text import Name, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pcf.electricity.evidence import SupplyEvidence
    from pcf.electricity.facts import Cancellation, Settlement, WhRange
    from pcf.electricity.ledger import Ledger, Matched
    from pcf.electricity.matching import Refusal
    from pcf.electricity.profiles import Profile
    from pcf.errors import Problem
    from pcf.text import Language

LedgerPlace = Annotated[
    str,
    typer.Argument(help="The ledger: a file, or postgresql://... 台账文件或数据库地址。"),
]
ConsumerOption = Annotated[
    str, typer.Option(help="Who holds and uses, where lists do not say. 清单未写明的企业名称。")
]
SiteOption = Annotated[str, typer.Option(help="The plant of the meters. 电表所在厂区。")]
PlaceOption = Annotated[str, typer.Option(help="Where the meters are. 电表所在地。")]
ProfileOption = Annotated[
    str, typer.Option("--profile", "-p", help="Rules: CN-GEC-2026, ISO14067, ... 规则。")
]
PolicyOption = Annotated[str, typer.Option(help="Which certificates first. 证书使用顺序。")]
TieOption = Annotated[
    list[str],
    typer.Option(
        "--tie",
        help="A plant of a site or meter, with its line's loss: PLANT=METER or PLANT=METER:0.02."
        " 电站所供的厂区或电表（可带线损）。",
    ),
]
WithoutOption = Annotated[
    list[str],
    typer.Option(
        help="An optional rule that is not to hold, such as same-year. 不适用的可选规则。"
    ),
]
WORDS = {
    "covered": Name("covered, kWh", "已覆盖（千瓦时）"),
    "consumed": Name("consumed, kWh", "用电量（千瓦时）"),
    "share": Name("share", "覆盖率"),
    "left": Name("left over, kWh", "剩余（千瓦时）"),
    "stranded": Name("stranded, kWh", "零头（千瓦时）"),
    "tier": Name("tier", "匹配层级"),
    "gap": Name("short of the optimum, kWh", "与最优相差（千瓦时）"),
    "first": Name("from serial", "起始编号"),
    "last": Name("to serial", "截止编号"),
    "energy": Name("kWh", "千瓦时"),
    "state": Name("state", "状态"),
    "owner": Name("holder", "持有人"),
    "record": Name("cancellation record", "核销记录"),
    "claim": Name("claim", "主张"),
    "beneficiary": Name("beneficiary", "受益主体"),
    "period": Name("period", "时期"),
    "profile": Name("rules", "规则"),
    "range": Name("serials", "编号"),
    "refused": Name("refused: first criterion", "拒绝：首要依据"),
}


def word(key: str, language: Language) -> str:
    """Return a caption in a language."""
    return WORDS[key].says(language)


@contextmanager
def opened(place: str, *, read_only: bool = True) -> Iterator[Ledger]:
    """Open a ledger for a command; one that is only read must be there."""
    ledger = open_ledger(place, read_only=read_only)
    try:
        yield ledger
    finally:
        ledger.close()


def read_files(
    paths: Sequence[Path], *, consumer: str, site: str, region: str
) -> list[Facts | Settlement | Cancellation]:
    """Return what lists hold, in the order in which a ledger can take it; every problem at once."""
    order = ("certificates", "production", "meters", "settlements", "exclusions", "cancellations")
    problems: list[Problem] = []
    found: dict[str, list[Facts | Settlement | Cancellation]] = {}
    for path in paths:
        try:
            kind = kind_of(path)
            steps = read_list(path, kind=kind, consumer=consumer, site=site, region=region)
            found.setdefault(kind, []).extend(steps)
        except PcfError as error:
            problems += error.problems
    if problems:
        raise StudyProblems(*problems)
    return [step for kind in order for step in found.get(kind, [])]


def key_of(paths: Sequence[Path]) -> str:
    """Return the key of a batch of files: the same files sent again are the same batch."""
    digests = sorted(sha256(path.read_bytes()).hexdigest() for path in paths)
    return "files " + sha256("".join(digests).encode()).hexdigest()[:32]


def meters_of(paths: Sequence[Path], *, consumer: str, site: str, region: str) -> Facts | None:
    """Return the readings of files of meters, None for no file."""
    found = Facts()
    for step in read_files(paths, consumer=consumer, site=site, region=region):
        if not isinstance(step, Facts) or not step.consumptions:
            raise StudyProblems(problem("cli-not-meters", "", (), files=_names(paths)))
        found += step
    return found if paths else None


def _names(paths: Sequence[Path]) -> str:
    return ", ".join(path.name for path in paths)


def circumstances(ties: Sequence[str], ledger: Ledger, meters: Facts | None) -> Circumstances:
    """Return the ties of a call, PLANT=METER or PLANT=SITE, with a loss after a colon."""
    demand = ledger.demand()
    given = () if meters is None else meters.consumptions
    known = {*demand.meter.names, *(each.meter for each in given)}
    found, problems = [], []
    with ledger.reading() as book:
        plants = [str(row[0]) for row in book.registers["device"].rows]
    for written in ties:
        device, equals, rest = written.partition("=")
        target, _, loss = rest.partition(":")
        try:
            share = float(loss) if loss else None
        except ValueError:
            share = -1.0
        if not (device and equals and target) or share == -1.0:
            problems.append(problem("cli-tie", "", (), written=written))
            continue
        if device not in plants:
            near = nearest(device, plants) or tuple(plants)
            problems.append(problem("ledger-device-unknown", device, near, device=device))
            continue
        named = {"meter": target} if target in known else {"site": target}
        found.append(Tie(device, line_loss=share, **named))
    if problems:
        raise LedgerError(*problems)
    return Circumstances(ties=tuple(found))


def rules(profile: str, without: Sequence[str]) -> Profile:
    """Return a profile without some of its optional rules, which its name then tells."""
    return read_profile(profile, dict.fromkeys(without, False))


def serials(each: WhRange) -> tuple[str, str]:
    """Return first and last serial of a range as they are printed: 32 digits for a GEC."""
    face = 1_000_000 if each.scheme != "GC" else 1
    first, last = each.low // face, (each.high - 1) // face
    if each.scheme == "GEC" and each.series.count("-") == 2:
        return serial_text(each.series, first), serial_text(each.series, last)
    return f"{each.series} {first}", f"{each.series} {last}"


def plan_rows(plan: Matched, language: Language) -> str:
    """Return the figures of a plan as a table."""
    share = plan.covered / plan.consumed if plan.consumed else None
    figures = (
        ("covered", kwh(plan.covered)),
        ("consumed", kwh(plan.consumed)),
        ("share", "-" if share is None else f"{share:.2%}"),
        ("left", kwh(plan.left_over.energy)),
        ("stranded", kwh(plan.stranded.energy)),
        ("gap", kwh(plan.gap)),
        ("tier", plan.tier or "-"),
    )
    rows = [(word(key, language), value) for key, value in figures]
    return charts.text_table((plan.profile.name, ""), rows, align="lr")


def plan_dict(plan: Matched) -> dict[str, object]:
    """Return a plan as JSON has it; watt-hours are whole numbers."""
    return {
        "profile": plan.profile.name,
        "policy": plan.plan.policy.name,
        "covered_wh": plan.covered,
        "consumed_wh": plan.consumed,
        "left_over_wh": plan.left_over.energy,
        "stranded_wh": plan.stranded.energy,
        "gap_wh": plan.gap,
        "tiers_wh": dict(plan.tiers),
        "certifiable": plan.certifiable,
        "refused": [_refusal(each) for each in plan.refused],
        "unmet": [_refusal(each) for each in plan.unmet],
        "to_cancel": [
            dict(zip(("first", "last"), serials(e), strict=True)) for e in plan.to_cancel()
        ],
        "findings": [
            {"code": each.code, "en": each.says("en"), "zh": each.says("zh")}
            for each in plan.findings
        ],
        "claims": [each.id for each in plan.claims],
    }


def evidence_rows(found: Sequence[SupplyEvidence], language: Language) -> str:
    """Return what stands behind some lines, a sentence each."""
    return "\n".join(each.says(language) for each in found)


def _refusal(each: Refusal) -> dict[str, object]:
    return {
        "test": each.test,
        "code": each.code,
        "energy_wh": each.energy,
        "en": each.says("en"),
        "zh": each.says("zh"),
    }
