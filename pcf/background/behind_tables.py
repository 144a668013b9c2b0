"""What do the tables say that stands behind a row? Scores, pedigree, declarations, calibrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcf import files, text
from pcf.background import layout
from pcf.background.behind import INDICATORS, Calibration, Declared, Judged, Scores
from pcf.errors import problem
from pcf.findings import Finding, finding
from pcf.model.pedigree import INDICATORS as PEDIGREE
from pcf.model.pedigree import SCORES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pcf.background.tables import Reading
    from pcf.errors import Problem
    from pcf.files import Row


def read_scores(row: Row, problems: list[Problem]) -> Scores:
    """Return the scores of a row of processes; an empty cell is unknown.

    No example: it reads a row of a file.
    """
    return Scores(**{each: _score(row, f"{each}_score", problems) for each in INDICATORS})


def _score(row: Row, column: str, problems: list[Problem]) -> int | None:
    said = files.number(row, column, problems)
    if said is None:
        return None
    if said not in range(1, SCORES + 1):
        problems.append(problem("score-unfit", row.where(column), score=row[column]))
        return None
    return int(said)


def read_pedigree(row: Row, problems: list[Problem]) -> Judged | None:
    """Return the pedigree of a row of exchanges, '2|3|1|1|3' with its basic variance, or None.

    No example: it reads a row of a file.
    """
    said = row["pedigree"]
    if said is None and row["basic"] is None:
        return None
    basic = files.number(row, "basic", problems)
    scores = [files.narrow(each) for each in (said or "").split("|")]
    fits = len(scores) == len(PEDIGREE) and all(each in set("12345") for each in scores)
    if not fits or basic is None or basic < 0:
        told = {"pedigree": said or "", "indicators": ", ".join(PEDIGREE)}
        problems.append(problem("pedigree-unfit", row.where("pedigree"), (), **told))
        return None
    return Judged(row["id"] or "", tuple(map(int, scores)), basic)


def read_declared(reading: Reading, processes: Collection[str]) -> dict[str, Declared]:
    """Return what suppliers declared, by process.

    No example: it reads a table of a folder.
    """
    found: dict[str, Declared] = {}
    for row, process in _rows(reading, "declared", processes):
        problems, before = reading.problems, len(reading.problems)
        texts = {
            key: files.filled(row, key, problems) or ""
            for key in ("supplier", "characterisation", "convention")
        }
        verified = files.choice(row, "verification", layout.VERIFICATIONS, problems, required=True)
        share = read_share(row, problems)
        until = files.date(row, "valid_until", problems)
        if process in found:
            problems.append(problem("id-twice", row.where("process"), id=process, line="?"))
        elif len(problems) == before:
            found[process] = Declared(
                **texts,
                verification=verified or "",
                verifier=row["verifier"] or "",
                valid_until=until,
                primary_share=share,
            )
    return found


def read_share(row: Row, problems: list[Problem]) -> float | None:
    """Return the share of primary data in a row, from 0 to 1 or in per cent.

    No example: it reads a row of a file.
    """
    share = files.number(row, "primary_share", problems, percent=True)
    if share is not None and not 0 <= share <= 1:
        problems.append(problem("received-share", row.where("primary_share"), share=share))
        return None
    return share


def read_told(reading: Reading, processes: Collection[str]) -> dict[str, tuple[Finding, ...]]:
    """Return the findings that came with rows, by process, in the order of the table.

    No example: it reads a table of a folder.
    """
    found: dict[str, tuple[Finding, ...]] = {}
    for row, process in _rows(reading, "findings", processes):
        code = files.filled(row, "code", reading.problems)
        facts = _facts(row, reading.problems)
        known = text.catalogue().get(code or "")
        if code is None or facts is None:
            continue
        if known is None or not set(known.example) <= set(facts):
            near = text.nearest(code, text.catalogue())
            reading.problems.append(problem("finding-unknown", row.where("code"), near, named=code))
            continue
        told = finding(code, row["item"] or "", **facts)
        found[process] = (*found.get(process, ()), told)
    return found


def _facts(row: Row, problems: list[Problem]) -> dict[str, Any] | None:
    """Return the facts of a finding, a JSON object of texts."""
    if row["facts"] is None:
        return {}
    faults: list[Problem] = []
    said = files.parse_json((row["facts"] or "").encode(), "facts", faults)
    if faults or not isinstance(said, dict) or not all(isinstance(v, str) for v in said.values()):
        problems.append(problem("finding-facts", row.where("facts")))
        return None
    return dict(said)


def read_calibrations(
    reading: Reading, processes: Collection[str]
) -> dict[str, tuple[Calibration, ...]]:
    """Return the calibrations behind measured rows, by process.

    No example: it reads a table of a folder.
    """
    found: dict[str, tuple[Calibration, ...]] = {}
    for row, process in _rows(reading, "calibrations", processes):
        made = calibration(row, reading.problems)
        if made is not None:
            found[process] = (*found.get(process, ()), made)
    return found


def calibration(row: Row, problems: list[Problem]) -> Calibration | None:
    """Return one row of calibrations, or None where it cannot be read.

    No example: it reads a row of a file.
    """
    texts = {
        key: files.filled(row, key, problems) for key in ("instrument", "certificate", "laboratory")
    }
    first = files.date(row, "calibrated", problems, required=True)
    last = files.date(row, "valid_until", problems, required=True)
    if first is None or last is None or None in texts.values():
        return None
    names = {key: cell or "" for key, cell in texts.items()}
    return Calibration(
        **names, calibrated=first, valid_until=last, fingerprint=row["fingerprint"] or ""
    )


def _rows(reading: Reading, table: str, processes: Collection[str]) -> Iterator[tuple[Row, str]]:
    """Yield the rows of a table with the process that each speaks of."""
    for row in reading.rows(table):
        process = files.filled(row, "process", reading.problems)
        if process is not None and process not in processes:
            near = text.nearest(process, processes)
            where = row.where("process")
            reading.problems.append(problem("process-not-listed", where, near, process=process))
        elif process is not None:
            yield row, process
