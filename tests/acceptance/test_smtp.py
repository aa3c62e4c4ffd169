"""What a mail server on either side sees: replies, parameters, octets, doors."""

import re

import pytest

from tests.acceptance.client import Smtp
from tests.acceptance.conftest import Town, unchanged
from tests.acceptance.mails import a_mail, mime_mail, new_id
from tests.acceptance.sink import recipients_of

D = "stotfold.example"
CLERK = f"clerk@{D}"
JANE = f"jane.smith@{D}"
RESIDENT = "resident@else.example"
BINDING = "I confirm on behalf of the council that we will resurface the car park by the end of April."
REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{3}(?:-[0-9A-HJKMNP-TV-Z]{3}){2}")


def test_what_passes_has_the_next_hops_reply_and_octets(town: Town) -> None:
    sent = a_mail(CLERK, [RESIDENT], "One\n.\n..two\n \tthree  \n\n\n", message_id=(name := new_id()))
    reply = town.send(CLERK, [RESIDENT], sent)
    assert str(reply) == "250 2.0.0 The sink has it"
    served = town.served(name, [RESIDENT])
    assert served.mail == f"MAIL FROM:<{CLERK}>"
    assert unchanged(served, sent)


@pytest.mark.parametrize(
    "oddity",
    [
        b"Content-Type: text/plain\r\n\r\n" + b"x" * 5000 + b"\r\n",
        b"Content-Type:  text/plain;charset=windows-1252\r\nX-Odd:no blank\r\n\r\n\x80\x93\xff\r\n",
        b"Subject: =?utf-8?b?////?=\r\n\r\n\r\n\r\n",
        b"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nHello\r\n--a--\r\nepilogue\r\n",
    ],
    ids=["long line", "8-bit", "odd subject", "epilogue"],
)
def test_odd_octets_of_an_officer_pass_as_they_are(town: Town, oddity: bytes) -> None:
    sent = mime_mail(CLERK, [RESIDENT], oddity, message_id=(name := new_id("odd")))
    assert str(town.send(CLERK, [RESIDENT], sent)) == "250 2.0.0 The sink has it"
    assert unchanged(town.served(name, [RESIDENT]), sent)


@pytest.mark.parametrize(
    "structure",
    [
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\nno part at all\r\n",
        b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nHello\r\n",
    ],
    ids=["no part", "two types"],
)
def test_a_structure_that_cannot_be_read_for_certain_is_held(town: Town, structure: bytes) -> None:
    sent = mime_mail(CLERK, [RESIDENT], structure, message_id=(name := new_id("odd")))
    assert town.send(CLERK, [RESIDENT], sent).held
    assert town.sink.with_id(name) == []


@pytest.mark.parametrize(
    "structure",
    [
        b"Content-Type: message/partial; id=x; number=1; total=2\r\n\r\nHello\r\n",
        b"Content-Type: message/external-body; access-type=URL\r\n\r\nContent-Type: text/plain\r\n\r\n",
    ],
    ids=["a piece", "a text elsewhere"],
)
def test_a_councillors_words_that_cannot_be_seen_are_held(town: Town, structure: bytes) -> None:
    sent = mime_mail(JANE, [RESIDENT], structure, message_id=(name := new_id("piece")))
    assert town.send(JANE, [RESIDENT], sent).held
    assert town.sink.with_id(name) == []


def test_each_recipient_has_the_next_hops_own_reply(town: Town) -> None:
    sent = a_mail(CLERK, [RESIDENT], message_id=(name := new_id()))
    with Smtp(town.doors["relay"]) as client:
        replies = client.envelope(CLERK, ["nobody@else.example", "full@else.example", RESIDENT])
        assert [str(reply) for reply in replies[1:]] == [
            "550 5.1.1 The sink knows nobody of that name",
            "452 4.2.2 The sink's mailbox is full",
            "250 2.1.5 The sink takes it",
        ]
        assert client.data(sent).code == 250
    town.served(name, [RESIDENT])


def test_the_next_hops_refusal_after_the_dot_is_passed_on(town: Town) -> None:
    sent = a_mail(CLERK, [RESIDENT], extra=["X-Sink: never"])
    assert str(town.send(CLERK, [RESIDENT], sent)) == "554 5.6.0 The sink does not like it"


