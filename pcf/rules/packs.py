"""Which packs are there, and how is one read? A folder of rules upon the packs that it extends.

Shipped packs stand in `product_rules/<category>/`; another folder is read the same way and may
extend its neighbours and the shipped packs. What a pack holds is untrusted: everything that is
wrong with it is raised together, each with its file, line and the nearest right word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pcf import digest, files, resources, text
from pcf.errors import Problem, RuleError, Where, problem
from pcf.rules.conditions import condition_problems
from pcf.rules.documents import Document, listed, open_document, open_shaped
from pcf.rules.editions import Chosen, choose_edition
from pcf.rules.numbers import read_numbers
from pcf.rules.profiles import overlay, read_profile
from pcf.rules.reading import Ground, read_rule
from pcf.rules.shapes import EquivalentOf, PackFile, ProcessOf, StandardOf
from pcf.rules.values import (
    LIMIT,
    Equivalent,
    FactKind,
    Number,
    Pack,
    Profile,
    Role,
    Rule,
    Standard,
)
from pcf.rules.vocabulary import named, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PACK_FILE = "pack.toml"
MOST_RULES = 500
DEEPEST = 8
_FOLDER = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One call of `read_pack`: the vocabulary, where packs stand, the chain, what is wrong."""

    kinds: Mapping[str, FactKind]
    problems: list[Problem]
    chain: tuple[str, ...] = ()


def rule_pack(
    category: str | Path, edition: str | None = None, profile: Path | Profile | None = None
) -> Pack:
    """Return the rules of a category: a shipped pack by its name in either language, or a folder.

    Without an edition the newest one is taken; the opinion says which. A `profile` (a file or a
    value) puts its own limits in the place of the pack's. Raises RuleError with everything that is
    wrong.

    >>> rule_pack("aluminum").id, rule_pack("铝锭", "2026").extends
    ('aluminium', ('iso_14067 2026', 'electricity 2026'))
    """
    folder = category if isinstance(category, Path) else shipped_folder(category)
    pack = read_pack(folder, edition)
    if profile is None:
        return pack
    return overlay(pack, read_profile(profile, pack) if isinstance(profile, Path) else profile)


def shipped_folder(category: str) -> Path:
    """Return the folder of a shipped pack by id, title or other name, folded; raise RuleError.

    No example: the folder depends on the installation.
    """
    names: dict[str, Path] = {}
    for folder in shipped_folders():
        document = open_document(folder, PACK_FILE, [])
        content: Mapping[str, Any] = {} if document is None else document.content
        title, also = content.get("title", {}), content.get("also", [])
        said = [folder.name, *(title.values() if isinstance(title, dict) else ())]
        for name in [*said, *(also if isinstance(also, list) else ())]:
            names.setdefault(text.fold(str(name)).replace("_", " "), folder)
    found = names.get(text.fold(category).replace("_", " "))
    if found is None:
        known = sorted({folder.name for folder in names.values()})
        near = text.nearest(category, [*known, *names])
        raise RuleError(problem("pack-unknown", "", near or known, pack=category[:60]))
    return found


def shipped_folders() -> list[Path]:
    """Return the folders of all shipped packs, in a fixed order.

    No example: the folders depend on the installation.
    """
    return sorted(path.parent for path in resources.folder("product_rules").glob(f"*/{PACK_FILE}"))


def read_pack(
    folder: Path, edition: str | None = None, *, kinds: Mapping[str, FactKind] | None = None
) -> Pack:
    """Return the pack in a folder, in an edition or the newest; raise RuleError with every problem.

    `kinds` is the vocabulary, the shipped one unless given.
    No example: it depends on files; `rule_pack` is its everyday name.
    """
    with files.collecting(RuleError) as problems:
        reading = _Reading(vocabulary() if kinds is None else kinds, problems)
        pack = _read(folder, edition, reading)
    if pack is None:  # every way to None adds a problem, which has been raised
        raise RuleError(problem("pack-unknown", "", (), pack=folder.name))
    return pack


