import base64
import email
import quopri
import time

import pytest

from gatekeeper.core.footer import Position
from gatekeeper.mail.footer import CannotAlter, disclose, surgery
from gatekeeper.mail.structure import scan

JANE = ("CC Councillor Jane Smith",)
ZOE = ("CC Councillor Zo\u00eb Smith",)


def mime(content_type: str, body: bytes, encoding: str = "") -> bytes:
    transfer = f"Content-Transfer-Encoding: {encoding}\r\n" if encoding else ""
    return f"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: {content_type}\r\n{transfer}\r\n".encode() + body


def part(content_type: str, body: bytes, *fields: str) -> bytes:
    head = "".join(f"{f}\r\n" for f in (f"Content-Type: {content_type}", *fields))
    return head.encode() + b"\r\n" + body


def multipart(subtype: str, boundary: str, *parts: bytes) -> bytes:
    marks = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), p) for p in parts)
    return part(f'multipart/{subtype}; boundary="{boundary}"', marks + b"--%s--" % boundary.encode())


def whole(entity: bytes) -> bytes:
    return b"Subject: x\r\nMIME-Version: 1.0\r\n" + entity + b"\r\n"


def altered(raw: bytes, lines: tuple[str, ...] = JANE, position: Position = Position.OWN_TEXT) -> bytes:
    return disclose(raw, scan(raw), lines, position)


def reason(raw: bytes, lines: tuple[str, ...] = JANE) -> str:
    with pytest.raises(CannotAlter) as caught:
        altered(raw, lines)
    return caught.value.reason


def body(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[2]


def texts(raw: bytes) -> list[str]:
    leaves = [p for p in email.message_from_bytes(raw).walk() if p.get_content_maintype() == "text"]
    return [p.get_payload(decode=True).decode(p.get_content_charset() or "ascii") for p in leaves]


PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


# Plain text


def test_a_plain_text_gets_the_footer_below_an_empty_line() -> None:
    raw = mime(PLAIN, b"Hello\r\n")
    assert altered(raw) == raw + b"\r\nCC Councillor Jane Smith\r\n"


def test_an_empty_line_at_the_end_is_not_doubled() -> None:
    raw = mime(PLAIN, b"Hello\r\n\r\n")
    assert altered(raw) == raw + b"CC Councillor Jane Smith\r\n"


def test_several_councillors_get_a_line_each() -> None:
    raw = b"Subject: x\r\n\r\nHello\r\n"
    assert altered(raw, (*JANE, "CC Councillor Ann Jones")).endswith(
        b"\r\n\r\nCC Councillor Jane Smith\r\nCC Councillor Ann Jones\r\n"
    )


def test_the_line_end_before_a_delimiter_stays_the_delimiters() -> None:
    raw = whole(multipart("mixed", "b", part(PLAIN, b"Hello")))
    assert b"\r\n\r\nHello\r\n\r\nCC Councillor Jane Smith\r\n--b--" in altered(raw)


def test_an_empty_body_gets_just_the_footer() -> None:
    assert body(altered(b"Subject: x\r\n\r\n")) == b"CC Councillor Jane Smith\r\n"


def test_a_message_without_end_boundary_is_altered_at_its_end() -> None:
    raw = mime("multipart/mixed; boundary=b", b"--b\r\n\r\nHello\r\n")
    assert altered(raw) == raw + b"\r\nCC Councillor Jane Smith\r\n"


def test_a_flowed_last_line_does_not_flow_into_the_footer() -> None:
    raw = mime("text/plain; format=flowed", b"Hello there \r\n")
    assert altered(raw, (">x",)) == raw + b"\r\n >x\r\n"


@pytest.mark.parametrize(
    ("below", "what"),
    [
        (b"On Mon, 3 Feb 2025 at 10:00, Bob Brown <bob@x.example> wrote:\r\n> Hi\r\n>\r\n> Bob\r\n", "quotes"),
        (b"On Mon, 3 Feb 2025 at 10:00, Bob Brown <bob@x.example>\r\nwrote:\r\n\r\n> Hi\r\n", "a folded attribution"),
        (b"-- \r\nPat Planner\r\nTown Hall\r\n", "a signature"),
        (b"-- \r\nPat\r\n\r\nOn Mon, 3 Feb 2025, Bob wrote:\r\n> Hi\r\n", "signature and quotes"),
        (b"-----Original Message-----\r\nFrom: Bob\r\n\r\nHi\r\n", "an Outlook divider"),
        (b"________________________________\r\nFrom: Bob\r\nSent: Monday\r\nTo: Pat\r\n\r\nHi\r\n", "Outlook fields"),
        (b"---------- Forwarded message ---------\r\nFrom: Bob\r\n\r\nHi\r\n", "a Gmail forward"),
        (b"Begin forwarded message:\r\n\r\n> From: Bob\r\n", "an Apple forward"),
    ],
)
def test_the_footer_stands_above(below: bytes, what: str) -> None:
    raw = mime(PLAIN, b"My own words.\r\n\r\n" + below)
    assert body(altered(raw)) == b"My own words.\r\n\r\nCC Councillor Jane Smith\r\n\r\n" + below
    assert altered(raw, position=Position.END) == raw + b"\r\nCC Councillor Jane Smith\r\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"> You asked\r\n\r\nYes, indeed.\r\n", "the answer is below"),
        (b"Hello\r\n> You asked\r\nYes.\r\n> And this\r\nNo.\r\n", "answers between quotes"),
        (b"On Mon, Bob wrote:\r\n> Hi\r\n", "no own words above"),
        (b"Hello\r\nTo: Pat\r\nFrom: Bob\r\nSent: Monday\r\nCc: Ann\r\n", "fields in the middle of a text"),
        (b"Hello\r\n--\r\nno separator\r\n", "two hyphens without a space"),
    ],
)
def test_without_a_certain_border_the_footer_stands_at_the_end(text: bytes, why: str) -> None:
    raw = mime(PLAIN, text)
    assert altered(raw) == raw + b"\r\nCC Councillor Jane Smith\r\n"


