"""How is a rule profile read? From a TOML file of the package, upon the one that it follows."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pcf import resources, text
from pcf.electricity.profiles.values import Parameter, Profile, Rule
from pcf.electricity.profiles.vocabulary import KNOWN, PARAMETERS, WORDS
from pcf.errors import ModelError, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Mapping


_COMMON = "common"


@cache
def profile_ids() -> tuple[str, ...]:
    """Return the ids of the profiles that there are.

    >>> "CN-GEC-2026" in profile_ids()
    True
    """
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.toml"))
    return tuple(name for name in names if name != _COMMON)


def read_profile(
    id_: str, changes: Mapping[str, bool | Mapping[str, Parameter]] | None = None
) -> Profile:
    """Return the profile `id_`, with the `changes` that a study states.

    A change names a rule: `False` switches off one that is optional, a mapping gives parameters
    other values. Changes are part of the profile's name and are findings of every plan.

    Raises ModelError for an unknown profile, rule or parameter, and for a rule that is not
    optional.

    >>> read_profile("CN-GEC-2026").rules["same-year"].known
    'press'
    >>> read_profile("CN-GEC-2026", {"same-year": False}).name
    'CN-GEC-2026 (without same-year)'
    """
    if id_ not in profile_ids():
        raise ModelError(
            problem("profile-unknown", id_, text.nearest(id_, profile_ids()) or profile_ids())
        )
    return varied(_shipped(id_), changes or {})


def profile_from(content: Mapping[str, Any]) -> Profile:
    """Return a profile from the content of a TOML file; see `pcf/electricity/profiles/*.toml`.

    Raises ModelError with every problem: a test that does not exist, a parameter that is missing,
    unknown or of the wrong kind, a rule without source or sentence.

    >>> own = {"id": "own", "edition": "1", "status": "ours", "title": {"en": "Own"},
    ...        "follows": "ISO14067", "rule": {}}
    >>> profile_from(own).unit
    'year'
    """
    follows = content.get("follows")
    before = _shipped(follows) if follows else None
    problems: list[Problem] = []
    rules = dict(before.rules) if before else {}
    for test, row in content.get("rule", {}).items():
        rule = _rule(test, row, problems)
        if rule is not None:
            rules[test] = rule
    if "period" not in rules and content["id"] != _COMMON:
        problems.append(problem("profile-rule-lacks", "period", (), missing="unit, from, until"))
    if problems:
        raise ModelError(*problems)
    ordered = {test: rules[test] for test in PARAMETERS if test in rules}
    untested = tuple(text.Name(**each) for each in content.get("not_tested", ()))
    return Profile(
        content["id"],
        content["edition"],
        content["status"],
        text.Name(**content["title"]),
        ordered,
        text.Name(**content.get("note", {})),
        (*(before.not_tested if before else ()), *untested),
    )


def varied(profile: Profile, changes: Mapping[str, bool | Mapping[str, Parameter]]) -> Profile:
    """Return a profile with changed rules; see `read_profile`.

    >>> varied(read_profile("ISO14067"), {"period": {"unit": "month"}}).name
    'ISO14067 (period unit month)'
    """
    rules, problems, told = dict(profile.rules), list[Problem](), list(profile.changes)
    for name in sorted(changes):
        change, rule = changes[name], rules.get(name)
        if rule is None:
            problems.append(problem("profile-rule-unknown", name, tuple(rules), rule=name))
        elif isinstance(change, bool):
            if not change and not rule.optional:
                problems.append(problem("profile-rule-needed", name, (), rule=name))
            elif not change:
                del rules[name]
                told.append(f"without {name}")
        else:
            parameters = {**rule.parameters, **change}
            problems += _parameter_problems(name, parameters)
            rules[name] = replace(rule, parameters=parameters)
            told += [f"{name} {key} {_written(change[key])}" for key in sorted(change)]
    if problems:
        raise ModelError(*problems)
    return replace(profile, rules=rules, changes=tuple(told))


@cache
def _shipped(id_: str) -> Profile:
    source = resources.text_of("electricity", "profiles", f"{id_}.toml")
    return profile_from(tomllib.loads(source))


def _rule(test: str, row: Mapping[str, Any], problems: list[Problem]) -> Rule | None:
    said = ("says", "source", "locator", "known", "optional")
    parameters = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in row.items()
        if key not in said
    }
    missing = [key for key in ("says", "source", "known") if not row.get(key)]
    if missing:
        problems.append(problem("profile-rule-lacks", test, (), missing=", ".join(missing)))
    elif test not in PARAMETERS:
        problems.append(problem("profile-rule-unknown", test, tuple(PARAMETERS), rule=test))
    elif row["known"] not in KNOWN:
        problems.append(problem("profile-known", test, tuple(KNOWN), known=row["known"]))
    else:
        found = _parameter_problems(test, parameters)
        problems += found
        if not found:
            return Rule(
                test,
                text.Name(**row["says"]),
                row["source"],
                row.get("locator", ""),
                row["known"],
                parameters,
                row.get("optional", False),
            )
    return None


def _parameter_problems(test: str, parameters: Mapping[str, Parameter]) -> list[Problem]:
    wanted = PARAMETERS[test]
    found = [
        problem("profile-parameter", test, tuple(wanted), parameter=key)
        for key in sorted(set(wanted) ^ set(parameters))
    ]
    for key in sorted(set(wanted) & set(parameters)):
        if not _fits(test, key, parameters[key]):
            near = WORDS.get((test, key)) or wanted[key]
            candidates = near if isinstance(near, tuple) else ()
            found.append(problem("profile-parameter", test, candidates, parameter=key))
    return found


def _fits(test: str, key: str, value: Parameter) -> bool:
    wanted = PARAMETERS[test][key]
    if isinstance(wanted, tuple):
        return isinstance(value, tuple) and (not wanted or set(value) <= set(wanted))
    words = WORDS.get((test, key))
    return type(value) is wanted and (words is None or value in words)


def _written(value: Parameter) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "/".join(value) if isinstance(value, tuple) else str(value)