def _read(folder: Path, edition: str | None, reading: _Reading) -> Pack | None:
    opened = open_shaped(folder, PACK_FILE, PackFile, reading.problems)
    if opened is None:
        return None
    document, file = opened
    if file.id != folder.resolve().name:
        where = document.where("id")
        reading.problems.append(problem("pack-id", where, (folder.name,), id=file.id))
    chosen = choose_edition(folder, edition, reading.problems)
    if chosen is None:
        return None
    parents = _parents(folder, document, file, chosen, reading)
    numbers = _numbers(document, file, chosen, parents)
    own = _rules(folder, chosen, numbers, reading)
    rules = _together(document, [*(rule for each in parents for rule in each.rules), *own])
    _check_entails(own, rules, reading.problems)
    equivalents = _equivalents(document, file, rules)
    extends = [f"{each.id} {each.edition}" for each in parents]
    inherited = [name for each in parents for name in each.extends]
    standards = [standard for each in parents for standard in each.standards]
    return Pack(
        id=file.id,
        edition=chosen.file.edition,
        title=named(file.title),
        rules=tuple(rules),
        numbers=numbers,
        kinds=reading.kinds,
        roles=_roles(document, file, numbers, reading.kinds),
        standards=tuple(dict.fromkeys([*standards, *_standards(document, file)])),
        extends=tuple(dict.fromkeys([*inherited, *extends])),
        equivalents=tuple(
            dict.fromkeys([*(one for each in parents for one in each.equivalents), *equivalents])
        ),
        published=str(chosen.file.published),
        follows=chosen.file.follows,
        draft=chosen.draft or any(each.draft for each in parents),
        fingerprint=_with_parents(chosen.fingerprint, parents),
        folder=folder,
    )


def _with_parents(own: str, parents: Iterable[Pack]) -> str:
    """Return the fingerprint of a pack with all that it extends."""
    found = {each.id: each.fingerprint for each in parents}
    return digest.fingerprint({"": own, **found}) if found else own


def _parents(
    folder: Path, document: Document, file: PackFile, chosen: Chosen, reading: _Reading
) -> list[Pack]:
    """Return the packs that a pack extends; a circle, a path and an unknown name are problems."""
    where, found = document.where("extends"), []
    chain = (*reading.chain, file.id)
    for name in dict.fromkeys(file.extends):
        if not _FOLDER.fullmatch(name):
            reading.problems.append(problem("pack-extends-name", where, name=name[:60]))
        elif name in chain or len(chain) > DEEPEST:
            circle = " -> ".join([*chain, name])
            reading.problems.append(problem("pack-circle", where, circle=circle))
        else:
            place = _neighbour(folder, name)
            if place is None:
                near = text.nearest(name, [each.name for each in shipped_folders()])
                reading.problems.append(problem("pack-unknown", where, near, pack=name))
                continue
            inner = replace(reading, chain=chain)
            pack = _read(place, chosen.file.extends.get(name), inner)
            found += [] if pack is None else [pack]
    for name in sorted(chosen.file.extends.keys() - set(file.extends)):
        at = chosen.document.where(f"extends.{name}")
        near = text.nearest(name, file.extends) or tuple(file.extends)
        reading.problems.append(problem("pack-unknown", at, near, pack=name))
    return found


def _neighbour(folder: Path, name: str) -> Path | None:
    """Return the pack of a name beside a folder, else the shipped one."""
    beside = folder.resolve().parent / name
    if (beside / PACK_FILE).is_file() and beside.resolve().parent == folder.resolve().parent:
        return beside
    shipped = resources.folder("product_rules") / name
    return shipped if (shipped / PACK_FILE).is_file() else None


def _numbers(
    document: Document, file: PackFile, chosen: Chosen, parents: Iterable[Pack]
) -> dict[str, Number]:
    upon = {name: number for each in parents for name, number in each.numbers.items()}
    own = {**upon, **read_numbers(document, file.numbers, upon, new=True)}
    return {**own, **read_numbers(chosen.document, chosen.file.numbers, own, new=False)}


