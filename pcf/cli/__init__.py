"""The `pcf` command: one file a command in `commands/`, found by listing the folder.

A file `data_list.py` holds the function `data_list` and becomes `pcf data list`. Exit codes:
0 done, 1 the input has problems (all are printed), 2 the call itself is wrong.
"""

from pcf.cli.main import main

__all__ = ["main"]
