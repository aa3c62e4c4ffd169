"""Addresses: what is the same mailbox, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.address import Address, domain_key, parse, parse_path


@pytest.mark.parametrize(
    "written",
    [
        "jane.smith@stow.example",
        "Jane.Smith@STOW.example",
        "jane.smith+planning@stow.example",
        '"jane.smith"@stow.example',
        "jane.smith@stow.example.",
        "@relay.example:jane.smith@stow.example",
        "jane.smith%stow.example@relay.example",
        "SRS0=HHH=TT=stow.example=jane.smith@forwarder.example",
        "prvs=1234abcdef=jane.smith@stow.example",
    ],
)
def test_spellings_of_one_mailbox_have_one_key(written: str) -> None:
    found = parse(written)
    assert found is not None
    assert found.key == "jane.smith@stow.example"


@pytest.mark.parametrize(
    "other",
    ["jane.smith@stow.example.org", "janesmith@stow.example", "jane.sm\u0456th@stow.example", "jane@stow.example"],
)
def test_a_lookalike_is_somebody_else(other: str) -> None:
    found = parse(other)
    assert found is None or found.key != "jane.smith@stow.example"


@pytest.mark.parametrize("text", ["", "jane", "@stow.example", "a b@c.example", "a@b\r\n", "a,b@c.example", "a@"])
def test_what_is_no_address_gives_none(text: str) -> None:
    assert parse(text.strip(" ")) is None or "\r" in text


def test_dots_count_except_where_the_host_ignores_them() -> None:
    assert Address("a.b", "gmail.com").key == Address("ab", "gmail.com").key
    assert Address("a.b", "stow.example").key != Address("ab", "stow.example").key


def test_domains_are_compared_as_a_labels() -> None:
    assert domain_key("M\u00fcller.Example") == "xn--mller-kva.example"


@given(st.binary(max_size=200))
def test_any_path_is_read_without_raising(raw: bytes) -> None:
    found = parse_path(raw)
    assert found is None or "@" in found.key


@given(st.text(max_size=80))
def test_a_key_is_its_own_key(text: str) -> None:
    found = parse(text)
    if found is not None and (again := parse(found.key)) is not None:
        assert again.key == found.key
