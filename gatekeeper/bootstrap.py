"""Joins the parts: from a configuration file to services over a store."""

import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import make_url

from gatekeeper import logs
from gatekeeper.core.people import Register
from gatekeeper.core.protocol import CouncilProtocol
from gatekeeper.errors import Unusable
from gatekeeper.files.councils import LoadedCouncil, load_councils
from gatekeeper.files.packs import Packs
from gatekeeper.files.protocol import parse_protocol
from gatekeeper.files.register import parse_register
from gatekeeper.rules import all_rules
from gatekeeper.services.actors import Actor
from gatekeeper.services.auditing import Auditing
from gatekeeper.services.checking import Checking
from gatekeeper.services.clock import RandomNames, SystemClock
from gatekeeper.services.councils import Council, Councils, council_key
from gatekeeper.services.delivery import Outbox
from gatekeeper.services.documents import Documents, FileText
from gatekeeper.services.intake import Intake
from gatekeeper.services.judging import Judge
from gatekeeper.services.ledger import Ledger
from gatekeeper.services.notices import Notices, load_templates
from gatekeeper.services.ports import DocumentKind, NextHop, Reader, Recorder, Tx
from gatekeeper.services.protected import Protected
from gatekeeper.services.review import Review
from gatekeeper.settings import ListenerSettings, Settings, load_settings
from gatekeeper.shipped import config_folder
from gatekeeper.smtp.options import DoorOptions
from gatekeeper.storage.backup import backup
from gatekeeper.storage.engine import Database, open_database
from gatekeeper.storage.migrate import current, head, upgrade
from gatekeeper.storage.store import SqlStore

KEY_OCTETS = 32


@dataclass(frozen=True)
class Installation:
    """A configuration that was read and found good. Nothing is open yet."""

    settings: Settings
    loaded: tuple[LoadedCouncil, ...]

    @cached_property
    def packs(self) -> Packs:
        return self.settings.packs()

    @cached_property
    def councils(self) -> Councils:
        """As the files have them; for what works without a store."""
        return Councils(self._council(c.files.id, c.register, c.protocol) for c in self.loaded)

    @cached_property
    def key(self) -> bytes:
        return master_key(self.settings.key_file)

    @property
    def hostname(self) -> str:
        return self.settings.listeners[0].hostname or socket.gethostname()

    def checking(self) -> Checking:
        return Checking(self.councils, Judge(self.councils, all_rules()), SystemClock())

    def files(self) -> tuple[FileText, ...]:
        """Register and protocol of every council, as they are on disk."""
        return tuple(
            FileText(c.files.id, kind, path.read_text(encoding="utf-8"))
            for c in self.loaded
            for kind, path in ((DocumentKind.REGISTER, c.files.register), (DocumentKind.PROTOCOL, c.files.protocol))
        )

    async def in_force(self, store: Reader) -> Councils:
        """As the store has them; as the files have them where nothing was imported yet."""
        return Councils([await self._in_force(store, c) for c in self.loaded])

    async def versions(self, store: Reader) -> tuple[int, ...]:
        """The numbers of the versions in force, to see whether one changed."""
        kinds = (DocumentKind.REGISTER, DocumentKind.PROTOCOL)
        wanted = [(c.files.id, kind) for c in self.loaded for kind in kinds]
        return await store.read(lambda tx: tuple(_version(tx, council, kind) for council, kind in wanted))

    async def _in_force(self, store: Reader, c: LoadedCouncil) -> Council:
        id = c.files.id
        register = await store.read(lambda tx: tx.document(id, DocumentKind.REGISTER))
        protocol = await store.read(lambda tx: tx.document(id, DocumentKind.PROTOCOL))
        return self._council(
            id,
            parse_register(register.text, id, "register in force") if register else c.register,
            parse_protocol(protocol.text, id, "protocol in force", self.packs) if protocol else c.protocol,
        )

    def _council(self, id: str, register: Register, protocol: CouncilProtocol) -> Council:
        return Council(id, register, protocol, council_key(self.key, id))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["House"]:
        """The services over the store, for one command. Raises `Unusable` where the database is not up to date."""
        database = ready_database(self.settings)
        store = SqlStore(database)
        try:
            yield House(self, store, await self.in_force(store))
        finally:
            await store.close()


def _version(tx: Tx, council: str, kind: DocumentKind) -> int:
    found = tx.document(council, kind)
    return found.version if found else 0


def load(config: Path) -> Installation:
    """Read and check everything. Raises `Unusable` with a line for every fault."""
    settings = load_settings(config, os.environ)
    own = settings.addresses
    return Installation(settings, load_councils(settings.councils, settings.packs(), (own.check, own.notices)))


def master_key(file: Path) -> bytes:
    """The installation's secret; made at the first start, readable by its owner only. Raises `Unusable`."""
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as new:
                new.write(secrets.token_hex(KEY_OCTETS) + "\n")
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except FileExistsError:
        return master_key(file)
    except OSError as error:
        raise Unusable(f"[secrets] key_file: {file} cannot be used ({error.strerror}); name a file that can") from error
    except ValueError as error:
        raise Unusable(f"[secrets] key_file: {file} holds no key; restore it from the backup") from error
    if len(key) != KEY_OCTETS:
        raise Unusable(f"[secrets] key_file: {file} holds no key of {KEY_OCTETS} octets; restore it from the backup")
    return key


