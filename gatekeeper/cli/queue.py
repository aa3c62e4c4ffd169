"""`gatekeeper queue`: held messages, and the decisions about them."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from gatekeeper.bootstrap import House
from gatekeeper.cli import render, views
from gatekeeper.cli.app import App, acting_in
from gatekeeper.core.held import HeldMessage, Move, State
from gatekeeper.core.reference import normal
from gatekeeper.services.actors import Actor
from gatekeeper.services.review import OPEN_STATES, REASONED, Review, Shown

queue = typer.Typer(no_args_is_help=True, help="Held messages, and the decisions about them.")

By = Annotated[str, typer.Option("--by", help="The person who decides (id in the register).")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for other programs.")]
Reference = Annotated[str, typer.Argument(help="The reference, as in the notice.")]
Reason = Annotated[str, typer.Option("--reason", help="What the author is told.")]
Council = Annotated[str, typer.Option("--council", help="Where there is more than one.")]

COLUMNS = ("reference", "state", "due_at", "sender", "recipients", "subject", "clauses")


@queue.command("list")
def list_(
    ctx: typer.Context,
    by: By = "",
    council: Council = "",
    every: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    state: Annotated[list[State] | None, typer.Option(help="Only these states.")] = None,
    as_json: AsJson = False,
) -> None:
    """What waits for a decision, by due time."""
    app: App = ctx.obj
    states = tuple(state) if state else () if every else OPEN_STATES

    async def work(house: House, actors: tuple[Actor, ...]) -> list[HeldMessage]:
        chosen = ((c, acting_in(c, actors)) for c in app.council_ids(council))
        return [h for c, actor in chosen if actor is not None for h in await house.review.queue(c, actor, states)]

    rows = [views.held_view(h) for h in app.house(by, work)]
    if as_json:
        render.lines(rows)
    else:
        render.table(rows, COLUMNS, "Nothing is held.")


@queue.command()
def show(ctx: typer.Context, reference: Reference, by: By = "", as_json: AsJson = False) -> None:
    """One held message: why, to whom, and what happened to it. That it was looked at is recorded."""
    app: App = ctx.obj

    async def work(review: Review, actor: Actor) -> Shown:
        return await review.show(normal(reference), actor)

    shown = app.review(by, work, reference=normal(reference))
    if as_json:
        render.document(views.shown_view(shown))
    else:
        _show(shown)


def _show(shown: Shown) -> None:
    view = views.held_view(shown.held)
    for key in ("reference", "state", "received_at", "due_at", "sender", "recipients", "subject", "reviewer"):
        print(f"{key.replace('_', ' '):12} {render.cell(view[key])}")
    print("\nWhy it is held")
    for judged in shown.held.verdict.judged:
        f = judged.finding
        print(f"  {judged.action.value:9} {render.printable(f.reason)}")
        if f.evidence:
            print(f"  {'words':9} {render.printable(f.evidence)}")
        if judged.clause:
            print(f"  {'clause':9} {judged.citation}: {judged.clause.words or judged.clause.effect}")
    print("\nWhat happened")
    for event in shown.history:
        print(f"  {render.stamp(event.at)}  {render.printable(event.sentence)}")


def _decide(
    ctx: typer.Context, reference: str, by: str, work: Callable[[Review, Actor], Awaitable[HeldMessage]], done: str
) -> None:
    app: App = ctx.obj
    held = app.review(by, work, reference=normal(reference))
    print(f"{held.reference} {done}")


@queue.command()
def release(
    ctx: typer.Context,
    reference: Reference,
    by: By = "",
    without: Annotated[list[str] | None, typer.Option(help="A recipient to leave out; repeat for more.")] = None,
    disclose: Annotated[bool, typer.Option("--disclose", help="Disclose every blind councillor.")] = False,
    reason: Reason = "",
) -> None:
    """Send a held message on its way."""

    async def work(review: Review, actor: Actor) -> HeldMessage:
        return await review.release(
            normal(reference), actor, without=tuple(without or ()), disclose=disclose, reason=reason
        )

    _decide(ctx, reference, by, work, "is released and is being sent. Its author is told when it has gone.")


def _command(move: Move, doc: str, done: str) -> Callable[..., None]:
    """The command of a decision that only takes a reason."""

    def command(ctx: typer.Context, reference: Reference, by: By = "", reason: Reason = "") -> None:
        if move in REASONED and not reason.strip():
            raise typer.BadParameter("give the reason: it is what the author is told", param_hint="--reason")

        async def work(review: Review, actor: Actor) -> HeldMessage:
            return await review.decide(move, normal(reference), actor, reason)

        _decide(ctx, reference, by, work, done)

    command.__doc__ = doc
    return command


queue.command("return")(
    _command(Move.RETURN, "Return it to its author to change; takes a reason.", "is returned; its author is told.")
)
queue.command("decline")(
    _command(Move.DECLINE, "Do not send it; takes a reason.", "will not be sent; its author is told.")
)
queue.command("withdraw")(_command(Move.WITHDRAW, "Take your own message back.", "is withdrawn."))


@queue.command()
def reassign(
    ctx: typer.Context,
    reference: Reference,
    to: Annotated[str, typer.Option("--to", help="The person who is to review it.")],
    by: By = "",
) -> None:
    """Pass it to another reviewer."""

    async def work(review: Review, actor: Actor) -> HeldMessage:
        return await review.reassign(normal(reference), actor, to)

    _decide(ctx, reference, by, work, f"now waits for {to}.")