# Transfer encodings


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [
        (b"Hello=", b"Hello\r\n\r\nCC Councillor Jane Smith"),
        (b"Hello=\r\n", b"Hello\r\n\r\nCC Councillor Jane Smith"),
        (b"Hello=20\r\n", b"Hello \r\n\r\nCC Councillor Jane Smith\r\n"),
        (b"Hello=0D=0A", b"Hello\r\n\r\nCC Councillor Jane Smith\r\n"),
        (b"caf=C3=A9\r\n", "caf\u00e9\r\n\r\nCC Councillor Jane Smith\r\n".encode()),
    ],
)
def test_quoted_printable_keeps_what_it_has_and_decodes_to_both(encoded: bytes, decoded: bytes) -> None:
    raw = whole(multipart("mixed", "b", part(PLAIN, encoded, "Content-Transfer-Encoding: quoted-printable")))
    root = scan(raw)
    new = altered(raw)
    (leaf,) = scan(new).children
    assert quopri.decodestring(new[leaf.body.start : leaf.body.end]) == decoded
    assert new[: root.children[0].body.end] == raw[: root.children[0].body.end]


def test_a_long_footer_in_quoted_printable_keeps_the_line_length() -> None:
    raw = mime(PLAIN, b"Hello\r\n", "quoted-printable")
    long = "CC " + "Zo\u00eb = " * 40
    new = altered(raw, (long,))
    assert max(len(line) for line in new.split(b"\r\n")) <= 76
    assert texts(new)[0].endswith("\r\n\r\n" + " ".join(long.split()) + "\r\n")


def test_a_text_of_one_endless_line_is_encoded_in_time_linear_to_its_length() -> None:
    began = time.process_time()
    new = altered(mime(PLAIN, b"From = " * 250_000 + b"\r\n"), ZOE)
    assert max(len(line) for line in new.split(b"\r\n")) <= 76
    assert time.process_time() - began < 3


def test_base64_keeps_its_full_lines_and_their_width() -> None:
    content = "\n".join(f"Line {n} caf\u00e9" for n in range(40)).encode() + b"\n"
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    new = altered(mime(PLAIN, encoded, "base64"))
    assert texts(new) == [content.decode() + "\nCC Councillor Jane Smith\n"]
    kept = encoded.rsplit(b"\r\n", 2)[0]
    assert body(new).startswith(kept)
    assert {len(line) for line in body(new).split(b"\r\n")[:-2]} == {76}


@pytest.mark.parametrize("broken", [b"SGVsbG8=SGVsbG8=", b"SGVs bG8=", b"SGVsbG8", b"SGVsbG8=\r\ntext"])
def test_base64_that_is_not_canonical_is_left(broken: bytes) -> None:
    assert reason(mime(PLAIN, broken, "base64")) == "The base64 text is one that programs decode differently."


def test_quoted_printable_with_stray_equals_signs_is_left() -> None:
    assert "quoted-printable" in reason(mime(PLAIN, b"1 = 2 =X\r\n", "quoted-printable"))


# Character sets


def test_a_name_is_written_in_the_charset_of_the_text() -> None:
    assert "Zo\u00eb".encode("latin-1") in altered(mime("text/plain; charset=iso-8859-1", b"caf\xe9\r\n", "8bit"), ZOE)
    assert "Zo\u00eb".encode() in altered(mime(PLAIN, "caf\u00e9\r\n".encode(), "8bit"), ZOE)
    assert b"Zo=EB" in altered(mime("text/plain; charset=windows-1252", b"caf=E9\r\n", "quoted-printable"), ZOE)


