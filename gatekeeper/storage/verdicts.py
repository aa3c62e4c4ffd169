"""A verdict as JSON and back. Fields that a release does not know are passed over, and those that an older one did not
write have their defaults, so that two releases can work on one store."""

import json
from dataclasses import fields
from enum import Enum
from typing import Any

from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.protocol import Clause
from gatekeeper.core.verdict import Judged, Verdict
from gatekeeper.storage.plain import text

_FINDING = tuple(f.name for f in fields(Finding))
_CLAUSE = tuple(f.name for f in fields(Clause))


def verdict_json(verdict: Verdict) -> str:
    return json.dumps(
        {
            "action": verdict.action.value,
            "judged": [_judged(j) for j in verdict.judged],
            "disclosed": _plain(verdict.disclosed),
            "protocol_version": _plain(verdict.protocol_version),
        }
    )


def verdict_from(value: str) -> Verdict:
    found = json.loads(value)
    judged = tuple(_judged_from(j) for j in found["judged"])
    return Verdict(Action(found["action"]), judged, tuple(found["disclosed"]), found["protocol_version"])


def _judged(judged: Judged) -> dict[str, Any]:
    clause = judged.clause
    return {
        "finding": {name: _plain(getattr(judged.finding, name)) for name in _FINDING},
        "action": judged.action.value,
        "clause": {name: _plain(getattr(clause, name)) for name in _CLAUSE} if clause is not None else None,
    }


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return text(value)
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


def _judged_from(value: dict[str, Any]) -> Judged:
    clause = value["clause"]
    return Judged(
        _finding_from(value["finding"]),
        Action(value["action"]),
        Clause(**_known(clause, _CLAUSE)) if clause is not None else None,
    )


def _finding_from(value: dict[str, Any]) -> Finding:
    known = _known(value, _FINDING)
    if known.get("asks") is not None:
        known["asks"] = Action(known["asks"])
    return Finding(**known)


def _known(value: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in value.items() if name in names}
