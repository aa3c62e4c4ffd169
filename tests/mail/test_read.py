"""A message read from its octets."""

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.message import Automatic, Message, Text, Unreadable, Where, Zone
from gatekeeper.mail.read import read
from gatekeeper.mail.texts import MAX_TEXT
from tests.mail.corpus import mails

HEAD = (
    b"From: Jane Smith <jane@c.example>\r\nTo: Bob <bob@b.example>\r\nCc: ann@c.example\r\n"
    b"Subject: =?utf-8?q?Caf=C3=A9?=\r\nDate: Tue, 3 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@c.example>\r\n"
    b"In-Reply-To: <0@b.example>\r\nReferences: <x@b.example>\r\n <0@b.example>\r\nMIME-Version: 1.0\r\n"
)


def a_message(raw: bytes, texts: bool = True) -> Message:
    found = read(raw, texts)
    assert isinstance(found, Message)
    return found


def of_type(content_type: str, body: bytes, *more: str) -> Message:
    fields = "".join(f"{line}\r\n" for line in (f"Content-Type: {content_type}", *more))
    return a_message(HEAD + fields.encode() + b"\r\n" + body)


def mixed(*parts: str, kind: str = "mixed") -> Message:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    return of_type(f"multipart/{kind}; boundary=b", body.encode("utf-8"))


def bodies(message: Message) -> list[tuple[Where, str, str]]:
    return [(t.where, t.name, t.text.strip()) for t in message.texts if t.where is not Where.SUBJECT]


def covered(texts: tuple[Text, ...]) -> None:
    for text in texts:
        assert "".join(text.text[s.start : s.end] for s in text.stretches) == text.text
        assert [s.start for s in text.stretches[1:]] == [s.end for s in text.stretches[:-1]]


def test_the_header_is_read() -> None:
    found = a_message(HEAD + b"\r\nHello\r\n")
    assert (found.subject, found.message_id, found.in_reply_to) == ("Café", "<1@c.example>", ("<0@b.example>",))
    assert found.references == ("<x@b.example>", "<0@b.example>")
    assert [str(a) for a in found.visible] == ["bob@b.example", "ann@c.example"]
    assert [(str(b.address), b.name) for b in found.from_] == [("jane@c.example", "Jane Smith")]
    assert found.date == "Tue, 3 Mar 2026 10:00:00 +0000"
    assert found.sender is None


def test_without_texts_everything_of_the_header_is_the_same() -> None:
    raw = HEAD + b"Content-Type: text/html\r\n\r\n<p>Hello\r\n"
    full, quick = a_message(raw), a_message(raw, texts=False)
    assert quick.texts == ()
    assert (quick.visible, quick.from_, quick.subject, quick.root) == (
        full.visible,
        full.from_,
        full.subject,
        full.root,
    )


def test_two_from_fields_are_both_read_and_noted() -> None:
    found = a_message(b"From: a@x.example\r\nFrom: b@x.example\r\nTo: c@x.example\r\nTo: d@x.example\r\n\r\nx\r\n")
    assert [str(b.address) for b in found.from_] == ["a@x.example", "b@x.example"]
    assert [str(b.address) for b in found.to] == ["c@x.example", "d@x.example"]
    assert [str(a) for a in found.visible] == ["c@x.example"]
    assert {"more than one From field", "more than one To field"} <= set(found.notes)


def test_every_subject_field_is_a_text() -> None:
    found = a_message(b"Subject: one\r\nSubject: two\r\n\r\nx\r\n")
    assert [t.text for t in found.texts if t.where is Where.SUBJECT] == ["one", "two"]


