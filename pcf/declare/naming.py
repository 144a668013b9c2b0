"""What is it called in the reader's language? The boundary, and what a study leaves out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcf import text
from pcf.study.columns import spellings, words
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.background import Background
    from pcf.study import Study
    from pcf.text import Language

_HAN = re.compile("[㐀-鿿]")
_BETWEEN = re.compile(r"\s+[/|]\s+")


def in_language(written: str, language: Language) -> str:
    """Return the half of a text written in both languages, 'English / 中文', else the whole.

    >>> in_language("smelting / 冶炼", "zh"), in_language("kg / t", "zh")
    ('冶炼', 'kg / t')
    """
    halves = _BETWEEN.split(written.strip())
    if len(halves) != 2:
        return written
    chinese = [bool(_HAN.search(half)) for half in halves]
    if chinese[0] is chinese[1]:
        return written
    return halves[chinese.index(language == "zh")]


def boundary_said(written: str, language: Language) -> str:
    """Return a boundary in the reader's language, its first words at least.

    >>> boundary_said("Cradle-to-gate", "zh"), boundary_said("从摇篮到大门：采矿", "en")
    ('从摇篮到大门', 'cradle to gate：采矿')
    """
    said = in_language(written, language)
    folded = text.fold(said).replace("-", " ")
    for form, key in spellings("boundaries").items():
        if folded.startswith(text.fold(form)):
            return words("boundaries")[key].says(language) + said[len(form) :]
    return said


def gap_names(
    named: Iterable[str], study: Study | None, background: Background | None
) -> Mapping[str, Name]:
    """Return what a study leaves out by its name, 'process: flow', in both languages.

    Processes are called as the study names them, flows as its background data do; a name that
    nobody has in a language stays as it is written.

    No example: a report shows it.
    """
    processes = {} if study is None else {row.id: row.name for row in study.processes}
    sets = (None if study is None else study.own_background, background)
    return {each: _both(each, processes, sets) for each in named}


def _both(named: str, processes: Mapping[str, Name], sets: tuple[Background | None, ...]) -> Name:
    process, between, flow = named.partition(": ")
    if not between:
        return Name(in_language(named, "en"), in_language(named, "zh"))
    of = processes.get(process, Name())
    rows = [row for each in sets if each is not None and (row := each.product(flow)) is not None]
    en = next((row.name.en for row in rows if row.name.en), in_language(flow, "en"))
    zh = next((row.name.zh for row in rows if row.name.zh), in_language(flow, "zh"))
    return Name(f"{of.en or process}: {en}", f"{of.zh or process}：{zh}")
