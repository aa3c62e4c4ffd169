"""`gatekeeper replay`: old mail under the protocol."""

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from gatekeeper.cli import render, times, views
from gatekeeper.cli.app import App
from gatekeeper.services.replaying import Replayed

PROGRESS_EVERY = 100


def replay(
    ctx: typer.Context,
    place: Annotated[Path, typer.Argument(help="An mbox file, a Maildir, or a folder of .eml files.")],
    at: Annotated[str, typer.Option(help="Judge all as of this day; else each as of its Date field.")] = "",
    only_held: Annotated[bool, typer.Option("--held", help="Only what would be held or refused.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a message.")] = False,
) -> None:
    """Judge old mail under the protocol: what would have been held, and why. Nothing is stored or sent."""
    from gatekeeper.services.replaying import replay as replayed

    app: App = ctx.obj
    counts: Counter[str] = Counter()
    for found in replayed(app.checking(), place, times.moment(at)):
        verdict = found.checked.verdict if found.checked else "unreadable"
        counts[verdict] += 1
        if not only_held or verdict in ("hold", "refuse", "unreadable"):
            _print(found, verdict, as_json)
        if counts.total() % PROGRESS_EVERY == 0 and sys.stderr.isatty():
            print(f"\r{counts.total()} messages", end="", file=sys.stderr, flush=True)
    summary = ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items()))
    print(f"{counts.total()} messages: {summary or 'none'}", file=sys.stderr)


def _print(found: Replayed, verdict: str, as_json: bool) -> None:
    if as_json:
        view = views.checked_view(found.checked) if found.checked else {"verdict": verdict, "reason": found.why}
        render.lines([{"file": found.name, **view}])
        return
    print(f"{verdict:10} {render.printable(found.name)}")
    for judged in found.checked.judged if found.checked else ():
        words = f": {render.printable(judged.finding.evidence)}" if judged.finding.evidence else ""
        print(f"{'':10}   {judged.finding.rule}, {judged.citation or 'no clause'}{words}")
    if found.why:
        print(f"{'':10}   {found.why}")
