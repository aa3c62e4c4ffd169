"""Replies of gatekeeper's own: what stands in them, and that any wording is fit for a reply line."""

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.reply import refused


def test_a_refusal_names_the_clause_and_then_says_it() -> None:
    told = refused("Stow 3", "It spends money.", "K7W-D2M-9QX", "Members don’t spend “our” money.")
    assert str(told).split("\r\n") == [
        "550-5.7.1 Not sent, reference K7W-D2M-9QX. Stow 3: It spends money.",
        '550 5.7.1 Members don\'t spend "our" money.',
    ]


def test_a_refusal_without_a_clause_has_one_line() -> None:
    assert str(refused("Stow 3", "It spends money.", "K7W-D2M-9QX")).count("550") == 1


@given(st.text(max_size=2000), st.text(max_size=2000))
def test_any_wording_makes_lines_that_fit(reason: str, clause: str) -> None:
    for line in str(refused("Stow 3", reason, "K7W-D2M-9QX", clause)).split("\r\n"):
        assert len(line) <= 510
        assert line.isascii()
        assert line.isprintable()
        assert line.startswith("550")
