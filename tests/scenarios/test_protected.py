"""Protected channels over real SMTP: served while the database is not, without a trace, and apart from all others."""

import asyncio
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.scenarios.client import Mail, a_mail, deliver, deliver_at_last
from tests.scenarios.mails import BUILDER, COUNCILLOR, MONITORING_OFFICER, that_is_held, that_passes
from tests.scenarios.relay import Relay
from tests.scenarios.sink import Sink
from tests.scenarios.waiting import until

TELLTALE = "zebra crossing"


def to_the_monitoring_officer() -> Mail:
    """Of the kind that would be held, had it gone to anybody else."""
    body = f"I accept the offer on behalf of the Council; about the {TELLTALE}.\n"
    return a_mail(COUNCILLOR, (MONITORING_OFFICER,), body, subject=TELLTALE, id=TELLTALE.replace(" ", "-"))


@contextmanager
def locked(relay: Relay) -> Iterator[None]:
    with relay.locked():
        yield


@contextmanager
def full(relay: Relay) -> Iterator[None]:
    """No file may grow or be written to any more, as on a full or a read-only disk."""
    before = resource.prlimit(relay.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    yield
    resource.prlimit(relay.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def missing(relay: Relay) -> Iterator[None]:
    names = [relay.database.with_name(relay.database.name + end) for end in ("", "-wal", "-shm")]
    for name in names:
        name.rename(name.with_name("away-" + name.name))
    yield
    for name in names:
        name.with_name("away-" + name.name).rename(name)


@pytest.mark.parametrize("broken", [locked, full, missing])
async def test_mail_to_the_monitoring_officer_passes_while_the_database_is_out(
    broken: object, relay: Relay, sink: Sink
) -> None:
    assert callable(broken)
    mail = to_the_monitoring_officer()
    with broken(relay):
        protected, other = await asyncio.gather(deliver(relay.port, mail), deliver(relay.port, that_passes()))
        assert protected.is_taken
        assert (other.code, other.text[:5]) == (451, "4.3.0")
    (taken,) = sink.taken
    assert taken.below_received == mail.octets
    assert (await deliver_at_last(relay.port, that_passes())).is_taken


async def test_mail_to_the_monitoring_officer_leaves_a_count_and_nothing_else(relay: Relay, sink: Sink) -> None:
    mail = to_the_monitoring_officer()
    assert (await deliver(relay.port, mail)).is_taken
    await relay.stop()
    (taken,) = sink.taken
    assert taken.below_received == mail.octets
    assert relay.rows("SELECT council, channel, count FROM channel_counts") == [("ashcombe", "monitoring-officer", 1)]
    assert relay.count("messages") == relay.count("held") == relay.count("deliveries") == 0
    kinds = {kind for (kind,) in relay.rows("SELECT kind FROM events")}
    assert kinds == {"register:imported", "protocol:imported", "server:started"}
    everything = relay.database.read_bytes() + b"".join(line.encode() for line in relay.log)
    assert TELLTALE.encode() not in everything
    assert COUNCILLOR.encode() not in b"".join(line.encode() for line in relay.log)


async def test_in_a_mixed_message_the_protected_recipient_is_served_and_the_rest_held(relay: Relay, sink: Sink) -> None:
    mail = that_is_held(blind=(MONITORING_OFFICER,))
    answer = await deliver(relay.port, mail)
    assert answer.text.startswith("2.0.0 Held for review, reference ")
    (taken,) = sink.to(MONITORING_OFFICER.encode())
    assert taken.recipients == (MONITORING_OFFICER.encode(),)
    assert taken.below_received == mail.octets
    (held,) = await relay.waiting()
    assert held["recipients"] == [BUILDER]
    await until(lambda: sink.to(COUNCILLOR.encode()), "the author is told")
    assert sink.to(BUILDER.encode()) == []
    with closing(sqlite3.connect(relay.database)) as connection:
        trail = "\n".join(line for line in connection.iterdump() if "INSERT INTO" in line and '"documents"' not in line)
    assert "a protected channel" in trail
    assert MONITORING_OFFICER not in trail.replace(mail.octets.decode(), "")


async def test_in_a_mixed_message_the_protected_recipient_is_served_though_the_rest_cannot_be_recorded(
    relay: Relay, sink: Sink
) -> None:
    """The client tries the whole message again; nobody gets it twice."""
    mail = that_is_held(blind=(MONITORING_OFFICER,))
    with relay.locked():
        answer = await deliver(relay.port, mail)
        assert (answer.code, answer.text[:5]) == (451, "4.3.0")
        assert len(sink.to(MONITORING_OFFICER.encode())) == 1
    assert (await deliver_at_last(relay.port, mail)).is_taken
    assert len(relay.held()) == 1
    assert len(sink.to(MONITORING_OFFICER.encode())) == 1
