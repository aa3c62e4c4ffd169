"""`gatekeeper register` and `gatekeeper protocol`: what is in force, and whether the files are good."""

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from gatekeeper.bootstrap import House
from gatekeeper.cli import render
from gatekeeper.cli.app import App
from gatekeeper.core.people import Holder, Register
from gatekeeper.core.protocol import CouncilProtocol
from gatekeeper.services.actors import Actor
from gatekeeper.services.clock import SystemClock
from gatekeeper.services.ports import DocumentKind

register = typer.Typer(no_args_is_help=True, help="Who is who in a council.")
protocol = typer.Typer(no_args_is_help=True, help="The clauses in force.")

AsJson = Annotated[bool, typer.Option("--json", help="JSON for other programs.")]
Council = Annotated[str, typer.Option("--council", help="Where there is more than one.")]
By = Annotated[str, typer.Option("--by", help="The person who does it.")]
Replace = Annotated[bool, typer.Option("--replace", help="Even where pages changed the version in force.")]


def _import(ctx: typer.Context, kind: DocumentKind, council: str, by: str, replace: bool) -> None:
    app: App = ctx.obj
    wanted = app.council_ids(council)

    async def work(house: House, actors: tuple[Actor, ...]) -> Sequence[str]:
        said = []
        for file in app.installation.files():
            if file.kind is kind and file.council in wanted:
                outcome = await house.documents.replace(file, actors[0], even_pages=replace)
                done = "is put in force" if outcome.imported else "is in force already"
                said.append(f"{file.council}: version {outcome.document.version} of the {kind} {done}")
        return said

    print("\n".join(app.house(by, work)))


def _export(ctx: typer.Context, kind: DocumentKind, council: str) -> None:
    app: App = ctx.obj
    wanted = app.council_ids(council)

    async def work(house: House, _: tuple[Actor, ...]) -> Sequence[str]:
        texts = []
        for id in wanted:
            files = (f.text for f in app.installation.files() if (f.council, f.kind) == (id, kind))
            texts.append(await house.documents.text_in_force(id, kind) or next(files))
        return texts

    print("\n".join(app.house("", work)), end="")


def _check(ctx: typer.Context, kind: DocumentKind) -> None:
    app: App = ctx.obj
    for warning in app.installation.settings.warnings():
        print(warning)
    print(f"The {kind} of {', '.join(app.council_ids(''))} can be used.")


@register.command("check")
def register_check(ctx: typer.Context) -> None:
    """Read the files and name every fault, with what to write instead."""
    _check(ctx, DocumentKind.REGISTER)


@protocol.command("check")
def protocol_check(ctx: typer.Context) -> None:
    """Read the files and name every fault, with what to write instead."""
    _check(ctx, DocumentKind.PROTOCOL)


@register.command("import")
def register_import(ctx: typer.Context, council: Council = "", by: By = "", replace: Replace = False) -> None:
    """Put the file in force."""
    _import(ctx, DocumentKind.REGISTER, council, by, replace)


@protocol.command("import")
def protocol_import(ctx: typer.Context, council: Council = "", by: By = "", replace: Replace = False) -> None:
    """Put the file in force."""
    _import(ctx, DocumentKind.PROTOCOL, council, by, replace)


@register.command("export")
def register_export(ctx: typer.Context, council: Council = "") -> None:
    """Write the version in force as a file."""
    _export(ctx, DocumentKind.REGISTER, council)


@protocol.command("export")
def protocol_export(ctx: typer.Context, council: Council = "") -> None:
    """Write the version in force as a file."""
    _export(ctx, DocumentKind.PROTOCOL, council)


@register.command("show")
def register_show(ctx: typer.Context, council: Council = "", as_json: AsJson = False) -> None:
    """Everybody in office today, with their addresses."""
    app: App = ctx.obj

    async def work(house: House, _: tuple[Actor, ...]) -> list[dict[str, object]]:
        now = SystemClock().now()
        councils = (house.councils.all[id] for id in app.council_ids(council))
        return [row for c in councils for row in _people(c.register, c.directory(now).holders.values())]

    rows = app.house("", work)
    if as_json:
        render.lines(rows)
    else:
        render.table(rows, ("council", "person", "name", "roles", "addresses"), "Nobody is registered.")


def _people(register: Register, holders: Iterable[Holder]) -> list[dict[str, object]]:
    return [
        {
            "council": register.council,
            "person": h.id,
            "name": h.name,
            "roles": sorted(r.value for r in h.roles),
            "addresses": [str(a) for a in h.person.every_address],
        }
        for h in holders
    ]


@protocol.command("show")
def protocol_show(ctx: typer.Context, council: Council = "", as_json: AsJson = False) -> None:
    """Every rule, what it does here, and the clause it stands on."""
    app: App = ctx.obj

    async def work(house: House, _: tuple[Actor, ...]) -> list[dict[str, object]]:
        return [row for id in app.council_ids(council) for row in _rules(house.councils.all[id].protocol)]

    rows = app.house("", work)
    if as_json:
        render.lines(rows)
    else:
        render.table(rows, ("council", "rule", "action", "clauses", "effect"), "No rule is in force.")


def _rules(protocol: CouncilProtocol) -> list[dict[str, object]]:
    return [
        {
            "council": protocol.council,
            "rule": name,
            "action": policy.action.value,
            "clauses": [protocol.clauses[c].citation for c in policy.clauses],
            "effect": protocol.clauses[policy.clauses[0]].effect if policy.clauses else "",
            "words": policy.words,
            "mode": protocol.mode.value,
            "version": protocol.version,
        }
        for name, policy in sorted(protocol.rules.items())
    ]
