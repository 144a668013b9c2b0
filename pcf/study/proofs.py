"""What proves the supplies of a study? The evidence of ledgers, in files beside its tables.

A supply that came from a ledger has its whole evidence in `electricity/<number>.json`: serials,
coverage, the registry's records, the ledger's head and its audit. The file's fingerprint is the
evidence's own digest, and `[[electricity.supply]]` names both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pcf import digest, files
from pcf.electricity.proofs import read_evidence
from pcf.errors import FileError, PcfError, problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pcf.electricity import Supply
    from pcf.errors import Problem
    from pcf.study.values import MeterSupply, Study

FOLDER = "electricity"


def proof_files(study: Study) -> dict[str, bytes]:
    """Return the files of the evidence behind a study's supplies, by name.

    >>> from pcf.study.values import Study
    >>> proof_files(Study("a"))
    {}
    """
    supplies = enumerate((each.supply for each in study.electricity.supplies), 1)
    return {
        _name(number): digest.canonical(supply.behind.as_dict())
        for number, supply in supplies
        if supply.behind is not None
    }


def proof_named(number: int, supply: Supply) -> dict[str, str]:
    """Return how the settings name the evidence of the supply of a number; nothing for none.

    >>> from pcf.electricity import Share, Supply
    >>> proof_named(1, Supply((Share("wind"),)))
    {}
    """
    if supply.behind is None:
        return {}
    return {"file": _name(number), "sha256": supply.behind.digest}


def with_proofs(
    study: Study, document: Mapping[str, Any], folder: Path, problems: list[Problem]
) -> Study:
    """Return a study whose supplies have the evidence that its document names, where it holds.

    No example: see `pcf.study.read_study`.
    """
    if not study.electricity.supplies:
        return study
    named = {
        table.get("meter"): (str(proof["file"]), str(proof.get("sha256", "")))
        for table in document["electricity"]["supply"]
        if isinstance(proof := table.get("behind"), dict) and proof.get("file")
    }
    supplies = tuple(
        _proved(each, named[each.meter], folder, problems) if each.meter in named else each
        for each in study.electricity.supplies
    )
    return replace(study, electricity=replace(study.electricity, supplies=supplies))


def _proved(
    each: MeterSupply, proof: tuple[str, str], folder: Path, problems: list[Problem]
) -> MeterSupply:
    where = replace(each.where, item=each.meter)
    file, stated = proof
    try:
        path = files.safe_path(folder, file)
    except FileError as error:
        problems.append(replace(error.problems[0], where=where))
        return each
    if not path.is_file():
        problems.append(problem("evidence-missing", where, file=file))
        return each
    found = digest.fingerprint_file(path)
    if found != stated.casefold():
        facts = {"file": file, "stated": stated, "found": found}
        problems.append(problem("evidence-differs", where, (), **facts))
        return each
    content = files.read_json(path, problems, name=file)
    if content is None:
        return each
    try:
        return replace(each, supply=replace(each.supply, behind=read_evidence(content)))
    except PcfError as error:
        problems += [replace(told, where=where) for told in error.problems]
        return each


def _name(number: int) -> str:
    return f"{FOLDER}/{number}.json"
