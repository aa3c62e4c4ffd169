"""A next hop to try gatekeeper with: takes everything, keeps the last messages as files, and prints a line for each.

For trying out only: unlike everything else here it shows addresses.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_SIZE = 52_428_800
LINE_LIMIT = 1 << 20


class CatcherServer(SMTP):
    """aiosmtpd as it comes, for lines longer than it would take."""

    line_length_limit = LINE_LIMIT


class Folder:
    """Messages as `000001.eml` and so on; the oldest go when there are more than `keep`."""

    def __init__(self, folder: Path, keep: int, say: Callable[[str], object]) -> None:
        self._folder = folder
        self._keep = keep
        self._say = say
        folder.mkdir(parents=True, exist_ok=True)
        self._number = max((int(p.stem) for p in folder.glob("[0-9]*.eml") if p.stem.isdigit()), default=0)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._number += 1
        content = envelope.original_content or b""
        name = f"{self._number:06}.eml"
        await asyncio.to_thread(self._write, name, content)
        recipients = ", ".join(_printable(r) for r in envelope.rcpt_tos)
        self._say(f"{name}: {_printable(envelope.mail_from or '')} to {recipients}, {len(content)} octets")
        return f"250 2.0.0 Caught as {self._number}"

    async def handle_exception(self, error: Exception) -> str:
        return "451 4.3.0 The message could not be kept"

    def _write(self, name: str, content: bytes) -> None:
        (self._folder / name).write_bytes(content)
        kept = sorted(p for p in self._folder.glob("[0-9]*.eml") if p.stem.isdigit())
        for old in kept[: max(0, len(kept) - self._keep)]:
            old.unlink(missing_ok=True)


async def catch(
    host: str, port: int, folder: Path, *, keep: int = 100, say: Callable[[str], object] = print
) -> asyncio.Server:
    """Start catching on the running loop; close the server to stop. Raises OSError where the address is taken."""
    loop = asyncio.get_running_loop()
    handler = Folder(folder, keep, say)
    return await loop.create_server(
        lambda: CatcherServer(
            handler,
            data_size_limit=MAX_SIZE,
            enable_SMTPUTF8=True,
            hostname="catcher.localhost",
            ident="ESMTP catcher",
            loop=loop,
        ),
        host,
        port,
    )


def _printable(text: str) -> str:
    """For a terminal: nothing in it may steer that."""
    return "".join(c if c.isprintable() else "?" for c in text) or "<>"
