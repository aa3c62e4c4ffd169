"""The To field of notices: every address that mail may bring along is written well or not at all."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatekeeper.core.address import Address, parse
from gatekeeper.core.events import Kind
from gatekeeper.core.reply import Reply
from gatekeeper.services.writing import to_field
from tests.builders import a_council, a_mail, a_register, a_submission
from tests.services.split import CLERK, JANE, OFFICER, Split
from tests.services.test_intake import ACCEPTS, BUILDER
from tests.services.world import World

ODD = ("foo.", "a..b", ".a", "zoë", '"a b"')


@pytest.mark.parametrize(
    ("local", "written"),
    [
        ("jane", b"To: Jane Smith <jane@stow.example>\r\n"),
        ("foo.", b'To: <"foo."@stow.example>\r\n'),
        ("a..b", b'To: <"a..b"@stow.example>\r\n'),
        ("zoë", b"To: <zo\xc3\xab@stow.example>\r\n"),
        ('"a b"', b'To: <"a b"@stow.example>\r\n'),
    ],
)
def test_a_local_part_is_quoted_where_it_needs_that(local: str, written: bytes) -> None:
    assert to_field("Jane Smith", Address(local, "stow.example")) == written


@given(st.text(min_size=1).map(lambda local: parse(f"{local}@stow.example")), st.text(max_size=200))
@example(Address("a" * 64, "stow.example"), "x" * 200)
def test_any_address_is_one_whole_field_or_none(to: Address | None, name: str) -> None:
    if to is None:
        return
    name = " ".join("".join(c for c in name if c.isprintable()).split())
    try:
        field = to_field(name, to)
    except ValueError:
        return
    assert field.endswith(b"\r\n")
    assert all(line.startswith(b" ") and len(line) < 998 for line in field[:-2].split(b"\r\n")[1:])
    if field.isascii():
        (found,) = message_from_bytes(field + b"\r\n", policy=SMTP)["to"].addresses
        quoted = to.local.startswith('"') and to.local.endswith('"')
        assert quoted or (found.username, found.domain) == (to.local, to.domain)


@pytest.mark.parametrize("domain", ["a b", "a..b", "a>b", "[1.2\r\n]", "x" * 1000])
def test_a_domain_that_cannot_stand_in_a_field_is_not_written(domain: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        to_field("", Address("jane", domain))


@pytest.mark.parametrize("local", ODD)
async def test_a_message_is_held_whatever_its_authors_address_looks_like(local: str) -> None:
    world = World(a_council(_with_jane_at(Address(local, "stow.example"))))
    raw = a_mail(ACCEPTS, sender=JANE, to=BUILDER[0])
    submission = a_submission(raw, sender=f"{local}@stow.example", to=BUILDER)
    answer: Reply = await world.intake.accept(submission, world.outlet)
    assert str(answer).startswith("250 2.0.0 Held for review")
    assert Kind.HELD in world.store.kinds()


async def test_an_address_beyond_ascii_asks_the_next_hop_for_smtputf8() -> None:
    world = World(a_council(_with_jane_at(Address("zoë", "stow.example"))))
    raw = a_mail(ACCEPTS, sender=JANE, to=BUILDER[0])
    await world.intake.accept(a_submission(raw, sender="zoë@stow.example", to=BUILDER), world.outlet)
    (notice,) = world.store.tx.outbox.values()
    assert (notice.mail_from.params, str(notice.recipients[0].path)) == (b"SMTPUTF8", "zoë@stow.example")


@pytest.mark.parametrize("local", ODD[:4])
async def test_a_creditor_with_an_unusual_address_is_told_and_stops_nobody(local: str) -> None:
    world = Split()
    odd = f"{local}@stow.example"
    raw = a_mail("The site visit is on Monday.\r\n", sender=OFFICER, to=f"<{odd}>, {CLERK}")
    await world.send(odd, CLERK, raw=raw)
    await world.send(JANE, raw=raw)
    await world.later()
    assert CLERK in world.told()


def _with_jane_at(to: Address):
    register = a_register()
    moved = tuple(replace(p, addresses=(to,)) if p.id == "j-smith" else p for p in register.persons)
    return replace(register, persons=moved)