def test_parameters_pass_in_their_own_writing(town: Town) -> None:
    sent = a_mail(CLERK, [RESIDENT], message_id=(name := new_id()))
    recipient = f"{RESIDENT} NOTIFY=SUCCESS,Delay ORCPT=rfc822;Resident@Else.example"
    parameters = f"BODY=8BITMIME SIZE={len(sent)} RET=HDRS ENVID=Abc123+2B"
    assert town.send(CLERK, [recipient, "two@else.example NOTIFY=NEVER"], sent, more=parameters).code == 250
    (served,) = town.sink.with_id(name)
    assert {"RET=HDRS", "ENVID=Abc123+2B"} <= set(served.mail.split())
    assert [line.split()[2:] for line in served.rcpts] == [
        ["NOTIFY=SUCCESS,Delay", "ORCPT=rfc822;Resident@Else.example"],
        ["NOTIFY=NEVER"],
    ]


def test_the_extensions_are_those_of_the_next_hop(town: Town) -> None:
    with Smtp(town.doors["relay"]) as client:
        words = {line.split()[0] for line in client.extensions}
        sizes = [line for line in client.extensions if line.startswith("SIZE")]
    assert {"8BITMIME", "SMTPUTF8", "DSN", "SIZE"} <= words
    assert words.isdisjoint({"AUTH", "CHUNKING", "BINARYMIME"})
    assert sizes == ["SIZE 52428800"]


def test_utf_8_addresses_pass(town: Town) -> None:
    sent = a_mail(CLERK, ["björn@else.example"], message_id=(name := new_id()))
    assert town.send(CLERK, ["björn@else.example"], sent, more="SMTPUTF8").code == 250
    assert town.sink.with_id(name)[0].recipients == ("björn@else.example",)


def test_held_mail_is_answered_with_a_reference_and_goes_nowhere(town: Town) -> None:
    sent = a_mail(JANE, [RESIDENT], BINDING, message_id=(name := new_id()))
    reply = town.send(JANE, [RESIDENT], sent)
    assert reply.held
    assert REFERENCE.fullmatch(reply.reference)
    assert town.sink.notices(JANE, reply.reference)
    assert town.sink.with_id(name) == []


def test_held_mail_that_is_sent_again_is_the_same_held_mail(town: Town) -> None:
    sent = a_mail(JANE, [RESIDENT], BINDING, message_id=new_id())
    first, second = (town.send(JANE, [RESIDENT], sent) for _ in range(2))
    assert str(first) == str(second)
    town.sink.notices(JANE, first.reference)
    later = town.send(JANE, [RESIDENT], a_mail(JANE, [RESIDENT], BINDING))
    assert later.reference != first.reference
    assert town.sink.notices(JANE, later.reference)
    assert len(town.sink.notices(JANE, first.reference)) == 1


@pytest.mark.parametrize("door", ["relay", "outgoing"])
@pytest.mark.parametrize("octets", [b"one\ntwo\r\n", b"one\rtwo\r\n"], ids=["LF", "CR"])
def test_a_bare_line_end_is_refused_on_the_councils_own_doors(town: Town, door: str, octets: bytes) -> None:
    sent = a_mail(CLERK, [RESIDENT], message_id=(name := new_id())) + octets
    reply = town.send(CLERK, [RESIDENT], sent, door=door)
    assert (reply.code, reply.text.split()[0]) == (550, "5.6.11")
    assert town.sink.with_id(name) == []


@pytest.mark.parametrize("door", ["incoming", "normalise"])
def test_a_bare_line_end_is_made_right_where_the_door_says_so(town: Town, door: str) -> None:
    sent = a_mail(RESIDENT, [CLERK], message_id=(name := new_id()))
    assert town.send(RESIDENT, [CLERK], sent + b"one\ntwo\r\n", door=door).code == 250
    assert unchanged(town.served(name, [CLERK]), sent + b"one\r\ntwo\r\n")


def test_a_false_end_of_data_smuggles_nothing(town: Town) -> None:
    smuggled = (
        b"\n.\r\nMAIL FROM:<x@evil.example>\r\nRCPT TO:<clerk@stotfold.example>\r\nDATA\r\nSubject: in\r\n\r\nx\r\n"
    )
    for door in ("relay", "incoming"):
        town.send(RESIDENT, [CLERK], a_mail(RESIDENT, [CLERK]) + b"end" + smuggled, door=door)
    assert town.sink.all(lambda one: "x@evil.example" in one.mail) == []


@pytest.mark.parametrize("door", ["private"])
def test_whoever_is_not_trusted_is_refused(town: Town, door: str) -> None:
    with Smtp(town.doors[door]) as client:
        replies = [client.greeting] if client.greeting.code != 220 else client.envelope(CLERK, [RESIDENT])
    assert any(500 <= reply.code < 600 for reply in replies)


