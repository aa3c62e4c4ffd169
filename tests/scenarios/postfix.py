"""A Postfix of the tests' own: its configuration, queue and mailbox in a temporary folder, nothing shared with the
machine's mail system. Needs to be started by root, as Postfix does.

The front takes mail and hands it to gatekeeper (`content_filter`); the way back takes it and delivers all of it into
one Maildir.
"""

import os
import pwd
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.scenarios.waiting import free_port, run, until

_MAIN = """
compatibility_level = 3.6
mail_owner = postfix
setgid_group = postdrop
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.ashcombe.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
append_dot_mydomain = no
biff = no
content_filter = smtp:[127.0.0.1]:{filter_port}
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_host_lookup = native
disable_dns_lookups = yes
virtual_mailbox_domains = static:all
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:caught/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_mailbox_limit = 0
virtual_transport = virtual
minimal_backoff_time = 300s
queue_run_delay = 300s
in_flow_delay = 0
smtp_destination_concurrency_limit = 20
default_process_limit = 60
"""

_MASTER = """
{front} inet n - n - - smtpd
{back} inet n - n - - smtpd
  -o content_filter=
  -o smtpd_authorized_xforward_hosts=127.0.0.0/8
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Delivered:
    """One file of the Maildir. `recipient` is what the envelope said; `octets` have CRLF again and are what was sent,
    without the fields that the delivery put on top."""

    recipient: str
    octets: bytes


@dataclass(frozen=True)
class Postfix:
    folder: Path
    front: int
    back: int

    def delivered(self) -> list[Delivered]:
        """What lies in the mailbox, in no particular order."""
        return [_opened(file.read_bytes()) for file in (self.folder / "mail" / "caught" / "new").glob("*")]

    def queued(self) -> list[str]:
        """The names of the messages that wait, whether due or deferred."""
        queue = self.folder / "queue"
        return [f.name for part in ("incoming", "active", "deferred") for f in (queue / part).rglob("*") if f.is_file()]

    def deferred(self) -> list[str]:
        return [f.name for f in (self.folder / "queue" / "deferred").rglob("*") if f.is_file()]

    def log(self) -> str:
        file = self.folder / "log" / "mail.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    async def flush(self) -> None:
        """Try everything that waits now."""
        status, _, err = await run(program("postqueue"), "-c", self.folder / "etc", "-f")
        assert status == 0, err


def program(name: str) -> str:
    """Debian keeps these in the administrator's folders. Raises FileNotFoundError where Postfix is missing."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        raise FileNotFoundError(f"{name} is not installed; the Debian package is called postfix")
    return found


@asynccontextmanager
async def a_postfix(filter_port: int, front: int = 0, back: int = 0) -> AsyncIterator[Postfix]:
    """Running from here to the end of the block. `filter_port` is gatekeeper's door."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        server = Postfix(folder, front or free_port(), back or free_port())
        _lay_out(server, filter_port)
        await _postfix(server, "start")
        try:
            await until(lambda: "daemon started" in server.log(), "Postfix starts")
            yield server
        finally:
            await _postfix(server, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lay_out(server: Postfix, filter_port: int) -> None:
    """Every folder with the owner that Postfix wants; its parents can be passed by the mailbox's owner."""
    owner, reader = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
    server.folder.chmod(0o755)
    for name in ("etc", "queue", "data", "log", "mail"):
        (server.folder / name).mkdir()
    os.chown(server.folder / "data", owner.pw_uid, owner.pw_gid)
    os.chown(server.folder / "mail", reader.pw_uid, reader.pw_gid)
    main = _MAIN.format(folder=server.folder, filter_port=filter_port, uid=reader.pw_uid, gid=reader.pw_gid)
    master = _MASTER.format(front=f"127.0.0.1:{server.front}", back=f"127.0.0.1:{server.back}")
    (server.folder / "etc" / "main.cf").write_text(main)
    (server.folder / "etc" / "master.cf").write_text(master)


async def _postfix(server: Postfix, word: str) -> None:
    status, out, err = await run(program("postfix"), "-c", server.folder / "etc", word)
    assert status == 0, f"postfix {word}: {out}{err}{server.log()}"


def _opened(stored: bytes) -> Delivered:
    """virtual(8) puts Return-Path, X-Original-To and Delivered-To on top, and keeps lines as the machine does."""
    lines = stored.split(b"\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(b"Delivered-To:"))
    recipient = lines[at].partition(b":")[2].strip().decode("utf-8", "replace")
    return Delivered(recipient, b"\r\n".join(lines[at + 1 :]))
