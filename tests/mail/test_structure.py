import base64
import email
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.message import Part
from gatekeeper.mail.structure import NO_END_BOUNDARY, Malformed, scan
from tests.mail.corpus import mails

LEAVES_TO_PYTHON_TOO = ("message/delivery-status", "message/disposition-notification", "message/partial")


def mime(content_type: str, body: str) -> bytes:
    return f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n{body}".encode("latin-1")


def part(body: str, *fields: str) -> str:
    return "".join(f"{f}\r\n" for f in fields) + "\r\n" + body


def multipart(subtype: str, boundary: str, *parts: str) -> bytes:
    inner = "".join(f"--{boundary}\r\n{p}\r\n" for p in parts)
    return mime(f'multipart/{subtype}; boundary="{boundary}"', f"{inner}--{boundary}--\r\n")


def faults(raw: bytes) -> set[str]:
    return {fault for p in scan(raw).walk() for fault in p.faults}


def body(raw: bytes, p: Part) -> bytes:
    return raw[p.body.start : p.body.end]


def test_a_message_without_content_type_is_plain_text() -> None:
    raw = b"Subject: x\r\n\r\nHello\r\n"
    root = scan(raw)
    assert (root.type, root.encoding, root.charset, root.faults) == ("text/plain", "7bit", "", ())
    assert body(raw, root) == b"Hello\r\n"
    assert raw[root.header.start : root.header.end] == b"Subject: x\r\n"


def test_fields_cover_the_header_and_values_are_unfolded() -> None:
    raw = "Subject: one\r\n two\r\nTo: Zo\u00eb <z@x.example>\r\n\r\n".encode() + b"\r\n"
    root = scan(raw)
    assert [(f.name, f.value) for f in root.fields] == [("subject", "one two"), ("to", "Zo\u00eb <z@x.example>")]
    assert b"".join(raw[f.span.start : f.span.end] for f in root.fields) == raw[: root.header.end]


def test_the_line_end_before_a_delimiter_belongs_to_the_delimiter() -> None:
    raw = multipart("mixed", "b", part("Hello"), part("World\r\n"))
    assert [body(raw, p) for p in scan(raw).children] == [b"Hello", b"World\r\n"]
    assert not faults(raw)


def test_the_parts_of_a_digest_are_messages() -> None:
    raw = multipart("digest", "b", "\r\nSubject: in\r\n\r\nHello")
    (only,) = scan(raw).children
    assert only.type == "message/rfc822"
    assert only.children[0].fields[0].value == "in"


def test_a_forwarded_message_is_a_child_of_its_part() -> None:
    raw = multipart("mixed", "b", part("see below"), part("Subject: in\r\n\r\nHello", "Content-Type: message/rfc822"))
    inner = scan(raw).children[1].children[0]
    assert body(raw, inner) == b"Hello"


def test_an_outer_delimiter_counts_inside_a_nested_part() -> None:
    inner = 'Content-Type: multipart/alternative; boundary="in"\r\n\r\n--in\r\n\r\nx'
    raw = multipart("mixed", "out", inner, part("y"))
    assert [p.type for p in scan(raw).children] == ["multipart/alternative", "text/plain"]
    assert NO_END_BOUNDARY in faults(raw)


def test_a_missing_end_boundary_at_the_end_is_only_noted() -> None:
    raw = mime("multipart/mixed; boundary=b", "--b\r\n\r\nHello\r\n")
    root = scan(raw)
    assert root.notes == (NO_END_BOUNDARY,)
    assert not faults(raw)
    assert body(raw, root.children[0]) == b"Hello\r\n"


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\n", "duplicate Content-Type"),
        (
            b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            "duplicate Content-Transfer-Encoding",
        ),
        (b"MIME-Version: 1.0\r\nMIME-Version: 1.0\r\n\r\n", "duplicate MIME-Version"),
        (mime("multipart/mixed; boundary=a; boundary=b", "--a\r\n\r\nx\r\n--a--\r\n"), "duplicate boundary parameter"),
        (mime("multipart/mixed; boundary=a b", "--a b\r\n\r\nx\r\n--a b--\r\n"), "boundary parameter in an odd form"),
        (
            mime('multipart/mixed; boundary="a\r\n b"', "--a b\r\n\r\nx\r\n--a b--\r\n"),
            "boundary parameter in an odd form",
        ),
        (mime("multipart/mixed", "--a\r\n\r\nx\r\n--a--\r\n"), "no boundary"),
        (mime("multipart/mixed; boundary=a", "x\r\n"), "no delimiter"),
        (mime("multipart/mixed; boundary=a", "--a--\r\n"), "end boundary before any part"),
        (mime("multipart/mixed; boundary=a", "--a\r\n\r\nx\r\n--a--\r\n--a\r\n"), "delimiter after the end boundary"),
        (
            mime("multipart/mixed; boundary=a", "--a\r\n\r\nx\r\n--ab\r\n--a--\r\n"),
            "line that only begins like a delimiter",
        ),
        (mime("multipart/mixed; boundary=a", "--a\r\n\r\nx\n--a--\r\n"), "bare CR or LF before a delimiter"),
        (mime("multipart/mixed; boundary=a", "--a\r\n\r\nx\r--a\r\n\r\n--a--\r\n"), "bare CR or LF before a delimiter"),
        (b"Content-Transfer-Encoding: x-uu\r\n\r\nx", "unknown Content-Transfer-Encoding"),
        (
            b"Content-Transfer-Encoding: base64\r\n" + multipart("mixed", "a", part("x")),
            "composite type with an encoding",
        ),
        (b"Content-Type: text\r\n\r\nx", "unreadable Content-Type"),
        (b"Subject : x\r\n\r\nx", "space before the colon of a field"),
        (b"Subject: x\r\nnonsense\r\n\r\nx", "line in the header that is no field"),
        (b"Subject: x\r\n \r\nTo: y\r\n\r\nx", "continuation line of blanks only"),
        (b"Subject: x\nTo: y\r\n\r\nx", "bare LF in the header"),
        (b"Subject: x\ry\r\n\r\nx", "bare CR in the header"),
        (b"Subject: x\r\n", "no empty line after the header"),
    ],
)
def test_what_clients_read_differently_is_a_fault(raw: bytes, fault: str) -> None:
    assert fault in faults(raw)


