"""How a call of `pcf` becomes a command, and an error a message without a traceback."""

from __future__ import annotations

import inspect
import io
import os
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated

import typer

from pcf import __version__
from pcf.cli import commands
from pcf.cli.options import chosen_language
from pcf.errors import PcfError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_GROUPS = {
    "certificates": "Green certificates: record, match, claim, audit. 绿证：登记、匹配、审计。",
    "key": "Keys to sign with: draw, withdraw. 签名密钥：生成、撤销。",
    "register": "Declarations: versions, validity, restatement. 声明登记：版本、有效期、更正。",
    "data": "Background data: sets, editions, rows. 背景数据：数据集、版本、条目。",
    "rules": "Product category rules: list, show, check. 产品种类规则：列出、显示、检查。",
}


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


def build(arguments: Sequence[str] = ()) -> typer.Typer:
    """Return the application with the command that `arguments` name, or with every command.

    The others are not loaded, so that a quick command need not wait for what it does not use.
    """
    app = typer.Typer(
        help="Product carbon footprints: compute, check, explain. 产品碳足迹：计算、检查、解释。",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_about)
    groups: dict[str, typer.Typer] = {}
    for module in _wanted(arguments):
        function = getattr(import_module(f"{commands.__name__}.{module}"), module)
        group, _, name = module.rpartition("_")
        target = app
        if group:
            if group not in groups:
                groups[group] = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
                about = _GROUPS.get(group, group)
                app.add_typer(groups[group], name=group, help=about, short_help=about)
            target = groups[group]
        target.command(name, short_help=_first_sentence(function))(function)
    return app


def _wanted(arguments: Sequence[str]) -> list[str]:
    """Return the modules of the command that `arguments` begin with, all where they name none."""
    every = sorted(module.name for module in iter_modules(commands.__path__))
    for words in (2, 1):
        named = "_".join(arguments[:words])
        if named in every:
            return [named]
    group = f"{arguments[0]}_" if arguments else ""
    return [name for name in every if name.startswith(group)] or every


def _first_sentence(function: Callable[..., None]) -> str:
    """Return what a command does, whole: lists of commands cut their line otherwise."""
    return inspect.cleandoc(function.__doc__ or "").partition("\n\n")[0].replace("\n", " ")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; print problems in the language asked for and exit with 1."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a Windows console may not be UTF-8
            stream.reconfigure(encoding="utf-8")
    try:
        build(given)(args=given, prog_name="pcf")
    except PcfError as error:
        typer.echo(error.says(chosen_language(given)), err=True)
        raise SystemExit(1) from None
    except (KeyboardInterrupt, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(130) from None
