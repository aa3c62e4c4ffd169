"""`gatekeeper check`: one message, judged offline and explained."""

from pathlib import Path
from typing import Annotated

import typer

from gatekeeper.cli import render, times, views
from gatekeeper.cli.app import App
from gatekeeper.core.envelope import Direction
from gatekeeper.core.verdict import Judged
from gatekeeper.errors import Unusable
from gatekeeper.services.checking import Checked
from gatekeeper.services.judging import Disclosure

_HOW = {
    Disclosure.FOOTER: "Disclosed at the foot",
    Disclosure.WRAPPED: "Disclosed in a new message around this one, whose body cannot be altered",
    Disclosure.NOTICE: "Disclosed by a notice to the visible recipients, since the body cannot be altered",
    Disclosure.NONE: "To be disclosed where the message is released",
}


def check(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The message (.eml).")],
    sender: Annotated[str, typer.Option(help="Reverse-path, as in MAIL FROM.")] = "",
    recipient: Annotated[list[str] | None, typer.Option(help="Envelope recipient; repeat for each.")] = None,
    account: Annotated[str, typer.Option(help="The account that was signed in, if any.")] = "",
    at: Annotated[str, typer.Option(help="Day or time of receipt; else the Date field's.")] = "",
    direction: Annotated[Direction, typer.Option(help="As on a door.")] = Direction.BOTH,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write what would leave to this file.")] = None,
) -> None:
    """Judge one message offline and explain it; nothing is stored or sent."""
    app: App = ctx.obj
    checked = app.checking().check(
        _content(file),
        sender=sender,
        recipients=recipient or [],
        account=account,
        at=times.moment(at),
        direction=direction,
    )
    if out is not None and checked.raw:
        out.write_bytes(checked.raw)
    if as_json:
        render.document(views.checked_view(checked))
    else:
        explain(checked)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unusable(f"{file} cannot be read ({error.strerror}); give the path of an .eml file.") from error


def explain(checked: Checked) -> None:
    """The verdict in sentences."""
    judgement = checked.judgement
    if checked.channel:
        print(f"pass: this goes to a protected channel ({checked.channel}). It is neither judged nor recorded.")
        return
    print(f"{checked.verdict} ({judgement.council_id})")
    for judged in checked.judged:
        print("\n".join(_finding(judged)))
    if not checked.judged:
        print("  No clause of the protocol is concerned.")
    for line in checked.footer:
        print(f"  {_HOW[checked.disclosure]}: {render.printable(line)}")


def _finding(judged: Judged) -> list[str]:
    f = judged.finding
    lines = [f"  {judged.action.value}: {render.printable(f.reason)}"]
    if judged.clause:
        lines.append(f"    clause    {judged.citation}: {judged.clause.words or judged.clause.effect}")
    if f.evidence:
        lines.append(f"    words     {render.printable(f.evidence)} ({f.where})")
    lines.append(f"    rule      {f.rule}")
    return lines