def _rules(
    folder: Path, chosen: Chosen, numbers: Mapping[str, Number], reading: _Reading
) -> list[Rule]:
    """Return the folder's own rules that the edition lists, in its order; a draft may have all."""
    limits = {f"{LIMIT}{name}": (each.value, each.unit) for name, each in numbers.items()}
    ground = Ground(folder.resolve().name, reading.kinds, limits)
    found: dict[str, Rule] = {}
    unread = set()
    for name in listed(folder, "rules", reading.problems, MOST_RULES):
        document = open_document(folder, name, reading.problems)
        if document is None:
            continue
        rule_id = str(document.content.get("id", ""))
        if chosen.file.rules is not None and rule_id not in chosen.file.rules:
            near = text.nearest(rule_id, chosen.file.rules)
            if rule_id and not near:
                continue  # a rule of another edition
        rule = read_rule(document, ground)
        if rule is None:
            unread.add(rule_id)
        elif rule.id in found:
            where = document.where("id")
            reading.problems.append(problem("rule-twice", where, (), rule=rule.id))
        else:
            found[rule.id] = rule
    if chosen.file.rules is None:
        return list(found.values())
    where = chosen.document.where("rules")
    for name in chosen.file.rules:
        if name not in found and name not in unread:
            near = text.nearest(name, found) or tuple(found)
            reading.problems.append(problem("rule-unknown", where, near, rule=name))
    return [found[name] for name in dict.fromkeys(chosen.file.rules) if name in found]


def _together(document: Document, rules: Iterable[Rule]) -> list[Rule]:
    """Return rules each once; the same id in two packs, or two rules of one name, are problems."""
    by_id: dict[str, Rule] = {}
    names: dict[str, str] = {}
    for rule in rules:
        other = by_id.setdefault(rule.id, rule)
        if other != rule or names.setdefault(rule.name, rule.id) != rule.id:
            where = rule.where if str(rule.where) else document.where()
            document.problems.append(
                problem("rule-twice", where, (), rule=f"{rule.id} {rule.name}")
            )
    return list(by_id.values())


def _check_entails(own: Iterable[Rule], rules: Iterable[Rule], problems: list[Problem]) -> None:
    known = {rule.id for rule in rules}
    for rule in own:
        for name in rule.entails:
            if name not in known:
                near = text.nearest(name, known)
                problems.append(problem("rule-unknown", rule.where, near, rule=name))


def _standards(document: Document, file: PackFile) -> list[Standard]:
    rows = (
        file.standard if isinstance(file.standard, list) else [file.standard] * bool(file.standard)
    )
    found = []
    for row in rows:
        shaped = document.shaped(StandardOf, row, "standard")
        if shaped is not None:
            document.word(shaped.read, ("full", "abstract", "not read"), "standard.read")
            found.append(
                Standard(
                    shaped.number,
                    named(shaped.title),
                    shaped.status,
                    shaped.read,
                    named(shaped.note),
                    file.id,
                )
            )
    return found


def _roles(
    document: Document, file: PackFile, numbers: Mapping[str, Number], kinds: Mapping[str, FactKind]
) -> tuple[Role, ...]:
    limits = {f"{LIMIT}{name}": (each.value, each.unit) for name, each in numbers.items()}
    found = []
    for position, row in enumerate(file.process):
        path = f"process[{position}]"
        shaped = document.shaped(ProcessOf, row, path)
        if shaped is None:
            continue
        said = shaped.mandatory
        condition = str(said) if isinstance(said, bool) else said.removeprefix("if ").strip()
        condition = {"true": "True", "false": "False"}.get(condition, condition)
        where = document.where(f"{path}.mandatory")
        document.problems.extend(condition_problems(condition, kinds, limits, where))
        name = named(shaped.name)
        found.append(
            Role(
                shaped.id,
                name,
                tuple(shaped.made),
                tuple(shaped.processes),
                condition,
                tuple(shaped.within),
                shaped.primary,
            )
        )
    return tuple(found)


def _equivalents(document: Document, file: PackFile, rules: Iterable[Rule]) -> list[Equivalent]:
    known = {rule.id for rule in rules}
    found = []
    for position, row in enumerate(file.equivalent):
        path = f"equivalent[{position}]"
        shaped = document.shaped(EquivalentOf, row, path)
        if shaped is None:
            continue
        if shaped.rule not in known:
            near = text.nearest(shaped.rule, known)
            where: Where = document.where(f"{path}.rule")
            document.problems.append(problem("rule-unknown", where, near, rule=shaped.rule))
        found.append(Equivalent(shaped.rule, shaped.mutant, shaped.proof))
    return found
