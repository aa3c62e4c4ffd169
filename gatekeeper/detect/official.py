"""Whether a text is written as the council's own letter: on its behalf, as its position, or under its letterhead."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.core.message import Text, Where, Zone
from gatekeeper.detect.passages import SIGNED, Passage, lines, sentences

_NAME = (
    r"(?:the |our |this |all (?:of us )?at (?:the )?)?(?:[\w'&-]{1,20} ){0,4}council\b(?!l)(?! (?:tenants?|"
    r"estate|house|workers?|staff))"
)
_BEHALF = re.compile(r"\b(?:on|in) (?:the )?behalf of " + _NAME + r"|\bin the name of " + _NAME, re.IGNORECASE)
_CLOSING = re.compile(r"\b(?:for and )?on behalf of " + _NAME + r"\W{0,3}", re.IGNORECASE)
_POSITION = re.compile(
    r"\b(?:set(?:s|ting)? out|stat(?:e|es|ing)|giv(?:e|es|ing)|confirm(?:s|ing)?|explain(?:s|ing)?|convey(?:s|"
    r"ing)?|put(?:ting)?|"
    r"express(?:es|ing)?|present(?:s|ing)?|record(?:s|"
    r"ing)?) (?:\w{1,12} ){0,3}council's (?:\w{1,12} ){0,2}(?:position|view|response|case|stance|"
    r"objections?|support|opposition|decision|representations?)s?\b|"
    r"\b(?:this|the following|what follows|below|attached) (?:\w{1,12} ){0,3}is (?:the|"
    r"our) (?:\w{1,20} ){0,2}council's "
    r"(?:\w{1,12} ){0,2}(?:position|response|representation|view|objection)s?\b|"
    r"^the (?:\w{1,20} ){0,2}council's (?:formal |official |agreed |settled )(?:position|view|response|"
    r"policy) (?:is|on)\b|"
    r"^(?:the |our )?(?:\w{1,20} ){0,2}council (?:hereby |formally |strongly |wishes to |"
    r"would like to )+(?:object|support|"
    r"request|respond|invite|urge|notif|appl|ask|call|protest|confirm|draw|express|stat|record)\w*\b",
    re.IGNORECASE,
)
_AS_OFFICE = re.compile(
    r"\b(?:i|i'm|i am|we|we are)\b.{0,40}\b(?:writ(?:e|ing)|respond(?:ing)?|reply(?:ing)?|contact(?:ing)?|"
    r"apply(?:ing)?)\b.{0,60}\b"
    r"(?:as|in my (?:capacity|role) as) (?:the )?(?:town |parish |city |deputy )?(?:mayor|chair(?:man|woman|"
    r"person)?|leader)"
    r"(?:,| of " + _NAME + r"|\b(?= to\b))",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|n't|never|cannot|nor|no (?:authority|power|mandate|right)|without|rather than|unable|neither|if|"
    r"whether|should|"
    r"could|would (?:someone|you)|may|might|who(?:ever)?|unless|until|ask(?:ed)?|let)\b",
    re.IGNORECASE,
)
_SOMEBODY_ELSE = re.compile(
    r"\b(?:you|he|she|they|clerk|deputy|officers?|mayor|colleagues?|cllr\.?|councill?or|staff|solicitors?|agents?|"
    r"contractors?|nalc|calc|"
    r"who|which|that)\b(?:'ll|'ve|'s|'d)? (?:\w{1,12} ){0,4}(?:writ(?:e|es|ing|ten)|wrote|repl(?:y|ies|ied)|"
    r"respond(?:s|ed)?|"
    r"sign(?:s|ed)?|sen[dt]s?|speaks?|spoke|act(?:s|ed|ing)?|answer(?:s|ed)?|attend(?:s|ed|ing)?|do(?:es|ne)?|"
    r"did|said|made|"
    r"accept(?:s|ed)?|collect(?:s|ed)?|submit(?:s|ted)?|deal(?:s|t)?)\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"\b(?:thank(?:s|ing)?|congratulat\w+|condolences?|sympath\w+|best wishes|good luck|welcome|well done|merry|"
    r"happy (?:christmas|new year|birthday)|pleased to "
    r"attend|delighted to (?:attend|accept|come|join)|invitation|dinner|lunch|service of remembrance|wreath|civic)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\W{0,3}(?:our|your|my) ref(?:erence)?\b\W{0,4}.{0,60}", re.IGNORECASE)
_OFFICES = re.compile(
    r"\b(?:council offices?|town hall|parish office|guildhall|civic (?:centre|offices?)|municipal (?:offices?|"
    r"buildings?)|"
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|tel(?:ephone)?\b|www\.)",
    re.IGNORECASE,
)
_LETTERHEAD = 8
"""Lines from the top among which a letterhead stands."""


class Sign(StrEnum):
    """By what the letter is known: said on the council's behalf, said in an office, or by its letterhead."""

    BEHALF = "behalf"
    OFFICE = "office"
    LETTERHEAD = "letterhead"


_SIGNS = (
    (Sign.BEHALF, ("behalf of", "name of"), _BEHALF),
    (Sign.BEHALF, ("council",), _POSITION),
    (Sign.OFFICE, ("mayor", "chair", "leader"), _AS_OFFICE),
)
"""Each with words without which its pattern cannot match, as most sentences have none of them."""


@dataclass(frozen=True, slots=True)
class Official:
    """`words` exactly as sent. `courtesy` marks thanks, congratulations and the like."""

    sign: Sign
    words: str
    text: Text
    courtesy: bool = False


def official(texts: Iterable[Text], council: str) -> tuple[Official, ...]:
    """What shows that the author writes for the council of this name; each sentence once, though plain text and HTML
    both have it."""
    first: dict[str, Official] = {}
    for text in texts:
        for found in _of_text(text, council) if text.where is not Where.SUBJECT else ():
            first.setdefault(" ".join(found.words.split()), found)
    return tuple(first.values())


def _of_text(text: Text, council: str) -> Iterator[Official]:
    for passage in sentences(text):
        sign = _sign_of(passage.plain)
        if sign is not None:
            yield Official(sign, passage.words, text, _COURTESY.search(passage.plain) is not None)
    for line in lines(text, SIGNED):
        if line.zone is Zone.SIGNATURE and _CLOSING.match(line.plain):
            yield Official(Sign.BEHALF, line.words, text)
    if (head := _letterhead(text, council)) is not None:
        yield Official(Sign.LETTERHEAD, head.words, text)


def _sign_of(said: str) -> Sign | None:
    if said.endswith("?"):
        return None
    low = said.lower()
    for sign, needed, pattern in _SIGNS:
        found = pattern.search(said) if any(word in low for word in needed) else None
        if found is not None and not _is_free(said, found):
            return sign
    return None


def _is_free(said: str, found: re.Match[str]) -> bool:
    """Denied, wondered about, or somebody else's doing."""
    before = said[max(0, found.start() - 80) : found.start()]
    return _DENIED.search(before) is not None or _SOMEBODY_ELSE.search(before) is not None


def _letterhead(text: Text, council: str) -> Passage | None:
    """The council's name alone on a line at the top, with an address, a telephone or a reference below it."""
    top = [p for p in lines(text, SIGNED) if p.zone is Zone.OWN][:_LETTERHEAD]
    name = " ".join(council.casefold().split())
    for number, line in enumerate(top):
        if line.plain.casefold().strip(" *_=-|#.,") == name and any(
            _OFFICES.search(p.plain) or _REFERENCE.fullmatch(p.plain) for p in top[number + 1 :]
        ):
            return line
    return None
