"""Which steps does a label assessment have, and what is looked at in each? Data of `steps.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from pcf import resources
from pcf.text import Name


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a step looks at; `computed` ones are found out from the sealed case."""

    step: str
    id: str
    name: Name
    computed: bool


@cache
def steps() -> tuple[tuple[str, Name], ...]:
    """Return the eight steps in order, with their names.

    >>> len(steps()), steps()[0][1].zh
    (8, '委托')
    """
    return tuple((step["id"], Name(step["en"], step["zh"])) for step in _document())


@cache
def items() -> tuple[Asked, ...]:
    """Return everything that is looked at, in order.

    >>> sum(item.computed for item in items()) >= 8
    True
    """
    return tuple(
        Asked(step["id"], item["id"], Name(item["en"], item["zh"]), item.get("computed", False))
        for step in _document()
        for item in step["items"]
    )


def stated_items() -> tuple[Asked, ...]:
    """Return the items that a body records, in order.

    >>> any(item.id == "business-licence" for item in stated_items())
    True
    """
    return tuple(item for item in items() if not item.computed)


@cache
def _document() -> list[Any]:
    found: list[Any] = tomllib.loads(resources.text_of("declare", "assessment", "steps.toml"))[
        "step"
    ]
    return found
