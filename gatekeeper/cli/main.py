"""`gatekeeper`: the commands, and what their failures look like."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from gatekeeper import __version__, logs
from gatekeeper.cli import admin, documents, server
from gatekeeper.cli.app import App
from gatekeeper.cli.audit import audit
from gatekeeper.cli.check import check
from gatekeeper.cli.demo import demo
from gatekeeper.cli.detecting import detect
from gatekeeper.cli.queue import queue
from gatekeeper.cli.replay import replay
from gatekeeper.errors import GatekeeperError, NotPossible, Unusable


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


DEFAULT_CONFIG = "config/gatekeeper.toml"

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="An SMTP relay that keeps a council's member-officer protocol.",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _options(
    ctx: typer.Context,
    config: Annotated[Path, typer.Option(envvar="GATEKEEPER_CONFIG", help="The server's configuration file.")] = Path(
        DEFAULT_CONFIG
    ),
    log_level: Annotated[
        str, typer.Option(envvar="GATEKEEPER_LOG_LEVEL", help="debug, info, warning, error.")
    ] = "info",
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    logs.configure(log_level)
    ctx.obj = App(config)


app.command()(check)
app.command()(replay)
app.command()(server.serve)
app.command()(server.relay)
app.command()(server.worker)
app.command()(admin.doctor)
app.command()(admin.backup)
app.add_typer(queue, name="queue")
app.add_typer(audit, name="audit")
app.add_typer(documents.register, name="register")
app.add_typer(documents.protocol, name="protocol")
app.add_typer(admin.db, name="db")
app.add_typer(demo, name="demo")
app.add_typer(detect, name="detect")


def main() -> NoReturn:
    """Exit status: 0 done, 1 the answer is no, 2 wrong usage or configuration."""
    try:
        app()
    except Unusable as error:
        _fail(str(error), 2)
    except (GatekeeperError, NotPossible) as error:
        _fail(str(error), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(0)


def _fail(text: str, status: int) -> NoReturn:
    print(text, file=sys.stderr)
    sys.exit(status)
