"""In which capacity somebody says to write, and whether a text is a statement at all.

Wimborne 12.5(a); Central Bedfordshire 7.1.2. A bare title below the name is no statement of capacity.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from gatekeeper.detect.remarks import Remark

_I = re.IGNORECASE


class Capacity(StrEnum):
    """As what somebody says to speak."""

    COUNCIL = "for the council"
    PARTY = "for a party"
    MEMBER = "as a member"
    PERSONAL = "personally"


_PARTY_NAMES = (
    r"(?:conservatives?|labour|lib(?:eral)? dem(?:ocrat)?s?|green|reform(?: uk)?|plaid cymru|independent|ukip|snp|tory)"
)
_OFFICE = (
    r"(?:town |parish |deputy |vice[ -]|committee |planning |finance )*(?:mayor|chair(?:man|woman|person)?|"
    r"leader of the (?:town |parish )?council|(?:council )?spokes(?:person|man|woman))"
)
_MEMBER = (
    r"(?:ward |town |parish |local |elected |individual |single |county |district |borough )*(?:councillor|member|cllr)"
)
_SAYS = {
    Capacity.PARTY: rf"\b(?:on behalf of|for|from|as (?:leader|chair|secretary|a member|spokes\w+) of) (?:the |our |"
    rf"my )?"
    rf"(?:\w+ )?{_PARTY_NAMES} (?:party|group|members|branch|association|councillors)\b"
    r"|\bas (?:an?|the|your|our) (?:\w+ ){0,3}(?:parliamentary |election )?(?:candidate|party activist)\b"
    rf"|\b{_PARTY_NAMES} (?:party|group) (?:press|news|media) (?:release|statement)\b"
    r"|\bon behalf of (?:the |our |my )(?:\w+ )?(?:party|political group|group of independents)\b"
    r"|\bparty[ -]political statement\b|\bnomination of my party\b",
    Capacity.PERSONAL: r"\b(?:in|speaking in|writing in) (?:a|my) (?:purely |strictly )?(?:own |personal |private |"
    r"individual )+"
    r"capacity\b|\b(?:speaking|writing|speak|write) (?:purely |entirely |here )?(?:personally|for myself|privately)\b"
    r"|\bas (?:an individual|a private (?:individual|citizen|person)|a (?:local )?resident)\b"
    r"|\b(?:my|these are my) (?:own |purely )?(?:personal|private|own) (?:views?|opinions?)\b"
    r"|\bnot (?:\w+ ){0,3}(?:on behalf of|for|as) the (?:town |parish )?council\b",
    Capacity.COUNCIL: r"\b(?:on behalf of|speaking for|speak for|writing for) (?:the |our |your )?"
    rf"(?:\w+ ){{0,3}}(?:council|committee|authority)\b|\bas (?:the |your |our )?{_OFFICE}\b",
    Capacity.MEMBER: rf"\bas (?:a|an|one|the|your|our|one of (?:the|your|our))? ?(?:\w+ )?{_MEMBER}s?\b"
    r"|\b(?:in|in my) (?:role|capacity) as\b|\bin my capacity\b",
}  # fmt: skip
_CAPACITIES = {capacity: re.compile(words, _I) for capacity, words in _SAYS.items()}


def capacity(remarks: Iterable[Remark]) -> Capacity | None:
    """The capacity that the author states."""
    said = [p.plain for p in remarks]
    return next((c for c, words in _CAPACITIES.items() if any(words.search(plain) for plain in said)), None)


_SMALL_TALK = re.compile(
    r"\W*(?:dear|hi|hello|good (?:morning|afternoon|evening)|thank|thanks|many thanks|diolch|please|kind|best|yours|"
    r"regards|cllr|councillor|sorry|apologies|here is|here are|i attach|attached|could|can|would|may|will you|"
    r"i (?:can|could|am|will be|'m|'ll be) (?:be )?(?:free|available|around|happy|glad|able to (?:talk|speak|meet|"
    r"do)|reached|contacted|called|rung)|"
    r"i(?:'ll| will) (?:call|ring|phone|ask|pass|forward|be in touch|get back)|you can (?:call|ring|reach|phone)|"
    r"my (?:phone|mobile|number|telephone)|let me know|i look forward|i have passed|i've passed|i have forwarded|"
    r"the clerk (?:will|can|deals)|"
    r"re:|fw:|fwd:)",
    _I,
)
_PASSED_ON = re.compile(r"\b(?:contact|ask|speak to|direct|refer|write to)\b.{0,40}\bclerk\b", _I)
_FEWEST_WORDS = 7


def statement(remarks: Iterable[Remark]) -> Remark | None:
    """The first sentence that says something on a matter: no question, no thanks, no arrangement to talk."""
    return next((p for p in remarks if _states(p)), None)


def _states(remark: Remark) -> bool:
    if remark.subject or remark.asks or len(remark.plain.split()) < _FEWEST_WORDS:
        return False
    return not _SMALL_TALK.match(remark.plain) and not _PASSED_ON.search(remark.plain)
