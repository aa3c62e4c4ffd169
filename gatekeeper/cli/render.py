"""How commands print: one JSON document, one JSON object a line, or a table. Hostile text is made harmless."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 10_000
"""Columns of a table that goes into a file or a pipe, so that nothing is cut there."""


def stamp(at: datetime | None) -> str | None:
    """RFC 3339, UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def document(data: Mapping[str, object]) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))


def lines(rows: Iterable[Mapping[str, object]]) -> None:
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))


def table(rows: Iterable[Mapping[str, object]], columns: Sequence[str], nothing: str) -> None:
    """The columns of the rows; `nothing` is the sentence for none."""
    rows = list(rows)
    if not rows:
        print(nothing)
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell(row.get(c))) for c in columns))
    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, soft_wrap=not sys.stdout.isatty())
    console.print(shown)


def cell(value: object) -> str:
    """One line of printable text."""
    if value is None:
        return ""
    text = ", ".join(str(v) for v in value) if isinstance(value, (list, tuple)) else str(value)
    return printable(text)


def printable(text: str) -> str:
    """Without control characters, so that no message can steer the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def spreadsheet_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = cell(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
