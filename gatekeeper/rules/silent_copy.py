"""silent-copy: mail from a council account has a councillor as blind recipient.

Stotfold and Brixton, Correspondence 1-2; Knutsford 5.1; Wimborne 13.1.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.disclosure import exact_group, silent_councillors
from gatekeeper.core.finding import Finding
from gatekeeper.core.message import Text, Where, Zone
from gatekeeper.core.parties import Parties, Sight
from gatekeeper.core.people import Holder

_FOOT_LINES = 12
"""How many lines from the end of the author's text count as its foot."""

_WRITTEN = re.compile(r"\s*[\"'*_(\[]*cc\b\s*[:.]?\s*(?P<rest>.+)", re.IGNORECASE)
_TITLE = re.compile(r"\b(?:councillors?|cllrs?)\b\.?", re.IGNORECASE)


def judge(case: Case) -> Iterable[Finding]:
    if not case.parties.sender.ours:
        return
    people = [p for p in silent_councillors(case) if not _is_written(case, case.directory.holders[p])]
    if group := exact_group(case, people):
        addresses = dict.fromkeys(_address_of(case, person) for person in people)
        yield _finding(f"A copy to {group.name}", ", ".join(filter(None, addresses)), people)
        return
    for person in people:
        name = case.directory.holders[person].name
        yield _finding(f"A copy to Councillor {name}", _address_of(case, person), [person])


def _finding(copy: str, evidence: str, people: Sequence[str]) -> Finding:
    reason = f"{copy} goes out with this message, but the other recipients cannot see it."
    return Finding("silent-copy", evidence, "recipients", reason, disclose=tuple(people))


def _address_of(case: Case, person: str) -> str:
    """The envelope address through which the councillor is reached; "" where that was in another transaction."""
    for r in case.parties.recipients:
        if r.sight is Sight.BLIND and r.holder is not None and r.holder.id == person:
            return str(r.path)
    for r in case.parties.recipients:
        if r.sight is Sight.BLIND and r.group is not None and person in case.directory.members_of(r.group):
            return str(r.path)
    return ""


def _is_written(case: Case, holder: Holder) -> bool:
    """Whether the author has said so at the foot already, in every form of the text that a recipient may be shown."""
    shown = [t for t in case.message.texts if t.where in (Where.BODY, Where.HTML)]
    return bool(shown) and all(any(_names(line, holder, case) for line in _foot(text)) for text in shown)


def _foot(text: Text) -> Iterator[str]:
    """The last lines that the author wrote, the signature included."""
    mine = (text.text[s.start : s.end] for s in text.stretches if s.zone in (Zone.OWN, Zone.SIGNATURE))
    lines = [line for line in "\n".join(mine).splitlines() if line.strip()]
    yield from lines[-_FOOT_LINES:]


def _names(line: str, holder: Holder, case: Case) -> bool:
    """Whether the line reads "CC Councillor X" or the like and names this councillor and no other."""
    found = _WRITTEN.fullmatch(line)
    if found is None or not _TITLE.search(found["rest"]):
        return False
    said = _words(_TITLE.sub(" ", found["rest"]))
    if "all" in said and holder.id in case.directory.councillors:
        return True
    name = _words(holder.name)
    if all(w in said for w in name):
        return True
    surname = name[-1]
    namesakes = [h for i, h in case.directory.holders.items() if h.is_councillor and _words(h.name)[-1] == surname]
    return surname in said and len(namesakes) == 1


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.casefold()) or [""]


def _wants_text(parties: Parties) -> bool:
    if not parties.sender.ours:
        return False
    return any(
        r.sight is Sight.BLIND and (r.group is not None or (r.holder is not None and r.holder.is_councillor))
        for r in parties.recipients
    )


RULE = Rule("silent-copy", judge, _wants_text)