@pytest.mark.parametrize(
    ("content_type", "encoding", "body", "expected"),
    [
        ("text/plain; charset=utf-8", "8bit", "Café £5".encode(), "Café £5"),
        ("text/plain; charset=iso-8859-1", "8bit", b"Caf\xe9 \xa35 \x80", "Café £5 €"),
        ("text/plain", "7bit", b"Caf\xe9 \xa35", "Café £5"),
        ("text/plain; charset=us-ascii", "7bit", "Café £5".encode(), "Café £5"),
        ("text/plain; charset=utf-8", "quoted-printable", b"Caf=C3=A9 =\r\n=C2=A35", "Café £5"),
        ("text/plain; charset=utf-8", "base64", base64.encodebytes("Café £5".encode()), "Café £5"),
        ("text/plain; charset=utf-8", "base64", b"Q2Fmw6k=wqM1", "Café£5"),
        ("text/plain; charset=x-unknown", "7bit", b"plain", "plain"),
        ("text/plain; charset=utf-16", "base64", base64.encodebytes("Café £5".encode("utf-16")), "Café £5"),
        ("text/plain; charset=iso-2022-jp", "7bit", "日本".encode("iso-2022-jp"), "日本"),
        ("text/plain; charset=ks_c_5601-1987", "8bit", "한국".encode("cp949"), "한국"),
        ("text/plain; charset=windows-874", "8bit", "ไทย".encode("cp874"), "ไทย"),
    ],
)
def test_text_is_decoded(content_type: str, encoding: str, body: bytes, expected: str) -> None:
    found = of_type(content_type, body, f"Content-Transfer-Encoding: {encoding}")
    assert bodies(found) == [(Where.BODY, "", expected)]
    assert found.unread == ()


def test_a_text_can_always_be_stored() -> None:
    found = of_type("text/plain; charset=utf-7; name*=utf-7''%2b2AA-%0aX", b"acc\0ept +2AA- it")
    for text in found.texts:
        assert "\0" not in text.text + text.name
        assert (text.text + text.name).encode("utf-8")
    assert "accept" in found.all_text


def test_an_html_text_may_name_its_own_character_set() -> None:
    body = '<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>Да'.encode("koi8-r")
    assert bodies(of_type("text/html", body, "Content-Transfer-Encoding: 8bit")) == [(Where.HTML, "", "Да")]


@pytest.mark.parametrize(
    ("content_type", "encoding", "why"),
    [
        ("text/plain; charset=nobody-knows", "8bit", "unknown or wrong character set"),
        ("text/plain; charset=punycode", "8bit", "unknown or wrong character set"),
        ("text/plain; charset=base64", "8bit", "unknown or wrong character set"),
        ("text/plain; charset=euc-jp", "8bit", "unknown or wrong character set"),
        ("text/plain", "x-uuencode", "unknown transfer encoding"),
    ],
)
def test_a_text_that_is_only_guessed_at_is_named(content_type: str, encoding: str, why: str) -> None:
    found = of_type(content_type, b"Caf\xe9 x", f"Content-Transfer-Encoding: {encoding}")
    assert bodies(found) == [(Where.BODY, "", "Café x")]
    assert ("body", why) in found.unread


def test_both_alternatives_give_a_text() -> None:
    found = mixed(
        "Content-Type: text/plain\r\n\r\nI accept.",
        "Content-Type: text/html\r\n\r\n<title>t</title><p>I do not.<i hidden>But do",
        kind="alternative",
    )
    assert bodies(found) == [
        (Where.BODY, "", "I accept."),
        (Where.HTML, "", "I do not."),
        (Where.HTML_HIDDEN, "", "t\nBut do"),
    ]


def test_text_attachments_are_texts_and_others_are_named() -> None:
    found = mixed(
        "Content-Type: text/plain\r\n\r\nSee attached.",
        "Content-Type: text/csv; name=a.csv\r\n\r\na,b",
        'Content-Type: text/html\r\nContent-Disposition: attachment; filename="b.html"\r\n\r\n<p>Hi',
        "Content-Type: application/pdf; name=c.pdf\r\n\r\nx",
        "Content-Type: image/png\r\n\r\nx",
    )
    assert bodies(found)[1:] == [(Where.ATTACHMENT, "a.csv", "a,b"), (Where.ATTACHMENT, "b.html", "Hi")]
    assert found.attachments == ("c.pdf", "image/png")


def test_a_forwarded_message_is_forwarded_text() -> None:
    inner = "Subject: Old\r\nContent-Type: text/html\r\n\r\n<p>I accept."
    found = mixed("Content-Type: text/plain\r\n\r\nFYI", f"Content-Type: message/rfc822\r\n\r\n{inner}")
    assert bodies(found)[1:] == [(Where.FORWARDED, "", "Old"), (Where.FORWARDED, "", "I accept.")]
    assert {s.zone for t in found.texts if t.where is Where.FORWARDED for s in t.stretches} == {Zone.FORWARDED}
    assert found.subject == "Café"


