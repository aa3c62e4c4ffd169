"""What the next hop says is what the client hears, and what the record says."""

from tests.scenarios.client import LOST, Client, a_mail, deliver
from tests.scenarios.mails import CLERK_ADDRESS, RESIDENT, that_passes
from tests.scenarios.relay import Relay
from tests.scenarios.sink import Sink

OTHER = "other@mail.example"


async def test_the_next_hops_replies_reach_the_client(relay: Relay, sink: Sink) -> None:
    mail = that_passes()
    sink.at_dot.extend([b"452 4.3.1 no room", b"554 5.6.0 not like this", b"250 2.0.0 queued as 4711"])
    said = [await deliver(relay.port, mail) for _ in range(3)]
    assert [f"{a.code} {a.text}" for a in said] == [
        "452 4.3.1 no room",
        "554 5.6.0 not like this",
        "250 2.0.0 queued as 4711",
    ]
    assert [t.below_received for t in sink.came] == [mail.octets] * 3
    outcomes = relay.rows("SELECT outcome, count(*) FROM messages GROUP BY outcome ORDER BY outcome")
    assert outcomes == [("deferred", 1), ("refused", 1), ("relayed", 1)]
    for outcome, event in (("deferred", "not-relayed"), ("refused", "not-relayed"), ("relayed", "relayed")):
        (reference,) = relay.references(outcome)
        assert relay.kinds(reference) == ["message:judged", f"message:{event}"]


async def test_a_recipient_whom_the_next_hop_refuses_is_refused_to_the_client_and_the_others_are_served(
    relay: Relay, sink: Sink
) -> None:
    sink.refused[RESIDENT.encode()] = b"550 5.1.1 no such user"
    mail = a_mail(CLERK_ADDRESS, (OTHER,), "The agenda is on the website.\n")
    client = await Client.connect(relay.port)
    await client.say(b"MAIL FROM:<clerk@ashcombe.example>")
    refused = await client.say(b"RCPT TO:<resident@mail.example>")
    assert f"{refused.code} {refused.text}" == "550 5.1.1 no such user"
    assert (await client.say(b"RCPT TO:<other@mail.example>")).is_taken
    assert (await client.say(b"DATA")).code == 354
    client.content(mail)
    assert (await client.reply()).is_taken
    await client.close()
    (taken,) = sink.taken
    assert taken.recipients == (OTHER.encode(),)
    assert taken.below_received == mail.octets


async def test_while_the_next_hop_is_down_the_client_is_told_to_keep_its_mail(relay: Relay, sink: Sink) -> None:
    await sink.stop()
    answer = await deliver(relay.port, that_passes())
    assert (answer.code, answer.text[:5]) == (451, "4.4.1")
    await sink.start()
    assert (await deliver(relay.port, that_passes())).is_taken
    await relay.stop()
    assert await deliver(relay.port, that_passes()) == LOST
    assert len(sink.taken) == 1
