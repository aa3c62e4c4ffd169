"""A world that a message enters in several transactions."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from gatekeeper.core.changes import Delivery, Purpose
from gatekeeper.core.protocol import CouncilProtocol
from gatekeeper.core.reply import Reply
from gatekeeper.core.split import DebtState
from tests.builders import a_council, a_mail, a_protocol, a_submission
from tests.fakes import FakeOutlet
from tests.services.world import World

CLERK, OFFICER, RESIDENT = "clerk@stow.example", "officer@stow.example", "resident@mail.example"
JANE, ANN, RAVI, MAYOR = (f"{n}@stow.example" for n in ("jane.smith", "ann.jones", "ravi.patel", "mayor"))
ALL = (JANE, ANN, RAVI, MAYOR)
RAW = a_mail("The site visit is on Monday.\r\n", sender=OFFICER, to=f"{CLERK}, {RESIDENT}")
SIGNED = a_mail(
    "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
    "--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n",
    sender=OFFICER,
    to=f"{CLERK}, {RESIDENT}",
    extra="MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=b; protocol=application/pgp-signature\r\n",
)


class Split(World):
    """A world that a message enters in several transactions."""

    def __init__(self, protocol: CouncilProtocol | None = None) -> None:
        super().__init__(a_council(protocol=protocol or a_protocol()))
        self._number = 0
        self._written: dict[str, bytes] = {}

    async def send(self, *to: str, raw: bytes = RAW, sender: str = OFFICER, answer: Reply | None = None) -> bytes:
        """One transaction; what arrived of it, without the trace."""
        self._number += 1
        submission = a_submission(raw, sender=sender, to=to, reference=f"TRA-{self._number:03}-NSA", at=self.clock.at)
        outlet = FakeOutlet()
        outlet.answer = answer or outlet.answer
        await self.intake.accept(submission, outlet)
        return outlet.sent[0][1].partition(b"\r\nFrom: ")[2] if outlet.sent else b""

    async def later(self, seconds: int = 3600, step: int = 2) -> None:
        """The worker works on for so long."""
        for _ in range(seconds // step):
            self.clock.forward(seconds=step)
            await self.ledger.settle_due()
            self._written.update((d.id, d.raw) for d in self.store.tx.outbox.values() if d.raw)
            await self.outbox.send_due()

    @property
    def late(self) -> list[Delivery]:
        """The notices as they were written, before they were sent."""
        found = (d for d in self.store.tx.outbox.values() if d.purpose is Purpose.DISCLOSURE)
        return [replace(d, raw=self._written.get(d.id, d.raw)) for d in found]

    def told(self) -> dict[str, list[bytes]]:
        """The footer lines in the notices, by who got them."""
        return {
            str(d.recipients[0].path): [line for line in d.raw.split(b"\r\n") if line.startswith(b"CC ")]
            for d in self.late
        }

    def states(self) -> Counter[tuple[str, DebtState]]:
        return Counter((d.person, d.state) for d in self.store.tx.all_debts.values())


async def until(is_so: Callable[[], bool]) -> None:
    """Let the others go on until it is."""
    for _ in range(10_000):
        if is_so():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never was")
