import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.footer import Position
from gatekeeper.mail.footer import CannotAlter, surgery
from gatekeeper.mail.structure import scan
from gatekeeper.mail.verify import Promise, verify

JANE = ("CC Councillor Jane Smith",)
RAW = (
    b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\npreamble\r\n"
    b"--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
    b"--a\r\nContent-Type: text/plain; charset=us-ascii\r\nX-Other: kept\r\n\r\nHello\r\n"
    b"--a\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<body>caf=C3=A9</body>\r\n"
    b"--a--\r\n"
    b"--m\r\nContent-Type: text/plain; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n"
    b"--m--\r\nepilogue\r\n"
)


def cut(lines: tuple[str, ...] = JANE) -> tuple[bytes, tuple[Promise, ...]]:
    root = scan(RAW)
    found = surgery(RAW, root, lines, Position.END)
    # The promises name the parts of this very tree.
    verify(RAW, root, found.applied(RAW), found.promises)
    return found.applied(RAW), found.promises


def refused(new: bytes, promises: tuple[Promise, ...]) -> str:
    root = scan(RAW)
    same = {p.header.start: p for p in root.walk()}
    own = tuple(Promise(same[p.leaf.header.start], p.at, p.octets, p.charset, p.encoding) for p in promises)
    with pytest.raises(CannotAlter) as caught:
        verify(RAW, root, new, own)
    return caught.value.reason


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b"Subject: x", b"Subject: y", "Other octets"),
        (b"preamble", b"Preamble", "Other octets"),
        (b"epilogue", b"Epilogue", "Other octets"),
        (b"epilogue\r\n", b"epilogue\r\n\r\n", "Other octets"),
        (b"SGVsbG8=", b"SGVsbG9=", "Other octets"),
        (b"X-Other: kept", b"X-Other: lost", "Other octets"),
        (b"Hello", b"Hullo", "would not read as meant"),
        (b"caf=C3=A9", b"caf=C3=A8", "would not read as meant"),
        (b"CC Councillor Jane Smith\r\n--a\r\n", b"CC Councillor Jane\r\n--a\r\n", "would not read as meant"),
        (b"--a--\r\n", b"", "put together differently"),
        (b"text/html", b"text/plain", "put together differently"),
        (b"Hello\r\n", b"Hello\r\n--a\r\n\r\n", "put together differently"),
        (b"charset=us-ascii", b"charset=utf-8", "put together differently"),
    ],
)
def test_any_other_change_is_found(before: bytes, after: bytes, why: str) -> None:
    new, promises = cut()
    assert before in new
    assert why in refused(new.replace(before, after, 1), promises)


def test_a_text_left_without_the_footer_is_found() -> None:
    _, promises = cut()
    assert "would not read as meant" in refused(RAW, promises)


def test_a_promise_for_no_part_of_the_message_is_found() -> None:
    root = scan(RAW)
    other = surgery(RAW, scan(RAW), JANE, Position.END).promises
    with pytest.raises(CannotAlter):
        verify(RAW, root, RAW, other)


def test_only_two_fields_of_a_part_may_be_written_anew() -> None:
    new, promises = cut(("CC Councillor Zo\u00eb",))
    assert promises[0].relabelled
    assert refused(new.replace(b"X-Other: kept", b"X-Other: lost"), promises) == "Other fields would have been altered."


@settings(deadline=None)
@given(st.integers(0, 100_000), st.integers(1, 255))
def test_no_octet_can_differ_unnoticed(at: int, difference: int) -> None:
    new, promises = cut()
    at %= len(new)
    broken = new[:at] + bytes([new[at] ^ difference]) + new[at + 1 :]
    if broken.lower() != new.lower():  # hexadecimal digits may be in either case
        assert refused(broken, promises)
