"""What does a user's own list of factors say? One CSV or sheet of Excel becomes a set to join."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pcf import files, text
from pcf.background import layout
from pcf.background.lists import read_list, report_invisible
from pcf.background.own import factor_set, join
from pcf.background.tables import placed
from pcf.errors import BackgroundError, problem
from pcf.model.amounts import CONFIDENCES, Source
from pcf.model.coverage import WORLD, Period, find_place
from pcf.text import Name

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.background.values import Background
    from pcf.errors import Problem
    from pcf.files import Row
    from pcf.model.amounts import Confidence

NAMES = {
    "product": Name("product", "产品"),
    "factor": Name("factor", "因子"),
    "source": Name("source", "来源"),
    "synonyms": Name("synonyms", "同义词"),
    "place": Name("place", "地点"),
    "period": Name("period", "时期"),
    "confidence": Name("confidence", "置信等级"),
}
REQUIRED = ("product", "factor", "source")


def read_factors(path: Path) -> Background:
    r"""Return the factors of a list, one a row: product, '0.15 kg CO2e/kg', source.

    The set is called like the file; a row is `<file>: <product>`. Raises BackgroundError with
    everything wrong, each in its line; a product stands once.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "ours.csv")
    ...     _ = path.write_text("产品,因子,来源\n铝锭,14 kg CO2e/kg,审计报告", encoding="utf-8")
    ...     [row.id for row in read_factors(path).processes]
    ['ours: 铝锭']
    """
    with files.collecting(BackgroundError) as problems:
        sets: dict[str, Background] = {}
        known = read_list(path, NAMES, REQUIRED, problems)
        for row in () if known is None else known.rows:
            one = _factor(path.stem, row, problems)
            product = row["product"] or ""
            if one is not None and text.fold(product) in sets:
                told = problem("factor-listed-twice", row.where("product"), flow=product)
                problems.append(told)
            elif one is not None:
                sets[text.fold(product)] = one
        if not sets and not problems:
            problems.append(problem("factors-none", path.name))
    first, *others = (sets[key] for key in sorted(sets))
    joined = join(first, *others)
    return replace(joined, editions=first.editions)


def _factor(name: str, row: Row, problems: list[Problem]) -> Background | None:
    before = len(problems)
    product = files.filled(row, "product", problems)
    factor = files.filled(row, "factor", problems)
    document = files.filled(row, "source", problems)
    said = files.choice(row, "confidence", layout.CONFIDENCES, problems)
    report_invisible(row, ("product", "synonyms"), problems)
    period, place = None, WORLD
    with placed(row.where("period"), problems):
        period = None if row["period"] is None else Period.read(row["period"])
    with placed(row.where("place"), problems):
        place = WORLD if row["place"] is None else find_place(row["place"])
    if product is None or factor is None or document is None or len(problems) > before:
        return None
    confidence: Confidence = next((each for each in CONFIDENCES if each == said), "secondary")
    source = Source(f"{name}: {document}: {confidence}", document, confidence=confidence)
    with placed(row.where("factor"), problems):
        made = factor_set(name, {product: factor}, source=source, place=place, period=period)
        synonyms = tuple(sorted(filter(None, (row["synonyms"] or "").split("|"))))
        return replace(made, products=(replace(made.products[0], synonyms=synonyms),))
    return None
