"""In which capacity somebody says to be writing. A bare title under the name says nothing of the kind."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.core.message import Text, Zone
from gatekeeper.detect.passages import SIGNED, Passage, lines, sentences


class Capacity(StrEnum):
    INDIVIDUAL = "individual"
    OFFICE = "office"
    COUNCIL = "council"
    PARTY = "party"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Statement:
    """`words` is the sentence exactly as sent, `text` the text it stands in."""

    capacity: Capacity
    words: str
    text: Text


_WRITES = (
    r"(?:writ(?:e|ing)|speak(?:ing)?|contact(?:ing)?(?: you)?|e-?mail(?:ing)?(?: you)?|comment(?:ing)?|"
    r"say(?:ing)?(?: this)?|"
    r"respond(?:ing)?|reply(?:ing)?|object(?:ing)?|act(?:ing)?|(?:get|getting) in touch|approach(?:ing)? you)"
)
_MY_OWN = re.compile(
    r"\bin (?:my|a|an|his|her) (?:purely |entirely |own |wholly |strictly )?(?:personal|private|individual|"
    r"own)(?: and "
    r"(?:private|personal|individual))? (?:capacity|name|right)\b|\bin my own (?:name|right|capacity)\b|"
    r"\bas (?:a|an) (?:private|ordinary|individual|concerned|local) (?:individual|citizen|resident|person|member|"
    r"councill?or|ward member)\b|\bas an individual\b|\b(?:as|in my role as|in my capacity as) (?:a |the |your |"
    r"one of "
    r"(?:the|your) )?(?:\w{1,20} ){0,3}(?:ward|division|local|parish|town)?[ -]?(?:member|councill?or)s? (?:for|"
    r"of|on|"
    r"and not|only|rather than)\b|\bas (?:a|your|one of (?:the|your)) (?:\w{1,20} ){0,2}(?:councill?or|member)s?\b|"
    r"\bas (?:a|an) (?:resident|neighbour|parent|taxpayer|individual)\b|"
    r"\bspeak(?:ing)? (?:only |purely |just )?for myself\b|\bfor myself (?:alone|only)\b|\bon my own behalf\b|"
    r"\bpurely (?:as|on) (?:an individual|my own)\b|\b(?:these|those|the (?:views|opinions)|what i say here|"
    r"this) (?:\w{1,12} "
    r"){0,4}(?:is|are) (?:\w{1,12} ){0,2}(?:my (?:own|personal)|mine alone|mine and)\b|\bmy (?:own |"
    r"personal )+(?:views?|"
    r"opinions?|capacity)\b(?! (?:has|have) changed)|\bpersonally and not\b|"
    r"\bmy own, not (?:those )?(?:of )?the council|"
    r"\byn bersonol\b|\bfel unigolyn\b",
    re.IGNORECASE,
)
_NOT_COUNCIL = re.compile(
    r"\b(?:not|n't|nor|cannot|never|rather than|without)\b.{0,40}\b(?:on behalf of|for|as|represent(?:ing)?|"
    r"the views? "
    r"of|those of|speak(?:ing)? for|in the name of)\b.{0,25}\bcouncil\b|\b(?:is|are)(?:n't|"
    r" not) (?:necessarily )?(?:the|"
    r"those of the|that of the) (?:\w{1,20} ){0,2}council(?:'s)?\b|\bnot (?:the|a) council'?s? (?:view|position|"
    r"policy)",
    re.IGNORECASE,
)
_COUNCIL = re.compile(
    r"\b(?:on|in) (?:the )?behalf of (?:the |our |all of |everyone at )?(?:\w{1,20} ){0,4}council\b|\b"
    + _WRITES
    + r" for (?:the|our) (?:\w{1,20} ){0,3}council\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:as|in my (?:capacity|role|position) as|in the capacity of) (?:the |your |our |\w{1,20} )?(?:town |"
    r"parish |city |"
    r"deputy |vice[ -])?(?:mayor|chair(?:man|woman|person)?|leader|lead member|spokes(?:man|woman|person)|portfolio "
    r"holder|cabinet member)\b",
    re.IGNORECASE,
)
_PARTY = re.compile(
    r"\bon behalf of (?:the )?(?:\w{1,20} ){0,4}(?:party|group|labour|conservatives?|liberal democrats?|lib dems?|"
    r"greens?|reform(?: uk)?|plaid cymru|branch|association)\b|\bas (?:the )?(?:\w{1,20} ){0,3}(?:group leader|"
    r"candidate|branch (?:chair|secretary))\b",
    re.IGNORECASE,
)
_OFFICER = re.compile(
    r"\b(?:as|in my (?:capacity|role|position) as|in the capacity of|acting as) (?:the |your |our |"
    r"an? )?(?:\w{1,12} )?(?:unpaid |"
    r"acting |interim |temporary |town |parish |deputy )*(?:clerk|proper officer|responsible financial officer|"
    r"rfo|officer)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:i|i'm|i've|i'd|my|me|myself|mine|we|we're|our|this|these|here|please note|views|"
    r"opinions)\b|^(?:\W{0,3})"
                    r"(?:writing|speaking|in|as|on|not|personally|purely|yn|fel)\b", re.IGNORECASE)  # fmt: skip
_NEGATED = re.compile(r"\b(?:not|n't|never|cannot|neither|without)\b(?!.{0,30}\b(?:but|just|only)\b)", re.IGNORECASE)
_ABOUT_OTHERS = re.compile(r"\?\W{0,3}$|\b(?:you|he|she|they) (?:\w{1,12} )?(?:" + _WRITES[3:-1] + r"|wrote|"
    r"said|spoke)\b",
                           re.IGNORECASE)  # fmt: skip
_TITLE_LINE = re.compile(
    r"(?:(?P<officer>(?:(?:acting|interim|deputy|town|parish|city|unpaid|"
    r"temporary) )*(?:clerk(?: to the council)?|proper officer|"
    r"responsible financial officer|r\.?f\.?o\.?)|clerk and (?:responsible financial officer|rfo))|"
    r"(?P<member>(?:councill?or|cllr)\.?(?: [\w.'-]{1,30}){1,4}|(?:town |deputy )*mayor|(?:ward |town |parish |"
    r"district )*councill?or|"
    r"chair(?:man|woman|person)?))\b(?:(?: of| to| for|,) ?.{0,80})?",
    re.IGNORECASE,
)


def statements(texts: Iterable[Text]) -> tuple[Statement, ...]:
    """What the author says about the capacity in which this is written, in own text or signature."""
    return tuple(
        Statement(capacity, passage.words, text)
        for text in texts
        for passage in (*sentences(text), *_signature(text))
        if (capacity := _stated(passage)) is not None
    )


def _signature(text: Text) -> Iterator[Passage]:
    yield from (p for p in lines(text, SIGNED) if p.zone is Zone.SIGNATURE)


def _stated(passage: Passage) -> Capacity | None:
    said = passage.plain
    if _ABOUT_OTHERS.search(said) or not _FIRST.search(said):
        return None
    if _NOT_COUNCIL.search(said):
        return Capacity.INDIVIDUAL
    for capacity, pattern in _ORDER:
        found = pattern.search(said)
        if found is not None and not _NEGATED.search(said[max(0, found.start() - 40) : found.start()]):
            return capacity
    return None


_ORDER = (
    (Capacity.COUNCIL, _COUNCIL),
    (Capacity.PARTY, _PARTY),
    (Capacity.OFFICER, _OFFICER),
    (Capacity.OFFICE, _OFFICE),
    (Capacity.INDIVIDUAL, _MY_OWN),
)


def titles(texts: Iterable[Text]) -> tuple[Statement, ...]:
    """The titles that stand on lines of their own in a signature: OFFICER or OFFICE."""
    found = []
    for text in texts:
        for line in _signature(text):
            title = _TITLE_LINE.fullmatch(line.plain)
            if title is not None:
                found.append(Statement(Capacity.OFFICER if title["officer"] else Capacity.OFFICE, line.words, text))
    return tuple(found)
