"""Which names from outside may become paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcf.errors import FileError, Where, problem
from pcf.files.values import shown

if TYPE_CHECKING:
    from pathlib import Path

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]')
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)")


def is_safe_name(name: str) -> bool:
    r"""Tell whether a relative name, with '/' between folders, stays inside on every system.

    Refused are absolute names, drives, '..', backslashes, names that Windows keeps for devices or
    cannot spell, and parts of more than 255 bytes.

    >>> is_safe_name("证据/电费 1.pdf")
    True
    >>> any(is_safe_name(name) for name in ("../a", "/a", "C:/a", r"a\b", "nul.txt"))
    False
    """
    return not _FORBIDDEN.search(name) and all(map(_is_safe_part, name.split("/")))


def safe_path(folder: Path, name: str) -> Path:
    """Return the path of `name` inside `folder`; raise FileError if it leads outside.

    A link inside the folder that points outside is refused too. The file need not exist.
    """
    where = Where(item=shown(name))
    if not is_safe_name(name):
        raise FileError(problem("name-unsafe", where))
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise FileError(problem("path-outside", where))
    return path


def _is_safe_part(part: str) -> bool:
    if part in {"", ".", ".."} or part[-1] in ". " or part[0] == " ":
        return False
    return not _DEVICE.match(part) and len(part.encode()) <= 255
