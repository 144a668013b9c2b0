"""What a folder of background data holds, and what is wrong with it, all together.

One reader for shipped editions and for the `background/` folder of a study. A user's set may lean
on the products, sources and processes of a set beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcf import files, text
from pcf.background.characterisations import read_characterisations
from pcf.background.rows import read_processes
from pcf.background.tables import Reading
from pcf.background.values import Background, Edition
from pcf.errors import Where, problem

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.errors import Problem

SET_FILE = "set.toml"
_TEXTS = ("publisher", "licence", "coverage", "boundary")


def read_set(
    folder: Path, problems: list[Problem], *, beside: Background | None = None
) -> Background:
    """Return the set in `folder`: what could be read of it; everything wrong goes to `problems`.

    `beside` is the background that the set will join: its products, sources and processes may be
    named. A folder without `set.toml` is a draft set called like the folder. Amounts keep the unit
    they are written in.

    >>> from pathlib import Path
    >>> problems = []
    >>> read_set(Path("nowhere"), problems).processes, problems[0].code
    ((), 'file-missing')
    """
    edition = read_edition(folder, problems)
    reading = Reading(folder, problems, beside)
    reading.read_sources()
    reading.read_products()
    processes = read_processes(reading)
    tables = read_characterisations(reading)
    return Background(
        (edition,),
        tuple(processes),
        tuple(reading.products[key] for key in sorted(reading.products)),
        tuple(reading.used[key] for key in sorted(reading.used)),
        tables,
    )


def read_edition(folder: Path, problems: list[Problem]) -> Edition:
    """Return what `set.toml` says of a set, or a draft called like the folder without one.

    >>> from pathlib import Path
    >>> read_edition(Path("own data"), [])
    Edition(set='own data', id='', draft=True, ...)
    """
    path = folder / SET_FILE
    if not path.exists():
        return Edition(folder.name)
    document = files.read_toml(path, problems)
    if not document:
        return Edition(folder.name)
    where = Where(file=SET_FILE)
    wanted: dict[str, type] = {"id": str, "edition": str, "draft": bool, "title": dict}
    wanted |= dict.fromkeys(_TEXTS, str)
    for key, kind in wanted.items():
        if type(document.get(key)) is not kind:
            kinds = {str: "text", bool: "true / false", dict: "title.en, title.zh"}
            problems.append(problem("set-field", where, key=key, kind=kinds[kind]))
    problems += [
        problem("set-key-unknown", where, text.nearest(key, wanted), key=key)
        for key in sorted(set(document) - {*wanted, "follows", "note"})
    ]
    title = _table(document, "title")
    return Edition(
        set=str(document.get("id", folder.name)),
        id=str(document.get("edition", "")),
        draft=document.get("draft") is not False,
        title=text.Name(en=str(title.get("en", "")), zh=str(title.get("zh", ""))),
        **{key: str(document.get(key, "")) for key in _TEXTS},
        follows=tuple(map(str, document.get("follows", ()))),
    )


def _table(document: dict[str, Any], key: str) -> dict[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}
