"""A held message never goes to a reviewer whom it concerns."""

import pytest

from gatekeeper.core.routing import concerns, reviewers
from tests.builders import a_case, a_council, a_mail, a_submission


def first_reviewer(body: str, *, sender: str = "jane.smith@stow.example", to: str = "builder@trade.example") -> str:
    case = a_case(a_submission(a_mail(body, sender=sender, to=to), sender=sender, to=(to,)))
    return next((h.id for h in reviewers(case.directory) if not concerns(case.message, case.parties, h)), "")


def test_the_proper_officer_reviews_what_concerns_nobody() -> None:
    assert first_reviewer("I accept your quotation.") == "c-clerk"


@pytest.mark.parametrize(
    "body", ["The Clerk never answers.", "Chris Clarke never answers.", "I asked Mr Clarke twice.", "CLERK!"]
)
def test_what_names_the_clerk_goes_to_the_deputy(body: str) -> None:
    assert first_reviewer(body) == "d-deputy"


def test_what_goes_to_the_clerk_is_not_the_clerks_to_review() -> None:
    assert first_reviewer("Please pay this.", to="clerk@stow.example") == "d-deputy"


def test_what_names_clerk_and_deputy_goes_to_the_chair() -> None:
    assert first_reviewer("Neither the clerk nor Dana Dean answers.") == "m-mayor"


def test_a_chair_does_not_review_her_own_message() -> None:
    body = "Neither the clerk nor Dana Dean answers."
    assert first_reviewer(body, sender="mayor@stow.example") == "mo"


def test_a_word_that_only_contains_an_office_names_nobody() -> None:
    assert first_reviewer("The clerkship is vacant and the chairs are broken.") == "c-clerk"


def test_reviewers_are_asked_in_the_order_of_the_protocol() -> None:
    order = [h.id for h in reviewers(a_council().directory(a_submission().at))]
    assert order == ["c-clerk", "d-deputy", "m-mayor", "mo"]
