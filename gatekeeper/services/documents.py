"""Register and protocol in force. The store holds dated versions; a file is imported when it changed.

Where the version in force came from pages, a changed file waits for a person: the store stays in force, and
`register import --replace` or `protocol import --replace` decides.
"""

import hashlib
from dataclasses import dataclass

from gatekeeper.core.changes import Changes
from gatekeeper.core.events import Event, Kind
from gatekeeper.errors import NotPossible
from gatekeeper.services.actors import Actor
from gatekeeper.services.ports import Clock, Document, DocumentKind, Randomness, Source, Store, Tx

_KINDS = {DocumentKind.REGISTER: Kind.REGISTER_IMPORTED, DocumentKind.PROTOCOL: Kind.PROTOCOL_IMPORTED}


@dataclass(frozen=True, slots=True)
class FileText:
    """A checked register or protocol file as it is on disk."""

    council: str
    kind: DocumentKind
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class InForce:
    """The version in force, and whether the file says something else than it."""

    document: Document
    file_differs: bool
    imported: bool


class Documents:
    def __init__(self, store: Store, clock: Clock, names: Randomness) -> None:
        self._store = store
        self._clock = clock
        self._names = names

    async def bring_in(self, file: FileText, actor: Actor) -> InForce:
        """At start: import the file if it changed and nothing but files has been in force."""

        def job(tx: Tx) -> InForce:
            now = tx.document(file.council, file.kind)
            if now is None or (now.digest != file.digest and now.source is Source.FILE):
                return InForce(self._put(tx, file, actor, now), False, True)
            return InForce(now, now.digest != file.digest, False)

        return await self._store.write(job)

    async def text_in_force(self, council: str, kind: DocumentKind) -> str:
        """The TOML of the version in force, "" where there is none."""
        found = await self._store.read(lambda tx: tx.document(council, kind))
        return found.text if found else ""

    async def replace(self, file: FileText, actor: Actor, *, even_pages: bool) -> InForce:
        """Put the file in force. Raises `NotPossible` where pages changed the version in force, unless `even_pages`."""

        def job(tx: Tx) -> InForce:
            now = tx.document(file.council, file.kind)
            if now is not None and now.digest == file.digest:
                return InForce(now, False, False)
            if now is not None and now.source is Source.PAGES and not even_pages:
                raise NotPossible(
                    f"The {file.kind} of {file.council} was changed in the pages since. Add --replace to put the file"
                    " in its place."
                )
            return InForce(self._put(tx, file, actor, now), False, True)

        return await self._store.write(job)

    def _put(self, tx: Tx, file: FileText, actor: Actor, now: Document | None) -> Document:
        at = self._clock.now()
        version = now.version + 1 if now else 1
        document = Document(file.council, file.kind, version, file.text, file.digest, Source.FILE, at, actor.name)
        event = Event(
            self._names.event_id(at),
            file.council,
            at,
            _KINDS[file.kind],
            facts={"version": str(version), "digest": file.digest},
            details={"actor": actor.name},
        )
        tx.put_document(document)
        tx.apply(Changes(events=(event,)))
        return document
