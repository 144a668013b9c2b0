"""Is a declaration out and not entered, or entered and not out? Neither: both happen or none does.

The entry is held open while the file is renamed into place, and closed after it. Where entering is
refused no file is written; where the file cannot be written nothing is entered; where closing fails
the file is as it was. What a kill can leave is a file without its entry, never an entry without its
file: the same call again writes it anew and enters it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcf import files

if TYPE_CHECKING:
    from pathlib import Path

    from pcf.declare.bundle import Case
    from pcf.declare.register.book import Register
    from pcf.declare.register.values import Entry
    from pcf.declare.values import Declaration


def issue(  # noqa: PLR0913 - what is written, where, and what is entered of it
    declaration: Declaration,
    written: bytes,
    path: Path,
    register: Register,
    *,
    case: Case | None = None,
    reason: str = "",
) -> Entry:
    """Write a declaration's file and enter it, both or neither; return the entry.

    Raises DeclareError as `Register.add` does, FileError where the file cannot be written.

    No example: tests/declare/test_register_issuing.py shows it.
    """
    before = path.read_bytes() if path.is_file() else None
    is_out = False
    try:
        with register.adding(declaration, case=case, reason=reason) as entry:
            files.write(path, written)
            is_out = True
    except BaseException:
        if is_out:
            _take_back(path, before)
        raise
    return entry


def _take_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        files.write(path, before)