@pytest.mark.parametrize(("inner", "fault"), [("a", "same boundary nested"), ("ab", "boundary is a prefix of another")])
def test_boundaries_in_conflict_are_a_fault_of_the_outer_part(inner: str, fault: str) -> None:
    nested = part(f"--{inner}\r\n\r\nx\r\n--{inner}--", f"Content-Type: multipart/mixed; boundary={inner}")
    assert fault in scan(multipart("mixed", "a", nested)).faults


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"X: " + b"y" * 300_000 + b"\r\n\r\n", "A header is longer than 256 KiB."),
        (b"X: y\r\n" * 1001 + b"\r\n", "A header has more than 1000 fields."),
        (b"Content-Type: message/rfc822\r\n\r\n" * 60 + b"x", "Parts are nested more than 50 deep."),
        (multipart("mixed", "b", *[part("x")] * 1001), "There are more than 1000 parts."),
        (mime("multipart/mixed; boundary=" + "b" * 3000, ""), "A boundary is longer than 2048 octets."),
        (
            mime('multipart/mixed; boundary="-"', "----\r\n" * 30_000),
            "Too many lines look like a delimiter and are none.",
        ),
    ],
)
def test_beyond_the_limits_a_message_is_malformed(raw: bytes, reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        scan(raw)
    assert caught.value.reason == reason


def test_file_names_are_read_in_every_form() -> None:
    def name(disposition: str) -> str:
        return scan(f"Content-Disposition: {disposition}\r\n\r\n".encode()).filename

    assert name('attachment; filename="a b.pdf"') == "a b.pdf"
    assert name("attachment; filename=a b.pdf") == "a b.pdf"
    assert name("attachment; filename*=utf-8''Zo%C3%AB.pdf") == "Zo\u00eb.pdf"
    assert name('attachment; filename*0="long-"; filename*1="name.pdf"') == "long-name.pdf"
    assert name('attachment; filename="=?utf-8?q?Zo=C3=AB.pdf?="') == "Zo\u00eb.pdf"
    assert name("attachment; filename*0*=utf-8''%5a; filename*99999999999=\"x\"") == "Z"


def test_every_mail_of_the_corpus_is_scanned_as_the_standard_library_does_or_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    scanned = refused = sound = 0
    for _, raw in mails():
        try:
            root = scan(raw)
        except Malformed:
            refused += 1
            continue
        scanned += 1
        parts = list(root.walk())
        if any(p.faults or p.type in LEAVES_TO_PYTHON_TOO or p.type == "message/external-body" for p in parts):
            continue
        theirs = [p.get_content_type() for p in email.message_from_bytes(raw).walk()]
        sound += 1
        assert [p.type for p in parts] == theirs
    with capsys.disabled():
        print(f"\ncorpus: {scanned} scanned ({sound} compared with the standard library), {refused} malformed")
    assert scanned > 800
    assert sound > 600


HEADS = st.sampled_from(
    ["Content-Type: multipart/mixed; boundary=b", 'Content-Type: multipart/digest; boundary="b c"', "Subject: x",
     "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "no field", " folded", "", "", "--b", "--b--",
     "--b c", "--b c--", "text", "Content-Type: text/plain; charset*=''%41; name*1=a", "Content-Type: ;;;\"(",
     'Content-Disposition: attachment; filename="']
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(HEADS, st.sampled_from(["\r\n", "\r\n", "\r\n", "\n", "\r", ""])), max_size=60))
def test_whatever_a_stranger_sends_is_scanned_or_malformed(lines: list[tuple[str, str]]) -> None:
    raw = "".join(a + b for a, b in lines).encode()
    try:
        root = scan(raw)
    except Malformed:
        return
    for p in root.walk():
        assert 0 <= p.header.start <= p.header.end <= p.body.start <= p.body.end <= len(raw)
        for child in p.children:
            assert p.body.start <= child.header.start <= child.body.end <= p.body.end


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_octets_are_scanned_or_malformed(raw: bytes) -> None:
    with suppress(Malformed):
        assert scan(raw).body.end == len(raw)


def test_a_large_attachment_costs_next_to_nothing() -> None:
    content = base64.encodebytes(bytes(range(256)) * 15_000).replace(b"\n", b"\r\n").decode()
    raw = multipart("mixed", "=_b", part("Hello"), part(content, "Content-Transfer-Encoding: base64"))
    began = time.process_time()
    for _ in range(10):
        scan(raw)
    assert (time.process_time() - began) / 10 < 0.02
