"""Which edition of a pack is meant, and is it what was published? The lock says so.

An edition is `editions/<edition>.toml`. It is a draft until its fingerprint stands in
`editions.lock` above the pack; the fingerprint covers the edition, the pack and every rule that the
edition lists, so that a published edition cannot change. What changes becomes a new edition, with
new files for the rules that changed. Line ends are folded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcf import digest, files, text
from pcf.background.locking import LOCK, read_lock
from pcf.errors import BackgroundError, RuleError, problem
from pcf.rules.documents import listed, open_document, open_shaped
from pcf.rules.shapes import EditionFile

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.errors import Problem
    from pcf.rules.documents import Document

MOST_EDITIONS = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """The edition that is read: its file, whether it may still change, its fingerprint."""

    file: EditionFile
    document: Document
    draft: bool
    fingerprint: str


def choose_edition(folder: Path, edition: str | None, problems: list[Problem]) -> Chosen | None:
    """Return an edition of a pack; without a name the newest, a published one before any draft.

    A published edition that was changed is a problem. No example: it depends on files.
    """
    try:
        locked = read_lock(folder.resolve().parent)
    except BackgroundError as error:
        problems.extend(error.problems)
        locked = {}
    found = _editions(folder, edition, problems)
    pack = folder.resolve().name
    if not found:
        if not problems:
            problems.append(problem("pack-edition-unknown", pack, (), edition=edition or "?"))
        return None
    if edition is not None and edition not in found:
        near = text.nearest(edition, found) or tuple(found)
        problems.append(problem("pack-edition-unknown", pack, near, edition=edition[:60]))
        return None

    def newest(name: str) -> tuple[bool, str, str]:
        return f"{pack}/{name}" in locked, str(found[name][0].published), name

    name = edition if edition is not None else max(found, key=newest)
    file, document = found[name]
    fingerprint = edition_fingerprint(folder, file)
    wanted = locked.get(f"{pack}/{name}")
    if wanted is not None and wanted != fingerprint:
        problems.append(
            problem("pack-edition-changed", document.where(), (), edition=f"{pack}/{name}")
        )
    return Chosen(file, document, wanted is None, fingerprint)


def edition_fingerprint(folder: Path, file: EditionFile) -> str:
    """Return the fingerprint of an edition: its file, the pack's, and the rules that it lists.

    No example: it depends on files.
    """
    names = ["pack.toml", f"editions/{file.edition}.toml"]
    for name in listed(folder, "rules", [], 10_000):
        document = open_document(folder, name, [])
        if document is None or file.rules is None or document.content.get("id") in file.rules:
            names.append(name)
    return digest.fingerprint({name: _fingerprint(folder / name) for name in names})


def lock_pack(folder: Path, edition: str) -> str:
    """Publish an edition: write its fingerprint into `editions.lock` above the pack; return it.

    Raises RuleError when the edition does not list its rules, its date or the editions of the packs
    it extends, when one of those is no published edition, or when it was locked with another
    fingerprint.
    No example: it writes a file.
    """
    folder = folder.resolve()
    name = f"{folder.name}/{edition}"
    with files.collecting(RuleError) as problems:
        chosen = choose_edition(folder, edition, problems)
        document = open_document(folder, "pack.toml", problems)
        if chosen is not None and document is not None:
            extends = document.content.get("extends", [])
            lacks = [key for key in ("rules", "published") if not getattr(chosen.file, key)]
            lacks += [f"extends.{each}" for each in extends if each not in chosen.file.extends]
            lacks += _drafts(folder, chosen.file)
            problems += [
                problem("pack-lock-lacks", chosen.document.where(), (), edition=name, key=key)
                for key in lacks
            ]
    if chosen is None:  # pragma: no cover - its problem has been raised
        raise RuleError(problem("pack-edition-unknown", name, (), edition=edition))
    locked = {**read_lock(folder.parent), name: chosen.fingerprint}
    files.write(folder.parent / LOCK, "".join(f"{locked[key]}  {key}\n" for key in sorted(locked)))
    return chosen.fingerprint


def _drafts(folder: Path, file: EditionFile) -> list[str]:
    """Return the editions of neighbours that an edition extends and that are not published."""
    locked = read_lock(folder.parent)
    named = [f"{pack}/{edition}" for pack, edition in sorted(file.extends.items())]
    return [
        name
        for name in named
        if name not in locked and (folder.parent / name.partition("/")[0]).is_dir()
    ]


def changed_editions(root: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the published editions under `root`: changed or gone.

    No example: a test runs it over the shipped packs.
    """
    problems: list[Problem] = []
    for name in sorted(read_lock(root)):
        pack, _, edition = name.partition("/")
        choose_edition(root / pack, edition, problems)
    return tuple(problems)


def _editions(
    folder: Path, wanted: str | None, problems: list[Problem]
) -> dict[str, tuple[EditionFile, Document]]:
    found = {}
    for name in listed(folder, "editions", problems, MOST_EDITIONS):
        stem = name.removeprefix("editions/").removesuffix(".toml")
        told: list[Problem] = []
        opened = open_shaped(folder, name, EditionFile, told)
        if opened is not None:
            document, file = opened
            if file.edition != stem:
                where = document.where("edition")
                told.append(problem("pack-edition-name", where, (stem,), edition=file.edition))
            found[stem] = (file, replace(document, problems=problems))
        if wanted in (None, stem):
            problems.extend(told)
    return found


def _fingerprint(path: Path) -> str:
    return digest.fingerprint_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
