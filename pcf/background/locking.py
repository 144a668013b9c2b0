"""Is a published edition still what was published? Its fingerprint stands in `editions.lock`.

An edition is a draft until its fingerprint is there, whatever its `set.toml` says. One line an
edition: the fingerprint, two spaces, `set/edition`. Line ends are folded, so that a checkout on
Windows has the same fingerprint.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcf import digest, files
from pcf.background.reading import SET_FILE, read_edition, read_set
from pcf.errors import BackgroundError, Where, problem

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.errors import Problem

LOCK = "editions.lock"


def edition_fingerprint(folder: Path) -> str:
    r"""Return the fingerprint of all files of an edition, by name and content.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as name:
    ...     _ = Path(name, "set.toml").write_bytes(b"a\r\n")
    ...     one = edition_fingerprint(Path(name))
    ...     _ = Path(name, "set.toml").write_bytes(b"a\n")
    ...     one == edition_fingerprint(Path(name))
    True
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    told = {
        path.relative_to(folder).as_posix(): digest.fingerprint_bytes(
            path.read_bytes().replace(b"\r\n", b"\n")
        )
        for path in paths
    }
    return digest.fingerprint(told)


def read_lock(root: Path) -> dict[str, str]:
    """Return the fingerprints of `editions.lock` by 'set/edition'; none where there is no file.

    Raises BackgroundError with every line that is not of the form.

    >>> from pathlib import Path
    >>> read_lock(Path("nowhere"))
    {}
    """
    path = root / LOCK
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    with files.collecting(BackgroundError) as problems:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = re.fullmatch(r"([0-9a-f]{64})  (\S+/\S+)", line)
            if match is None or match[2] in found:
                problems.append(problem("lock-line", Where(file=LOCK, line=number)))
            else:
                found[match[2]] = match[1]
    return found


def is_locked(folder: Path) -> bool:
    """Return whether the edition in `folder` is published; raise BackgroundError if it changed.

    No example: it depends on the file of fingerprints above the folder.
    """
    name = f"{folder.parent.name}/{folder.name}"
    wanted = read_lock(folder.parents[1]).get(name)
    if wanted is not None and wanted != edition_fingerprint(folder):
        raise BackgroundError(problem("edition-changed", name, edition=name))
    return wanted is not None


def check_editions(root: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the published editions under `root`: changed, missing, unmarked.

    No example: a test runs it over the shipped folder.
    """
    locked, problems = read_lock(root), []
    there = {
        f"{path.parent.parent.name}/{path.parent.name}" for path in root.glob(f"*/*/{SET_FILE}")
    }
    for name in sorted(locked):
        folder = root / name
        if name not in there:
            problems.append(problem("edition-gone", name, sorted(there), edition=name))
        elif edition_fingerprint(folder) != locked[name]:
            problems.append(problem("edition-changed", name, edition=name))
    settled = (
        name for name in sorted(there - set(locked)) if not read_edition(root / name, []).draft
    )
    problems += [problem("edition-unlocked", name, edition=name) for name in settled]
    return tuple(problems)


def lock_edition(folder: Path) -> str:
    """Publish the edition in `folder`: write its fingerprint into `editions.lock`, and return it.

    Raises BackgroundError when its `set.toml` still says draft, when it cannot be read without a
    problem, or when it was locked with another fingerprint.
    No example: it writes a file.
    """
    root, name = folder.parents[1], f"{folder.parent.name}/{folder.name}"
    locked, found = read_lock(root), edition_fingerprint(folder)
    with files.collecting(BackgroundError) as problems:
        edition = read_set(folder, problems).editions[0]
        if edition.draft:
            problems.append(problem("lock-draft", name, edition=name))
        if (edition.set, edition.id) != (folder.parent.name, folder.name):
            problems.append(problem("lock-name", name, edition=name, said=edition.name))
        if locked.get(name, found) != found:
            problems.append(problem("edition-changed", name, edition=name))
    locked[name] = found
    files.write(root / LOCK, "".join(f"{locked[key]}  {key}\n" for key in sorted(locked)))
    return found
