"""Putting together what one step writes."""

from dataclasses import fields

from gatekeeper.core.changes import Changes


def joined(*several: Changes) -> Changes:
    """All of it, in one transaction."""
    return Changes(**{f.name: tuple(x for c in several for x in getattr(c, f.name)) for f in fields(Changes)})
