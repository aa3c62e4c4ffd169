"""The shipped weights: sealed, small, and explained."""

import pytest

from gatekeeper.detect.model import Model, dump, parse, shipped

SMALL = Model(
    {"we accept": 2.0}, {"we accept": (1.0, -1.0, 0.0)}, (-1.0, 0.0, 0.0, 0.0), 1.0, 0.0, ((0.01, 0.7), (0.05, 0.4))
)


def test_a_model_survives_its_file() -> None:
    assert parse(dump(SMALL)) == SMALL


def test_a_changed_weight_breaks_the_seal() -> None:
    with pytest.raises(ValueError, match="sealed"):
        parse(dump(SMALL).replace("2.0", "-9.0"))


def test_a_smaller_budget_of_needless_holds_never_lowers_the_threshold() -> None:
    limits = [shipped().threshold(share) for share in (0.001, 0.003, 0.01, 0.05, 0.2)]
    assert limits == sorted(limits, reverse=True)


def test_no_feature_of_the_shipped_model_is_a_digit_or_a_sum() -> None:
    words = [name for name in shipped().weights if not name.startswith(("rule", "before", "after"))]
    assert not [w for w in words if any(c.isdigit() or c == "\u00a3" for c in w)]


def test_what_weighed_is_named_strongest_first() -> None:
    assert SMALL.weighed(["we accept", "unknown"]) == ("we accept",)
    assert SMALL.held(["we accept"]) == pytest.approx(0.731, abs=0.001)
