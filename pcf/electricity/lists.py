"""Which list is this file, and what do plants and other systems report? Production, exclusions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from pcf import files
from pcf.electricity.facts import EXCLUSION_KINDS, AttributeExclusion, Facts, ProductionRecord
from pcf.electricity.headings import (
    CANCELLATIONS,
    CERTIFICATES,
    EXCLUSION_WORDS,
    EXCLUSIONS,
    MADE_WORDS,
    METERS,
    PRODUCTIONS,
    SETTLEMENTS,
)
from pcf.electricity.listed import energy_in, interval_in, read_rows, said_or, source_of
from pcf.electricity.readers import (
    read_cancellation,
    read_certificates,
    read_meters,
    read_settlements,
)
from pcf.errors import StudyProblems, Where, problem
from pcf.text import fold

if TYPE_CHECKING:
    import os

    from pcf.electricity.facts import Cancellation, ExclusionKind, Made, Settlement
    from pcf.electricity.listed import Columns
    from pcf.errors import Problem

ListKind = Literal[
    "settlements", "cancellations", "exclusions", "certificates", "meters", "production"
]
_LISTS: dict[ListKind, Columns] = {
    "settlements": SETTLEMENTS,
    "cancellations": CANCELLATIONS,
    "exclusions": EXCLUSIONS,
    "certificates": CERTIFICATES,
    "meters": METERS,
    "production": PRODUCTIONS,
}
LIST_KINDS = tuple(_LISTS)
"""The kinds of lists; the first one whose required columns are all there is what a file is."""


def kind_of(place: str | os.PathLike[str]) -> ListKind:
    """Return which list a file is, by its captions; raise StudyProblems where it is none.

    No example: `read_list` shows it.
    """
    path = Path(place)
    problems: list[Problem] = []
    captions = _captions(path, problems)
    for kind, columns in _LISTS.items():
        keys = {fold(alias): key for alias, key in columns.aliases().items()}
        keys |= {fold(key): key for key in columns.names}
        if set(columns.required) <= {keys[each] for each in captions if each in keys}:
            return kind
    if captions or not problems:
        problems = [problem("list-kind", Where(file=path.name), LIST_KINDS)]
    raise StudyProblems(*problems)


def read_list(
    place: str | os.PathLike[str],
    *,
    kind: ListKind | None = None,
    consumer: str = "",
    site: str = "",
    region: str = "",
) -> tuple[Facts | Settlement | Cancellation, ...]:
    r"""Return what a file of any kind holds, as steps that a ledger records.

    `consumer` holds certificates and uses meters where the file does not say who does; `site` and
    `region` are those of meters. Raises StudyProblems.

    >>> import tempfile
    >>> text = "电表,月份,用电量（万千瓦时）\n1#,2025-03,3.9\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.csv").write_text(text, encoding="utf-8")
    ...     kind_of(f"{folder}/a.csv"), read_list(f"{folder}/a.csv")[0].consumptions[0].energy
    ('meters', 39000000)
    """
    asked = kind or kind_of(place)
    if asked == "settlements":
        return read_settlements(place)
    if asked == "cancellations":
        return read_cancellation(place)
    if asked == "certificates":
        return (read_certificates(place, holder=consumer),)
    if asked == "meters":
        return (read_meters(place, consumer=consumer, site=site, place=region),)
    return (read_exclusions(place) if asked == "exclusions" else read_production(place),)


def read_production(place: str | os.PathLike[str]) -> Facts:
    """Return what plants were metered to make, from a file; raise StudyProblems.

    No example: the columns are device, month or start and end, energy, and what became of it.
    """
    found = []
    with files.collecting(StudyProblems) as problems:
        for row in read_rows(place, PRODUCTIONS, problems):
            device = files.filled(row, "plant", problems)
            when, energy = interval_in(row, problems), energy_in(row, problems)
            made = files.choice(row, "made", MADE_WORDS, problems) or "exported"
            if device is None or when is None or energy is None:
                continue
            found.append(
                ProductionRecord(
                    device, when, energy, cast("Made", made), said_or(row, "evidence", "")
                )
            )
    return Facts(productions=tuple(found), sources=(source_of(place),))


def read_exclusions(place: str | os.PathLike[str]) -> Facts:
    """Return what other systems hold of plants' production, from a file; raise StudyProblems.

    No example: the columns are the kind (CCER, GS, VCS, subsidy, other certificate), device, month
    or start and end, and the energy where only a part is held.
    """
    found = []
    with files.collecting(StudyProblems) as problems:
        for row in read_rows(place, EXCLUSIONS, problems):
            words = {each: each for each in EXCLUSION_KINDS} | EXCLUSION_WORDS
            kind = files.choice(row, "system", words, problems, required=True)
            device = files.filled(row, "plant", problems)
            when = interval_in(row, problems)
            energy = energy_in(row, problems, required=False)
            if kind is None or device is None or when is None:
                continue
            number, evidence = said_or(row, "number", ""), said_or(row, "evidence", "")
            system = cast("ExclusionKind", kind)
            found.append(AttributeExclusion(system, device, when, energy, number, evidence))
    return Facts(exclusions=tuple(found), sources=(source_of(place),))


def _captions(path: Path, problems: list[Problem]) -> list[str]:
    """Return the captions of a file's first table, folded."""
    if path.suffix.lower() == ".xlsx":
        tables = list(files.read_workbook(path, problems).values())
        heading = next((each.heading for each in tables if each.heading.captions), None)
    else:
        heading = files.read_csv(path, problems).heading
    return [] if heading is None else [fold(each or "") for each in heading.captions]
