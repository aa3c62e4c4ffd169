"""`serve`, and its parts one by one. What only they need is imported by them, so that other commands start quickly."""

import socket
from typing import Annotated

import typer

from gatekeeper.cli.app import App


def serve(ctx: typer.Context) -> None:
    """Run everything: the doors and the background work."""
    from gatekeeper import processes

    app: App = ctx.obj
    processes.run(processes.serve(app.installation))


def relay(ctx: typer.Context, writer_fd: Annotated[int, typer.Option(hidden=True)] = -1) -> None:
    """Run the doors only, for several machines on one PostgreSQL."""
    from gatekeeper import processes

    app: App = ctx.obj
    writer = socket.socket(fileno=writer_fd) if writer_fd >= 0 else None
    processes.run(processes.relay(app.installation, writer))


def worker(ctx: typer.Context) -> None:
    """Run the background work only: the outbox and repairs."""
    from gatekeeper import processes

    app: App = ctx.obj
    processes.run(processes.worker(app.installation))
