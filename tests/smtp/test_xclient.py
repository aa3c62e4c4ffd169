"""Who the account is: what listed neighbours say, and nobody else."""

from ipaddress import ip_network

from tests.smtp.dialogue import HELLO, MAIL, SENDS, TAKES, a_stage

LISTED = {"xclient": (ip_network("127.0.0.1/32"),)}
TAKEN = "S: 250 2.0.0 taken as 17\n"
CLAIM = "C: XCLIENT LOGIN=ann+2Bx ADDR=IPV6:2001:db8::1 HELO=desk.example NAME=[UNAVAILABLE]\nS: 220 ...\n"


async def test_xclient_login_names_the_account_and_the_real_client() -> None:
    async with a_stage(TAKES, **LISTED) as stage:
        await stage.talk(
            "S: 220 ...\n"
            + CLAIM
            + "C: MAIL FROM:<a@b>\nS: 503 5.5.1 ...\n"
            + SENDS.partition("gatekeeper\n")[2]
            + TAKEN
        )
    (submission,) = stage.gate.seen
    assert (submission.account, submission.peer, submission.helo) == ("ann+x", "2001:db8::1", "desk.example")


async def test_mail_auth_of_a_listed_peer_names_the_account_for_that_message_alone() -> None:
    again = TAKES.partition("SIZE 1000000\\r\\n")[2]
    talk = SENDS.replace("example>\nS: 250 2.1.0", "example> AUTH=bob+40x\nS: 250 2.1.0") + TAKEN
    async with a_stage(TAKES + again, **LISTED) as stage:
        await stage.talk(talk + SENDS[SENDS.index("C: MAIL") :] + TAKEN)
    assert [s.account for s in stage.gate.seen] == ["bob@x", ""]


async def test_an_empty_auth_leaves_the_account_of_xclient() -> None:
    talk = SENDS.partition("gatekeeper\n")[2].replace("example>\nS: 250 2.1.0", "example> AUTH=<>\nS: 250 2.1.0")
    async with a_stage(TAKES, **LISTED) as stage:
        await stage.talk("S: 220 ...\n" + CLAIM + talk + TAKEN)
    assert stage.gate.seen[0].account == "ann+x"


async def test_others_are_not_believed() -> None:
    talk = SENDS.replace("example>\nS: 250 2.1.0", "example> AUTH=bob\nS: 250 2.1.0")
    async with a_stage(TAKES) as stage:
        await stage.talk(talk.replace("C: HELO", "C: XCLIENT LOGIN=bob\nS: 554 5.7.1 ...\nC: HELO") + TAKEN)
    assert stage.gate.seen[0].account == ""


async def test_xclient_is_offered_to_listed_peers_only_and_not_within_a_transaction() -> None:
    async with a_stage(HELLO + MAIL, **LISTED) as stage:
        await stage.talk(
            "S: 220 ...\nC: EHLO c\nS: 250-gk.example\n" + "S: 250-...\n" * 6 + "S: 250 XCLIENT NAME ADDR ...\n"
            "C: XCLIENT\nS: 501 ...\nC: MAIL FROM:<a@b.example>\nS: 250 ...\nC: XCLIENT LOGIN=x\nS: 503 ...\n"
            "C: RCPT TO:<c@d.example>\nS: 250 ..."
        )


async def test_an_address_that_is_none_is_not_taken_for_the_client() -> None:
    async with a_stage(TAKES, **LISTED) as stage:
        claim = "C: XCLIENT ADDR=a)b(c LOGIN=ann\nS: 220 ...\n"
        await stage.talk("S: 220 ...\n" + claim + SENDS.partition("gatekeeper\n")[2] + TAKEN)
    assert stage.gate.seen[0].peer == "127.0.0.1"
