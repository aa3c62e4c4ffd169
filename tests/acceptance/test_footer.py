"""The line at the foot: in every form of text, encoding and character set, where a reader sees it, and nowhere else."""

import itertools
from email import message_from_bytes
from email.message import Message

import pytest

from tests.acceptance.conftest import Town, unchanged
from tests.acceptance.mails import mime_mail, multipart, new_id, part
from tests.acceptance.sink import Served, decoded

D = "stotfold.example"
CLERK = f"clerk@{D}"
JANE = f"jane.smith@{D}"
RESIDENT = "resident@else.example"
LINE = "CC Councillor Jane Smith"
PLAIN = {
    "7bit": "Dear resident,\n\nThe cafe is open = daily.\n",
    "other": "Dear résident,\n\nThe café is open = daily.\n",
}
PICTURE = (
    b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment; filename=a.png\r\n\r\niVBORw0KGgo=\r\n"
)
NOTES = (
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=notes.txt\r\n\r\nNotes\r\n"
)


def html_of(text: str) -> str:
    inner = "".join(f"<p>{line}</p>" for line in text.split("\n") if line)
    return f"<html><head><title>t</title></head><body>{inner}</body></html>\n"


def built(structure: str, charset: str, encoding: str) -> bytes:
    text = PLAIN["7bit" if encoding == "7bit" else "other"]
    plain, html = part("text/plain", text, charset, encoding), part("text/html", html_of(text), charset, encoding)
    match structure:
        case "plain":
            return plain
        case "html":
            return html
        case "alternative":
            return multipart("alternative", plain, html)
        case "mixed":
            return multipart("mixed", plain, PICTURE, NOTES)
        case _:
            return multipart("mixed", multipart("alternative", plain, html, boundary="b2"), PICTURE)


def sent_and_served(town: Town, content: bytes) -> tuple[bytes, Served]:
    sent = mime_mail(CLERK, [RESIDENT], content, message_id=(name := new_id("foot")))
    reply = town.send(CLERK, [RESIDENT, JANE], sent)
    assert str(reply) == "250 2.0.0 The sink has it"
    return sent, town.served(name, [RESIDENT, JANE])


def leaves(message: Message) -> list[Message]:
    return [one for one in message.walk() if not one.is_multipart()]


def is_text(leaf: Message) -> bool:
    return leaf.get_content_maintype() == "text" and leaf.get_filename() is None


MATRIX = list(
    itertools.product(
        ("plain", "html", "alternative", "mixed", "alternative in mixed"),
        ("utf-8", "iso-8859-1", "windows-1252"),
        ("7bit", "8bit", "quoted-printable", "base64"),
    )
)


@pytest.mark.parametrize(("structure", "charset", "encoding"), MATRIX)
def test_every_form_of_the_text_has_the_line_and_nothing_else_changes(
    town: Town, structure: str, charset: str, encoding: str
) -> None:
    sent, served = sent_and_served(town, built(structure, charset, encoding))
    before, after = message_from_bytes(sent), served.parsed
    assert [one.get_content_type() for one in after.walk()] == [one.get_content_type() for one in before.walk()]
    for old, new in zip(leaves(before), leaves(after), strict=True):
        if not is_text(old):
            assert new.as_bytes() == old.as_bytes()
            continue
        was, now = decoded(old).replace("\r\n", "\n"), decoded(new).replace("\r\n", "\n")
        assert now.count(LINE) == 1
        if old.get_content_type() == "text/plain":
            assert now.rstrip("\n") == f"{was.rstrip()}\n\n{LINE}"
        else:
            head, tail = was.split("</body>")
            assert now.startswith(head.rstrip("\n"))
            assert now.index(LINE) < now.index("</body>")
            assert now.endswith(f"</body>{tail}".rstrip("\n")) or now.rstrip("\n").endswith("</body></html>")


HISTORY = "On Mon, 2 Feb 2026 at 09:00, A Person <a@else.example> wrote:\n> Hello\n> there\n"


def test_the_line_stands_above_quoted_history(town: Town) -> None:
    _, served = sent_and_served(town, part("text/plain", f"Thank you.\n\n{HISTORY}"))
    text = served.text.replace("\r\n", "\n")
    assert text.index("Thank you.") < text.index(LINE) < text.index("On Mon, 2 Feb")


def test_the_line_stands_above_quoted_history_in_html(town: Town) -> None:
    quote = '<div class="gmail_quote"><div class="gmail_attr">On Mon A wrote:</div><blockquote>Hello</blockquote></div>'
    _, served = sent_and_served(town, part("text/html", f"<html><body><p>Thank you.</p>{quote}</body></html>"))
    assert served.text.index("Thank you.") < served.text.index(LINE) < served.text.index("gmail_quote")


def test_flowed_text_does_not_flow_into_the_line(town: Town) -> None:
    content = part("text/plain; format=flowed", "This goes on \n")
    _, served = sent_and_served(town, content)
    assert f"\n\n{LINE}" in served.text.replace("\r\n", "\n")


def test_a_name_with_accents_is_written_in_the_texts_own_character_set(own: Town) -> None:
    for charset, encoding in itertools.product(("utf-8", "iso-8859-1"), ("8bit", "quoted-printable", "base64")):
        sent = mime_mail(CLERK, [RESIDENT], part("text/plain", "Café\n", charset, encoding), message_id=(n := new_id()))
        assert own.send(CLERK, [RESIDENT, f"rene@{D}"], sent).code == 250
        text = own.served(n, [RESIDENT, f"rene@{D}"]).text
        assert ("Cllr René Müller" in text, "Café" in text) == (True, True)


def test_a_council_may_word_the_line_and_put_it_at_the_end(own: Town) -> None:
    sent = mime_mail(CLERK, [RESIDENT], part("text/plain", f"Thanks.\n\n{HISTORY}"), message_id=(name := new_id()))
    assert own.send(CLERK, [RESIDENT, JANE], sent).code == 250
    text = own.served(name, [RESIDENT, JANE]).text.replace("\r\n", "\n")
    assert text.index("> there") < text.index("Also sent to Cllr Jane Smith")


SEALED = {
    "signed": multipart(
        "signed",
        part("text/plain", "Hello\n"),
        b"Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n",
        parameters="; protocol=application/pgp-signature",
    ),
    "S/MIME": b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n",
    "invitation": part("text/calendar; method=REQUEST", "BEGIN:VCALENDAR\nEND:VCALENDAR\n"),
}


@pytest.mark.parametrize("kind", SEALED)
def test_what_is_sealed_is_never_altered(town: Town, kind: str) -> None:
    sent = mime_mail(CLERK, [RESIDENT], SEALED[kind], message_id=(name := new_id("sealed")))
    assert town.send(CLERK, [RESIDENT, JANE], sent).code == 250
    assert all(unchanged(one, sent) for one in town.sink.with_id(name))


@pytest.mark.parametrize("kind", SEALED)
def test_what_is_sealed_is_disclosed_by_notice_within_the_council(town: Town, kind: str) -> None:
    to = f"olive.ostler@{D}"
    sent = mime_mail(CLERK, [to], SEALED[kind], message_id=(name := new_id("sealed")), subject=f"Sealed {kind}")
    assert str(town.send(CLERK, [to, JANE], sent)) == "250 2.0.0 The sink has it"
    assert unchanged(town.served(name, [to, JANE]), sent)
    (notice,) = town.sink.notices(to, f"Sealed {kind}", seconds=30)
    assert "Councillor Jane Smith" in notice.text
