"""Which published methods are there? Their declarations, gathered from the files that hold them.

`docs/reference/methods.md` is `catalogue_text()`, and a test holds them equal. To write it anew:
`python -c "from pcf.methods.catalogue import catalogue_text; print(catalogue_text(), end='')"`.
"""

from __future__ import annotations

from importlib import import_module
from inspect import getsource
from pkgutil import walk_packages
from typing import TYPE_CHECKING

from pcf import methods
from pcf.methods.declaration import Method

if TYPE_CHECKING:
    from pcf.methods.declaration import Need


def declared_methods() -> dict[str, list[Method]]:
    """Return every declared method by topic (the folder it stands in), in the order of their ids.

    >>> "crops" in declared_methods()
    True
    """
    found: dict[str, dict[str, Method]] = {}
    for each in walk_packages(methods.__path__, f"{methods.__name__}."):
        module, topic = import_module(each.name), each.name.split(".")[2]
        for method in (value for value in vars(module).values() if isinstance(value, Method)):
            if f'"{method.id}"' in getsource(module):  # declared there, not imported
                found.setdefault(topic, {})[method.id] = method
    return {topic: [rows[id_] for id_ in sorted(rows)] for topic, rows in sorted(found.items())}


def catalogue_text() -> str:
    """Return the declarations as a page: equation, source, editions, what each method needs.

    >>> catalogue_text().splitlines()[0]
    '# Methods'
    """
    head = (
        "# Methods\n\nOne published method a file. Generated from the declarations in"
        " `pcf/methods/` by `pcf.methods.catalogue`; do not edit.\n\nOutside the range of a need is"
        " an error, outside what is usual a finding; missing is never zero.\n"
    )
    parts = [head]
    for topic, rows in declared_methods().items():
        parts.append(f"\n## {topic}\n")
        parts += [_entry(each) for each in rows]
    return "".join(parts)


def _entry(method: Method) -> str:
    lines = [
        f"\n### {method.id}\n",
        f"\n{method.name.en} · {method.name.zh}. Returns {method.returns.en}.\n",
        f"\n- Equation: `{method.equation}`",
        f"\n- Source: {method.source}",
    ]
    if method.editions:
        lines.append(f"\n- Editions: {', '.join(method.editions)}")
    if method.tier:
        lines.append(f"\n- Tier: {method.tier}")
    lines.append("\n\n| needs | unit or words | range | usual |\n|---|---|---|---|\n")
    return "".join([*lines, *map(_row, method.needs)])


def _row(need: Need) -> str:
    optional = " (optional)" if need.optional else ""
    kind = ", ".join(need.words) if need.words else (need.unit or "1")
    ends = ["" if end is None else f"{end:g}" for end in (need.low, need.high)]
    span = "" if need.words else f"{ends[0]} to {ends[1]}".strip()
    usual = "" if need.usual is None else f"{need.usual[0]:g} to {need.usual[1]:g}"
    cells = (f"{need.id}: {need.name.en}{optional}", kind, span, usual)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"