def test_an_ascii_text_is_labelled_anew_for_a_name_that_needs_it() -> None:
    raw = mime("text/plain; charset=us-ascii; format=flowed", b"a = b \r\n.\r\n", "7bit")
    new = altered(raw, ZOE)
    assert new.startswith(
        b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    assert new.isascii()
    assert texts(new) == ["a = b \r\n.\r\n\r\nCC Councillor Zo\u00eb Smith\r\n"]


def test_a_text_that_says_only_utf8_is_encoded_for_a_name_that_needs_it() -> None:
    new = altered(mime(PLAIN, b"Hello\r\n"), ZOE)
    assert b"Content-Transfer-Encoding: quoted-printable\r\n\r\nHello\r\n" in new
    assert new.endswith(b"CC Councillor Zo=C3=AB Smith\r\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\r\n\r\nHello\r\n",
        mime("text/plain; charset=us-ascii", b"caf\xe9\r\n", "8bit"),
        mime("text/plain; charset=us-ascii (plain)", b"Hello\r\n"),
        mime(PLAIN, b"not utf-8: \xe9\r\n", "8bit"),
        mime("text/plain; charset=x-unknown", b"caf\xe9\r\n", "8bit").replace(b"caf\xe9", b"cafe"),
    ],
)
def test_where_labels_cannot_be_trusted_the_name_is_written_in_ascii(raw: bytes) -> None:
    assert altered(raw, ZOE) == raw + b"\r\nCC Councillor Zoe Smith\r\n"


def test_a_name_that_latin_1_lacks_is_written_in_ascii_beside_accented_text() -> None:
    raw = mime("text/plain; charset=iso-8859-1", b"caf\xe9\r\n", "8bit")
    assert altered(raw, ("CC Councillor \u0141ukasz M\u00fcller-Stra\u00dfe",)).endswith(
        b"CC Councillor Lukasz Muller-Strasse\r\n"
    )


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "iso-2022-jp", "hz-gb-2312", "utf-32le", "cp037"])
def test_charsets_that_are_no_superset_of_ascii_are_left(charset: str) -> None:
    assert "character set" in reason(mime(f"text/plain; charset={charset}", b"Hello\r\n"))


def test_an_unknown_charset_is_altered_only_while_all_is_ascii() -> None:
    assert altered(mime("text/plain; charset=x-unknown", b"Hello\r\n")).endswith(b"Jane Smith\r\n")
    assert "character set" in reason(mime("text/plain; charset=x-unknown", b"caf\xe9\r\n", "8bit"))


def test_what_cannot_be_seen_in_a_name_is_not_written() -> None:
    new = altered(mime(PLAIN, b"Hello\r\n"), ("CC \u202eCouncillor\u200b X\r\nBcc: y\x00",))
    assert new.endswith(b"\r\n\r\nCC Councillor XBcc: y\r\n")


# Structures


def test_every_alternative_gets_the_footer_and_attachments_stay() -> None:
    picture = part("image/png; name=a.png", base64.b64encode(b"x" * 50), "Content-Transfer-Encoding: base64")
    html = part(HTML, b"<html><body><p>Hello</p></body></html>")
    related = multipart("related", "r", html, picture)
    alternative = multipart("alternative", "a", part(PLAIN, b"Hello"), related)
    raw = whole(multipart("mixed", "m", alternative, part("text/plain; name=a.txt", b"attached")))
    plain, html_text, attached = texts(altered(raw))
    assert plain == "Hello\r\n\r\nCC Councillor Jane Smith"
    assert "CC Councillor Jane Smith</div>\r\n</body></html>" in html_text
    assert attached == "attached"


def test_the_root_of_a_related_part_may_be_named() -> None:
    first = part(HTML, b"<p>frame</p>", "Content-ID: <1>")
    second = part(HTML, b"<p>root</p>", "Content-ID: <2>")
    raw = whole(multipart("related", "r", first, second).replace(b"related;", b'related; start="<2>";'))
    frame, root = texts(altered(raw))
    assert "Jane" not in frame
    assert "Jane" in root


def test_apple_mail_with_texts_around_a_picture_gets_it_below_the_last() -> None:
    picture = part("image/png; name=a.png", b"eHh4", "Content-Transfer-Encoding: base64", "Content-Disposition: inline")
    first, last = texts(altered(whole(multipart("mixed", "m", part(PLAIN, b"One"), picture, part(PLAIN, b"Two")))))
    assert "Jane" not in first
    assert last == "Two\r\n\r\nCC Councillor Jane Smith"


