"""The development mails as records, and as texts with zones.

The files are JSON lines with the fields that `tests/corpus/council/README.md` names.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.core.message import Stretch, Text, Where, Zone
from gatekeeper.core.people import Role
from gatekeeper.detect.speech import Setting

Zoner = Callable[[str], tuple[Stretch, ...]]

KINDS = frozenset({"clerk", "officer", "councillor", "press", "minister"})
"""The recipient kinds that the register knows; everybody else is "outside"."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One labelled mail. `label` is an act or "none"; `group` keeps versions of one mail together; `source` is the
    stem of its file, by which writers are told apart."""

    id: str
    source: str
    role: str
    to: str
    subject: str
    body: str
    label: str
    difficulty: str
    evidence: str
    contrast: str
    group: str

    @property
    def held(self) -> bool:
        return self.label != "none"

    @property
    def setting(self) -> Setting:
        role = Role(self.role) if self.role in set(Role) else Role.COUNCILLOR
        return Setting(frozenset({role, Role.COUNCILLOR}), frozenset({self.to if self.to in KINDS else "outside"}))

    def texts(self, zones: Zoner) -> tuple[Text, ...]:
        subject = (Stretch(Zone.OWN, 0, len(self.subject)),) if self.subject else ()
        return (Text(Where.SUBJECT, self.subject, subject), Text(Where.BODY, self.body, zones(self.body)))


def load(files: Iterable[Path]) -> list[Mail]:
    """The mails of the files in order. Raises KeyError or ValueError for a record without the named fields."""
    return [
        _mail(json.loads(line), path.stem) for path in files for line in path.read_text("utf-8").splitlines() if line
    ]


def _mail(record: dict[str, str], source: str) -> Mail:
    return Mail(
        record["id"], source, record["from_role"], record["to_kind"], record["subject"], record["body"],
        record.get("label", "none"), record.get("difficulty", ""), record.get("evidence", ""),
        record.get("contrast", ""), record.get("group", record["id"]),
    )  # fmt: skip


_HISTORY = re.compile(
    r"^(?:-{2,}.{0,10}(?:original|forwarded) (?:message|email).*|begin forwarded message.*|on .{5,80} wrote:|_{20,})$",
    re.IGNORECASE,
)
_HEADER = re.compile(r"^(?:from|oddi wrth): .{3,}", re.IGNORECASE)


def simple_zones(body: str) -> tuple[Stretch, ...]:
    """Own and quoted lines of a plain body: marked lines, and everything below a forwarding or reply header."""
    found: list[Stretch] = []
    at, history = 0, False
    for line in body.splitlines(keepends=True):
        bare = line.strip()
        history = history or bool(_HISTORY.match(bare) or _HEADER.match(bare))
        zone = Zone.QUOTED if history or bare.startswith(">") else Zone.OWN
        if found and found[-1].zone is zone:
            found[-1] = Stretch(zone, found[-1].start, at + len(line))
        else:
            found.append(Stretch(zone, at, at + len(line)))
        at += len(line)
    return tuple(found)