def ready_database(settings: Settings) -> Database:
    """The database, brought up to date where it is embedded. Raises `Unusable`, `TryAgain`."""
    database = open_store(settings)
    if current(database.writer) == head():
        return database
    if not database.is_sqlite:
        raise Unusable("The database is not at this release's version; run gatekeeper db upgrade.")
    upgrade(database.writer)
    return database


def open_store(settings: Settings) -> Database:
    """The database as it is."""
    url = make_url(settings.store.url)
    if settings.store.password:
        url = url.set(password=settings.store.password)
    return open_database(url.render_as_string(hide_password=False))


def upgrade_store(installation: Installation) -> tuple[str, str]:
    """Bring the database up to date; the versions before and after."""
    database = open_store(installation.settings)
    before = current(database.writer)
    upgrade(database.writer)
    return before, current(database.writer)


def back_up(installation: Installation, file: Path) -> None:
    """Copy an embedded database into a new file. Raises `Unusable`."""
    backup(open_store(installation.settings).writer, file)


def door_options(listener: ListenerSettings) -> DoorOptions:
    limits = listener.limits
    return DoorOptions(
        name=listener.name,
        host=listener.address.host,
        port=listener.address.port,
        next_hop_host=listener.next_hop.host,
        next_hop_port=listener.next_hop.port,
        trusted=listener.trusted,
        hostname=listener.hostname or socket.gethostname(),
        direction=listener.direction,
        bare_newline=listener.bare_newline.value,
        xclient=listener.xclient,
        max_size=limits.max_size,
        max_recipients=limits.max_recipients,
        max_hops=limits.max_hops,
        max_connections=limits.max_connections,
        max_connections_per_client=limits.max_connections_per_client,
        min_data_rate=limits.min_octets_per_second,
        client_idle_seconds=limits.client_idle_seconds,
        data_idle_seconds=limits.data_idle_seconds,
        stop_seconds=limits.stop_seconds,
        certificate_file=str(listener.tls_certificate or ""),
        key_file=str(listener.tls_key or ""),
        connect_seconds=limits.connect_seconds,
        command_seconds=limits.command_seconds,
        upload_idle_seconds=limits.upload_idle_seconds,
        final_dot_seconds=limits.final_dot_seconds,
        max_kept_connections=limits.max_kept_connections,
        keep_seconds=limits.keep_seconds,
        next_hop_tls=listener.next_hop_tls.value,
        next_hop_tls_name=listener.next_hop_tls_name,
        next_hop_ca_file=str(listener.next_hop_ca or ""),
    )


class House:
    """The services over one store and the councils in force."""

    def __init__(self, installation: Installation, store: SqlStore, councils: Councils) -> None:
        self.installation = installation
        self.store = store
        self.councils = councils
        self.clock = SystemClock()
        self.names = RandomNames()
        self.notices = notices(installation.settings, self.names)

    @cached_property
    def review(self) -> Review:
        return Review(
            store=self.store,
            councils=self.councils,
            notices=self.notices,
            clock=self.clock,
            names=self.names,
            hostname=self.installation.hostname,
        )

    @cached_property
    def auditing(self) -> Auditing:
        return Auditing(self.store, self.clock, self.names)

    @cached_property
    def documents(self) -> Documents:
        return Documents(self.store, self.clock, self.names)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(
            store=self.store, councils=self.councils, notices=self.notices, clock=self.clock, names=self.names
        )

    def outbox(self, next_hop: NextHop) -> Outbox:
        return Outbox(
            store=self.store,
            next_hop=next_hop,
            councils=self.councils,
            notices=self.notices,
            clock=self.clock,
            names=self.names,
        )


def notices(settings: Settings, names: RandomNames) -> Notices:
    sender = str(settings.addresses.notices or "")
    return Notices(load_templates(config_folder() / "notices" / "en"), names, sender)


def intake(
    installation: Installation,
    councils: Councils,
    *,
    recorder: Recorder,
    reader: Reader,
    protected: Protected,
    wake: Callable[[], None],
) -> Intake:
    """What stands behind the doors of one process."""
    names = RandomNames()
    return Intake(
        judge=Judge(councils, all_rules()),
        recorder=recorder,
        reader=reader,
        notices=notices(installation.settings, names),
        protected=protected,
        clock=SystemClock(),
        names=names,
        hostname=installation.hostname,
        wake=wake,
        check=installation.settings.addresses.check,
    )


async def import_files(installation: Installation, documents: Documents, actor: Actor) -> None:
    """At start: bring changed files in, and warn of those that wait for a person."""
    for file in installation.files():
        outcome = await documents.bring_in(file, actor)
        if outcome.file_differs:
            logs.file_differs(file.council, file.kind)
