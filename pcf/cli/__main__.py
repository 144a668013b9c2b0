"""`python -m pcf.cli` is `pcf`."""

from pcf.cli.main import main

main()
