"""The services over fakes, joined as bootstrap joins them."""

from gatekeeper.core.address import Address
from gatekeeper.rules import all_rules
from gatekeeper.services.actors import Actor
from gatekeeper.services.councils import Council
from gatekeeper.services.delivery import Outbox
from gatekeeper.services.intake import Intake
from gatekeeper.services.judging import Judge
from gatekeeper.services.ledger import Ledger
from gatekeeper.services.notices import Notices, load_templates
from gatekeeper.services.protected import Protected
from gatekeeper.services.review import Review
from gatekeeper.shipped import config_folder
from tests.builders import NOON, a_council, councils
from tests.fakes import FakeClock, FakeNames, FakeNextHop, FakeOutlet, FakeStore


class World:
    def __init__(self, council: Council | None = None, check: Address | None = None) -> None:
        self.council = council or a_council()
        self.clock = FakeClock()
        self.names = FakeNames()
        self.store = FakeStore()
        self.outlet = FakeOutlet()
        self.outlet.store = self.store
        self.hop = FakeNextHop()
        all_councils = councils(self.council)
        notices = Notices(load_templates(config_folder() / "notices" / "en"), self.names)
        self.protected = Protected(all_councils, self.clock)
        self.notices = notices
        self.councils = all_councils
        self.check = check
        self.intake = self.intake_over(self.store)
        self.review = Review(
            store=self.store,
            councils=all_councils,
            notices=notices,
            clock=self.clock,
            names=self.names,
            hostname="relay.stow.example",
        )
        self.ledger = Ledger(
            store=self.store, councils=all_councils, notices=notices, clock=self.clock, names=self.names
        )
        self.outbox = Outbox(
            store=self.store,
            next_hop=self.hop,
            councils=all_councils,
            notices=notices,
            clock=self.clock,
            names=self.names,
        )

    def intake_over(self, store: FakeStore) -> Intake:
        """An intake of its own over this store, as another process has it."""
        return Intake(
            judge=Judge(self.councils, all_rules()),
            recorder=store,
            reader=store,
            notices=self.notices,
            protected=self.protected,
            clock=self.clock,
            names=self.names,
            hostname="relay.stow.example",
            wake=lambda: None,
            check=self.check,
        )

    def actor(self, person: str) -> Actor:
        holder = self.council.directory(NOON).holder(person)
        assert holder is not None
        return Actor(holder, council=self.council.id)