@pytest.mark.parametrize("subject", ["Fwd: roof", "FW: roof", "Re: Fw: roof", "Ymlaen: to"])
def test_the_subject_tells_a_forward_from_a_reply(subject: str) -> None:
    body = "See below\r\n\r\nFrom: Bob\r\nSent: 3 March\r\nTo: Jane\r\n\r\nI accept.\r\n"
    found = a_message(f"Subject: {subject}\r\n\r\n{body}".encode())
    assert found.texts[-1].stretches[-1].zone is Zone.FORWARDED


@pytest.mark.parametrize(
    ("content_type", "signed", "encrypted"),
    [
        ("multipart/signed; boundary=b", True, False),
        ("multipart/encrypted; boundary=b", False, True),
        ("application/pkcs7-mime; smime-type=signed-data", True, False),
        ("application/pkcs7-mime; smime-type=enveloped-data", False, True),
        ("application/x-pkcs7-mime", False, True),
        ("text/plain", False, False),
    ],
)
def test_signed_and_encrypted_mail_is_known_by_its_type(content_type: str, signed: bool, encrypted: bool) -> None:
    found = of_type(content_type, b"--b\r\n\r\nx\r\n--b--\r\n")
    assert (found.signed, found.encrypted) == (signed, encrypted)
    assert (("body", "encrypted") in found.unread) is encrypted


@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_inline_pgp_is_found_in_the_decoded_text(encoding: str) -> None:
    def armoured(kind: str) -> Message:
        text = f"-----BEGIN PGP {kind}-----\r\n\r\nx\r\n".encode()
        body = base64.encodebytes(text) if encoding == "base64" else text
        return of_type("text/plain", body, f"Content-Transfer-Encoding: {encoding}")

    assert armoured("SIGNED MESSAGE").signed
    assert armoured("MESSAGE").encrypted
    assert not armoured("SIGNED MESSAGE").encrypted


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("Content-Type: multipart/report; boundary=b", Automatic.REPORT),
        ("Content-Type: message/disposition-notification", Automatic.REPORT),
        ("Auto-Submitted: auto-replied", Automatic.REPLY),
        ("Auto-Submitted: auto-generated; x=y", Automatic.REPLY),
        ("Auto-Submitted: no", Automatic.NO),
        ("Precedence: auto_reply", Automatic.REPLY),
        ("X-Autoreply: yes", Automatic.REPLY),
        ("Content-Type: text/calendar; method=REPLY", Automatic.CALENDAR),
        ("Content-Type: text/calendar; method=REQUEST", Automatic.NO),
        ("Precedence: bulk", Automatic.NO),
    ],
)
def test_automatic_mail_is_recognised(fields: str, expected: Automatic) -> None:
    assert a_message(HEAD + fields.encode() + b"\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n").automatic is expected


def test_a_calendar_reply_is_known_by_its_body_too() -> None:
    found = mixed("Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR")
    assert found.automatic is Automatic.CALENDAR


def test_a_report_attached_to_a_mail_does_not_make_it_automatic() -> None:
    report = "Content-Type: multipart/report; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--"
    assert mixed("Content-Type: text/plain\r\n\r\nI accept.", report).automatic is Automatic.NO


@pytest.mark.parametrize(
    "fields",
    [
        "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64",
        "Content-Type: text/plain\r\nContent-Type: text/html",
        "Content-Type: multipart/mixed",
        "this line is no field",
        "Cc: x@y.example\r\n \r\nX: y",
    ],
)
def test_parts_that_programs_read_differently_are_named(fields: str) -> None:
    found = a_message(HEAD + fields.encode() + b"\r\n\r\nI accept.\r\n")
    assert "structure" in {name for name, _ in found.unread}
    assert "I accept." in found.all_text


@pytest.mark.parametrize("kind", ["message/partial; id=x; number=1", "application/ms-tnef; name=winmail.dat"])
def test_a_text_that_is_elsewhere_is_named(kind: str) -> None:
    assert of_type(kind, b"x\r\n").unread


