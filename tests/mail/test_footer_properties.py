"""The footer in whatever a stranger can send, checked with Python's email package as an independent reader."""

import base64
import email
import quopri
import random
from collections import Counter
from email.message import Message

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.footer import Position
from gatekeeper.mail.footer import CannotAlter, Surgery, disclose, surgery
from gatekeeper.mail.structure import NO_END_BOUNDARY, Malformed, scan
from tests.mail.corpus import mails

JANE = ("CC Councillor Jane Smith",)
ZOE = ("CC Councillor Jane Smith", "CC Councillor Zo\u00eb \u0141uk\u00e1\u0161")
MARK = b"CC Councillor Jane Smith"


def leaves(raw: bytes) -> list[Message]:
    """The leaves as Python reads them, attached messages not entered."""
    found: list[Message] = []
    todo = [email.message_from_bytes(raw)]
    while todo:
        part = todo.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            todo.extend(reversed(part.get_payload()))
        else:
            found.append(part)
    return found


def decoded(part: Message) -> bytes:
    if part.is_multipart():
        return b""  # an attached message; `only_promised` has compared its octets
    return part.get_payload(decode=True)


def only_promised(raw: bytes, new: bytes, cut: Surgery) -> None:
    """Octets outside the splices are untouched, and each promised leaf decodes to the old with the footer in it."""
    at = now = 0
    for splice in cut.splices:
        kept = raw[at : splice.start]
        assert new[now : now + len(kept)] == kept
        now += len(kept)
        assert new[now : now + len(splice.octets)] == splice.octets
        now += len(splice.octets)
        at = splice.end
    assert new[now:] == raw[at:]
    for splice in cut.splices:
        assert any(
            p.leaf.header.start <= splice.start and splice.end <= p.leaf.body.end
            and (p.relabelled or splice.start >= p.leaf.body.start)
            for p in cut.promises
        )  # fmt: skip


def as_python_reads(raw: bytes, new: bytes, cut: Surgery) -> None:
    before, after = leaves(raw), leaves(new)
    assert [p.get_content_type() for p in before] == [p.get_content_type() for p in after]
    changed = [(decoded(a), decoded(b)) for a, b in zip(before, after, strict=True) if decoded(a) != decoded(b)]
    assert len(changed) == len(cut.promises)
    unended = any(NO_END_BOUNDARY in part.notes for part in scan(raw).walk())
    for (old, now), promise in zip(changed, cut.promises, strict=True):
        assert now.count(MARK) == old.count(MARK) + 1
        if unended:  # Python takes the last line end for that of the missing delimiter
            assert b"".join(now.replace(promise.octets.strip(), b"").split()) == b"".join(old.split())
        else:
            assert now == old[: promise.at] + promise.octets + old[promise.at :]


def test_every_mail_of_the_corpus_is_altered_provably_or_left(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for _, raw in mails():
        for lines in (JANE, ZOE):
            try:
                root = scan(raw)
                cut = surgery(raw, root, lines, Position.OWN_TEXT)
                new = disclose(raw, root, lines, Position.OWN_TEXT)
            except Malformed:
                counts["malformed"] += 1
            except CannotAlter as left:
                counts["left"] += 1
                reasons[left.reason] += 1
            else:
                counts["altered"] += 1
                counts["by insertion only"] += cut.inserts_only
                only_promised(raw, new, cut)
                as_python_reads(raw, new, cut)
    with capsys.disabled():
        print(f"\ncorpus, two footers each: {dict(counts)}")
    assert counts["altered"] > 1100
    assert all(reason.endswith(".") for reason in reasons)


DAMAGE = [b"\r\n", b"--", b"=", b"=\r\n", b"<!--", b"-->", b"</body>", b"<div style='display:none'>", b"\r\n\r\n",
          b"\n", b"\r", b" ", b"Content-Type: text/plain\r\n", b"\x00", b"\xff", b'"', b";", b"<", b">",
          b"'"]  # fmt: skip


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """`raw` with pieces put in, taken out or repeated elsewhere."""
    for _ in range(chance.randint(1, 6)):
        at, other = chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)
        match chance.randrange(3):
            case 0:
                raw = raw[:at] + chance.choice(DAMAGE) + raw[at:]
            case 1:
                raw = raw[:at] + raw[at + chance.randint(1, 60) :]
            case _:
                raw = raw[:at] + raw[other : other + chance.randint(1, 300)] + raw[at:]
    return raw


def test_damaged_mails_of_the_corpus_are_altered_provably_or_left() -> None:
    chance = random.Random(11)
    pool = [raw for _, raw in mails() if len(raw) < 40_000]
    altered = 0
    for _ in range(1500):
        raw = damaged(chance.choice(pool), chance)
        position = chance.choice(list(Position))
        try:
            cut = surgery(raw, scan(raw), ZOE, position)
            new = disclose(raw, scan(raw), ZOE, position)
        except (CannotAlter, Malformed):
            continue
        altered += 1
        only_promised(raw, new, cut)
        as_python_reads(raw, new, cut)
    assert altered > 200


