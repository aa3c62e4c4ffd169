"""`doctor`, `db`, `backup`: for whoever keeps the machine."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from gatekeeper import bootstrap
from gatekeeper.cli import render
from gatekeeper.cli.app import App

db = typer.Typer(no_args_is_help=True, help="The database.")


def doctor(ctx: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False) -> None:
    """Say what is wrong with configuration, database, next hop, clock and disk, and what to do; status 1 if bad."""
    from gatekeeper import examination  # what only it needs

    app: App = ctx.obj

    async def look() -> list[examination.Finding]:
        return [f async for f in examination.examine(app.installation)]

    found = asyncio.run(look())
    for f in found:
        if as_json:
            row = {"subject": f.subject, "health": f.health.value, "said": f.said, "remedy": f.remedy}
            render.lines([row])
        else:
            print(
                f"{f.health:9} {f.subject}: {render.printable(f.said)}" + (f" To do: {f.remedy}." if f.remedy else "")
            )
    if any(f.health is examination.Health.BAD for f in found):
        raise typer.Exit(1)


def backup(ctx: typer.Context, file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Copy an embedded database, while it is in use, into a new file."""
    app: App = ctx.obj
    bootstrap.back_up(app.installation, file)
    print(f"{file} holds the store as it is now. Keep the key file with it: {app.installation.settings.key_file}")


@db.command("upgrade")
def upgrade(ctx: typer.Context) -> None:
    """Bring the database to the version that this release works with."""
    app: App = ctx.obj
    before, after = bootstrap.upgrade_store(app.installation)
    print(
        f"The database is at version {after}" + (", as it was." if before == after else f" (was {before or 'empty'}).")
    )