def test_enriched_alternatives_are_left_while_the_others_get_it() -> None:
    raw = whole(multipart("alternative", "a", part(PLAIN, b"Hello"), part("text/enriched", b"<bold>Hello</bold>")))
    assert ["Jane" in text for text in texts(altered(raw))] == [True, False]


def test_a_forwarded_message_is_never_entered() -> None:
    inner = part("message/rfc822", b"Subject: y\r\n\r\nInner\r\n")
    new = altered(whole(multipart("mixed", "m", part(PLAIN, b"See below"), inner)))
    assert new.count(b"Jane") == 1
    assert b"Subject: y\r\n\r\nInner\r\n\r\n--m--" in new


SIGNED = multipart("signed", "s", part(PLAIN, b"Hello"), part("application/pgp-signature", b"x"))


@pytest.mark.parametrize(
    ("entity", "why"),
    [
        (SIGNED, "signed"),
        (multipart("mixed", "m", SIGNED), "signed"),
        (multipart("signed", "o", multipart("mixed", "m", part(PLAIN, b"Hello")), part("x/y", b"x")), "signed"),
        (multipart("encrypted", "e", part("application/octet-stream", b"x")), "encrypted"),
        (part("application/pkcs7-mime; smime-type=signed-data", b"eHh4"), "S/MIME"),
        (part(PLAIN, b"-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nHello"), "PGP"),
        (
            part(PLAIN, b"LS0tLS1CRUdJTiBQR1AgTUVTU0FHRS0tLS0t", "Content-Transfer-Encoding: base64"),
            "PGP",
        ),
        (multipart("mixed", "m", part(PLAIN, b"Hello"), part("x/y; name=smime.p7m", b"x")), "S/MIME"),
        (multipart("mixed", "m", part(PLAIN, b"Hello"), part("application/ms-tnef", b"x")), "TNEF"),
        (multipart("mixed", "m", part(PLAIN, b"Hello"), part("x/y; name=WINMAIL.DAT", b"x")), "TNEF"),
        (multipart("alternative", "a", part(PLAIN, b"Hello"), part("text/calendar; method=REQUEST", b"x")), "Calendar"),
        (part("text/calendar; method=REQUEST", b"x"), "Calendar"),
        (multipart("alternative", "a", part(PLAIN, b"Hello"), part("text/x-amp-html", b"x")), "neither plain"),
        (part("text/enriched", b"x"), "neither plain"),
        (multipart("report", "r", part(PLAIN, b"Hello")), "report"),
        (part("message/partial; id=x", b"x"), "piece"),
        (part("message/external-body", b"x"), "piece"),
        (multipart("x-unknown", "u", part(PLAIN, b"Hello")), "put together"),
        (part("application/pdf", b"x"), "no text"),
        (multipart("mixed", "m", part("application/pdf; name=a.pdf", b"x")), "no text outside"),
        (multipart("mixed", "m", part(PLAIN, b"x", "Content-Disposition: attachment")), "no text outside"),
        (part(PLAIN, b"x", "Content-Disposition: attachment"), "attachment"),
        (part(PLAIN, b"x", "Content-Transfer-Encoding: x-uuencode"), "read the structure differently"),
        (b"Content-Type: text/html\r\n" + part(PLAIN, b"x"), "read the structure differently"),
        (part(PLAIN, b"bare\nline"), "line ends"),
        (part(PLAIN, b"\x1b$B"), "switches"),
    ],
)
def test_what_must_not_be_altered_is_left_with_a_reason(entity: bytes, why: str) -> None:
    assert why in reason(whole(entity))


def test_a_header_that_says_automatic_does_not_keep_the_text_from_its_footer() -> None:
    entity = b"Auto-Submitted: auto-generated\r\n" + part(PLAIN, b"Hello\r\n")
    assert b"CC Councillor" in altered(whole(entity))


def test_a_fault_in_an_attachment_does_not_keep_the_text_from_its_footer() -> None:
    odd = part("application/pdf; name=a.pdf", b"x", "Content-Transfer-Encoding: x-odd")
    assert "Jane" in texts(altered(whole(multipart("mixed", "m", part(PLAIN, b"Hello"), odd))))[0]


def test_a_footer_without_words_is_refused() -> None:
    assert reason(mime(PLAIN, b"Hello\r\n"), ("\u200b",)) == "The footer has no words."


def test_an_insertion_can_be_taken_out_again() -> None:
    html = part(HTML, b"<body>caf=C3=A9</body>", "Content-Transfer-Encoding: quoted-printable")
    raw = whole(multipart("alternative", "a", part(PLAIN, b"Hello"), html))
    cut = surgery(raw, scan(raw), JANE, Position.OWN_TEXT)
    assert cut.inserts_only
    new = cut.applied(raw)
    for splice in cut.splices:
        at = new.index(splice.octets)
        new = new[:at] + new[at + len(splice.octets) :]
    assert new == raw
