"""What every command needs: the configuration, who acts, and a service over the store."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from gatekeeper.bootstrap import Installation, load
from gatekeeper.errors import NotFound
from gatekeeper.services.actors import Actor
from gatekeeper.services.auditing import Auditing
from gatekeeper.services.checking import Checking
from gatekeeper.services.clock import SystemClock
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

    def actor(self, by: str) -> Actor:
        """`--by`, else the person tied to the operating-system user, else the operator. Raises `NotFound`."""
        user = getpass.getuser()
        wanted = by or self.installation.settings.operators.get(user, "")
        if not wanted:
            return Actor(None, user)
        now = SystemClock().now()
        for council in self.installation.councils.all.values():
            if (holder := council.directory(now).holder(wanted)) is not None:
                return Actor(holder, user if by else "")
        raise NotFound(f"There is no person {wanted} in the register.")

    def review(self, by: str, work: Callable[[Review, Actor], Awaitable[T]]) -> T:
        """Run `work` with the review service over the store."""
        actor = self.actor(by)

        async def run() -> T:
            async with self.installation.opened() as house:
                return await work(house.review, actor)

        return asyncio.run(run())

    def auditing(self, by: str, work: Callable[[Auditing, Actor], Awaitable[T]]) -> T:
        """Run `work` with the record."""
        actor = self.actor(by)

        async def run() -> T:
            async with self.installation.opened() as house:
                return await work(house.auditing, actor)

        return asyncio.run(run())
