"""`gatekeeper detect`: how well binding words are recognised."""

import time
from pathlib import Path
from typing import Annotated

import typer

from gatekeeper.errors import Unusable

detect = typer.Typer(no_args_is_help=True, help="The detector of binding words.")


@detect.callback()
def _group() -> None:
    """The detector of binding words."""


@detect.command("evaluate")
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="Labelled mail, JSON lines.")],
    predictions: Annotated[
        Path | None, typer.Option(help="Write id, label, score and evidence of each message to this file.")
    ] = None,
) -> None:
    """Judge labelled mail and print how often it was right. Figures on training files say nothing about other mail."""
    from gatekeeper.detect.evaluate import evaluate as measured  # what only this command needs
    from gatekeeper.mail.zones import zones

    try:
        print(measured(files, predictions, zones, clock=time.process_time))
    except (OSError, ValueError, KeyError) as error:
        raise Unusable(f"The labelled mail cannot be read ({error}); give files of JSON lines.") from error
