"""A verdict as JSON and back."""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.protocol import Clause
from gatekeeper.core.verdict import Judged, Verdict
from gatekeeper.storage.plain import text

_CLAUSE_FIELDS = tuple(f.name for f in fields(Clause))


def verdict_json(verdict: Verdict) -> str:
    return json.dumps(
        {
            "action": verdict.action.value,
            "judged": [_judged(j) for j in verdict.judged],
            "disclosed": _texts(verdict.disclosed),
            "protocol_version": text(verdict.protocol_version),
        }
    )


def verdict_from(value: str) -> Verdict:
    found = json.loads(value)
    judged = tuple(_judged_from(j) for j in found["judged"])
    return Verdict(Action(found["action"]), judged, tuple(found["disclosed"]), found["protocol_version"])


def _judged(judged: Judged) -> dict[str, Any]:
    clause = judged.clause
    return {
        "finding": _finding(judged.finding),
        "action": judged.action.value,
        "clause": {name: text(getattr(clause, name)) for name in _CLAUSE_FIELDS} if clause else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": text(finding.rule),
        "evidence": text(finding.evidence),
        "where": text(finding.where),
        "reason": text(finding.reason),
        "disclose": _texts(finding.disclose),
        "asks": finding.asks.value if finding.asks is not None else None,
        "exceptions": _texts(finding.exceptions),
        "cites": text(finding.cites),
        "score": finding.score,
    }


def _judged_from(value: dict[str, Any]) -> Judged:
    clause = value["clause"]
    return Judged(
        _finding_from(value["finding"]), Action(value["action"]), Clause(**clause) if clause is not None else None
    )


def _finding_from(value: dict[str, Any]) -> Finding:
    return Finding(
        rule=value["rule"],
        evidence=value["evidence"],
        where=value["where"],
        reason=value["reason"],
        disclose=tuple(value["disclose"]),
        asks=Action(value["asks"]) if value["asks"] is not None else None,
        exceptions=tuple(value["exceptions"]),
        cites=value["cites"],
        score=value["score"],
    )


def _texts(values: Sequence[str]) -> list[str]:
    return [text(v) for v in values]
