"""Whether somebody who marks a message confidential says what is confidential and why."""

import re
from collections.abc import Iterable

from gatekeeper.core.message import Text, Where
from gatekeeper.detect.passages import SIGNED, lines, sentences

_SECRET = re.compile(
    r"\bconfiden(?:tial|ce|tially|tiality)\b|\bprivate(?:ly)?\b|\bexempt\b|\b(?:not|n't|nobody|no one|never|"
    r"please don't) (?:\w{1,12} ){0,4}"
    r"(?:shar(?:e|ed|ing)|pass(?:ed)?|forward(?:ed)?|disclos(?:e|ed)|circulat(?:e|ed)|discuss(?:ed)?|repeat(?:ed)?|"
    r"publish(?:ed)?|cop(?:y|ied)|show|shown|mention(?:ed)?)\b|\bbetween (?:us|ourselves|you and me)\b|"
    r"\bkeep (?:it|this|them|these)\b|"
    r"\bfor your eyes\b|\bnot for (?:onward|publication|circulation|sharing)\b",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"\b(?:this (?:e-?mail|message|note|letter|report|list|information|paper|advice|figure|name)?|these|it|they|"
    r"them|attach\w+|enclos\w+|"
    r"paragraphs?|sections?|pages?|appendi\w+|annex\w*|figures?|prices?|sums?|amounts?|tenders?|bids?|names?|"
    r"address(?:es)?|"
    r"report|reports|draft|advice|details|list|minutes?|notes?|spreadsheet|document|contents?|everything|all of|"
    r"whole|the rest|"
    r"what follows|below|above|identity|salary|salaries|settlement|valuations?|offer|part)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:because|since|as (?:it|they|this|these|the|we|he|she|one|some|there)|due to|owing to|given that|"
    r"for the reason|the reason|"
    r"so (?:that|as)|in order|to (?:protect|avoid|preserve|safeguard)|until|"
    r"it (?:names|contains|identifies|includes|concerns|relates|gives)|they (?:name|contain|identify|include|"
    r"concern|relate|give)|"
    r"which (?:names?|contains?|identif(?:y|ies)|concerns?|relates?)|containing|would (?:harm|prejudice|weaken|"
    r"identify|breach|undermine)|"
    r"legal(?:ly)? privileged?|legal professional privilege|data protection|gdpr|personal data|schedule 12a|"
    r"commercially sensitive|"
    r"commercial(?:ly)? in confidence|under negotiation|being negotiated|negotiations?|is not (?:yet )?public|"
    r"not yet been (?:announced|told))\b",
    re.IGNORECASE,
)


def explains(texts: Iterable[Text], marked: Iterable[str]) -> bool:
    """Whether the own text says what is to be kept in confidence and why, in one sentence or in two that follow one
    another, or behind the marking itself; `marked` are the marking's words."""
    banners = [" ".join(words.split()) for words in marked]
    return any(_WHY.search(words) and _WHAT.search(words) for words in banners) or any(
        _says_both(text) for text in texts if text.where is not Where.SUBJECT
    )


def _says_both(text: Text) -> bool:
    said = [p.plain for p in sentences(text, SIGNED)]
    said.extend(p.plain for p in lines(text) if p.plain.endswith(":"))
    for number, sentence in enumerate(said):
        if not _SECRET.search(sentence):
            continue
        around = " ".join(said[max(0, number - 1) : number + 3])
        if _WHY.search(around) and _WHAT.search(around):
            return True
    return False
