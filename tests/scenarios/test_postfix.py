"""A real Postfix hands its mail to gatekeeper, and gets back what may pass."""

import re
from pathlib import Path

from tests.scenarios.client import deliver
from tests.scenarios.compare import edits
from tests.scenarios.mails import BLIND, BUILDER, COUNCILLOR, RESIDENT, that_is_disclosed, that_is_held, that_passes
from tests.scenarios.postfix import Delivered, Postfix, a_postfix, program
from tests.scenarios.relay import CLERK, Relay, a_relay
from tests.scenarios.sink import Sink
from tests.scenarios.waiting import free_port, run, until

FOOTER = b"CC Councillor Ravi Patel"
SESSIONS, MESSAGES = 20, 400


def received_by(octets: bytes) -> list[str]:
    """Who put the Received fields on top, the last first."""
    fields = re.sub(rb"\r\n[ \t]+", b" ", octets.partition(b"\r\n\r\n")[0]).split(b"\r\n")
    names = []
    for line in fields:
        if not line.startswith(b"Received:"):
            break
        found = re.search(rb" by (\S+)", line)
        assert found is not None
        names.append(found[1].decode())
    return names


def below(octets: bytes, fields: int) -> bytes:
    """What stands below so many fields."""
    for _ in range(fields):
        octets = re.sub(rb"\A[^\r]*\r\n(?:[ \t][^\r]*\r\n)*", b"", octets)
    return octets


def to(postfix: Postfix, address: str) -> list[Delivered]:
    return [d for d in postfix.delivered() if d.recipient == address]


async def test_what_passes_comes_out_byte_for_byte_below_one_received(sink: Sink, relay: Relay) -> None:
    mail = that_passes()
    async with a_postfix(relay.port) as postfix:
        assert (await deliver(postfix.front, mail)).is_taken
        await until(lambda: sink.taken, "it arrives")
        await until(lambda: not postfix.queued(), "Postfix is done with it")
    (taken,) = sink.taken
    assert received_by(taken.octets) == ["relay.ashcombe.example", "mx.ashcombe.example"]
    assert below(taken.octets, 2) == mail.octets
    assert (taken.mail_from, taken.recipients) == (mail.mail_from, mail.recipients)


async def test_postfix_keeps_the_mail_while_the_next_hop_is_down_and_delivers_it_once(sink: Sink, relay: Relay) -> None:
    mail = that_passes()
    await sink.stop()
    async with a_postfix(relay.port) as postfix:
        assert (await deliver(postfix.front, mail)).is_taken
        await until(postfix.deferred, "Postfix keeps it")
        assert "451 4.4.1" in postfix.log()
        await sink.start()
        await postfix.flush()
        await until(lambda: not postfix.queued(), "it goes")
    (taken,) = sink.taken
    assert below(taken.octets, 2) == mail.octets


async def test_postfix_loses_nothing_when_the_relay_is_killed_at_the_final_dot(sink: Sink, relay: Relay) -> None:
    mail = that_passes()
    async with a_postfix(relay.port) as postfix:
        sink.before_dot.shut()
        assert (await deliver(postfix.front, mail)).is_taken
        await until(lambda: sink.before_dot.arrivals, "the next hop has the final dot")
        await relay.kill()
        sink.before_dot.open()
        await until(postfix.deferred, "Postfix keeps it")
        await relay.start()
        await postfix.flush()
        await until(lambda: not postfix.queued(), "it goes")
    assert {below(t.octets, 2) for t in sink.taken} == {mail.octets}
    assert len(relay.references("unknown")) == len(relay.references("relayed")) == 1


async def test_when_the_next_hop_hangs_up_after_the_final_dot_postfix_sends_it_again(sink: Sink, relay: Relay) -> None:
    """Nobody knows whether that next hop took it: twice is better than never."""
    mail = that_passes()
    sink.at_dot.append(b"")
    async with a_postfix(relay.port) as postfix:
        assert (await deliver(postfix.front, mail)).is_taken
        await until(postfix.deferred, "Postfix keeps it")
        assert "451 4.4.2" in postfix.log()
        await postfix.flush()
        await until(lambda: not postfix.queued(), "it goes")
    assert [below(t.octets, 2) for t in sink.came] == [mail.octets] * 2
    assert len(relay.references("unknown")) == len(relay.references("relayed")) == 1


