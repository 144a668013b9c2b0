"""Whose word is the number of a row? One source for each source, locator and evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf.errors import Where, problem
from pcf.model.amounts import CONFIDENCES, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcf.errors import Problem
    from pcf.model.amounts import Confidence
    from pcf.study.values import ActivityRow, Leg, Study


class Sourcing:
    """The sources of a study by id, and those that its rows make of them with their locators."""

    def __init__(self, study: Study) -> None:
        """Begin with the sources that the study lists, and those of its own background."""
        own = () if study.own_background is None else study.own_background.sources
        self._listed = {source.id: source for source in own}
        self._listed |= {source.id: source for source in study.sources}
        self._used: dict[str, Source] = {}

    def of_row(self, row: ActivityRow | Leg) -> str:
        """Return the id of the source of a row; empty where the row names none.

        No example: `pcf.study.system` shows it.
        """
        evidence = getattr(row, "evidence", None)
        shown = str(evidence) if evidence is not None else ""
        found = self._listed.get(row.source)
        if found is None and not shown:
            return ""
        if found is None:
            confidence: Confidence = row.confidence or "primary"
            found = Source(f"evidence: {shown}", shown, confidence=confidence)
        fingerprint = evidence.sha256 if evidence is not None else ""
        return self._kept(found, [row.locator, shown if row.source else ""], fingerprint)

    def of_rows(self, rows: Sequence[ActivityRow]) -> str:
        """Return the id of the source of rows that are summed: theirs, or one that lists them.

        No example: `pcf.study.system` shows it.
        """
        ids = {self.of_row(row) for row in rows}
        if len(ids) == 1:
            return ids.pop()
        first = self._used.get(self.of_row(rows[0]))
        if first is None:
            return ""
        listed = f"{rows[0].id} ... {rows[-1].id} ({len(rows)})"
        base = self._listed.get(rows[0].source, replace(first, locator="", fingerprint=""))
        return self._kept(base, [listed], "")

    def of(self, source: str) -> str:
        """Return the id of a source that a setting names, or empty where it is not listed."""
        found = self._listed.get(source)
        return "" if found is None else self._kept(found, [], "")

    def used(self, others: Sequence[Source], problems: list[Problem]) -> tuple[Source, ...]:
        """Return all sources that were used, beside those of the background."""
        theirs = {source.id: source for source in others}
        for id_, source in self._used.items():
            if theirs.setdefault(id_, source) != source:
                problems.append(problem("source-clash", Where(item=id_), source=id_))
        return tuple(theirs.values())

    def _kept(self, base: Source, places: list[str], fingerprint: str) -> str:
        locator = "; ".join(place for place in (base.locator, *places) if place)
        id_ = f"{base.id}: {locator}" if any(places) else base.id
        self._used.setdefault(
            id_,
            replace(base, id=id_, locator=locator, fingerprint=fingerprint or base.fingerprint),
        )
        return id_


def least_sure(rows: Sequence[ActivityRow]) -> Confidence | None:
    """Return the least sure confidence of rows that are summed, None where one states none.

    >>> from pcf.model.amounts import Amount
    >>> from pcf.study.values import ActivityRow
    >>> rows = [ActivityRow(str(i), "p", "f", Amount(1.0, "t"), confidence=word)
    ...         for i, word in enumerate(["primary", "derived"])]
    >>> least_sure(rows)
    'derived'
    """
    words = [row.confidence for row in rows]
    known = [word for word in words if word is not None]
    return max(known, key=CONFIDENCES.index) if len(known) == len(words) else None
