"""A held message on its way out: what of it is disclosed, and what the ledger has to know of it."""

from datetime import datetime

from gatekeeper.core.envelope import Submission
from gatekeeper.core.held import HeldMessage
from gatekeeper.core.history import History
from gatekeeper.core.message import Message
from gatekeeper.core.split import Transaction
from gatekeeper.errors import NotPossible
from gatekeeper.mail.footer import CannotAlter
from gatekeeper.mail.read import read
from gatekeeper.services.councils import Council
from gatekeeper.services.judging import Disclosed, disclosed
from gatekeeper.services.ports import Tx
from gatekeeper.services.split import history_in, lone_key, look_at, message_key


class Leaving:
    """`submission` is the message as it came, with the recipients who are to get it now."""

    def __init__(self, council: Council, held: HeldMessage, submission: Submission) -> None:
        self._council = council
        self._held = held
        self._submission = submission
        message = read(submission.raw, texts=False)
        self._key = message_key(council, submission.raw, message) if isinstance(message, Message) else ""

    def history(self, tx: Tx) -> History:
        return history_in(tx, self._council.id, self._key, self._held.reference) if self._key else History()

    def disclosed(self, history: History, wanted: bool) -> Disclosed:
        """What leaves. Disclosed is what the protocol discloses, and all where that is wanted. Raises `NotPossible`."""
        copied_elsewhere = bool(history.blind_elsewhere) and self._council.protocol.discloses_copies
        if not (wanted or self._held.verdict.disclosed or copied_elsewhere):
            return Disclosed(self._submission.raw, (), (), self._silent)
        try:
            return disclosed(self._submission, self._council, history)
        except CannotAlter as why:
            raise NotPossible(
                f"The copies cannot be disclosed in {self._held.reference} ({why}). Release it without the recipients"
                " who would have to be disclosed, or return it to its author."
            ) from why

    @property
    def _silent(self) -> tuple[str, ...]:
        """Whom the rule found to be copied silently and who is still among the recipients."""
        directory = self._council.directory(self._submission.at)
        holders = [directory.person(p.address) for p in self._submission.rcpt_to]
        groups = [directory.members_of(g) for p in self._submission.rcpt_to if (g := directory.group(p.address))]
        reached = {h.id for h in holders if h is not None}.union(*groups)
        found = (j.finding for j in self._held.verdict.judged)
        people = dict.fromkeys(p for f in found if f.rule == "silent-copy" for p in f.disclose)
        return tuple(p for p in people if p in reached)

    def transaction(self, made: Disclosed, history: History, at: datetime) -> tuple[Transaction, ...]:
        """The message as one of several, for those that come later and for the ledger."""
        cause = bool(made.blind or history.blind_elsewhere)
        if not (self._key or cause):
            return ()
        key = self._key or lone_key(self._council, self._held.reference)
        due = look_at(at) if cause else None
        return (Transaction(self._council.id, key, self._held.reference, at, made.blind, made.people, due),)
