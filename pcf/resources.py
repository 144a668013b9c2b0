"""Package data: messages, units, rule packs and background data, wherever the package lives.

In a wheel the folders `product_rules/` and `background_data/` travel inside the package; in a
checkout, an editable install or an unpacked sdist they stand beside it. Users' and outside files
are not read here: that is the task of `pcf.files`.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def text_of(*parts: str) -> str:
    """Return the text of a file shipped inside the package, such as `text_of("units.txt")`."""
    return _PACKAGE.joinpath(*parts).read_text(encoding="utf-8")


def messages() -> tuple[Path, ...]:
    """Return the files of the message catalogue, in a fixed order."""
    return tuple(sorted((_PACKAGE / "messages").glob("*.toml")))


def folder(name: str) -> Path:
    """Return the folder `product_rules` or `background_data`.

    Raises FileNotFoundError when the installation is incomplete.

    >>> folder("background_data").name
    'background_data'
    """
    for place in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    message = f"{name} is neither inside nor beside {_PACKAGE}: reinstall the package"
    raise FileNotFoundError(message)
