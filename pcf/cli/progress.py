"""What a person sees while a step takes its time: nothing for a second, then what it is."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

import typer

from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcf.text import Language

PATIENCE = 1.0
"""Seconds before a step is named."""
STEPS = {
    "reading": Name("reading the study ...", "正在读取研究……"),
    "background": Name("opening the background data ...", "正在打开背景数据……"),
    "searching": Name("building the index ...", "正在建立检索索引……"),
    "solving": Name("linking and solving ...", "正在链接与求解……"),
    "lists": Name("reading the lists ...", "正在读取清单……"),
    "recording": Name("writing to the ledger ...", "正在写入台账……"),
    "matching": Name("matching ...", "正在匹配……"),
    "auditing": Name("doing the whole log again ...", "正在重算整个台账……"),
}
EVERY = 10_000
"""Rows after which somebody who waits is told how many there are by now."""


def counted(number: int) -> None:
    """Say on stderr how many rows were taken in so far, where somebody watches.

    >>> counted(10_000)
    """
    if number % EVERY == 0 and sys.stderr.isatty():
        typer.echo(f"{number:,}", err=True)


@contextmanager
def step(name: str, language: Language) -> Iterator[None]:
    """Name a step on stderr when it takes longer than a second, where somebody watches.

    >>> with step("solving", "en"):
    ...     pass
    """
    if not sys.stderr.isatty():
        yield
        return
    timer = Timer(PATIENCE, typer.echo, (STEPS[name].says(language),), {"err": True})
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
