"""What every command needs: the configuration, who acts, and a service over the store."""

import asyncio
import os
import pwd
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from gatekeeper.bootstrap import House, Installation, load
from gatekeeper.core.people import Holder
from gatekeeper.errors import NotAllowed, NotFound
from gatekeeper.services.actors import Actor
from gatekeeper.services.auditing import Auditing
from gatekeeper.services.checking import Checking
from gatekeeper.services.clock import SystemClock
from gatekeeper.services.councils import Councils
from gatekeeper.services.review import Review

T = TypeVar("T")


@dataclass(frozen=True)
class App:
    """The state of one run of the command line."""

    config: Path

    @cached_property
    def installation(self) -> Installation:
        return load(self.config)

    def checking(self) -> Checking:
        return self.installation.checking()

    def council_ids(self, wanted: str) -> Sequence[str]:
        """The council that was named, else all. Raises `NotFound`."""
        known = [c.id for c in self.installation.settings.councils]
        if wanted and wanted not in known:
            raise NotFound(f"There is no council {wanted} here; there is {', '.join(known)}.")
        return [wanted] if wanted else known

    def actors(self, by: str, councils: Councils) -> tuple[Actor, ...]:
        """`--by`, else the person tied to the operating-system user, else the operator; one for each council that has a
        person of that id. To act in another's name is for the account that owns the installation's key. Raises
        `NotFound`, `NotAllowed`."""
        user = pwd.getpwuid(os.geteuid()).pw_name
        own = self.installation.settings.operators.get(user, "")
        wanted = by or own
        if not wanted:
            return (Actor(None, user),)
        if wanted != own and os.geteuid() not in (0, self.installation.settings.key_file.stat().st_uid):
            raise NotAllowed(f"{user} may not act as {wanted}; the account that runs gatekeeper may.")
        found = tuple(Actor(h, "" if wanted == own else user, c) for c, h in _persons(wanted, councils))
        if not found:
            raise NotFound(f"There is no person {wanted} in the register.")
        return found

    def review(self, by: str, work: Callable[[Review, Actor], Awaitable[T]], *, reference: str) -> T:
        """Run `work` with the review service over the store, as the person of the council whose message it is."""

        async def inside(house: House, actors: tuple[Actor, ...]) -> T:
            council = await house.review.council_of(reference) if len(actors) > 1 else ""
            return await work(house.review, acting_in(council, actors) or actors[0])

        return self.house(by, inside)

    def auditing(self, by: str, work: Callable[[Auditing, Actor], Awaitable[T]]) -> T:
        """Run `work` with the record."""
        return self.house(by, lambda house, actors: work(house.auditing, actors[0]))

    def house(self, by: str, work: Callable[[House, tuple[Actor, ...]], Awaitable[T]]) -> T:
        """Run `work` with the services over the store, and who acts by the registers in force."""

        async def run() -> T:
            async with self.installation.opened() as house:
                return await work(house, self.actors(by, house.councils))

        return asyncio.run(run())


def acting_in(council: str, actors: Sequence[Actor]) -> Actor | None:
    """Whoever of them acts in this council: its person, or the operator."""
    return next((a for a in actors if a.person is None or a.council == council), None)


def _persons(wanted: str, councils: Councils) -> Iterator[tuple[str, Holder]]:
    """(council, person) for an id, or for COUNCIL:ID."""
    now = SystemClock().now()
    only, _, id = wanted.rpartition(":")
    for council in councils.all.values():
        if only in ("", council.id) and (holder := council.directory(now).holder(id)) is not None:
            yield council.id, holder
