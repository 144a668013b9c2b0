"""What is there to be found of a set? One entry a unit process, with all the words it goes by.

The words of an entry stand in lines: the names of its product and process, its ids and its codes.
A line of what only describes it (technology) begins with a tab, so that it is never a whole name.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pcf import resources, text
from pcf.background.values import names_of
from pcf.model.amounts import CONFIDENCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.background.values import Background, BackgroundProcess
    from pcf.model.amounts import Confidence
    from pcf.model.flows import ProductFlow


@dataclass(frozen=True, slots=True)
class Entry:
    """What a search knows of a unit process; enough to list it without opening its set.

    `standing` is 0 for the default among alternatives, 1 for others, 2 for rows taken by name only;
    `confidence` is that of its least sure row; `lines` are its folded words, one name a line.
    """

    edition: str
    id: str
    product: str
    en: str
    zh: str
    unit: str
    place: str
    period: str
    year: int | None
    boundary: str
    family: str
    at: str
    technology: str
    confidence: Confidence
    standing: int
    lines: str

    @property
    def name(self) -> text.Name:
        """The name of the process in both languages."""
        return text.Name(en=self.en, zh=self.zh)


def entries_of(background: Background) -> Iterator[Entry]:
    r"""Yield the entries of a background in the order of its rows.

    >>> from pcf.background.own import factor_set
    >>> own = factor_set("own", {"Sulfuric acid": "0.1 kg CO2e/kg"}, source="letter")
    >>> next(entries_of(own)).lines
    '\nsulphuric acid\nown: sulphuric acid\n'
    """
    confidences = {source.id: source.confidence for source in background.sources}
    for row in background.processes:
        product = background.product(row.process.product)
        period = row.period
        said = [each.confidence for each in row.process.exchanges if each.confidence is not None]
        said += [confidences[id_] for id_ in (row.process.source,) if id_ in confidences]
        yield Entry(
            edition=background.name,
            id=row.id,
            product=row.process.product,
            en=row.process.name.en,
            zh=row.process.name.zh,
            unit=row.unit,
            place=row.place,
            period="" if period is None else str(period),
            year=row.year,
            boundary=row.boundary,
            family=row.family,
            at=row.at,
            technology=row.technology,
            confidence=max(said, key=CONFIDENCES.index, default="unverified"),
            standing=0 if row.default else 2 if row.alternative else 1,
            lines=_lines(row, product),
        )


def folded(words: str) -> str:
    """Return words as they are compared: folded, and in one spelling of English.

    >>> folded("ALUMINUM  sulfate"), folded("硫　酸"), folded("鋁錠")
    ('aluminium sulphate', '硫 酸', '铝锭')
    """
    plain = words.encode("utf-8", "ignore").decode().replace("\0", " ")
    letters, pairs = _spellings()
    found = text.fold(plain).translate(letters)
    for written, read in pairs:
        found = found.replace(written, read)
    return found


@cache
def _spellings() -> tuple[dict[int, str], tuple[tuple[str, str], ...]]:
    """Return the characters and the letters that are written in two ways."""
    rows = csv.DictReader(resources.text_of("spellings.csv").splitlines())
    known = [(row["written"], row["read"]) for row in rows]
    letters = {ord(written): read for written, read in known if len(written) == 1}
    return letters, tuple(pair for pair in known if len(pair[0]) > 1)


def _lines(row: BackgroundProcess, product: ProductFlow | None) -> str:
    """Return the words of a row: whole names first, then what describes it."""
    names = [row.process.name.en, row.process.name.zh, row.id]
    if product is None:
        names.insert(0, row.process.product)
    else:
        written = (product.cpc, product.hs, product.cn)
        codes = (*written, *(each.replace(" ", "") for each in written))
        names = [*names_of(product), *names, *codes]
    lines = dict.fromkeys(folded(name) for name in names if name.strip())
    if row.technology:
        lines["\t" + folded(row.technology)] = None
    return "\n" + "".join(f"{line}\n" for line in lines)
