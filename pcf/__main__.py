"""Run the `pcf` command as a module: `python -m pcf`, where no script is on the path."""

from pcf.cli import main

if __name__ == "__main__":
    main()
