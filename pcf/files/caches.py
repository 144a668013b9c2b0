"""Where may be kept what takes long to find and can be found anew? In a folder of the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path | None:
    """Return the folder of this library in the user's cache, or None where there is no user's.

    $XDG_CACHE_HOME and %LOCALAPPDATA% name it where they are set to an absolute path. The folder
    need not exist. No example: it depends on the machine.
    """
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if (named := Path(os.environ.get(name, ""))).is_absolute():
            return named / "pcf"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if not home.is_absolute() or home == Path(home.root):
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "pcf"