CHARSETS = ("us-ascii", "utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "x-odd", "")
LINES = st.text(
    st.sampled_from("abc XYZ.=>-_\t\u00e9\u00df\u20ac\u0141\u0000\x1b\u3042") | st.characters(max_codepoint=255),
    max_size=90,
)
SHAPES = st.sampled_from(
    ["", " ", "-- ", "> quoted", "On Monday 3 February, Bob wrote:", "From here", ".", "=", "--b", "<p>x</p>",
     "</body>", "<!-- x", "<div class=gmail_quote>q</div>", "-----Original Message-----", "x" * 200]
)  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """(charset, encoding, encoded body) of a text leaf, with lines of every shape."""
    charset = draw(st.sampled_from(CHARSETS))
    lines = draw(st.lists(LINES | SHAPES, max_size=8))
    newline = draw(st.sampled_from(["\r\n", "\r\n", "\n"]))
    text = newline.join(line.replace("\r", "").replace("\n", "") for line in lines) + draw(
        st.sampled_from(["", newline, newline * 2])
    )
    codec = charset if charset not in ("x-odd", "") else "utf-8"
    content = text.encode(codec, "replace")
    encoding = draw(st.sampled_from(["7bit", "8bit", "quoted-printable", "base64"]))
    if encoding == "base64":
        width = draw(st.sampled_from([76, 60, 64]))
        packed = base64.b64encode(content)
        cut = b"\r\n".join(packed[i : i + width] for i in range(0, len(packed), width))
        return charset, encoding, cut + draw(st.sampled_from([b"", b"\r\n"]))
    content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if encoding == "quoted-printable":
        encoded = quopri.encodestring(content.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        return charset, encoding, encoded + draw(st.sampled_from([b"", b"=", b"=\r\n"]))
    return charset, encoding, content


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    charset, encoding, body = draw(bodies())
    kind = draw(st.sampled_from(["plain", "plain", "html"]))
    flowed = draw(st.sampled_from(["", "; format=flowed", "; format=flowed; delsp=yes"]))
    label = f'; charset="{charset}"' if charset else ""
    fields = [f"Content-Type: text/{kind}{label}{flowed}"]
    if encoding != "7bit" or draw(st.booleans()):
        fields.append(f"Content-Transfer-Encoding: {encoding}")
    return "".join(f"{f}\r\n" for f in draw(st.permutations(fields))).encode() + b"\r\n" + body


OTHERS = st.sampled_from(
    [
        b"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\neHh4",
        b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nInner\r\n",
        b"Content-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\n\r\nattached",
        b"\r\nbare",
        b"",
    ]
)


def multiparts(children: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    @st.composite
    def build(draw: st.DrawFn) -> bytes:
        subtype = draw(st.sampled_from(["mixed", "alternative", "related", "signed"]))
        boundary = draw(st.sampled_from(["b", "bb", "=_1", "=_2", "x y", "----q"])).encode()
        parts = draw(st.lists(children, min_size=1, max_size=3))
        end = draw(st.sampled_from([b"--%s--\r\n" % boundary] * 4 + [b"--%s--\r\nepilogue" % boundary, b""]))
        head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (subtype.encode(), boundary)
        return head + b"preamble\r\n" + b"".join(b"--%s\r\n%s\r\n" % (boundary, p) for p in parts) + end

    return build()


TREES = st.recursive(texts() | texts() | OTHERS, multiparts, max_leaves=5)


@settings(max_examples=150, deadline=None)
@given(TREES, st.sampled_from([JANE, ZOE]), st.sampled_from(list(Position)), st.booleans())
def test_any_tree_of_parts_is_altered_provably_or_left(
    entity: bytes, lines: tuple[str, ...], position: Position, versioned: bool
) -> None:
    raw = b"Subject: x\r\n" + (b"MIME-Version: 1.0\r\n" if versioned else b"") + entity + b"\r\n"
    try:
        root = scan(raw)
        cut = surgery(raw, root, lines, position)
        new = disclose(raw, root, lines, position)
    except (CannotAlter, Malformed):
        return
    only_promised(raw, new, cut)
    as_python_reads(raw, new, cut)


@settings(max_examples=150, deadline=None)
@given(bodies(), st.sampled_from([JANE, ZOE]), st.sampled_from(list(Position)), st.booleans(), st.booleans())
def test_any_single_text_is_altered_provably_or_left(
    body: tuple[str, str, bytes], lines: tuple[str, ...], position: Position, is_html: bool, inside: bool
) -> None:
    charset, encoding, octets = body
    kind = "html" if is_html else "plain"
    label = f"; charset={charset}" if charset else ""
    entity = f"Content-Type: text/{kind}{label}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + octets
    if inside:
        entity = b"Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n" + entity + b"\r\n--out--\r\n"
    raw = b"MIME-Version: 1.0\r\n" + entity
    try:
        cut = surgery(raw, scan(raw), lines, position)
        new = disclose(raw, scan(raw), lines, position)
    except CannotAlter:
        return
    only_promised(raw, new, cut)
    as_python_reads(raw, new, cut)
    if raw.isascii():
        assert new.isascii()


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_octets_are_altered_or_left(raw: bytes) -> None:
    try:
        disclose(raw, scan(raw), JANE, Position.OWN_TEXT)
    except (CannotAlter, Malformed) as left:
        assert left.reason.endswith(".")  # noqa: PT017 (both outcomes are right)