async def test_mail_passes_is_disclosed_held_and_released_through_postfix(tmp_path: Path) -> None:
    back = free_port()
    async with a_relay(tmp_path, back) as relay, a_postfix(relay.port, back=back) as postfix:
        await _passes(postfix)
        await _is_disclosed(postfix)
        await _is_held_and_released(postfix, relay)


async def _passes(postfix: Postfix) -> None:
    mail = that_passes()
    assert (await deliver(postfix.front, mail)).is_taken
    (copy,) = await until(lambda: to(postfix, RESIDENT), "it is delivered")
    assert received_by(copy.octets) == ["mx.ashcombe.example", "relay.ashcombe.example", "mx.ashcombe.example"]
    assert below(copy.octets, 3) == mail.octets


async def _is_disclosed(postfix: Postfix) -> None:
    """To the visible and to the blind recipient alike."""
    mail = that_is_disclosed()
    before = len(to(postfix, RESIDENT))
    assert (await deliver(postfix.front, mail)).is_taken
    await until(lambda: len(to(postfix, RESIDENT)) > before and to(postfix, BLIND), "both copies are delivered")
    (blind,) = to(postfix, BLIND)
    changed = edits(mail.octets, below(blind.octets, 3))
    assert [e.kind for e in changed] == ["text/plain", "text/html"]
    assert all(FOOTER in e.inserted for e in changed)
    restored = below(blind.octets, 3)
    for edit in changed:
        restored = restored.replace(edit.inserted, b"")
    assert restored == mail.octets
    assert any(below(c.octets, 3) == below(blind.octets, 3) for c in to(postfix, RESIDENT))


async def _is_held_and_released(postfix: Postfix, relay: Relay) -> None:
    mail = that_is_held()
    assert (await deliver(postfix.front, mail)).is_taken
    (notice,) = await until(lambda: to(postfix, COUNCILLOR), "the author is told")
    (held,) = await relay.waiting()
    reference = held["reference"]
    assert reference.encode() in notice.octets
    assert f"250 2.0.0 Held for review, reference {reference}" in postfix.log()
    assert (held["state"], held["sender"], held["recipients"]) == ("waiting", COUNCILLOR, [BUILDER])
    assert to(postfix, BUILDER) == []
    await relay.gatekeeper("queue", "release", reference, "--by", CLERK)
    (copy,) = await until(lambda: to(postfix, BUILDER), "it is released")
    assert received_by(copy.octets) == ["mx.ashcombe.example", "relay.ashcombe.example", "mx.ashcombe.example"]
    assert below(copy.octets, 3) == mail.octets
    await until(lambda: len(to(postfix, COUNCILLOR)) == 2, "the author is told again")
    assert await relay.waiting() == []


async def test_under_load_every_message_arrives_once_and_is_on_record(tmp_path: Path) -> None:
    """Two relay processes that record through one writer into SQLite."""
    back = free_port()
    async with a_relay(tmp_path, back, processes=2) as relay, a_postfix(relay.port, back=back) as postfix:
        load = ("-s", SESSIONS, "-m", MESSAGES, "-f", "clerk@ashcombe.example", "-t", RESIDENT, "-l", 3000)
        status, _, err = await run(program("smtp-source"), *load, f"inet:127.0.0.1:{postfix.front}")
        assert status == 0, err
        await until(lambda: len(postfix.delivered()) >= MESSAGES, "all arrive", 60)
        await until(lambda: not postfix.queued(), "Postfix is done with them")
        ids = [d.octets.partition(b"Message-Id: ")[2].partition(b"\r\n")[0] for d in postfix.delivered()]
        assert len(ids) == len(set(ids)) == MESSAGES
        await until(lambda: relay.count("messages", outcome="relayed") == MESSAGES, "all outcomes are recorded")
        sql = "SELECT kind, count(DISTINCT reference), count(*) FROM events WHERE kind LIKE 'message:%' GROUP BY kind"
        expected = [(kind, MESSAGES, MESSAGES) for kind in ("message:judged", "message:relayed")]
        assert sorted(relay.rows(sql)) == expected
