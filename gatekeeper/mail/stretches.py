"""Passages of a text: joined, laid over one another, and filled up until they cover it."""

import sys
from bisect import bisect_right
from collections.abc import Iterable

from gatekeeper.core.message import Stretch, Zone
from gatekeeper.mail.html import Mark, MarkKind


def outermost(marks: Iterable[Mark], kind: MarkKind) -> list[tuple[int, int]]:
    """The passages of that kind, nested and touching ones as one, in their order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((m.start, m.end) for m in marks if m.kind is kind and m.end > m.start):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def end_of(passages: list[tuple[int, int]], offset: int) -> int:
    """The end of the passage that `offset` is in, 0 where it is in none."""
    found = bisect_right(passages, (offset, sys.maxsize)) - 1
    return passages[found][1] if found >= 0 and offset < passages[found][1] else 0


def overlaid(runs: list[Stretch], over: list[Stretch]) -> list[Stretch]:
    """`runs` where `over` has nothing to say, and `over`. Both are in order and free of overlaps."""
    if not over:
        return runs
    left: list[Stretch] = []
    at = 0
    for run in runs:
        start = run.start
        while at < len(over) and over[at].end <= start:
            at += 1
        number = at
        while number < len(over) and over[number].start < run.end:
            if start < over[number].start:
                left.append(Stretch(run.zone, start, over[number].start))
            start = over[number].end
            number += 1
        if start < run.end:
            left.append(Stretch(run.zone, start, run.end))
    return sorted([*left, *over], key=lambda s: s.start)


def covering(text: str, runs: list[Stretch]) -> tuple[Stretch, ...]:
    """`runs` with own text between them. Blank lines join what stands before them."""
    out: list[Stretch] = []
    position = 0
    for run in runs:
        if run.start > position:
            gap = text[position : run.start]
            append(out, out[-1].zone if out and gap.isspace() else Zone.OWN, position, run.start)
        append(out, run.zone, max(run.start, position), run.end)
        position = max(position, run.end)
    if position < len(text):
        append(out, out[-1].zone if out and text[position:].isspace() else Zone.OWN, position, len(text))
    return tuple(out)


def append(out: list[Stretch], zone: Zone, start: int, end: int) -> None:
    if out and out[-1].zone is zone:
        out[-1] = Stretch(zone, out[-1].start, end)
    elif end > start:
        out.append(Stretch(zone, start, end))
