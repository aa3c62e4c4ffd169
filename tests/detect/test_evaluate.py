"""The measuring itself, and what the floor alone does on the development mails.

The shipped model was fitted to these mails, so its figures here would prove nothing; the floor was not fitted.
"""

import json
from pathlib import Path

import pytest

from gatekeeper.detect.evaluate import area, evaluate, judge
from gatekeeper.detect.model import Model
from gatekeeper.detect.training.corpus import load
from gatekeeper.detect.training.logistic import fit
from gatekeeper.detect.training.paradigms import paradigms
from gatekeeper.mail.zones import zones

COUNCIL = Path(__file__).parents[1] / "corpus" / "council"
MUTE = Model({}, {}, (-9.0, 0.0, 0.0, 0.0))
"""A model that holds nothing, so that only the floor speaks."""


def floor_share(name: str, held: bool) -> float:
    judged = [j for j in judge(load([COUNCIL / name]), zones, MUTE) if j.mail.held is held]
    return sum(j.floor for j in judged) / len(judged)


def test_the_floor_alone_holds_most_plain_mail() -> None:
    assert floor_share("dev-plain.jsonl", True) >= 0.85


def test_the_floor_leaves_dull_mail_alone() -> None:
    assert floor_share("dev-dull.jsonl", False) <= 0.015


def test_the_floor_tells_the_versions_of_a_mail_apart() -> None:
    assert floor_share("dev-pairs.jsonl", True) >= 0.7
    assert floor_share("dev-pairs.jsonl", False) <= 0.02


def test_predictions_are_one_line_a_mail(tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"
    report = evaluate([COUNCIL / "dev-plain.jsonl"], out, zones, MUTE)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(lines) == 110
    assert {"id", "held", "label", "score", "sentence", "reason"} <= set(lines[0])
    assert dict(report.kinds)["plain"].recall == pytest.approx(sum(p["held"] for p in lines) / 110)
    assert "plain (110)" in str(report)


def test_area_counts_pairs_in_the_right_order() -> None:
    assert area([0.9, 0.4], [0.1, 0.4]) == pytest.approx(0.875)


def test_the_trainer_finds_what_separates() -> None:
    weights = fit([[0], [0, 1], [1], []], [True, True, False, False], [1.0] * 4, 2, 10.0)
    assert weights[0] > 1 > abs(weights[1])


def test_paradigms_are_the_same_every_time_and_leave_no_slot_open() -> None:
    first = paradigms()
    assert first == paradigms()
    assert not [m for m in first if "{" in m.body or "_" in m.body]
