"""The frames as a language, and every rule as part of a whole."""

import pytest

from gatekeeper.detect.frames import Guard, Standing, hits
from gatekeeper.detect.gist import gist
from gatekeeper.detect.pattern import pattern
from gatekeeper.detect.rules import RULES

OUTSIDE = frozenset({"outside"})


def guards(words: str) -> set[Guard]:
    letters = gist(words).row
    return {g for h in hits(letters, letters, Standing(words.endswith("?"), False, False), OUTSIDE) for g in h.guards}


def test_rule_numbers_are_unique_and_every_frame_compiles() -> None:
    assert len({r.number for r in RULES}) == len(RULES)
    assert all(pattern(r.frame) for r in RULES)


def test_a_class_that_no_word_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no word is of class Wizard"):
        pattern("I Wizard It")


@pytest.mark.parametrize(
    ("words", "guard"),
    [
        ("I do not think we accept your price.", Guard.NEGATED),
        ("If the council agrees then we accept your price.", Guard.CONDITION),
        ("I expect we accept your price.", Guard.THOUGHT),
        ("The clerk said we accept your price.", Guard.REPORTED),
        ("My husband says we accept your price.", Guard.PRIVATE),
        ("Do we accept your price?", Guard.QUESTION),
    ],
)
def test_a_guard_takes_the_force_out(words: str, guard: Guard) -> None:
    assert guard in guards(words)


def test_a_guard_in_another_clause_does_not() -> None:
    assert guards("we accept your price") == set()