def test_too_much_text_makes_a_message_unreadable() -> None:
    found = read(HEAD + b"\r\n" + b"word \r\n" * (MAX_TEXT // 7 + 1))
    assert isinstance(found, Unreadable)
    assert found.reason == "The text is longer than 2048 KiB."
    assert (found.subject, found.message_id, len(found.from_)) == ("Café", "<1@c.example>", 1)


def test_a_long_text_attachment_is_only_named() -> None:
    found = mixed(
        "Content-Type: text/plain\r\n\r\nHi", "Content-Type: text/csv; name=a.csv\r\n\r\n" + "a" * (MAX_TEXT + 1)
    )
    assert found.unread == (("a.csv", "too long to be read"),)
    assert bodies(found) == [(Where.BODY, "", "Hi")]


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\n" + b"X: y\r\n" * 1001 + b"\r\n",
        b"From: a@b.example\r\nX: " + b"y" * (300 * 1024) + b"\r\n\r\n",
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=" + b"b" * 2049 + b"\r\n\r\n",
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 1001,
        b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 51 + b"x",
    ],
)
def test_what_is_beyond_a_limit_is_unreadable_with_one_sentence(raw: bytes) -> None:
    found = read(raw)
    assert isinstance(found, Unreadable)
    assert found.reason.endswith(".")
    assert "a@b" not in found.reason


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"\n", b"x", b"\0", b":", b": \r\n\r\n", b"\xff\xfe", b"From \r\n\r\n", b"--"]
)
def test_scraps_are_read(raw: bytes) -> None:
    covered(a_message(raw).texts)


CORPUS = dict(mails())


def test_every_mail_of_the_corpus_is_read() -> None:
    unreadable = set()
    for name, raw in CORPUS.items():
        found = read(raw)
        if isinstance(found, Unreadable):
            unreadable.add(found.reason)
        else:
            covered(found.texts)
            body = raw[found.root.body.start : found.root.body.end]
            shown = found.root.type == "text/plain" and body.strip(b"\r\n\t \x00")
            assert not shown or any(t.where in (Where.BODY, Where.ATTACHMENT) for t in found.texts), name
    assert unreadable <= {"A header is longer than 256 KiB.", "A boundary is longer than 2048 octets."}


def test_headers_alone_agree_with_the_whole_over_the_corpus() -> None:
    for name, raw in CORPUS.items():
        full, quick = read(raw), read(raw, texts=False)
        assert type(full) is type(quick), name
        if isinstance(full, Message) and isinstance(quick, Message):
            assert (full.visible, full.from_, full.message_id) == (quick.visible, quick.from_, quick.message_id), name


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(n for n, raw in CORPUS.items() if len(raw) < 20_000)), st.randoms(use_true_random=False))
def test_a_mutated_mail_is_read_or_called_unreadable(name: str, chance: random.Random) -> None:
    raw = bytearray(CORPUS[name])
    for _ in range(chance.randint(1, 20)):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(4):
            case 0:
                raw[at : at + chance.randint(0, 50)] = b""
            case 1:
                raw[at:at] = chance.choice([b"\0", b"\r", b"\n", b"\xff", b"=?", b"<", b'"', b"--", b"\r\n\r\n", b">"])
            case 2:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                raw[at:at] = raw[: chance.randint(0, 300)]
    found = read(bytes(raw))
    if isinstance(found, Message):
        covered(found.texts)


@given(st.binary(max_size=2000))
def test_any_octets_are_read_or_called_unreadable(raw: bytes) -> None:
    found = read(raw)
    if isinstance(found, Message):
        covered(found.texts)


LINES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Type: text/html; charset=utf-7",
        b"--b",
        b"--b--",
        b"",
        b"Content-Type: message/rfc822",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: x",
        b"To: a@b,",
        b"Content-Type: text/plain; charset=unicode_escape",
        b"Subject: =?idna?b?////?=",
        b"<p",
        b"> x",
        b"\\N{x}",
        b"+AGE-",
        b"Content-Type: application/pkcs7-mime",
        b"Content-Type: text/plain; charset=\x00",
        b"=ZZ=",
        b"\xff",
        b"Message-ID: <",
    ]
)


@given(st.lists(LINES, max_size=30))
def test_any_lines_of_mail_are_read_or_called_unreadable(lines: list[bytes]) -> None:
    found = read(b"\r\n".join(lines))
    if isinstance(found, Message):
        covered(found.texts)
