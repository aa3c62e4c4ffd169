"""Criticism of an officer's conduct or capability.

Stotfold and Brixton, The Relationship; Knutsford 3.4; Wimborne 16.2; Central Bedfordshire 8.2. Disagreeing with advice
or with a decision is none, nor is what somebody else said, nor a fault of somebody else's staff.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from gatekeeper.detect.remarks import Remark

_I = re.IGNORECASE

_ELSEWHERE = (
    r"(?<!police )(?<!county )(?<!district )(?<!borough )(?<!prison )(?<!probation )(?<!returning )(?<!highways )"
    r"(?<!army )(?<!sales )(?<!customs )(?<!press )"
)
_OFFICES = (
    rf"{_ELSEWHERE}\b(?:(?:our|the|your|this|that|town|parish|deputy|assistant|council|council's|planning|facilities|"
    rf"finance|responsible financial|monitoring|proper) ){{1,4}}{_ELSEWHERE}(?:clerk(?! of)|officers?|staff|"
    rf"groundsm[ae]n|"
    r"caretaker|rfo)\b(?! (?:at|of|from) (?:the )?(?:county|district|borough|police|highways|\w+ (?:east|county|"
    r"district)))"
)
_STEADY = (
    r"(?:\s*,?\s*(?:is|was|are|were|has|have|had|been|being|seems?(?: to be)?|appears?(?: to be)?|simply|just|always|"
    r"again|once|clearly|frankly|completely|utterly|totally|quite|very|so|too|repeatedly|consistently|deliberately|"
    r"plainly|obviously|both|a|an|the|yet|also|really|still|himself|herself|s|'s|and|her|his|their|team|"
    r"\w{3,12}ly)\b){0,6}\s*"
)
_BAD = (
    r"(?:incompeten\w+|useless|lazy|idle|negligent|unprofessional|rude|hopeless|dishonest|corrupt|liars?|disgrac\w+|"
    r"shambl\w+|inept|clueless|biased|obstructive|arrogant|a bully|bully(?:ing)?|out of (?:his|her|their) depth|"
    r"asleep on the job|not (?:up to (?:the|his|her|their) job|fit (?:for|to)|competent|capable)|incapable|unfit|"
    r"careless|slapdash|joke|waste of (?:space|money)|not up to it|to blame|at fault|untrustworthy|secretive)"
)
_DID = (
    r"(?:failed|failing|fails|lied|lying|lies|misled|mislead\w*|ignor(?:ed|es|ing)|bungled|botched|mishandled|"
    r"blundered|"
    r"covered (?:it|this|things) up|let (?:us|you|residents|people|everyone|the (?:town|parish|village|council)|"
    r"everybody) "
    r"down|got (?:it|this|everything) (?:so |completely |totally |badly |hopelessly )?wrong|wasted|messed up|made a "
    r"mess|"
    r"dragg(?:ed|ing) (?:his|her|their) feet|never (?:answers?|replies|returns|bothers|does)|"
    r"can(?:'t|not) (?:do|cope|manage|be trusted|be bothered|organise)|couldn't (?:be bothered|organise|care less)|"
    r"does(?:n't| not) (?:know what (?:he|she|they)|care)|do(?:n't| not) (?:know what they|care)|neglected|made a "
    r"(?:\w+ )?(?:hash|mess|mockery|shambles) of|(?:has|have|had)?(?:n't| not) (?:got a clue|a clue|done (?:his|her|"
    r"their) job)|broke the "
    r"rules|"
    r"should (?:be (?:sacked|dismissed|fired|disciplined|suspended|ashamed)|resign|go now|lose)|"
    r"(?:must|ought to|needs? to) (?:go\b|resign|be (?:sacked|dismissed|fired|disciplined|replaced)))"
)
_OF = (
    r"\b(?:incompetence|laziness|negligence|rudeness|dishonesty|failures?|failings|blunders?|misconduct|bullying|"
    r"disgraceful (?:conduct|behaviour)|appalling (?:conduct|behaviour)|poor performance|mismanagement|lies)"
    r" (?:of|by|from|on the part of|shown by) "
)
_ON = (
    r"\b(?:(?<!not )blame|sack|dismiss|fire|(?:get|got|getting) rid of|(?:no|lost|little) (?:confidence|faith|trust) "
    r"in|"
    r"(?:fed up|had enough) (?:with|of)|ashamed of|cannot trust|can't trust|don't trust) "
)
_HIS = (
    r"(?:'s?|s') (?:\w+ ){0,2}?(?:incompetence|laziness|negligence|rudeness|dishonesty|failures?|failings|blunders?|"
    r"misconduct|bullying|lies|(?:conduct|behaviour|performance|handling of .{1,40}|work) (?:is|was|has been) "
    r"(?:\w+ ){0,2}?(?:disgrac\w+|appalling|unacceptable|poor|shambl\w+|shocking|hopeless|unprofessional|dreadful|"
    r"a disgrace|not good enough))"
)
_TAKEN_BACK = re.compile(
    r"\b(?:you (?:say|said|write|wrote|feel|felt|think|thought|mention\w*|told|report\w*|believe|allege\w*)|your "
    r"(?:complaint|"
    r"concern|view|claim|comment)s?|allegations?|alleg\w+|if|whether|unless|no (?:suggestion|evidence|criticism)|"
    r"(?:he|she|they|who|residents?|people|somebody|someone|neighbours?) (?:say|says|said|claims?|claimed|alleged|"
    r"thinks?|feels?)|"
    r"not (?:criticis\w+|suggesting|saying|blaming|the fault of|because)|nobody|nothing to suggest|never said|"
    r"did(?:n't| not)|ha(?:s|ve)(?:n't| not)(?! (?:got a clue|a clue|done (?:his|her|their) job))|is(?:n't| not)(?! "
    r"(?:up|fit|competent|capable)| \w+ly (?:up|fit)|\w+ly not)|"
    r"unfair to (?:say|suggest)|untrue|wrong to (?:say|suggest))\b",
    _I,
)
_SOMEBODY_ELSES = re.compile(
    r"\b(?:county|district|borough|unitary|principal|police|highways|hospital|school|company)"
    r"(?: (?:council|authority))?(?:'s|s')? ?$",
    _I,
)


@lru_cache(maxsize=64)
def _critical(names: tuple[str, ...]) -> re.Pattern[str]:
    """Anything critical of the council's officers; `names` are theirs."""
    people = "|".join(rf"\b{re.escape(name)}\b" for name in names)
    officer = f"(?:{_OFFICES}|{people})" if people else _OFFICES
    return re.compile(
        f"{officer}(?: and {officer})?{_STEADY}(?:{_BAD}|{_DID})\\b|{_OF}{officer}|{_ON}{officer}|{officer}{_HIS}", _I
    )


def names_of(full: Iterable[str]) -> tuple[str, ...]:
    """How persons of these names are spoken of: the full name, and the surname after a title."""
    found: dict[str, None] = {}
    for name in full:
        words = name.replace("\u2019", "'").split()
        if len(words) > 1:
            found[" ".join(words)] = None
            found.update((f"{title} {words[-1]}", None) for title in ("Mr", "Mrs", "Ms", "Miss", "Dr"))
    return tuple(found)


def criticism(remarks: Iterable[Remark], names: tuple[str, ...]) -> Remark | None:
    """A sentence that criticises an officer's conduct or capability in the author's own voice."""
    words = _critical(names)
    return next((r for r in remarks if not r.asks and (at := words.search(r.plain)) and _is_own(r, at)), None)


def _is_own(remark: Remark, found: re.Match[str]) -> bool:
    """In the author's own voice, and about this council's staff."""
    if remark.is_cited(found.start()) or _SOMEBODY_ELSES.search(remark.plain[: found.start()]):
        return False
    return not _TAKEN_BACK.search(remark.plain[: found.end()])
