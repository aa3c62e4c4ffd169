"""Judging old mail: what would have been held, and why. Nothing is stored or sent."""

import mailbox
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gatekeeper.core.message import Message
from gatekeeper.errors import Unusable
from gatekeeper.mail.read import read
from gatekeeper.services.checking import Checked, Checking, wire_form

MAX_MESSAGE = 64 * 1024 * 1024
"""Octets; what is larger is named and left out."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """`checked` is `None` for a file that is no message or too large; `why` says so."""

    name: str
    checked: Checked | None
    why: str = ""


def stored(place: Path) -> Iterator[tuple[str, bytes]]:
    """(name, octets) of every message in an mbox file, a Maildir, a folder of .eml files, or one .eml file. Raises
    `Unusable`."""
    if not place.exists():
        raise Unusable(f"{place} does not exist; give an mbox file, a Maildir or a folder of .eml files.")
    if place.is_dir():
        yield from _folder(place)
    elif _is_mbox(place):
        with closing(mailbox.mbox(place, create=False)) as box:
            for number, key in enumerate(box.keys(), 1):
                yield f"{place.name}#{number}", box.get_bytes(key)
    else:
        yield place.name, place.read_bytes()


def _folder(place: Path) -> Iterator[tuple[str, bytes]]:
    folders = [place / "cur", place / "new"] if (place / "cur").is_dir() else [place]
    for folder in folders:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            if file.stat().st_size > MAX_MESSAGE:
                yield str(file.relative_to(place)), b""
            else:
                yield str(file.relative_to(place)), file.read_bytes()


def _is_mbox(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(5) == b"From "


def replay(checking: Checking, place: Path, at: datetime | None = None) -> Iterator[Replayed]:
    """Each message judged by its own header: From sends it, To, Cc and Bcc receive it."""
    for name, octets in stored(place):
        if not octets:
            yield Replayed(name, None, f"It is empty, or larger than {MAX_MESSAGE // 1024**2} MiB.")
            continue
        message = read(wire_form(octets), texts=False)
        if not isinstance(message, Message):
            yield Replayed(name, None, message.reason)
            continue
        sender = str(message.from_[0].address) if message.from_ else ""
        boxes = (*message.to, *message.cc, *message.bcc)
        recipients = list(dict.fromkeys(str(m.address) for m in boxes))
        yield Replayed(name, checking.check(octets, sender=sender, recipients=recipients, at=at))
