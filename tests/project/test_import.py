"""What `import pcf` does: nothing but define names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HEAVY = ("jinja2", "networkx", "numpy", "openpyxl", "pandas", "pint", "pydantic", "scipy", "typer")

LOADED = f"""
import sys
import pcf
print(*[name for name in {HEAVY} if name in sys.modules])
"""

# The interpreter's own files and Python source are no data; all else that is opened is printed,
# and so is whatever is made.
OPENED = """
import sys
inside = False
def watch(event, args):
    if not inside:
        return
    if event in {"os.mkdir", "os.rename", "os.remove", "sqlite3.connect", "socket.connect"}:
        print(event, args)
    if event == "open":
        path, mode, flags = args
        own = str(path).endswith((".py", ".pyc")) or str(path).startswith(sys.base_prefix)
        writes = any(letter in (mode or "") for letter in "wax+")
        if writes or not own:
            print(event, args)
sys.addaudithook(watch)
inside = True
import pcf
inside = False
"""


def test_import_loads_no_large_library(run_python: Callable[[str], str]) -> None:
    assert run_python(LOADED).split() == []


def test_import_opens_no_data_file_and_makes_none(run_python: Callable[[str], str]) -> None:
    assert run_python(OPENED) == ""


def test_the_watch_notices_a_data_file(run_python: Callable[[str], str]) -> None:
    code = OPENED.replace("import pcf\n", "import pcf\nopen('pyproject.toml').close()\n")
    assert "pyproject.toml" in run_python(code)
