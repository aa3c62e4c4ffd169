"""SIGKILL on either side of every commit: no message is lost, and the record says what is not known."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.scenarios.client import LOST, Client, Mail, deliver, deliver_at_last
from tests.scenarios.mails import BUILDER, MONITORING_OFFICER, that_is_held, that_passes
from tests.scenarios.relay import CLERK, Relay, a_relay
from tests.scenarios.sink import Sink
from tests.scenarios.waiting import PATIENCE, is_running, run, until

UNKNOWN = ["message:judged", "message:outcome-unknown"]
RELAYED = ["message:judged", "message:relayed"]


@asynccontextmanager
async def a_client_that_waits(relay: Relay, mail: Mail) -> AsyncIterator[Client]:
    """A client that has sent everything and has not read the reply to the final dot."""
    client = await Client.connect(relay.port)
    try:
        answer = await client.envelope(mail)
        assert answer.code == 354
        client.content(mail)
        yield client
    finally:
        await client.close()


async def arrivals(sink: Sink, mail: Mail, count: int) -> None:
    """The message came so many times, whole each time."""
    assert [t.below_received for t in sink.taken] == [mail.octets] * count


async def test_killed_before_the_judgement_is_committed_the_message_goes_at_the_retry(relay: Relay, sink: Sink) -> None:
    mail = that_passes()
    with relay.locked():
        async with a_client_that_waits(relay, mail):
            await relay.idle()
            assert sink.before_data.arrivals == 0
            await relay.kill()
    await relay.start()
    assert relay.count("messages") == 0
    assert (await deliver_at_last(relay.port, mail)).is_taken
    await arrivals(sink, mail, 1)
    assert relay.references("relayed") != []


async def test_killed_between_judgement_and_final_dot_the_outcome_is_unknown_and_the_retry_arrives(
    relay: Relay, sink: Sink
) -> None:
    mail = that_passes()
    sink.before_data.shut()
    async with a_client_that_waits(relay, mail):
        await until(lambda: sink.before_data.arrivals, "the next hop is asked to take the message")
        (reference,) = relay.references("open")
        await relay.kill()
    sink.before_data.open()
    await relay.start()
    assert relay.references("unknown") == [reference]
    assert relay.kinds(reference) == UNKNOWN
    assert (await deliver_at_last(relay.port, mail)).is_taken
    await arrivals(sink, mail, 1)
    (again,) = relay.references("relayed")
    assert relay.kinds(again) == RELAYED


async def test_killed_after_the_next_hop_took_it_the_outcome_is_unknown_and_the_retry_is_a_second_copy(
    relay: Relay, sink: Sink
) -> None:
    mail = that_passes()
    sink.before_dot.shut()
    async with a_client_that_waits(relay, mail):
        await until(lambda: sink.before_dot.arrivals, "the next hop has the final dot")
        with relay.locked():
            sink.before_dot.open()
            await until(lambda: sink.answered, "the next hop says 250")
            await relay.idle()
            await relay.kill()
    await relay.start()
    (reference,) = relay.references("unknown")
    assert relay.kinds(reference) == UNKNOWN
    assert (await deliver_at_last(relay.port, mail)).is_taken
    await arrivals(sink, mail, 2)


async def test_an_outcome_that_cannot_be_committed_does_not_keep_the_client_waiting(relay: Relay, sink: Sink) -> None:
    sink.before_dot.shut()
    async with a_client_that_waits(relay, that_passes()) as client:
        await until(lambda: sink.before_dot.arrivals, "the next hop has the final dot")
        with relay.locked():
            sink.before_dot.open()
            assert (await client.reply()).is_taken
    assert relay.has_logged("outcome not recorded")
    await relay.stop()
    await relay.start()
    (reference,) = relay.references("unknown")
    assert relay.kinds(reference) == UNKNOWN


async def test_killed_after_the_hold_is_committed_the_retry_gets_the_same_reference(tmp_path: Path, sink: Sink) -> None:
    """The relay process is stopped while its writer commits, so that the 250 cannot have been sent."""
    mail = that_is_held()
    async with a_relay(tmp_path, sink.port, processes=2) as relay:
        children = relay.pids()[1:]
        with relay.locked():
            async with a_client_that_waits(relay, mail):
                await relay.idle()
                for child in children:
                    os.kill(child, signal.SIGSTOP)
        await until(lambda: relay.count("held"), "the hold is committed")
        await relay.kill()
        await relay.start()
        (reference,) = relay.held()
        answer = await deliver_at_last(relay.port, mail)
        assert answer.text == f"2.0.0 Held for review, reference {reference}"
        assert relay.held() == [reference]
        assert relay.kinds(reference)[:2] == ["message:judged", "message:held"]
        await until(lambda: len(sink.taken) == 1, "the author is told")
    assert sink.to(BUILDER.encode()) == []


async def test_killed_before_the_hold_is_committed_the_message_is_held_at_the_retry(relay: Relay) -> None:
    mail = that_is_held()
    with relay.locked():
        async with a_client_that_waits(relay, mail):
            await relay.idle()
            await relay.kill()
    await relay.start()
    assert relay.count("held") == 0
    assert (await deliver_at_last(relay.port, mail)).is_taken
    assert relay.count("held") == 1


async def a_held_message(relay: Relay, sink: Sink, mail: Mail) -> str:
    """Its reference; its author has been told by now."""
    assert (await deliver(relay.port, mail)).is_taken
    (reference,) = relay.held()
    await until(lambda: "notice:sent" in relay.kinds(reference), "the author is told")
    return reference


async def release(relay: Relay, reference: str) -> None:
    await relay.gatekeeper("queue", "release", reference, "--by", CLERK)


async def test_a_release_decided_while_nothing_runs_goes_once(relay: Relay, sink: Sink) -> None:
    mail = that_is_held()
    reference = await a_held_message(relay, sink, mail)
    await relay.kill()
    await release(relay, reference)
    assert sink.to(BUILDER.encode()) == []
    await relay.start()
    await until(lambda: "held:sent" in relay.kinds(reference), "it goes")
    assert "delivery:maybe-twice" not in relay.kinds(reference)
    (copy,) = sink.to(BUILDER.encode())
    assert copy.below_received == mail.octets


async def test_killed_while_a_release_is_under_way_it_goes_again_and_says_maybe_twice(relay: Relay, sink: Sink) -> None:
    mail = that_is_held()
    reference = await a_held_message(relay, sink, mail)
    sink.before_dot.shut()
    arrived = sink.before_dot.arrivals
    await release(relay, reference)
    await until(lambda: sink.before_dot.arrivals > arrived, "the next hop has the final dot")
    await relay.kill()
    sink.before_dot.open()
    await _released_again(relay, sink, mail, reference)


async def test_killed_after_the_next_hop_took_a_release_it_goes_again_and_says_maybe_twice(
    relay: Relay, sink: Sink
) -> None:
    mail = that_is_held()
    reference = await a_held_message(relay, sink, mail)
    sink.before_dot.shut()
    arrived, answered = sink.before_dot.arrivals, sink.answered
    await release(relay, reference)
    await until(lambda: sink.before_dot.arrivals > arrived, "the next hop has the final dot")
    with relay.locked():
        sink.before_dot.open()
        await until(lambda: sink.answered > answered, "the next hop says 250")
        await relay.idle()
        await relay.kill()
    await _released_again(relay, sink, mail, reference)


async def _released_again(relay: Relay, sink: Sink, mail: Mail, reference: str) -> None:
    """After a new start: sent once more as it was, said to be perhaps a second copy, and decided once."""
    await relay.start()
    await until(lambda: "held:sent" in relay.kinds(reference), "it goes again")
    kinds = relay.kinds(reference)
    assert kinds.count("held:released") == kinds.count("held:sent") == kinds.count("delivery:maybe-twice") == 1
    assert kinds.index("delivery:maybe-twice") < kinds.index("held:sent")
    copies = sink.to(BUILDER.encode())
    assert {c.below_received for c in copies} == {mail.octets}
    assert [state for (state,) in relay.rows("SELECT state FROM held")] == ["released"]


async def test_clients_whose_relay_dies_again_and_again_lose_nothing(relay: Relay, sink: Sink) -> None:
    """Twenty clients retry through three kills at no particular moment."""
    mails = [that_passes(f"p{n}") for n in range(14)] + [that_is_held(f"h{n}") for n in range(6)]
    sending = [asyncio.create_task(deliver_at_last(relay.port, mail)) for mail in mails]
    for wanted in (1, 4, 8):
        await until(lambda wanted=wanted: len(sink.came) >= wanted, "some have arrived")
        await relay.kill()
        await relay.start()
    answers = await asyncio.gather(*sending)
    assert all(answer.is_taken for answer in answers)
    arrived = {t.message_id for t in sink.taken}
    assert {f"<p{n}@test.example>" for n in range(14)} <= arrived
    held = [id for (id,) in relay.rows("SELECT message_id FROM held ORDER BY message_id")]
    assert held == [f"<h{n}@test.example>" for n in range(6)]
    assert relay.references("open") == []


async def test_killed_while_a_protected_recipient_is_served_the_rest_is_held_at_the_retry(
    relay: Relay, sink: Sink
) -> None:
    mail = that_is_held(blind=(MONITORING_OFFICER,))
    sink.before_dot.shut()
    async with a_client_that_waits(relay, mail):
        await until(lambda: sink.before_dot.arrivals, "the next hop has the final dot")
        assert relay.rows("SELECT state FROM held") == [("pending",)]
        await relay.kill()
    sink.before_dot.open()
    await relay.start()
    assert await relay.waiting() == []
    answer = await deliver_at_last(relay.port, mail)
    (held,) = await relay.waiting()
    assert answer.text.endswith(held["reference"])
    assert len(relay.held()) == 1
    assert {t.below_received for t in sink.to(MONITORING_OFFICER.encode())} == {mail.octets}
    assert sink.to(BUILDER.encode()) == []


async def test_asked_to_stop_it_finishes_what_is_under_way(relay: Relay, sink: Sink) -> None:
    mail = that_passes()
    idle = await Client.connect(relay.port)
    sink.before_dot.shut()
    async with a_client_that_waits(relay, mail) as client:
        await until(lambda: sink.before_dot.arrivals, "the next hop has the final dot")
        stopping = asyncio.create_task(relay.stop())
        assert (await idle.reply()).code == 421
        assert await deliver(relay.port, mail) == LOST
        sink.before_dot.open()
        assert (await client.reply()).is_taken
        await asyncio.wait_for(stopping, PATIENCE)
    await idle.close()
    (reference,) = relay.references("relayed")
    assert relay.kinds(reference) == RELAYED
    await arrivals(sink, mail, 1)


async def test_a_second_gatekeeper_on_the_same_database_does_not_start(relay: Relay, sink: Sink) -> None:
    """It would take what the first is doing for left over from a crash."""
    sink.before_dot.shut()
    async with a_client_that_waits(relay, that_passes()) as client:
        await until(lambda: sink.before_dot.arrivals, "the next hop has the final dot")
        status, _, err = await run(*relay.command, "serve")
        assert (status, "Another gatekeeper works on" in err) == (2, True)
        sink.before_dot.open()
        assert (await client.reply()).is_taken
    (reference,) = relay.references("relayed")
    assert relay.kinds(reference) == RELAYED


async def test_a_relay_process_that_is_killed_is_started_again(tmp_path: Path, sink: Sink) -> None:
    async with a_relay(tmp_path, sink.port, processes=2) as relay:
        before = set(relay.pids())
        os.kill(relay.pids()[1], signal.SIGKILL)
        await until(lambda: len(set(relay.pids()) - before) == 1, "another is started")
        mails = [that_passes(f"p{n}") for n in range(20)]
        answers = await asyncio.gather(*(deliver_at_last(relay.port, mail) for mail in mails))
        assert all(answer.is_taken for answer in answers)
    assert sorted(t.below_received for t in sink.taken) == sorted(mail.octets for mail in mails)


async def test_relay_processes_whose_parent_is_killed_end_too(tmp_path: Path, sink: Sink) -> None:
    """They could record nothing any more, and would take clients away from those that are started next."""
    async with a_relay(tmp_path, sink.port, processes=2) as relay:
        children = relay.pids()[1:]
        await relay.kill(parent_only=True)
        await until(lambda: not any(is_running(child) for child in children), "the relay processes end")
        await relay.start()
        assert (await deliver(relay.port, that_passes())).is_taken
    assert len(sink.taken) == 1
