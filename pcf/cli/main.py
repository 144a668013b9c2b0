"""How a call of `pcf` becomes a command, and an error a message without a traceback."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated

import typer

from pcf import __version__
from pcf.cli import commands
from pcf.cli.options import chosen_language
from pcf.errors import PcfError

_GROUPS = {"data": "Background data: sets, editions, rows. 背景数据：数据集、版本、条目。"}


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"pcf {__version__}")
        raise typer.Exit


def _about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Version. 版本。")
    ] = False,
) -> None:
    """Product carbon footprints: compute, check, explain. 产品碳足迹：计算、检查、解释。"""  # noqa: D400 - Chinese has its own stop
    del version


def build() -> typer.Typer:
    """Return the application with every command of the folder."""
    app = typer.Typer(
        help="Product carbon footprints: compute, check, explain. 产品碳足迹：计算、检查、解释。",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_about)
    groups: dict[str, typer.Typer] = {}
    for module in sorted(iter_modules(commands.__path__), key=lambda each: each.name):
        function = getattr(import_module(f"{commands.__name__}.{module.name}"), module.name)
        group, _, name = module.name.rpartition("_")
        target = app
        if group:
            if group not in groups:
                groups[group] = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
                app.add_typer(groups[group], name=group, help=_GROUPS.get(group, group))
            target = groups[group]
        target.command(name)(function)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; print problems in the language asked for and exit with 1."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a Windows console may not be UTF-8
            stream.reconfigure(encoding="utf-8")
    try:
        build()(args=given, prog_name="pcf")
    except PcfError as error:
        typer.echo(error.says(chosen_language(given)), err=True)
        raise SystemExit(1) from None
    except (KeyboardInterrupt, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(130) from None
