"""What stands in study.toml when a study is written? The document, and its text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pcf.files import exact_text
from pcf.study.outgoing import amount_text
from pcf.study.proofs import proof_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcf.electricity import Supply
    from pcf.model.declared import DeclaredUnit, Exclusion
    from pcf.study.values import (
        AllocationChoice,
        Alternative,
        ElementBalance,
        Mix,
        Parameter,
        ProviderChoice,
        Study,
    )
    from pcf.text import Name


def settings_of(study: Study) -> dict[str, Any]:
    """Return the document of study.toml; what is empty is left out.

    >>> from pcf.study.values import Study
    >>> settings_of(Study("a", place="CN"))
    {'study': {'id': 'a', 'place': 'CN'}, 'electricity': {'losses': 'published'}}
    """
    document = _full(
        {
            "study": _head(study),
            "declared_unit": _declared(study.declared_unit),
            "electricity": {
                "treatment": study.electricity.treatment,
                "losses": study.electricity.losses,
                "unclaimed": study.electricity.unclaimed,
                "residual": dict(study.electricity.residual),
                "supply": [
                    _supply(each.meter, each.supply) | {"behind": proof_named(number, each.supply)}
                    for number, each in enumerate(study.electricity.supplies, 1)
                ],
            },
            "exclusion": [_exclusion(each) for each in study.exclusions],
            "unverified": {"rows": list(study.unverified)},
            "link": _links(study.links),
            "mix": [_mix(each) for each in study.mixes],
            "allocation": _allocations(study.allocations),
            "balance": [_balance(each) for each in study.balances],
            "parameters": _parameters(each for each in study.parameters if not each.process),
            "process_parameters": {
                process: _parameters(e for e in study.parameters if e.process == process)
                for process in dict.fromkeys(e.process for e in study.parameters if e.process)
            },
        }
    )
    if study.alternatives:  # one that says nothing but its name is one all the same
        found = {each.name: _full(_alternative(each)) for each in study.alternatives}
        document["alternatives"] = found
    return document


def toml_text(document: Mapping[str, Any]) -> str:
    """Return a document of settings as TOML; tables inside lists are written in line.

    >>> print(toml_text({"study": {"id": "铝", "title": {"en": "a"}}, "link": [{"flow": "x"}]}))
    [study]
    id = "铝"
    title = {en = "a"}
    <BLANKLINE>
    [[link]]
    flow = "x"
    <BLANKLINE>
    """
    parts: list[str] = []
    for name, table in document.items():
        if isinstance(table, list):
            parts += [_table(f"[[{_key(name)}]]", row) for row in table]
            continue
        lists = {
            key: value
            for key, value in table.items()
            if isinstance(value, list) and value and isinstance(value[0], dict)
        }
        nested = {
            key: value
            for key, value in table.items()
            if name in ("alternatives", "process_parameters") and isinstance(value, dict)
        }
        plain = {k: v for k, v in table.items() if k not in lists and k not in nested}
        if plain or not (lists or nested):
            parts.append(_table(f"[{_key(name)}]", plain))
        parts += [_table(f"[{_key(name)}.{_key(k)}]", rows) for k, rows in nested.items()]
        parts += [
            _table(f"[[{_key(name)}.{_key(k)}]]", row) for k, rows in lists.items() for row in rows
        ]
    return "\n".join(parts)


def _table(header: str, rows: Mapping[str, Any]) -> str:
    lines = [header, *(f"{_key(key)} = {_value(value)}" for key, value in rows.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:  # noqa: ANN401 - any TOML value
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    number = exact_text(value)
    return number if any(mark in number for mark in ".e") else f"{number}.0"


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if plain else _value(name)


def _full(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table without what is empty: no text, no list, no table, None."""
    found = {}
    for key, value in table.items():
        kept = _full(value) if isinstance(value, dict) else value
        if isinstance(value, list):
            kept = [_full(each) if isinstance(each, dict) else each for each in value]
        if kept not in ("", None, [], {}):
            found[key] = kept
    return found


def _words(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


def _head(study: Study) -> dict[str, Any]:
    return {
        "id": study.id,
        "title": _words(study.title),
        "goal": _words(study.goal),
        "place": study.place,
        "period": None if study.period is None else str(study.period),
        "boundary": study.boundary,
        "background": study.background,
        "characterisation": study.characterisation,
        "convention": study.convention,
        "chosen": list(study.chosen),
        "marks": list(study.marks),
    }


def _declared(unit: DeclaredUnit | None) -> dict[str, Any]:
    if unit is None:
        return {}
    return {
        "amount": amount_text(unit.amount),
        "product": unit.product,
        "basis": unit.basis,
        "biogenic_carbon": amount_text(unit.biogenic_carbon),
        "name": _words(unit.name),
    }


def _exclusion(each: Exclusion) -> dict[str, Any]:
    return {
        "process": each.process,
        "flow": each.flow,
        "bound": amount_text(each.bound),
        "reason": each.reason,
        "source": each.source,
    }


def _mix(each: Mix) -> dict[str, Any]:
    shares = [{"provider": provider, "share": share} for provider, share in each.shares]
    return {"product": each.product, "shares": shares}


def _supply(meter: str, supply: Supply) -> dict[str, Any]:
    shares = [
        {
            "technology": each.technology,
            "share": each.share,
            "connection": each.connection,
            "line_loss": each.line_loss,
        }
        for each in supply.shares
    ]
    return {
        "meter": meter,
        "shares": shares,
        "evidence": supply.evidence,
        "losses": supply.losses,
    }


def _links(links: Iterable[ProviderChoice]) -> list[dict[str, Any]]:
    return [{"process": e.process, "flow": e.flow, "provider": e.provider} for e in links]


def _allocations(rows: Iterable[AllocationChoice]) -> list[dict[str, Any]]:
    return [
        {
            "process": each.process,
            "by": each.by,
            "level": each.level,
            "reason": each.reason,
            "shares": dict(each.shares),
            "causes": {key: dict(shares) for key, shares in each.causes.items()},
        }
        for each in rows
    ]


def _balance(each: ElementBalance) -> dict[str, Any]:
    return {
        "process": each.process,
        "element": each.element,
        "inputs": [{"flow": flow, "content": content} for flow, content in each.inputs],
        "outputs": [{"flow": flow, "content": content} for flow, content in each.outputs],
        "tolerance": each.tolerance,
    }


def _parameters(rows: Iterable[Parameter]) -> dict[str, Any]:
    return {
        each.name: {
            "value": amount_text(each.value),
            "formula": each.formula,
            "source": each.source,
        }
        for each in rows
    }


def _alternative(each: Alternative) -> dict[str, Any]:
    return {
        "says": _words(each.says),
        "replaces": list(each.replaces),
        "by": list(each.by),
        "links": _links(each.links),
        "parameters": _parameters(each.parameters),
        "allocations": _allocations(each.allocations),
    }
