"""Which addresses of a header count, and which do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.message import Field, Span
from gatekeeper.mail.addresses import mailboxes
from gatekeeper.mail.charset import readable
from gatekeeper.mail.fields import fields
from gatekeeper.mail.headers import (
    MAX_IDS,
    message_id,
    message_ids,
    resent_block,
    shown,
    visible_addresses,
)


def addresses(value: str) -> list[str]:
    return [str(box.address) for box in mailboxes(value)]


def a_field(name: str, value: str) -> Field:
    return Field(name, value, Span(0, 0))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ann@c.example", ["ann@c.example"]),
        ("Ann Jones <ann@c.example>", ["ann@c.example"]),
        ('"Jones, Ann" <ann@c.example>, bob@d.example', ["ann@c.example", "bob@d.example"]),
        ("A. B. Jones <ann@c.example>", ["ann@c.example"]),
        ("ann@c.example (Ann (the chair), Jones), bob@d.example", ["ann@c.example", "bob@d.example"]),
        ("  < ann@c.example >  ", ["ann@c.example"]),
        ("a@b.example,, c@d.example,", ["a@b.example", "c@d.example"]),
        ('"ann"@c.example', ['"ann"@c.example']),
        ("ann@[192.0.2.1]", ["ann@[192.0.2.1]"]),
        ("ann@müller.example", ["ann@müller.example"]),
        ("Officers: a@x.example, Bob <b@y.example>;", ["a@x.example", "b@y.example"]),
        ("Officers: a@x.example;, c@d.example", ["a@x.example", "c@d.example"]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?q?Ann?= <ann@c.example>", ["ann@c.example"]),
    ],
)
def test_a_strict_address_counts(value: str, expected: list[str]) -> None:
    assert addresses(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "x@y.example <cllr@c.example>",
        "cllr@c.example; other@x.example",
        "@r1.example:cllr@c.example",
        "<@r1.example:cllr@c.example>",
        "cllr @c.example x",
        "<cllr@c.example",
        "cllr@c.example>",
        "<cllr(comment)@c.example>",
        "<cllr@c.example (comment)>",
        "cllr@c..example",
        ".cllr@c.example",
        "cllr.@c.example",
        "cllr@c.example.",
        "cllr@@c.example",
        "Group: cllr@c.example",
        "Outer: Inner: cllr@c.example;;",
        "=?utf-8?q?cllr=40c=2Eexample?=",
        "=?utf-8?q?cllr?=@c.example",
        '"cllr@c.example',
        "(cllr@c.example",
        "cllr@c.example\x00",
        "cllr\x01@c.example",
        "cllr@c\u200b.example",
        "cllr@ｃ.example",
        "\u017fmith@c.example",
        "",
        "   ",
        ",;:<>@",
    ],
)
def test_a_doubtful_address_does_not_count(value: str) -> None:
    assert addresses(value) == []


@pytest.mark.parametrize(
    "value",
    [
        '"cllr@c.example" <x@evil.example>',
        "(cllr@c.example) <x@evil.example>",
        "=?utf-8?q?=3Ccllr=40c=2Eexample=3E?= <x@evil.example>",
        "=?utf-8?b?Y2xsckBjLmV4YW1wbGUs?= <x@evil.example>",
    ],
)
def test_display_names_and_comments_make_nobody_visible(value: str) -> None:
    assert addresses(value) == ["x@evil.example"]


def test_a_doubtful_entry_leaves_its_neighbours() -> None:
    assert addresses("a@b.example, x@y <cllr@c.example>, d@e.example") == ["a@b.example", "d@e.example"]


def test_an_unclosed_quote_ends_the_reading() -> None:
    assert addresses('a@b.example, "x, cllr@c.example') == ["a@b.example"]


def test_display_names_are_decoded() -> None:
    boxes = mailboxes('=?iso-8859-1?q?Si=E2n?= =?utf-8?b?IFfFtw==?= <a@b.example>, "O\\"Neill, Pat" <c@d.example>')
    assert [box.name for box in boxes] == ["Siân Wŷ", 'O"Neill, Pat']


def test_only_the_first_to_and_the_first_cc_are_visible() -> None:
    found = visible_addresses(
        (
            a_field("to", "a@x.example"),
            a_field("to", "b@x.example"),
            a_field("cc", "c@x.example"),
            a_field("cc", "d@x.example"),
            a_field("bcc", "e@x.example"),
        )
    )
    assert [str(a) for a in found] == ["a@x.example", "c@x.example"]


def test_the_topmost_resent_block_is_visible_and_older_ones_are_not() -> None:
    block = (
        a_field("resent-from", "r@x.example"),
        a_field("resent-to", "new@x.example"),
        a_field("resent-from", "q@x.example"),
        a_field("resent-to", "old@x.example"),
        a_field("resent-cc", "older@x.example"),
        a_field("to", "a@x.example"),
    )
    assert [str(a) for a in visible_addresses(block)] == ["a@x.example", "new@x.example"]
    assert len(resent_block(block)) == 2


@pytest.mark.parametrize("value", ["cllr%c.example@relay.example", "SRS0=ab=cd=c.example=cllr@relay.example"])
def test_an_address_wrapped_in_another_shows_nobody(value: str) -> None:
    assert visible_addresses((a_field("to", value),)) == ()


@pytest.mark.parametrize(
    "header",
    [
        b"From: a@b.example\r\nthis line is no field\r\nTo: cllr@c.example\r\n",
        b"From: a@b.example\r\n \r\nTo: cllr@c.example\r\n",
        b"From: a@b.example\r\nTo : cllr@c.example\r\n",
    ],
)
def test_a_field_that_some_programs_do_not_show_is_not_visible(header: bytes) -> None:
    found, _ = fields(header, 0, len(header))
    assert visible_addresses(shown(header, Span(0, len(header)), found)) == ()
    assert visible_addresses(found) != ()


def test_identifiers_are_picked_out_of_whatever_stands_between_them() -> None:
    found = message_ids((a_field("references", "<a@b> your letter <c@d>,<a@b> <e"),), "references")
    assert found == ("<a@b>", "<c@d>")


def test_only_the_nearest_ancestors_are_kept() -> None:
    found = message_ids((a_field("references", " ".join(f"<{n}@x>" for n in range(1000))),), "references")
    assert len(found) == MAX_IDS
    assert found[-1] == "<999@x>"


@pytest.mark.parametrize(
    ("value", "expected"), [("<a@b>", "<a@b>"), ("a@b", "<a@b>"), (" <a@b> (x)", "<a@b>"), ("", "")]
)
def test_a_message_id_always_has_its_brackets(value: str, expected: str) -> None:
    assert message_id((a_field("message-id", value),)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?q?Re=3A_caf=C3=A9?=", "Re: café"),
        ("=?utf-8?b?w6k=?=  =?utf-8?q?t=C3=A9?= x", "été x"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("=?nonsense?q?=C3=A9?=", "é"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("a=?utf-8?q?=0D=0ABcc:_x?=", "a Bcc: x"),
        ("=?windows-1252?q?=80?=", "€"),
    ],
)
def test_a_header_text_is_decoded_and_kept_on_one_line(value: str, expected: str) -> None:
    assert readable(value) == expected


PIECES = st.lists(
    st.sampled_from([*'<>@,:;."()\\[] \t', "a", "é", "cllr@c.example", "=?utf-8?q?a?=", "\x00", "\ud800", "\u200b"])
)


@given(PIECES.map("".join) | st.text())
def test_any_field_is_read_and_gives_whole_addresses(value: str) -> None:
    for box in mailboxes(value):
        assert box.address.local
        assert box.address.domain
        assert str(box.address) in value
    assert "\n" not in readable(value)


@pytest.mark.parametrize("piece", ["(", '"', "<", "a:", "a@b,", "\\", "(\\", "a.a@", "=?utf-8?q?", " ", "[", "'-"])
def test_long_fields_are_read_whatever_repeats(piece: str) -> None:
    value = piece * (200_000 // len(piece))
    assert len(mailboxes(value)) <= len(value)
    assert len(readable(value)) <= len(value)
