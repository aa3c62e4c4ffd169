"""`gatekeeper audit`: the record."""

import csv
import sys
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from gatekeeper.cli import render, times, views
from gatekeeper.cli.app import App
from gatekeeper.core.events import Event
from gatekeeper.core.reference import normal
from gatekeeper.services.actors import Actor
from gatekeeper.services.auditing import Auditing
from gatekeeper.services.ports import EventQuery

audit = typer.Typer(no_args_is_help=True, help="The record: search it.")


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Outcome(StrEnum):
    """The actions that a verdict can have."""

    PASS = "pass"
    FLAG = "flag"
    DISCLOSE = "disclose"
    HOLD = "hold"
    REFUSE = "refuse"


COLUMNS = ("at", "event", "reference", "sender", "recipients", "verdict", "clauses", "sentence")
CSV_COLUMNS = (
    "at",
    "event",
    "reference",
    "council",
    "message_id",
    "sender",
    "recipients",
    "subject",
    "verdict",
    "rules",
    "clauses",
    "actor",
    "sentence",
)


@audit.command()
def search(
    ctx: typer.Context,
    person: Annotated[str, typer.Option(help="A person's id, or an address.")] = "",
    rule: Annotated[str, typer.Option(help="A rule, as in the protocol file.")] = "",
    verdict: Annotated[Outcome | None, typer.Option(help="What the protocol said of a message.")] = None,
    message_id: Annotated[str, typer.Option(help="Message-ID, with or without brackets.")] = "",
    reference: Annotated[str, typer.Option(help="A message's reference.")] = "",
    event: Annotated[str, typer.Option(help="A kind of event, such as held:released.")] = "",
    since: Annotated[str, typer.Option(help="From this day or time on.")] = "",
    until: Annotated[str, typer.Option(help="Before this time; a day counts to its end.")] = "",
    text: Annotated[str, typer.Option(help="Words in subjects and reasons.")] = "",
    council: Annotated[str, typer.Option(help="Where there is more than one.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many events.")] = 100,
    form: Annotated[Format, typer.Option("--format", help="How it is printed.")] = Format.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    by: Annotated[str, typer.Option("--by", help="The person who asks.")] = "",
) -> None:
    """Search the record, newest first. The search itself is recorded."""
    app: App = ctx.obj
    query = EventQuery(
        person="" if "@" in person else person,
        address=person if "@" in person else "",
        rule=rule,
        verdict=verdict or "",
        message_id=message_id,
        reference=normal(reference) if reference else "",
        since=times.start(since),
        until=times.end(until),
        text=text,
        kind=event,
        limit=limit,
    )

    async def work(auditing: Auditing, actor: Actor) -> list[Event]:
        asked = [replace(query, council=c) for c in app.council_ids(council)] if council else [query]
        return [e for q in asked for e in await auditing.search(q, actor)]

    rows = [views.event_view(e) for e in app.auditing(by, work)]
    match Format.JSON if as_json else form:
        case Format.JSON:
            render.lines(rows)
        case Format.CSV:
            _csv(rows)
        case Format.TABLE:
            render.table(rows, COLUMNS, "Nothing in the record fits.")


def _csv(rows: list[dict[str, object]]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(CSV_COLUMNS)
    for row in rows:
        writer.writerow([render.spreadsheet_cell(row[c]) for c in CSV_COLUMNS])
