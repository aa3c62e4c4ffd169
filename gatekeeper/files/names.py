"""Addresses, domains, days and ids as they stand in the files."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email

from gatekeeper.core.address import Address, domain_key, parse
from gatekeeper.files.faults import Faults
from gatekeeper.files.table import Item, Table, told

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def address_in(faults: Faults, path: str, text: str) -> Address | None:
    """One mailbox. Domains kept for documentation and tests (RFC 2606) and for a house's own network are fine."""
    complaint = _complaint(text)
    found = None if complaint else parse(text)
    if found is None:
        reason = f" ({complaint.rstrip('.')})" if complaint else ""
        faults.add(path, f"{told(text)} is not a mail address{reason}", "write it as in jane.smith@stotfold.example")
    return found


def addresses_in(faults: Faults, items: Iterable[Item]) -> tuple[Address, ...]:
    found = (address_in(faults, i.path, i.text) for i in items)
    return tuple(a for a in found if a is not None)


def domains_in(faults: Faults, items: Iterable[Item]) -> tuple[str, ...]:
    """Domains as they were written."""
    found = []
    for item in items:
        if complaint := "there is an @ in it" if "@" in item.text else _complaint(f"postmaster@{item.text}"):
            said = f"{told(item.text)} is not a domain ({complaint.rstrip('.')})"
            faults.add(item.path, said, "write it as in stotfold.example, without @")
        else:
            found.append(item.text)
    return tuple(found)


@lru_cache(maxsize=8192)
def _complaint(text: str) -> str:
    """What email-validator has against the address; empty where nothing."""
    try:
        validate_email(
            text,
            check_deliverability=False,
            globally_deliverable=False,
            allow_quoted_local=True,
            allow_domain_literal=False,
        )
    except EmailNotValidError as error:
        return str(error) if str(error).isprintable() else "it has invisible characters"
    if "." not in domain_key(text.rpartition("@")[2]):
        return "its domain has no dot"
    return ""


def id_in(table: Table, key: str, example: str) -> str:
    """An id: what commands, pages and the record call somebody or something."""
    text = table.text(key, example=example)
    if text.strip() and not _ID.fullmatch(text):
        remedy = f"use small letters, digits, dots and hyphens only, as in {example}"
        table.wrong(key, f"{told(text)} cannot be an id", remedy)
    return text


def zone_in(table: Table, key: str) -> str:
    name = table.text(key, default="Europe/London")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        table.wrong(key, f"the timezone {told(name)} is unknown", f'write {key} = "Europe/London"')
    return name


def span_in(table: Table, *, required: bool = False) -> tuple[date | None, date | None]:
    """`from` and `until`, both inclusive."""
    since, until = table.day("from", required=required), table.day("until")
    if since is not None and until is not None and until < since:
        said = f"{until.isoformat()} is before from, {since.isoformat()}"
        table.wrong("until", said, "write a later day")
    return since, until
