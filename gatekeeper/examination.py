"""What `doctor` looks at: configuration, key, database, next hops, clock, disk, and what waits too long."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificate

from gatekeeper.bootstrap import Installation, door_options, open_store
from gatekeeper.core.held import State
from gatekeeper.core.routing import reviewers
from gatekeeper.core.split import DebtState
from gatekeeper.errors import TryAgain
from gatekeeper.files.differences import diff_protocol, diff_register
from gatekeeper.files.register_checks import register_warnings
from gatekeeper.services.clock import SystemClock
from gatekeeper.services.ports import EventQuery, Tx
from gatekeeper.smtp.nexthop import Pool
from gatekeeper.storage.engine import Database
from gatekeeper.storage.migrate import current, head
from gatekeeper.storage.store import SqlStore

FREE_OCTETS = 1024**3
"""Below so much free disk the store is in danger."""

CERTIFICATE_DAYS = 21

DEBT_AGE = timedelta(days=30)
"""A disclosure that was owed longer ago is no news any more."""


class Health(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy` says what to do, "" where there is nothing to do."""

    subject: str
    health: Health
    said: str
    remedy: str = ""


async def examine(installation: Installation) -> AsyncIterator[Finding]:
    """One finding after the other; what cannot be looked at is a finding too."""
    yield Finding("configuration", Health.GOOD, f"{installation.settings.file} and the councils' files can be used.")
    for warning in installation.settings.warnings():
        yield Finding("configuration", Health.DOUBTFUL, warning, "see config/gatekeeper.toml")
    for finding in _registers(installation):
        yield finding
    yield _disk(installation.settings.key_file.parent)
    database = open_store(installation.settings)
    async for finding in _database(database, installation):
        yield finding
    for listener in installation.settings.listeners:
        yield await _next_hop(listener.name, Pool(door_options(listener)))
        if listener.tls_certificate is not None:
            yield _certificate(listener.tls_certificate)


def _registers(installation: Installation) -> list[Finding]:
    now = SystemClock().now()
    found = []
    for c in installation.councils.all.values():
        found += [
            Finding("register", Health.DOUBTFUL, f"{c.id}: {w}", "amend register.toml")
            for w in register_warnings(c.register, c.day(now))
        ]
        if not any(reviewers(c.directory(now))):
            said = f"{c.id}: nobody can review a held message today."
            found.append(Finding("register", Health.BAD, said, "appoint a Proper Officer or a deputy in register.toml"))
    return found


def _disk(folder: Path) -> Finding:
    folder = folder if folder.exists() else Path()
    free = shutil.disk_usage(folder).free
    said = f"{free // 1024**2} MiB are free where the store lies."
    if free < FREE_OCTETS:
        return Finding("disk", Health.BAD, said, "make room; without it mail is answered 451")
    return Finding("disk", Health.GOOD, said)


async def _database(database: Database, installation: Installation) -> AsyncIterator[Finding]:
    try:
        at = await asyncio.to_thread(current, database.writer)
    except TryAgain as error:
        yield Finding("database", Health.BAD, str(error), "start it, or correct [store] url")
        return
    if at != head():
        remedy = "start serve, which does it" if database.is_sqlite else "run gatekeeper db upgrade"
        yield Finding("database", Health.DOUBTFUL, f"It is at version {at or 'none'}, not {head()}.", remedy)
        return
    yield Finding("database", Health.GOOD, f"It answers and is at version {at}.")
    store = SqlStore(database)
    try:
        for finding in await store.read(lambda tx: _waiting(tx, installation)):
            yield finding
        for finding in await store.read(_clock):
            yield finding
        for finding in await _differences(store, installation):
            yield finding
    finally:
        await store.close()


def _waiting(tx: Tx, installation: Installation) -> list[Finding]:
    now = SystemClock().now()
    found = []
    for id in installation.councils.all:
        late = [h for h in tx.queue(id, (State.WAITING,)) if h.due_at < now]
        failed = tx.queue(id, (State.FAILED,))
        if late:
            found.append(
                Finding("queue", Health.DOUBTFUL, f"{id}: {len(late)} held messages are overdue.", "review them")
            )
        if failed:
            said = f"{id}: {len(failed)} released messages could not be delivered."
            found.append(Finding("queue", Health.BAD, said, "see gatekeeper queue list --state failed"))
        found += _debts(tx, id, now)
    open_ones = len(tx.open_messages(now - timedelta(minutes=20)))
    if open_ones:
        said = f"{open_ones} messages have no recorded outcome."
        found.append(Finding("outcomes", Health.DOUBTFUL, said, "see gatekeeper audit search --event message:judged"))
    return found


def _debts(tx: Tx, council: str, now: datetime) -> list[Finding]:
    """Disclosures of the last weeks that no notice has made."""
    found = []
    for state, said, event in (
        (
            DebtState.OPEN,
            "disclosures to people outside the council are open: they were not told of a silent copy",
            "disclosure:owed",
        ),
        (DebtState.FAILED, "notices of a silent copy could not be delivered", "disclosure:failed"),
    ):
        count = sum(d.at > now - DEBT_AGE for d in tx.debts(council, state=state))
        if count:
            remedy = f"tell them yourself; gatekeeper audit search --event {event} names them"
            found.append(Finding("disclosures", Health.DOUBTFUL, f"{council}: {count} {said}.", remedy))
    return found


async def _differences(store: SqlStore, installation: Installation) -> list[Finding]:
    """Where the files say something else than what is in force."""
    found = []
    for id, now in (await installation.in_force(store)).all.items():
        file = installation.councils.all[id]
        for kind, said in (
            ("register", diff_register(now.register, file.register)),
            ("protocol", diff_protocol(now.protocol, file.protocol)),
        ):
            remedy = f"start serve anew, or gatekeeper {kind} import"
            found += [Finding(kind, Health.DOUBTFUL, f"{id}: the file differs: {s}", remedy) for s in said]
    return found


def _clock(tx: Tx) -> list[Finding]:
    """A clock that was set back puts new events before old ones."""
    now = SystemClock().now()
    last = next(tx.events(EventQuery(limit=1)), None)
    if last is not None and last.event.at > now + timedelta(minutes=1):
        said = f"The newest event is of {last.event.at:%Y-%m-%d %H:%M} UTC, in the future."
        return [Finding("clock", Health.BAD, said, "set the clock; use NTP")]
    return [Finding("clock", Health.GOOD, f"It is {now:%Y-%m-%d %H:%M} UTC.")]


async def _next_hop(door: str, pool: Pool) -> Finding:
    try:
        connection = await pool.take()
    except TryAgain as error:
        return Finding("next hop", Health.BAD, f"{door}: {error}", "start it, or correct next_hop")
    pool.give(connection)
    await pool.finish()
    return Finding("next hop", Health.GOOD, f"{door}: it answers.")


def _certificate(file: Path) -> Finding:
    try:
        until = load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        return Finding("TLS", Health.BAD, f"{file} cannot be read ({type(error).__name__}).", "replace the certificate")
    days = (until - SystemClock().now()).days
    said = f"The certificate of the door ends on {until:%-d %B %Y}."
    if days < 0:
        return Finding("TLS", Health.BAD, said, "renew it")
    return Finding("TLS", Health.GOOD if days > CERTIFICATE_DAYS else Health.DOUBTFUL, said, "")
