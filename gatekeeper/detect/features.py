"""What the sentence model sees of a clause: masked words, classes, frames, guards, neighbours and the setting.

No name, place, sum, number or date is a feature; they are masked before they come here. Nothing counts words of the
whole message: a model that does learns the writer and not the commitment.
"""

from gatekeeper.core.people import Role
from gatekeeper.detect.reading import Reading

_ROLES = (Role.MAYOR, Role.CHAIR, Role.SIGNATORY, Role.COUNCILLOR)
_SHORT = 9
"""Tokens up to which a clause may be an answer that takes its meaning from the quoted question."""


def features(readings: list[Reading], at: int, recipients: tuple[str, ...], role: str) -> list[str]:
    """Names of the features of clause `at`; each counts once. `recipients` sorted, `role` from `leading_role`."""
    here = readings[at]
    found = _grams(here)
    found += _setting(here, recipients, role)
    found += _frames(here, recipients)
    if at > 0:
        found += _neighbour(readings[at - 1], "before", here)
    if at + 1 < len(readings):
        found += _neighbour(readings[at + 1], "after", here)
    if here.question and len(here.tokens) <= _SHORT:
        found += _answer(here)
    return list(dict.fromkeys(found))


def leading_role(roles: frozenset[Role]) -> str:
    return next((r.value for r in _ROLES if r in roles), "other")


def _grams(here: Reading) -> list[str]:
    """Masked words in runs of one to three, classes in runs of one to four."""
    words = ["^", *[t.word for t in here.tokens], "$"]
    kinds = ["^", *[t.kind for t in here.tokens], "$"]
    found = words[1:-1]
    found += [f"{a} {b}" for a, b in zip(words, words[1:], strict=False)]
    found += [f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)]
    found += [f"<{a} {b}>" for a, b in zip(kinds, kinds[1:], strict=False)]
    found += [f"<{a} {b} {c}>" for a, b, c in zip(kinds, kinds[1:], kinds[2:], strict=False)]
    found += [f"<{a} {b} {c} {d}>" for a, b, c, d in zip(kinds, kinds[1:], kinds[2:], kinds[3:], strict=False)]
    found += [f"<{k}>" for k in kinds[1:-1]]
    return found


def _setting(here: Reading, recipients: tuple[str, ...], role: str) -> list[str]:
    opening = " ".join([t.kind for t in here.tokens if t.kind not in ("Good", "Name", "Comma", "Adv", "And")][:2])
    first = opening.split(" ", 1)[0]
    mark = "asks" if here.asks else "says"
    found = [f"role {role}", mark, f"{mark} <{opening}>"]
    for kind in recipients:
        found += [f"to {kind}", f"to {kind} {mark}", f"to {kind} <{first}>", f"to {kind} <{opening}>"]
    if here.quoted:
        found.append("in quotation marks")
    return found


def _frames(here: Reading, recipients: tuple[str, ...]) -> list[str]:
    found = []
    for hit in here.hits:
        guards = hit.guards
        found.append(f"rule {hit.rule.number}" if not guards else f"rule {hit.rule.number} guarded")
        found += [f"guard {g.value}" for g in guards]
        found.append(f"frame {hit.rule.act.value}" + (" guarded" if guards else ""))
    if here.floor:
        found += ["floor", *[f"floor to {kind}" for kind in recipients]]
    return found


def _neighbour(other: Reading, where: str, here: Reading) -> list[str]:
    same = "same " if (other.start, other.end) == (here.start, here.end) else ""
    found = [f"{same}{where} <{t.kind}>" for t in other.tokens]
    found += [f"{where} {t.word}" for t in other.tokens]
    if other.floor:
        found.append(f"{where} floor")
    return found


def _answer(here: Reading) -> list[str]:
    ask = "?" in here.question
    return ["answers" if ask else "below a quote", *[f"answers <{t.kind}>" for t in here.tokens]]