def test_a_next_hop_that_is_down_is_a_reason_to_try_again(town: Town) -> None:
    reply = town.send(CLERK, [RESIDENT], a_mail(CLERK, [RESIDENT]), door="dead")
    assert (reply.code // 10, reply.text[:2]) == (45, "4.")


def test_a_message_beyond_the_doors_size_is_refused(town: Town) -> None:
    sent = a_mail(CLERK, [RESIDENT], "x" * 70 + "\n" + ("y" * 70 + "\n") * 1000, message_id=(name := new_id()))
    announced = town.send(CLERK, [RESIDENT], sent, door="outgoing", more=f"SIZE={len(sent)}")
    silent = town.send(CLERK, [RESIDENT], sent, door="outgoing")
    assert (announced.code, silent.code) == (552, 552)
    assert town.sink.with_id(name) == []


def test_several_messages_share_a_session(town: Town) -> None:
    names = [new_id("session") for _ in range(3)]
    with Smtp(town.doors["relay"]) as client:
        codes = [client.send(CLERK, [RESIDENT], a_mail(CLERK, [RESIDENT], message_id=name)).code for name in names]
        codes += [client.say("RSET").code, client.say("NOOP").code, client.say("QUIT").code]
    assert codes == [250, 250, 250, 250, 250, 221]
    assert [recipients_of(town.sink.with_id(name)) for name in names] == [[RESIDENT]] * 3


def test_a_mail_from_outside_that_binds_is_nobodys_breach(town: Town) -> None:
    sent = a_mail(RESIDENT, [CLERK], BINDING, message_id=(name := new_id()))
    for door in ("relay", "incoming"):
        assert str(town.send(RESIDENT, [CLERK], sent, door=door)) == "250 2.0.0 The sink has it"
    assert len(town.sink.with_id(name)) == 2


def test_on_an_incoming_door_nobody_is_a_councillor_whatever_is_claimed(town: Town) -> None:
    sent = a_mail(JANE, [CLERK], BINDING, message_id=(name := new_id()))
    assert str(town.send(JANE, [CLERK, f"ann.jones@{D}"], sent, door="incoming")) == "250 2.0.0 The sink has it"
    assert unchanged(town.served(name, [CLERK, f"ann.jones@{D}"]), sent)


def test_on_an_outgoing_door_the_reverse_path_or_from_tells_whose_mail_it_is(town: Town) -> None:
    by_path = town.send(JANE, [RESIDENT], a_mail("x@else.example", [RESIDENT], BINDING), door="outgoing")
    by_from = town.send("x@else.example", [RESIDENT], a_mail(JANE, [RESIDENT], BINDING), door="outgoing")
    assert (by_path.held, by_from.held) == (True, True)


@pytest.mark.parametrize(
    "kind", ["multipart/report; report-type=delivery-status", "multipart/report; report-type=disposition-notification"]
)
def test_reports_with_a_null_reverse_path_pass_untouched(town: Town, kind: str) -> None:
    inner = b"--r\r\nContent-Type: text/plain\r\n\r\nI confirm that the council will pay you.\r\n"
    machine = kind.rsplit("=")[1].encode()
    inner += b"--r\r\nContent-Type: message/" + machine + b"\r\n\r\nAction: failed\r\n\r\n--r--\r\n"
    sent = mime_mail(
        JANE, [RESIDENT], f'Content-Type: {kind}; boundary="r"\r\n\r\n'.encode() + inner, message_id=new_id()
    )
    assert str(town.send("", [RESIDENT, f"ann.jones@{D}"], sent)) == "250 2.0.0 The sink has it"


def test_automatic_replies_with_a_null_reverse_path_pass_untouched(town: Town) -> None:
    sent = a_mail(
        JANE,
        [RESIDENT],
        BINDING,
        subject="Automatic reply: Car park",
        extra=["Auto-Submitted: auto-replied"],
        message_id=(name := new_id()),
    )
    assert str(town.send("", [RESIDENT], sent)) == "250 2.0.0 The sink has it"
    assert unchanged(town.served(name, [RESIDENT]), sent)


@pytest.mark.parametrize(
    ("path", "extra"),
    [("", []), (JANE, ["Auto-Submitted: auto-generated"]), (JANE, ["List-Id: <x.example>"]), ("", ["List-Id: <x>"])],
)
def test_a_header_alone_excuses_nobody(town: Town, path: str, extra: list[str]) -> None:
    sent = a_mail(JANE, [RESIDENT], BINDING, extra=extra, message_id=(name := new_id()))
    assert town.send(path, [RESIDENT], sent).held
    assert town.sink.with_id(name) == []
