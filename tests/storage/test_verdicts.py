"""Verdicts outlive the release that wrote them."""

import json
from dataclasses import fields, replace

from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.verdict import Judged, Verdict
from gatekeeper.storage.verdicts import verdict_from, verdict_json
from tests.builders import CLAUSES

FINDING = Finding("obligation", "I accept.", "body", "This binds the council.", asks=Action.FLAG)
VERDICT = Verdict(Action.HOLD, (Judged(FINDING, Action.HOLD, CLAUSES["c3"]),), ("j-smith",), "v1")


def test_every_text_field_of_a_finding_comes_back() -> None:
    texts = {f.name: f"value of {f.name}" for f in fields(Finding) if f.type is str}
    verdict = replace(VERDICT, judged=(replace(VERDICT.judged[0], finding=replace(FINDING, **texts)),))
    assert verdict_from(verdict_json(verdict)) == verdict


def test_a_verdict_of_an_older_release_has_defaults_for_what_is_newer() -> None:
    value = json.loads(verdict_json(VERDICT))
    for name in ("score", "cites", "exceptions"):
        del value["judged"][0]["finding"][name]
    assert verdict_from(json.dumps(value)) == VERDICT


def test_a_verdict_of_a_newer_release_can_be_read() -> None:
    value = json.loads(verdict_json(VERDICT))
    value["judged"][0]["finding"]["unheard_of"] = ["x"]
    value["judged"][0]["clause"]["unheard_of"] = "x"
    assert verdict_from(json.dumps(value)) == VERDICT
